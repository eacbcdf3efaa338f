//! The mail server: how it is reached, and a mail as it is handed over.
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use shared::rules::mail::one_line;

use super::store::MailRow;

/// How long the mail server may take for one command.
const COMMAND: Duration = Duration::from_secs(20);
/// How long handing over one mail may take in all; less than a lease.
const HANDING_OVER: Duration = Duration::from_secs(60);
/// How much of an answer is kept, in characters.
const ANSWER_MAX: usize = 500;

/// The mail server, if the operator has set one up.
#[derive(Debug, Clone, Default)]
pub struct Mailer(Option<Arc<Post>>);

struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Post {
    // The transport knows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("from", &self.from).finish_non_exhaustive()
    }
}

/// How handing over ended.
#[derive(Debug)]
pub enum Outcome {
    /// It was taken, with this answer.
    Sent(String),
    /// Refused for good.
    Refused(String),
    /// Not taken this time.
    Later(String),
}

/// Whether mail can be sent there at all.
pub fn is_address(text: &str) -> bool {
    text.parse::<Address>().is_ok()
}

impl Mailer {
    /// The server at `smtps://user:password@host`, `smtp://…?tls=required` (STARTTLS) or
    /// `smtp://…` (no TLS), the address that mails are from, and certificates in PEM that vouch for
    /// the server beside those that browsers trust.
    ///
    /// # Errors
    /// What cannot be used, in words that hold no password.
    pub fn of(url: Option<&str>, from: Option<&str>, ca: Option<&[u8]>) -> Result<Self, String> {
        let (url, from) = match (url, from) {
            (None, None) => return Ok(Self::default()),
            (Some(_), None) => return Err("--smtp-url also takes --smtp-from".to_owned()),
            (None, Some(_)) => return Err("--smtp-from also takes --smtp-url".to_owned()),
            (Some(url), Some(from)) => (url, from),
        };
        let from: Mailbox = from
            .parse()
            .map_err(|_| "--smtp-from takes an address, such as billing@studio.example")?;
        if bares_a_password(url) {
            let fault = "--smtp-url has a password, which goes over TLS only: take smtps://, or \
                         smtp:// with ?tls=required";
            return Err(fault.to_owned());
        }
        let fault =
            "--smtp-url takes smtps://USER:PASSWORD@HOST, smtp://…?tls=required or smtp://HOST";
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url).map_err(|_| fault)?;
        if let Some(pem) = ca {
            builder = builder
                .tls(vouched_for(url, pem).map_err(|error| format!("--smtp-ca-file: {error}"))?);
        }
        let transport = builder.timeout(Some(COMMAND)).build();
        Ok(Self(Some(Arc::new(Post { transport, from }))))
    }
    /// The address that mails are from; none if there is no mail server.
    pub fn from(&self) -> Option<String> {
        self.0.as_ref().map(|post| post.from.email.to_string())
    }
    /// Hands a mail over with a file.
    pub(super) async fn send(&self, mail: &MailRow, file: (&str, Vec<u8>)) -> Outcome {
        let Some(post) = &self.0 else { return Outcome::Later("no mail server".to_owned()) };
        let message = match message(&post.from, mail, file) {
            Ok(message) => message,
            Err(why) => return Outcome::Refused(why),
        };
        let sending = post.transport.send(message);
        match tokio::time::timeout(HANDING_OVER, sending).await {
            Ok(Ok(answer)) => {
                let words: Vec<&str> = answer.message().collect();
                Outcome::Sent(bounded(&format!("{} {}", answer.code(), words.join(" "))))
            }
            Ok(Err(error)) => failed(&error),
            Err(_) => Outcome::Later("the mail server took too long".to_owned()),
        }
    }
}

/// The TLS that an address asks for, with certificates of one's own.
fn vouched_for(url: &str, pem: &[u8]) -> Result<Tls, SmtpError> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let place = rest.split(['/', '?']).next().unwrap_or_default();
    let place = place.rsplit_once('@').map_or(place, |(_, place)| place);
    let host = match place.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => host,
        _ => place,
    };
    let certificate = Certificate::from_pem(pem)?;
    let parameters = TlsParameters::builder(host.to_owned()).add_root_certificate(certificate);
    let parameters = parameters.build_rustls()?;
    Ok(match url {
        url if url.starts_with("smtps:") => Tls::Wrapper(parameters),
        url if url.contains("tls=required") => Tls::Required(parameters),
        url if url.contains("tls=opportunistic") => Tls::Opportunistic(parameters),
        _ => Tls::None,
    })
}

/// Whether a password would be sent in clear text to another machine.
fn bares_a_password(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("smtp://") else { return false };
    let Some((_, place)) = rest.rsplit_once('@') else { return false };
    let here = ["localhost", "127.0.0.1", "[::1]"];
    !place.contains("tls=required") && !here.iter().any(|host| place.starts_with(host))
}

/// A refusal of sign-in is no word about the mail: whoever mends the settings has it sent.
fn failed(error: &SmtpError) -> Outcome {
    let status = error.status().map(|code| code.to_string()).unwrap_or_default();
    let mut words = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let more = deeper.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = deeper.source();
    }
    let words = bounded(&words);
    let of_sign_in = status.starts_with("53");
    if error.is_permanent() && !of_sign_in {
        Outcome::Refused(words)
    } else {
        Outcome::Later(words)
    }
}

fn bounded(text: &str) -> String {
    one_line(text).chars().take(ANSWER_MAX).collect()
}

/// The Message-ID is that of the mail, whoever sends it and how often.
fn message(
    from: &Mailbox,
    mail: &MailRow,
    (name, file): (&str, Vec<u8>),
) -> Result<Message, String> {
    let odd = |what: &str| format!("{what} is no mail address");
    let to: Address = mail.recipient.parse().map_err(|_| odd("the recipient's"))?;
    let sender = Some(one_line(&mail.sender)).filter(|name| !name.is_empty());
    let mut head = Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .from(Mailbox::new(sender, from.email.clone()))
        .to(Mailbox::new(None, to))
        .subject(one_line(&mail.subject));
    if let Some(reply_to) = &mail.reply_to {
        let reply_to: Address = reply_to.parse().map_err(|_| odd("the one for answers"))?;
        head = head.reply_to(Mailbox::new(None, reply_to));
    }
    let kind = ContentType::parse("application/pdf").map_err(|error| error.to_string())?;
    let parts = MultiPart::mixed()
        .singlepart(SinglePart::plain(mail.body.clone()))
        .singlepart(Attachment::new(one_line(name)).body(file, kind));
    head.multipart(parts).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{InvoiceId, MailId, MailState, OrganisationId};
    use uuid::Uuid;

    #[test]
    fn a_server_is_described_in_full_and_safely() {
        let of = |url, from| Mailer::of(url, from, None).map(|mailer| mailer.from());
        let from = Some("Studio <billing@studio.example>");
        assert_eq!(of(None, None), Ok(None));
        let fine = ["smtps://u:p@mail.example", "smtp://u:p@mail.example?tls=required"];
        for url in fine.into_iter().chain(["smtp://localhost:25", "smtp://u:p@localhost:25"]) {
            assert_eq!(of(Some(url), from), Ok(Some("billing@studio.example".into())), "{url}");
        }
        let odd = ["smtp://u:secret@mail.example", "http://mail.example", "secret", ""];
        for url in odd {
            let fault = of(Some(url), from).unwrap_err();
            assert!(!fault.contains("secret"), "{fault}");
        }
        assert!(of(Some("smtp://localhost"), None).is_err() && of(None, from).is_err());
        assert!(of(Some("smtp://localhost"), Some("nobody")).is_err());
    }

    /// Whatever somebody wrote, the head has the lines that we gave it.
    #[test]
    fn no_header_is_smuggled_in() {
        let nasty = "Hi\r\nBcc: all@evil.example\r\n\r\nbody";
        let mail = MailRow {
            id: MailId(Uuid::nil()),
            organisation_id: OrganisationId(Uuid::nil()),
            invoice_id: InvoiceId(Uuid::nil()),
            sender: nasty.into(),
            reply_to: None,
            recipient: "ann@client.example".into(),
            subject: nasty.into(),
            body: "Text".into(),
            state: MailState::Queued,
            attempts: 1,
            answer: None,
            queued_at: chrono::DateTime::UNIX_EPOCH,
            next_at: chrono::DateTime::UNIX_EPOCH,
            ended_at: None,
        };
        let from: Mailbox = "billing@studio.example".parse().unwrap();
        let made = message(&from, &mail, (nasty, b"%PDF".to_vec())).unwrap();
        let text = String::from_utf8(made.formatted()).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        assert!(text.contains("Message-ID: <00000000-0000-0000-0000-000000000000@studio.example>"));
        assert_eq!(made.envelope().to().len(), 1);
        for bad in ["a@b.example\r\nBcc: x@y.example", "a@b.example, c@d.example", "<a@b.example>"]
        {
            let mail = MailRow { recipient: bad.into(), ..mail.clone() };
            assert!(message(&from, &mail, ("x", Vec::new())).is_err() && !is_address(bad), "{bad}");
        }
    }
}
