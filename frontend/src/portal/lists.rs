//! What was asked for, and what was decided.
use leptos::prelude::*;
use shared::api::{PortalDecision, PortalRequest, RequestState, RequestVerdict};

use super::parts::{Head, Listed, Loaded, ReadOn};
use super::words::{day_of, long_day};
use crate::browser;
use crate::t;
use crate::ui::{Badge, Empty, Tone};

/// `/portal/requests`
#[component]
pub(super) fn Requests() -> impl IntoView {
    let requests = Listed::<PortalRequest>::at("/portal/requests".to_owned());
    let rows = move || {
        let rows = requests.rows();
        if rows.is_empty() {
            let about = t!(portal.requests_empty_about);
            return view! { <Empty title=t!(portal.requests_empty) about /> }.into_any();
        }
        let rows = rows.into_iter().map(|of| view! { <Request of /> }).collect_view();
        view! { <ul class="panel-rows">{rows}</ul> }.into_any()
    };
    view! {
        <Head title=t!(portal.nav_requests) about=t!(portal.requests_about) />
        <Loaded of=requests.standing() rows=6>
            <section class="panel" aria-label=t!(portal.nav_requests)>
                {rows}
                <ReadOn on=requests.on() />
            </section>
        </Loaded>
    }
}

#[component]
fn Request(of: PortalRequest) -> impl IntoView {
    let (tone, words) = standing(&of);
    let decided = of.decided_at.map(|at| t!(portal.request_decided, day = day_of(at)));
    let came = t!(portal.request_came, day = day_of(of.created_at));
    let dates = std::iter::once(came).chain(decided);
    let about = std::iter::once(of.retainer_name).chain(dates).collect::<Vec<_>>().join(" · ");
    let asked = of.asked.map(|asked| {
        let when = of.asked_at.map(|at| t!(portal.request_asked, day = day_of(at)));
        view! {
            <div class="note">
                <p class="note-words break-words">
                    {when.map(|when| view! { <span class="text-muted">{when} " "</span> })}
                    {asked}
                </p>
            </div>
        }
    });
    view! {
        <li class="visit-item">
            <div class="visit-item-head">
                <h2 class="break-words">
                    <span class="num text-muted">{format!("#{}", of.number)}</span> " " {of.title}
                </h2>
                <Badge tone>{words}</Badge>
            </div>
            <p class="text-muted">{about}</p>
            {of.reason.map(|reason| view! { <p class="break-words">{reason}</p> })}
            {asked}
        </li>
    }
}

/// Where a request stands, for its asker.
fn standing(request: &PortalRequest) -> (Tone, &'static str) {
    use RequestVerdict::*;
    match (request.state, request.verdict) {
        (RequestState::New, _) => (Tone::Plain, t!(portal.request_new)),
        (RequestState::NeedsInput, _) => (Tone::Warn, t!(portal.request_needs_input)),
        (RequestState::Withdrawn, _) => (Tone::Plain, t!(portal.request_withdrawn)),
        (RequestState::Triaged, None) => (Tone::Ok, t!(portal.request_triaged)),
        (RequestState::Triaged, Some(verdict)) => match verdict {
            InScope => (Tone::Ok, t!(portal.verdict_in_scope)),
            Swap => (Tone::Ok, t!(portal.verdict_swap)),
            NextPeriod => (Tone::Ok, t!(portal.verdict_next_period)),
            Overage => (Tone::Ok, t!(portal.verdict_overage)),
            ChangeOrder => (Tone::Warn, t!(portal.verdict_change_order)),
            Decline => (Tone::Plain, t!(portal.verdict_decline)),
        },
    }
}

/// `/portal/decisions`
#[component]
pub(super) fn Decisions() -> impl IntoView {
    let decisions = Listed::<PortalDecision>::at("/portal/decisions".to_owned());
    let rows = move || {
        let rows = decisions.rows();
        if rows.is_empty() {
            let about = t!(portal.decisions_empty_about);
            return view! { <Empty title=t!(portal.decisions_empty) about /> }.into_any();
        }
        let rows = rows.into_iter().map(|of| view! { <Decision of /> }).collect_view();
        view! { <ul class="panel-rows">{rows}</ul> }.into_any()
    };
    view! {
        <Head title=t!(portal.nav_decisions) />
        <Loaded of=decisions.standing() rows=6>
            <section class="panel" aria-label=t!(portal.nav_decisions)>
                {rows}
                <ReadOn on=decisions.on() />
            </section>
        </Loaded>
    }
}

#[component]
fn Decision(of: PortalDecision) -> impl IntoView {
    let day = long_day(of.decided_on, browser::today());
    let about = [Some(day), of.retainer_name].into_iter().flatten().collect::<Vec<_>>();
    view! {
        <li class="visit-item">
            <h2 class="break-words">{of.question}</h2>
            <p class="break-words">{of.choice}</p>
            <p class="text-muted">{about.join(" · ")}</p>
        </li>
    }
}
