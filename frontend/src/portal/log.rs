//! `/portal/retainers/:id/log`: the rows behind a balance.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{
    CycleId, Page, Pool, PortalCycle, PortalLedger, PortalLine, PortalPart, RetainerId,
};

use super::address::Address;
use super::api;
use super::ledger::Row;
use super::parts::{Back, Head, Loaded, ReadOn};
use super::visit::{retainer_name, shows};
use crate::browser;
use crate::format::{Measure, cycle_range, pool_name};
use crate::query::{Query, use_query};
use crate::ui::{Empty, More, Panel};
use crate::{t, tn};

/// The rows of a pool in a cycle, a page at a time.
#[component]
pub(super) fn Log(
    /// Of which retainer.
    retainer: RetainerId,
    /// Of which pool; of the first if absent.
    pool: Option<String>,
    /// In which cycle; in the present one if absent.
    cycle: Option<CycleId>,
) -> impl IntoView {
    let path = api::ledger_path(retainer, pool.as_deref(), cycle);
    let (kept, first) = (path.clone(), Memo::new(move |_| Some(path.clone())));
    let ledger: Query<PortalLedger> = use_query(move || api::read(kept.clone()));
    let next = move || ledger.with(|ledger| ledger.and_then(|ledger| ledger.next_cursor.clone()));
    let more = More::after(first, Signal::derive(next), api::read::<Page<PortalLine>>);
    let about = move || {
        ledger.with(|ledger| {
            let ledger = ledger?;
            let days = cycle_range(ledger.starts_on, ledger.ends_on, browser::today());
            Some(format!("{}, {days}", pool_name(&ledger.pool)))
        })
    };
    let title = move || {
        let total = ledger.with(|ledger| ledger.map_or(0, |ledger| ledger.total));
        tn!(total, portal.log_count_one, portal.log_count_other)
    };
    view! {
        <Head title=t!(portal.log) about=Signal::derive(about)>
            <Back to=Address::Retainer(retainer) words=retainer_name(retainer) />
        </Head>
        <Pools retainer cycle ledger />
        <Loaded of=ledger.standing() rows=10>
            <Panel title=Signal::derive(title)>
                <Rows ledger more />
                <ReadOn on=more.on />
            </Panel>
        </Loaded>
        {shows(PortalPart::Statements).then(|| view! { <Cycles retainer pool ledger /> })}
    }
}

#[component]
fn Rows(ledger: Query<PortalLedger>, more: More<PortalLine>) -> impl IntoView {
    let people = shows(PortalPart::People);
    move || {
        let ledger = ledger.get()?;
        if ledger.items.is_empty() {
            let (title, about) = (t!(portal.log_empty), t!(portal.log_empty_about));
            return Some(view! { <Empty title about /> }.into_any());
        }
        let measure = Measure::of(&ledger.pool);
        let row = move |line: PortalLine| view! { <Row line measure=measure.clone() people /> };
        let rows = move || {
            let lines = ledger.items.iter().cloned().chain(more.rows());
            lines.map(&row).collect_view()
        };
        let table = view! {
            <table class="table ledger">
                <caption class="sr-only">{t!(portal.log)}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="text-start">{t!(common.date)}</th>
                        <th scope="col" class="text-start">{t!(portal.log_entry)}</th>
                        {people.then(|| view! {
                            <th scope="col" class="text-start">{t!(common.member)}</th>
                        })}
                        <th scope="col" class="text-end">{t!(portal.log_quantity)}</th>
                        <th scope="col" class="text-end">{t!(portal.log_balance)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        };
        Some(table.into_any())
    }
}

/// The other balances of the retainer, if it has any.
#[component]
fn Pools(
    retainer: RetainerId,
    cycle: Option<CycleId>,
    ledger: Query<PortalLedger>,
) -> impl IntoView {
    let standing = use_query(move || api::retainer(retainer));
    let pools = Memo::new(move |_| {
        standing.with(|standing| {
            let balances = standing.map(|standing| standing.balances.as_slice());
            let pools = balances.unwrap_or_default().iter().map(|balance| balance.pool.clone());
            pools.collect::<Vec<Pool>>()
        })
    });
    let link = move |pool: Pool| {
        let (name, key) = (pool_name(&pool), pool.key);
        let href = Address::Log { retainer, pool: Some(key.clone()), cycle }.href();
        let current = move || {
            let shown = ledger.with(|ledger| ledger.is_some_and(|ledger| ledger.pool.key == key));
            shown.then_some("page")
        };
        view! { <li><a class="visit-place" href=href aria-current=current>{name}</a></li> }
    };
    move || {
        let pools = pools.get();
        (pools.len() > 1).then(|| {
            let links = pools.into_iter().map(link).collect_view();
            view! {
                <nav class="no-print" aria-label=t!(portal.log_pools)>
                    <ul class="visit-places">{links}</ul>
                </nav>
            }
        })
    }
}

/// The logs of other cycles.
#[component]
fn Cycles(
    retainer: RetainerId,
    pool: Option<String>,
    ledger: Query<PortalLedger>,
) -> impl IntoView {
    let cycles: Query<Page<PortalCycle>> = use_query(move || api::read(api::cycles_path(retainer)));
    let today: NaiveDate = browser::today();
    let link = move |cycle: PortalCycle| {
        let (id, pool) = (cycle.id, pool.clone());
        let href = Address::Log { retainer, pool, cycle: Some(id) }.href();
        let current = move || {
            let shown = ledger.with(|ledger| ledger.is_some_and(|ledger| ledger.cycle_id == id));
            shown.then_some("page")
        };
        let days = cycle_range(cycle.starts_on, cycle.ends_on, today);
        view! { <li><a class="visit-place" href=href aria-current=current>{days}</a></li> }
    };
    let links = move || {
        let items = cycles.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        items.into_iter().map(&link).collect_view()
    };
    let more = Address::Statements(retainer).href();
    view! {
        <nav class="no-print" aria-label=t!(portal.log_cycles)>
            <h2 class="mb-1">{t!(portal.log_cycles)}</h2>
            <ul class="visit-places">
                {links}
                <li><a class="visit-place" href=more>{t!(portal.statements)}</a></li>
            </ul>
        </nav>
    }
}
