//! A card of the board.
use leptos::prelude::*;
use shared::api::{Held, ProcessLevel, Seat, WorkItemId};

use super::layout::{Drawn, Mark, mark};
use super::model::Seen;
use super::state::{Asked, State, count, dragged};
use super::words;
use crate::format::{Measure, date, effort};
use crate::retainers::today;
use crate::session::use_me;
use crate::t;
use crate::ui::icon;

/// The id of the element that has the focus of a card.
pub(super) fn card_id(id: WorkItemId) -> String {
    format!("card-{id}")
}

/// A card where it stands, as long as it is seen.
#[component]
pub(super) fn CardView(state: State, id: WorkItemId) -> impl IntoView {
    let seen = Memo::new(move |_| {
        state.model.with(|model| model.as_ref().and_then(|model| model.cards.get(&id).cloned()))
    });
    let place = Memo::new(move |_| state.layout.with(|layout| layout.places.get(&id).copied()));
    let lifted =
        Memo::new(move |_| state.lifted.with(|lifted| lifted.is_some_and(|one| one.id == id)));
    let over = Memo::new(move |_| state.over.with(|over| over.get(&id).copied()));
    let current = move || (state.open.get() == Some(id)).then_some("true");
    let column =
        move || place.get().map_or(0, |place| if state.narrow.get() { 0 } else { place.column });
    let top = move || format!("translateY({}px)", place.get().map_or(0, |place| place.top));
    let face = move || {
        let seen = seen.get()?;
        Some(view! { <Face state seen place over /> })
    };
    view! {
        <article
            class="card-item"
            class:is-lifted=move || lifted.get()
            data-card=id.to_string()
            aria-current=current
            style=("--col", move || column().to_string())
            style:transform=top
        >
            {face}
        </article>
    }
}

#[component]
fn Face(
    state: State,
    seen: Seen,
    place: Memo<Option<Drawn>>,
    over: Memo<Option<i64>>,
) -> impl IntoView {
    let Seen { card, seats } = seen;
    let (id, title) = (card.id, card.title.clone());
    let name = {
        let (title, column) = (title.clone(), card.column);
        move || {
            let place = place.get();
            let (nth, of) = place.map_or((0, 0), |place| (place.nth, place.of));
            let column = state.column_name(column);
            t!(board.card_name, title = &title, column = column, nth = count(nth), of = count(of))
        }
    };
    let open = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        if !dragged() {
            state.go.run(Some(id));
        }
    };
    let moves = move |_: leptos::ev::MouseEvent| state.asked.set(Some(Asked { id, spot: None }));
    let menu = t!(board.move_card, title = &title);
    let marked = {
        let card = card.clone();
        move || {
            let measure = state.measure();
            let shown = |mark| view! { <MarkView mark card=card.clone() measure /> };
            mark(&card, over.get()).map(shown)
        }
    };
    let seats =
        Seat::ALL.iter().zip(seats).map(|(seat, held)| view! { <SeatView seat=*seat held /> });
    view! {
        <div class="card-top">
            <span class="card-number">{format!("#{}", card.number)}</span>
            <span class=level_class(card.level)>{words::level(card.level)}</span>
            {state.may.then(|| view! {
                <button
                    type="button"
                    class="card-move"
                    aria-label=menu.clone()
                    title=menu
                    on:click=moves
                >
                    {icon(icondata::LuEllipsis)}
                </button>
            })}
        </div>
        <a
            id=card_id(id)
            class="card-title"
            href=format!("?card={id}")
            draggable="false"
            aria-label=name
            aria-describedby="board-hint"
            on:click=open
        >
            {title.clone()}
        </a>
        <div class="card-foot">
            {marked}
            <Facts state card=card.clone() over />
        </div>
        <div class="card-foot">
            <span class="card-seats">{seats.collect_view()}</span>
            <Due card />
        </div>
    }
}

fn level_class(level: ProcessLevel) -> &'static str {
    match level {
        ProcessLevel::Lightweight => "card-level",
        ProcessLevel::Standard => "card-level card-level-standard",
        ProcessLevel::Detailed => "card-level card-level-detailed",
    }
}

/// The day by which it is wanted.
#[component]
fn Due(card: shared::api::Card) -> impl IntoView {
    let late = card.due_on.is_some_and(|day| day < today())
        && card.column != shared::api::WorkColumn::Delivered;
    card.due_on.map(|day| {
        view! { <span class="card-due" class:is-late=late>{date(day, today())}</span> }
    })
}

/// For how long something waits.
#[component]
fn Clock(at: chrono::DateTime<chrono::Utc>) -> impl IntoView {
    let me = use_me();
    let since = move || words::since(at, me.with(|me| me.now));
    view! { <span class="card-wait">{icon(icondata::LuHourglass)} {since}</span> }
}

/// Estimate against drawn, and how long it waits where its mark says something else.
#[component]
fn Facts(state: State, card: shared::api::Card, over: Memo<Option<i64>>) -> impl IntoView {
    let drawn = match (card.drawn, card.estimate) {
        (0, Some(estimate)) => Some(effort(estimate)),
        (drawn, Some(estimate)) => {
            Some(t!(board.of_estimate, drawn = effort(drawn), estimate = effort(estimate)))
        }
        (0, None) => None,
        (drawn, None) => Some(effort(drawn)),
    };
    let price = {
        let item = card.item.clone();
        move || state.price(item.as_deref())
    };
    let waits = move || {
        let at = card.waiting_since.filter(|_| mark(&card, over.get()) != Some(Mark::Waiting))?;
        Some(view! { <Clock at /> })
    };
    view! {
        <span class="card-facts">
            {waits}
            {move || price().map(|words| view! { <span>{words}</span> })}
            {drawn.map(|words| view! { <span>{words}</span> })}
        </span>
    }
}

/// Beside its clock there is no room to say that it waits: the clock is the mark.
#[component]
fn MarkView(mark: Mark, card: shared::api::Card, measure: Measure) -> impl IntoView {
    let class = match mark {
        Mark::Blocked | Mark::Over(_) => "card-mark card-mark-bad",
        Mark::Waiting | Mark::NeedsApproval | Mark::NeedsVerdict => "card-mark",
    };
    let words = words::mark(mark, &measure);
    let title = words.clone();
    match card.waiting_since.filter(|_| mark == Mark::Waiting) {
        Some(at) => view! {
            <span class=class title=title>
                <span class="sr-only">{words} " "</span>
                <Clock at />
            </span>
        }
        .into_any(),
        None => view! { <span class=class>{words}</span> }.into_any(),
    }
}

/// The initials of who holds a seat; an empty seat is seen too.
#[component]
fn SeatView(seat: Seat, held: Option<Held>) -> impl IntoView {
    let name = words::seat(seat);
    match held {
        Some(held) => {
            let title = format!("{name}: {}", held.name);
            let initials = words::initials(&held.name);
            let said = title.clone();
            view! {
                <span class="seat" title=title>
                    <span aria-hidden="true">{initials}</span>
                    <span class="sr-only">{said}</span>
                </span>
            }
            .into_any()
        }
        None => {
            let title = t!(board.seat_empty, seat = name);
            let said = title.clone();
            view! {
                <span class="seat seat-empty" title=title>
                    <span class="sr-only">{said}</span>
                </span>
            }
            .into_any()
        }
    }
}
