//! The report as a sheet: a row for what each client brings at the start, and for each movement.
use shared::rules::money::to_decimal;
use shared::rules::units::Minor;

use super::clients::{Clients, first as month};
use super::report::moves;
use crate::http::record;

const TITLES: [&str; 8] =
    ["Month", "Currency", "Client", "Movement", "Before", "After", "Change", "Id"];

/// The changes of a client up to a month add up to what it brings at its end.
pub fn csv(found: &Clients) -> String {
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    let first = found.months.first().copied().unwrap_or(found.today);
    for (currency, clients) in &found.currencies {
        let mut row =
            |month: String, (client, id): (&str, String), kind: &str, (was, is): (i64, i64)| {
                let money = |minor: i64| to_decimal(Minor(minor), currency);
                let cells = [
                    month,
                    currency.clone(),
                    client.to_owned(),
                    kind.to_owned(),
                    money(was),
                    money(is),
                    money(is - was),
                    id,
                ];
                record(&mut text, &cells, b',');
            };
        let told = |day: chrono::NaiveDate| month(day).format("%Y-%m").to_string();
        for client in clients {
            let start = client.course.months.first().map_or(0, |start| start.0);
            if start != 0 {
                let who = (client.name.as_str(), client.account_id.to_string());
                row(told(first), who, "start", (0, start));
            }
        }
        for one in moves(found, clients) {
            let who = (one.account_name.as_str(), one.account_id.to_string());
            row(told(one.month), who, one.movement.name(), (one.before_minor, one.after_minor));
        }
    }
    text
}
