//! Who of an account can sign in: when they last looked, how far their link came, and inviting them.
use std::time::Duration;

use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::{
    AccountId, ContactId, LinkMail, NewPortalInvitation, Portal, PortalLinkMade, PortalPerson,
};

use super::words;
use crate::format::moment;
use crate::query::{self, Query};
use crate::session::{use_me, use_today};
use crate::ui::{
    Badge, Button, ButtonLink, CopyText, Empty, Form, FormFaults, Panel, keep_on, toast,
};
use crate::{api, t};

/// How often it is looked whether a mail that is handed over has left.
const LOOKS: Duration = Duration::from_secs(5);

/// A link to hand over, as it is told this once.
#[derive(Clone)]
struct Told {
    name: String,
    address: String,
    until: DateTime<Utc>,
}

/// What it takes to invite somebody.
#[derive(Clone, Copy)]
struct Inviting {
    id: AccountId,
    form: Form,
    /// Whom last.
    asked: RwSignal<Option<ContactId>>,
    told: RwSignal<Option<Told>>,
    /// Why nobody can be invited now.
    reason: Signal<Option<String>>,
}

/// The id of the button that invites somebody: the focus comes back to it.
fn button_id(of: ContactId) -> String {
    format!("invite-{of}")
}

impl Inviting {
    fn of(id: AccountId, portal: Query<Portal>) -> Self {
        let form = Form::new("portal-invite");
        form.register("/contact_id", t!(portal_access.person).to_owned());
        let may = words::may_change();
        let closed = move || portal.with(|portal| portal.is_none_or(|portal| !portal.open));
        let reason = Signal::derive(move || {
            may.get().or_else(|| closed().then(|| t!(portal_access.open_first).to_owned()))
        });
        let (asked, told) = (RwSignal::new(None), RwSignal::new(None));
        Self { id, form, asked, told, reason }
    }

    fn invite(self, contact_id: ContactId, name: String) {
        let Self { id, form, asked, told, .. } = self;
        if form.busy().get_untracked() {
            return;
        }
        asked.set(Some(contact_id));
        told.set(None);
        let work = async move |body: NewPortalInvitation| api::invite_to_portal(id, &body).await;
        form.send(NewPortalInvitation { contact_id }, work, move |made: PortalLinkMade| {
            match made.token {
                Some(token) => {
                    let address = words::address(&format!("/portal/enter/{token}"));
                    told.try_set(Some(Told { name, address, until: made.expires_at }));
                }
                None => {
                    toast(t!(portal_access.invited, name = name));
                    // Its row is drawn anew.
                    keep_on(button_id(contact_id));
                }
            }
            query::invalidate(api::portal(id).path());
        });
    }
}

/// Its people, each with what becomes of their link.
#[component]
pub(super) fn People(id: AccountId, portal: Query<Portal>) -> impl IntoView {
    let inviting = Inviting::of(id, portal);
    let sending = move || {
        let known = portal.get_untracked();
        let sends = |one: &PortalPerson| one.mail == Some(LinkMail::Sending);
        known.is_some_and(|portal| portal.people.iter().any(sends))
    };
    // It leaves by itself, and nobody here does anything that would tell.
    let looks = move || {
        if sending() {
            portal.refetch();
        }
    };
    if let Ok(looking) = set_interval_with_handle(looks, LOOKS) {
        on_cleanup(move || looking.clear());
    }
    // Drawn anew only when one changed.
    let people = Memo::new(move |_| {
        portal.with(|portal| portal.map(|portal| portal.people.clone())).unwrap_or_default()
    });
    let by_hand =
        Memo::new(move |_| portal.with(|portal| portal.is_some_and(|portal| !portal.sends_mail)));
    let list = move || {
        let people = people.get();
        if people.is_empty() {
            return view! { <Nobody id /> }.into_any();
        }
        let rows = people.into_iter().map(|person| view! { <Row person inviting /> });
        view! {
            <div class="table-wrap">
                <table class="table table-cards">
                    <thead>
                        <tr>
                            <th scope="col">{t!(portal_access.person)}</th>
                            <th scope="col">{t!(portal_access.mail_address)}</th>
                            <th scope="col">{t!(portal_access.last_looked)}</th>
                            <th scope="col">{t!(portal_access.last_link)}</th>
                            <th scope="col">
                                <span class="sr-only">{t!(portal_access.invite)}</span>
                            </th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        }
        .into_any()
    };
    view! {
        <Panel title=t!(portal_access.people)>
            <FormFaults form=inviting.form />
            {move || inviting.told.get().map(|told| view! { <Once told /> })}
            {list}
            {move || by_hand.get().then(|| view! {
                <p class="panel-body text-muted">{t!(portal_access.no_mail_server)}</p>
            })}
        </Panel>
    }
}

/// Nobody is known at the account.
#[component]
fn Nobody(id: AccountId) -> impl IntoView {
    view! {
        <Empty
            icon=icondata::LuUsers
            title=t!(portal_access.nobody)
            about=t!(portal_access.nobody_about)
        >
            <ButtonLink href=format!("/accounts/{id}")>{t!(accounts.add_contact)}</ButtonLink>
        </Empty>
    }
}

/// The link that no mail brings: it is handed over by who invites.
#[component]
fn Once(told: Told) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let until = moment(told.until, &zone, use_today().get_untracked());
    let Told { name, address, .. } = told;
    view! {
        <div class="panel-body stack">
            <p class="note note-ok" role="status">
                {t!(portal_access.told, name = name.as_str(), until = until)}
            </p>
            <CopyText label=t!(portal_access.link_for, name = name) text=address autofocus=true />
        </div>
    }
}

#[component]
fn Row(person: PortalPerson, inviting: Inviting) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let when = move |at: DateTime<Utc>| moment(at, &zone, today);
    let seen = person.seen_at.map_or_else(|| t!(portal_access.never).to_owned(), &when);
    let linked = person.linked_at.map_or_else(|| t!(portal_access.no_link).to_owned(), &when);
    let mail = person.mail.map(|mail| {
        let (words, tone, icon) = words::mail(mail);
        view! { <Badge tone icon=icon>{words}</Badge> }
    });
    let answer = person.mail_answer.clone();
    let answer = answer.filter(|_| person.mail == Some(LinkMail::Failed));
    let address = match person.email.clone() {
        Some(email) => view! { <span class="break-all">{email}</span> }.into_any(),
        None => {
            let href = format!("/accounts/{}", inviting.id);
            view! {
                <span>
                    <span class="text-muted">{t!(portal_access.no_email)}</span>
                    " "
                    <a class="link" href=href>{t!(portal_access.add_email)}</a>
                </span>
            }
            .into_any()
        }
    };
    let again = person.linked_at.is_some();
    let name = person.name.clone();
    let invites = person
        .email
        .is_some()
        .then(|| view! { <Invite of=person.contact_id name again inviting /> });
    view! {
        <tr>
            <th scope="row" class="person"><span class="row-link">{person.name}</span></th>
            <td data-label=t!(portal_access.mail_address)>{address}</td>
            <td data-label=t!(portal_access.last_looked) class="num">{seen}</td>
            <td data-label=t!(portal_access.last_link)>
                <div class="flex flex-wrap items-center gap-2">
                    <span class="num">{linked}</span>
                    {mail}
                    {answer.map(|answer| view! {
                        <span class="w-full break-words text-xs text-muted">{answer}</span>
                    })}
                </div>
            </td>
            <td class="end">{invites}</td>
        </tr>
    }
}

#[component]
fn Invite(of: ContactId, name: String, again: bool, inviting: Inviting) -> impl IntoView {
    let verb = if again { t!(portal_access.invite_again) } else { t!(portal_access.invite) };
    let busy =
        Signal::derive(move || inviting.form.busy().get() && inviting.asked.get() == Some(of));
    let whom = format!(", {name}");
    let press = Callback::new(move |()| inviting.invite(of, name.clone()));
    view! {
        <Button
            small=true
            id=button_id(of)
            reason=inviting.reason
            busy
            on_press=press
        >
            {verb}
            <span class="sr-only">{whom}</span>
        </Button>
    }
}
