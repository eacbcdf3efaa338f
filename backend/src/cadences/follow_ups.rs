//! Sessions that were held and are to be written up. Source: requirement S2-16.
use chrono::{DateTime, TimeDelta, Utc};
use shared::rules::{cadence, zone};

use super::look::Wanted;
use super::steps::{self, NewStep, Step};
use super::store::{self, HeldRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// How old a session may be that is asked about: nobody writes up an older one.
const ASKED: TimeDelta = TimeDelta::days(45);

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
    let noted = store::noted(tx, scope, wanted.id, now).await?;
    if let Some(noted) = noted {
        let done = store::written_up(tx, scope, wanted.id, noted).await?;
        steps::finish(tx, scope, &done, now).await?;
    }
    let Some(days) = wanted.rules.follow_up_days.and_then(|days| u32::try_from(days).ok()) else {
        return Ok(());
    };
    for held in store::held(tx, scope, wanted.id, now - ASKED).await? {
        let settled = zone::local_date(wanted.zone, held.settled_at);
        let due = cadence::working_days_after(settled, days);
        let written = noted.is_some_and(|noted| noted >= held.starts_at);
        if written || due > wanted.today {
            continue;
        }
        let about = about(&held, wanted);
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
fn about(held: &HeldRow, wanted: &Wanted) -> String {
    let day = zone::local_date(wanted.zone, held.starts_at);
    match &held.title {
        Some(title) => format!("{title}, {day}"),
        None => format!("{}, {day}", wanted.name),
    }
}
