//! Retainers: making one, its page with meter, terms and ledger, and what its numbers are made of.
mod actions;
mod amend;
mod balance_panel;
mod cycle_picker;
pub mod draft;
pub mod example;
mod example_view;
mod explain;
mod ledger;
mod ledger_row;
mod new;
mod page;
mod radios;
mod side;
pub mod terms_draft;
mod terms_fields;
pub mod words;

pub use new::NewRetainerPage;
pub use page::RetainerPage;

use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{AccountId, RetainerId};

use crate::format::day_in_zone;
use crate::session::use_me;

/// Where a retainer's page is.
pub fn retainer_href(account: AccountId, retainer: RetainerId) -> String {
    format!("/accounts/{account}/retainers/{retainer}")
}

/// Today in the organisation's time zone, by the server's clock.
pub(crate) fn today() -> NaiveDate {
    use_me().with_untracked(|me| day_in_zone(me.now, &me.organisation.timezone))
}
