//! What terms come to, calculated by the rules of the server while somebody types them.
use chrono::NaiveDate;
use shared::api::{FirstPartial, NewRetainer, PoolTerms, Unit};
use shared::rules::RuleError;
use shared::rules::cycle::{Cycle, Series};
use shared::rules::ledger::{
    self, CycleTerms, Ends, Fact, FactKind, Horizon, Lot, LotKind, Next, Opening, Policy,
};
use shared::rules::proration::{cycle_price, cycle_units};
use shared::rules::units::Quantity;

/// A cycle to come: its days, and what it gets and costs by its share of a full one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outlook {
    /// Its days.
    pub cycle: Cycle,
    /// Its allowance of each pool, in units of the pool.
    pub grants: Vec<i64>,
    /// Its price in minor units.
    pub price: i64,
}

/// A full cycle of a pool with six tenths of its allowance used, and the same with a fifth too
/// much; in units of the pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// The cycle that is told about.
    pub cycle: Cycle,
    /// What it offers.
    pub allowance: i64,
    /// What is used of it.
    pub used: i64,
    /// What remains.
    pub left: i64,
    /// What of that is carried.
    pub carried: i64,
    /// What of that lapses at the end of the cycle.
    pub lapsed: i64,
    /// The cycle that it is carried into, if there is one.
    pub follower: Option<Cycle>,
    /// The first day on which what was carried is gone; never if absent.
    pub carried_until: Option<NaiveDate>,
    /// Use beyond the allowance, told for the overage rule.
    pub busy: i64,
    /// How far that is beyond it.
    pub over: i64,
    /// What of that the next allowance repays.
    pub borrowed: i64,
    /// What it costs in minor units, if it is billed.
    pub over_cost: i64,
}

/// The cycles of a retainer to be.
///
/// # Errors
/// When length, anchor and dates do not go together.
pub fn series(new: &NewRetainer) -> Result<Series, RuleError> {
    Series::new(new.starts_on, new.interval, new.anchor, new.ends_on, Vec::new())
}

/// The first `n` cycles with what they get and cost.
pub fn outlook(new: &NewRetainer, series: &Series, n: usize) -> Vec<Outlook> {
    let (terms, first) = (&new.terms, new.first_partial);
    let told = |cycle: Cycle| {
        let price = terms.fee();
        let price = cycle_price(&cycle, price, first).ok()?.amount;
        let grants = terms.pools.iter().map(|pool| grant(pool, &cycle, first));
        let grants: Option<Vec<i64>> = grants.collect();
        Some(Outlook { grants: grants?, price: price.0, cycle })
    };
    series.first(n).into_iter().filter_map(told).collect()
}

fn grant(pool: &PoolTerms, cycle: &Cycle, first: FirstPartial) -> Option<i64> {
    let rounding = pool.partial_rounding.unwrap_or_default();
    let share = cycle_units(cycle, Quantity(pool.allowance), rounding, first);
    share.ok().map(|quantity| quantity.0)
}

/// How many cycles lie before the one that holds `today`: history that may still be imported.
pub fn past_cycles(series: &Series, today: NaiveDate) -> u32 {
    let last = series.end().filter(|end| *end <= today).and_then(|end| end.pred_opt());
    series.cycle_on(last.unwrap_or(today)).map_or(0, |cycle| cycle.seq - u32::from(last.is_none()))
}

/// What a pool comes to in its first full cycle; none without an allowance or a full cycle.
pub fn example(series: &Series, pool: &PoolTerms) -> Option<Example> {
    let cycle = series.first(2).into_iter().find(|cycle| !cycle.partial())?;
    let allowance = pool.allowance;
    let used = whole(pool.unit, allowance.checked_mul(6)? / 10);
    let busy = allowance.checked_add(whole(pool.unit, allowance / 5).max(1))?;
    // Days of grace move no figure.
    let policy = pool.policy(0);
    let light = closing(series, pool, &policy, &cycle, used)?;
    let heavy = closing(series, pool, &policy, &cycle, busy)?;
    let follower = series.cycle(cycle.seq + 1);
    let carried = light.next.lots.iter().find(|lot| lot.kind == LotKind::Rollover);
    (allowance > 0).then(|| Example {
        cycle,
        allowance,
        used,
        left: allowance - used,
        carried: carried.map_or(0, |lot| lot.quantity.0),
        lapsed: light.expired_total().0,
        follower,
        carried_until: carried.and_then(|lot| gone_on(series, lot)),
        busy,
        over: busy - allowance,
        borrowed: heavy.borrowed.0,
        over_cost: heavy.overage_amount.0,
    })
}

/// Whole hours or whole units of money, where there are some: "6 h of 10 h" is easier to follow
/// than "3 h 36 of 6 h".
fn whole(unit: Unit, quantity: i64) -> i64 {
    let step = match unit {
        Unit::Minutes => 60,
        Unit::Money => 100,
        Unit::Sessions | Unit::Deliverables | Unit::Credits => 1,
    };
    if quantity >= step { quantity / step * step } else { quantity }
}

fn gone_on(series: &Series, lot: &Lot) -> Option<NaiveDate> {
    match lot.ends {
        Ends::Cycle { seq } => series.end_of(seq),
        Ends::Date { date } => Some(date),
        Ends::Never => None,
    }
}

fn closing(
    series: &Series,
    pool: &PoolTerms,
    policy: &Policy,
    cycle: &Cycle,
    used: i64,
) -> Option<ledger::Closing> {
    let full_grant = Quantity(pool.allowance);
    let cycle_terms = CycleTerms {
        seq: cycle.seq,
        start: cycle.start,
        end: cycle.end,
        partial: cycle.partial(),
        grant: full_grant,
        full_grant,
        policy,
        horizon: Horizon::of(series, policy),
    };
    let work = Fact { effective_on: cycle.start, quantity: Quantity(used), kind: FactKind::Use };
    let calendar = |seq: u32| series.end_of(seq);
    let next = match series.cycle(cycle.seq + 1) {
        Some(follower) => {
            Next::Cycle { grant: Quantity(grant(pool, &follower, FirstPartial::default())?) }
        }
        None => Next::Terminated,
    };
    let projection = ledger::project(&Opening::default(), &cycle_terms, &[work], &calendar).ok()?;
    ledger::close(&projection, &cycle_terms, next, &calendar).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retainers::draft::{AnchorKind, RetainerDraft, sample};
    use crate::retainers::pool_draft::CapKind;
    use shared::api::{AccountId, OverageMode};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn new(change: impl FnOnce(&mut RetainerDraft)) -> NewRetainer {
        let mut draft = sample::ten_hours();
        change(&mut draft);
        let account = AccountId("0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"));
        draft.read(account, 2).expect("a retainer")
    }

    fn told(change: impl FnOnce(&mut RetainerDraft)) -> Example {
        let new = new(change);
        example(&series(&new).expect("cycles"), &new.terms.pools[0]).expect("an example")
    }

    #[test]
    fn four_hours_carry_into_december_and_lapse_on_1_january() {
        let told = told(|_| {});
        assert_eq!((told.used, told.left, told.carried, told.lapsed), (360, 240, 240, 0));
        assert_eq!(told.follower.map(|cycle| cycle.start), Some(day("2026-12-01")));
        assert_eq!(told.carried_until, Some(day("2027-01-01")));
    }

    #[test]
    fn fixed_hours_lapse_at_the_end_of_the_cycle() {
        let told = told(|draft| draft.terms.pools[0].rolls = false);
        assert_eq!((told.left, told.carried, told.lapsed), (240, 0, 240));
    }

    #[test]
    fn a_cap_cuts_what_is_carried() {
        let told = told(|draft| {
            draft.terms.pools[0].cap = CapKind::Percent;
            draft.terms.pools[0].cap_percent = "25".into();
        });
        assert_eq!((told.carried, told.lapsed), (150, 90));
    }

    #[test]
    fn two_hours_over_cost_twice_the_rate() {
        let told = told(|draft| {
            draft.terms.pools[0].overage = OverageMode::Bill;
            draft.terms.pools[0].rate = "150".into();
        });
        assert_eq!((told.busy, told.over, told.over_cost), (720, 120, 30_000));
    }

    #[test]
    fn what_is_borrowed_is_repaid_up_to_its_cap_and_the_rest_is_billed() {
        let told = told(|draft| {
            let pool = &mut draft.terms.pools[0];
            pool.overage = OverageMode::Borrow;
            (pool.rate, pool.borrow_cap) = ("150".into(), "0:30".into());
        });
        assert_eq!((told.over, told.borrowed, told.over_cost), (120, 30, 22_500));
    }

    #[test]
    fn sessions_and_money_are_told_in_whole_units() {
        let told = |unit, allowance: &str| {
            let new = new(|draft| {
                let pool = &mut draft.terms.pools[0];
                (pool.unit, pool.allowance) = (unit, allowance.into());
            });
            let series = series(&new).expect("cycles");
            let told = example(&series, &new.terms.pools[0]);
            told.map(|told| (told.used, told.left, told.busy))
        };
        assert_eq!(told(Unit::Sessions, "4"), Some((2, 2, 5)));
        assert_eq!(told(Unit::Money, "2050"), Some((123_000, 82_000, 246_000)));
        assert_eq!(told(Unit::Credits, "1"), Some((0, 1, 2)));
        assert_eq!(told(Unit::Credits, "0"), None, "units that are only bought");
    }

    #[test]
    fn a_first_cycle_in_part_gets_its_share() {
        let new = new(|draft| draft.starts_on = "2026-11-16".into());
        let told = |first_partial| {
            let new = NewRetainer { first_partial, ..new.clone() };
            let outlook = outlook(&new, &series(&new).expect("cycles"), 3);
            assert!(outlook[0].cycle.partial() && !outlook[1].cycle.partial());
            outlook.iter().map(|row| (row.grants[0], row.price)).collect::<Vec<_>>()
        };
        let rest = [(600, 150_000), (600, 150_000)];
        let first = |grant, price| [[(grant, price)].as_slice(), &rest].concat();
        assert_eq!(told(FirstPartial::Prorate), first(300, 75_000));
        assert_eq!(told(FirstPartial::Full), first(600, 150_000));
        assert_eq!(told(FirstPartial::Free), first(300, 0));
    }

    #[test]
    fn past_cycles_are_those_before_todays() {
        let series = |start: &str, last: &str| {
            let new = new(|draft| {
                draft.starts_on = start.into();
                draft.last_day = last.into();
            });
            series(&new).expect("cycles")
        };
        let today = day("2026-11-22");
        assert_eq!(past_cycles(&series("2026-11-01", ""), today), 0);
        assert_eq!(past_cycles(&series("2026-12-01", ""), today), 0);
        assert_eq!(past_cycles(&series("2024-03-01", ""), today), 32);
        assert_eq!(past_cycles(&series("2026-01-01", "2026-03-31"), today), 3);
    }

    #[test]
    fn the_last_cycle_carries_nothing() {
        let told = told(|draft| {
            draft.last_day = "2026-11-30".into();
            draft.anchor = AnchorKind::Calendar;
        });
        assert_eq!((told.follower, told.carried, told.lapsed), (None, 0, 240));
    }
}
