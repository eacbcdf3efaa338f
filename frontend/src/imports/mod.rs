//! Imports: a file of time from another tool, looked at, mapped, written.
use leptos::prelude::*;

/// `/imports`
#[component]
pub fn ImportsPage() -> impl IntoView {}

/// `/imports/:import`
#[component]
pub fn ImportPage() -> impl IntoView {}
