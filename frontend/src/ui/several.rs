//! Several members, each with a tick.
use leptos::prelude::*;
use shared::api::MemberId;

use super::Choice;

/// A list of members to tick; the values of the choices are their ids.
#[component]
pub fn Several(
    /// What they are chosen for.
    legend: &'static str,
    /// Who can be chosen.
    people: Signal<Vec<Choice>>,
    /// Who is.
    chosen: RwSignal<Vec<MemberId>>,
) -> impl IntoView {
    let tick = move |one: Choice| {
        let id: Option<MemberId> = one.value.parse().ok();
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
