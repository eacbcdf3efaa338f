//! What has ended inside a cycle is not left, nor is what starts later, whatever a pool's policy and
//! history.
use chrono::Days;
use proptest::prelude::*;
use shared::rules::ledger::{
    Ends, Expired, Fact, FactKind, Lot, Standing, TopUpKind, close, day_of,
};
use shared::rules::units::Quantity;

use crate::world::{SEQ, World, end_of, start_of, world};

/// The world as it was on a day of its cycle: what is dated later has not happened.
fn until(mut world: World, days: u64) -> (World, chrono::NaiveDate) {
    let day = start_of(SEQ) + Days::new(days);
    world.facts.retain(|fact| fact.effective_on <= day);
    (world, day)
}

proptest! {
    #[test]
    fn what_is_left_is_what_work_of_the_day_can_still_draw(world in world(), days in 0u64..31) {
        let (world, day) = until(world, days);
        let projection = world.project();
        let standing = Standing::on(&projection.totals, &projection.lots, day);
        let over = |more: i64| {
            let quantity = Quantity(standing.left.0 + more);
            let work = Fact { effective_on: day, quantity, kind: FactKind::Use };
            let facts: Vec<Fact> = world.facts.iter().copied().chain([work]).collect();
            world.project_facts(&facts).totals.overage.0 - projection.totals.overage.0
        };
        prop_assert_eq!((over(0), over(1)), (0, 1));
    }

    #[test]
    fn what_a_cycle_offers_on_a_day_was_used_or_is_left(world in world(), days in 0u64..31) {
        let (world, day) = until(world, days);
        let projection = world.project();
        let totals = &projection.totals;
        let standing = Standing::on(totals, &projection.lots, day);
        let paid = totals.consumed.0 - totals.overage.0 + totals.makeup_out.0;
        prop_assert_eq!(standing.available.0, paid + standing.left.0);
        let (ended, coming) = (standing.ended.0, standing.coming.0);
        prop_assert_eq!(standing.available.0 + ended + coming, totals.available().0);
        let live = projection.lots.iter().filter(|lot| !lot.over_on(day) && !lot.comes_after(day));
        prop_assert_eq!(live.map(|lot| lot.quantity.0).sum::<i64>(), standing.left.0);
    }

    #[test]
    fn what_has_ended_lapses_at_the_close_by_its_own_day(world in world(), days in 0u64..31) {
        let (world, day) = until(world, days);
        let projection = world.project();
        let closing = close(&projection, &world.terms(SEQ), world.next, &end_of)?;
        let end = start_of(SEQ + 1);
        let gone = closing.expired.iter().filter(|gone| gone.on(end) <= day);
        let ended = Standing::on(&projection.totals, &projection.lots, day).ended;
        prop_assert_eq!(gone.map(|gone| gone.quantity.0).sum::<i64>(), ended.0);
        for gone in &closing.expired {
            let on = gone.on(end);
            let Expired { kind, origin, starts, ends, quantity, .. } = *gone;
            let lot = Lot { kind, origin, starts, ends, quantity };
            prop_assert!(on <= end && !lot.over_on(on - Days::new(1)));
            let own = matches!(ends, Ends::Date { date } if date <= end);
            prop_assert_eq!(lot.over_on(on), own);
        }
    }

    #[test]
    fn what_is_bought_ahead_pays_for_nothing_before_its_day(
        world in world(),
        units in 1i64..400,
        days in 1u64..62,
        work in 0u64..31,
    ) {
        let starts = Some(start_of(SEQ) + Days::new(days));
        let lot = FactKind::TopUp { lot: TopUpKind::Purchased, starts, ends: Ends::Never };
        let bought = Fact { effective_on: start_of(SEQ), quantity: Quantity(units), kind: lot };
        let mut facts = world.facts.clone();
        facts.retain(|fact| fact.effective_on < start_of(SEQ) + Days::new(days));
        let without = world.project_facts(&facts);
        facts.push(bought);
        let with = world.project_facts(&facts);
        // Whatever was done before it starts, the lot is whole and the overage what it was.
        prop_assert_eq!(with.totals.overage, without.totals.overage);
        prop_assert_eq!(with.totals.balance().0, without.totals.balance().0 + units);
        let day = start_of(SEQ) + Days::new(work);
        let [before, after] =
            [&without, &with].map(|told| Standing::on(&told.totals, &told.lots, day));
        let counts = if work < days { (0, units) } else { (units, 0) };
        prop_assert_eq!(after.left.0 - before.left.0, counts.0);
        prop_assert_eq!(after.available.0 - before.available.0, counts.0);
        prop_assert_eq!(after.coming.0 - before.coming.0, counts.1);
    }

    #[test]
    fn a_balance_is_told_for_a_day_of_its_cycle(days in 0u64..120) {
        let today = start_of(2) + Days::new(days);
        let told = day_of(start_of(SEQ), start_of(SEQ + 1), today);
        let inside = start_of(SEQ) <= today && today < start_of(SEQ + 1);
        prop_assert!(start_of(SEQ) <= told && told < start_of(SEQ + 1));
        prop_assert!(!inside || told == today);
    }
}
