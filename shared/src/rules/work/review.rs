//! When work was looked at, and how often it came back. Source: requirements S0-34, S0-35.
use super::kinds::{ReviewStage, RevisionGuide};

/// From this round on the brief, or the way to an approval, is probably unclear.
pub const ROUNDS_GUIDED: i64 = 3;

/// Whether nobody looked before the end. Source: requirement S0-34.
#[must_use]
pub fn late(first: Option<ReviewStage>) -> bool {
    first == Some(ReviewStage::Final)
}

/// What so many rounds of revision say.
#[must_use]
pub fn guide(rounds: i64) -> Option<RevisionGuide> {
    (rounds >= ROUNDS_GUIDED).then_some(RevisionGuide::BriefOrApprovalUnclear)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s0_34_a_first_review_at_the_end_is_late() {
        assert!(!late(None));
        assert!(!late(Some(ReviewStage::Draft)));
        assert!(late(Some(ReviewStage::Final)));
    }

    #[test]
    fn the_third_round_asks_for_the_brief() {
        assert_eq!([1, 2].map(guide), [None, None]);
        assert_eq!(guide(3), Some(RevisionGuide::BriefOrApprovalUnclear));
    }
}
