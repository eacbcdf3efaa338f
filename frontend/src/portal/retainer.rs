//! `/portal/retainers/:id`: where a retainer stands, and what comes next.
use leptos::prelude::*;
use shared::api::{PortalPart, PortalPriority, PortalRetainer, RetainerId};

use super::address::Address;
use super::api;
use super::balance::Balance;
use super::facts::Facts;
use super::parts::{Head, Loaded};
use super::visit::{retainer_name, shows};
use super::words::long_day;
use crate::format::{cycle_range, day_in_zone, moment};
use crate::query::use_query;
use crate::t;
use crate::ui::{Badge, Empty, Panel, Tone};

/// The page of a retainer.
#[component]
pub(super) fn Retainer(
    /// Which.
    id: RetainerId,
) -> impl IntoView {
    let read = use_query(move || api::retainer(id));
    let about = move || read.with(|retainer| retainer.map(about)).unwrap_or_default();
    let log = Address::Log { retainer: id, pool: None, cycle: None };
    let links = [
        (PortalPart::WorkLog, log, t!(portal.log)),
        (PortalPart::Scope, Address::Scope(id), t!(portal.scope)),
        (PortalPart::Statements, Address::Statements(id), t!(portal.statements)),
    ];
    let link = |(_, address, words): (_, Address, &'static str)| {
        view! { <a class="btn no-print" href=address.href()>{words}</a> }
    };
    let links = links.into_iter().filter(|(part, ..)| shows(*part)).map(link).collect_view();
    view! {
        <Head title=retainer_name(id) about=Signal::derive(about)>{links}</Head>
        <Loaded of=read.standing() rows=6>
            {move || read.get().map(|retainer| view! { <Shown retainer /> })}
        </Loaded>
    }
}

/// "1 to 30 November, as of 28 Nov, 14:05": the last good answer has its time.
fn about(retainer: &PortalRetainer) -> String {
    let today = day_in_zone(retainer.read_at, &retainer.timezone);
    let read = moment(retainer.read_at, &retainer.timezone, today);
    match retainer.balances.first() {
        Some(balance) => {
            let days = cycle_range(balance.starts_on, balance.ends_on, today);
            t!(portal.about, days = days, read = read)
        }
        None => t!(portal.as_of, read = read),
    }
}

#[component]
fn Shown(retainer: PortalRetainer) -> impl IntoView {
    let today = day_in_zone(retainer.read_at, &retainer.timezone);
    let several = retainer.balances.len() > 1;
    let id = retainer.id;
    let facts = retainer.clone();
    let priorities = retainer.priorities.clone();
    let priorities = shows(PortalPart::Priorities).then(|| view! { <Priorities of=priorities /> });
    let balances = match retainer.balances.is_empty() {
        true => {
            let first = retainer
                .resets_on
                .map(|day| t!(portal.balance_empty_about, day = long_day(day, today)));
            view! { <Empty title=t!(portal.balance_empty) about=first /> }.into_any()
        }
        false => retainer
            .balances
            .into_iter()
            .map(|balance| view! { <Balance retainer=id balance today several /> })
            .collect_view()
            .into_any(),
    };
    view! {
        {balances}
        <div class="visit-two">
            <Facts retainer=facts today />
            {priorities}
        </div>
    }
}

/// What comes first in the cycle.
#[component]
fn Priorities(of: Vec<PortalPriority>) -> impl IntoView {
    let row = |one: PortalPriority| {
        let done = one.done.then(|| {
            view! {
                <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(portal.priority_done)}</Badge>
            }
        });
        view! {
            <li class="visit-row">
                <span class="num text-muted" aria-hidden="true">{one.rank}</span>
                <div class="min-w-0 flex-1">
                    <p class="break-words font-medium">{one.title} " " {done}</p>
                    {one.outcome.map(|outcome| view! {
                        <p class="break-words text-soft">{outcome}</p>
                    })}
                </div>
            </li>
        }
    };
    let content = match of.is_empty() {
        true => {
            view! { <p class="panel-body text-muted">{t!(portal.priorities_empty)}</p> }.into_any()
        }
        false => {
            let rows = of.into_iter().map(row).collect_view();
            view! { <ol class="panel-rows">{rows}</ol> }.into_any()
        }
    };
    view! { <Panel title=t!(portal.priorities)>{content}</Panel> }
}
