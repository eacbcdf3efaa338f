//! The words of invoices: where one stands, what it comes to, what a line is for.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    CHANGE_ORDER, InvoiceLine, InvoiceLineKind, InvoiceState, InvoiceStatus, InvoiceSummary, Money,
    PaymentMethod, Role,
};

use crate::format::{count, cycle_range, list, money, quantity};
use crate::session::use_me;
use crate::t;
use crate::ui::{Badge, Tone};

/// Paper outlives the year: its days are told as if today were in none of theirs.
pub(super) const ANY_YEAR: NaiveDate = NaiveDate::MIN;

/// Where an invoice stands.
#[component]
pub(super) fn State(of: InvoiceSummary) -> impl IntoView {
    let (tone, icon, words) = match (of.state, of.status) {
        (InvoiceState::Draft, _) => {
            (Tone::Warn, icondata::LuCircleDashed, t!(invoices.draft_state))
        }
        (InvoiceState::Void, _) => (Tone::Plain, icondata::LuBan, t!(invoices.void_state)),
        (_, Some(InvoiceStatus::Overdue)) => {
            (Tone::Bad, icondata::LuCircleAlert, t!(invoices.overdue))
        }
        (_, Some(InvoiceStatus::Paid)) => (Tone::Ok, icondata::LuCheck, t!(invoices.paid)),
        (_, Some(InvoiceStatus::WrittenOff)) => {
            (Tone::Plain, icondata::LuBan, t!(invoices.written_off))
        }
        (_, Some(InvoiceStatus::PartiallyPaid)) => {
            (Tone::Warn, icondata::LuClock, t!(invoices.part_paid))
        }
        (InvoiceState::Issued, _) => (Tone::Plain, icondata::LuClock, t!(invoices.issued_state)),
    };
    view! { <Badge tone icon>{words}</Badge> }
}

/// Its number, or whose draft it is.
pub(super) fn name(of: &InvoiceSummary) -> String {
    let draft = || t!(invoices.draft_of, name = of.account_name);
    of.number.clone().unwrap_or_else(draft)
}

/// An amount in the currency of an invoice.
pub(super) fn amount(minor: i64, currency: &str) -> String {
    money(&Money { amount_minor: minor, currency: currency.to_owned() })
}

/// Amounts together, each currency by itself: they are never added.
pub(super) fn sums(of: impl IntoIterator<Item = Money>) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for one in of {
        match sums.iter_mut().find(|sum| sum.currency == one.currency) {
            Some(sum) => sum.amount_minor += one.amount_minor,
            None => sums.push(one),
        }
    }
    sums
}

/// The same in words.
pub(super) fn amounts(of: impl IntoIterator<Item = Money>) -> String {
    list(&sums(of).iter().map(money).collect::<Vec<_>>())
}

/// What an invoice comes to.
pub(super) fn total(of: &InvoiceSummary) -> Money {
    Money { amount_minor: of.total_minor, currency: of.currency.clone() }
}

/// How an invoice differs from the one before it of the same retainer.
pub(super) fn change_words(of: &InvoiceSummary) -> String {
    match of.before_minor.map(|before| of.total_minor - before) {
        None => t!(invoices.first).to_owned(),
        Some(0) => t!(invoices.same).to_owned(),
        Some(more) if more > 0 => format!("+{}", amount(more, &of.currency)),
        Some(less) => amount(less, &of.currency),
    }
}

/// What a line is for.
pub(super) fn line_words(line: &InvoiceLine, of: &InvoiceSummary) -> String {
    let seq = line.seq.unwrap_or(of.seq);
    match line.kind {
        InvoiceLineKind::Fee => {
            let (first, end) =
                (line.starts_on.unwrap_or(of.starts_on), line.ends_on.unwrap_or(of.ends_on));
            let days = cycle_range(first, end, ANY_YEAR);
            t!(invoices.fee, name = of.retainer_name, days = days)
        }
        InvoiceLineKind::Correction => t!(invoices.correction, seq = seq),
        InvoiceLineKind::Overage => t!(invoices.overage, seq = seq),
        InvoiceLineKind::Manual => line.text.clone().unwrap_or_default(),
        InvoiceLineKind::Agreed => agreed(line.text.as_deref()),
    }
}

/// What was agreed beside the price, in the reader's words.
pub(super) fn agreed(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    match text.strip_prefix(CHANGE_ORDER) {
        Some(order) => t!(invoices.change_order, order = order.trim()),
        None => text.to_owned(),
    }
}

/// How many of what.
pub(super) fn quantity_words(line: &InvoiceLine, currency: &str) -> String {
    match line.unit {
        Some(unit) => quantity(unit, currency, line.quantity),
        None => count(line.quantity),
    }
}

/// What one costs.
pub(super) fn price_words(line: &InvoiceLine, currency: &str) -> String {
    let price = amount(line.price_minor, currency);
    if line.price_per == 60 { t!(invoices.per_hour, price = price) } else { price }
}

/// How something was paid.
pub(super) fn method_words(method: PaymentMethod) -> &'static str {
    match method {
        PaymentMethod::Transfer => t!(invoices.by_transfer),
        PaymentMethod::Card => t!(invoices.by_card),
        PaymentMethod::DirectDebit => t!(invoices.by_debit),
        PaymentMethod::Cash => t!(invoices.by_cash),
        PaymentMethod::Cheque => t!(invoices.by_cheque),
        PaymentMethod::Other => t!(invoices.by_other),
    }
}

/// Why the reader may not issue invoices nor say how they are made, if so.
pub(super) fn may_issue() -> Signal<Option<String>> {
    may(&[Role::Owner, Role::Admin, Role::Finance])
}

/// Why the reader may not draft invoices, if so.
pub(super) fn may_draft() -> Signal<Option<String>> {
    may(&[Role::Owner, Role::Admin, Role::Finance, Role::Manager])
}

fn may(roles: &'static [Role]) -> Signal<Option<String>> {
    let me = use_me();
    Signal::derive(move || {
        let may = me.with(|me| roles.contains(&me.role));
        (!may).then(|| t!(invoices.needs_finance).to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn currencies_are_never_added() {
        let all = [(100, "EUR"), (5, "USD"), (20, "EUR")];
        let money = |(amount_minor, currency): (i64, &str)| Money {
            amount_minor,
            currency: currency.into(),
        };
        assert_eq!(sums(all.map(money)), [(120, "EUR"), (5, "USD")].map(money));
    }
}
