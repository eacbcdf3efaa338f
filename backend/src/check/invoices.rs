//! Invoices: sums that are those of their lines, overage that is the ledger's, each billed once.
use shared::api::RetainerId;
use shared::rules::scale;

use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Says which invoices of a retainer are not what they should be.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    breaches: &mut Vec<String>,
) -> Result<()> {
    for row in store::invoice_sums(tx, scope, id).await? {
        let sums = (row.lines_net, row.lines_tax, row.net_minor + row.tax_minor);
        if sums != (row.net_minor, row.tax_minor, row.total_minor) {
            breaches.push(format!("invoice {} is not the sum of its lines", row.id));
        }
    }
    for row in store::invoice_prices(tx, scope, id).await? {
        let amount = scale(row.quantity, row.price_minor, row.price_per)
            .map(|before| before.checked_sub(row.discount_minor));
        if amount != Ok(Some(row.amount_minor)) {
            let id = row.invoice_id;
            breaches.push(format!(
                "invoice {id} has a line that is not quantity times price less its discount"
            ));
        }
    }
    for invoice in store::overage_that_differs(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} bills other overage than its ledger has"));
    }
    for invoice in store::overage_not_taken(tx, scope, id).await? {
        breaches.push(format!("invoice {invoice} and what it took of closed cycles disagree"));
    }
    Ok(())
}
