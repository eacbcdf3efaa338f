//! The form of a scope. Ownership, inputs, decisions and review come before any line.
//!
//! Source: requirements S0-1, S0-5, S0-6, S0-25, S0-26, S3-34.
use leptos::prelude::*;
use shared::api::{
    Bottleneck, Cadence, Check, FieldError, Member, OperatingProblem, Page, RetainerScope,
    ScopeLineKind, ScopeSet, SuccessSignal,
};
use shared::rules::know::vague;
use shared::rules::scope::family;

use super::frame::watched;
use super::page::Shown;
use super::{lines_of, renew, said, words};
use crate::query::{Query, use_query};
use crate::ui::{
    Choice, Conflict, Form, FormActions, FormFaults, Loaded, Select, TextArea, TextInput, focus,
    toast,
};
use crate::{api, t};

/// What the dialog holds.
#[component]
pub(super) fn FrameForm(shown: Shown) -> impl IntoView {
    let members = use_query(api::active_members);
    view! {
        <Loaded of=members.standing() rows=6>
            <Edit shown members />
        </Loaded>
    }
}

/// What is typed. Choices are kept by their place, from one on.
#[derive(Clone, Copy)]
struct Draft {
    owner: RwSignal<String>,
    problem: RwSignal<String>,
    limits: RwSignal<String>,
    bottleneck: RwSignal<String>,
    outcome: RwSignal<String>,
    signal: RwSignal<String>,
    cadence: RwSignal<String>,
    review: RwSignal<String>,
    included: RwSignal<String>,
    excluded: RwSignal<String>,
}

/// The value that stands for one of several.
fn value_of<T: PartialEq>(all: &[T], one: Option<T>) -> String {
    let place = one.and_then(|one| all.iter().position(|other| *other == one));
    place.map(|place| place.to_string()).unwrap_or_default()
}
fn one_of<T: Copy>(all: &[T], value: &str) -> Option<T> {
    all.get(value.parse::<usize>().ok()?).copied()
}
fn choices<T: Copy>(all: &[T], words: fn(T) -> &'static str) -> Vec<Choice> {
    let choice = |(place, one): (usize, &T)| Choice::new(place.to_string(), words(*one));
    all.iter().enumerate().map(choice).collect()
}

impl Draft {
    fn of(scope: &RetainerScope) -> Self {
        let text = |text: &Option<String>| RwSignal::new(text.clone().unwrap_or_default());
        let lines = |kind: ScopeLineKind| {
            let all = scope.lines.iter().filter(|line| line.kind == kind);
            let texts: Vec<&str> = all.map(|line| line.text.as_str()).collect();
            RwSignal::new(texts.join("\n"))
        };
        let owner = scope.process_owner_id.map(|id| id.to_string());
        Self {
            owner: RwSignal::new(owner.unwrap_or_default()),
            problem: RwSignal::new(value_of(OperatingProblem::ALL, scope.problem)),
            limits: text(&scope.limits),
            bottleneck: RwSignal::new(value_of(Bottleneck::ALL, scope.bottleneck)),
            outcome: text(&scope.outcome),
            signal: RwSignal::new(value_of(&SuccessSignal::ALL, scope.success_signal)),
            cadence: RwSignal::new(value_of(Cadence::ALL, scope.cadence)),
            review: RwSignal::new(scope.next_review_on.map(|d| d.to_string()).unwrap_or_default()),
            included: lines(ScopeLineKind::Included),
            excluded: lines(ScopeLineKind::Excluded),
        }
    }

    /// What is sent; lines only where they may be written as they are.
    fn body(self, lines_open: bool) -> ScopeSet {
        let lines = |text: RwSignal<String>| lines_open.then(|| lines_of(&text.get_untracked()));
        ScopeSet {
            outcome: said(&self.outcome.get_untracked()),
            success_signal: one_of(&SuccessSignal::ALL, &self.signal.get_untracked()),
            problem: one_of(OperatingProblem::ALL, &self.problem.get_untracked()),
            limits: said(&self.limits.get_untracked()),
            bottleneck: one_of(Bottleneck::ALL, &self.bottleneck.get_untracked()),
            cadence: one_of(Cadence::ALL, &self.cadence.get_untracked()),
            next_review_on: self.review.get_untracked().parse().ok(),
            process_owner_id: self.owner.get_untracked().parse().ok(),
            included: lines(self.included),
            excluded: lines(self.excluded),
        }
    }
}

/// Lines are typed into one field, whichever of them is at fault.
fn at_its_field(fault: FieldError) -> FieldError {
    let of = ["/included", "/excluded"].into_iter().find(|at| fault.field.starts_with(at));
    FieldError { field: of.map_or(fault.field, str::to_owned), ..fault }
}

#[component]
fn Edit(shown: Shown, members: Query<Page<Member>>) -> impl IntoView {
    let Some(first) = shown.scope.get_untracked() else { return ().into_any() };
    let form = Form::new("scope-frame");
    let version = StoredValue::new(first.version);
    let (draft, lines_open) = (Draft::of(&first), first.lines_open);
    if let Some(gap) = shown.wanted.get_untracked() {
        shown.wanted.set(None);
        // After the dialog has shown itself and given the focus to its first field.
        request_animation_frame(move || focus(form.id(gap.field())));
    }
    let send = move || {
        let body = draft.body(lines_open);
        if let Err(faults) = body.check() {
            return form.refuse(faults.into_iter().map(at_its_field).collect());
        }
        let seen = version.get_value();
        let work = async move { api::set_scope(shown.id, seen, &body).await };
        form.run(work, move |now: RetainerScope| {
            shown.scope.set(now);
            renew();
            shown.editing.set(false);
            toast(t!(common.saved));
        });
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        send();
    };
    let theirs = Signal::derive(move || {
        let outcome = shown.scope.with(|scope| scope.and_then(|scope| scope.outcome.clone()));
        vec![(t!(scope.outcome), outcome.unwrap_or_default())]
    });
    let refresh = Callback::new(move |()| shown.scope.refetch());
    let again = Callback::new(move |()| {
        let now = shown.scope.get_untracked().map(|scope| scope.version);
        now.iter().for_each(|now| version.set_value(*now));
        send();
    });
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <Ownership form draft members />
            <Inputs form draft />
            <Decisions form draft />
            <Review form draft />
            {lines_open.then(|| view! { <Lines form draft /> })}
            <FormFaults form />
            <Conflict form theirs refresh again />
            <FormActions form open=shown.editing verb=t!(common.save) />
        </form>
    }
    .into_any()
}

/// A part of the form: its name, and what it is for.
#[component]
fn Part(title: &'static str, about: &'static str, children: Children) -> impl IntoView {
    view! {
        <fieldset class="form-part">
            <legend class="font-semibold">{title}</legend>
            <p class="text-soft">{about}</p>
            {children()}
        </fieldset>
    }
}

#[component]
fn Ownership(form: Form, draft: Draft, members: Query<Page<Member>>) -> impl IntoView {
    let people = Signal::derive(move || {
        let choice = |one: &Member| Choice::new(one.id.to_string(), one.name.clone());
        members.with(|page| page.map_or_else(Vec::new, |p| p.items.iter().map(choice).collect()))
    });
    view! {
        <Part title=t!(scope.part_ownership) about=t!(scope.part_ownership_about)>
            <Select
                form
                at="/process_owner_id"
                label=t!(scope.process_owner)
                value=draft.owner
                choices=people
                nothing=t!(scope.nobody)
                optional=true
            />
        </Part>
    }
}

#[component]
fn Inputs(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <Part title=t!(scope.part_inputs) about=t!(scope.part_inputs_about)>
            <div class="form-pair">
                <Select
                    form
                    at="/problem"
                    label=t!(scope.problem)
                    value=draft.problem
                    choices=choices(OperatingProblem::ALL, words::problem)
                    nothing=t!(scope.not_said)
                    optional=true
                />
                <Select
                    form
                    at="/bottleneck"
                    label=t!(scope.bottleneck)
                    value=draft.bottleneck
                    choices=choices(Bottleneck::ALL, words::bottleneck)
                    nothing=t!(scope.not_said)
                    optional=true
                />
            </div>
            <TextArea
                form
                at="/limits"
                label=t!(scope.limits)
                hint=t!(scope.limits_hint)
                value=draft.limits
                optional=true
                rows=2
            />
        </Part>
    }
}

#[component]
fn Decisions(form: Form, draft: Draft) -> impl IntoView {
    let hint = Signal::derive(move || match vague(&draft.outcome.get()) {
        true => Some(t!(scope.warn_vague).to_owned()),
        false => Some(t!(scope.outcome_hint).to_owned()),
    });
    let offered = Signal::derive(move || {
        let signal = one_of(&SuccessSignal::ALL, &draft.signal.get())?;
        Some(t!(scope.family_offered, family = watched(family(signal))))
    });
    view! {
        <Part title=t!(scope.part_decisions) about=t!(scope.part_decisions_about)>
            <TextInput
                form
                at="/outcome"
                label=t!(scope.outcome)
                hint=hint
                value=draft.outcome
                optional=true
            />
            <Select
                form
                at="/success_signal"
                label=t!(scope.success_signal)
                value=draft.signal
                choices=choices(&SuccessSignal::ALL, words::signal)
                nothing=t!(scope.not_said)
                hint=offered
                optional=true
            />
        </Part>
    }
}

#[component]
fn Review(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <Part title=t!(scope.part_review) about=t!(scope.part_review_about)>
            <div class="form-pair">
                <Select
                    form
                    at="/cadence"
                    label=t!(scope.cadence)
                    value=draft.cadence
                    choices=choices(Cadence::ALL, words::cadence)
                    nothing=t!(scope.not_said)
                    optional=true
                />
                <TextInput
                    form
                    at="/next_review_on"
                    label=t!(scope.next_review_on)
                    kind="date"
                    value=draft.review
                    optional=true
                />
            </div>
        </Part>
    }
}

#[component]
fn Lines(form: Form, draft: Draft) -> impl IntoView {
    view! {
        <Part title=t!(scope.part_lines) about=t!(scope.part_lines_about)>
            <div class="form-pair">
                <TextArea
                    form
                    at="/included"
                    label=t!(scope.included)
                    hint=t!(scope.one_a_line)
                    value=draft.included
                    optional=true
                    rows=5
                />
                <TextArea
                    form
                    at="/excluded"
                    label=t!(scope.excluded)
                    hint=t!(scope.one_a_line)
                    value=draft.excluded
                    optional=true
                    rows=5
                />
            </div>
        </Part>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_is_found_again_by_its_place() {
        for one in Bottleneck::ALL {
            assert_eq!(one_of(Bottleneck::ALL, &value_of(Bottleneck::ALL, Some(*one))), Some(*one));
        }
        assert_eq!(one_of(Cadence::ALL, &value_of(Cadence::ALL, None)), None);
    }

    #[test]
    fn a_fault_of_one_line_is_told_at_the_field_of_all() {
        let told = |at: &str| at_its_field(FieldError::new(at, "exists")).field;
        assert_eq!(told("/included/3"), "/included");
        assert_eq!(told("/outcome"), "/outcome");
    }
}
