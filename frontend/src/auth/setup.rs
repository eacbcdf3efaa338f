//! The first page of an installation: the organisation and its owner.
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_navigate};
use shared::api::{NewOrganisation, NewOwner, Setup};

use super::{password::Password, plain::Plain};
use crate::{
    api, browser,
    session::{Standing, use_session},
    t,
    ui::{Button, Checkbox, Form, FormFaults, Suggest, Suggestions, TextInput, Variant},
};

/// `/setup`; open only until it has been answered.
#[component]
pub fn SetupPage() -> impl IntoView {
    let session = use_session();
    let state = Memo::new(move |_| match session.get() {
        Standing::Opening => None,
        Standing::Setup => Some(true),
        _ => Some(false),
    });
    move || match state.get() {
        None => ().into_any(),
        Some(true) => view! { <SetupForm /> }.into_any(),
        Some(false) => view! { <Redirect path="/" /> }.into_any(),
    }
}

#[component]
fn SetupForm() -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let form = Form::new("setup");
    let text = || RwSignal::new(String::new());
    let (organisation, owner, email, password) = (text(), text(), text(), text());
    let zone = browser::time_zone().unwrap_or_else(|| "UTC".to_owned());
    let currency = RwSignal::new(browser::likely_currency().to_owned());
    let timezone = RwSignal::new(zone);
    let sample = RwSignal::new(false);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Setup {
            organisation: NewOrganisation {
                name: organisation.get_untracked().trim().to_owned(),
                currency: currency.get_untracked().trim().to_uppercase(),
                timezone: timezone.get_untracked().trim().to_owned(),
            },
            owner: NewOwner {
                name: owner.get_untracked().trim().to_owned(),
                email: email.get_untracked().trim().to_owned(),
                password: password.get_untracked(),
            },
            sample: sample.get_untracked(),
        };
        let navigate = navigate.clone();
        let work = async |body: Setup| api::set_up(&body).await;
        form.send(body, work, move |signed_in| {
            session.begin(signed_in);
            navigate("/", Default::default());
        });
    };
    let words = move || if form.busy().get() { t!(auth.creating) } else { t!(auth.create) };
    view! {
            <Plain title=t!(auth.setup_title) lead=t!(auth.setup_lead)>
                <form class="form" novalidate=true on:submit=send>
                    <fieldset class="form-part">
                        <legend>{t!(auth.workspace)}</legend>
                        <TextInput
                            form
                            at="/organisation/name"
                            label=t!(auth.workspace_name)
                            hint=t!(auth.workspace_hint)
                            value=organisation
                            autocomplete="organization"
                            autofocus=true
                        />
                        <Suggestions of=Suggest::Currencies />
    <Suggestions of=Suggest::Zones />
    <div class="form-pair">
                            <TextInput
                                form
                                at="/organisation/currency"
                                label=t!(auth.currency)
                                hint=t!(auth.currency_hint)
                                value=currency
     list=Suggest::Currencies.id()
                            />
                            <TextInput
                                form
                                at="/organisation/timezone"
                                label=t!(auth.timezone)
                                hint=t!(auth.timezone_hint)
                                value=timezone
                        list=Suggest::Zones.id()
                            />
                        </div>
                    </fieldset>
                    <fieldset class="form-part">
                        <legend>{t!(auth.you)}</legend>
                        <TextInput
                            form
                            at="/owner/name"
                            label=t!(auth.your_name)
                            value=owner
                            autocomplete="name"
                        />
                        <TextInput
                            form
                            at="/owner/email"
                            label=t!(auth.email)
                            value=email
                            kind="email"
                            inputmode="email"
                            autocomplete="username"
                        />
                        <Password
                            form
                            at="/owner/password"
                            value=password
                            autocomplete="new-password"
                            hint=t!(auth.password_hint)
                        />
                    </fieldset>
                    <Checkbox
                        form
                        at="/sample"
                        label=t!(auth.sample)
                        hint=t!(auth.sample_hint)
                        value=sample
                    />
                    <FormFaults form />
                    <Button submit=true variant=Variant::Primary busy=form.busy()>
                        <span class="btn-steady">{words}</span>
                    </Button>
                </form>
            </Plain>
        }
}
