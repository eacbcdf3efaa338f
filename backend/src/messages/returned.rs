//! Reports that a mail of ours could not be delivered. Source: RFC 3464.
use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use shared::api::{ErrorCode, MailId, ReturnedMail};
use shared::rules::mail::one_line;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::mail;

/// How much of why is kept, in characters.
const WHY_MAX: usize = 500;
/// The most recipients of a report that are read: our mails have one.
const RECIPIENTS_MAX: usize = 20;

/// What a report says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The mail it is about; none if that is not ours.
    mail: Option<MailId>,
    /// What became of it at each address, in lower case: none where it is only late, or was taken.
    failed: Vec<(String, String)>,
}

/// Reads a mail that reports on another; none if it is no such report.
pub fn read(mail: &Message<'_>) -> Option<Report> {
    let status = mail.parts.iter().find(|part| is(part, "message", "delivery-status"))?;
    let blocks = String::from_utf8_lossy(status.contents()).replace("\r\n", "\n");
    let failed = blocks.split("\n\n").take(RECIPIENTS_MAX).filter_map(failed).collect();
    Some(Report { mail: mail.parts.iter().find_map(original), failed })
}

fn is(part: &MessagePart<'_>, kind: &str, subtype: &str) -> bool {
    part.content_type().is_some_and(|found| {
        let given = found.subtype().unwrap_or_default();
        found.ctype().eq_ignore_ascii_case(kind) && given.eq_ignore_ascii_case(subtype)
    })
}

/// The mail of ours that a part of the report repeats, by its Message-ID.
fn original(part: &MessagePart<'_>) -> Option<MailId> {
    let id = match &part.body {
        PartType::Message(mail) => mail.message_id()?.to_owned(),
        _ if is(part, "text", "rfc822-headers") => {
            let head = MessageParser::default().parse_headers(part.contents())?;
            head.message_id()?.to_owned()
        }
        _ => return None,
    };
    let local = id.split('@').next()?;
    Uuid::try_parse(local).ok().map(MailId)
}

/// The address of a block of the report and why it was not reached, if it never will be.
fn failed(block: &str) -> Option<(String, String)> {
    let lines = unfolded(block);
    let field = |name: &str| {
        let of = |line: &String| {
            let (found, value) = line.split_once(':')?;
            found.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        };
        lines.iter().find_map(of)
    };
    // What comes after the kind of address, or of words.
    let typed = |text: String| match text.split_once(';') {
        Some((_, value)) => value.trim().to_owned(),
        None => text,
    };
    if !field("Action")?.eq_ignore_ascii_case("failed") {
        return None;
    }
    // Where it was sent to, even if that leads to another.
    let address = field("Original-Recipient").or_else(|| field("Final-Recipient")).map(typed)?;
    let why = field("Diagnostic-Code").map(typed).or_else(|| field("Status")).unwrap_or_default();
    let why: String = one_line(&why).chars().filter(|c| !c.is_control()).take(WHY_MAX).collect();
    let address = address.trim_matches(['<', '>']).to_lowercase();
    Some((address, why))
}

/// Lines, each with those that go on with it.
fn unfolded(block: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in block.lines() {
        match lines.last_mut() {
            Some(last) if line.starts_with([' ', '\t']) => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Writes down that a mail came back: it counts as given up, and can be sent again. A report that is
/// handed in twice, or says that a mail is only late, changes nothing.
///
/// # Errors
/// At `from`: it is about no mail of this organisation.
pub async fn take(
    tx: &mut Tx,
    scope: Scope,
    report: &Report,
    now: DateTime<Utc>,
) -> Result<ReturnedMail> {
    let strange = || Error::field("from", "not_found");
    let id = report.mail.ok_or_else(strange)?;
    for (address, why) in &report.failed {
        mail::returned(tx, scope, (id, address, why), now).await?;
    }
    let row = match mail::find(tx, scope, id).await {
        Err(error) if error.code() == ErrorCode::NotFound => return Err(strange()),
        found => found?,
    };
    Ok(ReturnedMail {
        mail_id: row.id,
        account_id: row.account_id,
        message_id: row.message_id,
        to: row.recipient,
        state: row.state,
        answer: row.answer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &str = "0193a5b0-0000-7000-8000-000000000000";

    fn report(action: &str, original: &str) -> String {
        format!(
            "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMIME-Version: 1.0\n\
             Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
             --b\nContent-Type: text/plain\n\nSorry.\n\n\
             --b\nContent-Type: message/delivery-status\n\n\
             Reporting-MTA: dns; mx.example\n\n\
             Final-Recipient: rfc822; Mia@Big.example\nAction: {action}\nStatus: 5.1.1\n\
             Diagnostic-Code: smtp; 550 5.1.1 no such\n  user\n\n\
             --b\n{original}\n--b--\n"
        )
        .replace('\n', "\r\n")
    }
    fn read_report(text: &str) -> Option<Report> {
        read(&MessageParser::default().parse(text.as_bytes()).unwrap())
    }

    #[test]
    fn a_report_says_which_mail_came_back_from_whom_and_why() {
        let head = format!("Message-ID: <{MAIL}@studio.example>\nSubject: Hello\n");
        for kind in ["message/rfc822", "text/rfc822-headers"] {
            let original = format!("Content-Type: {kind}\n\n{head}\n");
            let found = read_report(&report("failed", &original)).unwrap();
            assert_eq!(found.mail, Some(MailId(MAIL.parse().unwrap())), "{kind}");
            let why = "550 5.1.1 no such user".to_owned();
            assert_eq!(found.failed, [("mia@big.example".to_owned(), why)]);
            let late = read_report(&report("delayed", &original)).unwrap();
            assert_eq!(late.failed, []);
        }
    }

    #[test]
    fn other_mails_are_no_reports() {
        assert_eq!(read_report("From: a@b.example\r\nSubject: x\r\n\r\nUndelivered\r\n"), None);
        let strange = "Content-Type: message/rfc822\n\nMessage-ID: <x@y.example>\n\nHi\n";
        assert_eq!(read_report(&report("failed", strange)).unwrap().mail, None);
    }
}
