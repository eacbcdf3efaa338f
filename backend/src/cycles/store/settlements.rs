//! What people decide and say when a cycle closes, and the draft lines that are then to be billed.
use chrono::{DateTime, Utc};
use shared::api::{ClosingRecord, CycleId, Language, OverageDecision, OverageMode, PoolId};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Who settled the overage of a pool in a cycle, and how.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DecisionRow {
    pub pool_id: PoolId,
    pub choice: String,
    pub reason: Option<String>,
    pub member_name: String,
    pub decided_at: DateTime<Utc>,
}

impl DecisionRow {
    /// The way that was taken.
    pub fn mode(&self) -> OverageMode {
        match self.choice.as_str() {
            "bill" => OverageMode::Bill,
            "borrow" => OverageMode::Borrow,
            _ => OverageMode::Absorb,
        }
    }
}

impl DecisionRow {
    /// As the API shows it, of the pool with a key.
    pub fn shown(&self, pool: &str) -> OverageDecision {
        OverageDecision {
            pool: pool.to_owned(),
            choice: self.mode(),
            reason: self.reason.clone(),
            member_name: self.member_name.clone(),
            decided_at: self.decided_at,
        }
    }
}

/// What is to be billed for a pool of a closed cycle.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct DraftRow {
    pub pool_id: PoolId,
    pub quantity: i64,
    pub amount_minor: i64,
    pub currency: String,
}

stmt!(
    DECISIONS = "
    SELECT d.pool_id, d.choice, d.reason, m.name AS member_name, d.decided_at
    FROM overage_decisions d
    JOIN members m ON m.organisation_id = d.organisation_id AND m.id = d.decided_by
    WHERE d.organisation_id = $1 AND d.cycle_id = $2 ORDER BY d.pool_id"
);
stmt!(
    DECIDE = "
    INSERT INTO overage_decisions (organisation_id, cycle_id, pool_id, choice, reason, decided_by,
        decided_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
stmt!(
    LINES = "
    SELECT pool_id, quantity, amount_minor, currency FROM draft_lines
    WHERE organisation_id = $1 AND cycle_id = $2 ORDER BY pool_id"
);
stmt!(
    DRAFT = "
    INSERT INTO draft_lines (organisation_id, cycle_id, pool_id, quantity, amount_minor, currency,
        created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// What was decided about a cycle, by pool.
pub async fn decisions(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<Vec<DecisionRow>> {
    Ok(tx.all(DECISIONS.with(args![scope.organisation(), cycle])).await?)
}
/// How the overage of a pool is settled, before the close that goes by it.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (cycle, pool): (CycleId, PoolId),
    (choice, reason): (OverageMode, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        cycle.into(),
        pool.into(),
        Arg::name(choice),
        reason.map(str::to_owned).into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(DECIDE.with(args)).await?;
    Ok(())
}
/// What a closed cycle leaves to be billed, by pool.
pub async fn draft_lines(tx: &mut Tx, scope: Scope, cycle: CycleId) -> Result<Vec<DraftRow>> {
    Ok(tx.all(LINES.with(args![scope.organisation(), cycle])).await?)
}
pub async fn insert_draft(
    tx: &mut Tx,
    scope: Scope,
    cycle: CycleId,
    line: &DraftRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![
        scope.organisation(),
        cycle,
        line.pool_id,
        line.quantity,
        line.amount_minor,
        line.currency.as_str(),
        now,
    ];
    tx.execute(DRAFT.with(args)).await?;
    Ok(())
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct ClosingRow {
    member_name: String,
    made_at: DateTime<Utc>,
    recap: String,
    language: Language,
    priorities: Json<Vec<String>>,
}
impl From<ClosingRow> for ClosingRecord {
    fn from(row: ClosingRow) -> Self {
        Self {
            member_name: row.member_name,
            made_at: row.made_at,
            recap: row.recap,
            language: row.language,
            priorities: row.priorities.0,
        }
    }
}

stmt!(
    RECORD = "
    SELECT m.name AS member_name, c.made_at, c.recap, c.language, c.priorities
    FROM cycle_closings c
    JOIN members m ON m.organisation_id = c.organisation_id AND m.id = c.made_by
    WHERE c.organisation_id = $1 AND c.cycle_id = $2"
);
stmt!(
    SAY = "
    INSERT INTO cycle_closings (organisation_id, cycle_id, recap, language, priorities, made_by,
        made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);

/// What was said when a cycle was closed, if somebody did it by hand.
pub async fn closing_record(
    tx: &mut Tx,
    scope: Scope,
    cycle: CycleId,
) -> Result<Option<ClosingRecord>> {
    let row: Option<ClosingRow> = tx.opt(RECORD.with(args![scope.organisation(), cycle])).await?;
    Ok(row.map(Into::into))
}

/// What is said about a cycle when it is closed.
#[derive(Debug, Clone, Copy)]
pub struct Said<'a> {
    pub recap: &'a str,
    pub language: Language,
    pub priorities: &'a [String],
}
pub async fn say(
    tx: &mut Tx,
    scope: Scope,
    cycle: CycleId,
    said: Said<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        cycle.into(),
        said.recap.into(),
        Arg::name(said.language),
        Arg::json(&said.priorities),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(SAY.with(args)).await?;
    Ok(())
}
