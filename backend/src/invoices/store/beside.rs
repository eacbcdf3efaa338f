//! What was agreed beside the price of the cycles, and the invoice that took it.
use shared::api::{AdjustmentId, ScopeChangeId};

use super::*;

/// The fee of a change order that was accepted and that no invoice took.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AgreedFee {
    pub id: ScopeChangeId,
    pub number: i64,
    pub effective_on: NaiveDate,
    pub decided_at: DateTime<Utc>,
    pub fee_minor: i64,
    pub reason: String,
    pub request_title: Option<String>,
}
stmt!(
    AGREED_FEES = "
    SELECT s.id, s.number, s.effective_on, s.decided_at, s.fee_minor, s.reason,
        (SELECT MIN(q.title) FROM requests q WHERE q.organisation_id = s.organisation_id
            AND q.retainer_id = s.retainer_id AND q.scope_change_id = s.id) AS request_title
    FROM scope_changes s
    WHERE s.organisation_id = $1 AND s.retainer_id = $2 AND s.state = 'accepted'
        AND s.fee_minor > 0
        AND NOT EXISTS (SELECT 1 FROM billed_changes b
            WHERE b.organisation_id = s.organisation_id AND b.scope_change_id = s.id)
    ORDER BY s.number"
);
/// What was agreed for a fee that no invoice took, whether it holds already or not.
pub async fn agreed_fees(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Vec<AgreedFee>> {
    Ok(tx.all(AGREED_FEES.with(args![scope.organisation(), retainer])).await?)
}

/// The price of what was bought and not taken back, and that no invoice took.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Purchase {
    pub id: AdjustmentId,
    pub effective_on: NaiveDate,
    pub starts_on: Option<NaiveDate>,
    pub created_at: DateTime<Utc>,
    pub price_minor: i64,
    pub reason: String,
}
stmt!(
    PURCHASES = "
    SELECT a.id, a.effective_on, a.starts_on, a.created_at, a.price_minor, a.reason
    FROM adjustments a
    WHERE a.organisation_id = $1 AND a.retainer_id = $2 AND a.price_minor IS NOT NULL
        AND a.undone_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM billed_purchases b
            WHERE b.organisation_id = a.organisation_id AND b.adjustment_id = a.id)
    ORDER BY a.id"
);
/// What was bought at a price that no invoice took.
pub async fn purchases(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<Purchase>> {
    Ok(tx.all(PURCHASES.with(args![scope.organisation(), retainer])).await?)
}
stmt!(
    BOUGHT_ON = "
    SELECT invoice_id FROM billed_purchases WHERE organisation_id = $1 AND adjustment_id = $2"
);
/// The invoice that took the price of what was bought.
pub async fn bought_on(
    tx: &mut Tx,
    scope: Scope,
    bought: AdjustmentId,
) -> Result<Option<InvoiceId>> {
    let found: Option<(InvoiceId,)> =
        tx.opt(BOUGHT_ON.with(args![scope.organisation(), bought])).await?;
    Ok(found.map(|(id,)| id))
}

stmt!(
    TAKE_PURCHASE = "
    INSERT INTO billed_purchases (organisation_id, adjustment_id, invoice_id) VALUES ($1, $2, $3)"
);
stmt!(
    GIVE_BACK_PURCHASES = "
    DELETE FROM billed_purchases WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    GIVE_BACK_PURCHASE = "
    DELETE FROM billed_purchases
    WHERE organisation_id = $1 AND adjustment_id = $2 AND invoice_id = $3"
);
pub(super) async fn take_purchase(
    tx: &mut Tx,
    scope: Scope,
    bought: AdjustmentId,
    invoice: InvoiceId,
) -> std::result::Result<u64, DbError> {
    tx.execute(TAKE_PURCHASE.with(args![scope.organisation(), bought, invoice])).await
}
pub async fn give_back_purchase(
    tx: &mut Tx,
    scope: Scope,
    bought: AdjustmentId,
    invoice: InvoiceId,
) -> Result<()> {
    tx.execute(GIVE_BACK_PURCHASE.with(args![scope.organisation(), bought, invoice])).await?;
    Ok(())
}

stmt!(
    TAKE_CHANGE = "
    INSERT INTO billed_changes (organisation_id, scope_change_id, invoice_id) VALUES ($1, $2, $3)"
);
stmt!(
    GIVE_BACK_CHANGES = "
    DELETE FROM billed_changes WHERE organisation_id = $1 AND invoice_id = $2"
);
stmt!(
    GIVE_BACK_CHANGE = "
    DELETE FROM billed_changes
    WHERE organisation_id = $1 AND scope_change_id = $2 AND invoice_id = $3"
);
pub(super) async fn take_change(
    tx: &mut Tx,
    scope: Scope,
    change: ScopeChangeId,
    invoice: InvoiceId,
) -> std::result::Result<u64, DbError> {
    tx.execute(TAKE_CHANGE.with(args![scope.organisation(), change, invoice])).await
}
pub(super) async fn give_back_agreed(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<()> {
    for statement in [GIVE_BACK_CHANGES, GIVE_BACK_PURCHASES] {
        tx.execute(statement.with(args![scope.organisation(), invoice])).await?;
    }
    Ok(())
}
pub(super) async fn give_back_change(
    tx: &mut Tx,
    scope: Scope,
    change: ScopeChangeId,
    invoice: InvoiceId,
) -> Result<()> {
    tx.execute(GIVE_BACK_CHANGE.with(args![scope.organisation(), change, invoice])).await?;
    Ok(())
}

/// An invoice that counts, as it was made.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Made {
    pub seq: i64,
    pub purpose: Purpose,
    pub revision: i64,
    pub created_at: DateTime<Utc>,
}
stmt!(
    MADE_SINCE = "
    SELECT i.seq, i.purpose, i.revision, i.created_at FROM invoices i
    WHERE i.organisation_id = $1 AND i.retainer_id = $2 AND i.state <> 'void'
        AND i.created_at > $3
        AND NOT EXISTS (SELECT 1 FROM invoices v WHERE v.organisation_id = i.organisation_id
            AND v.retainer_id = i.retainer_id AND v.voided_at >= i.created_at)
        AND NOT EXISTS (SELECT 1 FROM invoice_discards d
            WHERE d.organisation_id = i.organisation_id AND d.retainer_id = i.retainer_id
                AND d.discarded_at >= i.created_at)
        AND NOT EXISTS (SELECT 1 FROM credit_notes n
            WHERE n.organisation_id = i.organisation_id AND n.retainer_id = i.retainer_id
                AND n.kind = 'correction' AND n.issued_at >= i.created_at)
        AND NOT EXISTS (SELECT 1 FROM billing_settings s
            WHERE s.organisation_id = i.organisation_id AND s.changed_at >= i.created_at)
        AND NOT EXISTS (SELECT 1 FROM retainer_billing b
            WHERE b.organisation_id = i.organisation_id AND b.retainer_id = i.retainer_id
                AND b.changed_at >= i.created_at)"
);
/// The invoices of a retainer that were made after an instant, and since whose making nothing was
/// given back and nobody changed how it is billed.
pub async fn made_since(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    since: DateTime<Utc>,
) -> Result<Vec<Made>> {
    Ok(tx.all(MADE_SINCE.with(args![scope.organisation(), retainer, since])).await?)
}
