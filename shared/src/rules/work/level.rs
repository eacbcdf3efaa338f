//! Which process level a piece of work gets. Source: requirements S0-28 to S0-31, S3-26.
use super::kinds::{Frequency, Grade, LevelPrompt, LevelReason, ProcessLevel, Touch};

/// What the proposal goes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Traits<'a> {
    /// What may go wrong.
    pub risk: Grade,
    /// How often it comes.
    pub frequency: Frequency,
    /// What it means for the business.
    pub impact: Grade,
    /// What it touches beyond itself.
    pub touches: &'a [Touch],
}

/// What affects the business as a whole: detailed. Source: requirement S0-31.
const BUSINESS: [Touch; 3] = [Touch::Budget, Touch::LeadQuality, Touch::Strategy];
/// With which no work is lightweight. Source: requirement S0-29.
const NEVER_LIGHT: [Touch; 3] = [Touch::Tracking, Touch::Budget, Touch::SalesHandoff];

impl Traits<'_> {
    fn touches_any(self, of: &[Touch]) -> bool {
        self.touches.iter().any(|touch| of.contains(touch))
    }
    fn minor(self) -> bool {
        self.risk == Grade::Low && self.impact == Grade::Low && self.touches.is_empty()
    }
}

/// The level that fits, and the first reason for it.
#[must_use]
pub fn propose(work: Traits<'_>) -> (ProcessLevel, LevelReason) {
    use LevelReason as Why;
    let some = |grade: Grade| grade != Grade::Low;
    let rules = [
        (work.touches_any(&BUSINESS), ProcessLevel::Detailed, Why::TouchesBusiness),
        (work.risk == Grade::High, ProcessLevel::Detailed, Why::HighRisk),
        (work.impact == Grade::High, ProcessLevel::Detailed, Why::HighImpact),
        (!work.touches.is_empty(), ProcessLevel::Standard, Why::TouchesOthers),
        (some(work.risk) || some(work.impact), ProcessLevel::Standard, Why::SomeRiskOrImpact),
        (work.frequency != Frequency::Recurring, ProcessLevel::Standard, Why::NotRecurring),
    ];
    let found = rules.into_iter().find(|(holds, ..)| *holds);
    let (_, level, why) = found.unwrap_or((true, ProcessLevel::Lightweight, Why::LowRiskRecurring));
    (level, why)
}

/// What forbids a level; empty if nothing does. Source: requirement S0-29.
#[must_use]
pub fn forbids(level: ProcessLevel, touches: &[Touch]) -> Vec<Touch> {
    match level {
        ProcessLevel::Lightweight => {
            touches.iter().copied().filter(|touch| NEVER_LIGHT.contains(touch)).collect()
        }
        ProcessLevel::Standard | ProcessLevel::Detailed => Vec::new(),
    }
}

/// What a level gives reason to ask. Source: requirements S0-30, S0-31.
#[must_use]
pub fn prompt(level: ProcessLevel, work: Traits<'_>) -> Option<LevelPrompt> {
    match level {
        ProcessLevel::Standard if work.minor() => Some(LevelPrompt::MinorEdit),
        ProcessLevel::Detailed
            if work.risk == Grade::Low
                && work.impact != Grade::High
                && !work.touches_any(&BUSINESS) =>
        {
            Some(LevelPrompt::SafeUpdate)
        }
        _ => None,
    }
}

/// Whether the review owner must check work of a level before it is handed over.
#[must_use]
pub fn needs_review(level: ProcessLevel) -> bool {
    level > ProcessLevel::Lightweight
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn work(touches: &[Touch]) -> Traits<'_> {
        let (risk, impact) = (Grade::Low, Grade::Low);
        Traits { risk, frequency: Frequency::Recurring, impact, touches }
    }

    #[test]
    fn s0_28_the_level_is_proposed_with_its_reason() {
        use LevelReason as Why;
        let is = |work, level, why| assert_eq!(propose(work), (level, why));
        is(work(&[]), ProcessLevel::Lightweight, Why::LowRiskRecurring);
        is(work(&[Touch::Tracking]), ProcessLevel::Standard, Why::TouchesOthers);
        is(work(&[Touch::Budget]), ProcessLevel::Detailed, Why::TouchesBusiness);
        let once = Traits { frequency: Frequency::OneOff, ..work(&[]) };
        is(once, ProcessLevel::Standard, Why::NotRecurring);
        let risky = Traits { risk: Grade::High, ..once };
        is(risky, ProcessLevel::Detailed, Why::HighRisk);
        let some = Traits { impact: Grade::Medium, ..work(&[]) };
        is(some, ProcessLevel::Standard, Why::SomeRiskOrImpact);
    }

    #[test]
    fn s0_29_lightweight_is_refused_with_tracking_budget_or_sales_handoff() {
        let light = |touches: &[Touch]| forbids(ProcessLevel::Lightweight, touches);
        for touch in NEVER_LIGHT {
            assert_eq!(light(&[Touch::Strategy, touch]), [touch]);
        }
        assert_eq!(light(&[Touch::LeadQuality]), []);
        assert_eq!(forbids(ProcessLevel::Standard, &NEVER_LIGHT), []);
    }

    #[test]
    fn s0_30_s0_31_a_level_that_is_too_high_is_asked_about() {
        let at = |level, touches| prompt(level, work(touches));
        assert_eq!(at(ProcessLevel::Standard, &[]), Some(LevelPrompt::MinorEdit));
        assert_eq!(at(ProcessLevel::Standard, &[Touch::Tracking]), None);
        assert_eq!(at(ProcessLevel::Detailed, &[Touch::Tracking]), Some(LevelPrompt::SafeUpdate));
        assert_eq!(at(ProcessLevel::Detailed, &[Touch::Strategy]), None);
        assert_eq!(at(ProcessLevel::Lightweight, &[]), None);
    }

    proptest! {
        /// What is proposed is never what is refused, and more risk never lowers it.
        #[test]
        fn s3_26_the_proposal_is_allowed_and_grows_with_the_risk(
            risk in 0usize..3, impact in 0usize..3, frequency in 0usize..3, mask in 0u8..32,
        ) {
            let touches: Vec<Touch> = Touch::ALL.iter().copied().enumerate()
                .filter(|(n, _)| mask & (1 << n) != 0).map(|(_, touch)| touch).collect();
            let with = |risk: usize| Traits {
                risk: Grade::ALL[risk],
                frequency: Frequency::ALL[frequency],
                impact: Grade::ALL[impact],
                touches: &touches,
            };
            let (level, _) = propose(with(risk));
            prop_assert!(forbids(level, &touches).is_empty());
            prop_assert!(level <= propose(with((risk + 1).min(2))).0);
        }
    }
}
