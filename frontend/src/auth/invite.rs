//! The page of an invitation: choose a password, and be in.
use leptos::prelude::*;
use leptos_router::hooks::{use_navigate, use_params_map};
use shared::api::{AcceptInvitation, ErrorCode};

use super::{password::Password, plain::Plain};
use crate::{
    api,
    session::use_session,
    t,
    ui::{Button, ButtonLink, Form, FormFaults, Variant},
};

/// `/invite/:token`.
#[component]
pub fn InvitePage() -> impl IntoView {
    let session = use_session();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let navigate = use_navigate();
    let form = Form::new("invite");
    let password = RwSignal::new(String::new());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = AcceptInvitation { token: token.clone(), password: password.get_untracked() };
        let work = async |body: AcceptInvitation| api::accept_invitation(&body).await;
        let navigate = navigate.clone();
        form.send(body, work, move |signed_in| {
            session.begin(signed_in);
            navigate("/", Default::default());
        });
    };
    let words = move || if form.busy().get() { t!(auth.joining) } else { t!(auth.join) };
    let gone = move || form.failure().is_some_and(|fault| fault.is(ErrorCode::NotFound));
    view! {
        <Plain title=t!(auth.invite_title) lead=t!(auth.invite_lead)>
            <form class="form" novalidate=true on:submit=send>
                <Password
                    form
                    at="/password"
                    value=password
                    autocomplete="new-password"
                    hint=t!(auth.password_hint)
                />
                <p class="field-hint">{t!(auth.invite_known)}</p>
                <Show
                    when=gone
                    fallback=move || view! { <FormFaults form /> }
                >
                    <div class="note note-bad"><p>{t!(auth.invite_gone)}</p></div>
                </Show>
                <Button submit=true variant=Variant::Primary busy=form.busy()>
                    <span class="btn-steady">{words}</span>
                </Button>
                <Show when=gone>
                    <ButtonLink href="/sign-in">{t!(auth.to_sign_in)}</ButtonLink>
                </Show>
            </form>
        </Plain>
    }
}
