//! Which cycle is shown: a list, the one before and after, and the arrow keys.
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use shared::api::Cycle;

use super::page::Shown;
use super::today;
use crate::format::cycle_range;
use crate::keys::use_arrows;
use crate::t;
use crate::ui::{Button, Variant};

/// The switch between cycles. The address follows, so Back undoes one step.
#[component]
pub(super) fn CyclePicker(shown: Shown) -> impl IntoView {
    let navigate = use_navigate();
    let go = Callback::new(move |seq: i64| {
        if shown.retainer.get_untracked().is_some() {
            navigate(&untrack(|| shown.address(Some(seq), None)), Default::default());
        }
    });
    let seq =
        Memo::new(move |_| shown.asked.get().or_else(|| shown.cycle().map(|cycle| cycle.seq)));
    let exists = move |seq: i64| {
        shown.cycles.with(|all| all.as_ref().is_some_and(|all| all.iter().any(|c| c.seq == seq)))
    };
    let step = move |by: i64| {
        let Some(next) = seq.get_untracked().map(|seq| seq + by) else { return };
        if untrack(|| exists(next)) {
            go.run(next);
        }
    };
    use_arrows(step);
    let lacks = move |by: i64| {
        let missing = seq.get().is_none_or(|seq| !exists(seq + by));
        missing.then(|| t!(common.nothing).to_owned())
    };
    let options = move || {
        let today = today();
        let option = |cycle: &Cycle| {
            let days = cycle_range(cycle.starts_on, cycle.ends_on, today);
            let now = cycle.starts_on <= today && today < cycle.ends_on;
            let words = if now {
                t!(retainers.cycle_option_now, seq = cycle.seq, days = days)
            } else {
                t!(retainers.cycle_option, seq = cycle.seq, days = days)
            };
            let chosen = seq.get() == Some(cycle.seq);
            view! { <option value=cycle.seq.to_string() selected=chosen>{words}</option> }
        };
        shown.cycles.with(|all| all.as_ref().map(|all| all.iter().map(option).collect_view()))
    };
    view! {
        <div class="flex items-center gap-2 no-print">
            <Button
                variant=Variant::Ghost
                icon=icondata::LuChevronLeft
                label=t!(retainers.previous_cycle)
                reason=Signal::derive(move || lacks(-1).unwrap_or_default())
                on_press=Callback::new(move |()| step(-1))
            />
            <select
                class="select min-w-0 flex-1 sm:max-w-80"
                aria-label=t!(retainers.cycle_picker)
                prop:value=move || seq.get().map(|seq| seq.to_string())
                on:change=move |event| {
                    if let Ok(seq) = event_target_value(&event).parse() {
                        go.run(seq);
                    }
                }
            >
                {options}
            </select>
            <Button
                variant=Variant::Ghost
                icon=icondata::LuChevronRight
                label=t!(retainers.next_cycle)
                reason=Signal::derive(move || lacks(1).unwrap_or_default())
                on_press=Callback::new(move |()| step(1))
            />
        </div>
    }
}
