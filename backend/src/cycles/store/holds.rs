//! What is agreed and not delivered, as far as a book must know it: sessions that are booked, work
//! with an estimate.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{ClientSessionId, CycleId, MemberId, PoolId, RetainerId, WorkColumn};

use super::ids;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
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
    /// Without what [`paid`] says.
    pub units: i64,
}

const HOLDS: &str = "
    SELECT s.id, s.retainer_id, s.pool_id, s.member_id, s.starts_at, s.units
    FROM client_sessions s WHERE s.draws AND s.organisation_id =";

/// The sessions of retainers that reserve units, or did at `at`, by their start: booked, and drawn by
/// no close. What was moved or released since is taken as it is today.
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
        None => {
            query.text(" AND s.state = 'booked' AND s.deleted_at IS NULL AND s.cycle_id IS NULL")
        }
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
    let ids: Vec<ClientSessionId> = rows.iter().map(|row| row.id).collect();
    let paid = paid(tx, scope, &ids).await?;
    rows.iter_mut().for_each(|row| row.units -= paid.get(&row.id).copied().unwrap_or(0));
    Ok(rows)
}

const PAID: &str = "
    SELECT back.session_id, CAST(SUM(back.beyond) AS BIGINT) FROM facts back
    JOIN facts gone ON gone.organisation_id = back.organisation_id AND gone.id = back.reverses_id
        AND gone.kind = 'consume'
    WHERE back.beyond > 0 AND back.organisation_id =";
/// Units of sessions that closed cycles billed or gave for nothing, of what was taken back of them:
/// they are not drawn once more. Sessions without any are left out. Source: docs/decisions/0025.
pub async fn paid(
    tx: &mut Tx,
    scope: Scope,
    sessions: &[ClientSessionId],
) -> Result<HashMap<ClientSessionId, i64>> {
    let mut paid = HashMap::new();
    for sessions in sessions.chunks(500) {
        let query = Query::new(PAID)
            .push(" ?", scope.organisation())
            .text(" AND back.session_id IN")
            .list(sessions.iter().map(|id| Arg::from(*id)).collect())
            .text(" GROUP BY back.session_id");
        let rows: Vec<(ClientSessionId, i64)> = tx.all(query).await?;
        paid.extend(rows);
    }
    Ok(paid)
}

/// A booked session of which nobody said how it went.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct UnsettledRow {
    pub id: ClientSessionId,
    pub pool_id: PoolId,
    pub starts_at: DateTime<Utc>,
    pub units: i64,
}
stmt!(
    UNSETTLED = "
    SELECT id, pool_id, starts_at, units FROM client_sessions
    WHERE organisation_id = $1 AND retainer_id = $2 AND starts_at >= $3 AND starts_at < $4
        AND state = 'booked' AND deleted_at IS NULL AND draws
    ORDER BY starts_at, id LIMIT $5"
);
/// The first of those that begin within a span, by their start, whether or not a close drew them.
pub async fn unsettled(
    tx: &mut Tx,
    scope: Scope,
    (retainer, (from, to)): (RetainerId, (DateTime<Utc>, DateTime<Utc>)),
    limit: i64,
) -> Result<Vec<UnsettledRow>> {
    let args = args![scope.organisation(), retainer, from, to, limit];
    let mut rows: Vec<UnsettledRow> = tx.all(UNSETTLED.with(args)).await?;
    let ids: Vec<ClientSessionId> = rows.iter().map(|row| row.id).collect();
    let paid = paid(tx, scope, &ids).await?;
    rows.iter_mut().for_each(|row| row.units -= paid.get(&row.id).copied().unwrap_or(0));
    Ok(rows)
}

/// What a session is called, and with whom it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionName {
    pub id: ClientSessionId,
    pub title: Option<String>,
    pub member_name: String,
}
const NAMED: &str = "
    SELECT s.id, s.title, m.name AS member_name FROM client_sessions s
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.member_id
    WHERE s.organisation_id =";
/// The names of sessions.
pub async fn session_names(
    tx: &mut Tx,
    scope: Scope,
    sessions: Vec<ClientSessionId>,
) -> Result<Vec<SessionName>> {
    let query = Query::new(NAMED)
        .push(" ?", scope.organisation())
        .text(" AND s.id IN")
        .list(sessions.into_iter().map(Arg::from).collect());
    Ok(tx.all(query).await?)
}

stmt!(
    DRAW = "
    UPDATE client_sessions SET cycle_id = $3
    WHERE organisation_id = $1 AND id = $2 AND state = 'booked' AND deleted_at IS NULL
        AND cycle_id IS NULL"
);
/// Notes in which cycle the units of a booked session were drawn. False if it is not booked any
/// more, or drawn already.
pub async fn draw_hold(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    cycle: CycleId,
) -> Result<bool> {
    Ok(tx.execute(DRAW.with(args![scope.organisation(), id, cycle])).await? == 1)
}
stmt!(
    RELEASE = "
    UPDATE client_sessions SET cycle_id = NULL
    WHERE organisation_id = $1 AND id = $2 AND state = 'booked' AND deleted_at IS NULL"
);
/// Its units were given back: it is booked as before.
pub async fn release_hold(tx: &mut Tx, scope: Scope, id: ClientSessionId) -> Result<()> {
    tx.execute(RELEASE.with(args![scope.organisation(), id])).await?;
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
