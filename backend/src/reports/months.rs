//! What retainers earned month by month, and what was billed and not earned at the end of each.
//! Source: domain 5.17; docs/decisions/0038.
use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::header;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use shared::api::{RetainerId, RevenueMonth, RevenueReport};
use shared::rules::margin::Standing;

use super::lines;
use super::margin::days;
use super::store::{self, Which, Window};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::http::{attachment, record};
use crate::identity;

/// Retainers that are read at once.
const AT_ONCE: i64 = 50;

const TITLES: [&str; 10] = [
    "Month",
    "Until",
    "Currency",
    "Billed (minor units)",
    "Earned",
    "Fee",
    "Overage",
    "Other",
    "Unearned",
    "Unbilled",
];

/// The months of the days `from` to `to`, this month until today.
///
/// # Errors
/// Those of [`days`], of the database and of the rules.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    (asked, which): ((Option<NaiveDate>, Option<NaiveDate>), Which),
    now: DateTime<Utc>,
) -> Result<RevenueReport> {
    let today = identity::today(tx, scope, now).await?;
    let months = months(days(asked, today)?, today);
    let mut sums = sums(tx, scope, which, &months, (today, now)).await?;
    // A currency in which all was over before the first of the months is not told.
    let is_over = |sum: &Standing| sum.unearned == 0 && sum.unbilled == 0;
    sums.retain(|_, sums| !sums.iter().all(|sum| *sum == sums[0] && is_over(sum)));
    let mut told = Vec::new();
    for (place, (month, until)) in months.iter().enumerate().skip(1) {
        for (currency, sums) in &sums {
            let of = sums[place].since(sums[place - 1])?;
            told.push(RevenueMonth {
                month: *month,
                until: *until,
                currency: currency.clone(),
                billed_minor: of.billed,
                earned_minor: of.earned()?,
                fee_minor: of.fee,
                overage_minor: of.overage,
                other_minor: of.other,
                unearned_minor: of.unearned,
                unbilled_minor: of.unbilled,
            });
        }
    }
    Ok(RevenueReport { months: told })
}

/// The first and the last day of each month, none of them to come; before them the day before.
fn months((from, until): (NaiveDate, NaiveDate), today: NaiveDate) -> Vec<(NaiveDate, NaiveDate)> {
    let first = from.with_day(1).unwrap_or(from);
    let before = first.pred_opt().unwrap_or(first);
    let mut months = vec![(before, before)];
    let mut month = first;
    while month < until {
        let Some(next) = month.checked_add_months(Months::new(1)) else { break };
        months.push((month, next.pred_opt().unwrap_or(next).min(today)));
        month = next;
    }
    months
}

/// Where all retainers stand at the end of each of these months, by currency.
async fn sums(
    tx: &mut Tx,
    scope: Scope,
    which: Which,
    months: &[(NaiveDate, NaiveDate)],
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<BTreeMap<String, Vec<Standing>>> {
    let begun = Window { from: None, until: today.succ_opt().unwrap_or(today) };
    let mut sums: BTreeMap<String, Vec<Standing>> = BTreeMap::new();
    let mut after: Option<RetainerId> = None;
    loop {
        let ids = store::billed(tx, scope, which, (after, AT_ONCE)).await?;
        let Some(last) = ids.last() else { return Ok(sums) };
        after = Some(*last);
        let cycles = store::cycles(tx, scope, &ids, begun).await?;
        for (currency, held) in lines::held(tx, scope, (&ids, &cycles), (today, now)).await? {
            let of =
                sums.entry(currency).or_insert_with(|| vec![Standing::default(); months.len()]);
            for (sum, (_, until)) in of.iter_mut().zip(months) {
                *sum = sum.plus(Standing::at(std::slice::from_ref(&held), *until)?)?;
            }
        }
    }
}

/// The report as a sheet.
pub fn sheet(report: &RevenueReport, today: NaiveDate) -> HttpResponse {
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    for row in &report.months {
        let mut cells = vec![row.month.to_string(), row.until.to_string(), row.currency.clone()];
        let figures = [
            row.billed_minor,
            row.earned_minor,
            row.fee_minor,
            row.overage_minor,
            row.other_minor,
            row.unearned_minor,
            row.unbilled_minor,
        ];
        cells.extend(figures.map(|figure| figure.to_string()));
        record(&mut text, &cells, b',');
    }
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((
            header::CONTENT_DISPOSITION,
            attachment(&format!("revenue by month {today}.csv")),
        ))
        .body(text)
}
