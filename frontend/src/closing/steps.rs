//! The steps. All are there at once, so that nothing typed is lost; one is shown.
use leptos::prelude::*;
use shared::api::{LateRecord, PoolClosing};

use super::finish::Finish;
use super::rest::RestStep;
use super::state::Draft;
use super::words;
use crate::format::{Measure, date, pool_name};
use crate::retainers::today;
use crate::ui::{Button, Panel, Segments, TextArea, Variant};
use crate::{t, tn};

/// How many steps there are.
pub(super) const STEPS: usize = 6;
/// The place of the one that settles overage.
pub(super) const OVERAGE: usize = 2;
/// The place of the one that writes the recap.
pub(super) const RECAP: usize = 4;

/// The step that is shown, with the way to the ones before and after.
#[component]
pub(super) fn Steps(draft: Draft, step: Memo<usize>, go: Callback<usize>) -> impl IntoView {
    let hidden = move |place: usize| step.get() != place;
    view! {
        <div hidden=move || hidden(0)><LateStep draft /></div>
        <div hidden=move || hidden(1)><RestStep draft /></div>
        <div hidden=move || hidden(OVERAGE)><OverageStep draft /></div>
        <div hidden=move || hidden(3)><InvoiceStep draft /></div>
        <div hidden=move || hidden(RECAP)><RecapStep draft /></div>
        <div hidden=move || hidden(5)><Finish draft go /></div>
        <div class="flex justify-between gap-2">
            <Show when=move || 0 < step.get() fallback=|| view! { <span></span> }>
                <Button
                    icon=icondata::LuChevronLeft
                    on_press=Callback::new(move |()| go.run(step.get_untracked() - 1))
                >
                    {t!(closing.previous)}
                </Button>
            </Show>
            <Show when=move || step.get() + 1 < STEPS>
                <Button
                    variant=Variant::Primary
                    on_press=Callback::new(move |()| go.run(step.get_untracked() + 1))
                >
                    {t!(closing.next)}
                </Button>
            </Show>
        </div>
    }
}

/// What was recorded after the last day, and sessions that nobody settled.
#[component]
fn LateStep(draft: Draft) -> impl IntoView {
    let body = move || {
        let closing = draft.closing.get()?;
        let about = (!draft.frozen())
            .then(|| t!(closing.late_about, moment = words::when(closing.closes_at)));
        let measure = |key: &str| {
            let pool = closing.pools.iter().find(|one| one.pool.key == key);
            pool.map(|one| Measure::of(&one.pool)).unwrap_or_default()
        };
        let late = closing.late.iter().map(|one| late_row(one, &measure(&one.pool)));
        let late = late.collect_view();
        let shown = closing.late.len() as i64;
        let more = (closing.late_total > shown).then(|| {
            view! { <p class="text-soft">{t!(closing.late_more, count = closing.late_total)}</p> }
        });
        let unsettled = closing.unsettled.iter().map(|one| {
            let day = date(one.on, today());
            let units = measure(&one.pool).say(one.units);
            let href = format!("/calendar?date={}&session={}", one.on, one.session_id);
            view! {
                <li class="flex justify-between gap-4">
                    <a class="link" href=href>{t!(closing.unsettled_row, day = day)}</a>
                    <span class="num">{units}</span>
                </li>
            }
        });
        let waiting = (!closing.unsettled.is_empty()).then(|| {
            view! {
                <h3 class="font-semibold">{t!(closing.unsettled_title)}</h3>
                <p class="text-soft">{t!(closing.unsettled_about)}</p>
                <ul class="flex flex-col gap-1">{unsettled.collect_view()}</ul>
            }
        });
        let none = (shown == 0).then(|| view! { <p>{t!(closing.late_none)}</p> });
        Some(view! {
            <div class="flex flex-col gap-3 p-4">
                {about.map(|about| view! { <p class="text-soft">{about}</p> })}
                {none}
                <ul class="flex flex-col gap-2">{late}</ul>
                {more}
                {waiting}
            </div>
        })
    };
    view! { <Panel title=t!(closing.late_title)>{body}</Panel> }
}

fn late_row(one: &LateRecord, measure: &Measure) -> impl IntoView + use<> {
    let day = date(one.worked_on, today());
    let when = t!(closing.late_row, day = day, moment = words::when(one.recorded_at));
    let correction = one.correction.then(|| {
        view! { <span>{format!(", {}", t!(closing.late_correction))}</span> }
    });
    let who = match &one.note {
        Some(note) => format!("{}: {note}", one.member_name),
        None => one.member_name.clone(),
    };
    view! {
        <li class="flex justify-between gap-4">
            <span class="min-w-0 break-words">
                {who}
                <span class="block text-xs text-muted">{when} {correction}</span>
            </span>
            <span class="num whitespace-nowrap">{measure.signed(one.quantity)}</span>
        </li>
    }
}

/// How overage is settled, where the terms leave it open.
#[component]
fn OverageStep(draft: Draft) -> impl IntoView {
    let over = Memo::new(move |_| {
        draft.closing.with(|closing| {
            let pools = closing.iter().flat_map(|closing| &closing.pools);
            pools.filter(|one| one.sums.overage > 0).cloned().collect::<Vec<PoolClosing>>()
        })
    });
    let open = move || over.with(|over| over.iter().any(|one| one.choices.len() > 1));
    view! {
        <Panel title=t!(closing.over_title)>
            <div class="flex flex-col gap-4 p-4">
                <Show when=move || over.with(Vec::is_empty)>
                    <p>{t!(closing.over_none)}</p>
                </Show>
                // What is chosen is not part of the key: the radio keeps its focus.
                <For each=move || over.get() key=way_key let:one>
                    <Ways draft one />
                </For>
                <Show when=open>
                    <TextArea
                        form=draft.form
                        at="/overage/0/reason"
                        label=t!(closing.reason)
                        hint=t!(closing.reason_hint)
                        optional=true
                        rows=2
                        value=draft.reason
                    />
                </Show>
            </div>
        </Panel>
    }
}

fn way_key(one: &PoolClosing) -> (String, i64, usize) {
    (one.pool.key.clone(), one.sums.overage, one.choices.len())
}

/// The ways of one pool, each with what it comes to.
#[component]
fn Ways(draft: Draft, one: PoolClosing) -> impl IntoView {
    let amount = Measure::of(&one.pool).say(one.sums.overage);
    let title = format!("{}: {}", pool_name(&one.pool), t!(closing.over_by, amount = amount));
    if let [only] = one.choices.as_slice() {
        let about = t!(closing.over_only, way = words::way(only.choice));
        let hint = words::comes_to(only, &one.pool);
        return view! {
            <div>
                <h3 class="font-semibold">{title}</h3>
                <p>{about}</p>
                <p class="field-hint">{hint}</p>
            </div>
        }
        .into_any();
    }
    let key = one.pool.key.clone();
    let name = format!("way-{key}");
    let rows = one.choices.iter().enumerate().map(|(place, way)| {
        let (choice, key) = (way.choice, key.clone());
        let taken = key.clone();
        let chosen = move || {
            let picked = draft
                .ways
                .with(|ways| ways.iter().find(|(pool, _)| *pool == taken).map(|(_, way)| *way));
            picked.map_or(place == 0, |picked| picked == choice)
        };
        let label = match place {
            0 => t!(closing.way_terms, way = words::way(choice)),
            _ => words::way(choice).to_owned(),
        };
        let (id, hint) = (format!("{name}-{place}"), words::comes_to(way, &one.pool));
        let about = format!("{id}-about");
        view! {
            <div class="field-tick">
                <input
                    type="radio"
                    class="radio"
                    name=name.clone()
                    id=id.clone()
                    aria-describedby=about.clone()
                    prop:checked=chosen
                    on:change=move |_| draft.choose(&key, choice)
                />
                <div>
                    <label for=id>{label}</label>
                    <p class="field-hint" id=about>{hint}</p>
                </div>
            </div>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="field-label">{title}</legend>
            <div class="flex flex-col gap-2">{rows.collect_view()}</div>
        </fieldset>
    }
    .into_any()
}

/// The draft lines that the cycle leaves.
#[component]
fn InvoiceStep(draft: Draft) -> impl IntoView {
    view! {
        <Panel title=t!(closing.invoice_title)>
            <Lines draft />
        </Panel>
    }
}

/// What is to be billed beside the price.
#[component]
pub(super) fn Lines(draft: Draft) -> impl IntoView {
    move || {
        let lines = draft.closing.with(|closing| closing.as_ref().map(|one| one.lines.clone()))?;
        if lines.is_empty() {
            return Some(view! { <p class="p-4">{t!(closing.invoice_none)}</p> }.into_any());
        }
        let rows = lines.into_iter().map(|line| {
            let amount = crate::format::money(&line.amount);
            view! {
                <tr>
                    <td class="break-words whitespace-normal">{line.text}</td>
                    <td class="num text-end whitespace-nowrap">{amount}</td>
                </tr>
            }
        });
        let rows = rows.collect_view();
        Some(
            view! {
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(closing.invoice_line)}</th>
                            <th scope="col" class="text-end">{t!(closing.invoice_amount)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
                <p class="p-4 text-xs text-muted">{t!(closing.invoice_about)}</p>
            }
            .into_any(),
        )
    }
}

/// What the client is told, in which language.
#[component]
fn RecapStep(draft: Draft) -> impl IntoView {
    let languages =
        Signal::derive(|| vec![t!(closing.english).to_owned(), t!(closing.german).to_owned()]);
    view! {
        <Panel title=t!(closing.recap_title)>
            <div class="flex flex-col gap-4 p-4">
                <Segments
                    legend=t!(closing.recap_language)
                    labels=languages
                    chosen=draft.language
                />
                <TextArea
                    form=draft.form
                    at="/recap"
                    label=t!(closing.recap_label)
                    hint=t!(closing.recap_hint)
                    rows=12
                    value=draft.recap
                />
                <div>
                    <Button
                        icon=icondata::LuRotateCcw
                        on_press=Callback::new(move |()| draft.recap_again())
                    >
                        {t!(closing.recap_again)}
                    </Button>
                </div>
            </div>
        </Panel>
    }
}

/// How many things are left to do after the close, in words.
pub(super) fn loose(count: i64) -> String {
    match count {
        0 => t!(closing.loose_none).to_owned(),
        count => tn!(count, closing.loose_1, closing.loose_n),
    }
}
