//! Making a link to a balance: how long it holds, with a password or without; its address is told
//! once.
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::{NewShareLink, RetainerId, SHARE_DAYS, ShareLinkMade};

use super::words;
use crate::format::{date, day_in_zone};
use crate::query;
use crate::session::{use_me, use_today};
use crate::ui::{
    Button, Choice, CopyText, Form, FormActions, FormFaults, Select, TextInput, Variant, toast,
};
use crate::{api, t};

/// For how many days a link may hold.
const SPANS: [i64; 4] = [7, 30, SHARE_DAYS, 365];

fn span_words(days: i64) -> String {
    match days {
        365 => t!(settings.a_year).to_owned(),
        days => t!(settings.days, days = days),
    }
}

/// The address of a link as it was made.
#[derive(Clone)]
struct Told {
    address: String,
    until: DateTime<Utc>,
    has_password: bool,
}

/// The form, and then what it made.
#[component]
pub(super) fn MakeForm(retainer: RetainerId, open: RwSignal<bool>) -> impl IntoView {
    let told = RwSignal::new(None::<Told>);
    move || match told.get() {
        Some(told) => view! { <Once told open /> }.into_any(),
        None => view! { <Fields retainer told open /> }.into_any(),
    }
}

#[component]
fn Fields(
    retainer: RetainerId,
    told: RwSignal<Option<Told>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let form = Form::new("share");
    let days = RwSignal::new(SHARE_DAYS.to_string());
    let password = RwSignal::new(String::new());
    let spans: Vec<Choice> =
        SPANS.iter().map(|days| Choice::new(days.to_string(), span_words(*days))).collect();
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = NewShareLink {
            days: days.get_untracked().parse().ok(),
            password: Some(password.get_untracked()).filter(|typed| !typed.is_empty()),
        };
        let work = async move |body: NewShareLink| api::add_share_link(retainer, &body).await;
        form.send(body, work, move |made: ShareLinkMade| {
            query::invalidate(&format!("/retainers/{retainer}/share-links"));
            // It was ended before its address came.
            if made.token.is_empty() {
                open.try_set(false);
                toast(t!(portal_access.share_ended));
                return;
            }
            let address = words::address(&format!("/portal/share/{}", made.token));
            let (until, has_password) = (made.link.expires_at, made.link.has_password);
            told.try_set(Some(Told { address, until, has_password }));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(portal_access.share_about)}</p>
            <Select form at="/days" label=t!(portal_access.share_holds) value=days choices=spans />
            <TextInput
                form
                at="/password"
                label=t!(auth.password)
                hint=t!(portal_access.share_password_hint)
                value=password
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(portal_access.share_make) />
        </form>
    }
}

#[component]
fn Once(told: Told, open: RwSignal<bool>) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let until = date(day_in_zone(told.until, &zone), use_today().get_untracked());
    let done = Callback::new(move |()| open.set(false));
    let password =
        told.has_password.then(|| view! { <p>{t!(portal_access.share_password_apart)}</p> });
    view! {
        <div class="form">
            <p class="note note-ok" role="status">{t!(portal_access.share_told, day = until)}</p>
            <CopyText label=t!(portal_access.share_address) text=told.address autofocus=true />
            {password}
            <div class="form-actions">
                <Button variant=Variant::Primary on_press=done>{t!(common.done)}</Button>
            </div>
        </div>
    }
}
