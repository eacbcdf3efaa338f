//! The parts of a cycle make the cycle.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::amendment::{Effective, TerminationPolicy, UnitStep, Version, amend, terminate};
use shared::rules::cycle::{Cycle, UnitRounding, prorate_units};
use shared::rules::proration::{
    FirstPartial, Item, Timing, cycle_price, cycle_units, factor, prorate,
};
use shared::rules::units::{Minor, Quantity};

/// A cycle of `days`, and the part of it between two days.
fn part(days: u64, from: u64, to: u64) -> Cycle {
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let day = |days| start + Days::new(days);
    Cycle { seq: 1, start: day(from), end: day(to), nominal_start: start, nominal_end: day(days) }
}

prop_compose! {
    fn cut()(days in 2u64..400)(days in Just(days), at in 1..days) -> (u64, u64) {
        (days, at)
    }
}

proptest! {
    #[test]
    fn the_factors_of_the_parts_are_one((days, at) in cut(), cycles in 1usize..30) {
        let item = |cycle: Cycle| Item { cycle, charged_days: cycle.days(), amount: Minor(0) };
        let parts = [item(part(days, 0, at)), item(part(days, at, days))];
        let all: Vec<Item> = std::iter::repeat_n(parts, cycles).flatten().collect();
        prop_assert_eq!(factor(&all)?, i64::try_from(cycles).unwrap() * 1_000_000_000);
    }

    #[test]
    fn the_prices_of_two_parts_differ_from_the_whole_by_at_most_one(
        (days, at) in cut(),
        price in -1_000_000_000i64..1_000_000_000,
    ) {
        let [first, second] = [part(days, 0, at), part(days, at, days)]
            .map(|part| prorate(Minor(price), part.days(), part.nominal_days()).unwrap().0);
        prop_assert!((first + second - price).abs() <= 1);
        prop_assert!(first.abs() <= price.abs() && second.abs() <= price.abs());
    }

    #[test]
    fn an_allowance_is_rounded_between_down_and_up((days, at) in cut(), full in 0i64..1_000_000) {
        let (days, at) = (i64::try_from(days).unwrap(), i64::try_from(at).unwrap());
        let round = |rounding| prorate_units(Quantity(full), at, days, rounding).unwrap().0;
        let (down, up) = (round(UnitRounding::Down), round(UnitRounding::Up));
        prop_assert!((down..=up).contains(&round(UnitRounding::HalfUp)) && up - down <= 1);
        prop_assert!(down * days <= full * at && full * at <= up * days);
        let whole = prorate_units(Quantity(full), days, days, UnitRounding::HalfUp)?;
        prop_assert_eq!(whole.0, full);
    }

    #[test]
    fn a_first_cycle_in_full_counts_the_days_before_it(
        (days, from) in cut(),
        served in 0u64..400,
        full in 0i64..1_000_000,
    ) {
        let to = from + 1 + served % (days - from);
        let told = |cycle: &Cycle, policy| {
            let rounding = UnitRounding::HalfUp;
            let units = cycle_units(cycle, Quantity(full), rounding, policy).unwrap().0;
            (units, cycle_price(cycle, Minor(full), policy).unwrap().amount.0)
        };
        let share = |of: &Cycle| told(of, FirstPartial::Prorate);
        let first = part(days, from, to);
        // As a client who was there from the start would see it, wherever the cycle ends.
        prop_assert_eq!(told(&first, FirstPartial::Full), share(&part(days, 0, to)));
        prop_assert_eq!(told(&first, FirstPartial::Free), (share(&first).0, 0));
        let uncut = part(days, from, days);
        prop_assert_eq!(told(&uncut, FirstPartial::Full), (full, full));
        // Later cycles in part, such as one after a pause, have no policy.
        let later = Cycle { seq: 2, ..first };
        let whole = part(days, 0, days);
        for policy in [FirstPartial::Full, FirstPartial::Free] {
            prop_assert_eq!(told(&later, policy), share(&later));
            prop_assert_eq!(told(&whole, policy), (full, full));
        }
    }

    #[test]
    fn an_amendment_to_the_same_version_moves_nothing(
        (days, at) in cut(),
        price in 0i64..1_000_000,
    ) {
        let cycle = part(days, 0, days);
        let version = Version { price: Minor(price), units: Quantity(price) };
        let on = cycle.start + Days::new(at);
        let step = UnitStep::default();
        let done = amend(&cycle, on, Effective::Now, [version, version], step)?;
        prop_assert_eq!((done.credit.0 + done.charge.0, done.unit_delta.0), (0, 0));
    }

    #[test]
    fn what_is_kept_and_what_is_given_back_make_the_price(
        (days, at) in cut(),
        price in 0i64..1_000_000,
    ) {
        let cycle = part(days, 0, days);
        let on = cycle.start + Days::new(at);
        for policy in [TerminationPolicy::Prorate, TerminationPolicy::None] {
            let done = terminate(&cycle, on, Minor(price), Timing::Advance, policy)?;
            prop_assert_eq!(done.due.0 - done.credit.0, price);
            prop_assert_eq!(done.used_days + done.unused_days, done.nominal_days);
        }
    }
}
