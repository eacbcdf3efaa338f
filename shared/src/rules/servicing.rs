//! What a pool gave for nothing in a cycle, and what of it nobody used. Source: domain 6.5, 6.6.
use super::scale;

/// More than this share of the allowance given away is over-servicing, in tenths of a per cent.
const MUCH: i128 = 100;

/// What a cycle of a pool gave and left, in units of the pool, each zero or more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Served {
    /// The allowance of the cycle as amendments left it; goodwill is none.
    pub allowance: i64,
    /// All that the cycle offered: what was carried in, the allowance, what was bought or given.
    pub available: i64,
    /// Overage that was delivered and not billed. What was billed or borrowed is none.
    pub absorbed: i64,
    /// What could not be taken back, because it was used.
    pub waived: i64,
    /// What lapsed unused.
    pub lapsed: i64,
}

impl Served {
    /// Units given for nothing.
    #[must_use]
    pub const fn given(self) -> i64 {
        self.absorbed.saturating_add(self.waived)
    }
    /// Of the allowance, what was given away beside it, in tenths of a per cent; none of no
    /// allowance.
    #[must_use]
    pub fn given_share(self) -> Option<i64> {
        (self.allowance > 0).then(|| scale(self.given(), 1_000, self.allowance).ok())?
    }
    /// Of what the cycle offered, what lapsed, in tenths of a per cent; none of nothing.
    #[must_use]
    pub fn lapsed_share(self) -> Option<i64> {
        (self.available > 0).then(|| scale(self.lapsed, 1_000, self.available).ok())?
    }
    /// Whether more than a tenth of the allowance was given away, exactly; never of no allowance.
    fn much(self) -> bool {
        self.allowance > 0 && i128::from(self.given()) * 1_000 > i128::from(self.allowance) * MUCH
    }
}

/// Whether a cycle is over-serviced: more than a tenth of its allowance was given away, or that
/// was so in two of three, this one and the two before it.
#[must_use]
pub fn over_serviced(this: Served, before: &[Served]) -> bool {
    this.much() || before.iter().take(2).filter(|one| one.much()).count() == 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn hours(absorbed: i64, waived: i64) -> Served {
        Served { allowance: 1_800, available: 1_800, absorbed, waived, lapsed: 0 }
    }

    #[test]
    fn four_hours_of_thirty_are_flagged() {
        let given = hours(240, 0);
        assert_eq!((given.given(), given.given_share()), (240, Some(133)));
        assert!(over_serviced(given, &[]));
        // A tenth is not more than a tenth.
        assert!(!over_serviced(hours(180, 0), &[]));
        assert!(over_serviced(hours(180, 1), &[]), "what was waived counts as well");
    }

    #[test]
    fn two_of_three_are_flagged_and_one_is_not() {
        let (none, much) = (hours(0, 0), hours(240, 0));
        assert!(over_serviced(none, &[much, much]));
        assert!(!over_serviced(none, &[much, none]));
        assert!(!over_serviced(none, &[none, much, much]), "the fourth is too long ago");
    }

    #[test]
    fn what_lapsed_is_told_of_what_there_was() {
        let left = Served { allowance: 600, available: 600, lapsed: 240, ..Served::default() };
        assert_eq!(left.lapsed_share(), Some(400));
        assert_eq!(Served::default().lapsed_share(), None);
        let beyond = Served { absorbed: 1, ..Served::default() };
        assert_eq!(beyond.given_share(), None);
        assert!(!over_serviced(beyond, &[]), "of nothing there is no tenth");
    }

    proptest! {
        #[test]
        fn more_given_is_never_less_flagged(
            allowance in 0..600_000i64,
            absorbed in 0..600_000i64,
            waived in 0..600_000i64,
            more in 0..600_000i64,
        ) {
            let less = Served { allowance, absorbed, waived, ..Served::default() };
            let much = Served { absorbed: absorbed + more, ..less };
            prop_assert!(!over_serviced(less, &[]) || over_serviced(much, &[]));
            prop_assert!(less.given_share() <= much.given_share());
            // It makes no difference by which of the two ways it was given.
            let turned = Served { absorbed: waived, waived: absorbed, ..less };
            prop_assert_eq!(over_serviced(less, &[]), over_serviced(turned, &[]));
        }

        #[test]
        fn no_more_lapses_than_there_was(available in 1..1_000_000i64, lapsed in 0..1_000_000i64) {
            let lapsed = lapsed.min(available);
            let share = Served { available, lapsed, ..Served::default() }.lapsed_share();
            prop_assert!(share.is_some_and(|share| (0..=1_000).contains(&share)));
        }
    }
}
