//! What people did for a client, day by day.
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use shared::api::{MemberId, NewTimeEntry, RetainerId};
use shared::rules::cycle::Cycle;

use super::steps::{Step, What};

/// How a client uses what it has, in per cent of the allowance: from, to.
#[derive(Debug, Clone, Copy)]
pub struct Habit(u32, u32);

impl Habit {
    /// Most of it.
    pub const STEADY: Habit = Habit(72, 104);
    /// All of it and some more.
    pub const FULL: Habit = Habit(92, 112);
    /// Always more.
    pub const OVER: Habit = Habit(112, 138);
    /// Much less.
    pub const UNDER: Habit = Habit(24, 52);
}

const NOTES: [&str; 16] = [
    "Pricing page, second draft",
    "Newsletter: copy and layout",
    "Call with the client, notes and next steps",
    "Search console review, fixes listed",
    "Landing page for the webinar",
    "Tracking plan checked against the dashboard",
    "Case study: interview and outline",
    "Bug in the contact form",
    "Campaign set-up and first ads",
    "Monthly report and comments",
    "Icons and illustrations",
    "Speed of the start page",
    "Brief for the photographer",
    "Translations checked",
    "Content calendar for next month",
    "Accessibility fixes in the menu",
];

/// Noon of a day, when the sample's people write down their time.
pub fn noon(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc() + Duration::hours(12)
}

/// The work of a cycle, each entry written down at noon of its day.
pub fn entries(
    cycle: &Cycle,
    place: (RetainerId, i64, Habit),
    team: &[MemberId],
    rng: &mut StdRng,
    now: DateTime<Utc>,
) -> Vec<Step> {
    let today = now.date_naive();
    let entries = plan(cycle, place, team, rng).into_iter();
    let step = |new: NewTimeEntry| {
        let at = noon(new.worked_on).min(now);
        Step { at, what: What::Work(new, None) }
    };
    entries.filter(|new| new.worked_on <= today).map(step).collect()
}

/// Entries that fill the habit's share of the allowance, spread over the weekdays of a cycle.
fn plan(
    cycle: &Cycle,
    (retainer_id, allowance, Habit(from, to)): (RetainerId, i64, Habit),
    team: &[MemberId],
    rng: &mut StdRng,
) -> Vec<NewTimeEntry> {
    let share = i64::from(rng.random_range(from..=to));
    let mut wanted = allowance * cycle.days() * share / (cycle.nominal_days() * 100);
    let days = weekdays(cycle);
    let mut entries = Vec::new();
    while wanted > 0 && !days.is_empty() {
        let minutes = quarter(rng).min(wanted.max(15));
        wanted -= minutes;
        let admin = rng.random_range(0..12) == 0;
        entries.push(NewTimeEntry {
            retainer_id,
            member_id: team.choose(rng).copied(),
            worked_on: *days.choose(rng).unwrap_or(&cycle.start),
            minutes,
            draws: !admin,
            pool: None,
            note: NOTES.choose(rng).map(|note| (*note).to_owned()),
            work_item_id: None,
            approval: None,
        });
    }
    entries.sort_by_key(|entry| entry.worked_on);
    entries
}

/// The days of a cycle on which people work.
pub fn weekdays(cycle: &Cycle) -> Vec<NaiveDate> {
    let weekday = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    cycle.start.iter_days().take_while(|day| *day < cycle.end).filter(weekday).collect()
}

/// From half an hour to four hours, in quarters.
fn quarter(rng: &mut impl Rng) -> i64 {
    15 * rng.random_range(2..=16)
}
