//! What an adjustment does to a balance, before it is sent: the rules of the server, in the
//! browser.
use shared::api::{AdjustmentKind, Balance, LotKind};
use shared::rules::meter::Reading;

/// What is to be done, in the words of the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Change {
    /// Bought by the client.
    #[default]
    Buy,
    /// Given for nothing.
    Give,
    /// Allowance added.
    Add,
    /// Unused allowance taken away.
    Take,
}

impl Change {
    /// What the API calls it.
    pub fn kind(self) -> AdjustmentKind {
        match self {
            Self::Buy => AdjustmentKind::Purchase,
            Self::Give => AdjustmentKind::Goodwill,
            Self::Add | Self::Take => AdjustmentKind::Correction,
        }
    }

    /// Whether it makes units that may outlive the cycle.
    pub fn makes_lot(self) -> bool {
        matches!(self, Self::Buy | Self::Give)
    }

    /// With the sign that the API wants.
    pub fn signed(self, quantity: i64) -> i64 {
        if self == Self::Take { -quantity } else { quantity }
    }
}

/// When a lot pays, seen from the day the balance is told for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pays {
    /// It has ended.
    Over,
    /// On that day.
    #[default]
    Now,
    /// It starts later.
    Later,
}

/// A balance after a change, and what of it there was nothing to take from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjusted {
    /// The balance then.
    pub balance: Balance,
    /// Units that could not be taken away: they were used already.
    pub waived: i64,
}

/// The balance after `quantity` units, 1 or more, were bought, given, added or taken away. What
/// comes in covers overage of the open cycle first. Source: domain 3.6, 3.10.
///
/// A lot that is over, since it ended before the day the balance is told for, gives nothing that
/// can still be used; work of its own days it may pay for, which the server weighs. One that starts
/// later gives nothing yet.
pub fn adjusted(balance: &Balance, change: Change, quantity: i64, pays: Pays) -> Adjusted {
    let mut after = balance.clone();
    let mut waived = 0;
    if pays != Pays::Now && change.makes_lot() {
        after.topped_up += quantity;
        let then = if pays == Pays::Over { &mut after.ended } else { &mut after.coming };
        *then += quantity;
        return Adjusted { balance: after, waived };
    }
    if change == Change::Take {
        let own = |kind: LotKind| kind == LotKind::Included;
        let unused: i64 =
            after.lots.iter().filter(|lot| own(lot.kind)).map(|lot| lot.quantity).sum();
        let taken = quantity.min(unused);
        waived = quantity - taken;
        after.available -= taken;
        after.left -= taken;
        after.adjusted -= taken;
    } else {
        let covers = quantity.min(after.overage);
        after.available += quantity;
        after.overage -= covers;
        after.left += quantity - covers;
        if change.makes_lot() {
            after.topped_up += quantity;
        } else {
            after.adjusted += quantity;
        }
    }
    let Balance { available, used, committed, set_aside, elapsed_days, days, .. } = after;
    after.state = Reading { available, used, committed, set_aside, elapsed_days, days }.state();
    Adjusted { balance: after, waived }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample::{balance, lot};
    use shared::api::MeterState;

    #[test]
    fn what_comes_in_covers_overage_first() {
        let over = balance(600, 720);
        let then = adjusted(&over, Change::Buy, 180, Pays::Now).balance;
        assert_eq!((then.available, then.left, then.overage), (780, 60, 0));
        assert_eq!(then.topped_up, 180);
        assert_ne!(then.state, MeterState::Over);
        let part = adjusted(&over, Change::Add, 60, Pays::Now).balance;
        assert_eq!((part.left, part.overage, part.adjusted), (0, 60, 60));
        assert_eq!(part.state, MeterState::Over);
    }

    #[test]
    fn a_lot_that_has_ended_gives_nothing_more() {
        let now = balance(600, 480);
        let then = adjusted(&now, Change::Buy, 100, Pays::Over).balance;
        assert_eq!((then.available, then.left, then.ended), (600, 120, 100));
        assert_eq!(adjusted(&now, Change::Buy, 100, Pays::Now).balance.left, 220);
    }

    #[test]
    fn a_lot_that_starts_later_gives_nothing_yet() {
        let then = adjusted(&balance(600, 720), Change::Buy, 180, Pays::Later).balance;
        assert_eq!((then.available, then.left, then.overage), (600, 0, 120));
        assert_eq!((then.coming, then.topped_up), (180, 180));
    }

    #[test]
    fn only_unused_allowance_can_be_taken() {
        let mut mixed = balance(600, 480);
        mixed.lots = vec![lot(LotKind::Rollover, 30), lot(LotKind::Included, 90)];
        let then = adjusted(&mixed, Change::Take, 150, Pays::Now);
        assert_eq!(then.waived, 60);
        assert_eq!((then.balance.available, then.balance.left), (510, 30));
        assert_eq!(adjusted(&mixed, Change::Take, 90, Pays::Now).waived, 0);
    }

    #[test]
    fn only_taking_away_is_less_than_nothing() {
        assert_eq!(Change::Take.signed(5), -5);
        assert_eq!(Change::Give.signed(5), 5);
        assert!(!Change::Add.makes_lot());
    }
}
