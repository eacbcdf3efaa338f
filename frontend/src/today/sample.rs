//! Accounts for tests.
use chrono::{DateTime, NaiveDate};
use shared::api::{
    Account, AccountId, AccountKind, Balance, Model, Money, RetainerId, RetainerState,
    RetainerSummary,
};

/// A day of November 2026.
pub(crate) fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, day).expect("a day of November")
}

/// 1,500 a month, active.
pub(crate) fn retainer(balance: Option<Balance>) -> RetainerSummary {
    let price = Money { amount_minor: 150_000, currency: "EUR".into() };
    RetainerSummary {
        id: RetainerId("0193a5b0-0000-7000-8000-00000000000a".parse().expect("an id")),
        account_id: id(),
        account_name: String::new(),
        name: "Support".into(),
        state: RetainerState::Active,
        model: Model::FixedHours,
        mrr: price.clone(),
        price,
        ends_on: None,
        balances: balance.into_iter().collect(),
        next_invoice_on: None,
        renewal_on: None,
        renews_on: None,
        paused: false,
        last_balances: Vec::new(),
    }
}

/// A client.
pub(crate) fn account(name: &str, retainers: Vec<RetainerSummary>) -> Account {
    Account {
        id: id(),
        name: name.into(),
        kind: AccountKind::Client,
        owner_id: None,
        owner_name: None,
        note: None,
        archived: false,
        created_at: DateTime::UNIX_EPOCH,
        version: 1,
        retainers,
        health: None,
    }
}

fn id() -> AccountId {
    AccountId("0193a5b0-0000-7000-8000-00000000000b".parse().expect("an id"))
}
