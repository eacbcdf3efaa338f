//! Whose price would rise, and what became of those that were raised.
use leptos::prelude::*;
use shared::api::{
    Money, RetainerId, Uplift, UpliftCancel, UpliftId, UpliftLine, UpliftPreview, UpliftReason,
    UpliftState, UpliftSummary,
};

use super::uplift_letters::Letters;
use crate::format::{date, money};
use crate::query::{self, Query, use_query};
use crate::session::use_today;
use crate::ui::{Badge, Button, Empty, Form, FormFaults, Loaded, Panel, Tone};
use crate::{api, browser, t};

fn amount(minor: i64, currency: &str) -> String {
    money(&Money { amount_minor: minor, currency: currency.to_owned() })
}

fn why(of: UpliftReason) -> &'static str {
    match of {
        UpliftReason::Ends => t!(recurring.up_ends),
        UpliftReason::Paused => t!(recurring.up_paused),
        UpliftReason::Agreed => t!(recurring.up_agreed),
        UpliftReason::Discounted => t!(recurring.up_discounted),
        UpliftReason::NoPrice => t!(recurring.up_no_price),
        UpliftReason::Unchanged => t!(recurring.up_unchanged),
        UpliftReason::TooLarge => t!(recurring.up_too_large),
        UpliftReason::Waiting => t!(recurring.up_waits),
    }
}

fn state(of: UpliftState) -> &'static str {
    match of {
        UpliftState::Waiting => t!(recurring.up_waiting),
        UpliftState::Applied => t!(recurring.up_applied),
        UpliftState::Changed => t!(recurring.up_changed),
        UpliftState::Ended => t!(recurring.up_ended),
        UpliftState::Cancelled => t!(recurring.up_cancelled),
    }
}

/// A row of a table of lines; `last` is what stands in its last cell.
fn row(line: &UpliftLine, last: AnyView) -> impl IntoView + use<> {
    let today = use_today().get_untracked();
    view! {
        <tr>
            <th scope="row" class="wrap">
                <a class="link" href=format!("/retainers/{}", line.retainer_id)>
                    {line.retainer_name.clone()}
                </a>
                <p class="text-xs text-muted">{line.account_name.clone()}</p>
            </th>
            <td class="num end" data-label=t!(recurring.before)>
                {amount(line.old_minor, &line.currency)}
            </td>
            <td class="num end" data-label=t!(recurring.after)>
                {amount(line.new_minor, &line.currency)}
            </td>
            <td class="num end" data-label=t!(recurring.up_more)>
                {amount(line.monthly_minor, &line.currency)}
            </td>
            <td data-label=t!(recurring.up_holds)>{date(line.holds_from, today)}</td>
            <td data-label=t!(recurring.up_until)>{date(line.agreed_on, today)}</td>
            <td>{last}</td>
        </tr>
    }
}

fn table(rows: AnyView) -> impl IntoView {
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(recurring.up_retainer)}</th>
                        <th scope="col" class="end">{t!(recurring.before)}</th>
                        <th scope="col" class="end">{t!(recurring.after)}</th>
                        <th scope="col" class="end">{t!(recurring.up_more)}</th>
                        <th scope="col">{t!(recurring.up_holds)}</th>
                        <th scope="col">{t!(recurring.up_until)}</th>
                        <th scope="col">{t!(recurring.up_state)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

/// What an uplift would do; a tick says who is in it.
#[component]
pub(super) fn Planned(planned: UpliftPreview, without: RwSignal<Vec<RetainerId>>) -> impl IntoView {
    let one = |line: &UpliftLine| {
        let id = line.retainer_id;
        let on = move || without.with(|out| !out.contains(&id));
        let tick = move |event: leptos::ev::Event| {
            let on = event_target_checked(&event);
            without.update(|out| {
                out.retain(|one| *one != id);
                if !on {
                    out.push(id);
                }
            });
        };
        let label = t!(recurring.up_raise, name = line.retainer_name.clone());
        let tick = view! {
            <input
                type="checkbox"
                class="checkbox"
                aria-label=label
                prop:checked=on
                on:change=tick
            />
        };
        row(line, tick.into_any())
    };
    let rows = planned.lines.iter().map(one).collect_view().into_any();
    let sum = |sum: &shared::api::UpliftSum| {
        let amount = amount(sum.monthly_minor, &sum.currency);
        view! { <p>{t!(recurring.up_sum, n = sum.retainers, amount = amount)}</p> }
    };
    let sums = planned.sums.iter().map(sum).collect_view();
    let out = |one: &shared::api::UpliftLeftOut| {
        let name = format!("{} · {}", one.account_name, one.retainer_name);
        view! { <li>{name} ": " {why(one.reason)}</li> }
    };
    let some_out = !planned.left_out.is_empty();
    let out = planned.left_out.iter().map(out).collect_view();
    view! {
        <div role="status" class="panel-body">{sums}</div>
        {(!planned.lines.is_empty()).then(|| table(rows))}
        {some_out
            .then(|| {
                view! {
                    <div class="panel-body text-soft">
                        <p>{t!(recurring.up_left_out)}</p>
                        <ul>{out}</ul>
                    </div>
                }
            })}
    }
}

/// The uplifts there are; one is shown with its lines.
#[component]
pub(super) fn Kept(may: bool) -> impl IntoView {
    let all = use_query(api::uplifts);
    let shown = RwSignal::new(None::<UpliftId>);
    let rows = move || all.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <Panel title=t!(recurring.up_all)>
            <Loaded of=all.standing() rows=3>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! { <Empty title=t!(recurring.up_none) /> }
                >
                    <ul>
                        <For each=rows key=|one| (one.id, one.waiting, one.applied) let:one>
                            <One one shown />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        {move || shown.get().map(|id| view! { <Shown id may /> })}
    }
}

#[component]
fn One(one: UpliftSummary, shown: RwSignal<Option<UpliftId>>) -> impl IntoView {
    let today = use_today().get_untracked();
    let from = date(one.from, today);
    let counts =
        t!(recurring.up_counts, n = one.retainers, waiting = one.waiting, applied = one.applied);
    let id = one.id;
    view! {
        <li class="flex items-start gap-3 px-4 py-2">
            <div class="min-w-0 flex-1">
                <p>{t!(recurring.up_since, day = from.clone())}</p>
                <p class="text-xs text-muted">{one.created_by} ", " {counts}</p>
            </div>
            <Button
                small=true
                label=t!(recurring.up_show, day = from)
                icon=icondata::LuEye
                on_press=Callback::new(move |()| shown.set(Some(id)))
            />
        </li>
    }
}

#[component]
fn Shown(id: UpliftId, may: bool) -> impl IntoView {
    let made = use_query(move || api::uplift(id));
    let form = Form::new("shown-uplift");
    let save = Callback::new(move |()| {
        let path = format!("/uplifts/{id}/letters.csv");
        form.run(async move { api::download(&path).await }, move |text: String| {
            browser::save_file("Letters.csv", "text/csv", &text);
        });
    });
    let call_off = Callback::new(move |retainer_id: Option<RetainerId>| {
        let body = UpliftCancel { retainer_id };
        let work = async move { api::cancel_uplift(id, &body).await };
        form.run(work, move |now: Uplift| {
            made.set(now);
            query::invalidate("/uplifts");
        });
    });
    let waits = move || {
        let waits = |line: &UpliftLine| line.state == UpliftState::Waiting;
        made.with(|made| made.is_some_and(|made| made.lines.iter().any(waits)))
    };
    view! {
        <Panel title=t!(recurring.up_lines)>
            <Loaded of=made.standing() rows=4>
                <Lines made may call_off />
            </Loaded>
            <div class="panel-body flex gap-2">
                <Button small=true icon=icondata::LuDownload busy=form.busy() on_press=save>
                    {t!(recurring.up_letters)}
                </Button>
                <Show when=move || may && waits()>
                    <Button
                        small=true
                        busy=form.busy()
                        on_press=Callback::new(move |()| call_off.run(None))
                    >
                        {t!(recurring.up_call_off_all)}
                    </Button>
                </Show>
            </div>
            <FormFaults form />
        </Panel>
        <Letters id may />
    }
}

#[component]
fn Lines(made: Query<Uplift>, may: bool, call_off: Callback<Option<RetainerId>>) -> impl IntoView {
    let one = move |line: &UpliftLine| {
        let id = line.retainer_id;
        let tone = match line.state {
            UpliftState::Changed => Tone::Warn,
            _ => Tone::Plain,
        };
        let off = (may && line.state == UpliftState::Waiting).then(|| {
            let label = t!(recurring.up_call_off, name = line.retainer_name.clone());
            view! {
                <Button
                    small=true
                    icon=icondata::LuTrash2
                    label=label
                    on_press=Callback::new(move |()| call_off.run(Some(id)))
                />
            }
        });
        let told = state(line.state);
        row(line, view! { <Badge tone>{told}</Badge> " " {off} }.into_any())
    };
    let rows = move || {
        let lines = made.with(|made| made.map(|made| made.lines.clone())).unwrap_or_default();
        table(lines.iter().map(one).collect_view().into_any())
    };
    view! { {rows} }
}
