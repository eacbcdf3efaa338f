//! The grid of a board: columns across, lanes down, and only those cards that are seen.
use std::cell::Cell;

use leptos::{html, prelude::*};
use shared::api::WorkColumn;

use super::card::CardView;
use super::drag;
use super::keyboard;
use super::layout::{AHEAD, LaneRow};
use super::model::{Lane, Model, nth};
use super::state::State;
use super::words;
use crate::format::effort_or_nothing;
use crate::t;

/// What is seen changes in steps of so many px: cards are drawn a good deal ahead.
const STEP: i32 = 120;

/// The elements that the moves need.
#[derive(Clone, Copy)]
pub(super) struct Surface {
    /// What scrolls.
    pub(super) scroller: NodeRef<html::Div>,
    /// What holds the cards.
    pub(super) canvas: NodeRef<html::Div>,
    /// What follows the pointer.
    pub(super) ghost: NodeRef<html::Div>,
}

#[component]
pub(super) fn Grid(state: State) -> impl IntoView {
    let surface =
        Surface { scroller: NodeRef::new(), canvas: NodeRef::new(), ghost: NodeRef::new() };
    let seen = RwSignal::new((0, 1_200));
    let look = move || {
        let Some(scroller) = surface.scroller.try_get_untracked().flatten() else { return };
        let top = scroller.scroll_top() / STEP * STEP;
        let height = (scroller.client_height() / STEP + 2) * STEP;
        if seen.try_get_untracked().is_some_and(|now| now != (top, height)) {
            seen.set((top, height));
        }
    };
    let asked = StoredValue::new_local(Cell::new(false));
    // At most once a frame.
    let scrolled = move |_: leptos::ev::Event| {
        if !asked.with_value(|asked| asked.replace(true)) {
            request_animation_frame(move || {
                if asked.try_with_value(|asked| asked.set(false)).is_some() {
                    look();
                }
            });
        }
    };
    Effect::new(move |_| {
        state.layout.with(|layout| layout.height);
        request_animation_frame(look);
    });
    let resized = window_event_listener(leptos::ev::resize, move |_| look());
    on_cleanup(move || resized.remove());
    keyboard::use_moves(state, surface);
    Effect::new(move |_| {
        seen.track();
        state.layout.track();
        state.model.track();
        keyboard::keep_hold(state);
    });
    let height = move || format!("{}px", state.layout.with(|layout| layout.height.max(240)));
    // Where no card takes the focus, the keys that scroll need it here.
    let bare = move || state.layout.with(|layout| layout.places.is_empty()).then_some("0");
    let held = move |event: leptos::ev::TouchEvent| {
        if state.lifted.with_untracked(|lifted| lifted.is_some_and(|one| one.by_pointer)) {
            event.prevent_default();
        }
    };
    view! {
        <div
            class="board-scroll"
            class:is-narrow=move || state.narrow.get()
            role="group"
            aria-label=t!(shell.board)
            tabindex=bare
            node_ref=surface.scroller
            on:scroll=scrolled
            on:touchmove=held
        >
            <Heads state />
            <div
                class="board-canvas"
                node_ref=surface.canvas
                style:height=height
                on:pointerdown=move |event| drag::pressed(state, surface, &event)
                on:keydown=move |event| keyboard::pressed(state, surface, &event)
            >
                <Lanes state />
                <Cards state seen />
                <Line state />
            </div>
        </div>
        <div class="board-ghost floating" node_ref=surface.ghost aria-hidden="true"></div>
        <p id="board-hint" class="sr-only">{t!(board.hint)}</p>
    }
}

/// The cards that are seen. Each lane and column is a list of its own: of one list for all of them
/// the better part would be taken out and put in again whenever a card is drawn or left.
#[component]
fn Cards(state: State, #[prop(into)] seen: Signal<(i32, i32)>) -> impl IntoView {
    let lanes = Memo::new(move |_| {
        state.layout.with(|layout| layout.lanes.iter().map(|row| row.lane).collect::<Vec<_>>())
    });
    let hand = Memo::new(move |_| state.lifted.with(|lifted| lifted.map(|one| one.id)));
    let cell = move |lane: Lane, column: WorkColumn| {
        let drawn = Memo::new(move |_| {
            let (top, height) = seen.get();
            let between = (top - AHEAD, top + height + AHEAD);
            let hand = hand.get();
            state.layout.with(|layout| layout.drawn((lane, column), between, hand))
        });
        view! {
            <For each=move || drawn.get() key=|id| *id let:id>
                <CardView state id />
            </For>
        }
    };
    view! {
        <For each=move || lanes.get() key=|lane| *lane let:lane>
            {WorkColumn::ALL.iter().map(|column| cell(lane, *column)).collect_view()}
        </For>
    }
}

/// The columns that are drawn.
fn columns(state: State) -> Vec<WorkColumn> {
    match state.narrow.get() {
        true => vec![state.only.get()],
        false => WorkColumn::ALL.to_vec(),
    }
}

/// Name, number of cards, limit and effort of each column.
#[component]
fn Heads(state: State) -> impl IntoView {
    let head = move |column: WorkColumn| {
        let sums_of = move |unasked: bool| {
            let sums = |model: &Model| model.sums(column, unasked);
            state.model.with(|model| model.as_ref().map(sums).unwrap_or_default())
        };
        let sums = Memo::new(move |_| sums_of(state.unasked.get()));
        // A limit counts what is there, whatever is shown of it.
        let all = Memo::new(move |_| sums_of(false).0);
        let limit = Memo::new(move |_| {
            state.model.with(|model| {
                model.as_ref()?.columns.iter().find(|one| one.column == column)?.limit
            })
        });
        let cards = move || match limit.get() {
            Some(limit) => t!(
                board.cards_of,
                n = crate::format::count(sums.get().0),
                limit = crate::format::count(limit),
            ),
            None => crate::format::count(sums.get().0),
        };
        let beyond = move || limit.get().is_some_and(|limit| all.get() > limit);
        let effort = move || {
            let (_, estimate, drawn) = sums.get();
            effort_words(estimate, drawn)
        };
        let over_limit =
            move || beyond().then(|| view! { <span class="sr-only">{t!(board.over_limit)}</span> });
        view! {
            <div class="board-head" class:is-over=beyond>
                <h2>{move || state.column_name(column)}</h2>
                <span class="board-count">{cards} {over_limit}</span>
                <span class="board-effort">{effort}</span>
            </div>
        }
    };
    view! {
        <div class="board-heads">
            {move || columns(state).into_iter().map(head).collect_view()}
        </div>
    }
}

/// Minutes recorded of those that were thought of; empty for none of both.
fn effort_words(estimate: i64, drawn: i64) -> String {
    match (effort_or_nothing(drawn), effort_or_nothing(estimate)) {
        (Some(drawn), Some(estimate)) => t!(board.of_estimate, drawn = drawn, estimate = estimate),
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

/// The strips of the columns, and a line above each lane.
#[component]
fn Lanes(state: State) -> impl IntoView {
    let strips = move || {
        let strip = |n: usize| view! { <i class="board-strip" style=("--col", n.to_string())></i> };
        (0..columns(state).len()).map(strip).collect_view()
    };
    let rows = Memo::new(move |_| state.layout.with(|layout| layout.lanes.clone()));
    let lane = move |row: LaneRow| {
        let title = row.title.clone().unwrap_or_else(|| t!(board.unprioritised).to_owned());
        let rank = row.rank.map(|rank| {
            view! { <span class="lane-rank">{crate::format::count(rank)}</span> }
        });
        let at = row.lane;
        let effort = move || {
            let unasked = state.unasked.get();
            let shown = columns(state);
            let sums = |model: &Model| model.lane_sums((at, &shown), unasked);
            let (_, estimate, drawn) =
                state.model.with(|model| model.as_ref().map(sums).unwrap_or_default());
            effort_words(estimate, drawn)
        };
        let cards: usize = row.cells.iter().map(Vec::len).sum();
        let lengths = row.cells.clone().map(|cell| cell.len());
        let told = move || {
            let shown = columns(state).into_iter().map(|column| lengths[nth(column)]);
            crate::format::count(i64::try_from(shown.sum::<usize>()).unwrap_or(0))
        };
        let empty = move || {
            (cards == 0).then(|| {
                let purpose = |column: WorkColumn| {
                    let place = if state.narrow.get() { 0 } else { nth(column) };
                    view! {
                        <p class="lane-empty" style=("--col", place.to_string())>
                            {words::purpose(column)}
                        </p>
                    }
                };
                columns(state).into_iter().map(purpose).collect_view()
            })
        };
        view! {
            <section
                class="lane"
                style:transform=format!("translateY({}px)", row.top)
                style:height=format!("{}px", row.height)
            >
                <h3 class="lane-title">
                    {rank}
                    <span class="truncate">{title}</span>
                    <span class="board-count">{told}</span>
                    <span class="board-effort">{effort}</span>
                </h3>
                {empty}
            </section>
        }
    };
    view! {
        {strips}
        {move || rows.get().into_iter().map(lane).collect_view()}
    }
}

/// Where a card that was taken up would come to stand.
#[component]
fn Line(state: State) -> impl IntoView {
    let at = Memo::new(move |_| {
        let lifted = state.lifted.get()?;
        let line = state.layout.with(|layout| layout.line(lifted.id, lifted.spot))?;
        let column = if state.narrow.get() { 0 } else { nth(lifted.spot.column) };
        Some((column, line))
    });
    move || {
        at.get().map(|(column, line)| {
            view! {
                <i
                    class="board-line"
                    style=("--col", column.to_string())
                    style:transform=format!("translateY({line}px)")
                ></i>
            }
        })
    }
}
