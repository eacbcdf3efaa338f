use proptest::prelude::*;

use super::*;
use crate::rules::units::Minor;
use RequestVerdict as Is;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).expect("a day of 2026")
}

/// Ten hours a cycle, of which so many are left; overage at 150.00 an hour in quarters.
fn footing(left: i64, planned: i64, estimate: i64) -> Footing {
    let overage = Overage {
        mode: OverageMode::Bill,
        rate_minor: Minor(15_000),
        rate_per: Quantity(60),
        increment: Quantity(15),
        ..Overage::default()
    };
    let (starts_on, ends_on) = (day(12, 1), day(12, 31));
    Footing {
        today: day(11, 22),
        ends_on: Some(day(12, 1)),
        pool: Some(NowIn { left, planned, overage }),
        next: Some(Coming {
            seq: 12,
            starts_on,
            ends_on,
            brings: 600,
            available: 600,
            planned: 60,
            ranked: 0,
        }),
        estimate: Some(estimate),
        by_price: false,
        wanted_on: None,
        cost_minor: None,
    }
}

fn of(footing: &Footing, verdict: Is, freed: Option<i64>) -> VerdictEffect {
    effect(footing, (verdict, ScopeMatch::Included), freed).expect("figures that fit")
}

fn mode(footing: Footing, mode: OverageMode) -> Footing {
    let pool = footing.pool.map(|pool| NowIn { overage: Overage { mode, ..pool.overage }, ..pool });
    Footing { pool, ..footing }
}

#[test]
fn s0_32_each_verdict_tells_what_it_does() {
    let footing = footing(300, 120, 240);
    let all = effects(&footing, ScopeMatch::Included).expect("figures that fit");
    let told: Vec<_> = all
        .iter()
        .map(|one| (one.verdict, one.refused, one.before, one.after, one.fee_minor))
        .collect();
    let expected = [
        (Is::InScope, Some(VerdictRefusal::DoesNotFit), Some(180), Some(-60), Some(15_000)),
        (Is::Swap, None, Some(180), Some(-60), Some(15_000)),
        (Is::NextPeriod, None, Some(540), Some(300), Some(0)),
        (Is::Overage, None, Some(180), Some(-60), Some(15_000)),
        (Is::ChangeOrder, None, Some(180), Some(180), Some(60_000)),
        (Is::Decline, None, Some(180), Some(180), Some(0)),
    ];
    assert_eq!(told, expected);
    let days: Vec<_> = all.iter().map(|one| (one.from, one.until)).collect();
    let now = (Some(day(11, 22)), Some(day(11, 30)));
    let next = (Some(day(12, 1)), Some(day(12, 30)));
    let some_day = (Some(day(11, 22)), None);
    assert_eq!(days, [now, now, next, now, some_day, (None, None)]);
    assert!(all.iter().all(|one| one.margin_minor.is_none()), "no rates of cost are known");
}

#[test]
fn s0_32_what_fits_is_in_scope_and_nothing_goes_beyond() {
    let footing = footing(300, 0, 240);
    assert_eq!(of(&footing, Is::InScope, None).refused, None);
    assert_eq!(of(&footing, Is::InScope, None).fee_minor, Some(0));
    assert_eq!(of(&footing, Is::Overage, None).refused, Some(VerdictRefusal::NothingOver));
}

#[test]
fn s0_32_a_swap_must_free_enough() {
    let footing = footing(300, 240, 180);
    let swap = |freed| of(&footing, Is::Swap, Some(freed));
    assert_eq!((swap(60).refused, swap(60).after), (Some(VerdictRefusal::DoesNotFit), Some(-60)));
    assert_eq!((swap(120).refused, swap(120).after, swap(120).fee_minor), (None, Some(0), Some(0)));
    let last = Footing { next: None, ..footing };
    for freed in [None, Some(120)] {
        assert_eq!(of(&last, Is::Swap, freed).refused, Some(VerdictRefusal::NoNextCycle));
    }
}

#[test]
fn s0_02_what_a_line_leaves_out_comes_in_by_a_change_of_scope_alone() {
    let all = effects(&footing(300, 0, 60), ScopeMatch::Excluded).expect("figures that fit");
    let open = all.iter().filter(|one| one.refused.is_none()).map(|one| one.verdict);
    assert_eq!(open.collect::<Vec<_>>(), [Is::ChangeOrder, Is::Decline]);
    assert_eq!(all[0].refused, Some(VerdictRefusal::LeftOut));
}

#[test]
fn s0_32_nothing_is_accepted_in_silence() {
    let needs = |matched| Is::ALL.map(|verdict| verdict.needs_reason(matched));
    assert_eq!(needs(ScopeMatch::Included), [false, false, false, true, true, true]);
    assert_eq!(needs(ScopeMatch::Unclear), [true; 6]);
}

#[test]
fn s0_32_the_fee_follows_the_terms() {
    let fee = |footing: &Footing| of(footing, Is::Overage, None).fee_minor;
    // 60 min were beyond already: 100 more are 160 in all, 165 billed, of which 60 were.
    assert_eq!(fee(&footing(-60, 0, 100)), Some(26_250));
    let over = footing(0, 0, 100);
    assert_eq!(fee(&over), Some(26_250));
    assert_eq!(fee(&mode(over, OverageMode::Absorb)), Some(0));
    assert_eq!(fee(&mode(over, OverageMode::Ask)), Some(26_250));
    assert_eq!(fee(&mode(over, OverageMode::Borrow)), Some(0));
    let large = mode(footing(0, 0, 660), OverageMode::Borrow);
    assert_eq!(fee(&large), Some(15_000), "the next allowance lends 600");
    let blocked = mode(over, OverageMode::Block);
    assert_eq!(of(&blocked, Is::Overage, None).refused, Some(VerdictRefusal::TermsBlock));
}

#[test]
fn s0_32_what_is_not_known_is_said_to_be_unknown() {
    let open = Footing { estimate: None, ..footing(300, 0, 0) };
    let effect = of(&open, Is::InScope, None);
    assert_eq!((effect.refused, effect.after), (Some(VerdictRefusal::EstimateNeeded), None));
    assert_eq!(of(&open, Is::ChangeOrder, None).fee_minor, None);
    let things = Footing { pool: None, ..open };
    let effect = of(&things, Is::InScope, None);
    assert_eq!((effect.refused, effect.before, effect.fee_minor), (None, None, None));
    assert_eq!(of(&things, Is::Overage, None).refused, Some(VerdictRefusal::NoTimePool));
    let listed = Footing { by_price: true, ..open };
    let told =
        [Is::InScope, Is::Overage, Is::Swap].map(|verdict| of(&listed, verdict, None).refused);
    let needed = Some(VerdictRefusal::PriceNeeded);
    assert_eq!(told, [None, needed, needed]);
    let priced = Footing { estimate: Some(3), ..listed };
    let of_it = |verdict| of(&priced, verdict, None).before.is_some();
    assert_eq!([Is::InScope, Is::ChangeOrder].map(of_it), [true, false], "it brings time alone");
    let last = Footing { next: None, ..footing(300, 0, 60) };
    assert_eq!(of(&last, Is::NextPeriod, None).refused, Some(VerdictRefusal::NoNextCycle));
    let costed = Footing { cost_minor: Some(4_000), ..footing(0, 0, 60) };
    assert_eq!(of(&costed, Is::Overage, None).margin_minor, Some(11_000));
    let wanted = Footing { wanted_on: Some(day(11, 30)), ..footing(300, 0, 60) };
    let late = [Is::InScope, Is::NextPeriod].map(|verdict| of(&wanted, verdict, None).late);
    assert_eq!(late, [false, true]);
}

proptest! {
    /// What is in scope never costs anything and never goes beyond; what a swap frees more never
    /// costs more.
    #[test]
    fn s0_32_in_scope_is_free_and_freeing_more_costs_no_more(
        left in -600i64..600, planned in 0i64..600, estimate in 1i64..600,
        freed in 0i64..600, more in 0i64..600,
    ) {
        let footing = footing(left, planned, estimate);
        let within = of(&footing, Is::InScope, None);
        if within.refused.is_none() {
            prop_assert_eq!(within.fee_minor, Some(0));
            prop_assert!(within.after.is_some_and(|after| after >= 0));
        }
        let fee = |freed| of(&footing, Is::Swap, Some(freed)).fee_minor;
        prop_assert!(fee(freed + more) <= fee(freed));
    }
}
