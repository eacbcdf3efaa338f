//! What the terms come to, beside the form: a worked example and the first cycles.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{FirstPartial, Money, NewRetainer};

use super::example::{self, Outlook};
use super::{example_words, terms_words, today, words};
use crate::format::{cycle_range, money_exact, quantity};
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
            let currency = &new.terms.price.currency;
            let told = new.terms.pools.iter().map(|pool| {
                let told = example::example(&series, pool);
                let words = example_words::example(told.as_ref(), pool, currency, today);
                (terms_words::name(pool), words)
            });
            let told: Vec<(String, Vec<String>)> = told.collect();
            let cycles = example::outlook(new, &series, CYCLES);
            let past = i64::from(example::past_cycles(&series, today));
            Some((told, cycles, past, new.clone()))
        })
    };
    let body = move || match told() {
        None => view! { <p class="p-4 text-soft">{t!(retainers.example_wait)}</p> }.into_any(),
        Some((told, cycles, past, new)) => {
            let several = told.len() > 1;
            let sentences = told.into_iter().map(|(name, words)| {
                let name = several.then(|| view! { <h3 class="font-semibold">{name}</h3> });
                let words = words.into_iter().map(|words| view! { <p>{words}</p> });
                view! { {name} {words.collect_view()} }
            });
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
                <FirstCycles cycles new today />
            }
            .into_any()
        }
    };
    view! {
        <Panel title=t!(retainers.example_title)>{body}</Panel>
    }
}

#[component]
fn FirstCycles(cycles: Vec<Outlook>, new: NewRetainer, today: NaiveDate) -> impl IntoView {
    let (terms, first) = (new.terms, new.first_partial);
    let currency = terms.price.currency;
    let row = |outlook: Outlook| {
        let cycle = outlook.cycle;
        let partial = cycle.partial().then(|| {
            let days = t!(retainers.partial, days = cycle.days(), full = cycle.nominal_days(),);
            let kept = cycle.start > cycle.nominal_start && first != FirstPartial::Prorate;
            let told = kept.then(|| format!(": {}", words::first_partial(first).0));
            let words = format!("{days}{}", told.unwrap_or_default());
            view! { <span class="block text-xs text-muted">{words}</span> }
        });
        let grants = outlook.grants.iter().zip(&terms.pools);
        let grants = grants.map(|(grant, pool)| quantity(pool.unit, &currency, *grant));
        let grants = grants.map(|grant| view! { <div>{grant}</div> }).collect_view();
        let price = Money { amount_minor: outlook.price, currency: currency.clone() };
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">
                    {cycle_range(cycle.start, cycle.end, today)} {partial}
                </th>
                <td class="num text-end">{grants}</td>
                <td class="num text-end">{money_exact(&price)}</td>
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
