//! Mail address and password. One sentence when it fails, which never tells who exists.
use leptos::prelude::*;
use leptos_router::{
    components::Redirect,
    hooks::{use_navigate, use_query_map},
};
use shared::api::Login;

use super::{password::Password, plain::Plain};
use crate::{
    api,
    session::{Standing, use_session},
    t,
    ui::{Button, Form, FormFaults, TextInput, Variant},
};

/// The form; what follows is decided by who shows it.
#[component]
pub(super) fn SignInForm(
    /// The mail address, where it is known.
    #[prop(optional, into)]
    email: String,
) -> impl IntoView {
    let session = use_session();
    let form = Form::new("sign-in");
    let email = RwSignal::new(email);
    let password = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = Login {
            email: email.get_untracked().trim().to_owned(),
            password: password.get_untracked(),
            organisation_id: None,
        };
        let work = async |body: Login| api::sign_in(&body).await;
        form.send(body, work, move |signed_in| session.begin(signed_in));
    };
    let words = move || {
        if form.busy().get() { t!(auth.signing_in) } else { t!(auth.sign_in) }
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextInput
                form
                at="/email"
                label=t!(auth.email)
                value=email
                kind="email"
                autocomplete="username"
                inputmode="email"
                autofocus=true
            />
            <Password form at="/password" value=password autocomplete="current-password" />
            <FormFaults form />
            <Button submit=true variant=Variant::Primary busy=form.busy()>
                <span class="btn-steady">{words}</span>
            </Button>
        </form>
    }
}

/// Sign-in in the place of a screen: the address stays.
#[component]
pub fn SignInPage() -> impl IntoView {
    view! {
        <Plain title=t!(auth.welcome)>
            <SignInForm />
        </Plain>
    }
}

/// `/sign-in`, which goes on to `?to=` or to Today.
#[component]
pub fn SignInRoute() -> impl IntoView {
    let session = use_session();
    let query = use_query_map();
    let navigate = use_navigate();
    Effect::new(move |_| {
        if let Standing::In(_) = session.get() {
            let to = query.with_untracked(|query| query.get("to")).unwrap_or_default();
            navigate(inside(&to), Default::default());
        }
    });
    move || match session.get() {
        Standing::Setup => view! { <Redirect path="/setup" /> }.into_any(),
        Standing::In(_) | Standing::Opening => ().into_any(),
        _ => view! { <SignInPage /> }.into_any(),
    }
}

/// An address of ours, never another site's.
fn inside(to: &str) -> &str {
    let ours = to.starts_with('/') && !to.starts_with("//") && !to.contains('\\');
    if ours { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sign_in_leads_to_no_other_site() {
        assert_eq!(inside("/accounts?view=over"), "/accounts?view=over");
        assert_eq!(inside("//evil.example"), "/");
        assert_eq!(inside("/\\evil.example"), "/");
        assert_eq!(inside("https://evil.example"), "/");
    }
}
