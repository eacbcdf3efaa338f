//! Invoices and their lines as they are kept and read, and whom the clock looks at.
use super::*;
use crate::cycles::store::Waiting;
use shared::api::{AdjustmentId, ExpenseId, InvoiceStatus, ScopeChangeId, TaxMode};

/// What an invoice owes of a tax, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TaxKept {
    pub code: String,
    pub percent: String,
    pub base: i64,
    pub tax: i64,
}

/// What an invoice comes to.
#[derive(Debug, Clone)]
pub struct TotalsKept {
    pub taxes: Vec<TaxKept>,
    pub net: i64,
    pub tax: i64,
    pub total: i64,
}

/// A line with its tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineKept {
    pub written: Written,
    pub taxes: Vec<TaxRate>,
    pub net: i64,
    pub tax: i64,
}

/// An invoice with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct InvoiceRow {
    pub id: InvoiceId,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub seq: i64,
    pub purpose: Purpose,
    pub revision: i64,
    pub state: InvoiceState,
    pub series: Option<String>,
    pub number: Option<i64>,
    pub currency: String,
    pub starts_on: NaiveDate,
    pub ends_on: NaiveDate,
    pub issue_on: NaiveDate,
    pub due_on: NaiveDate,
    pub terms: Json<PaymentTerms>,
    pub tax_mode: String,
    pub taxes: Json<Vec<TaxKept>>,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub note: Option<String>,
    pub held: bool,
    pub parties: Option<Json<InvoiceParties>>,
    pub created_at: DateTime<Utc>,
    pub issued_at: Option<DateTime<Utc>>,
    pub voided_at: Option<DateTime<Utc>>,
    pub void_reason: Option<String>,
    pub version: i64,
    pub credited_minor: i64,
    pub paid_minor: i64,
    pub before_minor: Option<i64>,
}

impl InvoiceRow {
    /// Whether its prices are without tax or with it.
    pub fn tax_mode(&self) -> TaxMode {
        if self.tax_mode == "inclusive" { TaxMode::Inclusive } else { TaxMode::Exclusive }
    }
    /// Its number as people write it.
    pub fn numbered(&self) -> Option<String> {
        Some(numbered(self.series.as_ref()?, self.number?))
    }
}

/// A number as people write it.
pub fn numbered(series: &str, number: i64) -> String {
    format!("{series}{number:04}")
}

const SELECT: &str = "
    SELECT i.id, i.account_id, a.name AS account_name, i.retainer_id, r.name AS retainer_name,
        i.seq, i.purpose, i.revision, i.state, i.series, i.number, i.currency, i.starts_on,
        i.ends_on, i.issue_on, i.due_on, i.terms, i.tax_mode, i.taxes, i.net_minor, i.tax_minor,
        i.total_minor, i.note, i.held, i.parties, i.created_at, i.issued_at, i.voided_at, i.void_reason,
        i.version,
        CAST(COALESCE((SELECT SUM(n.total_minor) FROM credit_notes n
            WHERE n.organisation_id = i.organisation_id AND n.invoice_id = i.id), 0) AS BIGINT)
            AS credited_minor,
        CAST(COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id), 0) AS BIGINT)
            AS paid_minor,
        (SELECT b.total_minor FROM invoices b
            WHERE b.organisation_id = i.organisation_id AND b.retainer_id = i.retainer_id
                AND b.seq < i.seq AND b.currency = i.currency AND b.state <> 'void'
            ORDER BY b.seq DESC, b.id DESC LIMIT 1) AS before_minor
    FROM invoices i
    JOIN accounts a ON a.organisation_id = i.organisation_id AND a.id = i.account_id
    JOIN retainers r ON r.organisation_id = i.organisation_id AND r.id = i.retainer_id
    WHERE i.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub state: Option<InvoiceState>,
    pub status: Option<InvoiceStatus>,
    pub today: NaiveDate,
    pub account: Option<AccountId>,
    pub retainer: Option<RetainerId>,
    pub before: Option<(NaiveDate, InvoiceId)>,
    pub limit: i64,
}

/// Invoices, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<InvoiceRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND i.state = ?", filter.state.map(Arg::name))
        .push_opt(" AND i.account_id = ?", filter.account)
        .push_opt(" AND i.retainer_id = ?", filter.retainer);
    query = standing(query, filter.status, filter.today);
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (i.issue_on, i.id) < (?", day).push(", ?)", id);
    }
    let query = query.push(" ORDER BY i.issue_on DESC, i.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
/// The issued invoices of an account on which something is open, what is due first before the others.
pub async fn waited_for(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    limit: i64,
) -> Result<Vec<InvoiceRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND i.account_id = ? AND i.state = 'issued' AND i.total_minor > ", account)
        .text(SETTLED);
    Ok(tx.all(query.push(" ORDER BY i.due_on, i.id LIMIT ?", limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: InvoiceId) -> Result<InvoiceRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND i.id = ?", id);
    Ok(tx.one(query).await?)
}

/// A line with the pool it is of.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LineRow {
    pub position: i64,
    pub kind: InvoiceLineKind,
    pub text: Option<String>,
    pub of_seq: Option<i64>,
    pub starts_on: Option<NaiveDate>,
    pub ends_on: Option<NaiveDate>,
    pub cycle_id: Option<CycleId>,
    pub scope_change_id: Option<ScopeChangeId>,
    pub adjustment_id: Option<AdjustmentId>,
    pub expense_id: Option<ExpenseId>,
    pub pool_id: Option<PoolId>,
    pub pool_key: Option<String>,
    pub unit: Option<Unit>,
    pub quantity: i64,
    pub price_minor: i64,
    pub price_per: i64,
    pub discount_minor: i64,
    pub amount_minor: i64,
    pub taxes: Json<Vec<TaxRate>>,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub credited_minor: i64,
}
impl LineRow {
    /// As it was written.
    pub fn written(&self) -> Written {
        Written {
            kind: self.kind,
            text: self.text.clone(),
            of_seq: self.of_seq,
            days: self.starts_on.zip(self.ends_on),
            overage: self.cycle_id.zip(self.pool_id),
            change: self.scope_change_id,
            bought: self.adjustment_id,
            spent: self.expense_id,
            quantity: self.quantity,
            price: (self.price_minor, self.price_per),
            discount: self.discount_minor,
            amount: self.amount_minor,
        }
    }
}
stmt!(
    LINES = "
    SELECT l.position, CASE WHEN COALESCE(l.scope_change_id, l.adjustment_id, l.expense_id) IS NULL
            THEN l.kind ELSE 'agreed' END AS kind,
        l.text, l.of_seq, l.starts_on, l.ends_on, l.cycle_id, l.scope_change_id, l.adjustment_id,
        l.expense_id, l.pool_id, p.key AS pool_key, p.unit, l.quantity, l.price_minor, l.price_per,
        l.discount_minor, l.amount_minor, l.taxes, l.net_minor, l.tax_minor,
        CAST(COALESCE((SELECT SUM(c.net_minor) FROM credit_note_lines c
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position), 0) AS BIGINT) AS credited_minor
    FROM invoice_lines l
    LEFT JOIN pools p ON p.organisation_id = l.organisation_id AND p.id = l.pool_id
    WHERE l.organisation_id = $1 AND l.invoice_id = $2 ORDER BY l.position"
);
pub async fn lines(tx: &mut Tx, scope: Scope, id: InvoiceId) -> Result<Vec<LineRow>> {
    Ok(tx.all(LINES.with(args![scope.organisation(), id])).await?)
}

stmt!(
    DUE = "
    SELECT r.organisation_id, r.id AS retainer_id FROM retainers r
    WHERE r.state IN ('active', 'ended') AND EXISTS (
        SELECT 1 FROM billing_settings s WHERE s.organisation_id = r.organisation_id)
        AND NOT EXISTS (
        SELECT 1 FROM billing_looks k WHERE k.organisation_id = r.organisation_id
            AND k.retainer_id = r.id AND k.due_at > $1)
        AND (r.id > $2 OR $2 IS NULL)
    ORDER BY r.id LIMIT 100"
);
stmt!(
    OF_ORGANISATION = "
    SELECT organisation_id, id AS retainer_id FROM retainers
    WHERE organisation_id = $1 AND state IN ('active', 'ended') AND (id > $2 OR $2 IS NULL)
    ORDER BY organisation_id, id LIMIT $3"
);
stmt!(
    SET_DUE = "
    INSERT INTO billing_looks (organisation_id, retainer_id, due_at) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, retainer_id) DO UPDATE SET due_at = excluded.due_at"
);
stmt!(LOOK_AGAIN = "DELETE FROM billing_looks WHERE organisation_id = $1");

/// Retainers of organisations that bill, that nobody looked at today.
pub async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    after: Option<RetainerId>,
) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now, after])).await?)
}
/// The next retainers of an organisation that may have something to be billed, by id.
pub async fn of_organisation(
    tx: &mut Tx,
    scope: Scope,
    after: Option<RetainerId>,
    limit: usize,
) -> Result<Vec<Waiting>> {
    Ok(tx
        .all(OF_ORGANISATION.with(args![
            scope.organisation(),
            after,
            i64::try_from(limit).unwrap_or(i64::MAX)
        ]))
        .await?)
}
pub async fn set_due(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    due_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(SET_DUE.with(args![scope.organisation(), retainer, due_at])).await?;
    Ok(())
}
/// Has the clock look at every retainer of the organisation again.
pub async fn look_again(tx: &mut Tx, scope: Scope) -> Result<()> {
    tx.execute(LOOK_AGAIN.with(args![scope.organisation()])).await?;
    Ok(())
}
