//! What is paid back at the end of a retainer of what was bought and never used.
use crate::rules::units::{Minor, Quantity};
use crate::rules::{RuleError, scale};

/// A purchase of a lot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bought {
    /// Units, not negative.
    pub quantity: Quantity,
    /// What was paid for all of them, in minor units; not negative.
    pub price: Minor,
}

/// What is paid back of each purchase of a lot, in the order of `bought` (oldest first), if so many
/// of its units are left: its price by the units of it that are left, rounded to the nearest, ties
/// away from zero. What was bought first was used first. Source: domain 2.12, 3.4 (C7);
/// docs/decisions/0050.
///
/// # Errors
/// [`RuleError::InvalidQuantity`] if a quantity or a price is negative; [`RuleError::TooLarge`].
pub fn refunds(unused: Quantity, bought: &[Bought]) -> Result<Vec<Minor>, RuleError> {
    let negative = |one: &Bought| one.quantity.0 < 0 || one.price.0 < 0;
    if unused.0 < 0 || bought.iter().any(negative) {
        return Err(RuleError::InvalidQuantity);
    }
    let mut left = unused.0;
    let mut back = vec![Minor(0); bought.len()];
    for (place, one) in bought.iter().enumerate().rev() {
        let of_it = left.min(one.quantity.0);
        if of_it > 0 {
            back[place] = Minor(scale(one.price.0, of_it, one.quantity.0)?);
            left -= of_it;
        }
    }
    Ok(back)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bought(units: i64, price: i64) -> Bought {
        Bought { quantity: Quantity(units), price: Minor(price) }
    }

    #[test]
    fn three_of_ten_sessions_are_left() {
        let refund = |unused, bought: &[Bought]| refunds(Quantity(unused), bought);
        assert_eq!(refund(3, &[bought(10, 90_000)]), Ok(vec![Minor(27_000)]));
        // 100.00 for three: one is 33.33, two are 66.67.
        assert_eq!(refund(1, &[bought(3, 10_000)]), Ok(vec![Minor(3_333)]));
        assert_eq!(refund(2, &[bought(3, 10_000)]), Ok(vec![Minor(6_667)]));
        let both = [bought(5, 50_000), bought(2, 18_000)];
        assert_eq!(refund(3, &both), Ok(vec![Minor(10_000), Minor(18_000)]));
        assert_eq!(refund(-1, &both), Err(RuleError::InvalidQuantity));
    }

    proptest! {
        #[test]
        fn no_more_is_paid_back_than_was_paid_and_all_of_what_was_never_touched(
            lots in proptest::collection::vec((0i64..500, 0i64..1_000_000), 0..5),
            share in 0i64..=100,
        ) {
            let all: Vec<Bought> = lots.iter().map(|(units, price)| bought(*units, *price)).collect();
            let units: i64 = lots.iter().map(|lot| lot.0).sum();
            let unused = units * share / 100;
            let back = refunds(Quantity(unused), &all)?;
            let mut left = unused;
            for (one, back) in all.iter().zip(&back).rev() {
                prop_assert!(0 <= back.0 && back.0 <= one.price.0);
                let untouched = left >= one.quantity.0 && one.quantity.0 > 0;
                prop_assert!(!untouched || *back == one.price);
                left = (left - one.quantity.0).max(0);
            }
            let more = refunds(Quantity(unused + 1), &all)?;
            prop_assert!(back.iter().zip(&more).all(|(less, more)| less <= more));
        }
    }
}
