//! The forms that pause a retainer, and end a pause.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{FieldError, NewPause, Pause, ResumeAnchor, Resumption, Retainer};
use shared::rules::RuleError;

use super::super::actions::renewed;
use super::super::page::Shown;
use super::super::radios::{Radio, Radios};
use super::super::today;
use super::moves::{next_start, open_pause, pausing, resuming};
use super::told::Told;
use super::{day_fault, typed_day};
use crate::format::date;
use crate::ui::{Form, FormActions, FormFaults, TextInput, toast};
use crate::{api, t};

/// From a day to come, until another or until somebody resumes it.
#[component]
pub(super) fn PauseForm(shown: Shown, retainer: Retainer, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("pause");
    let next = next_start(&retainer, today());
    let from = RwSignal::new(next.map(|day| day.to_string()).unwrap_or_default());
    let to = RwSignal::new(String::new());
    let anchor = RwSignal::new(ResumeAnchor::default());
    let id = retainer.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let days = untrack(|| (typed_day(from), typed_day(to)));
        let odd = [("/from", days.0.is_err()), ("/to", days.1.is_err())];
        let faults = odd.into_iter().filter(|(_, odd)| *odd).map(|(field, _)| day_fault(field));
        let faults = faults.collect();
        let (Ok(from), Ok(to)) = days else { return form.refuse(faults) };
        if from.is_some_and(past) {
            return form.refuse(vec![FieldError::new("/from", "out_of_range")]);
        }
        let body = NewPause { from, to, resume_anchor: anchor.get_untracked() };
        let work = async move |body: NewPause| api::pause_retainer(id, &body).await;
        form.send(body, work, move |retainer: Retainer| {
            let last = retainer.pauses.iter().max_by_key(|pause| pause.from).copied();
            renewed(shown, retainer);
            open.set(false);
            if let Some(pause) = last {
                toast(t!(changes.paused, day = date(pause.from, today())));
            }
        });
    };
    let preview = move || {
        let from = typed_day(from).ok()?.or(next)?;
        let to = typed_day(to).ok()?;
        let pause = Pause { from, to, resume_anchor: anchor.get() };
        let mut more = vec![t!(changes.pause_waits).to_owned()];
        if to.is_none() {
            more.push(t!(changes.pause_open).to_owned());
        }
        // Days that are over are not paused any more: nothing is given back for them.
        let moves = match past(from) {
            true => Err(RuleError::InvalidPause),
            false => pausing(&retainer, pause),
        };
        Some(view! { <Told retainer=retainer.clone() moves more /> })
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(changes.pause_about)}</p>
            <div class="form-pair">
                <TextInput
                    form
                    at="/from"
                    label=t!(changes.pause_from)
                    hint=t!(changes.pause_from_hint)
                    kind="date"
                    autofocus=true
                    value=from
                />
                <TextInput
                    form
                    at="/to"
                    label=t!(changes.pause_to)
                    hint=t!(changes.pause_to_hint)
                    kind="date"
                    optional=true
                    value=to
                />
            </div>
            <AnchorChoice form anchor />
            <Effects>{preview}</Effects>
            <FormFaults form />
            <FormActions form open verb=t!(changes.pause_save) />
        </form>
    }
}

/// Too late to pause from: service goes on until tomorrow at least.
fn past(day: NaiveDate) -> bool {
    day <= today()
}

/// Whether boundaries stay where they were.
#[component]
fn AnchorChoice(form: Form, anchor: RwSignal<ResumeAnchor>) -> impl IntoView {
    let radio = |value, label, hint| Radio { value, label, hint };
    let choices = vec![
        radio(ResumeAnchor::Unchanged, t!(changes.anchor_keep), t!(changes.anchor_keep_hint)),
        radio(ResumeAnchor::Reset, t!(changes.anchor_reset), t!(changes.anchor_reset_hint)),
    ];
    view! {
        <Radios form at="/resume_anchor" legend=t!(changes.anchor) value=anchor choices />
    }
}

/// What the change moves, told as it is typed.
#[component]
pub(super) fn Effects(children: Children) -> impl IntoView {
    view! {
        <section
            class="flex flex-col gap-2 rounded-md bg-sunken p-3"
            aria-label=t!(changes.effects)
            aria-live="polite"
        >
            <h3 class="text-xs font-medium text-muted">{t!(changes.effects)}</h3>
            {children()}
        </section>
    }
}

/// Ends the pause that runs, or does without one to come.
#[component]
pub(super) fn ResumeForm(shown: Shown, retainer: Retainer, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("resume");
    let pause = open_pause(&retainer, today());
    let begun = pause.is_some_and(|pause| pause.from <= today());
    let first = pause.map_or_else(today, |pause| if begun { today() } else { pause.from });
    let on = RwSignal::new(first.to_string());
    let anchor = RwSignal::new(pause.map(|pause| pause.resume_anchor).unwrap_or_default());
    let id = retainer.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(on) = untrack(|| typed_day(on)) else {
            return form.refuse(vec![day_fault("/on")]);
        };
        let body = Resumption { on, resume_anchor: Some(anchor.get_untracked()) };
        let work = async move |body: Resumption| api::resume_retainer(id, &body).await;
        form.send(body, work, move |retainer: Retainer| {
            renewed(shown, retainer);
            open.set(false);
            toast(t!(changes.resumed, day = date(on.unwrap_or_else(today), today())));
        });
    };
    let about = pause.map(|pause| {
        let from = date(pause.from, today());
        match pause.to {
            Some(to) => t!(changes.resume_about_to, from = from, to = date(to, today())),
            None => t!(changes.resume_about, from = from),
        }
    });
    let preview = move || {
        let on: NaiveDate = typed_day(on).ok()?.unwrap_or_else(today);
        let more = pause
            .filter(|pause| !begun && on <= pause.from)
            .map(|_| t!(changes.resume_none).to_owned());
        let moves = resuming(&retainer, today(), on, anchor.get());
        let more = more.into_iter().collect();
        Some(view! { <Told retainer=retainer.clone() moves more /> })
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{about}</p>
            <TextInput
                form
                at="/on"
                label=t!(changes.resume_on)
                hint=t!(changes.resume_on_hint)
                kind="date"
                autofocus=true
                value=on
            />
            <AnchorChoice form anchor />
            <Effects>{preview}</Effects>
            <FormFaults form />
            <FormActions form open verb=t!(changes.resume_save) />
        </form>
    }
}
