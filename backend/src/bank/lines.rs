//! Lines as people see them.
use std::collections::BTreeMap;

use shared::api::{BankLine, BankLineState, InvoicePaid, PaymentId};
use shared::rules::bank::Certainty;

use super::proposals::{Names, Seen};
use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::invoices;

/// Where a line stands.
pub fn state(seen: &Seen) -> BankLineState {
    let Seen { row, proposal, .. } = seen;
    match proposal.as_ref().map(|proposal| proposal.certainty) {
        _ if row.reversal => BankLineState::Reversal,
        _ if row.payment_id.is_some() => BankLineState::Recorded,
        _ if row.aside_at.is_some() => BankLineState::Aside,
        Some(Certainty::Exact) => BankLineState::Exact,
        Some(Certainty::Likely) => BankLineState::Likely,
        Some(Certainty::Open) | None => BankLineState::Open,
    }
}

/// Lines with what they pay, or would.
///
/// # Errors
/// Those of the database.
pub async fn shown(
    tx: &mut Tx,
    scope: Scope,
    (lines, names): (Vec<Seen>, &Names),
) -> Result<Vec<BankLine>> {
    let payments: Vec<PaymentId> = lines.iter().filter_map(|line| line.row.payment_id).collect();
    let mut paid: BTreeMap<PaymentId, Vec<InvoicePaid>> = BTreeMap::new();
    if !payments.is_empty() {
        for (payment, invoice_id, series, number, amount_minor) in
            store::paid(tx, scope, &payments).await?
        {
            let number = invoices::numbered(&series, number);
            paid.entry(payment).or_default().push(InvoicePaid { invoice_id, number, amount_minor });
        }
    }
    Ok(lines.into_iter().map(|line| one(line, names, &mut paid)).collect())
}

fn one(seen: Seen, names: &Names, paid: &mut BTreeMap<PaymentId, Vec<InvoicePaid>>) -> BankLine {
    let state = state(&seen);
    let Seen { row, proposal, twin } = seen;
    let reason = proposal.as_ref().map(|proposal| proposal.reason);
    let account = row.account_id.or(proposal.as_ref().and_then(|proposal| proposal.account));
    let account_name =
        row.account_name.or_else(|| account.and_then(|id| names.accounts.get(&id).cloned()));
    let mut invoices = row.payment_id.and_then(|id| paid.remove(&id)).unwrap_or_default();
    for part in proposal.into_iter().flat_map(|proposal| proposal.parts) {
        let number = names.invoices.get(&part.id).cloned().unwrap_or_default();
        invoices.push(InvoicePaid { invoice_id: part.id, number, amount_minor: part.amount.0 });
    }
    BankLine {
        id: row.id,
        line: row.position,
        state,
        booked_on: row.booked_on,
        valued_on: row.valued_on,
        amount_minor: row.amount_minor,
        currency: row.currency,
        payer: row.payer,
        payer_account_end: row.payer_end,
        text: row.text,
        bank_reference: row.bank_reference,
        seen_before: row.import_id != row.file_id,
        reason,
        account_id: account,
        account_name,
        invoices,
        twin,
        payment_id: row.payment_id,
        taken_back_on: row.taken_back_on,
        version: row.version,
    }
}
