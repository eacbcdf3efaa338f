//! Another interval: what is past stays, what follows is whole.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::amendment::change_interval;
use shared::rules::cycle::{Anchor, Cycle, Interval, IntervalUnit, Rhythm, Series};
use shared::rules::proration::prorate;
use shared::rules::units::Minor;

use super::cycles::{interval, series, served};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn months(count: u32) -> Interval {
    Interval { unit: IntervalUnit::Month, count }
}

/// Those of the old series before the day, its last one cut there.
fn before(series: &Series, from: NaiveDate) -> Vec<Cycle> {
    let begun = series.cycles().take_while(|cycle| cycle.start < from);
    begun.map(|cycle| Cycle { end: cycle.end.min(from), ..cycle }).collect()
}

proptest! {
    #[test]
    fn another_interval_leaves_the_past_and_tiles_the_rest(
        series in series(),
        after in 1u64..1_500,
        interval in interval(),
        price in 0i64..1_000_000_000,
    ) {
        prop_assume!(series.is_some());
        let series = series.unwrap();
        let from = series.start() + Days::new(after);
        let rhythm = Rhythm { from, interval, anchor: Anchor::Anniversary };
        let (changed, moved) =
            change_interval(&series, rhythm, [Minor(price), Minor(3 * price)]).unwrap();
        let past = before(&series, from);
        let all: Vec<Cycle> = changed.cycles().take(past.len() + 30).collect();
        prop_assert_eq!(&all[..past.len()], &past[..]);
        for (place, cycle) in all.iter().enumerate() {
            prop_assert_eq!(cycle.seq as usize, place + 1);
            prop_assert_eq!(changed.cycle(cycle.seq), Some(*cycle));
            prop_assert_eq!(changed.cycle_on(cycle.start), Some(*cycle));
        }
        let next = all.get(past.len()).copied();
        prop_assert_eq!(next, moved.next.map(|(cycle, _)| cycle));
        let walked = |day: NaiveDate| all.iter().find(|cycle| cycle.start >= day).copied();
        prop_assert_eq!(changed.cycles_from(series.start()).next(), all.first().copied());
        prop_assert_eq!(changed.cycles_from(from).next(), walked(from));
        // The parts of the cut cycle cost what it does, but for the rounding of each.
        if let (Some(cycle), Some(last)) = (moved.cycle, past.last()) {
            let cost = |days| prorate(Minor(price), days, cycle.nominal_days()).unwrap().0;
            let parts = cost(last.days()) - moved.credit.0 - cost(cycle.days());
            prop_assert!(parts.abs() <= 1, "{parts}");
        } else {
            prop_assert_eq!(moved.credit, Minor(0));
        }
        let mut date = from;
        while date < all.last().map_or(from, |last| last.end) {
            let holding = all.iter().filter(|cycle| cycle.contains(date)).count();
            prop_assert_eq!(holding, usize::from(served(&series, date)), "{}", date);
            date = date + Days::new(1 + (after % 9));
        }
    }
}

/// Source: domain 2.13: on a boundary there is no credit, and the next cycle is three months.
#[test]
fn a_quarter_from_a_boundary_is_three_months_without_a_credit() {
    let calendar = Anchor::Calendar { fiscal_start_month: 1, week_start: Default::default() };
    let monthly = Series::new(day("2026-01-01"), months(1), calendar, None, vec![]).unwrap();
    let quarterly = |from| Rhythm { from, interval: months(3), anchor: Anchor::Anniversary };
    let prices = [Minor(310_000), Minor(900_000)];
    let (_, moved) = change_interval(&monthly, quarterly(day("2026-03-01")), prices).unwrap();
    let (next, price) = moved.next.unwrap();
    assert_eq!((moved.cycle, moved.credit, price), (None, Minor(0), Minor(900_000)));
    let days = (next.seq, next.start, next.end);
    assert_eq!(days, (3, day("2026-03-01"), day("2026-06-01")));
    // Inside March, from the 11th: 21 of its 31 days are given back.
    let (changed, moved) = change_interval(&monthly, quarterly(day("2026-03-11")), prices).unwrap();
    assert_eq!((moved.unused_days, moved.credit), (21, Minor(-210_000)));
    let march = changed.cycle(3).unwrap();
    assert_eq!((march.end, march.nominal_end), (day("2026-03-11"), day("2026-04-01")));
    assert_eq!(changed.cycle(4).map(|cycle| cycle.end), Some(day("2026-06-11")));
}
