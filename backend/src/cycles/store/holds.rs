//! What is agreed and not delivered, as far as a book must know it: sessions that are booked, work
//! with an estimate.
use chrono::{DateTime, Utc};
use shared::api::{ClientSessionId, CycleId, MemberId, PoolId, RetainerId, WorkColumn};

use super::ids;
use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A booked session.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HoldRow {
    pub id: ClientSessionId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub member_id: MemberId,
    pub starts_at: DateTime<Utc>,
    /// Without what a closed cycle billed or gave for nothing before it was reopened.
    pub units: i64,
    /// The close of its cycle drew its units.
    pub drawn: bool,
}

const HOLDS: &str = "
    SELECT s.id, s.retainer_id, s.pool_id, s.member_id, s.starts_at,
        s.units - CAST(COALESCE((SELECT SUM(back.beyond) FROM facts back
            JOIN facts gone ON gone.organisation_id = back.organisation_id
                AND gone.id = back.reverses_id AND gone.kind = 'consume'
            WHERE back.organisation_id = s.organisation_id AND back.session_id = s.id), 0)
            AS BIGINT) AS units,
        s.cycle_id IS NOT NULL AS drawn
    FROM client_sessions s WHERE s.organisation_id =";

/// The sessions of retainers that are booked, or were at `at`, by their start. What was moved or
/// released since is taken as it is today.
pub async fn holds(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    at: Option<DateTime<Utc>>,
) -> Result<Vec<HoldRow>> {
    let query = Query::new(HOLDS)
        .push(" ?", scope.organisation())
        .text(" AND s.retainer_id IN")
        .list(ids(retainers));
    let query = match at {
        None => query.text(" AND s.state = 'booked' AND s.deleted_at IS NULL"),
        // What had a standing fact was settled then, or drawn.
        Some(at) => query
            .push(" AND s.created_at < ?", at)
            .push(" AND (s.deleted_at IS NULL OR s.deleted_at >= ?)", at)
            .push(" AND (s.settled_at IS NULL OR s.settled_at >= ?)", at)
            .text(
                " AND NOT EXISTS (SELECT 1 FROM facts f
                    WHERE f.organisation_id = s.organisation_id AND f.session_id = s.id
                        AND f.kind IN ('consume', 'set_aside')",
            )
            .push(" AND f.recorded_at < ?", at)
            .text(
                " AND NOT EXISTS (SELECT 1 FROM facts back
                    WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id",
            )
            .push(" AND back.recorded_at < ?", at)
            .text("))"),
    };
    let mut rows: Vec<HoldRow> = tx.all(query.text(" ORDER BY s.starts_at, s.id")).await?;
    if at.is_some() {
        rows.iter_mut().for_each(|row| row.drawn = false);
    }
    Ok(rows)
}

stmt!(
    DRAW = "
    UPDATE client_sessions SET cycle_id = $3
    WHERE organisation_id = $1 AND id = $2 AND state = 'booked' AND deleted_at IS NULL"
);
/// Notes in which cycle the units of a booked session were drawn; none once they are given back.
pub async fn draw_hold(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    cycle: Option<CycleId>,
) -> Result<()> {
    tx.execute(DRAW.with(args![scope.organisation(), id, cycle])).await?;
    Ok(())
}

/// Work that is agreed on and not delivered, with an estimate.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AgreedWorkRow {
    pub retainer_id: RetainerId,
    pub stage: WorkColumn,
    /// The cycle it is planned for.
    pub cycle_seq: Option<i64>,
    /// Minutes it was thought to take.
    pub estimate: Option<i64>,
    /// Minutes it took so far.
    pub drawn: i64,
}

const AGREED_WORK: &str = "
    SELECT w.retainer_id, w.stage, w.cycle_seq, w.estimate,
        CAST(COALESCE((SELECT SUM(e.minutes) FROM time_entry_work t
            JOIN time_entries e ON e.organisation_id = t.organisation_id
                AND e.id = t.time_entry_id AND e.deleted_at IS NULL
            WHERE t.organisation_id = w.organisation_id AND t.work_item_id = w.id), 0)
            AS BIGINT) AS drawn
    FROM work_items w
    WHERE w.stage IN ('agreed', 'in_progress', 'in_review') AND w.estimate IS NOT NULL
        AND (w.decision IS NULL OR w.decision <> 'stop') AND w.organisation_id =";

/// What is agreed on for retainers, and will still draw.
pub async fn agreed_work(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<AgreedWorkRow>> {
    let query = Query::new(AGREED_WORK)
        .push(" ?", scope.organisation())
        .text(" AND w.retainer_id IN")
        .list(ids(retainers));
    Ok(tx.all(query).await?)
}
