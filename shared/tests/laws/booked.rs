//! What a close draws of what is booked, and what it leaves.
use proptest::prelude::*;
use shared::rules::ledger::{Fact, FactKind, OpenCycle, close, drawn_at_close};
use shared::rules::units::Quantity;

use crate::world::{SEQ, World, end_of, fact, world};

/// What a close does beside the use that lots pay and what lapses, in words.
fn kept(world: &World, facts: &[Fact]) -> String {
    let projection = world.project_facts(facts);
    let closing = close(&projection, &world.terms(SEQ), world.next, &end_of).unwrap();
    let totals = projection.totals;
    format!(
        "{:?} {:?} {:?} {:?}",
        totals.overage, totals.adjust_down, totals.makeup_out, closing.next
    )
}

fn booked() -> impl Strategy<Value = Fact> {
    (fact(), 1i64..80).prop_map(|(fact, units)| Fact {
        kind: FactKind::Use,
        quantity: Quantity(units),
        ..fact
    })
}

proptest! {
    #[test]
    fn a_close_draws_together_what_it_draws_one_by_one(
        world in world(),
        uses in prop::collection::vec(booked(), 0..9),
    ) {
        let cycle = OpenCycle { terms: world.terms(SEQ), facts: &world.facts };
        let drawn = drawn_at_close(&world.opening, cycle, world.next, &uses, &end_of)?;
        prop_assert_eq!(drawn.len(), uses.len());
        let mut facts = world.facts.clone();
        let before = kept(&world, &facts);
        for (one, drawn) in uses.iter().zip(drawn) {
            facts.push(*one);
            let lapses = kept(&world, &facts) == before;
            prop_assert_eq!(drawn, lapses, "{:?}", one);
            if !lapses {
                facts.pop();
            }
        }
    }
}
