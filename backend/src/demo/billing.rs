//! A year of invoices: drafted by the terms, issued on their day; this month's still wait.
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use shared::api::{
    AccountId, BillingSettingsSet, InvoiceId, PaymentTerms, RetainerId, TaxMode, TaxRate,
};

use super::work;
use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;
use crate::invoices;

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
            let found = db.read(async |tx| invoices::find(tx, scope, id).await).await?;
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
    db.write(issue).await
}

fn settings(starts_on: NaiveDate) -> BillingSettingsSet {
    BillingSettingsSet {
        legal_name: "Fieldwork Studio GmbH".into(),
        address: "Hafenstraße 12\n20457 Hamburg".into(),
        tax_id: Some("DE123456789".into()),
        taxes: vec![TaxRate { code: "VAT".into(), percent: "19".into() }],
        tax_mode: TaxMode::Exclusive,
        terms: PaymentTerms::NetDays { days: 14 },
        prefix: String::new(),
        starts_on,
    }
}
