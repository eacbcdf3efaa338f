//! One calm page without the shell.
use leptos::prelude::*;

use crate::t;

#[component]
pub(crate) fn Plain(
    #[prop(into)] title: String,
    #[prop(optional, into)] lead: Option<String>,
    children: Children,
) -> impl IntoView {
    document().set_title(&format!("{title}, {}", t!(common.product)));
    view! {
        <main class="plain" id="main">
            <div class="plain-card">
                <p class="plain-brand">{t!(common.product)}</p>
                <h1 tabindex="-1">{title}</h1>
                {lead.map(|lead| view! { <p class="plain-lead">{lead}</p> })}
                {children()}
            </div>
        </main>
    }
}
