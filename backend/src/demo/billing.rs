//! A year of invoices: drafted by the terms, issued on their day; this month's still wait.
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use shared::api::{
    AccountId, BillingSettingsSet, CreditKind, CreditLine, InvoiceId, InvoiceLine, Language, Money,
    NewCreditNote, NewPayment, PaidInvoice, Paper, PaymentMethod, PaymentTerms, RetainerId,
    TaxMode, TaxRate,
};

use super::work;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::{invoices, payments};

/// How the agency bills, and what it has billed so far.
pub async fn fill(
    db: &Db,
    scope: Scope,
    clients: &[(AccountId, RetainerId)],
    now: DateTime<Utc>,
) -> Result<()> {
    let month = now.date_naive().with_day(1).unwrap_or_else(|| now.date_naive());
    let year_ago = month.checked_sub_months(Months::new(12)).unwrap_or(month);
    let settings = settings(year_ago);
    let began = work::noon(year_ago);
    db.write(async |tx| invoices::agree(tx, scope, (&settings, 0), began).await).await?;
    let mut drafts: Vec<(NaiveDate, InvoiceId)> = Vec::new();
    for (_, retainer) in clients {
        let made = db.write(async |tx| invoices::due(tx, scope, *retainer, now).await).await?;
        for id in made.made {
            let found = db.read(async |tx| invoices::find(tx, scope, id, now).await).await?;
            drafts.push((found.summary.issue_on, id));
        }
    }
    // Numbers are given in the order of the days.
    drafts.sort();
    let past: Vec<_> = drafts.into_iter().filter(|(day, _)| *day < month).collect();
    let issue = async |tx: &mut _| {
        for (day, id) in &past {
            invoices::issue(tx, scope, (*id, 1), work::noon(*day)).await?;
        }
        Ok(())
    };
    db.write(issue).await?;
    let credit = async |tx: &mut _| match past.len().checked_sub(9).map(|place| past[place]) {
        Some((day, id)) => given(tx, scope, (id, day), now).await,
        None => Ok(()),
    };
    db.write(credit).await?;
    for (place, (day, id)) in past.iter().enumerate() {
        let (id, on) = (*id, *day + Days::new(9 + 5 * (place as u64 % 4)));
        if on > now.date_naive() {
            continue;
        }
        let pays = async |tx: &mut _| paid(tx, scope, (id, on, place), now).await;
        db.write(pays).await?;
    }
    Ok(())
}

/// Most invoices are paid in the weeks after; one in eleven in part, one in seventeen not yet.
async fn paid(
    tx: &mut Tx,
    scope: Scope,
    (id, on, place): (InvoiceId, NaiveDate, usize),
    now: DateTime<Utc>,
) -> Result<()> {
    let open = invoices::find(tx, scope, id, now).await?.summary;
    let amount_minor = match place {
        place if place % 17 == 16 => return Ok(()),
        place if place % 11 == 10 => open.balance_minor / 2,
        _ => open.balance_minor,
    };
    if amount_minor == 0 {
        return Ok(());
    }
    let new = NewPayment {
        account_id: open.account_id,
        amount: Money { amount_minor, currency: open.currency },
        paid_on: on,
        method: PaymentMethod::Transfer,
        reference: open.number,
        note: None,
        invoices: Some(vec![PaidInvoice { invoice_id: id, amount_minor }]),
    };
    payments::record(tx, scope, &new, work::noon(on)).await?;
    Ok(())
}

/// A tenth of an invoice is given back a week later.
async fn given(
    tx: &mut Tx,
    scope: Scope,
    (id, day): (InvoiceId, NaiveDate),
    now: DateTime<Utc>,
) -> Result<()> {
    let invoice = invoices::find(tx, scope, id, now).await?;
    let tenth = |line: &InvoiceLine| CreditLine {
        position: line.position,
        net_minor: Some(line.net_minor / 10),
    };
    let note = NewCreditNote {
        kind: CreditKind::Goodwill,
        reason: "The launch was a week late".into(),
        lines: invoice.lines.iter().take(1).map(tenth).collect(),
    };
    let later = work::noon(day + Days::new(7)).min(now);
    invoices::credit(tx, scope, id, &note, later).await?;
    Ok(())
}

fn settings(starts_on: NaiveDate) -> BillingSettingsSet {
    BillingSettingsSet {
        automatic: false,
        legal_name: "Fieldwork Studio GmbH".into(),
        address: "Hafenstraße 12\n20457 Hamburg".into(),
        tax_id: Some("DE123456789".into()),
        taxes: vec![TaxRate { code: "VAT".into(), percent: "19".into() }],
        tax_mode: TaxMode::Exclusive,
        terms: PaymentTerms::NetDays { days: 14 },
        prefix: String::new(),
        credit_prefix: "CN-".into(),
        starts_on,
        country: Some("DE".into()),
        language: Language::En,
        paper: Paper::A4,
        iban: Some("DE89370400440532013000".into()),
        bic: Some("COBADEFFXXX".into()),
        logo_id: None,
        tax_note: None,
        ledger_accounts: None,
    }
}
