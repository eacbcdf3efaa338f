//! How an account stands with what it owes, beside its name.
use leptos::prelude::*;
use shared::api::{AccountId, Role, Standing};

use crate::{
    api,
    query::use_query,
    session::use_me,
    t,
    ui::{Badge, Tone},
};

/// Nothing where nothing is late, or where the reader sees no invoices.
#[component]
pub(super) fn StandingBadge(id: AccountId) -> impl IntoView {
    let me = use_me();
    let reads = move || me.with(|me| !matches!(me.role, Role::Member | Role::Partner));
    view! {
        <Show when=reads>
            <Late id />
        </Show>
    }
}

#[component]
fn Late(id: AccountId) -> impl IntoView {
    let standing = use_query(move || api::account_standing(id));
    move || {
        standing.with(|standing| {
            let (icon, words) = match standing?.standing {
                Standing::Clear => return None,
                Standing::Late => (icondata::LuCircleAlert, t!(invoices.overdue)),
                Standing::Suspended => (icondata::LuBan, t!(invoices.reminder_suspend)),
            };
            Some(view! {
                <a href=format!("/accounts/{id}/billing")>
                    <Badge tone=Tone::Bad icon>{words}</Badge>
                </a>
            })
        })
    }
}
