//! Before a session: what is left of the retainer, and how the money of the account stands.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Balance, InvoiceStatus, InvoiceSummary, Money, Preparation, PreparedMoney};

use super::prepared::Part;
use crate::format::{Measure, cycle_range, date, money_exact, pool_name};
use crate::meter::{Meter, left_words, sentence};
use crate::retainers::retainer_href;
use crate::ui::{Badge, Panel, Tone};
use crate::{t, tn};

/// What is left of each pool, in figures and in words, and what of it lapses when.
pub(super) fn balances(told: &Preparation) -> AnyView {
    let session = &told.session;
    let href = retainer_href(session.account_id, session.retainer_id);
    let several = told.balances.len() > 1;
    let pools = told.balances.iter().map(|one| pool(one, (&href, several), told.today));
    let pools = pools.collect_view();
    let none = told.balances.is_empty().then(|| {
        view! { <p class="panel-body text-soft">{t!(calendar.no_cycle)}</p> }
    });
    let more = session.retainer_name.clone();
    let aside = move || view! { <a class="link no-print" href=href.clone()>{more.clone()}</a> };
    view! {
        <Panel title=t!(calendar.balances) aside=aside>
            {pools}
            {none}
        </Panel>
    }
    .into_any()
}

fn pool(of: &Balance, (href, several): (&str, bool), today: NaiveDate) -> impl IntoView + use<> {
    let measure = Measure::of(&of.pool);
    let name = several.then(|| view! { <h3 class="font-semibold">{pool_name(&of.pool)}</h3> });
    let lapse = |(quantity, on): (i64, NaiveDate)| {
        let last = on.pred_opt().unwrap_or(on);
        t!(prepare.lapses, amount = measure.say(quantity), day = date(last, today))
    };
    let lapses = of.next_lapses.iter().map(|one| lapse((one.quantity, one.on)));
    let lapses = lapses.map(|words| view! { <li class="text-soft">{words}</li> }).collect_view();
    let (href, left) = (href.to_owned(), left_words(of));
    let days = cycle_range(of.starts_on, of.ends_on, today);
    view! {
        <div class="panel-body prepare-pool">
            {name}
            <p class="flex flex-wrap items-baseline justify-between gap-2">
                <a class="link num font-semibold" href=href>{left}</a>
                <span class="text-soft">{days}</span>
            </p>
            <Meter balance=of.clone() />
            <p>{sentence(of)}</p>
            <ul>{lapses}</ul>
        </div>
    }
}

fn amounts(all: &[Money]) -> String {
    all.iter().map(money_exact).collect::<Vec<_>>().join(", ")
}

/// What is open and late, each open invoice, and when the next one comes.
pub(super) fn money(of: &PreparedMoney, told: &Preparation) -> AnyView {
    let session = &told.session;
    let bills = format!("/accounts/{}/billing", session.account_id);
    let billing = format!("{}/billing", retainer_href(session.account_id, session.retainer_id));
    let fact = |label: &'static str, words: String, href: &str| {
        let href = href.to_owned();
        view! {
            <li class="prepare-fact">
                <span class="text-soft">{label}</span>
                <a class="link num" href=href>{words}</a>
            </li>
        }
        .into_any()
    };
    let mut rows = Vec::new();
    if !of.open.is_empty() {
        rows.push(fact(t!(prepare.open_money), amounts(&of.open), &bills));
    }
    if !of.overdue.is_empty() {
        rows.push(fact(t!(prepare.overdue_money), amounts(&of.overdue), &bills));
    }
    rows.extend(of.invoices.iter().map(|one| invoice(one, told.today)));
    if let Some(on) = of.next_on {
        rows.push(fact(t!(prepare.next_invoice), date(on, told.today), &billing));
    }
    let none = t!(prepare.nothing_open);
    let (title, more) = (t!(prepare.money), t!(invoices.statement));
    view! { <Part title href=bills.clone() more rows none /> }.into_any()
}

fn invoice(of: &InvoiceSummary, today: NaiveDate) -> AnyView {
    let balance = Money { amount_minor: of.balance_minor, currency: of.currency.clone() };
    let (href, number) = (format!("/invoices/{}", of.id), of.number.clone().unwrap_or_default());
    let (tone, due) = match of.status {
        Some(InvoiceStatus::Overdue) => {
            (Tone::Bad, tn!(of.late_days, prepare.late_1, prepare.late_n))
        }
        _ => (Tone::Plain, t!(prepare.due, day = date(of.due_on, today))),
    };
    view! {
        <li class="prepare-fact">
            <span>
                <a class="link" href=href>{number}</a>
                " "
                <Badge tone>{due}</Badge>
            </span>
            <span class="num">{money_exact(&balance)}</span>
        </li>
    }
    .into_any()
}
