//! Mails that are handed in: read, and put where they belong. Source: requirement S2-18.
use chrono::{DateTime, Utc};
use mail_parser::{HeaderValue, MessageParser};
use sha2::{Digest, Sha256};
use shared::api::{
    AccountId, ContactId, LINE_MAX, MailId, Message, MessageId, NewTask, RetainerId, TimelineEvent,
};
use shared::rules::mail::one_line;
use uuid::Uuid;

use super::store::{self, NewRow};
use super::{returned, service};
use crate::auth::{KeepRecords, Permission, Scope};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::timeline::{self, Told};
use crate::{identity, records};

/// The longest text that is kept, in characters.
const TEXT_MAX: usize = 100_000;
/// The longest subject that is kept, in characters.
const SUBJECT_MAX: usize = 500;
/// The longest name that is kept, in characters.
const NAME_MAX: usize = 200;
/// The longest Message-ID, in bytes: one that is longer is none.
const ID_MAX: usize = 500;
/// How many of the Message-IDs that a mail answers are looked for: the nearest.
const ANSWERS_MAX: usize = 20;

/// What is taken of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The address it is from, in lower case.
    from: String,
    /// The name it is from.
    name: Option<String>,
    subject: String,
    body: String,
    /// Its Message-ID, else what it is known by.
    internet_id: String,
    /// The Message-IDs that it answers, the nearest last.
    answers: Vec<String>,
    /// A program wrote it: nobody waits for an answer.
    by_itself: bool,
}

/// What a mail that is handed in turns out to be.
#[derive(Debug)]
pub enum Inbound {
    /// Somebody writes.
    Message(Taken),
    /// A mail server reports on a mail of ours.
    Report(returned::Report),
}

/// Reads a mail as RFC 5322 has it.
///
/// # Errors
/// `malformed`: it is none; at `from` where nobody wrote it.
pub fn read(bytes: &[u8]) -> Result<Inbound> {
    let none = || Error::Malformed("this is no mail".to_owned());
    let mail = MessageParser::default().parse(bytes).ok_or_else(none)?;
    match returned::read(&mail) {
        Some(report) => Ok(Inbound::Report(report)),
        None => written(&mail, bytes).map(Inbound::Message),
    }
}

fn written(mail: &mail_parser::Message<'_>, bytes: &[u8]) -> Result<Taken> {
    let from = mail.from().and_then(|from| from.first());
    let address = from.and_then(|from| from.address()).map(str::trim).unwrap_or_default();
    if !crate::mail::is_address(address) {
        return Err(Error::field("from", "email_invalid"));
    }
    let mut answers = ids(mail.references());
    answers.extend(ids(mail.in_reply_to()));
    answers.drain(..answers.len().saturating_sub(ANSWERS_MAX));
    let line =
        |text: &str, max: usize| -> String { one_line(&plain(text)).chars().take(max).collect() };
    let name = from.and_then(|from| from.name()).map(|name| line(name, NAME_MAX));
    let by_itself = mail.header("Auto-Submitted").and_then(HeaderValue::as_text);
    // One without is known by what it says.
    let internet_id = mail.message_id().filter(|id| is_id(id)).map(str::to_owned);
    let internet_id = internet_id.unwrap_or_else(|| {
        let hash: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hash}")
    });
    let body = plain(&mail.body_text(0).unwrap_or_default()).replace("\r\n", "\n");
    Ok(Taken {
        from: address.to_lowercase(),
        name: name.filter(|name| !name.is_empty()),
        subject: line(mail.subject().unwrap_or_default(), SUBJECT_MAX),
        body: body.chars().take(TEXT_MAX).collect(),
        internet_id,
        answers,
        by_itself: by_itself.is_some_and(|by| !by.trim().eq_ignore_ascii_case("no")),
    })
}

/// The Message-IDs of a header, without those that are none.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let all = match value {
        HeaderValue::Text(id) => std::slice::from_ref(id),
        HeaderValue::TextList(ids) => ids.as_slice(),
        _ => &[],
    };
    let nearest = &all[all.len().saturating_sub(ANSWERS_MAX)..];
    nearest.iter().filter(|id| is_id(id)).map(ToString::to_string).collect()
}

fn is_id(id: &str) -> bool {
    id.len() <= ID_MAX && !id.contains('\0')
}

/// Text without what no screen shows.
fn plain(text: &str) -> String {
    // Nor what turns the direction of the text after it, so that a name reads as another.
    let shown = |c: &char| match c {
        '\n' | '\r' | '\t' => true,
        '\u{202a}'..='\u{202e}' => false,
        other => !other.is_control(),
    };
    text.chars().filter(shown).collect()
}

/// Where a mail belongs.
struct Place {
    account: AccountId,
    thread: Option<MessageId>,
    retainer: Option<RetainerId>,
    contact: Option<(ContactId, String)>,
    author: Option<shared::api::MemberId>,
}

/// Takes a mail into the record of the account that it answers, or whose person it is from, with a
/// next step for who is to answer it. One that was handed in before is told again.
///
/// # Errors
/// At `from`: it answers nothing of ours, and nobody here has this address.
pub async fn take(tx: &mut Tx, scope: Scope, taken: &Taken, now: DateTime<Utc>) -> Result<Message> {
    if let Some(known) = store::by_internet_id(tx, scope, &taken.internet_id).await? {
        return service::find(tx, scope, known).await;
    }
    let place = place(tx, scope, taken).await?;
    let place = place.ok_or_else(|| Error::field("from", "not_found"))?;
    let id = MessageId(Uuid::now_v7());
    let known = place.contact.as_ref().map(|(_, name)| name.as_str());
    let name = known.or(taken.name.as_deref()).unwrap_or(&taken.from);
    let new = NewRow {
        id,
        thread: place.thread.unwrap_or(id),
        account: place.account,
        retainer: place.retainer,
        contact: place.contact.as_ref().map(|(id, _)| *id),
        contact_name: name,
        address: &taken.from,
        incoming: true,
        subject: &taken.subject,
        body: taken.body.trim_end(),
        note: None,
        author: None,
        internet_id: Some(&taken.internet_id),
        at: now,
    };
    store::insert(tx, scope, &new).await?;
    let told = Told::new(TimelineEvent::MessageReceived, id).by_nobody();
    timeline::tell(tx, scope, told, now).await?;
    if taken.by_itself {
        return service::find(tx, scope, id).await;
    }
    let title: String = format!("{name}: {}", taken.subject).chars().take(LINE_MAX).collect();
    let owner_id = owner(tx, scope, &place).await?;
    let step = NewTask {
        account_id: place.account,
        retainer_id: place.retainer,
        note_id: None,
        title: title.trim_end_matches([':', ' ']).to_owned(),
        owner_id,
        due_on: Some(identity::today(tx, scope, now).await?),
    };
    records::create_task(tx, scope, &step, now).await?;
    service::find(tx, scope, id).await
}

/// Who is to answer: who wrote what it answers, else who looks after the account.
async fn owner(tx: &mut Tx, scope: Scope, place: &Place) -> Result<Option<shared::api::MemberId>> {
    if let Some(author) = place.author
        && identity::role_of(tx, scope, author).await?.is_some_and(KeepRecords::granted_to)
    {
        return Ok(Some(author));
    }
    let keeper = store::keeper(tx, scope, place.account).await?;
    Ok(keeper.filter(|(_, role)| KeepRecords::granted_to(*role)).map(|(id, _)| id))
}

async fn place(tx: &mut Tx, scope: Scope, taken: &Taken) -> Result<Option<Place>> {
    let people = store::by_address(tx, scope, &taken.from).await?;
    let person = |account: Option<AccountId>| {
        let mut all = people.iter();
        let found = all.find(|one| account.is_none_or(|account| account == one.account_id));
        found.map(|one| (one.account_id, (one.id, one.name.clone())))
    };
    for internet_id in taken.answers.iter().rev() {
        let Some(answered) = answered(tx, scope, internet_id).await? else { continue };
        let Answered::Ours(answered) = answered else { return Ok(None) };
        let row = store::find(tx, scope, answered).await?;
        return Ok(Some(Place {
            account: row.account_id,
            thread: Some(row.thread_id),
            retainer: row.retainer_id,
            contact: person(Some(row.account_id)).map(|(_, contact)| contact),
            author: row.author_id,
        }));
    }
    Ok(person(None).map(|(account, contact)| Place {
        account,
        thread: None,
        retainer: None,
        contact: Some(contact),
        author: None,
    }))
}

/// What a Message-ID names.
enum Answered {
    /// A message of ours, or one that came before.
    Ours(MessageId),
    /// One of another organisation.
    Theirs,
}

async fn answered(tx: &mut Tx, scope: Scope, internet_id: &str) -> Result<Option<Answered>> {
    let local = internet_id.split('@').next().and_then(|id| Uuid::try_parse(id).ok());
    if let Some(mail) = local
        && let Some((organisation, message)) = store::of_mail(tx, MailId(mail)).await?
    {
        let ours = organisation == scope.organisation();
        return Ok(Some(if ours { Answered::Ours(message) } else { Answered::Theirs }));
    }
    Ok(store::by_internet_id(tx, scope, internet_id).await?.map(Answered::Ours))
}

#[cfg(test)]
mod tests {
    use shared::api::ErrorCode;

    use super::*;

    fn read(bytes: &[u8]) -> Result<Taken> {
        match super::read(bytes)? {
            Inbound::Message(taken) => Ok(taken),
            Inbound::Report(report) => panic!("{report:?}"),
        }
    }

    #[test]
    fn a_mail_is_read_with_what_it_answers() {
        let mail = "From: =?utf-8?q?J=C3=BCrgen?= <Jo@Big.example>\r\nTo: us@studio.example\r\n\
            Subject: Re: What we\r\n agreed\r\nMessage-ID: <one@big.example>\r\n\
            References: <a@x.example> <b@x.example>\r\nIn-Reply-To: <c@x.example>\r\n\
            Content-Type: text/plain; charset=utf-8\r\n\r\nFine.\r\n\r\n> What we agreed\r\n";
        let taken = read(mail.as_bytes()).unwrap();
        assert_eq!(
            (taken.from.as_str(), taken.name.as_deref()),
            ("jo@big.example", Some("Jürgen"))
        );
        assert_eq!(taken.subject, "Re: What we agreed");
        assert_eq!(taken.body, "Fine.\n\n> What we agreed\n");
        assert_eq!((taken.internet_id.as_str(), taken.by_itself), ("one@big.example", false));
        assert_eq!(taken.answers, ["a@x.example", "b@x.example", "c@x.example"]);
    }

    #[test]
    fn only_the_nearest_of_many_are_looked_for() {
        let many: String = (0..5_000).map(|n| format!(" <{n}@x.example>")).collect();
        let mail = format!("From: a@b.example\r\nReferences:{many}\r\n\r\nText\r\n");
        let answers = read(mail.as_bytes()).unwrap().answers;
        assert_eq!((answers.len(), answers.last().unwrap().as_str()), (20, "4999@x.example"));
    }

    #[test]
    fn what_is_no_mail_or_from_nobody_is_refused() {
        assert_eq!(read(b"").unwrap_err().code(), ErrorCode::Malformed);
        for from in ["", "From: \r\n", "From: nobody\r\n"] {
            let mail = format!("{from}Subject: x\r\n\r\nText\r\n");
            assert_eq!(read(mail.as_bytes()).unwrap_err().code(), ErrorCode::Invalid, "{from}");
        }
        let odd = "From: a@b.example\r\nSubject: x\0y\u{202e}z\r\nAuto-Submitted: auto-replied\r\n\r\nA\0B";
        let taken = read(odd.as_bytes()).unwrap();
        assert!(!taken.body.contains('\0') && taken.by_itself);
        assert!(!taken.subject.contains(['\0', '\u{202e}']), "{}", taken.subject);
        assert!(taken.internet_id.starts_with("sha256:"));
    }
}
