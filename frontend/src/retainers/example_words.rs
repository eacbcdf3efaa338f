//! The worked example of a pool, sentence by sentence. No sentence depends on how many there are:
//! "1 session" and "4 h" stand in the same words.
use chrono::NaiveDate;
use shared::api::{Money, PoolTerms};

use super::example::Example;
use super::words::{at_end, cycle_from};
use crate::format::{Measure, date, money};
use crate::t;
use shared::api::OverageMode;

/// What a pool comes to, in words. Without an example: what is said of a pool without an allowance.
pub fn example(
    told: Option<&Example>,
    pool: &PoolTerms,
    currency: &str,
    today: NaiveDate,
) -> Vec<String> {
    let measure = Measure { unit: pool.unit, currency: currency.to_owned() };
    match told {
        None if pool.allowance == 0 => vec![t!(retainers.example_prepaid).to_owned()],
        None => Vec::new(),
        Some(told) => {
            let mut said = vec![t!(
                retainers.example_left,
                used = measure.say(told.used),
                allowance = measure.say(told.allowance),
                left = measure.say(told.left),
            )];
            said.extend(rest(told, &measure, today));
            said.push(beyond(told, pool.overage.mode, &measure));
            said
        }
    }
}

/// What becomes of what is left.
fn rest(told: &Example, measure: &Measure, today: NaiveDate) -> Vec<String> {
    let end = at_end(told.cycle.start, told.cycle.end, today);
    let Some(next) = told.follower else {
        return vec![t!(retainers.example_no_follower, end = end)];
    };
    if told.carried == 0 {
        return vec![t!(retainers.example_all_lapse, end = end)];
    }
    let next = cycle_from(next.start, next.end, today);
    let until = told.carried_until.map(|day| date(day, today));
    if told.lapsed == 0 {
        return vec![match until {
            Some(day) => t!(retainers.example_carry_until, end = end, next = next, day = day),
            None => t!(retainers.example_carry, end = end, next = next),
        }];
    }
    let carried = measure.say(told.carried);
    let part = match until {
        Some(day) => {
            t!(retainers.example_part_until, end = end, carried = carried, next = next, day = day)
        }
        None => t!(retainers.example_part, end = end, carried = carried, next = next),
    };
    vec![part, t!(retainers.example_lapse, lapsed = measure.say(told.lapsed))]
}

/// What becomes of use beyond the allowance.
fn beyond(told: &Example, mode: OverageMode, measure: &Measure) -> String {
    let (allowance, busy) = (measure.say(told.allowance), measure.say(told.busy));
    let over = measure.say(told.over);
    let amount_minor = told.over_cost;
    let cost = || money(&Money { amount_minor, currency: measure.currency.clone() });
    match (mode, told.borrowed, told.over_cost) {
        (OverageMode::Block, ..) => t!(retainers.example_block, allowance = allowance),
        (OverageMode::Ask, ..) => {
            t!(retainers.example_ask, busy = busy, allowance = allowance, over = over)
        }
        (OverageMode::Bill, ..) | (OverageMode::Borrow, 0, 1..) => {
            t!(
                retainers.example_bill,
                busy = busy,
                allowance = allowance,
                over = over,
                cost = cost()
            )
        }
        (OverageMode::Absorb, ..) | (OverageMode::Borrow, 0, _) => {
            t!(retainers.example_absorb, busy = busy, allowance = allowance, over = over)
        }
        (OverageMode::Borrow, borrowed, 0) => t!(
            retainers.example_borrow,
            busy = busy,
            allowance = allowance,
            over = over,
            borrowed = measure.say(borrowed),
        ),
        (OverageMode::Borrow, borrowed, _) => t!(
            retainers.example_borrow_bill,
            busy = busy,
            allowance = allowance,
            over = over,
            borrowed = measure.say(borrowed),
            cost = cost(),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;
    use crate::retainers::draft::{AnchorKind, RetainerDraft, sample};
    use crate::retainers::example as rules;
    use crate::retainers::pool_draft::{CapKind, PoolDraft};
    use shared::api::{AccountId, Unit};

    fn said(change: impl FnOnce(&mut RetainerDraft, &mut PoolDraft)) -> String {
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day");
        let mut draft = sample::ten_hours();
        let mut pool = draft.terms.pools.remove(0);
        change(&mut draft, &mut pool);
        draft.terms.pools.push(pool);
        let account = AccountId("0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"));
        let new = draft.read(account, 2).expect("a retainer");
        let pool = &new.terms.pools[0];
        let told = rules::example(&rules::series(&new).expect("cycles"), pool);
        example(told.as_ref(), pool, "EUR", today).join(" ").replace(NBSP, " ")
    }

    #[test]
    fn rollover_terms_are_told_with_the_day_of_the_lapse() {
        assert_eq!(
            said(|_, _| {}),
            "6 h used of 10 h: 4 h left. At the end of November the rest carries into December \
             and lapses on 1 Jan 2027 if it is not used. 12 h used of 10 h: 2 h over, delivered \
             and not billed."
        );
    }

    #[test]
    fn a_cap_parts_what_carries_from_what_lapses() {
        let words = said(|_, pool| (pool.cap, pool.cap_units) = (CapKind::Units, "2:30".into()));
        let part = "At the end of November the rest carries into December up to 2 h 30, and \
                    lapses on 1 Jan 2027 if it is not used. What is above that, 1 h 30, lapses \
                    at once.";
        assert!(words.contains(part), "{words}");
    }

    #[test]
    fn fixed_terms_that_bill_are_told_with_the_price() {
        let words = said(|_, pool| {
            pool.rolls = false;
            (pool.overage, pool.rate) = (OverageMode::Bill, "150".into());
        });
        assert_eq!(
            words,
            "6 h used of 10 h: 4 h left. At the end of November the rest lapses. 12 h used of \
             10 h: 2 h over, billed at EUR 300.00."
        );
    }

    #[test]
    fn an_anniversary_cycle_is_told_by_its_last_day() {
        let words = said(|draft, pool| {
            draft.starts_on = "2026-11-15".into();
            draft.anchor = AnchorKind::Anniversary;
            pool.overage = OverageMode::Block;
        });
        assert_eq!(
            words,
            "6 h used of 10 h: 4 h left. After 14 Dec the rest carries into the cycle from \
             15 Dec and lapses on 15 Jan 2027 if it is not used. An entry that goes past 10 h is \
             refused."
        );
    }

    #[test]
    fn sessions_that_are_borrowed_and_units_that_are_only_bought_have_words() {
        let words = said(|_, pool| {
            *pool = PoolDraft { allowance: "4".into(), ..PoolDraft::of_unit(Unit::Sessions) };
            (pool.overage, pool.rate) = (OverageMode::Borrow, "100".into());
        });
        assert_eq!(
            words,
            "2 sessions used of 4 sessions: 2 sessions left. At the end of November the rest \
             lapses. 5 sessions used of 4 sessions: 1 session over; the next cycle has 1 session \
             less."
        );
        let words = said(|_, pool| pool.allowance = "0".into());
        assert_eq!(words, "A cycle brings nothing of itself: units are bought as they are needed.");
    }
}
