//! Every function answers every input: a result or an error, never a panic.
use chrono::{DateTime, Days, NaiveDate, Utc};
use proptest::prelude::*;
use shared::rules::amendment::{
    Effective, TerminationPolicy, UnitStep, Version, amend, pause, terminate,
};
use shared::rules::cycle::{
    Anchor, Cycle, Interval, IntervalUnit, Pause, ResumeAnchor, Series, UnitRounding, WeekStart,
};
use shared::rules::figure::{Figure, Part};
use shared::rules::ledger::{
    BorrowExcess, Cancellation, CancellationOutcome, Cap, Closes, CycleTerms, Ends, Fact, FactKind,
    Horizon, Lot, LotKind, Next, OpenCycle, Opening, Overage, Policy, Projection, Rollover,
    SessionStatus, Slot, TopUpKind, Totals, alerts, available, close, lapses, left, left_by_lot,
    place, project, project_all, refuses, reverse, session_effect, used,
};
use shared::rules::meter::Reading;
use shared::rules::money::{
    Basis, CreditedLine, Decimal, Discount, Invoice, Line, OpenInvoice, Tax, TaxMode, TaxRounding,
    UnitRate, allocate, convert, late_fee, overage_charge, pay_named, pay_oldest, recognise,
    to_decimal, to_minor,
};
use shared::rules::proration::{
    FirstPartial, Item, Timing, factor, prorate, prorate_units_by, schedule,
};
use shared::rules::revenue::{arr, mrr};
use shared::rules::simulate::{Agreement, Bought};
use shared::rules::units::{Minor, Quantity};
use shared::rules::zone::{first_instant, local_date, zone};

use crate::world::mode;

fn number() -> impl Strategy<Value = i64> {
    prop_oneof![
        Just(i64::MAX),
        Just(i64::MIN),
        Just(0),
        Just(1),
        0i64..1_000,
        i64::MAX / 2 - 5..i64::MAX / 2 + 5,
        any::<i64>()
    ]
}

fn units() -> impl Strategy<Value = Quantity> {
    number().prop_map(Quantity)
}

fn count() -> impl Strategy<Value = u32> {
    prop_oneof![Just(0), Just(1), 1u32..100, Just(u32::MAX), any::<u32>()]
}

fn date() -> impl Strategy<Value = NaiveDate> {
    let from = |first: NaiveDate| move |days| first + Days::new(days);
    let [epoch, one] = [1970, 1].map(|year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap());
    prop_oneof![
        1 => Just(NaiveDate::MAX),
        1 => (0u64..200).prop_map(from(NaiveDate::MIN)),
        1 => (0u64..200).prop_map(|days| NaiveDate::MAX - Days::new(days)),
        4 => (0u64..60_000).prop_map(from(epoch)),
        1 => (0u64..3_652_000).prop_map(from(one)),
    ]
}

fn ends() -> impl Strategy<Value = Ends> {
    prop_oneof![
        Just(Ends::Never),
        count().prop_map(|seq| Ends::Cycle { seq }),
        date().prop_map(|date| Ends::Date { date }),
    ]
}

fn lots() -> impl Strategy<Value = Vec<Lot>> {
    let kind = prop_oneof![Just(LotKind::Rollover), Just(LotKind::Included), Just(LotKind::Makeup)];
    let starts = prop::option::of(date());
    let lot = (kind, count(), starts, ends(), units()).prop_map(
        |(kind, origin, starts, ends, quantity)| Lot { kind, origin, starts, ends, quantity },
    );
    prop::collection::vec(lot, 0..4)
}

fn facts() -> impl Strategy<Value = Vec<Fact>> {
    let kind = prop_oneof![
        Just(FactKind::Use),
        Just(FactKind::AdjustUp),
        Just(FactKind::AdjustDown),
        Just(FactKind::Carry),
        (prop::option::of(date()), ends()).prop_map(|(starts, ends)| {
            FactKind::TopUp { lot: TopUpKind::Goodwill, starts, ends }
        }),
    ];
    let fact = (date(), units(), kind).prop_map(|(effective_on, quantity, kind)| Fact {
        effective_on,
        quantity,
        kind,
    });
    prop::collection::vec(fact, 0..4)
}

prop_compose! {
    fn policy()(
        cap in prop_oneof![
            units().prop_map(|units| Cap::Units { units }),
            count().prop_map(|percent| Cap::Percent { percent }),
        ],
        max_cycles in prop::option::of(count()),
        carry in prop_oneof![Just(100u32), count()],
        mode in mode(),
        rate in (number(), units(), units()),
        borrow_cap in prop::option::of(units()),
        makeup_cycles in count(),
        thresholds in prop::collection::vec(count(), 0..3),
    ) -> Policy {
        let carry_percent = carry;
        let rollover = Rollover { cap, max_cycles, carry_percent, ..Rollover::default() };
        let overage = Overage {
            mode, rate_minor: Minor(rate.0), rate_per: rate.1, increment: rate.2, borrow_cap,
            borrow_excess: BorrowExcess::Bill,
        };
        let cancellation = Cancellation::default();
        let rollover = Some(rollover);
        Policy { rollover, overage, grace_days: carry, thresholds, cancellation, makeup_cycles }
    }
}

prop_compose! {
    fn totals()(numbers in prop::array::uniform10(units())) -> Totals {
        let [opening, grant, borrow_repaid, topups, adjust_up, rest @ ..] = numbers;
        let [adjust_down, adjust_waived, makeup_out, consumed, overage] = rest;
        Totals {
            opening, grant, borrow_repaid, topups, adjust_up, adjust_down, adjust_waived,
            makeup_out, consumed, overage,
        }
    }
}

prop_compose! {
    fn terms()(
        start in date(),
        interval in (0u8..4, prop_oneof![1u32..4_000, count()]),
        anchor in prop_oneof![
            Just(Anchor::Anniversary),
            count().prop_map(|month| Anchor::Calendar {
                fiscal_start_month: month, week_start: WeekStart::Sat,
            }),
            count().prop_map(|day| Anchor::DayOfMonth { day }),
            (date(), prop::option::of(count())).prop_map(|(date, day)| Anchor::Date { date, day }),
        ],
        end in prop::option::of(date()),
        pauses in prop::collection::vec((date(), prop::option::of(date())), 0..2),
    ) -> Option<Series> {
        use IntervalUnit::{Day, Month, Week, Year};
        let unit = [Day, Week, Month, Year][usize::from(interval.0)];
        let interval = Interval { unit, count: interval.1 };
        let reset = ResumeAnchor::Reset;
        let pauses = pauses.into_iter().map(|(from, to)| Pause { from, to, resume_anchor: reset });
        Series::new(start, interval, anchor, end, pauses.collect()).ok()
    }
}

prop_compose! {
    fn cycle()(days in prop::array::uniform4(date()), seq in count()) -> Cycle {
        let [start, end, nominal_start, nominal_end] = days;
        Cycle { seq, start, end, nominal_start, nominal_end }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn the_ledger_never_panics(
        (lots, facts, policy, totals) in (lots(), facts(), policy(), totals()),
        (grant, full_grant, borrow, next) in (units(), units(), units(), units()),
        (start, end, seq) in (date(), date(), count()),
    ) {
        let calendar = |seq: u32| (!seq.is_multiple_of(2)).then_some(end);
        let default = Policy::default();
        for policy in [&policy, &default] {
            let horizon = Horizon { all: None, carried: Some(end) };
            let terms =
                CycleTerms { seq, start, end, partial: false, grant, full_grant, policy, horizon };
            let opening = Opening { lots: lots.clone(), borrow };
            let stored = Projection {
                seq, totals, borrow_unpaid: borrow, settled: vec![], lots: lots.clone(),
            };
            let projection = project(&opening, &terms, &facts, &calendar);
            for projection in [Some(stored), projection.ok()].into_iter().flatten() {
                for next in [Next::Cycle { grant: next }, Next::Unknown, Next::Terminated] {
                    let closing = close(&projection, &terms, next, &calendar);
                    let _ = closing.map(|closing| closing.expired_total());
                }
                let _ = [left(&projection), left_by_lot(&projection), available(&projection)];
                let _ = (used(&projection), projection.totals.balance());
                let _ = lapses(&projection, &terms, &calendar);
                let _ = alerts(&projection.totals, &policy.thresholds, &[50]);
            }
            let open = [OpenCycle { terms, facts: &facts }, OpenCycle { terms, facts: &[] }];
            let _ = project_all(&opening, &open, &calendar);
            for fact in &facts {
                let _ = refuses(&opening, &open, seq as usize, *fact, &calendar);
                let _ = refuses(&opening, &open, 1, *fact, &calendar);
            }
        }
    }

    #[test]
    fn cycles_never_panic(series in terms(), on in date(), n in count(), price in number()) {
        let Some(series) = series else { return Ok(()) };
        for cycle in series.cycles().take(50).chain(series.cycle_on(on)).chain(series.cycle(n)) {
            let _ = (cycle.days(), cycle.nominal_days(), cycle.partial(), cycle.contains(on));
        }
        let added = Pause { from: on, to: on.succ_opt(), resume_anchor: ResumeAnchor::Reset };
        let _ = pause(&series, added, Minor(price));
        let _ = schedule(&series, Minor(price), on, Timing::Advance, FirstPartial::Full);
    }

    #[test]
    fn shares_never_panic(
        (cycle, on, days, nominal) in (cycle(), date(), number(), number()),
        (value, other, increment) in (number(), number(), units()),
    ) {
        for rounding in [UnitRounding::HalfUp, UnitRounding::Up, UnitRounding::Down] {
            let _ = prorate_units_by(Quantity(value), days, nominal, increment, rounding);
            let versions = [value, other].map(|n| Version { price: Minor(n), units: Quantity(n) });
            let step = UnitStep { increment, rounding };
            let _ = amend(&cycle, on, Effective::Now, versions, step);
            let _ = amend(&cycle, cycle.start, Effective::NextCycle, versions, step);
        }
        for timing in [Timing::Advance, Timing::Arrears] {
            let policy = TerminationPolicy::Prorate;
            let _ = terminate(&cycle, cycle.end, Minor(value), timing, policy);
        }
        let item = Item { cycle, charged_days: days, amount: Minor(value) };
        let _ = (prorate(Minor(value), days, nominal), factor(&[item, item]));
        let _ = Figure::sum("test", [value, other, nominal].map(|n| Part::new("part", n)));
        let reading = Reading {
            available: value,
            used: other,
            committed: increment.0,
            set_aside: other,
            elapsed_days: days,
            days: nominal,
        };
        let _ = reading.state();
    }

    #[test]
    fn places_never_panic(
        dates in prop::array::uniform4(date()),
        (grace, percent) in (count(), count()),
        (notice, quantity) in (number(), units()),
    ) {
        let [work, on, start, end] = dates;
        let slot = Slot { seq: grace, start, end, closes: Closes::after(end, grace) };
        let _ = (place(work, on, &[slot]), reverse(grace, on, &[slot]));
        let late = CancellationOutcome::Charge;
        let cancellation =
            Cancellation { charge_percent: percent, late, ..Cancellation::default() };
        let _ = session_effect(&cancellation, SessionStatus::Cancelled, notice, quantity);
    }

    #[test]
    fn instants_never_panic(date in date(), seconds in any::<i64>()) {
        for name in ["Pacific/Apia", "America/Havana", "Pacific/Kiritimati", "Europe/Amsterdam"] {
            let zone = zone(name)?;
            let start = first_instant(zone, date);
            let _ = local_date(zone, start);
            let instant = DateTime::<Utc>::from_timestamp(seconds, 0);
            let _ = instant.map(|instant| local_date(zone, instant));
        }
    }

    #[test]
    fn money_never_panics(
        amounts in prop::array::uniform4(number()),
        (places, decimals) in (0u32..19, prop::array::uniform4(number())),
        (start, end, count) in (date(), date(), count()),
    ) {
        let decimals = decimals.map(|digits| Decimal::new(digits, places).unwrap());
        let [share, rate, ..] = decimals;
        let [one, other, third, fourth] = amounts.map(Minor);
        let written = [to_decimal(one, "EUR"), share.to_string()];
        for text in written {
            let value = text.parse::<Decimal>();
            let _ = value.map(|value| ["JPY", "CLF"].map(|code| to_minor(value, code)));
        }
        let _ = (allocate(one, &decimals), allocate(one, &[]), convert(one, "JPY", "CLF", rate));
        let _ = (late_fee(one, other, share), late_fee(third, other, Decimal::from(1)));
        let rate_per = UnitRate { amount: other, per: Quantity(third.0) };
        let _ = overage_charge(Quantity(one.0), Quantity(fourth.0), rate_per);
        for basis in [Basis::Day, Basis::Month] {
            let _ = recognise(one, start, end, basis);
            let near = start.checked_add_days(Days::new(u64::from(count % 40_000)));
            let _ = near.map(|near| recognise(one, start, near, basis));
        }
        let open = |id, balance| OpenInvoice { id, due_on: start, issued_on: end, balance };
        let invoices = [open(1, other), open(2, third), open(2, fourth)];
        let _ = (pay_oldest(one, &invoices), pay_named(one, &invoices, &[(2, third), (3, one)]));
        for (net, tax) in [(one, other), (one, Minor(1)), (Minor(i64::MAX), Minor(i64::MAX))] {
            let mut line = CreditedLine { net, tax, credited: third };
            let _ = (line.credit(fourth), line.remaining());
        }
        let interval = Interval { unit: IntervalUnit::Day, count };
        let _ = (mrr(one, interval), arr(one, interval));
    }

    #[test]
    fn invoices_never_panic(
        // Mostly a few pieces at bearable rates, so that it is the prices that are extreme.
        rows in prop::collection::vec(
            (prop_oneof![4 => -1i64..=1, 1 => number()], number(), number(), 0u32..19),
            0..4,
        ),
        rates in prop::array::uniform2(prop_oneof![4 => 0i64..=1_000, 1 => number()]),
        (share, fixed, places) in (number(), number(), 0u32..19),
        (group, inclusive) in (any::<bool>(), any::<bool>()),
    ) {
        let decimal = |digits, places| Decimal::new(digits, places).unwrap();
        let discounts = [
            Some(Discount::Percent(decimal(share, places))),
            Some(Discount::Percent(Decimal::from(7))),
            Some(Discount::Amount(Minor(fixed))),
            None,
        ];
        for discount in discounts {
            let line = |(quantity, price, part, places): &(i64, i64, i64, u32)| {
                let tax = |(code, rate): (&str, i64)| {
                    Tax { code: code.to_owned(), rate: decimal(rate, 0) }
                };
                let fraction = Tax { code: "C".to_owned(), rate: decimal(*part, *places) };
                let taxes = ["A", "B"].into_iter().zip(rates).map(tax);
                let taxes = taxes.chain((places % 3 == 0).then_some(fraction)).collect();
                let (quantity, unit_price) = (decimal(*quantity, 0), decimal(*price, 0));
                Line { quantity, unit_price, discount, taxes }
            };
            let tax_mode = if inclusive { TaxMode::Inclusive } else { TaxMode::Exclusive };
            let tax_rounding = if group { TaxRounding::Group } else { TaxRounding::Line };
            let lines = rows.iter().map(line).collect();
            let _ = Invoice { lines, discount, tax_mode, tax_rounding }.totals();
        }
    }

    #[test]
    fn playing_never_panics(
        series in terms(),
        policy in policy(),
        (allowance, price, per) in (units(), number(), units()),
        usage in prop::collection::vec(units(), 0..4),
        (percents, cycles) in (prop::collection::vec(count(), 0..3), 0usize..130),
        (sessions, block, last) in (any::<bool>(), prop::option::of(units()), count()),
        starts in prop::option::of(date()),
    ) {
        let ends = Ends::Cycle { seq: last };
        let bought = block.map(|quantity| Bought { quantity, starts, ends });
        let Some(series) = series else { return Ok(()) };
        for policy in [&policy, &Policy::default()] {
            let (rounding, first_partial) = (UnitRounding::Up, FirstPartial::Full);
            let (price, series) = (Minor(price), &series);
            let agreement = Agreement {
                series, policy, allowance, rounding, price, first_partial, sessions, bought,
            };
            let _ = agreement.usage(&percents, cycles).map(|usage| agreement.play(&usage));
            let played = agreement.play(&usage);
            let _ = played.map(|play| play.totals.effective_price(per));
        }
    }
}
