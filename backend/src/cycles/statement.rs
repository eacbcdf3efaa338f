//! The statement of a cycle: its sums for people, its ledger as a sheet.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use chrono::{DateTime, NaiveDate, Utc};
use futures_util::stream;
use shared::api::{
    Cycle, CycleId, CycleStatus, CycleSums, ErrorCode, LedgerLine, OverageTakenBack, Statement,
};

use super::book::end_of_day;
use super::service;
use super::store;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::{PageParams, attachment, record};

/// Lines that are read at once.
const LINES_AT_ONCE: i64 = 1_000;

const TITLES: [&str; 12] = [
    "Pool",
    "Unit",
    "Line",
    "Day",
    "Kind",
    "Quantity",
    "Overage",
    "Balance",
    "Worked on",
    "Person",
    "Note",
    "Session",
];

/// What a client is told about a cycle, now or as of a day.
///
/// # Errors
/// `not_found`; at `as_of` for a day before the cycle began.
pub async fn statement(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    (now, as_of): (DateTime<Utc>, Option<NaiveDate>),
) -> Result<Statement> {
    let (book, row) = service::open_at(tx, scope, id, now, as_of).await?;
    let shown = service::shown(tx, scope, &book, std::slice::from_ref(&row)).await?;
    let cycle = shown.into_iter().next().ok_or(ErrorCode::NotFound)?;
    let names = store::names(tx, scope, row.retainer_id).await?;
    let terms = &book.terms_of(&row).ok_or(ErrorCode::NotFound)?.row;
    let provisional = cycle.status == CycleStatus::Open;
    let (decisions, closing) = match provisional {
        // A decision is made with the close.
        true => (Vec::new(), None),
        false => (
            store::decisions(tx, scope, row.id).await?,
            store::closing_record(tx, scope, row.id).await?,
        ),
    };
    let end = as_of.map(|day| end_of_day(&book.zones, day));
    let closing = closing.filter(|made| end.is_none_or(|end| made.made_at < end));
    let decisions = decisions.iter().filter_map(|made| {
        let pool = book.pool(made.pool_id)?.pool;
        Some(made.shown(&pool.key))
    });
    Ok(Statement {
        organisation_name: names.organisation,
        account_id: names.account_id,
        account_name: names.account,
        retainer_name: names.retainer,
        timezone: book.head.timezone.clone(),
        price: terms.terms.0.cycle_fee(),
        terms_number: terms.number,
        decisions: decisions.collect(),
        taken_back: taken_back(tx, scope, &cycle, end).await?,
        closing,
        provisional,
        cycle,
        made_at: now,
    })
}

async fn taken_back(
    tx: &mut Tx,
    scope: Scope,
    cycle: &Cycle,
    at: Option<DateTime<Utc>>,
) -> Result<Vec<OverageTakenBack>> {
    let mut told = Vec::new();
    for of in cycle.pools.iter().filter(|of| of.sums.overage > 0) {
        let back = store::taken_back(tx, scope, (cycle.id, of.pool.id), at).await?;
        let units = back.iter().map(|back| back.beyond).sum();
        if units > 0 {
            told.push(OverageTakenBack { pool: of.pool.key.clone(), units });
        }
    }
    Ok(told)
}

/// Now, and the day as of which it is told, if one was asked for.
type When = (DateTime<Utc>, Option<NaiveDate>);

/// A sheet being sent: the pools that are still to come, and the place in the first of them.
struct Sheet {
    db: Db,
    scope: Scope,
    statement: Statement,
    when: When,
    told: fn(LedgerLine) -> LedgerLine,
    pool: usize,
    cursor: Option<String>,
    text: String,
}

/// Every ledger line of a cycle as a sheet, and the sums of each pool, read as it is sent: now or as
/// of a day, as the statement is. `told` says what of a line is.
pub fn sheet(
    db: Db,
    scope: Scope,
    statement: Statement,
    (when, told): (When, fn(LedgerLine) -> LedgerLine),
) -> HttpResponse {
    let then = when.1.map_or_else(String::new, |day| format!(" ({day})"));
    let name = format!(
        "{} {} {}{then}.csv",
        statement.account_name, statement.retainer_name, statement.cycle.starts_on
    );
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    let sheet = Sheet { db, scope, statement, when, told, pool: 0, cursor: None, text };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .streaming(stream::try_unfold(sheet, Sheet::page))
}

impl Sheet {
    /// The next lines; nothing after the last pool.
    async fn page(mut self) -> Result<Option<(Bytes, Self)>> {
        let Some(of) = self.statement.cycle.pools.get(self.pool).cloned() else {
            let rest = std::mem::take(&mut self.text);
            return Ok((!rest.is_empty()).then(|| (Bytes::from(rest), self)));
        };
        let (scope, when) = (self.scope, self.when);
        let cycle = &self.statement.cycle;
        let which = (cycle.retainer_id, Some(cycle.id), Some(of.pool.key.as_str()));
        let paging = PageParams { limit: LINES_AT_ONCE, cursor: self.cursor.clone() };
        let ledger =
            self.db.read(async |tx| service::ledger(tx, scope, which, &paging, when).await).await?;
        let unit = name(&of.pool.unit);
        for line in ledger.items {
            record(&mut self.text, &cells(&of.pool.key, &unit, &(self.told)(line)), b',');
        }
        self.cursor = ledger.next_cursor;
        if self.cursor.is_none() {
            for cells in sums(&of.pool.key, &unit, &of.sums) {
                record(&mut self.text, &cells, b',');
            }
            self.pool += 1;
        }
        Ok(Some((Bytes::from(std::mem::take(&mut self.text)), self)))
    }
}

fn cells(pool: &str, unit: &str, line: &LedgerLine) -> Vec<String> {
    vec![
        pool.to_owned(),
        unit.to_owned(),
        line.position.to_string(),
        line.on.to_string(),
        name(&line.kind),
        line.quantity.to_string(),
        line.overage.to_string(),
        line.balance.to_string(),
        line.worked_on.map(|day| day.to_string()).unwrap_or_default(),
        line.member_name.clone().unwrap_or_default(),
        line.note.clone().unwrap_or_default(),
        line.session_reason.map(|reason| name(&reason)).unwrap_or_default(),
    ]
}

/// The sums of a pool, as lines of its sheet: what came in less what went out is its closing.
fn sums(pool: &str, unit: &str, sums: &CycleSums) -> Vec<Vec<String>> {
    let told = [
        ("total_opening", sums.opening),
        ("total_granted", sums.granted),
        ("total_repaid", -sums.repaid),
        ("total_topped_up", sums.topped_up),
        ("total_adjusted", sums.adjusted),
        ("total_drawn", -(sums.used - sums.overage)),
        ("total_lapsed", -sums.lapsed),
        ("total_closing", sums.closing),
        ("total_used", sums.used),
        ("total_overage", sums.overage),
    ];
    let row = |(kind, quantity): (&str, i64)| {
        let mut cells = vec![String::new(); TITLES.len()];
        cells[0] = pool.to_owned();
        cells[1] = unit.to_owned();
        cells[4] = kind.to_owned();
        cells[5] = quantity.to_string();
        cells
    };
    told.into_iter().map(row).collect()
}

/// The stable name of something in the API.
fn name(of: &impl serde::Serialize) -> String {
    let told = serde_json::to_value(of).unwrap_or_default();
    told.as_str().unwrap_or_default().to_owned()
}
