//! The mail with a link to the portal, in the client's language.
use shared::api::Language;

use crate::closings::Words;

/// What a mail with a link says.
#[derive(Debug, Clone, Copy)]
pub struct Invitation<'a> {
    /// For whom.
    pub name: &'a str,
    /// Who serves.
    pub organisation: &'a str,
    /// Who is served.
    pub account: &'a str,
    /// The colleague who invites; nobody where they asked for it.
    pub by: Option<&'a str>,
    /// The address that signs in, once.
    pub link: &'a str,
    /// Where another is asked for.
    pub portal: &'a str,
}

impl Invitation<'_> {
    /// Its subject and its text.
    pub fn told(self, language: Language) -> (String, String) {
        let Invitation { name, organisation, account, by, link, portal } = self;
        let words = Words(language);
        let subject = match language {
            Language::En => format!("Your client portal at {organisation}"),
            Language::De => format!("Ihr Kundenportal bei {organisation}"),
        };
        let greeting = words.pick("Hello", "Guten Tag");
        let begin = match (language, by) {
            (Language::En, Some(by)) => format!(
                "{by} of {organisation} invites you to the portal of {account}: what is left, what \
                 was done, statements and invoices, whenever you want to look."
            ),
            (Language::En, None) => {
                format!("with this link you sign in to the portal of {account} at {organisation}.")
            }
            (Language::De, Some(by)) => format!(
                "{by} von {organisation} lädt Sie in das Portal von {account} ein: was noch da ist, \
                 was getan wurde, Abrechnungen und Rechnungen, wann immer Sie nachsehen möchten."
            ),
            (Language::De, None) => format!(
                "mit diesem Link melden Sie sich im Portal von {account} bei {organisation} an."
            ),
        };
        let end = match (language, by) {
            (Language::En, Some(_)) => {
                format!("The link works once, for 7 days. You get another at {portal}")
            }
            (Language::En, None) => "The link works once, for 15 minutes. If you did not ask for \
                it, leave this mail: without the link nobody signs in."
                .to_owned(),
            (Language::De, Some(_)) => {
                format!(
                    "Der Link gilt einmal und 7 Tage lang. Einen neuen erhalten Sie auf {portal}"
                )
            }
            (Language::De, None) => {
                "Der Link gilt einmal und 15 Minuten lang. Haben Sie ihn nicht \
                angefordert, lassen Sie diese Mail liegen: Ohne den Link meldet sich niemand an."
                    .to_owned()
            }
        };
        (subject, format!("{greeting} {name},\n\n{begin}\n\n{link}\n\n{end}\n"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_tells_the_link_and_for_how_long_it_holds() {
        for (language, by, wanted) in [
            (Language::En, Some("Ana"), "7 days"),
            (Language::En, None, "15 minutes"),
            (Language::De, Some("Ana"), "7 Tage"),
            (Language::De, None, "15 Minuten"),
        ] {
            let (organisation, account) = ("Studio", "Big Company");
            let (link, portal) = ("https://x.example/portal/enter/abc", "https://x.example/portal");
            let told = Invitation { name: "Mia", organisation, account, by, link, portal };
            let (subject, text) = told.told(language);
            assert!(subject.contains("Studio") && text.contains(wanted), "{subject} {text}");
            assert!(text.contains(&format!("\n\n{link}\n\n")) && text.contains("Mia"), "{text}");
        }
    }
}
