//! What the days bring: the next calls of each rule are booked.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{CallRuleId, JobKind, Role};
use uuid::Uuid;

use super::{ahead, store};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::jobs::{self, Job};

/// How long a look keeps others from looking: it says itself when the next one is.
const TAKEN: TimeDelta = TimeDelta::hours(1);

/// Looks once a day at each rule, and once an hour where something could not be booked, for every
/// organisation, one a transaction. Safe to run anywhere, any number of times: of two that look at
/// once one finds that the other did. What fails is written down, and keeps no other waiting.
///
/// # Errors
/// Those of reading the database.
pub(crate) async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut after = (DateTime::UNIX_EPOCH, CallRuleId(Uuid::nil()));
    loop {
        let due = db.read(async |tx| store::due(tx, now, after).await).await?;
        let Some(last) = due.last() else { return Ok(()) };
        after = (last.look_at, last.id);
        for waiting in due {
            // In the name of who holds the calls.
            let scope = Scope::acting(waiting.organisation_id, waiting.member_id, Role::Owner);
            let look = async |tx: &mut Tx| {
                if !store::claim(tx, scope, waiting.id, (now, now + TAKEN)).await? {
                    return Ok(());
                }
                let row = store::find(tx, scope, waiting.id).await?;
                ahead::book(tx, scope, &row, now).await
            };
            let job = Job { scope, kind: JobKind::Calls, subject: waiting.id.0 };
            jobs::run(db, job, look).await;
        }
    }
}
