//! The list of people.
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::query_signal_with_options};
use shared::api::{Member, MemberChange, MemberId, Page};

use super::{
    dialogs::{EditDialog, InviteDialog, NewDialog},
    role::role_words,
};
use crate::{
    api,
    format::{count, moment},
    i18n::fault_words,
    keys::{Group, use_action},
    query::{self, Query, use_query},
    session::{administers, use_me, use_today},
    shell::Area,
    t,
    ui::{
        Badge, Button, Empty, Loaded, Menu, MenuItem, PageHeader, Tone, Variant, announce_now,
        toast, toast_undo,
    },
};

/// `/members`; `?new=1` opens the form for a new one.
#[component]
pub fn MembersPage() -> impl IntoView {
    let members = use_query(api::members);
    let quiet = NavigateOptions { replace: true, scroll: false, ..Default::default() };
    let (new, set_new) = query_signal_with_options::<String>("new", quiet);
    let adding = RwSignal::new(false);
    let editing = RwSignal::new(None::<Member>);
    let inviting = RwSignal::new(None::<Member>);
    let may = may_administer();
    Effect::new(move |_| {
        if new.get().is_some() {
            adding.set(may.with_untracked(Option::is_none));
            set_new.set(None);
        }
    });
    use_action(Group::Here, t!(members.add), "c", move || {
        if may.with_untracked(Option::is_none) {
            adding.set(true);
        }
    });
    let rows = move || members.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let status = move || {
        let active = |page: &Page<Member>| page.items.iter().filter(|one| one.active).count();
        let n = members.with(|page| page.map(active));
        n.map(|n| view! { <span class="page-count num">{count(n as i64)}</span> })
    };
    view! {
        <PageHeader title=t!(shell.members) area=Area::Members status=status>
            <Button
                variant=Variant::Primary
                icon=icondata::LuPlus
                keys="c"
                reason=may
                on_press=Callback::new(move |()| adding.set(true))
            >
                {t!(members.add)}
            </Button>
        </PageHeader>
        <div class="page">
            <div class="panel">
                <Loaded of=members.standing() rows=5>
                    <Show
                        when=move || !rows().is_empty()
                        fallback=|| view! { <Empty title=t!(members.none) /> }
                    >
                        <div class="table-wrap">
                            <table class="table table-cards">
                                <thead>
                                    <tr>
                                        <th scope="col">{t!(members.name)}</th>
                                        <th scope="col">{t!(auth.email)}</th>
                                        <th scope="col">{t!(members.role)}</th>
                                        <th scope="col">{t!(members.access)}</th>
                                        <th scope="col">
                                            <span class="sr-only">{t!(members.actions)}</span>
                                        </th>
                                    </tr>
                                </thead>
                                <tbody>
                                    <For each=rows key=key let:member>
                                        <MemberRow member members editing inviting may />
                                    </For>
                                </tbody>
                            </table>
                        </div>
                    </Show>
                </Loaded>
            </div>
        </div>
        <NewDialog open=adding inviting />
        <EditDialog editing members />
        <InviteDialog inviting />
    }
}

/// A row is drawn again when its person changes or is invited.
fn key(member: &Member) -> (MemberId, i64, Option<DateTime<Utc>>) {
    (member.id, member.version, member.invited_until)
}

/// Why the reader may not change people, if so.
pub(crate) fn may_administer() -> Signal<Option<String>> {
    let me = use_me();
    Signal::derive(move || {
        (!me.with(|me| administers(me.role))).then(|| t!(members.needs_admin).to_owned())
    })
}

#[component]
fn MemberRow(
    member: Member,
    members: Query<Page<Member>>,
    editing: RwSignal<Option<Member>>,
    inviting: RwSignal<Option<Member>>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    let me = use_me();
    let own = me.with_untracked(|me| me.member_id == member.id);
    let kept = StoredValue::new(member.clone());
    let edit = Callback::new(move |()| editing.set(Some(kept.get_value())));
    let invite = Callback::new(move |()| inviting.set(Some(kept.get_value())));
    let (id, version, active) = (member.id, member.version, member.active);
    let toggle = Callback::new(move |()| set_active(members, id, version, !active, true));
    let can_invite = member.active && !member.can_sign_in && member.email.is_some();
    let actions = t!(members.actions_of, name = member.name.as_str());
    view! {
        <tr data-row-of="">
            <th scope="row" class="person">
                <span class="row-link">{member.name.clone()}</span>
                {own.then(|| view! { <Badge>{t!(members.you)}</Badge> })}
            </th>
            <td data-label=t!(auth.email) class="wrap">
                {member.email.clone().unwrap_or_else(|| "–".to_owned())}
            </td>
            <td data-label=t!(members.role)>{role_words(member.role)}</td>
            <td data-label=t!(members.access)><Access member=member.clone() /></td>
            <td class="actions">
                <Show when=move || may.with(Option::is_none)>
                    <Menu label=actions.clone()>
                        <MenuItem icon=icondata::LuPencil on_press=edit>{t!(common.edit)}</MenuItem>
                        {can_invite.then(|| view! {
                            <MenuItem icon=icondata::LuMail on_press=invite>
                                {t!(members.invite)}
                            </MenuItem>
                        })}
                        {(!own).then(|| view! {
                            <MenuItem icon=icondata::LuUserX on_press=toggle>
                                {if active { t!(members.deactivate) } else { t!(members.activate) }}
                            </MenuItem>
                        })}
                    </Menu>
                </Show>
            </td>
        </tr>
    }
}

/// Whether they can come in.
#[component]
fn Access(member: Member) -> impl IntoView {
    let me = use_me();
    let today = use_today();
    match (member.active, member.can_sign_in, member.invited_until) {
        (false, ..) => {
            view! { <Badge icon=icondata::LuUserX>{t!(members.inactive)}</Badge> }.into_any()
        }
        (true, true, _) => {
            view! { <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(members.signs_in)}</Badge> }
                .into_any()
        }
        (true, false, Some(until)) => {
            let zone = me.with_untracked(|me| me.organisation.timezone.clone());
            let until = moment(until, &zone, today.get_untracked());
            view! {
                <Badge tone=Tone::Warn icon=icondata::LuMail>
                    {t!(members.invited, until = until)}
                </Badge>
            }
            .into_any()
        }
        (true, false, None) => view! { <Badge>{t!(members.no_sign_in)}</Badge> }.into_any(),
    }
}

/// Shown when the server agrees: permissions are never shown ahead of it.
fn set_active(
    members: Query<Page<Member>>,
    id: MemberId,
    version: i64,
    active: bool,
    undoable: bool,
) {
    leptos::task::spawn_local(async move {
        let change = MemberChange { active: Some(active), ..Default::default() };
        match api::change_member(id, version, &change).await {
            Ok(member) => {
                let words = if active {
                    t!(members.activated, name = member.name.as_str())
                } else {
                    t!(members.deactivated, name = member.name.as_str())
                };
                let version = member.version;
                members.update(|page| replace(page, member));
                if undoable {
                    toast_undo(words, move || set_active(members, id, version, !active, false));
                } else {
                    toast(words);
                }
            }
            Err(fault) => {
                announce_now(fault_words(&fault));
                toast(fault_words(&fault));
            }
        }
        query::invalidate("/members");
    });
}

/// Puts a changed member in the place of the old one.
pub(super) fn replace(page: &mut Page<Member>, member: Member) {
    if let Some(old) = page.items.iter_mut().find(|old| old.id == member.id) {
        *old = member;
    }
}
