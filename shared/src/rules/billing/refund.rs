//! What is paid back at the end of a retainer of what was bought and never used.
use crate::rules::units::{Minor, Quantity};
use crate::rules::{RuleError, scale};

/// A purchase of a lot, and what was billed and given back of its price; nothing is negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// Units that were bought.
    pub quantity: Quantity,
    /// What an issued invoice bills for all of them, without tax, in minor units.
    pub billed: Minor,
    /// What was given back of it before the end: it was not paid in the end.
    pub before: Minor,
    /// What was given back of it since then.
    pub since: Minor,
}

/// What is still to be paid back of each purchase of a lot, in the order of `bought` (oldest first),
/// where so many of its units are left.
///
/// Of each alone: what was billed and not given back before the end, by the share of its units that
/// are left, rounded to the nearest, ties away from zero; less what was given back since. What was
/// bought first was used first. Source: domain 2.12, 3.4 (C7); docs/decisions/0048.
///
/// # Errors
/// [`RuleError::InvalidQuantity`] if something is negative; [`RuleError::TooLarge`].
pub fn refunds(unused: Quantity, bought: &[Bought]) -> Result<Vec<Minor>, RuleError> {
    let negative = |one: &Bought| {
        one.quantity.0 < 0 || [one.billed, one.before, one.since].iter().any(|sum| sum.0 < 0)
    };
    if unused.0 < 0 || bought.iter().any(negative) {
        return Err(RuleError::InvalidQuantity);
    }
    let mut left = unused.0;
    let mut owed = vec![Minor(0); bought.len()];
    for (owed, one) in owed.iter_mut().zip(bought).rev() {
        let of_it = left.min(one.quantity.0);
        left -= of_it;
        let paid = (one.billed.0 - one.before.0).max(0);
        if of_it > 0 {
            let share = scale(paid, of_it, one.quantity.0)?;
            owed.0 = share.saturating_sub(one.since.0).max(0);
        }
    }
    Ok(owed)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bought(quantity: i64, [billed, before, since]: [i64; 3]) -> Bought {
        let [billed, before, since] = [billed, before, since].map(Minor);
        Bought { quantity: Quantity(quantity), billed, before, since }
    }

    #[test]
    fn three_of_ten_sessions_are_left() {
        let refund = |unused, of| refunds(Quantity(unused), &[of]).map(|owed| owed[0].0);
        assert_eq!(refund(3, bought(10, [90_000, 0, 0])), Ok(27_000));
        // 100.00 for three: one is 33.33, two are 66.67; half a cent goes up.
        assert_eq!(refund(1, bought(3, [10_000, 0, 0])), Ok(3_333));
        assert_eq!(refund(2, bought(3, [10_000, 0, 0])), Ok(6_667));
        assert_eq!(refund(1, bought(2, [333, 0, 0])), Ok(167));
        // 100.00 of it were given before: 3 of 10 of 800.00. Since then it comes off what is owed.
        assert_eq!(refund(3, bought(10, [90_000, 10_000, 0])), Ok(24_000));
        assert_eq!(refund(3, bought(10, [90_000, 0, 20_000])), Ok(7_000));
        assert_eq!(refund(3, bought(10, [90_000, 0, 30_000])), Ok(0));
        // What no invoice bills is not paid back.
        assert_eq!(refund(3, bought(10, [0, 0, 0])), Ok(0));
        assert_eq!(refund(-1, bought(10, [0, 0, 0])), Err(RuleError::InvalidQuantity));
    }

    #[test]
    fn what_is_left_is_of_what_was_bought_last() {
        let both = [bought(5, [50_000, 0, 0]), bought(2, [18_000, 0, 0])];
        assert_eq!(refunds(Quantity(3), &both), Ok(vec![Minor(10_000), Minor(18_000)]));
        assert_eq!(refunds(Quantity(1), &both), Ok(vec![Minor(0), Minor(9_000)]));
    }

    proptest! {
        #[test]
        fn no_more_is_paid_back_than_was_billed_and_not_credited(
            lots in proptest::collection::vec(
                (0i64..500, 0i64..1_000_000, 0i64..=100, 0i64..=100), 0..5,
            ),
            share in 0i64..=100,
        ) {
            let part = |of: i64, percent: i64| of * percent / 100;
            let lot = |(units, billed, before, since): &(i64, i64, i64, i64)| {
                let before = part(*billed, *before);
                bought(*units, [*billed, before, part(billed - before, *since)])
            };
            let all: Vec<Bought> = lots.iter().map(lot).collect();
            let unused = part(lots.iter().map(|lot| lot.0).sum(), share);
            let owed = refunds(Quantity(unused), &all)?;
            let mut left = unused;
            for (one, owed) in all.iter().zip(&owed).rev() {
                let rest = one.billed.0 - one.before.0 - one.since.0;
                prop_assert!(0 <= owed.0 && owed.0 <= rest);
                // Of what nobody touched all that is left is paid back; nothing of what is used up.
                let untouched = 0 < one.quantity.0 && one.quantity.0 <= left;
                prop_assert!(!untouched || owed.0 == rest);
                prop_assert!(0 < left || owed.0 == 0);
                left = (left - one.quantity.0).max(0);
            }
            // Paid back, nothing more is owed.
            let paid = |(one, owed): (&Bought, &Minor)| {
                Bought { since: Minor(one.since.0 + owed.0), ..*one }
            };
            let paid: Vec<Bought> = all.iter().zip(&owed).map(paid).collect();
            let more = refunds(Quantity(unused), &paid)?;
            prop_assert!(more.iter().all(|more| more.0 == 0));
        }
    }
}
