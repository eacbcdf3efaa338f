//! Random pools: a policy, what a cycle starts with, and what happened in it.
use chrono::{Days, NaiveDate};
use proptest::prelude::*;
use shared::rules::RuleError;
use shared::rules::ledger::{
    BorrowExcess, Cap, Closing, CycleTerms, Ends, Fact, FactKind, Horizon, Lot, LotKind, Next,
    Opening, Overage, OverageMode, Policy, Projection, Rollover, TopUpKind, close, project,
};
use shared::rules::units::{Minor, Quantity};

/// The number of the cycle that the world is about.
pub(crate) const SEQ: u32 = 3;

/// Cycle k runs through month k of 2026.
pub(crate) fn start_of(seq: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, seq, 1).unwrap()
}

/// The ends of eight cycles; the others are not known.
pub(crate) fn end_of(seq: u32) -> Option<NaiveDate> {
    (1..9).contains(&seq).then(|| start_of(seq + 1))
}

/// One cycle of one pool, with all that the ledger is given.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) opening: Opening,
    pub(crate) grant: Quantity,
    pub(crate) partial: bool,
    pub(crate) policy: Policy,
    pub(crate) facts: Vec<Fact>,
    pub(crate) next: Next,
}

impl World {
    pub(crate) fn terms(&self, seq: u32) -> CycleTerms<'_> {
        CycleTerms {
            seq,
            start: start_of(seq),
            end: start_of(seq + 1),
            partial: self.partial,
            grant: self.grant,
            full_grant: Quantity(600),
            policy: &self.policy,
            horizon: self.horizon(seq),
        }
    }

    /// What is known before the close of what will follow it.
    pub(crate) fn horizon(&self, seq: u32) -> Horizon {
        let (end, rule) = (Some(start_of(seq + 1)), self.policy.rollover.unwrap_or_default());
        match self.next {
            Next::Terminated => Horizon { all: end, carried: None },
            Next::Unknown if rule.only_if_renewed => Horizon { all: None, carried: end },
            Next::Unknown | Next::Cycle { .. } => Horizon::default(),
        }
    }

    pub(crate) fn project(&self) -> Projection {
        self.project_facts(&self.facts)
    }

    pub(crate) fn project_facts(&self, facts: &[Fact]) -> Projection {
        project(&self.opening, &self.terms(SEQ), facts, &end_of).unwrap()
    }

    pub(crate) fn close(&self) -> Result<(Projection, Closing), RuleError> {
        let projection = self.project();
        let closing = close(&projection, &self.terms(SEQ), self.next, &end_of)?;
        Ok((projection, closing))
    }
}

pub(crate) fn quantity() -> impl Strategy<Value = Quantity> {
    (0i64..400).prop_map(Quantity)
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0u64..31).prop_map(|days| start_of(SEQ) + Days::new(days))
}

fn ends() -> impl Strategy<Value = Ends> {
    prop_oneof![
        Just(Ends::Never),
        (SEQ..12).prop_map(|seq| Ends::Cycle { seq }),
        (1u64..120).prop_map(|days| Ends::Date { date: start_of(SEQ) + Days::new(days) }),
    ]
}

/// Before its cycle, inside or after it; none is the rule.
fn starts() -> impl Strategy<Value = Option<NaiveDate>> {
    let day = |days| start_of(SEQ - 1) + Days::new(days);
    prop_oneof![2 => Just(None), 1 => (1u64..100).prop_map(day).prop_map(Some)]
}

fn lot() -> impl Strategy<Value = Lot> {
    let kind = prop_oneof![
        Just(LotKind::Makeup),
        Just(LotKind::Goodwill),
        Just(LotKind::Rollover),
        Just(LotKind::Purchased)
    ];
    (kind, 1..SEQ, starts(), ends(), quantity()).prop_map(
        |(kind, origin, starts, ends, quantity)| Lot { kind, origin, starts, ends, quantity },
    )
}

pub(crate) fn fact() -> impl Strategy<Value = Fact> {
    let lot = prop_oneof![Just(TopUpKind::Purchased), Just(TopUpKind::Goodwill)];
    let kind = prop_oneof![
        5 => Just(FactKind::Use),
        1 => Just(FactKind::AdjustUp),
        1 => Just(FactKind::AdjustDown),
        1 => (lot, starts(), ends())
            .prop_map(|(lot, starts, ends)| FactKind::TopUp { lot, starts, ends }),
        1 => Just(FactKind::Carry),
    ];
    (day(), quantity(), kind).prop_map(|(effective_on, quantity, kind)| Fact {
        effective_on,
        quantity,
        kind,
    })
}

fn rollover() -> impl Strategy<Value = Rollover> {
    let cap = prop_oneof![
        Just(Cap::None),
        quantity().prop_map(|units| Cap::Units { units }),
        (0u32..150).prop_map(|percent| Cap::Percent { percent }),
    ];
    let carry = prop_oneof![Just(100u32), 0u32..=100];
    (cap, prop::option::of(1u32..5), carry, any::<[bool; 3]>()).prop_map(
        |(cap, max_cycles, carry_percent, [partial_cycle_rolls, compounding, only_if_renewed])| {
            Rollover {
                cap,
                max_cycles: max_cycles.filter(|_| compounding),
                carry_percent,
                partial_cycle_rolls,
                compounding,
                only_if_renewed,
            }
        },
    )
}

pub(crate) fn mode() -> impl Strategy<Value = OverageMode> {
    prop_oneof![
        Just(OverageMode::Block),
        Just(OverageMode::Bill),
        Just(OverageMode::Absorb),
        Just(OverageMode::Borrow),
        Just(OverageMode::Ask)
    ]
}

prop_compose! {
    pub(crate) fn policy()(
        rollover in prop::option::of(rollover()),
        mode in mode(),
        rate in (0i64..50_000, 1i64..61, 1i64..31),
        borrow_cap in prop::option::of(quantity()),
        absorbs in any::<bool>(),
        makeup_cycles in 1u32..4,
    ) -> Policy {
        let borrow_excess = if absorbs { BorrowExcess::Absorb } else { BorrowExcess::Bill };
        let (rate_minor, rate_per) = (Minor(rate.0), Quantity(rate.1));
        let increment = Quantity(rate.2);
        let overage = Overage { mode, rate_minor, rate_per, increment, borrow_cap, borrow_excess };
        Policy { rollover, overage, makeup_cycles, ..Policy::default() }
    }
}

prop_compose! {
    /// Any pool.
    pub(crate) fn world()(
        lots in prop::collection::vec(lot(), 0..6),
        borrow in prop_oneof![Just(Quantity(0)), quantity()],
        grant in quantity(),
        partial in any::<bool>(),
        policy in policy(),
        facts in prop::collection::vec(fact(), 0..12),
        next in prop_oneof![
            quantity().prop_map(|grant| Next::Cycle { grant }),
            Just(Next::Unknown),
            Just(Next::Terminated),
        ],
    ) -> World {
        World { opening: Opening { lots, borrow }, grant, partial, policy, facts, next }
    }
}
