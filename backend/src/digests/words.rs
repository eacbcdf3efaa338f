//! What a digest says, in the language of its reader.
use shared::api::{AlertKind, Language};
use shared::rules::mail::one_line;
use shared::rules::zone;

use super::contents::{Contents, EACH_MAX};
use super::store::{AlertRow, StepRow};
use crate::closings::Words;
use crate::config::Site;

/// A digest to be told.
#[derive(Debug)]
pub struct Digest<'a> {
    pub name: &'a str,
    pub organisation: &'a str,
    pub contents: &'a Contents,
    pub site: &'a Site,
}

impl Digest<'_> {
    /// Its subject and its text.
    pub fn told(&self, language: Language) -> (String, String) {
        let (words, all) = (Words(language), self.contents);
        let today = words.day(all.today);
        let subject = match language {
            Language::En => format!("{}: what needs you, {today}", self.organisation),
            Language::De => format!("{}: was heute ansteht, {today}", self.organisation),
        };
        let begin = match language {
            Language::En => format!("Hello {},\n\nthis needs you today, {today}.", self.name),
            Language::De => {
                format!("Guten Tag {},\n\ndas steht heute für Sie an, {today}.", self.name)
            }
        };
        let (late, due): (Vec<&StepRow>, Vec<&StepRow>) =
            all.steps.iter().partition(|step| step.due_on < all.today);
        let step = |one: &&StepRow| self.step(words, one);
        let mut parts = vec![begin];
        let kinds = [
            (("Overdue", "Überfällig"), late.iter().map(step).collect::<Vec<_>>()),
            (("Due today", "Heute fällig"), due.iter().map(step).collect()),
            (
                ("Alerts", "Warnungen"),
                all.alerts.iter().map(|one| self.alert(words, one)).collect(),
            ),
            (("Renewals to be decided", "Verlängerungen zu entscheiden"), self.renewals(words)),
            (("Messages without an answer", "Nachrichten ohne Antwort"), self.messages(words)),
        ];
        for ((english, german), lines) in kinds {
            if lines.is_empty() {
                continue;
            }
            let mut text = format!("{}:", words.pick(english, german));
            for line in lines.iter().take(EACH_MAX) {
                text += &format!("\n- {line}");
            }
            if lines.len() > EACH_MAX {
                text += words.pick("\n- And more.", "\n- Und weitere.");
            }
            parts.push(text);
        }
        let (home, settings) = (self.site.link("/"), self.site.link("/settings/notifications"));
        parts.push(match language {
            Language::En => format!("All of it: {home}\nHow often this comes: {settings}"),
            Language::De => format!("Alles: {home}\nWie oft das kommt: {settings}"),
        });
        (one_line(&subject), parts.join("\n\n") + "\n")
    }

    fn step(&self, words: Words, one: &StepRow) -> String {
        let link = self.site.link(&format!("/accounts/{}/timeline", one.account_id));
        let by = words.pick("by", "bis");
        let day = words.day(one.due_on);
        format!("{} ({}), {by} {day}\n  {link}", one_line(&one.title), one_line(&one.account))
    }

    fn alert(&self, words: Words, one: &AlertRow) -> String {
        let path = format!("/accounts/{}/retainers/{}", one.account_id, one.retainer_id);
        let at = one.threshold;
        let what = match (one.kind, words.0) {
            (AlertKind::Used, Language::En) => format!("{at} % used"),
            (AlertKind::Used, Language::De) => format!("{at} % genutzt"),
            (AlertKind::Left, Language::En) => "little is left".to_owned(),
            (AlertKind::Left, Language::De) => "wenig ist übrig".to_owned(),
            (AlertKind::Pace, Language::En) => "used ahead of the calendar".to_owned(),
            (AlertKind::Pace, Language::De) => "schneller genutzt als der Kalender".to_owned(),
            (AlertKind::UnderUse, Language::En) => "used behind the calendar".to_owned(),
            (AlertKind::UnderUse, Language::De) => "langsamer genutzt als der Kalender".to_owned(),
        };
        let (retainer, account) = (one_line(&one.retainer), one_line(&one.account));
        format!("{retainer} ({account}): {what}\n  {}", self.site.link(&path))
    }

    fn renewals(&self, words: Words) -> Vec<String> {
        let by = words.pick("by", "bis");
        let one = |one: &super::store::RenewalRow| {
            let link = self.site.link("/renewals");
            let (retainer, account) = (one_line(&one.retainer), one_line(&one.account));
            format!("{retainer} ({account}), {by} {}\n  {link}", words.day(one.decide_by))
        };
        self.contents.renewals.iter().map(one).collect()
    }

    fn messages(&self, words: Words) -> Vec<String> {
        let one = |one: &super::store::MessageRow| {
            let link = self.site.link(&format!("/accounts/{}/timeline", one.account_id));
            let day = words.day(zone::local_date(self.contents.zone, one.created_at));
            let (name, subject) = (one_line(&one.contact_name), one_line(&one.subject));
            format!("{name} ({}): {subject}, {day}\n  {link}", one_line(&one.account))
        };
        self.contents.messages.iter().map(one).collect()
    }
}
