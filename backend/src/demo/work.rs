//! What people did for a client, day by day.
use chrono::{DateTime, Datelike, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, RngExt};
use shared::api::{ErrorCode, MemberId, NewTimeEntry, RetainerId, Unit};
use shared::rules::cycle::{Anchor, Cycle, Interval, Series};

use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::delivery;
use crate::error::{Error, Result};
use crate::retainers;

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

/// Records the work of every cycle of a retainer up to now, each entry on its own day.
pub async fn deliver(
    db: &Db,
    scope: Scope,
    (retainer, starts_on, interval, anchor): (RetainerId, NaiveDate, Interval, Anchor),
    (habit, team): (Habit, &[MemberId]),
    rng: &mut StdRng,
    now: DateTime<Utc>,
) -> Result<()> {
    let today = now.date_naive();
    let series = Series::new(starts_on, interval, anchor, None, Vec::new())?;
    let found = db.read(async |tx| retainers::find(tx, scope, retainer, now, None).await).await?;
    let pools = &found.terms.terms.pools;
    let hours = pools.iter().find(|pool| pool.unit == Unit::Minutes);
    let allowance = hours.map_or(0, |pool| pool.allowance);
    for cycle in series.cycles().take_while(|cycle| cycle.start <= today) {
        let entries = plan(&cycle, (retainer, allowance, habit), team, rng);
        db.write(async |tx| {
            for new in entries.iter().filter(|new| new.worked_on <= today) {
                record(tx, scope, new, now).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// One entry, written down at noon of its day; a pool that blocks leaves it out.
async fn record(tx: &mut Tx, scope: Scope, new: &NewTimeEntry, now: DateTime<Utc>) -> Result<()> {
    match delivery::record(tx, scope, new, noon(new.worked_on).min(now)).await {
        Ok(_) | Err(Error::Refused(ErrorCode::InsufficientBalance)) => Ok(()),
        Err(error) => Err(error),
    }
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
    let weekday = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    let days: Vec<NaiveDate> =
        cycle.start.iter_days().take_while(|day| *day < cycle.end).filter(weekday).collect();
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
        });
    }
    entries.sort_by_key(|entry| entry.worked_on);
    entries
}

/// From half an hour to four hours, in quarters.
fn quarter(rng: &mut impl Rng) -> i64 {
    15 * rng.random_range(2..=16)
}
