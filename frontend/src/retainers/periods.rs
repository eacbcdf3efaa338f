//! Each cycle of a retainer with its delivery and its money side by side. Source: S1-5.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{CycleStatus, Money, Period, PeriodPool, RetainerId, Unit};

use crate::{
    api,
    format::{Measure, cycle_range, money_exact, pool_name},
    query::use_query,
    session::use_today,
    t,
    ui::{Badge, Empty, Loaded, More, Panel, ReadOn, Tone},
};

/// The cycles of a retainer, newest first.
#[component]
pub(super) fn Periods(id: RetainerId) -> impl IntoView {
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
                    <ReadOn on=more.on />
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Row(of: Period, today: NaiveDate) -> impl IntoView {
    let money =
        |amount_minor: i64| money_exact(&Money { amount_minor, currency: of.currency.clone() });
    let Period { seq, starts_on, ends_on, status, .. } = of;
    let badge = match status {
        None if starts_on > today => Some(t!(retainers.ahead)),
        None => Some(t!(retainers.left_out)),
        Some(CycleStatus::Open) if starts_on > today => Some(t!(retainers.ahead)),
        Some(CycleStatus::Open) if ends_on > today => Some(t!(retainers.running)),
        Some(_) => None,
    };
    let badge = badge.map(|words| view! { <Badge tone=Tone::Plain>{words}</Badge> });
    let days = cycle_range(starts_on, ends_on, today);
    let days = match status {
        Some(_) => view! { <a class="link" href=format!("?cycle={seq}")>{days}</a> }.into_any(),
        None => days.into_any(),
    };
    let delivered = of.pools.iter().map(delivered).collect_view();
    let left = of.pools.iter().map(left).collect_view();
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
                {days}
                " "
                {badge}
            </th>
            <td class="num end" data-label=t!(retainers.delivered)><div>{delivered}</div></td>
            <td class="num end" data-label=t!(retainers.remaining)><div>{left}</div></td>
            <td class="num end" data-label=t!(retainers.billed)>
                <div>
                    <p>{money(of.billed_minor)}</p>
                    {notes.collect_view()}
                    <p>{invoices.collect_view()}</p>
                </div>
            </td>
            <td class="num end" data-label=t!(retainers.paid)>{money(of.paid_minor)}</td>
            <td class="num end" data-label=t!(retainers.still_open)>{money(of.open_minor)}</td>
        </tr>
    }
}

fn delivered(of: &PeriodPool) -> impl IntoView + use<> {
    let measure = Measure::of(&of.pool);
    // What is counted is named once.
    let used = match of.pool.unit {
        Unit::Money => measure.say(of.used),
        _ => measure.axis(of.used),
    };
    let words = t!(retainers.used_of, used = used, all = measure.say(of.available));
    // A pool is told by its unit, unless it has a name.
    let name = of.pool.name.as_ref().map(|_| pool_name(&of.pool));
    view! { <p>{name.map(|name| format!("{name}: "))} {words}</p> }
}

fn left(of: &PeriodPool) -> impl IntoView + use<> {
    let measure = Measure::of(&of.pool);
    let some = |n: i64| (n > 0).then(|| measure.say(n));
    let lapsed = some(of.lapsed).map(|amount| t!(retainers.of_it_lapsed, amount = amount));
    let beyond = some(of.overage).map(|amount| t!(retainers.beyond, amount = amount));
    let notes = [lapsed, beyond].into_iter().flatten();
    let notes = notes.map(|words| view! { <p class="text-xs text-muted">{words}</p> });
    view! {
        <p>{measure.say(of.left)}</p>
        {notes.collect_view()}
    }
}
