//! What the holder of a link fills in. What was typed stays when sending fails.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{ActAnswer, ActReceipt, ActRequest, ActType, ErrorCode, FormInput, RequestState};

use super::act::Standing;
use super::fields::{AnswerFields, Answers};
use crate::api::{self, Fault};
use crate::t;
use crate::ui::{
    Button, Choice, CopyText, Form, FormFaults, Select, TextArea, TextInput, Variant, announce_now,
};

#[component]
pub(super) fn SendForm(types: Vec<ActType>, token: String) -> impl IntoView {
    let form = Form::new("act");
    let [title, text, kind, name, mail, wanted] = [(); 6].map(|()| RwSignal::new(String::new()));
    let answers = Answers::new();
    let receipt = RwSignal::new(None::<(ActRequest, Option<String>)>);
    let none = types.is_empty();
    let choices = types.iter().map(|one| Choice::new(one.id.to_string(), one.name.clone()));
    let choices = Signal::stored(choices.collect::<Vec<_>>());
    let types = StoredValue::new(types);
    Effect::new(move |_| {
        let chosen = kind.get();
        let inputs = types.with_value(|types| {
            let found = types.iter().find(|one| one.id.to_string() == chosen);
            found.map(|one| one.inputs.clone()).unwrap_or_default()
        });
        answers.ask(&inputs, |_| None);
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let said = |text: RwSignal<String>| {
            Some(text.get_untracked()).filter(|text| !text.trim().is_empty())
        };
        let body = ActAnswer {
            title: said(title),
            text: said(text),
            request_type_id: kind.with_untracked(|id| id.parse().ok()),
            asker_name: said(name),
            asker_email: said(mail),
            wanted_on: answers.wanted().unwrap_or(wanted).with_untracked(|day| day.parse().ok()),
            inputs: answers.read(),
            ..ActAnswer::default()
        };
        let token = token.clone();
        let work = async move |body: ActAnswer| api::send_act(&token, &body).await;
        form.send(body, work, move |made: ActReceipt| {
            // A form always brings a request.
            let Some(request) = made.request else { return };
            // What was said of faults is not true any more.
            announce_now(t!(requests.received, title = request.title.as_str()));
            receipt.set(Some((request, made.token)));
        });
    };
    let send = StoredValue::new(send);
    let filled = move || {
        view! {
            <form
                class="form"
                novalidate=true
                on:submit=move |event| send.with_value(|send| send(event))
            >
                {(!none).then(|| view! {
                    <Select
                        form
                        at="/request_type_id"
                        label=t!(requests.kind)
                        value=kind
                        choices
                        nothing=t!(requests.no_kind)
                        optional=true
                    />
                })}
                <TextInput form at="/title" label=t!(requests.what) value=title />
                <TextArea form at="/text" label=t!(requests.text) optional=true value=text />
                <AnswerFields form answers at="" />
                <Show when=move || answers.wanted().is_none()>
                    <TextInput
                        form
                        at="/wanted_on"
                        label=t!(requests.wanted)
                        kind="date"
                        optional=true
                        value=wanted
                    />
                </Show>
                <div class="form-pair">
                    <TextInput
                        form
                        at="/asker_name"
                        label=t!(requests.your_name)
                        autocomplete="name"
                        value=name
                    />
                    <TextInput
                        form
                        at="/asker_email"
                        label=t!(requests.mail)
                        kind="email"
                        autocomplete="email"
                        optional=true
                        value=mail
                    />
                </div>
                <FormFaults form />
                <Button submit=true variant=Variant::Primary busy=form.busy()>
                    {t!(requests.send)}
                </Button>
            </form>
        }
    };
    move || match receipt.get() {
        Some((request, token)) => view! { <Receipt request token /> }.into_any(),
        None => filled().into_any(),
    }
}

/// What was taken in, and where its asker sees what becomes of it.
#[component]
fn Receipt(request: ActRequest, token: Option<String>) -> impl IntoView {
    let link = token.map(|token| {
        view! {
            <p>{t!(requests.keep_link)}</p>
            <CopyText label=t!(requests.link) text=super::link_address(&token) autofocus=true />
        }
    });
    view! {
        <div class="form" role="status">
            <p class="note note-ok">{t!(requests.received, title = request.title.as_str())}</p>
            <Standing request />
            {link}
        </div>
    }
}

/// What was asked of a request, to be answered.
#[component]
pub(super) fn AnswerForm(
    request: ActRequest,
    token: String,
    done: Callback<ActRequest>,
) -> impl IntoView {
    let form = Form::new("answer");
    let text = RwSignal::new(String::new());
    let answers = Answers::new();
    let inputs: Vec<FormInput> = request
        .inputs
        .iter()
        .cloned()
        .map(|input| FormInput {
            key: input.key,
            label: input.label,
            kind: input.kind,
            required: input.required,
            why: input.why,
        })
        .collect();
    let asked = request.state == RequestState::NeedsInput;
    let known = request.inputs.clone();
    answers.ask(&inputs, |key| {
        known.iter().find(|input| input.key == key).and_then(|input| input.value.clone())
    });
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = ActAnswer {
            text: Some(text.get_untracked()).filter(|text| !text.trim().is_empty()),
            inputs: answers.read(),
            ..ActAnswer::default()
        };
        let token = token.clone();
        let work = async move |body: ActAnswer| api::send_act(&token, &body).await;
        form.send(body, work, move |made: ActReceipt| {
            announce_now(t!(requests.answered));
            crate::query::invalidate("/act");
            if let Some(request) = made.request {
                done.run(request);
            }
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <AnswerFields form answers at="" />
            {asked.then(|| view! {
                <TextArea form at="/text" label=t!(requests.answer) optional=true value=text />
            })}
            <FormFaults form />
            <Button submit=true variant=Variant::Primary busy=form.busy()>
                {t!(requests.send)}
            </Button>
        </form>
    }
}

/// Agreeing to what was offered and read, or not: by name, once. Source: requirement S0-33.
#[component]
pub(super) fn OrderForm(
    token: String,
    shown: RwSignal<ActRequest>,
    refused: RwSignal<Option<Fault>>,
    done: Callback<ActRequest>,
) -> impl IntoView {
    let form = Form::new("order");
    let name = RwSignal::new(String::new());
    let token = StoredValue::new(token);
    let sign = move |accepts: bool| {
        let body = ActAnswer {
            asker_name: Some(name.get_untracked()),
            accepts: Some(accepts),
            order_number: shown.with_untracked(|request| request.order_number),
            ..ActAnswer::default()
        };
        let work = async move |body: ActAnswer| api::send_act(&token.get_value(), &body).await;
        form.send(body, work, move |made: ActReceipt| {
            announce_now(t!(requests.answered));
            crate::query::invalidate("/act");
            if let Some(request) = made.request {
                done.run(request);
            }
        });
    };
    // What was read holds no more: it is shown as it is now, and the refusal stays beside it.
    Effect::new(move |_| {
        let codes = [
            ErrorCode::OfferChanged,
            ErrorCode::OfferHeld,
            ErrorCode::ScopeChangeDecided,
            ErrorCode::MayNotDecide,
            ErrorCode::NotAsked,
        ];
        let refusal = form.failure().filter(|fault| codes.iter().any(|code| fault.is(*code)));
        if refusal.is_some() {
            refused.set(refusal);
            spawn_local(async move {
                let now = api::link_seen(&token.get_value()).send().await;
                if let Some(request) = now.ok().and_then(|act| act.request) {
                    shown.try_set(request);
                }
            });
        }
    });
    let held = move || shown.with(|request| request.order_hold.is_some());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        // Enter accepts only what the button would.
        if !held() {
            sign(true);
        }
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <TextInput
                form
                at="/asker_name"
                label=t!(requests.your_name)
                autocomplete="name"
                value=name
            />
            <FormFaults form />
            <p class="form-actions">
                <Show when=move || !held()>
                    <Button submit=true variant=Variant::Primary busy=form.busy()>
                        {t!(requests.accept)}
                    </Button>
                </Show>
                <Button busy=form.busy() on_press=Callback::new(move |()| sign(false))>
                    {t!(requests.decline)}
                </Button>
            </p>
        </form>
    }
}
