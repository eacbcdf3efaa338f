//! Expenses that the client is asked for, and the invoice that took them.
use shared::api::ExpenseId;

use super::*;

/// Money that was spent and that no invoice asked for yet.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Spent {
    pub id: ExpenseId,
    pub spent_on: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub amount_minor: i64,
    pub what: String,
}
stmt!(
    SPENT = "
    SELECT x.id, x.spent_on, x.created_at, x.amount_minor, x.what FROM expenses x
    WHERE x.organisation_id = $1 AND x.retainer_id = $2 AND x.billed_on = TRUE
        AND x.deleted_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM billed_expenses b
            WHERE b.organisation_id = x.organisation_id AND b.expense_id = x.id)
    ORDER BY x.spent_on, x.id"
);
/// What was spent for a retainer that its client is to be asked for.
pub async fn spent(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<Spent>> {
    Ok(tx.all(SPENT.with(args![scope.organisation(), retainer])).await?)
}
stmt!(
    SPENT_ON = "
    SELECT invoice_id FROM billed_expenses
    WHERE organisation_id = $1 AND expense_id = $2 AND invoice_id IS NOT NULL"
);
/// The invoice that took an expense.
pub async fn spent_on(tx: &mut Tx, scope: Scope, spent: ExpenseId) -> Result<Option<InvoiceId>> {
    let found: Option<(InvoiceId,)> =
        tx.opt(SPENT_ON.with(args![scope.organisation(), spent])).await?;
    Ok(found.map(|(id,)| id))
}

stmt!(
    TAKE_EXPENSE = "
    INSERT INTO billed_expenses (organisation_id, expense_id, invoice_id) VALUES ($1, $2, $3)"
);
stmt!(
    GIVE_BACK_EXPENSES = "
    DELETE FROM billed_expenses WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    GIVE_BACK_EXPENSE = "
    DELETE FROM billed_expenses
    WHERE organisation_id = $1 AND expense_id = $2 AND invoice_id = $3"
);
pub(super) async fn take_expense(
    tx: &mut Tx,
    scope: Scope,
    spent: ExpenseId,
    invoice: InvoiceId,
) -> std::result::Result<u64, DbError> {
    tx.execute(TAKE_EXPENSE.with(args![scope.organisation(), spent, invoice])).await
}
pub(super) async fn give_back_expenses(
    tx: &mut Tx,
    scope: Scope,
    invoice: InvoiceId,
) -> Result<()> {
    tx.execute(GIVE_BACK_EXPENSES.with(args![scope.organisation(), invoice])).await?;
    Ok(())
}
pub async fn give_back_expense(
    tx: &mut Tx,
    scope: Scope,
    spent: ExpenseId,
    invoice: InvoiceId,
) -> Result<()> {
    tx.execute(GIVE_BACK_EXPENSE.with(args![scope.organisation(), spent, invoice])).await?;
    Ok(())
}
