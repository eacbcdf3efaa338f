//! What making and changing a piece of work means.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, NewWorkItem, NewWorkLevel, ProcessLevel, RetainerId, Role, WorkColumn, WorkDecision,
    WorkEventKind, WorkItem, WorkItemChange, WorkItemId,
};
use shared::rules::work::gate::{self, Missing};
use shared::rules::work::level;
use shared::rules::work::order;
use sqlx::types::Json;
use uuid::Uuid;

use super::fields::{change_fields, name};
use super::people;
use super::save::{self, Happened};
use super::seats::{recorder, seat, supplied};
use super::steps::not_delivered;
use super::store::{self, Home, ItemRow};
use super::view;
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::dunning;
use crate::error::{Error, Result};

/// An item at the version that was read.
///
/// # Errors
/// `stale`, `not_found`.
pub async fn at_version(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    version: i64,
) -> Result<ItemRow> {
    let row = store::find(tx, scope, id).await?;
    match row.version == version {
        true => Ok(row),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// Writes an item anew with what happened to it, and shows it.
///
/// # Errors
/// `stale` if somebody else wrote it meanwhile.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    row: &ItemRow,
    events: &[Happened],
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    if !save::update(tx, scope, row).await? {
        return Err(ErrorCode::Stale.into());
    }
    save::tell(tx, scope, row.id, events, now).await?;
    view::item(tx, scope, row.id, now).await
}

pub fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Two at once took the same number: the second looks again.
///
/// # Errors
/// Those of the database.
pub fn written(rows: std::result::Result<u64, DbError>) -> Result<()> {
    match rows {
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        rows => Ok(rows.map(drop)?),
    }
}

/// Refuses what is missing, each at its field.
///
/// # Errors
/// `work_not_ready`.
pub fn ready(missing: &[Missing]) -> Result<()> {
    match missing {
        [] => Ok(()),
        all => Err(Error::Faulty(ErrorCode::WorkNotReady, view::faults(all))),
    }
}

/// Puts a piece of work on a board.
///
/// # Errors
/// At the field: an unknown retainer, priority or person. `retainer_ended`; `work_suspended` where
/// an unpaid invoice has new work wait; `work_not_ready` if it is to stand behind a gate.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewWorkItem,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let home = store::home(tx, scope, new.retainer_id).await?;
    let home = home.ok_or_else(|| Error::field("/retainer_id", "not_found"))?;
    if home.ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    if dunning::suspended(tx, scope, new.retainer_id).await? {
        return Err(ErrorCode::WorkSuspended.into());
    }
    save::make_board(tx, scope, new.retainer_id).await?;
    let stage = new.column.unwrap_or(WorkColumn::Intake);
    let number = save::take_number(tx, scope, new.retainer_id).await?;
    let last = store::last_place(tx, scope, (new.retainer_id, stage)).await?;
    let place = order::between(last.as_deref(), None);
    let mut row = blank(new, &home, (number, place), now);
    let details = (&new.details, "/details");
    change_fields(tx, scope, &mut row, details).await?;
    row.stage = stage;
    let day = people::today(&home.timezone, now);
    seat(tx, scope, (&mut row, &home), (&new.seats, "/seats"), day).await?;
    row.inputs = Json(supplied(&[], &new.inputs, recorder(tx, scope).await?, now));
    if stage != WorkColumn::Intake {
        let may_decide = people::owner_may_decide(tx, scope, &row, now).await?;
        ready(&gate::missing(stage, &view::readiness(&row, may_decide)))?;
    }
    if stage == WorkColumn::Delivered && scope.role() == Role::Partner {
        ready(&[Missing::Review])?;
    }
    row.delivered_at = (stage == WorkColumn::Delivered).then_some(now);
    save::insert(tx, scope, &row).await?;
    save::tell(tx, scope, row.id, &[Happened::plain(WorkEventKind::Created)], now).await?;
    view::item(tx, scope, row.id, now).await
}

fn blank(
    new: &NewWorkItem,
    home: &Home,
    (number, place): (i64, String),
    now: DateTime<Utc>,
) -> ItemRow {
    use shared::api::{Frequency, Grade};
    ItemRow {
        id: WorkItemId(Uuid::now_v7()),
        retainer_id: new.retainer_id,
        retainer_name: String::new(),
        timezone: home.timezone.clone(),
        account_id: home.account_id,
        account_name: String::new(),
        account_kind: home.account_kind,
        number,
        title: new.title.trim().to_owned(),
        goal: None,
        criteria: None,
        stage: WorkColumn::Intake,
        place,
        priority_id: None,
        priority_title: None,
        cycle_seq: None,
        channel: None,
        due_on: None,
        estimate: None,
        item: None,
        risk: Grade::Low,
        frequency: Frequency::OneOff,
        impact: Grade::Low,
        touches: Json(Vec::new()),
        level: ProcessLevel::Standard,
        level_chosen_by: None,
        level_chosen_why: None,
        decision_member: None,
        decision_contact: None,
        execution_member: None,
        execution_contact: None,
        execution_left: false,
        input_member: None,
        input_contact: None,
        review_member: None,
        review_contact: None,
        same_person: false,
        contributors: Json(Vec::new()),
        inputs: Json(Vec::new()),
        first_review_at: None,
        first_review: None,
        review_passed: false,
        revisions: 0,
        decision: None,
        decided: None,
        verdict: None,
        delivered_at: None,
        waiting_since: None,
        waits_for: None,
        waited_seconds: 0,
        created_at: now,
        version: 1,
        request_id: None,
        request_number: None,
        request_verdict: None,
    }
}

/// Changes fields of an item; the level follows the proposal unless somebody chose another.
///
/// # Errors
/// `stale`; those of [`change_fields`] at the field. `work_not_ready` if work that has begun would
/// lose what it needed to begin; `work_delivered` if delivered work would be another, or unchecked.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (change, version): (&WorkItemChange, i64),
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = at_version(tx, scope, id, version).await?;
    let before = row.clone();
    let events = change_fields(tx, scope, &mut row, (change, "")).await?;
    retold(&before, &mut row)?;
    if row.stage >= WorkColumn::InProgress && row.goal.is_none() {
        ready(&[Missing::Goal])?;
    }
    keep(tx, scope, &row, &events, now).await
}

/// What was said of a piece of work was said of what it was: with another goal or other criteria
/// its check and its approval go, with a higher level its check. The history keeps them.
///
/// # Errors
/// `work_delivered`: what was delivered is not made another, nor unchecked. Source: requirements
/// S0-18, S0-20, S0-35.
fn retold(before: &ItemRow, row: &mut ItemRow) -> Result<()> {
    let told = |row: &ItemRow| (row.goal.clone(), row.criteria.clone());
    let other = told(before) != told(row);
    if gate::outdates_check(other, before.level, row.level) {
        row.review_passed = false;
    }
    let approved = row.decision == Some(WorkDecision::Approve);
    if other && approved {
        (row.decision, row.decided) = (None, None);
    }
    let said = before.verdict.is_some() || before.review_passed || approved;
    let unchecked = |row: &ItemRow| gate::unchecked(&view::readiness(row, true));
    if (other && said) || (unchecked(row) && !unchecked(before)) {
        not_delivered(row)?;
    }
    Ok(())
}

/// Chooses another level than the proposed one, or the proposed one again.
///
/// # Errors
/// `stale`; `work_delivered` if delivered work would be unchecked; at `/level` for lightweight work that touches what it must not, at `/reason` without
/// one for another than the proposed level, and where the required check goes.
/// Source: requirements S0-28, S0-29.
pub async fn set_level(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (new, version): (&NewWorkLevel, i64),
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = at_version(tx, scope, id, version).await?;
    if !level::forbids(new.level, &row.touches.0).is_empty() {
        return Err(Error::field("/level", "not_lightweight"));
    }
    let (proposed, _) = level::propose(view::traits(&row));
    let why = trimmed(new.reason.as_deref());
    let drops = gate::drops_check(row.stage, row.level, new.level);
    if (new.level != proposed || drops) && why.is_none() {
        return Err(Error::field("/reason", "required"));
    }
    let other = new.level != proposed;
    let (was, becomes) = (name(&row.level), name(&new.level));
    let before = row.clone();
    row.level = new.level;
    retold(&before, &mut row)?;
    row.level_chosen_by = other.then_some(scope.member());
    row.level_chosen_why = why.clone().filter(|_| other);
    let told = Happened::saying(WorkEventKind::Levelled, why.as_deref()).between(was, becomes);
    keep(tx, scope, &row, &[told], now).await
}

/// Whether there is such a retainer.
///
/// # Errors
/// `not_found`.
pub async fn there(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Home> {
    store::home(tx, scope, retainer).await?.ok_or(ErrorCode::NotFound.into())
}
