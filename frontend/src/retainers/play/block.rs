//! The block that is played where a pool is only bought: dragged like the terms.
use leptos::prelude::*;

use super::model::{Block, Playable};
use crate::retainers::slide::{Reach, Slide};
use crate::t;

/// How much is bought, and for how many cycles it pays.
#[component]
pub(super) fn BlockSliders(
    /// The terms.
    playable: Memo<Option<Playable>>,
    /// The place of the pool.
    shown: Memo<usize>,
    /// What is played.
    block: RwSignal<Block>,
) -> impl IntoView {
    let (steps, cycles) = (move || block.get().steps, move || block.get().cycles);
    let units = Signal::derive(move || {
        playable
            .with(|terms| terms.as_ref()?.said_block(shown.get(), block.get()))
            .unwrap_or_default()
    });
    let life = Signal::derive(move || cycles().to_string());
    let most = Signal::derive(move || {
        let most = playable.with(|terms| terms.as_ref()?.most_steps(shown.get()));
        Reach { min: 1, step: 1, max: most.unwrap_or(1) }
    });
    let buy = Callback::new(move |steps| block.update(|block| block.steps = steps));
    let keep = Callback::new(move |cycles| block.update(|block| block.cycles = cycles));
    view! {
        <Dragged label=t!(retainers.part_lot_purchased) number=steps reach=most say=units take=buy />
        <Dragged
            label=t!(retainers.max_cycles)
            number=cycles
            reach=Signal::stored(Reach { min: 1, step: 1, max: 12 })
            say=life
            take=keep
        />
    }
}

/// A slider that says what it stands at.
#[component]
fn Dragged(
    label: &'static str,
    number: impl Fn() -> i64 + Copy + Send + Sync + 'static,
    reach: Signal<Reach>,
    say: Signal<String>,
    take: Callback<i64>,
) -> impl IntoView {
    let number = Signal::derive(move || Some(number()));
    view! {
        <div class="field">
            <span class="field-label">{label} ": " {move || say.get()}</span>
            <Slide label number reach say take />
        </div>
    }
}
