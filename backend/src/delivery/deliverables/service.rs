//! What recording, changing and taking back something delivered means.
use chrono::{DateTime, Utc};
use shared::api::{
    Balance, CycleId, Deliverable, DeliverableChange, DeliverableId, DeliverableRecorded,
    ErrorCode, LineKind, NewDeliverable, PoolTerms,
};
use uuid::Uuid;

use super::store::{self, DeliverableRow, Written};
use crate::auth::Scope;
use crate::cycles::store::Source;
use crate::cycles::{self, PoolBook};
use crate::db::Tx;
use crate::delivery::poster::{Poster, takes_entries};
use crate::delivery::posting::{self, Posting};
use crate::delivery::service::{Kind, may_act_for, trimmed, whose};
use crate::error::{Error, Result};

/// Counts something delivered in the cycle that its day picks, priced by the terms of that day.
/// Source: domain 1.4, 3.7, 3.8.
///
/// # Errors
/// At the field: an unknown retainer, pool, item or member, a day before the start or in the
/// future, no open cycle. `forbidden` for what others delivered; `insufficient_balance` where
/// overage is blocked, `approval_needed` where it is asked for first.
pub async fn record(
    tx: &mut Tx,
    scope: Scope,
    new: &NewDeliverable,
    now: DateTime<Utc>,
) -> Result<DeliverableRecorded> {
    let member_id = whose(tx, scope, new.member_id).await?;
    let poster = Poster::named(tx, scope, new.retainer_id, now).await?;
    let (key, day) = (new.pool.as_deref(), new.delivered_on);
    let pool = poster.pool_that(PoolTerms::takes_deliverables, key, day, "no_deliverable_pool")?;
    let row = Written {
        id: DeliverableId(Uuid::now_v7()),
        retainer_id: new.retainer_id,
        pool_id: pool.pool.id,
        cycle_id: CycleId(Uuid::nil()), // placed below
        member_id,
        item: trimmed(new.item.as_deref()),
        title: trimmed(new.title.as_deref()),
        count: new.count,
        units: 0, // priced below
        delivered_on: new.delivered_on,
        late: false,
    };
    post(tx, scope, (&poster, pool), &row, Kind::New, now).await?;
    recorded(tx, scope, row.id, now).await
}

/// Prices and places something delivered, refuses what is not covered, and writes it with its
/// fact.
async fn post(
    tx: &mut Tx,
    scope: Scope,
    (poster, pool): (&Poster, PoolBook<'_>),
    row: &Written,
    kind: Kind<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    takes_entries(poster.book())?;
    let day = row.delivered_on;
    let placed = poster.place(day).map_err(|code| Error::field("/delivered_on", code))?;
    let agreed = pool.agreed(day).ok_or_else(|| Error::field("/pool", "not_found"))?;
    let units = agreed
        .units_of(row.item.as_deref(), row.count)
        .map_err(|code| Error::field("/item", code))?;
    let row = Written { units, cycle_id: placed.cycle, late: placed.late, ..row.clone() };
    // What costs nothing moves nothing.
    let approval = if units > 0 { kind.covered(poster, pool, placed, units)? } else { None };
    match kind {
        Kind::New => store::insert(tx, scope, &row, now).await?,
        Kind::Again(version, _) => {
            if !store::change(tx, scope, &row, version).await? {
                return Err(ErrorCode::Stale.into());
            }
        }
    }
    if units == 0 {
        return Ok(());
    }
    let posting = Posting {
        pool: pool.pool.id,
        placed,
        kind: LineKind::Consume,
        quantity: units,
        lot: None,
        worked_on: day,
        source: Source::Deliverable(row.id),
        member: row.member_id,
    };
    posting::write_use(tx, scope, row.retainer_id, (posting.fact(), approval), now).await
}

/// What was delivered, and the balance of the cycle it was posted to.
async fn recorded(
    tx: &mut Tx,
    scope: Scope,
    id: DeliverableId,
    now: DateTime<Utc>,
) -> Result<DeliverableRecorded> {
    let row = store::find(tx, scope, id).await?;
    let which = (row.cycle_id, Some(row.pool_id));
    let balance = cycles::balance_of_cycle(tx, scope, which, now).await?;
    Ok(DeliverableRecorded { deliverable: Deliverable::from(row), balance })
}

/// Changes something delivered. The ledger keeps both: the old fact is reversed, a new one
/// recorded; a changed title alone moves nothing.
///
/// # Errors
/// Those of [`record`]; `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: DeliverableId,
    (change, version): (&DeliverableChange, i64),
    now: DateTime<Utc>,
) -> Result<DeliverableRecorded> {
    let old = own(tx, scope, id, version).await?;
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    let row = changed(&poster, change, &old)?;
    let moves = |row: &Written| (row.pool_id, row.item.clone(), row.count, row.delivered_on);
    if moves(&row) == (old.pool_id, old.item.clone(), old.count, old.delivered_on) {
        if !store::change(tx, scope, &row, version).await? {
            return Err(ErrorCode::Stale.into());
        }
        return recorded(tx, scope, id, now).await;
    }
    if let Some(back) = posting::take_back(tx, scope, &poster, Source::Deliverable(id), now).await?
    {
        back.replaceable(tx, scope).await?;
    }
    // What was given back counts for what is recorded now.
    let before = poster;
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    let pool = poster.book().pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    post(tx, scope, (&poster, pool), &row, Kind::Again(version, &before), now).await?;
    recorded(tx, scope, id, now).await
}

/// Something delivered as a change makes it.
fn changed(poster: &Poster, change: &DeliverableChange, old: &DeliverableRow) -> Result<Written> {
    let delivered_on = change.delivered_on.unwrap_or(old.delivered_on);
    let key = change.pool.as_deref().filter(|key| !key.is_empty());
    let pool_id = match key {
        Some(_) => {
            let takes = PoolTerms::takes_deliverables;
            poster.pool_that(takes, key, delivered_on, "no_deliverable_pool")?.pool.id
        }
        None => old.pool_id,
    };
    let text = |new: &Option<String>, old: &Option<String>| match new {
        Some(text) => trimmed(Some(text)),
        None => old.clone(),
    };
    Ok(Written {
        id: old.id,
        retainer_id: old.retainer_id,
        pool_id,
        cycle_id: old.cycle_id,
        member_id: old.member_id,
        item: text(&change.item, &old.item),
        title: text(&change.title, &old.title),
        count: change.count.unwrap_or(old.count),
        units: old.units,
        delivered_on,
        late: old.late,
    })
}

/// Takes something delivered back; answers the balance of the cycle it counted in.
///
/// # Errors
/// `stale`; `forbidden` for what others delivered.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (DeliverableId, i64),
    now: DateTime<Utc>,
) -> Result<Balance> {
    let old = own(tx, scope, id, version).await?;
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    let counted_in = posting::take_back(tx, scope, &poster, Source::Deliverable(id), now)
        .await?
        .map_or(old.cycle_id, |back| back.cycle);
    if !store::delete(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    poster.look(tx, scope, now).await?;
    cycles::balance_of_cycle(tx, scope, (counted_in, Some(old.pool_id)), now).await
}

/// Something delivered that the caller may change, at the version they saw.
async fn own(tx: &mut Tx, scope: Scope, id: DeliverableId, version: i64) -> Result<DeliverableRow> {
    let row = store::find(tx, scope, id).await?;
    may_act_for(scope, row.member_id)?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    Ok(row)
}
