//! What comes first in the cycle, in order, and what each priority displaced.
//!
//! Source: requirements S0-3, S0-4, S3-35.
use leptos::prelude::*;
use shared::api::{
    ChannelEffort, Priority, PriorityEffort, PriorityId, PriorityList, PriorityListSet,
    PriorityPlan, PrioritySet,
};

use super::page::Shown;
use super::plan::PlanForm;
use super::renew;
use crate::format::{Measure, date, effort};
use crate::i18n::fault_words;
use crate::query::{Query, use_query_when};
use crate::retainers::today;
use crate::ui::{Badge, Button, Dialog, Empty, Loaded, Panel, Segments, Tone, toast};
use crate::{api, t};

/// The ranked list, and the dialog that plans the cycle.
#[component]
pub(super) fn PrioritiesPanel(shown: Shown) -> impl IntoView {
    let next = Memo::new(move |_| shown.scope.with(|scope| scope?.next_cycle_id));
    let cycle = Memo::new(move |_| {
        let present = shown.scope.with(|scope| scope?.cycle_id);
        next.get().filter(|_| shown.coming.get() == 1).or(present)
    });
    let list = use_query_when(move || cycle.get().map(api::priorities));
    let plan = use_query_when(move || cycle.get().map(api::priority_plan));
    let rows =
        move || list.with(|list| list.map(|list| list.priorities.clone())).unwrap_or_default();
    let aside = move || {
        (shown.may && cycle.get().is_some()).then(|| {
            let press = Callback::new(move |()| shown.planning.set(true));
            view! {
                <Button small=true icon=icondata::LuListOrdered on_press=press>
                    {t!(scope.plan)}
                </Button>
            }
        })
    };
    let seq = move || list.with(|list| list.map(|list| list.seq));
    let title = Signal::derive(move || match seq() {
        Some(seq) => t!(scope.priorities_of, seq = seq),
        None => t!(scope.priorities).to_owned(),
    });
    let plan_title = Signal::derive(move || match seq() {
        Some(seq) => t!(scope.plan_of, seq = seq),
        None => t!(scope.plan_title).to_owned(),
    });
    // What has not begun cannot have been reached.
    let may = move || shown.may && cycle.get() != next.get();
    let measure =
        move || list.with(|list| list.and_then(|list| list.pool.as_ref().map(Measure::of)));
    view! {
        <Panel title aside=aside>
            <Show when=move || next.get().is_some()>
                <div class="px-4 pt-3">
                    <Segments
                        legend=t!(scope.priorities)
                        labels=Signal::derive(|| {
                            [t!(scope.this_cycle), t!(requests.next_period)].map(String::from).into()
                        })
                        chosen=shown.coming
                    />
                </div>
            </Show>
            <Loaded of=list.standing() rows=3>
                <Due list />
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| {
                        let about = t!(scope.priorities_about);
                        view! { <Empty title=t!(scope.priorities_none) about=about /> }
                    }
                >
                    <ol class="panel-rows">
                        {move || {
                            let measure = measure();
                            let row = |one: Priority| {
                                let drawn = drawn_on(list, Some(one.id));
                                view! { <Row one drawn measure=measure.clone() list may=may() /> }
                            };
                            rows().into_iter().map(row).collect_view()
                        }}
                    </ol>
                    <Planned list plan />
                    <Drawn list />
                </Show>
            </Loaded>
        </Panel>
        <Dialog open=shown.planning title=plan_title wide=true>
            <PlanForm shown list plan />
        </Dialog>
    }
}

/// How much of the cycle is planned, and by how much too much.
#[component]
fn Planned(list: Query<PriorityList>, plan: Query<PriorityPlan>) -> impl IntoView {
    move || {
        let available = plan.with(|plan| plan?.available)?;
        let (planned, pool) = list.with(|list| {
            let list = list?;
            let sum: i64 = list.priorities.iter().filter_map(|one| one.planned).sum();
            Some((sum, list.pool.clone()?))
        })?;
        let over = planned > available;
        let words = planned_words(&Measure::of(&pool), planned, available);
        (planned > 0).then(|| {
            view! {
                <p class="px-4 py-3 text-soft" class:field-fault=over>{words}</p>
            }
        })
    }
}

/// How much is planned of what there is, and what is left or too much.
pub(super) fn planned_words(measure: &Measure, planned: i64, available: i64) -> String {
    let (of, said) = (measure.say(available), measure.say(planned));
    match planned > available {
        true => {
            let over = measure.say(planned - available);
            t!(scope.planned_over, planned = said, available = of, over = over)
        }
        false => {
            let left = measure.say(available - planned);
            t!(scope.planned_of, planned = said, available = of, left = left)
        }
    }
}

/// What was drawn on a priority, or beside them all.
fn drawn_on(list: Query<PriorityList>, id: Option<PriorityId>) -> Option<PriorityEffort> {
    let of =
        |list: &PriorityList| list.by_priority.iter().find(|one| one.priority_id == id).cloned();
    list.with(|list| list.and_then(of)).filter(|one| one.minutes > 0)
}

/// An effort in the unit of the pool that is planned, and beside it the time of other pools; as time
/// where that pool takes none.
fn said(one: &PriorityEffort, measure: Option<&Measure>) -> String {
    match one.drawn.zip(measure) {
        Some((0, _)) if one.elsewhere > 0 => effort(one.elsewhere),
        Some((units, measure)) if one.elsewhere > 0 => {
            format!("{} + {}", measure.say(units), effort(one.elsewhere))
        }
        Some((units, measure)) => measure.say(units),
        None => effort(one.minutes),
    }
}

/// What was drawn in the cycle beside its priorities, and through which channels.
#[component]
fn Drawn(list: Query<PriorityList>) -> impl IntoView {
    move || {
        let kept = list.get()?;
        let measure = kept.pool.as_ref().map(Measure::of);
        let aside = drawn_on(list, None)
            .map(|one| t!(scope.drawn_aside, drawn = said(&one, measure.as_ref())));
        let channel = |one: &ChannelEffort| {
            let name = one.channel.clone().unwrap_or_else(|| t!(scope.no_channel).to_owned());
            format!("{name} {}", effort(one.minutes))
        };
        let other = (kept.other_channels > 0)
            .then(|| t!(scope.other_channels, drawn = effort(kept.other_channels)));
        let channels: Vec<String> = kept.by_channel.iter().map(channel).chain(other).collect();
        let channels =
            (!channels.is_empty()).then(|| t!(scope.by_channel, list = channels.join(" · ")));
        let lines: Vec<String> = aside.into_iter().chain(channels).collect();
        let line = |words: String| view! { <p class="break-words">{words}</p> };
        let shown = lines.into_iter().map(line).collect_view();
        (!shown.is_empty()).then(|| view! { <div class="px-4 py-3 text-soft">{shown}</div> })
    }
}

/// By when the list has to be set, and whether it was.
#[component]
fn Due(list: Query<PriorityList>) -> impl IntoView {
    move || {
        let (by, set, late) =
            list.with(|list| list.map(|list| (list.set_by, list.set_at.is_some(), list.late)))?;
        let day = date(by?, today());
        let words = match (set, late) {
            (true, true) => t!(scope.set_late, day = day),
            (true, false) => t!(scope.set_in_time, day = day),
            (false, true) => t!(scope.set_overdue, day = day),
            (false, false) => t!(scope.set_due, day = day),
        };
        Some(view! { <p class="px-4 pt-3 text-xs text-muted">{words}</p> })
    }
}

#[component]
fn Row(
    one: Priority,
    drawn: Option<PriorityEffort>,
    measure: Option<Measure>,
    list: Query<PriorityList>,
    may: bool,
) -> impl IntoView {
    let drawn = drawn.map(|drawn| said(&drawn, measure.as_ref()));
    let planned = one.planned.zip(measure).map(|(units, measure)| measure.say(units));
    let planned = match (drawn, planned) {
        (Some(drawn), Some(planned)) => Some(t!(scope.drawn_of, drawn = drawn, planned = planned)),
        (Some(drawn), None) => Some(t!(scope.drawn, drawn = drawn)),
        (None, planned) => planned,
    };
    let about: Vec<String> = one.channel.clone().into_iter().chain(planned).collect();
    let done = one.done_at.is_some();
    let (id, title) = (one.id, one.title.clone());
    let (verb, label) = match done {
        true => (t!(scope.not_done), t!(scope.not_done_label, title = title.as_str())),
        false => (t!(scope.done), t!(scope.done_label, title = title.as_str())),
    };
    let press = Callback::new(move |()| {
        let Some(now) = list.get_untracked() else { return };
        let body = with_done(&now, |one| if one.id == id { !done } else { one.done_at.is_some() });
        leptos::task::spawn_local(async move {
            match api::set_priorities(now.cycle_id, now.version, &body).await {
                Ok(kept) => list.set(kept),
                Err(fault) => {
                    toast(fault_words(&fault));
                    list.refetch();
                }
            }
            renew();
        });
    });
    let waits = one.displaced.clone().map(|what| {
        let words = t!(scope.displaced_words, what = what);
        view! { <p class="break-words text-soft">{words}</p> }
    });
    view! {
        <li class="flex items-start gap-3 px-4 py-3">
            <span class="num w-5 font-semibold text-muted" aria-hidden="true">{one.rank}</span>
            <div class="min-w-0 flex-1 break-words">
                <p class="flex flex-wrap items-center gap-2">
                    <span class="font-medium">{title}</span>
                    {done.then(|| view! {
                        <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(scope.reached)}</Badge>
                    })}
                </p>
                {(!about.is_empty())
                    .then(|| view! { <p class="text-muted">{about.join(" · ")}</p> })}
                {one.outcome.clone().map(|words| view! { <p>{words}</p> })}
                {waits}
            </div>
            {may.then(|| view! { <Button small=true label on_press=press>{verb}</Button> })}
        </li>
    }
}

/// The list as it is, with what was reached told anew.
fn with_done(list: &PriorityList, done: impl Fn(&Priority) -> bool) -> PriorityListSet {
    let one = |one: &Priority| PrioritySet {
        id: Some(one.id),
        title: one.title.clone(),
        outcome: one.outcome.clone(),
        channel: one.channel.clone(),
        planned: one.planned,
        displaced: one.displaced.clone(),
        carried_from: one.carried_from,
        done: done(one),
    };
    PriorityListSet { set_by: list.set_by, priorities: list.priorities.iter().map(one).collect() }
}
