//! What was paid on invoices, by which payments. Rows are only ever added: what is taken off again
//! is a row below zero.
use shared::api::PaymentId;
use shared::rules::billing::InvoiceStatus;

use super::*;

/// What was credited and paid on an invoice `i`.
macro_rules! settled {
    () => {
        "(COALESCE((SELECT SUM(n.total_minor) FROM credit_notes n
            WHERE n.organisation_id = i.organisation_id AND n.invoice_id = i.id), 0)
        + COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id), 0))"
    };
}

/// What was credited and paid on an invoice `i`, for statements of others.
pub(crate) const SETTLED: &str = settled!();

/// Keeps invoices that stand so on a day. Source: domain 5.10.
pub fn standing(query: Query, status: Option<InvoiceStatus>, today: NaiveDate) -> Query {
    let Some(status) = status else { return query };
    let issued = |query: Query| query.text(" AND i.state = 'issued'");
    let waits = |query| issued(query).text(concat!(" AND i.total_minor > ", settled!()));
    match status {
        InvoiceStatus::Void => query.text(" AND i.state = 'void'"),
        InvoiceStatus::Paid => issued(query).text(concat!(" AND i.total_minor <= ", settled!())),
        // Nothing is written off yet.
        InvoiceStatus::WrittenOff => query.text(" AND 1 = 0"),
        InvoiceStatus::Overdue => waits(query).push(" AND i.due_on < ?", today),
        InvoiceStatus::PartiallyPaid => {
            waits(query).text(concat!(" AND 0 < ", settled!())).push(" AND i.due_on >= ?", today)
        }
        InvoiceStatus::Open => {
            waits(query).text(concat!(" AND 0 = ", settled!())).push(" AND i.due_on >= ?", today)
        }
    }
}

/// Invoices of one currency that stand alike.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CountRow {
    pub state: InvoiceState,
    pub currency: String,
    /// Nothing is open on them.
    pub paid: i64,
    /// Something of them is settled.
    pub begun: i64,
    /// The day they were due is past.
    pub late: i64,
    pub count: i64,
    pub total_minor: i64,
    pub settled_minor: i64,
}
/// How many invoices stand how on a day. Source: domain 5.10.
pub async fn counts(tx: &mut Tx, scope: Scope, today: NaiveDate) -> Result<Vec<CountRow>> {
    let query = Query::new(
        "SELECT g.state, g.currency, g.paid, g.begun, g.late,
            CAST(COUNT(*) AS BIGINT) AS count,
            CAST(SUM(g.total_minor) AS BIGINT) AS total_minor,
            CAST(SUM(g.settled_minor) AS BIGINT) AS settled_minor
        FROM (SELECT s.state, s.currency, s.total_minor, s.settled_minor, s.late,
            CAST(CASE WHEN s.total_minor <= s.settled_minor THEN 1 ELSE 0 END AS BIGINT) AS paid,
            CAST(CASE WHEN s.settled_minor > 0 THEN 1 ELSE 0 END AS BIGINT) AS begun
        FROM (SELECT i.state, i.currency, i.total_minor,",
    );
    let query = query
        .push(" CAST(CASE WHEN i.due_on < ? THEN 1 ELSE 0 END AS BIGINT) AS late,", today)
        .text(concat!(" CAST(", settled!(), " AS BIGINT) AS settled_minor"))
        .push(" FROM invoices i WHERE i.organisation_id = ?) s) g", scope.organisation())
        .text(
            " GROUP BY g.state, g.currency, g.paid, g.begun, g.late
            ORDER BY g.state, g.currency, g.paid, g.begun, g.late",
        );
    Ok(tx.all(query).await?)
}

stmt!(ZONE = "SELECT timezone FROM organisations WHERE id = $1");
/// The zone in which bills are late.
pub async fn zone_of(tx: &mut Tx, scope: Scope) -> Result<String> {
    let (zone,): (String,) = tx.one(ZONE.with(args![scope.organisation()])).await?;
    Ok(zone)
}

/// An issued invoice with what was settled of it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OpenRow {
    pub id: InvoiceId,
    pub series: String,
    pub number: i64,
    pub issue_on: NaiveDate,
    pub due_on: NaiveDate,
    pub total_minor: i64,
    pub settled_minor: i64,
}
/// What is settled of each issued invoice of an account in one currency.
pub async fn issued_of(
    tx: &mut Tx,
    scope: Scope,
    (account, currency): (AccountId, &str),
) -> Result<Vec<OpenRow>> {
    let query = Query::new(concat!(
        "SELECT i.id, i.series, i.number, i.issue_on, i.due_on, i.total_minor, CAST(",
        settled!(),
        " AS BIGINT) AS settled_minor FROM invoices i WHERE i.organisation_id ="
    ));
    let query = query
        .push(" ?", scope.organisation())
        .push(" AND i.account_id = ?", account)
        .push(" AND i.currency = ? AND i.state = 'issued'", currency)
        .text(concat!(" AND i.total_minor > ", settled!()));
    Ok(tx.all(query).await?)
}

/// An issued invoice that a bank statement may name.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct NamedRow {
    pub id: InvoiceId,
    pub account_id: AccountId,
    pub currency: String,
    pub series: String,
    pub number: i64,
    pub issue_on: NaiveDate,
    pub due_on: NaiveDate,
    pub total_minor: i64,
    pub settled_minor: i64,
}
/// Issued invoices with something open, and settled ones of these numbers in any series.
pub async fn to_match(tx: &mut Tx, scope: Scope, numbers: &[i64]) -> Result<Vec<NamedRow>> {
    let query = Query::new(concat!(
        "SELECT i.id, i.account_id, i.currency, i.series, i.number, i.issue_on, i.due_on,
            i.total_minor, CAST(",
        settled!(),
        " AS BIGINT) AS settled_minor FROM invoices i WHERE i.organisation_id ="
    ));
    let query = query
        .push(" ?", scope.organisation())
        .text(concat!(" AND i.state = 'issued' AND (i.total_minor > ", settled!()))
        .text(" OR i.number IN")
        .list(numbers.iter().copied().map(Into::into).collect())
        .text(")");
    Ok(tx.all(query).await?)
}

/// Issued invoices with something open that are due by a day, by that day; two hundred at most.
pub async fn waiting_by(
    tx: &mut Tx,
    scope: Scope,
    by: NaiveDate,
    after: Option<(NaiveDate, InvoiceId)>,
) -> Result<Vec<(NaiveDate, InvoiceId)>> {
    let mut query = Query::new("SELECT i.due_on, i.id FROM invoices i WHERE i.organisation_id =")
        .push(" ?", scope.organisation())
        .push(" AND i.state = 'issued' AND i.due_on <= ?", by)
        .text(concat!(" AND i.total_minor > ", settled!()));
    if let Some((day, id)) = after {
        query = query.push(" AND (i.due_on, i.id) > (?", day).push(", ?)", id);
    }
    Ok(tx.all(query.text(" ORDER BY i.due_on, i.id LIMIT 200")).await?)
}

/// An issued invoice of an account that waits for money.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct WaitingRow {
    pub id: InvoiceId,
    pub retainer_id: RetainerId,
    pub currency: String,
    pub issue_on: NaiveDate,
    pub due_on: NaiveDate,
    pub total_minor: i64,
    pub settled_minor: i64,
}
/// What of an account waits for money, the oldest first.
pub async fn waiting_of(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<Vec<WaitingRow>> {
    let query = Query::new(concat!(
        "SELECT i.id, i.retainer_id, i.currency, i.issue_on, i.due_on, i.total_minor, CAST(",
        settled!(),
        " AS BIGINT) AS settled_minor FROM invoices i WHERE i.organisation_id ="
    ));
    let query = query
        .push(" ?", scope.organisation())
        .push(" AND i.account_id = ? AND i.state = 'issued'", account)
        .text(concat!(" AND i.total_minor > ", settled!(), " ORDER BY i.due_on, i.id"));
    Ok(tx.all(query).await?)
}

stmt!(
    RESTS = "
    SELECT p.id, CAST(p.amount_minor
        - COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = p.organisation_id AND x.payment_id = p.id), 0)
        - COALESCE((SELECT SUM(b.amount_minor) FROM payments b
            WHERE b.organisation_id = p.organisation_id AND b.payment_id = p.id
                AND b.reversed_at IS NULL), 0) AS BIGINT) AS rest
    FROM payments p
    WHERE p.organisation_id = $1 AND p.account_id = $2 AND p.currency = $3
        AND p.kind = 'payment' AND p.reversed_at IS NULL
    ORDER BY p.paid_on, p.id"
);
/// What is left of the payments of an account in one currency, the oldest first.
pub async fn rests(
    tx: &mut Tx,
    scope: Scope,
    (account, currency): (AccountId, &str),
) -> Result<Vec<(PaymentId, i64)>> {
    let args = args![scope.organisation(), account, currency];
    let mut rests: Vec<(PaymentId, i64)> = tx.all(RESTS.with(args)).await?;
    rests.retain(|(_, rest)| *rest > 0);
    Ok(rests)
}

/// A row of what was paid.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Allocated {
    pub payment_id: PaymentId,
    pub invoice_id: InvoiceId,
    pub amount_minor: i64,
}
stmt!(
    ON_INVOICE = "
    SELECT payment_id, invoice_id, amount_minor FROM payment_allocations
    WHERE organisation_id = $1 AND invoice_id = $2 ORDER BY id"
);
stmt!(
    BY_PAYMENT = "
    SELECT payment_id, invoice_id, amount_minor FROM payment_allocations
    WHERE organisation_id = $1 AND payment_id = $2 ORDER BY id"
);
/// What was paid on an invoice, in that order.
pub async fn on_invoice(tx: &mut Tx, scope: Scope, id: InvoiceId) -> Result<Vec<Allocated>> {
    Ok(tx.all(ON_INVOICE.with(args![scope.organisation(), id])).await?)
}
/// What a payment paid, in that order.
pub async fn by_payment(tx: &mut Tx, scope: Scope, id: PaymentId) -> Result<Vec<Allocated>> {
    Ok(tx.all(BY_PAYMENT.with(args![scope.organisation(), id])).await?)
}

/// Writes what payments pay of invoices.
pub async fn allocate(
    tx: &mut Tx,
    scope: Scope,
    rows: &[Allocated],
    now: DateTime<Utc>,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let value = |row: &Allocated| {
        args![
            uuid::Uuid::now_v7(),
            scope.organisation(),
            row.payment_id,
            row.invoice_id,
            row.amount_minor,
            now
        ]
    };
    let query = Query::new(
        "INSERT INTO payment_allocations
            (id, organisation_id, payment_id, invoice_id, amount_minor, allocated_at) VALUES",
    );
    tx.execute(query.rows(rows.iter().map(value).collect())).await?;
    Ok(())
}
