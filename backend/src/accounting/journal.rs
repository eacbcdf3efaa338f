//! The documents of a period, each once, by their days.
use chrono::NaiveDate;
use shared::api::{EXPORT_DAYS_MAX, EXPORT_MAX, PaymentKind, StatementKind, TaxRate};
use shared::rules::billing::journal::{self, Account, Entry, Part, TaxPart};
use shared::rules::money::{Decimal, is_currency};
use shared::rules::units::Minor;
use shared::rules::zone;
use uuid::Uuid;

use super::store::{self, BilledRow, Of, PaidRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::invoices;
use crate::invoices::store::TaxKept;

/// What is booked.
#[derive(Debug)]
pub struct Document {
    pub id: Uuid,
    pub kind: StatementKind,
    pub day: NaiveDate,
    /// Of an invoice or credit note its own, of a payment what the bank calls it.
    pub number: String,
    pub client: String,
    pub currency: String,
    /// Whether some line has several taxes: no rate alone says what its tax is of.
    pub stacked: bool,
    pub of: Booked,
}

/// Which way, and how much.
#[derive(Debug)]
pub enum Booked {
    /// What clients owe changes by this; to their favour if it is turned round.
    Billed(Vec<Part>, bool),
    /// Money comes in there; out if it is turned round.
    Paid(Account, i64, bool),
}

impl Document {
    /// # Errors
    /// Sums that do not fit: none that can happen.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        Ok(match &self.of {
            Booked::Billed(parts, turned) => journal::billed(parts, *turned)?,
            Booked::Paid(to, amount, turned) => journal::paid(*to, Minor(*amount), *turned)?,
        })
    }
}

/// The documents between two days, both included, in one currency or all.
///
/// # Errors
/// At the field: a last day before the first, or too far from it; a currency that is none; more
/// than an export holds.
pub async fn documents(
    tx: &mut Tx,
    scope: Scope,
    ((from, to), currency): ((NaiveDate, NaiveDate), Option<String>),
) -> Result<Vec<Document>> {
    if from > to {
        return Err(Error::field("to", "end_before_start"));
    }
    if (to - from).num_days() >= EXPORT_DAYS_MAX {
        return Err(Error::field("from", "out_of_range"));
    }
    if currency.as_ref().is_some_and(|code| !is_currency(code)) {
        return Err(Error::field("currency", "currency_unknown"));
    }
    let zone = zone::zone(&invoices::zone_of(tx, scope).await?)?;
    let begins = zone::first_instant(zone, from);
    let ends = zone::first_instant(zone, to.succ_opt().unwrap_or(to));
    let of = Of { from, to, instants: (begins, ends), currency };
    let mut all = Vec::new();
    for row in store::issued(tx, scope, &of).await? {
        let day = row.day;
        all.push(billed(tx, scope, row, (StatementKind::Invoice, day)).await?);
    }
    for row in store::voided(tx, scope, &of).await? {
        let day = zone::local_date(zone, row.at.unwrap_or(begins));
        all.push(billed(tx, scope, row, (StatementKind::Void, day)).await?);
    }
    for row in store::credited(tx, scope, &of).await? {
        let day = row.day;
        all.push(billed(tx, scope, row, (StatementKind::CreditNote, day)).await?);
    }
    for row in store::paid(tx, scope, &of, false).await? {
        all.push(paid(row, None));
    }
    for row in store::paid(tx, scope, &of, true).await? {
        let day = row.reversed_on;
        all.push(paid(row, day));
    }
    if all.len() > EXPORT_MAX {
        return Err(Error::field("to", "out_of_range"));
    }
    all.sort_by(|one, other| {
        let key = |of: &Document| (of.day, of.kind);
        key(one)
            .cmp(&key(other))
            .then_with(|| (&one.number, one.id).cmp(&(&other.number, other.id)))
    });
    Ok(all)
}

async fn billed(
    tx: &mut Tx,
    scope: Scope,
    row: BilledRow,
    (kind, day): (StatementKind, NaiveDate),
) -> Result<Document> {
    let taxes = taxes(tx, scope, &row, kind).await?;
    let parts = journal::parts(Minor(row.net_minor), &taxes)?;
    let told = parts.iter().filter(|part| part.rate.is_some());
    let stacked = told.zip(&row.taxes.0).any(|(part, kept)| part.net.0 != kept.base);
    Ok(Document {
        id: row.id,
        kind,
        day,
        number: invoices::numbered(&row.series, row.number),
        client: row.client,
        currency: row.currency,
        stacked,
        of: Booked::Billed(parts, kind != StatementKind::Invoice),
    })
}

/// The taxes of a document, each with the net that it is told under: with several taxes a line, its
/// first. Where all lines have the same taxes, or one tax each, the document says so by itself.
async fn taxes(
    tx: &mut Tx,
    scope: Scope,
    row: &BilledRow,
    kind: StatementKind,
) -> Result<Vec<TaxPart>> {
    let mut parts = Vec::with_capacity(row.taxes.0.len());
    for of in &row.taxes.0 {
        let rate: Decimal = of.percent.parse()?;
        parts.push(TaxPart { rate, base: Minor(of.base), tax: Minor(of.tax) });
    }
    if parts.len() < 2 || parts.iter().all(|part| part.base.0 == row.net_minor) {
        return Ok(parts);
    }
    parts.iter_mut().for_each(|part| part.base = Minor(0));
    for (taxes, net) in store::lines(tx, scope, (kind, row.id)).await? {
        let Some(first) = taxes.0.first().map(TaxRate::tax) else { continue };
        let same =
            |(of, part): (&TaxKept, &TaxPart)| of.code == first.code && part.rate == first.rate;
        if let Some(place) = row.taxes.0.iter().zip(&parts).position(same) {
            parts[place].base.0 += net;
        }
    }
    Ok(parts)
}

/// A payment or refund, or that it was taken back on a day.
fn paid(row: PaidRow, back: Option<NaiveDate>) -> Document {
    let refund = row.kind == PaymentKind::Refund;
    let to = if row.collected { Account::Collected } else { Account::Bank };
    let kind = match (back, refund) {
        (Some(_), _) => StatementKind::Reversal,
        (None, true) => StatementKind::Refund,
        (None, false) => StatementKind::Payment,
    };
    Document {
        id: row.id,
        kind,
        day: back.unwrap_or(row.day),
        number: row.reference.unwrap_or_default(),
        client: row.client,
        currency: row.currency,
        stacked: false,
        of: Booked::Paid(to, row.amount_minor, refund != back.is_some()),
    }
}
