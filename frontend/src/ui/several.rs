//! Several people, each with a tick.
use std::str::FromStr;

use leptos::prelude::*;

use super::Choice;

/// A list of people to tick; the values of the choices are their ids.
#[component]
pub fn Several<T>(
    /// What they are chosen for.
    legend: &'static str,
    /// Who can be chosen.
    people: Signal<Vec<Choice>>,
    /// Who is.
    chosen: RwSignal<Vec<T>>,
) -> impl IntoView
where
    T: FromStr + PartialEq + Copy + Send + Sync + 'static,
{
    let tick = move |one: Choice| {
        let id: Option<T> = one.value.parse().ok();
        let on = move || chosen.with(|all| id.is_some_and(|id| all.contains(&id)));
        let toggle = move |event: leptos::ev::Event| {
            let Some(id) = id else { return };
            let on = event_target_checked(&event);
            chosen.update(|all| {
                all.retain(|one| *one != id);
                if on {
                    all.push(id);
                }
            });
        };
        view! {
            <label class="know-tick">
                <input type="checkbox" class="checkbox" prop:checked=on on:change=toggle />
                {one.label}
            </label>
        }
    };
    view! {
        <fieldset class="form-part">
            <legend>{legend}</legend>
            <div class="know-ticks">
                {move || people.get().into_iter().map(tick).collect_view()}
            </div>
        </fieldset>
    }
}
