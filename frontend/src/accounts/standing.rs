//! How an account stands with what it owes, beside its name and those of its retainers.
//! Source: domain 5.15.
use leptos::prelude::*;
use shared::api::{AccountId, AccountStanding, RetainerId, Role, Standing};

use crate::{
    api,
    query::use_query,
    session::use_me,
    t,
    ui::{Badge, Tone},
};

/// What is owed for one retainer, or by the whole account. Nothing where nothing is late, or where
/// the reader sees no invoices.
#[component]
pub(crate) fn StandingBadge(
    id: AccountId,
    #[prop(optional)] retainer: Option<RetainerId>,
) -> impl IntoView {
    let me = use_me();
    let reads = move || me.with(|me| !matches!(me.role, Role::Member | Role::Partner));
    view! {
        <Show when=reads>
            <Late id retainer />
        </Show>
    }
}

#[component]
fn Late(id: AccountId, retainer: Option<RetainerId>) -> impl IntoView {
    let standing = use_query(move || api::account_standing(id));
    move || {
        standing.with(|standing| {
            let (icon, words) = match of(standing?, retainer) {
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

fn of(account: &AccountStanding, retainer: Option<RetainerId>) -> Standing {
    let Some(id) = retainer else { return account.standing };
    let mut late = account.retainers.iter();
    late.find(|one| one.retainer_id == id).map_or(Standing::Clear, |one| one.standing)
}
