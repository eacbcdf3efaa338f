//! Mails: the words that are filled in, and when one is tried again. Source: domain 8.6.
use core::fmt::Write;

/// What the words of a mail with an invoice may name.
pub const OF_INVOICE: &[&str] = &["client", "number", "amount", "due", "retainer", "sender"];
/// What the words of a reminder may name.
pub const OF_REMINDER: &[&str] =
    &["client", "number", "amount", "due", "retainer", "sender", "open", "late"];

/// What the letter about a new price may name.
pub const OF_UPLIFT: &[&str] = &["client", "retainer", "old", "new", "day", "sender"];

/// How often a mail is tried before it is given up.
pub const TRIES: i64 = 12;
/// How long after the first try the second comes, in seconds; each wait is twice the one before.
const FIRST_WAIT: i64 = 30;
/// The longest wait, in seconds: six hours.
const LONGEST_WAIT: i64 = 6 * 3_600;

/// Seconds from the failed try with this number, from 1, to the next; none if it was the last.
#[must_use]
pub fn wait(tried: i64) -> Option<i64> {
    let doubled = u32::try_from(tried.max(1) - 1).ok().and_then(|n| 1i64.checked_shl(n.min(20)));
    let wait = doubled.unwrap_or(1).saturating_mul(FIRST_WAIT).min(LONGEST_WAIT);
    (tried < TRIES).then_some(wait)
}

/// What a text names between braces, and the text between.
enum Part<'a> {
    Plain(&'a str),
    Named(&'a str),
}

/// The parts of a text. A brace that is not closed on its line is plain text.
fn parts(mut text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    while let Some((before, after)) = text.split_once('{') {
        match after.split_once('}') {
            Some((name, rest)) if !name.contains(['{', '\n']) => {
                parts.push(Part::Plain(before));
                parts.push(Part::Named(name));
                text = rest;
            }
            _ => {
                parts.push(Part::Plain(&text[..=before.len()]));
                text = after;
            }
        }
    }
    parts.push(Part::Plain(text));
    parts
}

/// The first name between braces that is not one of these.
#[must_use]
pub fn unknown<'a>(text: &'a str, known: &[&str]) -> Option<&'a str> {
    parts(text).into_iter().find_map(|part| match part {
        Part::Named(name) if !known.contains(&name) => Some(name),
        _ => None,
    })
}

/// The text with each name in the place of its braces; a value is never read for braces again.
#[must_use]
pub fn filled(text: &str, values: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    for part in parts(text) {
        match part {
            Part::Plain(plain) => out.push_str(plain),
            Part::Named(name) => match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => out.push_str(value),
                None => {
                    let _ = write!(out, "{{{name}}}");
                }
            },
        }
    }
    out
}

/// A paragraph of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What it says.
    pub text: String,
    /// It is about one of several things.
    pub of_one: bool,
}

/// The paragraphs of a letter about several things, filled in. One that names what is not of `all`
/// is about a thing, and there for each of them in their order. Blank lines are between paragraphs.
#[must_use]
pub fn paragraphs(text: &str, all: &[(&str, &str)], each: &[Vec<(&str, &str)>]) -> Vec<Paragraph> {
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut out = Vec::new();
    for lines in lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty()) {
        let text = lines.join("\n");
        if unknown(&text, &names).is_none() {
            out.push(Paragraph { text: filled(&text, all), of_one: false });
            continue;
        }
        out.extend(each.iter().map(|thing| {
            let values: Vec<_> = all.iter().chain(thing).copied().collect();
            Paragraph { text: filled(&text, &values), of_one: true }
        }));
    }
    out
}

/// One line without control characters: what may stand in the head of a mail.
#[must_use]
pub fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_filled_in_once() {
        let values = [("client", "{number} Ltd"), ("number", "INV-7")];
        assert_eq!(filled("To {client}: {number}.", &values), "To {number} Ltd: INV-7.");
        assert_eq!(filled("a { b } {client", &values), "a { b } {client");
        assert_eq!(unknown("{number} {numer}", &["number"]), Some("numer"));
        assert_eq!(unknown("{{number}", &["number"]), None);
        assert_eq!(filled("{{number}", &values), "{INV-7");
        assert_eq!(unknown("{open\nline}", &[]), None);
    }

    #[test]
    fn what_is_said_of_a_thing_is_said_of_each() {
        let each = [vec![("thing", "Site")], vec![("thing", "{client}")]];
        let text = "Dear {client},\r\n \n{thing} rises\nfor {client}.\n\n\nBye";
        let told = paragraphs(text, &[("client", "Ann")], &each);
        let told: Vec<_> = told.iter().map(|one| (one.text.as_str(), one.of_one)).collect();
        let expected = [
            ("Dear Ann,", false),
            ("Site rises\nfor Ann.", true),
            ("{client} rises\nfor Ann.", true),
            ("Bye", false),
        ];
        assert_eq!(told, expected);
        assert_eq!(paragraphs(" \n\n", &[], &each), []);
    }

    #[test]
    fn waits_double_and_end() {
        let waits: Vec<_> = (1..=TRIES).map(wait).collect();
        assert_eq!(waits[..3], [Some(30), Some(60), Some(120)]);
        assert_eq!((waits[10], waits[11]), (Some(LONGEST_WAIT), None));
        assert_eq!((wait(0), wait(i64::MIN), wait(i64::MAX)), (Some(30), Some(30), None));
    }

    proptest! {
        #[test]
        fn a_line_of_a_head_is_one_line(text in "[\\x00-\\x20\\x7f-\\u{9f}a-c]{0,40}") {
            let line = one_line(&text);
            prop_assert!(!line.chars().any(char::is_control));
            prop_assert_eq!(one_line(&line), line);
        }
        #[test]
        fn without_a_name_a_text_stays(text in "[^{}]*") {
            prop_assert_eq!(filled(&text, &[]), text.as_str());
            prop_assert_eq!(unknown(&text, &[]), None);
        }
        #[test]
        fn of_one_thing_a_letter_says_its_text(text in "[a{}b \\n]{0,40}") {
            let told = paragraphs(&text, &[("a", "x")], &[vec![("b", "y")]]);
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let told: Vec<_> = told.into_iter().map(|one| one.text).collect();
            let whole = filled(&text, &[("a", "x"), ("b", "y")]);
            prop_assert_eq!(words(&told.join(" ")), words(&whole));
        }
        #[test]
        fn what_is_not_unknown_is_filled(text in "[a-z{}\n ]{0,40}") {
            if unknown(&text, &["a"]).is_none() {
                let twice = filled(&text, &[("a", "x")]);
                prop_assert!(twice.len() <= text.len());
            }
            prop_assert_eq!(filled(&text, &[]), text);
        }
    }
}
