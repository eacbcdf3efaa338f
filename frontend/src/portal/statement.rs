//! `/portal/statements/:cycle`: what a cycle came to. It prints as it is.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{CycleId, PortalPart, PortalStatement};

use super::address::Address;
use super::api;
use super::parts::{Back, Head, Loaded};
use super::sums::Sums;
use super::visit::{shows, use_visitor};
use crate::format::{cycle_range, money};
use crate::query::use_query;
use crate::t;
use crate::ui::{Badge, Panel, Tone, icon};

/// Paper outlives the year: its days are told as if today were in none of theirs.
const ANY_YEAR: NaiveDate = NaiveDate::MIN;

/// The statement of a cycle.
#[component]
pub(super) fn Statement(
    /// Which.
    cycle: CycleId,
) -> impl IntoView {
    let read = use_query(move || api::statement(cycle));
    let about = move || read.with(|made| made.map(days)).unwrap_or_default();
    let back = move || {
        read.with(|made| {
            let (to, words) = (Address::Statements(made?.retainer_id), t!(portal.statements));
            Some(view! { <Back to words=words.to_owned() /> })
        })
    };
    let file = api::file(&format!("/cycles/{cycle}/statement.csv"));
    let print = |_| {
        let _ = window().print();
    };
    view! {
        <Head title=t!(portal.statement) about=Signal::derive(about)>
            <div class="no-print visit-actions">
                {back}
                <a class="btn" href=file download="">
                    {icon(icondata::LuDownload)} {t!(portal.statement_file)}
                </a>
                <button type="button" class="btn" on:click=print>
                    {icon(icondata::LuPrinter)} {t!(portal.print)}
                </button>
            </div>
        </Head>
        <Loaded of=read.standing() rows=10>
            {move || read.get().map(|made| view! { <Sheet made /> })}
        </Loaded>
    }
}

fn days(made: &PortalStatement) -> String {
    let days = cycle_range(made.cycle.starts_on, made.cycle.ends_on, ANY_YEAR);
    format!("{}, {days}", made.retainer_name)
}

#[component]
fn Sheet(made: PortalStatement) -> impl IntoView {
    let provisional = made.cycle.provisional;
    let several = made.cycle.pools.len() > 1;
    let foot = use_visitor().with_value(|visitor| {
        format!("{} · {} · {}", visitor.organisation_name, visitor.account_name, days(&made))
    });
    let rows = |pool: &str| {
        shows(PortalPart::WorkLog).then(|| {
            let (pool, cycle) = (several.then(|| pool.to_owned()), Some(made.cycle.id));
            Address::Log { retainer: made.retainer_id, pool, cycle }.href()
        })
    };
    let pools = made.cycle.pools.iter().map(|of| {
        let back = made.taken_back.iter().find(|one| one.pool == of.pool.key);
        let taken_back = back.map_or(0, |one| one.units);
        let rows = rows(&of.pool.key);
        view! { <Sums of=of.clone() provisional taken_back rows /> }
    });
    let pools = pools.collect_view();
    let badge = provisional.then(|| {
        let words = t!(portal.provisional_about);
        view! { <p><Badge tone=Tone::Warn icon=icondata::LuClock>{words}</Badge></p> }
    });
    let recap = made.recap.map(|recap| {
        view! {
            <Panel title=t!(portal.recap)>
                <p class="panel-body visit-prose">{recap}</p>
            </Panel>
        }
    });
    view! {
        <article class="visit-stack">
            {badge}
            <p>{t!(portal.statement_price, price = money(&made.price))}</p>
            {pools}
            {recap}
            <p class="print-only text-xs">{foot}</p>
        </article>
    }
}
