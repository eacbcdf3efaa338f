//! What was agreed beside the price of the cycles: the fees of change orders. The invoice that
//! comes next takes them. Source: domain 5.3; docs/decisions/0031.
use chrono::NaiveDate;
use shared::api::Purpose;
use shared::rules::billing::{BillingRule, due_beside};

use super::store::{self, AgreedFee, Made};
use super::{compose, settings};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;

/// The day from which an invoice takes a fee, and the day it was agreed on; none if it never is.
fn due_on(book: &Book, fee: &AgreedFee) -> Option<(NaiveDate, NaiveDate)> {
    let agreed_on = book.zones.local_date(fee.decided_at);
    Some((due_beside(fee.effective_on, agreed_on, book.head.ends_on)?, agreed_on))
}

/// The fees that fell due from the first day that is billed here to the last, and that no invoice
/// took.
///
/// # Errors
/// Those of the database.
pub(super) async fn due(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<AgreedFee>> {
    let mut fees = store::agreed_fees(tx, scope, book.head.id).await?;
    fees.retain(|fee| due_on(book, fee).is_some_and(|(due, _)| first <= due && due <= last));
    Ok(fees)
}

/// The numbers of the change orders whose fee an invoice ought to have taken and none did.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn left_out(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Vec<i64>> {
    let (billing, _) = settings::kept(tx, scope, book.head.id).await?;
    let settings = settings::of_all(tx, scope).await?.settings;
    let Some(settings) = settings.filter(|_| billing.billed) else { return Ok(Vec::new()) };
    let rule = compose::rule(book, &settings, &billing);
    let mut numbers = Vec::new();
    for fee in due(tx, scope, book, (settings.starts_on, NaiveDate::MAX)).await? {
        let Some((due, agreed_on)) = due_on(book, &fee) else { continue };
        for made in store::made_since(tx, scope, book.head.id, fee.decided_at).await? {
            let made_on = book.zones.local_date(made.created_at);
            // One of the same day may have been in the making.
            let after = made_on > agreed_on;
            if after && issue_on(book, &rule, made, made_on)?.is_some_and(|day| due <= day) {
                numbers.push(fee.number);
                break;
            }
        }
    }
    Ok(numbers)
}

/// The day by which an invoice was made; none if its cycle is no longer there.
fn issue_on(
    book: &Book,
    rule: &BillingRule,
    made: Made,
    made_on: NaiveDate,
) -> Result<Option<NaiveDate>> {
    if made.purpose == Purpose::Final || made.revision > 1 {
        return Ok(Some(made_on));
    }
    let cycle = u32::try_from(made.seq).ok().and_then(|seq| book.series.cycle(seq));
    let Some(cycle) = cycle else { return Ok(None) };
    Ok(Some(compose::issue_on(book, rule, &cycle)?.min(made_on)))
}
