//! What an entry of time draws: worked minutes in steps, at the rate of an hour. It is settled when
//! the entry is made; the ledger never rounds. Source: DOMAIN.md 1.6, 1.7.
use serde::{Deserialize, Serialize};

use super::units::Minor;
use super::{RuleError, scale};

/// How time becomes whole minutes, or whole steps of them. Source: domain 1.7.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum MinuteRounding {
    /// To the nearest, half of one up.
    #[default]
    Nearest,
    /// Every begun one counts.
    Up,
    /// Only full ones count.
    Down,
}

/// Worked minutes as a multiple of `step` minutes, 1 or more: 37 are 45 in begun steps of 15.
///
/// # Errors
/// [`RuleError::InvalidQuantity`] for a step below 1 or minutes below 0, [`RuleError::TooLarge`] if
/// the result does not fit 64 bits.
pub fn stepped(minutes: i64, step: i64, rounding: MinuteRounding) -> Result<i64, RuleError> {
    if step < 1 || minutes < 0 {
        return Err(RuleError::InvalidQuantity);
    }
    let (full, rest) = (minutes / step, minutes % step);
    let up = match rounding {
        MinuteRounding::Nearest => rest >= step - rest,
        MinuteRounding::Up => rest > 0,
        MinuteRounding::Down => false,
    };
    (full + i64::from(up)).checked_mul(step).ok_or(RuleError::TooLarge)
}

/// What minutes are worth at the rate of an hour, in minor units, rounded half up once.
///
/// # Errors
/// [`RuleError::TooLarge`] if the result does not fit 64 bits.
pub fn priced(minutes: i64, hour: Minor) -> Result<Minor, RuleError> {
    scale(hour.0, minutes, 60).map(Minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_begun_quarter_counts_as_one() {
        let of = |minutes, step, rounding| stepped(minutes, step, rounding).expect("fits");
        assert_eq!(of(37, 15, MinuteRounding::Up), 45, "domain 1.7");
        assert_eq!(of(37, 15, MinuteRounding::Nearest), 30);
        assert_eq!(of(38, 15, MinuteRounding::Nearest), 45, "7.5 and more is up");
        assert_eq!(of(3, 6, MinuteRounding::Nearest), 6, "half is up");
        assert_eq!(of(44, 15, MinuteRounding::Down), 30);
        assert_eq!(of(14, 15, MinuteRounding::Down), 0);
        assert_eq!(stepped(37, 0, MinuteRounding::Up), Err(RuleError::InvalidQuantity));
        assert_eq!(stepped(-1, 15, MinuteRounding::Up), Err(RuleError::InvalidQuantity));
        assert_eq!(stepped(i64::MAX, 2, MinuteRounding::Up), Err(RuleError::TooLarge));
    }

    #[test]
    fn a_budget_is_drawn_at_the_rates_of_those_who_worked() {
        let of = |hours: i64, rate| priced(hours * 60, Minor(rate)).expect("fits").0;
        assert_eq!(of(12, 9_500) + of(4, 15_000), 174_000, "domain 1.6");
        assert_eq!(priced(1, Minor(10_000)), Ok(Minor(167)), "to the nearest cent, once");
    }

    proptest! {
        /// A step is never more than one away, full steps stay, and the ways are in order.
        #[test]
        fn rounding_moves_less_than_a_step(minutes in 0i64..100_000, step in 1i64..=480) {
            let of = |rounding| stepped(minutes, step, rounding).expect("fits");
            let [down, near, up] =
                [MinuteRounding::Down, MinuteRounding::Nearest, MinuteRounding::Up].map(of);
            prop_assert!(down <= near && near <= up && up - down <= step);
            prop_assert!(down <= minutes && minutes <= up);
            prop_assert!((near - minutes).abs() * 2 <= step);
            for found in [down, near, up] {
                prop_assert_eq!(found % step, 0);
                prop_assert_eq!(stepped(found, step, MinuteRounding::Up), Ok(found));
            }
        }
    }
}
