//! Icons: Lucide only, always beside words or under an accessible name.
use leptos::prelude::*;

/// An icon of the set, such as `icondata::LuHouse`.
pub type Icon = icondata::Icon;

/// Draws an icon, 16 px, for the eye only.
pub fn icon(icon: Icon) -> impl IntoView {
    view! {
        <span class="icon" aria-hidden="true">
            <leptos_icons::Icon icon=icon width="16" height="16" />
        </span>
    }
}
