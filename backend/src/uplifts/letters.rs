//! The letters about new prices, as a sheet for whoever sends them.
use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use shared::api::{AccountId, Uplift, UpliftLine};
use shared::rules::mail::{filled, one_line};

use super::sending;
use crate::auth::Scope;
use crate::closings::Words;
use crate::db::Tx;
use crate::error::Result;
use crate::http::record;
use crate::invoices;

const TITLES: [&str; 11] = [
    "Client",
    "Mail",
    "Language",
    "Retainer",
    "Old price",
    "New price",
    "From",
    "State",
    "Subject",
    "Text",
    "Letter",
];

/// A row for each retainer whose price rises or has risen, in the language of its client, with how
/// the letter to that stands. What is not to come, by what is agreed now, has no day and no words.
///
/// # Errors
/// Those of the database.
pub async fn csv(tx: &mut Tx, scope: Scope, uplift: &Uplift, now: DateTime<Utc>) -> Result<String> {
    let holding = sending::holding(tx, scope, uplift, now).await?;
    let states = sending::states(tx, scope, (uplift, &holding)).await?;
    let counts = |line: &&UpliftLine| line.state.rises();
    let names: BTreeMap<AccountId, &str> = uplift
        .lines
        .iter()
        .filter(counts)
        .map(|line| (line.account_id, line.account_name.as_str()))
        .collect();
    let mut clients = HashMap::new();
    for (account, name) in names {
        let sender = invoices::sender(tx, scope, account).await?;
        let billing = invoices::client(tx, scope, account).await?.billing;
        let name = billing.legal_name.unwrap_or_else(|| name.to_owned());
        clients.insert(account, (sender, name, billing.send_to.join(" ")));
    }
    let mut text = "\u{feff}".to_owned();
    record(&mut text, &TITLES.map(str::to_owned), b',');
    for line in uplift.lines.iter().filter(counts) {
        let Some(((sender, language), client, to)) = clients.get(&line.account_id) else {
            continue;
        };
        let (told, words) = (Words(*language), uplift.asked.words(*language));
        let [old, new] = [line.old_minor, line.new_minor].map(|n| told.money(n, &line.currency));
        let says = holding.says(line);
        let from = says.map(|says| says.from);
        let day = from.map(|from| told.day(from)).unwrap_or_default();
        let values = [
            ("client", client.as_str()),
            ("retainer", line.retainer_name.as_str()),
            ("old", old.as_str()),
            ("new", new.as_str()),
            ("day", day.as_str()),
            ("sender", sender.as_str()),
        ];
        let cells = [
            client.clone(),
            to.clone(),
            told.pick("en", "de").to_owned(),
            line.retainer_name.clone(),
            old.clone(),
            new.clone(),
            from.map(|from| from.to_string()).unwrap_or_default(),
            line.state.name().to_owned(),
            from.map(|_| one_line(&filled(&words.subject, &values))).unwrap_or_default(),
            from.map(|_| filled(&words.body, &values)).unwrap_or_default(),
            states.get(&line.account_id).map_or("", |state| state.name()).to_owned(),
        ];
        record(&mut text, &cells, b',');
    }
    Ok(text)
}
