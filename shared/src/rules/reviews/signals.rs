//! What signals are complete, how they go together, and how often they are looked at.
use chrono::{Days, Months, NaiveDate};

use super::kinds::{SignalCadence, SignalFamily, SignalGap, SignalKind, SignalNature, SignalTrend};

/// What a ready-made signal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// What it tells of.
    pub family: SignalFamily,
    /// What kind of thing it measures.
    pub nature: SignalNature,
    /// How often its kind is looked at.
    pub cadence: SignalCadence,
    /// Computed from what is recorded; rated with evidence otherwise.
    pub measured: bool,
    /// The signal that it is read beside, where it measures an activity.
    pub pair: Option<SignalKind>,
}

/// What a signal is, before anybody redefines it. Source: requirements S3-15 to S3-22, S3-32.
#[must_use]
pub fn ready(kind: SignalKind) -> Ready {
    use SignalCadence::{Execution, Financial, Resource, Strategic};
    use SignalFamily::{Contribution, Cost, Quality, Speed};
    use SignalNature as Nature;
    let (family, nature, cadence) = match kind {
        SignalKind::StrategicFit => (Contribution, Nature::Decision, Strategic),
        SignalKind::ResourceAllocation => (Cost, Nature::Activity, Resource),
        SignalKind::ChannelFocus => (Cost, Nature::Activity, Strategic),
        SignalKind::ExecutionQuality => (Quality, Nature::Quality, Execution),
        SignalKind::PipelineContribution => (Contribution, Nature::Quality, Financial),
        SignalKind::LeadRelevance => (Quality, Nature::Quality, Execution),
        SignalKind::DecisionClarity => (Speed, Nature::Decision, Execution),
        SignalKind::WorkflowReliability => (Speed, Nature::Quality, Execution),
        SignalKind::ReportingUsefulness => (Quality, Nature::Decision, Strategic),
        SignalKind::ClientPulse => (Contribution, Nature::Quality, Strategic),
    };
    let measured = !matches!(kind, SignalKind::ReportingUsefulness | SignalKind::ClientPulse);
    let pair = match kind {
        SignalKind::ResourceAllocation => Some(SignalKind::StrategicFit),
        SignalKind::ChannelFocus => Some(SignalKind::LeadRelevance),
        _ => None,
    };
    Ready { family, nature, cadence, measured, pair }
}

/// The days between two readings that a kind of signal may have, the fewest and the most.
/// Source: requirement S3-32.
#[must_use]
pub fn days_between(cadence: SignalCadence) -> (i64, i64) {
    match cadence {
        SignalCadence::Execution => (7, 14),
        SignalCadence::Strategic | SignalCadence::Financial | SignalCadence::Resource => (28, 366),
    }
}

/// The days between two readings where nobody says otherwise.
#[must_use]
pub fn usual_days(cadence: SignalCadence) -> i64 {
    match cadence {
        SignalCadence::Execution => 14,
        SignalCadence::Strategic | SignalCadence::Financial | SignalCadence::Resource => 28,
    }
}

/// What is wrong with a cadence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CadenceFault {
    /// Not what its kind is looked at.
    OutOfKind,
    /// Shorter than the team needs to act.
    ShorterThanAction,
}

/// Whether a signal may be read every so many days by a team that needs so many to act.
/// Source: requirement S3-32.
#[must_use]
pub fn cadence_fault(
    cadence: SignalCadence,
    review_days: i64,
    act_days: i64,
) -> Option<CadenceFault> {
    let (least, most) = days_between(cadence);
    if !(least..=most).contains(&review_days) {
        return Some(CadenceFault::OutOfKind);
    }
    (review_days < act_days).then_some(CadenceFault::ShorterThanAction)
}

/// What a signal shows beside its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// An earlier reading.
    pub trend: bool,
    /// Somebody who answers for it.
    pub owner: bool,
    /// Where it comes from.
    pub source: bool,
    /// The decision that it informs.
    pub decision: bool,
}

/// What a signal lacks before it is complete: a figure may be rough, but somebody answers for it
/// and it informs a decision. Source: requirements S3-20, S0-27.
#[must_use]
pub fn gaps(shown: Shown) -> Vec<SignalGap> {
    let all = [
        (SignalGap::Trend, shown.trend),
        (SignalGap::Owner, shown.owner),
        (SignalGap::Source, shown.source),
        (SignalGap::Decision, shown.decision),
    ];
    all.into_iter().filter(|(_, there)| !there).map(|(gap, _)| gap).collect()
}

/// What a set of signals tells of, each once.
#[must_use]
pub fn families(on: &[SignalKind]) -> Vec<SignalFamily> {
    let told = |family: &SignalFamily| on.iter().any(|kind| ready(*kind).family == *family);
    SignalFamily::ALL.iter().copied().filter(told).collect()
}

/// Whether a set tells of at least two things. Source: requirement S3-21.
#[must_use]
pub fn balanced(on: &[SignalKind]) -> bool {
    families(on).len() >= 2
}

/// Signals of activity that stand alone: what they are read beside is off, or is activity too.
/// Source: requirement S3-22.
#[must_use]
pub fn unpaired(on: &[(SignalKind, Option<SignalKind>)]) -> Vec<SignalKind> {
    let serves = |pair: SignalKind| {
        ready(pair).nature != SignalNature::Activity && on.iter().any(|(kind, _)| *kind == pair)
    };
    let alone = |(kind, pair): &&(SignalKind, Option<SignalKind>)| {
        ready(*kind).nature == SignalNature::Activity && !pair.is_some_and(serves)
    };
    on.iter().filter(alone).map(|(kind, _)| *kind).collect()
}

/// Whether a reading is weak: below what was agreed, both in per cent.
#[must_use]
pub fn weak(percent: Option<i64>, below: i64) -> bool {
    percent.is_some_and(|percent| percent < below)
}

/// Points by which two readings differ at least to be another, in per cent.
const STEADY_WITHIN: i64 = 5;

/// Where a signal goes, from the last reading before to this one.
#[must_use]
pub fn trend(before: Option<i64>, now: Option<i64>) -> SignalTrend {
    match before.zip(now) {
        None => SignalTrend::Unknown,
        Some((before, now)) if now - before >= STEADY_WITHIN => SignalTrend::Up,
        Some((before, now)) if before - now >= STEADY_WITHIN => SignalTrend::Down,
        Some(_) => SignalTrend::Steady,
    }
}

/// The day on which a signal is read again; none if it never was.
#[must_use]
pub fn due_on(last: Option<NaiveDate>, review_days: i64) -> Option<NaiveDate> {
    last.and_then(|last| last.checked_add_days(Days::new(u64::try_from(review_days).unwrap_or(0))))
}

/// The day of the next review: so many days or months after this one, the last day of a month that
/// is too short. Source: requirement S3-14.
#[must_use]
pub fn next_review(today: NaiveDate, every: Every) -> NaiveDate {
    let next = match every {
        Every::Days(days) => today.checked_add_days(Days::new(u64::from(days))),
        Every::Months(months) => today.checked_add_months(Months::new(months)),
    };
    next.unwrap_or(today)
}

/// How often there is a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Every {
    /// After so many days.
    Days(u32),
    /// After so many months.
    Months(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: &[SignalKind] = SignalKind::ALL;

    fn paired() -> Vec<(SignalKind, Option<SignalKind>)> {
        ALL.iter().map(|kind| (*kind, ready(*kind).pair)).collect()
    }

    #[test]
    fn s3_15_to_s3_19_come_ready_made_and_measured() {
        use SignalKind::*;
        let five = [
            StrategicFit,
            ResourceAllocation,
            ChannelFocus,
            ExecutionQuality,
            PipelineContribution,
        ];
        assert!(five.iter().all(|kind| ready(*kind).measured));
        assert!(!ready(ClientPulse).measured, "it is rated with evidence");
    }

    #[test]
    fn s3_20_s0_27_a_signal_without_owner_source_or_decision_is_incomplete() {
        let all = Shown { trend: true, owner: true, source: true, decision: true };
        assert_eq!(gaps(all), []);
        assert_eq!(gaps(Shown { owner: false, ..all }), [SignalGap::Owner]);
        assert_eq!(
            gaps(Shown { trend: false, decision: false, ..all }),
            [SignalGap::Trend, SignalGap::Decision]
        );
    }

    #[test]
    fn s3_21_a_balanced_set_tells_of_two_things_at_least() {
        use SignalKind::*;
        assert!(balanced(ALL));
        assert!(!balanced(&[ExecutionQuality, LeadRelevance, ReportingUsefulness]));
        assert!(balanced(&[ExecutionQuality, WorkflowReliability]));
        assert!(!balanced(&[]));
    }

    #[test]
    fn s3_22_activity_does_not_stand_alone() {
        use SignalKind::*;
        assert_eq!(unpaired(&paired()), []);
        let without: Vec<_> =
            paired().into_iter().filter(|(kind, _)| *kind != StrategicFit).collect();
        assert_eq!(unpaired(&without), [ResourceAllocation]);
        let pair = [(ChannelFocus, Some(ResourceAllocation)), (ResourceAllocation, None)];
        assert_eq!(unpaired(&pair), [ChannelFocus, ResourceAllocation], "activity beside activity");
    }

    #[test]
    fn s3_32_a_cadence_fits_its_kind_and_leaves_time_to_act() {
        use SignalCadence::*;
        assert_eq!(cadence_fault(Execution, 7, 5), None);
        assert_eq!(cadence_fault(Execution, 28, 5), Some(CadenceFault::OutOfKind));
        assert_eq!(cadence_fault(Execution, 6, 5), Some(CadenceFault::OutOfKind));
        assert_eq!(cadence_fault(Execution, 7, 10), Some(CadenceFault::ShorterThanAction));
        for kind in [Strategic, Financial, Resource] {
            assert_eq!(cadence_fault(kind, 14, 1), Some(CadenceFault::OutOfKind));
            assert_eq!(cadence_fault(kind, 90, 30), None);
        }
        for kind in ALL {
            let cadence = ready(*kind).cadence;
            assert_eq!(cadence_fault(cadence, usual_days(cadence), 7), None, "{kind:?}");
        }
    }

    #[test]
    fn a_trend_needs_a_reading_before() {
        assert_eq!(trend(None, Some(60)), SignalTrend::Unknown);
        assert_eq!(trend(Some(60), None), SignalTrend::Unknown);
        assert_eq!(trend(Some(60), Some(65)), SignalTrend::Up);
        assert_eq!(trend(Some(60), Some(64)), SignalTrend::Steady);
        assert_eq!(trend(Some(60), Some(55)), SignalTrend::Down);
        assert!(weak(Some(59), 60) && !weak(Some(60), 60) && !weak(None, 60));
    }

    #[test]
    fn s3_14_the_next_review_is_a_cadence_away() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap_or_default();
        assert_eq!(next_review(day("2026-01-31"), Every::Days(7)), day("2026-02-07"));
        assert_eq!(next_review(day("2026-01-31"), Every::Months(1)), day("2026-02-28"));
        assert_eq!(due_on(Some(day("2026-01-01")), 14), Some(day("2026-01-15")));
        assert_eq!(due_on(None, 14), None);
    }
}
