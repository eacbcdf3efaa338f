//! What comes next of the money of an account: when its retainers are billed, and until when they
//! are paid. Source: UX.md, Account.
use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountOutlook, Money, PAGE_MAX, PreparedMoney, RetainerId, RetainerOutlook,
};
use shared::rules::money::{Decimal, TaxMode};

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

/// What of the invoices of an account is open in a currency, and late.
#[derive(Debug, Clone, sqlx::FromRow)]
struct OpenRow {
    currency: String,
    open_minor: i64,
    late_minor: i64,
}

/// How the money of an account stands, but for when it is billed next: what is open and late in each
/// currency, and the invoices, what is due first before the others.
///
/// # Errors
/// Those of the database.
pub(crate) async fn waited_for(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<PreparedMoney> {
    let today = settle::today(tx, scope, now).await?;
    let sums = Query::new("SELECT i.currency, CAST(SUM(i.total_minor - ")
        .text(SETTLED)
        .push(") AS BIGINT) AS open_minor, CAST(SUM(CASE WHEN i.due_on < ?", today)
        .text(" THEN i.total_minor - ")
        .text(SETTLED)
        .text(" ELSE 0 END) AS BIGINT) AS late_minor FROM invoices i")
        .push(" WHERE i.organisation_id = ?", scope.organisation())
        .push(" AND i.account_id = ? AND i.state = 'issued' AND i.total_minor > ", account)
        .text(SETTLED);
    let sums: Vec<OpenRow> = tx.all(sums.text(" GROUP BY i.currency ORDER BY i.currency")).await?;
    let sum = |of: fn(&OpenRow) -> i64| {
        let told = |row: &OpenRow| Money { amount_minor: of(row), currency: row.currency.clone() };
        sums.iter().map(told).filter(|sum| sum.amount_minor > 0).collect::<Vec<_>>()
    };
    let rows = store::waited_for(tx, scope, account, PAGE_MAX).await?;
    Ok(PreparedMoney {
        open: sum(|row| row.open_minor),
        overdue: sum(|row| row.late_minor),
        invoices: rows.iter().map(|row| view::summary(row, today)).collect(),
        next_on: None,
    })
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

/// The next invoice of a retainer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NextBill {
    /// The cycle that it is for, `[start, end)`.
    pub days: (NaiveDate, NaiveDate),
    /// Its day.
    pub on: NaiveDate,
    pub amount_minor: i64,
    pub comes_to: ComesTo,
}

/// What the amount of an invoice to be is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ComesTo {
    /// All of it: that of a draft which waits.
    Total,
    /// The price of its cycle by what is agreed now. More may be billed with it.
    Price {
        /// Taxes come on top.
        plus_tax: bool,
    },
}

stmt!(
    WAITS = "
    SELECT starts_on, ends_on, issue_on, total_minor FROM invoices
    WHERE organisation_id = $1 AND retainer_id = $2 AND state = 'draft' AND held = FALSE
        AND total_minor > 0
    ORDER BY seq, purpose, revision LIMIT 1"
);

/// The next invoice of a retainer: the first draft that waits, else that of the next cycle; none if
/// there will be none, or nothing is billed here.
///
/// # Errors
/// Those of the rules and the database.
pub(crate) async fn next_bill(tx: &mut Tx, scope: Scope, book: &Book) -> Result<Option<NextBill>> {
    let id = book.head.id;
    let (billing, _) = settings::kept(tx, scope, id).await?;
    let usual = settings::of_all(tx, scope).await?.settings.filter(|_| billing.billed);
    let Some(usual) = usual else { return Ok(None) };
    let waits: Option<(NaiveDate, NaiveDate, NaiveDate, i64)> =
        tx.opt(WAITS.with(args![scope.organisation(), id])).await?;
    if let Some((from, to, on, amount_minor)) = waits {
        // It is dated when it is issued.
        let on = on.max(book.today);
        let comes_to = ComesTo::Total;
        return Ok(Some(NextBill { days: (from, to), on, amount_minor, comes_to }));
    }
    let rule = compose::rule(book, &usual, &billing);
    let first = store::next_seq(tx, scope, id).await?;
    let planned = compose::planned(book, &rule, first, usual.starts_on)?;
    let Some((cycle, on)) = planned else { return Ok(None) };
    let seqs = BTreeSet::from([i64::from(cycle.seq)]);
    let prices = drafting::due_prices(tx, scope, book, &seqs).await?;
    let taxes = clients::taxes(tx, scope, id, (billing.taxes, usual.taxes)).await?;
    let taxed = taxes.iter().any(|tax| tax.tax().rate != Decimal::default());
    let plus_tax = usual.tax_mode == TaxMode::Exclusive && taxed;
    Ok(Some(NextBill {
        days: (cycle.start, cycle.end),
        on,
        amount_minor: prices.values().sum(),
        comes_to: ComesTo::Price { plus_tax },
    }))
}
