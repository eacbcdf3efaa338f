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

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    organisation: RwSignal<String>,
    currency: RwSignal<String>,
    timezone: RwSignal<String>,
    owner: RwSignal<String>,
    email: RwSignal<String>,
    password: RwSignal<String>,
    sample: RwSignal<bool>,
}

impl Draft {
    fn new() -> Self {
        let zone = browser::time_zone().unwrap_or_else(|| "UTC".to_owned());
        Self {
            organisation: RwSignal::default(),
            currency: RwSignal::new(browser::likely_currency().to_owned()),
            timezone: RwSignal::new(zone),
            owner: RwSignal::default(),
            email: RwSignal::default(),
            password: RwSignal::default(),
            sample: RwSignal::default(),
        }
    }

    fn body(self) -> Setup {
        let text = |signal: RwSignal<String>| signal.get_untracked().trim().to_owned();
        Setup {
            organisation: NewOrganisation {
                name: text(self.organisation),
                currency: text(self.currency).to_uppercase(),
                timezone: text(self.timezone),
            },
            owner: NewOwner {
                name: text(self.owner),
                email: text(self.email),
                password: self.password.get_untracked(),
            },
            sample: self.sample.get_untracked(),
        }
    }
}

#[component]
fn SetupForm() -> impl IntoView {
    let session = use_session();
    let navigate = use_navigate();
    let form = Form::new("setup");
    let draft = Draft::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let navigate = navigate.clone();
        let work = async |body: Setup| api::set_up(&body).await;
        form.send(draft.body(), work, move |signed_in| {
            session.begin(signed_in);
            navigate("/", Default::default());
        });
    };
    let words = move || if form.busy().get() { t!(auth.creating) } else { t!(auth.create) };
    view! {
        <Plain title=t!(auth.setup_title) lead=t!(auth.setup_lead)>
            <form class="form" novalidate=true on:submit=send>
                <Workspace form draft />
                <You form draft />
                <Checkbox
                    form
                    at="/sample"
                    label=t!(auth.sample)
                    hint=t!(auth.sample_hint)
                    value=draft.sample
                />
                <FormFaults form />
                <Button submit=true variant=Variant::Primary busy=form.busy()>
                    <span class="btn-steady">{words}</span>
                </Button>
            </form>
        </Plain>
    }
}

#[component]
fn Workspace(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <fieldset class="form-part">
            <legend>{t!(auth.workspace)}</legend>
            <TextInput
                form
                at="/organisation/name"
                label=t!(auth.workspace_name)
                hint=t!(auth.workspace_hint)
                value=draft.organisation
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
                    value=draft.currency
                    list=Suggest::Currencies.id()
                />
                <TextInput
                    form
                    at="/organisation/timezone"
                    label=t!(auth.timezone)
                    hint=t!(auth.timezone_hint)
                    value=draft.timezone
                    list=Suggest::Zones.id()
                />
            </div>
        </fieldset>
    }
}

#[component]
fn You(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <fieldset class="form-part">
            <legend>{t!(auth.you)}</legend>
            <TextInput
                form
                at="/owner/name"
                label=t!(auth.your_name)
                value=draft.owner
                autocomplete="name"
            />
            <TextInput
                form
                at="/owner/email"
                label=t!(auth.email)
                value=draft.email
                kind="email"
                inputmode="email"
                autocomplete="username"
            />
            <Password
                form
                at="/owner/password"
                value=draft.password
                autocomplete="new-password"
                hint=t!(auth.password_hint)
            />
        </fieldset>
    }
}
