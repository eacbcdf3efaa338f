//! Sign-in over the page, when a session ends: what was typed below is still there.
use leptos::prelude::*;

use super::sign_in::SignInForm;
use crate::{
    session::use_session,
    t,
    ui::{Button, Dialog, Variant},
};

/// Opens by itself.
#[component]
pub fn EndedDialog() -> impl IntoView {
    let session = use_session();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(session.ended()));
    let email = move || session.me_untracked().and_then(|me| me.email.clone()).unwrap_or_default();
    view! {
        <Dialog open title=t!(shell.ended_title) fixed=true>
            <p class="dialog-lead">{t!(shell.ended)}</p>
            <SignInForm email=email() />
            <Button variant=Variant::Ghost on_press=Callback::new(move |()| session.end())>
                {t!(shell.sign_out)}
            </Button>
        </Dialog>
    }
}
