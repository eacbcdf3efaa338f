//! Whatever is agreed and whatever happens: books are what a replay of the same events makes of
//! them, and no lot of them ever holds less than nothing or more than it was given.
use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::amendment::Effective;
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, ResumeAnchor, Series, WeekStart};
use shared::rules::ledger::{
    Cancellation, CancellationOutcome, Effect, Fact, FactKind, Lot, LotKind, Next, Opening, Policy,
    Projection, SessionStatus, TopUpKind, close, project,
};
use shared::rules::units::Quantity;

use crate::life::{Adjustment, Event, Kept, Life, POOLS, Record, Row};
use crate::world::policy;

fn pool() -> impl Strategy<Value = usize> {
    0..POOLS
}
fn units() -> impl Strategy<Value = i64> {
    prop_oneof![3 => 1i64..60, 1 => 1i64..400]
}
fn ago() -> impl Strategy<Value = u64> {
    prop_oneof![3 => 0u64..7, 1 => 0u64..60]
}

fn event() -> impl Strategy<Value = Event> {
    let status = prop_oneof![
        Just(SessionStatus::Completed),
        Just(SessionStatus::Cancelled),
        Just(SessionStatus::NoShow)
    ];
    let lot = prop_oneof![Just(TopUpKind::Purchased), Just(TopUpKind::Goodwill)];
    let kind = prop_oneof![
        (lot, prop::option::of(1u64..90)).prop_map(|(lot, days)| Adjustment::TopUp(lot, days)),
        Just(Adjustment::Up),
        Just(Adjustment::Down),
    ];
    let effective = prop_oneof![Just(Effective::Now), Just(Effective::NextCycle)];
    let anchor = prop_oneof![Just(ResumeAnchor::Unchanged), Just(ResumeAnchor::Reset)];
    prop_oneof![
        8 => (pool(), units(), ago())
            .prop_map(|(pool, units, ago)| Event::Use { pool, units, ago }),
        3 => (pool(), 1i64..5, status, 0i64..72, ago()).prop_map(
            |(pool, units, status, notice, ago)| Event::Session { pool, units, status, notice, ago }
        ),
        3 => (pool(), units(), kind, ago())
            .prop_map(|(pool, units, kind, ago)| Event::Adjust { pool, units, kind, ago }),
        3 => (0usize..40).prop_map(|nth| Event::TakeBack { nth }),
        1 => (pool(), 0i64..600, effective).prop_map(
            |(pool, allowance, effective)| Event::Amend { pool, allowance, effective }
        ),
        1 => (0u64..30, prop::option::weighted(0.7, 1u64..50), anchor).prop_map(
            |(after, days, resume_anchor)| Event::Pause { after, days, resume_anchor }
        ),
        1 => (0u64..20).prop_map(|ago| Event::Resume { ago }),
        1 => prop::option::weighted(0.7, 0u64..60).prop_map(|after| Event::End { after }),
        8 => (0u64..25).prop_map(Event::Days),
    ]
}

fn series() -> impl Strategy<Value = Series> {
    let interval = prop_oneof![
        2 => (1u32..4).prop_map(|count| (IntervalUnit::Month, count)),
        1 => (1u32..4).prop_map(|count| (IntervalUnit::Week, count)),
        1 => (7u32..40).prop_map(|count| (IntervalUnit::Day, count)),
    ];
    let anchor = prop_oneof![
        Just(Anchor::Anniversary),
        Just(Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon }),
        (1u32..=31).prop_map(|day| Anchor::DayOfMonth { day }),
    ];
    let start = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    (0u64..200, interval, anchor, prop::option::of(30u64..300)).prop_filter_map(
        "no series",
        move |(after, (unit, count), anchor, days)| {
            let start = start + Days::new(after);
            let end = days.map(|days| start + Days::new(days));
            Series::new(start, Interval { unit, count }, anchor, end, Vec::new()).ok()
        },
    )
}

fn cancellation() -> impl Strategy<Value = Cancellation> {
    let outcome = || {
        prop_oneof![
            Just(CancellationOutcome::Charge),
            Just(CancellationOutcome::Release),
            Just(CancellationOutcome::Carry)
        ]
    };
    (0u32..48, outcome(), outcome(), outcome(), 0u32..=100).prop_map(
        |(notice_hours, in_time, late, no_show, charge_percent)| Cancellation {
            notice_hours,
            in_time,
            late,
            no_show,
            charge_percent,
        },
    )
}

prop_compose! {
    /// Any agreement on three pools.
    fn beginning()(
        series in series(),
        policies in prop::array::uniform3((policy(), cancellation())),
        allowances in prop::array::uniform3(prop_oneof![3 => 0i64..600, 1 => Just(0i64)]),
        grace_days in prop_oneof![2 => Just(0u32), 1 => 0u32..10],
    ) -> Life {
        let policies = policies.map(|(policy, cancellation)| {
            Policy { grace_days, cancellation, ..policy }
        });
        Life::begin(series, policies, allowances.map(Quantity))
    }
}

fn held(lots: &[Lot]) -> i64 {
    lots.iter().map(|lot| lot.quantity.0).sum()
}

/// What the lines of a ledger say of a cycle, added up: what came in less what was drawn.
fn entries(opening: &Opening, projection: &Projection, facts: &[Fact]) -> i64 {
    let added = facts
        .iter()
        .filter(|fact| matches!(fact.kind, FactKind::AdjustUp | FactKind::TopUp { .. }));
    let added: i64 = added.map(|fact| fact.quantity.0).sum();
    let moves = projection.settled.iter().flat_map(|settled| &settled.draws);
    let drawn: i64 = moves.map(|draw| draw.quantity.0).sum();
    let granted = projection.totals.grant.0 - projection.totals.borrow_repaid.0;
    held(&opening.lots) + granted + added - drawn
}

/// Units by what they are and the cycle they come from.
type Stock = BTreeMap<(LotKind, u32), i64>;

/// Carried allowance is allowance still.
fn class(kind: LotKind) -> LotKind {
    if kind == LotKind::Rollover { LotKind::Included } else { kind }
}

/// What was ever given, by kind and cycle.
fn given(life: &Life, pool: usize, open: &[Projection]) -> Stock {
    let mut stock = Stock::new();
    let mut add = |kind, seq, units: i64| *stock.entry((kind, seq)).or_default() += units;
    for kept in life.closed.iter().map(|kept| &kept[pool]) {
        add(LotKind::Included, kept.row.cycle.seq, kept.row.grants[pool].0);
        add(LotKind::Makeup, kept.row.cycle.seq, kept.projection.totals.makeup_out.0);
    }
    for (row, projection) in life.open.iter().zip(open) {
        add(LotKind::Included, row.cycle.seq, row.grants[pool].0);
        add(LotKind::Makeup, row.cycle.seq, projection.totals.makeup_out.0);
    }
    for record in life.records.iter().filter(|record| record.pool == pool && !record.undone) {
        match record.fact.kind {
            FactKind::AdjustUp => add(LotKind::Included, record.seq, record.fact.quantity.0),
            FactKind::TopUp { lot, .. } => add(lot.into(), record.seq, record.fact.quantity.0),
            _ => {}
        }
    }
    stock
}

/// No lot holds less than nothing, and all that come from one place no more than was given there.
fn within(lots: &[Lot], given: &Stock) -> Result<(), TestCaseError> {
    let mut stock = Stock::new();
    for lot in lots {
        prop_assert!(lot.quantity.0 >= 0, "{:?}", lot);
        *stock.entry((class(lot.kind), lot.origin)).or_default() += lot.quantity.0;
    }
    for (place, units) in stock {
        let most = given.get(&place).copied().unwrap_or(0);
        prop_assert!(units <= most, "{:?} holds {} of {}", place, units, most);
    }
    Ok(())
}

/// An open cycle brings what its days do one by one, each at the version that holds on it, wherever
/// it was cut and whatever was agreed in it.
fn brings_its_days(life: &Life, pool: usize) -> Result<(), TestCaseError> {
    let served = |row: &&Row| life.settles != Some(row.cycle.seq);
    for row in life.open.iter().filter(served) {
        // From the day on which terms are told to hold, cycles run under them.
        for (number, (from, _)) in life.versions.iter().enumerate().skip(row.version + 1) {
            let within = row.cycle.start <= *from && *from < row.cycle.end;
            let at_once = life.at_once.contains(&number);
            prop_assert!(at_once || !within, "{:?}: version {} from {}", row, number, from);
        }
        let standing: i64 = life.standing(pool, row.cycle.seq).values().sum();
        let brings = row.grants[pool].0 + standing;
        let mut exact = 0;
        for day in row.cycle.start.iter_days().take_while(|day| *day < row.cycle.end) {
            let holds = |version: &&usize| {
                let from = life.versions[**version].0;
                **version > row.version && row.cycle.start <= from && from <= day
            };
            let version = life.at_once.iter().rfind(holds).unwrap_or(&row.version);
            exact += life.versions[*version].1[pool].0;
        }
        let nominal = row.cycle.nominal_days();
        let off = brings * nominal - exact;
        prop_assert!(off.abs() * 2 <= nominal, "{:?}: {} is off by {}", row, brings, off);
    }
    Ok(())
}

/// What was taken back of a closed cycle gave back what lots had paid more than they would have
/// without it, and what was borrowed for it; whichever went first.
fn gives_back_what_was_paid(life: &Life, pool: usize) -> Result<(), TestCaseError> {
    for kept in life.closed.iter().map(|kept| &kept[pool]) {
        let seq = kept.row.cycle.seq;
        let mine = |one: &&Record| (one.pool, one.seq, one.undone) == (pool, seq, false);
        let gone = |one: &&Record| one.restored && one.fact.kind == FactKind::Use;
        let records: Vec<&Record> = life.records.iter().filter(mine).collect();
        let used: i64 = records.iter().filter(|one| gone(one)).map(|one| one.fact.quantity.0).sum();
        let stays: Vec<Fact> =
            records.iter().filter(|one| !gone(one)).map(|one| one.fact).collect();
        let calendar = |seq| kept.calendar.end_of(seq);
        let terms = life.terms_by(&kept.calendar, pool, &kept.row);
        let without = project(&kept.opening, &terms, &stays, &calendar)?;
        let paid = |of: &Projection| of.totals.consumed.0 - of.totals.overage.0;
        let less = kept.projection.totals.overage.0 - without.totals.overage.0;
        let over = kept.projection.totals.overage.0 - kept.closing.borrowed.0;
        let back = life.taken_back.iter().filter(|one| (one.0, one.1) == (pool, seq));
        let back = used - back.map(|one| one.2.0).sum::<i64>();
        let borrowed = (less - over).max(0);
        prop_assert_eq!(back, paid(&kept.projection) - paid(&without) + borrowed, "{}", seq);
    }
    Ok(())
}

/// The laws of one pool at one moment.
fn holds(life: &Life, pool: usize) -> Result<(), TestCaseError> {
    let projections = life.projections(pool)?;
    let given = given(life, pool, &projections);
    let calendar = |seq| life.series.end_of(seq);
    let mut opening = life.closed.last().map(|kept| kept[pool].closing.next.clone());
    for (index, (row, projection)) in life.open.iter().zip(&projections).enumerate() {
        let begins = opening.take().unwrap_or_default();
        let facts = life.facts(pool, row.cycle.seq);
        let balance = projection.totals.balance().0;
        prop_assert_eq!(balance, entries(&begins, projection, &facts));
        prop_assert_eq!(balance, held(&projection.lots));
        within(&projection.lots, &given)?;
        if let Some(follower) = life.open.get(index + 1) {
            let next = Next::Cycle { grant: follower.grants[pool] };
            opening = Some(close(projection, &life.terms(pool, row), next, &calendar)?.next);
        }
    }
    for kept in life.closed.iter().map(|kept| &kept[pool]) {
        within(&kept.projection.lots, &given)?;
        within(&kept.closing.next.lots, &given)?;
    }
    ended_for_good(life, pool)
}

/// Once the end has come and its last cycle is closed, nothing is left and nothing is owed; and it
/// comes, whatever was paused, resumed and agreed before.
fn ended_for_good(life: &Life, pool: usize) -> Result<(), TestCaseError> {
    if life.ended {
        prop_assert!(life.open.is_empty());
        let last = life.closed.last().map(|kept| &kept[pool].closing);
        prop_assert_eq!(last.map(|last| held(&last.next.lots)), Some(0));
        prop_assert_eq!(last.map(|last| last.next.borrow.0), Some(0));
    }
    let over = life.series.end().is_some_and(|end| end <= life.today);
    prop_assert!(!over || life.ended || !life.open.is_empty(), "it never ends");
    Ok(())
}

/// Every closed cycle of a pool, made anew from facts alone.
fn replayed(life: &Life, pool: usize) -> Result<Vec<Kept>, TestCaseError> {
    let mut opening = Opening::default();
    let mut all = Vec::new();
    for Kept { row, next, calendar: known, .. } in life.closed.iter().map(|kept| &kept[pool]) {
        let calendar = |seq| known.end_of(seq);
        let terms = life.terms_by(known, pool, row);
        let facts = life.facts(pool, row.cycle.seq);
        let projection = project(&opening, &terms, &facts, &calendar)?;
        let closing = close(&projection, &terms, *next, &calendar)?;
        let begins = std::mem::replace(&mut opening, closing.next.clone());
        let (row, next, calendar) = (row.clone(), *next, known.clone());
        all.push(Kept { row, opening: begins, next, calendar, projection, closing });
    }
    Ok(all)
}

fn lived(life: &Life, events: &[Event]) -> Result<Life, TestCaseError> {
    let mut life = life.clone();
    for event in events {
        life.meet(event)?;
    }
    Ok(life)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn at_every_moment_the_balance_is_what_entries_and_lots_say(
        life in beginning(),
        events in prop::collection::vec(event(), 0..40),
    ) {
        let mut life = life;
        for event in &events {
            life.meet(event)?;
            for pool in 0..POOLS {
                holds(&life, pool)?;
                brings_its_days(&life, pool)?;
                gives_back_what_was_paid(&life, pool)?;
            }
        }
    }

    #[test]
    fn a_replay_of_the_facts_makes_the_same_books(
        life in beginning(),
        events in prop::collection::vec(event(), 0..60),
    ) {
        let life = lived(&life, &events)?;
        for pool in 0..POOLS {
            let kept: Vec<Kept> = life.closed.iter().map(|kept| kept[pool].clone()).collect();
            prop_assert_eq!(replayed(&life, pool)?, kept);
        }
    }

    #[test]
    fn a_scheduler_that_slept_makes_the_same_books_as_one_that_did_not(
        life in beginning(),
        events in prop::collection::vec(event(), 0..40),
    ) {
        // Source: domain 8.5.
        let daily = events.iter().flat_map(|event| match event {
            Event::Days(days) => vec![Event::Days(1); usize::try_from(*days).unwrap()],
            other => vec![other.clone()],
        });
        let daily: Vec<Event> = daily.collect();
        prop_assert_eq!(lived(&life, &events)?, lived(&life, &daily)?);
    }

    #[test]
    fn closing_what_is_closed_changes_nothing(
        life in beginning(),
        events in prop::collection::vec(event(), 0..40),
    ) {
        let mut life = lived(&life, &events)?;
        let before = life.clone();
        life.meet(&Event::Days(0))?;
        life.meet(&Event::Days(0))?;
        prop_assert_eq!(life, before);
    }

    #[test]
    fn over_a_whole_life_no_unit_is_lost_or_made(
        life in beginning(),
        events in prop::collection::vec(event(), 0..60),
    ) {
        let life = lived(&life, &events)?;
        for pool in 0..POOLS {
            let mut balance = 0;
            for Kept { projection, closing, .. } in life.closed.iter().map(|kept| &kept[pool]) {
                let totals = &projection.totals;
                balance += totals.grant.0 + totals.topups.0 + totals.adjust_up.0;
                balance -= totals.borrow_repaid.0 + totals.adjust_down.0;
                balance -= totals.consumed.0 - totals.overage.0 + closing.expired_total().0;
                prop_assert_eq!(closing.closing_balance.0, balance);
                let set_aside = projection.settled.iter().filter(|s| s.effect == Effect::SetAside);
                let drawn = set_aside.flat_map(|settled| &settled.draws);
                let drawn: i64 = drawn.map(|draw| draw.quantity.0).sum();
                prop_assert_eq!(drawn, totals.makeup_out.0);
            }
        }
    }
}
