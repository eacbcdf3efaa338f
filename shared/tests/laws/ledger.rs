//! No unit is lost or made, whatever a pool's policy and history.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use proptest::prelude::*;
use shared::rules::RuleError;
use shared::rules::ledger::{
    Cap, CycleTerms, Effect, Ends, ExpiryReason, Fact, FactKind, Horizon, Lot, LotKind, Next,
    OpenCycle, Opening, OverageMode, Policy, Projection, Rollover, alerts, available, beyond,
    close, lapses, left, left_by_lot, project, project_all, refuses, used,
};
use shared::rules::units::Quantity;

use crate::world::{SEQ, World, end_of, fact, quantity, start_of, world};

fn sum(quantities: impl IntoIterator<Item = Quantity>) -> i64 {
    quantities.into_iter().map(|quantity| quantity.0).sum()
}

fn held(lots: &[Lot]) -> i64 {
    sum(lots.iter().map(|lot| lot.quantity))
}

/// Units by kind, origin and end.
type Stock = BTreeMap<String, i64>;

fn add(stock: &mut Stock, (kind, origin, ends): (LotKind, u32, Ends), quantity: i64) {
    *stock.entry(format!("{kind:?} {origin} {ends:?}")).or_default() += quantity;
}

/// What the lots of a cycle hold before anything is drawn.
fn offered(world: &World, projection: &Projection) -> Stock {
    let mut stock = Stock::new();
    for lot in &world.opening.lots {
        add(&mut stock, (lot.kind, lot.origin, lot.ends), lot.quantity.0);
    }
    for fact in &world.facts {
        if let FactKind::TopUp { lot, ends, .. } = fact.kind {
            add(&mut stock, (lot.into(), SEQ, ends), fact.quantity.0);
        }
    }
    let totals = &projection.totals;
    let allowance = totals.grant.0 - totals.borrow_repaid.0 + totals.adjust_up.0;
    add(&mut stock, (LotKind::Included, SEQ, Ends::Cycle { seq: SEQ }), allowance);
    stock.retain(|_, quantity| *quantity > 0);
    stock
}

fn pays(ends: Ends, date: NaiveDate) -> bool {
    match ends {
        Ends::Never => true,
        Ends::Cycle { seq } => SEQ <= seq,
        Ends::Date { date: end } => date < end,
    }
}

proptest! {
    #[test]
    fn no_unit_is_lost_when_a_cycle_closes(world in world()) {
        let (projection, closing) = world.close()?;
        let totals = &projection.totals;
        let given = totals.opening.0 + totals.grant.0 + totals.topups.0 + totals.adjust_up.0;
        let paid = totals.consumed.0 - totals.overage.0;
        let taken = totals.borrow_repaid.0 + paid + totals.adjust_down.0;
        let closing_balance = given - taken - closing.expired_total().0;
        prop_assert_eq!(closing.closing_balance.0, closing_balance);
        prop_assert_eq!(held(&closing.next.lots), closing_balance);
        prop_assert_eq!(held(&projection.lots), totals.balance().0);
        let unpaid = world.opening.borrow.0 - totals.borrow_repaid.0 - closing.unrepaid.0;
        let owed = unpaid + closing.borrowed.0;
        prop_assert_eq!(closing.next.borrow.0, owed);
    }

    #[test]
    fn overage_is_borrowed_billed_or_absorbed(world in world()) {
        let (projection, closing) = world.close()?;
        let overage = projection.totals.overage.0 + closing.unrepaid.0;
        let rest = overage - closing.borrowed.0 - closing.overage_absorbed.0;
        let increment = world.policy.overage.increment.0;
        let billed = closing.overage_billed.0;
        prop_assert!((rest..rest + increment).contains(&billed) && billed % increment == 0);
        if world.next == Next::Terminated {
            prop_assert_eq!(closing.unrepaid, projection.borrow_unpaid);
            prop_assert_eq!(&closing.next, &Opening::default());
        } else {
            prop_assert_eq!(closing.unrepaid, Quantity(0));
        }
        if let Next::Cycle { grant } = world.next {
            prop_assert!(closing.next.borrow <= grant.max(projection.borrow_unpaid));
        }
    }

    #[test]
    fn the_draws_of_a_fact_and_its_overage_make_the_fact(world in world()) {
        let projection = world.project();
        let moves = |fact: &&Fact| {
            !matches!(fact.kind, FactKind::AdjustUp | FactKind::TopUp { .. })
        };
        prop_assert_eq!(projection.settled.len(), world.facts.iter().filter(moves).count());
        for settled in &projection.settled {
            let fact = &world.facts[settled.fact];
            let drawn = sum(settled.draws.iter().map(|draw| draw.quantity));
            prop_assert_eq!(drawn + settled.short.0, fact.quantity.0);
            for draw in &settled.draws {
                prop_assert!(draw.quantity.0 > 0 && pays(draw.ends, fact.effective_on));
                let own = draw.kind == LotKind::Included;
                prop_assert!(own || settled.effect != Effect::AdjustDown);
            }
        }
    }

    #[test]
    fn every_lot_is_drawn_or_left(world in world()) {
        let projection = world.project();
        let mut stock = Stock::new();
        for draw in projection.settled.iter().flat_map(|settled| &settled.draws) {
            add(&mut stock, (draw.kind, draw.origin, draw.ends), draw.quantity.0);
        }
        for lot in &projection.lots {
            add(&mut stock, (lot.kind, lot.origin, lot.ends), lot.quantity.0);
        }
        prop_assert_eq!(stock, offered(&world, &projection));
    }

    #[test]
    fn work_is_overage_only_when_no_lot_could_pay(world in world()) {
        let projection = world.project();
        for settled in projection.settled.iter().filter(|settled| settled.short.0 > 0) {
            let date = world.facts[settled.fact].effective_on;
            let started = |lot: &&Lot| lot.starts.is_none_or(|starts| starts <= date);
            let free = projection.lots.iter().filter(started).find(|lot| pays(lot.ends, date));
            prop_assert!(settled.effect == Effect::AdjustDown || free.is_none());
        }
    }

    #[test]
    fn closing_twice_is_the_same(world in world()) {
        let (projection, closing) = world.close()?;
        let stored = serde_json::to_string(&projection).unwrap();
        let read: Projection = serde_json::from_str(&stored).unwrap();
        let again = close(&read, &world.terms(SEQ), world.next, &end_of)?;
        prop_assert_eq!(&again, &closing);
        prop_assert_eq!(world.close()?.1, closing);
    }

    #[test]
    fn carried_units_never_exceed_the_cap(world in world(), cap in 0i64..500) {
        use shared::rules::ledger::Cap;
        let mut world = world;
        if let Some(rollover) = &mut world.policy.rollover {
            rollover.cap = Cap::Units { units: Quantity(cap) };
        }
        let (_, closing) = world.close()?;
        let rolled = closing.next.lots.iter().filter(|lot| lot.kind == LotKind::Rollover);
        let rolled = sum(rolled.map(|lot| lot.quantity));
        prop_assert!(world.policy.rollover.is_none() || rolled <= cap);
        let trimmed = closing.expired.iter().any(|lapse| lapse.reason == ExpiryReason::Cap);
        prop_assert!(!trimmed || rolled == cap || world.next == Next::Terminated);
    }

    #[test]
    fn what_is_carried_once_is_what_lasts_one_cycle(world in world()) {
        let mut world = world;
        let rule = world.policy.rollover.unwrap_or_default();
        let of = |compounding, max_cycles| Rollover { compounding, max_cycles, ..rule };
        world.policy.rollover = Some(of(false, None));
        let (_, once) = world.close()?;
        world.policy.rollover = Some(of(true, Some(1)));
        let (_, mut ages) = world.close()?;
        for gone in &mut ages.expired {
            // What was carried before the terms said so may be older.
            let once = gone.kind == LotKind::Rollover && gone.origin + 1 == SEQ;
            let up = once && gone.reason == ExpiryReason::Expiry;
            gone.reason = if up { ExpiryReason::CarriedOnce } else { gone.reason };
        }
        prop_assert_eq!(&once, &ages);
        let fresh = |lot: &Lot| lot.ends == Ends::Cycle { seq: SEQ + 1 };
        let mut carried = once.next.lots.iter().filter(|lot| lot.origin == SEQ);
        prop_assert!(carried.all(|lot| lot.kind != LotKind::Rollover || fresh(lot)));
    }

    #[test]
    fn nothing_carries_into_a_cycle_that_nobody_agreed_on(world in world()) {
        let mut world = world;
        world.policy.rollover.get_or_insert_default().only_if_renewed = true;
        let (projection, renewed) = world.close()?;
        // What is drawn differs, too: of the same draws nothing else does.
        world.policy.rollover.get_or_insert_default().only_if_renewed = false;
        let any = close(&projection, &world.terms(SEQ), world.next, &end_of)?;
        if world.next != Next::Unknown {
            prop_assert_eq!(&renewed, &any);
            return Ok(());
        }
        let rolled = |lot: &&Lot| lot.kind == LotKind::Rollover;
        prop_assert_eq!(renewed.next.lots.iter().filter(rolled).count(), 0);
        prop_assert_eq!(renewed.carried_out, Quantity(0));
        let others = |lots: &[Lot]| -> Vec<Lot> {
            lots.iter().filter(|lot| !rolled(lot)).copied().collect()
        };
        prop_assert_eq!(others(&renewed.next.lots), others(&any.next.lots));
        let lost = held(&any.next.lots) - held(&renewed.next.lots);
        prop_assert_eq!(renewed.expired_total().0 - any.expired_total().0, lost);
    }

    #[test]
    fn what_a_closed_cycle_leaves_can_be_stored_and_gone_on_from(
        world in world(),
        later in prop::collection::vec(fact(), 0..6),
    ) {
        // Stepwise, as the server does it, and in one go, as it shows open cycles.
        let mut world = world;
        world.next = Next::Cycle { grant: world.grant };
        let (first, closing) = world.close()?;
        let stored = serde_json::to_string(&closing.next).unwrap();
        let opening: Opening = serde_json::from_str(&stored).unwrap();
        let second = project(&opening, &world.terms(SEQ + 1), &later, &end_of)?;
        let open = [
            OpenCycle { terms: world.terms(SEQ), facts: &world.facts },
            OpenCycle { terms: world.terms(SEQ + 1), facts: &later },
        ];
        prop_assert_eq!(project_all(&world.opening, &open, &end_of)?, vec![first, second]);
    }

    #[test]
    fn grouping_uses_of_a_day_changes_nothing(world in world(), share in 0i64..=100) {
        let split = |fact: &Fact| {
            let part = if fact.kind == FactKind::Use { fact.quantity.0 * share / 100 } else { 0 };
            let rest = Fact { quantity: Quantity(fact.quantity.0 - part), ..*fact };
            [Fact { quantity: Quantity(part), kind: FactKind::Use, ..*fact }, rest]
        };
        let parts: Vec<Fact> = world.facts.iter().flat_map(split).collect();
        let (whole, parts) = (world.project(), world.project_facts(&parts));
        prop_assert_eq!(whole.totals, parts.totals);
        prop_assert_eq!(whole.lots, parts.lots);
    }

    #[test]
    fn the_order_in_which_work_of_different_days_was_typed_changes_nothing(world in world()) {
        let mut sorted = world.facts.clone();
        sorted.sort_by_key(|fact| fact.effective_on);
        let (typed, worked) = (world.project(), world.project_facts(&sorted));
        prop_assert_eq!(typed.totals, worked.totals);
        prop_assert_eq!(typed.lots, worked.lots);
    }

    #[test]
    fn a_reversal_restores_the_balance(world in world(), entry in fact(), at in 0usize..12) {
        let before = world.project();
        let mut facts = world.facts.clone();
        let at = at.min(facts.len());
        facts.insert(at, entry);
        let recorded = world.project_facts(&facts);
        facts.remove(at);
        prop_assert_eq!(&world.project_facts(&facts), &before);
        if entry.kind == FactKind::Use {
            let moved = recorded.totals.consumed.0 - before.totals.consumed.0;
            prop_assert_eq!(moved, entry.quantity.0);
        }
        // After the close the same units come back as allowance.
        let back = Fact { effective_on: start_of(SEQ), kind: FactKind::AdjustUp, ..entry };
        facts.push(back);
        let restored = world.project_facts(&facts).totals;
        let gained = restored.available().0 - before.totals.available().0;
        let kept = before.totals.adjust_down.0 - restored.adjust_down.0;
        prop_assert_eq!(gained - kept, entry.quantity.0);
    }

    #[test]
    fn a_pool_that_blocks_has_no_overage(
        world in world(),
        entries in prop::collection::vec((0usize..2, quantity(), 0u64..28), 1..12),
    ) {
        let mut world = world;
        world.policy.overage.mode = OverageMode::Block;
        let mut facts = [vec![], vec![]];
        for (at, quantity, day) in entries {
            let day = chrono::Days::new(day);
            let effective_on = start_of(SEQ + u32::try_from(at).unwrap()) + day;
            let fact = Fact { effective_on, quantity, kind: FactKind::Use };
            let open = [0, 1].map(|index: usize| OpenCycle {
                terms: world.terms(SEQ + u32::try_from(index).unwrap()),
                facts: &facts[index],
            });
            if refuses(&world.opening, &open, at, fact, &end_of)?.is_none() {
                facts[at].push(fact);
            }
        }
        let open = [0, 1].map(|index: usize| OpenCycle {
            terms: world.terms(SEQ + u32::try_from(index).unwrap()),
            facts: &facts[index],
        });
        for projection in project_all(&world.opening, &open, &end_of)? {
            prop_assert_eq!(projection.totals.overage, Quantity(0));
        }
    }

    #[test]
    fn a_pool_that_asks_first_never_goes_further_than_approved(
        world in world(),
        approved in quantity(),
        entries in prop::collection::vec((quantity(), 0u64..28), 1..12),
    ) {
        let mut world = world;
        world.policy.overage.mode = OverageMode::Ask;
        let mut facts = Vec::new();
        for (quantity, day) in entries {
            let effective_on = start_of(SEQ) + chrono::Days::new(day);
            let fact = Fact { effective_on, quantity, kind: FactKind::Use };
            let open = [OpenCycle { terms: world.terms(SEQ), facts: &facts }];
            let over = project_all(&world.opening, &open, &end_of)?[0].totals.overage;
            let found = beyond(&world.opening, (&open, &[approved]), 0, fact, &end_of)?;
            let with: Vec<Fact> = facts.iter().copied().chain([fact]).collect();
            let open = [OpenCycle { terms: world.terms(SEQ), facts: &with }];
            let then = project_all(&world.opening, &open, &end_of)?[0].totals.overage;
            prop_assert_eq!(found.map(|one| one.over), (then > over).then_some(then));
            if found.is_none_or(|one| one.refusal.is_none()) {
                facts.push(fact);
                prop_assert!(then <= approved || then == over);
            }
        }
    }

    #[test]
    fn a_threshold_fires_once(world in world()) {
        let mut fired = Vec::new();
        for count in 1..=world.facts.len() {
            let projection = world.project_facts(&world.facts[..count]);
            fired.extend(alerts(&projection.totals, &world.policy.thresholds, &fired));
        }
        let mut once = fired.clone();
        once.sort_unstable();
        once.dedup();
        prop_assert_eq!(once.len(), fired.len());
    }

    #[test]
    fn what_is_said_to_lapse_this_cycle_lapses_at_its_close(world in world()) {
        let (projection, closing) = world.close()?;
        let terms = world.terms(SEQ);
        let told = lapses(&projection, &terms, &end_of).into_iter();
        let told = sum(told.filter(|lapse| lapse.on <= terms.end).map(|lapse| lapse.quantity));
        if world.next == Next::Terminated {
            let made = projection.totals.makeup_out.0;
            prop_assert_eq!(told, closing.expired_total().0 - made, "all of it ends");
            return Ok(());
        }
        let others = [ExpiryReason::Cap, ExpiryReason::CarryPercent];
        let gone = closing.expired.iter().filter(|lapse| !others.contains(&lapse.reason));
        prop_assert_eq!(told, sum(gone.map(|lapse| lapse.quantity)));
    }

    #[test]
    fn what_lasts_is_not_drawn_while_what_lapses_at_the_close_could_pay(world in world()) {
        let (projection, closing) = world.close()?;
        // Lots that paid for work of every day of the cycle, and were left to lapse with it.
        let left = closing.expired.iter().filter(|gone| match gone.reason {
            ExpiryReason::NotRenewed => gone.starts.is_none(),
            ExpiryReason::Termination => {
                let made = gone.kind == LotKind::Makeup && gone.origin == SEQ;
                gone.starts.is_none() && gone.kind != LotKind::Purchased && !made
            }
            _ => false,
        });
        let draws = projection.settled.iter().flat_map(|settled| &settled.draws);
        let lasting = draws.filter(|draw| draw.kind == LotKind::Purchased && draw.ends == Ends::Never);
        prop_assert!(left.count() == 0 || lasting.count() == 0);
    }

    #[test]
    fn the_horizon_changes_who_pays_and_not_what_is_over(world in world()) {
        // Taking back and setting aside depend on what is unused by then.
        let plain = |fact: &Fact| !matches!(fact.kind, FactKind::AdjustDown | FactKind::Carry);
        if world.facts.iter().all(plain) {
            let open = CycleTerms { horizon: Horizon::default(), ..world.terms(SEQ) };
            let unknown = project(&world.opening, &open, &world.facts, &end_of)?;
            prop_assert_eq!(world.project().totals, unknown.totals);
        }
    }

    #[test]
    fn an_end_of_the_next_cycle_costs_nothing_at_this_close(world in world()) {
        let plain = |fact: &Fact| !matches!(fact.kind, FactKind::AdjustDown | FactKind::Carry);
        if matches!(world.next, Next::Cycle { .. }) && world.facts.iter().all(plain) {
            let carried = |horizon: Horizon| {
                let terms = CycleTerms { horizon, ..world.terms(SEQ) };
                let projection = project(&world.opening, &terms, &world.facts, &end_of)?;
                let closing = close(&projection, &terms, world.next, &end_of)?;
                Ok::<_, RuleError>(sum(closing.next.lots.iter().map(|lot| lot.quantity)))
            };
            let ends = Horizon { all: Some(start_of(SEQ + 2)), carried: None };
            prop_assert!(carried(ends)? >= carried(Horizon::default())?);
        }
    }

    #[test]
    fn figures_are_the_sum_of_their_parts(world in world()) {
        let projection = world.project();
        let totals = projection.totals;
        let figures = [
            (left(&projection)?, totals.balance()),
            (left_by_lot(&projection)?, totals.balance()),
            (available(&projection)?, totals.available()),
            (used(&projection)?, totals.consumed),
        ];
        for (figure, value) in figures {
            prop_assert_eq!(figure.value, value.0, "{}", &figure.rule);
            prop_assert_eq!(figure.parts.iter().map(|part| part.value).sum::<i64>(), value.0);
        }
    }
}

/// Of an allowance of which nothing carries and an older lot that lasts, the allowance is drawn,
/// whether an end of the next cycle is known or not (found by the law above).
#[test]
fn an_end_that_is_known_leaves_the_order_of_what_it_ends_together() {
    let cut = Rollover {
        cap: Cap::None,
        max_cycles: None,
        carry_percent: 0,
        compounding: false,
        ..Rollover::default()
    };
    let policy = Policy { rollover: Some(cut), ..Policy::default() };
    let lot = Lot {
        kind: LotKind::Rollover,
        origin: 1,
        starts: None,
        ends: Ends::Never,
        quantity: Quantity(55),
    };
    let opening = Opening { lots: vec![lot], borrow: Quantity(0) };
    let used = Fact { effective_on: start_of(SEQ), quantity: Quantity(1), kind: FactKind::Use };
    let next = Next::Cycle { grant: Quantity(0) };
    let (grant, partial, facts) = (Quantity(304), false, vec![used]);
    let world = World { opening, grant, partial, policy, facts, next };
    for all in [None, Some(start_of(SEQ + 2))] {
        let terms = CycleTerms { horizon: Horizon { all, carried: None }, ..world.terms(SEQ) };
        let projection = project(&world.opening, &terms, &world.facts, &end_of).unwrap();
        let draws = projection.settled.iter().flat_map(|settled| &settled.draws);
        let kinds: Vec<_> = draws.map(|draw| draw.kind).collect();
        assert_eq!(kinds, [LotKind::Included], "{all:?}");
    }
}
