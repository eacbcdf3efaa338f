//! Accounts: the list of all, and the page of one.
mod account_form;
mod cadence;
mod contact_form;
mod contacts;
mod decided_fact;
mod facts;
mod health;
mod health_panel;
mod list;
mod note;
mod page;
mod portal_fact;
mod recent_time;
mod retainer_panel;
mod rows;
mod standing;
mod totals;
mod view;

pub(crate) use health::{HealthBadge, reason as health_reason};
pub use health_panel::HealthPart;
pub use list::AccountsPage;
pub use page::AccountPage;
pub(crate) use retainer_panel::paused_view;
pub(crate) use standing::StandingBadge;
