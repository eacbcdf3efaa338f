//! A panel of a page, and what it shows while loading and when empty.
use leptos::prelude::*;

use super::icon::Icon;
use crate::t;

/// A titled surface. Each panel loads and fails alone.
#[component]
pub fn Panel(
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// Beside the heading: a count, a link, small buttons.
    #[prop(optional, into)]
    aside: ViewFn,
    /// Its content.
    children: Children,
) -> impl IntoView {
    let heading = format!("panel-{}", crate::browser::next_id());
    let labelled = heading.clone();
    view! {
        <section class="panel" aria-labelledby=labelled>
            <header class="panel-header">
                <h2 id=heading>{move || title.get()}</h2>
                <div class="panel-aside">{move || aside.run()}</div>
            </header>
            {children()}
        </section>
    }
}

/// Rows in grey, drawn only after 400 ms; after 10 s it says so.
#[component]
pub fn Skeleton(
    /// How many rows.
    rows: usize,
) -> impl IntoView {
    let row = || view! { <div class="skeleton-row"><span></span></div> };
    view! {
        <div class="skeleton-rows" aria-busy="true">
            <span class="sr-only">{t!(common.loading)}</span>
            {(0..rows).map(|_| row()).collect_view()}
            <p class="skeleton-late">{t!(common.still_loading)}</p>
        </div>
    }
}

/// What a list says when it has nothing: what it is for, and its first step.
#[component]
pub fn Empty(
    /// What there is not.
    #[prop(into)]
    title: String,
    /// What it is for, or what to do.
    #[prop(optional, into)]
    about: MaybeProp<String>,
    /// An icon above.
    #[prop(optional_no_strip, into)]
    icon: Option<Icon>,
    /// Buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {icon.map(super::icon)}
            <p class="empty-title">{title}</p>
            {move || about.get().map(|about| view! { <p class="empty-about">{about}</p> })}
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
