//! Deciding in a review: what, who, by when, to what effect; and what goes or changes with it.
//! Source: requirements S0-13, S3-25.
use leptos::prelude::*;
use shared::api::{
    FieldError, NewReviewOutcome, NewScopeChange, NewScopeLine, OutcomeChoice, OutcomeMade,
    RetiredSop, ReviewRoom, ScopeLineKind, SignalKind,
};

use super::choices::{people, said, some, sops};
use super::diagnose::Named;
use super::room::Room;
use super::words;
use crate::format::date;
use crate::session::{use_me, use_today};
use crate::ui::{
    Badge, Choice, Dialog, Form, FormActions, FormFaults, Select, TextArea, TextInput, Tone,
};
use crate::{api, t};

#[component]
pub(super) fn Outcomes(now: ReviewRoom) -> impl IntoView {
    if now.outcomes.is_empty() {
        return view! { <p class="panel-body text-muted">{t!(reviews.none_decided)}</p> }
            .into_any();
    }
    let rows = now.outcomes.into_iter().map(|outcome| view! { <Row outcome /> });
    view! { <ul class="panel-rows">{rows.collect_view()}</ul> }.into_any()
}

#[component]
fn Row(outcome: OutcomeMade) -> impl IntoView {
    let today = use_today().get_untracked();
    let href = format!("/decisions?decision={}", outcome.decision_id);
    let line = [
        outcome.owner_name,
        date(outcome.due_on, today),
        format!("{}: {}", t!(reviews.effect), outcome.effect),
    ];
    let retired = outcome.sop_id.map(|id| {
        let href = format!("/model/sops/{id}");
        view! { <p><a class="link" href=href>{t!(reviews.retired)}</a></p> }
    });
    let drafted = outcome.scope_change_id.map(|_| view! { <p>{t!(reviews.drafted)}</p> });
    view! {
        <li class="know-row">
            <p class="know-row-head">
                <Badge tone=Tone::Plain icon=icondata::LuGavel>
                    {words::outcome(outcome.choice)}
                </Badge>
                <a class="link font-medium" href=href>{outcome.what}</a>
            </p>
            <p class="text-muted">{line.join(" · ")}</p>
            {retired}
            {drafted}
        </li>
    }
}

#[component]
pub(super) fn DecideDialog(room: Room) -> impl IntoView {
    view! {
        <Dialog open=room.deciding title=t!(reviews.decide) wide=true>
            {move || {
                untrack(move || room.seen()).map(|now| view! { <DecideForm room now /> })
            }}
        </Dialog>
    }
}

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    choice: RwSignal<String>,
    what: RwSignal<String>,
    because: RwSignal<String>,
    signal: RwSignal<String>,
    reason: RwSignal<String>,
    owner: RwSignal<String>,
    due_on: RwSignal<String>,
    effect: RwSignal<String>,
    sop: RwSignal<String>,
    line: RwSignal<String>,
    from: RwSignal<String>,
    nobody: RwSignal<bool>,
}

impl Draft {
    fn new(now: &ReviewRoom) -> Self {
        let text = || RwSignal::new(String::new());
        let last = now.diagnoses.last().map(|one| one.number.to_string());
        let me = use_me().with_untracked(|me| me.member_id.to_string());
        Self {
            choice: text(),
            what: text(),
            because: RwSignal::new(last.unwrap_or_default()),
            signal: text(),
            reason: text(),
            owner: RwSignal::new(me),
            due_on: text(),
            effect: text(),
            sop: text(),
            line: text(),
            from: text(),
            nobody: RwSignal::new(false),
        }
    }

    /// What was typed, or what of it is missing.
    fn read(self) -> Result<NewReviewOutcome, Vec<FieldError>> {
        let choice = OutcomeChoice::named(&self.choice.get_untracked());
        let owner = self.owner.get_untracked().parse().ok();
        let due_on = self.due_on.get_untracked().parse().ok();
        let lacks = [
            ("/choice", choice.is_none()),
            ("/owner_id", owner.is_none()),
            ("/due_on", due_on.is_none()),
        ];
        let lacks = lacks.into_iter().filter(|(_, lacks)| *lacks);
        let faults: Vec<FieldError> =
            lacks.map(|(at, _)| FieldError::new(at, "required")).collect();
        let (Some(choice), Some(owner_id), Some(due_on)) = (choice, owner, due_on) else {
            return Err(faults);
        };
        let because = self.because.get_untracked().parse().ok();
        Ok(NewReviewOutcome {
            choice,
            what: said(self.what),
            // That of a diagnosis is known with it.
            signal: because
                .is_none()
                .then(|| SignalKind::named(&self.signal.get_untracked()))
                .flatten(),
            diagnosis: because,
            owner_id,
            due_on,
            effect: said(self.effect),
            reason: some(self.reason),
            retires: self.sop.get_untracked().parse().ok().map(|id| RetiredSop { id, on: None }),
            scope_change: self.change()?,
            names_nobody: self.nobody.get_untracked(),
        })
    }

    /// What of it may name nobody: who delegates says to whom.
    fn words(self) -> String {
        let reason = self.reason.get();
        if self.choice.with(|choice| OutcomeChoice::named(choice) == Some(OutcomeChoice::Delegate))
        {
            return reason;
        }
        [self.what.get(), self.effect.get(), reason].join("\n")
    }

    /// A change of scope, if a line was typed.
    fn change(self) -> Result<Option<NewScopeChange>, Vec<FieldError>> {
        let Some(text) = some(self.line) else { return Ok(None) };
        let Ok(effective_on) = self.from.get_untracked().parse() else {
            return Err(vec![FieldError::new("/scope_change/effective_on", "required")]);
        };
        Ok(Some(NewScopeChange {
            effective_on,
            reason: said(self.what),
            ends: Vec::new(),
            begins: vec![NewScopeLine { kind: ScopeLineKind::Included, text }],
            minutes: None,
            fee_minor: None,
        }))
    }
}

#[component]
fn DecideForm(room: Room, now: ReviewRoom) -> impl IntoView {
    let form = Form::new("outcome");
    let draft = Draft::new(&now);
    let id = room.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let body = match draft.read() {
            Ok(body) => body,
            Err(faults) => return form.refuse(faults),
        };
        let work = async move |body: NewReviewOutcome| api::decide_in_review(id, &body).await;
        form.send(body, work, move |now: ReviewRoom| room.saved(now, Some(room.deciding)));
    };
    let choices = words::choices(OutcomeChoice::ALL, OutcomeChoice::name, words::outcome);
    view! {
        <form class="form" novalidate=true on:submit=send>
            <div class="form-pair">
                <Select form at="/choice" label=t!(reviews.decide) value=draft.choice choices />
                <TextInput form at="/what" label=t!(reviews.what) value=draft.what />
            </div>
            <Why form draft now />
            <div class="form-pair">
                <Select
                    form
                    at="/owner_id"
                    label=t!(decisions.owner)
                    value=draft.owner
                    choices=people()
                />
                <TextInput
                    form
                    at="/due_on"
                    label=t!(reviews.by)
                    value=draft.due_on
                    kind="date"
                />
            </div>
            <TextInput form at="/effect" label=t!(reviews.effect) value=draft.effect />
            <Named form finding=Signal::derive(move || draft.words()) nobody=draft.nobody room />
            <Follows form draft />
            <FormFaults form />
            <FormActions form open=room.deciding verb=t!(reviews.decide) />
        </form>
    }
}

/// The diagnosis that it follows from, or another reason.
#[component]
fn Why(form: Form, draft: Draft, now: ReviewRoom) -> impl IntoView {
    let found = now.diagnoses.iter().map(|one| {
        let label = format!("{}: {}", words::cause(one.cause), one.finding);
        Choice::new(one.number.to_string(), label)
    });
    let found: Vec<Choice> = found.collect();
    let read: Vec<SignalKind> = now.observed.signals.iter().map(|one| one.kind).collect();
    let read = words::choices(&read, SignalKind::name, words::signal);
    view! {
        <Select
            form
            at="/diagnosis"
            label=t!(reviews.because)
            value=draft.because
            choices=found
            nothing=t!(reviews.other_reason)
            optional=true
        />
        <Show when=move || draft.because.with(String::is_empty)>
            <Select
                form
                at="/signal"
                label=t!(reviews.about_signal)
                value=draft.signal
                choices=read.clone()
                nothing=t!(reviews.no_signal)
                optional=true
            />
            <TextArea form at="/reason" label=t!(decisions.reason) value=draft.reason rows=2 />
        </Show>
    }
}

/// What goes or changes because of it.
#[component]
fn Follows(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <Select
            form
            at="/retires/id"
            label=t!(reviews.retires)
            value=draft.sop
            choices=sops()
            nothing=t!(common.nothing)
            optional=true
        />
        <div class="form-pair">
            <TextInput
                form
                at="/scope_change/begins/0/text"
                label=t!(reviews.draft_scope)
                value=draft.line
                optional=true
            />
            <TextInput
                form
                at="/scope_change/effective_on"
                label=t!(reviews.from_day)
                value=draft.from
                kind="date"
                optional=true
            />
        </div>
    }
}
