//! What the facts of one cycle do to its lots, as long as nothing is frozen.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Calendar;
use super::fact::{Fact, FactKind};
use super::horizon::Horizon;
use super::lot::{Ends, Lot, LotKind, Opening, in_draw_order};
use super::policy::Policy;
use crate::rules::RuleError;
use crate::rules::units::Quantity;

/// A cycle as the ledger sees it: its days, its allowance and the policy valid at its start.
#[derive(Debug, Clone, Copy)]
pub struct CycleTerms<'a> {
    /// Its number.
    pub seq: u32,
    /// The first day of service.
    pub start: NaiveDate,
    /// The first day after it.
    pub end: NaiveDate,
    /// Whether it is shorter than its nominal cycle.
    pub partial: bool,
    /// Its allowance, prorated; not negative.
    pub grant: Quantity,
    /// The allowance of a full cycle, which a cap in per cent is a share of.
    pub full_grant: Quantity,
    /// The rules of the pool.
    pub policy: &'a Policy,
    /// By when its lots end at the latest, as far as is known.
    pub horizon: Horizon,
}

/// The sums of one cycle, all in units of the pool. Source: domain 3.3.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Totals {
    /// What the lots of earlier cycles hold.
    pub opening: Quantity,
    /// The allowance.
    pub grant: Quantity,
    /// What of it went to the cycle before.
    pub borrow_repaid: Quantity,
    /// Lots bought or given.
    pub topups: Quantity,
    /// Extra allowance.
    pub adjust_up: Quantity,
    /// Allowance taken back.
    pub adjust_down: Quantity,
    /// What could not be taken back, because it was used.
    pub adjust_waived: Quantity,
    /// Set aside for cancelled sessions.
    pub makeup_out: Quantity,
    /// All accepted use, overage included.
    pub consumed: Quantity,
    /// Use that no lot paid for.
    pub overage: Quantity,
}

impl Totals {
    /// Everything the cycle offers; the base of the alerts. Source: domain 4.6.
    #[must_use]
    pub fn available(&self) -> Quantity {
        clamped(self.offered())
    }

    /// What the lots still hold before anything expires.
    #[must_use]
    pub fn balance(&self) -> Quantity {
        let paid = i128::from(self.consumed.0) - i128::from(self.overage.0);
        clamped(self.offered() - paid - i128::from(self.makeup_out.0))
    }

    fn offered(&self) -> i128 {
        let given = [self.opening, self.grant, self.topups, self.adjust_up];
        let taken = [self.borrow_repaid, self.adjust_down];
        let sum = |quantities: &[Quantity]| -> i128 {
            quantities.iter().map(|quantity| i128::from(quantity.0)).sum()
        };
        sum(&given) - sum(&taken)
    }
}

/// Totals of a projection always fit; totals made by hand may not.
fn clamped(quantity: i128) -> Quantity {
    let limit = if quantity < 0 { i64::MIN } else { i64::MAX };
    Quantity(i64::try_from(quantity).unwrap_or(limit))
}

/// A part of a fact that one lot covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Draw {
    /// The kind of the lot.
    pub kind: LotKind,
    /// The cycle the lot comes from.
    pub origin: u32,
    /// The first day the lot pays for, where it was bought or given ahead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NaiveDate>,
    /// Until when the lot pays.
    pub ends: Ends,
    /// How much it covers, more than zero.
    pub quantity: Quantity,
}

/// What a settled fact did to the lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Effect {
    /// It used them; what they lacked is overage.
    Consume,
    /// It took allowance back; what it lacked is waived.
    AdjustDown,
    /// It set units aside; what it lacked is not carried.
    SetAside,
}

/// One fact, allotted: its draws and what was short add up to its quantity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The place of the fact in the list it was given in.
    pub fact: usize,
    /// What it did.
    pub effect: Effect,
    /// The lots it drew, in the order it drew them.
    pub draws: Vec<Draw>,
    /// What no lot covered: overage of a use.
    pub short: Quantity,
}

/// A cycle with its facts allotted; provisional until it is closed. Source: domain 3.5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Projection {
    /// The number of the cycle.
    pub seq: u32,
    /// The sums.
    pub totals: Totals,
    /// What the allowance could not repay of what the cycle before borrowed.
    pub borrow_unpaid: Quantity,
    /// The facts that move units, by effective date and then record order.
    pub settled: Vec<Settled>,
    /// What is left, in the order it will be drawn, equal lots together.
    pub lots: Vec<Lot>,
}

/// Allots the facts of one cycle to its lots.
///
/// Every lot of the cycle is there from its first day, unless it starts later; facts are settled
/// by effective date and then in the order given. Source: domain 3.4, 3.5, 3.6, 3.10, 3.11, 4.5.
///
/// # Errors
/// [`RuleError::InvalidPolicy`] if a bound is broken, [`RuleError::InvalidQuantity`] if a
/// quantity is negative, [`RuleError::TooLarge`] if all of them together do not fit 64 bits.
pub fn project(
    opening: &Opening,
    terms: &CycleTerms<'_>,
    facts: &[Fact],
    calendar: Calendar<'_>,
) -> Result<Projection, RuleError> {
    terms.policy.check()?;
    check_volume(opening, terms, facts)?;
    let mut totals = totals(opening, terms, facts);
    let stock = stock(opening, terms, facts, &totals);
    let mut lots = in_draw_order(stock, terms, calendar);
    let mut order: Vec<usize> = (0..facts.len()).collect();
    order.sort_by_key(|fact| facts[*fact].effective_on);
    let settled: Vec<Settled> =
        order.into_iter().filter_map(|at| settle(at, &facts[at], terms.seq, &mut lots)).collect();
    for fact in &settled {
        count(fact, &mut totals);
    }
    lots.retain(|lot| lot.quantity.0 > 0);
    let borrow_unpaid = Quantity(opening.borrow.0 - totals.borrow_repaid.0);
    Ok(Projection { seq: terms.seq, totals, borrow_unpaid, settled, lots })
}

/// Everything that is added up below stays under the sum of all quantities, so that one check at
/// the door keeps plain arithmetic from overflowing.
fn check_volume(
    opening: &Opening,
    terms: &CycleTerms<'_>,
    facts: &[Fact],
) -> Result<(), RuleError> {
    let given = [opening.borrow, terms.grant, terms.full_grant];
    let lots = opening.lots.iter().map(|lot| lot.quantity);
    let mut volume = 0i128;
    for quantity in given.into_iter().chain(lots).chain(facts.iter().map(|fact| fact.quantity)) {
        if quantity.0 < 0 {
            return Err(RuleError::InvalidQuantity);
        }
        volume += i128::from(quantity.0);
    }
    i64::try_from(volume).map(|_| ()).map_err(|_| RuleError::TooLarge)
}

fn totals(opening: &Opening, terms: &CycleTerms<'_>, facts: &[Fact]) -> Totals {
    let sum = |counts: fn(FactKind) -> bool| {
        Quantity(facts.iter().filter(|fact| counts(fact.kind)).map(|fact| fact.quantity.0).sum())
    };
    Totals {
        opening: Quantity(opening.lots.iter().map(|lot| lot.quantity.0).sum()),
        grant: terms.grant,
        borrow_repaid: opening.borrow.min(terms.grant),
        topups: sum(|kind| matches!(kind, FactKind::TopUp { .. })),
        adjust_up: sum(|kind| kind == FactKind::AdjustUp),
        ..Totals::default()
    }
}

/// All lots of the cycle, in the order they were recorded.
fn stock(opening: &Opening, terms: &CycleTerms<'_>, facts: &[Fact], totals: &Totals) -> Vec<Lot> {
    let allowance = totals.grant.0 - totals.borrow_repaid.0 + totals.adjust_up.0;
    let included = Lot {
        kind: LotKind::Included,
        origin: terms.seq,
        starts: None,
        ends: Ends::Cycle { seq: terms.seq },
        quantity: Quantity(allowance),
    };
    let topups = facts.iter().filter_map(|fact| match fact.kind {
        FactKind::TopUp { lot, starts, ends } => {
            let (kind, origin, quantity) = (lot.into(), terms.seq, fact.quantity);
            Some(Lot { kind, origin, starts, ends, quantity }.from(terms.start))
        }
        _ => None,
    });
    opening.lots.iter().copied().chain([included]).chain(topups).collect()
}

/// What a fact of cycle `seq` takes of lots in their order, which are less by it then; none if it
/// moves none. Source: domain 3.4.
#[must_use]
pub fn settle(index: usize, fact: &Fact, seq: u32, lots: &mut [Lot]) -> Option<Settled> {
    let effect = match fact.kind {
        FactKind::Use => Effect::Consume,
        FactKind::AdjustDown => Effect::AdjustDown,
        FactKind::Carry => Effect::SetAside,
        FactKind::AdjustUp | FactKind::TopUp { .. } => return None,
    };
    let mut draws = Vec::new();
    let mut short = fact.quantity.0;
    for lot in lots.iter_mut().filter(|lot| lot.pays(seq, fact.effective_on)) {
        let takes = short.min(lot.quantity.0);
        if takes == 0 || (effect == Effect::AdjustDown && lot.kind != LotKind::Included) {
            continue;
        }
        let Lot { kind, origin, starts, ends, .. } = *lot;
        draws.push(Draw { kind, origin, starts, ends, quantity: Quantity(takes) });
        lot.quantity.0 -= takes;
        short -= takes;
    }
    Some(Settled { fact: index, effect, draws, short: Quantity(short) })
}

fn count(settled: &Settled, totals: &mut Totals) {
    let drawn: i64 = settled.draws.iter().map(|draw| draw.quantity.0).sum();
    match settled.effect {
        Effect::Consume => {
            totals.consumed.0 += drawn + settled.short.0;
            totals.overage.0 += settled.short.0;
        }
        Effect::AdjustDown => {
            totals.adjust_down.0 += drawn;
            totals.adjust_waived.0 += settled.short.0;
        }
        Effect::SetAside => totals.makeup_out.0 += drawn,
    }
}
