//! What signals read, from counts: always a part of a whole, in whole per cent.
use super::kinds::LeadFit;

/// A part of a whole, in units of the same kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Share {
    /// What counts for it.
    pub part: i64,
    /// All that was counted.
    pub whole: i64,
}

impl Share {
    /// In per cent, rounded to the nearest, half up; none of nothing.
    #[must_use]
    pub fn percent(self) -> Option<i64> {
        if self.whole <= 0 {
            return None;
        }
        let doubled = i128::from(self.part.clamp(0, self.whole)) * 200 + i128::from(self.whole);
        i64::try_from(doubled / (i128::from(self.whole) * 2)).ok()
    }
}

/// Effort on one priority: minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spent {
    /// What was agreed for it.
    pub planned: i64,
    /// What was drawn on it.
    pub drawn: i64,
}

/// The part of what was agreed for a cycle that falls in some of its days: minutes, rounded half
/// up.
#[must_use]
pub fn agreed_in(planned: i64, days: i64, of_days: i64) -> i64 {
    crate::rules::scale(planned, days.clamp(0, of_days), of_days).unwrap_or(0)
}

/// Strategic fit: drawn minutes that serve a priority of the cycle, of all. Source: S3-15.
#[must_use]
pub fn strategic_fit(on_priorities: i64, drawn: i64) -> Share {
    Share { part: on_priorities, whole: drawn }
}

/// Resource allocation: minutes spent as agreed, of those agreed or spent, whichever are more.
/// What went to nothing agreed counts as spent. Source: requirement S3-16.
#[must_use]
pub fn resource_allocation(priorities: &[Spent], elsewhere: i64) -> Share {
    let planned: i64 = priorities.iter().map(|one| one.planned).sum();
    if planned == 0 {
        // Nothing was agreed: there is nothing to compare with.
        return Share::default();
    }
    let drawn = priorities.iter().map(|one| one.drawn).sum::<i64>() + elsewhere;
    let kept = priorities.iter().map(|one| one.planned.min(one.drawn)).sum();
    Share { part: kept, whole: planned.max(drawn) }
}

/// Execution quality: what was found good of delivered work, of all that was judged: the verdicts,
/// the items that needed few rounds of revision, the handoffs that were accepted in time.
/// Source: requirement S3-18.
#[must_use]
pub fn execution_quality(verdicts: Share, few_revisions: Share, handoffs: Share) -> Share {
    let all = [verdicts, few_revisions, handoffs];
    Share {
        part: all.iter().map(|one| one.part).sum(),
        whole: all.iter().map(|one| one.whole).sum(),
    }
}

/// Lead relevance: a good lead counts in full, one that fits in part by half. Source: S0-38.
#[must_use]
pub fn lead_relevance(leads: impl IntoIterator<Item = LeadFit>) -> Share {
    let mut share = Share::default();
    for fit in leads {
        share.whole += 2;
        share.part += match fit {
            LeadFit::Good => 2,
            LeadFit::Partly => 1,
            LeadFit::Poor => 0,
        };
    }
    share
}

/// A rating from 1 to 5 as per cent.
#[must_use]
pub fn rated(score: i64) -> i64 {
    (score.clamp(1, 5) - 1) * 25
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percent(part: i64, whole: i64) -> Option<i64> {
        Share { part, whole }.percent()
    }

    #[test]
    fn shares_are_rounded_half_up_and_nothing_has_none() {
        assert_eq!((percent(1, 3), percent(2, 3)), (Some(33), Some(67)));
        assert_eq!((percent(1, 8), percent(1, 200)), (Some(13), Some(1)));
        assert_eq!((percent(0, 0), percent(0, 5)), (None, Some(0)));
        assert_eq!(percent(i64::MAX, i64::MAX), Some(100));
    }

    #[test]
    fn s3_15_strategic_fit_is_what_serves_a_priority() {
        assert_eq!(strategic_fit(300, 400).percent(), Some(75));
    }

    #[test]
    fn s3_16_effort_is_compared_with_what_was_agreed() {
        let as_agreed = [Spent { planned: 300, drawn: 300 }, Spent { planned: 100, drawn: 100 }];
        assert_eq!(resource_allocation(&as_agreed, 0).percent(), Some(100));
        // 300 of 500: one got less, the rest went elsewhere.
        let other = [Spent { planned: 300, drawn: 200 }, Spent { planned: 100, drawn: 100 }];
        assert_eq!(resource_allocation(&other, 200).percent(), Some(60));
        let over = [Spent { planned: 100, drawn: 200 }];
        assert_eq!(resource_allocation(&over, 0).percent(), Some(50), "too much is not as agreed");
        assert_eq!(resource_allocation(&[Spent { planned: 0, drawn: 5 }], 0).percent(), None);
    }

    #[test]
    fn s3_16_what_was_agreed_is_counted_by_its_days() {
        assert_eq!(agreed_in(310, 28, 31), 280);
        assert_eq!(agreed_in(310, 40, 31), 310);
        assert_eq!(agreed_in(310, 5, 0), 0, "a cycle without days has none");
    }

    #[test]
    fn s3_18_quality_is_verdicts_revisions_and_handoffs() {
        let share = |part, whole| Share { part, whole };
        let all = execution_quality(share(7, 8), share(1, 2), share(0, 2));
        assert_eq!(all, share(8, 12));
    }

    #[test]
    fn s0_38_a_lead_that_fits_in_part_counts_by_half() {
        use LeadFit::{Good, Partly, Poor};
        assert_eq!(lead_relevance([Good, Partly, Poor, Poor]).percent(), Some(38));
        assert_eq!(lead_relevance([]).percent(), None);
        assert_eq!([1, 3, 5].map(rated), [0, 50, 100]);
    }
}
