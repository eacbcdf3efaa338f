//! The people at an account.
use leptos::prelude::*;
use shared::api::{AccountId, Contact, ContactChange, ContactId, NewContact, Page};

use crate::{
    api,
    i18n::fault_words,
    query::{self, Query, use_query},
    t,
    ui::{
        Badge, Button, Checkbox, Dialog, Empty, Form, FormFaults, Loaded, Menu, MenuItem, Panel,
        TextInput, Variant, toast, toast_undo,
    },
};

/// Which contact the form is about.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Editing {
    New,
    Old(Box<Contact>),
}

#[component]
pub(super) fn Contacts(id: AccountId, may: Signal<Option<String>>) -> impl IntoView {
    let contacts = use_query(move || api::contacts(id));
    let open = RwSignal::new(false);
    let editing = RwSignal::new(Editing::New);
    let add = Callback::new(move |()| {
        editing.set(Editing::New);
        open.set(true);
    });
    let aside = move || {
        view! {
            <Button small=true icon=icondata::LuPlus reason=may on_press=add>
                {t!(accounts.add_contact)}
            </Button>
        }
    };
    let rows =
        move || contacts.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let title = Signal::derive(move || {
        let new = editing.with(|editing| matches!(editing, Editing::New));
        String::from(if new { t!(accounts.add_contact) } else { t!(accounts.edit_contact) })
    });
    view! {
        <Panel title=t!(accounts.contacts) aside=aside>
            <Loaded of=contacts.standing() rows=2>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! { <Empty title=t!(accounts.no_contacts) /> }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|contact| (contact.id, contact.version) let:contact>
                            <ContactRow id contact contacts editing open may />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
        <Dialog open title>
            <ContactForm id open editing=editing.get_untracked() />
        </Dialog>
    }
}

#[component]
fn ContactRow(
    id: AccountId,
    contact: Contact,
    contacts: Query<Page<Contact>>,
    editing: RwSignal<Editing>,
    open: RwSignal<bool>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    let kept = StoredValue::new(contact.clone());
    let edit = Callback::new(move |()| {
        editing.set(Editing::Old(Box::new(kept.get_value())));
        open.set(true);
    });
    let delete = Callback::new(move |()| remove(id, kept.get_value(), contacts));
    let mail = contact.email.clone().map(|email| {
        let href = format!("mailto:{email}");
        view! { <a class="link" href=href>{email}</a> }
    });
    let phone = contact.phone.clone().map(|phone| {
        let bare: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        view! { <a class="link" href=format!("tel:{bare}")>{phone}</a> }
    });
    let actions = t!(accounts.contact_actions, name = contact.name.as_str());
    view! {
        <li class="contact">
            <div class="contact-words">
                <p class="font-medium">
                    {contact.name.clone()}
                    {contact.decides.then(|| view! { " " <Badge>{t!(accounts.decides)}</Badge> })}
                </p>
                {contact.position.clone().map(|position| view! { <p class="text-muted">{position}</p> })}
                <p class="contact-ways">{mail} {phone}</p>
            </div>
            <Show when=move || may.with(Option::is_none)>
                <Menu label=actions.clone()>
                    <MenuItem icon=icondata::LuPencil on_press=edit>{t!(common.edit)}</MenuItem>
                    <MenuItem icon=icondata::LuTrash2 on_press=delete>{t!(common.delete)}</MenuItem>
                </Menu>
            </Show>
        </li>
    }
}

/// Gone at once; back if the server refuses, or on Undo, which adds the person anew.
fn remove(account: AccountId, contact: Contact, contacts: Query<Page<Contact>>) {
    let gone: ContactId = contact.id;
    let before = contacts.update(|page| page.items.retain(|one| one.id != gone));
    leptos::task::spawn_local(async move {
        match api::remove_contact(gone, contact.version).await {
            Ok(()) => {
                let words = t!(accounts.contact_removed, name = contact.name);
                toast_undo(words, move || restore(account, contact.clone()));
            }
            Err(fault) => {
                if let Some(before) = before {
                    contacts.set(before);
                }
                toast(fault_words(&fault));
            }
        }
        query::invalidate(api::contacts(account).path());
    });
}

fn restore(account: AccountId, contact: Contact) {
    leptos::task::spawn_local(async move {
        let body = NewContact {
            name: contact.name,
            email: contact.email,
            phone: contact.phone,
            position: contact.position,
            decides: contact.decides,
        };
        if let Err(fault) = api::add_contact(account, &body).await {
            toast(fault_words(&fault));
        }
        query::invalidate(api::contacts(account).path());
    });
}

#[component]
fn ContactForm(id: AccountId, open: RwSignal<bool>, editing: Editing) -> impl IntoView {
    let form = Form::new("contact");
    let old = match editing {
        Editing::New => None,
        Editing::Old(contact) => Some(*contact),
    };
    let first = |pick: fn(&Contact) -> Option<String>| {
        RwSignal::new(old.as_ref().and_then(pick).unwrap_or_default())
    };
    let name = first(|contact| Some(contact.name.clone()));
    let email = first(|contact| contact.email.clone());
    let phone = first(|contact| contact.phone.clone());
    let position = first(|contact| contact.position.clone());
    let decides = RwSignal::new(old.as_ref().is_some_and(|contact| contact.decides));
    let text = |signal: RwSignal<String>| {
        let text = signal.get_untracked().trim().to_owned();
        (!text.is_empty()).then_some(text)
    };
    let had_email = old.as_ref().is_some_and(|contact| contact.email.is_some());
    let version = old.as_ref().map(|contact| (contact.id, contact.version));
    let done = move |_: Contact| {
        query::invalidate(api::contacts(id).path());
        open.try_set(false);
        toast(t!(common.saved));
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        match version {
            None => {
                let body = NewContact {
                    name: text(name).unwrap_or_default(),
                    email: text(email),
                    phone: text(phone),
                    position: text(position),
                    decides: decides.get_untracked(),
                };
                let work = async move |body: NewContact| api::add_contact(id, &body).await;
                form.send(body, work, done);
            }
            Some((contact, version)) => {
                let body = ContactChange {
                    name: Some(text(name).unwrap_or_default()),
                    // An address can be changed, but the API refuses to empty one: it says so.
                    email: text(email).or_else(|| had_email.then(String::new)),
                    phone: Some(text(phone).unwrap_or_default()),
                    position: Some(text(position).unwrap_or_default()),
                    decides: Some(decides.get_untracked()),
                };
                let work = async move |body: ContactChange| {
                    api::change_contact(contact, version, &body).await
                };
                form.send(body, work, done);
            }
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextInput form at="/name" label=t!(accounts.contact_name) value=name autofocus=true />
            <TextInput
                form
                at="/position"
                label=t!(accounts.position)
                value=position
                optional=true
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/email"
                    label=t!(auth.email)
                    value=email
                    kind="email"
                    inputmode="email"
                    optional=true
                />
                <TextInput
                    form
                    at="/phone"
                    label=t!(accounts.phone)
                    value=phone
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
                value=decides
            />
            <FormFaults form />
            <div class="form-actions">
                <Button on_press=Callback::new(move |()| open.set(false))>{t!(common.cancel)}</Button>
                <Button submit=true variant=Variant::Primary keys="mod enter" busy=form.busy()>
                    {t!(common.save)}
                </Button>
            </div>
        </form>
    }
}
