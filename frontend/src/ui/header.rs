//! The top of a page: its name, the one status that matters, what can be done.
use leptos::prelude::*;

use crate::{session::use_session, shell::Area, t};

/// Sets the document's title: "Thing, Area, Workspace".
pub fn set_title(thing: &str, area: Option<Area>) {
    let session = use_session();
    let workspace = session.me().map(|me| me.organisation.name.clone());
    let area = area.map(Area::name).filter(|area| *area != thing);
    let parts = [Some(thing), area, Some(workspace.as_deref().unwrap_or(t!(common.product)))];
    document().set_title(&parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
}

/// The header of a page. Its `h1` takes the focus when the route changes.
#[component]
pub fn PageHeader(
    /// The name of the thing the page is about.
    #[prop(into)]
    title: Signal<String>,
    /// The area it belongs to.
    area: Area,
    /// What the document is called, where that is not the heading.
    #[prop(optional, into)]
    document_title: Option<String>,
    /// Beside the title: a badge, a count.
    #[prop(optional, into)]
    status: ViewFn,
    /// Below the title, muted.
    #[prop(optional, into)]
    about: MaybeProp<String>,
    /// Buttons, the primary one last.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    Effect::new(move |_| match &document_title {
        Some(thing) => set_title(thing, Some(area)),
        None => title.with(|title| set_title(title, Some(area))),
    });
    view! {
        <header class="page-header">
            <div class="page-title">
                <div class="page-title-line">
                    <h1 tabindex="-1">{move || title.get()}</h1>
                    {move || status.run()}
                </div>
                {move || about.get().map(|about| view! { <p class="page-about">{about}</p> })}
            </div>
            <div class="page-actions no-print">{children.map(|children| children())}</div>
        </header>
    }
}
