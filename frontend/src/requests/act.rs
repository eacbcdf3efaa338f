//! The page of those who hold a link and no sign-in: the form of a retainer, what became of a request
//! of theirs, a proposal, or what they are asked to approve.
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;
use shared::api::{
    Act, ActRequest, ErrorCode, Money, OrderHold, RequestState, ScopeChangeState, WorkColumn,
};

use super::act_approval::{self, AskedFor};
use super::act_form::{AnswerForm, OrderForm, SendForm};
use super::act_proposal::Proposed;
use super::words;
use crate::api::{self, Fault};
use crate::auth::Plain;
use crate::board::column_words;
use crate::format::{date, effort, list, money};
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

/// Whoever offered it sees that it was opened; if that cannot be told, the page is here all the same.
pub(super) fn tell_opened(token: String) {
    spawn_local(async move { drop(api::see_act(&token).await) });
}

#[component]
fn Seen(seen: Act, token: String) -> impl IntoView {
    let lead = format!("{} · {}", seen.organisation_name, seen.retainer_name);
    if let Some(approval) = seen.approval {
        let (offer, title) = (&approval.offer, act_approval::title(&approval.offer));
        let lead = format!("{} · {} · {}", offer.sender, offer.client, offer.retainer_name);
        return view! { <Plain title lead><AskedFor approval token /></Plain> }.into_any();
    }
    match (seen.proposal, seen.request) {
        (Some(proposal), _) => {
            let offer = &proposal.offer;
            let retainer = offer.retainer_name.as_str();
            let title = t!(proposals.page_title, n = offer.number, retainer = retainer);
            let lead = format!("{} · {}", offer.sender, offer.client);
            view! { <Plain title lead><Proposed proposal token /></Plain> }.into_any()
        }
        (None, Some(request)) => {
            let title = request.title.clone();
            view! { <Plain title lead><Own request token /></Plain> }.into_any()
        }
        (None, None) => view! {
            <Plain title=t!(requests.form_title) lead>
                <SendForm types=seen.types token />
            </Plain>
        }
        .into_any(),
    }
}

/// What became of a request, for its asker, and what they can still bring.
#[component]
fn Own(request: ActRequest, token: String) -> impl IntoView {
    let (shown, token) = (RwSignal::new(request), StoredValue::new(token));
    let (answered, refused) = (RwSignal::new(false), RwSignal::new(None::<Fault>));
    let done = Callback::new(move |request: ActRequest| {
        shown.set(request);
        answered.set(true);
    });
    let open = move || {
        let request = shown.get();
        let asks = request.state == RequestState::NeedsInput || !request.inputs.is_empty();
        let token = token.get_value();
        asks.then(|| view! { <AnswerForm request token done /> })
    };
    // The form stays while the offer changes, with what was typed.
    let offered = Memo::new(move |_| {
        let proposed = Some(ScopeChangeState::Proposed);
        shown.with(|request| {
            request.order == proposed && request.order_hold.is_none_or(OrderHold::may_decline)
        })
    });
    view! {
        {move || view! { <Standing request=shown.get() /> }}
        <Show when=move || answered.get()>
            <p class="note note-ok" role="status">{t!(requests.answered)}</p>
        </Show>
        <Show when=move || offered.get()>
            <OrderForm token=token.get_value() shown refused done />
        </Show>
        // The form may be gone with the offer; why it was refused is still told.
        {move || {
            let told = refused.get().filter(|_| !offered.get());
            told.map(|fault| view! { <FaultNote fault /> })
        }}
        {open}
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
    let fee = request.fee_minor.zip(request.currency.clone());
    let fee = fee.map(|(amount_minor, currency)| money(&Money { amount_minor, currency }));
    let (agreed, next) = match request.order {
        Some(order) => {
            let from = request.order_on.map(|day| t!(requests.own_from, day = date(day, today)));
            let parts = request.minutes.map(effort).into_iter().chain(fee).chain(from);
            let parts: Vec<String> = parts.collect();
            let what = (!parts.is_empty()).then(|| parts.join(" · "));
            let next = request.order_hold.map_or_else(|| after(order, request.work), held);
            (what.map(|what| agreed(order, &what)), Some(next))
        }
        None => {
            let stage =
                request.work.map(|stage| t!(requests.own_work, stage = column_words(stage)));
            (fee.map(|fee| t!(requests.fee_more, fee = fee)), stage)
        }
    };
    let missing = (request.state == RequestState::New && !request.inputs.is_empty()).then(|| {
        let open: Vec<String> = request.inputs.iter().map(|input| input.label.clone()).collect();
        t!(requests.still_missing, what = list(&open))
    });
    view! {
        <p class="req-badges">
            <Badge tone>{words}</Badge>
            <span>{format!("#{}", request.number)}</span>
        </p>
        {request.reason.map(|reason| view! { <p class="req-text">{reason}</p> })}
        {until.map(|words| view! { <p>{words}</p> })}
        {agreed.map(|words| view! { <p class="num font-medium">{words}</p> })}
        {next.map(|words| view! { <p>{words}</p> })}
        {request.asked.map(|asked| view! { <p class="note req-text">{asked}</p> })}
        {missing.map(|words| view! { <p class="note note-warn">{words}</p> })}
    }
}

/// The time and the price of a change of scope.
fn agreed(order: ScopeChangeState, what: &str) -> String {
    match order {
        ScopeChangeState::Accepted => t!(requests.own_agreed, what = what),
        _ => t!(requests.own_offered, what = what),
    }
}

/// Why nothing can be accepted now, and what then.
fn held(hold: OrderHold) -> String {
    match hold {
        OrderHold::NotDecider => t!(requests.held_not_decider),
        OrderHold::Ended => t!(errors.retainer_ended),
        OrderHold::NoServiceToday => t!(requests.held_no_service),
        OrderHold::Overtaken => t!(requests.held_overtaken),
    }
    .to_owned()
}

/// What the asker does now, or what happens next.
fn after(order: ScopeChangeState, work: Option<WorkColumn>) -> String {
    match (order, work) {
        (_, Some(stage)) => t!(requests.own_work, stage = column_words(stage)),
        (ScopeChangeState::Proposed, None) => t!(requests.own_accept).to_owned(),
        (ScopeChangeState::Accepted, None) => t!(requests.own_next).to_owned(),
        (ScopeChangeState::Declined, None) => t!(requests.order_declined).to_owned(),
    }
}
