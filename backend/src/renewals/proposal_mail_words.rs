//! The mail with a proposal, in the client's language.
use shared::api::{LINK_PLACE, Language, ProposalOffer};

use crate::closings::Words;

/// What a mail with a proposal is about.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// What is offered, and to whom.
    pub offer: &'a ProposalOffer,
    /// Who answers it.
    pub name: &'a str,
    /// Who writes.
    pub by: &'a str,
    /// Its paper goes with it.
    pub paper: bool,
    /// It reminds of what was sent before.
    pub reminds: bool,
}

impl Letter<'_> {
    /// Its subject and its text, with [`LINK_PLACE`] where the link goes.
    pub fn told(self) -> (String, String) {
        let Letter { offer, name, by, paper, reminds } = self;
        let words = Words(offer.language);
        let (retainer, sender) = (offer.retainer_name.as_str(), offer.sender.as_str());
        let (from, until) = (words.day(offer.starts_on), words.day(offer.valid_until));
        let subject = match (offer.language, reminds) {
            (Language::En, false) => format!("Our proposal for {retainer}"),
            (Language::En, true) => format!("Reminder: our proposal for {retainer}"),
            (Language::De, false) => format!("Unser Angebot für {retainer}"),
            (Language::De, true) => format!("Erinnerung: unser Angebot für {retainer}"),
        };
        let begin = match (offer.language, reminds) {
            (Language::En, false) => {
                format!("this is our proposal for the next term of {retainer}, from {from} on.")
            }
            (Language::En, true) => format!(
                "our proposal for the next term of {retainer}, from {from} on, still waits for \
                 your answer. This link takes the place of the one before."
            ),
            (Language::De, false) => {
                format!(
                    "dies ist unser Angebot für die nächste Laufzeit von {retainer}, ab {from}."
                )
            }
            (Language::De, true) => format!(
                "unser Angebot für die nächste Laufzeit von {retainer}, ab {from}, wartet noch auf \
                 Ihre Antwort. Dieser Link tritt an die Stelle des früheren."
            ),
        };
        let ask = words.pick("You read and answer it here:", "Hier lesen und beantworten Sie es:");
        let holds = match offer.language {
            Language::En => format!("It holds until {until}."),
            Language::De => format!("Es gilt bis {until}."),
        };
        let attached = words.pick(" It is attached as PDF too.", " Es liegt auch als PDF bei.");
        let attached = if paper { attached } else { "" };
        let greeting = words.pick("Hello", "Guten Tag");
        let end = words.pick("Kind regards", "Freundliche Grüße");
        let body = format!(
            "{greeting} {name},\n\n{begin}\n\n{ask}\n\n{LINK_PLACE}\n\n{holds}{attached}\n\n\
             {end}\n{by}\n{sender}"
        );
        (subject, body)
    }
}

/// What stands in a copy where the link is.
pub fn without_link(language: Language, name: &str) -> String {
    match language {
        Language::En => format!("({name} has the link.)"),
        Language::De => format!("(Den Link hat {name}.)"),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use shared::api::Money;
    use shared::rules::cycle::{Interval, IntervalUnit};

    use super::*;

    #[test]
    fn each_language_tells_the_link_and_until_when_it_holds() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let price = Money { amount_minor: 150_000, currency: "EUR".into() };
        let offer = |language| ProposalOffer {
            number: 1,
            sender: "Studio".into(),
            client: "Big Company".into(),
            contact_name: "Mia Berg".into(),
            retainer_name: "Care".into(),
            language,
            intro: None,
            lines: Vec::new(),
            interval: Interval { unit: IntervalUnit::Month, count: 1 },
            tax_included: None,
            price_before: price.clone(),
            price: price.clone(),
            pools: Vec::new(),
            starts_on: day("2026-07-01"),
            terms_from: day("2026-07-01"),
            ends_on: None,
            valid_until: day("2026-06-10"),
        };
        for (language, reminds, subject, until) in [
            (Language::En, false, "Our proposal for Care", "until 10 June 2026. It is attached"),
            (Language::En, true, "Reminder: our proposal for Care", "place of the one before"),
            (Language::De, false, "Unser Angebot für Care", "bis 10. Juni 2026. Es liegt"),
            (Language::De, true, "Erinnerung: unser Angebot für Care", "Stelle des früheren"),
        ] {
            let offer = offer(language);
            let letter = Letter { offer: &offer, name: "Mia", by: "Ana", paper: true, reminds };
            let (told, text) = letter.told();
            assert_eq!(told, subject);
            assert!(text.contains(until) && text.contains(" Mia,\n"), "{text}");
            assert!(text.contains("\n\n{link}\n\n") && text.ends_with("Ana\nStudio"), "{text}");
            let (_, bare) = Letter { paper: false, ..letter }.told();
            assert!(!bare.contains("PDF"), "{bare}");
        }
    }
}
