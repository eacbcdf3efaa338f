//! What a client is asked to approve, by the books as they are now.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{ApprovalOffer, PoolId, RetainerState, Unit};
use shared::rules::units::{Minor, Quantity};

use crate::cycles::Book;
use crate::error::Result;
use crate::invoices::Taxed;

/// What is asked as the books have it now; an offer that says something else holds no longer.
#[derive(Debug, PartialEq)]
pub(super) struct Figures {
    pub(super) starts_on: NaiveDate,
    pub(super) ends_on: NaiveDate,
    pub(super) approved_before: i64,
    pub(super) price_minor: Option<i64>,
    pub(super) amount_minor: i64,
    pub(super) total_minor: Option<i64>,
    pub(super) currency: String,
    pub(super) tax_included: Option<bool>,
}

impl Figures {
    pub(super) fn of(offer: &ApprovalOffer) -> Self {
        Self {
            starts_on: offer.starts_on,
            ends_on: offer.ends_on,
            approved_before: offer.approved_before,
            price_minor: offer.price_minor,
            amount_minor: offer.amount_minor,
            total_minor: offer.total_minor,
            currency: offer.currency.clone(),
            tax_included: offer.tax_included,
        }
    }
}

/// None where nothing can be approved: the cycle is closed or due to be, the pool asks no more, or the
/// retainer has ended.
///
/// # Errors
/// Those of the rules.
pub(super) fn figures(
    (book, tax): (&Book, Option<&Taxed>),
    (seq, pool): (i64, PoolId),
    units: i64,
    now: DateTime<Utc>,
) -> Result<Option<Figures>> {
    let running = book.head.state != RetainerState::Ended;
    let row = book.open.iter().find(|row| row.seq == seq && now < row.closes_at && running);
    let Some((row, pool)) = row.zip(book.pool(pool)) else { return Ok(None) };
    let rules = pool.rules_in(row).filter(|_| pool.asks_in(row));
    let Some(overage) = rules.map(|rules| rules.policy.overage) else { return Ok(None) };
    let approved = pool.approved(seq).map_or(0, |found| found.units);
    let amount = overage.cost_of_more(Quantity(approved), Quantity(units))?.0;
    let priced = amount > 0 && pool.pool.unit != Unit::Money;
    let currency = pool.kept(row).map(|terms| terms.row.terms.0.price.currency.clone());
    Ok(Some(Figures {
        starts_on: row.starts_on,
        ends_on: row.ends_on,
        approved_before: approved,
        price_minor: priced.then_some(overage.rate_minor.0),
        amount_minor: amount,
        total_minor: tax.map(|tax| tax.total(Minor(amount))).transpose()?.map(|total| total.0),
        currency: currency.unwrap_or_else(|| book.currency().to_owned()),
        tax_included: tax.and_then(Taxed::included),
    }))
}
