//! A cycle under several versions brings and costs what its days do, wherever it ends.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::RuleError;
use shared::rules::amendment::{Effective, TerminationPolicy, UnitStep, Version, amend};
use shared::rules::cycle::{Cycle, UnitRounding};
use shared::rules::proration::Timing;
use shared::rules::units::{Minor, Quantity};
use shared::rules::versions::{Allowance, Price, allowances, amended, shares, terminate};

fn day(days: i64) -> NaiveDate {
    let start = NaiveDate::from_ymd_opt(2027, 7, 1).unwrap();
    start + Days::new(u64::try_from(days).unwrap())
}

/// A cycle of a nominal one of `nominal` days that ends before day `end`.
fn until(nominal: i64, end: i64) -> Cycle {
    Cycle { seq: 1, start: day(0), end: day(end), nominal_start: day(0), nominal_end: day(nominal) }
}

/// What the days of `[0, end)` bring, one by one, times the days of the full cycle.
fn day_by_day(versions: &[(i64, i64)], end: i64) -> i64 {
    let holds = |on| versions.iter().rev().find(|(from, _)| *from <= on).unwrap_or(&versions[0]).1;
    (0..end).map(holds).sum()
}

fn units(versions: &[(i64, i64)]) -> Vec<Allowance> {
    rounded(versions, UnitRounding::HalfUp)
}

fn rounded(versions: &[(i64, i64)], rounding: UnitRounding) -> Vec<Allowance> {
    let one =
        |(from, full): &(i64, i64)| Allowance { from: day(*from), full: Quantity(*full), rounding };
    versions.iter().map(one).collect()
}

/// Whether versions may be given at all.
fn in_order(versions: &[(i64, i64)]) -> bool {
    versions.is_sorted_by_key(|(from, _)| *from)
}

fn prices(versions: &[(i64, i64)]) -> Vec<Price> {
    let one = |(from, full): &(i64, i64)| Price { from: day(*from), full: Minor(*full) };
    versions.iter().map(one).collect()
}

prop_compose! {
    /// Days of the full cycle, versions by their first day, and an end after the last of them.
    fn lived()(nominal in 2i64..400)(
        nominal in Just(nominal),
        end in 1..=nominal,
        firsts in proptest::collection::vec((0..nominal, 0i64..1_000_000), 0..5),
        first in 0i64..1_000_000,
    ) -> (i64, i64, Vec<(i64, i64)>) {
        let mut later: Vec<(i64, i64)> =
            firsts.into_iter().map(|(from, full)| (from % end, full)).collect();
        later.sort_by_key(|(from, _)| *from);
        (nominal, end, [(0, first)].into_iter().chain(later).collect())
    }
}

#[test]
fn the_days_of_july_by_hand() {
    // 600, then nothing, or 900, from the 16th on; the last day served is the 16th.
    let brings = |versions: &[(i64, i64)], end| {
        allowances(&until(31, end), &units(versions)).unwrap().iter().map(|one| one.0).collect()
    };
    let told: [Vec<i64>; 4] = [
        brings(&[(0, 600), (15, 0)], 16),
        brings(&[(0, 600), (15, 900)], 16),
        brings(&[(0, 600), (15, 910)], 19),
        brings(&[(0, 600), (15, 910)], 31),
    ];
    assert_eq!(told, [vec![310, 290], vec![310, 319], vec![368, 408], vec![600, 760]]);
    let due = |versions: &[(i64, i64)], end| {
        let prices = prices(versions);
        let policy = TerminationPolicy::Prorate;
        let terms = (Timing::Advance, policy);
        let (ended, net) = terminate(&until(31, 31), day(end), &prices, terms).unwrap();
        (ended.credit.0, net.0, ended.due.0)
    };
    assert_eq!(due(&[(0, 155_000), (15, 310_000)], 16), (-150_000, 80_000, 85_000));
    assert_eq!(due(&[(0, 310_000), (18, 620_000)], 19), (-240_000, 130_000, 200_000));
}

#[test]
fn a_price_alone_moves_no_unit_of_a_cut_cycle() {
    for rounding in [UnitRounding::HalfUp, UnitRounding::Up, UnitRounding::Down] {
        let same = units(&[(0, 31), (5, 31)]).into_iter().map(|one| Allowance { rounding, ..one });
        for end in 6..31 {
            let told = allowances(&until(30, end), &same.clone().collect::<Vec<_>>()).unwrap();
            assert_eq!(told[0], told[1], "{rounding:?} {end}");
        }
    }
}

proptest! {
    #[test]
    fn versions_bring_what_their_days_do((nominal, end, versions) in lived()) {
        for rounding in [UnitRounding::HalfUp, UnitRounding::Up, UnitRounding::Down] {
            let brings = allowances(&until(nominal, end), &rounded(&versions, rounding))?;
            prop_assert_eq!(brings.len(), versions.len());
            for (place, told) in brings.iter().enumerate() {
                let off = told.0 * nominal - day_by_day(&versions[..=place], end);
                prop_assert!(match rounding {
                    UnitRounding::HalfUp => off.abs() * 2 <= nominal,
                    UnitRounding::Up => (0..nominal).contains(&off),
                    UnitRounding::Down => (0..nominal).contains(&-off),
                }, "{rounding:?} {place}: {off}");
            }
        }
    }

    #[test]
    fn what_is_changed_and_changed_back_on_a_day_is_nothing(
        (nominal, end, versions) in lived(),
        other in 0i64..1_000_000,
    ) {
        let (from, full) = *versions.last().unwrap();
        let back: Vec<(i64, i64)> =
            versions.iter().copied().chain([(from, other), (from, full)]).collect();
        let brings = allowances(&until(nominal, end), &units(&back))?;
        prop_assert_eq!(brings[versions.len() - 1], *brings.last().unwrap());
    }

    #[test]
    fn one_amendment_of_a_whole_cycle_is_the_rounded_share_of_its_rest(
        (nominal, at) in (2i64..400).prop_flat_map(|days| (Just(days), 0..days)),
        [old, new] in [0i64..1_000_000, 0i64..1_000_000],
    ) {
        let cycle = until(nominal, nominal);
        let versions = [old, new].map(|full| Version { price: Minor(full), units: Quantity(full) });
        let alone = amend(&cycle, day(at), Effective::Now, versions, UnitStep::default())?;
        let pair = [(0, old), (at, new)];
        let brings = allowances(&cycle, &units(&pair))?;
        prop_assert_eq!(brings[1].0 - brings[0].0, alone.unit_delta.0);
        prop_assert_eq!(amended(&cycle, &prices(&pair))?.0, alone.credit.0 + alone.charge.0);
    }

    #[test]
    fn an_end_costs_what_its_days_do((nominal, end, versions) in lived()) {
        let prices = prices(&versions);
        let whole = until(nominal, nominal);
        for timing in [Timing::Advance, Timing::Arrears] {
            let told = (timing, TerminationPolicy::Prorate);
            let (ended, net) = terminate(&whole, day(end), &prices, told)?;
            // To the cent what a bill of the days served comes to.
            let lines = shares(&until(nominal, end), &prices, timing)?;
            prop_assert_eq!(ended.due.0, lines.iter().map(|line| line.amount.0).sum::<i64>());
            let (full, all) = terminate(&whole, day(end), &prices, (timing, TerminationPolicy::None))?;
            prop_assert_eq!((full.credit.0, full.due.0), (0, versions[0].1 + net.0));
            prop_assert_eq!((all, ended.due.0 - ended.credit.0), (net, full.due.0));
        }
        let told = (Timing::Advance, TerminationPolicy::Prorate);
        let (ended, net) = terminate(&whole, day(end), &prices, told)?;
        let lines = 2 * i64::try_from(versions.len()).unwrap();
        let exact = day_by_day(&versions, end);
        prop_assert!((ended.due.0 * nominal - exact).abs() * 2 <= lines * nominal);
        // What was amended is what the days of the whole cycle cost more than at the first price.
        let more = day_by_day(&versions, nominal) - versions[0].1 * nominal;
        prop_assert!((net.0 * nominal - more).abs() * 2 <= (lines - 2) * nominal);
        // Only days that are not served come back, at the price that holds on them.
        let unserved = versions.last().unwrap().1 * (nominal - end);
        prop_assert!((-ended.credit.0 * nominal - unserved).abs() <= lines * nominal);
    }

    #[test]
    fn what_cannot_be_is_refused_and_all_else_is_answered(
        days in proptest::collection::vec(
            (0i64..500, prop_oneof![3 => 0i64..=i64::MAX, 1 => any::<i64>()]), 0..4),
        (nominal, end) in (0i64..400, 0i64..400),
    ) {
        let cycle = until(nominal, end);
        let told = allowances(&cycle, &units(&days));
        let expected = if nominal < end.max(1) || !in_order(&days) {
            Some(RuleError::InvalidRange)
        } else if days.iter().any(|(_, full)| *full < 0) {
            Some(RuleError::InvalidQuantity)
        } else {
            None
        };
        prop_assert_eq!(told.as_ref().err(), expected.as_ref());
        if let Ok(told) = told {
            let most = days.iter().map(|(_, full)| *full).max().unwrap_or(0);
            prop_assert!(told.iter().all(|one| (0..=most).contains(&one.0)));
        }
        if !in_order(&days) {
            let prices = prices(&days);
            let told = (Timing::Advance, TerminationPolicy::Prorate);
            let ended = terminate(&cycle, day(end), &prices, told);
            prop_assert!(ended.is_err());
            prop_assert_eq!(amended(&cycle, &prices).err(), Some(RuleError::InvalidRange));
        }
    }
}
