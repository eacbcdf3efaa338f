//! What writing, checking and retiring a routine mean.
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc};
use shared::api::{
    ErrorCode, LinkedSop, MemberId, NewRetirement, NewSop, NewSopVersion, NewTrial, Page, Sop,
    SopChange, SopId, SopState, SopTrial, SopVersion, WorkflowId,
};
use shared::rules::know::{self, Trial};
use sqlx::types::Json;
use uuid::Uuid;

use super::due::{Since, next_check};
use super::store::{self, Filter, SopRow};
use super::uses::{self, Used};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::identity;
use crate::text::fold;

/// A replaced routine stays so many days where nobody says otherwise.
const REPLACED_DAYS: u64 = 30;

/// Writes a routine down; the one that it replaces gets a day to disappear on.
///
/// # Errors
/// At the field: an owner who is not here, a replaced routine that is not here or retired, a day
/// of retirement that has come, a workflow to try it in that is not here.
pub async fn create(tx: &mut Tx, scope: Scope, new: &NewSop, now: DateTime<Utc>) -> Result<Sop> {
    let today = identity::today(tx, scope, now).await?;
    let owner_id = new.owner_id.unwrap_or(scope.member());
    check_owner(tx, scope, owner_id).await?;
    let trial_ends_on = match &new.trial {
        Some(trial) => Some(trial_end(tx, scope, trial, today).await?),
        None => None,
    };
    if let Some(replaced) = new.replaces_id {
        replace(tx, scope, replaced, (new, today)).await?;
    }
    let id = SopId(Uuid::now_v7());
    let name = new.name.trim().to_owned();
    let row = SopRow {
        id,
        sort_key: fold(&name),
        name,
        owner_id,
        owner_name: String::new(),
        number: 1,
        body: Json(new.body.clone()),
        watches: Json(new.watches.clone()),
        replaces_id: new.replaces_id,
        replaces_name: None,
        retire_on: None,
        retire_reason: None,
        trial_workflow_id: new.trial.as_ref().map(|trial| trial.workflow_id),
        trial_workflow_name: None,
        trial_cycles: new.trial.as_ref().map(|trial| trial.cycles),
        trial_ends_on,
        checked_on: None,
        checked_at: now,
        created_on: today,
        created_at: now,
        version: 1,
    };
    store::insert(tx, scope, &row).await?;
    store::insert_version(tx, scope, (id, 1), (&new.body, None), (today, now)).await?;
    find(tx, scope, id, now).await
}

async fn check_owner(tx: &mut Tx, scope: Scope, owner: MemberId) -> Result<()> {
    match identity::is_active(tx, scope, owner).await? {
        true => Ok(()),
        false => Err(Error::field("/owner_id", "not_found")),
    }
}

async fn trial_end(
    tx: &mut Tx,
    scope: Scope,
    trial: &NewTrial,
    today: NaiveDate,
) -> Result<NaiveDate> {
    let days = store::cadence(tx, scope, trial.workflow_id).await?;
    let days = days.ok_or_else(|| Error::field("/trial/workflow_id", "not_found"))?;
    Ok(know::trial_ends(Trial { from: today, cycles: trial.cycles, cycle_days: days }))
}

/// Source: requirement S3-30.
async fn replace(
    tx: &mut Tx,
    scope: Scope,
    id: SopId,
    (new, today): (&NewSop, NaiveDate),
) -> Result<()> {
    let found = store::some(tx, scope, &[id]).await?.pop();
    let mut row = found.ok_or_else(|| Error::field("/replaces_id", "not_found"))?;
    if know::retired(row.retire_on, today) {
        return Err(Error::field("/replaces_id", "retired"));
    }
    let on = new.retire_on.or_else(|| today.checked_add_days(Days::new(REPLACED_DAYS)));
    if on.is_some_and(|on| on < today) {
        return Err(Error::field("/retire_on", "out_of_range"));
    }
    row.retire_on = on;
    row.retire_reason = Some(new.name.trim().to_owned());
    saved(store::change(tx, scope, &row).await?)
}

fn saved(saved: bool) -> Result<()> {
    if saved { Ok(()) } else { Err(ErrorCode::Stale.into()) }
}

/// A routine, with all that is computed about it.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: SopId, now: DateTime<Utc>) -> Result<Sop> {
    let row = store::find(tx, scope, id).await?;
    let mut all = told(tx, scope, vec![row], now).await?;
    all.pop().ok_or(ErrorCode::NotFound.into())
}

/// A page of routines by name.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (text, state): (Option<String>, SopState),
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<Sop>> {
    let today = identity::today(tx, scope, now).await?;
    let filter = Filter { text, state, today, after: paging.after()?, limit: paging.limit + 1 };
    let rows = store::list(tx, scope, filter).await?;
    let key = |row: &SopRow| (row.sort_key.clone(), row.id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    Ok(Page { items: told(tx, scope, items, now).await?, next_cursor })
}

async fn told(
    tx: &mut Tx,
    scope: Scope,
    rows: Vec<SopRow>,
    now: DateTime<Utc>,
) -> Result<Vec<Sop>> {
    let today = identity::today(tx, scope, now).await?;
    let since = Since::of(tx, scope, &rows, (today, now)).await?;
    let ids: Vec<SopId> = rows.iter().map(|row| row.id).collect();
    let month = today.with_day(1).unwrap_or(today);
    let (ever, lately) = uses::of_sops(tx, scope, &ids, month).await?;
    let tell = |row: SopRow| {
        let used = Used::Sop(row.id);
        let (used_on, uses_this_month) = (ever.of(used).last_on, lately.of(used).times);
        let retired = know::retired(row.retire_on, today);
        let stale = know::stale(row.created_on, row.checked_on, used_on, today);
        let due = since.reasons(&row);
        Sop {
            next_check_on: next_check(&row),
            // What is out of use needs no check.
            due: if retired { Vec::new() } else { due },
            stale: stale.filter(|_| !retired),
            retired,
            trial: trial_of(&row),
            warnings: row.body.0.warnings(),
            used_on,
            uses_this_month,
            id: row.id,
            name: row.name,
            owner_id: row.owner_id,
            owner_name: row.owner_name,
            number: row.number,
            body: row.body.0,
            watches: row.watches.0,
            replaces_id: row.replaces_id,
            replaces_name: row.replaces_name,
            retire_on: row.retire_on,
            retire_reason: row.retire_reason,
            checked_on: row.checked_on,
            created_at: row.created_at,
            version: row.version,
        }
    };
    Ok(rows.into_iter().map(tell).collect())
}

fn trial_of(row: &SopRow) -> Option<SopTrial> {
    Some(SopTrial {
        workflow_id: row.trial_workflow_id?,
        workflow_name: row.trial_workflow_name.clone().unwrap_or_default(),
        cycles: row.trial_cycles?,
        ends_on: row.trial_ends_on?,
    })
}

/// Changes what surrounds the text.
///
/// # Errors
/// `stale`; at `/owner_id`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: SopId,
    (change, version): (&SopChange, i64),
    now: DateTime<Utc>,
) -> Result<Sop> {
    let mut row = store::find(tx, scope, id).await?;
    if let Some(owner) = change.owner_id.filter(|new| *new != row.owner_id) {
        check_owner(tx, scope, owner).await?;
    }
    row.name = change.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
    row.owner_id = change.owner_id.unwrap_or(row.owner_id);
    row.watches = change.watches.clone().map_or(row.watches, Json);
    row.version = version;
    saved(store::change(tx, scope, &row).await?)?;
    find(tx, scope, id, now).await
}

/// Supersedes the text of a routine. Who writes anew has checked. Source: requirement S0-40.
///
/// # Errors
/// `stale`, `routine_retired`.
pub async fn rewrite(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (SopId, i64),
    new: &NewSopVersion,
    now: DateTime<Utc>,
) -> Result<Sop> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = in_use(tx, scope, id, today).await?;
    row.number += 1;
    row.version = version;
    (row.checked_on, row.checked_at) = (Some(today), now);
    saved(store::change(tx, scope, &row).await?)?;
    let why = new.why.as_deref().map(str::trim).filter(|why| !why.is_empty());
    store::insert_version(tx, scope, (id, row.number), (&new.body, why), (today, now)).await?;
    find(tx, scope, id, now).await
}

async fn in_use(tx: &mut Tx, scope: Scope, id: SopId, today: NaiveDate) -> Result<SopRow> {
    let row = store::find(tx, scope, id).await?;
    match know::retired(row.retire_on, today) {
        true => Err(ErrorCode::RoutineRetired.into()),
        false => Ok(row),
    }
}

/// Notes that somebody checked that it still holds.
///
/// # Errors
/// `routine_retired`.
pub async fn check(tx: &mut Tx, scope: Scope, id: SopId, now: DateTime<Utc>) -> Result<Sop> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = in_use(tx, scope, id, today).await?;
    (row.checked_on, row.checked_at) = (Some(today), now);
    saved(store::change(tx, scope, &row).await?)?;
    find(tx, scope, id, now).await
}

/// Notes that it was followed today.
///
/// # Errors
/// `routine_retired`.
pub async fn use_today(tx: &mut Tx, scope: Scope, id: SopId, now: DateTime<Utc>) -> Result<Sop> {
    let today = identity::today(tx, scope, now).await?;
    in_use(tx, scope, id, today).await?;
    uses::note(tx, scope, Used::Sop(id), today).await?;
    find(tx, scope, id, now).await
}

/// Ends a trial that was held as long as was agreed: from now on it can be used anywhere.
/// Source: requirement S3-12.
///
/// # Errors
/// `routine_retired`, `routine_adopted`; `routine_on_trial` before its last day.
pub async fn adopt(tx: &mut Tx, scope: Scope, id: SopId, now: DateTime<Utc>) -> Result<Sop> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = in_use(tx, scope, id, today).await?;
    if row.trial_workflow_id.is_none() {
        return Err(ErrorCode::RoutineAdopted.into());
    }
    if let Some(end) = row.trial_ends_on.filter(|end| today < *end) {
        let detail = format!("it is tried until {end}, and adopted from then on");
        return Err(Error::Explained(ErrorCode::RoutineOnTrial, detail));
    }
    (row.trial_workflow_id, row.trial_cycles, row.trial_ends_on) = (None, None, None);
    saved(store::change(tx, scope, &row).await?)?;
    find(tx, scope, id, now).await
}

/// Takes a routine out of use, today or on a day to come.
///
/// # Errors
/// `routine_retired`; at `/on`: a day that is over.
pub async fn retire(
    tx: &mut Tx,
    scope: Scope,
    id: SopId,
    new: &NewRetirement,
    now: DateTime<Utc>,
) -> Result<Sop> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = in_use(tx, scope, id, today).await?;
    let on = new.on.unwrap_or(today);
    if on < today {
        return Err(Error::field("/on", "out_of_range"));
    }
    row.retire_on = Some(on);
    row.retire_reason = Some(new.reason.trim().to_owned());
    saved(store::change(tx, scope, &row).await?)?;
    find(tx, scope, id, now).await
}

/// A page of the texts of a routine, the last first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn versions(
    tx: &mut Tx,
    scope: Scope,
    id: SopId,
    paging: &PageParams,
) -> Result<Page<SopVersion>> {
    let row = store::find(tx, scope, id).await?;
    let (sop, part) = ((id, row.number), (paging.after()?, paging.limit + 1));
    let rows = store::versions(tx, scope, sop, part).await?;
    Ok(page(rows, paging.limit, |version| version.number))
}

/// How a routine looks where it is linked.
///
/// # Errors
/// At the field: one that is not here, is retired, or is on trial elsewhere.
pub async fn linkable(
    tx: &mut Tx,
    scope: Scope,
    id: SopId,
    (at, workflow): (&str, Option<WorkflowId>),
    today: NaiveDate,
) -> Result<SopRow> {
    let found = store::some(tx, scope, &[id]).await?.pop();
    let row = found.ok_or_else(|| Error::field(at, "not_found"))?;
    if know::retired(row.retire_on, today) {
        return Err(Error::field(at, "retired"));
    }
    if row.trial_workflow_id.is_some_and(|on_trial| Some(on_trial) != workflow) {
        return Err(Error::field(at, "on_trial"));
    }
    Ok(row)
}

/// The routines of these ids as they look where they are linked, each with its present number.
///
/// # Errors
/// Those of the database.
pub async fn linked(
    tx: &mut Tx,
    scope: Scope,
    ids: &[SopId],
    today: NaiveDate,
) -> Result<Vec<(LinkedSop, i64)>> {
    let rows = store::some(tx, scope, ids).await?;
    Ok(rows.iter().map(|row| (link(row, today), row.number)).collect())
}

/// A routine where it is linked.
pub fn link(row: &SopRow, today: NaiveDate) -> LinkedSop {
    let retired = know::retired(row.retire_on, today);
    LinkedSop { id: row.id, name: row.name.clone(), retired, superseded: false }
}
