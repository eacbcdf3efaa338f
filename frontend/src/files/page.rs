//! `/accounts/:account/files`: what is kept of an account, and what was signed.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::AccountId;

use super::agreements::AgreementsPanel;
use super::list::FilesPanel;
use super::words;
use crate::{
    api,
    query::use_query,
    session::use_me,
    shell::Area,
    t,
    ui::{ButtonLink, Empty, PageHeader, styles},
};

/// The files of the account that the address names.
#[component]
pub fn FilesPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/timeline.css"));
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
    let account = use_query(move || api::account(id));
    let files = use_query(move || api::account_files(id));
    let title = Signal::derive(move || {
        let name = account.with(|account| account.map(|account| account.name.clone()));
        match name {
            Some(name) => t!(files.of, account = name),
            None => t!(files.title).to_owned(),
        }
    });
    view! {
        <PageHeader title area=Area::Accounts>
            <ButtonLink href=format!("/accounts/{id}/timeline")>{t!(timeline.title)}</ButtonLink>
            <ButtonLink href=format!("/accounts/{id}")>{t!(common.account)}</ButtonLink>
        </PageHeader>
        <div class="page page-two">
            <div class="stack">
                <FilesPanel id files />
            </div>
            <div class="stack">
                <AgreementsPanel id account files />
            </div>
        </div>
    }
}
