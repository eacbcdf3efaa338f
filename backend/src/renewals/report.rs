//! What came of renewals, by the months in which their terms end. Source: domain 7.3;
//! docs/decisions/0069.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    RenewalChange, RenewalCounts, RenewalId, RenewalMonth, RenewalReason, RenewalReasonCount,
    RenewalReport, RenewalStage, RenewalsOfCurrency, RetainerId,
};
use shared::rules::money::to_decimal;
use shared::rules::renewal::rate;
use shared::rules::units::Minor;

use super::report_store::{self, DueRow};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::http::record;
use crate::{invoices, recurring};

/// Renewals that are read at once.
const AT_ONCE: i64 = 200;

/// A renewal with what its retainer brought a month before, and brings from then on.
#[derive(Debug)]
pub(super) struct Due {
    row: DueRow,
    currency: String,
    before: i64,
    after: i64,
}

/// Renewals of clients whose terms end in some months, with the first days of the months and of the one
/// after.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) months: Vec<NaiveDate>,
    last: NaiveDate,
    due: Vec<Due>,
}

/// Reads them all.
///
/// # Errors
/// At the field: months that a report cannot have.
pub(super) async fn read(
    tx: &mut Tx,
    scope: Scope,
    asked: (Option<NaiveDate>, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<Found> {
    let today = invoices::today(tx, scope, now).await?;
    let ends = recurring::months(asked, today)?;
    let months: Vec<NaiveDate> = ends.iter().skip(1).map(|day| recurring::first(*day)).collect();
    let last = ends.last().copied().unwrap_or(today);
    let first = months.first().copied().unwrap_or(today);
    // A term that ends with a month is told with it: the day after is of the next.
    let days = (first.succ_opt().unwrap_or(first), days_end(last));
    let due = all(tx, scope, days, now).await?;
    Ok(Found { months, last, due })
}

/// The day after the first one without service of a term that ends with its last day.
fn days_end(last: NaiveDate) -> NaiveDate {
    let next = last.succ_opt().unwrap_or(last);
    next.succ_opt().unwrap_or(next)
}

/// Every renewal of a client whose term ends from one day on and before another.
async fn all(
    tx: &mut Tx,
    scope: Scope,
    days: (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<Vec<Due>> {
    let mut found = Vec::new();
    let mut after: Option<(NaiveDate, RenewalId)> = None;
    loop {
        let rows = report_store::due(tx, scope, days, after, AT_ONCE).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = Some((last.due_on, last.id));
        let open = rows.iter().filter(|row| row.decided_at.is_none());
        let ids: Vec<RetainerId> = open.map(|row| row.retainer_id).collect();
        let taxes = invoices::included(tx, scope, &ids).await?;
        let mut brings: HashMap<RetainerId, (i64, String)> = HashMap::new();
        for book in Book::agreed(tx, scope, &ids, now, None).await? {
            let monthly = invoices::agreed_monthly(&book, taxes.get(&book.head.id))?.0;
            brings.insert(book.head.id, (monthly, book.currency().to_owned()));
        }
        found.extend(rows.into_iter().filter_map(|row| told(row, &brings)));
    }
}

fn told(row: DueRow, brings: &HashMap<RetainerId, (i64, String)>) -> Option<Due> {
    // What was decided is told as it was then.
    let then = row.was_minor.zip(row.currency.clone());
    let (before, currency) = then.or_else(|| brings.get(&row.retainer_id).cloned())?;
    let after = match row.stage {
        RenewalStage::Won => row.mrr_minor.unwrap_or_default(),
        _ => 0,
    };
    Some(Due { row, currency, before, after })
}

/// The first day of the month in which the last day of its term lies.
fn month(of: &Due) -> NaiveDate {
    recurring::first(of.row.due_on.pred_opt().unwrap_or(of.row.due_on))
}

/// What came of them, by month and reason.
///
/// # Errors
/// Those of the rules.
pub(super) fn report(found: &Found) -> Result<RenewalReport> {
    let mut currencies: BTreeMap<&str, Vec<&Due>> = BTreeMap::new();
    for one in &found.due {
        currencies.entry(&one.currency).or_default().push(one);
    }
    let told = |(currency, all): (&str, Vec<&Due>)| {
        let months = found.months.iter().map(|first| {
            let of = all.iter().copied().filter(|one| month(one) == *first);
            Ok(RenewalMonth { month: *first, counts: counts(of)? })
        });
        Ok(RenewalsOfCurrency {
            currency: currency.to_owned(),
            whole: counts(all.iter().copied())?,
            months: months.collect::<Result<_>>()?,
            reasons: reasons(&all),
        })
    };
    Ok(RenewalReport {
        from: found.months.first().copied().unwrap_or(found.last),
        to: found.last,
        currencies: currencies.into_iter().map(told).collect::<Result<_>>()?,
    })
}

fn counts<'a>(of: impl Iterator<Item = &'a Due>) -> Result<RenewalCounts> {
    let mut sums = RenewalCounts::default();
    let mut kept = 0;
    for one in of {
        sums.due += 1;
        sums.due_minor += one.before;
        match one.row.stage {
            RenewalStage::Won => {
                match one.row.change {
                    Some(RenewalChange::Expanded) => sums.expanded += 1,
                    Some(RenewalChange::Reduced) => sums.reduced += 1,
                    Some(RenewalChange::Same) | None => sums.same += 1,
                }
                sums.won_before_minor += one.before;
                sums.won_minor += one.after;
                kept += one.after.min(one.before);
            }
            RenewalStage::Lost => {
                sums.lost += 1;
                sums.lost_minor += one.before;
            }
            _ => {
                sums.open += 1;
                sums.open_minor += one.before;
            }
        }
    }
    let won = sums.same + sums.expanded + sums.reduced;
    sums.rate = rate(won, won + sums.lost)?;
    sums.kept_rate = rate(kept, sums.won_before_minor + sums.lost_minor)?;
    Ok(sums)
}

fn reasons(all: &[&Due]) -> Vec<RenewalReasonCount> {
    let mut sums: BTreeMap<(bool, RenewalReason), (i64, i64)> = BTreeMap::new();
    for one in all {
        let Some(reason) = one.row.reason else { continue };
        let won = one.row.stage == RenewalStage::Won;
        let (count, before) = sums.entry((won, reason)).or_default();
        *count += 1;
        *before += one.before;
    }
    let told = |((won, reason), (count, before_minor))| RenewalReasonCount {
        reason,
        won,
        count,
        before_minor,
    };
    let mut told: Vec<RenewalReasonCount> = sums.into_iter().map(told).collect();
    told.sort_by_key(|one| (-one.before_minor, -one.count));
    told
}

const TITLES: [&str; 10] = [
    "Month", "Currency", "Client", "Retainer", "Stage", "Change", "Reason", "Before", "After", "Id",
];

/// A row for each, in the order of the days on which their terms end.
pub(super) fn csv(found: &Found) -> String {
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    for one in &found.due {
        let row = &one.row;
        let money = |minor: i64| to_decimal(Minor(minor), &one.currency);
        let after = if row.decided_at.is_some() { money(one.after) } else { String::new() };
        let cells = [
            month(one).format("%Y-%m").to_string(),
            one.currency.clone(),
            row.account_name.clone(),
            row.retainer_name.clone(),
            row.stage.name().to_owned(),
            row.change.map(|change| change.name().to_owned()).unwrap_or_default(),
            row.reason.map(|reason| reason.name().to_owned()).unwrap_or_default(),
            money(one.before),
            after,
            row.id.to_string(),
        ];
        record(&mut text, &cells, b',');
    }
    text
}
