//! The mail server: how a mail is handed over.
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::response::Response;
use lettre::{Address, Message};
use shared::rules::mail::one_line;

use uuid::Uuid;

use super::server::Server;

/// How long the mail server may take until it listens: connection, TLS, sign-in and who writes.
const GREETING: Duration = Duration::from_secs(60);
/// How long it may take for an answer to whom a mail is for.
const ANSWER: Duration = Duration::from_secs(60);
/// How long it may take to take a mail, once it has it. Source: RFC 5321 4.5.3.2.6.
const TAKING: Duration = Duration::from_mins(10);
/// How long a farewell may take, which changes nothing any more.
const FAREWELL: Duration = Duration::from_secs(5);
/// The longest that handing over may take.
pub const HANDING_OVER: Duration = Duration::from_secs(60 + 60 + 600 + 5);
/// How much of an answer is kept, in characters.
const ANSWER_MAX: usize = 500;

/// The mail server, if the operator has set one up.
#[derive(Debug, Clone, Default)]
pub struct Mailer(Option<Arc<Post>>);

struct Post {
    server: Server,
    from: Mailbox,
    inbox: Option<String>,
}

impl std::fmt::Debug for Post {
    // The server knows the password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("from", &self.from).finish_non_exhaustive()
    }
}

/// How handing over ended.
#[derive(Debug)]
pub enum Outcome {
    /// It was taken, with this answer.
    Sent(String),
    /// Not sent: what it is about was withdrawn.
    Gone,
    /// Refused for good.
    Refused(String),
    /// Not taken this time.
    Later(String),
    /// The mail server was not there, or not for us: other mails would fare no better.
    Unreached(String),
}

/// A mail to hand over.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// Its Message-ID is made of it, whoever hands it over and how often.
    pub id: Uuid,
    /// The name of who writes; the address is that of all mails.
    pub sender: &'a str,
    /// Where answers go.
    pub reply_to: Option<&'a str>,
    /// The Message-ID that it answers.
    pub in_reply_to: Option<&'a str>,
    /// The address it is for.
    pub recipient: &'a str,
    /// What it is about.
    pub subject: &'a str,
    /// Its text.
    pub body: &'a str,
}

/// What a mail brings beside its text.
#[derive(Debug)]
pub(crate) enum Enclosure<'a> {
    /// A paper by its name.
    Pdf(&'a str, Vec<u8>),
    /// An event as iCalendar has it, and what is asked with it.
    Event(&'static str, String),
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
        let server = Server::of(url, &from, ca)?;
        Ok(Self(Some(Arc::new(Post { server, from, inbox: None }))))
    }
    /// The same, with answers to messages at an address whose mail is handed in.
    ///
    /// # Errors
    /// An address that is none, in words; one without a mail server.
    pub fn answered_at(self, inbox: Option<&str>) -> Result<Self, String> {
        let Some(inbox) = inbox else { return Ok(self) };
        if !is_address(inbox) {
            return Err("--smtp-inbox takes an address, such as answers@studio.example".to_owned());
        }
        let post = self.0.ok_or("--smtp-inbox also takes --smtp-url")?;
        let post = Arc::into_inner(post).ok_or("the mail server is in use")?;
        Ok(Self(Some(Arc::new(Post { inbox: Some(inbox.to_owned()), ..post }))))
    }
    /// Where answers to messages go; none where the operator has not said.
    pub fn inbox(&self) -> Option<String> {
        self.0.as_ref()?.inbox.clone()
    }
    /// The address that mails are from; none if there is no mail server.
    pub fn from(&self) -> Option<String> {
        self.0.as_ref().map(|post| post.from.email.to_string())
    }
    /// Hands a mail over, with what it brings.
    pub(crate) async fn send(
        &self,
        mail: &Letter<'_>,
        enclosure: Option<Enclosure<'_>>,
    ) -> Outcome {
        let Some(post) = &self.0 else { return Outcome::Unreached("no mail server".to_owned()) };
        let message = match message(&post.from, mail, enclosure) {
            Ok(message) => message,
            Err(why) => return Outcome::Refused(why),
        };
        let mut connection = match within(GREETING, post.begin()).await {
            Ok(connection) => connection,
            // Whatever it says now is about us, and not about whom the mail is for.
            Err(error) => return Outcome::Unreached(bounded(&error.words())),
        };
        let outcome = hand_over(&mut connection, message).await;
        // Its answer stands, however it takes the farewell.
        let _ = tokio::time::timeout(FAREWELL, connection.abort()).await;
        outcome
    }
}

impl Post {
    /// A connection on which the server knows who writes.
    async fn begin(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let mut connection = self.server.connect().await?;
        connection.command(Mail::new(Some(self.from.email.clone()), Vec::new())).await?;
        Ok(connection)
    }
}

/// Says whom it is for, and hands it over.
async fn hand_over(connection: &mut AsyncSmtpConnection, message: Message) -> Outcome {
    let to = message.envelope().to().to_vec();
    for address in to {
        if let Err(error) = within(ANSWER, connection.command(Rcpt::new(address, Vec::new()))).await
        {
            return error.outcome();
        }
    }
    if let Err(error) = within(ANSWER, connection.command(Data)).await {
        return error.outcome();
    }
    match within(TAKING, connection.message(&message.formatted())).await {
        Ok(answer) => Outcome::Sent(said(&answer)),
        Err(error) => error.outcome(),
    }
}

fn said(answer: &Response) -> String {
    let words: Vec<&str> = answer.message().collect();
    bounded(&format!("{} {}", answer.code(), words.join(" ")))
}

/// Why the server did not do what it was told.
enum Fault {
    Said(SmtpError),
    TookTooLong,
}

async fn within<T>(
    limit: Duration,
    step: impl Future<Output = Result<T, SmtpError>>,
) -> Result<T, Fault> {
    match tokio::time::timeout(limit, step).await {
        Ok(done) => done.map_err(Fault::Said),
        Err(_) => Err(Fault::TookTooLong),
    }
}

impl Fault {
    fn words(&self) -> String {
        let Fault::Said(error) = self else { return "the mail server took too long".to_owned() };
        let mut words = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(deeper) = cause {
            let more = deeper.to_string();
            if !words.contains(&more) {
                words = format!("{words}: {more}");
            }
            cause = deeper.source();
        }
        words
    }
    /// What it means for this mail, once the server listens.
    fn outcome(&self) -> Outcome {
        let words = bounded(&self.words());
        match self {
            Fault::Said(error) if error.is_permanent() => Outcome::Refused(words),
            _ => Outcome::Later(words),
        }
    }
}

fn bounded(text: &str) -> String {
    one_line(text).chars().take(ANSWER_MAX).collect()
}

fn message(
    from: &Mailbox,
    mail: &Letter<'_>,
    enclosure: Option<Enclosure<'_>>,
) -> Result<Message, String> {
    let odd = |what: &str| format!("{what} is no mail address");
    let to: Address = mail.recipient.parse().map_err(|_| odd("the recipient's"))?;
    // It would want an extension that few servers have.
    if !mail.recipient.is_ascii() {
        return Err(odd("the recipient's, beyond ASCII,"));
    }
    let sender = Some(one_line(mail.sender)).filter(|name| !name.is_empty());
    let mut head = Message::builder()
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .from(Mailbox::new(sender, from.email.clone()))
        .to(Mailbox::new(None, to))
        .subject(one_line(mail.subject));
    if let Some(reply_to) = mail.reply_to {
        let reply_to: Address = reply_to.parse().map_err(|_| odd("the one for answers"))?;
        head = head.reply_to(Mailbox::new(None, reply_to));
    }
    if let Some(other) = mail.in_reply_to.map(one_line) {
        let other = format!("<{other}>");
        head = head.in_reply_to(other.clone()).references(other);
    }
    let text = SinglePart::plain(mail.body.to_owned());
    let kind = |name: &str| ContentType::parse(name).map_err(|error| error.to_string());
    let parts = match enclosure {
        None => return head.singlepart(text).map_err(|error| error.to_string()),
        Some(Enclosure::Pdf(name, file)) => MultiPart::mixed()
            .singlepart(text)
            .singlepart(Attachment::new(one_line(name)).body(file, kind("application/pdf")?)),
        // Programs that know invitations take the second of the two texts, others show the file.
        Some(Enclosure::Event(method, event)) => {
            let asked = kind(&format!("text/calendar; charset=utf-8; method={method}"))?;
            let file = Attachment::new("invite.ics".to_owned());
            let file = file.body(event.clone().into_bytes(), kind("application/ics")?);
            let event = SinglePart::builder().header(asked).body(event);
            MultiPart::mixed()
                .multipart(MultiPart::alternative().singlepart(text).singlepart(event))
                .singlepart(file)
        }
    };
    head.multipart(parts).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whatever somebody wrote, the head has the lines that we gave it.
    #[test]
    fn no_header_is_smuggled_in() {
        let nasty = "Hi\r\nBcc: all@evil.example\r\n\r\nbody";
        let mail = Letter {
            id: Uuid::nil(),
            sender: nasty,
            reply_to: None,
            in_reply_to: Some(nasty),
            recipient: "ann@client.example",
            subject: nasty,
            body: "Text",
        };
        let from: Mailbox = "billing@studio.example".parse().unwrap();
        let made = message(&from, &mail, Some(Enclosure::Pdf(nasty, b"%PDF".to_vec()))).unwrap();
        let text = String::from_utf8(made.formatted()).unwrap();
        assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
        assert!(text.contains("Message-ID: <00000000-0000-0000-0000-000000000000@studio.example>"));
        assert_eq!(made.envelope().to().len(), 1);
        for bad in ["a@b.example\r\nBcc: x@y.example", "a@b.example, c@d.example", "<a@b.example>"]
        {
            let mail = Letter { recipient: bad, ..mail };
            assert!(message(&from, &mail, None).is_err() && !is_address(bad), "{bad}");
        }
    }
}
