//! Work that is planned for a cycle, and what requests make of it: put off to another cycle, taken
//! up again, taken off the board.
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{
    ErrorCode, PriorityId, RetainerId, WorkColumn, WorkDecided, WorkDecision, WorkEventKind,
    WorkItemId,
};
use shared::rules::work::forecast::{self, Planned};
use shared::rules::work::{gate, order};
use sqlx::types::Json;

use super::fields::name;
use super::people;
use super::save::Happened;
use super::service::keep;
use super::store::{self, ItemRow};
use super::view;
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;

/// Work that is not delivered and not stopped.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PlannedRow {
    pub id: WorkItemId,
    pub number: i64,
    pub title: String,
    pub stage: WorkColumn,
    pub priority_id: Option<PriorityId>,
    pub estimate: Option<i64>,
    pub item: Option<String>,
    pub drawn: i64,
    pub cycle_seq: Option<i64>,
}

impl PlannedRow {
    /// Whether it counts in a cycle.
    pub fn counts_in(&self, seq: i64, present: bool) -> bool {
        forecast::counts_in(self.cycle_seq, seq, present)
    }
    /// As the forecast sees it in its cycle.
    pub fn seen(&self) -> Planned {
        let PlannedRow { stage, estimate, drawn, .. } = *self;
        Planned { column: stage, estimate, drawn, in_cycle: true }
    }
}

const PLANNED: &str = "
    SELECT w.id, w.number, w.title, w.stage, w.priority_id, w.estimate, w.item,
        CAST(COALESCE((SELECT SUM(e.minutes) FROM time_entry_work t
            JOIN time_entries e ON e.organisation_id = t.organisation_id
                AND e.id = t.time_entry_id AND e.deleted_at IS NULL
            WHERE t.organisation_id = w.organisation_id AND t.work_item_id = w.id), 0)
            AS BIGINT) AS drawn,
        w.cycle_seq
    FROM work_items w
    WHERE w.stage IN ('agreed', 'in_progress', 'in_review')
        AND (w.decision IS NULL OR w.decision <> 'stop') AND w.organisation_id =";

/// What is agreed on for a retainer and not delivered, what comes last first.
pub async fn planned(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<PlannedRow>> {
    let query = Query::new(PLANNED)
        .push(" ?", scope.organisation())
        .push(" AND w.retainer_id = ?", retainer)
        .push(" ORDER BY w.stage, w.place DESC LIMIT ?", shared::api::CARDS_MAX);
    Ok(tx.all(query).await?)
}

/// Puts work off to a cycle: what was in progress goes back to what is agreed on. Tells where it
/// stands since.
///
/// # Errors
/// `not_found`; `request_begun` for what is in review, delivered or stopped.
pub async fn postpone(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (seq, lane, reason): (i64, Option<PriorityId>, &str),
    now: DateTime<Utc>,
) -> Result<Spot> {
    let mut row = store::find(tx, scope, id).await?;
    if row.stage > WorkColumn::InProgress || row.decision == Some(WorkDecision::Stop) {
        return Err(ErrorCode::RequestBegun.into());
    }
    row.priority_id = lane.or(row.priority_id);
    let mut events = vec![to_cycle(&mut row, Some(seq))];
    if row.stage == WorkColumn::InProgress {
        events.push(to_column(tx, scope, (&mut row, WorkColumn::Agreed), reason).await?);
    }
    keep(tx, scope, &row, &events, now).await?;
    Ok(Spot::from(&row))
}

/// Where work stands: its column, its cycle, the priority that it serves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spot {
    pub column: WorkColumn,
    pub cycle_seq: Option<i64>,
    pub priority_id: Option<PriorityId>,
}

impl From<&PlannedRow> for Spot {
    fn from(row: &PlannedRow) -> Self {
        let PlannedRow { stage: column, cycle_seq, priority_id, .. } = *row;
        Self { column, cycle_seq, priority_id }
    }
}

impl From<&ItemRow> for Spot {
    fn from(row: &ItemRow) -> Self {
        let ItemRow { stage: column, cycle_seq, priority_id, .. } = *row;
        Self { column, cycle_seq, priority_id }
    }
}

/// Work that was put off: where it stood, and where it was put.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Stood {
    pub id: WorkItemId,
    #[serde(flatten)]
    pub was: Spot,
    /// Not kept with what was put off before this was noted.
    #[serde(default)]
    pub put: Option<Spot>,
}

/// Puts work back where it stood, unless it went on or was planned anew meanwhile: what somebody
/// planned since holds. What may not be in progress any more stays agreed on.
/// Source: requirement S0-16.
///
/// # Errors
/// `not_found`.
pub async fn take_up(
    tx: &mut Tx,
    scope: Scope,
    stood: Stood,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut row = store::find(tx, scope, stood.id).await?;
    let planned_since = stood.put.is_some_and(|put| put != Spot::from(&row));
    if row.stage > WorkColumn::Agreed || row.decision.is_some() || planned_since {
        return Ok(());
    }
    let was = stood.was;
    row.priority_id = was.priority_id;
    let mut events = vec![to_cycle(&mut row, was.cycle_seq)];
    let may_decide = people::owner_may_decide(tx, scope, &row, now).await?;
    let missing = gate::missing(was.column, &view::readiness(&row, may_decide));
    if was.column != row.stage && missing.is_empty() {
        events.push(to_column(tx, scope, (&mut row, was.column), reason).await?);
    }
    keep(tx, scope, &row, &events, now).await.map(drop)
}

fn to_cycle(row: &mut ItemRow, seq: Option<i64>) -> Happened {
    let was = std::mem::replace(&mut row.cycle_seq, seq);
    let number = |seq: Option<i64>| seq.map(|seq| seq.to_string());
    Happened::saying(WorkEventKind::Changed, Some("cycle")).between(number(was), number(seq))
}

async fn to_column(
    tx: &mut Tx,
    scope: Scope,
    (row, column): (&mut ItemRow, WorkColumn),
    reason: &str,
) -> Result<Happened> {
    let last = store::last_place(tx, scope, (row.retainer_id, column)).await?;
    let (was, becomes) = (name(&row.stage), name(&column));
    row.stage = column;
    row.place = order::between(last.as_deref(), None);
    Ok(Happened::saying(WorkEventKind::Moved, Some(reason)).between(was, becomes))
}

/// Takes work off the board that nobody began: what it came of was decided otherwise. Whoever holds
/// the decision about it decides that themselves. Source: requirement S0-18.
///
/// # Errors
/// `not_found`; `request_begun` for work that has begun, has time on it, or has a decision owner.
pub async fn take_off(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut row = store::find(tx, scope, id).await?;
    let drawn = store::drawn(tx, scope, &[id]).await?.get(&id).copied().unwrap_or(0);
    let untouched = row.stage <= WorkColumn::Agreed && row.decision.is_none() && drawn == 0;
    if !untouched || row.decision_owner().is_some() {
        return Err(ErrorCode::RequestBegun.into());
    }
    let by = people::names(tx, scope, None).await?.member(scope.member());
    row.decision = Some(WorkDecision::Stop);
    row.decided = Some(Json(WorkDecided {
        decision: WorkDecision::Stop,
        owner_name: by.clone(),
        recorded_by: by,
        evidence: None,
        reason: Some(reason.to_owned()),
        at: now,
    }));
    let told = Happened::saying(WorkEventKind::Stopped, Some(reason));
    keep(tx, scope, &row, &[told], now).await.map(drop)
}
