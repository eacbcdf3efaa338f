//! What the contracts of clients will probably bring a month. Source: domain 7.7; docs/decisions/0069.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Months, NaiveDate, Utc};
use shared::api::{
    AccountId, FORECAST_MONTHS, ForecastMonth, ForecastOfCurrency, RenewalForecast, RenewalStage,
    RetainerId, RetainerState, TaxRate,
};
use shared::rules::money::to_decimal;
use shared::rules::renewal::expected;
use shared::rules::units::Minor;

use super::rule;
use super::store::{self, Filter, RenewalRow};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::http::record;
use crate::recurring::{self, ClientRow};
use crate::{account_health, invoices};

/// Retainers that are read at once.
const AT_ONCE: i64 = 200;
/// No term ends later.
const FAR: Months = Months::new(1_200);

/// A contract, and what it brings in each month.
#[derive(Debug)]
pub(super) struct Contract {
    id: RetainerId,
    client: String,
    currency: String,
    /// The first day after its present term; none if no end is in sight.
    due_on: Option<NaiveDate>,
    /// How likely its renewal is, in per cent.
    probability: i64,
    /// What it brings on the last day of each month if it goes on, and whether its term is over then.
    months: Vec<(Minor, bool)>,
}

/// The last days of the months of a forecast, and every contract that runs.
#[derive(Debug)]
pub(super) struct Ahead {
    ends: Vec<NaiveDate>,
    contracts: Vec<Contract>,
}

/// Reads what was agreed with all clients.
///
/// # Errors
/// Those of the rules and the database.
pub(super) async fn read(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Ahead> {
    let today = invoices::today(tx, scope, now).await?;
    let ahead = Months::new(u32::try_from(FORECAST_MONTHS).unwrap_or(12) - 1);
    let to = recurring::first(today).checked_add_months(ahead).unwrap_or(today);
    let ends = recurring::months((Some(today), Some(to)), today)?.split_off(1);
    let talks = talks(tx, scope, today).await?;
    let mut contracts = Vec::new();
    let mut after: Option<RetainerId> = None;
    loop {
        let rows = recurring::retainers_of_clients(tx, scope, after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        contracts.extend(some(tx, scope, (&rows, &talks, &ends), now).await?);
    }
    Ok(Ahead { ends, contracts })
}

/// The renewals that are talked about, and those that were lost before their terms end, by retainer.
async fn talks(
    tx: &mut Tx,
    scope: Scope,
    today: NaiveDate,
) -> Result<HashMap<RetainerId, RenewalRow>> {
    let mut talks = HashMap::new();
    let lost = Filter {
        stage: Some(RenewalStage::Lost),
        due: Some((today, today.checked_add_months(FAR).unwrap_or(today))),
        ..Filter::default()
    };
    for filter in [lost, Filter { decided: Some(false), ..Filter::default() }] {
        let mut after = None;
        loop {
            let page = Filter { after, limit: AT_ONCE, ..filter };
            let rows = store::list(tx, scope, page).await?;
            let Some(last) = rows.last() else { break };
            after = Some((last.decide_by, last.id));
            talks.extend(rows.into_iter().map(|row| (row.retainer_id, row)));
        }
    }
    Ok(talks)
}

async fn some(
    tx: &mut Tx,
    scope: Scope,
    (rows, talks, ends): (&[ClientRow], &HashMap<RetainerId, RenewalRow>, &[NaiveDate]),
    now: DateTime<Utc>,
) -> Result<Vec<Contract>> {
    let ids: Vec<RetainerId> = rows.iter().map(|row| row.id).collect();
    let accounts: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let rows: HashMap<RetainerId, &ClientRow> = rows.iter().map(|row| (row.id, row)).collect();
    let health = account_health::shorts(tx, scope, &accounts).await?;
    let taxes = invoices::included(tx, scope, &ids).await?;
    let mut books = Book::agreed(tx, scope, &ids, now, None).await?;
    books.retain(|book| book.head.state == RetainerState::Active);
    let terms = rule::terms_of(tx, scope, &books.iter().collect::<Vec<_>>()).await?;
    let mut found = Vec::new();
    for book in &books {
        let id = book.head.id;
        let Some(row) = rows.get(&id) else { continue };
        let due_on = terms.get(&id).map(|(_, due_on)| *due_on);
        let band = health.get(&row.account_id).and_then(|health| health.band);
        let talk = talks.get(&id).filter(|talk| Some(talk.due_on) == due_on);
        let stage = talk.map_or(RenewalStage::Upcoming, |talk| talk.stage);
        let said = talk.and_then(|talk| talk.probability).filter(|_| stage.is_talked_about());
        found.push(Contract {
            id,
            client: row.account_name.clone(),
            currency: book.currency().to_owned(),
            due_on,
            probability: said.unwrap_or_else(|| stage.probability(band)),
            months: months(book, taxes.get(&id), (due_on, ends))?,
        });
    }
    Ok(found)
}

/// What a contract brings on the last day of each month; after its end, what it brought on its last.
fn months(
    book: &Book,
    taxes: Option<&Vec<TaxRate>>,
    (due_on, ends): (Option<NaiveDate>, &[NaiveDate]),
) -> Result<Vec<(Minor, bool)>> {
    let of = |day: &NaiveDate| {
        let over = due_on.is_some_and(|due| due <= *day);
        let end = book.series.end().filter(|end| over && end <= day);
        let on = end.and_then(|end| end.pred_opt()).unwrap_or(*day);
        Ok((invoices::monthly(book, taxes, on)?, over))
    };
    ends.iter().map(of).collect()
}

/// What is expected of each month.
///
/// # Errors
/// Those of the rules.
pub(super) fn forecast(ahead: &Ahead) -> Result<RenewalForecast> {
    let blank = |day: &NaiveDate| ForecastMonth {
        month: recurring::first(*day),
        certain_minor: 0,
        open_minor: 0,
        open: 0,
        likely_minor: 0,
    };
    let mut currencies: BTreeMap<&str, Vec<ForecastMonth>> = BTreeMap::new();
    for contract in &ahead.contracts {
        let months = currencies
            .entry(&contract.currency)
            .or_insert_with(|| ahead.ends.iter().map(blank).collect());
        for (month, (brings, over)) in months.iter_mut().zip(&contract.months) {
            let (brings, over) = (*brings, *over);
            month.likely_minor += expected(brings, over, contract.probability)?.0;
            match over {
                true => {
                    month.open_minor += brings.0;
                    month.open += i64::from(brings > Minor(0));
                }
                false => month.certain_minor += brings.0,
            }
        }
    }
    let told = |(currency, months): (&str, Vec<ForecastMonth>)| ForecastOfCurrency {
        currency: currency.to_owned(),
        months,
    };
    Ok(RenewalForecast { currencies: currencies.into_iter().map(told).collect() })
}

const TITLES: [&str; 8] =
    ["Month", "Currency", "Client", "Term ends", "Likely in %", "Brings", "Expected", "Id"];

/// A row for each contract and month in which it brings something.
///
/// # Errors
/// Those of the rules.
pub(super) fn csv(ahead: &Ahead) -> Result<String> {
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    for contract in &ahead.contracts {
        let money = |minor: Minor| to_decimal(minor, &contract.currency);
        for (day, (brings, over)) in ahead.ends.iter().zip(&contract.months) {
            if *brings == Minor(0) {
                continue;
            }
            let last = contract.due_on.and_then(|due| due.pred_opt());
            let likely = if *over { contract.probability } else { 100 };
            let cells = [
                day.format("%Y-%m").to_string(),
                contract.currency.clone(),
                contract.client.clone(),
                last.map(|day| day.to_string()).unwrap_or_default(),
                likely.to_string(),
                money(*brings),
                money(expected(*brings, *over, contract.probability)?),
                contract.id.to_string(),
            ];
            record(&mut text, &cells, b',');
        }
    }
    Ok(text)
}
