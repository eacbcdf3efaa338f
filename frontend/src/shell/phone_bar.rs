//! The bar of five at the bottom of a phone.
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_navigate};

use super::{Area, Layers, rail::YouItems};
use crate::{
    t,
    ui::{Menu, MenuItem, icon, may_leave},
};

#[component]
pub(super) fn PhoneBar(layers: Layers) -> impl IntoView {
    let path = use_location().pathname;
    let link = move |area: Area| {
        let current = move || area.holds(&path.get()).then_some("page");
        view! {
            <a href=area.href() class="phone-item" aria-current=current>
                {icon(area.icon())}
                <span>{area.name()}</span>
            </a>
        }
    };
    let rest = [
        Area::Requests,
        Area::Board,
        Area::Calendar,
        Area::Import,
        Area::Invoices,
        Area::Renewals,
        Area::Reviews,
        Area::Reports,
        Area::Decisions,
        Area::Model,
        Area::Members,
        Area::Settings,
    ];
    let rest = rest.map(|area| {
        let navigate = use_navigate();
        let go = Callback::new(move |()| {
            if may_leave() {
                navigate(area.href(), Default::default());
            }
        });
        view! { <MenuItem icon=area.icon() on_press=go>{area.name()}</MenuItem> }
    });
    let more = || {
        view! {
            {icon(icondata::LuMenu)}
            <span>{t!(shell.more)}</span>
        }
    };
    view! {
        <nav class="phone-bar no-print" aria-label=t!(shell.main_nav)>
            {link(Area::Today)}
            {link(Area::Accounts)}
            {link(Area::Time)}
            <button type="button" class="phone-item" on:click=move |_| layers.palette.set(true)>
                {icon(icondata::LuSearch)}
                <span>{t!(shell.search_short)}</span>
            </button>
            <Menu label=t!(shell.more) class="phone-item" face=ViewFn::from(more)>
                {rest.collect_view()}
                <hr role="presentation" />
                <YouItems layers />
            </Menu>
        </nav>
    }
}
