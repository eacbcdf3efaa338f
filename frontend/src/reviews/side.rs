//! Beside a review: what is open, and what was decided before.
use leptos::prelude::*;
use shared::api::{Decision, ReviewRoom};

use crate::format::date;
use crate::session::use_today;
use crate::ui::Panel;
use crate::{t, tn};

#[component]
pub(super) fn Side(now: ReviewRoom) -> impl IntoView {
    view! {
        <Decisions title=t!(reviews.open_now) all=now.open_decisions />
        <Decisions title=t!(reviews.earlier) all=now.earlier_decisions />
    }
}

#[component]
fn Decisions(title: &'static str, all: Vec<Decision>) -> impl IntoView {
    let nothing = all.is_empty();
    let rows = all.into_iter().map(|decision| view! { <Row decision /> }).collect_view();
    view! {
        <Panel title>
            {nothing.then(|| view! { <p class="panel-body text-muted">{t!(common.nothing)}</p> })}
            <ul class="panel-rows">{rows}</ul>
        </Panel>
    }
}

#[component]
fn Row(decision: Decision) -> impl IntoView {
    let today = use_today().get_untracked();
    let href = format!("/decisions?decision={}", decision.id);
    let due = decision.due_on.map(|on| t!(decisions.due_by, on = date(on, today)));
    let made = decision.choices.first();
    let made_on = made.map(|one| t!(decisions.decided_on_day, on = date(one.decided_on, today)));
    let again = (decision.reopened > 0)
        .then(|| tn!(decision.reopened, decisions.again_one, decisions.again_other));
    let line: Vec<String> = [due, made_on, again].into_iter().flatten().collect();
    let choice = made.map(|one| one.choice.clone()).filter(|choice| *choice != decision.question);
    view! {
        <li class="know-row">
            <a class="link" href=href>{decision.question}</a>
            {choice.map(|choice| view! { <p class="text-soft">{choice}</p> })}
            <p class="text-muted">{line.join(" · ")}</p>
        </li>
    }
}
