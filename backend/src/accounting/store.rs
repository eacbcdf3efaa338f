//! What was issued and paid in a period, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{EXPORT_MAX, PaymentKind, StatementKind, TaxRate};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Stmt, Tx};
use crate::error::Result;
use crate::invoices::store::TaxKept;
use crate::{args, stmt};

/// An invoice or a credit note.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BilledRow {
    pub id: Uuid,
    pub day: NaiveDate,
    pub client: String,
    pub currency: String,
    pub series: String,
    pub number: i64,
    pub taxes: Json<Vec<TaxKept>>,
    pub net_minor: i64,
    /// When it was withdrawn, of an invoice that was; when it was made, of a credit note.
    pub at: Option<DateTime<Utc>>,
}

/// A payment or a refund.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PaidRow {
    pub id: Uuid,
    pub kind: PaymentKind,
    pub day: NaiveDate,
    pub reversed_on: Option<NaiveDate>,
    pub client: String,
    pub currency: String,
    pub reference: Option<String>,
    pub amount_minor: i64,
    /// Whether the payment provider collected it, or sends it back.
    pub collected: bool,
}

/// Which days, both included, and which currency alone.
#[derive(Debug, Clone)]
pub struct Of {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The instants at which the first day begins and the last one ends.
    pub instants: (DateTime<Utc>, DateTime<Utc>),
    pub currency: Option<String>,
}

/// One more than an export has, so that it is known to be too many.
fn most() -> i64 {
    i64::try_from(EXPORT_MAX).unwrap_or(i64::MAX - 1) + 1
}

stmt!(
    ISSUED = "
    SELECT d.id, d.issue_on AS day, a.name AS client, d.currency, d.series, d.number, d.taxes,
        d.net_minor, d.voided_at AS at
    FROM invoices d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id = $1 AND d.issue_on BETWEEN $2 AND $3 AND d.state <> 'draft'
        AND (d.currency = $4 OR $4 IS NULL) LIMIT $5"
);
stmt!(
    VOIDED = "
    SELECT d.id, d.issue_on AS day, a.name AS client, d.currency, d.series, d.number, d.taxes,
        d.net_minor, d.voided_at AS at
    FROM invoices d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id = $1 AND d.voided_at >= $2 AND d.voided_at < $3 AND d.state = 'void'
        AND (d.currency = $4 OR $4 IS NULL) LIMIT $5"
);
stmt!(
    CREDITED = "
    SELECT d.id, d.issued_on AS day, a.name AS client, d.currency, d.series, d.number, d.taxes,
        d.net_minor, d.issued_at AS at
    FROM credit_notes d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id = $1 AND d.issued_on BETWEEN $2 AND $3
        AND (d.currency = $4 OR $4 IS NULL) LIMIT $5"
);
stmt!(
    PAID = "
    SELECT d.id, d.kind, d.paid_on AS day, d.reversed_on, a.name AS client, d.currency,
        d.reference, d.amount_minor, (d.method IN ('card', 'direct_debit') AND EXISTS (
            SELECT 1 FROM charges c WHERE c.organisation_id = d.organisation_id
                AND c.payment_id = COALESCE(d.payment_id, d.id))) AS collected
    FROM payments d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id = $1 AND d.paid_on BETWEEN $2 AND $3
        AND (d.currency = $4 OR $4 IS NULL) LIMIT $5"
);
stmt!(
    REVERSED = "
    SELECT d.id, d.kind, d.paid_on AS day, d.reversed_on, a.name AS client, d.currency,
        d.reference, d.amount_minor, (d.method IN ('card', 'direct_debit') AND EXISTS (
            SELECT 1 FROM charges c WHERE c.organisation_id = d.organisation_id
                AND c.payment_id = COALESCE(d.payment_id, d.id))) AS collected
    FROM payments d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id = $1 AND d.reversed_on BETWEEN $2 AND $3
        AND (d.currency = $4 OR $4 IS NULL) LIMIT $5"
);
stmt!(
    INVOICE_LINES = "
    SELECT taxes, net_minor FROM invoice_lines
    WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    CREDIT_NOTE_LINES = "
    SELECT l.taxes, c.net_minor FROM credit_note_lines c
    JOIN invoice_lines l ON l.organisation_id = c.organisation_id
        AND l.invoice_id = c.invoice_id AND l.position = c.line
    WHERE c.organisation_id = $1 AND c.credit_note_id = $2"
);

/// Invoices by the day of issue, also those that were withdrawn since.
pub async fn issued(tx: &mut Tx, scope: Scope, of: &Of) -> Result<Vec<BilledRow>> {
    let args = args![scope.organisation(), of.from, of.to, of.currency.clone(), most()];
    Ok(tx.all(ISSUED.with(args)).await?)
}
/// Invoices by when they were withdrawn.
pub async fn voided(tx: &mut Tx, scope: Scope, of: &Of) -> Result<Vec<BilledRow>> {
    let (begins, ends) = of.instants;
    let args = args![scope.organisation(), begins, ends, of.currency.clone(), most()];
    Ok(tx.all(VOIDED.with(args)).await?)
}
/// Credit notes by the day of issue.
pub async fn credited(tx: &mut Tx, scope: Scope, of: &Of) -> Result<Vec<BilledRow>> {
    let args = args![scope.organisation(), of.from, of.to, of.currency.clone(), most()];
    Ok(tx.all(CREDITED.with(args)).await?)
}
/// Payments and refunds by the day they were made, or taken back.
pub async fn paid(tx: &mut Tx, scope: Scope, of: &Of, back: bool) -> Result<Vec<PaidRow>> {
    let args = args![scope.organisation(), of.from, of.to, of.currency.clone(), most()];
    let statement = if back { REVERSED } else { PAID };
    Ok(tx.all(statement.with(args)).await?)
}
/// The taxes of each line of an invoice or credit note, and what it comes to without them.
pub async fn lines(
    tx: &mut Tx,
    scope: Scope,
    (kind, id): (StatementKind, Uuid),
) -> Result<Vec<(Json<Vec<TaxRate>>, i64)>> {
    let statement: Stmt =
        if kind == StatementKind::CreditNote { CREDIT_NOTE_LINES } else { INVOICE_LINES };
    Ok(tx.all(statement.with(args![scope.organisation(), id])).await?)
}
