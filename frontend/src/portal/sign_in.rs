//! The way in for who holds no link: one is sent by mail.
use leptos::{prelude::*, task::spawn_local};

use super::address::Address;
use super::api;
use super::parts::Calm;
use super::route::Route;
use super::words::fault_words;
use crate::t;
use crate::ui::{focus, icon};

/// `/portal`, while nobody is signed in.
#[component]
pub(super) fn SignIn(
    /// Somebody was.
    ended: bool,
) -> impl IntoView {
    let email = match untrack(|| expect_context::<Route>().get()) {
        Address::Home { email } => email.unwrap_or_default(),
        _ => String::new(),
    };
    view! {
        <Calm title=t!(portal.title)>
            {ended.then(|| view! { <p class="note" role="alert">{t!(portal.ended)}</p> })}
            <p class="plain-lead">{t!(portal.lead)}</p>
            <LinkForm email />
        </Calm>
    }
}

/// One field for a mail address. The answer is the same for every one.
#[component]
pub(super) fn LinkForm(
    /// Stands in the field already.
    #[prop(optional)]
    email: String,
) -> impl IntoView {
    let email = RwSignal::new(email);
    let (busy, sent) = (RwSignal::new(false), RwSignal::new(false));
    let failed = RwSignal::new(None::<String>);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        let address = email.get_untracked().trim().to_owned();
        spawn_local(async move {
            let outcome = api::ask_for_link(address).await;
            busy.try_set(false);
            let (place, fault) = match outcome {
                Ok(()) => ("link-sent", None),
                Err(fault) if fault.fields().is_empty() => ("email", Some(fault_words(&fault))),
                Err(_) => ("email", Some(t!(portal.email_fault).to_owned())),
            };
            sent.try_set(fault.is_none());
            failed.try_set(fault);
            focus(place);
        });
    };
    let again = move |_| {
        sent.set(false);
        focus("email");
    };
    let form = move || {
        view! {
            <form class="form" on:submit=send>
                <OneField
                    id="email"
                    label=t!(portal.email)
                    fills="email"
                    value=email
                    fault=failed
                />
                <Submit busy words=t!(portal.send_link) meanwhile=t!(portal.sending) />
            </form>
        }
    };
    let done = move || {
        view! {
            <div class="note note-ok" id="link-sent" tabindex="-1" role="status">
                {icon(icondata::LuMail)}
                <p class="note-words">{t!(portal.link_sent)}</p>
            </div>
            <button type="button" class="btn justify-self-start" on:click=again>
                {t!(portal.ask_again)}
            </button>
        }
    };
    view! { <Show when=move || sent.get() fallback=form>{done}</Show> }
}

/// The only field of a form, with what is wrong with it below.
#[component]
pub(super) fn OneField(
    /// Names it in the page, and its kind: `email` or `password`.
    id: &'static str,
    /// Its label.
    label: &'static str,
    /// What a password manager fills it with.
    fills: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong with it.
    fault: RwSignal<Option<String>>,
) -> impl IntoView {
    let about = format!("{id}-about");
    let words = move || {
        let words = fault.get()?;
        Some(view! { <span class="field-fault">{icon(icondata::LuCircleAlert)} {words}</span> })
    };
    view! {
        <div class="field">
            <label class="field-label" for=id>{label}</label>
            <input
                class="input"
                type=id
                autocomplete=fills
                required=true
                maxlength="200"
                id=id
                aria-invalid=move || fault.with(Option::is_some).then_some("true")
                aria-describedby=about.clone()
                prop:value=value
                on:input=move |event| value.set(event_target_value(&event))
            />
            <p class="field-about" id=about aria-live="polite">{words}</p>
        </div>
    }
}

/// The button of a form: it says what is under way, and keeps its width.
#[component]
pub(super) fn Submit(
    /// Its work is under way.
    busy: RwSignal<bool>,
    /// What it does.
    words: &'static str,
    /// What it says meanwhile.
    meanwhile: &'static str,
) -> impl IntoView {
    view! {
        <button
            type="submit"
            class="btn btn-primary justify-self-start"
            aria-disabled=move || busy.get().then_some("true")
        >
            <span class="either">
                <span class:invisible=busy>{words}</span>
                <span class:invisible=move || !busy.get()>{meanwhile}</span>
            </span>
        </button>
    }
}
