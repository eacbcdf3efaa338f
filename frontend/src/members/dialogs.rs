//! Adding a person, changing one, and the link by which they come in.
use leptos::prelude::*;
use shared::api::{Invitation, Member, MemberChange, NewInvitation, NewMember, Page, Role};

use super::{
    list::replace,
    role::{role_about, role_named, roles_below},
};
use crate::{
    api,
    format::moment,
    query::{self, Query},
    session::{use_me, use_today},
    t,
    ui::{
        Button, Checkbox, Conflict, CopyText, Dialog, Form, FormActions, FormFaults, Select,
        TextInput, Variant, toast,
    },
};

#[component]
pub(super) fn NewDialog(open: RwSignal<bool>, inviting: RwSignal<Option<Member>>) -> impl IntoView {
    view! {
        <Dialog open title=t!(members.add)>
            <NewForm open inviting />
        </Dialog>
    }
}

#[component]
fn NewForm(open: RwSignal<bool>, inviting: RwSignal<Option<Member>>) -> impl IntoView {
    let form = Form::new("member");
    let name = RwSignal::new(String::new());
    let email = RwSignal::new(String::new());
    let role = RwSignal::new(Role::Member.name().to_owned());
    let invite = RwSignal::new(true);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let address = email.get_untracked().trim().to_owned();
        let body = NewMember {
            name: name.get_untracked().trim().to_owned(),
            email: (!address.is_empty()).then_some(address),
            role: role_named(&role.get_untracked()),
        };
        let work = async |body: NewMember| api::add_member(&body).await;
        form.send(body, work, move |member: Member| {
            query::invalidate("/members");
            toast(t!(members.added, name = member.name.as_str()));
            open.try_set(false);
            if invite.try_get_untracked() == Some(true) && member.email.is_some() {
                inviting.try_set(Some(member));
            }
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextInput form at="/name" label=t!(members.name) value=name autofocus=true />
            <TextInput
                form
                at="/email"
                label=t!(auth.email)
                hint=t!(members.email_hint)
                value=email
                kind="email"
                inputmode="email"
                optional=true
            />
            <RoleField form value=role />
            <Checkbox
                form
                at="/invite"
                label=t!(members.invite_now)
                hint=t!(members.invite_now_hint)
                value=invite
            />
            <FormFaults form />
            <FormActions form open verb=t!(members.add) />
        </form>
    }
}

#[component]
fn RoleField(form: Form, value: RwSignal<String>) -> impl IntoView {
    let me = use_me();
    let choices = Signal::derive(move || roles_below(me.with(|me| me.role)));
    let hint = Signal::derive(move || Some(role_about(role_named(&value.get())).to_owned()));
    view! { <Select form at="/role" label=t!(members.role) value choices hint /> }
}

#[component]
pub(super) fn EditDialog(
    editing: RwSignal<Option<Member>>,
    members: Query<Page<Member>>,
) -> impl IntoView {
    let open = opened_by(editing);
    let title = t!(members.edit);
    view! {
        <Dialog open title>
            {editing.get_untracked().map(|member| view! { <EditForm open member members /> })}
        </Dialog>
    }
}

/// Open while there is something to show; closing forgets it.
fn opened_by<T: Clone + Send + Sync + 'static>(what: RwSignal<Option<T>>) -> RwSignal<bool> {
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(what.with(Option::is_some)));
    Effect::new(move |before: Option<bool>| {
        let open = open.get();
        if before == Some(true) && !open {
            what.set(None);
        }
        open
    });
    open
}

#[component]
fn EditForm(open: RwSignal<bool>, member: Member, members: Query<Page<Member>>) -> impl IntoView {
    let form = Form::new("member");
    let id = member.id;
    let name = RwSignal::new(member.name.clone());
    let role = RwSignal::new(member.role.name().to_owned());
    let version = RwSignal::new(member.version);
    let send = move || {
        let body = MemberChange {
            name: Some(name.get_untracked().trim().to_owned()),
            role: Some(role_named(&role.get_untracked())),
            active: None,
        };
        let seen = version.get_untracked();
        let work = async move |body: MemberChange| api::change_member(id, seen, &body).await;
        form.send(body, work, move |member| {
            members.update(|page| replace(page, member));
            query::invalidate("/members");
            open.try_set(false);
            toast(t!(common.saved));
        });
    };
    let now = move || {
        members.with(|page| page.and_then(|p| p.items.iter().find(|m| m.id == id).cloned()))
    };
    let theirs = Signal::derive(move || {
        let row = |member: Member| {
            let role = super::role_words(member.role).to_owned();
            vec![(t!(members.name), member.name), (t!(members.role), role)]
        };
        now().map(row).unwrap_or_default()
    });
    let again = Callback::new(move |()| {
        if let Some(member) = untrack(now) {
            version.set(member.version);
        }
        send();
    });
    view! {
        <form
            class="form"
            novalidate=true
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <TextInput form at="/name" label=t!(members.name) value=name autofocus=true />
            <RoleField form value=role />
            <FormFaults form />
            <Conflict
                form
                theirs
                refresh=Callback::new(move |()| members.refetch())
                again
            />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

#[component]
pub(super) fn InviteDialog(inviting: RwSignal<Option<Member>>) -> impl IntoView {
    let open = opened_by(inviting);
    view! {
        <Dialog open title=t!(members.invite)>
            {inviting.get_untracked().map(|member| view! { <InviteForm open member /> })}
        </Dialog>
    }
}

/// Makes the link, then shows it: once, because only its hash is kept.
#[component]
fn InviteForm(open: RwSignal<bool>, member: Member) -> impl IntoView {
    let me = use_me();
    let today = use_today();
    let form = Form::new("invitation");
    let made = RwSignal::new(None::<Invitation>);
    let body = NewInvitation { member_id: member.id };
    let make = Callback::new(move |()| {
        let body = body.clone();
        form.run(async move { api::invite(&body).await }, move |invitation| {
            made.try_set(Some(invitation));
            query::invalidate("/members");
        });
    });
    make.run(());
    let name = member.name.clone();
    let link = move || {
        made.get().map(|invitation| {
            let zone = me.with_untracked(|me| me.organisation.timezone.clone());
            let until = moment(invitation.expires_at, &zone, today.get_untracked());
            view! {
                <p>{t!(members.invite_about, name = name.as_str(), until = until)}</p>
                <CopyText label=t!(members.link) text=invitation.link />
            }
        })
    };
    view! {
        {link}
        <FormFaults form />
        <Show when=move || form.failure().is_some()>
            <Button on_press=make>{t!(common.retry)}</Button>
        </Show>
        <Show when=move || form.busy().get()>
            <p class="late text-muted">{t!(members.inviting)}</p>
        </Show>
        <div class="form-actions">
            <Button variant=Variant::Primary on_press=Callback::new(move |()| open.set(false))>
                {t!(common.done)}
            </Button>
        </div>
    }
}
