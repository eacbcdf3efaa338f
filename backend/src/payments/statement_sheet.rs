//! The statement of an account as a sheet: what moved the balance, and what is open.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, AccountStatement, StatementOfCurrency};
use shared::rules::money::to_decimal;
use shared::rules::units::Minor;

use super::statement::statement;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::http::record;
use crate::invoices;

const TITLES: [&str; 7] = ["Currency", "Day", "Kind", "Number", "Due", "Amount", "Balance"];

/// The statement between two days, both included, and its sheet. `opening` and `closing` are
/// balances; `open` is what an invoice waits for now.
///
/// # Errors
/// Those of the statement.
pub async fn sheet(
    tx: &mut Tx,
    scope: Scope,
    asked: (AccountId, (Option<NaiveDate>, Option<NaiveDate>)),
    now: DateTime<Utc>,
) -> Result<(AccountStatement, String)> {
    let made = statement(tx, scope, asked, now).await?;
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    for of in &made.currencies {
        moved(&mut text, &made, of);
        let mut open = invoices::waiting(tx, scope, (made.account_id, &of.currency)).await?;
        open.retain(|one| one.balance > Minor(0));
        open.sort_by_key(|one| one.due_on);
        for one in open {
            let (series, number, _) = &one.id;
            let number = invoices::numbered(series, *number);
            let days = (one.issued_on, Some(one.due_on));
            row(&mut text, &of.currency, days, ("open", number), (Some(one.balance.0), None));
        }
    }
    Ok((made, text))
}

fn moved(text: &mut String, made: &AccountStatement, of: &StatementOfCurrency) {
    let bound = |text: &mut String, day, kind, balance| {
        row(text, &of.currency, (day, None), (kind, String::new()), (None, Some(balance)));
    };
    bound(text, made.from, "opening", of.opening_minor);
    for line in &of.lines {
        let number = line.text.clone().unwrap_or_default();
        let money = (Some(line.amount_minor), Some(line.balance_minor));
        row(text, &of.currency, (line.on, None), (line.kind.name(), number), money);
    }
    bound(text, made.to, "closing", of.closing_minor);
}

fn row(
    text: &mut String,
    currency: &str,
    (day, due): (NaiveDate, Option<NaiveDate>),
    (kind, number): (&str, String),
    (amount, balance): (Option<i64>, Option<i64>),
) {
    let money = |minor: Option<i64>| {
        minor.map(|minor| to_decimal(Minor(minor), currency)).unwrap_or_default()
    };
    let cells = [
        currency.to_owned(),
        day.to_string(),
        kind.to_owned(),
        number,
        due.map(|due| due.to_string()).unwrap_or_default(),
        money(amount),
        money(balance),
    ];
    record(text, &cells, b',');
}
