//! A letter to a client about new prices: what it says, and how that looks on paper.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{InvoiceParties, LetterLine, NewUplift, RetainerId, TaxMode, TaxRate};
use shared::rules::mail::{filled, one_line, paragraphs};

use crate::closings::Words;
use crate::invoices;
use crate::pdf::{Row, Sheet};

/// The names of a list that are told; the others are counted.
const TOLD: usize = 3;

/// A letter, as it is kept once it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub parties: InvoiceParties,
    /// The day it is of, where the organisation is.
    pub on: NaiveDate,
    pub made_at: DateTime<Utc>,
    pub subject: String,
    /// Paragraphs before the table of prices.
    pub before: Vec<String>,
    /// And after it.
    pub after: Vec<String>,
    pub lines: Vec<LetterLine>,
    /// What is said of tax; none where nothing holds for all lines.
    pub tax_mode: Option<TaxMode>,
}

/// Who writes to whom, and when.
#[derive(Debug, Clone)]
pub struct Head {
    pub parties: InvoiceParties,
    pub tax_mode: Option<TaxMode>,
    pub on: NaiveDate,
    pub made_at: DateTime<Utc>,
}

impl Letter {
    /// The letter about some retainers of a client, in the words of the uplift and the language of
    /// the client. The table stands below what is said of each retainer, or above the farewell.
    pub fn write(asked: &NewUplift, head: Head, lines: Vec<LetterLine>) -> Self {
        let told = Words(head.parties.language);
        let words = asked.words(head.parties.language);
        let figures: Vec<[String; 4]> = lines.iter().map(|line| figures(line, told)).collect();
        let parties = &head.parties;
        let all = [("client", parties.client.as_str()), ("sender", parties.legal_name.as_str())];
        const EACH: [&str; 4] = ["retainer", "old", "new", "day"];
        let each: Vec<Vec<(&str, &str)>> = figures
            .iter()
            .map(|line| EACH.into_iter().zip(line.iter().map(String::as_str)).collect())
            .collect();
        let of_all = EACH.map(|name| {
            let values = each.iter().flatten().filter(|(known, _)| *known == name);
            (name, listed(&values.map(|(_, value)| *value).collect::<Vec<_>>(), told))
        });
        let of_all = of_all.iter().map(|(name, value)| (*name, value.as_str()));
        let subject = filled(&words.subject, &all.into_iter().chain(of_all).collect::<Vec<_>>());
        let mut before = paragraphs(&words.body, &all, ("retainer", &each));
        let last = before.iter().rposition(|one| one.of_one).map(|place| place + 1);
        let place = last.unwrap_or(before.len().saturating_sub(1).max(1)).min(before.len());
        let after = before.split_off(place);
        let texts = |of: Vec<shared::rules::mail::Paragraph>| of.into_iter().map(|one| one.text);
        Self {
            on: head.on,
            made_at: head.made_at,
            subject: one_line(&subject),
            before: texts(before).collect(),
            after: texts(after).collect(),
            lines,
            tax_mode: head.tax_mode,
            parties: head.parties,
        }
    }

    /// The text of its mail: all that it says beside the table.
    pub fn text(&self) -> String {
        let all: Vec<&str> = self.before.iter().chain(&self.after).map(String::as_str).collect();
        all.join("\n\n")
    }

    /// What its file is called.
    pub fn file_name(&self) -> String {
        let what = Words(self.parties.language).pick("New prices", "Neue Preise");
        // No name of a file has what parts folders.
        let parts = |sign: char| sign.is_control() || r#"/\:*?"<>|"#.contains(sign);
        let client = self.parties.client.replace(parts, "-");
        format!("{what} {client} {}.pdf", self.on)
    }

    /// The letter as a paper.
    pub fn sheet(&self) -> Sheet {
        let told = Words(self.parties.language);
        let say = |english, german| told.pick(english, german).to_owned();
        let row = |line: &LetterLine| {
            let [text, old, new, day] = figures(line, told);
            Row { text, detail: None, cells: vec![old, new, day], so_far: String::new() }
        };
        let tax = self.tax_mode.map(|mode| match mode {
            TaxMode::Inclusive => say("Prices include tax.", "Preise einschließlich Steuer."),
            TaxMode::Exclusive => say(
                "Prices are without tax, which is added where it is owed.",
                "Preise zuzüglich Steuer, soweit sie anfällt.",
            ),
        });
        Sheet {
            made_at: self.made_at,
            heading: self.subject.clone(),
            before: self.before.clone(),
            heads: vec![
                say("Price of a cycle", "Preis je Zyklus"),
                say("Until then", "Bisher"),
                say("New", "Neu"),
                say("From", "Ab"),
            ],
            rows: self.lines.iter().map(row).collect(),
            after: self.after.clone(),
            notes: tax.into_iter().collect(),
            ..invoices::letterhead(&self.parties, self.on)
        }
    }
}

/// What a letter says of tax: that prices include it only where each of them does.
pub fn tax_told(
    mode: TaxMode,
    lines: &[LetterLine],
    included: &HashMap<RetainerId, Vec<TaxRate>>,
) -> Option<TaxMode> {
    let some = |rate: &TaxRate| rate.percent.contains(|digit| ('1'..='9').contains(&digit));
    let includes = |line: &LetterLine| {
        included.get(&line.retainer_id).is_some_and(|taxes| taxes.iter().any(some))
    };
    (mode == TaxMode::Exclusive || lines.iter().all(includes)).then_some(mode)
}

/// A retainer, its prices and the day, in words.
fn figures(line: &LetterLine, told: Words) -> [String; 4] {
    let [old, new] = [line.old_minor, line.new_minor].map(|n| told.money(n, &line.currency));
    [line.retainer_name.clone(), old, new, told.day(line.from)]
}

/// Values one after the other, each once: `A, B and C`, `A, B, C and 2 more`. One alone is told
/// rather than counted: what it is called in German hangs on what it is.
fn listed(values: &[&str], told: Words) -> String {
    let mut each: Vec<&str> = Vec::new();
    for value in values {
        if !each.contains(value) {
            each.push(value);
        }
    }
    let and = told.pick("and", "und");
    match (each.split_last(), each.len().saturating_sub(TOLD)) {
        (None, _) => String::new(),
        (Some((only, [])), _) => (*only).to_owned(),
        (Some((last, others)), 0 | 1) => format!("{} {and} {last}", others.join(", ")),
        (_, more) => {
            let other = told.pick("more", "weitere");
            format!("{} {and} {more} {other}", each[..TOLD].join(", "))
        }
    }
}

#[cfg(test)]
#[path = "letter_tests.rs"]
mod tests;
