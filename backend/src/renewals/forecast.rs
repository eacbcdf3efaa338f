//! What the contracts of clients will probably bring a month. Source: domain 7.7; docs/decisions/0069.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Months, NaiveDate, Utc};
use shared::api::{
    AccountId, FORECAST_MONTHS, ForecastMonth, ForecastOfCurrency, RenewalForecast, RenewalStage,
    RetainerId, RetainerState, TaxRate,
};
use shared::rules::health::HealthBand;
use shared::rules::money::to_decimal;
use shared::rules::renewal::expected;
use shared::rules::units::Minor;

use super::report_store::{self, Talk};
use super::rule;
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::http::record;
use crate::recurring::{self, ClientRow};
use crate::{account_health, invoices};

/// Retainers that are read at once.
const AT_ONCE: i64 = 200;

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
    let mut contracts = Vec::new();
    let mut after: Option<RetainerId> = None;
    loop {
        let rows = recurring::retainers_of_clients(tx, scope, after, AT_ONCE).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        contracts.extend(some(tx, scope, (&rows, today, &ends), now).await?);
    }
    Ok(Ahead { ends, contracts })
}

/// What is known of the ends of the terms of some retainers.
struct Ends {
    /// By retainer, the last one last.
    talks: HashMap<RetainerId, Vec<Talk>>,
    /// Those whose end was agreed while they ran.
    ended: HashSet<RetainerId>,
}

impl Ends {
    async fn read(
        tx: &mut Tx,
        scope: Scope,
        (ids, today): (&[RetainerId], NaiveDate),
    ) -> Result<Self> {
        let mut talks: HashMap<RetainerId, Vec<Talk>> = HashMap::new();
        for talk in report_store::talks(tx, scope, ids, today).await? {
            talks.entry(talk.retainer_id).or_default().push(talk);
        }
        let ended = report_store::ended_later(tx, scope, ids).await?.into_iter().collect();
        Ok(Self { talks, ended })
    }

    /// How likely a renewal at the end of the present term is, in per cent: by what somebody said of
    /// it, or by its stage and how the client stands.
    fn probability(&self, book: &Book, due_on: Option<NaiveDate>, band: Option<HealthBand>) -> i64 {
        let talks = self.talks.get(&book.head.id).map(Vec::as_slice).unwrap_or_default();
        let of_term = |talk: &&Talk| match talk.stage {
            RenewalStage::Lost => Some(talk.ends_on.unwrap_or(talk.due_on)) == due_on,
            RenewalStage::Won => false,
            _ => Some(talk.due_on) == due_on,
        };
        let talk = talks.iter().rfind(of_term);
        let stage = talk.map_or(RenewalStage::Upcoming, |talk| talk.stage);
        let said = talk.and_then(|talk| talk.probability).filter(|_| stage.is_talked_about());
        let leaves = || stage == RenewalStage::Upcoming && self.leaves(book, talks);
        said.unwrap_or_else(|| if leaves() { 0 } else { stage.probability(band) })
    }

    /// Whether an end was agreed that is not the end of a term that was won.
    fn leaves(&self, book: &Book, talks: &[Talk]) -> bool {
        let end = book.head.ends_on;
        let won = |talk: &Talk| talk.stage == RenewalStage::Won && talk.ends_on == end;
        end.is_some() && self.ended.contains(&book.head.id) && !talks.iter().any(won)
    }
}

async fn some(
    tx: &mut Tx,
    scope: Scope,
    (rows, today, ends): (&[ClientRow], NaiveDate, &[NaiveDate]),
    now: DateTime<Utc>,
) -> Result<Vec<Contract>> {
    let ids: Vec<RetainerId> = rows.iter().map(|row| row.id).collect();
    let accounts: Vec<AccountId> = rows.iter().map(|row| row.account_id).collect();
    let rows: HashMap<RetainerId, &ClientRow> = rows.iter().map(|row| (row.id, row)).collect();
    let health = account_health::shorts(tx, scope, &accounts).await?;
    let taxes = invoices::included(tx, scope, &ids).await?;
    let known = Ends::read(tx, scope, (&ids, today)).await?;
    let mut books = Book::agreed(tx, scope, &ids, now, None).await?;
    books.retain(|book| book.head.state == RetainerState::Active);
    let terms = rule::terms_of(tx, scope, &books.iter().collect::<Vec<_>>()).await?;
    let mut found = Vec::new();
    for book in &books {
        let id = book.head.id;
        let Some(row) = rows.get(&id) else { continue };
        let due_on = terms.get(&id).map(|(_, due_on)| *due_on);
        let band = health.get(&row.account_id).and_then(|health| health.band);
        found.push(Contract {
            id,
            client: row.account_name.clone(),
            currency: book.currency().to_owned(),
            due_on,
            probability: known.probability(book, due_on, band),
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
