//! Sessions with a client and things delivered to one, as they are planned and as they go.
use chrono::{DateTime, Datelike, Duration, NaiveDate, Utc, Weekday};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use shared::api::{
    MemberId, NewClientSession, NewDeliverable, RetainerId, SessionStatus, SettleClientSession,
};
use shared::rules::cycle::Cycle;

use super::steps::{Step, What};
use super::work::{noon, weekdays};

/// How far ahead people book.
const AHEAD: Duration = Duration::days(14);

/// When sessions with a client are held.
#[derive(Debug, Clone, Copy)]
pub struct Rhythm {
    pub weekday: Weekday,
    /// Which of a month's: 1 for the first.
    pub weeks: &'static [u8],
    pub minutes: i64,
    pub titles: &'static [&'static str],
    /// Whether what was called off in time is made up, on a Thursday of the next month.
    pub made_up: bool,
}

/// Four times a month.
pub const COACHING: Rhythm = Rhythm {
    weekday: Weekday::Tue,
    weeks: &[1, 2, 3, 4],
    minutes: 60,
    titles: &[
        "Leading former colleagues",
        "Difficult conversations",
        "Quarter plan",
        "Hiring the second line",
        "Feedback that lands",
        "What to let go of",
    ],
    made_up: true,
};
/// Twice a month.
pub const WORKSHOPS: Rhythm = Rhythm {
    weekday: Weekday::Wed,
    weeks: &[2, 4],
    minutes: 180,
    titles: &["Pricing workshop", "Positioning workshop", "Roadmap workshop", "Metrics workshop"],
    made_up: false,
};

/// How a session goes.
#[derive(Clone, Copy)]
enum Fate {
    Held,
    Missed,
    /// So many hours before.
    CalledOff(i64),
}

/// Eight of ten take place; of the others most are called off in time.
fn fate(rng: &mut impl Rng) -> Fate {
    match rng.random_range(0..100) {
        0..80 => Fate::Held,
        80..92 => Fate::CalledOff(rng.random_range(26..80)),
        92..97 => Fate::CalledOff(rng.random_range(1..12)),
        _ => Fate::Missed,
    }
}

/// The sessions of a retainer from its start until some weeks from now: each is booked a
/// fortnight before, and settled when it is over or called off.
pub fn sessions(
    rhythm: Rhythm,
    (retainer_id, starts_on, host): (RetainerId, NaiveDate, MemberId),
    now: DateTime<Utc>,
    rng: &mut StdRng,
) -> Vec<Step> {
    let mut planned: Vec<(NaiveDate, &str, Fate)> = Vec::new();
    let last = (now + AHEAD).date_naive();
    for month in months(starts_on).take_while(|month| *month <= last) {
        for week in rhythm.weeks {
            let Some(day) = day_in(month, rhythm.weekday, *week) else { continue };
            let (title, fate) = (rhythm.titles.choose(rng).unwrap_or(&""), fate(rng));
            planned.push((day, title, fate));
            let in_time = matches!(fate, Fate::CalledOff(hours) if hours >= 24);
            let next = months(month).nth(1).and_then(|next| day_in(next, Weekday::Thu, 2));
            if let Some(day) = next.filter(|_| rhythm.made_up && in_time) {
                planned.push((day, "Made up from last month", Fate::Held));
            }
        }
    }
    // The one before now was called off in time: something is owed on the day people look.
    let before = planned.iter_mut().filter(|(day, ..)| begins(*day) <= now);
    if let Some(last) = before.max_by_key(|(day, ..)| *day).filter(|_| rhythm.made_up) {
        last.2 = Fate::CalledOff(30);
    }
    let served = planned.into_iter().filter(|(day, ..)| *day >= starts_on).enumerate();
    served
        .flat_map(|(number, (day, title, fate))| {
            let starts_at = begins(day);
            let new = NewClientSession {
                retainer_id,
                pool: None,
                starts_at,
                minutes: rhythm.minutes,
                units: 1,
                title: Some(title.to_owned()),
                note: None,
                member_id: Some(host),
                invitees: Vec::new(),
            };
            let (at, status) = match fate {
                Fate::Held => {
                    (starts_at + Duration::minutes(rhythm.minutes), SessionStatus::Completed)
                }
                Fate::Missed => (starts_at + Duration::minutes(20), SessionStatus::NoShow),
                Fate::CalledOff(hours) => {
                    (starts_at - Duration::hours(hours), SessionStatus::Cancelled)
                }
            };
            let off = Some(at).filter(|_| status == SessionStatus::Cancelled);
            let how = SettleClientSession { status, at: off };
            let booked = (starts_at - AHEAD).max(noon(starts_on)).min(at);
            [
                Step { at: booked, what: What::Book(number, new) },
                Step { at, what: What::Settle(number, how) },
            ]
        })
        .collect()
}

/// Sessions begin at nine, UTC.
fn begins(day: NaiveDate) -> DateTime<Utc> {
    noon(day) - Duration::hours(3)
}

/// The first days of the months from that of a day on.
fn months(from: NaiveDate) -> impl Iterator<Item = NaiveDate> {
    let first = from.with_day(1).unwrap_or(from);
    (0..).map_while(move |month| first.checked_add_months(chrono::Months::new(month)))
}

fn day_in(month: NaiveDate, weekday: Weekday, week: u8) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(month.year(), month.month(), weekday, week)
}

/// What a piece of the price list is called, and titles for it. What is made often is named
/// often.
const PIECES: [(&str, &str); 9] = [
    ("Blog article", "How we source our salt"),
    ("Blog article", "Five dinners in twenty minutes"),
    ("Blog article", "What a harvest costs"),
    ("Blog article", "Brine, explained"),
    ("Newsletter", "Newsletter to shops"),
    ("Newsletter", "Newsletter to cooks"),
    ("Social post", "Recipe of the week"),
    ("Social post", "Behind the scenes"),
    ("Case study", "A restaurant switches over"),
];

/// Things delivered in a cycle, spread over its weekdays.
pub fn pieces(
    cycle: &Cycle,
    (retainer_id, team): (RetainerId, &[MemberId]),
    rng: &mut StdRng,
) -> Vec<Step> {
    let days = weekdays(cycle);
    let count = rng.random_range(6..=9);
    let mut steps = Vec::with_capacity(count);
    for _ in 0..count {
        let (item, title) = *PIECES.choose(rng).unwrap_or(&PIECES[0]);
        let delivered_on = *days.choose(rng).unwrap_or(&cycle.start);
        let new = NewDeliverable {
            retainer_id,
            pool: None,
            item: Some(item.to_owned()),
            title: Some(title.to_owned()),
            count: if item == "Social post" { rng.random_range(1..=3) } else { 1 },
            delivered_on,
            member_id: team.choose(rng).copied(),
        };
        steps.push(Step { at: noon(delivered_on), what: What::Thing(new) });
    }
    steps
}
