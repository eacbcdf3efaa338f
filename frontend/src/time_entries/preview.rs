//! What an entry does to a balance, before it is sent: the rules of the server, in the browser.
use chrono::NaiveDate;
use shared::api::{Balance, Cycle, CycleStatus};
use shared::rules::meter::Reading;

/// The balance after work that draws `quantity` units. Work that draws nothing leaves it as it is.
pub fn after(balance: &Balance, quantity: i64, draws: bool) -> Balance {
    let mut after = balance.clone();
    if !draws || quantity <= 0 {
        return after;
    }
    let covered = quantity.min(after.left);
    after.used += quantity;
    after.left -= covered;
    after.overage += quantity - covered;
    let mut rest = covered;
    for lot in &mut after.lots {
        let takes = rest.min(lot.quantity);
        lot.quantity -= takes;
        rest -= takes;
    }
    after.lots.retain(|lot| lot.quantity > 0);
    let Balance { available, used, committed, set_aside, elapsed_days, days, .. } = after;
    after.state = Reading { available, used, committed, set_aside, elapsed_days, days }.state();
    after
}

/// Where work of a day is posted. Source: domain 3.7, 3.8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goes<'a> {
    /// To the cycle that holds the day.
    To(&'a Cycle),
    /// That one is closed: to the oldest open cycle, marked late.
    Late {
        /// The closed cycle of the day.
        worked: &'a Cycle,
        /// Where it counts.
        to: &'a Cycle,
    },
    /// Nowhere: the day has not come.
    Future,
    /// Nowhere: the retainer does not serve that day.
    Unserved,
    /// Nowhere: its cycle is closed and no other is open.
    NoneOpen,
}

/// Where work of `day`, recorded `today`, would be posted; the server has the last word.
pub fn goes(day: NaiveDate, today: NaiveDate, cycles: &[Cycle]) -> Goes<'_> {
    if day > today {
        return Goes::Future;
    }
    let holds = |cycle: &&Cycle| cycle.starts_on <= day && day < cycle.ends_on;
    let Some(worked) = cycles.iter().find(holds) else { return Goes::Unserved };
    if worked.status == CycleStatus::Open {
        return Goes::To(worked);
    }
    let open = |cycle: &&Cycle| cycle.status == CycleStatus::Open && cycle.starts_on <= today;
    match cycles.iter().filter(open).min_by_key(|cycle| cycle.seq) {
        Some(to) => Goes::Late { worked, to },
        None => Goes::NoneOpen,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample::{balance, lot};
    use shared::api::{LotKind, MeterState};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn cycle(seq: i64, starts_on: &str, ends_on: &str, status: CycleStatus) -> Cycle {
        let id = format!("0193a5b0-0000-7000-8000-0000000000{seq:02}");
        Cycle {
            id: id.parse().expect("an id"),
            retainer_id: "0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"),
            seq,
            starts_on: day(starts_on),
            ends_on: day(ends_on),
            partial: false,
            status,
            closed_at: None,
            pools: Vec::new(),
            version: 1,
        }
    }

    #[test]
    fn work_draws_lots_in_their_order_and_the_rest_is_overage() {
        let mut before = balance(600, 300);
        before.lots = vec![lot(LotKind::Rollover, 100), lot(LotKind::Included, 200)];
        let after = after(&before, 150, true);
        assert_eq!((after.used, after.left, after.overage), (450, 150, 0));
        assert_eq!(after.lots, [lot(LotKind::Included, 150)]);
        let over = super::after(&after, 200, true);
        assert_eq!((over.used, over.left, over.overage, over.lots.len()), (650, 0, 50, 0));
        assert_eq!(over.state, MeterState::Over);
    }

    #[test]
    fn goodwill_leaves_the_balance_as_it_is() {
        let before = balance(600, 300);
        assert_eq!(after(&before, 60, false), before);
    }

    #[test]
    fn work_goes_to_the_cycle_of_its_day() {
        let cycles = [
            cycle(2, "2026-11-01", "2026-12-01", CycleStatus::Open),
            cycle(1, "2026-10-01", "2026-11-01", CycleStatus::Closed),
        ];
        let today = day("2026-11-22");
        let to = |text| goes(day(text), today, &cycles);
        assert_eq!(to("2026-11-22"), Goes::To(&cycles[0]));
        assert_eq!(to("2026-10-31"), Goes::Late { worked: &cycles[1], to: &cycles[0] });
        assert_eq!(to("2026-11-23"), Goes::Future);
        assert_eq!(to("2026-09-30"), Goes::Unserved);
        assert_eq!(goes(day("2026-10-31"), today, &cycles[1..]), Goes::NoneOpen);
    }
}
