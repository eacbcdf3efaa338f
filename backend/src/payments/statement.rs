//! The statement of an account: what it owed, what moved that, and what it owes.
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountStatement, ErrorCode, PaymentKind, STATEMENT_DAYS_MAX, STATEMENT_LINES_MAX,
    StatementKind, StatementLine, StatementOfCurrency,
};
use shared::rules::zone;
use uuid::Uuid;

use super::store;
use crate::auth::Scope;
use crate::db::{Stmt, Tx};
use crate::error::{Error, Result};
use crate::{args, invoices, stmt};

stmt!(
    CURRENCIES_INVOICED = "
    SELECT currency FROM invoices
    WHERE organisation_id = $1 AND account_id = $2 AND state <> 'draft' GROUP BY currency"
);
stmt!(
    CURRENCIES_PAID = "
    SELECT currency FROM payments
    WHERE organisation_id = $1 AND account_id = $2 GROUP BY currency"
);

// What moved the balance before a day or instant.
stmt!(
    INVOICED = "
    SELECT CAST(COALESCE(SUM(total_minor), 0) AS BIGINT) FROM invoices
    WHERE organisation_id = $1 AND account_id = $2 AND currency = $3 AND issue_on < $4
        AND state <> 'draft'"
);
stmt!(
    CREDITED = "
    SELECT CAST(COALESCE(-SUM(total_minor), 0) AS BIGINT) FROM credit_notes
    WHERE organisation_id = $1 AND account_id = $2 AND currency = $3 AND issued_on < $4"
);
stmt!(
    PAID = "
    SELECT CAST(COALESCE(SUM(CASE kind WHEN 'refund' THEN amount_minor ELSE -amount_minor END), 0)
        AS BIGINT) FROM payments
    WHERE organisation_id = $1 AND account_id = $2 AND currency = $3 AND paid_on < $4"
);
stmt!(
    REVERSED = "
    SELECT CAST(COALESCE(SUM(CASE kind WHEN 'refund' THEN -amount_minor ELSE amount_minor END), 0)
        AS BIGINT) FROM payments
    WHERE organisation_id = $1 AND account_id = $2 AND currency = $3 AND reversed_on < $4"
);
stmt!(
    VOIDED = "
    SELECT CAST(COALESCE(-SUM(total_minor), 0) AS BIGINT) FROM invoices
    WHERE organisation_id = $1 AND account_id = $2 AND currency = $3 AND voided_at < $4
        AND state = 'void'"
);

stmt!(
    INVOICES = "
    SELECT id, issue_on, currency, series, number, total_minor FROM invoices
    WHERE organisation_id = $1 AND account_id = $2 AND state <> 'draft'
        AND issue_on BETWEEN $3 AND $4 LIMIT 2001"
);
stmt!(
    CREDIT_NOTES = "
    SELECT id, issued_on, currency, series, number, -total_minor FROM credit_notes
    WHERE organisation_id = $1 AND account_id = $2 AND issued_on BETWEEN $3 AND $4 LIMIT 2001"
);
stmt!(
    VOIDS = "
    SELECT id, voided_at, currency, series, number, -total_minor FROM invoices
    WHERE organisation_id = $1 AND account_id = $2 AND state = 'void' AND voided_at >= $3
        AND voided_at < $4 LIMIT 2001"
);
stmt!(
    PAYMENTS = "
    SELECT id, paid_on, currency, reference, kind, amount_minor FROM payments
    WHERE organisation_id = $1 AND account_id = $2 AND paid_on BETWEEN $3 AND $4 LIMIT 2001"
);
stmt!(
    REVERSALS = "
    SELECT id, reversed_on, currency, reference, kind, amount_minor FROM payments
    WHERE organisation_id = $1 AND account_id = $2 AND reversed_on BETWEEN $3 AND $4 LIMIT 2001"
);

/// Lines of each currency, without balances.
type Lines = BTreeMap<String, Vec<StatementLine>>;

/// The days asked for: a year up to today if none are.
///
/// # Errors
/// At the field: a last day before the first, more days than a statement has.
fn days(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    today: NaiveDate,
) -> Result<(NaiveDate, NaiveDate)> {
    let to = to.unwrap_or(today);
    let year = Days::new(STATEMENT_DAYS_MAX.unsigned_abs() - 1);
    let from = from.unwrap_or_else(|| to.checked_sub_days(year).unwrap_or(to));
    if from > to {
        return Err(Error::field("to", "end_before_start"));
    }
    if (to - from).num_days() >= STATEMENT_DAYS_MAX {
        return Err(Error::field("from", "out_of_range"));
    }
    Ok((from, to))
}

/// The statement of an account between two days, both included.
///
/// # Errors
/// `not_found`; at the field: days that a statement cannot have.
pub async fn statement(
    tx: &mut Tx,
    scope: Scope,
    (account, asked): (AccountId, (Option<NaiveDate>, Option<NaiveDate>)),
    now: DateTime<Utc>,
) -> Result<AccountStatement> {
    let account_name = store::account(tx, scope, account).await?.ok_or(ErrorCode::NotFound)?;
    let today = invoices::today(tx, scope, now).await?;
    let (from, to) = days(asked, today)?;
    let zone = zone::zone(&invoices::zone_of(tx, scope).await?)?;
    let begins = zone::first_instant(zone, from);
    let ends = zone::first_instant(zone, to.succ_opt().unwrap_or(to));
    let mut lines = Lines::new();
    numbered(tx, scope, (account, from, to), &mut lines).await?;
    let voids = VOIDS.with(args![scope.organisation(), account, begins, ends]);
    let voids: Vec<(Uuid, DateTime<Utc>, String, String, i64, i64)> = tx.all(voids).await?;
    for (id, at, currency, series, number, amount) in voids {
        let text = Some(invoices::numbered(&series, number));
        let on = zone::local_date(zone, at);
        add(&mut lines, currency, line(on, StatementKind::Void, text, (id, amount)));
    }
    paid(tx, scope, (account, from, to), &mut lines).await?;
    let mut currencies = Vec::new();
    for currency in known(tx, scope, account).await? {
        let opening = opening(tx, scope, (account, &currency), (from, begins)).await?;
        let moved = lines.remove(&currency).unwrap_or_default();
        let of = (account, currency);
        currencies.push(in_currency(tx, scope, of, (opening, moved), today).await?);
    }
    Ok(AccountStatement { account_id: account, account_name, from, to, currencies })
}

/// The currencies in which the account was ever billed, or paid.
async fn known(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    for statement in [CURRENCIES_INVOICED, CURRENCIES_PAID] {
        let query = statement.with(args![scope.organisation(), account]);
        let found: Vec<(String,)> = tx.all(query).await?;
        known.extend(found.into_iter().map(|(currency,)| currency));
    }
    Ok(known)
}

/// What was owed in a currency before a day, and the instant at which it begins.
async fn opening(
    tx: &mut Tx,
    scope: Scope,
    (account, currency): (AccountId, &str),
    (day, instant): (NaiveDate, DateTime<Utc>),
) -> Result<i64> {
    let mut sum = 0;
    for statement in [INVOICED, CREDITED, PAID, REVERSED] {
        let query = statement.with(args![scope.organisation(), account, currency, day]);
        let (part,): (i64,) = tx.one(query).await?;
        sum += part;
    }
    let query = VOIDED.with(args![scope.organisation(), account, currency, instant]);
    let (void,): (i64,) = tx.one(query).await?;
    Ok(sum + void)
}

fn line(
    on: NaiveDate,
    kind: StatementKind,
    text: Option<String>,
    (id, amount_minor): (Uuid, i64),
) -> StatementLine {
    StatementLine { on, kind, text, id, amount_minor, balance_minor: 0 }
}

fn add(lines: &mut Lines, currency: String, line: StatementLine) {
    lines.entry(currency).or_default().push(line);
}

/// Which account, from which day through which.
type Which = (AccountId, NaiveDate, NaiveDate);

async fn numbered(
    tx: &mut Tx,
    scope: Scope,
    (account, from, to): Which,
    lines: &mut Lines,
) -> Result<()> {
    let each: [(Stmt, StatementKind); 2] =
        [(INVOICES, StatementKind::Invoice), (CREDIT_NOTES, StatementKind::CreditNote)];
    for (statement, kind) in each {
        let query = statement.with(args![scope.organisation(), account, from, to]);
        let rows: Vec<(Uuid, NaiveDate, String, String, i64, i64)> = tx.all(query).await?;
        for (id, on, currency, series, number, amount) in rows {
            let text = Some(invoices::numbered(&series, number));
            add(lines, currency, line(on, kind, text, (id, amount)));
        }
    }
    Ok(())
}

async fn paid(
    tx: &mut Tx,
    scope: Scope,
    (account, from, to): Which,
    lines: &mut Lines,
) -> Result<()> {
    type Row = (Uuid, NaiveDate, String, Option<String>, PaymentKind, i64);
    for (statement, taken_back) in [(PAYMENTS, false), (REVERSALS, true)] {
        let query = statement.with(args![scope.organisation(), account, from, to]);
        let rows: Vec<Row> = tx.all(query).await?;
        for (id, on, currency, reference, kind, amount) in rows {
            let owed = (kind == PaymentKind::Refund) != taken_back;
            let kind = match (taken_back, kind) {
                (true, _) => StatementKind::Reversal,
                (false, PaymentKind::Payment) => StatementKind::Payment,
                (false, PaymentKind::Refund) => StatementKind::Refund,
            };
            let amount = if owed { amount } else { -amount };
            add(lines, currency, line(on, kind, reference, (id, amount)));
        }
    }
    Ok(())
}

/// The lines in their order with their balances, and how it stands now.
async fn in_currency(
    tx: &mut Tx,
    scope: Scope,
    (account, currency): (AccountId, String),
    (opening_minor, mut lines): (i64, Vec<StatementLine>),
    today: NaiveDate,
) -> Result<StatementOfCurrency> {
    if lines.len() > STATEMENT_LINES_MAX {
        return Err(Error::field("from", "out_of_range"));
    }
    lines.sort_by_key(|line| (line.on, line.kind, line.id));
    let mut balance = opening_minor;
    for line in &mut lines {
        balance += line.amount_minor;
        line.balance_minor = balance;
    }
    let waiting = invoices::waiting(tx, scope, (account, &currency)).await?;
    let late = waiting.iter().filter(|one| one.due_on < today);
    Ok(StatementOfCurrency {
        opening_minor,
        lines,
        closing_minor: balance,
        open_minor: waiting.iter().map(|one| one.balance.0).sum(),
        overdue_minor: late.map(|one| one.balance.0).sum(),
        credit_minor: invoices::credit_of(tx, scope, (account, &currency)).await?,
        currency,
    })
}
