//! Terms that are played are the terms that hold: the ledger says the same of the same use.
use proptest::prelude::*;
use shared::rules::RuleError;
use shared::rules::cycle::{Anchor, Cycle, Interval, IntervalUnit, Series};
use shared::rules::ledger::{
    BorrowExcess, Cancellation, CancellationOutcome, Cap, CycleTerms, Ends, Fact, FactKind,
    Horizon, Next, OpenCycle, Opening, Overage, OverageMode, Policy, Rollover, close, project_all,
};
use shared::rules::proration::{FirstPartial, UnitRounding, prorate_units};
use shared::rules::simulate::{
    Agreement, Bought, CYCLES, CYCLES_MAX, Play, PlayedCycle, Profile, Sessions,
};
use shared::rules::units::{Minor, Quantity};

use crate::cycles::series;
use crate::world::{mode, policy};

/// Terms and what a client wants to use under them.
#[derive(Debug, Clone)]
struct Table {
    series: Series,
    policy: Policy,
    allowance: Quantity,
    usage: Vec<Quantity>,
}

impl Table {
    fn agreement(&self) -> Agreement<'_> {
        Agreement {
            series: &self.series,
            policy: &self.policy,
            allowance: self.allowance,
            rounding: UnitRounding::HalfUp,
            price: Minor(150_000),
            first_partial: FirstPartial::Prorate,
            sessions: false,
            bought: None,
        }
    }

    fn play(&self) -> Play {
        self.agreement().play(&self.usage).unwrap()
    }

    fn terms(&self, cycle: &Cycle) -> CycleTerms<'_> {
        let Cycle { seq, start, end, .. } = *cycle;
        let (days, whole) = (cycle.days(), cycle.nominal_days());
        let grant = prorate_units(self.allowance, days, whole, UnitRounding::HalfUp).unwrap();
        let (full_grant, policy) = (self.allowance, &self.policy);
        let horizon = Horizon::of(&self.series, policy);
        let partial = cycle.partial();
        CycleTerms { seq, start, end, partial, grant, full_grant, policy, horizon }
    }
}

prop_compose! {
    fn table()(
        series in series().prop_filter_map("no series", |series| series),
        policy in policy(),
        allowance in 0i64..1_000,
        // Partial cycles have little to use: little use leaves some of it.
        usage in prop::collection::vec(prop_oneof![0i64..1_500, 0i64..200, Just(0)], 0..16),
    ) -> Table {
        let usage = usage.into_iter().map(Quantity).collect();
        Table { series, policy, allowance: Quantity(allowance), usage }
    }
}

fn outcome() -> impl Strategy<Value = CancellationOutcome> {
    use CancellationOutcome::{Carry, Charge, Release};
    prop_oneof![Just(Charge), Just(Release), Just(Carry)]
}

fn ends() -> impl Strategy<Value = Ends> {
    let cycle = (1u32..15).prop_map(|seq| Ends::Cycle { seq });
    prop_oneof![Just(Ends::Never), cycle]
}

fn sum(cycles: &[PlayedCycle], value: fn(&PlayedCycle) -> i64) -> i64 {
    cycles.iter().map(value).sum()
}

proptest! {
    #[test]
    fn each_cycle_balances_and_hands_on_what_it_has(table in table()) {
        let Play { cycles, totals } = table.play();
        prop_assert_eq!(cycles.len(), table.series.first(table.usage.len()).len());
        for (played, wanted) in cycles.iter().zip(&table.usage) {
            let paid = played.used.0 - played.overage.0;
            let held = played.opening.0 + played.grant.0 - played.repaid.0 - paid;
            prop_assert_eq!(held - played.lapsed.0, played.closing_balance.0);
            prop_assert_eq!(played.used.0 + played.refused.0, wanted.0);
            let step = table.policy.overage.increment.0;
            let over = played.overage.0 + played.unrepaid.0;
            let owed = over - played.absorbed.0 - played.borrowed.0;
            prop_assert!((owed..owed + step).contains(&played.billed.0));
        }
        for pair in cycles.windows(2) {
            prop_assert_eq!(pair[0].closing_balance, pair[1].opening);
            prop_assert!(pair[0].borrowed >= pair[1].repaid);
        }
        // Over all cycles: what was given was paid with, lapsed, or is still there.
        let left = cycles.last().map_or(0, |last| last.closing_balance.0);
        let given = totals.grant.0 - sum(&cycles, |cycle| cycle.repaid.0);
        prop_assert_eq!(given, totals.used.0 - totals.overage.0 + totals.lapsed.0 + left);
        let overage = [totals.billed, totals.absorbed, totals.borrowed].map(|units| units.0);
        let each: [fn(&PlayedCycle) -> i64; 3] =
            [|cycle| cycle.billed.0, |cycle| cycle.absorbed.0, |cycle| cycle.borrowed.0];
        prop_assert_eq!(overage, each.map(|value| sum(&cycles, value)));
        prop_assert_eq!(totals.paid.0, sum(&cycles, |cycle| cycle.fee.0 + cycle.billed_amount.0));
        if let Some(price) = totals.effective_price(Quantity(60))? {
            let away = price.0 * totals.used.0 - totals.paid.0 * 60;
            prop_assert!(away.abs() * 2 <= totals.used.0);
        }
    }

    #[test]
    fn playing_is_replaying_the_same_use_as_facts(table in table()) {
        let Play { cycles, .. } = table.play();
        // Recorded on the last day, in two entries: neither may matter.
        let facts: Vec<[Fact; 2]> = cycles.iter().map(|played| {
            let some = played.used.0 / 3;
            let day = played.cycle.end.pred_opt().unwrap();
            [some, played.used.0 - some].map(|quantity| Fact {
                effective_on: day, quantity: Quantity(quantity), kind: FactKind::Use,
            })
        }).collect();
        let open: Vec<OpenCycle<'_>> = cycles.iter().zip(&facts).map(|(played, facts)| {
            OpenCycle { terms: table.terms(&played.cycle), facts }
        }).collect();
        let calendar = |seq| table.series.end_of(seq);
        let projections = project_all(&Opening::default(), &open, &calendar)?;
        for ((played, projection), open) in cycles.iter().zip(&projections).zip(&open) {
            let next = table.series.cycle(played.cycle.seq + 1);
            let next = match next.map(|next| table.terms(&next).grant) {
                Some(grant) => Next::Cycle { grant },
                None if table.series.end() == Some(played.cycle.end) => Next::Terminated,
                None => Next::Unknown,
            };
            let closing = close(projection, &open.terms, next, &calendar)?;
            let totals = projection.totals;
            let replayed = PlayedCycle {
                cycle: played.cycle,
                fee: played.fee,
                refused: played.refused,
                opening: totals.opening,
                grant: totals.grant,
                bought: Quantity(0),
                sessions: Sessions::default(),
                repaid: totals.borrow_repaid,
                used: totals.consumed,
                overage: totals.overage,
                billed: closing.overage_billed,
                billed_amount: closing.overage_amount,
                absorbed: closing.overage_absorbed,
                borrowed: closing.borrowed,
                unrepaid: closing.unrepaid,
                lapsed: closing.expired_total(),
                carried_out: closing.carried_out,
                closing_balance: closing.closing_balance,
            };
            prop_assert_eq!(*played, replayed);
        }
    }

    #[test]
    fn blocks_and_sessions_balance_and_nothing_is_kept_that_was_not_there(
        table in table(),
        (sessions, quantity, ends) in (any::<bool>(), 0i64..500, ends()),
        outcomes in [outcome(), outcome(), outcome()],
        (charge_percent, makeup_cycles) in (0u32..=100, 1u32..4),
        starts in prop::option::of(0u64..200),
    ) {
        let mut table = table;
        let [in_time, late, no_show] = outcomes;
        table.policy.cancellation =
            Cancellation { in_time, late, no_show, charge_percent, notice_hours: 24 };
        table.policy.makeup_cycles = makeup_cycles;
        // A series that is paused from its first to its last day has no cycle.
        let first = table.series.cycle(1).map(|cycle| cycle.start);
        let starts = starts.zip(first).map(|(days, first)| first + chrono::Days::new(days));
        let bought = Some(Bought { quantity: Quantity(quantity), starts, ends });
        let agreement = Agreement { sessions, bought, ..table.agreement() };
        let Play { cycles, totals } = agreement.play(&table.usage)?;
        for (played, wanted) in cycles.iter().zip(&table.usage) {
            let paid = played.used.0 - played.overage.0;
            let there = played.opening.0 + played.grant.0 + played.bought.0 - played.repaid.0;
            prop_assert_eq!(there - paid - played.lapsed.0, played.closing_balance.0);
            let Sessions { booked, in_time, late, missed, set_aside } = played.sessions;
            prop_assert_eq!(booked, if sessions { *wanted } else { Quantity(0) });
            let unheld = in_time.0 + late.0 + missed.0;
            prop_assert!(unheld <= booked.0 && set_aside.0 <= unheld && set_aside.0 <= there);
        }
        for pair in cycles.windows(2) {
            prop_assert_eq!(pair[0].closing_balance, pair[1].opening);
        }
        let left = cycles.last().map_or(0, |last| last.closing_balance.0);
        let given = totals.grant.0 + totals.bought.0 - sum(&cycles, |cycle| cycle.repaid.0);
        prop_assert_eq!(given, totals.used.0 - totals.overage.0 + totals.lapsed.0 + left);
        prop_assert_eq!(totals.bought.0, if cycles.is_empty() { 0 } else { quantity });
    }

    #[test]
    fn only_a_pool_that_blocks_refuses_and_it_has_no_overage(table in table(), mode in mode()) {
        let mut table = table;
        table.policy.overage.mode = mode;
        for played in table.play().cycles {
            if mode == OverageMode::Block {
                prop_assert_eq!(played.overage, Quantity(0));
                let available = played.opening.0 + played.grant.0 - played.repaid.0;
                let wanted = played.used.0 + played.refused.0;
                prop_assert_eq!(played.used.0, wanted.min(available));
            } else {
                prop_assert_eq!(played.refused, Quantity(0));
            }
        }
    }
}

fn monthly(start: (i32, u32, u32), end: Option<(i32, u32, u32)>) -> Series {
    let day = |(y, m, d)| chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
    let interval = Interval { unit: IntervalUnit::Month, count: 1 };
    let anchor = Anchor::DayOfMonth { day: 1 };
    Series::new(day(start), interval, anchor, end.map(day), Vec::new()).unwrap()
}

fn ten_hours(series: Series, mode: OverageMode, usage: &[i64]) -> Table {
    let cap = Cap::Units { units: Quantity(300) };
    let rollover = Rollover { cap, max_cycles: Some(1), ..Rollover::default() };
    let overage = Overage {
        mode,
        rate_minor: Minor(15_000),
        rate_per: Quantity(60),
        borrow_cap: Some(Quantity(120)),
        borrow_excess: BorrowExcess::Bill,
        ..Overage::default()
    };
    let policy = Policy { rollover: Some(rollover), overage, ..Policy::default() };
    let usage = usage.iter().copied().map(Quantity).collect();
    Table { series, policy, allowance: Quantity(600), usage }
}

#[test]
fn a_quarter_of_the_written_example_is_played_as_it_is_told() {
    // Domain 1.2: 400 used and 200 carried; 120 used, 80 lapse, 600 unused are capped to 300.
    let table = ten_hours(monthly((2026, 1, 1), None), OverageMode::Bill, &[400, 120, 1_000]);
    let Play { cycles, totals } = table.play();
    let told = |c: &PlayedCycle| (c.opening.0, c.carried_out.0, c.lapsed.0, c.closing_balance.0);
    let told: Vec<_> = cycles.iter().map(told).collect();
    assert_eq!(told, [(0, 200, 0, 200), (200, 300, 380, 300), (300, 0, 0, 0)]);
    // March: 900 there, 1,000 used; 100 minutes at 150.00 an hour are 250.00.
    assert_eq!((cycles[2].billed, cycles[2].billed_amount), (Quantity(100), Minor(25_000)));
    assert_eq!((totals.paid, totals.used), (Minor(475_000), Quantity(1_520)));
    // 4,750.00 for 25 h 20.
    assert_eq!(totals.effective_price(Quantity(60)), Ok(Some(Minor(18_750))));
}

#[test]
fn borrowed_time_is_repaid_and_the_last_cycle_has_nobody_to_borrow_from() {
    // Domain 4.4: 780 of 600 with a cap of 120 leaves 480 and bills 60.
    let series = monthly((2026, 1, 1), Some((2026, 3, 1)));
    let Play { cycles, totals } = ten_hours(series, OverageMode::Borrow, &[780, 500, 1]).play();
    let told = |c: &PlayedCycle| (c.repaid.0, c.overage.0, c.borrowed.0, c.billed.0);
    let told: Vec<_> = cycles.iter().map(told).collect();
    assert_eq!(told, [(0, 180, 120, 60), (120, 20, 0, 20)]);
    assert_eq!(totals.billed_amount, Minor(20_000));
}

#[test]
fn a_cycle_in_part_is_a_share_of_allowance_use_and_price() {
    let table = ten_hours(monthly((2026, 11, 16), None), OverageMode::Block, &[]);
    let agreement = table.agreement();
    let usage = agreement.usage(Profile::Heavy.percents(), CYCLES).unwrap();
    assert_eq!(usage[..3], [330, 750, 720].map(Quantity));
    let cycles = agreement.play(&usage).unwrap().cycles;
    let told = |c: &PlayedCycle| (c.grant.0, c.fee.0, c.used.0, c.refused.0);
    assert_eq!(told(&cycles[0]), (300, 75_000, 300, 30));
    assert_eq!(told(&cycles[1]), (600, 150_000, 600, 150));
    assert_eq!(cycles.len(), CYCLES);
}

#[test]
fn profiles_use_what_they_say_on_average() {
    let table = ten_hours(monthly((2026, 1, 1), None), OverageMode::Absorb, &[]);
    let agreement = table.agreement();
    let used = |profile: Profile| {
        let usage = agreement.usage(profile.percents(), CYCLES).unwrap();
        agreement.play(&usage).unwrap().totals.used.0 * 100 / (600 * 12)
    };
    assert_eq!(Profile::ALL.map(used), [60, 95, 120]);
}

#[test]
fn a_sum_beyond_64_bits_is_an_error() {
    let mut table = ten_hours(monthly((2026, 1, 1), None), OverageMode::Bill, &[601]);
    let dear = Agreement { price: Minor(i64::MAX), ..table.agreement() };
    assert_eq!(dear.play(&table.usage), Err(RuleError::TooLarge));
    assert!(dear.play(&[Quantity(600)]).is_ok());
    table.usage = vec![Quantity(0); CYCLES_MAX + 1];
    assert_eq!(table.agreement().play(&table.usage), Err(RuleError::TooLarge));
    assert_eq!(table.agreement().usage(&[100], CYCLES_MAX + 1), Err(RuleError::TooLarge));
}

/// Four sessions a month, of which a carried one comes back once; nothing else carries.
fn four_sessions(usage: &[i64]) -> Table {
    let cancellation =
        Cancellation { in_time: CancellationOutcome::Carry, ..Cancellation::default() };
    let policy = Policy { cancellation, ..Policy::default() };
    let usage = usage.iter().copied().map(Quantity).collect();
    let series = monthly((2026, 1, 1), None);
    Table { series, policy, allowance: Quantity(4), usage }
}

#[test]
fn a_session_called_off_in_time_is_made_up_in_the_next_cycle_and_then_lapses() {
    let table = four_sessions(&[4, 4, 4]);
    let agreement = Agreement { sessions: true, ..table.agreement() };
    let Play { cycles, totals } = agreement.play(&table.usage).unwrap();
    // Of twelve the third is kept, the sixth and the ninth are charged as if they were held.
    let told = |c: &PlayedCycle| {
        (c.opening.0, c.used.0, c.sessions.set_aside.0, c.lapsed.0, c.closing_balance.0)
    };
    let told: Vec<_> = cycles.iter().map(told).collect();
    assert_eq!(told, [(0, 3, 1, 0, 1), (1, 4, 0, 1, 0), (0, 4, 0, 0, 0)]);
    let Sessions { booked, in_time, late, missed, set_aside } = totals.sessions;
    assert_eq!([booked, in_time, late, missed, set_aside].map(|n| n.0), [12, 1, 1, 1, 1]);
}

#[test]
fn a_block_is_drawn_until_it_is_used_or_lapses() {
    let mut table = four_sessions(&[]);
    table.allowance = Quantity(0);
    table.policy.overage.mode = OverageMode::Block;
    let ends = Ends::Date { date: chrono::NaiveDate::from_ymd_opt(2026, 7, 1).unwrap() };
    let bought = Some(Bought { quantity: Quantity(10), starts: None, ends });
    let agreement = Agreement { bought, ..table.agreement() };
    let told = |profile: Profile| {
        let usage = agreement.usage(profile.percents(), CYCLES).unwrap();
        let Play { cycles, totals } = agreement.play(&usage).unwrap();
        (cycles.len(), totals.used.0, totals.refused.0, totals.lapsed.0)
    };
    // Six months of its life: 355, 575 and 725 of 600 per cent of ten sessions.
    assert_eq!(Profile::ALL.map(told), [(6, 6, 0, 4), (6, 10, 0, 0), (6, 10, 2, 0)]);
    // One that starts in March is not used before.
    let starts = chrono::NaiveDate::from_ymd_opt(2026, 3, 10);
    let bought = bought.map(|bought| Bought { starts, ..bought });
    let agreement = Agreement { bought, ..table.agreement() };
    let usage = agreement.usage(&[100], CYCLES).unwrap();
    assert_eq!(usage.iter().map(|n| n.0).collect::<Vec<_>>(), [0, 0, 3, 2, 3, 2]);
    let totals = agreement.play(&usage).unwrap().totals;
    assert_eq!((totals.used.0, totals.refused.0, totals.lapsed.0), (10, 0, 0));
}
