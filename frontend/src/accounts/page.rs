//! The page of one account.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{Account, AccountChange, AccountId, AccountKind, ErrorCode, RetainerState};

use super::{
    account_form::EditAccountDialog, contacts::Contacts, facts::Facts, health::HealthStatus,
    list::may_manage, note::Note, recent_time::RecentTime, retainer_panel::RetainerPanels,
    standing::StandingBadge,
};
use crate::{
    api,
    i18n::fault_words,
    keys::{Group, use_action},
    query::{self, Query, use_query},
    screens,
    shell::Area,
    t,
    time_entries::open_log_time,
    ui::{
        Badge, Button, ButtonLink, Empty, Lazy, Loaded, Menu, MenuItem, PageHeader, Place, Variant,
        announce_now, toast, toast_undo,
    },
};

/// `/accounts/:account`.
#[component]
pub fn AccountPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("account").and_then(|id| id.parse::<AccountId>().ok()))
    });
    move || match id.get() {
        Some(id) => view! { <AccountView id /> }.into_any(),
        None => view! { <Gone /> }.into_any(),
    }
}

#[component]
fn AccountView(id: AccountId) -> impl IntoView {
    let account = use_query(move || api::account(id));
    let gone = Memo::new(move |_| {
        !account.known() && account.fault().is_some_and(|fault| fault.is(ErrorCode::NotFound))
    });
    move || {
        if gone.get() {
            view! { <Gone /> }.into_any()
        } else {
            view! { <Present id account /> }.into_any()
        }
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <PageHeader title=t!(common.not_found_title) area=Area::Accounts />
        <div class="page">
            <Empty icon=icondata::LuCompass title=t!(common.not_found)>
                <ButtonLink href="/accounts">{t!(accounts.show_all)}</ButtonLink>
            </Empty>
        </div>
    }
}

#[component]
fn Present(id: AccountId, account: Query<Account>) -> impl IntoView {
    let editing = RwSignal::new(false);
    let may = may_manage();
    let allowed = move || may.with_untracked(Option::is_none);
    use_action(Group::Here, t!(accounts.edit), "e", move || {
        if allowed() && account.get_untracked().is_some() {
            editing.set(true);
        }
    });
    use_action(Group::Everywhere, t!(shell.log_time), "l", move || log_time(account));
    let navigate = leptos_router::hooks::use_navigate();
    let new_href = format!("/accounts/{id}/retainers/new");
    use_action(Group::Here, t!(accounts.new_retainer), "c", {
        let href = new_href.clone();
        move || {
            if allowed() {
                navigate(&href, Default::default());
            }
        }
    });
    let title = Signal::derive(move || {
        account.with(|a| a.map_or_else(|| t!(common.account).to_owned(), |a| a.name.clone()))
    });
    // How a partner serves us is told by reviews.
    let kind = Memo::new(move |_| account.with(|account| account.map(|account| account.kind)));
    let client = move || kind.get() == Some(AccountKind::Client);
    let status = move || {
        view! {
            {account.with(|account| account.map(badges))}
            <StandingBadge id />
            {move || client().then(|| view! { <HealthStatus id /> })}
        }
    };
    let about = Signal::derive(move || {
        account.with(|account| match &account?.owner_name {
            Some(name) => Some(t!(accounts.owned_by, name = name.as_str())),
            None => Some(t!(accounts.no_owner).to_owned()),
        })
    });
    view! {
        <PageHeader title area=Area::Accounts status=status about>
            <MoreMenu id account editing may />
            <Button
                icon=icondata::LuTimer
                keys="l"
                on_press=Callback::new(move |()| log_time(account))
            >
                {t!(shell.log_time)}
            </Button>
            <ButtonLink
                href=new_href
                variant=Variant::Primary
                icon=icondata::LuPlus
                keys="c"
            >
                {t!(accounts.new_retainer)}
            </ButtonLink>
        </PageHeader>
        <div class="page page-two">
            <div class="stack">
                <Loaded of=account.standing() rows=4>
                    <RetainerPanels account />
                </Loaded>
                <Lazy load=screens::timeline_part place=Place::Part />
                <RecentTime id />
            </div>
            <div class="stack">
                {move || client().then(|| view! { <Lazy load=screens::health_part place=Place::Part /> })}
                <Facts account />
                <Contacts id may />
                <Note account />
            </div>
        </div>
        <EditAccountDialog open=editing account />
    }
}

/// On the account's retainer, where it has one.
fn log_time(account: Query<Account>) {
    let retainers = account.get_untracked().map(|account| account.retainers).unwrap_or_default();
    let mut live = retainers.iter().filter(|retainer| retainer.state != RetainerState::Ended);
    open_log_time(live.next().map(|retainer| retainer.id));
}

fn badges(account: &Account) -> impl IntoView + use<> {
    let partner = account.kind == AccountKind::Partner;
    view! {
        {partner.then(|| view! { <Badge>{t!(accounts.partner)}</Badge> })}
        {account.archived.then(|| view! {
            <Badge icon=icondata::LuArchive>{t!(accounts.archived)}</Badge>
        })}
    }
}

#[component]
fn MoreMenu(
    id: AccountId,
    account: Query<Account>,
    editing: RwSignal<bool>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    let archived = move || account.with(|account| account.is_some_and(|account| account.archived));
    let archive = Callback::new(move |()| {
        if let Some(now) = account.get_untracked() {
            set_archived(id, now.version, !now.archived, true);
        }
    });
    view! {
        <Show when=move || may.with(Option::is_none)>
            <Menu label=t!(accounts.more) class="btn btn-icon">
                <MenuItem
                    icon=icondata::LuPencil
                    keys="e"
                    on_press=Callback::new(move |()| editing.set(true))
                >
                    {t!(accounts.edit)}
                </MenuItem>
                <MenuItem icon=icondata::LuArchive on_press=archive>
                    {move || if archived() { t!(accounts.unarchive) } else { t!(accounts.archive) }}
                </MenuItem>
            </Menu>
        </Show>
    }
}

/// Archives or brings back; what is archived can be brought back at once.
fn set_archived(id: AccountId, version: i64, archived: bool, undoable: bool) {
    leptos::task::spawn_local(async move {
        let change = AccountChange { archived: Some(archived), ..Default::default() };
        match api::change_account(id, version, &change).await {
            Ok(changed) => {
                let version = changed.version;
                let words = if archived {
                    t!(accounts.archived_now, name = changed.name)
                } else {
                    t!(accounts.unarchived_now, name = changed.name)
                };
                query::put(&api::account(id), changed);
                query::invalidate("/accounts");
                if undoable {
                    toast_undo(words, move || set_archived(id, version, !archived, false));
                } else {
                    toast(words);
                }
            }
            Err(fault) => {
                announce_now(fault_words(&fault));
                toast(fault_words(&fault));
                query::invalidate("/accounts");
            }
        }
    });
}
