//! Where entries land: never in a closed cycle, never lost without a reason.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::ledger::{
    Cancellation, CancellationOutcome, Closes, Refusal, Reversal, SessionEffect, SessionStatus,
    Slot, place, reverse, session_effect,
};
use shared::rules::units::Quantity;

fn day(days: u64) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + Days::new(days)
}

/// Six cycles of twenty days, five days apart; the first `closed` are frozen, and the others
/// close by their date or not before somebody says so.
fn window(closed: usize, grace: Option<u32>) -> Vec<Slot> {
    let slot = |index: usize| {
        let first = index as u64 * 25;
        let (start, end) = (day(first), day(first + 20));
        let closes = match grace {
            _ if index < closed => Closes::Done,
            Some(days) => Closes::after(end, days),
            None => Closes::NotYet,
        };
        Slot { seq: index as u32 + 1, start, end, closes }
    };
    (0..6).map(slot).collect()
}

proptest! {
    #[test]
    fn an_entry_lands_in_an_open_cycle(
        work in 0u64..160,
        recorded in 0u64..200,
        closed in 0usize..7,
        grace in prop::option::of(0u32..30),
    ) {
        let window = window(closed, grace);
        let on = day(recorded);
        let open = |slot: &&Slot| slot.start <= on && !slot.closes.closed_on(on);
        let oldest = window.iter().find(open);
        let worked = window.iter().find(|slot| slot.start <= day(work) && day(work) < slot.end);
        match (place(day(work), on, &window), worked) {
            (Err(Refusal::FutureWorkDate), _) => prop_assert!(work > recorded),
            (Err(Refusal::NoCycle), worked) => prop_assert!(worked.is_none()),
            (Err(refusal), _) => {
                prop_assert_eq!(refusal, Refusal::NoOpenCycle);
                prop_assert!(oldest.is_none());
            }
            (Ok(placed), Some(worked)) => {
                let slot = &window[placed.seq as usize - 1];
                prop_assert!(open(&slot) && placed.worked_in == worked.seq);
                prop_assert_eq!(placed.late, placed.seq != worked.seq);
                let effective = if placed.late { slot.start } else { day(work) };
                prop_assert_eq!(placed.effective_on, effective);
                prop_assert!(!placed.late || Some(slot) == oldest);
            }
            (Ok(_), None) => prop_assert!(false, "placed outside every cycle"),
        }
    }

    #[test]
    fn nothing_is_late_while_a_history_is_set_up(work in 0u64..160, later in 0u64..4_000) {
        let window = window(0, None);
        match place(day(work), day(work + later), &window) {
            Ok(placed) => prop_assert!(!placed.late && placed.effective_on == day(work)),
            Err(refusal) => prop_assert_eq!(refusal, Refusal::NoCycle),
        }
        prop_assert_eq!(reverse(1, day(work + later), &window), Ok(Reversal::Undo));
    }

    #[test]
    fn a_session_is_charged_carried_or_released(quantity in 0i64..1_000, notice in -48i64..96) {
        let carry = CancellationOutcome::Carry;
        let terms = Cancellation { in_time: carry, charge_percent: 50, ..Cancellation::default() };
        let quantity = Quantity(quantity);
        let half = SessionEffect::Use(Quantity((quantity.0 + 1) / 2));
        let effect = |status| session_effect(&terms, status, notice, quantity);
        let cancelled = if notice >= 24 { SessionEffect::Carry(quantity) } else { half };
        prop_assert_eq!(effect(SessionStatus::Completed), Ok(SessionEffect::Use(quantity)));
        prop_assert_eq!(effect(SessionStatus::NoShow), Ok(half));
        prop_assert_eq!(effect(SessionStatus::Cancelled), Ok(cancelled));
    }
}
