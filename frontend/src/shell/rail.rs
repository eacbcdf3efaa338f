//! The rail: workspace, search, areas, and what belongs to the reader.
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use shared::api::Switch;

use super::{Area, Layers, Theme, key_sheet::KeyCaps, set_theme, theme};
use crate::{
    api, screens,
    session::{use_me, use_session},
    t,
    ui::{Menu, MenuItem, icon, may_leave, toast},
};

#[component]
pub(super) fn Rail(layers: Layers) -> impl IntoView {
    let path = use_location().pathname;
    let link = move |area: Area| {
        let current = move || area.holds(&path.get()).then_some("page");
        view! {
            <li>
                <a
                    href=area.href()
                    class="rail-link"
                    aria-current=current
                    title=area.name()
                    on:pointerenter=move |_| screens::load_ahead(area.href())
                >
                    {icon(area.icon())}
                    <span class="rail-words">{area.name()}</span>
                    <KeyCaps keys=area.keys() />
                </a>
            </li>
        }
    };
    let narrow = move || layers.narrow.get();
    let toggle_words = move || if narrow() { t!(shell.expand) } else { t!(shell.collapse) };
    view! {
        <div class="rail no-print">
            <Workspace />
            <button
                type="button"
                class="rail-search"
                title=t!(shell.search)
                on:click=move |_| layers.palette.set(true)
            >
                {icon(icondata::LuSearch)}
                <span class="rail-words">{t!(shell.search)}</span>
                <KeyCaps keys="mod k" />
            </button>
            <nav aria-label=t!(shell.main_nav)>
                <ul>{Area::ALL.into_iter().map(link).collect_view()}</ul>
            </nav>
            <div class="rail-foot">
                <You layers />
                <button
                    type="button"
                    class="rail-toggle"
                    aria-expanded=move || if narrow() { "false" } else { "true" }
                    aria-label=toggle_words
                    title=toggle_words
                    on:click=move |_| layers.toggle_rail()
                >
                    {move || if narrow() {
                        icon(icondata::LuPanelLeftOpen).into_any()
                    } else {
                        icon(icondata::LuPanelLeftClose).into_any()
                    }}
                </button>
            </div>
        </div>
    }
}

/// The workspace's name; a switch where there are several.
#[component]
fn Workspace() -> impl IntoView {
    let me = use_me();
    let session = use_session();
    let name = move || me.with(|me| me.organisation.name.clone());
    let first = move || name().chars().next().map(|c| c.to_uppercase().to_string());
    let face = move || {
        view! {
            <span class="rail-mark" data-letter=first></span>
            <span class="rail-words rail-workspace">{name}</span>
        }
    };
    let go = move |organisation_id| {
        Callback::new(move |()| {
            leptos::task::spawn_local(async move {
                match api::switch_to(&Switch { organisation_id }).await {
                    Ok(signed_in) => session.begin(signed_in),
                    Err(fault) => toast(crate::i18n::fault_words(&fault)),
                }
            });
        })
    };
    move || {
        let places = me.get().organisations.clone();
        let here = me.get().organisation.id;
        if places.len() < 2 {
            return view! { <div class="rail-top">{face()}</div> }.into_any();
        }
        let items = places.into_iter().map(move |place| {
            let id = place.organisation_id;
            let chosen = Signal::stored(id == here);
            view! { <MenuItem on_press=go(id) chosen>{place.name}</MenuItem> }
        });
        let label = format!("{}, {}", name(), t!(shell.switch));
        view! {
            <Menu label class="rail-top rail-switch" face=ViewFn::from(face)>
                {items.collect_view()}
            </Menu>
        }
        .into_any()
    }
}

/// Theme, keys and signing out.
#[component]
pub(super) fn You(layers: Layers) -> impl IntoView {
    let me = use_me();
    let face = move || {
        view! {
            {icon(icondata::LuCircleUser)}
            <span class="rail-words">{move || me.get().name.clone()}</span>
        }
    };
    let label = me.with_untracked(|me| format!("{}, {}", me.name, t!(shell.you_menu)));
    view! {
        <Menu label=label class="rail-you" face=ViewFn::from(face)>
            <YouItems layers />
        </Menu>
    }
}

#[component]
pub(super) fn YouItems(layers: Layers) -> impl IntoView {
    let session = use_session();
    let choice = |choice: Theme| {
        let (words, face) = match choice {
            Theme::System => (t!(shell.theme_system), icondata::LuMonitor),
            Theme::Light => (t!(shell.theme_light), icondata::LuSun),
            Theme::Dark => (t!(shell.theme_dark), icondata::LuMoon),
        };
        let chosen = Signal::derive(move || theme() == choice);
        let press = Callback::new(move |()| set_theme(choice));
        view! { <MenuItem icon=face chosen on_press=press>{words}</MenuItem> }
    };
    view! {
        <p class="menu-title" role="presentation">{t!(shell.theme)}</p>
        {Theme::ALL.map(choice).collect_view()}
        <hr role="presentation" />
        <MenuItem
            icon=icondata::LuKeyboard
            on_press=Callback::new(move |()| layers.key_sheet.set(true))
        >
            {t!(shell.keys)}
        </MenuItem>
        <MenuItem
            icon=icondata::LuLogOut
            on_press=Callback::new(move |()| {
                if may_leave() {
                    session.end();
                }
            })
        >
            {t!(shell.sign_out)}
        </MenuItem>
    }
}
