//! Four routines to begin with, in the reader's language.
use shared::api::{FormInput, InputKind, NewSop, SopBody};

use super::inputs::slug;
use crate::t;

/// What a starter is called, and what it says.
pub(super) struct Starter {
    pub(super) name: &'static str,
    body: SopBody,
}

impl Starter {
    /// The routine that it becomes.
    pub(super) fn adopted(&self) -> NewSop {
        NewSop {
            name: self.name.to_owned(),
            owner_id: None,
            body: self.body.clone(),
            watches: Vec::new(),
            replaces_id: None,
            replaces_none: true,
            retire_on: None,
            trial: None,
        }
    }
    /// Why it is there.
    pub(super) fn purpose(&self) -> &str {
        &self.body.purpose
    }
}

/// Lists are one text each, parted by bars.
fn list(text: &str) -> Vec<String> {
    text.split('|').map(|one| one.trim().to_owned()).collect()
}

fn inputs(text: &str, why: &str) -> Vec<FormInput> {
    let one = |label: String| FormInput {
        key: slug(&label),
        label,
        kind: InputKind::Text,
        required: true,
        why: Some(why.to_owned()),
    };
    list(text).into_iter().map(one).collect()
}

pub(super) fn all() -> [Starter; 4] {
    let why = t!(model.starter_why);
    let one = |name, purpose: &str, asked, quality, steps, exceptions: &str, review_days| Starter {
        name,
        body: SopBody {
            purpose: purpose.to_owned(),
            inputs: inputs(asked, why),
            quality: list(quality),
            steps: list(steps),
            exceptions: exceptions.to_owned(),
            review_days,
        },
    };
    [
        one(
            t!(model.starter_request),
            t!(model.starter_request_purpose),
            t!(model.starter_request_inputs),
            t!(model.starter_request_quality),
            t!(model.starter_request_steps),
            t!(model.starter_request_exceptions),
            90,
        ),
        one(
            t!(model.starter_review),
            t!(model.starter_review_purpose),
            t!(model.starter_review_inputs),
            t!(model.starter_review_quality),
            t!(model.starter_review_steps),
            t!(model.starter_review_exceptions),
            90,
        ),
        one(
            t!(model.starter_report),
            t!(model.starter_report_purpose),
            t!(model.starter_report_inputs),
            t!(model.starter_report_quality),
            t!(model.starter_report_steps),
            t!(model.starter_report_exceptions),
            60,
        ),
        one(
            t!(model.starter_handover),
            t!(model.starter_handover_purpose),
            t!(model.starter_handover_inputs),
            t!(model.starter_handover_quality),
            t!(model.starter_handover_steps),
            t!(model.starter_handover_exceptions),
            180,
        ),
    ]
}
