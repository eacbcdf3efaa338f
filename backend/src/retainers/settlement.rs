//! What the end of a retainer moves in its last cycle. Source: domain 2.12.
use chrono::NaiveDate;
use shared::api::{Settlement, TerminationPolicy};
use shared::rules::amendment::terminate;
use shared::rules::cycle::Series;
use shared::rules::proration::Timing;
use shared::rules::units::Minor;

use crate::cycles::Book;
use crate::error::Result;

/// The settlement of a retainer that ends on a day; none if it is open-ended, or ends in a pause.
///
/// # Errors
/// Those of the rules.
pub fn of(
    book: &Book,
    ends_on: Option<NaiveDate>,
    policy: Option<TerminationPolicy>,
) -> Result<Option<Settlement>> {
    let Some(end) = ends_on else { return Ok(None) };
    let rule = &book.head.series.0;
    let pauses = rule.pauses.clone();
    // The cycle as it would be without the end.
    let whole = Series::new(book.head.starts_on, rule.interval, rule.anchor, None, pauses)?;
    let last = end.pred_opt().and_then(|day| whole.cycle_on(day));
    let Some((cycle, terms)) = last.and_then(|cycle| Some((cycle, book.terms_on(cycle.start)?)))
    else {
        return Ok(None);
    };
    let price = &terms.row.terms.0.price;
    let policy = policy.unwrap_or_default();
    let moved = terminate(&cycle, end, Minor(price.amount_minor), Timing::Advance, policy)?;
    Ok(Some(Settlement {
        policy,
        starts_on: cycle.start,
        used_days: moved.used_days,
        unused_days: moved.unused_days,
        nominal_days: moved.nominal_days,
        credit_minor: moved.credit.0,
        due_minor: moved.due.0,
        currency: price.currency.clone(),
    }))
}
