//! Statements in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountBillingSet, AccountId, BankFormat, BankImportId, BankLineId, BankProblem, InvoiceId,
    PaymentId,
};
use sqlx::types::Json;
use uuid::Uuid;

use super::statement::{Booking, end_of};
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// How many lines are written by one statement.
const CHUNK: usize = 200;

/// A file that was read.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ImportRow {
    pub id: BankImportId,
    pub file_name: String,
    pub format: BankFormat,
    pub account_end: Option<String>,
    pub first_on: Option<NaiveDate>,
    pub last_on: Option<NaiveDate>,
    pub outgoing: i64,
    pub pending: i64,
    pub unreadable: i64,
    pub problems: Json<Vec<BankProblem>>,
    pub created_at: DateTime<Utc>,
    /// Its lines.
    pub lines: i64,
    /// Those that wait for a decision.
    pub waiting: i64,
    /// Those that an earlier file brought.
    pub known: i64,
}

const IMPORTS: &str = "
    SELECT f.id, f.file_name, f.format, f.account_end, f.first_on, f.last_on, f.outgoing,
        f.pending, f.unreadable, f.problems, f.created_at,
        CAST((SELECT COUNT(*) FROM bank_import_lines m
            WHERE m.organisation_id = f.organisation_id AND m.import_id = f.id) AS BIGINT) AS lines,
        CAST((SELECT COUNT(*) FROM bank_import_lines m
            JOIN bank_lines l ON l.organisation_id = m.organisation_id AND l.id = m.line_id
            WHERE m.organisation_id = f.organisation_id AND m.import_id = f.id
                AND l.aside_at IS NULL AND l.reversal = FALSE
                AND NOT EXISTS (SELECT 1 FROM bank_payments b
                    WHERE b.organisation_id = l.organisation_id AND b.line_id = l.id
                        AND b.freed_at IS NULL)) AS BIGINT) AS waiting,
        CAST((SELECT COUNT(*) FROM bank_import_lines m
            JOIN bank_lines l ON l.organisation_id = m.organisation_id AND l.id = m.line_id
            WHERE m.organisation_id = f.organisation_id AND m.import_id = f.id
                AND l.import_id <> f.id) AS BIGINT) AS known
    FROM bank_imports f WHERE f.organisation_id =";

/// Files, the newest first.
pub async fn imports(
    tx: &mut Tx,
    scope: Scope,
    before: Option<(DateTime<Utc>, BankImportId)>,
    limit: i64,
) -> Result<Vec<ImportRow>> {
    let mut query = Query::new(IMPORTS).push(" ?", scope.organisation());
    if let Some((at, id)) = before {
        query = query.push(" AND (f.created_at, f.id) < (?", at).push(", ?)", id);
    }
    let query = query.push(" ORDER BY f.created_at DESC, f.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
pub async fn import(tx: &mut Tx, scope: Scope, id: BankImportId) -> Result<ImportRow> {
    let query = Query::new(IMPORTS).push(" ?", scope.organisation()).push(" AND f.id = ?", id);
    Ok(tx.one(query).await?)
}

/// A file to keep.
pub struct NewImport<'a> {
    pub id: BankImportId,
    pub file_name: &'a str,
    pub format: BankFormat,
    pub sha256: &'a [u8],
    pub account: Option<&'a str>,
    pub days: (Option<NaiveDate>, Option<NaiveDate>),
    /// Of money that went out, not booked yet, and unreadable.
    pub left_out: (i64, i64, i64),
    pub problems: &'a [BankProblem],
}
stmt!(
    INSERT_IMPORT = "
    INSERT INTO bank_imports (id, organisation_id, file_name, format, sha256, account_end,
        first_on, last_on, outgoing, pending, unreadable, problems, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)"
);
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    new: &NewImport<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (outgoing, pending, unreadable) = new.left_out;
    let args = vec![
        scope.organisation().into(),
        new.id.into(),
        new.file_name.into(),
        Arg::name(new.format),
        new.sha256.to_vec().into(),
        new.account.map(end_of).into(),
        new.days.0.into(),
        new.days.1.into(),
        outgoing.into(),
        pending.into(),
        unreadable.into(),
        Arg::json(&new.problems),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT_IMPORT.with(args)).await?;
    Ok(())
}

/// A booking to keep, told from others.
pub struct NewLine<'a> {
    pub booking: &'a Booking,
    pub identity: Vec<u8>,
    pub occurrence: i64,
    pub payer_hash: Option<Vec<u8>>,
}

/// Keeps the bookings that are not here yet, and which lines the file has.
pub async fn insert_lines(
    tx: &mut Tx,
    scope: Scope,
    import: BankImportId,
    lines: &[NewLine<'_>],
) -> Result<()> {
    for chunk in lines.chunks(CHUNK) {
        let value = |line: &NewLine<'_>| {
            let of = line.booking;
            args![
                Uuid::now_v7(),
                scope.organisation(),
                import,
                line.identity.clone(),
                line.occurrence,
                of.reversal,
                of.booked_on,
                of.valued_on,
                of.amount_minor,
                of.currency.as_str(),
                of.payer.clone(),
                of.payer_account.as_deref().map(end_of),
                line.payer_hash.clone(),
                of.text.clone(),
                of.bank_reference.clone()
            ]
        };
        let query = Query::new(
            "INSERT INTO bank_lines (id, organisation_id, import_id, identity, occurrence,
                reversal, booked_on, valued_on, amount_minor, currency, payer, payer_end,
                payer_hash, text, bank_reference) VALUES",
        );
        let query = query.rows(chunk.iter().map(value).collect());
        tx.execute(query.text(" ON CONFLICT DO NOTHING")).await?;
        let query = Query::new("SELECT identity, occurrence, id FROM bank_lines");
        let identities = chunk.iter().map(|line| line.identity.clone().into()).collect();
        let query = query
            .push(" WHERE organisation_id = ?", scope.organisation())
            .text(" AND identity IN")
            .list(identities);
        let found: Vec<(Vec<u8>, i64, BankLineId)> = tx.all(query).await?;
        let found: std::collections::HashMap<(Vec<u8>, i64), BankLineId> =
            found.into_iter().map(|(identity, nth, id)| ((identity, nth), id)).collect();
        let mut rows = Vec::with_capacity(chunk.len());
        for line in chunk {
            let id = found.get(&(line.identity.clone(), line.occurrence)).copied();
            // Whoever holds the key and is not seen is a transaction that just won.
            let id = id.ok_or(crate::db::DbError::Conflict)?;
            rows.push(args![scope.organisation(), import, line.booking.position, id]);
        }
        let query = Query::new(
            "INSERT INTO bank_import_lines (organisation_id, import_id, position, line_id) VALUES",
        );
        tx.execute(query.rows(rows)).await?;
    }
    Ok(())
}

/// A line of a file, with the payment that it is.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct LineRow {
    pub position: i64,
    pub file_id: BankImportId,
    pub id: BankLineId,
    pub import_id: BankImportId,
    pub reversal: bool,
    pub booked_on: NaiveDate,
    pub valued_on: Option<NaiveDate>,
    pub amount_minor: i64,
    pub currency: String,
    pub payer: Option<String>,
    pub payer_end: Option<String>,
    pub payer_hash: Option<Vec<u8>>,
    pub text: Option<String>,
    pub bank_reference: Option<String>,
    pub aside_at: Option<DateTime<Utc>>,
    pub version: i64,
    pub payment_id: Option<PaymentId>,
    pub account_id: Option<AccountId>,
    pub account_name: Option<String>,
    /// The last day on which a payment of it was taken back.
    pub taken_back_on: Option<NaiveDate>,
}

impl LineRow {
    /// Nobody has said yet what it is.
    pub fn waits(&self) -> bool {
        !self.reversal && self.payment_id.is_none() && self.aside_at.is_none()
    }
}

const LINES: &str = "
    SELECT m.position, m.import_id AS file_id, l.id, l.import_id, l.reversal, l.booked_on,
        l.valued_on, l.amount_minor, l.currency, l.payer, l.payer_end, l.payer_hash, l.text,
        l.bank_reference, l.aside_at, l.version, b.payment_id, p.account_id,
        a.name AS account_name,
        (SELECT MAX(q.reversed_on) FROM bank_payments o
            JOIN payments q ON q.organisation_id = o.organisation_id AND q.id = o.payment_id
            WHERE o.organisation_id = l.organisation_id AND o.line_id = l.id
                AND o.freed_at IS NOT NULL) AS taken_back_on
    FROM bank_import_lines m
    JOIN bank_lines l ON l.organisation_id = m.organisation_id AND l.id = m.line_id
    LEFT JOIN bank_payments b ON b.organisation_id = l.organisation_id AND b.line_id = l.id
        AND b.freed_at IS NULL
    LEFT JOIN payments p ON p.organisation_id = b.organisation_id AND p.id = b.payment_id
    LEFT JOIN accounts a ON a.organisation_id = p.organisation_id AND a.id = p.account_id
    WHERE m.organisation_id =";

/// The lines of a file in their order; a file has five thousand at most.
pub async fn lines(tx: &mut Tx, scope: Scope, import: BankImportId) -> Result<Vec<LineRow>> {
    let query = Query::new(LINES)
        .push(" ?", scope.organisation())
        .push(" AND m.import_id = ?", import)
        .text(" ORDER BY m.position");
    Ok(tx.all(query).await?)
}
/// A line as the file has it that brought it.
pub async fn line(tx: &mut Tx, scope: Scope, id: BankLineId) -> Result<LineRow> {
    let query = Query::new(LINES)
        .push(" ?", scope.organisation())
        .push(" AND m.line_id = ?", id)
        .text(" AND m.import_id = l.import_id");
    Ok(tx.one(query).await?)
}

stmt!(
    ASIDE = "
    UPDATE bank_lines SET aside_by = $4, aside_at = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
/// Sets a line aside, or takes it up again. False if somebody else was first.
pub async fn set_aside(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (BankLineId, i64),
    at: Option<DateTime<Utc>>,
) -> Result<bool> {
    let by = at.map(|_| scope.member());
    let args = args![scope.organisation(), id, version, by, at];
    Ok(tx.execute(ASIDE.with(args)).await? == 1)
}
stmt!(
    TOUCH = "
    UPDATE bank_lines SET version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND aside_at IS NULL"
);
stmt!(
    LINK = "
    INSERT INTO bank_payments (organisation_id, payment_id, line_id) VALUES ($1, $2, $3)"
);
/// A line is recorded as a payment. False if somebody else was first.
pub async fn link(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (BankLineId, i64),
    payment: PaymentId,
) -> Result<bool> {
    let touch = TOUCH.with(args![scope.organisation(), id, version]);
    if tx.execute(touch).await? != 1 {
        return Ok(false);
    }
    tx.execute(LINK.with(args![scope.organisation(), payment, id])).await?;
    Ok(true)
}
stmt!(
    CLIENTS = "
    SELECT id, name FROM accounts WHERE organisation_id = $1 AND kind = 'client'"
);
stmt!(LEGAL_NAMES = "SELECT account_id, billing FROM account_billing WHERE organisation_id = $1");
/// Clients with their names, and the names that invoices have for them.
pub async fn clients(
    tx: &mut Tx,
    scope: Scope,
) -> Result<(Vec<(AccountId, String)>, Vec<(AccountId, String)>)> {
    let names: Vec<(AccountId, String)> = tx.all(CLIENTS.with(args![scope.organisation()])).await?;
    let billed: Vec<(AccountId, Json<AccountBillingSet>)> =
        tx.all(LEGAL_NAMES.with(args![scope.organisation()])).await?;
    let legal = billed.into_iter().filter_map(|(id, set)| Some((id, set.0.legal_name?)));
    let legal = legal.collect();
    Ok((names, legal))
}

/// Whose payments came from these bank accounts before.
pub async fn payers(
    tx: &mut Tx,
    scope: Scope,
    hashes: Vec<Vec<u8>>,
) -> Result<Vec<(Vec<u8>, AccountId)>> {
    let query = Query::new(
        "SELECT DISTINCT l.payer_hash, p.account_id FROM bank_lines l
        JOIN bank_payments b ON b.organisation_id = l.organisation_id AND b.line_id = l.id
            AND b.freed_at IS NULL
        JOIN payments p ON p.organisation_id = b.organisation_id AND p.id = b.payment_id
        WHERE l.organisation_id =",
    );
    let query = query
        .push(" ?", scope.organisation())
        .text(" AND l.payer_hash IN")
        .list(hashes.into_iter().map(Arg::from).collect());
    Ok(tx.all(query).await?)
}

/// A payment that stands and is not of a line of a file.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct OtherRow {
    pub id: PaymentId,
    pub account_id: AccountId,
    pub currency: String,
    pub amount_minor: i64,
    pub paid_on: NaiveDate,
    /// It is of a line of another file.
    pub from_bank: i64,
}
stmt!(
    OTHERS = "
    SELECT p.id, p.account_id, p.currency, p.amount_minor, p.paid_on,
        CAST((SELECT COUNT(*) FROM bank_payments b
            WHERE b.organisation_id = p.organisation_id AND b.payment_id = p.id) AS BIGINT)
            AS from_bank
    FROM payments p
    WHERE p.organisation_id = $1 AND p.paid_on BETWEEN $3 AND $4 AND p.kind = 'payment'
        AND p.reversed_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM bank_payments b
            JOIN bank_import_lines m ON m.organisation_id = b.organisation_id
                AND m.line_id = b.line_id
            WHERE b.organisation_id = p.organisation_id AND b.payment_id = p.id
                AND m.import_id = $2)"
);
/// Payments of these days that are not of a line of this file.
pub async fn others(
    tx: &mut Tx,
    scope: Scope,
    import: BankImportId,
    (from, to): (NaiveDate, NaiveDate),
) -> Result<Vec<OtherRow>> {
    Ok(tx.all(OTHERS.with(args![scope.organisation(), import, from, to])).await?)
}

/// What payments pay, invoice by invoice.
pub async fn paid(
    tx: &mut Tx,
    scope: Scope,
    payments: &[PaymentId],
) -> Result<Vec<(PaymentId, InvoiceId, String, i64, i64)>> {
    let query = Query::new(
        "SELECT x.payment_id, x.invoice_id, i.series, i.number,
            CAST(SUM(x.amount_minor) AS BIGINT) AS amount_minor
        FROM payment_allocations x
        JOIN invoices i ON i.organisation_id = x.organisation_id AND i.id = x.invoice_id
        WHERE x.organisation_id =",
    );
    let query = query
        .push(" ?", scope.organisation())
        .text(" AND x.payment_id IN")
        .list(payments.iter().copied().map(Arg::from).collect())
        .text(
            " GROUP BY x.payment_id, x.invoice_id, i.series, i.number
            HAVING SUM(x.amount_minor) > 0 ORDER BY i.series, i.number",
        );
    Ok(tx.all(query).await?)
}
