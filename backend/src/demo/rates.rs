//! What an hour of the sample agency's people costs and is billed at, and what it spends besides.
use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};
use shared::api::{AccountId, MemberId, Money, NewExpense, NewRate, RateKind, RetainerId};

use super::CURRENCY;
use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;
use crate::{expenses, rates};

/// Whose in the team (nobody: everybody's), how many months ago it began, the kind, an hour.
type Agreed = (Option<usize>, u32, RateKind, (i64, &'static str), Option<&'static str>);

/// Everybody who delivers had a raise or began with one rate; dollars are known only of late.
const AGREED: [Agreed; 7] = [
    (Some(0), 13, RateKind::Cost, (7_200, CURRENCY), None),
    (Some(1), 13, RateKind::Cost, (6_150, CURRENCY), None),
    (None, 13, RateKind::Cost, (4_780, CURRENCY), None),
    (None, 13, RateKind::Bill, (11_000, CURRENCY), None),
    (Some(2), 13, RateKind::Cost, (4_935, CURRENCY), None),
    (Some(2), 4, RateKind::Cost, (5_525, CURRENCY), Some("Senior since then")),
    (None, 5, RateKind::Cost, (6_100, "USD"), Some("For clients who pay in dollars")),
];

/// Records the rates, as of the days when they were agreed.
pub async fn fill(db: &Db, scope: Scope, team: &[MemberId], now: DateTime<Utc>) -> Result<()> {
    let month = now.date_naive().with_day(1).unwrap_or_else(|| now.date_naive());
    let first =
        |ago: u32| -> NaiveDate { month.checked_sub_months(Months::new(ago)).unwrap_or(month) };
    for (whose, ago, kind, (amount_minor, currency), note) in AGREED {
        let new = NewRate {
            member_id: whose.and_then(|place| team.get(place).copied()),
            kind,
            hour: Money { amount_minor, currency: currency.to_owned() },
            valid_from: first(ago),
            note: note.map(str::to_owned),
        };
        db.write(async |tx| rates::add(tx, scope, &new, now).await).await?;
    }
    Ok(())
}

/// The place of a client, how many days ago, how much, for what, and whether the client is asked.
const SPENT: [(usize, u64, i64, &str, bool); 5] = [
    (0, 11, 38_900, "Photographs for the launch", true),
    (0, 47, 12_450, "Fonts", false),
    (1, 20, 9_900, "Keyword tool, a month", false),
    (1, 51, 9_900, "Keyword tool, a month", false),
    (3, 33, 64_000, "Printed mailing", true),
];

/// Records what was spent for some clients.
pub async fn spend(
    db: &Db,
    scope: Scope,
    clients: &[(AccountId, RetainerId)],
    now: DateTime<Utc>,
) -> Result<()> {
    for (place, ago, amount_minor, text, billed_on) in SPENT {
        let Some((_, retainer_id)) = clients.get(place).copied() else { continue };
        let spent_on = now.date_naive() - Days::new(ago);
        let text = text.to_owned();
        let new = NewExpense { retainer_id, spent_on, amount_minor, text, billed_on };
        db.write(async |tx| expenses::record(tx, scope, &new, now).await).await?;
    }
    Ok(())
}
