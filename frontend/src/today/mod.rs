//! To come.
use leptos::prelude::*;

/// To come.
#[component]
pub fn TodayPage() -> impl IntoView {}
