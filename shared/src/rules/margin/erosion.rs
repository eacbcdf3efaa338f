//! Margins that fall from period to period, and what takes most of them. Source: requirement S1-9.
use super::{Sums, scale};

/// Cycles that are looked at.
pub const PERIODS: usize = 3;

/// What eats a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Less was earned.
    Revenue,
    /// More time was worked.
    Hours,
    /// Hours cost more.
    Rates,
    /// More was spent on admin time.
    Admin,
    /// More was spent besides time.
    Expenses,
}

/// A margin that fell from period to period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Erosion {
    /// The share of each period in tenths of a per cent, oldest first.
    pub shares: [i64; PERIODS],
    /// What took most from the first period to the last; of equals the first named.
    pub cause: Cause,
    /// How much it took, in minor units.
    pub taken: i64,
}

/// Whether the share of margin fell in each of the last three periods, and what took most. `periods`
/// are whole cycles in their order, the last at the end; where minutes have no rate nothing is said.
/// Source: requirement S1-9.
#[must_use]
pub fn erosion(periods: &[Sums]) -> Option<Erosion> {
    let last = periods.last_chunk::<PERIODS>()?;
    let known = |one: &Sums| one.unrated_minutes == 0 && one.revenue() > 0;
    let [first, middle, now] = last;
    let falls = last.iter().all(known) && less(middle, first) && less(now, middle);
    if !falls {
        return None;
    }
    let shares = last.map(|one| one.margin_share().unwrap_or_default());
    let (cause, taken) = biggest(first, now);
    Some(Erosion { shares, cause, taken })
}

/// Whether the margin of one is a smaller share than that of the other, exactly.
fn less(one: &Sums, other: &Sums) -> bool {
    let weigh = |a: &Sums, b: &Sums| i128::from(a.margin()) * i128::from(b.revenue());
    weigh(one, other) < weigh(other, one)
}

/// What took most of the margin; all five together are what the margin lost.
fn biggest(first: &Sums, now: &Sums) -> (Cause, i64) {
    let mut most = (Cause::Revenue, i64::MIN);
    for (cause, taken) in causes(first, now) {
        if taken > most.1 {
            most = (cause, taken);
        }
    }
    most
}

fn causes(first: &Sums, now: &Sums) -> [(Cause, i64); 5] {
    let worked = |one: &Sums| one.minutes.saturating_sub(one.admin_minutes);
    // The hours of now at what an hour cost then: beyond that it is the rates.
    let same = match worked(first) {
        0 => now.work_cost,
        then => scale(first.work_cost, worked(now), then).unwrap_or(now.work_cost),
    };
    [
        (Cause::Revenue, first.revenue().saturating_sub(now.revenue())),
        (Cause::Hours, same.saturating_sub(first.work_cost)),
        (Cause::Rates, now.work_cost.saturating_sub(same)),
        (Cause::Admin, now.admin_cost.saturating_sub(first.admin_cost)),
        (Cause::Expenses, now.expenses.saturating_sub(first.expenses)),
    ]
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_margin_that_fell_three_times_names_what_took_most() {
        let of = |fee, hours: i64, work_cost, admin_cost| Sums {
            fee,
            minutes: hours * 60,
            work_cost,
            admin_cost,
            ..Sums::default()
        };
        let base = of(100_000, 10, 40_000, 0);
        let found = |last| erosion(&[base, of(100_000, 11, 44_000, 0), last]);
        let hours = found(of(100_000, 15, 61_000, 900)).unwrap();
        assert_eq!(
            (hours.cause, hours.taken, hours.shares),
            (Cause::Hours, 20_000, [600, 560, 381])
        );
        let rates = found(of(100_000, 10, 61_000, 900)).unwrap();
        assert_eq!((rates.cause, rates.taken), (Cause::Rates, 21_000));
        assert_eq!(found(of(100_000, 10, 40_000, 9_000)).unwrap().cause, Cause::Admin);
        let spent = Sums { expenses: 9_000, ..base };
        assert_eq!(found(spent).unwrap().cause, Cause::Expenses);
        assert_eq!(found(of(50_000, 10, 40_000, 0)).unwrap().cause, Cause::Revenue);
        assert_eq!(found(base), None, "it rose again");
        let unknown = Sums { unrated_minutes: 1, ..of(50_000, 10, 40_000, 0) };
        assert_eq!(found(unknown), None);
        assert_eq!(erosion(&[base, base]), None);
    }

    prop_compose! {
        pub(in crate::rules::margin) fn period()(
            fee in 1i64..1_000_000, overage in 0i64..50_000, other in 0i64..50_000,
            minutes in 0i64..10_000, admin in 0i64..10_000,
            work_cost in 0i64..900_000, admin_cost in 0i64..90_000, expenses in 0i64..90_000,
        ) -> Sums {
            let admin_minutes = admin.min(minutes);
            // Who did not work cost nothing.
            let work_cost = if admin_minutes == minutes { 0 } else { work_cost };
            let admin_cost = if admin_minutes == 0 { 0 } else { admin_cost };
            Sums { fee, overage, other, minutes, admin_minutes, work_cost, admin_cost, expenses,
                ..Sums::default() }
        }
    }

    proptest! {
        /// All causes together are what the margin lost, and where the share fell one took something.
        #[test]
        fn causes_add_up_to_the_loss(first in period(), now in period()) {
            let all: i64 = causes(&first, &now).iter().map(|(_, taken)| taken).sum();
            prop_assert_eq!(all, first.margin() - now.margin());
            if less(&now, &first) {
                let (_, taken) = biggest(&first, &now);
                prop_assert!(taken > 0);
            }
        }
    }
}
