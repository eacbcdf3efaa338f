//! `/accounts/:account/portal`: who of an account reads the portal, and what was seen.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::AccountId;

use super::access::Access;
use super::parts::Parts;
use super::people::People;
use super::seen::Seen;
use super::words;
use crate::query::use_query;
use crate::session::use_me;
use crate::shell::Area;
use crate::ui::{Badge, ButtonLink, Empty, Loaded, PageHeader, Tone};
use crate::{api, t};

/// The portal of the account that the address names.
#[component]
pub fn PortalPage() -> impl IntoView {
    let reads = use_me().with_untracked(|me| words::reads(me.role));
    let params = use_params_map();
    let id =
        Memo::new(move |_| params.with(|params| params.get("account")?.parse::<AccountId>().ok()));
    move || match id.get().filter(|_| reads) {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! { <Gone /> }.into_any(),
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <PageHeader title=t!(common.not_found_title) area=Area::Accounts />
        <div class="page">
            <Empty icon=icondata::LuCompass title=t!(common.not_found)>
                <ButtonLink href="/accounts">{t!(shell.accounts)}</ButtonLink>
            </Empty>
        </div>
    }
}

#[component]
fn Screen(id: AccountId) -> impl IntoView {
    let portal = use_query(move || api::portal(id));
    let account = use_query(move || api::account(id));
    let about =
        Signal::derive(move || account.with(|account| account.map(|account| account.name.clone())));
    let status = move || {
        let open = portal.with(|portal| portal.map(|portal| portal.open))?;
        let (tone, icon, words) = if open {
            (Tone::Ok, icondata::LuCheck, t!(portal_access.is_open))
        } else {
            (Tone::Plain, icondata::LuLock, t!(portal_access.is_closed))
        };
        Some(view! { <Badge tone icon=icon>{words}</Badge> })
    };
    view! {
        <PageHeader title=t!(portal_access.title) area=Area::Accounts status=status about>
            <ButtonLink href=format!("/accounts/{id}")>{t!(common.account)}</ButtonLink>
        </PageHeader>
        <div class="page">
            <Loaded of=portal.standing() rows=10>
                <div class="grid grid-cols-[minmax(0,1fr)] items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
                    <div class="stack">
                        <Access id portal />
                        <People id portal />
                        <Seen id />
                    </div>
                    <Parts id portal />
                </div>
            </Loaded>
        </div>
    }
}
