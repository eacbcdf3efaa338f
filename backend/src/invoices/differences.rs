//! What a draft is made of beside the invoice before it of the same retainer, by what lines are for.
use std::collections::{BTreeMap, HashMap};

use shared::api::{InvoiceDifference, InvoiceId, InvoicePart, InvoiceState};

use super::store::{self, InvoiceRow, SumRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What each part of an invoice comes to, as its lines are priced.
type Parts = BTreeMap<InvoicePart, i64>;

/// Those of the drafts among some invoices, read at once.
///
/// # Errors
/// Those of the database.
pub async fn of(
    tx: &mut Tx,
    scope: Scope,
    rows: &[InvoiceRow],
) -> Result<HashMap<InvoiceId, Vec<InvoiceDifference>>> {
    let drafts: Vec<&InvoiceRow> =
        rows.iter().filter(|row| row.state == InvoiceState::Draft).collect();
    if drafts.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<InvoiceId> = drafts.iter().map(|row| row.id).collect();
    let before = store::ones_before(tx, scope, &ids).await?;
    let all: Vec<InvoiceId> = ids.iter().chain(before.values()).copied().collect();
    let mut lines: HashMap<InvoiceId, Vec<SumRow>> = HashMap::new();
    for row in store::sums_by_part(tx, scope, &all).await? {
        lines.entry(row.invoice_id).or_default().push(row);
    }
    let parts = |id: &InvoiceId, total: i64| {
        parts(lines.get(id).map(Vec::as_slice).unwrap_or_default(), total)
    };
    let one = |row: &InvoiceRow| {
        let before = before.get(&row.id).zip(row.before_minor);
        let before = before.map(|(id, total)| parts(id, total)).unwrap_or_default();
        (row.id, compared(&parts(&row.id, row.total_minor), &before))
    };
    Ok(drafts.into_iter().map(one).collect())
}

/// What is taken off a price stands apart from it, and so does the tax that comes on top.
fn parts(lines: &[SumRow], total: i64) -> Parts {
    let mut parts = Parts::new();
    let mut rest = total;
    for line in lines {
        *parts.entry(line.part).or_default() += line.amount_minor;
        *parts.entry(InvoicePart::Discount).or_default() -= line.discount_minor;
        rest -= line.amount_minor - line.discount_minor;
    }
    *parts.entry(InvoicePart::Tax).or_default() += rest;
    let may_be_left_out = [InvoicePart::Discount, InvoicePart::Tax];
    parts.retain(|part, amount| *amount != 0 || !may_be_left_out.contains(part));
    parts
}

fn compared(now: &Parts, before: &Parts) -> Vec<InvoiceDifference> {
    let one = |part: InvoicePart| {
        let (amount, was) = (now.get(&part).copied(), before.get(&part).copied());
        amount.or(was)?;
        Some(InvoiceDifference {
            part,
            amount_minor: amount,
            before_minor: was,
            difference_minor: amount.unwrap_or(0) - was.unwrap_or(0),
        })
    };
    InvoicePart::ALL.iter().copied().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn line(part: InvoicePart, amount_minor: i64, discount_minor: i64) -> SumRow {
        SumRow { invoice_id: InvoiceId(Uuid::nil()), part, amount_minor, discount_minor }
    }

    #[test]
    fn differences_add_up_to_that_of_the_totals() {
        let before =
            parts(&[line(InvoicePart::Fee, 1_000, 100), line(InvoicePart::Expense, 50, 0)], 1_140);
        let now =
            parts(&[line(InvoicePart::Fee, 1_000, 0), line(InvoicePart::Overage, 200, 0)], 1_440);
        let all = compared(&now, &before);
        let told: Vec<_> =
            all.iter().map(|one| (one.part, one.amount_minor, one.before_minor)).collect();
        assert_eq!(
            told,
            [
                (InvoicePart::Fee, Some(1_000), Some(1_000)),
                (InvoicePart::Discount, None, Some(-100)),
                (InvoicePart::Overage, Some(200), None),
                (InvoicePart::Expense, None, Some(50)),
                (InvoicePart::Tax, Some(240), Some(190)),
            ]
        );
        let sum: i64 = all.iter().map(|one| one.difference_minor).sum();
        assert_eq!(sum, 1_440 - 1_140);
    }
}
