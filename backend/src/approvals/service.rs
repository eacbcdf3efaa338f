//! What approving means. Source: domain 4.7.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Approval, ApprovalId, ApprovalMade, ErrorCode, NewApproval, RetainerId, RetainerState,
};
use uuid::Uuid;

use super::store::{self, NewRow};
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{self, Book, PoolBook};
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};

/// Decides how far a pool may go beyond what the cycle of a day holds.
///
/// # Errors
/// At the field: an unknown retainer or pool, a pool that does not ask, several that do and none
/// named, a day without an open cycle. `retainer_ended`.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    new: &NewApproval,
    now: DateTime<Utc>,
) -> Result<ApprovalMade> {
    let book = named(tx, scope, new.retainer_id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    let row = open_on(&book, new.on.unwrap_or(book.today))?;
    let pool = asking(&book, &row, new.pool.as_deref())?;
    let which = (row.id, Some(pool.pool.id));
    let decision = (row.seq, new.units, new.reason.as_str());
    let id = decide(tx, scope, pool, decision, now).await?;
    let approval = Approval::from(store::find(tx, scope, id).await?);
    let balance = cycles::balance_of_cycle(tx, scope, which, now).await?;
    Ok(ApprovalMade { approval, balance })
}

async fn named(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<Book> {
    match cycles::close_due(tx, scope, id, now).await {
        Err(Error::Refused(ErrorCode::NotFound) | Error::Db(DbError::NotFound)) => {
            Err(Error::field("/retainer_id", "not_found"))
        }
        book => book,
    }
}

/// The open cycle that holds a day, today's or one to come.
pub(super) fn open_on(book: &Book, day: NaiveDate) -> Result<CycleRow> {
    let holds = |row: &&CycleRow| row.starts_on <= day && day < row.ends_on;
    let row = book.open.iter().find(holds);
    row.cloned().ok_or_else(|| Error::field("/on", "no_open_cycle"))
}

/// The pool of a key; without one the only pool that asks in that cycle.
pub(super) fn asking<'a>(
    book: &'a Book,
    row: &CycleRow,
    key: Option<&str>,
) -> Result<PoolBook<'a>> {
    if let Some(key) = key {
        let pool = book.pool_named(Some(key)).ok_or_else(|| Error::field("/pool", "not_found"))?;
        return match pool.asks_in(row) {
            true => Ok(pool),
            false => Err(Error::field("/pool", "never_asks")),
        };
    }
    let mut asking = book.each_pool().filter(|pool| pool.asks_in(row));
    match (asking.next(), asking.next()) {
        (Some(pool), None) => Ok(pool),
        (Some(_), Some(_)) => Err(Error::field("/pool", "required")),
        (None, _) => Err(Error::field("/pool", "never_asks")),
    }
}

/// Writes a decision about a pool: in which cycle, how many units beyond, and why.
///
/// # Errors
/// Those of the database.
pub(crate) async fn decide(
    tx: &mut Tx,
    scope: Scope,
    pool: PoolBook<'_>,
    (seq, units, reason): (i64, i64, &str),
    now: DateTime<Utc>,
) -> Result<ApprovalId> {
    let id = ApprovalId(Uuid::now_v7());
    let retainer_id = pool.book.head.id;
    let number = store::last_number(tx, scope, retainer_id).await? + 1;
    let pool_id = pool.pool.id;
    let row = NewRow { id, retainer_id, pool_id, seq, number, units, reason: reason.trim() };
    store::insert(tx, scope, &row, now).await?;
    Ok(id)
}
