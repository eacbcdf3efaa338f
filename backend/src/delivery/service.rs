//! What recording, changing and taking back time means.
use chrono::{DateTime, Utc};
use shared::api::{
    Balance, CycleId, EntrySource, ErrorCode, FactId, NewTimeEntry, TimeEntry, TimeEntryChange,
    TimeEntryId, TimeRecorded,
};
use uuid::Uuid;

use super::poster::{Poster, fact, takes_time};
use super::store::{self, EntryRow, NewEntry, PostedFact};
use crate::auth::{RecordTimeOfOthers, Scope};
use crate::cycles;
use crate::cycles::store::NewFact;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};

/// Records time on the cycle that its day picks.
///
/// # Errors
/// At the field: an unknown retainer or member, a day before the start or in the future, no open
/// cycle. `forbidden` for the time of others; `insufficient_balance` where overage is blocked.
pub async fn record(
    tx: &mut Tx,
    scope: Scope,
    new: &NewTimeEntry,
    now: DateTime<Utc>,
) -> Result<TimeRecorded> {
    let member_id = new.member_id.unwrap_or(scope.member());
    if member_id != scope.member() && !scope.may::<RecordTimeOfOthers>() {
        return Err(ErrorCode::Forbidden.into());
    }
    if !store::is_active_member(tx, scope, member_id).await? {
        return Err(Error::field("/member_id", "not_found"));
    }
    let poster = match Poster::load(tx, scope, new.retainer_id, now).await {
        Err(error) if is_missing(&error) => return Err(Error::field("/retainer_id", "not_found")),
        poster => poster?,
    };
    let row = NewEntry {
        id: TimeEntryId(Uuid::now_v7()),
        retainer_id: new.retainer_id,
        cycle_id: CycleId(Uuid::nil()), // placed below
        member_id,
        worked_on: new.worked_on,
        minutes: new.minutes,
        draws: new.draws,
        note: trimmed(new.note.as_deref()),
        late: false,
        source: EntrySource::Recorded,
        raw_seconds: None,
        import: None,
    };
    let row = post(tx, scope, &poster, row, Kind::New, now).await?;
    recorded(tx, scope, row.id, now).await
}

fn is_missing(error: &Error) -> bool {
    matches!(error, Error::Refused(ErrorCode::NotFound) | Error::Db(DbError::NotFound))
}

fn trimmed(note: Option<&str>) -> Option<String> {
    note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned)
}

/// Whether an entry is written for the first time or again at this version.
enum Kind {
    New,
    Again(i64),
}

/// Places an entry, refuses what is not covered, and writes it with its fact.
async fn post(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    row: NewEntry,
    kind: Kind,
    now: DateTime<Utc>,
) -> Result<NewEntry> {
    takes_time(poster.book())?;
    let placed = poster.place(row.worked_on).map_err(|code| Error::field("/worked_on", code))?;
    if row.draws {
        poster.covered(placed, row.minutes)?;
    }
    let row = NewEntry { cycle_id: placed.cycle, late: placed.late, ..row };
    match kind {
        Kind::New => store::insert_many(tx, scope, std::slice::from_ref(&row), now).await?,
        Kind::Again(version) => {
            if !store::change(tx, scope, &row, version).await? {
                return Err(ErrorCode::Stale.into());
            }
        }
    }
    if row.draws {
        let no = cycles::store::take_records(tx, scope, row.retainer_id, 1).await?;
        let facts = [fact(&row, placed, no)];
        cycles::store::insert_facts(tx, scope, row.retainer_id, &facts, now).await?;
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
    let entry = TimeEntry::from(store::find(tx, scope, id).await?);
    let balance = cycles::balance_of_cycle(tx, scope, entry.cycle_id, now).await?;
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
    let row = NewEntry {
        id,
        retainer_id: old.retainer_id,
        cycle_id: old.cycle_id,
        member_id: old.member_id,
        worked_on: change.worked_on.unwrap_or(old.worked_on),
        minutes: change.minutes.unwrap_or(old.minutes),
        draws: change.draws.unwrap_or(old.draws),
        note,
        late: old.late,
        source: old.source,
        raw_seconds: None,
        import: None,
    };
    let same = (row.worked_on, row.minutes, row.draws) == (old.worked_on, old.minutes, old.draws);
    if same {
        if !store::change(tx, scope, &row, version).await? {
            return Err(ErrorCode::Stale.into());
        }
        return recorded(tx, scope, id, now).await;
    }
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    take_back(tx, scope, &poster, &old, now).await?;
    // What was given back counts for what is recorded now.
    let poster = Poster::load(tx, scope, old.retainer_id, now).await?;
    post(tx, scope, &poster, row, Kind::Again(version), now).await?;
    recorded(tx, scope, id, now).await
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
    let counted_in = take_back(tx, scope, &poster, &old, now).await?.unwrap_or(old.cycle_id);
    if !store::delete(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    cycles::balance_of_cycle(tx, scope, counted_in, now).await
}

/// An entry the caller may change, at the version they saw.
async fn own(tx: &mut Tx, scope: Scope, id: TimeEntryId, version: i64) -> Result<EntryRow> {
    let row = store::find(tx, scope, id).await?;
    if row.member_id != scope.member() && !scope.may::<RecordTimeOfOthers>() {
        return Err(ErrorCode::Forbidden.into());
    }
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    Ok(row)
}

/// Reverses the fact of an entry, if it draws; answers the cycle that gained by it.
async fn take_back(
    tx: &mut Tx,
    scope: Scope,
    poster: &Poster,
    old: &EntryRow,
    now: DateTime<Utc>,
) -> Result<Option<CycleId>> {
    let Some(posted) = store::posted(tx, scope, old.id).await? else { return Ok(None) };
    let (kind, cycle_id, effective_on) = poster.reversal(&posted)?;
    let no = cycles::store::take_records(tx, scope, old.retainer_id, 1).await?;
    let PostedFact { id, minutes, worked_on, member_id, .. } = posted;
    let back = NewFact {
        id: FactId(Uuid::now_v7()),
        cycle_id,
        record_no: no,
        kind,
        minutes,
        worked_on,
        effective_on,
        late: false,
        time_entry_id: old.id,
        member_id,
        reverses_id: Some(id),
    };
    cycles::store::insert_facts(tx, scope, old.retainer_id, &[back], now).await?;
    Ok(Some(cycle_id))
}
