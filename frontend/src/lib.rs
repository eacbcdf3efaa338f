//! The app of the people who run retainers.

use leptos::prelude::*;

/// The whole page.
#[component]
pub fn App() -> impl IntoView {
    view! {
        <main id="main">
            <h1>"Perennial"</h1>
            <p>"Retainers, in one place."</p>
        </main>
    }
}
