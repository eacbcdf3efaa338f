//! Fees of change orders and prices of what was bought: each is on one invoice that counts, and
//! that one has taken it. `CROSS JOIN` is why SQLite begins with a retainer's invoices.
use shared::api::{InvoiceId, RetainerId};

use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, invoices, stmt};

/// Says which fees of a retainer are billed twice, otherwise than they were agreed, or not at all.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    breaches: &mut Vec<String>,
) -> Result<()> {
    let id = book.head.id;
    for invoice in fees_that_differ(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills another fee than its change order has"));
    }
    for invoice in fees_not_taken(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills a fee that it did not take"));
    }
    for invoice in fees_not_billed(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} took a fee that it does not bill"));
    }
    for invoice in prices_that_differ(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills another price than was agreed"));
    }
    for invoice in prices_not_taken(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills a purchase that it did not take"));
    }
    for invoice in prices_not_billed(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} took a purchase that it does not bill"));
    }
    super::spent::check(tx, scope, id, breaches).await?;
    for what in invoices::left_out(tx, scope, book).await? {
        breaches.push(format!("{what} is on no invoice"));
    }
    Ok(())
}

stmt!(
    FEES_THAT_DIFFER = "
    SELECT i.id FROM invoices i CROSS JOIN invoice_lines l
    JOIN scope_changes s ON s.organisation_id = i.organisation_id AND s.id = l.scope_change_id
    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.scope_change_id IS NOT NULL AND i.organisation_id = $1 AND i.retainer_id = $2
        AND (s.retainer_id <> i.retainer_id OR s.state <> 'accepted'
            OR COALESCE(s.fee_minor, 0) <> l.amount_minor)"
);
stmt!(
    FEES_NOT_TAKEN = "
    SELECT i.id FROM invoices i CROSS JOIN invoice_lines l
    LEFT JOIN billed_changes b ON b.organisation_id = i.organisation_id
        AND b.scope_change_id = l.scope_change_id AND b.invoice_id = i.id
    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.scope_change_id IS NOT NULL AND i.state <> 'void'
        AND i.organisation_id = $1 AND i.retainer_id = $2
        AND b.invoice_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM credit_note_lines c
            JOIN credit_notes n ON n.organisation_id = c.organisation_id
                AND n.id = c.credit_note_id AND n.kind = 'correction'
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position)"
);
stmt!(
    FEES_NOT_BILLED = "
    SELECT i.id FROM invoices i CROSS JOIN billed_changes b
    WHERE b.organisation_id = i.organisation_id AND b.invoice_id = i.id
        AND i.organisation_id = $1 AND i.retainer_id = $2
        AND (i.state = 'void' OR NOT EXISTS (SELECT 1 FROM invoice_lines l
            WHERE l.organisation_id = b.organisation_id AND l.invoice_id = b.invoice_id
                AND l.scope_change_id = b.scope_change_id))"
);
/// Invoices with a fee that is not that of the change order it is of.
async fn fees_that_differ(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(FEES_THAT_DIFFER.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
/// Invoices that count and bill a fee that they did not take, so that another may bill it too.
async fn fees_not_taken(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(FEES_NOT_TAKEN.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
/// Invoices that took a fee that they do not bill, so that none does.
async fn fees_not_billed(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(FEES_NOT_BILLED.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}

stmt!(
    PRICES_THAT_DIFFER = "
    SELECT i.id FROM invoices i CROSS JOIN invoice_lines l
    JOIN adjustments a ON a.organisation_id = i.organisation_id AND a.id = l.adjustment_id
    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.adjustment_id IS NOT NULL AND i.organisation_id = $1 AND i.retainer_id = $2
        AND (a.retainer_id <> i.retainer_id OR COALESCE(a.price_minor, 0) <> l.amount_minor
            OR a.undone_at IS NOT NULL AND EXISTS (SELECT 1 FROM billed_purchases b
                WHERE b.organisation_id = a.organisation_id AND b.adjustment_id = a.id))"
);
stmt!(
    PRICES_NOT_TAKEN = "
    SELECT i.id FROM invoices i CROSS JOIN invoice_lines l
    LEFT JOIN billed_purchases b ON b.organisation_id = i.organisation_id
        AND b.adjustment_id = l.adjustment_id AND b.invoice_id = i.id
    WHERE l.organisation_id = i.organisation_id AND l.invoice_id = i.id
        AND l.adjustment_id IS NOT NULL AND i.state <> 'void'
        AND i.organisation_id = $1 AND i.retainer_id = $2
        AND b.invoice_id IS NULL
        AND NOT EXISTS (SELECT 1 FROM credit_note_lines c
            JOIN credit_notes n ON n.organisation_id = c.organisation_id
                AND n.id = c.credit_note_id AND n.kind = 'correction'
            WHERE c.organisation_id = l.organisation_id AND c.invoice_id = l.invoice_id
                AND c.line = l.position)"
);
stmt!(
    PRICES_NOT_BILLED = "
    SELECT i.id FROM invoices i CROSS JOIN billed_purchases b
    WHERE b.organisation_id = i.organisation_id AND b.invoice_id = i.id
        AND i.organisation_id = $1 AND i.retainer_id = $2
        AND (i.state = 'void' OR NOT EXISTS (SELECT 1 FROM invoice_lines l
            WHERE l.organisation_id = b.organisation_id AND l.invoice_id = b.invoice_id
                AND l.adjustment_id = b.adjustment_id))"
);
/// Invoices with a price that is not that of the purchase it is of, or of one that was taken back.
async fn prices_that_differ(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(PRICES_THAT_DIFFER.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
/// Invoices that count and bill a price that they did not take, so that another may bill it too.
async fn prices_not_taken(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(PRICES_NOT_TAKEN.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
/// Invoices that took a price that they do not bill, so that none does.
async fn prices_not_billed(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<InvoiceId>> {
    let args = args![scope.organisation(), id];
    let found: Vec<(InvoiceId,)> = tx.all(PRICES_NOT_BILLED.with(args)).await?;
    Ok(found.into_iter().map(|(id,)| id).collect())
}
