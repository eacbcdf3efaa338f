//! The calendar: sessions with clients by month, week or as a list, booked, settled and moved; the
//! rules by which calls come again, and what to know before one.
pub mod asked;
mod call_draft;
mod call_form;
mod call_words;
mod calls;
mod detail;
mod effect;
mod feeds;
pub mod fields;
mod form;
mod free;
mod grid;
mod hours;
mod invitees;
mod page;
mod preparation;
mod prepared;
mod prepared_money;
mod settle;
mod summary;
pub mod words;

pub use calls::CallsPage;
pub use page::CalendarPage;
pub use preparation::PreparationPage;

use leptos::prelude::request_animation_frame;
use shared::api::{ClientSession, ClientSessionId, RetainerId};

use crate::{api, query};

/// Where it is told what to know before a session.
pub(crate) fn preparation_href(id: ClientSessionId) -> String {
    format!("/calendar/sessions/{id}")
}

/// Where the rules are by which calls of a retainer are booked.
pub(crate) fn calls_href(id: RetainerId) -> String {
    format!("/calendar/calls?retainer={id}")
}

/// Shows a session as the server answered it, then reads again what it changes: when nobody asks
/// any more what settling it would do.
fn answered(session: &ClientSession) {
    query::put(&api::client_session(session.id), session.clone());
    request_animation_frame(renew);
}

/// Reads again what a session changes.
fn renew() {
    for prefix in
        ["/sessions", "/retainers", "/cycles", "/explain", "/accounts", "/members", "/loose-ends"]
    {
        query::invalidate(prefix);
    }
}
