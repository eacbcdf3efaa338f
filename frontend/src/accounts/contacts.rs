//! The people at an account.
use leptos::prelude::*;
use shared::api::{AccountId, Contact, ContactId, NewContact, Page};

use super::contact_form::ContactForm;
use crate::{
    api,
    i18n::fault_words,
    query::{self, Query, use_query},
    t,
    ui::{Badge, Button, Dialog, Empty, Loaded, Menu, MenuItem, Panel, toast, toast_undo},
};

#[component]
pub(super) fn Contacts(id: AccountId, may: Signal<Option<String>>) -> impl IntoView {
    let contacts = use_query(move || api::contacts(id));
    let open = RwSignal::new(false);
    let editing = RwSignal::new(None::<Contact>);
    let add = Callback::new(move |()| {
        editing.set(None);
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
        let new = editing.with(Option::is_none);
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
            <ContactForm id open contacts contact=editing.get_untracked() />
        </Dialog>
    }
}

#[component]
fn ContactRow(
    id: AccountId,
    contact: Contact,
    contacts: Query<Page<Contact>>,
    editing: RwSignal<Option<Contact>>,
    open: RwSignal<bool>,
    may: Signal<Option<String>>,
) -> impl IntoView {
    let kept = StoredValue::new(contact.clone());
    let edit = Callback::new(move |()| {
        editing.set(Some(kept.get_value()));
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
                {contact.position.clone().map(|words| view! { <p class="text-muted">{words}</p> })}
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
