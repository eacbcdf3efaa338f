//! Links that say by themselves who comes. They are opened by the app and not by the server:
//! programs that read mail follow links too, and would use up those that work once.
use leptos::{prelude::*, task::spawn_local};
use shared::api::ErrorCode;

use super::address::Address;
use super::api;
use super::parts::{Calm, FaultNote};
use super::route::{Route, to_heading};
use super::sign_in::{LinkForm, OneField, Submit};
use super::visit::use_visit;
use super::words::link_words;
use crate::api::Fault;
use crate::t;
use crate::ui::focus;

/// How far the opening of a link has come.
#[derive(Clone, PartialEq)]
enum Opening {
    /// The server is asked.
    Tried,
    /// It wants a password.
    Guarded,
    /// The link cannot be used, in words.
    Gone(&'static str),
    /// The server could not be asked.
    Failed(Fault),
}

/// `/portal/enter/:token`
#[component]
pub(super) fn Enter(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    let (route, visit) = (expect_context::<Route>(), use_visit());
    let stage = RwSignal::new(Opening::Tried);
    let token = StoredValue::new(token);
    let open = move || {
        stage.set(Opening::Tried);
        let token = token.get_value();
        spawn_local(async move {
            let fault = match api::sign_in(token.clone(), None).await {
                Ok(signed_in) => {
                    visit.begin(token, signed_in);
                    return route.replace(&Address::HOME);
                }
                Err(fault) => fault,
            };
            match link_words(&fault) {
                // Opened twice on one device: whoever is signed in goes on.
                Some(_) if visit.goes_on().await => route.replace(&Address::HOME),
                Some(words) => drop(stage.try_set(Opening::Gone(words))),
                None => drop(stage.try_set(Opening::Failed(fault))),
            }
        });
    };
    open();
    move || match stage.get() {
        Opening::Gone(words) => view! {
            <Calm title=t!(portal.link_gone)>
                <p class="plain-lead" role="status">{words} " " {t!(portal.link_new)}</p>
                <LinkForm />
            </Calm>
        }
        .into_any(),
        Opening::Failed(fault) => {
            view! { <Failed fault retry=Callback::new(move |()| open()) /> }.into_any()
        }
        Opening::Tried | Opening::Guarded => {
            view! { <Trying words=t!(portal.signing_in) /> }.into_any()
        }
    }
}

/// `/portal/share/:token`
#[component]
pub(super) fn Share(
    /// The secret of the link.
    token: String,
) -> impl IntoView {
    let visit = use_visit();
    let stage = RwSignal::new(Opening::Tried);
    let busy = RwSignal::new(false);
    let wrong = RwSignal::new(None::<String>);
    let token = StoredValue::new(token);
    let open = move |password: Option<String>| {
        let sent = password.is_some();
        busy.set(true);
        wrong.set(None);
        let token = token.get_value();
        spawn_local(async move {
            let outcome = api::sign_in(token.clone(), password).await;
            busy.try_set(false);
            match outcome {
                Ok(signed_in) => {
                    visit.begin(token, signed_in);
                    to_heading();
                }
                Err(fault) if fault.is(ErrorCode::BadCredentials) => {
                    wrong.try_set(sent.then(|| t!(portal.password_wrong).to_owned()));
                    stage.try_set(Opening::Guarded);
                    focus("password");
                }
                Err(fault) => drop(stage.try_set(match link_words(&fault) {
                    Some(words) => Opening::Gone(words),
                    None => Opening::Failed(fault),
                })),
            }
        });
    };
    open(None);
    let stage = Memo::new(move |_| stage.get());
    move || match stage.get() {
        Opening::Tried => view! { <Trying words=t!(portal.opening) /> }.into_any(),
        Opening::Guarded => view! {
            <Password busy wrong send=Callback::new(move |password| open(Some(password))) />
        }
        .into_any(),
        Opening::Gone(words) => view! {
            <Calm title=t!(portal.link_gone)>
                <p class="plain-lead" role="status">{words} " " {t!(portal.share_new)}</p>
            </Calm>
        }
        .into_any(),
        Opening::Failed(fault) => {
            view! { <Failed fault retry=Callback::new(move |()| open(None)) /> }.into_any()
        }
    }
}

/// A link that only opens with a password.
#[component]
fn Password(
    busy: RwSignal<bool>,
    wrong: RwSignal<Option<String>>,
    send: Callback<String>,
) -> impl IntoView {
    let password = RwSignal::new(String::new());
    let submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if !busy.get_untracked() {
            send.run(password.get_untracked());
        }
    };
    view! {
        <Calm title=t!(portal.password_title)>
            <p class="plain-lead">{t!(portal.password_lead)}</p>
            <form class="form" on:submit=submit>
                <OneField
                    id="password"
                    label=t!(portal.password)
                    fills="current-password"
                    value=password
                    fault=wrong
                />
                <Submit busy words=t!(portal.open) meanwhile=t!(portal.opening_short) />
            </form>
        </Calm>
    }
}

#[component]
fn Trying(words: &'static str) -> impl IntoView {
    view! { <Calm title=t!(portal.title)><p role="status">{words}</p></Calm> }
}

#[component]
fn Failed(fault: Fault, retry: Callback<()>) -> impl IntoView {
    view! { <Calm title=t!(portal.title)><FaultNote fault retry=retry /></Calm> }
}
