//! What was earned month by month, and what of it stands against what was billed. Source: DOMAIN.md
//! 5.17.
use chrono::NaiveDate;

use super::{Earned, Line, add};
use crate::rules::RuleError;
use crate::rules::units::Minor;

/// A line with the days on which it counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated {
    /// As it was billed, less what was never earned because it was wrong.
    pub line: Line,
    /// The day from which it is earned, its days of service apart; none where only these count.
    pub since: Option<NaiveDate>,
    /// What else credit notes took off it, with their days.
    pub credits: Vec<(NaiveDate, i64)>,
}

/// What a cycle earns, and what was billed of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// What is earned, by the days of each line.
    pub lines: Vec<Dated>,
    /// What was billed without tax, by the days of invoices; below zero what credit notes took back.
    pub billed: Vec<(NaiveDate, i64)>,
}

/// What was billed and earned from the beginning to the end of a day, in minor units of one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// Billed, less what was credited.
    pub billed: i64,
    /// Earned of the price of cycles.
    pub fee: i64,
    /// Earned by what went beyond allowances.
    pub overage: i64,
    /// Earned by what was agreed, bought or written beside.
    pub other: i64,
    /// Billed and not earned: owed to clients, in service or in money.
    pub unearned: i64,
    /// Earned and not billed yet: clients owe it.
    pub unbilled: i64,
}

impl Standing {
    /// Where cycles stand at the end of a day. Each is weighed for itself: what one has earned and not
    /// billed is not set against what another has billed ahead.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if something does not fit 64 bits.
    pub fn at(cycles: &[Held], day: NaiveDate) -> Result<Self, RuleError> {
        let mut all = Self::default();
        for cycle in cycles {
            let one = Self::of(cycle, day)?;
            all = all.plus(one)?;
        }
        Ok(all)
    }

    fn of(cycle: &Held, day: NaiveDate) -> Result<Self, RuleError> {
        let mut one = Self::default();
        for dated in &cycle.lines {
            let earned = dated.earned(day)?;
            let part = match dated.line.kind {
                Earned::Fee | Earned::Owed => &mut one.fee,
                Earned::Overage => &mut one.overage,
                Earned::Other => &mut one.other,
            };
            *part = add(*part, earned)?;
        }
        one.billed = until(&cycle.billed, day)?;
        let ahead = less(one.billed, one.earned()?)?;
        (one.unearned, one.unbilled) = (ahead.max(0), ahead.saturating_neg().max(0));
        Ok(one)
    }

    /// All that was earned.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if the sum does not fit 64 bits.
    pub fn earned(self) -> Result<i64, RuleError> {
        add(add(self.fee, self.overage)?, self.other)
    }

    /// Both together.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if a sum does not fit 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, RuleError> {
        Ok(Self {
            billed: add(self.billed, other.billed)?,
            fee: add(self.fee, other.fee)?,
            overage: add(self.overage, other.overage)?,
            other: add(self.other, other.other)?,
            unearned: add(self.unearned, other.unearned)?,
            unbilled: add(self.unbilled, other.unbilled)?,
        })
    }

    /// What was billed and earned since an `earlier` day; what is unearned and unbilled is that of now.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if a difference does not fit 64 bits.
    pub fn since(self, earlier: Self) -> Result<Self, RuleError> {
        Ok(Self {
            billed: less(self.billed, earlier.billed)?,
            fee: less(self.fee, earlier.fee)?,
            overage: less(self.overage, earlier.overage)?,
            other: less(self.other, earlier.other)?,
            ..self
        })
    }
}

impl Dated {
    /// What of it is earned at the end of a day.
    fn earned(&self, day: NaiveDate) -> Result<i64, RuleError> {
        if self.since.is_some_and(|since| day < since) {
            return Ok(0);
        }
        let net = less(self.line.net.0, until(&self.credits, day)?)?;
        Line { net: Minor(net), ..self.line }.earned(day)
    }
}

fn less(left: i64, right: i64) -> Result<i64, RuleError> {
    left.checked_sub(right).ok_or(RuleError::TooLarge)
}

fn until(moved: &[(NaiveDate, i64)], day: NaiveDate) -> Result<i64, RuleError> {
    let known = moved.iter().filter(|(on, _)| *on <= day);
    known.map(|(_, net)| *net).try_fold(0, add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::money::{Basis, recognise};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }
    fn later(start: NaiveDate, days: i64) -> NaiveDate {
        start + chrono::Duration::days(days)
    }
    fn fee(net: i64, days: (NaiveDate, NaiveDate)) -> Dated {
        let line = Line { kind: Earned::Fee, net: Minor(net), days: Some(days), draft: false };
        Dated { line, since: None, credits: Vec::new() }
    }

    #[test]
    fn a_fee_paid_ahead_is_earned_by_days_of_service() {
        // The example of the paper: 3,000.00 for 15 January to 15 February.
        let held = Held {
            lines: vec![fee(300_000, (day("2026-01-15"), day("2026-02-15")))],
            billed: vec![(day("2026-01-10"), 300_000)],
        };
        let at = |text| Standing::at(std::slice::from_ref(&held), day(text)).unwrap();
        let january = at("2026-01-31");
        assert_eq!((january.fee, january.unearned), (164_516, 135_484));
        let february = at("2026-02-28").since(january).unwrap();
        assert_eq!((february.billed, february.fee, february.unearned), (0, 135_484, 0));
    }

    #[test]
    fn what_is_billed_later_is_owed_by_the_client_until_then() {
        let held = Held {
            lines: vec![fee(310_000, (day("2026-01-01"), day("2026-02-01")))],
            billed: vec![(day("2026-02-02"), 310_000)],
        };
        // Another cycle that is billed ahead is not set against it.
        let ahead = Held { billed: vec![(day("2026-01-20"), 100)], ..Held::default() };
        let at = |text| Standing::at(&[held.clone(), ahead.clone()], day(text)).unwrap();
        let told = ["2026-01-31", "2026-02-02"].map(|text| (at(text).unearned, at(text).unbilled));
        assert_eq!(told, [(100, 310_000), (100, 0)]);
    }

    #[test]
    fn what_is_given_moves_nothing_before_its_day() {
        let days = (day("2026-01-01"), day("2026-02-01"));
        let credits = vec![(day("2026-03-05"), 31_000)];
        let held = Held {
            lines: vec![Dated { credits, ..fee(310_000, days) }],
            billed: vec![(day("2026-01-01"), 310_000), (day("2026-03-05"), -31_000)],
        };
        let at = |text| Standing::at(std::slice::from_ref(&held), day(text)).unwrap();
        assert_eq!(at("2026-02-28").fee, 310_000);
        let march = at("2026-03-31").since(at("2026-02-28")).unwrap();
        assert_eq!((march.billed, march.fee, march.unearned), (-31_000, -31_000, 0));
    }

    proptest! {
        /// At the end of each month as much is earned as the rule of recognition has it.
        #[test]
        fn months_are_those_of_recognition(
            net in -900_000i64..900_000, from in 0i64..400, days in 1i64..500,
        ) {
            let start = later(day("2025-06-01"), from);
            let end = later(start, days);
            let held = Held { lines: vec![fee(net, (start, end))], billed: Vec::new() };
            let mut sum = 0;
            for share in recognise(Minor(net), start, end, Basis::Day).unwrap() {
                sum += share.amount.0;
                let last = later(share.month.checked_add_months(chrono::Months::new(1)).unwrap(), -1);
                let told = Standing::at(std::slice::from_ref(&held), last).unwrap();
                prop_assert_eq!(told.fee, sum);
            }
        }

        /// What stands at the end of a day is all that was billed less all that was earned.
        #[test]
        fn what_is_not_earned_was_billed_and_what_is_not_billed_was_earned(
            lines in prop::collection::vec((-500_000i64..500_000, 0i64..60, 1i64..60, 0i64..90), 0..6),
            at in 0i64..150,
        ) {
            let first = day("2026-01-01");
            let held: Vec<Held> = lines.iter().map(|(net, from, days, on)| {
                let start = later(first, *from);
                Held {
                    lines: vec![fee(*net, (start, later(start, *days)))],
                    billed: vec![(later(first, *on), *net)],
                }
            }).collect();
            let now = Standing::at(&held, later(first, at)).unwrap();
            prop_assert_eq!(now.unearned - now.unbilled, now.billed - now.earned().unwrap());
            prop_assert!(now.unearned >= 0 && now.unbilled >= 0);
            let all = Standing::at(&held, later(first, 400)).unwrap();
            prop_assert_eq!((all.unearned, all.unbilled), (0, 0));
        }
    }
}
