//! Cohorts: clients by the time in which they began, and what of them is left.
use std::ops::Range;

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use shared::api::{Cohort, CohortBy, CohortPeriod, CohortReport, CohortsOfCurrency};
use shared::rules::cohorts;
use shared::rules::money::to_decimal;
use shared::rules::units::Minor;

use super::clients::{Client, Clients, clients, count, first};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::record;
use crate::invoices;

/// Quarters of a report where nobody said how many.
const QUARTERS: u32 = 12;

/// What is asked for: the length of a period, and days of the first and the last month.
pub type Asked = (CohortBy, (Option<NaiveDate>, Option<NaiveDate>));

/// Who began between two months, and what of them is left at the end of each period until the last.
///
/// # Errors
/// At the field: a last month that is to come; months that a report cannot have.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    (by, (from, to)): Asked,
    now: DateTime<Utc>,
) -> Result<CohortReport> {
    let today = invoices::today(tx, scope, now).await?;
    let to = to.unwrap_or(today);
    if count(to) > count(today) {
        return Err(Error::field("to", "out_of_range"));
    }
    let from = begins(by, from, to);
    let found = clients(tx, scope, (from, Some(to)), now).await?;
    let periods = periods(by, &found.months);
    let currencies = found.currencies.iter();
    let told = currencies.map(|(currency, of)| in_currency(&found, (currency, of), &periods));
    let mut currencies = told.collect::<Result<Vec<_>>>()?;
    currencies.retain(|of| !of.cohorts.is_empty());
    Ok(CohortReport {
        from: found.months.get(1).map_or(today, |day| first(*day)),
        to: found.months.last().copied().unwrap_or(today),
        by,
        currencies,
    })
}

/// A day of the first month: that of its quarter, where quarters are told.
fn begins(by: CohortBy, from: Option<NaiveDate>, to: NaiveDate) -> Option<NaiveDate> {
    let back = |day: NaiveDate, by: u32| first(day).checked_sub_months(Months::new(by));
    match by {
        CohortBy::Month => from,
        CohortBy::Quarter => match from {
            Some(from) => back(from, from.month0() % 3),
            None => back(to, to.month0() % 3 + 3 * (QUARTERS - 1)),
        },
    }
}

/// The places of the months of each period; the first month is the one before the first.
fn periods(by: CohortBy, months: &[NaiveDate]) -> Vec<Range<usize>> {
    let of = |place: usize| match by {
        CohortBy::Month => count(months[place]),
        CohortBy::Quarter => count(months[place]).div_euclid(3),
    };
    let mut periods: Vec<Range<usize>> = Vec::new();
    for place in 1..months.len() {
        match periods.last_mut() {
            Some(last) if of(last.start) == of(place) => last.end = place + 1,
            _ => periods.push(place..place + 1),
        }
    }
    periods
}

fn in_currency(
    found: &Clients,
    (currency, clients): (&str, &[Client]),
    periods: &[Range<usize>],
) -> Result<CohortsOfCurrency> {
    let made = cohorts::cohorts(clients.iter().map(|one| &one.course), periods)?;
    let mut told = Vec::new();
    for (place, (cohort, period)) in made.iter().zip(periods).enumerate() {
        let mut left = Vec::with_capacity(cohort.left.len());
        for (of, until) in cohort.left.iter().zip(&periods[place..]) {
            let Some((clients_left, mrr_left)) = cohort.shares(*of)? else { continue };
            left.push(CohortPeriod {
                ends_on: found.months[until.end - 1],
                clients: of.clients,
                mrr_minor: of.brings.0,
                clients_left,
                mrr_left,
            });
        }
        if cohort.clients > 0 {
            told.push(Cohort {
                starts_on: first(found.months[period.start]),
                clients: cohort.clients,
                began_minor: cohort.began.0,
                periods: left,
            });
        }
    }
    Ok(CohortsOfCurrency { currency: currency.to_owned(), cohorts: told })
}

const TITLES: [&str; 10] = [
    "Currency",
    "Began",
    "Clients",
    "MRR",
    "Period",
    "Until",
    "Clients left",
    "MRR left",
    "Clients %",
    "MRR %",
];

/// The report as a sheet: a row for each period of each cohort.
pub fn csv(report: &CohortReport) -> String {
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    for of in &report.currencies {
        let money = |minor: i64| to_decimal(Minor(minor), &of.currency);
        for cohort in &of.cohorts {
            for (place, period) in cohort.periods.iter().enumerate() {
                let cells = [
                    of.currency.clone(),
                    cohort.starts_on.format("%Y-%m").to_string(),
                    cohort.clients.to_string(),
                    money(cohort.began_minor),
                    place.to_string(),
                    period.ends_on.to_string(),
                    period.clients.to_string(),
                    money(period.mrr_minor),
                    tenths(period.clients_left),
                    tenths(period.mrr_left),
                ];
                record(&mut text, &cells, b',');
            }
        }
    }
    text
}

/// Thousandths in per cent.
fn tenths(share: i64) -> String {
    format!("{}.{}", share / 10, share % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_begin_with_their_first_month_and_the_last_one_may_be_short() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let from = |from: Option<&str>, to: &str| begins(CohortBy::Quarter, from.map(day), day(to));
        assert_eq!(from(Some("2026-03-31"), "2026-08-05"), Some(day("2026-01-01")));
        assert_eq!(from(None, "2026-08-05"), Some(day("2023-10-01")));
        let months =
            ["2025-12-31", "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"].map(day);
        assert_eq!(periods(CohortBy::Quarter, &months), [1..4, 4..5]);
        assert_eq!(periods(CohortBy::Month, &months), [1..2, 2..3, 3..4, 4..5]);
    }
}
