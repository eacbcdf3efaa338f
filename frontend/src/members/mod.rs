//! To come.
use leptos::prelude::*;

/// To come.
#[component]
pub fn MembersPage() -> impl IntoView {}
