//! Frames and lines of scopes, and how strict gates are, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountKind, Bottleneck, Cadence, Controls, CycleId, Gate, MemberId,
    OperatingProblem, RetainerId, RetainerState, ScopeChangeId, ScopeLine, ScopeLineId,
    ScopeLineKind, ScopeSet, SuccessSignal,
};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// What is known of a retainer here.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Head {
    pub id: RetainerId,
    pub account_id: AccountId,
    pub kind: AccountKind,
    pub state: RetainerState,
    pub starts_on: NaiveDate,
    pub timezone: String,
}

/// The frame of a scope.
#[derive(Debug, Clone, Default, sqlx::FromRow)]
pub struct FrameRow {
    pub outcome: Option<String>,
    pub success_signal: Option<SuccessSignal>,
    pub problem: Option<OperatingProblem>,
    pub limits: Option<String>,
    pub bottleneck: Option<Bottleneck>,
    pub cadence: Option<Cadence>,
    pub next_review_on: Option<NaiveDate>,
    pub process_owner_id: Option<MemberId>,
    pub process_owner_name: Option<String>,
    pub process_owner_active: Option<bool>,
    pub version: i64,
}

/// A line of a scope.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct LineRow {
    pub id: ScopeLineId,
    pub kind: ScopeLineKind,
    pub position: i64,
    pub text: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}
impl LineRow {
    /// Whether it holds on a day.
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|end| day < end)
    }
}
impl From<LineRow> for ScopeLine {
    fn from(row: LineRow) -> Self {
        let LineRow { id, kind, text, starts_on, ends_on, .. } = row;
        Self { id, kind, text, starts_on, ends_on }
    }
}

/// A line to write.
#[derive(Debug, Clone)]
pub struct NewLine<'a> {
    pub kind: ScopeLineKind,
    pub position: i64,
    pub text: &'a str,
    pub starts_on: NaiveDate,
    pub begun_by: Option<ScopeChangeId>,
}

stmt!(
    HEAD = "
    SELECT r.id, r.account_id, a.kind, r.state, r.starts_on, r.timezone
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.organisation_id = $1 AND r.id = $2"
);
stmt!(
    FRAME = "
    SELECT s.outcome, s.success_signal, s.problem, s.limits, s.bottleneck, s.cadence,
        s.next_review_on, s.process_owner_id, m.name AS process_owner_name,
        m.active AS process_owner_active, s.version
    FROM scopes s
    LEFT JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.process_owner_id
    WHERE s.organisation_id = $1 AND s.retainer_id = $2"
);
stmt!(
    FIRST_FRAME = "
    INSERT INTO scopes (organisation_id, retainer_id, outcome, success_signal, problem, limits,
        bottleneck, cadence, next_review_on, process_owner_id, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
stmt!(
    CHANGE_FRAME = "
    UPDATE scopes SET outcome = $3, success_signal = $4, problem = $5, limits = $6,
        bottleneck = $7, cadence = $8, next_review_on = $9, process_owner_id = $10,
        changed_by = $11, changed_at = $12, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND version = $13"
);
stmt!(
    LINES = "
    SELECT id, kind, position, text, starts_on, ends_on FROM scope_lines
    WHERE organisation_id = $1 AND retainer_id = $2 ORDER BY kind, position"
);
stmt!(
    INSERT_LINE = "
    INSERT INTO scope_lines
        (id, organisation_id, retainer_id, kind, position, text, starts_on, begun_by)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8)"
);
stmt!(
    MOVE_LINE = "
    UPDATE scope_lines SET position = $3 WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    DROP_LINE = "
    DELETE FROM scope_lines WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    END_LINE = "
    UPDATE scope_lines SET ends_on = $3, ended_by = $4
    WHERE organisation_id = $1 AND id = $2 AND ends_on IS NULL AND starts_on < $3"
);
stmt!(
    CONTROLS = "
    SELECT gate, answer_hours, version FROM controls WHERE organisation_id = $1"
);
stmt!(
    FIRST_CONTROLS = "
    INSERT INTO controls (organisation_id, gate, changed_by, changed_at, answer_hours)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    CHANGE_CONTROLS = "
    UPDATE controls SET gate = $2, changed_by = $3, changed_at = $4, answer_hours = $5,
        version = version + 1
    WHERE organisation_id = $1 AND version = $6"
);
stmt!(
    AFTER = "
    SELECT n.id FROM cycles c
    JOIN cycles n ON n.organisation_id = c.organisation_id AND n.retainer_id = c.retainer_id
        AND n.seq = c.seq + 1
    WHERE c.organisation_id = $1 AND c.id = $2"
);

/// The cycle after another, if it is made yet.
pub async fn cycle_after(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<Option<CycleId>> {
    let row: Option<(CycleId,)> = tx.opt(AFTER.with(args![scope.organisation(), cycle])).await?;
    Ok(row.map(|(id,)| id))
}
/// A retainer as this slice knows it.
pub async fn head(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Head> {
    Ok(tx.one(HEAD.with(args![scope.organisation(), id])).await?)
}
/// The frame of a retainer; empty, at version 0, until somebody fills it in.
pub async fn frame(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<FrameRow> {
    let row: Option<FrameRow> = tx.opt(FRAME.with(args![scope.organisation(), id])).await?;
    Ok(row.unwrap_or_default())
}
/// False if someone else changed it first.
pub async fn set_frame(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (new, version): (&ScopeSet, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let text = |text: &Option<String>| {
        Arg::from(super::service::present(text.as_deref()).map(str::to_owned))
    };
    let mut args = vec![
        scope.organisation().into(),
        id.into(),
        text(&new.outcome),
        name(new.success_signal),
        name(new.problem),
        text(&new.limits),
        name(new.bottleneck),
        name(new.cadence),
        new.next_review_on.into(),
        new.process_owner_id.into(),
        scope.member().into(),
        now.into(),
    ];
    let query = if version == 0 {
        FIRST_FRAME.with(args)
    } else {
        args.push(version.into());
        CHANGE_FRAME.with(args)
    };
    written(tx.execute(query).await)
}

/// The name of a choice, if one was made.
fn name(choice: Option<impl serde::Serialize>) -> Arg {
    choice.map_or(Arg::Text(None), Arg::name)
}

/// Two who set what nobody set before: the second is late.
fn written(rows: Result<u64, DbError>) -> Result<bool> {
    match rows {
        Err(DbError::Unique(_)) => Ok(false),
        rows => Ok(rows? == 1),
    }
}

/// Every line a retainer has or had, included ones last as their names sort.
pub async fn lines(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<LineRow>> {
    Ok(tx.all(LINES.with(args![scope.organisation(), id])).await?)
}
pub async fn insert_line(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    line: NewLine<'_>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        ScopeLineId(Uuid::now_v7()).into(),
        retainer.into(),
        Arg::name(line.kind),
        line.position.into(),
        line.text.into(),
        line.starts_on.into(),
        line.begun_by.into(),
    ];
    tx.execute(INSERT_LINE.with(args)).await?;
    Ok(())
}
pub async fn move_line(tx: &mut Tx, scope: Scope, id: ScopeLineId, position: i64) -> Result<()> {
    tx.execute(MOVE_LINE.with(args![scope.organisation(), id, position])).await?;
    Ok(())
}
/// Removes a line of a retainer that is still set up.
pub async fn drop_line(tx: &mut Tx, scope: Scope, id: ScopeLineId) -> Result<()> {
    tx.execute(DROP_LINE.with(args![scope.organisation(), id])).await?;
    Ok(())
}
/// False if it ended already, or begins no earlier than that day.
pub async fn end_line(
    tx: &mut Tx,
    scope: Scope,
    id: ScopeLineId,
    (on, by): (NaiveDate, ScopeChangeId),
) -> Result<bool> {
    Ok(tx.execute(END_LINE.with(args![scope.organisation(), id, on, by])).await? == 1)
}

#[derive(Debug, Clone, Copy, sqlx::FromRow)]
struct ControlsRow {
    gate: Gate,
    answer_hours: Option<i64>,
    version: i64,
}
/// How strict the organisation is, and the version of that; none until somebody says.
pub async fn controls(tx: &mut Tx, scope: Scope) -> Result<Option<(Controls, i64)>> {
    let row: Option<ControlsRow> = tx.opt(CONTROLS.with(args![scope.organisation()])).await?;
    let told = |row: ControlsRow| {
        (Controls { gate: row.gate, answer_hours: row.answer_hours }, row.version)
    };
    Ok(row.map(told))
}
/// False if someone else changed it first.
pub async fn set_controls(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (Controls, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args = vec![
        scope.organisation().into(),
        Arg::name(new.gate),
        scope.member().into(),
        now.into(),
        new.answer_hours.into(),
    ];
    let query = if version == 0 {
        FIRST_CONTROLS.with(args)
    } else {
        args.push(version.into());
        CHANGE_CONTROLS.with(args)
    };
    written(tx.execute(query).await)
}
