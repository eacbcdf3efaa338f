//! Margins that fall from cycle to cycle. Source: requirement S1-9.
use shared::api::{CycleStatus, ErosionCause, MarginErosion};
use shared::rules::margin::{Cause, Erosion, PERIODS, Sums, erosion};

use super::count::Counted;
use super::store::Place;

/// Whether the margin of a retainer fell in each of its last cycles that are closed, and the last of
/// them. Nothing is said unless these follow each other and all of each is known. `cycles` are in
/// their order.
fn falls<'a>(cycles: &[&'a Counted]) -> Option<(Erosion, &'a Counted)> {
    let closed = cycles.iter().filter(|one| one.cycle.status == CycleStatus::Closed);
    let closed: Vec<&'a Counted> = closed.copied().collect();
    let over: &[&'a Counted; PERIODS] = closed.last_chunk()?;
    let follow = over.windows(2).all(|two| two[0].cycle.seq + 1 == two[1].cycle.seq);
    if !follow || !over.iter().all(|one| is_known(one)) {
        return None;
    }
    let [.., last] = over;
    Some((erosion(&over.map(watched))?, *last))
}

/// What is told of a margin that falls.
pub fn told(place: &Place, cycles: &[&Counted]) -> Option<MarginErosion> {
    let (found, last) = falls(cycles)?;
    Some(MarginErosion {
        retainer_id: place.retainer_id,
        retainer_name: place.retainer_name.clone(),
        shares: found.shares.to_vec(),
        cause: match found.cause {
            Cause::Revenue => ErosionCause::Revenue,
            Cause::Hours => ErosionCause::Hours,
            Cause::Rates => ErosionCause::Rates,
            Cause::Admin => ErosionCause::Admin,
            Cause::Expenses => ErosionCause::Expenses,
        },
        taken_minor: found.taken,
        currency: last.currency.clone(),
    })
}

/// Of two that fall, the one that fell more; the first of equal ones.
pub fn worse(one: Option<MarginErosion>, other: MarginErosion) -> Option<MarginErosion> {
    let fell = |of: &MarginErosion| match of.shares[..] {
        [first, .., last] => first - last,
        _ => 0,
    };
    let keeps = one.as_ref().is_some_and(|one| fell(one) >= fell(&other));
    if keeps { one } else { Some(other) }
}

/// Whether a cycle is whole, and nothing of it is left to be billed.
fn is_known(one: &Counted) -> bool {
    let cycle = &one.cycle;
    let whole = (cycle.nominal_start, cycle.nominal_end) == (cycle.starts_on, cycle.ends_on);
    whole && one.billed && one.overage_left == 0
}

/// What a margin is watched by: what was agreed beside and what is passed on to the client come and
/// go, in other cycles than what they cost.
fn watched(one: &Counted) -> Sums {
    let expenses = one.sums.expenses.saturating_sub(one.passed_on);
    Sums { other: 0, expenses, ..one.sums }
}

#[cfg(test)]
mod tests {
    use chrono::{Months, NaiveDate};
    use shared::api::{CycleId, RetainerId, TermsId};
    use uuid::Uuid;

    use super::super::count::ByLine;
    use super::super::store::CycleOf;
    use super::*;

    /// A month that earned 1,000.00 and cost so much.
    fn month(seq: u32, cost: i64) -> Counted {
        let first = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day");
        let (starts_on, ends_on) = (first + Months::new(seq - 1), first + Months::new(seq));
        Counted {
            cycle: CycleOf {
                id: CycleId(Uuid::nil()),
                retainer_id: RetainerId(Uuid::nil()),
                seq: i64::from(seq),
                starts_on,
                ends_on,
                nominal_start: starts_on,
                nominal_end: ends_on,
                terms_id: TermsId(Uuid::nil()),
                status: CycleStatus::Closed,
            },
            currency: "EUR".to_owned(),
            sums: Sums { fee: 100_000, minutes: 60, work_cost: cost, ..Sums::default() },
            billed: true,
            overage_left: 0,
            given: None,
            passed_on: 0,
            lines: ByLine::new(),
        }
    }

    fn shares(cycles: &[Counted]) -> Option<[i64; PERIODS]> {
        falls(&cycles.iter().collect::<Vec<_>>()).map(|(found, _)| found.shares)
    }

    #[test]
    fn only_cycles_that_follow_each_other_are_compared() {
        let of = |[a, b, c, d]: [i64; 4]| [month(1, a), month(2, b), month(3, c), month(4, d)];
        let costs = [10_000, 20_000, 30_000, 40_000];
        assert_eq!(shares(&of(costs)), Some([800, 700, 600]));
        let mut open = of(costs);
        open[3].cycle.status = CycleStatus::Open;
        assert_eq!(shares(&open), Some([900, 800, 700]), "one that runs is not looked at");
        // Of one in the middle something is not known: those around it are not put together.
        let unknown: [fn(&mut Counted); 3] = [
            |one| one.billed = false,
            |one| one.overage_left = 1,
            |one| one.cycle.ends_on = one.cycle.starts_on,
        ];
        for change in unknown {
            let mut cycles = of(costs);
            change(&mut cycles[2]);
            assert_eq!(shares(&cycles), None);
        }
        let [first, second, _, fourth] = of(costs);
        assert_eq!(shares(&[first, second, fourth]), None, "one between was paused away");
    }

    #[test]
    fn what_is_passed_on_and_what_was_agreed_beside_are_not_watched() {
        let mut cycles = [month(1, 10_000), month(2, 10_000), month(3, 10_000)];
        for (one, spent) in cycles.iter_mut().zip([0, 9_000, 18_000]) {
            one.sums.expenses = spent;
            one.sums.other = 20_000 - spent;
        }
        assert_eq!(shares(&cycles), Some([900, 810, 720]), "absorbed");
        for one in &mut cycles {
            one.passed_on = one.sums.expenses;
        }
        assert_eq!(shares(&cycles), None);
    }
}
