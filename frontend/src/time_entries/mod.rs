//! Time: logging it from anywhere, the week it belongs to, changing and taking it back.
use leptos::prelude::*;

/// `/time?week=2026-W48`
#[component]
pub fn TimePage() -> impl IntoView {}

/// The dialog that `L` opens from anywhere. Drawn once, in the shell.
#[component]
pub fn LogTimeDialog() -> impl IntoView {}

/// Opens the dialog; with a retainer where the page is about one.
pub fn open_log_time(_retainer: Option<shared::api::RetainerId>) {}
