//! Alerts: what somebody should know of a pool, on Today and beside the meter, and the settings.
mod approve;
mod ask_form;
mod asks;
mod defaults;
mod fields;
mod list;
mod of_retainer;
mod settings;
mod today;
mod words;

pub(crate) use approve::ApprovalLine;
pub(crate) use ask_form::AskClientForm;
pub(crate) use defaults::DefaultsPage;
pub(crate) use of_retainer::OfRetainer;
pub(crate) use settings::SettingsForm;
pub(crate) use today::TodaysAlerts;
