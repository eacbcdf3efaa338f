//! Cycles tile the days of service and never drift.
use chrono::{Datelike, Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::cycle::{
    Anchor, Cycle, Interval, IntervalUnit, Pause, ResumeAnchor, Series, WeekStart,
};

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1995, 1, 1).unwrap();

pub(crate) fn date() -> impl Strategy<Value = NaiveDate> {
    (0u64..20_000).prop_map(|days| EPOCH + Days::new(days))
}

pub(crate) fn interval() -> impl Strategy<Value = Interval> {
    let unit = prop_oneof![
        Just(IntervalUnit::Day),
        Just(IntervalUnit::Week),
        Just(IntervalUnit::Month),
        Just(IntervalUnit::Year)
    ];
    (unit, 1u32..13).prop_map(|(unit, count)| Interval { unit, count })
}

fn anchor() -> impl Strategy<Value = Anchor> {
    let week = prop_oneof![Just(WeekStart::Mon), Just(WeekStart::Thu), Just(WeekStart::Sun)];
    prop_oneof![
        Just(Anchor::Anniversary),
        (1u32..=12, week).prop_map(|(fiscal_start_month, week_start)| Anchor::Calendar {
            fiscal_start_month,
            week_start
        }),
        (1u32..=31).prop_map(|day| Anchor::DayOfMonth { day }),
        date().prop_map(|date| Anchor::Date { date, day: None }),
    ]
}

/// Pauses one after the other: days from the last one's end, and days of pause.
fn pauses(start: NaiveDate, gaps: &[(u64, u64, bool)]) -> Vec<Pause> {
    let mut from = start;
    let pause = |(after, days, reset): &(u64, u64, bool)| {
        from = from + Days::new(*after);
        let to = from + Days::new(*days);
        let resume_anchor = if *reset { ResumeAnchor::Reset } else { ResumeAnchor::Unchanged };
        let pause = Pause { from, to: Some(to), resume_anchor };
        from = to;
        pause
    };
    gaps.iter().map(pause).collect()
}

prop_compose! {
    /// Any series that its terms allow.
    pub(crate) fn series()(
        start in date(),
        interval in interval(),
        anchor in anchor(),
        end in prop::option::of(1u64..3_000),
        gaps in prop::collection::vec((0u64..400, 1u64..200, any::<bool>()), 0..4),
    ) -> Option<Series> {
        let end = end.map(|days| start + Days::new(days));
        Series::new(start, interval, anchor, end, pauses(start, &gaps)).ok()
    }
}

pub(crate) fn served(series: &Series, date: NaiveDate) -> bool {
    let paused = |pause: &Pause| pause.from <= date && pause.to.is_none_or(|to| date < to);
    let ended = series.end().is_some_and(|end| date >= end);
    series.start() <= date && !ended && !series.pauses().iter().any(paused)
}

fn last_day(date: NaiveDate) -> u32 {
    (28..=31).filter(|day| date.with_day(*day).is_some()).max().unwrap()
}

proptest! {
    #[test]
    fn every_day_of_service_has_exactly_one_cycle(series in series()) {
        prop_assume!(series.is_some());
        let series = series.unwrap();
        let cycles = series.first(40);
        let Some(last) = cycles.last() else { return Ok(()) };
        let mut date = series.start();
        while date < last.end {
            let holding: Vec<&Cycle> = cycles.iter().filter(|cycle| cycle.contains(date)).collect();
            prop_assert_eq!(holding.len(), usize::from(served(&series, date)), "{}", date);
            prop_assert_eq!(series.cycle_on(date), holding.first().map(|cycle| **cycle));
            date = date + Days::new(1 + (last.end - date).num_days().unsigned_abs() / 500);
        }
    }

    #[test]
    fn cycles_follow_each_other_without_gap_or_overlap(series in series()) {
        prop_assume!(series.is_some());
        let series = series.unwrap();
        let cycles = series.first(60);
        for (index, cycle) in cycles.iter().enumerate() {
            prop_assert_eq!(cycle.seq as usize, index + 1);
            prop_assert_eq!(series.cycle(cycle.seq), Some(*cycle));
            prop_assert!(cycle.nominal_start <= cycle.start && cycle.start < cycle.end);
            prop_assert!(cycle.end <= cycle.nominal_end);
        }
        for pair in cycles.windows(2) {
            let (end, start) = (pair[0].end, pair[1].start);
            let between = |pause: &&Pause| end <= pause.from && pause.to <= Some(start);
            let paused = series.pauses().iter().filter(between);
            let days: i64 = paused.map(|pause| (pause.to.unwrap() - pause.from).num_days()).sum();
            prop_assert_eq!((start - end).num_days(), days);
        }
    }

    #[test]
    fn a_series_stops_where_its_last_cycle_ends(series in series(), after in 0u64..1_000) {
        prop_assume!(series.is_some());
        let series = series.unwrap();
        let mut pauses = series.pauses().to_vec();
        let from = series.start() + Days::new(after);
        pauses.retain(|pause| pause.to.is_some_and(|to| to <= from));
        pauses.push(Pause { from, to: None, resume_anchor: ResumeAnchor::Unchanged });
        let waiting = series.paused(pauses).unwrap();
        let before_end = series.end().is_none_or(|end| from + Days::new(1) < end);
        prop_assert_eq!((waiting.waits(), series.waits()), (before_end, false));
        // When the end comes meanwhile, its last day is one more cycle, and none is another.
        let settled = waiting.settled().unwrap();
        prop_assert_eq!(settled.is_some(), before_end && series.end().is_some());
        if let Some((settled, seq)) = settled {
            let (cycles, before): (Vec<Cycle>, Vec<Cycle>) =
                (settled.cycles().collect(), waiting.cycles().collect());
            let last = cycles.last().unwrap();
            prop_assert_eq!((last.seq, last.days(), Some(last.end)), (seq, 1, series.end()));
            prop_assert_eq!(&cycles[..cycles.len() - 1], &before);
        }
        for series in [series, waiting] {
            let Some(stop) = series.stop() else { continue };
            let last = stop.pred_opt().and_then(|day| series.cycle_on(day));
            let served = stop > series.start();
            prop_assert_eq!(last.map(|cycle| cycle.end), served.then_some(stop));
            prop_assert_eq!(series.cycles_from(stop).next(), None);
        }
    }

    #[test]
    fn an_end_in_the_pause_it_was_agreed_in_cuts_nothing_before_and_is_settled_after(
        start in date(),
        interval in interval(),
        gaps in prop::collection::vec((1u64..400, 1u64..200, any::<bool>()), 1..4),
        which in 0usize..4,
        after in 1u64..900,
    ) {
        // Source: docs/decisions/0048.
        let pauses = pauses(start, &gaps);
        let pause = pauses[which % pauses.len()];
        let end = pause.from + Days::new(after);
        let held = Pause::held_until(&pauses, Some(pause.from), end);
        let series = |pauses: &[Pause], end| {
            Series::new(start, interval, Anchor::Anniversary, end, pauses.to_vec()).unwrap()
        };
        let agreed = series(&pauses, Some(end));
        // Behind the pause, and for ends that were agreed on before, nothing is held.
        prop_assert_eq!(&Pause::held_until(&pauses, None, end), &pauses);
        if pause.to.unwrap() < end {
            prop_assert_eq!(&held, &pauses);
            return Ok(());
        }
        let ending = series(&held, Some(end));
        let cycles = |series: &Series| series.cycles().collect::<Vec<Cycle>>();
        prop_assert_eq!(cycles(&ending), cycles(&agreed));
        prop_assert_eq!(ending.stop(), agreed.stop());
        // On the first day of a pause the day after has no day to settle it on.
        prop_assert_eq!(ending.waits(), pause.from + Days::new(1) < end);
        if let Some((settled, seq)) = ending.settled().unwrap() {
            prop_assert_eq!(cycles(&settled).len(), cycles(&agreed).len() + 1);
            let last = settled.cycle(seq).unwrap();
            prop_assert_eq!((last.end, last.days()), (end, 1));
        }
    }

    #[test]
    fn a_monthly_series_never_drifts(start in date(), count in 1u32..25, take in 1usize..400) {
        let interval = Interval { unit: IntervalUnit::Month, count };
        let series = Series::new(start, interval, Anchor::Anniversary, None, vec![]).unwrap();
        let cycle = series.cycles().nth(take).unwrap();
        prop_assert_eq!(cycle.start.day(), start.day().min(last_day(cycle.start)));
        let months = |date: NaiveDate| date.year() * 12 + date.month() as i32;
        prop_assert_eq!(months(cycle.start) - months(start), take as i32 * count as i32);
    }

    #[test]
    fn a_pause_changes_nothing_before_it(series in series(), after in 0u64..1_000) {
        prop_assume!(series.is_some());
        let series = series.unwrap();
        let from = series.start() + Days::new(after);
        let mut pauses: Vec<Pause> = series.pauses().to_vec();
        pauses.retain(|pause| pause.to.is_some_and(|to| to <= from));
        let base = (series.start(), series.interval(), series.anchor(), series.end());
        let before = Series::new(base.0, base.1, base.2, base.3, pauses.clone()).unwrap();
        pauses.push(Pause { from, to: None, resume_anchor: ResumeAnchor::Unchanged });
        let paused = Series::new(base.0, base.1, base.2, base.3, pauses).unwrap();
        for (cut, whole) in paused.cycles().zip(before.cycles()) {
            prop_assert_eq!(cut, Cycle { end: whole.end.min(from), ..whole });
        }
    }
}

#[test]
fn a_long_series_is_found_without_walking() {
    let start = NaiveDate::from_ymd_opt(1, 1, 31).unwrap();
    let interval = Interval { unit: IntervalUnit::Day, count: 1 };
    let series = Series::new(start, interval, Anchor::Anniversary, None, vec![]).unwrap();
    let far = NaiveDate::from_ymd_opt(9_999, 12, 31).unwrap();
    let seq = series.cycle_on(far).unwrap().seq;
    assert_eq!(i64::from(seq), (far - start).num_days() + 1);
    assert_eq!(series.end_of(seq), far.succ_opt());
}
