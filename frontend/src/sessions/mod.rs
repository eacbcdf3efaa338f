//! The calendar: sessions with clients by month, week or as a list, booked, settled and moved.
pub mod asked;
mod detail;
mod effect;
pub mod fields;
mod form;
mod grid;
mod page;
mod settle;
mod summary;
pub mod words;

pub use page::CalendarPage;

use leptos::prelude::request_animation_frame;
use shared::api::ClientSession;

use crate::{api, query};

/// Shows a session as the server answered it, then reads again what it changes: when nobody asks
/// any more what settling it would do.
fn answered(session: &ClientSession) {
    query::put(&api::client_session(session.id), session.clone());
    request_animation_frame(renew);
}

/// Reads again what a session changes.
fn renew() {
    for prefix in ["/sessions", "/retainers", "/cycles", "/explain", "/accounts"] {
        query::invalidate(prefix);
    }
}
