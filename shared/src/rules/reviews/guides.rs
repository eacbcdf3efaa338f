//! What gives reason to look closer, and where to look first. Source: requirements S0-8 to S0-12.
use super::kinds::{Cause, GuideCheck, SignalGuide, SignalKind};
use crate::rules::work::review::ROUNDS_GUIDED;

/// Late launches that say something.
const LATE_MIN: i64 = 2;
/// Leads of poor fit that say something.
const POOR_MIN: i64 = 3;

/// What was counted in the days looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    /// Pieces of work that were touched.
    pub worked: i64,
    /// Those with three rounds of revision or more.
    pub revised: i64,
    /// Launches that had a day.
    pub launches: i64,
    /// Those that came after it, or did not come though it is over.
    pub late: i64,
    /// Leads that were marked.
    pub leads: i64,
    /// Those of poor fit.
    pub poor: i64,
    /// Reports that somebody did not trust.
    pub disputed: i64,
}

/// A guide that the figures give reason for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Raised {
    /// Which.
    pub guide: SignalGuide,
    /// How often.
    pub count: i64,
    /// Of how many.
    pub of: i64,
}

/// Whether so many rounds of revision raise the first guide.
#[must_use]
pub fn many_rounds(rounds: i64) -> bool {
    rounds >= ROUNDS_GUIDED
}

/// The guides that what was counted gives reason for. Leads of poor fit need to be a third of all,
/// as one of many is no sign.
#[must_use]
pub fn raised(of: Counted) -> Vec<Raised> {
    let all = [
        (SignalGuide::RepeatedRevisions, of.revised, of.worked, of.revised > 0),
        (SignalGuide::SlowLaunches, of.late, of.launches, of.late >= LATE_MIN),
        (
            SignalGuide::PoorFitLeads,
            of.poor,
            of.leads,
            of.poor >= POOR_MIN && of.poor.saturating_mul(3) >= of.leads,
        ),
        (SignalGuide::UntrustedReports, of.disputed, of.disputed, of.disputed > 0),
    ];
    let raised = all.into_iter().filter(|(.., raised)| *raised);
    raised.map(|(guide, count, of, _)| Raised { guide, count, of }).collect()
}

/// The cause that a guide names first.
#[must_use]
pub fn cause(guide: SignalGuide) -> Cause {
    match guide {
        SignalGuide::RepeatedRevisions => Cause::Process,
        SignalGuide::SlowLaunches => Cause::HandoffQuality,
        SignalGuide::PoorFitLeads => Cause::Strategy,
        SignalGuide::UntrustedReports => Cause::Measurement,
    }
}

/// The signal that a guide is a sign of: who diagnoses the one has diagnosed the other.
/// Source: requirement S3-23.
#[must_use]
pub fn signal(guide: SignalGuide) -> SignalKind {
    match guide {
        SignalGuide::RepeatedRevisions => SignalKind::ExecutionQuality,
        SignalGuide::SlowLaunches => SignalKind::WorkflowReliability,
        SignalGuide::PoorFitLeads => SignalKind::LeadRelevance,
        SignalGuide::UntrustedReports => SignalKind::ReportingUsefulness,
    }
}

/// What a guide says to check, in this order.
#[must_use]
pub fn checks(guide: SignalGuide) -> [GuideCheck; 3] {
    match guide {
        SignalGuide::RepeatedRevisions => {
            [GuideCheck::Inputs, GuideCheck::Owner, GuideCheck::ReviewCriteria]
        }
        SignalGuide::SlowLaunches => {
            [GuideCheck::Workflow, GuideCheck::Blockers, GuideCheck::DecisionRights]
        }
        SignalGuide::PoorFitLeads => {
            [GuideCheck::Messaging, GuideCheck::Form, GuideCheck::SalesFeedback]
        }
        SignalGuide::UntrustedReports => {
            [GuideCheck::DataFields, GuideCheck::UtmRules, GuideCheck::Dashboards]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guides(of: Counted) -> Vec<SignalGuide> {
        raised(of).into_iter().map(|one| one.guide).collect()
    }

    #[test]
    fn s0_08_three_rounds_raise_the_brief_or_the_approval_path() {
        assert!(!many_rounds(2) && many_rounds(3));
        let of = Counted { worked: 4, revised: 1, ..Counted::default() };
        let expected = Raised { guide: SignalGuide::RepeatedRevisions, count: 1, of: 4 };
        assert_eq!(raised(of), [expected]);
        let checks = checks(SignalGuide::RepeatedRevisions);
        assert_eq!(checks, [GuideCheck::Inputs, GuideCheck::Owner, GuideCheck::ReviewCriteria]);
    }

    #[test]
    fn s0_09_launches_after_their_day_raise_hidden_dependencies() {
        let late = |late| guides(Counted { launches: 5, late, ..Counted::default() });
        assert_eq!((late(1), late(2)), (vec![], vec![SignalGuide::SlowLaunches]));
    }

    #[test]
    fn s0_10_leads_that_do_not_fit_raise_audience_or_qualification() {
        let poor = |poor, leads| guides(Counted { leads, poor, ..Counted::default() });
        assert_eq!(poor(2, 2), []);
        assert_eq!(poor(3, 10), [], "less than a third");
        assert_eq!(poor(3, 9), [SignalGuide::PoorFitLeads]);
    }

    #[test]
    fn s0_11_a_disputed_report_raises_tracking_or_definitions() {
        let of = Counted { disputed: 1, ..Counted::default() };
        assert_eq!(guides(of), [SignalGuide::UntrustedReports]);
        assert_eq!(cause(SignalGuide::UntrustedReports), Cause::Measurement);
        assert_eq!(guides(Counted::default()), []);
    }
}
