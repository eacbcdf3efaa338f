//! What carries and what lapses, lot by lot.
use leptos::prelude::*;
use shared::api::{Cycle, PoolClosing};

use super::state::Draft;
use super::words;
use crate::format::{Measure, pool_name};
use crate::t;
use crate::ui::Panel;

/// The second step.
#[component]
pub(super) fn RestStep(draft: Draft) -> impl IntoView {
    let body = move || {
        let closing = draft.closing.get()?;
        let pools = closing.pools.iter().map(|one| rest(one, &closing.cycle)).collect_view();
        Some(view! { <div class="flex flex-col gap-4 p-4">{pools}</div> })
    };
    view! { <Panel title=t!(closing.rest_title)>{body}</Panel> }
}

fn rest(one: &PoolClosing, cycle: &Cycle) -> AnyView {
    let measure = Measure::of(&one.pool);
    let row = |quantity: i64, about: String| {
        let units = measure.say(quantity);
        view! {
            <li class="flex justify-between gap-4">
                <span class="text-soft">{about}</span>
                <span class="num whitespace-nowrap">{units}</span>
            </li>
        }
    };
    let carries = one.carries.iter().map(|lot| row(lot.quantity, words::carry(lot, cycle)));
    let lapses = one.lapses.iter().map(|gone| row(gone.quantity, words::lapse(gone, cycle)));
    let (carries, lapses) = (carries.collect_view(), lapses.collect_view());
    let none = (one.carries.is_empty() && one.lapses.is_empty())
        .then(|| view! { <p class="text-soft">{t!(closing.rest_none)}</p> });
    let list = |title: &'static str, total: i64, rows: Vec<_>| {
        let total = measure.say(total);
        (!rows.is_empty()).then(|| {
            view! {
                <div>
                    <p class="flex justify-between gap-4 font-medium">
                        <span>{title}</span>
                        <span class="num">{total}</span>
                    </p>
                    <ul class="flex flex-col gap-1 ps-4">{rows}</ul>
                </div>
            }
        })
    };
    view! {
        <div class="flex flex-col gap-2">
            <h3 class="font-semibold">{pool_name(&one.pool)}</h3>
            {none}
            {list(t!(closing.rest_carries), one.sums.closing, carries)}
            {list(t!(closing.rest_lapses), one.sums.lapsed, lapses)}
        </div>
    }
    .into_any()
}
