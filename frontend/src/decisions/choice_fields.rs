//! What was chosen and why, as it is typed in: for a question that stands, and for a new one.
use leptos::prelude::*;
use shared::api::NewChoice;

use super::evidence::{EvidenceDraft, EvidenceFields};
use crate::t;
use crate::ui::{Form, TextArea, TextInput};

/// Where the parts of a choice stand in a body.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pointers {
    choice: &'static str,
    reason: &'static str,
    evidence: &'static str,
    changes: &'static str,
    decided_on: &'static str,
    decider: &'static str,
    revisit_on: &'static str,
}

/// In a body of its own.
pub(super) const ALONE: Pointers = Pointers {
    choice: "/choice",
    reason: "/reason",
    evidence: "/evidence",
    changes: "/changes",
    decided_on: "/decided_on",
    decider: "/decider",
    revisit_on: "/revisit_on",
};
/// With a new question.
pub(super) const MADE: Pointers = Pointers {
    choice: "/made/choice",
    reason: "/made/reason",
    evidence: "/made/evidence",
    changes: "/made/changes",
    decided_on: "/made/decided_on",
    decider: "/made/decider",
    revisit_on: "/made/revisit_on",
};

#[derive(Clone, Copy)]
pub(super) struct ChoiceDraft {
    at: Pointers,
    choice: RwSignal<String>,
    reason: RwSignal<String>,
    evidence: EvidenceDraft,
    changes: RwSignal<String>,
    decided_on: RwSignal<String>,
    decider: RwSignal<String>,
    revisit_on: RwSignal<String>,
}

impl ChoiceDraft {
    pub(super) fn new(at: Pointers) -> Self {
        Self {
            at,
            choice: RwSignal::default(),
            reason: RwSignal::default(),
            evidence: EvidenceDraft::new(at.evidence),
            changes: RwSignal::default(),
            decided_on: RwSignal::default(),
            decider: RwSignal::default(),
            revisit_on: RwSignal::default(),
        }
    }

    pub(super) fn read(self) -> NewChoice {
        NewChoice {
            choice: said(self.choice),
            reason: said(self.reason),
            evidence: self.evidence.read(),
            changes: some(self.changes),
            decided_on: self.decided_on.get_untracked().parse().ok(),
            decider: some(self.decider),
            contact_id: None,
            revisit_on: self.revisit_on.get_untracked().parse().ok(),
        }
    }
}

/// What a field says, without blanks around it.
pub(super) fn said(field: RwSignal<String>) -> String {
    field.get_untracked().trim().to_owned()
}

/// Likewise, if it says anything.
pub(super) fn some(field: RwSignal<String>) -> Option<String> {
    Some(said(field)).filter(|text| !text.is_empty())
}

#[component]
pub(super) fn ChoiceFields(form: Form, draft: ChoiceDraft) -> impl IntoView {
    let at = draft.at;
    view! {
        <TextArea form at=at.choice label=t!(decisions.choice) value=draft.choice rows=2 />
        <TextArea form at=at.reason label=t!(decisions.reason) value=draft.reason rows=2 />
        <EvidenceFields form draft=draft.evidence />
        <TextArea
            form
            at=at.changes
            label=t!(decisions.changes)
            value=draft.changes
            optional=true
            rows=2
        />
        <div class="form-pair">
            <TextInput
                form
                at=at.decided_on
                label=t!(decisions.decided_on)
                hint=t!(decisions.decided_on_hint)
                value=draft.decided_on
                kind="date"
                optional=true
            />
            <TextInput
                form
                at=at.revisit_on
                label=t!(decisions.revisit_on)
                value=draft.revisit_on
                kind="date"
                optional=true
            />
        </div>
        <TextInput
            form
            at=at.decider
            label=t!(decisions.decider)
            hint=t!(decisions.decider_hint)
            value=draft.decider
            optional=true
        />
    }
}
