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

impl Part<'_> {
    fn names(&self, name: &str) -> bool {
        matches!(self, Self::Named(named) if *named == name)
    }
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

/// The paragraphs of a letter about several things, filled in. Blank lines are between paragraphs.
///
/// Those that name what is not of `all` are about a thing. Such paragraphs one after the other are
/// there as a whole for each thing, in the order of things; once, if they say the same of all. Where
/// they do not name the thing by its `title`, its name stands before them.
#[must_use]
pub fn paragraphs(
    text: &str,
    all: &[(&str, &str)],
    (title, each): (&str, &[Vec<(&str, &str)>]),
) -> Vec<Paragraph> {
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let passages = lines.split(|line| line.is_empty()).filter(|lines| !lines.is_empty());
    let passages: Vec<String> = passages.map(|lines| lines.join("\n")).collect();
    let of_one = |text: &str| unknown(text, &names).is_some();
    let mut out = Vec::new();
    for run in passages.chunk_by(|one, next| of_one(one) == of_one(next)) {
        if run.iter().any(|text| of_one(text)) {
            let told = of_each(run, all, (title, each)).into_iter();
            out.extend(told.map(|text| Paragraph { text, of_one: true }));
        } else {
            let told = run.iter().map(|text| filled(text, all));
            out.extend(told.map(|text| Paragraph { text, of_one: false }));
        }
    }
    out
}

/// What some paragraphs say of each thing.
fn of_each(
    run: &[String],
    all: &[(&str, &str)],
    (title, each): (&str, &[Vec<(&str, &str)>]),
) -> Vec<String> {
    let of = |thing: &Vec<(&str, &str)>| -> Vec<String> {
        let values: Vec<_> = all.iter().chain(thing).copied().collect();
        run.iter().map(|text| filled(text, &values)).collect()
    };
    let mut told: Vec<Vec<String>> = each.iter().map(of).collect();
    let titled = |text: &String| parts(text).iter().any(|part| part.names(title));
    if told.windows(2).all(|pair| pair[0] == pair[1]) {
        told.truncate(1);
    } else if !run.iter().any(titled) {
        for (texts, thing) in told.iter_mut().zip(each) {
            let name = thing.iter().find(|(known, _)| *known == title);
            if let (Some(first), Some((_, name))) = (texts.first_mut(), name) {
                *first = format!("{name}: {first}");
            }
        }
    }
    told.into_iter().flatten().collect()
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
        let told = paragraphs(text, &[("client", "Ann")], ("thing", &each));
        let told: Vec<_> = told.iter().map(|one| (one.text.as_str(), one.of_one)).collect();
        let expected = [
            ("Dear Ann,", false),
            ("Site rises\nfor Ann.", true),
            ("{client} rises\nfor Ann.", true),
            ("Bye", false),
        ];
        assert_eq!(told, expected);
        assert_eq!(paragraphs(" \n\n", &[], ("thing", &each)), []);
    }

    #[test]
    fn paragraphs_of_a_thing_stay_together_and_say_of_which() {
        let thing = |name, price, day| vec![("thing", name), ("price", price), ("day", day)];
        let each = [thing("Site", "1", "May"), thing("Shop", "2", "May")];
        let told = |text: &str| -> Vec<String> {
            let told = paragraphs(text, &[("client", "Ann")], ("thing", &each));
            told.into_iter().map(|one| one.text).collect()
        };
        assert_eq!(
            told("Of {thing}.\n\nIt is {price}.\n\nBye {client}"),
            ["Of Site.", "It is 1.", "Of Shop.", "It is 2.", "Bye Ann"]
        );
        assert_eq!(
            told("Hello\n\nIt is {price}.\n\nFrom {day} on.\n\nBye"),
            ["Hello", "Site: It is 1.", "From May on.", "Shop: It is 2.", "From May on.", "Bye"]
        );
        assert_eq!(told("From {day} on.\n\nBye"), ["From May on.", "Bye"]);
        let lone = paragraphs("It is {price}.", &[], ("thing", &each[..1]));
        assert_eq!(lone[0].text, "It is 1.");
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
            let told = paragraphs(&text, &[("a", "x")], ("b", &[vec![("b", "y")]]));
            let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
            let told: Vec<_> = told.into_iter().map(|one| one.text).collect();
            let whole = filled(&text, &[("a", "x"), ("b", "y")]);
            prop_assert_eq!(words(&told.join(" ")), words(&whole));
        }
        #[test]
        fn of_things_that_are_alike_a_letter_says_its_text_once(text in "[a{}b \\n]{0,40}") {
            let of = |each: &[Vec<_>]| paragraphs(&text, &[("a", "x")], ("b", each));
            let one = vec![("b", "y")];
            prop_assert_eq!(of(&[one.clone(), one.clone()]), of(&[one]));
        }
        #[test]
        fn a_letter_says_of_each_what_it_says_of_one(kinds in prop::collection::vec(any::<bool>(), 0..9)) {
            let text = kinds.iter().map(|one| if *one { "{b}" } else { "all" });
            let text = text.collect::<Vec<_>>().join("\n\n");
            let of = |names: &[&'static str]| {
                let each: Vec<_> = names.iter().map(|name| vec![("b", *name)]).collect();
                let told = paragraphs(&text, &[], ("b", &each)).into_iter();
                told.map(|one| one.text).collect::<Vec<_>>()
            };
            let told = of(&["y", "z"]);
            let but = |name: &str| told.iter().filter(|text| *text != name).cloned().collect::<Vec<_>>();
            prop_assert_eq!(but("z"), of(&["y"]));
            prop_assert_eq!(but("y"), of(&["z"]));
            // Once for each run, however long.
            let turns = told.windows(2).filter(|pair| pair[0] == "y" && pair[1] == "z").count();
            let runs = kinds.chunk_by(|one, next| one == next).filter(|run| run[0]).count();
            prop_assert_eq!(turns, runs);
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
