//! An invoice as the API shows it.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{Invoice, InvoiceId, InvoiceLine, InvoiceState, InvoiceSummary, InvoiceTax};
use shared::rules::billing::status;

use super::settle;
use super::store::{self, InvoiceRow, LineRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// As lists show it.
pub fn summary(row: &InvoiceRow, today: NaiveDate) -> InvoiceSummary {
    let open = settle::open(row);
    let draft = row.state == InvoiceState::Draft;
    let (status, late_days) = status(&open, today);
    InvoiceSummary {
        id: row.id,
        number: row.numbered(),
        state: row.state,
        account_id: row.account_id,
        account_name: row.account_name.clone(),
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name.clone(),
        seq: row.seq,
        purpose: row.purpose,
        revision: row.revision,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        issue_on: row.issue_on,
        due_on: row.due_on,
        currency: row.currency.clone(),
        net_minor: row.net_minor,
        tax_minor: row.tax_minor,
        total_minor: row.total_minor,
        credited_minor: row.credited_minor,
        paid_minor: row.paid_minor,
        balance_minor: if draft { 0 } else { open.balance.0 },
        status: (!draft).then_some(status),
        late_days: if draft { 0 } else { late_days },
        before_minor: row.before_minor,
        differences: Vec::new(),
        held: draft && row.held,
        version: row.version,
    }
}

fn line(row: LineRow) -> InvoiceLine {
    InvoiceLine {
        position: row.position,
        kind: row.kind,
        text: row.text,
        seq: row.of_seq,
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        cycle_id: row.cycle_id,
        scope_change_id: row.scope_change_id,
        adjustment_id: row.adjustment_id,
        expense_id: row.expense_id,
        pool: row.pool_key,
        unit: row.unit,
        quantity: row.quantity,
        price_minor: row.price_minor,
        price_per: row.price_per,
        discount_minor: row.discount_minor,
        amount_minor: row.amount_minor,
        taxes: row.taxes.0,
        net_minor: row.net_minor,
        tax_minor: row.tax_minor,
        credited_minor: row.credited_minor,
    }
}

/// What is owed of each tax.
pub fn taxes(kept: Vec<store::TaxKept>) -> Vec<InvoiceTax> {
    let tax = |kept: store::TaxKept| InvoiceTax {
        code: kept.code,
        percent: kept.percent,
        base_minor: kept.base,
        tax_minor: kept.tax,
    };
    kept.into_iter().map(tax).collect()
}

/// An invoice with its lines.
///
/// # Errors
/// `not_found`.
pub async fn invoice(
    tx: &mut Tx,
    scope: Scope,
    id: InvoiceId,
    now: DateTime<Utc>,
) -> Result<Invoice> {
    let row = store::find(tx, scope, id).await?;
    let lines = store::lines(tx, scope, id).await?;
    let summary = summary(&row, settle::today(tx, scope, now).await?);
    Ok(Invoice {
        id,
        summary,
        lines: lines.into_iter().map(line).collect(),
        tax_mode: row.tax_mode(),
        taxes: taxes(row.taxes.0),
        note: row.note,
        parties: row.parties.map(|parties| parties.0),
        created_at: row.created_at,
        issued_at: row.issued_at,
        voided_at: row.voided_at,
        void_reason: row.void_reason,
        version: row.version,
    })
}
