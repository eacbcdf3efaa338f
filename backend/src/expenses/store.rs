//! Expenses in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{Expense, ExpenseId, InvoiceId, Money, NewExpense, RetainerId};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::stmt;

/// An expense with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ExpenseRow {
    pub id: ExpenseId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub account_name: String,
    pub spent_on: NaiveDate,
    pub amount_minor: i64,
    pub currency: String,
    pub what: String,
    pub billed_on: bool,
    pub invoice_id: Option<InvoiceId>,
    pub recorded_by: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl From<ExpenseRow> for Expense {
    fn from(row: ExpenseRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            account_name: row.account_name,
            spent_on: row.spent_on,
            amount: Money { amount_minor: row.amount_minor, currency: row.currency },
            text: row.what,
            billed_on: row.billed_on,
            invoice_id: row.invoice_id,
            recorded_by: row.recorded_by,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT x.id, x.retainer_id, r.name AS retainer_name, a.name AS account_name, x.spent_on,
        x.amount_minor, x.currency, x.what, x.billed_on, b.invoice_id, m.name AS recorded_by,
        x.created_at, x.version
    FROM expenses x
    JOIN retainers r ON r.organisation_id = x.organisation_id AND r.id = x.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = x.organisation_id AND m.id = x.created_by
    LEFT JOIN billed_expenses b ON b.organisation_id = x.organisation_id AND b.expense_id = x.id
    WHERE x.deleted_at IS NULL AND x.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
    pub before: Option<(NaiveDate, ExpenseId)>,
    pub limit: i64,
}

/// Expenses, the last spent first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<ExpenseRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND x.retainer_id = ?", filter.retainer)
        .push_opt(" AND x.spent_on >= ?", filter.from)
        .push_opt(" AND x.spent_on <= ?", filter.to);
    if let Some((day, id)) = filter.before {
        query = query.push(" AND (x.spent_on, x.id) < (?", day).push(", ?)", id);
    }
    let query = query.push(" ORDER BY x.spent_on DESC, x.id DESC LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: ExpenseId) -> Result<ExpenseRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND x.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO expenses (id, organisation_id, retainer_id, spent_on, amount_minor, currency, what,
        billed_on, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10)"
);
stmt!(
    REMOVE = "
    UPDATE expenses SET deleted_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND deleted_at IS NULL"
);

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, new, currency): (ExpenseId, &NewExpense, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::from(new.retainer_id),
        Arg::from(new.spent_on),
        Arg::from(new.amount_minor),
        Arg::from(currency),
        Arg::from(new.text.trim()),
        Arg::from(new.billed_on),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if it was taken back or changed meanwhile.
pub async fn remove(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ExpenseId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = crate::args![scope.organisation(), id, version, now];
    Ok(tx.execute(REMOVE.with(args)).await? == 1)
}
