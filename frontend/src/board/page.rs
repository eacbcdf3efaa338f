//! The board of a retainer, or of all, and the card beside it.
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate, use_params_map, use_query_map};
use shared::api::{Retainer, RetainerId, WorkColumn, WorkItemId};

use super::adding::AddDialog;
use super::grid::Grid;
use super::live;
use super::meter_bar::MeterBar;
use super::model::Model;
use super::moving::MoveDialog;
use super::pane::Pane;
use super::pools::Pools;
use super::settings::SettingsDialog;
use super::state::{Address, State, count};
use super::words;
use crate::keys::{Group, use_action};
use crate::query::{Query, use_query};
use crate::retainers::retainer_href;
use crate::session::{delivers, manages, use_me};
use crate::shell::Area;
use crate::ui::{Button, FaultNote, PageHeader, Variant, styles};
use crate::{api, t};

/// Narrower windows show one column, in px.
const NARROW: f64 = 640.0;

/// `/accounts/:account/retainers/:retainer/board?card=ID`, and `/board?card=ID` for all.
#[component]
pub fn BoardPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/board.css"));
    let params = use_params_map();
    let asked = Memo::new(move |_| {
        params.with(|params| params.get("retainer").map(|id| id.parse::<RetainerId>().ok()))
    });
    move || match asked.get() {
        Some(None) => {
            view! { <crate::retainers::NotThere words=t!(retainers.not_found) /> }.into_any()
        }
        Some(Some(id)) => view! { <Screen retainer=Some(id) /> }.into_any(),
        None => view! { <Screen retainer=None /> }.into_any(),
    }
}

/// Whether the window is narrow.
fn narrow() -> Signal<bool> {
    let measure = || {
        let width = window().inner_width().ok().and_then(|width| width.as_f64());
        width.is_some_and(|width| width < NARROW)
    };
    let narrow = RwSignal::new(measure());
    let resized = window_event_listener(leptos::ev::resize, move |_| {
        let now = measure();
        if narrow.try_get_untracked().is_some_and(|known| known != now) {
            narrow.set(now);
        }
    });
    on_cleanup(move || resized.remove());
    narrow.into()
}

#[component]
fn Screen(retainer: Option<RetainerId>) -> impl IntoView {
    let of = retainer.map(|id| use_query(move || api::retainer(id)));
    let state = open_board(retainer, of);
    let role = use_me().with_untracked(|me| me.role);
    let (adding, setting) = (RwSignal::new(false), RwSignal::new(false));
    if state.may {
        use_action(Group::Here, t!(board.add), "c", move || adding.set(true));
    }
    let title = Signal::derive(move || match of {
        None => t!(board.all_title).to_owned(),
        Some(of) => of
            .with(|of| of.map(|of| t!(board.of_retainer, name = &of.name)))
            .unwrap_or_else(|| t!(board.title).to_owned()),
    });
    let may_set = retainer.filter(|_| manages(role));
    view! {
        <PageHeader title area=Area::Board status=move || view! { <Loose state /> }>
            <Unasked state />
            {may_set.map(|_| view! {
                <Button
                    variant=Variant::Ghost
                    icon=icondata::LuSettings2
                    label=t!(board.settings)
                    on_press=Callback::new(move |()| setting.set(true))
                />
            })}
            {state.may.then(|| view! {
                <Button
                    variant=Variant::Primary
                    icon=icondata::LuPlus
                    keys="c"
                    on_press=Callback::new(move |()| adding.set(true))
                >
                    {t!(board.add)}
                </Button>
            })}
        </PageHeader>
        <div class="board-page" class:has-pane=move || state.open.get().is_some()>
            <div class="board-main">
                <Above state of />
                <Content state />
            </div>
            {move || state.open.get().map(|id| view! { <Pane state id /> })}
        </div>
        <MoveDialog state />
        <AddDialog state open=adding />
        {may_set.map(|id| view! { <SettingsDialog state id open=setting /> })}
    }
}

/// The reads of the page, and the line on which changes are heard.
fn open_board(retainer: Option<RetainerId>, of: Option<Query<Retainer>>) -> State {
    let query = use_query_map();
    let path = use_location().pathname;
    let navigate = use_navigate();
    let open = Memo::new(move |_| {
        query.with(|query| query.get("card").and_then(|id| id.parse::<WorkItemId>().ok()))
    });
    let unasked = Memo::new(move |_| query.with(|query| query.get("unasked").is_some()));
    let go = Callback::new(move |card: Option<WorkItemId>| {
        navigate(&href(path.get_untracked(), card, unasked.get_untracked()), Default::default());
    });
    let may = use_me().with_untracked(|me| delivers(me.role));
    let state = State::new(retainer, narrow(), Pools::of(of), Address { open, unasked, go }, may);
    let line = match retainer {
        Some(id) => format!("/retainers/{id}/board/events"),
        None => "/boards/events".to_owned(),
    };
    state.refresh();
    live::follow(line, move |changes| state.heard(changes));
    state
}

/// The address of a board with a card, and with only what nobody requested.
fn href(path: String, card: Option<WorkItemId>, unasked: bool) -> String {
    api::Path::new(path).with("card", card).with("unasked", unasked.then_some(1)).done()
}

/// Leaves only work that came by no request; it stands in the address. Source: requirement S3-36.
#[component]
fn Unasked(state: State) -> impl IntoView {
    let on = state.unasked;
    let path = use_location().pathname;
    let navigate = use_navigate();
    let toggle = move |_| {
        let to = href(path.get_untracked(), state.open.get_untracked(), !on.get_untracked());
        navigate(&to, Default::default());
    };
    view! {
        <button
            type="button"
            class="btn"
            aria-pressed=move || if on.get() { "true" } else { "false" }
            on:click=toggle
        >
            {crate::ui::icon(icondata::LuListFilter)}
            {t!(board.unasked)}
        </button>
    }
}

/// How much work serves no priority. Source: requirement S0-3.
#[component]
fn Loose(state: State) -> impl IntoView {
    let loose = Memo::new(move |_| {
        let of = state.retainer.is_some();
        state
            .model
            .with(|model| model.as_ref().filter(|_| of).map_or(0, |model| model.unprioritised()))
    });
    move || {
        let n = loose.get();
        (n > 0).then(|| {
            view! { <span class="board-loose">{t!(board.loose, n = count(n))}</span> }
        })
    }
}

/// The account, the meter, and on a phone the switch of columns.
#[component]
fn Above(state: State, of: Option<Query<Retainer>>) -> impl IntoView {
    let links = move || {
        let of = of?;
        let names = of.with(|one| {
            one.map(|one| (one.account_id, one.id, one.account_name.clone(), one.name.clone()))
        });
        names.map(|(account, id, name, retainer)| {
            view! {
                <p class="board-links">
                    <a class="link" href=format!("/accounts/{account}")>{name}</a>
                    <span aria-hidden="true">"/"</span>
                    <a class="link" href=retainer_href(account, id)>{retainer}</a>
                </p>
            }
        })
    };
    let switch = move || {
        let option = move |column: &WorkColumn| {
            let column = *column;
            let pressed = move || if state.only.get() == column { "true" } else { "false" };
            let n = move || {
                let unasked = state.unasked.get();
                let sums = |model: &Model| model.sums(column, unasked).0;
                state.model.with(|model| model.as_ref().map_or(0, sums))
            };
            view! {
                <button
                    type="button"
                    class="board-switch-item"
                    aria-pressed=pressed
                    on:click=move |_| state.only.set(column)
                >
                    {move || state.column_name(column)}
                    <span class="board-count">{move || crate::format::count(n())}</span>
                </button>
            }
        };
        view! {
            <div class="board-switch" role="group" aria-label=t!(board.column)>
                {WorkColumn::ALL.iter().map(option).collect_view()}
            </div>
        }
    };
    let more = move || {
        let more = state.model.with(|model| model.as_ref().is_some_and(|model| model.more));
        more.then(|| view! { <p class="note">{t!(board.more)}</p> })
    };
    view! {
        {links}
        <MeterBar state />
        {more}
        <Show when=move || state.narrow.get()>{switch}</Show>
    }
}

/// The grid; before it three ghost cards a column, or why there is none.
#[component]
fn Content(state: State) -> impl IntoView {
    let known = Memo::new(move |_| state.model.with(Option::is_some));
    let retry = Callback::new(move |()| state.refresh());
    let fault = move || {
        state.fault.get().map(|fault| {
            view! { <FaultNote fault stale=known.get() retry /> }
        })
    };
    let nothing = Memo::new(move |_| {
        state.model.with(|model| model.as_ref().is_some_and(|model| model.cards.is_empty()))
    });
    let ghosts = || {
        let column = |column: &WorkColumn| {
            view! {
                <div class="board-ghosts">
                    <span class="sr-only">{words::column(*column)}</span>
                    <i class="skeleton-card"></i>
                    <i class="skeleton-card"></i>
                    <i class="skeleton-card"></i>
                </div>
            }
        };
        view! {
            <div class="board-loading" aria-busy="true">
                {WorkColumn::ALL.iter().map(column).collect_view()}
            </div>
        }
    };
    view! {
        {fault}
        <Show when=move || nothing.get()>
            <p class="note">{t!(board.empty)}</p>
        </Show>
        {move || match known.get() {
            true => view! { <Grid state /> }.into_any(),
            false if state.fault.with(Option::is_some) => ().into_any(),
            false => ghosts().into_any(),
        }}
    }
}
