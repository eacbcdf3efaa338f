//! The statement of a cycle: its sums for people, its ledger as a sheet.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream;
use shared::api::{
    Cycle, CycleId, CycleStatus, ErrorCode, LedgerLine, OverageTakenBack, Statement,
};

use super::service;
use super::store;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::http::{PageParams, attachment, record};

/// Lines that are read at once.
const LINES_AT_ONCE: i64 = 1_000;

const TITLES: [&str; 11] = [
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
];

/// What a client is told about a cycle.
///
/// # Errors
/// `not_found`.
pub async fn statement(
    tx: &mut Tx,
    scope: Scope,
    id: CycleId,
    now: DateTime<Utc>,
) -> Result<Statement> {
    let (book, row) = service::open_at(tx, scope, id, now, None).await?;
    let shown = service::shown(tx, scope, &book, std::slice::from_ref(&row)).await?;
    let cycle = shown.into_iter().next().ok_or(ErrorCode::NotFound)?;
    let names = store::names(tx, scope, row.retainer_id).await?;
    let terms = &book.terms_of(&row).ok_or(ErrorCode::NotFound)?.row;
    let decisions = store::decisions(tx, scope, row.id).await?;
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
        price: terms.terms.0.price.clone(),
        terms_number: terms.number,
        decisions: decisions.collect(),
        taken_back: taken_back(tx, scope, &cycle).await?,
        closing: store::closing_record(tx, scope, row.id).await?,
        provisional: cycle.status == CycleStatus::Open,
        cycle,
        made_at: now,
    })
}

async fn taken_back(tx: &mut Tx, scope: Scope, cycle: &Cycle) -> Result<Vec<OverageTakenBack>> {
    let mut told = Vec::new();
    for of in cycle.pools.iter().filter(|of| of.sums.overage > 0) {
        let back = store::taken_back(tx, scope, (cycle.id, of.pool.id)).await?;
        let units = back.iter().map(|back| back.beyond).sum();
        if units > 0 {
            told.push(OverageTakenBack { pool: of.pool.key.clone(), units });
        }
    }
    Ok(told)
}

/// A sheet being sent: the pools that are still to come, and the place in the first of them.
struct Sheet {
    db: Db,
    scope: Scope,
    statement: Statement,
    now: DateTime<Utc>,
    pool: usize,
    cursor: Option<String>,
    text: String,
}

/// Every ledger line of a cycle as a sheet, read as it is sent.
pub fn sheet(db: Db, scope: Scope, statement: Statement, now: DateTime<Utc>) -> HttpResponse {
    let name = format!(
        "{} {} {}.csv",
        statement.account_name, statement.retainer_name, statement.cycle.starts_on
    );
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    let sheet = Sheet { db, scope, statement, now, pool: 0, cursor: None, text };
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
        let (scope, now) = (self.scope, self.now);
        let cycle = &self.statement.cycle;
        let which = (cycle.retainer_id, Some(cycle.id), Some(of.pool.key.as_str()));
        let paging = PageParams { limit: LINES_AT_ONCE, cursor: self.cursor.clone() };
        let ledger =
            self.db.read(async |tx| service::ledger(tx, scope, which, &paging, now).await).await?;
        let unit = serde_json::to_value(of.pool.unit).unwrap_or_default();
        for line in &ledger.items {
            let cells = cells(&of.pool.key, unit.as_str().unwrap_or_default(), line);
            record(&mut self.text, &cells, b',');
        }
        self.cursor = ledger.next_cursor;
        if self.cursor.is_none() {
            self.pool += 1;
        }
        Ok(Some((Bytes::from(std::mem::take(&mut self.text)), self)))
    }
}

fn cells(pool: &str, unit: &str, line: &LedgerLine) -> Vec<String> {
    let kind = serde_json::to_value(line.kind).unwrap_or_default();
    vec![
        pool.to_owned(),
        unit.to_owned(),
        line.position.to_string(),
        line.on.to_string(),
        kind.as_str().unwrap_or_default().to_owned(),
        line.quantity.to_string(),
        line.overage.to_string(),
        line.balance.to_string(),
        line.worked_on.map(|day| day.to_string()).unwrap_or_default(),
        line.member_name.clone().unwrap_or_default(),
        line.note.clone().unwrap_or_default(),
    ]
}
