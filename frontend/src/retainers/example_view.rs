//! What the terms come to, beside the form: a worked example and the first cycles.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Money, NewRetainer};

use super::example::{self, Outlook};
use super::{today, words};
use crate::format::{cycle_range, effort, money_short};
use crate::ui::{Panel, icon};
use crate::{t, tn};

/// How many cycles are shown.
const CYCLES: usize = 3;

/// The example, the first cycles, and what becomes of history; quiet until the form can be read.
#[component]
pub fn Preview(
    /// The retainer that the form describes, if it can be read.
    new: Memo<Option<NewRetainer>>,
) -> impl IntoView {
    let today = today();
    let told = move || {
        new.with(|new| {
            let new = new.as_ref()?;
            let series = example::series(new).ok()?;
            let sentences = example::example(&series, &new.terms)
                .map(|told| words::example(&told, &new.terms, today))
                .unwrap_or_default();
            let cycles = example::outlook(&series, &new.terms, CYCLES);
            let past = i64::from(example::past_cycles(&series, today));
            Some((sentences, cycles, past, new.terms.price.currency.clone()))
        })
    };
    let body = move || match told() {
        None => view! { <p class="p-4 text-soft">{t!(retainers.example_wait)}</p> }.into_any(),
        Some((sentences, cycles, past, currency)) => {
            let sentences = sentences.into_iter().map(|words| view! { <p>{words}</p> });
            let history = (past > 0).then(|| {
                let words = tn!(past, retainers.history_1, retainers.history_n);
                view! {
                    <div class="note">
                        {icon(icondata::LuHistory)}
                        <p class="note-words">{words}</p>
                    </div>
                }
            });
            view! {
                <div class="flex flex-col gap-3 p-4">
                    {sentences.collect_view()}
                    {history}
                </div>
                <FirstCycles cycles currency today />
            }
            .into_any()
        }
    };
    view! {
        <div class="xl:sticky xl:top-6" aria-live="off">
            <Panel title=t!(retainers.example_title)>{body}</Panel>
        </div>
    }
}

#[component]
fn FirstCycles(cycles: Vec<Outlook>, currency: String, today: NaiveDate) -> impl IntoView {
    let row = |outlook: Outlook| {
        let cycle = outlook.cycle;
        let partial = cycle.partial().then(|| {
            let words = t!(retainers.partial, days = cycle.days(), full = cycle.nominal_days(),);
            view! { <span class="block text-xs text-muted">{words}</span> }
        });
        let price = Money { amount_minor: outlook.price, currency: currency.clone() };
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">
                    {cycle_range(cycle.start, cycle.end, today)} {partial}
                </th>
                <td class="num text-end">{effort(outlook.grant)}</td>
                <td class="num text-end">{money_short(&price)}</td>
            </tr>
        }
    };
    let rows = cycles.into_iter().map(row).collect_view();
    view! {
        <table class="table">
            <caption class="sr-only">{t!(retainers.first_cycles)}</caption>
            <thead>
                <tr>
                    <th scope="col">{t!(retainers.first_cycles)}</th>
                    <th scope="col" class="text-end">{t!(retainers.grant)}</th>
                    <th scope="col" class="text-end">{t!(retainers.price_short)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}
