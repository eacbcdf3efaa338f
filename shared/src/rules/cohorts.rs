//! Clients by the time in which they began, and what of them is left. Source: domain 7.6;
//! docs/decisions/0043.
use std::ops::Range;

use super::RuleError;
use super::recurring::{Course, share};
use super::units::Minor;

/// What is left of a cohort at the end of a period.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Left {
    /// Clients that bring something.
    pub clients: u32,
    /// What they bring a month.
    pub brings: Minor,
}

/// Clients that began in one period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cohort {
    /// How many.
    pub clients: u32,
    /// What they brought when they began: each at the end of its first month.
    pub began: Minor,
    /// At the end of that period, of the next, and so on.
    pub left: Vec<Left>,
}

impl Cohort {
    /// Which part of the clients is left, and which part of what they brought when they began, in
    /// thousandths; none of nobody.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`].
    pub fn shares(&self, left: Left) -> Result<Option<(i64, i64)>, RuleError> {
        let clients = share(left.clients.into(), self.clients.into())?;
        Ok(clients.zip(share(left.brings.0.into(), self.began.0.into())?))
    }
}

/// The cohort of each of some periods, which are places of months that follow each other. Who brought
/// something before the first began earlier, and is in none.
///
/// # Errors
/// [`RuleError::TooLarge`].
pub fn cohorts<'a>(
    courses: impl IntoIterator<Item = &'a Course>,
    periods: &[Range<usize>],
) -> Result<Vec<Cohort>, RuleError> {
    let none =
        |place| Cohort { left: vec![Left::default(); periods.len() - place], ..Cohort::default() };
    let mut cohorts: Vec<Cohort> = (0..periods.len()).map(none).collect();
    for course in courses {
        let at = |place: usize| course.months.get(place).copied().unwrap_or_default();
        let begins = course.months.iter().position(|brings| *brings > Minor(0));
        let Some(month) = begins.filter(|_| !course.before) else { continue };
        let Some(period) = periods.iter().position(|period| period.contains(&month)) else {
            continue;
        };
        let cohort = &mut cohorts[period];
        cohort.clients += 1;
        add(&mut cohort.began, at(month))?;
        for (left, period) in cohort.left.iter_mut().zip(&periods[period..]) {
            let brings = period.end.checked_sub(1).map(at).unwrap_or_default();
            left.clients += u32::from(brings > Minor(0));
            add(&mut left.brings, brings)?;
        }
    }
    Ok(cohorts)
}

fn add(sum: &mut Minor, by: Minor) -> Result<(), RuleError> {
    sum.0 = sum.0.checked_add(by.0).ok_or(RuleError::TooLarge)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn course(months: &[i64]) -> Course {
        Course { before: false, months: months.iter().copied().map(Minor).collect() }
    }

    /// By hand, in thousands: A brings 1, 1, 2; B 3, 0, 1; C begins in the second month with 4, then
    /// 3; D was there before; E came and went before. The first month has A and B with 4: 1 of 4 is
    /// left after a month, from 1 of 2 clients, and 3 of 4 after two, from both.
    #[test]
    fn what_is_left_of_who_began_in_a_month() {
        let mut gone = course(&[0, 0, 0, 5]);
        gone.before = true;
        let all = [
            course(&[0, 1_000, 1_000, 2_000]),
            course(&[0, 3_000, 0, 1_000]),
            course(&[0, 0, 4_000, 3_000]),
            course(&[9_000, 9_000, 9_000, 9_000]),
            gone,
        ];
        let by_month = cohorts(&all, &[1..2, 2..3, 3..4]).unwrap();
        let told: Vec<_> = by_month
            .iter()
            .map(|one| {
                let shares = one.left.iter().map(|left| one.shares(*left).unwrap());
                (one.clients, one.began.0, shares.collect::<Vec<_>>())
            })
            .collect();
        let left = |shares: &[(i64, i64)]| shares.iter().copied().map(Some).collect::<Vec<_>>();
        assert_eq!(
            told,
            [
                (2, 4_000, left(&[(1_000, 1_000), (500, 250), (1_000, 750)])),
                (1, 4_000, left(&[(1_000, 1_000), (1_000, 750)])),
                (0, 0, vec![None]),
            ]
        );
        // All three months as one period: what they began with, 8, and what its end has of it, 6.
        let whole = cohorts(&all, std::slice::from_ref(&(1..4))).unwrap();
        assert_eq!((whole[0].clients, whole[0].began), (3, Minor(8_000)));
        assert_eq!(whole[0].shares(whole[0].left[0]), Ok(Some((1_000, 750))));
    }

    proptest! {
        /// Everybody who began is in one cohort, and what cohorts bring at the end is what those bring.
        #[test]
        fn cohorts_part_who_began(
            all in proptest::collection::vec(
                proptest::collection::vec(prop_oneof![Just(0i64), 1i64..1_000], 7), 0..12),
            quarters: bool,
        ) {
            let all: Vec<_> = all.iter().map(|months| course(months)).collect();
            let periods = if quarters { vec![1..4, 4..7] } else { (1..7).map(|n| n..n + 1).collect() };
            let found = cohorts(&all, &periods).unwrap();
            let began: Vec<_> = all.iter()
                .filter(|one| one.months[0].0 == 0 && one.months.iter().any(|month| month.0 > 0))
                .collect();
            prop_assert_eq!(found.iter().map(|one| one.clients as usize).sum::<usize>(), began.len());
            let last = |one: &Cohort| one.left.last().map_or(0, |left| left.brings.0);
            prop_assert_eq!(
                found.iter().map(last).sum::<i64>(),
                began.iter().map(|one| one.months[6].0).sum::<i64>()
            );
            for (place, one) in found.iter().enumerate() {
                prop_assert_eq!(one.left.len(), periods.len() - place);
                prop_assert!(one.left.iter().all(|left| left.clients <= one.clients));
                if !quarters {
                    prop_assert_eq!(one.left[0].brings, one.began);
                }
            }
        }
    }
}
