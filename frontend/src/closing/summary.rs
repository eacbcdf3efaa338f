//! What closing does to each pool, with the choices made so far.
use leptos::prelude::*;
use shared::api::PoolClosing;

use super::state::Draft;
use super::words;
use crate::format::{Measure, pool_name};
use crate::t;
use crate::ui::Panel;

/// The figures beside the steps.
#[component]
pub(super) fn Summary(draft: Draft) -> impl IntoView {
    let title = Signal::derive(move || match draft.frozen() {
        true => t!(closing.summary_title_made).to_owned(),
        false => t!(closing.summary_title).to_owned(),
    });
    let body = move || {
        let pools = draft.closing.with(|closing| {
            closing.iter().flat_map(|closing| closing.pools.iter().map(of_pool)).collect_view()
        });
        view! { <div class="flex flex-col gap-4 p-4">{pools}</div> }
    };
    view! { <Panel title>{body}</Panel> }
}

fn of_pool(one: &PoolClosing) -> AnyView {
    let (sums, measure) = (one.sums, Measure::of(&one.pool));
    let mut rows = vec![
        (t!(closing.sum_used), measure.say(sums.used)),
        (t!(closing.sum_carries), measure.say(sums.closing)),
        (t!(closing.sum_lapses), measure.say(sums.lapsed)),
    ];
    if sums.borrowed > 0 {
        rows.push((t!(closing.sum_borrowed), measure.say(sums.borrowed)));
    }
    if sums.unrepaid > 0 {
        rows.push((t!(closing.sum_unrepaid), measure.say(sums.unrepaid)));
    }
    if sums.overage_absorbed > 0 {
        rows.push((t!(closing.sum_absorbed), measure.say(sums.overage_absorbed)));
    }
    if sums.overage_billed > 0 {
        let amount = words::amount(sums.overage_amount_minor, &one.pool.currency);
        rows.push((
            t!(closing.sum_billed),
            format!("{} · {amount}", measure.say(sums.overage_billed)),
        ));
    }
    if one.taken_back > 0 {
        rows.push((t!(closing.sum_taken_back), measure.say(one.taken_back)));
    }
    let rows = rows.into_iter().map(|(label, value)| {
        view! {
            <div class="flex justify-between gap-4">
                <dt class="text-soft">{label}</dt>
                <dd class="num text-end">{value}</dd>
            </div>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div>
            <h3 class="mb-1 font-semibold">{pool_name(&one.pool)}</h3>
            <dl class="flex flex-col gap-1">{rows}</dl>
        </div>
    }
    .into_any()
}
