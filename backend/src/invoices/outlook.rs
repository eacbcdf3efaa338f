//! What comes next of the money of an account: when its retainers are billed, and until when they
//! are paid. Source: UX.md, Account.
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountOutlook, InvoiceStatus, InvoiceSummary, PAGE_MAX, RetainerId, RetainerOutlook,
};
use shared::rules::money::TaxMode;

use super::store::{self, SETTLED};
use super::{clients, compose, drafting, settings, settle, view};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

stmt!(
    RUNNING = "
    SELECT id, name FROM retainers
    WHERE organisation_id = $1 AND account_id = $2 AND state = 'active'
    ORDER BY id LIMIT 200"
);

/// What comes next, of each retainer that runs.
///
/// # Errors
/// `not_found`.
pub async fn of_account(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<AccountOutlook> {
    clients::of(tx, scope, account).await?;
    let args = args![scope.organisation(), account];
    let running: Vec<(RetainerId, String)> = tx.all(RUNNING.with(args)).await?;
    let mut items = Vec::new();
    for (retainer_id, retainer_name) in running {
        let next_on = settings::of_one(tx, scope, retainer_id, now).await?.next_on;
        let paid_until = paid_until(tx, scope, retainer_id).await?;
        items.push(RetainerOutlook { retainer_id, retainer_name, next_on, paid_until });
    }
    items.sort_by(|one, other| one.retainer_name.cmp(&other.retainer_name));
    Ok(AccountOutlook { items })
}

/// The issued invoices of an account on which something is open, what is due first before the others.
///
/// # Errors
/// Those of the database.
pub(crate) async fn waited_for(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<InvoiceSummary>> {
    let today = settle::today(tx, scope, now).await?;
    let mut rows = Vec::new();
    for status in [InvoiceStatus::Overdue, InvoiceStatus::PartiallyPaid, InvoiceStatus::Open] {
        let (status, account, limit) = (Some(status), Some(account), PAGE_MAX);
        let filter = store::Filter { status, account, today, limit, ..Default::default() };
        rows.extend(store::list(tx, scope, filter).await?);
    }
    rows.sort_by_key(|row| (row.due_on, row.id));
    rows.truncate(usize::try_from(PAGE_MAX).unwrap_or_default());
    Ok(rows.iter().map(|row| view::summary(row, today)).collect())
}

/// The last day of the cycles whose invoices are settled, before the first that is not.
async fn paid_until(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<NaiveDate>> {
    let query = Query::new("SELECT MIN(CASE WHEN i.total_minor > ")
        .text(SETTLED)
        .text(" THEN i.starts_on END) AS open_from, MAX(CASE WHEN i.total_minor <= ")
        .text(SETTLED)
        .text(" THEN i.ends_on END) AS settled_to FROM invoices i")
        .push(" WHERE i.organisation_id = ?", scope.organisation())
        .push(" AND i.retainer_id = ? AND i.state = 'issued' AND i.purpose = 'cycle'", id);
    let (open_from, settled_to): (Option<NaiveDate>, Option<NaiveDate>) = tx.one(query).await?;
    let until = settled_to.map(|to| open_from.map_or(to, |from| from.min(to)));
    Ok(until.and_then(|day| day.pred_opt()))
}

/// The next invoice of a retainer, by what is agreed now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NextBill {
    /// The cycle that it is for, `[start, end)`.
    pub days: (NaiveDate, NaiveDate),
    /// Its day.
    pub on: NaiveDate,
    /// The price of that cycle, as an invoice has it.
    pub amount_minor: i64,
    /// Taxes come on top.
    pub plus_tax: bool,
}

/// The next invoice of a retainer; none if there will be none, or nothing is billed here.
///
/// # Errors
/// Those of the rules and the database.
pub(crate) async fn next_bill(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Option<NextBill>> {
    let id = book.head.id;
    let (billing, _) = settings::kept(tx, scope, id).await?;
    let usual = settings::of_all(tx, scope).await?.settings.filter(|_| billing.billed);
    let Some(usual) = usual else { return Ok(None) };
    let rule = compose::rule(book, &usual, &billing);
    let first = store::next_seq(tx, scope, id).await?;
    let planned = compose::planned(book, &rule, first, usual.starts_on)?;
    let Some((cycle, on)) = planned else { return Ok(None) };
    let seqs = BTreeSet::from([i64::from(cycle.seq)]);
    let prices = drafting::due_prices(tx, scope, book, &seqs).await?;
    let taxes = clients::taxes(tx, scope, id, (billing.taxes, usual.taxes)).await?;
    Ok(Some(NextBill {
        days: (cycle.start, cycle.end),
        on,
        amount_minor: prices.values().sum(),
        plus_tax: usual.tax_mode == TaxMode::Exclusive && !taxes.is_empty(),
    }))
}
