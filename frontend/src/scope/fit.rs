//! "Does a retainer make sense?": four questions before there is one; they can be left out.
//!
//! Source: requirement S0-44.
use leptos::prelude::*;
use shared::api::{AccountId, FitAnswers, FitCheck, FitCheckId, FitVerdict, NewFitCheck};

use crate::ui::{Badge, Button, Checkbox, Form, FormFaults, Tone};
use crate::{api, t};

/// The questions, folded away until somebody asks them. What was kept is noted in `made`, and goes
/// with the retainer.
#[component]
pub(crate) fn FitPanel(account: AccountId, made: RwSignal<Option<FitCheckId>>) -> impl IntoView {
    let form = Form::new("fit");
    let [need, outcome, capacity, owner] = [(); 4].map(|()| RwSignal::new(false));
    let answers = Signal::derive(move || FitAnswers {
        repeating_need: need.get(),
        stable_outcome: outcome.get(),
        capacity: capacity.get(),
        owner: owner.get(),
    });
    // Other answers are another check.
    Effect::new(move |before: Option<FitAnswers>| {
        let now = answers.get();
        if before.is_some_and(|before| before != now) {
            made.set(None);
        }
        now
    });
    let keep = Callback::new(move |()| {
        let body = NewFitCheck { account_id: account, answers: answers.get_untracked() };
        let work = async move { api::add_fit_check(&body).await };
        form.run(work, move |kept: FitCheck| made.set(Some(kept.id)));
    });
    let words = move || match made.get() {
        None => t!(scope.fit_skip),
        Some(_) => verdict(answers.get().verdict()).0,
    };
    let told = move || {
        made.get().map(|_| {
            let (words, about, tone) = verdict(answers.get().verdict());
            view! {
                <p class="flex flex-wrap items-center gap-2" role="status">
                    <Badge tone>{words}</Badge>
                    <span>{about}</span>
                </p>
            }
        })
    };
    view! {
        <details class="form-more">
            <summary>
                <span class="font-medium">{t!(scope.fit_title)}</span>
                <span class="text-muted">{words}</span>
            </summary>
            <div class="form-part">
                <p class="text-soft">{t!(scope.fit_about)}</p>
                <Checkbox form at="/answers/repeating_need" label=t!(scope.fit_need) value=need />
                <Checkbox
                    form
                    at="/answers/stable_outcome"
                    label=t!(scope.fit_outcome)
                    value=outcome
                />
                <Checkbox form at="/answers/capacity" label=t!(scope.fit_capacity) value=capacity />
                <Checkbox form at="/answers/owner" label=t!(scope.fit_owner) value=owner />
                {told}
                <FormFaults form />
                <p>
                    <Button small=true busy=form.busy() on_press=keep>{t!(scope.fit_keep)}</Button>
                </p>
            </div>
        </details>
    }
}

fn verdict(of: FitVerdict) -> (&'static str, &'static str, Tone) {
    match of {
        FitVerdict::Retainer => (t!(scope.fit_retainer), t!(scope.fit_retainer_about), Tone::Ok),
        FitVerdict::NotYet => (t!(scope.fit_not_yet), t!(scope.fit_not_yet_about), Tone::Warn),
        FitVerdict::Project => (t!(scope.fit_project), t!(scope.fit_project_about), Tone::Warn),
    }
}
