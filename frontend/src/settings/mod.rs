//! To come.
use leptos::prelude::*;

/// To come.
#[component]
pub fn SettingsPage() -> impl IntoView {}
