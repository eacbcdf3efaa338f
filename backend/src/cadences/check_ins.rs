//! Check-ins: somebody gets in touch where nobody did for too long. Source: requirement S2-16.
use chrono::{DateTime, Utc};
use shared::api::{AccountId, TaskId, TaskState};
use shared::rules::cadence::{self, CheckIn, Made};
use shared::rules::zone;

use super::look::Wanted;
use super::steps::{self, NewStep, Step};
use super::store::{self, OpenRow};
use crate::account_health;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// The check-in that was made last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Last {
    pub known: Made,
    pub task: TaskId,
    open: OpenRow,
}

/// The check-in that was made last of an account, if one was.
///
/// # Errors
/// Those of the database.
pub(super) async fn last(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Option<Last>> {
    let row = store::last_check_in(tx, scope, id).await?;
    Ok(row.map(|row| {
        // Who only ticked it off was in touch then.
        let met = row.met_at.or(row.done_at).filter(|_| row.state == TaskState::Done);
        Last {
            known: Made { since: row.since_at, met },
            task: row.task_id,
            open: OpenRow { task_id: row.task_id, owner_id: row.owner_id },
        }
    }))
}

async fn plan(
    tx: &mut Tx,
    scope: Scope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<(CheckIn, Option<Last>)> {
    let contact = account_health::last_contact(tx, scope, wanted.id, now).await?;
    let made = last(tx, scope, wanted.id).await?;
    let known = made.map(|made| made.known);
    let of = (wanted.every, wanted.last_at(contact));
    Ok((cadence::check_in(of, known, (wanted.zone, wanted.today)), made))
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
    Ok(plan(tx, scope, wanted, now).await?.0 != CheckIn::Rest)
}

/// Makes the step of a lapse, or ends it after an exchange.
///
/// # Errors
/// Those of the database.
pub(super) async fn look(
    tx: &mut Tx,
    scope: Scope,
    wanted: &Wanted,
    now: DateTime<Utc>,
) -> Result<()> {
    match plan(tx, scope, wanted, now).await? {
        (CheckIn::Make(since), _) => {
            let days = wanted.today - zone::local_date(wanted.zone, since);
            let new = NewStep {
                step: Step::CheckIn(u32::try_from(days.num_days()).unwrap_or_default()),
                about: &wanted.name,
                account: wanted.id,
                retainer: None,
                due_on: cadence::working_day(wanted.today),
            };
            let task = steps::make(tx, scope, (&new, &[wanted.owner]), now).await?;
            if let Some(task) = task {
                store::insert_check_in(tx, scope, wanted.id, (since, task)).await?;
            }
        }
        (CheckIn::Met(at), Some(made)) => {
            store::meet(tx, scope, wanted.id, (made.known.since, at)).await?;
            steps::finish(tx, scope, &[made.open], now).await?;
        }
        _ => {}
    }
    Ok(())
}
