//! Rows of the list. An account with several retainers has a line for each.
use leptos::prelude::*;
use shared::api::{Account, AccountKind, Balance, RetainerState, RetainerSummary};

use super::totals::Totals;
use crate::{
    format::{effort, list, money_short, percent},
    meter::{Meter, StateBadge, left_words},
    t, tn,
    ui::{Badge, Tone},
};

#[component]
pub(super) fn AccountRow(account: Account) -> impl IntoView {
    let href = format!("/accounts/{}", account.id);
    let partner = account.kind == AccountKind::Partner;
    let lines = account.retainers.len();
    let retainers = &account.retainers;
    let each = |draw: fn(&RetainerSummary) -> AnyView| {
        retainers.iter().map(|r| view! { <div class="line">{draw(r)}</div> }).collect_view()
    };
    view! {
        <tr data-row-of="">
            <th scope="row">
                <a class="row-link" href=href.clone() data-row="">{account.name.clone()}</a>
                {partner.then(|| view! { <Badge>{t!(accounts.partner)}</Badge> })}
            </th>
            <td data-label=t!(accounts.owner) class="accounts-owner">{account.owner_name.clone().unwrap_or_else(dash)}</td>
            <td data-label=t!(common.retainer) class="accounts-retainer">
                {each(name)}
                {(lines == 0).then(|| view! {
                    <a class="link" href=format!("{href}/retainers/new")>{t!(accounts.no_retainer)}</a>
                })}
            </td>
            <td data-label=t!(accounts.cycle) class="accounts-meter">{each(meter)}</td>
            <td data-label=t!(accounts.left) class="accounts-left end num">{each(left)}</td>
            <td
                data-label=t!(accounts.mrr)
                class="accounts-mrr end num"
                class:text-muted=partner
                title=partner.then(|| t!(accounts.partner_cost))
            >
                {each(mrr)}
            </td>
            <td data-label=t!(accounts.state) class="accounts-state">{each(state)}</td>
        </tr>
    }
}

fn dash() -> String {
    "–".to_owned()
}

fn name(retainer: &RetainerSummary) -> AnyView {
    let href = format!("/accounts/{}/retainers/{}", retainer.account_id, retainer.id);
    view! { <a class="line-link" href=href>{retainer.name.clone()}</a> }.into_any()
}

fn meter(retainer: &RetainerSummary) -> AnyView {
    let bar = retainer.balance.clone().map(|balance| view! { <Meter balance=balance /> });
    view! { <div class="line-meter">{bar}</div> }.into_any()
}

fn left(retainer: &RetainerSummary) -> AnyView {
    // "80 h 18 left" in a column called Left says it twice.
    let words = |balance: &Balance| match balance.left {
        0 => left_words(balance),
        left => effort(left),
    };
    retainer.balance.as_ref().map_or_else(dash, words).into_any()
}

fn mrr(retainer: &RetainerSummary) -> AnyView {
    match retainer.state {
        RetainerState::Ended => dash(),
        RetainerState::Setup | RetainerState::Active => money_short(&retainer.mrr),
    }
    .into_any()
}

fn state(retainer: &RetainerSummary) -> AnyView {
    match (retainer.state, &retainer.balance) {
        (RetainerState::Ended, _) => view! { <Badge>{t!(accounts.ended)}</Badge> }.into_any(),
        (RetainerState::Setup, _) => {
            view! { <Badge tone=Tone::Rollover icon=icondata::LuHistory>{t!(accounts.setup)}</Badge> }
                .into_any()
        }
        (RetainerState::Active, Some(balance)) => {
            view! { <StateBadge state=balance.state /> }.into_any()
        }
        (RetainerState::Active, None) => {
            view! { <Badge>{t!(accounts.not_started)}</Badge> }.into_any()
        }
    }
}

#[component]
pub(super) fn TotalsRow(totals: Memo<Totals>) -> impl IntoView {
    let n = move |pick: fn(&Totals) -> usize| totals.with(pick) as i64;
    view! {
        <tr class="totals">
            <th scope="row">
                {move || tn!(n(|t| t.accounts), accounts.shown_one, accounts.shown_other)}
            </th>
            <td class="accounts-owner"></td>
            <td data-label=t!(common.retainer) class="accounts-retainer">
                {move || tn!(n(|t| t.retainers), accounts.retainers_one, accounts.retainers_other)}
            </td>
            <td data-label=t!(accounts.cycle) class="accounts-meter">
                {move || totals.with(used)}
            </td>
            <td data-label=t!(accounts.left) class="accounts-left end num">
                {move || totals.with(|t| effort(t.left))}
            </td>
            <td data-label=t!(accounts.mrr) class="accounts-mrr end num">
                {move || totals.with(|t| list(&t.mrr.iter().map(money_short).collect::<Vec<_>>()))}
            </td>
            <td class="accounts-state"></td>
        </tr>
    }
}

fn used(totals: &Totals) -> Option<String> {
    let share = percent(totals.available - totals.left, totals.available)?;
    Some(if totals.mixed {
        t!(accounts.used_clients, share = share)
    } else {
        t!(accounts.used_share, share = share)
    })
}
