//! The server: the API, its documentation and the app, in one binary.
// Slices are described by their routes and the API document; the kernel has its docs.
pub mod account_health;
pub mod accounting;
pub mod accounts;
pub mod adjustments;
pub mod alerts;
pub mod app;
pub mod approvals;
pub mod auth;
pub mod bank;
mod cadences;
mod calendar;
mod calls;
pub mod charges;
pub mod check;
pub mod cli;
mod client_errors;
pub mod clock;
mod clock_routes;
pub mod closings;
pub mod config;
pub mod cycles;
pub mod db;
mod deciders;
pub mod decisions;
pub mod delivery;
pub mod demo;
mod digests;
pub mod dunning;
pub mod error;
pub mod expenses;
pub mod files;
pub mod frictions;
mod headers;
mod health;
pub mod http;
pub mod identity;
pub mod imports;
pub mod invoices;
pub mod jobs;
pub mod loose_ends;
pub mod mail;
mod messages;
pub mod openapi;
mod outgoing;
pub mod payments;
pub mod pdf;
mod portal;
mod preparation;
pub mod priorities;
pub mod rates;
pub mod records;
pub mod recurring;
pub mod renewals;
pub mod reports;
mod request_log;
pub mod requests;
pub mod retainers;
pub mod reviews;
pub mod scope;
pub mod setup;
pub mod signals;
pub mod sops;
mod spa;
pub mod text;
pub mod tick;
pub mod timeline;
pub mod uplifts;
pub mod work;
pub mod workflows;

use crate::openapi::Routes;

/// Every slice, once: what is listed here is served, and is in the document.
fn slices(routes: &mut Routes) {
    routes
        .configure(client_errors::routes)
        .configure(clock_routes::routes)
        .configure(setup::routes)
        .configure(identity::routes)
        .configure(accounts::routes)
        .configure(account_health::routes)
        .configure(timeline::routes)
        .configure(records::routes)
        .configure(messages::routes)
        .configure(files::routes)
        .configure(cadences::routes)
        .configure(digests::routes)
        .configure(retainers::routes)
        .configure(cycles::routes)
        .configure(closings::routes)
        .configure(loose_ends::routes)
        .configure(delivery::routes)
        .configure(calls::routes)
        .configure(preparation::routes)
        .configure(calendar::routes)
        .configure(adjustments::routes)
        .configure(approvals::routes)
        .configure(rates::routes)
        .configure(expenses::routes)
        .configure(reports::routes)
        .configure(alerts::routes)
        .configure(work::routes)
        .configure(requests::routes)
        .configure(decisions::routes)
        .configure(sops::routes)
        .configure(frictions::routes)
        .configure(workflows::routes)
        .configure(scope::routes)
        .configure(priorities::routes)
        .configure(signals::routes)
        .configure(reviews::routes)
        .configure(invoices::routes)
        .configure(mail::routes)
        .configure(dunning::routes)
        .configure(jobs::routes)
        .configure(payments::routes)
        .configure(accounting::routes)
        .configure(recurring::routes)
        .configure(renewals::routes)
        .configure(portal::routes)
        .configure(uplifts::routes)
        .configure(bank::routes)
        .configure(charges::routes)
        .configure(imports::routes);
}
