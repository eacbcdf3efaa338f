//! The report of margin as a sheet, read as it is sent.
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use futures_util::stream;
use shared::api::{MarginRow, MarginSums, PAGE_MAX, Page};

use super::margin::{Ask, report};
use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;
use crate::http::{PageParams, attachment, record};
use crate::identity;

// Amounts are minor units and shares tenths of a per cent, as in the API: whole numbers, so that no
// sheet rounds them.
const TITLES: [&str; 33] = [
    "Account",
    "Retainer",
    "Cycle",
    "Starts on",
    "Ends on",
    "Service line",
    "Currency",
    "Cycles",
    "Revenue (minor units)",
    "Fee",
    "Overage",
    "Other",
    "Unearned",
    "On drafts",
    "Minutes",
    "Admin minutes",
    "Work cost",
    "Admin cost",
    "Expenses",
    "Cost",
    "Margin",
    "Margin (tenths of a per cent)",
    "Effective hour",
    "Given away",
    "Given away without a price",
    "Unbilled overage",
    "Minutes without a rate",
    "Unbilled cycles",
    "Unbilled minutes",
    "Unbilled cost",
    "Revenue of unbilled cycles",
    "Margin falls by",
    "That took",
];

/// A sheet being sent: what is written and not sent, and where to read on.
struct Sheet {
    db: Db,
    scope: Scope,
    ask: Ask,
    now: DateTime<Utc>,
    text: String,
    cursor: Option<String>,
}

/// All rows of a report as a sheet.
///
/// # Errors
/// Those of [`report`].
pub async fn sheet(db: Db, scope: Scope, ask: Ask, now: DateTime<Utc>) -> Result<HttpResponse> {
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    let mut sheet = Sheet { db, scope, ask, now, text, cursor: None };
    // What is wrong with the question is told before anything is sent.
    sheet.read().await?;
    let today = sheet.db.read(async |tx| identity::today(tx, scope, now).await).await?;
    let name = format!("margin by {} {today}.csv", ask.by.name().replace('_', " "));
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, attachment(&name)))
        .streaming(stream::try_unfold(sheet, Sheet::part)))
}

impl Sheet {
    async fn read(&mut self) -> Result<()> {
        let paging = PageParams { limit: PAGE_MAX, cursor: self.cursor.take() };
        let (scope, ask, now) = (self.scope, self.ask, self.now);
        let work = async |tx: &mut _| report(tx, scope, ask, &paging, now).await;
        let Page { items, next_cursor } = self.db.read(work).await?;
        for row in &items {
            for sums in &row.sums {
                record(&mut self.text, &cells(row, sums), b',');
            }
        }
        self.cursor = next_cursor;
        Ok(())
    }

    /// What was read; nothing after the last page.
    async fn part(mut self) -> Result<Option<(Bytes, Self)>> {
        if self.text.is_empty() && self.cursor.is_some() {
            self.read().await?;
        }
        let part = std::mem::take(&mut self.text);
        Ok((!part.is_empty()).then(|| (Bytes::from(part), self)))
    }
}

fn cells(row: &MarginRow, sums: &MarginSums) -> Vec<String> {
    let word = |text: &Option<String>| text.clone().unwrap_or_default();
    let some = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let cycle = row.cycle.as_ref();
    // Of a row in several currencies the fall is of one of them.
    let falls = row.erosion.as_ref().filter(|erosion| erosion.currency == sums.currency);
    let mut cells = vec![
        word(&row.account_name),
        word(&row.retainer_name),
        some(cycle.map(|cycle| cycle.seq)),
        cycle.map(|cycle| cycle.starts_on.to_string()).unwrap_or_default(),
        cycle.map(|cycle| cycle.ends_on.to_string()).unwrap_or_default(),
        word(&row.service_line),
        sums.currency.clone(),
    ];
    let figures = [
        sums.cycles,
        sums.revenue_minor,
        sums.fee_minor,
        sums.overage_minor,
        sums.other_minor,
        sums.unearned_minor,
        sums.drafted_minor,
        sums.minutes,
        sums.admin_minutes,
        sums.work_cost_minor,
        sums.admin_cost_minor,
        sums.expenses_minor,
        sums.cost_minor,
        sums.margin_minor,
    ];
    cells.extend(figures.map(|figure| figure.to_string()));
    cells.extend([some(sums.margin_share), some(sums.effective_hour_minor)]);
    cells.push(some(sums.given_minor));
    let figures = [
        sums.given_unpriced,
        sums.unbilled_overage_minor,
        sums.unrated_minutes,
        sums.unbilled_cycles,
        sums.unbilled_minutes,
        sums.unbilled_cost_minor,
        sums.unbilled_revenue_minor,
    ];
    cells.extend(figures.map(|figure| figure.to_string()));
    cells.push(falls.map(|erosion| erosion.cause.name().to_owned()).unwrap_or_default());
    cells.push(some(falls.map(|erosion| erosion.taken_minor)));
    cells
}
