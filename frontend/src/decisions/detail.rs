//! One decision: what holds, what held before, and why it was taken up again.
use leptos::prelude::*;
use shared::api::{Choice, Decision, DecisionId, DecisionState, Reopening};

use super::evidence;
use super::forms::{DecideForm, ReopenForm};
use super::words;
use crate::format::date;
use crate::query::use_query_when;
use crate::retainers::retainer_href;
use crate::session::{use_me, use_today};
use crate::ui::{Badge, Button, ButtonLink, Dialog, Loaded, Panel, Tone, Variant};
use crate::{api, t, tn};

#[component]
pub(super) fn Detail(id: Memo<Option<DecisionId>>, back: Signal<String>) -> impl IntoView {
    let decision = use_query_when(move || id.get().map(api::decision));
    let title = Signal::derive(move || {
        let name = decision.with(|one| one.map(|one| one.question.clone()));
        name.unwrap_or_else(|| t!(decisions.one).to_owned())
    });
    let aside = move || {
        view! {
            <ButtonLink href=back small=true icon=icondata::LuX>{t!(common.close)}</ButtonLink>
        }
    };
    view! {
        <Panel title aside=aside>
            <Loaded of=decision.standing() rows=5>
                {move || decision.get().map(|decision| view! { <Body decision /> })}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Body(decision: Decision) -> impl IntoView {
    let today = use_today().get_untracked();
    let (tone, icon, state) = words::state(&decision, today);
    let about = words::about(&decision).map(|words| {
        let href = match (decision.account_id, decision.retainer_id) {
            (Some(account), Some(retainer)) => retainer_href(account, retainer),
            (Some(account), None) => format!("/accounts/{account}"),
            _ => String::from("/accounts"),
        };
        view! {
            <dt>{t!(decisions.about)}</dt>
            <dd><a class="link" href=href>{words}</a></dd>
        }
    });
    let again = (decision.reopened > 0).then(|| {
        let times = tn!(decision.reopened, decisions.again_one, decisions.again_other);
        view! { " " <Badge tone=Tone::Warn icon=icondata::LuRotateCcw>{times}</Badge> }
    });
    let tags = decision.tags.clone().into_iter();
    let tags = tags.map(|tag| view! { " " <Badge>{tag}</Badge> });
    let revisit = decision.revisit_on.map(|on| {
        view! {
            <dt>{t!(decisions.revisit_on)}</dt>
            <dd>{date(on, today)}</dd>
        }
    });
    let due = decision.due_on.map(|on| {
        view! {
            <dt>{t!(decisions.due_on)}</dt>
            <dd>{date(on, today)}</dd>
        }
    });
    view! {
        <div class="panel-body stack">
            <p>
                <Badge tone icon>{state}</Badge>
                {again}
                {tags.collect_view()}
            </p>
            <dl class="facts">
                <dt>{t!(decisions.owner)}</dt>
                <dd>{decision.owner_name.clone()}</dd>
                {about}
                {due}
                {revisit}
            </dl>
            <Actions decision=decision.clone() />
            <Past decision />
        </div>
    }
}

#[component]
fn Actions(decision: Decision) -> impl IntoView {
    let may = use_me().with_untracked(|me| words::records(me.role));
    let open = RwSignal::new(false);
    let press = Callback::new(move |()| open.set(true));
    let reason = (!may).then(|| t!(decisions.needs_role).to_owned());
    if decision.state == DecisionState::Open {
        let id = decision.id;
        return view! {
            <div>
                <Button variant=Variant::Primary reason on_press=press>
                    {t!(decisions.decide)}
                </Button>
            </div>
            <Dialog open title=decision.question.clone() wide=true>
                <DecideForm id open />
            </Dialog>
        }
        .into_any();
    }
    view! {
        <div>
            <Button icon=icondata::LuRotateCcw reason on_press=press>{t!(decisions.reopen)}</Button>
        </div>
        <Dialog open title=t!(decisions.reopen) wide=true>
            <ReopenForm decision=decision.clone() open />
        </Dialog>
    }
    .into_any()
}

/// All choices, the last first, and between them why each was put in question.
#[component]
fn Past(decision: Decision) -> impl IntoView {
    let Decision { choices, reopenings, .. } = decision;
    let parts = choices.into_iter().map(|choice| {
        let again = reopenings.iter().find(|again| again.number == choice.number).cloned();
        view! {
            {again.map(|again| view! { <Again again /> })}
            <Chosen choice />
        }
    });
    parts.collect_view()
}

#[component]
fn Again(again: Reopening) -> impl IntoView {
    let today = use_today().get_untracked();
    let words = t!(decisions.taken_up, on = date(again.on, today), by = again.by.as_str());
    view! {
        <section class="know-again">
            <p class="font-medium">{words}</p>
            {evidence::shown(again.evidence)}
        </section>
    }
}

#[component]
fn Chosen(choice: Choice) -> impl IntoView {
    let today = use_today().get_untracked();
    let on = date(choice.decided_on, today);
    let line = match &choice.decider {
        Some(who) => t!(decisions.decided_by, on = on, by = who.as_str()),
        None => t!(decisions.decided_on_day, on = on),
    };
    let late = choice.due_on.is_some_and(|due| choice.decided_on > due);
    let changes = choice.changes.map(|words| {
        view! {
            <dt>{t!(decisions.changes)}</dt>
            <dd>{words}</dd>
        }
    });
    view! {
        <section class="know-choice" class:is-past=choice.superseded>
            <p class="font-medium">
                {choice.choice}
                {choice
                    .superseded
                    .then(|| view! { " " <Badge>{t!(decisions.superseded)}</Badge> })}
                {late.then(|| view! { " " <Badge tone=Tone::Warn>{t!(decisions.late)}</Badge> })}
            </p>
            <dl class="facts">
                <dt>{t!(decisions.reason)}</dt>
                <dd>{choice.reason}</dd>
                <dt>{t!(decisions.evidence)}</dt>
                <dd>{evidence::shown(choice.evidence)}</dd>
                {changes}
            </dl>
            <p class="text-muted">
                {line} " " {t!(decisions.recorded_by, by = choice.recorded_by)}
            </p>
        </section>
    }
}
