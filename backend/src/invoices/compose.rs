//! What the invoice of a cycle holds: its price, what earlier ones came to be, and overage.
use chrono::NaiveDate;
use shared::api::{
    AdjustmentId, BillingSettingsSet, CHANGE_ORDER, CycleId, ExpenseId, InvoiceLineKind, LINE_MAX,
    PoolId, RetainerBillingSet, ScopeChangeId, TaxRate, TerminationPolicy, Timing,
};
use shared::rules::billing::BillingRule;
use shared::rules::cycle::Cycle;
use shared::rules::money::{Invoice, InvoiceTotals, Line, TaxMode, TaxRounding};
use shared::rules::scale;
use shared::rules::units::Minor;
use shared::rules::versions::{Share, shares};

use super::store::{AgreedFee, Purchase, Spent, Unbilled};
use crate::cycles::Book;
use crate::cycles::store::CycleRow;
use crate::error::Result;

/// A cycle of the calendar, and what is kept of it once it is made.
pub type Kept = (Cycle, Option<CycleRow>);

/// A line to write, without tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub kind: InvoiceLineKind,
    pub text: Option<String>,
    pub of_seq: Option<i64>,
    pub days: Option<(NaiveDate, NaiveDate)>,
    pub overage: Option<(CycleId, PoolId)>,
    pub change: Option<ScopeChangeId>,
    pub bought: Option<AdjustmentId>,
    pub spent: Option<ExpenseId>,
    pub quantity: i64,
    pub price: (i64, i64),
    /// What is taken off quantity times price.
    pub discount: i64,
    pub amount: i64,
}

impl Written {
    fn of(kind: InvoiceLineKind, cycle: &Cycle, days: (NaiveDate, NaiveDate), amount: i64) -> Self {
        Self {
            kind,
            text: None,
            of_seq: Some(i64::from(cycle.seq)),
            days: Some(days),
            overage: None,
            change: None,
            bought: None,
            spent: None,
            quantity: 1,
            price: (amount, 1),
            discount: 0,
            amount,
        }
    }

    /// The line, with what it came to before its discount.
    fn off(self, before: i64) -> Self {
        Self { price: (before, 1), discount: before - self.amount, ..self }
    }
}

/// How the cycles of a book are billed.
pub fn rule(
    book: &Book,
    settings: &BillingSettingsSet,
    billing: &RetainerBillingSet,
) -> BillingRule {
    let activated_on = book.head.activated_at.map(|at| book.zones.local_date(at));
    BillingRule {
        timing: billing.timing,
        lead_days: billing.lead_days,
        // Days of grace may differ by version; they are added where the cycle is known.
        grace_days: 0,
        activated_on,
        first_partial: book.head.series.0.first_partial,
        terms: billing.terms.unwrap_or(settings.terms),
    }
}

/// The day a cycle is billed, its own days of grace counted.
///
/// # Errors
/// Those of the rules.
pub fn issue_on(book: &Book, rule: &BillingRule, cycle: &Cycle) -> Result<NaiveDate> {
    let kept = book.row(cycle.seq).and_then(|row| book.terms_of(row));
    let terms = kept.or_else(|| book.terms_on(cycle.start));
    let grace_days = terms.map_or(0, |terms| terms.grace_days());
    Ok(BillingRule { grace_days, ..*rule }.issue_on(cycle)?)
}

/// The first cycle numbered `first` or later that is billed here, with the day; none if the
/// calendar ends before.
///
/// # Errors
/// Those of the rules.
pub fn planned(
    book: &Book,
    rule: &BillingRule,
    first: u32,
    starts_on: NaiveDate,
) -> Result<Option<(Cycle, NaiveDate)>> {
    let mut seq = first;
    while let Some(cycle) = book.series.cycle(seq) {
        let on = issue_on(book, rule, &cycle)?;
        if on >= starts_on {
            return Ok(Some((cycle, on)));
        }
        seq += 1;
    }
    Ok(None)
}

/// The days of a cycle that are due: those it has, or all of them if its end was agreed to cost
/// the cycle in full. Source: domain 2.12.
fn due_days(book: &Book, cycle: &Cycle, policy: Option<TerminationPolicy>) -> Result<Cycle> {
    let ends_here = book.head.ends_on == Some(cycle.end);
    if !ends_here || policy != Some(TerminationPolicy::None) {
        return Ok(*cycle);
    }
    let whole = book.head.series.series(book.head.starts_on, None)?;
    Ok(whole.cycle_on(cycle.start).unwrap_or(*cycle))
}

/// The price of a cycle: in advance that of the version it began under and what amendments in it
/// move; in arrears the days of each version. Source: domain 2.5, 2.7, 2.11.
///
/// # Errors
/// Those of the rules.
pub fn fee(
    book: &Book,
    (cycle, row): &Kept,
    (timing, policy): (Timing, Option<TerminationPolicy>),
) -> Result<Vec<Written>> {
    let days = due_days(book, cycle, policy)?;
    let Some(charged) = book.head.series.0.first_partial.charged(&days) else {
        return Ok(Vec::new());
    };
    let prices = book.prices_in(cycle, row.as_ref(), cycle.end);
    let before = book.undiscounted_in(cycle, row.as_ref());
    let line = |(place, (share, before)): (usize, (&Share, &Share))| {
        let amends = timing == Timing::Advance && place > 0;
        let kind = if amends { InvoiceLineKind::Correction } else { InvoiceLineKind::Fee };
        let served = (share.from.max(cycle.start), share.to.min(cycle.end));
        let line = Written::of(kind, cycle, served, share.amount.0);
        // What an amendment moves is told as it is: it may give back.
        if amends { line } else { line.off(before.amount.0) }
    };
    let before = shares(&charged, &before, timing)?;
    let shares = shares(&charged, &prices, timing)?;
    let mut lines: Vec<Written> = shares.iter().zip(&before).enumerate().map(line).collect();
    lines.retain(|line| line.amount != 0);
    Ok(lines)
}

/// What the price of an earlier cycle came to be, less what was billed of it.
///
/// # Errors
/// Those of the rules.
pub fn correction(
    book: &Book,
    cycle: Option<&Kept>,
    (seq, days, billed): (i64, (NaiveDate, NaiveDate), i64),
    terms: (Timing, Option<TerminationPolicy>),
) -> Result<Option<Written>> {
    let due: i64 = match cycle {
        // It was left out by a pause or an end: nothing of it is due.
        None => 0,
        Some(cycle) => fee(book, cycle, terms)?.iter().map(|line| line.amount).sum(),
    };
    Ok(corrects(seq, days, due - billed))
}

/// A line that moves what was billed of a cycle; none if it moves nothing.
pub fn corrects(seq: i64, days: (NaiveDate, NaiveDate), amount: i64) -> Option<Written> {
    let line = || Written {
        kind: InvoiceLineKind::Correction,
        text: None,
        of_seq: Some(seq),
        days: Some(days),
        overage: None,
        change: None,
        bought: None,
        spent: None,
        quantity: 1,
        price: (amount, 1),
        discount: 0,
        amount,
    };
    (amount != 0).then(line)
}

/// What a closed cycle left to be billed, at the rate of its terms.
///
/// # Errors
/// Those of the rules.
pub fn overage(book: &Book, row: &Unbilled) -> Result<Written> {
    let terms = book.terms.iter().find(|terms| terms.row.id == row.terms_id);
    let pool = book.pool(row.pool_id).map(|pool| pool.pool.key.clone()).unwrap_or_default();
    let agreed = terms.and_then(|terms| terms.row.terms.0.pool(&pool));
    let rate = agreed.map(|agreed| agreed.policy(0).overage);
    let rate = rate.map(|overage| (overage.rate_minor.0, overage.rate_per.0));
    // By whatever rate it came to its amount, the amount is what was frozen.
    let fits =
        |(price, per): &(i64, i64)| scale(row.quantity, *price, *per) == Ok(row.amount_minor);
    let price = rate.filter(fits).unwrap_or((row.amount_minor, row.quantity));
    Ok(Written {
        kind: InvoiceLineKind::Overage,
        text: None,
        of_seq: Some(row.seq),
        days: Some((row.starts_on, row.ends_on)),
        overage: Some((row.cycle_id, row.pool_id)),
        change: None,
        bought: None,
        spent: None,
        quantity: row.quantity,
        price,
        discount: 0,
        amount: row.amount_minor,
    })
}

/// The fee of a change order, by the number of the order and what was asked for.
pub fn agreed(row: &AgreedFee) -> Written {
    let what = row.request_title.as_deref().unwrap_or(&row.reason);
    let text = format!("{CHANGE_ORDER} {}: {}", row.number, first_line(what));
    Written { change: Some(row.id), ..beside(&text, row.fee_minor) }
}

/// What was spent for the client, in the words with which it was.
pub fn spent(row: &Spent) -> Written {
    Written { spent: Some(row.id), ..beside(first_line(&row.what), row.amount_minor) }
}

/// A line as its invoice prices: what was spent is recorded without tax, and where prices include
/// tax its line does.
///
/// # Errors
/// Those of the rules.
pub fn priced(line: &Written, taxes: &[TaxRate], tax_mode: TaxMode) -> Result<Written> {
    if line.spent.is_none() || tax_mode == TaxMode::Exclusive {
        return Ok(line.clone());
    }
    let whole = totals(&[(line.amount, taxes.to_vec())], TaxMode::Exclusive)?.total.0;
    Ok(Written { price: (whole, 1), amount: whole, ..line.clone() })
}

/// The price of what was bought, in the words with which it was.
pub fn bought(row: &Purchase) -> Written {
    Written { bought: Some(row.id), ..beside(first_line(&row.reason), row.price_minor) }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

fn beside(text: &str, amount: i64) -> Written {
    Written {
        kind: InvoiceLineKind::Agreed,
        text: Some(text.chars().take(LINE_MAX).collect()),
        of_seq: None,
        days: None,
        overage: None,
        change: None,
        bought: None,
        spent: None,
        quantity: 1,
        price: (amount, 1),
        discount: 0,
        amount,
    }
}

/// What lines come to with these taxes. Source: domain 5.5.
///
/// # Errors
/// Those of the rules.
pub fn totals(lines: &[(i64, Vec<TaxRate>)], tax_mode: TaxMode) -> Result<InvoiceTotals> {
    let line = |(amount, taxes): &(i64, Vec<TaxRate>)| Line {
        quantity: 1i64.into(),
        unit_price: Minor(*amount).into(),
        discount: None,
        taxes: taxes.iter().map(TaxRate::tax).collect(),
    };
    let lines = lines.iter().map(line).collect();
    let invoice = Invoice { lines, discount: None, tax_mode, tax_rounding: TaxRounding::Line };
    Ok(invoice.totals()?)
}
