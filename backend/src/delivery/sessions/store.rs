//! Sessions in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, CancellationOutcome, ClientSession, ClientSessionId, ClientSessionState, CycleId,
    MemberId, PoolId, RetainerId, SettlementCode,
};
use shared::rules::zone;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A session to write.
#[derive(Debug, Clone)]
pub struct Written {
    pub id: ClientSessionId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub member_id: MemberId,
    pub title: Option<String>,
    pub note: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub minutes: i64,
    /// None of a call that draws on nothing; kept as one that does not draw.
    pub units: i64,
}

/// A session with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    pub id: ClientSessionId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub account_id: AccountId,
    pub account_name: String,
    pub timezone: String,
    pub pool_id: PoolId,
    pub pool_key: String,
    pub cycle_id: Option<CycleId>,
    pub member_id: MemberId,
    pub member_name: String,
    pub title: Option<String>,
    pub note: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub minutes: i64,
    pub units: i64,
    pub state: ClientSessionState,
    pub settled_at: Option<DateTime<Utc>>,
    pub notice_minutes: Option<i64>,
    pub asked_hours: Option<i64>,
    pub outcome: Option<CancellationOutcome>,
    pub drawn: i64,
    pub late: bool,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl From<SessionRow> for ClientSession {
    fn from(row: SessionRow) -> Self {
        // A zone that was taken once stays known.
        let zone = zone::zone(&row.timezone).unwrap_or_default();
        let notice = row.notice_minutes.zip(row.asked_hours);
        let code = |status| SettlementCode::of(status, notice, row.outcome);
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            account_id: row.account_id,
            account_name: row.account_name,
            pool: row.pool_key,
            member_id: row.member_id,
            member_name: row.member_name,
            title: row.title,
            note: row.note,
            on: zone::local_date(zone, row.starts_at),
            starts_at: row.starts_at,
            minutes: row.minutes,
            timezone: row.timezone,
            units: row.units,
            state: row.state,
            settled_at: row.settled_at,
            notice_minutes: row.notice_minutes,
            notice_asked_hours: row.asked_hours,
            outcome: row.outcome,
            reason_code: row.state.status().map(code),
            charged: row.drawn,
            cycle_id: row.cycle_id,
            late: row.late,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT s.id, s.retainer_id, r.name AS retainer_name, r.account_id, a.name AS account_name,
        r.timezone, s.pool_id, p.key AS pool_key, s.cycle_id, s.member_id, m.name AS member_name,
        s.title, s.note, s.starts_at, s.minutes,
        CASE WHEN s.draws THEN s.units ELSE 0 END AS units, s.state, s.settled_at, s.notice_minutes,
        s.asked_hours, s.outcome, s.drawn, s.late, s.created_at, s.version
    FROM client_sessions s
    JOIN retainers r ON r.organisation_id = s.organisation_id AND r.id = s.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.member_id
    JOIN pools p ON p.organisation_id = s.organisation_id AND p.id = s.pool_id
    WHERE s.deleted_at IS NULL AND s.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub account: Option<AccountId>,
    pub member: Option<MemberId>,
    pub state: Option<ClientSessionState>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    pub after: Option<(DateTime<Utc>, ClientSessionId)>,
    pub limit: i64,
}

/// Sessions by their start.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<SessionRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND s.retainer_id = ?", filter.retainer)
        .push_opt(" AND r.account_id = ?", filter.account)
        .push_opt(" AND s.member_id = ?", filter.member)
        .push_opt(" AND s.state = ?", filter.state.map(Arg::name))
        .push_opt(" AND s.starts_at >= ?", filter.from)
        .push_opt(" AND s.starts_at < ?", filter.to);
    if let Some((at, id)) = filter.after {
        query = query.push(" AND (s.starts_at, s.id) > (?", at).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY s.starts_at, s.id LIMIT ?", filter.limit)).await?)
}
/// A session that was not removed.
pub async fn find(tx: &mut Tx, scope: Scope, id: ClientSessionId) -> Result<SessionRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND s.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO client_sessions (id, organisation_id, retainer_id, pool_id, member_id, title, note,
        starts_at, minutes, units, draws, state, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'booked', $12, $13)"
);
stmt!(
    CHANGE = "
    UPDATE client_sessions SET title = $4, note = $5, starts_at = $6, minutes = $7, units = $8,
        draws = $9, changed_at = $10, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);
stmt!(
    TOUCH = "
    UPDATE client_sessions SET changed_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);
stmt!(
    DELETE = "
    UPDATE client_sessions SET deleted_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
        AND state = 'booked'"
);
stmt!(
    SETTLE = "
    UPDATE client_sessions SET state = $4, settled_at = $5, notice_minutes = $6, asked_hours = $7,
        outcome = $8, drawn = $9, cycle_id = $10, late = $11, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL
        AND state = 'booked'"
);
stmt!(
    REOPEN = "
    UPDATE client_sessions SET state = 'booked', settled_at = NULL, notice_minutes = NULL,
        asked_hours = NULL, outcome = NULL, drawn = 0, cycle_id = NULL, late = $3,
        changed_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND deleted_at IS NULL AND state <> 'booked'"
);

pub async fn insert(tx: &mut Tx, scope: Scope, row: &Written, now: DateTime<Utc>) -> Result<()> {
    let args = args![
        row.id,
        scope.organisation(),
        row.retainer_id,
        row.pool_id,
        row.member_id,
        row.title.clone(),
        row.note.clone(),
        row.starts_at,
        row.minutes,
        row.units.max(1),
        row.units > 0,
        scope.member(),
        now,
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (row, version): (&Written, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![
        scope.organisation(),
        row.id,
        version,
        row.title.clone(),
        row.note.clone(),
        row.starts_at,
        row.minutes,
        row.units.max(1),
        row.units > 0,
        now,
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// Counts a change that is kept beside it. False if someone else changed it first.
pub async fn touch(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ClientSessionId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(TOUCH.with(args![scope.organisation(), id, version, now])).await? == 1)
}
/// False if someone else changed it first.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ClientSessionId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(DELETE.with(args![scope.organisation(), id, version, now])).await? == 1)
}
/// False if it is settled already.
pub async fn settle(tx: &mut Tx, scope: Scope, row: &SessionRow) -> Result<bool> {
    let args = vec![
        scope.organisation().into(),
        row.id.into(),
        row.version.into(),
        Arg::name(row.state),
        row.settled_at.into(),
        row.notice_minutes.into(),
        row.asked_hours.into(),
        row.outcome.map_or(Arg::Text(None), Arg::name),
        row.drawn.into(),
        row.cycle_id.into(),
        row.late.into(),
    ];
    Ok(tx.execute(SETTLE.with(args)).await? == 1)
}
/// False if it is booked already.
pub async fn reopen(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(REOPEN.with(args![scope.organisation(), id, false, now])).await? == 1)
}

/// Sessions by how they went.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Counts {
    pub booked: i64,
    pub delivered: i64,
    pub cancelled_in_time: i64,
    pub cancelled_late: i64,
    pub no_show: i64,
}
stmt!(
    COUNTS = "
    SELECT CAST(COUNT(CASE WHEN state = 'booked' THEN 1 END) AS BIGINT) AS booked,
        CAST(COUNT(CASE WHEN state = 'completed' THEN 1 END) AS BIGINT) AS delivered,
        CAST(COUNT(CASE WHEN state = 'cancelled' AND notice_minutes >= asked_hours * 60 THEN 1
            END) AS BIGINT) AS cancelled_in_time,
        CAST(COUNT(CASE WHEN state = 'cancelled' AND notice_minutes < asked_hours * 60 THEN 1
            END) AS BIGINT) AS cancelled_late,
        CAST(COUNT(CASE WHEN state = 'no_show' THEN 1 END) AS BIGINT) AS no_show
    FROM client_sessions
    WHERE organisation_id = $1 AND retainer_id = $2 AND pool_id = $3 AND starts_at >= $4
        AND starts_at < $5 AND deleted_at IS NULL AND draws"
);
/// How the sessions that draw on a pool and begin within a span went.
pub async fn counts(
    tx: &mut Tx,
    scope: Scope,
    (retainer, pool): (RetainerId, PoolId),
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Counts> {
    Ok(tx.one(COUNTS.with(args![scope.organisation(), retainer, pool, from, to])).await?)
}
