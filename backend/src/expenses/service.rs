//! What recording an expense means.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, Expense, ExpenseId, NewExpense};
use uuid::Uuid;

use super::store;
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::invoices::{self, Billable};

/// Records an expense.
///
/// # Errors
/// At `/retainer_id` for none of here and for that of a partner, which no report counts; at
/// `/spent_on` for a day to come or before the retainer began.
pub async fn record(
    tx: &mut Tx,
    scope: Scope,
    new: &NewExpense,
    now: DateTime<Utc>,
) -> Result<Expense> {
    let books = Book::load_all(tx, scope, &[new.retainer_id], now, None).await?;
    let book = books.first().ok_or_else(|| Error::field("/retainer_id", "not_found"))?;
    if invoices::of_partner(tx, scope, new.retainer_id).await? {
        return Err(Error::field("/retainer_id", "not_allowed"));
    }
    if new.spent_on > book.today {
        return Err(Error::field("/spent_on", "future"));
    }
    if new.spent_on < book.head.starts_on {
        return Err(Error::field("/spent_on", "before_start"));
    }
    let id = ExpenseId(Uuid::now_v7());
    store::insert(tx, scope, (id, new, book.currency()), now).await?;
    if new.billed_on {
        // After the end the last invoice comes at once.
        invoices::store::look_soon(tx, scope, new.retainer_id).await?;
    }
    Ok(store::find(tx, scope, id).await?.into())
}

/// Takes one back: it stays in the database, counts nowhere, and leaves the draft that asks for it.
///
/// # Errors
/// `not_found`; `stale`; `expense_billed` for what an issued invoice asks for.
pub async fn remove(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ExpenseId, i64),
    now: DateTime<Utc>,
) -> Result<Expense> {
    let found = match store::find(tx, scope, id).await {
        Err(Error::Db(DbError::NotFound)) => return Err(ErrorCode::NotFound.into()),
        found => found?,
    };
    if found.version != version {
        return Err(ErrorCode::Stale.into());
    }
    invoices::unbill(tx, scope, Billable::Expense(id)).await?;
    if !store::remove(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    Ok(Expense { version: version + 1, invoice_id: None, ..found.into() })
}
