//! Numbers of invoices in what people write beside a transfer.
//!
//! A number is known by its runs of letters and digits: `INV-2026-0042` is also `inv 2026/42`, and
//! `INV20260042`, and broken by the bank's line end `INV-2026-00 42`. Runs are compared as wholes,
//! so that no number is found within a longer one.
use std::collections::{BTreeMap, BTreeSet};

/// From how many characters on a number is known though letters touch it.
const LONG: usize = 8;
/// How many digits tell a number of which the letters were left out.
const BARE: usize = 6;
/// How much of a text is read, in characters.
const TEXT_MAX: usize = 2_000;

/// The invoices that a text names, by their places in the list that [`Numbers`] was made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentioned {
    /// In the order in which they stand in the text, each once.
    pub bills: Vec<usize>,
    /// Each is told by its whole number, and by nothing that could be another.
    pub sure: bool,
}

/// The numbers of invoices, to be looked for in texts.
#[derive(Debug, Clone, Default)]
pub struct Numbers {
    parts: Keys,
    runs: Keys,
    bare: Keys,
    /// Run by run as they stand on invoices, noughts and all.
    printed: BTreeSet<String>,
}

/// Places by key, and how long the keys are.
#[derive(Debug, Clone, Default)]
struct Keys {
    places: BTreeMap<String, Vec<usize>>,
    lengths: BTreeSet<usize>,
}

impl Keys {
    fn add(&mut self, key: String, length: usize, place: usize) {
        self.lengths.insert(length);
        self.places.entry(key).or_default().push(place);
    }
}

/// How a number was found: the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum How {
    /// Run by run.
    Parts,
    /// All of its characters, whatever parts them.
    Run,
    /// Its digits alone.
    Bare,
}

struct Found {
    how: How,
    from: usize,
    to: usize,
    place: usize,
    sure: bool,
}

/// A letter or digit, upper case, and whether it touches the one before.
struct Sign {
    c: char,
    glued: bool,
    /// A sign that joins the figures of a day or a longer number stands between it and the one
    /// before.
    joined: bool,
}

/// Letters and digits of a text.
fn signs(text: &str) -> Vec<Sign> {
    let mut signs = Vec::new();
    let (mut glued, mut joined) = (false, false);
    for c in text.chars().take(TEXT_MAX) {
        if c.is_alphanumeric() {
            // What is one letter stays one, so that places can be counted.
            let c = if c.is_ascii() { c.to_ascii_uppercase() } else { c };
            signs.push(Sign { c, glued, joined });
        }
        joined = glued && matches!(c, '-' | '/' | '.' | '_');
        glued = c.is_alphanumeric();
    }
    signs
}

/// Where runs of one kind begin and end.
fn parts(signs: &[Sign]) -> Vec<(usize, usize)> {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for (at, sign) in signs.iter().enumerate() {
        let same = at > 0 && signs[at - 1].c.is_ascii_digit() == sign.c.is_ascii_digit();
        match parts.last_mut() {
            Some(last) if sign.glued && same => last.1 = at + 1,
            _ => parts.push((at, at + 1)),
        }
    }
    parts
}

fn text_of(signs: &[Sign]) -> String {
    signs.iter().map(|sign| sign.c).collect()
}

/// Runs as a key; of digits without the noughts before them if they may be left out.
fn key(signs: &[Sign], parts: &[(usize, usize)], trim: bool) -> String {
    let mut key = String::new();
    for &(from, to) in parts {
        let part = text_of(&signs[from..to]);
        let kept =
            if trim && is_digit(&signs[from]) { part.trim_start_matches('0') } else { &part };
        key.push('-');
        key.push_str(if kept.is_empty() { "0" } else { kept });
    }
    key
}

fn is_digit(sign: &Sign) -> bool {
    sign.c.is_ascii_digit()
}

impl Numbers {
    /// Numbers as they stand on invoices, in the order of their places.
    pub fn new<'a>(numbers: impl Iterator<Item = &'a str>) -> Self {
        let mut known = Self::default();
        for (place, number) in numbers.enumerate() {
            let signs = signs(number);
            let parts = parts(&signs);
            // A number of a few digits is in many texts.
            if signs.len() < BARE || !signs.iter().any(is_digit) {
                continue;
            }
            known.parts.add(key(&signs, &parts, true), parts.len(), place);
            known.printed.insert(key(&signs, &parts, false));
            known.runs.add(text_of(&signs), signs.len(), place);
            let digits = parts.iter().position(|part| is_digit(&signs[part.0]));
            if let Some(from) = digits.filter(|from| *from > 0) {
                let bare = &parts[from..];
                if signs.len() - bare[0].0 >= BARE {
                    known.bare.add(key(&signs, bare, false), bare.len(), place);
                }
            }
        }
        known
    }

    /// Which of them a text names.
    #[must_use]
    pub fn find(&self, text: &str) -> Mentioned {
        let signs = signs(text);
        let parts = parts(&signs);
        let mut found = Vec::new();
        by_parts((&self.parts, How::Parts), (&signs, &parts), &mut found);
        for one in &mut found {
            one.sure &= self.is_no_day((&signs, &parts), (one.from, one.to));
        }
        self.by_runs(&signs, &mut found);
        by_parts((&self.bare, How::Bare), (&signs, &parts), &mut found);
        settle(found)
    }

    /// Whether what was found is no day, nor a part of another number: it has letters, or stands
    /// there figure by figure as it is printed, and nothing is joined to it.
    fn is_no_day(
        &self,
        (signs, parts): (&[Sign], &[(usize, usize)]),
        (from, to): (usize, usize),
    ) -> bool {
        if signs[from..to].iter().any(|sign| !is_digit(sign)) {
            return true;
        }
        let within = |part: &&(usize, usize)| from <= part.0 && part.1 <= to;
        let window: Vec<(usize, usize)> = parts.iter().filter(within).copied().collect();
        let alone = !signs[from].joined && signs.get(to).is_none_or(|next| !next.joined);
        alone && self.printed.contains(&key(signs, &window, false))
    }

    fn by_runs(&self, signs: &[Sign], found: &mut Vec<Found>) {
        for &length in &self.runs.lengths {
            for from in 0..(signs.len() + 1).saturating_sub(length) {
                let to = from + length;
                if !stands_alone(signs, from, to) {
                    continue;
                }
                let Some(places) = self.runs.places.get(&text_of(&signs[from..to])) else {
                    continue;
                };
                // Digits alone could be a day, or anything.
                let lettered = signs[from..to].iter().any(|sign| !is_digit(sign));
                let sure = lettered && places.len() == 1;
                found.extend(places.iter().map(|&place| Found {
                    how: How::Run,
                    from,
                    to,
                    place,
                    sure,
                }));
            }
        }
    }
}

/// Whether nothing that touches it could belong to it.
fn stands_alone(signs: &[Sign], from: usize, to: usize) -> bool {
    let long = to - from >= LONG;
    let ends = |one: &Sign, other: &Sign| match (is_digit(one), is_digit(other)) {
        (true, true) => false,
        (false, false) => long,
        _ => true,
    };
    let before = from == 0 || !signs[from].glued || ends(&signs[from - 1], &signs[from]);
    let after = signs.get(to).is_none_or(|next| !next.glued || ends(&signs[to - 1], next));
    before && after
}

fn by_parts(
    (keys, how): (&Keys, How),
    (signs, parts): (&[Sign], &[(usize, usize)]),
    found: &mut Vec<Found>,
) {
    for &count in &keys.lengths {
        for window in parts.windows(count) {
            let key = key(signs, window, how == How::Parts);
            let Some(places) = keys.places.get(&key) else { continue };
            let (from, to) = (window[0].0, window[count - 1].1);
            let sure = how == How::Parts && places.len() == 1;
            found.extend(places.iter().map(|&place| Found { how, from, to, place, sure }));
        }
    }
}

/// Of what overlaps the surest and longest stays; where it could be either, that is said.
fn settle(mut found: Vec<Found>) -> Mentioned {
    found.sort_by_key(|one| (one.how, std::cmp::Reverse(one.to - one.from), one.from, one.place));
    let (mut kept, mut doubt): (Vec<Found>, bool) = (Vec::new(), false);
    for one in found {
        let over = |other: &&Found| other.from < one.to && one.from < other.to;
        match kept.iter().find(over) {
            None => kept.push(one),
            Some(other) if other.place == one.place => {}
            Some(other) => {
                let within = other.from <= one.from && one.to <= other.to;
                let longer = other.to - other.from > one.to - one.from;
                doubt |= !(within && longer);
            }
        }
    }
    kept.sort_by_key(|one| one.from);
    let sure = !doubt && kept.iter().all(|one| one.sure);
    let mut bills: Vec<usize> = Vec::new();
    for one in kept {
        if !bills.contains(&one.place) {
            bills.push(one.place);
        }
    }
    Mentioned { sure: sure && !bills.is_empty(), bills }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn find(numbers: &[&str], text: &str) -> (Vec<usize>, bool) {
        let found = Numbers::new(numbers.iter().copied()).find(text);
        (found.bills, found.sure)
    }

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in [
            "INV-2026-0042",
            "inv-2026-0042",
            "Invoice no. INV-2026-0042, thank you",
            "INV 2026 0042",
            "INV/2026/42",
            "INV-2026-42",
            "INV20260042",
            "RGINV20260042",
            "Rechnung:INV-2026-0042.",
            "SVWZ+INV-2026-00 42 EREF+NOTPROVIDED",
            "I NV-2026-0042",
        ] {
            assert_eq!(find(&["INV-2026-0042", "INV-2026-0043"], text), (vec![0], true), "{text}");
        }
    }

    #[test]
    fn no_number_is_found_within_another() {
        for text in [
            "INV-2026-00421",
            "INV-2026-0420",
            "INV-12026-0042",
            "INV202600421",
            "XINV-2026-004",
            "2026-01-01",
            "20260101",
            "INV-2026",
            "42",
            "0042",
            "",
        ] {
            let known = ["INV-2026-0042", "INV-2026-0101"];
            assert_eq!(find(&known, text), (vec![], false), "{text}");
        }
        // The longer one is there, and no part of it is another.
        let known = ["INV-2026-0042", "INV-2026-00421", "2026-0042"];
        assert_eq!(find(&known, "INV-2026-00421"), (vec![1], true));
        assert_eq!(find(&known, "INV-2026-0042"), (vec![0], true));
    }

    #[test]
    fn what_could_be_two_is_not_sure() {
        // Broken by the bank, or followed by another figure: nobody can say.
        assert!(!find(&["INV-2026-0042", "INV-2026-00427"], "INV-2026-0042 7").1);
        // Two series that are read alike.
        assert!(!find(&["INV-2026-0042", "INV2026-0042"], "INV 2026 0042").1);
        // Without its letters it is likely, and no more.
        assert_eq!(find(&["INV-2026-0042"], "Re 2026-0042"), (vec![0], false));
        assert_eq!(find(&["2026-0042"], "20260042"), (vec![0], false));
        assert_eq!(find(&["2026-0042"], "Re 2026-0042"), (vec![0], true));
        // A month, a day, the number of something else: likely at most.
        for text in ["Retainer 2026-42", "2026-0042-01", "CN-2026-0042", "15.01.2026 42"] {
            assert!(!find(&["2026-0042"], text).1, "{text}");
        }
        for text in ["Retainer 2026-03", "2026-03-15", "2026-03-15T12:30"] {
            assert!(!find(&["2026-0003"], text).1, "{text}");
        }
    }

    #[test]
    fn several_are_found_in_the_order_of_the_text() {
        let known = ["INV-2026-0001", "INV-2026-0002", "INV-2026-0003"];
        let text = "INV-2026-0003, INV-2026-0001 + INV-2026-0003";
        assert_eq!(find(&known, text), (vec![2, 0], true));
    }

    proptest! {
        #[test]
        fn a_number_is_found_and_none_beside_it(
            count in 1u32..3_000, named in 0u32..3_000,
            before in "[a-z .:/#-]{0,12}", after in "[ .,;/-]{0,3}[a-z .]{0,12}",
            mark in "[-/ .]?",
        ) {
            let numbers: Vec<String> = (1..=count).map(|n| format!("INV-2026-{n:04}")).collect();
            let known = Numbers::new(numbers.iter().map(String::as_str));
            let text = format!("{before} INV{mark}2026{mark}{named:04}{after}");
            let place = usize::try_from(named).ok().and_then(|n| n.checked_sub(1));
            let expected: Vec<usize> =
                place.filter(|place| *place < numbers.len()).into_iter().collect();
            prop_assert_eq!(known.find(&text).bills, expected, "{}", text);
        }
        #[test]
        fn no_text_is_a_panic(text in "\\PC{0,80}", number in "\\PC{0,20}") {
            let known = Numbers::new([number.as_str(), "INV-2026-0001"].into_iter());
            let _ = known.find(&text);
        }
    }
}
