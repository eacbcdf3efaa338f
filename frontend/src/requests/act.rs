//! The page of those who hold a link and no sign-in: the form of a retainer, or what became of a
//! request of theirs.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{Act, ActRequest, ErrorCode, RequestState};

use super::act_form::{AnswerForm, SendForm};
use super::words;
use crate::api::{self, Fault};
use crate::auth::Plain;
use crate::format::{date, money};
use crate::i18n::fault_words;
use crate::query::use_query;
use crate::t;
use crate::ui::{Badge, FaultNote, Skeleton, Tone, icon, styles};

/// `/act/:token`
#[component]
pub fn ActPage() -> impl IntoView {
    styles::adopt(include_str!("../../styles/requests.css"));
    let params = use_params_map();
    let token = Memo::new(move |_| params.with(|params| params.get("token")).unwrap_or_default());
    move || {
        let token = token.get();
        view! { <Held token /> }
    }
}

/// Why a link cannot be used, if that is for good.
fn gone(fault: &Fault) -> bool {
    [ErrorCode::NotFound, ErrorCode::LinkExpired, ErrorCode::LinkRevoked]
        .into_iter()
        .any(|code| fault.is(code))
}

#[component]
fn Held(token: String) -> impl IntoView {
    let kept = StoredValue::new(token);
    let act = use_query(move || api::link_seen(&kept.get_value()));
    // What is being typed stays when a later read fails.
    let known = Memo::new(move |_| act.known());
    move || match (known.get(), act.fault()) {
        (true, _) => act
            .get_untracked()
            .map(|seen| view! { <Seen seen token=kept.get_value() /> })
            .into_any(),
        (false, Some(fault)) if gone(&fault) => view! {
            <Plain title=t!(requests.link_gone)>
                <p class="note note-warn">{icon(icondata::LuLink2Off)} {fault_words(&fault)}</p>
            </Plain>
        }
        .into_any(),
        (false, Some(fault)) => {
            let retry = Callback::new(move |()| act.refetch());
            view! { <Plain title=t!(requests.form_title)><FaultNote fault retry /></Plain> }
                .into_any()
        }
        (false, None) => {
            view! { <Plain title=t!(requests.form_title)><Skeleton rows=5 /></Plain> }.into_any()
        }
    }
}

#[component]
fn Seen(seen: Act, token: String) -> impl IntoView {
    let lead = format!("{} · {}", seen.organisation_name, seen.retainer_name);
    match seen.request.clone() {
        Some(request) => {
            let title = request.title.clone();
            view! { <Plain title lead><Own request token /></Plain> }.into_any()
        }
        None => view! {
            <Plain title=t!(requests.form_title) lead>
                <SendForm types=seen.types token />
            </Plain>
        }
        .into_any(),
    }
}

/// What became of a request, for its asker.
#[component]
fn Own(request: ActRequest, token: String) -> impl IntoView {
    let asks = request.state == RequestState::NeedsInput;
    let kept = StoredValue::new(request);
    let answered = RwSignal::new(None::<ActRequest>);
    let shown = move || answered.get().unwrap_or_else(|| kept.get_value());
    view! {
        {move || view! { <Standing request=shown() /> }}
        <Show when=move || asks && answered.with(Option::is_none)>
            <AnswerForm request=kept.get_value() token=token.clone() answered />
        </Show>
        <Show when=move || answered.with(Option::is_some)>
            <p class="note note-ok" role="status">{t!(requests.answered)}</p>
        </Show>
    }
}

/// Where a request stands, in words for its asker.
#[component]
pub(super) fn Standing(request: ActRequest) -> impl IntoView {
    let today = crate::browser::today();
    let (tone, words) = match (request.state, request.verdict) {
        (RequestState::New, _) => (Tone::Plain, t!(requests.own_new)),
        (RequestState::NeedsInput, _) => (Tone::Warn, t!(requests.own_needs_input)),
        (RequestState::Withdrawn, _) => (Tone::Plain, t!(requests.state_withdrawn)),
        (RequestState::Triaged, Some(verdict)) => (Tone::Ok, words::verdict(verdict)),
        (RequestState::Triaged, None) => (Tone::Ok, t!(requests.state_triaged)),
    };
    let until = request.until.map(|day| t!(requests.own_until, day = date(day, today)));
    let fee = request.fee_minor.zip(request.currency).map(|(amount_minor, currency)| {
        t!(requests.fee_more, fee = money(&shared::api::Money { amount_minor, currency }))
    });
    view! {
        <p class="req-badges"><Badge tone>{words}</Badge> <span>{format!("#{}", request.number)}</span></p>
        {request.reason.map(|reason| view! { <p class="req-text">{reason}</p> })}
        {until.map(|words| view! { <p>{words}</p> })}
        {fee.map(|words| view! { <p class="num">{words}</p> })}
        {request.asked.map(|asked| view! { <p class="note req-text">{asked}</p> })}
    }
}
