//! The verdict that holds, what it did, and what comes next.
use leptos::prelude::*;
use shared::api::{Request, RequestTriage, ScopeChangeState};

use super::state::Shown;
use super::words;
use crate::format::{effort, moment, money};
use crate::i18n::fault_words;
use crate::retainers::retainer_href;
use crate::scope::scope_href;
use crate::ui::{Badge, Button, Panel, toast};
use crate::{api, t};

#[component]
pub(super) fn Made(shown: Shown, again: RwSignal<bool>) -> impl IntoView {
    let title = Signal::derive(move || {
        let verdict =
            shown.request.with(|one| one.and_then(|one| Some(one.triage.as_ref()?.verdict)));
        verdict.map(words::verdict).unwrap_or_default().to_owned()
    });
    let body = move || {
        let request = shown.request.get()?;
        let triage = request.triage.clone()?;
        Some(view! { <Told shown again request triage /> })
    };
    view! { <Panel title>{body}</Panel> }
}

#[component]
fn Told(
    shown: Shown,
    again: RwSignal<bool>,
    request: Request,
    triage: RequestTriage,
) -> impl IntoView {
    let at = moment(triage.at, &shown.zone.get_value(), shown.today);
    let about = (triage.pool.as_ref(), triage.currency.as_str());
    // What a change of scope does is told with it: what was foreseen of it is history by then.
    let lines = match triage.scope_change_id {
        Some(_) => Vec::new(),
        None => words::effect(&triage.effect, about, shown.today),
    };
    let told = !lines.is_empty();
    let lines = lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view();
    let displaced = triage.displaced.clone().map(|title| {
        view! { <p>{t!(requests.pushed_out, title = title)}</p> }
    });
    let card = request.work_item_id.map(|id| {
        let home = retainer_href(request.account_id, request.retainer_id);
        let number = request.work_item_number.unwrap_or_default();
        let href = format!("{home}/board?card={id}");
        view! {
            <p><a class="link" href=href>{t!(requests.to_card, number = number)}</a></p>
        }
    });
    let open = request.open_to_triage && shown.may;
    let anew = open.then(|| {
        view! {
            <Button
                small=true
                icon=icondata::LuRotateCcw
                on_press=Callback::new(move |()| again.update(|again| *again = !*again))
            >
                {t!(requests.decide_anew)}
            </Button>
        }
    });
    view! {
        <div class="panel-body stack">
            <p class="text-muted">{format!("{} · {at}", triage.member_name)}</p>
            {triage.reason.clone().map(|reason| view! { <p class="req-text">{reason}</p> })}
            {told.then(|| view! { <ul class="req-lines num">{lines}</ul> })}
            {displaced}
            <Order shown request=request.clone() triage />
            {card}
            {anew.map(|button| view! { <p>{button}</p> })}
        </div>
    }
}

/// The change of scope that was proposed, and its way to the board.
#[component]
fn Order(shown: Shown, request: Request, triage: RequestTriage) -> impl IntoView {
    let (number, state) = (triage.scope_change_number?, triage.scope_change_state?);
    let (tone, words) = words::order(state);
    let fee = triage.fee_minor.map(|amount_minor| {
        money(&shared::api::Money { amount_minor, currency: triage.currency.clone() })
    });
    let parts: Vec<String> = triage.minutes.map(effort).into_iter().chain(fee).collect();
    let decided = triage.scope_change_decided_by.zip(triage.scope_change_decided_at);
    let decided = decided.map(|(who, at)| {
        let at = moment(at, &shown.zone.get_value(), shown.today);
        view! { <p class="text-muted">{format!("{words}: {who} · {at}")}</p> }
    });
    let ready = state == ScopeChangeState::Accepted && request.work_item_id.is_none() && shown.may;
    let busy = RwSignal::new(false);
    let put = Callback::new(move |()| {
        busy.set(true);
        leptos::task::spawn_local(async move {
            match api::put_request_on_board(shown.id).await {
                Ok(request) => shown.answered(request),
                Err(fault) => toast(fault_words(&fault)),
            }
            busy.try_set(false);
        });
    });
    Some(view! {
        <p class="req-badges">
            <a class="link" href=scope_href(request.account_id, request.retainer_id)>
                {t!(requests.to_order, number = number)}
            </a>
            <Badge tone>{words}</Badge>
            <span class="num">{parts.join(" · ")}</span>
        </p>
        {decided}
        {ready.then(|| view! {
            <p>
                <Button small=true icon=icondata::LuKanban busy=busy on_press=put>
                    {t!(requests.to_board)}
                </Button>
            </p>
        })}
    })
}
