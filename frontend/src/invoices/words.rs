//! The words of invoices: where one stands, what it comes to, what a line is for.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    CHANGE_ORDER, InvoiceLine, InvoiceLineKind, InvoiceState, InvoiceStatus, InvoiceSummary, Money,
    Role,
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

/// What invoices come to, each currency by itself: they are never added.
pub(super) fn sums(of: &[InvoiceSummary]) -> Vec<Money> {
    let mut sums: Vec<Money> = Vec::new();
    for one in of {
        match sums.iter_mut().find(|sum| sum.currency == one.currency) {
            Some(sum) => sum.amount_minor += one.total_minor,
            None => {
                sums.push(Money { amount_minor: one.total_minor, currency: one.currency.clone() })
            }
        }
    }
    sums
}

/// The same in words.
pub(super) fn amounts(of: &[InvoiceSummary]) -> String {
    list(&sums(of).iter().map(money).collect::<Vec<_>>())
}

/// How an invoice differs from the one before it of the same retainer; none if it is the first.
pub(super) fn change(of: &InvoiceSummary, all: &[InvoiceSummary]) -> Option<i64> {
    let before = all.iter().filter(|other| {
        let counts = other.state != InvoiceState::Void && other.currency == of.currency;
        counts && other.retainer_id == of.retainer_id && other.seq < of.seq
    });
    before.max_by_key(|other| other.seq).map(|other| of.total_minor - other.total_minor)
}

/// The same in words.
pub(super) fn change_words(of: &InvoiceSummary, all: &[InvoiceSummary]) -> String {
    match change(of, all) {
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
        InvoiceLineKind::Agreed => {
            let text = line.text.clone().unwrap_or_default();
            match text.strip_prefix(CHANGE_ORDER) {
                Some(order) => t!(invoices.change_order, order = order.trim()),
                None => text,
            }
        }
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
    use shared::api::{AccountId, InvoiceId, Purpose, RetainerId};
    use uuid::Uuid;

    use super::*;

    fn one(seq: i64, total_minor: i64, currency: &str, state: InvoiceState) -> InvoiceSummary {
        let day = NaiveDate::from_ymd_opt(2026, 11, 1).expect("a day");
        InvoiceSummary {
            id: InvoiceId(Uuid::nil()),
            number: None,
            state,
            account_id: AccountId(Uuid::nil()),
            account_name: "Northwind".into(),
            retainer_id: RetainerId(Uuid::nil()),
            retainer_name: "Growth".into(),
            seq,
            purpose: Purpose::Cycle,
            revision: 1,
            starts_on: day,
            ends_on: day,
            issue_on: day,
            due_on: day,
            currency: currency.into(),
            net_minor: total_minor,
            tax_minor: 0,
            total_minor,
            credited_minor: 0,
            paid_minor: 0,
            balance_minor: 0,
            status: None,
            late_days: 0,
            version: 1,
        }
    }

    #[test]
    fn currencies_are_never_added() {
        let state = InvoiceState::Draft;
        let all = [one(1, 100, "EUR", state), one(2, 5, "USD", state), one(3, 20, "EUR", state)];
        let sums: Vec<_> =
            sums(&all).into_iter().map(|sum| (sum.amount_minor, sum.currency)).collect();
        assert_eq!(sums, [(120, "EUR".to_owned()), (5, "USD".to_owned())]);
    }

    #[test]
    fn an_invoice_is_compared_with_the_last_that_counts() {
        let draft = one(4, 150, "EUR", InvoiceState::Draft);
        let all = [
            draft.clone(),
            one(3, 400, "EUR", InvoiceState::Void),
            one(2, 100, "EUR", InvoiceState::Issued),
            one(1, 90, "EUR", InvoiceState::Issued),
            one(5, 999, "EUR", InvoiceState::Draft),
        ];
        assert_eq!(change(&draft, &all), Some(50));
        assert_eq!(change(&all[3], &all), None);
    }
}
