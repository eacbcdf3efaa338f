//! Adding and changing a person at an account.
use leptos::prelude::*;
use shared::api::{AccountId, Contact, ContactChange, NewContact, Page};

use crate::{
    api,
    query::{self, Query},
    t,
    ui::{Checkbox, Conflict, Form, FormActions, FormFaults, TextInput, toast},
};

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    name: RwSignal<String>,
    email: RwSignal<String>,
    phone: RwSignal<String>,
    position: RwSignal<String>,
    decides: RwSignal<bool>,
    had_email: bool,
}

impl Draft {
    fn of(contact: Option<&Contact>) -> Self {
        let first = |pick: fn(&Contact) -> Option<String>| {
            RwSignal::new(contact.and_then(pick).unwrap_or_default())
        };
        Self {
            name: first(|contact| Some(contact.name.clone())),
            email: first(|contact| contact.email.clone()),
            phone: first(|contact| contact.phone.clone()),
            position: first(|contact| contact.position.clone()),
            decides: RwSignal::new(contact.is_some_and(|contact| contact.decides)),
            had_email: contact.is_some_and(|contact| contact.email.is_some()),
        }
    }

    fn new_contact(self) -> NewContact {
        NewContact {
            name: text(self.name).unwrap_or_default(),
            email: text(self.email),
            phone: text(self.phone),
            position: text(self.position),
            decides: self.decides.get_untracked(),
        }
    }

    fn change(self) -> ContactChange {
        ContactChange {
            name: Some(text(self.name).unwrap_or_default()),
            // An address can be changed, but the API refuses to empty one: it says so.
            email: text(self.email).or_else(|| self.had_email.then(String::new)),
            phone: Some(text(self.phone).unwrap_or_default()),
            position: Some(text(self.position).unwrap_or_default()),
            decides: Some(self.decides.get_untracked()),
        }
    }
}

fn text(signal: RwSignal<String>) -> Option<String> {
    let text = signal.get_untracked().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[component]
pub(super) fn ContactForm(
    id: AccountId,
    open: RwSignal<bool>,
    contacts: Query<Page<Contact>>,
    contact: Option<Contact>,
) -> impl IntoView {
    let form = Form::new("contact");
    let draft = Draft::of(contact.as_ref());
    let editing = contact.as_ref().map(|contact| contact.id);
    // The version that was read when the form opened, or that the reader has seen since.
    let version = RwSignal::new(contact.map_or(0, |contact| contact.version));
    let now = move || {
        contacts.with(|page| page?.items.iter().find(|one| Some(one.id) == editing).cloned())
    };
    let done = move |_: Contact| {
        query::invalidate(api::contacts(id).path());
        open.try_set(false);
        toast(t!(common.saved));
    };
    let send = move || {
        if let Some(contact) = editing {
            let seen = version.get_untracked();
            let work =
                async move |body: ContactChange| api::change_contact(contact, seen, &body).await;
            form.send(draft.change(), work, done);
        } else {
            let work = async move |body: NewContact| api::add_contact(id, &body).await;
            form.send(draft.new_contact(), work, done);
        }
    };
    let again = Callback::new(move |()| {
        untrack(now).iter().for_each(|now| version.set(now.version));
        send();
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Fields form draft />
            <FormFaults form />
            <Conflict
                form
                theirs=Signal::derive(move || now().map(theirs).unwrap_or_default())
                refresh=Callback::new(move |()| contacts.refetch())
                again
            />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

/// Label and value of what stands in the store.
fn theirs(contact: Contact) -> Vec<(&'static str, String)> {
    let or_empty = Option::unwrap_or_default;
    vec![
        (t!(accounts.contact_name), contact.name),
        (t!(accounts.position), or_empty(contact.position)),
        (t!(auth.email), or_empty(contact.email)),
        (t!(accounts.phone), or_empty(contact.phone)),
    ]
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <TextInput
            form
            at="/name"
            label=t!(accounts.contact_name)
            value=draft.name
            autofocus=true
        />
        <TextInput
            form
            at="/position"
            label=t!(accounts.position)
            value=draft.position
            optional=true
        />
        <div class="form-pair">
            <TextInput
                form
                at="/email"
                label=t!(auth.email)
                value=draft.email
                kind="email"
                inputmode="email"
                optional=true
            />
            <TextInput
                form
                at="/phone"
                label=t!(accounts.phone)
                value=draft.phone
                kind="tel"
                inputmode="tel"
                optional=true
            />
        </div>
        <Checkbox
            form
            at="/decides"
            label=t!(accounts.decides_label)
            hint=t!(accounts.decides_hint)
            value=draft.decides
        />
    }
}
