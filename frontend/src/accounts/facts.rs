//! The commercial side of an account: what it pays, and until when.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Account, RetainerState, RetainerSummary, Role};

use super::totals::Totals;
use crate::{
    format::{date, day_in_zone, money_short},
    query::Query,
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
    let rows = move || {
        account.with(|account| {
            let Some(account) = account else { return Vec::new() };
            let zone = me.with(|me| me.organisation.timezone.clone());
            let totals = Totals::of(std::slice::from_ref(account));
            let mut rows = vec![(t!(accounts.mrr_long).to_owned(), amounts(&totals.mrr))];
            let live = account.retainers.iter().filter(|r| r.state != RetainerState::Ended);
            rows.extend(live.flat_map(|retainer| of_retainer(retainer, today.get())));
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
    let bills = move || {
        let href = account.with(|account| Some(format!("/accounts/{}/billing", account?.id)));
        let reads = me.with(|me| !matches!(me.role, Role::Member | Role::Partner));
        href.filter(|_| reads)
            .map(|href| view! { <a class="link" href=href>{t!(invoices.statement)}</a> })
    };
    view! {
        <Panel title=t!(accounts.facts) aside=bills>
            <Loaded of=account.standing() rows=3>
                <dl class="panel-body facts-list">
                    {move || rows().into_iter().map(row).collect_view()}
                </dl>
            </Loaded>
        </Panel>
    }
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
    rows
}
