//! When a debate repeats itself, what is new in it, and how well it was decided.
use chrono::NaiveDate;

use super::words;

/// Two questions with at least so many per cent of their words in common are offered as one.
const ALIKE_PERCENT: usize = 50;

/// How alike two questions are: per cent of the words of the shorter one that both have, or none
/// where it is too little to speak of the same debate. Source: requirement S0-39.
#[must_use]
pub fn likeness(question: &str, other: &str) -> Option<u8> {
    let (one, two) = (words(question), words(other));
    let common = one.iter().filter(|word| two.contains(word)).count();
    let least = one.len().min(two.len());
    // One word in common says something only where a question has but one.
    if common == 0 || (common == 1 && least > 1) {
        return None;
    }
    let percent = common * 100 / least;
    u8::try_from(percent).ok().filter(|_| percent >= ALIKE_PERCENT)
}

/// Whether a piece of evidence, its text and link, says anything that the ones named before did
/// not: neither its words nor its link are known. Source: requirements S0-39, S3-37.
#[must_use]
pub fn is_new<'a>(
    (text, link): (&str, Option<&str>),
    known: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> bool {
    let (said, leads) = (said(text), link.map(leads));
    !known.into_iter().any(|(text, link)| {
        self::said(text) == said || (leads.is_some() && link.map(self::leads) == leads)
    })
}

/// What a text says, whatever its marks and blanks.
fn said(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// Where a link leads, whatever the way it is written.
fn leads(link: &str) -> String {
    let link = link.trim().to_lowercase();
    let link = link.strip_prefix("https://").or(link.strip_prefix("http://")).unwrap_or(&link);
    link.trim_end_matches('/').to_owned()
}

/// What the report must know of one choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// The day by which it was to be decided.
    pub due_on: Option<NaiveDate>,
    /// The day on which it was.
    pub decided_on: NaiveDate,
    /// It names evidence.
    pub evidence: bool,
    /// It was taken up again later.
    pub reopened: bool,
}

/// How well it was decided: numbers of choices. Source: requirement S3-38.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quality {
    /// All of them.
    pub made: i64,
    /// Those that had a day to be decided by.
    pub with_due_day: i64,
    /// Of those, decided by that day.
    pub on_time: i64,
    /// Those that name evidence.
    pub with_evidence: i64,
    /// Those that nobody took up again.
    pub not_reopened: i64,
    /// Those that are all of it: not late, with evidence, not reopened.
    pub sound: i64,
}

/// Counts.
#[must_use]
pub fn quality(choices: impl IntoIterator<Item = Made>) -> Quality {
    let mut sums = Quality::default();
    for one in choices {
        let late = one.due_on.is_some_and(|due| one.decided_on > due);
        sums.made += 1;
        sums.with_due_day += i64::from(one.due_on.is_some());
        sums.on_time += i64::from(one.due_on.is_some() && !late);
        sums.with_evidence += i64::from(one.evidence);
        sums.not_reopened += i64::from(!one.reopened);
        sums.sound += i64::from(!late && one.evidence && !one.reopened);
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s0_39_a_repeated_question_is_alike_however_it_is_put() {
        let asked = "Should we run paid social for Halden Legal?";
        assert_eq!(likeness(asked, "Paid social for Halden: yes or no?"), Some(75));
        assert_eq!(likeness(asked, asked), Some(100));
        assert_eq!(likeness(asked, "Who pays for the stock photos?"), None);
        // A name alone is no debate.
        assert_eq!(likeness(asked, "Which invoice rhythm does Halden want?"), None);
        assert_eq!(likeness("Newsletter?", "Is the newsletter weekly?"), Some(100));
        assert_eq!(likeness("", ""), None);
    }

    #[test]
    fn s3_37_the_same_evidence_in_other_dress_is_not_new() {
        let known = [("CPL fell by 40 %.", Some("https://example.com/report/"))];
        let new = |text, link| is_new((text, link), known);
        assert!(!new("cpl fell by 40%", None));
        assert!(!new("The report", Some("http://example.com/report")));
        assert!(new("CPL rose by 10 %", None));
        assert!(new("CPL rose by 10 %", Some("https://example.com/later")));
        assert!(is_new(("Anything", None), []));
    }

    #[test]
    fn s3_38_a_choice_is_sound_if_nothing_is_amiss() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 11, day);
        let one = |due: u32, decided: u32, evidence, reopened| Made {
            due_on: day(due),
            decided_on: day(decided).unwrap_or_default(),
            evidence,
            reopened,
        };
        let without_day = Made { due_on: None, ..one(1, 9, true, false) };
        let all = [one(3, 3, true, false), one(3, 4, true, false), one(3, 1, true, true)];
        let all = all.into_iter().chain([one(3, 2, false, false), without_day]);
        let expected = Quality {
            made: 5,
            with_due_day: 4,
            on_time: 3,
            with_evidence: 4,
            not_reopened: 4,
            sound: 2,
        };
        assert_eq!(quality(all), expected);
    }
}
