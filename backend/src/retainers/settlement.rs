//! What the end of a retainer moves in its last cycle. Source: domain 2.12.
use chrono::NaiveDate;
use shared::api::{Settlement, TerminationPolicy};
use shared::rules::versions::terminate;

use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;
use crate::invoices;

/// The settlement of a retainer that ends on a day, or in a pause that lasts until then: of the last
/// cycle with service. None if it is open-ended.
///
/// # Errors
/// Those of the rules and the database.
pub async fn of(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (ends_on, policy): (Option<NaiveDate>, Option<TerminationPolicy>),
) -> Result<Option<Settlement>> {
    let Some(end) = ends_on else { return Ok(None) };
    let rule = &book.head.series.0;
    // The cycle as it would be without the end.
    let whole = rule.series(book.head.starts_on, None)?;
    let until = rule.series(book.head.starts_on, Some(end))?.stop().unwrap_or(end);
    let last = until.pred_opt().and_then(|day| whole.cycle_on(day));
    let Some(cycle) = last else { return Ok(None) };
    let row = cycles::row_of(tx, scope, book, cycle.seq).await?;
    let prices = book.prices_in(&cycle, row.as_ref(), until);
    if prices.is_empty() {
        return Ok(None);
    }
    let policy = policy.unwrap_or_default();
    let charged = rule.first_partial.granted(&cycle);
    let (billing, _) = invoices::settings_of(tx, scope, book.head.id).await?;
    let (moved, amended) = terminate(&charged, until, &prices, (billing.timing, policy))?;
    Ok(Some(Settlement {
        policy,
        starts_on: cycle.start,
        used_days: (until - cycle.start).num_days(),
        unused_days: moved.unused_days,
        nominal_days: moved.nominal_days,
        amended_minor: amended.0,
        credit_minor: moved.credit.0,
        due_minor: moved.due.0,
        currency: book.currency().to_owned(),
    }))
}
