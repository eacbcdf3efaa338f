//! The message that is drafted before a cycle ends, in the client's language.
use chrono::NaiveDate;
use shared::api::{Balance, Language, Priority};
use shared::rules::mail::one_line;

use crate::closings::Words;
use crate::invoices::{ComesTo, NextBill};

/// Things that are told one by one, at most.
const TOLD_MAX: usize = 40;

/// Something that was delivered or held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    pub what: Option<String>,
    /// The first and the last day of it.
    pub days: (NaiveDate, NaiveDate),
    /// How often.
    pub count: i64,
    pub session: bool,
}

/// What a client is told of a cycle.
#[derive(Debug)]
pub struct Outreach<'a> {
    pub contact: &'a str,
    pub retainer: &'a str,
    /// The cycle, `[start, end)`.
    pub days: (NaiveDate, NaiveDate),
    pub done: Vec<Done>,
    pub balances: &'a [Balance],
    /// What came first in it.
    pub agreed: &'a [Priority],
    /// What comes first in the next.
    pub next: &'a [String],
    pub next_days: Option<(NaiveDate, NaiveDate)>,
    /// The agreement ends with it.
    pub last: bool,
    pub bill: Option<NextBill>,
    pub currency: &'a str,
    /// Who writes.
    pub from: &'a str,
    /// In whose name.
    pub sender: &'a str,
}

impl Outreach<'_> {
    /// Its subject and its text.
    pub fn told(&self, language: Language) -> (String, String) {
        let words = Words(language);
        let about = words.pick("what was done and what is next", "was war und was kommt");
        let subject = format!("{}: {about}", self.retainer);
        let greeting = words.pick("Hello", "Guten Tag");
        let last = words.day(self.days.1.pred_opt().unwrap_or(self.days.1));
        let begin = match language {
            Language::En => format!(
                "this cycle of {} ends on {last}. Here is what was done, and what is next.",
                self.retainer
            ),
            Language::De => format!(
                "der laufende Zyklus von {} endet am {last}. Hier steht, was getan wurde und was \
                 kommt.",
                self.retainer
            ),
        };
        let mut parts = vec![format!("{greeting} {},\n\n{begin}", self.contact)];
        let title = words.pick("Done in this cycle", "In diesem Zyklus getan");
        parts.push(list(title, &self.all_done(words)));
        parts.extend(self.balances.iter().map(|balance| balance_of(words, balance)));
        let agreed: Vec<String> = self.agreed.iter().map(|one| agreed(words, one)).collect();
        if !agreed.is_empty() {
            parts.push(list(words.pick("What we agreed on", "Was vereinbart war"), &agreed));
        }
        let next: Vec<String> =
            self.next.iter().map(|one| format!("- {}", one_line(one))).collect();
        if !next.is_empty() && !self.last {
            parts.push(list(words.pick("Next", "Als Nächstes"), &next));
        }
        parts.extend(self.ahead(words));
        let end = words.pick(
            "Please tell us if anything should change.",
            "Bitte sagen Sie uns, wenn sich etwas ändern soll.",
        );
        parts.push(end.to_owned());
        parts.push(format!("{}\n{}", self.from, self.sender));
        (subject, parts.join("\n\n"))
    }

    /// What was done, and how much more than that.
    fn all_done(&self, words: Words) -> Vec<String> {
        let mut lines: Vec<String> =
            self.done.iter().take(TOLD_MAX).map(|one| done(words, one)).collect();
        let more: i64 = self.done.iter().skip(TOLD_MAX).map(|one| one.count).sum();
        if more > 0 {
            lines.push(match words.0 {
                Language::En => format!("- And {more} more."),
                Language::De => format!("- Und {more} weitere."),
            });
        }
        if lines.is_empty() {
            let none = words.pick("- Nothing was recorded yet.", "- Noch ist nichts erfasst.");
            lines.push(none.to_owned());
        }
        lines
    }

    /// The next cycle, and what is billed next.
    fn ahead(&self, words: Words) -> Option<String> {
        let mut lines = Vec::new();
        match self.next_days {
            Some((start, end)) => {
                let days = words.days(start, end);
                lines.push(format!("{}: {days}.", words.pick("Next cycle", "Nächster Zyklus")));
            }
            None if self.last => lines.push(
                words
                    .pick(
                        "Our agreement ends with this cycle.",
                        "Unsere Vereinbarung endet mit diesem Zyklus.",
                    )
                    .to_owned(),
            ),
            None => {}
        }
        lines.extend(self.bill.as_ref().map(|bill| self.bill(words, bill)));
        (!lines.is_empty()).then(|| lines.join("\n"))
    }

    /// What is billed next: all of it, or what is known of it.
    fn bill(&self, words: Words, bill: &NextBill) -> String {
        let amount = words.money(bill.amount_minor, self.currency);
        let (days, on) = (words.days(bill.days.0, bill.days.1), words.day(bill.on));
        let ComesTo::Price { plus_tax } = bill.comes_to else {
            return match words.0 {
                Language::En => format!("Next invoice: {amount} for {days}, dated {on}."),
                Language::De => format!("Nächste Rechnung: {amount} für {days}, Datum {on}."),
            };
        };
        let tax = match plus_tax {
            true => words.pick(" plus tax", " zuzüglich Steuern"),
            false => "",
        };
        match words.0 {
            Language::En => format!(
                "Next invoice: {amount}{tax} for {days}, dated {on}. Expenses and anything used \
                 beyond what is included come on top."
            ),
            Language::De => format!(
                "Nächste Rechnung: {amount}{tax} für {days}, Datum {on}. Auslagen und was über das \
                 Enthaltene hinaus genutzt wurde, kommen hinzu."
            ),
        }
    }
}

fn list(title: &str, lines: &[String]) -> String {
    format!("{title}:\n{}", lines.join("\n"))
}

fn done(words: Words, one: &Done) -> String {
    let unnamed = match one.session {
        true => words.pick("Session", "Sitzung"),
        false => words.pick("Delivered", "Geliefert"),
    };
    let (first, last) = one.days;
    let on = match last.succ_opt().filter(|_| first < last) {
        Some(after) => words.days(first, after),
        None => words.day(last),
    };
    let count = if one.count > 1 { format!(" × {}", one.count) } else { String::new() };
    let what = one.what.as_deref().map(one_line).filter(|what| !what.is_empty());
    match (what, one.session) {
        (None, _) => format!("- {unnamed}{count}, {on}"),
        (Some(what), true) => format!("- {unnamed}: {what}{count}, {on}"),
        (Some(what), false) => format!("- {what}{count}, {on}"),
    }
}

fn agreed(words: Words, one: &Priority) -> String {
    let stands = match one.done_at {
        Some(_) => words.pick("reached", "erreicht"),
        None => words.pick("not reached yet", "noch nicht erreicht"),
    };
    format!("- {}: {stands}", one_line(&one.title))
}

/// What a pool held, what is left of it, and what of that lapses first.
fn balance_of(words: Words, balance: &Balance) -> String {
    let pool = &balance.pool;
    let units = |quantity| words.units(quantity, pool);
    let used = words.used(&units(balance.used), &units(balance.available));
    let mut text = format!("{}: {used}", words.pool(pool));
    if balance.left > 0 {
        let left = units(balance.left);
        text += &match words.0 {
            Language::En => format!(" {left} left."),
            Language::De => format!(" Noch {left}."),
        };
    }
    if let Some(lapse) = balance.next_lapses.first().filter(|_| balance.left > 0) {
        // Its day is the first on which it is gone.
        let last = words.day(lapse.on.pred_opt().unwrap_or(lapse.on));
        let gone = units(lapse.quantity);
        text += &match words.0 {
            Language::En => format!(" {gone} of it can be used until {last}."),
            Language::De => format!(" Davon sind {gone} bis {last} nutzbar."),
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn told(language: Language, last: bool) -> (String, String) {
        let thing = |what: Option<&str>, (from, to): (&str, &str), count, session| Done {
            what: what.map(str::to_owned),
            days: (day(from), day(to)),
            count,
            session,
        };
        let (twelfth, fourteenth) = ("2026-01-12", "2026-01-14");
        let bill = NextBill {
            days: (day("2026-02-01"), day("2026-03-01")),
            on: day("2026-02-01"),
            amount_minor: 250_000,
            comes_to: ComesTo::Price { plus_tax: true },
        };
        let outreach = Outreach {
            contact: "Mia Berg",
            retainer: "Support",
            days: (day("2026-01-01"), day("2026-02-01")),
            done: vec![
                thing(Some("Pricing\npage"), (twelfth, twelfth), 1, false),
                thing(Some("Blog article"), (twelfth, fourteenth), 6, false),
                thing(None, (fourteenth, fourteenth), 1, true),
            ],
            balances: &[],
            agreed: &[],
            next: &["Launch the shop".to_owned()],
            next_days: (!last).then(|| (day("2026-02-01"), day("2026-03-01"))),
            last,
            bill: (!last).then_some(bill),
            currency: "EUR",
            from: "Ana",
            sender: "Studio Ltd",
        };
        outreach.told(language)
    }

    #[test]
    fn a_client_is_told_what_was_done_and_what_is_next() {
        let (subject, text) = told(Language::En, false);
        assert_eq!(subject, "Support: what was done and what is next");
        assert!(
            text.starts_with("Hello Mia Berg,\n\nthis cycle of Support ends on 31 January 2026.")
        );
        assert!(text.contains(
            "- Pricing page, 12 January 2026\n\
            - Blog article × 6, 12 January 2026 to 14 January 2026\n\
            - Session, 14 January 2026\n"
        ));
        assert!(text.contains("Next:\n- Launch the shop\n"));
        assert!(text.contains("Next cycle: 1 February 2026 to 28 February 2026.\n"));
        assert!(text.contains(
            "2,500.00 EUR plus tax for 1 February 2026 to 28 February 2026, dated 1 February 2026."
        ));
        assert!(text.ends_with("\n\nAna\nStudio Ltd"), "{text}");
    }

    #[test]
    fn the_last_cycle_has_no_next() {
        let (subject, text) = told(Language::De, true);
        assert_eq!(subject, "Support: was war und was kommt");
        assert!(
            text.contains("endet mit diesem Zyklus.") && !text.contains("Als Nächstes"),
            "{text}"
        );
        assert!(text.contains("- Sitzung, 14. Januar 2026"), "{text}");
    }
}
