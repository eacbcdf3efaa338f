//! Who of the client is invited to a session: chosen when it is booked, told and changed later.
use leptos::prelude::*;
use shared::api::{
    AccountId, ClientSession, ContactId, Role, SessionInvitee, SessionInvitees, SessionInviteesSet,
};

use super::renew;
use crate::messages::StateBadge;
use crate::query::{use_query, use_query_when};
use crate::ui::{Button, FaultNote, Form, FormActions, FormFaults, toast};
use crate::{api, t};

/// Who writes to clients.
pub(super) fn invites(role: Role) -> bool {
    matches!(role, Role::Owner | Role::Admin | Role::Manager | Role::Member)
}

/// A tick for who is invited, and for each person of the account with a mail address.
#[component]
pub(super) fn InviteTicks(
    form: Form,
    account: Signal<Option<AccountId>>,
    chosen: RwSignal<Vec<ContactId>>,
    /// Who is invited already, where they were invited: they may have another address now, or none.
    #[prop(optional)]
    invited: Vec<SessionInvitee>,
) -> impl IntoView {
    form.register("/invitees", t!(calendar.invite).to_owned());
    let invited = invited.into_iter().map(|one| (one.contact_id, reached(&one.name, &one.address)));
    let invited: Vec<(ContactId, String)> = invited.collect();
    let known = use_query_when(move || account.get().map(api::portal));
    let people = Memo::new(move |_| {
        known.with(|portal| {
            let all = portal.map(|portal| portal.people.as_slice()).unwrap_or_default();
            let others = all.iter().filter_map(|one| {
                let email = one.email.as_ref()?;
                Some((one.contact_id, reached(&one.name, email)))
            });
            let others = others.filter(|(id, _)| invited.iter().all(|(one, _)| one != id));
            invited.iter().cloned().chain(others).collect::<Vec<_>>()
        })
    });
    // Who is of another account is not invited.
    Effect::new(move |_| {
        let of_it = |id: &ContactId| people.with(|all| all.iter().any(|(one, _)| one == id));
        if known.known() && chosen.with_untracked(|all| !all.iter().all(of_it)) {
            chosen.update(|all| all.retain(of_it));
        }
    });
    let sends = Memo::new(move |_| known.with(|portal| portal.map(|portal| portal.sends_mail)));
    let retry = Callback::new(move |()| known.refetch());
    let body = move || {
        let note = |words| view! { <p class="text-soft">{words}</p> }.into_any();
        match sends.get() {
            None if account.get().is_none() => note(t!(time.effect_pick)),
            None => match known.fault() {
                Some(fault) => view! { <FaultNote fault retry=retry /> }.into_any(),
                None => note(t!(common.loading)),
            },
            Some(false) => note(t!(calendar.invite_no_mail)),
            Some(true) if people.with(Vec::is_empty) => note(t!(calendar.invite_nobody)),
            Some(true) => {
                let ticks = people.get().into_iter().map(|one| view! { <Tick one chosen /> });
                view! { <div class="invite-ticks">{ticks.collect_view()}</div> }.into_any()
            }
        }
    };
    view! {
        <fieldset class="form-part">
            <legend>{t!(calendar.invite)}</legend>
            {body}
        </fieldset>
    }
}

/// Who they are, and where they are reached.
fn reached(name: &str, address: &str) -> String {
    format!("{name}, {address}")
}

#[component]
fn Tick(one: (ContactId, String), chosen: RwSignal<Vec<ContactId>>) -> impl IntoView {
    let (id, label) = one;
    let toggle = move |event: leptos::ev::Event| {
        let on = event_target_checked(&event);
        chosen.update(|all| {
            all.retain(|one| *one != id);
            if on {
                all.push(id);
            }
        });
    };
    view! {
        <label class="invite-tick">
            <input
                type="checkbox"
                class="checkbox"
                prop:checked=move || chosen.with(|all| all.contains(&id))
                on:change=toggle
            />
            {label}
        </label>
    }
}

/// Who is invited to a session that is open; `may` change that.
#[component]
pub(super) fn Invited(session: ClientSession, may: bool) -> impl IntoView {
    let id = session.id;
    let invitees = use_query(move || api::session_invitees(id));
    let changing = RwSignal::new(false);
    let account = session.account_id;
    let body = move || {
        let known = invitees.get()?;
        if changing.get() {
            return Some(view! { <ChangeInvited session=id account known changing /> }.into_any());
        }
        let none = known.items.is_empty();
        // Who books where nothing is mailed is told so at the form.
        if none && !may {
            return None;
        }
        let rows = known.items.into_iter().map(|one| view! { <Row one /> }).collect_view();
        let change = Callback::new(move |()| changing.set(true));
        let list = if none {
            view! { <p class="text-soft">{t!(calendar.invited_nobody)}</p> }.into_any()
        } else {
            view! { <ul class="stack">{rows}</ul> }.into_any()
        };
        let button = may.then(|| {
            view! {
                <div>
                    <Button small=true icon=icondata::LuUsers on_press=change>
                        {t!(calendar.invite_change)}
                    </Button>
                </div>
            }
        });
        Some(view! { <h3>{t!(calendar.invited)}</h3> {list} {button} }.into_any())
    };
    view! { <section class="stack">{body}</section> }
}

#[component]
fn Row(one: SessionInvitee) -> impl IntoView {
    let state = one.state.map(|state| view! { <StateBadge state /> });
    view! {
        <li class="flex flex-wrap items-center gap-2 break-words">
            <span>{reached(&one.name, &one.address)}</span>
            {state}
            {one.answer.map(|answer| view! { <span class="text-muted">{answer}</span> })}
        </li>
    }
}

#[component]
fn ChangeInvited(
    session: shared::api::ClientSessionId,
    account: AccountId,
    known: SessionInvitees,
    changing: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("invite");
    let chosen = RwSignal::new(known.items.iter().map(|one| one.contact_id).collect::<Vec<_>>());
    let (version, invited) = (known.version, known.items);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = SessionInviteesSet { invitees: chosen.get_untracked() };
        let work = async move |body: SessionInviteesSet| {
            api::set_session_invitees(session, version, &body).await
        };
        form.send(body, work, move |_: SessionInvitees| {
            changing.set(false);
            toast(t!(common.saved));
            renew();
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <InviteTicks form account=Signal::stored(Some(account)) chosen invited />
            <FormFaults form />
            <FormActions form open=changing verb=t!(common.save) />
        </form>
    }
}
