//! What was agreed beside the price of the cycles, and the invoice that took it.
use shared::api::ScopeChangeId;

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
pub(super) async fn give_back_changes(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<()> {
    tx.execute(GIVE_BACK_CHANGES.with(args![scope.organisation(), invoice])).await?;
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
