//! Whether what earlier reviews decided had its effect. Source: requirement S3-25.
use leptos::prelude::*;
use shared::api::{EffectSeen, NewFollowUp, OutcomeMade, ReviewRoom, ReviewState};

use super::choices::said;
use super::room::Room;
use super::words;
use crate::format::date;
use crate::session::use_today;
use crate::ui::{Badge, Button, Dialog, Form, FormActions, FormFaults, Select, TextInput, Tone};
use crate::{api, t};

#[component]
pub(super) fn FollowUps(room: Room, now: ReviewRoom) -> impl IntoView {
    let all = now.follow_ups;
    if all.is_empty() {
        let over = now.review.state == ReviewState::Done;
        let words = if over { t!(reviews.no_follow_done) } else { t!(reviews.no_follow) };
        return view! { <p class="panel-body text-muted">{words}</p> }.into_any();
    }
    let asked = RwSignal::new(None::<OutcomeMade>);
    let open = RwSignal::new(false);
    let ask = Callback::new(move |one: OutcomeMade| {
        asked.set(Some(one));
        open.set(true);
    });
    let rows = all.into_iter().map(|outcome| view! { <Row room outcome ask /> });
    view! {
        <ul class="panel-rows">{rows.collect_view()}</ul>
        <Dialog open title=t!(reviews.seen)>
            {move || asked.get_untracked().map(|outcome| view! { <SeenForm room outcome open /> })}
        </Dialog>
    }
    .into_any()
}

#[component]
fn Row(room: Room, outcome: OutcomeMade, ask: Callback<OutcomeMade>) -> impl IntoView {
    let today = use_today().get_untracked();
    let line = [
        outcome.owner_name.clone(),
        date(outcome.due_on, today),
        format!("{}: {}", t!(reviews.effect), outcome.effect),
    ];
    let seen = outcome.seen.map(|seen| {
        let tone = match seen {
            EffectSeen::Yes => Tone::Ok,
            EffectSeen::Partly | EffectSeen::No => Tone::Warn,
        };
        view! { <Badge tone icon=icondata::LuEye>{words::seen(seen)}</Badge> }
    });
    // One that is not due yet may be answered, and is not waited for.
    let waits = outcome.seen.is_none().then(|| match outcome.due_on > today {
        true => {
            view! { <Badge icon=icondata::LuHourglass>{t!(reviews.not_due_yet)}</Badge> }.into_any()
        }
        false if room.may => ().into_any(),
        false => view! { <Badge tone=Tone::Warn>{t!(reviews.unanswered)}</Badge> }.into_any(),
    });
    let (what, by) = (outcome.what.clone(), outcome.seen_by.clone());
    let named = format!(" {what}");
    let kept = StoredValue::new(outcome);
    let act = room.may.then(|| {
        let press = Callback::new(move |()| ask.run(kept.get_value()));
        view! {
            <span class="know-row-actions">
                <Button small=true on_press=press>
                    {t!(reviews.seen)}
                    <span class="sr-only">{named}</span>
                </Button>
            </span>
        }
    });
    view! {
        <li class="know-row">
            <div class="know-row-head"><span class="font-medium">{what}</span> {seen} {waits} {act}</div>
            <p class="text-muted">{line.join(" · ")}</p>
            {by.map(|by| view! { <p class="text-soft">{by}</p> })}
        </li>
    }
}

#[component]
fn SeenForm(room: Room, outcome: OutcomeMade, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("seen");
    let (seen, evidence) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (id, outcome_id) = (room.id, outcome.id);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(seen) = EffectSeen::named(&seen.get_untracked()) else {
            return form.refuse(vec![shared::api::FieldError::new("/seen", "required")]);
        };
        let body = NewFollowUp { outcome_id, seen, evidence: said(evidence) };
        let work = async move |body: NewFollowUp| api::follow_up(id, &body).await;
        form.send(body, work, move |now: ReviewRoom| room.saved(now, Some(open)));
    };
    let choices = words::choices(EffectSeen::ALL, EffectSeen::name, words::seen);
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{outcome.what} ": " {outcome.effect}</p>
            <Select form at="/seen" label=t!(reviews.seen) value=seen choices />
            <TextInput form at="/evidence" label=t!(decisions.evidence) value=evidence />
            <FormFaults form />
            <FormActions form open verb=t!(common.save) />
        </form>
    }
}
