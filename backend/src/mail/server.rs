//! Where the mail server is, and how it is reached.
use std::time::Duration;

use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::{Error as SmtpError, SMTP_PORT, SUBMISSION_PORT, SUBMISSIONS_PORT};
use percent_encoding::percent_decode_str;
use url::{Host, Url};

/// How long the server may take to be there.
const CONNECTING: Duration = Duration::from_secs(20);

const FAULT: &str =
    "--smtp-url takes smtps://USER:PASSWORD@HOST, smtp://…?tls=required or smtp://HOST";
const BARE: &str = "--smtp-url has a password, which goes over TLS only: take smtps://, or smtp:// \
                    with ?tls=required";

/// How what is said is kept secret.
enum Secrecy {
    /// From the first byte.
    AtOnce(TlsParameters),
    /// By STARTTLS, or nothing is said.
    Later(TlsParameters),
    /// Not at all.
    Not,
}

/// A mail server.
pub struct Server {
    host: String,
    port: u16,
    secrecy: Secrecy,
    sign_in: Option<Credentials>,
    /// What we are called: some servers talk to no address of a machine.
    name: ClientId,
}

impl Server {
    /// The server at an address, in whose name mails are from.
    ///
    /// # Errors
    /// What cannot be used, in words that hold no password.
    pub fn of(url: &str, from: &Mailbox, ca: Option<&[u8]>) -> Result<Self, String> {
        let url = Url::parse(url).map_err(|_| FAULT)?;
        let host = url.host().filter(|host| !host.to_string().is_empty()).ok_or(FAULT)?;
        let required = match url.query() {
            None => false,
            Some("tls=required") => true,
            Some(_) => return Err(FAULT.to_owned()),
        };
        if !["", "/"].contains(&url.path()) || url.fragment().is_some() {
            return Err(FAULT.to_owned());
        }
        // The brackets of an address are not part of it.
        let name = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let tls = || parameters(&name, ca).map_err(|error| format!("--smtp-ca-file: {error}"));
        let (secrecy, port) = match url.scheme() {
            "smtps" => (Secrecy::AtOnce(tls()?), SUBMISSIONS_PORT),
            "smtp" if required => (Secrecy::Later(tls()?), SUBMISSION_PORT),
            "smtp" => (Secrecy::Not, SMTP_PORT),
            _ => return Err(FAULT.to_owned()),
        };
        let sign_in = match (url.username(), url.password()) {
            ("", None) => None,
            (user, password) => {
                let plain = |text: &str| {
                    percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| FAULT)
                };
                Some(Credentials::new(plain(user)?, plain(password.unwrap_or_default())?))
            }
        };
        if sign_in.is_some() && matches!(secrecy, Secrecy::Not) && !is_here(&host) {
            return Err(BARE.to_owned());
        }
        let port = url.port().unwrap_or(port);
        let hello = ClientId::Domain(from.email.domain().to_owned());
        Ok(Self { host: name, port, secrecy, sign_in, name: hello })
    }
    /// A connection with TLS and sign-in as the address asks for.
    pub async fn connect(&self) -> Result<AsyncSmtpConnection, SmtpError> {
        let place = (self.host.as_str(), self.port);
        let at_once = match &self.secrecy {
            Secrecy::AtOnce(tls) => Some(tls.clone()),
            _ => None,
        };
        let name = &self.name;
        let mut connection =
            AsyncSmtpConnection::connect_tokio1(place, Some(CONNECTING), name, at_once, None)
                .await?;
        if let Secrecy::Later(tls) = &self.secrecy {
            connection.starttls(tls.clone(), name).await?;
        }
        if let Some(sign_in) = &self.sign_in {
            connection.auth(DEFAULT_MECHANISMS, sign_in).await?;
        }
        Ok(connection)
    }
}

fn parameters(host: &str, ca: Option<&[u8]>) -> Result<TlsParameters, SmtpError> {
    let mut parameters = TlsParameters::builder(host.to_owned());
    if let Some(pem) = ca {
        parameters = parameters.add_root_certificate(Certificate::from_pem(pem)?);
    }
    parameters.build_rustls()
}

/// Whether what is said stays on this machine.
fn is_here(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Mailer;

    #[test]
    fn a_server_is_described_in_full_and_safely() {
        let of = |url, from| Mailer::of(url, from, None).map(|mailer| mailer.from());
        let from = Some("Studio <billing@studio.example>");
        assert_eq!(of(None, None), Ok(None));
        let fine = ["smtps://u:p@mail.example", "smtp://u:p@mail.example?tls=required"];
        for url in fine.into_iter().chain(["smtp://localhost:25", "smtp://u:p@localhost:25"]) {
            assert_eq!(of(Some(url), from), Ok(Some("billing@studio.example".into())), "{url}");
        }
        let bare = ["smtp://u:secret@mail.example", "SMTP://u:secret@mail.example"];
        let odd = [
            " smtp://u:secret@mail.example",
            "smtp://u:secret@localhost.evil.example",
            "smtp://u:secret@mail.example/tls=required",
            "smtp://u:secret@mail.example?tls=opportunistic",
            "http://mail.example",
            "smtp://",
            "secret",
            "",
        ];
        for url in bare.into_iter().chain(odd) {
            let fault = of(Some(url), from).unwrap_err();
            assert!(!fault.contains("secret"), "{fault}");
        }
        assert!(of(Some("smtp://localhost"), None).is_err() && of(None, from).is_err());
        assert!(of(Some("smtp://localhost"), Some("nobody")).is_err());
    }
}
