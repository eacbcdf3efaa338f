//! Each cycle of a retainer with its delivery and its money side by side. Source: S1-5.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{Cycle, CycleStatus, Money, Period, PoolCycle, RetainerId};

use crate::{
    api,
    format::{Measure, cycle_range, money_exact, pool_name},
    query::use_query,
    session::use_today,
    t,
    ui::{Badge, Empty, Loaded, More, Panel, ReadOn, Tone},
};

/// The cycles of the retainer that the address names, newest first.
#[component]
pub fn PeriodsPart() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("retainer").and_then(|id| id.parse::<RetainerId>().ok()))
    });
    move || id.get().map(|id| view! { <Periods id /> })
}

#[component]
fn Periods(id: RetainerId) -> impl IntoView {
    let today = use_today();
    let first = use_query(move || api::periods(id));
    let more = More::of(Memo::new(move |_| Some(api::periods(id).path().to_owned())), first);
    let rows = Memo::new(move |_| {
        let read = first.with(|page| page.map(|page| page.items.clone()).unwrap_or_default());
        read.into_iter().chain(more.rows()).collect::<Vec<Period>>()
    });
    let lines = move || {
        let row = |of: Period| view! { <Row of today=today.get_untracked() /> };
        rows.get().into_iter().map(row).collect_view()
    };
    let none = || view! { <Empty title=t!(retainers.periods_none) /> };
    view! {
        <Panel title=t!(retainers.periods_title)>
            <Loaded of=first.standing() rows=4>
                <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=none>
                    <div class="table-wrap">
                        <table class="table table-cards">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(retainers.period)}</th>
                                    <th scope="col" class="end">{t!(retainers.delivered)}</th>
                                    <th scope="col" class="end">{t!(retainers.remaining)}</th>
                                    <th scope="col" class="end">{t!(retainers.billed)}</th>
                                    <th scope="col" class="end">{t!(retainers.paid)}</th>
                                    <th scope="col" class="end">{t!(retainers.still_open)}</th>
                                </tr>
                            </thead>
                            <tbody>{lines}</tbody>
                        </table>
                    </div>
                    <ReadOn more />
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Row(of: Period, today: NaiveDate) -> impl IntoView {
    let money =
        |amount_minor: i64| money_exact(&Money { amount_minor, currency: of.currency.clone() });
    let Cycle { seq, starts_on, ends_on, status, .. } = of.cycle;
    let runs = (status == CycleStatus::Open && ends_on > today).then(|| {
        view! { <Badge tone=Tone::Plain>{t!(retainers.running)}</Badge> }
    });
    let delivered = of.cycle.pools.iter().map(delivered).collect_view();
    let left = of.cycle.pools.iter().map(|pool| left(pool, status)).collect_view();
    let notes = [
        (of.credited_minor != 0).then(|| t!(retainers.credited, amount = money(of.credited_minor))),
        (of.drafted_minor != 0).then(|| t!(retainers.in_drafts, amount = money(of.drafted_minor))),
    ];
    let notes = notes.into_iter().flatten();
    let notes = notes.map(|words| view! { <p class="text-xs text-muted">{words}</p> });
    let invoices = of.invoices.iter().map(|one| {
        let number = one.number.clone().unwrap_or_else(|| t!(retainers.draft).to_owned());
        let href = format!("/invoices/{}", one.id);
        view! { <a class="link text-xs" href=href>{number}</a> " " }
    });
    view! {
        <tr>
            <th scope="row">
                <a class="link" href=format!("?cycle={seq}")>
                    {cycle_range(starts_on, ends_on, today)}
                </a>
                " "
                {runs}
            </th>
            <td class="num end" data-label=t!(retainers.delivered)>{delivered}</td>
            <td class="num end" data-label=t!(retainers.remaining)>{left}</td>
            <td class="num end" data-label=t!(retainers.billed)>
                {money(of.billed_minor)}
                {notes.collect_view()}
                <p>{invoices.collect_view()}</p>
            </td>
            <td class="num end" data-label=t!(retainers.paid)>{money(of.paid_minor)}</td>
            <td class="num end" data-label=t!(retainers.still_open)>{money(of.open_minor)}</td>
        </tr>
    }
}

/// What there was in all, in units of the pool.
fn available(of: &PoolCycle) -> i64 {
    let sums = of.sums;
    sums.opening + sums.granted - sums.repaid + sums.topped_up + sums.adjusted
}

fn delivered(of: &PoolCycle) -> impl IntoView + use<> {
    let measure = Measure::of(&of.pool);
    let (used, all) = (measure.say(of.sums.used), measure.say(available(of)));
    let words = t!(retainers.used_of, used = used, all = all);
    // A pool is told by its unit, unless it has a name.
    let name = of.pool.name.as_ref().map(|_| pool_name(&of.pool));
    view! { <p>{name.map(|name| format!("{name}: "))} {words}</p> }
}

fn left(of: &PoolCycle, status: CycleStatus) -> impl IntoView + use<> {
    let measure = Measure::of(&of.pool);
    let sums = of.sums;
    let left = measure.say(available(of) - (sums.used - sums.overage));
    let lapsed = (status == CycleStatus::Closed && sums.lapsed > 0)
        .then(|| t!(retainers.of_it_lapsed, amount = measure.say(sums.lapsed)));
    let beyond =
        (sums.overage > 0).then(|| t!(retainers.beyond, amount = measure.say(sums.overage)));
    let notes = [lapsed, beyond].into_iter().flatten();
    let notes = notes.map(|words| view! { <p class="text-xs text-muted">{words}</p> });
    view! {
        <p>{left}</p>
        {notes.collect_view()}
    }
}
