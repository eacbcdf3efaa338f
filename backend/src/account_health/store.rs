//! What the health of an account is read from, in the tables of others, and what is kept of it.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountHealth, AccountId, AccountKind, HealthDay, HealthState, OrganisationId, RetainerId,
};
use shared::rules::health::INVOICES;
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::invoices::store::SETTLED;
use crate::{args, stmt};

/// Pieces of work that are looked at, at most.
const WORK_MAX: i64 = 2_000;

stmt!(KIND = "SELECT kind FROM accounts WHERE organisation_id = $1 AND id = $2");
/// # Errors
/// `not_found`.
pub async fn kind(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<AccountKind> {
    let (kind,): (AccountKind,) = tx.one(KIND.with(args![scope.organisation(), id])).await?;
    Ok(kind)
}

stmt!(
    RUNNING = "
    SELECT id, name FROM retainers
    WHERE organisation_id = $1 AND account_id = $2 AND state = 'active'"
);
/// The retainers of an account that run.
pub async fn running(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
) -> Result<Vec<(RetainerId, String)>> {
    Ok(tx.all(RUNNING.with(args![scope.organisation(), id])).await?)
}

stmt!(
    TOP_UPS = "
    SELECT p.retainer_id FROM retainers r
    JOIN adjustments p ON p.organisation_id = r.organisation_id AND p.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.account_id = $2 AND p.kind = 'purchase'
        AND p.undone_at IS NULL AND p.created_at >= $3"
);
/// The retainer of each purchase since then that stands.
pub async fn top_ups(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    since: DateTime<Utc>,
) -> Result<Vec<RetainerId>> {
    let args = args![scope.organisation(), id, since];
    let rows: Vec<(RetainerId,)> = tx.all(TOP_UPS.with(args)).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// An invoice that is paid, or past its day.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct PaidRow {
    due_on: NaiveDate,
    open: bool,
    /// The day of the last payment that counts; none of one that was only credited.
    paid_on: Option<NaiveDate>,
}

impl PaidRow {
    /// Days it was paid late, or is late by now.
    pub fn days_late(self, today: NaiveDate) -> i64 {
        let settled = if self.open { Some(today) } else { self.paid_on };
        settled.map_or(0, |day| (day - self.due_on).num_days().max(0))
    }
}

/// The last invoices of an account that are paid or past their day, the newest first.
pub async fn paid(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    today: NaiveDate,
) -> Result<Vec<PaidRow>> {
    let query = Query::new("SELECT i.due_on, i.total_minor > ")
        .text(SETTLED)
        .text(
            " AS open,
                (SELECT MAX(p.paid_on) FROM payments p
                    WHERE p.organisation_id = i.organisation_id AND p.id IN (
                        SELECT x.payment_id FROM payment_allocations x
                        WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id
                        GROUP BY x.payment_id HAVING SUM(x.amount_minor) > 0)) AS paid_on
            FROM invoices i",
        )
        .push(" WHERE i.organisation_id = ?", scope.organisation())
        .push(" AND i.account_id = ? AND i.state = 'issued' AND i.total_minor > 0", id)
        .push(" AND (i.due_on < ? OR i.total_minor <= ", today)
        .text(SETTLED)
        .push(") ORDER BY i.issue_on DESC, i.id DESC LIMIT ?", INVOICES as i64);
    Ok(tx.all(query).await?)
}

stmt!(
    NOTED = "
    SELECT MAX(happened_at) FROM notes
    WHERE organisation_id = $1 AND account_id = $2 AND kind <> 'note' AND withdrawn_at IS NULL
        AND happened_at <= $3"
);
stmt!(
    HELD = "
    SELECT MAX(s.starts_at) FROM retainers r
    JOIN client_sessions s ON s.organisation_id = r.organisation_id AND s.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.account_id = $2 AND s.state = 'completed'
        AND s.deleted_at IS NULL AND s.starts_at <= $3"
);
stmt!(
    ASKED = "
    SELECT MAX(q.created_at) FROM retainers r
    JOIN requests q ON q.organisation_id = r.organisation_id AND q.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.account_id = $2 AND q.created_at <= $3"
);
stmt!(
    WRITTEN = "
    SELECT MAX(happened_at) FROM timeline_items
    WHERE organisation_id = $1 AND account_id = $2 AND kind = 'message' AND happened_at <= $3"
);
/// When the last call, meeting, message, session or request was.
pub async fn last_contact(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let mut last = None;
    for statement in [NOTED, HELD, ASKED, WRITTEN] {
        let args = args![scope.organisation(), id, now];
        let (found,): (Option<DateTime<Utc>>,) = tx.one(statement.with(args)).await?;
        last = last.max(found);
    }
    Ok(last)
}

stmt!(
    DUE_WORK = "
    SELECT w.due_on, w.delivered_at FROM retainers r
    JOIN work_items w ON w.organisation_id = r.organisation_id AND w.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.account_id = $2 AND r.state = 'active'
        AND w.stage <> 'intake' AND w.due_on >= $3 AND w.due_on < $4
        AND (w.decision IS NULL OR w.decision <> 'stop')
        AND (w.stage <> 'delivered' OR w.verdict IS NOT NULL)
    LIMIT $5"
);
/// The days on which agreed work was due in `[since, today)`, and when it was delivered. What was
/// stopped is not due any more; what was delivered counts from its verdict on (S0-35).
pub async fn due_work(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    (since, today): (NaiveDate, NaiveDate),
) -> Result<Vec<(NaiveDate, Option<DateTime<Utc>>)>> {
    let args = args![scope.organisation(), id, since, today, WORK_MAX];
    Ok(tx.all(DUE_WORK.with(args)).await?)
}

const KEPT: &str = "
    SELECT h.health FROM account_health h
    JOIN accounts a ON a.organisation_id = h.organisation_id AND a.id = h.account_id
        AND a.kind = 'client' AND a.archived = FALSE
    WHERE h.health IS NOT NULL AND h.organisation_id =";
/// How clients stood when the clock looked last, with everything.
pub async fn kept(tx: &mut Tx, scope: Scope, accounts: &[AccountId]) -> Result<Vec<AccountHealth>> {
    let ids = accounts.iter().map(|id| Arg::from(*id)).collect();
    let query = Query::new(KEPT).push(" ?", scope.organisation()).text(" AND h.account_id IN");
    let rows: Vec<(Json<AccountHealth>,)> = tx.all(query.list(ids)).await?;
    Ok(rows.into_iter().map(|(health,)| health.0).collect())
}

stmt!(
    LOOK_SOON = "
    INSERT INTO account_health (organisation_id, account_id, due_at) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, account_id)
        DO UPDATE SET due_at = excluded.due_at WHERE account_health.due_at > excluded.due_at"
);
/// Has the clock look how an account stands: it is new, or something happened with it. (A replica
/// of a version before this one makes accounts that the clock does not know.)
pub async fn look_soon(tx: &mut Tx, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(LOOK_SOON.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}

stmt!(
    LOOK_AT_ALL_SOON = "
    UPDATE account_health SET due_at = $2 WHERE organisation_id = $1 AND due_at > $2"
);
/// Has the clock look at every account of the organisation.
pub async fn look_at_all_soon(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<()> {
    tx.execute(LOOK_AT_ALL_SOON.with(args![scope.organisation(), now])).await?;
    Ok(())
}

stmt!(
    DUE = "
    SELECT organisation_id, account_id FROM account_health
    WHERE due_at <= $1 ORDER BY due_at LIMIT 100"
);
/// Accounts that are to be looked at, not too many: other work of the clock, and the start, wait.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<(OrganisationId, AccountId)>> {
    Ok(tx.all(DUE.with(args![now])).await?)
}

stmt!(
    CLAIM = "
    UPDATE account_health SET due_at = $4
    WHERE organisation_id = $1 AND account_id = $2 AND due_at <= $3"
);
/// Takes a look that is due upon oneself, and says when the next one is. False if another did.
pub async fn claim(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    (now, next): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    Ok(tx.execute(CLAIM.with(args![scope.organisation(), id, now, next])).await? == 1)
}

stmt!(
    LOOK_AT = "
    UPDATE account_health SET due_at = $3 WHERE organisation_id = $1 AND account_id = $2"
);
/// Has the clock look then.
pub async fn look_at(tx: &mut Tx, scope: Scope, id: AccountId, at: DateTime<Utc>) -> Result<()> {
    tx.execute(LOOK_AT.with(args![scope.organisation(), id, at])).await?;
    Ok(())
}

stmt!(
    KEEP = "
    UPDATE account_health SET health = $3, looked_at = $4
    WHERE organisation_id = $1 AND account_id = $2 AND (looked_at IS NULL OR looked_at <= $4)"
);
/// Keeps how an account stood then. False if a later look was kept meanwhile.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    health: &AccountHealth,
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(health.account_id),
        Arg::json(health),
        Arg::from(now),
    ];
    Ok(tx.execute(KEEP.with(args)).await? == 1)
}

#[derive(sqlx::FromRow)]
struct DayRow {
    seen_on: NaiveDate,
    score: Option<i64>,
    state: Option<HealthState>,
}
stmt!(
    DAYS = "
    SELECT seen_on, score, state FROM account_health_days
    WHERE organisation_id = $1 AND account_id = $2 ORDER BY seen_on DESC LIMIT $3"
);
/// The last days on which it became another, the newest first.
pub async fn days(tx: &mut Tx, scope: Scope, id: AccountId, limit: i64) -> Result<Vec<HealthDay>> {
    let rows: Vec<DayRow> = tx.all(DAYS.with(args![scope.organisation(), id, limit])).await?;
    let told = |DayRow { seen_on, score, state }| HealthDay { on: seen_on, score, state };
    Ok(rows.into_iter().map(told).collect())
}

stmt!(
    KEEP_DAY = "
    INSERT INTO account_health_days (organisation_id, account_id, seen_on, score, state)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (organisation_id, account_id, seen_on)
        DO UPDATE SET score = excluded.score, state = excluded.state"
);
/// Keeps that an account stands otherwise since a day.
pub async fn keep_day(tx: &mut Tx, scope: Scope, health: &AccountHealth) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(health.account_id),
        Arg::from(health.on),
        Arg::from(health.score),
        health.state.map_or(Arg::Text(None), Arg::name),
    ];
    tx.execute(KEEP_DAY.with(args)).await?;
    Ok(())
}

stmt!(
    DROP_DAY = "
    DELETE FROM account_health_days
    WHERE organisation_id = $1 AND account_id = $2 AND seen_on = $3"
);
/// A day on which an account came to stand as it did before was no other day.
pub async fn drop_day(tx: &mut Tx, scope: Scope, health: &AccountHealth) -> Result<()> {
    tx.execute(DROP_DAY.with(args![scope.organisation(), health.account_id, health.on])).await?;
    Ok(())
}
