//! The form that ends a retainer, or lets it run on.
use leptos::prelude::*;
use shared::api::{Retainer, Termination, TerminationPolicy};

use super::super::actions::renewed;
use super::super::page::Shown;
use super::super::radios::{Radio, Radios};
use super::super::refund::owed;
use super::super::today;
use super::moves::ending;
use super::pause::Effects;
use super::told::Told;
use super::{day_fault, typed_day};
use crate::format::{Measure, date, list};
use crate::ui::{Button, Form, FormActions, FormFaults, TextInput, toast};
use crate::{api, t};

/// The last day of service, and what becomes of fee, allowance and balance.
#[component]
pub(super) fn EndForm(shown: Shown, retainer: Retainer, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("end");
    // People name the last day, the API the first without.
    let agreed = retainer.ends_on.and_then(|end| end.pred_opt());
    let usual = retainer.balances.first().and_then(|balance| balance.ends_on.pred_opt());
    let first = agreed.or(usual);
    let last = RwSignal::new(first.map(|day| day.to_string()).unwrap_or_default());
    let agreed_policy = retainer.settlement.as_ref().map(|settlement| settlement.policy);
    let policy = RwSignal::new(agreed_policy.unwrap_or_default());
    let id = retainer.id;
    let done = move |retainer: Retainer| {
        let end = retainer.ends_on.and_then(|end| end.pred_opt());
        renewed(shown, retainer);
        open.set(false);
        match end {
            Some(day) => toast(t!(changes.ends_after, day = date(day, today()))),
            None => toast(t!(changes.runs_on)),
        }
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let end = untrack(|| typed_day(last)).ok().flatten().and_then(|day| day.succ_opt());
        let Some(end) = end else { return form.refuse(vec![day_fault("/ends_on")]) };
        let body = Termination { ends_on: Some(end), settlement: policy.get_untracked() };
        let work = async move |body: Termination| api::end_retainer(id, &body).await;
        form.send(body, work, done);
    };
    let run_on = Callback::new(move |()| {
        let work = async move |body: Termination| api::end_retainer(id, &body).await;
        form.send(Termination::default(), work, done);
    });
    let left = left_now(&retainer);
    let preview = move || {
        let end = typed_day(last).ok().flatten()?.succ_opt()?;
        let more = match &left {
            Some(left) => t!(changes.end_lapses, left = left),
            None => t!(changes.end_lapses_all).to_owned(),
        };
        let moves = ending(&retainer, end, policy.get());
        let mut more = vec![more];
        more.extend(owed(&retainer).map(|amount| t!(changes.end_refund, amount = amount)));
        Some(view! { <Told retainer=retainer.clone() moves more /> })
    };
    let run_on = agreed.map(|day| {
        view! {
            <div class="note">
                <p class="note-words">{t!(changes.end_agreed, day = date(day, today()))}</p>
                <Button busy=form.busy() on_press=run_on>{t!(changes.run_on)}</Button>
            </div>
        }
    });
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(changes.end_about)}</p>
            {run_on}
            <TextInput
                form
                at="/ends_on"
                label=t!(changes.end_last)
                hint=t!(changes.end_last_hint)
                kind="date"
                autofocus=true
                value=last
            />
            <PolicyChoice form policy />
            <Effects>{preview}</Effects>
            <FormFaults form />
            <FormActions form open verb=t!(changes.end_save) />
        </form>
    }
}

/// What of the last cycle's price is due.
#[component]
fn PolicyChoice(form: Form, policy: RwSignal<TerminationPolicy>) -> impl IntoView {
    use TerminationPolicy::{None, Prorate};
    let radio = |value, label, hint| Radio { value, label, hint };
    let choices = vec![
        radio(Prorate, t!(changes.end_prorate), t!(changes.end_prorate_hint)),
        radio(None, t!(changes.end_full), t!(changes.end_full_hint)),
    ];
    view! { <Radios form at="/settlement" legend=t!(changes.end_policy) value=policy choices /> }
}

/// What is left of each pool today, in a pause what was left before it; none if there is nothing.
fn left_now(retainer: &Retainer) -> Option<String> {
    let say = |balance: &shared::api::Balance| Measure::of(&balance.pool).or_nothing(balance.left);
    let paused = retainer.balances.is_empty() && retainer.paused;
    let balances = if paused { &retainer.last_balances } else { &retainer.balances };
    let left: Vec<String> = balances.iter().filter_map(say).collect();
    (!left.is_empty()).then(|| list(&left))
}
