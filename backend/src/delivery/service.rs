//! What recording, changing and taking back time means.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ApprovalId, Balance, CycleId, EntrySource, ErrorCode, MemberId, NewTimeEntry, PoolId,
    TimeEntry, TimeEntryChange, TimeEntryId, TimeRecorded,
};
use shared::rules::ledger::{Beyond, Refusal};
use uuid::Uuid;

use super::poster::{Placed, Poster, takes_entries};
use super::posting;
use super::store::{self, EntryRow, NewEntry};
use crate::approvals;
use crate::auth::{ApproveOverage, RecordTimeOfOthers, Scope};
use crate::cycles::store::Source;
use crate::cycles::{self, PoolBook};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::work;

/// Records time on the cycle that its day picks.
///
/// # Errors
/// At the field: an unknown retainer or member, a day before the start or in the future, no open
/// cycle. `forbidden` for the time of others, or to approve; `insufficient_balance` where overage
/// is blocked, `approval_needed` where it is asked for first.
pub async fn record(
    tx: &mut Tx,
    scope: Scope,
    new: &NewTimeEntry,
    now: DateTime<Utc>,
) -> Result<TimeRecorded> {
    let member_id = whose(tx, scope, new.member_id).await?;
    let poster = Poster::named(tx, scope, new.retainer_id, now).await?;
    let pool_id = match new.draws {
        true => Some(poster.time_pool(new.pool.as_deref(), new.worked_on)?.pool.id),
        false => None,
    };
    let row = NewEntry {
        id: TimeEntryId(Uuid::now_v7()),
        retainer_id: new.retainer_id,
        cycle_id: CycleId(Uuid::nil()), // placed below
        member_id,
        worked_on: new.worked_on,
        minutes: new.minutes,
        pool_id,
        note: trimmed(new.note.as_deref()),
        late: false,
        source: EntrySource::Recorded,
        raw_seconds: None,
        import: None,
    };
    let poster = match &new.approval {
        Some(approval) => allow(tx, scope, poster, (&row, &approval.reason), now).await?,
        None => poster,
    };
    let row = post(tx, scope, &poster, row, Kind::New, now).await?;
    work::spend(tx, scope, (row.id, row.retainer_id), new.work_item_id).await?;
    recorded(tx, scope, row.id, now).await
}

/// Approves what an entry needs beyond the limit, if its pool asks first and so much is not
/// approved yet; answers the books with it.
///
/// # Errors
/// `forbidden` if it is needed and the role may not.
async fn allow(
    tx: &mut Tx,
    scope: Scope,
    poster: Poster,
    (row, reason): (&NewEntry, &str),
    now: DateTime<Utc>,
) -> Result<Poster> {
    let Ok(placed) = poster.place(row.worked_on) else { return Ok(poster) };
    let fact = poster.fact(row, placed)?;
    let pool = row.pool_id.and_then(|id| poster.book().pool(id));
    let Some((fact, pool)) = fact.zip(pool) else { return Ok(poster) };
    let found = poster.beyond(pool, placed, fact.quantity)?;
    let needed = found.filter(|found| found.refusal == Some(Refusal::ApprovalNeeded));
    let Some(Beyond { seq, over, .. }) = needed else { return Ok(poster) };
    if !scope.may::<ApproveOverage>() {
        return Err(ErrorCode::Forbidden.into());
    }
    approvals::decide(tx, scope, pool, (seq.into(), over.0, reason), now).await?;
    Poster::load(tx, scope, row.retainer_id, now).await
}

/// Whose work something is: that of the member named, or one's own.
///
/// # Errors
/// `forbidden` for the work of others; at `/member_id` for nobody who works here.
pub(crate) async fn whose(tx: &mut Tx, scope: Scope, named: Option<MemberId>) -> Result<MemberId> {
    let member = named.unwrap_or(scope.member());
    may_act_for(scope, member)?;
    if !store::is_active_member(tx, scope, member).await? {
        return Err(Error::field("/member_id", "not_found"));
    }
    Ok(member)
}

/// # Errors
/// `forbidden` for the work of others, unless the role may.
pub(crate) fn may_act_for(scope: Scope, member: MemberId) -> Result<()> {
    match member == scope.member() || scope.may::<RecordTimeOfOthers>() {
        true => Ok(()),
        false => Err(ErrorCode::Forbidden.into()),
    }
}

pub(super) fn trimmed(note: Option<&str>) -> Option<String> {
    note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned)
}

/// Whether something is written for the first time or again at this version.
#[derive(Clone, Copy)]
pub(super) enum Kind<'a> {
    New,
    /// With the books before the old one was taken back.
    Again(i64, &'a Poster),
}

impl Kind<'_> {
    /// As [`Poster::covered`], for what is written in this way.
    pub(super) fn covered(
        self,
        poster: &Poster,
        pool: PoolBook<'_>,
        placed: Placed,
        quantity: i64,
    ) -> Result<Option<ApprovalId>> {
        match self {
            Self::New => poster.covered(pool, placed, quantity),
            Self::Again(_, before) => poster.still_covered(before, pool, placed, quantity),
        }
    }
}

/// Places an entry, refuses what is not covered, and writes it with its fact.
async fn post(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    row: NewEntry,
    kind: Kind<'_>,
    now: DateTime<Utc>,
) -> Result<NewEntry> {
    takes_entries(poster.book())?;
    let placed = poster.place(row.worked_on).map_err(|code| Error::field("/worked_on", code))?;
    let row = NewEntry { cycle_id: placed.cycle, late: placed.late, ..row };
    let fact = poster.fact(&row, placed)?;
    let pool = row.pool_id.and_then(|id| poster.book().pool(id));
    let approval = match fact.as_ref().zip(pool) {
        Some((fact, pool)) => kind.covered(poster, pool, placed, fact.quantity)?,
        None => None,
    };
    match kind {
        Kind::New => {
            store::insert_many(tx, scope, std::slice::from_ref(&row), now).await?;
        }
        Kind::Again(version, _) => {
            if !store::change(tx, scope, &row, version).await? {
                return Err(ErrorCode::Stale.into());
            }
        }
    }
    if let Some(fact) = fact {
        posting::write_use(tx, scope, row.retainer_id, (fact, approval), now).await?;
    }
    Ok(row)
}

/// An entry and the balance of the cycle it was posted to.
async fn recorded(
    tx: &mut Tx,
    scope: Scope,
    id: TimeEntryId,
    now: DateTime<Utc>,
) -> Result<TimeRecorded> {
    let row = store::find(tx, scope, id).await?;
    let which = (row.cycle_id, row.pool_id);
    let entry = TimeEntry::from(row);
    let balance = cycles::balance_of_cycle(tx, scope, which, now).await?;
    Ok(TimeRecorded { entry, balance })
}

/// Changes an entry. The ledger keeps both: the old fact is reversed, a new one recorded; a
/// changed note alone moves nothing.
///
/// # Errors
/// Those of [`record`]; `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: TimeEntryId,
    (change, version): (&TimeEntryChange, i64),
    now: DateTime<Utc>,
) -> Result<TimeRecorded> {
    let old = own(tx, scope, id, version).await?;
    let note = match &change.note {
        Some(note) => trimmed(Some(note)),
        None => old.note.clone(),
    };
    let worked_on = change.worked_on.unwrap_or(old.worked_on);
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    let pool_id = changed_pool(&poster, change, &old, worked_on)?;
    let row = NewEntry {
        id,
        retainer_id: old.retainer_id,
        cycle_id: old.cycle_id,
        member_id: old.member_id,
        worked_on,
        minutes: change.minutes.unwrap_or(old.minutes),
        pool_id,
        note,
        late: old.late,
        source: old.source,
        raw_seconds: None,
        import: None,
    };
    let same =
        (row.worked_on, row.minutes, row.pool_id) == (old.worked_on, old.minutes, old.pool_id);
    if let Some(item) = change.work_item_id {
        work::spend(tx, scope, (id, old.retainer_id), item).await?;
    }
    if same {
        if !store::change(tx, scope, &row, version).await? {
            return Err(ErrorCode::Stale.into());
        }
        return recorded(tx, scope, id, now).await;
    }
    if let Some(back) = posting::take_back(tx, scope, &poster, Source::Time(old.id), now).await? {
        back.replaceable(tx, scope).await?;
    }
    // What was given back counts for what is recorded now.
    let before = poster;
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    let draws = row.pool_id.is_some();
    post(tx, scope, &poster, row, Kind::Again(version, &before), now).await?;
    if !draws {
        poster.look(tx, scope, now).await?;
    }
    work::drawn_changed(tx, scope, id).await?;
    recorded(tx, scope, id, now).await
}

/// The pool that a changed entry draws on.
fn changed_pool(
    poster: &Poster,
    change: &TimeEntryChange,
    old: &EntryRow,
    worked_on: NaiveDate,
) -> Result<Option<PoolId>> {
    if !change.draws.unwrap_or(old.pool_id.is_some()) {
        return Ok(None);
    }
    match (&change.pool, old.pool_id) {
        (None, Some(pool)) if worked_on == old.worked_on => Ok(Some(pool)),
        // What the terms of that day do not name draws on nothing there.
        (None, Some(_)) => Ok(Some(poster.time_pool(old.pool_key.as_deref(), worked_on)?.pool.id)),
        (key, _) => Ok(Some(poster.time_pool(key.as_deref(), worked_on)?.pool.id)),
    }
}

/// Takes an entry back; answers the balance of the cycle it counted in.
///
/// # Errors
/// `stale`; `forbidden` for the time of others.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (TimeEntryId, i64),
    now: DateTime<Utc>,
) -> Result<Balance> {
    let old = own(tx, scope, id, version).await?;
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    let counted_in = posting::take_back(tx, scope, &poster, Source::Time(old.id), now)
        .await?
        .map_or(old.cycle_id, |back| back.cycle);
    if !store::delete(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    poster.look(tx, scope, now).await?;
    work::drawn_changed(tx, scope, id).await?;
    cycles::balance_of_cycle(tx, scope, (counted_in, old.pool_id), now).await
}

/// An entry the caller may change, at the version they saw.
async fn own(tx: &mut Tx, scope: Scope, id: TimeEntryId, version: i64) -> Result<EntryRow> {
    let row = store::find(tx, scope, id).await?;
    may_act_for(scope, row.member_id)?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    Ok(row)
}
