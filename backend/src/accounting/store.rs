//! What was issued and paid in a period, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{EXPORT_MAX, PaymentKind};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::invoices::store::TaxKept;

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
}

const INVOICES: &str = "
    SELECT d.id, d.issue_on AS day, a.name AS client, d.currency, d.series, d.number, d.taxes,
        d.net_minor, d.voided_at AS at
    FROM invoices d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.state <> 'draft' AND d.organisation_id =";
const CREDIT_NOTES: &str = "
    SELECT d.id, d.issued_on AS day, a.name AS client, d.currency, d.series, d.number, d.taxes,
        d.net_minor, d.issued_at AS at
    FROM credit_notes d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id =";
const PAYMENTS: &str = "
    SELECT d.id, d.kind, d.paid_on AS day, d.reversed_on, a.name AS client, d.currency,
        d.reference, d.amount_minor
    FROM payments d
    JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    WHERE d.organisation_id =";

/// Which days, both included, and which currency alone.
#[derive(Debug, Clone)]
pub struct Of {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// The instants at which the first day begins and the last one ends.
    pub instants: (DateTime<Utc>, DateTime<Utc>),
    pub currency: Option<String>,
}

fn within(query: Query, day: &'static str, of: &Of) -> Query {
    let query = match day {
        "issue_on" => query.push(" AND d.issue_on BETWEEN ?", of.from),
        "issued_on" => query.push(" AND d.issued_on BETWEEN ?", of.from),
        "paid_on" => query.push(" AND d.paid_on BETWEEN ?", of.from),
        _ => query.push(" AND d.reversed_on BETWEEN ?", of.from),
    };
    query
        .push(" AND ?", of.to)
        .push_opt(" AND d.currency = ?", of.currency.clone())
        .push(" LIMIT ?", i64::try_from(EXPORT_MAX).unwrap_or(i64::MAX) + 1)
}

/// Invoices by the day of issue, also those that were withdrawn since.
pub async fn issued(tx: &mut Tx, scope: Scope, of: &Of) -> Result<Vec<BilledRow>> {
    let query = Query::new(INVOICES).push(" ?", scope.organisation());
    Ok(tx.all(within(query, "issue_on", of)).await?)
}
/// Invoices by when they were withdrawn.
pub async fn voided(tx: &mut Tx, scope: Scope, of: &Of) -> Result<Vec<BilledRow>> {
    let (begins, ends) = of.instants;
    let query = Query::new(INVOICES)
        .push(" ?", scope.organisation())
        .push(" AND d.state = 'void' AND d.voided_at >= ?", begins)
        .push(" AND d.voided_at < ?", ends)
        .push_opt(" AND d.currency = ?", of.currency.clone())
        .push(" LIMIT ?", i64::try_from(EXPORT_MAX).unwrap_or(i64::MAX) + 1);
    Ok(tx.all(query).await?)
}
/// Credit notes by the day of issue.
pub async fn credited(tx: &mut Tx, scope: Scope, of: &Of) -> Result<Vec<BilledRow>> {
    let query = Query::new(CREDIT_NOTES).push(" ?", scope.organisation());
    Ok(tx.all(within(query, "issued_on", of)).await?)
}
/// Payments and refunds by the day they were made, or taken back.
pub async fn paid(tx: &mut Tx, scope: Scope, of: &Of, back: bool) -> Result<Vec<PaidRow>> {
    let query = Query::new(PAYMENTS).push(" ?", scope.organisation());
    let day = if back { "reversed_on" } else { "paid_on" };
    Ok(tx.all(within(query, day, of)).await?)
}
