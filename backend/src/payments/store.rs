//! Payments in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, BankImportId, BankLineId, InvoiceId, PaymentId, PaymentKind, PaymentMethod,
};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A payment or refund with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PaymentRow {
    pub id: PaymentId,
    pub kind: PaymentKind,
    pub payment_id: Option<PaymentId>,
    pub account_id: AccountId,
    pub account_name: String,
    pub amount_minor: i64,
    pub currency: String,
    pub paid_on: NaiveDate,
    pub method: PaymentMethod,
    pub reference: Option<String>,
    pub note: Option<String>,
    pub allocated_minor: i64,
    pub refunded_minor: i64,
    pub reversed_on: Option<NaiveDate>,
    pub reverse_reason: Option<String>,
    pub bank_import_id: Option<BankImportId>,
    pub bank_line_id: Option<BankLineId>,
    pub recorded_at: DateTime<Utc>,
    pub version: i64,
}

impl PaymentRow {
    /// What of it is on no invoice and did not go back.
    pub fn rest(&self) -> i64 {
        match (self.kind, self.reversed_on) {
            (PaymentKind::Payment, None) => {
                self.amount_minor - self.allocated_minor - self.refunded_minor
            }
            _ => 0,
        }
    }
}

const SELECT: &str = "
    SELECT p.id, p.kind, p.payment_id, p.account_id, a.name AS account_name, p.amount_minor,
        p.currency, p.paid_on, p.method, p.reference, p.note, p.reversed_on, p.reverse_reason,
        p.recorded_at, p.version, l.import_id AS bank_import_id, l.id AS bank_line_id,
        CAST(COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = p.organisation_id AND x.payment_id = p.id), 0) AS BIGINT)
            AS allocated_minor,
        CAST(COALESCE((SELECT SUM(b.amount_minor) FROM payments b
            WHERE b.organisation_id = p.organisation_id AND b.payment_id = p.id
                AND b.reversed_at IS NULL), 0) AS BIGINT) AS refunded_minor
    FROM payments p
    JOIN accounts a ON a.organisation_id = p.organisation_id AND a.id = p.account_id
    LEFT JOIN bank_payments s ON s.organisation_id = p.organisation_id AND s.payment_id = p.id
    LEFT JOIN bank_lines l ON l.organisation_id = s.organisation_id AND l.id = s.line_id
    WHERE p.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub account: Option<AccountId>,
    pub kind: Option<PaymentKind>,
    pub method: Option<PaymentMethod>,
    pub invoice: Option<InvoiceId>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub before: Option<(NaiveDate, PaymentId)>,
    pub limit: i64,
}
/// Payments and refunds, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<PaymentRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND p.account_id = ?", filter.account)
        .push_opt(" AND p.kind = ?", filter.kind.map(Arg::name))
        .push_opt(" AND p.method = ?", filter.method.map(Arg::name))
        .push_opt(
            " AND EXISTS (SELECT 1 FROM payment_allocations x
                WHERE x.organisation_id = p.organisation_id
                    AND x.payment_id = COALESCE(p.payment_id, p.id) AND x.invoice_id = ?)",
            filter.invoice,
        )
        .push_opt(" AND p.paid_on >= ?", filter.from)
        .push_opt(" AND p.paid_on <= ?", filter.to);
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (p.paid_on, p.id) < (?", day).push(", ?)", id);
    }
    let query = query.push(" ORDER BY p.paid_on DESC, p.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: PaymentId) -> Result<PaymentRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND p.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(ACCOUNT = "SELECT name FROM accounts WHERE organisation_id = $1 AND id = $2");
/// What an account is called, if it is here.
pub async fn account(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Option<String>> {
    let found: Option<(String,)> = tx.opt(ACCOUNT.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(name,)| name))
}

/// A payment or refund to write.
#[derive(Debug)]
pub struct New<'a> {
    pub id: PaymentId,
    pub kind: PaymentKind,
    pub of: Option<PaymentId>,
    pub account: AccountId,
    pub amount: i64,
    pub currency: &'a str,
    pub paid_on: NaiveDate,
    pub method: PaymentMethod,
    pub reference: Option<&'a str>,
    pub note: Option<&'a str>,
}
stmt!(
    SAME = "
    SELECT COUNT(*) FROM payments
    WHERE organisation_id = $1 AND account_id = $2 AND paid_on = $3 AND kind = $4
        AND amount_minor = $5 AND currency = $6 AND reference = $7 AND reversed_at IS NULL"
);
/// Whether one of the same reference, day and amount stands.
pub async fn is_there(tx: &mut Tx, scope: Scope, new: &New<'_>) -> Result<bool> {
    let Some(reference) = new.reference else { return Ok(false) };
    let kind = Arg::name(new.kind);
    let (account, day, amount) = (new.account, new.paid_on, new.amount);
    let mut args = args![scope.organisation(), account, day];
    args.push(kind);
    args.extend(args![amount, new.currency, reference]);
    let (count,): (i64,) = tx.one(SAME.with(args)).await?;
    Ok(count > 0)
}
stmt!(
    KNOWN = "
    SELECT id FROM payments
    WHERE organisation_id = $1 AND account_id = $2 AND reference = $3 AND kind = 'payment'
        AND reversed_at IS NULL LIMIT 1"
);
/// A payment of an account by its reference, if one stands.
pub async fn known(
    tx: &mut Tx,
    scope: Scope,
    (account, reference): (AccountId, &str),
) -> Result<Option<PaymentId>> {
    let args = args![scope.organisation(), account, reference];
    let found: Option<(PaymentId,)> = tx.opt(KNOWN.with(args)).await?;
    Ok(found.map(|(id,)| id))
}
stmt!(
    INSERT = "
    INSERT INTO payments (id, organisation_id, account_id, kind, payment_id, currency,
        amount_minor, paid_on, method, reference, note, recorded_by, recorded_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
);
pub async fn insert(tx: &mut Tx, scope: Scope, new: &New<'_>, now: DateTime<Utc>) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        new.id.into(),
        new.account.into(),
        Arg::name(new.kind),
        new.of.into(),
        new.currency.into(),
        new.amount.into(),
        new.paid_on.into(),
        Arg::name(new.method),
        new.reference.map(str::to_owned).into(),
        new.note.map(str::to_owned).into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
stmt!(
    REVERSE = "
    UPDATE payments SET reversed_on = $4, reverse_reason = $5, reversed_by = $6,
        reversed_at = $7, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND reversed_at IS NULL"
);
/// False if somebody else was first.
pub async fn reverse(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (PaymentId, i64),
    (on, reason): (NaiveDate, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, on, reason, scope.member(), now];
    Ok(tx.execute(REVERSE.with(args)).await? == 1)
}

stmt!(
    FREE_LINE = "
    UPDATE bank_lines SET version = version + 1
    WHERE organisation_id = $1 AND id IN (SELECT b.line_id FROM bank_payments b
        WHERE b.organisation_id = $1 AND b.payment_id = $2 AND b.freed_at IS NULL)"
);
stmt!(
    FREE = "
    UPDATE bank_payments SET freed_at = $3
    WHERE organisation_id = $1 AND payment_id = $2 AND freed_at IS NULL"
);
/// The line of a bank statement that a payment is of, if it is, waits again.
pub async fn free_line(tx: &mut Tx, scope: Scope, id: PaymentId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(FREE_LINE.with(args![scope.organisation(), id])).await?;
    tx.execute(FREE.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}

stmt!(
    NUMBERS = "
    SELECT i.id, i.series, i.number FROM payment_allocations x
    JOIN invoices i ON i.organisation_id = x.organisation_id AND i.id = x.invoice_id
    WHERE x.organisation_id = $1 AND x.payment_id = $2"
);
/// The numbers of the invoices that a payment ever paid.
pub async fn numbers(
    tx: &mut Tx,
    scope: Scope,
    id: PaymentId,
) -> Result<Vec<(InvoiceId, String, i64)>> {
    Ok(tx.all(NUMBERS.with(args![scope.organisation(), id])).await?)
}
