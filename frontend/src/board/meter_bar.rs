//! The meter above the board: what is left of a pool, and what the work on it will still draw.
use leptos::prelude::*;
use shared::api::{Balance, WorkLoad};
use shared::rules::work::forecast;

use super::state::{State, free};
use crate::format::{Measure, count, pool_name};
use crate::meter::{Meter, MeterSize, left_words};
use crate::t;
use crate::ui::Segments;

/// What is to come, as if the card that was taken up were dropped where it is: units of the pool,
/// and of how many cards nobody can say.
fn to_come(state: State) -> Memo<(i64, i64)> {
    Memo::new(move |_| {
        let moved = state.lifted.get().map(|lifted| (lifted.id, lifted.spot.column));
        state.pools.gauge.with(|gauge| {
            let Some(gauge) = gauge else { return (0, 0) };
            let load = state.model.with(|model| {
                model.as_ref().map_or(WorkLoad::default(), |model| model.to_come(gauge, moved))
            });
            (gauge.total(load), load.unknown)
        })
    })
}

#[component]
pub(super) fn MeterBar(state: State) -> impl IntoView {
    let pools = state.pools;
    let to_come = to_come(state);
    let shown = Memo::new(move |_| pools.balance().is_some());
    let balance = Signal::derive(move || {
        let (planned, _) = to_come.get();
        pools.balance().map(|balance| Balance {
            committed: balance.committed - balance.planned + planned,
            ..balance
        })
    });
    let words = move || {
        let balance = pools.balance()?;
        let measure = Measure::of(&balance.pool);
        let ((planned, unknown), left) = (to_come.get(), free(&balance));
        let after = match forecast::over(left, planned) {
            0 => t!(board.stays_free, amount = measure.say(left - planned)),
            over => t!(board.goes_over, amount = measure.say(over)),
        };
        let class = if planned > left { "forecast is-over" } else { "forecast" };
        let now = left_words(&balance);
        let planned = t!(board.to_come, amount = measure.say(planned));
        // What nobody can say is not guessed.
        let unknown = (unknown > 0).then(|| {
            view! { <span>{t!(board.no_figure, n = count(unknown))}</span> }
        });
        Some(view! {
            <p class=class>
                <strong>{now}</strong>
                <span>{planned}</span>
                {unknown}
                <span class="forecast-after">{after}</span>
            </p>
        })
    };
    let meter = move || {
        let known = balance.get_untracked()?;
        let balance = Signal::derive(move || balance.get().unwrap_or_else(|| known.clone()));
        Some(view! { <Meter balance size=MeterSize::Row /> })
    };
    let names = Signal::derive(move || {
        pools.all.with(|all| all.iter().map(|one| pool_name(&one.pool)).collect::<Vec<_>>())
    });
    let several = Memo::new(move |_| pools.all.with(|all| all.len() > 1));
    view! {
        <Show when=move || shown.get()>
            <section class="board-meter" aria-label=t!(board.forecast)>
                <Show when=move || several.get()>
                    <Segments legend=t!(board.forecast) labels=names chosen=pools.chosen />
                </Show>
                {meter}
                {words}
            </section>
        </Show>
    }
}
