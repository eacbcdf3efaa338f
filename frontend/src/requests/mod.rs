//! Requests: the queue, one of them with its six verdicts, the forms that bring them in, and the
//! page of those who hold a link.
mod act;
mod act_approval;
mod act_form;
mod act_proposal;
mod asking;
mod detail;
mod edit_form;
mod fields;
mod history;
mod links;
mod made;
mod matching;
mod new_form;
mod page;
mod state;
mod trade_off;
mod triage;
mod verdicts;
mod words;

pub use act::ActPage;
pub use links::FormLinks;
pub use page::RequestsPage;
pub(crate) use words::verdict as verdict_words;

use shared::api::RequestId;

/// Where a request is.
pub(crate) fn request_href(id: RequestId) -> String {
    format!("/requests/{id}")
}

/// The address of a link, as it is handed on.
pub(crate) fn link_address(token: &str) -> String {
    let origin = leptos::prelude::window().location().origin().unwrap_or_default();
    format!("{origin}/act/{token}")
}
