//! The client portal: the people of an account read their own retainers there, and change nothing.
//!
//! A person signs in by a link that came by mail; a colleague looks as they would; whoever holds the
//! link to a balance reads that. All three are sessions of [`visitor::Visitor`], which knows one
//! account and what that is shown, and opens no other address. What is told is told by those who
//! keep it, so that clients and staff read the same numbers.
//! Source: requirements S2-12, S2-13, S2-23; docs/decisions/0062.
mod access;
mod access_routes;
mod invite;
mod invite_words;
mod lists;
mod lists_store;
mod reading;
mod reading_routes;
mod share;
mod sign_in;
mod sign_in_routes;
mod store;
mod views;
mod visitor;

use crate::openapi::Routes;

pub(crate) use store::forget;

/// Every route of the portal, and of who reads it.
pub fn routes(routes: &mut Routes) {
    routes
        .configure(access_routes::routes)
        .configure(sign_in_routes::routes)
        .configure(reading_routes::routes);
}
