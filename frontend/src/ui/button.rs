//! Buttons: verb first, a reason when they cannot be pressed, progress in place.
use leptos::prelude::*;

use super::icon::{Icon, icon};
use crate::keys;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Variant {
    /// The one filled button of a view.
    Primary,
    /// A visible border.
    #[default]
    Secondary,
    /// Bare, in rows and toolbars.
    Ghost,
    /// Cannot be undone.
    Danger,
}

impl Variant {
    fn class(self, small: bool) -> &'static str {
        match (self, small) {
            (Variant::Primary, false) => "btn btn-primary",
            (Variant::Secondary, false) => "btn",
            (Variant::Ghost, false) => "btn btn-ghost",
            (Variant::Danger, false) => "btn btn-danger",
            (Variant::Primary, true) => "btn btn-sm btn-primary",
            (Variant::Secondary, true) => "btn btn-sm",
            (Variant::Ghost, true) => "btn btn-sm btn-ghost",
            (Variant::Danger, true) => "btn btn-sm btn-danger",
        }
    }
}

/// A button. With a reason it cannot be pressed, keeps its focus and says why.
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    variant: Variant,
    /// 28 px instead of 34, in rows and panels.
    #[prop(optional)]
    small: bool,
    /// Sends the form it stands in.
    #[prop(optional)]
    submit: bool,
    /// Stands before the words.
    #[prop(optional_no_strip, into)]
    icon: Option<Icon>,
    /// The name, for a button that is only an icon.
    #[prop(optional, into)]
    label: MaybeProp<String>,
    /// Why it cannot be pressed now.
    #[prop(optional, into)]
    reason: MaybeProp<String>,
    /// Its id, where the focus comes back to it.
    #[prop(optional, into)]
    id: Option<String>,
    /// Its work is under way.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// The key that does the same, told in the tooltip, such as `mod enter`.
    #[prop(optional)]
    keys: &'static str,
    /// What it does.
    #[prop(optional_no_strip, into)]
    on_press: Option<Callback<()>>,
    /// Its words.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let bare = children.is_none();
    let off = move || reason.with(|reason| reason.as_ref().is_some_and(|text| !text.is_empty()));
    let press = move |event: leptos::ev::MouseEvent| {
        if off() || busy.get_untracked() {
            event.prevent_default();
        } else if let Some(press) = on_press {
            press.run(());
        }
    };
    let title = move || {
        let words = reason.get().filter(|text| !text.is_empty()).or_else(|| label.get());
        keys::tooltip(words, keys)
    };
    view! {
        <button
            type=if submit { "submit" } else { "button" }
            id=id
            class=variant.class(small)
            class:btn-icon=bare
            aria-disabled=move || (off() || busy.get()).then_some("true")
            aria-busy=move || busy.get().then_some("true")
            aria-label=move || label.get()
            title=title
            on:click=press
        >
            {icon.map(self::icon)}
            {children.map(|children| children())}
            {move || off().then(|| view! { <span class="sr-only">{reason.get()}</span> })}
        </button>
    }
}

/// A link that looks like a button: it goes somewhere.
#[component]
pub fn ButtonLink(
    /// Where to.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    variant: Variant,
    /// 28 px instead of 34.
    #[prop(optional)]
    small: bool,
    /// Stands before the words.
    #[prop(optional_no_strip, into)]
    icon: Option<Icon>,
    /// The key that does the same.
    #[prop(optional)]
    keys: &'static str,
    /// Its words.
    children: Children,
) -> impl IntoView {
    view! {
        <a href=href class=variant.class(small) title=keys::tooltip(None, keys)>
            {icon.map(self::icon)}
            {children()}
        </a>
    }
}
