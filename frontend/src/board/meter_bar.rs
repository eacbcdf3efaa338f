//! The meter above the board: what is left, and what the work on it will still draw.
use leptos::prelude::*;
use shared::api::Balance;
use shared::rules::work::forecast;

use super::state::{State, free};
use crate::format::effort;
use crate::meter::{Meter, MeterSize, left_words};
use crate::t;

/// What is to come, as if the card that was taken up were dropped where it is.
fn to_come(state: State) -> Memo<i64> {
    Memo::new(move |_| {
        let moved = state.lifted.get().map(|lifted| (lifted.id, lifted.spot.column));
        state.model.with(|model| model.as_ref().map_or(0, |model| model.to_come(moved)))
    })
}

#[component]
pub(super) fn MeterBar(state: State) -> impl IntoView {
    let to_come = to_come(state);
    let shown = Memo::new(move |_| state.balance.with(Option::is_some));
    let balance = Signal::derive(move || {
        let planned = to_come.get();
        state.balance.get().map(|balance| Balance {
            committed: balance.committed - balance.planned + planned,
            ..balance
        })
    });
    let words = move || {
        let balance = state.balance.get()?;
        let (planned, left) = (to_come.get(), free(&balance));
        let after = match forecast::over(left, planned) {
            0 => t!(board.stays_free, amount = effort(left - planned)),
            over => t!(board.goes_over, amount = effort(over)),
        };
        let class = if planned > left { "forecast is-over" } else { "forecast" };
        let now = left_words(&balance);
        let planned = t!(board.to_come, amount = effort(planned));
        Some(view! {
            <p class=class>
                <strong>{now}</strong>
                <span>{planned}</span>
                <span class="forecast-after">{after}</span>
            </p>
        })
    };
    let meter = move || {
        let known = balance.get_untracked()?;
        let balance = Signal::derive(move || balance.get().unwrap_or_else(|| known.clone()));
        Some(view! { <Meter balance size=MeterSize::Row /> })
    };
    view! {
        <Show when=move || shown.get()>
            <section class="board-meter" aria-label=t!(board.forecast)>
                {meter}
                {words}
            </section>
        </Show>
    }
}
