//! What invoices say of an account: to whom they go, in which language, who owes the tax.
use leptos::prelude::*;
use shared::api::{AccountBilling, AccountBillingSet, AccountId, Language};

use super::settings_paper::{code, some, typed};
use crate::query::{self, Query, use_query};
use crate::ui::{
    Checkbox, Conflict, Dialog, Form, FormActions, FormFaults, Loaded, OneOf, TextArea, TextInput,
    toast,
};
use crate::{api, t};

/// The dialog in which that is said.
#[component]
pub(super) fn ClientDialog(account: AccountId, open: RwSignal<bool>) -> impl IntoView {
    view! {
        <Dialog open title=t!(invoices.client)>
            <Read account open />
        </Dialog>
    }
}

#[component]
fn Read(account: AccountId, open: RwSignal<bool>) -> impl IntoView {
    let kept = use_query(move || api::account_billing(account));
    view! {
        <Loaded of=kept.standing() rows=6>
            <Edit account kept open />
        </Loaded>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    legal_name: RwSignal<String>,
    address: RwSignal<String>,
    country: RwSignal<String>,
    tax_id: RwSignal<String>,
    reference: RwSignal<String>,
    /// As usual, English, German.
    language: RwSignal<usize>,
    reverse_charge: RwSignal<bool>,
    /// An address a line.
    send_to: RwSignal<String>,
}

impl Draft {
    fn of(kept: &AccountBillingSet) -> Self {
        let language = match kept.language {
            None => 0,
            Some(Language::En) => 1,
            Some(Language::De) => 2,
        };
        Self {
            legal_name: typed(kept.legal_name.as_ref()),
            address: typed(kept.address.as_ref()),
            country: typed(kept.country.as_ref()),
            tax_id: typed(kept.tax_id.as_ref()),
            reference: typed(kept.reference.as_ref()),
            language: RwSignal::new(language),
            reverse_charge: RwSignal::new(kept.reverse_charge),
            send_to: RwSignal::new(kept.send_to.join("\n")),
        }
    }

    fn said(self) -> AccountBillingSet {
        AccountBillingSet {
            legal_name: some(self.legal_name),
            address: some(self.address),
            country: code(self.country),
            tax_id: some(self.tax_id),
            reference: some(self.reference),
            language: match self.language.get_untracked() {
                1 => Some(Language::En),
                2 => Some(Language::De),
                _ => None,
            },
            reverse_charge: self.reverse_charge.get_untracked(),
            send_to: self.send_to.with_untracked(|text| addresses(text)),
        }
    }
}

fn addresses(text: &str) -> Vec<String> {
    let apart = text.split(|c: char| c.is_whitespace() || c == ',' || c == ';');
    apart.filter(|one| !one.is_empty()).map(str::to_owned).collect()
}

#[component]
fn Edit(account: AccountId, kept: Query<AccountBilling>, open: RwSignal<bool>) -> impl IntoView {
    let Some(first) = kept.get_untracked() else { return ().into_any() };
    let form = Form::new("client");
    let version = StoredValue::new(first.version);
    let draft = Draft::of(&first.billing);
    let send = move || {
        let seen = version.get_value();
        let work = async move |body: AccountBillingSet| {
            api::set_account_billing(account, seen, &body).await
        };
        form.send(draft.said(), work, move |now: AccountBilling| {
            kept.set(now);
            query::invalidate("/invoice");
            open.try_set(false);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        let Some(now) = kept.get().map(|kept| kept.billing) else { return Vec::new() };
        vec![
            (t!(invoices.legal_hint), now.legal_name.unwrap_or_default()),
            (t!(invoices.address), now.address.unwrap_or_default()),
        ]
    });
    let refresh = Callback::new(move |()| kept.refetch());
    let again = Callback::new(move |()| {
        if let Some(now) = kept.get_untracked() {
            version.set_value(now.version);
        }
        send();
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Fields form draft />
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
    .into_any()
}

#[component]
fn Fields(form: Form, draft: Draft) -> impl IntoView {
    let language = draft.language;
    let languages = vec![t!(invoices.language_usual), "English", "Deutsch"];
    view! {
        <TextInput
            form
            at="/legal_name"
            label=t!(invoices.legal_hint)
            value=draft.legal_name
            optional=true
        />
        <TextArea form at="/address" label=t!(invoices.address) value=draft.address optional=true />
        <div class="form-pair">
            <TextInput
                form
                at="/country"
                label=t!(invoices.country)
                hint=t!(invoices.country_hint)
                value=draft.country
                optional=true
            />
            <TextInput
                form
                at="/tax_id"
                label=t!(invoices.tax_id)
                value=draft.tax_id
                optional=true
            />
        </div>
        <div class="form-pair">
            <TextInput
                form
                at="/reference"
                label=t!(invoices.client_ref)
                value=draft.reference
                optional=true
            />
            <OneOf
                form
                at="/language"
                label=t!(invoices.language)
                labels=languages
                chosen=language.into()
                pick=Callback::new(move |place| language.set(place))
            />
        </div>
        <TextArea
            form
            at="/send_to"
            label=t!(invoices.send_to)
            hint=t!(invoices.send_to_hint)
            value=draft.send_to
            rows=2
            optional=true
        />
        <Checkbox
            form
            at="/reverse_charge"
            label=t!(invoices.reverse_charge)
            hint=t!(invoices.reverse_hint)
            value=draft.reverse_charge
        />
    }
}
