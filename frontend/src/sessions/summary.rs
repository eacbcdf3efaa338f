//! Beside the days: how the sessions of a cycle went, and what is owed of them.
use leptos::prelude::*;
use shared::api::{
    Balance, ClientSessionState, Cycle, OwedUnits, RetainerId, RetainerSummary, SessionSummary,
    Unit,
};

use super::asked::Asked;
use super::page::{Calendar, midnight};
use super::words::owed_words;
use crate::api::{self, SessionFilter};
use crate::format::{count, cycle_range, pool_name};
use crate::meter::{Meter, MeterSize, left_words, sentence};
use crate::query::{use_all, use_query_when};
use crate::retainers::{retainer_href, today};
use crate::t;
use crate::ui::{Empty, FaultNote, Loaded, Panel, Skeleton};

/// Of one retainer its sessions in numbers, of all of them what each has left.
#[component]
pub(super) fn Summary(calendar: Calendar) -> impl IntoView {
    let one = Memo::new(move |_| calendar.asked.get().retainer);
    move || match one.get() {
        Some(id) => view! { <OfOne calendar id /> }.into_any(),
        None => view! { <OfAll calendar /> }.into_any(),
    }
}

#[component]
fn OfAll(calendar: Calendar) -> impl IntoView {
    let body = move || {
        let all = calendar.with_sessions();
        if all.is_empty() {
            return view! {
                <Empty
                    icon=icondata::LuCalendarDays
                    title=t!(calendar.no_retainer)
                    about=t!(calendar.no_retainer_about)
                />
            }
            .into_any();
        }
        let rows = all.into_iter().map(|one| view! { <Row calendar one /> }).collect_view();
        view! { <ul class="panel-rows">{rows}</ul> }.into_any()
    };
    view! {
        <Panel title=t!(calendar.balances)>
            <Loaded of=calendar.retainers.standing()>{body}</Loaded>
        </Panel>
    }
}

#[component]
fn Row(calendar: Calendar, one: RetainerSummary) -> impl IntoView {
    let id = one.id;
    let href = move || calendar.href(|asked| Asked { retainer: Some(id), session: None, ..asked });
    let name = format!("{} · {}", one.account_name, one.name);
    let balance = one.balances.into_iter().find(|balance| balance.pool.unit == Unit::Sessions);
    let meter = balance.map(|balance| {
        let left = left_words(&balance);
        view! {
            <span class="num text-soft">{left}</span>
            <Meter balance size=MeterSize::Inline />
        }
    });
    view! {
        <li class="flex flex-col gap-1 px-4 py-2">
            <a class="link break-words" href=href>{name}</a>
            {meter}
        </li>
    }
}

#[component]
fn OfOne(calendar: Calendar, id: RetainerId) -> impl IntoView {
    let cycles = use_query_when(move || Some(api::cycles(id)));
    let cycle = Memo::new(move |_| {
        let asked = calendar.asked.get();
        // Of a month the whole of it counts, of a week the day that is looked at.
        cycles.with(|page| cycle_near(&page?.items, asked.day).cloned())
    });
    // One part a pool: a retainer may count two kinds of sessions.
    let pools = Memo::new(move |_| {
        let cycle = cycle.get()?;
        let pools = cycle.pools.iter().map(|one| one.pool.clone());
        Some((cycle.clone(), pools.filter(|pool| pool.unit == Unit::Sessions).collect::<Vec<_>>()))
    });
    let body = move || {
        let Some((cycle, pools)) = pools.get() else {
            return view! { <p class="p-4">{t!(calendar.no_cycle)}</p> }.into_any();
        };
        let several = pools.len() > 1;
        let part = |pool: shared::api::Pool| {
            let name = several.then(|| pool_name(&pool));
            view! { <PoolPart cycle=cycle.clone() pool=pool.key name /> }
        };
        let alone = pools.is_empty();
        let pools = pools.into_iter().map(part).collect_view();
        view! { {pools} <FreeCalls id cycle=cycle.clone() alone /> }.into_any()
    };
    let retainer = move || {
        let one = calendar.retainers.with(|page| {
            page.and_then(|page| page.items.iter().find(|one| one.id == id).cloned())
        })?;
        let href = retainer_href(one.account_id, one.id);
        let calls = super::calls_href(one.id);
        Some(view! {
            <p class="flex flex-col gap-1 border-t border-line px-4 py-3">
                <a class="link" href=href>{t!(calendar.open_retainer, name = one.name)}</a>
                <a class="link" href=calls>{t!(calls.title)}</a>
            </p>
        })
    };
    let title = Signal::derive(move || match cycle.get() {
        Some(cycle) => cycle_range(cycle.starts_on, cycle.ends_on, today()),
        None => t!(calendar.owed_title).to_owned(),
    });
    view! {
        <Panel title>
            <Loaded of=cycles.standing()>{body}</Loaded>
            {retainer}
        </Panel>
    }
}

/// The calls of a cycle that draw on nothing, in numbers; where there is none only if it is all there is.
#[component]
fn FreeCalls(id: RetainerId, cycle: Cycle, alone: bool) -> impl IntoView {
    let (from, to) = (Some(midnight(cycle.starts_on)), Some(midnight(cycle.ends_on)));
    let filter = SessionFilter { retainer_id: Some(id), from, to, ..Default::default() };
    let calls = use_all(move || Some(api::client_sessions(&filter)));
    move || {
        let free = calls.with(|page| {
            let free = page?.items.iter().filter(|one| one.units == 0).map(|one| one.state);
            Some(free.collect::<Vec<_>>())
        })?;
        if free.is_empty() && !alone {
            return None;
        }
        let n = |state| free.iter().filter(|one| **one == state).count() as i64;
        let rows = [
            (t!(calendar.state_booked), n(ClientSessionState::Booked)),
            (t!(calendar.state_delivered), n(ClientSessionState::Completed)),
        ];
        Some(view! {
            <div class="flex flex-col gap-3 p-4">
                <h3 class="font-semibold">{t!(calls.free)}</h3>
                <dl class="flex flex-col gap-1">{rows.map(number)}</dl>
            </div>
        })
    }
}

fn number((label, n): (&'static str, i64)) -> impl IntoView {
    view! {
        <div class="flex justify-between gap-4">
            <dt class="text-soft">{label}</dt>
            <dd class="num font-semibold">{count(n)}</dd>
        </div>
    }
}

/// The cycle that holds a day; else the last before it; else the first. `cycles` are newest first.
pub(super) fn cycle_near(cycles: &[Cycle], day: chrono::NaiveDate) -> Option<&Cycle> {
    cycles.iter().find(|cycle| cycle.starts_on <= day).or_else(|| cycles.last())
}

#[component]
fn PoolPart(cycle: Cycle, pool: String, name: Option<String>) -> impl IntoView {
    let id = cycle.id;
    let (of_balance, of_summary) = (pool.clone(), pool);
    let balance = use_query_when(move || Some(api::balance(id, Some(&of_balance))));
    let summary = use_query_when(move || Some(api::session_summary(id, &of_summary)));
    let meter = move || balance.get().map(|balance| view! { <Standing balance /> });
    let numbers = move || match (summary.get(), summary.fault()) {
        (Some(summary), _) => view! { <Numbers summary /> }.into_any(),
        (None, Some(fault)) => {
            let retry = Callback::new(move |()| summary.refetch());
            view! { <FaultNote fault retry /> }.into_any()
        }
        (None, None) => view! { <Skeleton rows=5 /> }.into_any(),
    };
    view! {
        <div class="flex flex-col gap-3 p-4">
            {name.map(|name| view! { <h3 class="font-semibold">{name}</h3> })}
            {meter}
            {numbers}
        </div>
    }
}

#[component]
fn Standing(balance: Balance) -> impl IntoView {
    let said = sentence(&balance);
    view! {
        <Meter balance />
        <p>{said}</p>
    }
}

#[component]
fn Numbers(summary: SessionSummary) -> impl IntoView {
    let rows = [
        (t!(calendar.state_booked), summary.booked),
        (t!(calendar.state_delivered), summary.delivered),
        (t!(calendar.state_in_time), summary.cancelled_in_time),
        (t!(calendar.state_late), summary.cancelled_late),
        (t!(calendar.state_no_show), summary.no_show),
    ];
    let owed = summary.owed;
    let owed = if owed.is_empty() {
        view! { <p class="text-soft">{t!(calendar.owed_nothing)}</p> }.into_any()
    } else {
        let row = |owed: OwedUnits| view! { <li>{owed_words(&owed, today())}</li> };
        view! { <ul>{owed.into_iter().map(row).collect_view()}</ul> }.into_any()
    };
    view! {
        <dl class="flex flex-col gap-1">{rows.map(number)}</dl>
        <div>
            <h3 class="text-xs font-medium text-muted">{t!(calendar.owed_title)}</h3>
            {owed}
        </div>
    }
}
