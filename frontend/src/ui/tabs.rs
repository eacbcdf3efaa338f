//! Views of a list as links: each is an address of its own.
use leptos::prelude::*;

/// One view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tab {
    /// Where it is.
    pub href: String,
    /// Its name.
    pub label: String,
    /// How many it holds, if known.
    pub count: Option<usize>,
    /// It is the one shown.
    pub current: bool,
}

/// A row of views.
#[component]
pub fn TabLinks(
    /// What the row is called.
    #[prop(into)]
    label: String,
    /// The views.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    let links = move || {
        let link = |tab: Tab| {
            view! {
                <li>
                    <a href=tab.href class="tab-link" aria-current=tab.current.then_some("page")>
                        {tab.label}
                        {tab.count.map(|n| view! { <span class="tab-count num">{n}</span> })}
                    </a>
                </li>
            }
        };
        tabs.get().into_iter().map(link).collect_view()
    };
    view! {
        <nav class="tab-links" aria-label=label>
            <ul>{links}</ul>
        </nav>
    }
}
