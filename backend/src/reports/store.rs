//! What margin is made of, in the tables of others; none of it is written here.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, CreditKind, CycleId, CycleStatus, InvoiceId, InvoiceState, MemberId, PoolId,
    RetainerId, TermsId,
};

use sqlx::types::Json;

use crate::auth::Scope;
use crate::cycles::SeriesRule;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;

/// The cycles that are looked at: those that begin in these days. Coming ones are left out.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The first day; none for all since the beginning.
    pub from: Option<NaiveDate>,
    /// The day after the last.
    pub until: NaiveDate,
}

impl Window {
    fn of(self, query: Query) -> Query {
        query.push(" AND c.starts_on < ?", self.until).push_opt(" AND c.starts_on >= ?", self.from)
    }
}

/// Which clients are looked at.
#[derive(Debug, Clone, Copy, Default)]
pub struct Which {
    /// One account.
    pub account: Option<AccountId>,
    /// One retainer.
    pub retainer: Option<RetainerId>,
}

/// A retainer of a client, with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Place {
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub sort_key: String,
    pub timezone: String,
    pub series: Json<SeriesRule>,
    pub account_id: AccountId,
    pub account_name: String,
}

// What partners bill us is no revenue: only retainers of clients count.
const PLACES: &str = "
    SELECT r.id AS retainer_id, r.name AS retainer_name, r.sort_key, r.timezone, r.series,
        a.id AS account_id, a.name AS account_name
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE a.kind = 'client' AND r.organisation_id =";
const BEGUN: &str = "
    AND EXISTS (SELECT 1 FROM cycles c
        WHERE c.organisation_id = r.organisation_id AND c.retainer_id = r.id";

/// Retainers with cycles in the window, by name, after one.
pub async fn places(
    tx: &mut Tx,
    scope: Scope,
    (which, window): (Which, Window),
    (after, limit): (Option<(String, RetainerId)>, i64),
) -> Result<Vec<Place>> {
    let query = Query::new(PLACES)
        .push(" ?", scope.organisation())
        .push_opt(" AND r.account_id = ?", which.account)
        .push_opt(" AND r.id = ?", which.retainer);
    let mut query = window.of(query.text(BEGUN)).text(")");
    if let Some((key, id)) = after {
        query = query.push(" AND (r.sort_key, r.id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY r.sort_key, r.id LIMIT ?", limit)).await?)
}

/// All retainers of the given accounts with cycles in the window.
pub async fn places_of(
    tx: &mut Tx,
    scope: Scope,
    accounts: &[AccountId],
    (which, window): (Which, Window),
) -> Result<Vec<Place>> {
    let query = Query::new(PLACES)
        .push(" ?", scope.organisation())
        .push_opt(" AND r.id = ?", which.retainer)
        .text(" AND r.account_id IN")
        .list(accounts.iter().map(|id| Arg::from(*id)).collect());
    let query = window.of(query.text(BEGUN)).text(") ORDER BY r.sort_key, r.id");
    Ok(tx.all(query).await?)
}

/// An account that is a row.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AccountRow {
    pub id: AccountId,
    pub name: String,
    pub sort_key: String,
}
const ACCOUNTS: &str = "
    SELECT a.id, a.name, a.sort_key FROM accounts a
    WHERE a.kind = 'client' AND a.organisation_id =";
const HAS_BEGUN: &str = "
    AND EXISTS (SELECT 1 FROM retainers r
        JOIN cycles c ON c.organisation_id = r.organisation_id AND c.retainer_id = r.id
        WHERE r.organisation_id = a.organisation_id AND r.account_id = a.id";

/// Clients with cycles in the window, by name, after one.
pub async fn accounts(
    tx: &mut Tx,
    scope: Scope,
    (which, window): (Which, Window),
    (after, limit): (Option<(String, AccountId)>, i64),
) -> Result<Vec<AccountRow>> {
    let query = Query::new(ACCOUNTS)
        .push(" ?", scope.organisation())
        .push_opt(" AND a.id = ?", which.account)
        .text(HAS_BEGUN)
        .push_opt(" AND r.id = ?", which.retainer);
    let mut query = window.of(query).text(")");
    if let Some((key, id)) = after {
        query = query.push(" AND (a.sort_key, a.id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY a.sort_key, a.id LIMIT ?", limit)).await?)
}

/// A cycle that is counted.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct CycleOf {
    pub id: CycleId,
    pub retainer_id: RetainerId,
    pub seq: i64,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub nominal_start: NaiveDate,
    pub nominal_end: NaiveDate,
    pub terms_id: TermsId,
    pub status: CycleStatus,
}

const CYCLES: &str = "
    SELECT c.id, c.retainer_id, c.seq, c.starts_on, c.ends_on, c.nominal_start, c.nominal_end,
        c.terms_id, c.status
    FROM cycles c WHERE c.organisation_id =";
const OF_CLIENTS: &str = "
    AND EXISTS (SELECT 1 FROM retainers r
        JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
        WHERE r.organisation_id = c.organisation_id AND r.id = c.retainer_id
            AND a.kind = 'client'";

/// Cycles of clients, those that began last first, after one.
pub async fn latest(
    tx: &mut Tx,
    scope: Scope,
    (which, window): (Which, Window),
    (after, limit): (Option<(NaiveDate, CycleId)>, i64),
) -> Result<Vec<CycleOf>> {
    let query = Query::new(CYCLES)
        .push(" ?", scope.organisation())
        .push_opt(" AND c.retainer_id = ?", which.retainer);
    let query = window.of(query).text(OF_CLIENTS).push_opt(" AND a.id = ?", which.account);
    let mut query = query.text(")");
    if let Some((day, id)) = after {
        query = query.push(" AND (c.starts_on, c.id) < (?", day).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY c.starts_on DESC, c.id DESC LIMIT ?", limit)).await?)
}

/// All cycles of retainers in the window, in their order.
pub async fn cycles(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    window: Window,
) -> Result<Vec<CycleOf>> {
    let query = Query::new(CYCLES).push(" ?", scope.organisation());
    let query = window.of(query).text(" AND c.retainer_id IN").list(ids(retainers));
    Ok(tx.all(query.text(" ORDER BY c.retainer_id, c.seq")).await?)
}

fn ids(retainers: &[RetainerId]) -> Vec<Arg> {
    retainers.iter().map(|id| Arg::from(*id)).collect()
}

/// Places by the ids of their retainers.
pub async fn places_by_id(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<Place>> {
    let query = Query::new(PLACES).push(" ?", scope.organisation());
    Ok(tx.all(query.text(" AND r.id IN").list(ids(retainers))).await?)
}

/// Time of one person on one day in one cycle.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TimeOf {
    pub cycle_id: CycleId,
    pub member_id: MemberId,
    pub worked_on: NaiveDate,
    /// None of time that draws on nothing.
    pub pool_id: Option<PoolId>,
    /// Whether it was spent on a piece of work.
    pub on_work: i64,
    /// The channel of the work it was spent on.
    pub channel: Option<String>,
    pub minutes: i64,
}

// What an import that is still being written has recorded is not seen.
const TIME: &str = "
    SELECT e.cycle_id, e.member_id, e.worked_on, e.pool_id, COALESCE(w.channel, p.channel) AS channel,
        CAST(CASE WHEN t.work_item_id IS NULL THEN 0 ELSE 1 END AS BIGINT) AS on_work,
        CAST(SUM(e.minutes) AS BIGINT) AS minutes
    FROM time_entries e
    JOIN cycles c ON c.organisation_id = e.organisation_id AND c.id = e.cycle_id
    LEFT JOIN time_entry_work t ON t.organisation_id = e.organisation_id
        AND t.time_entry_id = e.id
    LEFT JOIN work_items w ON w.organisation_id = t.organisation_id AND w.id = t.work_item_id
    LEFT JOIN priorities p ON p.organisation_id = w.organisation_id AND p.id = w.priority_id
    WHERE e.deleted_at IS NULL
        AND (e.import_id IS NULL OR e.import_id NOT IN (SELECT i.id FROM imports i
            WHERE i.organisation_id = e.organisation_id AND i.state = 'committing'))
        AND e.organisation_id =";

/// Time in the cycles of retainers in the window.
pub async fn time(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    window: Window,
) -> Result<Vec<TimeOf>> {
    let query = Query::new(TIME).push(" ?", scope.organisation());
    let query = window.of(query).text(" AND e.retainer_id IN").list(ids(retainers));
    let query = query.text(
        " GROUP BY e.cycle_id, e.member_id, e.worked_on, e.pool_id,
            COALESCE(w.channel, p.channel), CASE WHEN t.work_item_id IS NULL THEN 0 ELSE 1 END",
    );
    Ok(tx.all(query).await?)
}

/// A session that was held.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldOf {
    pub retainer_id: RetainerId,
    pub cycle_id: CycleId,
    pub member_id: MemberId,
    pub starts_at: DateTime<Utc>,
    pub minutes: i64,
}

const HELD: &str = "
    SELECT s.retainer_id, s.cycle_id, s.member_id, s.starts_at, s.minutes
    FROM client_sessions s
    JOIN cycles c ON c.organisation_id = s.organisation_id AND c.id = s.cycle_id
    WHERE s.state = 'completed' AND s.draws AND s.deleted_at IS NULL AND s.organisation_id =";

/// Sessions held in the cycles of retainers in the window: who holds one works, though no time is
/// recorded of it. Of a call that draws on nothing it is.
pub async fn held(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    window: Window,
) -> Result<Vec<HeldOf>> {
    let query = Query::new(HELD).push(" ?", scope.organisation());
    let query = window.of(query).text(" AND s.retainer_id IN").list(ids(retainers));
    Ok(tx.all(query).await?)
}

/// A line of an invoice that counts.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LineOf {
    pub retainer_id: RetainerId,
    pub invoice_id: InvoiceId,
    pub position: i64,
    pub state: InvoiceState,
    /// The day of the invoice; of a draft the one on which it is to be issued.
    pub issue_on: NaiveDate,
    pub currency: String,
    /// The number of the cycle whose invoice it is on.
    pub seq: i64,
    /// That of the cycle it names.
    pub of_seq: Option<i64>,
    pub kind: String,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub amount_minor: i64,
    pub net_minor: i64,
}

const LINES: &str = "
    SELECT i.retainer_id, l.invoice_id, l.position, i.state, i.issue_on, i.currency, i.seq, l.of_seq,
        l.kind, l.starts_on, l.ends_on, l.amount_minor, l.net_minor
    FROM invoices i
    JOIN invoice_lines l ON l.organisation_id = i.organisation_id AND l.invoice_id = i.id
    WHERE i.state <> 'void' AND i.organisation_id =";

/// What invoices of retainers hold, drafts included.
pub async fn lines(tx: &mut Tx, scope: Scope, retainers: &[RetainerId]) -> Result<Vec<LineOf>> {
    let query = Query::new(LINES).push(" ?", scope.organisation());
    Ok(tx.all(query.text(" AND i.retainer_id IN").list(ids(retainers))).await?)
}

const CREDITED: &str = "
    SELECT n.invoice_id, k.line, n.issued_on, n.kind, CAST(SUM(k.net_minor) AS BIGINT) AS net_minor
    FROM credit_notes n
    JOIN credit_note_lines k ON k.organisation_id = n.organisation_id AND k.credit_note_id = n.id
    WHERE n.organisation_id =";

/// What credit notes took off lines, without tax: the invoice, the line, the day, the kind, the sum.
pub type CreditOf = (InvoiceId, i64, NaiveDate, CreditKind, i64);
/// What credit notes took off lines of invoices of retainers.
pub async fn credited(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
) -> Result<Vec<CreditOf>> {
    let query = Query::new(CREDITED).push(" ?", scope.organisation());
    let query = query.text(" AND n.retainer_id IN").list(ids(retainers));
    Ok(tx.all(query.text(" GROUP BY n.invoice_id, k.line, n.issued_on, n.kind")).await?)
}

const BILLED: &str = "
    SELECT DISTINCT i.retainer_id FROM invoices i
    JOIN accounts a ON a.organisation_id = i.organisation_id AND a.id = i.account_id
    WHERE a.kind = 'client' AND i.state <> 'void' AND i.organisation_id =";
/// Retainers of clients that have invoices, by their ids, after one.
pub async fn billed(
    tx: &mut Tx,
    scope: Scope,
    which: Which,
    (after, limit): (Option<RetainerId>, i64),
) -> Result<Vec<RetainerId>> {
    let query = Query::new(BILLED)
        .push(" ?", scope.organisation())
        .push_opt(" AND i.account_id = ?", which.account)
        .push_opt(" AND i.retainer_id = ?", which.retainer)
        .push_opt(" AND i.retainer_id > ?", after)
        .push(" ORDER BY i.retainer_id LIMIT ?", limit);
    let rows: Vec<(RetainerId,)> = tx.all(query).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

const NAMES: &str = "SELECT id, name FROM members WHERE organisation_id =";

/// The names of people.
pub async fn names(
    tx: &mut Tx,
    scope: Scope,
    members: &[MemberId],
) -> Result<Vec<(MemberId, String)>> {
    let query = Query::new(NAMES).push(" ?", scope.organisation()).text(" AND id IN");
    Ok(tx.all(query.list(members.iter().map(|id| Arg::from(*id)).collect())).await?)
}

/// Money spent for a retainer: its day, how much, and whether the client is asked for it.
pub type SpentOf = (RetainerId, NaiveDate, i64, bool);
const SPENT: &str = "
    SELECT x.retainer_id, x.spent_on, x.amount_minor, x.billed_on FROM expenses x
    WHERE x.deleted_at IS NULL AND x.organisation_id =";

/// What was spent besides time for retainers, from a day on.
pub async fn spent(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    from: Option<NaiveDate>,
) -> Result<Vec<SpentOf>> {
    let query = Query::new(SPENT)
        .push(" ?", scope.organisation())
        .push_opt(" AND x.spent_on >= ?", from)
        .text(" AND x.retainer_id IN")
        .list(ids(retainers));
    Ok(tx.all(query).await?)
}

const NEXT: &str = "
    SELECT c.retainer_id, MIN(c.starts_on) FROM cycles c WHERE c.organisation_id =";
/// The first days of the cycles that follow those of a window: what is spent from then on is not
/// theirs.
pub async fn next_days(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    window: Window,
) -> Result<Vec<(RetainerId, NaiveDate)>> {
    let query = Query::new(NEXT)
        .push(" ?", scope.organisation())
        .push(" AND c.starts_on >= ?", window.until)
        .text(" AND c.retainer_id IN")
        .list(ids(retainers));
    Ok(tx.all(query.text(" GROUP BY c.retainer_id")).await?)
}

const LAST_BEGUN: &str = "
    SELECT c.retainer_id, MAX(c.seq) FROM cycles c WHERE c.organisation_id =";
/// The numbers of the last cycles that have begun by a day.
pub async fn last_begun(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    today: NaiveDate,
) -> Result<Vec<(RetainerId, i64)>> {
    let query = Query::new(LAST_BEGUN)
        .push(" ?", scope.organisation())
        .push(" AND c.starts_on <= ?", today)
        .text(" AND c.retainer_id IN")
        .list(ids(retainers));
    Ok(tx.all(query.text(" GROUP BY c.retainer_id")).await?)
}

const UNBILLED: &str = "
    SELECT d.cycle_id, CAST(SUM(d.amount_minor) AS BIGINT) FROM cycles c
    JOIN draft_lines d ON d.organisation_id = c.organisation_id AND d.cycle_id = c.id
    WHERE NOT EXISTS (SELECT 1 FROM billed_lines b
            WHERE b.organisation_id = d.organisation_id AND b.cycle_id = d.cycle_id
                AND b.pool_id = d.pool_id)
        AND c.organisation_id =";
/// What closed cycles left to be billed that ended on a day or later, and no invoice took.
pub async fn unbilled(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    (window, since): (Window, Option<NaiveDate>),
) -> Result<Vec<(CycleId, i64)>> {
    let query = Query::new(UNBILLED)
        .push(" ?", scope.organisation())
        .push_opt(" AND c.ends_on >= ?", since);
    let query = window.of(query).text(" AND c.retainer_id IN").list(ids(retainers));
    Ok(tx.all(query.text(" GROUP BY d.cycle_id")).await?)
}
