//! What the process level of work goes by: risk, impact, how often it comes, what it touches.
use leptos::prelude::*;
use shared::api::{Frequency, Grade, ProcessLevel, Touch};
use shared::rules::work::level;

use super::forms::{at_place, choices, place_of};
use crate::t;
use crate::ui::{Checkbox, Form, Select, pointer};

fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Low => t!(board.low),
        Grade::Medium => t!(board.medium),
        Grade::High => t!(board.high),
    }
}

fn frequency(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::OneOff => t!(board.once),
        Frequency::Occasional => t!(board.sometimes),
        Frequency::Recurring => t!(board.recurring),
    }
}

fn touch(touch: Touch) -> &'static str {
    match touch {
        Touch::Tracking => t!(board.touch_tracking),
        Touch::Budget => t!(board.touch_budget),
        Touch::SalesHandoff => t!(board.touch_sales),
        Touch::LeadQuality => t!(board.touch_leads),
        Touch::Strategy => t!(board.touch_strategy),
    }
}

/// The values of the fields.
#[derive(Clone, Copy)]
pub(crate) struct Traits {
    risk: RwSignal<String>,
    frequency: RwSignal<String>,
    impact: RwSignal<String>,
    touches: [RwSignal<bool>; 5],
}

impl Traits {
    /// These, to begin with.
    pub(crate) fn new(
        (risk, frequency, impact): (Grade, Frequency, Grade),
        touches: &[Touch],
    ) -> Self {
        let touched = [0, 1, 2, 3, 4].map(|n| {
            let held = Touch::ALL.get(n).is_some_and(|touch| touches.contains(touch));
            RwSignal::new(held)
        });
        Self {
            risk: RwSignal::new(place_of(Grade::ALL, &risk)),
            frequency: RwSignal::new(place_of(Frequency::ALL, &frequency)),
            impact: RwSignal::new(place_of(Grade::ALL, &impact)),
            touches: touched,
        }
    }
    /// What may go wrong.
    pub(crate) fn risk(self) -> Option<Grade> {
        self.risk.with(|place| at_place(Grade::ALL, place))
    }
    /// How often it comes.
    pub(crate) fn frequency(self) -> Option<Frequency> {
        self.frequency.with(|place| at_place(Frequency::ALL, place))
    }
    /// What it means for the business.
    pub(crate) fn impact(self) -> Option<Grade> {
        self.impact.with(|place| at_place(Grade::ALL, place))
    }
    /// What it touches beyond itself.
    pub(crate) fn touches(self) -> Vec<Touch> {
        let all = Touch::ALL.iter().zip(self.touches);
        all.filter(|(_, held)| held.get()).map(|(touch, _)| *touch).collect()
    }
    /// The level that the rule proposes for them.
    pub(super) fn level(self) -> Option<ProcessLevel> {
        let (risk, frequency, impact) = (self.risk()?, self.frequency()?, self.impact()?);
        let touches = self.touches();
        Some(level::propose(level::Traits { risk, frequency, impact, touches: &touches }).0)
    }
}

/// The fields, whose values lie at a prefix.
#[component]
pub(crate) fn TraitFields(form: Form, traits: Traits, at: &'static str) -> impl IntoView {
    let field = move |name: &str| pointer(&format!("{at}/{name}"));
    let ticks = Touch::ALL.iter().zip(traits.touches).map(move |(one, value)| {
        let at = field(&format!("touches/{}", place_of(Touch::ALL, one)));
        view! { <Checkbox form at label=touch(*one) value /> }
    });
    view! {
        <div class="form-pair">
            <Select
                form
                at=field("risk")
                label=t!(board.risk)
                value=traits.risk
                choices=choices(Grade::ALL, grade)
            />
            <Select
                form
                at=field("impact")
                label=t!(board.impact)
                value=traits.impact
                choices=choices(Grade::ALL, grade)
            />
            <Select
                form
                at=field("frequency")
                label=t!(board.frequency)
                value=traits.frequency
                choices=choices(Frequency::ALL, frequency)
            />
        </div>
        <fieldset class="fieldset-plain">
            <legend class="field-label">{t!(board.touches)}</legend>
            {ticks.collect_view()}
        </fieldset>
    }
}
