//! To come.
use leptos::prelude::*;

/// To come.
#[component]
pub fn AccountsPage() -> impl IntoView {}

/// To come.
#[component]
pub fn AccountPage() -> impl IntoView {}
