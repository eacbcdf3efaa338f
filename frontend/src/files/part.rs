//! On the page of a retainer: what was signed, and whether its terms were changed since.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{AccountId, Agreement, AgreementId, RetainerId};

use super::agreements::DriftNote;
use super::words;
use crate::{
    api,
    query::use_query,
    session::use_me,
    t,
    ui::{Badge, Loaded, Panel},
};

/// The agreement in force of the retainer that the address names, and the one to come.
#[component]
pub fn AgreementPart() -> impl IntoView {
    let reads = use_me().with_untracked(|me| words::reads(me.role));
    let params = use_params_map();
    let ids = Memo::new(move |_| {
        params.with(|params| {
            let account = params.get("account")?.parse::<AccountId>().ok()?;
            Some((account, params.get("retainer")?.parse::<RetainerId>().ok()?))
        })
    });
    move || {
        let ids = ids.get().filter(|_| reads);
        ids.map(|(account, retainer)| view! { <InForce account retainer /> })
    }
}

/// What was signed, and whether it is yet to come.
fn line(one: &Agreement, comes: bool) -> impl IntoView + use<> {
    let (title, by) = (words::title(one), words::signed(one));
    let comes = comes.then(|| {
        view! { <Badge icon=icondata::LuClock>{t!(files.coming)}</Badge> }
    });
    view! {
        <p class="break-words">
            <span class="font-medium">{title}</span>
            " "
            {by}
            " "
            {comes}
        </p>
    }
}

#[component]
fn InForce(account: AccountId, retainer: RetainerId) -> impl IntoView {
    let all = use_query(move || api::agreements(retainer));
    let href = format!("/accounts/{account}/files");
    let aside = move || view! { <a class="link" href=href.clone()>{t!(files.title)}</a> };
    let told = move || {
        all.get().map(|all| {
            let drift = all.drift.as_ref().map(words::drifted);
            let drift = drift.map(|words| view! { <DriftNote words /> });
            let named = |id: Option<AgreementId>| all.items.iter().find(|one| Some(one.id) == id);
            let holds = named(all.in_force).map(|one| line(one, false));
            let comes = named(all.coming).map(|one| line(one, true));
            let none = all.items.is_empty().then(|| {
                view! { <p class="text-muted">{t!(files.none_signed)}</p> }
            });
            view! { {drift} {holds} {comes} {none} }
        })
    };
    view! {
        <Panel title=t!(files.agreement) aside=aside>
            <Loaded of=all.standing() rows=1>
                <div class="flex flex-col gap-2 p-4">{told}</div>
            </Loaded>
        </Panel>
    }
}
