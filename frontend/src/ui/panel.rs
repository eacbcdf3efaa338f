//! A panel of a page, and what it shows while loading, when empty and when a read failed.
use leptos::prelude::*;
use shared::api::ErrorCode;

use super::{
    button::Button,
    icon::{Icon, icon},
};
use crate::{api::Fault, i18n::read_fault_words, query::Standing, t};

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

/// What a read has brought: a skeleton of true size before, the content after; a failure in
/// words with Retry, over the last good content if there is any.
#[component]
pub fn Loaded(
    /// How the read stands.
    of: Standing,
    /// Rows of the skeleton.
    #[prop(default = 3)]
    rows: usize,
    /// Shown once there is an answer. Read the query inside.
    children: ChildrenFn,
) -> impl IntoView {
    let fault = move || {
        of.fault
            .get()
            .map(|fault| view! { <FaultNote fault stale=of.known.get() retry=of.retry /> })
    };
    let children = StoredValue::new(children);
    // What is shown stays as it is, with all that was typed, when a later read fails.
    let stage = Memo::new(move |_| match (of.known.get(), of.fault.with(Option::is_some)) {
        (true, _) => Stage::Content,
        (false, true) => Stage::Fault,
        (false, false) => Stage::Waiting,
    });
    view! {
        {fault}
        {move || match stage.get() {
            Stage::Content => children.with_value(|children| children()).into_any(),
            Stage::Fault => ().into_any(),
            Stage::Waiting => view! { <Skeleton rows /> }.into_any(),
        }}
    }
}

/// What takes the place of the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Waiting,
    Fault,
    Content,
}

/// Why something failed, and the way out.
#[component]
pub fn FaultNote(
    /// What failed.
    fault: Fault,
    /// What is shown below is the last good answer.
    #[prop(optional)]
    stale: bool,
    /// Tries again.
    #[prop(optional_no_strip, into)]
    retry: Option<Callback<()>>,
) -> impl IntoView {
    // To ask again for what is not there leads nowhere; Today leads everywhere.
    let gone = fault.is(ErrorCode::NotFound) && !stale;
    view! {
        <div class="note note-bad">
            {icon(icondata::LuCircleAlert)}
            <div class="note-words">
                <p>{read_fault_words(&fault)}</p>
                {stale.then(|| view! { <p>{t!(common.stale_short)}</p> })}
            </div>
            {gone.then(|| view! { <a class="btn btn-sm" href="/">{t!(shell.today)}</a> })}
            {retry.filter(|_| !gone).map(|retry| view! {
                <Button small=true on_press=retry>{t!(common.retry)}</Button>
            })}
        </div>
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
            {icon.map(self::icon)}
            <p class="empty-title">{title}</p>
            {move || about.get().map(|about| view! { <p class="empty-about">{about}</p> })}
            {children.map(|children| view! { <div class="empty-actions">{children()}</div> })}
        </div>
    }
}
