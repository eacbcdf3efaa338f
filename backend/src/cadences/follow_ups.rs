//! Sessions that were held and are to be written up. Source: requirement S2-16.
use chrono::{DateTime, TimeDelta, Utc};
use shared::rules::{cadence, zone};

use super::look::Wanted;
use super::steps::{self, NewStep, Step};
use super::store::{self, HeldRow, OpenRow};
use crate::auth::Scope;
use crate::closings::Words;
use crate::db::Tx;
use crate::error::Result;

/// How long ago it may be that a session was to be written up: nobody is asked about an older one.
const ASKED: TimeDelta = TimeDelta::days(45);

/// What is to become of the sessions of an account.
struct Plan {
    /// Steps that are open, of sessions that were written up since.
    done: Vec<OpenRow>,
    /// Sessions that nobody wrote up in time.
    due: Vec<HeldRow>,
}

async fn plan(tx: &mut Tx, scope: Scope, wanted: &Wanted, now: DateTime<Utc>) -> Result<Plan> {
    let noted = store::noted(tx, scope, wanted.id, now).await?;
    let done = match noted {
        Some(noted) => store::written_up(tx, scope, wanted.id, noted).await?,
        None => Vec::new(),
    };
    let Some(days) = wanted.rules.follow_up_days.and_then(|days| u32::try_from(days).ok()) else {
        return Ok(Plan { done, due: Vec::new() });
    };
    // So many working days are fewer than twice as many days.
    let since = now - ASKED - TimeDelta::days(i64::from(days) * 2);
    let which = (since, noted.unwrap_or(DateTime::UNIX_EPOCH));
    let mut due = store::held(tx, scope, wanted.id, which).await?;
    due.retain(|held| {
        let settled = zone::local_date(wanted.zone, held.settled_at);
        cadence::working_days_after(settled, days) <= wanted.today
    });
    due.sort_by_key(|held| held.starts_at);
    Ok(Plan { done, due })
}

/// Whether [`look`] would change something.
///
/// # Errors
/// Those of the database.
pub(super) async fn due(
    tx: &mut Tx,
    scope: Scope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Plan { done, due } = plan(tx, scope, wanted, now).await?;
    Ok(!done.is_empty() || !due.is_empty())
}

/// Makes the step of each session that nobody wrote up in time, for who held it, and ends those
/// that somebody did: by a note of the account since it began.
///
/// # Errors
/// Those of the database.
pub(super) async fn look(
    tx: &mut Tx,
    scope: Scope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<()> {
    let Plan { done, due } = plan(tx, scope, wanted, now).await?;
    steps::finish(tx, scope, &done, now).await?;
    let words = Words(steps::language(tx, scope).await?);
    for held in due {
        let about = about(words, &held, wanted);
        let new = NewStep {
            step: Step::WriteUp,
            about: &about,
            account: wanted.id,
            retainer: Some(held.retainer_id),
            due_on: cadence::working_day(wanted.today),
        };
        let whose = [Some(held.member_id), wanted.owner];
        if let Some(task) = steps::make(tx, scope, (&new, &whose), now).await? {
            store::insert_follow_up(tx, scope, (held.id, task)).await?;
        }
    }
    Ok(())
}

/// A session by its title and day.
fn about(words: Words, held: &HeldRow, wanted: &Wanted) -> String {
    let day = words.day(zone::local_date(wanted.zone, held.starts_at));
    match &held.title {
        Some(title) => format!("{title}, {day}"),
        None => format!("{}, {day}", wanted.name),
    }
}
