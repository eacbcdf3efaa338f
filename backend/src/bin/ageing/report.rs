//! Medians side by side, as a table and as JSON. Microseconds and hundredths, no floats.
use std::fmt::Write;

/// Name, value and unit of something that was measured.
pub type Figure = (String, String, &'static str);

/// The most that an old book may cost, in hundredths of a young one.
pub const LIMIT: u128 = 130;

/// What one round found, in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    pub balance: u128,
    pub page: u128,
    pub strip: u128,
    pub closing: u128,
}

/// What all rounds found for one book.
pub struct Times {
    name: &'static str,
    found: Vec<Measured>,
}

type Pick = fn(&Measured) -> u128;

const ASKED: [(&str, &str, Pick); 4] = [
    ("balance", "balance of a cycle", |found| found.balance),
    ("retainer_page", "page of a retainer", |found| found.page),
    ("closing_strip", "strip before closing", |found| found.strip),
    ("closing", "closing a cycle", |found| found.closing),
];

impl Times {
    pub fn of(name: &'static str) -> Self {
        Self { name, found: Vec::new() }
    }
    pub fn note(&mut self, found: Measured) {
        self.found.push(found);
    }
    fn median(&self, pick: Pick) -> u128 {
        let mut all: Vec<u128> = self.found.iter().map(pick).collect();
        all.sort_unstable();
        all.get(all.len() / 2).copied().unwrap_or(0)
    }
}

/// How often `one` goes into `other`, in hundredths.
pub fn ratio(other: u128, one: u128) -> u128 {
    (other * 100 + one / 2) / one.max(1)
}
/// A number of hundredths, in words.
pub fn hundredths(number: u128) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}
/// Microseconds as milliseconds, in words.
pub fn ms(micros: u128) -> String {
    format!("{}.{:03}", micros / 1_000, micros % 1_000)
}

pub fn print(times: &[Times], engine: &str) {
    let Some((young, older)) = times.split_first() else { return };
    let rounds = young.found.len();
    println!("\nBooks of different age on {engine}, medians of {rounds} rounds, in ms");
    let mut head = format!("{:<20}", "entries when closed");
    times.iter().for_each(|one| _ = write!(head, "{:>10}", one.name));
    older
        .iter()
        .for_each(|one| _ = write!(head, "{:>14}", format!("{} / {}", one.name, young.name)));
    println!("{head}");
    for (_, words, pick) in ASKED {
        let mut line = format!("{words:<20}");
        times.iter().for_each(|one| _ = write!(line, "{:>10}", ms(one.median(pick))));
        let mut slow = false;
        for one in older {
            let ratio = ratio(one.median(pick), young.median(pick));
            slow |= ratio > LIMIT;
            _ = write!(line, "{:>14}", hundredths(ratio));
        }
        println!("{line}{}", if slow { "  slower than 1.30" } else { "" });
    }
}

/// A list of `{ "name", "value", "unit" }`: the books, then what else was measured.
pub fn json(times: &[Times], more: Vec<Figure>) -> String {
    let mut rows = Vec::new();
    let mut row = |name: String, value: String, unit: &str| {
        rows.push(format!("  {{\"name\": \"{name}\", \"value\": {value}, \"unit\": \"{unit}\"}}"));
    };
    let young = times.first();
    for (name, _, pick) in ASKED {
        for one in times {
            row(format!("{name}_{}", one.name), ms(one.median(pick)), "ms");
        }
        for (one, young) in times.iter().skip(1).zip(young.iter().cycle()) {
            let ratio = ratio(one.median(pick), young.median(pick));
            row(format!("{name}_{}_vs_{}", one.name, young.name), hundredths(ratio), "ratio");
        }
    }
    more.into_iter().for_each(|(name, value, unit)| row(name, value, unit));
    format!("[\n{}\n]\n", rows.join(",\n"))
}
