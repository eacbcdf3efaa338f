//! What each client brings at the end of each month.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use shared::api::{AccountId, RECURRING_AHEAD_MAX, RECURRING_MONTHS_MAX, RetainerId, TaxRate};
use shared::rules::recurring::Course;
use shared::rules::revenue;
use shared::rules::units::Minor;

use super::store::{self, ClientRow};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::invoices;

/// Retainers that are read at once.
const AT_ONCE: i64 = 200;

/// A client in one currency.
#[derive(Debug)]
pub struct Client {
    pub account_id: AccountId,
    pub name: String,
    pub course: Course,
    /// A whole year of what it brings at the end of the last month.
    pub yearly: i64,
    /// Of months to come, what its retainers that end until then bring on their last day, less what
    /// those bring that begin until then: below zero, nothing is open.
    pub ending: Vec<i64>,
}

/// The months of a report and its clients by currency.
#[derive(Debug)]
pub struct Clients {
    /// The last days of the months, in order; the first is of the one before the first.
    pub months: Vec<NaiveDate>,
    pub today: NaiveDate,
    pub currencies: BTreeMap<String, Vec<Client>>,
}

/// The first day of a month.
pub(crate) fn first(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}
fn last(day: NaiveDate) -> NaiveDate {
    let next = first(day).checked_add_months(Months::new(1));
    next.and_then(|next| next.pred_opt()).unwrap_or(day)
}
/// Months since a common one.
pub(super) fn count(day: NaiveDate) -> i32 {
    day.year() * 12 + i32::try_from(day.month0()).unwrap_or(0)
}

/// The last days of the months from one day to another, and of the month before. If none are named, it
/// is the twelve months up to this one.
///
/// # Errors
/// At the field: a last month before the first, more months than a report has, or too far ahead.
pub(crate) fn months(
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    today: NaiveDate,
) -> Result<Vec<NaiveDate>> {
    let back = |day: NaiveDate, by: u32| day.checked_sub_months(Months::new(by)).unwrap_or(day);
    let to = to.unwrap_or_else(|| today.max(from.unwrap_or(today)));
    let from = first(from.unwrap_or_else(|| back(first(to), 11)));
    if count(to) < count(from) {
        return Err(Error::field("to", "end_before_start"));
    }
    if count(to) - count(today) > RECURRING_AHEAD_MAX {
        return Err(Error::field("to", "out_of_range"));
    }
    if count(to) - count(from) >= RECURRING_MONTHS_MAX {
        return Err(Error::field("from", "out_of_range"));
    }
    let mut months = vec![last(back(from, 1))];
    let mut month = Some(from);
    while let Some(day) = month.filter(|day| count(*day) <= count(to)) {
        months.push(last(day));
        month = day.checked_add_months(Months::new(1));
    }
    Ok(months)
}

/// A retainer, and the taxes that its price includes.
struct Brings<'a> {
    book: &'a Book,
    taxes: Option<&'a Vec<TaxRate>>,
}

impl Brings<'_> {
    /// What it brings a month on a day.
    fn on(&self, day: NaiveDate) -> Result<Minor> {
        invoices::monthly(self.book, self.taxes, day)
    }

    /// Whether it brought anything at the end of a month before one.
    fn before(&self, month: NaiveDate) -> Result<bool> {
        let mut day = last(self.book.head.starts_on);
        while day < month {
            if self.on(day)? > Minor(0) {
                return Ok(true);
            }
            match day.succ_opt() {
                Some(next) => day = last(next),
                None => break,
            }
        }
        Ok(false)
    }
}

/// Reads what was agreed with all clients.
///
/// # Errors
/// Those of [`months`]; those of the database.
pub async fn clients(
    tx: &mut Tx,
    scope: Scope,
    asked: (Option<NaiveDate>, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<Clients> {
    let today = invoices::today(tx, scope, now).await?;
    let months = months(asked, today)?;
    let mut found = Found::new();
    let mut after: Option<RetainerId> = None;
    loop {
        let rows = store::clients(tx, scope, after, AT_ONCE).await?;
        let Some(end) = rows.last() else { break };
        after = Some(end.id);
        let ids: Vec<RetainerId> = rows.iter().map(|row| row.id).collect();
        let rows: HashMap<RetainerId, ClientRow> =
            rows.into_iter().map(|row| (row.id, row)).collect();
        let taxes = invoices::included(tx, scope, &ids).await?;
        for book in Book::agreed(tx, scope, &ids, now, None).await? {
            let Some(row) = rows.get(&book.head.id) else { continue };
            let brings = Brings { book: &book, taxes: taxes.get(&book.head.id) };
            add(&mut found, row, (&brings, &months), today)?;
        }
    }
    let mut currencies: BTreeMap<String, Vec<Client>> = BTreeMap::new();
    for ((currency, _), client) in found {
        currencies.entry(currency).or_default().push(client);
    }
    Ok(Clients { months, today, currencies })
}

type Found = BTreeMap<(String, AccountId), Client>;

/// The client of a retainer in a currency.
fn client<'a>(
    found: &'a mut Found,
    row: &ClientRow,
    (currency, months): (&str, usize),
) -> &'a mut Client {
    found.entry((currency.to_owned(), row.account_id)).or_insert_with(|| Client {
        account_id: row.account_id,
        name: row.account_name.clone(),
        course: Course { before: false, months: vec![Minor(0); months] },
        yearly: 0,
        ending: vec![0; months],
    })
}

fn add(
    found: &mut Found,
    row: &ClientRow,
    (brings, months): (&Brings<'_>, &[NaiveDate]),
    today: NaiveDate,
) -> Result<()> {
    let (book, end) = (brings.book, brings.book.series.end());
    let who = (book.currency(), months.len());
    for (place, day) in months.iter().enumerate() {
        let monthly = brings.on(*day)?.0;
        if monthly != 0 {
            let client = client(found, row, who);
            client.course.months[place].0 += monthly;
            if *day > today && book.head.starts_on > today {
                client.ending[place] -= monthly;
            }
        }
        if let Some(eve) =
            end.filter(|end| today < *end && end <= day).and_then(|end| end.pred_opt())
        {
            client(found, row, who).ending[place] += brings.on(eve)?.0;
        }
    }
    if let Some((price, interval)) =
        months.last().map(|day| invoices::price_on(book, brings.taxes, *day)).transpose()?.flatten()
    {
        client(found, row, who).yearly += revenue::arr(price, interval)?.0;
    }
    if let Some(month) = months.first()
        && brings.before(*month)?
    {
        client(found, row, who).course.before = true;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_told_by_their_last_days_with_the_one_before() {
        let today = day("2026-03-31");
        let year = months((None, None), today).unwrap();
        assert_eq!((year.len(), year[0], year[12]), (13, day("2025-03-31"), today));
        let some = months((Some(day("2024-02-29")), Some(day("2024-03-01"))), today).unwrap();
        assert_eq!(some, [day("2024-01-31"), day("2024-02-29"), day("2024-03-31")]);
        let ahead = months((Some(day("2026-05-05")), None), today).unwrap();
        assert_eq!(ahead, [day("2026-04-30"), day("2026-05-31")]);
        let refused =
            |from: &str, to: &str| months((Some(day(from)), Some(day(to))), today).is_err();
        assert!(refused("2026-02-01", "2026-01-31"));
        assert!(refused("2023-01-01", "2026-01-31"));
        assert!(!refused("2023-01-01", "2025-12-31"));
        assert!(refused("2027-04-01", "2027-04-01"));
    }
}
