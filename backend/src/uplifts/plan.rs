//! Whose price would rise, from what to what and when, and whose would not.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    MONEY_MAX, NewUplift, RetainerId, TaxRate, UPLIFT_MAX, UpliftLeftOut, UpliftLine,
    UpliftPreview, UpliftReason, UpliftState, UpliftSum,
};
use shared::rules::units::Minor;
use shared::rules::uplift::{self, Rise};
use shared::rules::{RuleError, revenue};

use super::store::{self, Candidate};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::invoices;

/// Retainers that are read at once.
const AT_ONCE: i64 = 200;

/// A line, and the version of the terms whose price rises.
#[derive(Debug)]
pub struct Planned {
    pub line: UpliftLine,
    pub terms: i64,
}

/// What an uplift would do.
#[derive(Debug, Default)]
pub struct Plan {
    pub lines: Vec<Planned>,
    pub left_out: Vec<UpliftLeftOut>,
}

impl Plan {
    pub fn told(self) -> UpliftPreview {
        let lines: Vec<UpliftLine> = self.lines.into_iter().map(|one| one.line).collect();
        UpliftPreview { sums: sums(&lines), lines, left_out: self.left_out }
    }
}

/// What lines bring that wait or are applied, currency by currency.
pub fn sums(lines: &[UpliftLine]) -> Vec<UpliftSum> {
    let mut sums: BTreeMap<&str, UpliftSum> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.state.rises()) {
        let sum = sums.entry(&line.currency).or_insert_with(|| UpliftSum {
            currency: line.currency.clone(),
            retainers: 0,
            monthly_minor: 0,
        });
        sum.retainers += 1;
        sum.monthly_minor += line.monthly_minor;
    }
    sums.into_values().collect()
}

/// Plans an uplift.
///
/// # Errors
/// At `/retainers` for more than an uplift has; at `/retainers/{n}` for one that is not there.
pub async fn plan(tx: &mut Tx, scope: Scope, new: &NewUplift, now: DateTime<Utc>) -> Result<Plan> {
    let rise = new.rise().ok_or_else(|| Error::field("/percent_hundredths", "required"))?;
    let mut plan = Plan::default();
    let mut found = Vec::new();
    let mut after: Option<RetainerId> = None;
    loop {
        let rows = store::candidates(tx, scope, new, (after, AT_ONCE)).await?;
        let Some(end) = rows.last() else { break };
        after = Some(end.id);
        let ids: Vec<RetainerId> = rows.iter().map(|row| row.id).collect();
        found.extend(&ids);
        let taxes = invoices::included(tx, scope, &ids).await?;
        let leads = invoices::lead_days(tx, scope, &ids).await?;
        let mut books: HashMap<RetainerId, Book> = Book::agreed(tx, scope, &ids, now, None)
            .await?
            .into_iter()
            .map(|book| (book.head.id, book))
            .collect();
        for row in rows {
            let Some(book) = books.remove(&row.id) else { continue };
            if new.currency.as_ref().is_some_and(|only| only != book.currency()) {
                if let Some(place) = new.retainers.iter().position(|id| *id == row.id) {
                    return Err(Error::field(&format!("/retainers/{place}"), "not_allowed"));
                }
                continue;
            }
            let lead = leads.get(&row.id).copied().unwrap_or(0);
            match line(&book, &row, (rise, new), (taxes.get(&row.id), lead))? {
                Ok(planned) => plan.lines.push(planned),
                Err(reason) if plan.left_out.len() < UPLIFT_MAX => {
                    plan.left_out.push(UpliftLeftOut {
                        retainer_id: row.id,
                        retainer_name: row.name,
                        account_name: row.account_name,
                        reason,
                    });
                }
                Err(_) => {}
            }
        }
        if plan.lines.len() > UPLIFT_MAX {
            return Err(Error::field("/retainers", "too_long"));
        }
    }
    if let Some(place) = new.retainers.iter().position(|id| !found.contains(id)) {
        return Err(Error::field(&format!("/retainers/{place}"), "not_found"));
    }
    plan.lines.sort_by(|one, other| {
        let key = |of: &Planned| (of.line.account_name.clone(), of.line.retainer_name.clone());
        key(one).cmp(&key(other)).then(one.line.retainer_id.cmp(&other.line.retainer_id))
    });
    Ok(plan)
}

/// The first day of the first cycle that begins on a day or later, of those that have not begun.
pub fn first_cycle(book: &Book, from: NaiveDate) -> Option<NaiveDate> {
    book.series.cycles_from(from.max(cycles::tomorrow(book))).next().map(|cycle| cycle.start)
}

fn line(
    book: &Book,
    row: &Candidate,
    (rise, new): (Rise, &NewUplift),
    (taxes, lead): (Option<&Vec<TaxRate>>, u32),
) -> Result<std::result::Result<Planned, UpliftReason>> {
    if row.waits {
        return Ok(Err(UpliftReason::Waiting));
    }
    let Some(start) = first_cycle(book, new.from) else {
        let waits = book.series.waits();
        return Ok(Err(if waits { UpliftReason::Paused } else { UpliftReason::Ends }));
    };
    if book.terms.iter().any(|of| of.row.number > 1 && of.row.effective_from > book.today) {
        return Ok(Err(UpliftReason::Agreed));
    }
    let Some(terms) = book.terms_on(start) else { return Ok(Err(UpliftReason::NoPrice)) };
    let old = Minor(terms.row.terms.0.price.amount_minor);
    if old <= Minor(0) {
        return Ok(Err(UpliftReason::NoPrice));
    }
    if terms.row.terms.0.discount_hundredths != 0 {
        return Ok(Err(UpliftReason::Discounted));
    }
    let price = match uplift::raised(old, rise, new.rounding.step(book.currency())) {
        Ok(price) if price.0 <= MONEY_MAX => price,
        Ok(_) | Err(RuleError::TooLarge) => return Ok(Err(UpliftReason::TooLarge)),
        Err(error) => return Err(error.into()),
    };
    if price <= old {
        return Ok(Err(UpliftReason::Unchanged));
    }
    let interval = book.series.rhythm_on(start).interval;
    let monthly = |price: Minor| -> Result<i64> {
        Ok(revenue::mrr(invoices::without(price, taxes)?, interval)?.0)
    };
    let line = UpliftLine {
        retainer_id: row.id,
        retainer_name: row.name.clone(),
        account_id: row.account_id,
        account_name: row.account_name.clone(),
        currency: book.currency().to_owned(),
        old_minor: old.0,
        new_minor: price.0,
        monthly_minor: monthly(price)? - monthly(old)?,
        holds_from: start,
        agreed_on: uplift::agreed_on(start, lead).max(book.today),
        state: UpliftState::Waiting,
    };
    // The last that was agreed on, whatever day it holds from: any after it is a change.
    let latest = book.terms.iter().map(|of| of.row.number).max().unwrap_or(0);
    Ok(Ok(Planned { line, terms: latest }))
}
