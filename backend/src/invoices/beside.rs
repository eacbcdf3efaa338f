//! What was agreed beside the price of the cycles: the fees of change orders, the prices of what was
//! bought, and what was spent for the client. The invoice that comes next takes them. Source: domain
//! 1.3, 5.3; docs/decisions/0031, 0057.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AdjustmentId, ErrorCode, ExpenseId, InvoiceState, Purpose};
use shared::rules::billing::{BillingRule, due_beside};

use super::compose::{self, Written};
use super::store::{self, Made};
use super::{drafting, settings};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::{DbError, Tx};
use crate::error::Result;

/// Something that no invoice took yet.
struct Waiting {
    written: Written,
    /// What the check calls it.
    name: String,
    /// From when an invoice takes it.
    due: NaiveDate,
    agreed_at: DateTime<Utc>,
}

/// All that waits and will be due.
async fn waiting(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Vec<Waiting>> {
    let due = |holds_on, agreed_at| {
        due_beside(holds_on, book.zones.local_date(agreed_at), book.head.ends_on)
    };
    let mut all = Vec::new();
    for fee in store::agreed_fees(tx, scope, book.head.id).await? {
        let Some(due) = due(fee.effective_on, fee.decided_at) else { continue };
        let name = format!("the fee of change order {}", fee.number);
        all.push(Waiting { written: compose::agreed(&fee), name, due, agreed_at: fee.decided_at });
    }
    for bought in store::purchases(tx, scope, book.head.id).await? {
        let holds_on = bought.starts_on.unwrap_or(bought.effective_on);
        let Some(due) = due(holds_on, bought.created_at) else { continue };
        let name = format!("the price of purchase {}", bought.id);
        all.push(Waiting {
            written: compose::bought(&bought),
            name,
            due,
            agreed_at: bought.created_at,
        });
    }
    for spent in store::spent(tx, scope, book.head.id).await? {
        // Also what was spent on the last days, or afterwards.
        let due = spent.spent_on.max(book.zones.local_date(spent.created_at));
        let name = format!("expense {}", spent.id);
        all.push(Waiting {
            written: compose::spent(&spent),
            name,
            due,
            agreed_at: spent.created_at,
        });
    }
    Ok(all)
}

/// What fell due from the first day that is billed here to the last, and no invoice took.
///
/// # Errors
/// Those of the database.
pub(super) async fn due(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (first, last): (NaiveDate, NaiveDate),
) -> Result<Vec<Written>> {
    let mut all = waiting(tx, scope, book).await?;
    all.retain(|one| first <= one.due && one.due <= last);
    Ok(all.into_iter().map(|one| one.written).collect())
}

/// What is taken back may be on a draft.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Billable {
    Purchase(AdjustmentId),
    Expense(ExpenseId),
}

/// Takes what was bought or spent off the draft that asks for it; a draft with nothing else on it
/// goes.
///
/// # Errors
/// `purchase_billed` or `expense_billed` if the invoice was issued.
pub(crate) async fn unbill(tx: &mut Tx, scope: Scope, what: Billable) -> Result<()> {
    let (on, billed) = match what {
        Billable::Purchase(id) => {
            (store::bought_on(tx, scope, id).await?, ErrorCode::PurchaseBilled)
        }
        Billable::Expense(id) => (store::spent_on(tx, scope, id).await?, ErrorCode::ExpenseBilled),
    };
    let Some(id) = on else { return Ok(()) };
    let row = store::find(tx, scope, id).await?;
    if row.state != InvoiceState::Draft {
        return Err(billed.into());
    }
    let mut lines = store::lines(tx, scope, id).await?;
    lines.retain(|line| match what {
        Billable::Purchase(id) => line.adjustment_id != Some(id),
        Billable::Expense(id) => line.expense_id != Some(id),
    });
    // As when a draft is made: what was billed too much waits for enough to take it off.
    if lines.iter().map(|line| line.amount_minor).sum::<i64>() <= 0 {
        lines.retain(|line| 0 < line.amount_minor);
    }
    let done = if lines.is_empty() {
        store::drop_draft(tx, scope, &row).await?
    } else {
        match what {
            Billable::Purchase(of) => store::give_back_purchase(tx, scope, of, id).await?,
            Billable::Expense(of) => store::give_back_expense(tx, scope, of, id).await?,
        }
        let lines = lines.iter().map(|line| (line.written(), line.taxes.0.clone())).collect();
        drafting::write_lines(tx, scope, (id, row.tax_mode()), lines).await?;
        store::change(tx, scope, (id, row.version), (row.note, row.held)).await?
    };
    if done { Ok(()) } else { Err(DbError::Conflict.into()) }
}

/// What an invoice ought to have taken and none did, in the words of the check.
///
/// # Errors
/// Those of the database and of the rules.
pub(crate) async fn left_out(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Vec<String>> {
    let (billing, _) = settings::kept(tx, scope, book.head.id).await?;
    let settings = settings::of_all(tx, scope).await?.settings;
    let Some(settings) = settings.filter(|_| billing.billed) else { return Ok(Vec::new()) };
    let rule = compose::rule(book, &settings, &billing);
    let mut left = Vec::new();
    for one in waiting(tx, scope, book).await? {
        if one.due < settings.starts_on {
            continue;
        }
        for made in store::made_since(tx, scope, book.head.id, one.agreed_at).await? {
            let made_on = book.zones.local_date(made.created_at);
            // One of the same day may have been in the making.
            let after = made_on > book.zones.local_date(one.agreed_at);
            if after && issue_on(book, &rule, made, made_on)?.is_some_and(|day| one.due <= day) {
                left.push(one.name);
                break;
            }
        }
    }
    Ok(left)
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
