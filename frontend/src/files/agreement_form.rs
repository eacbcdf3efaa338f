//! Writing down what was signed: the file, who signed it and when, and the terms that it made.
use leptos::prelude::*;
use shared::api::{AccountFile, AccountId, Agreement, Agreements, NewAgreement, Page, RetainerId};

use super::words;
use crate::{
    api,
    format::{date, moment},
    query::{self, Query},
    session::{use_me, use_today},
    t,
    ui::{Choice, Form, FormActions, FormFaults, Select, TextArea, TextInput, toast},
};

#[component]
pub(super) fn AgreementForm(
    account: AccountId,
    retainer: RetainerId,
    all: Query<Agreements>,
    files: Query<Page<AccountFile>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("agreement");
    let choices = files_of(files);
    let terms = terms_of(all);
    let first = |choices: &[Choice]| choices.first().map(|one| one.value.clone());
    // Which one was signed is for a person to say: the newest need not be it.
    let file = RwSignal::new(String::new());
    let version = RwSignal::new(first(&terms).unwrap_or_default());
    let (label, signers) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let signed_on = RwSignal::new(use_today().get_untracked().to_string());
    let starts_on = RwSignal::new(String::new());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(file_id) = file.get_untracked().parse() else {
            return form.refuse(vec![shared::api::FieldError::new("/file_id", "required")]);
        };
        let Ok(signed_on) = signed_on.get_untracked().parse() else {
            return form.refuse(vec![shared::api::FieldError::new("/signed_on", "required")]);
        };
        let names = signers.get_untracked();
        let names = names.lines().map(str::trim).filter(|name| !name.is_empty());
        let body = NewAgreement {
            file_id,
            terms_number: version.get_untracked().parse().ok(),
            label: label.get_untracked(),
            signers: names.map(str::to_owned).collect(),
            signed_on,
            starts_on: starts_on.get_untracked().parse().ok(),
        };
        let work = async move |body: NewAgreement| api::add_agreement(retainer, &body).await;
        form.send(body, work, move |_: Agreement| {
            query::invalidate(&format!("/retainers/{retainer}/agreements"));
            query::invalidate("/loose-ends");
            words::changed(account);
            open.try_set(false);
            toast(t!(files.agreement_added));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Select form at="/file_id" label=t!(files.file) value=file choices />
            <TextInput
                form
                at="/label"
                label=t!(files.label)
                hint=t!(files.label_hint)
                value=label
            />
            <TextArea
                form
                at="/signers"
                label=t!(files.signers)
                hint=t!(files.signers_hint)
                value=signers
                rows=2
            />
            <div class="form-pair">
                <TextInput
                    form
                    at="/signed_on"
                    label=t!(files.signed_on)
                    value=signed_on
                    kind="date"
                />
                <TextInput
                    form
                    at="/starts_on"
                    label=t!(files.starts_on)
                    hint=t!(files.starts_on_hint)
                    value=starts_on
                    kind="date"
                    optional=true
                />
            </div>
            <Select form at="/terms_number" label=t!(files.terms) value=version choices=terms />
            <FormFaults form />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}

/// The files by name and day, the newest first.
fn files_of(files: Query<Page<AccountFile>>) -> Vec<Choice> {
    let today = use_today().get_untracked();
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let one = |file: &AccountFile| {
        let added = moment(file.added_at, &zone, today);
        Choice::new(file.id.to_string(), format!("{}, {added}", file.name))
    };
    let all = files.get_untracked().map(|page| page.items).unwrap_or_default();
    all.iter().map(one).collect()
}

/// The versions of the terms, the newest first.
fn terms_of(all: Query<Agreements>) -> Vec<Choice> {
    let today = use_today().get_untracked();
    let terms = all.get_untracked().map(|all| all.terms).unwrap_or_default();
    let one = |one: &shared::api::AgreedTerms| {
        let day = date(one.effective_from, today);
        Choice::new(one.number.to_string(), t!(files.of_terms, number = one.number, day = day))
    };
    terms.iter().map(one).collect()
}
