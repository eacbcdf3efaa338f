//! Another length of cycles and another zone, folded away in the form that amends the terms.
use leptos::prelude::*;
use shared::api::{NewAmendment, Retainer, Terms};
use shared::rules::cycle::Interval;

use super::draft::CycleLength;
use super::more::More;
use super::new::lengths;
use super::radios::{Radio, Radios};
use super::terms_fields::{GraceInput, TermsFields};
use super::words;
use crate::t;
use crate::ui::{Form, TextInput};

/// What is typed of it, and what was there. Copy it into closures.
#[derive(Clone, Copy)]
pub(super) struct CycleFields {
    /// None for a length that no choice has.
    length: RwSignal<Option<CycleLength>>,
    timezone: RwSignal<String>,
    agreed: Interval,
    held: StoredValue<String>,
}

impl CycleFields {
    /// What a retainer has from the next cycle on.
    pub(super) fn new(retainer: &Retainer) -> Self {
        let agreed = retainer.rhythms.last().map_or(retainer.interval, |last| last.interval);
        Self {
            length: RwSignal::new(CycleLength::of(agreed)),
            timezone: RwSignal::new(retainer.timezone.clone()),
            agreed,
            held: StoredValue::new(retainer.timezone.clone()),
        }
    }

    /// How long a cycle would be.
    pub(super) fn interval(self) -> Interval {
        self.length.get().map_or(self.agreed, CycleLength::interval)
    }

    /// An amendment of the terms with what was changed here.
    pub(super) fn amendment(self, terms: Terms) -> NewAmendment {
        let interval = Some(self.interval()).filter(|interval| *interval != self.agreed);
        let timezone = self.timezone.get().trim().to_owned();
        let timezone = Some(timezone).filter(|zone| *zone != self.held.get_value());
        let (effective, anchor, reason) = Default::default();
        NewAmendment { terms, effective, interval, anchor, timezone, reason }
    }
}

/// The fields, and the days of grace.
#[component]
pub(super) fn CycleInputs(form: Form, fields: TermsFields, cycles: CycleFields) -> impl IntoView {
    let other = cycles.length.get_untracked().is_none();
    let other = other.then(|| (None, words::every(cycles.agreed)));
    let lengths = lengths().map(|(length, label)| (Some(length), label));
    let choices = other.into_iter().chain(lengths);
    let choices = choices.map(|(value, label)| Radio { value, label, hint: "" }).collect();
    let words = Signal::derive(move || {
        format!("{}, {}", words::every(cycles.interval()), cycles.timezone.get())
    });
    view! {
        <More
            form
            title=t!(retainers.section_cycles)
            words
            fields=vec!["/interval", "/timezone", "/terms/grace_days"]
        >
            <Radios
                form
                at="/interval"
                legend=t!(retainers.length)
                value=cycles.length
                choices
            />
            <GraceInput form fields />
            <TextInput
                form
                at="/timezone"
                label=t!(retainers.timezone)
                hint=t!(changes.zone_hint)
                value=cycles.timezone
            />
        </More>
    }
}
