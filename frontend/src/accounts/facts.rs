//! The commercial side of an account: what it pays, and until when.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    Account, AccountKind, HealthMargin, Money, RetainerOutlook, RetainerState, RetainerSummary,
    Role,
};

use super::{
    cadence::CadenceFact, decided_fact::DecidedFact, portal_fact::PortalFact, totals::Totals,
};
use crate::{
    api,
    format::{date, day_in_zone, money_exact, money_short, percent_tenths},
    query::{Query, use_query_when},
    retainers::terms_words,
    session::{use_me, use_today},
    t,
    today::amounts,
    ui::{Loaded, Panel},
};

#[component]
pub(super) fn Facts(account: Query<Account>) -> impl IntoView {
    let me = use_me();
    let today = use_today();
    let reads = move || me.with(|me| !matches!(me.role, Role::Member | Role::Partner));
    let which = Memo::new(move |_| account.with(|account| account.map(|account| account.id)));
    let outlook = use_query_when(move || which.get().filter(|_| reads()).map(api::account_outlook));
    let health = use_query_when(move || which.get().filter(|_| reads()).map(api::account_health));
    let rows = move || {
        account.with(|account| {
            let Some(account) = account else { return Vec::new() };
            let zone = me.with(|me| me.organisation.timezone.clone());
            let totals = Totals::of(std::slice::from_ref(account));
            let mut rows = vec![(t!(accounts.mrr_long).to_owned(), amounts(&totals.mrr))];
            let live = account.retainers.iter().filter(|r| r.state != RetainerState::Ended);
            rows.extend(live.flat_map(|retainer| of_retainer(retainer, today.get())));
            outlook.with(|outlook| {
                let all = outlook.map(|outlook| outlook.items.as_slice()).unwrap_or_default();
                rows.extend(all.iter().flat_map(|one| of_money(one, today.get())));
            });
            let margin = health.with(|health| health?.parts.margin.clone());
            rows.extend(margin.iter().flat_map(of_margin));
            rows.push((
                t!(accounts.since).to_owned(),
                date(day_in_zone(account.created_at, &zone), today.get()),
            ));
            rows
        })
    };
    let row = |(label, value): (String, String)| {
        view! {
            <div class="fact">
                <dt>{label}</dt>
                <dd class="num">{value}</dd>
            </div>
        }
    };
    // Partners serve us: what clients are shown, or decided, is nothing to them.
    let client = Memo::new(move |_| {
        let ours = me.with(|me| me.role != Role::Partner);
        let is = |account: &&Account| ours && account.kind == AccountKind::Client;
        account.with(|account| account.filter(is).map(|account| account.id))
    });
    let aside = move || {
        let bills = which.get().filter(|_| reads()).map(|id| {
            let href = format!("/accounts/{id}/billing");
            view! { <a class="link" href=href>{t!(invoices.statement)}</a> }
        });
        let portal = client.get().map(|id| {
            let href = format!("/accounts/{id}/portal");
            view! { <a class="link" href=href>{t!(portal_access.title)}</a> }
        });
        view! { {bills} {portal} }
    };
    view! {
        <Panel title=t!(accounts.facts) aside=aside>
            <Loaded of=account.standing() rows=3>
                <dl class="panel-body facts-list">
                    {move || rows().into_iter().map(row).collect_view()}
                    {move || client.get().map(|id| view! {
                        <DecidedFact id />
                        <CadenceFact id />
                        <PortalFact id />
                    })}
                </dl>
            </Loaded>
        </Panel>
    }
}

/// What was left of the revenue of the last cycles, and what an hour of work brought.
fn of_margin(of: &HealthMargin) -> impl Iterator<Item = (String, String)> {
    let share = of.share.map(|share| (t!(accounts.margin).to_owned(), percent_tenths(share)));
    let hour = of.effective_hour_minor.zip(of.currency.clone()).map(|(amount_minor, currency)| {
        let hour = money_exact(&Money { amount_minor, currency });
        (t!(accounts.effective_hour).to_owned(), hour)
    });
    share.into_iter().chain(hour)
}

/// When it is billed next, and until when it is paid.
fn of_money(one: &RetainerOutlook, today: NaiveDate) -> impl Iterator<Item = (String, String)> {
    let name = one.retainer_name.as_str();
    let next = one.next_on.map(|on| (t!(accounts.next_invoice, name = name), date(on, today)));
    let paid = one.paid_until.map(|on| (t!(accounts.paid_until, name = name), date(on, today)));
    next.into_iter().chain(paid)
}

fn of_retainer(retainer: &RetainerSummary, today: NaiveDate) -> Vec<(String, String)> {
    let model = terms_words::model(retainer.model);
    let name = retainer.name.as_str();
    let mut rows =
        vec![(t!(accounts.price_of, name = name, model = model), money_short(&retainer.price))];
    rows.push(match (retainer.ends_on, retainer.balances.first()) {
        (Some(on), _) => (t!(accounts.ends, name = name), date(on.pred_opt().unwrap_or(on), today)),
        (None, Some(balance)) => (t!(accounts.renews, name = name), date(balance.ends_on, today)),
        (None, None) => return rows,
    });
    rows.extend(
        retainer.renewal_on.map(|on| (t!(accounts.renewal_on, name = name), date(on, today))),
    );
    rows
}
