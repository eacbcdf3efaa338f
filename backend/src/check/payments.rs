//! Payments: none pays more than it is, no invoice is paid beyond what it comes to, what was taken
//! back pays nothing, and one that came of a bank statement is what its line says.
use shared::api::{InvoiceId, PaymentId, RetainerId};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// An invoice that something was paid on.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Paid {
    id: InvoiceId,
    issued: bool,
    /// What credit notes left of it.
    left_minor: i64,
    paid_minor: i64,
    /// Rows of payments of another account or currency.
    foreign_rows: i64,
}
stmt!(
    PAID = "
    SELECT i.id, i.state = 'issued' AS issued,
        CAST(i.total_minor - COALESCE((SELECT SUM(n.total_minor) FROM credit_notes n
            WHERE n.organisation_id = i.organisation_id AND n.invoice_id = i.id), 0) AS BIGINT)
            AS left_minor,
        CAST((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id) AS BIGINT)
            AS paid_minor,
        (SELECT COUNT(*) FROM payment_allocations x
            JOIN payments p ON p.organisation_id = x.organisation_id AND p.id = x.payment_id
            WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id
                AND (p.account_id <> i.account_id OR p.currency <> i.currency
                    OR p.kind <> 'payment')) AS foreign_rows
    FROM invoices i
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND EXISTS (
        SELECT 1 FROM payment_allocations x
        WHERE x.organisation_id = i.organisation_id AND x.invoice_id = i.id)"
);

/// A payment with what it pays and what of it went back.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Used {
    id: PaymentId,
    amount_minor: i64,
    reversed: bool,
    paid_minor: i64,
    refunded_minor: i64,
}
// Payments are the account's: they are looked at with the first of its retainers.
stmt!(
    USED = "
    SELECT p.id, p.amount_minor, p.reversed_at IS NOT NULL AS reversed,
        CAST(COALESCE((SELECT SUM(x.amount_minor) FROM payment_allocations x
            WHERE x.organisation_id = p.organisation_id AND x.payment_id = p.id), 0) AS BIGINT)
            AS paid_minor,
        CAST(COALESCE((SELECT SUM(b.amount_minor) FROM payments b
            WHERE b.organisation_id = p.organisation_id AND b.payment_id = p.id
                AND b.reversed_at IS NULL), 0) AS BIGINT) AS refunded_minor
    FROM retainers r
    JOIN payments p ON p.organisation_id = r.organisation_id AND p.account_id = r.account_id
        AND p.kind = 'payment'
    WHERE r.organisation_id = $1 AND r.id = $2 AND NOT EXISTS (
        SELECT 1 FROM retainers o WHERE o.organisation_id = r.organisation_id
            AND o.account_id = r.account_id AND o.id < r.id)"
);

// The line is free again exactly when its payment was taken back.
stmt!(
    BANKED = "
    SELECT p.id FROM retainers r
    JOIN payments p ON p.organisation_id = r.organisation_id AND p.account_id = r.account_id
    JOIN bank_payments b ON b.organisation_id = p.organisation_id AND b.payment_id = p.id
    JOIN bank_lines l ON l.organisation_id = b.organisation_id AND l.id = b.line_id
    WHERE r.organisation_id = $1 AND r.id = $2
        AND (p.kind <> 'payment' OR p.amount_minor <> l.amount_minor OR p.currency <> l.currency
            OR (p.reversed_at IS NULL) <> (b.freed_at IS NULL))
        AND NOT EXISTS (
            SELECT 1 FROM retainers o WHERE o.organisation_id = r.organisation_id
                AND o.account_id = r.account_id AND o.id < r.id)"
);

/// Says which payments and paid invoices of a retainer are not what they should be.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    breaches: &mut Vec<String>,
) -> Result<()> {
    let args = args![scope.organisation(), id];
    let paid: Vec<Paid> = tx.all(PAID.with(args.clone())).await?;
    for one in paid {
        let most = if one.issued { one.left_minor } else { 0 };
        if !(0..=most).contains(&one.paid_minor) {
            breaches.push(format!("invoice {} is paid by other than it comes to", one.id));
        }
        if one.foreign_rows > 0 {
            breaches.push(format!("invoice {} is paid by another account or currency", one.id));
        }
    }
    let used: Vec<Used> = tx.all(USED.with(args.clone())).await?;
    for one in used {
        let most = if one.reversed { 0 } else { one.amount_minor };
        if one.paid_minor < 0 || one.paid_minor + one.refunded_minor > most {
            breaches.push(format!("payment {} pays more than it is", one.id));
        }
    }
    let banked: Vec<(PaymentId,)> = tx.all(BANKED.with(args)).await?;
    for (payment,) in banked {
        breaches.push(format!("payment {payment} is not what its bank line says"));
    }
    Ok(())
}
