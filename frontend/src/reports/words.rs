//! How margin is said.
use shared::api::{ErosionCause, MarginBy, MarginErosion, MarginRow, MarginSums, Money, Unrated};

use crate::format::{effort, money, percent_tenths};
use crate::t;

/// An amount with its currency.
pub(super) fn amount(amount_minor: i64, currency: &str) -> String {
    money(&Money { amount_minor, currency: currency.to_owned() })
}

/// What a row is about: a retainer with its account, an account, a channel of work.
pub(super) fn name(row: &MarginRow) -> String {
    match (&row.account_name, &row.retainer_name) {
        (Some(account), Some(retainer)) => format!("{account} · {retainer}"),
        (Some(account), None) => account.clone(),
        _ => row.service_line.clone().unwrap_or_else(|| t!(reports.no_line).to_owned()),
    }
}

/// What a row is.
pub(super) fn by(by: MarginBy) -> &'static str {
    match by {
        MarginBy::Retainer => t!(common.retainer),
        MarginBy::Account => t!(common.account),
        MarginBy::Cycle => t!(reports.cycle),
        MarginBy::ServiceLine => t!(reports.service_line),
        MarginBy::Lifetime => t!(reports.lifetime),
    }
}

/// The share that stays; at most so much, where time has no rate.
pub(super) fn share(sums: &MarginSums) -> String {
    match sums.margin_share.map(percent_tenths) {
        None => "–".to_owned(),
        Some(share) if sums.unrated_minutes > 0 => t!(reports.at_most, share = share),
        Some(share) => share,
    }
}

/// Whose time has no rate, and how much of it.
pub(super) fn unrated(one: &Unrated) -> String {
    format!("{} ({}, {})", one.member_name, effort(one.minutes), one.currency)
}

/// Why a margin falls.
pub(super) fn falls(erosion: &MarginErosion) -> String {
    let [shares, cause, taken] = fell(erosion);
    t!(reports.falls, shares = shares, cause = cause, amount = taken)
}

/// How a margin fell from cycle to cycle, what took most, and how much that took.
pub(crate) fn fell(erosion: &MarginErosion) -> [String; 3] {
    let shares: Vec<String> = erosion.shares.iter().copied().map(percent_tenths).collect();
    let cause = match erosion.cause {
        ErosionCause::Revenue => t!(reports.cause_revenue),
        ErosionCause::Hours => t!(reports.cause_hours),
        ErosionCause::Rates => t!(reports.cause_rates),
        ErosionCause::Admin => t!(reports.cause_admin),
        ErosionCause::Expenses => t!(reports.cause_expenses),
    };
    [shares.join(" → "), cause.to_owned(), amount(erosion.taken_minor, &erosion.currency)]
}
