//! Invoices: drafts that the terms make, one a cycle and purpose, and what was issued of them.
//!
//! A cycle is billed by its number. What its price comes to be later (an amendment, a pause, an
//! end) is a correction on a later invoice: the lines of a cycle on invoices that count add up to
//! what it costs. Source: domain 5.1 to 5.9; docs/decisions/0021.
mod beside;
mod clients;
mod compose;
mod credits;
mod credits_routes;
mod differences;
mod drafting;
mod e_invoice;
mod issuing;
mod logos;
mod logos_routes;
mod next_days;
mod outlook;
mod paper;
mod paper_routes;
mod paper_source;
mod paper_words;
mod periods;
mod periods_routes;
mod refunds;
mod routes;
mod run;
mod sending;
mod sending_routes;
mod service;
mod settings;
mod settings_routes;
mod settle;
pub(crate) mod store;
mod vat;
mod view;

use crate::openapi::Routes;

pub(crate) use beside::{Billable, left_out, unbill};
pub(crate) use clients::{
    Taxed, agreed_monthly, included, monthly, monthly_fee, of as client, of_some as clients,
    parties, price_on, prices_with_tax, sender, taxed, without,
};
pub(crate) use credits::credit;
pub(crate) use drafting::due_prices;
pub(crate) use issuing::issue_due;
pub(crate) use logos::{find as logo, picture};
pub(crate) use logos_routes::Bytes as PictureFile;
pub(crate) use next_days::next_days;
pub(crate) use outlook::{ComesTo, NextBill, next_bill, waited_for};
pub(crate) use paper::letterhead;
pub(crate) use paper_routes::{Pdf, pdf};
pub(crate) use periods::of_retainer as periods;
pub(crate) use refunds::refundable;
pub(crate) use run::{due, tick};
pub(crate) use sending::{TAKEN_BACK_WITHIN, attached};
pub(crate) use service::issue;
pub(crate) use settings::{
    change_all as agree, kept as settings_of, lead_days, ledger_accounts, not_billed,
    of_all as billing, of_one as billing_of, of_partner,
};
pub(crate) use settle::{
    Numbered, allocate, by_credit, credit_of, named, open, paid_by, paid_on, take_off, today,
    waiting,
};
pub(crate) use store::{billed_by, numbered, to_match, zone_of};
pub(crate) use view::invoice as find;

/// Every route of invoices.
pub fn routes(routes: &mut Routes) {
    routes
        .configure(settings_routes::routes)
        .configure(routes::routes)
        .configure(sending_routes::routes)
        .configure(credits_routes::routes)
        .configure(paper_routes::routes)
        .configure(periods_routes::routes)
        .configure(logos_routes::routes);
}
