//! How the sessions of a cycle went, in numbers.
use chrono::{DateTime, Utc};
use shared::api::{CycleId, SessionSummary, Unit};

use super::store;
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::{Error, Result};

/// Counts the sessions whose day lies in a cycle, and what is owed of them.
///
/// # Errors
/// `not_found`; at `pool` for a key that no pool of sessions has, or where there is none.
pub async fn summary(
    tx: &mut Tx,
    scope: Scope,
    (id, key): (CycleId, Option<&str>),
    now: DateTime<Utc>,
) -> Result<SessionSummary> {
    let row = cycles::store::find_cycle(tx, scope, id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let pool = book
        .each_pool()
        .filter(|one| one.pool.unit == Unit::Sessions)
        .find(|one| key.is_none_or(|key| one.pool.key == key))
        .ok_or_else(|| {
            let code = if key.is_some() { "not_found" } else { "no_session_pool" };
            Error::field("pool", code)
        })?;
    let begins = |day| book.zones.first_instant(day);
    let span = (begins(row.starts_on), begins(row.ends_on));
    let which = (row.retainer_id, pool.pool.id);
    let counts = store::counts(tx, scope, which, span).await?;
    Ok(SessionSummary {
        cycle_id: row.id,
        seq: row.seq,
        pool: pool.shown(&row),
        booked: counts.booked,
        delivered: counts.delivered,
        cancelled_in_time: counts.cancelled_in_time,
        cancelled_late: counts.cancelled_late,
        no_show: counts.no_show,
        owed: cycles::owed(tx, scope, pool, &row).await?,
    })
}
