//! `/portal`: the one retainer that runs, or the choice between several.
use leptos::prelude::*;
use shared::api::{PortalRetainer, PortalRetainerName, RetainerId};

use super::address::Address;
use super::api;
use super::parts::{Head, Loaded};
use super::retainer::Retainer;
use super::sentence::sentence;
use super::visit::use_visitor;
use crate::format::{day_in_zone, pool_name};
use crate::meter::Meter;
use crate::query::use_query;
use crate::t;
use crate::ui::{Empty, Panel};

/// What is there to be read.
#[component]
pub(super) fn Home() -> impl IntoView {
    let retainers = use_visitor().with_value(|visitor| visitor.retainers.clone());
    let (ended, running): (Vec<_>, Vec<_>) = retainers.into_iter().partition(|one| one.ended);
    match (running.as_slice(), ended.as_slice()) {
        ([], []) => view! {
            <Head title=t!(portal.nav_home) />
            <Empty title=t!(portal.home_empty) about=t!(portal.home_empty_about) />
        }
        .into_any(),
        ([only], _) | ([], [only]) => {
            let id = only.id;
            let earlier: Vec<_> = ended.into_iter().filter(|one| one.id != id).collect();
            view! { <Retainer id /> <Earlier of=earlier /> }.into_any()
        }
        _ => view! {
            <Head title=t!(portal.home_several) />
            <div class="visit-cards">
                {running.into_iter().map(|one| view! { <Card of=one /> }).collect_view()}
            </div>
            <Earlier of=ended />
        }
        .into_any(),
    }
}

/// A retainer in a line for each of its balances.
#[component]
fn Card(of: PortalRetainerName) -> impl IntoView {
    let id = of.id;
    let read = use_query(move || api::retainer(id));
    let href = Address::Retainer(id).href();
    let balances = move || read.get().map(|retainer| view! { <Lines retainer /> });
    view! {
        <section class="panel visit-card">
            <h2><a class="link" href=href>{of.name}</a></h2>
            <Loaded of=read.standing() rows=1>{balances}</Loaded>
        </section>
    }
}

#[component]
fn Lines(retainer: PortalRetainer) -> impl IntoView {
    let today = day_in_zone(retainer.read_at, &retainer.timezone);
    if retainer.balances.is_empty() {
        return view! { <p class="text-muted">{t!(portal.balance_empty)}</p> }.into_any();
    }
    let several = retainer.balances.len() > 1;
    let line = |balance: shared::api::Balance| {
        let pool = several.then(|| format!("{}: ", pool_name(&balance.pool)));
        let said = sentence(&balance, today);
        view! {
            <div class="grid gap-1.5">
                <p>{pool} {said}</p>
                <Meter balance=Signal::stored(balance) />
            </div>
        }
    };
    retainer.balances.into_iter().map(line).collect_view().into_any()
}

/// Those that are over: still to be read.
#[component]
fn Earlier(of: Vec<PortalRetainerName>) -> impl IntoView {
    let row = |one: PortalRetainerName| {
        let href = link(one.id);
        view! { <li class="visit-row"><a class="link" href=href>{one.name}</a></li> }
    };
    (!of.is_empty()).then(|| {
        let rows = of.into_iter().map(row).collect_view();
        view! { <Panel title=t!(portal.earlier)><ul class="panel-rows">{rows}</ul></Panel> }
    })
}

fn link(id: RetainerId) -> String {
    Address::Retainer(id).href()
}
