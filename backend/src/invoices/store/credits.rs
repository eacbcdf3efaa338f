//! Credit notes in the database.
use shared::api::{CreditKind, CreditNoteId};

use super::*;

/// A credit note with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CreditRow {
    pub id: CreditNoteId,
    pub series: String,
    pub number: i64,
    pub kind: CreditKind,
    pub invoice_id: InvoiceId,
    pub invoice_series: Option<String>,
    pub invoice_number: Option<i64>,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub issued_on: NaiveDate,
    pub currency: String,
    pub taxes: Json<Vec<TaxKept>>,
    pub net_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub reason: String,
    pub issued_at: DateTime<Utc>,
}

const SELECT: &str = "
    SELECT n.id, n.series, n.number, n.kind, n.invoice_id, i.series AS invoice_series,
        i.number AS invoice_number, n.account_id, a.name AS account_name, n.retainer_id,
        r.name AS retainer_name, n.issued_on, n.currency, n.taxes, n.net_minor, n.tax_minor,
        n.total_minor, n.reason, n.issued_at
    FROM credit_notes n
    JOIN invoices i ON i.organisation_id = n.organisation_id AND i.id = n.invoice_id
    JOIN accounts a ON a.organisation_id = n.organisation_id AND a.id = n.account_id
    JOIN retainers r ON r.organisation_id = n.organisation_id AND r.id = n.retainer_id
    WHERE n.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct CreditFilter {
    pub account: Option<AccountId>,
    pub retainer: Option<RetainerId>,
    pub invoice: Option<InvoiceId>,
    pub before: Option<(NaiveDate, CreditNoteId)>,
    pub limit: i64,
}
/// Credit notes, the newest first.
pub async fn credits(tx: &mut Tx, scope: Scope, filter: CreditFilter) -> Result<Vec<CreditRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND n.account_id = ?", filter.account)
        .push_opt(" AND n.retainer_id = ?", filter.retainer)
        .push_opt(" AND n.invoice_id = ?", filter.invoice);
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (n.issued_on, n.id) < (?", day).push(", ?)", id);
    }
    let query = query.push(" ORDER BY n.issued_on DESC, n.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find_credit(tx: &mut Tx, scope: Scope, id: CreditNoteId) -> Result<CreditRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND n.id = ?", id);
    Ok(tx.one(query).await?)
}

/// What a credit note takes of a line, with what that is for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct CreditLineRow {
    pub line: i64,
    pub kind: InvoiceLineKind,
    pub text: Option<String>,
    pub of_seq: Option<i64>,
    pub net_minor: i64,
    pub tax_minor: i64,
}
stmt!(
    CREDIT_LINES = "
    SELECT c.line, CASE WHEN COALESCE(l.scope_change_id, l.adjustment_id, l.expense_id) IS NULL
            THEN l.kind ELSE 'agreed' END AS kind,
        l.text, l.of_seq, c.net_minor, c.tax_minor
    FROM credit_note_lines c
    JOIN invoice_lines l ON l.organisation_id = c.organisation_id AND l.invoice_id = c.invoice_id
        AND l.position = c.line
    WHERE c.organisation_id = $1 AND c.credit_note_id = $2 ORDER BY c.line"
);
pub async fn credit_lines(
    tx: &mut Tx,
    scope: Scope,
    id: CreditNoteId,
) -> Result<Vec<CreditLineRow>> {
    Ok(tx.all(CREDIT_LINES.with(args![scope.organisation(), id])).await?)
}

/// A credit note to write.
#[derive(Debug)]
pub struct NewCredit<'a> {
    pub id: CreditNoteId,
    pub kind: CreditKind,
    pub series: &'a str,
    pub number: i64,
    pub issued_on: NaiveDate,
    pub reason: &'a str,
    pub totals: &'a TotalsKept,
    pub lines: &'a [NewCreditLine],
}
/// What it takes of a line.
#[derive(Debug, Clone)]
pub struct NewCreditLine {
    pub line: i64,
    pub net: i64,
    pub tax: i64,
    pub amount: i64,
}
stmt!(
    INSERT_CREDIT = "
    INSERT INTO credit_notes (id, organisation_id, account_id, retainer_id, invoice_id, kind,
        series, number, issued_on, currency, taxes, net_minor, tax_minor, total_minor, reason,
        issued_by, issued_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
);
/// Writes a credit note on an invoice.
pub async fn insert_credit(
    tx: &mut Tx,
    scope: Scope,
    of: &InvoiceRow,
    new: &NewCredit<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        new.id.into(),
        of.account_id.into(),
        of.retainer_id.into(),
        of.id.into(),
        Arg::name(new.kind),
        new.series.into(),
        new.number.into(),
        new.issued_on.into(),
        of.currency.as_str().into(),
        Arg::json(&new.totals.taxes),
        new.totals.net.into(),
        new.totals.tax.into(),
        new.totals.total.into(),
        new.reason.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT_CREDIT.with(args)).await?;
    let value = |line: &NewCreditLine| {
        args![scope.organisation(), new.id, of.id, line.line, line.net, line.tax, line.amount]
    };
    let query = Query::new(
        "INSERT INTO credit_note_lines (organisation_id, credit_note_id, invoice_id, line,
            net_minor, tax_minor, amount_minor) VALUES",
    );
    tx.execute(query.rows(new.lines.iter().map(value).collect())).await?;
    Ok(())
}
