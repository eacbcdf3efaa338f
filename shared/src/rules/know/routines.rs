//! How long a routine is good, how long it may be, and when it goes.
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

/// A routine that is unused or unchecked for so many days is stale. Source: UX, operating model.
pub const STALE_DAYS: i64 = 90;
/// A description of one screen has at most so many words. Source: requirement S3-28.
const WORDS_MAX: usize = 350;
/// A normal run has at most so many steps.
const STEPS_MAX: usize = 9;
/// A purpose is one sentence, of at most so many words.
const PURPOSE_WORDS_MAX: usize = 30;

/// Why a routine is stale, with the days since.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Stale {
    /// Nobody has used it.
    Unused,
    /// Nobody has checked it.
    Unchecked,
}

/// Whether a routine is stale on a day: unchecked comes before unused. What never happened counts
/// from the day it was written. Source: UX, operating model.
#[must_use]
pub fn stale(
    written_on: NaiveDate,
    checked_on: Option<NaiveDate>,
    used_on: Option<NaiveDate>,
    today: NaiveDate,
) -> Option<Stale> {
    let old = |day: Option<NaiveDate>| {
        let since = day.map_or(written_on, |day| day.max(written_on));
        (today - since).num_days() >= STALE_DAYS
    };
    match (old(checked_on), old(used_on)) {
        (true, _) => Some(Stale::Unchecked),
        (false, true) => Some(Stale::Unused),
        (false, false) => None,
    }
}

/// Whether a routine with this day of retirement has disappeared. Source: requirement S3-30.
#[must_use]
pub fn retired(retire_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    retire_on.is_some_and(|day| day <= today)
}

/// The day of the next review: each schedules the next. Source: requirement S3-14.
#[must_use]
pub fn next_on(last: NaiveDate, every_days: i64) -> NaiveDate {
    let days = u64::try_from(every_days.max(1)).unwrap_or(1);
    last.checked_add_days(Days::new(days)).unwrap_or(NaiveDate::MAX)
}

/// A try-out: so many cycles of so many days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// The day it began.
    pub from: NaiveDate,
    /// Cycles of the workflow it is tried in.
    pub cycles: i64,
    /// Days of one.
    pub cycle_days: i64,
}

/// The day on which a trial is over and somebody decides. Source: requirement S3-12.
#[must_use]
pub fn trial_ends(trial: Trial) -> NaiveDate {
    next_on(trial.from, trial.cycles.saturating_mul(trial.cycle_days.max(1)))
}

/// The effort that a meeting takes in a month of 365/12 days, in minutes, rounded down: its length
/// by its people by how often it comes. Source: requirement S0-43.
#[must_use]
pub fn minutes_a_month(minutes: i64, people: i64, every_days: i64) -> i64 {
    let all = (i128::from(minutes) * i128::from(people.max(1))).saturating_mul(365);
    i64::try_from(all / (12 * i128::from(every_days.max(1)))).unwrap_or(i64::MAX)
}

/// What a description of a routine consists of.
#[derive(Debug, Clone, Copy)]
pub struct Guide<'a> {
    /// Why it is there.
    pub purpose: &'a str,
    /// The steps of the normal run.
    pub steps: &'a [String],
    /// All other texts.
    pub rest: &'a [String],
}

/// Why a description is too long, with the number that is too large.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum LengthWarning {
    /// The purpose is more than one short sentence.
    Purpose,
    /// There are more steps than people keep in mind.
    Steps,
    /// It is longer than one screen.
    Words,
}

/// What makes a description longer than people read. Source: requirements S3-27, S3-28.
#[must_use]
pub fn length(guide: Guide<'_>) -> Vec<LengthWarning> {
    let count = |text: &str| text.split_whitespace().count();
    let sum = |texts: &[String]| texts.iter().map(|text| count(text)).sum::<usize>();
    let purpose = count(guide.purpose);
    let all = purpose + sum(guide.steps) + sum(guide.rest);
    let rules = [
        (purpose > PURPOSE_WORDS_MAX || sentences(guide.purpose) > 1, LengthWarning::Purpose),
        (guide.steps.len() > STEPS_MAX, LengthWarning::Steps),
        (all > WORDS_MAX, LengthWarning::Words),
    ];
    rules.into_iter().filter(|(broken, _)| *broken).map(|(_, warning)| warning).collect()
}

/// Sentences end with a mark and begin with a capital letter: "e.g. this" is none.
fn sentences(text: &str) -> usize {
    let words: Vec<&str> = text.split_whitespace().collect();
    let ends = words.windows(2).filter(|pair| {
        let capital = pair[1].chars().next().is_some_and(char::is_uppercase);
        let mark = pair[0].ends_with(['.', '!', '?']);
        mark && capital && pair[0].chars().count() > 3
    });
    ends.count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap_or_default()
    }

    #[test]
    fn a_routine_is_stale_after_ninety_days_without_use_or_check() {
        let today = day("2026-06-30");
        let at = |checked: &str, used: &str| {
            stale(day("2026-01-01"), checked.parse().ok(), used.parse().ok(), today)
        };
        assert_eq!(at("2026-04-02", "2026-04-02"), None, "89 days");
        assert_eq!(at("2026-04-01", "2026-04-02"), Some(Stale::Unchecked));
        assert_eq!(at("2026-04-02", "2026-04-01"), Some(Stale::Unused));
        assert_eq!(at("", "2026-06-01"), Some(Stale::Unchecked), "it was written long ago");
        assert_eq!(stale(day("2026-04-02"), None, None, today), None, "it is new");
    }

    #[test]
    fn s3_30_a_replaced_routine_disappears_on_its_day() {
        assert!(!retired(None, day("2026-06-30")));
        assert!(!retired(Some(day("2026-07-01")), day("2026-06-30")));
        assert!(retired(Some(day("2026-07-01")), day("2026-07-01")));
    }

    #[test]
    fn s3_12_a_trial_lasts_as_many_cycles_as_were_agreed() {
        let trial = Trial { from: day("2026-11-01"), cycles: 3, cycle_days: 7 };
        assert_eq!(trial_ends(trial), day("2026-11-22"));
        assert_eq!(next_on(day("2026-11-01"), 0), day("2026-11-02"), "never the same day");
    }

    #[test]
    fn s0_43_a_meeting_costs_its_minutes_for_each_of_its_people() {
        // Four people, half an hour a week: 4.345 weeks a month.
        assert_eq!(minutes_a_month(30, 4, 7), 521);
        assert_eq!(minutes_a_month(60, 1, 365), 5);
        assert_eq!(minutes_a_month(i64::MAX, i64::MAX, 1), i64::MAX);
    }

    #[test]
    fn s3_28_what_is_longer_than_a_screen_is_told() {
        let steps = vec!["Read the brief".to_owned(); 9];
        let short =
            Guide { purpose: "Launch pages, e.g. new ones, fast", steps: &steps, rest: &[] };
        assert_eq!(length(short), []);
        let two = Guide { purpose: "Launch pages. Then check them.", ..short };
        assert_eq!(length(two), [LengthWarning::Purpose]);
        let steps = vec!["one two three four".to_owned(); 100];
        assert_eq!(
            length(Guide { steps: &steps, ..short }),
            [LengthWarning::Steps, LengthWarning::Words]
        );
    }
}
