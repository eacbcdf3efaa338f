//! Words that go to a client, in the language asked for: amounts, days, sentences of a recap.
use chrono::{Datelike, NaiveDate};
use shared::api::{Language, OverageMode, Pool, Unit};
use shared::rules::money::minor_digits;

const MONTHS: [(&str, &str); 12] = [
    ("January", "Januar"),
    ("February", "Februar"),
    ("March", "März"),
    ("April", "April"),
    ("May", "Mai"),
    ("June", "Juni"),
    ("July", "Juli"),
    ("August", "August"),
    ("September", "September"),
    ("October", "Oktober"),
    ("November", "November"),
    ("December", "Dezember"),
];

/// Words of one language.
#[derive(Debug, Clone, Copy)]
pub struct Words(pub Language);

impl Words {
    /// The one of the two that is in its language.
    pub fn pick<'a>(self, english: &'a str, german: &'a str) -> &'a str {
        match self.0 {
            Language::En => english,
            Language::De => german,
        }
    }

    /// A day: `31 January 2026`, `31. Januar 2026`.
    pub fn day(self, day: NaiveDate) -> String {
        let month = usize::try_from(day.month0()).ok().and_then(|month| MONTHS.get(month));
        let (english, german) = month.copied().unwrap_or_default();
        match self.0 {
            Language::En => format!("{} {english} {}", day.day(), day.year()),
            Language::De => format!("{}. {german} {}", day.day(), day.year()),
        }
    }

    /// The days of a cycle; `end` is the day after the last.
    pub fn days(self, start: NaiveDate, end: NaiveDate) -> String {
        let last = end.pred_opt().unwrap_or(end);
        let (from, to) = (self.day(start), self.day(last));
        format!("{from} {} {to}", self.pick("to", "bis"))
    }

    /// An amount with all digits of its currency: `1,234.50 EUR`, `1.234,50 EUR`.
    pub fn money(self, minor: i64, currency: &str) -> String {
        format!("{} {currency}", self.amount(minor, currency))
    }

    /// The same without the currency.
    pub fn amount(self, minor: i64, currency: &str) -> String {
        let digits = usize::try_from(minor_digits(currency)).unwrap_or(2);
        let plain = format!("{:0>width$}", minor.unsigned_abs(), width = digits + 1);
        let (whole, rest) = plain.split_at(plain.len() - digits);
        let (group, point) = match self.0 {
            Language::En => (',', '.'),
            Language::De => ('.', ','),
        };
        let mut text = if minor < 0 { "−".to_owned() } else { String::new() };
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                text.push(group);
            }
            text.push(digit);
        }
        if digits > 0 {
            text.push(point);
            text.push_str(rest);
        }
        text
    }

    /// Units of a pool: `6 h 30`, `1 session`, `1,234.50 EUR`.
    pub fn units(self, quantity: i64, pool: &Pool) -> String {
        self.counted(quantity, pool.unit, &pool.currency)
    }

    /// So many of a unit.
    pub fn counted(self, quantity: i64, unit: Unit, currency: &str) -> String {
        let counted = |one: (&str, &str), many: (&str, &str)| {
            let (english, german) = if quantity == 1 { one } else { many };
            format!("{quantity} {}", self.pick(english, german))
        };
        match unit {
            Unit::Minutes => effort(quantity),
            Unit::Money => self.money(quantity, currency),
            Unit::Sessions => counted(("session", "Sitzung"), ("sessions", "Sitzungen")),
            Unit::Deliverables => {
                counted(("deliverable", "Ergebnis"), ("deliverables", "Ergebnisse"))
            }
            Unit::Credits => counted(("credit", "Credit"), ("credits", "Credits")),
        }
    }

    /// What people call a pool.
    pub fn pool(self, pool: &Pool) -> String {
        pool.name.clone().unwrap_or_else(|| {
            let (english, german) = match pool.unit {
                Unit::Minutes => ("Hours", "Stunden"),
                Unit::Sessions => ("Sessions", "Sitzungen"),
                Unit::Deliverables => ("Deliverables", "Ergebnisse"),
                Unit::Credits => ("Credits", "Credits"),
                Unit::Money => ("Budget", "Budget"),
            };
            self.pick(english, german).to_owned()
        })
    }

    /// What was used of what was available.
    pub fn used(self, used: &str, available: &str) -> String {
        let (of, done) = (self.pick("of", "von"), self.pick("used", "genutzt"));
        format!("{used} {of} {available} {done}.")
    }

    /// Work that nobody described.
    pub fn without_note(self) -> &'static str {
        match self.0 {
            Language::En => "Without a note",
            Language::De => "Ohne Notiz",
        }
    }

    /// What no line of its own is told for.
    pub fn everything_else(self) -> &'static str {
        match self.0 {
            Language::En => "Everything else",
            Language::De => "Alles andere",
        }
    }

    /// A session that did not take place and is charged.
    pub fn charged(self, title: &str) -> String {
        format!(
            "{title} ({})",
            self.pick("not held, charged by the terms", "ausgefallen, nach den Regeln berechnet")
        )
    }

    /// A session that was booked, and of which nobody has said how it went.
    pub fn unconfirmed(self, title: &str) -> String {
        format!(
            "{title} ({})",
            self.pick("booked, not yet confirmed", "gebucht, noch nicht bestätigt")
        )
    }

    /// A session that is made up.
    pub fn made_up(self, title: &str) -> String {
        format!("{title} ({})", self.pick("to be made up", "wird nachgeholt"))
    }

    /// What became of overage.
    pub fn beyond(
        self,
        over: &str,
        (choice, amount, borrowed): (OverageMode, Option<&str>, &str),
    ) -> String {
        let first = match self.0 {
            Language::En => format!("Beyond what was available: {over}."),
            Language::De => format!("Über das Verfügbare hinaus: {over}."),
        };
        let rest = match (choice, amount, self.0) {
            (OverageMode::Borrow, None, Language::En) => {
                format!("{borrowed} of it come out of the next cycle.")
            }
            (OverageMode::Borrow, None, Language::De) => {
                format!("Davon kommen {borrowed} aus dem nächsten Zyklus.")
            }
            (OverageMode::Borrow, Some(amount), Language::En) => {
                format!(
                    "{borrowed} of it come out of the next cycle; the rest is billed: {amount}."
                )
            }
            (OverageMode::Borrow, Some(amount), Language::De) => {
                format!(
                    "Davon kommen {borrowed} aus dem nächsten Zyklus; den Rest berechnen wir: \
                     {amount}."
                )
            }
            (_, Some(amount), Language::En) => format!("It is billed: {amount}."),
            (_, Some(amount), Language::De) => format!("Wir berechnen dafür {amount}."),
            (_, None, Language::En) => "We do not bill it.".to_owned(),
            (_, None, Language::De) => "Wir berechnen es nicht.".to_owned(),
        };
        format!("{first} {rest}")
    }

    /// What the next cycle starts with.
    pub fn carries(self, units: &str) -> String {
        match self.0 {
            Language::En => format!("Carried over to the next cycle: {units}."),
            Language::De => format!("In den nächsten Zyklus übertragen: {units}."),
        }
    }

    /// What is gone.
    pub fn lapses(self, units: &str) -> String {
        match self.0 {
            Language::En => format!("Lapsed unused: {units}."),
            Language::De => format!("Ungenutzt verfallen: {units}."),
        }
    }

    /// The line of an invoice for overage.
    pub fn line(self, (retainer, pool): (&str, &str), units: &str, days: &str) -> String {
        match self.0 {
            Language::En => format!("{retainer}, {pool} beyond the allowance: {units}, {days}"),
            Language::De => {
                format!("{retainer}, {pool} über das Kontingent hinaus: {units}, {days}")
            }
        }
    }
}

/// Whole minutes: `6 h 30`, `4 h`, `45 min`.
fn effort(minutes: i64) -> String {
    let sign = if minutes < 0 { "−" } else { "" };
    let size = minutes.unsigned_abs();
    match (size / 60, size % 60) {
        (0, rest) => format!("{sign}{rest} min"),
        (hours, 0) => format!("{sign}{hours} h"),
        (hours, rest) => format!("{sign}{hours} h {rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_written_as_each_language_does() {
        let (english, german) = (Words(Language::En), Words(Language::De));
        assert_eq!(english.money(123_450, "EUR"), "1,234.50 EUR");
        assert_eq!(german.money(123_450, "EUR"), "1.234,50 EUR");
        assert_eq!(english.money(5, "EUR"), "0.05 EUR");
        assert_eq!(english.money(1_000_000, "JPY"), "1,000,000 JPY");
        assert_eq!(german.money(1_500, "KWD"), "1,500 KWD");
    }

    #[test]
    fn effort_and_days_are_written_in_full() {
        assert_eq!(
            [390, 240, 45, 0, 605].map(effort),
            ["6 h 30", "4 h", "45 min", "0 min", "10 h 05"]
        );
        let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
        let (from, to) = (day("2026-03-01"), day("2026-04-01"));
        assert_eq!(Words(Language::En).days(from, to), "1 March 2026 to 31 March 2026");
        assert_eq!(Words(Language::De).days(from, to), "1. März 2026 bis 31. März 2026");
    }
}
