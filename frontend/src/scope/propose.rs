//! Proposing a change of scope: the day, what ends, what begins, and why.
use leptos::prelude::*;
use shared::api::{
    Check, FieldError, NewScopeChange, NewScopeLine, Page, ScopeChange, ScopeLine, ScopeLineKind,
};

use super::changes::renewed;
use super::lines_of;
use super::page::Shown;
use crate::query::Query;
use crate::retainers::today;
use crate::ui::{Checkbox, Form, FormActions, FormFaults, TextArea, TextInput, pointer, toast};
use crate::{api, t};

/// A line, and whether it is to end.
type MayEnd = (ScopeLine, RwSignal<bool>);

/// What is typed.
#[derive(Clone, Copy)]
struct Draft {
    day: RwSignal<String>,
    reason: RwSignal<String>,
    included: RwSignal<String>,
    excluded: RwSignal<String>,
    lines: StoredValue<Vec<MayEnd>>,
}

impl Draft {
    fn of(shown: Shown) -> Self {
        let scope = shown.scope.get_untracked();
        let lines = scope.into_iter().flat_map(|scope| scope.lines);
        // What has an end already ends once.
        let open = lines.filter(|line| line.ends_on.is_none());
        let text = || RwSignal::new(String::new());
        Self {
            day: RwSignal::new(today().succ_opt().unwrap_or_else(today).to_string()),
            reason: text(),
            included: text(),
            excluded: text(),
            lines: StoredValue::new(open.map(|line| (line, RwSignal::new(false))).collect()),
        }
    }

    /// What is sent; none without a day.
    fn body(self) -> Option<NewScopeChange> {
        let begin = |kind: ScopeLineKind, text: RwSignal<String>| {
            let texts = lines_of(&text.get_untracked()).into_iter();
            texts.map(move |text| NewScopeLine { kind, text })
        };
        let chosen = self.lines.get_value().into_iter().filter(|(_, ends)| ends.get_untracked());
        let begins = begin(ScopeLineKind::Included, self.included);
        Some(NewScopeChange {
            effective_on: self.day.get_untracked().parse().ok()?,
            reason: self.reason.get_untracked(),
            ends: chosen.map(|(line, _)| line.id).collect(),
            begins: begins.chain(begin(ScopeLineKind::Excluded, self.excluded)).collect(),
            minutes: None,
            fee_minor: None,
        })
    }
}

/// The form in its dialog.
#[component]
pub(super) fn ProposeForm(
    shown: Shown,
    open: RwSignal<bool>,
    changes: Query<Page<ScopeChange>>,
) -> impl IntoView {
    let form = Form::new("scope-change");
    let draft = Draft::of(shown);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(body) = draft.body() else {
            return form.refuse(vec![FieldError::new("/effective_on", "required")]);
        };
        if let Err(faults) = body.check() {
            return form.refuse(faults.into_iter().map(at_its_field).collect());
        }
        let work = async move { api::propose_scope_change(shown.id, &body).await };
        form.run(work, move |_: ScopeChange| {
            renewed(changes);
            open.set(false);
            toast(t!(scope.proposed_toast));
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=submit>
            <p class="text-soft">{t!(scope.propose_about)}</p>
            <TextInput
                form
                at="/effective_on"
                label=t!(scope.effective_on)
                hint=t!(scope.effective_on_hint)
                kind="date"
                value=draft.day
            />
            <Ending form lines=draft.lines.get_value() />
            <div class="form-pair">
                <TextArea
                    form
                    at="/begins"
                    label=t!(scope.begins_in)
                    hint=t!(scope.one_a_line)
                    value=draft.included
                    optional=true
                />
                <TextArea
                    form
                    at="/begins/excluded"
                    label=t!(scope.begins_out)
                    hint=t!(scope.one_a_line)
                    value=draft.excluded
                    optional=true
                />
            </div>
            <TextArea form at="/reason" label=t!(scope.reason) value=draft.reason rows=2 />
            <FormFaults form />
            <FormActions form open verb=t!(scope.propose_now) />
        </form>
    }
}

/// The lines that may end, a tick each.
#[component]
fn Ending(form: Form, lines: Vec<MayEnd>) -> impl IntoView {
    let none = lines.is_empty();
    let row = |(place, (line, ends)): (usize, MayEnd)| {
        let hint = match line.kind {
            ScopeLineKind::Included => t!(scope.included),
            ScopeLineKind::Excluded => t!(scope.excluded),
        };
        let at = pointer(&format!("/ends/{place}"));
        view! { <Checkbox form at label=line.text hint=hint value=ends /> }
    };
    (!none).then(|| {
        view! {
            <fieldset class="field">
                <legend class="field-label">{t!(scope.ends)}</legend>
                <div class="flex flex-col gap-2">
                    {lines.into_iter().enumerate().map(row).collect_view()}
                </div>
            </fieldset>
        }
    })
}

/// What begins is typed into one field a kind, whichever line is at fault.
fn at_its_field(fault: FieldError) -> FieldError {
    let field = if fault.field.starts_with("/begins") { "/begins" } else { &fault.field };
    FieldError { field: field.to_owned(), ..fault }
}
