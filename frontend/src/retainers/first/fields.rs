//! The sections of client, invoices and portal. What is made is a link in place of its fields.
use leptos::prelude::*;
use shared::api::Contact;

use super::draft::Draft;
use super::known::Known;
use super::plan::Made;
use crate::retainers::retainer_href;
use crate::t;
use crate::ui::{Checkbox, Choice, Form, OneOf, Panel, Select, TextArea, TextInput, icon};

/// Something that is made.
#[component]
pub(super) fn MadeLine(
    /// What it is called.
    name: String,
    /// Where it is.
    href: String,
) -> impl IntoView {
    view! {
        <p class="flex items-center gap-2">
            {icon(icondata::LuCircleCheck)}
            <a class="link" href=href>{name}</a>
            <span class="text-muted">{t!(today.step_done)}</span>
        </p>
    }
}

#[component]
pub(super) fn Client(
    form: Form,
    draft: Draft,
    made: RwSignal<Made>,
    known: StoredValue<Known>,
) -> impl IntoView {
    let account = Memo::new(move |_| made.with(|made| made.account.clone()));
    let contact = Memo::new(move |_| made.with(|made| made.contact.clone()));
    let letters = Memo::new(move |_| made.with(|made| made.letters));
    let name = move || match account.get() {
        Some((id, name)) => view! { <MadeLine name href=format!("/accounts/{id}") /> }.into_any(),
        None => view! {
            <TextInput
                form
                at="/account/name"
                label=t!(first.client_name)
                value=draft.account
                autocomplete="organization"
                autofocus=true
            />
        }
        .into_any(),
    };
    let person = move || match (contact.get(), account.get()) {
        (Some((_, name)), Some((id, _))) => {
            view! { <MadeLine name href=format!("/accounts/{id}") /> }.into_any()
        }
        _ => view! { <Person form draft known /> }.into_any(),
    };
    let language = draft.language;
    view! {
        <Panel title=t!(first.client)>
            <div class="panel-body form">
                {name}
                {person}
                <Show when=move || !letters.get()>
                    <OneOf
                        form
                        at="/letters/language"
                        label=t!(invoices.language)
                        hint=t!(first.language_hint)
                        labels=vec!["English", "Deutsch"]
                        chosen=language.into()
                        pick=Callback::new(move |place| language.set(place))
                    />
                </Show>
            </div>
        </Panel>
    }
}

/// Who is written to: one of those who are there, or somebody else.
#[component]
fn Person(form: Form, draft: Draft, known: StoredValue<Known>) -> impl IntoView {
    let people = Signal::derive(move || {
        let choice = |one: &Contact| Choice::new(one.id.to_string(), one.name.clone());
        known.with_value(|known| known.people.iter().map(choice).collect::<Vec<_>>())
    });
    let several = known.with_value(|known| !known.people.is_empty());
    let choose = several.then(|| {
        view! {
            <Select
                form
                at="/contact"
                label=t!(first.whom)
                value=draft.person
                choices=people
                nothing=t!(first.somebody_else)
            />
        }
    });
    view! {
        {choose}
        <Show when=move || draft.person.with(String::is_empty)>
            <div class="form-pair">
                <TextInput form at="/contact/name" label=t!(first.person) value=draft.contact />
                <TextInput
                    form
                    at="/contact/email"
                    label=t!(auth.email)
                    value=draft.email
                    kind="email"
                    inputmode="email"
                />
            </div>
        </Show>
    }
}

#[component]
pub(super) fn Billing(
    form: Form,
    draft: Draft,
    made: RwSignal<Made>,
    known: StoredValue<Known>,
) -> impl IntoView {
    let issuer = Memo::new(move |_| made.with(|made| made.issuer));
    let billing = Memo::new(move |_| made.with(|made| made.billing));
    let retainer =
        Memo::new(move |_| made.with(|made| made.account.clone().zip(made.retainer.clone())));
    let (asks, may_issue) = known.with_value(|known| (known.asks_issuer(), known.may_issue));
    let kept = known.with_value(|known| known.settings.settings.clone());
    let from = kept.map(|kept| {
        let words = t!(first.from, name = kept.legal_name);
        view! { <p class="text-soft">{words}</p> }
    });
    let missing = (from.is_none() && !may_issue).then(|| {
        view! { <p class="text-soft">{t!(first.no_issuer)}</p> }
    });
    let body = move || match (billing.get(), retainer.get()) {
        (true, Some(((account, _), (id, _)))) => {
            let href = format!("{}/billing", retainer_href(account, id));
            view! { <MadeLine name=t!(invoices.billing).to_owned() href /> }.into_any()
        }
        _ => view! { <How form draft may_issue /> }.into_any(),
    };
    view! {
        <Panel title=t!(shell.invoices)>
            <div class="panel-body form">
                {from}
                {missing}
                <Show when=move || asks && !issuer.get()>
                    <Issuer form draft />
                </Show>
                {body}
            </div>
        </Panel>
    }
}

/// From whom invoices are, where nobody has said it yet.
#[component]
fn Issuer(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <TextInput
            form
            at="/issuer/legal_name"
            label=t!(invoices.legal_name)
            hint=t!(invoices.legal_hint)
            value=draft.legal_name
            autocomplete="organization"
        />
        <TextArea
            form
            at="/issuer/address"
            label=t!(invoices.address)
            hint=t!(first.address_hint)
            value=draft.address
        />
        <TextInput
            form
            at="/issuer/taxes/0/percent"
            label=t!(first.tax)
            hint=t!(first.tax_hint)
            inputmode="decimal"
            optional=true
            value=draft.tax
        />
    }
}

/// When the retainer is billed, and until when that is paid.
#[component]
fn How(form: Form, draft: Draft, may_issue: bool) -> impl IntoView {
    let timing = draft.timing;
    view! {
        <div class="form-pair">
            <OneOf
                form
                at="/billing/timing"
                label=t!(invoices.timing)
                labels=vec![t!(invoices.advance), t!(invoices.arrears)]
                chosen=timing.into()
                pick=Callback::new(move |place| timing.set(place))
            />
            <TextInput
                form
                at="/billing/terms"
                label=t!(first.days)
                inputmode="numeric"
                optional=true
                value=draft.days
            />
        </div>
        {may_issue.then(|| view! {
            <Checkbox
                form
                at="/billing/automatic"
                label=t!(invoices.automatic)
                hint=t!(invoices.automatic_hint)
                value=draft.automatic
            />
        })}
    }
}

#[component]
pub(super) fn Portal(form: Form, draft: Draft, made: RwSignal<Made>) -> impl IntoView {
    let invited = Memo::new(move |_| made.with(|made| made.invited.is_some()));
    view! {
        <Panel title=t!(portal_access.title)>
            <div class="panel-body form">
                <Show
                    when=move || !invited.get()
                    fallback=|| view! { <p>{t!(today.step_done)}</p> }
                >
                    <Checkbox
                        form
                        at="/portal/invites"
                        label=t!(first.invites)
                        hint=t!(first.invites_hint)
                        value=draft.invites
                    />
                </Show>
            </div>
        </Panel>
    }
}
