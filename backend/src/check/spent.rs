//! Expenses that the client is asked for: each is on one invoice that counts, and that one has taken
//! it. `CROSS JOIN` is why SQLite begins with a retainer's invoices.
use shared::api::{InvoiceId, RetainerId};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// Says which expenses of a retainer are billed twice, otherwise than they were recorded, or not by
/// the invoice that took them.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    breaches: &mut Vec<String>,
) -> Result<()> {
    for invoice in expenses_that_differ(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills another expense than was recorded"));
    }
    for invoice in expenses_not_taken(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills an expense that it did not take"));
    }
    for invoice in expenses_not_billed(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} took an expense that it does not bill"));
    }
    Ok(())
}

stmt!(
    EXPENSES_THAT_DIFFER = "
    SELECT i.id FROM invoices i CROSS JOIN invoice_lines l
    JOIN expenses a ON a.organisation_id = i.organisation_id AND a.id = l.expense_id
    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.expense_id IS NOT NULL AND i.organisation_id = $1 AND i.retainer_id = $2
        AND (a.retainer_id <> i.retainer_id OR ABS(a.amount_minor - l.net_minor) > 1
            OR a.deleted_at IS NOT NULL AND EXISTS (SELECT 1 FROM billed_expenses b
                WHERE b.organisation_id = a.organisation_id AND b.expense_id = a.id))"
);
stmt!(
    EXPENSES_NOT_TAKEN = "
    SELECT i.id FROM invoices i CROSS JOIN invoice_lines l
    LEFT JOIN billed_expenses b ON b.organisation_id = i.organisation_id
        AND b.expense_id = l.expense_id AND b.invoice_id = i.id
    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.expense_id IS NOT NULL AND i.state <> 'void'
        AND i.organisation_id = $1 AND i.retainer_id = $2
        AND b.invoice_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM credit_note_lines c
            JOIN credit_notes n ON n.organisation_id = c.organisation_id
                AND n.id = c.credit_note_id AND n.kind = 'correction'
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position)"
);
stmt!(
    EXPENSES_NOT_BILLED = "
    SELECT i.id FROM invoices i CROSS JOIN billed_expenses b
    WHERE b.organisation_id = i.organisation_id AND b.invoice_id = i.id
        AND i.organisation_id = $1 AND i.retainer_id = $2
        AND (i.state = 'void' OR NOT EXISTS (SELECT 1 FROM invoice_lines l
            WHERE l.organisation_id = b.organisation_id AND l.invoice_id = b.invoice_id
                AND l.expense_id = b.expense_id))"
);
/// Invoices with an amount that is not that of the expense it is of, or of one that was taken back. A
/// price that includes tax may be one off: its tax is rounded both ways.
async fn expenses_that_differ(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(EXPENSES_THAT_DIFFER.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
/// Invoices that count and bill an expense that they did not take, so that another may bill it too.
async fn expenses_not_taken(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(EXPENSES_NOT_TAKEN.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
/// Invoices that took an expense that they do not bill, so that none does.
async fn expenses_not_billed(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(EXPENSES_NOT_BILLED.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
