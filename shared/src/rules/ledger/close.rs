//! The close of a cycle: what expires, what is carried, what the overage costs.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Calendar;
use super::lot::{Ends, Lot, LotKind, Opening, carried_until, in_draw_order};
use super::policy::{BorrowExcess, Overage, OverageMode};
use super::project::{CycleTerms, Projection};
use crate::rules::RuleError;
use crate::rules::money::{UnitRate, overage_charge};
use crate::rules::units::{Minor, Quantity};

/// What follows the cycle that is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another cycle, with this allowance: overage may borrow from it.
    Cycle {
        /// Its allowance, before anything is repaid.
        grant: Quantity,
    },
    /// Nothing that is known yet: nothing to borrow from, but the lots stay.
    Unknown,
    /// Nothing: the contract ends with this cycle, and what is left lapses.
    Terminated,
}

/// Why units lapsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ExpiryReason {
    /// Allowance that is not carried over.
    UseItOrLoseIt,
    /// The share of the allowance that is not carried over.
    CarryPercent,
    /// The time of the lot was up.
    Expiry,
    /// It was carried once and is not carried again.
    CarriedOnce,
    /// No cycle was agreed to follow: the pause it would have been carried over had no end.
    NotRenewed,
    /// More was carried than the cap holds.
    Cap,
    /// The contract ended.
    Termination,
}

/// Units that lapsed at a close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expired {
    /// The kind of the lot.
    pub kind: LotKind,
    /// The cycle the lot comes from.
    pub origin: u32,
    /// The first day it would have paid for, where it was bought or given ahead for a day of the
    /// cycle or later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<NaiveDate>,
    /// Until when the lot would have paid.
    pub ends: Ends,
    /// How much lapsed, more than zero.
    pub quantity: Quantity,
    /// Why.
    pub reason: ExpiryReason,
}

impl Expired {
    /// The first day it paid for nothing, where the cycle ended on `end`: the lot's own, if that is
    /// earlier. Source: domain 3.13.
    #[must_use]
    pub fn on(&self, end: NaiveDate) -> NaiveDate {
        match self.ends {
            Ends::Date { date } => date.min(end),
            Ends::Cycle { .. } | Ends::Never => end,
        }
    }
}

/// A closed cycle: to be stored as it is and never calculated again. Source: domain 3.5, 3.7.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Overage that the next allowance repays.
    pub borrowed: Quantity,
    /// Borrowed in an earlier cycle, and the contract ended before an allowance repaid it: settled
    /// as overage of this cycle.
    #[serde(default)]
    pub unrepaid: Quantity,
    /// Overage that is billed, rounded up to the increment.
    pub overage_billed: Quantity,
    /// What it costs, in minor units of the currency.
    pub overage_amount: Minor,
    /// Overage that is not billed: over-servicing.
    pub overage_absorbed: Quantity,
    /// What of this cycle's allowance is carried over, after the cap.
    pub carried_out: Quantity,
    /// What lapsed, lot by lot.
    pub expired: Vec<Expired>,
    /// What the lots hold.
    pub closing_balance: Quantity,
    /// What the next cycle starts with.
    pub next: Opening,
}

impl Closing {
    /// Everything that lapsed, in units of the pool.
    #[must_use]
    pub fn expired_total(&self) -> Quantity {
        let sum = |sum: i64, expired: &Expired| sum.saturating_add(expired.quantity.0);
        Quantity(self.expired.iter().fold(0, sum))
    }
}

/// Closes a projected cycle: lots whose time is up lapse, unused allowance is carried, the pool
/// of carried lots is trimmed to its cap, and the overage is settled.
///
/// The same input gives the same closing. Source: domain 1.2, 2.12, 3.7, 4.2 to 4.4.
///
/// # Errors
/// [`RuleError::InvalidPolicy`] if a bound is broken, [`RuleError::InvalidQuantity`] if a
/// quantity is negative, [`RuleError::TooLarge`] if one does not fit 64 bits.
pub fn close(
    projection: &Projection,
    terms: &CycleTerms<'_>,
    next: Next,
    calendar: Calendar<'_>,
) -> Result<Closing, RuleError> {
    terms.policy.check()?;
    check_lots(projection)?;
    let mut closing = settle_overage(projection, &terms.policy.overage, next)?;
    let mut lots = kept(projection, terms, next, calendar, &mut closing.expired);
    let carried = lots.iter().filter(|lot| is_carry(lot, terms.seq));
    closing.carried_out = Quantity(carried.map(|lot| lot.quantity.0).sum());
    if next == Next::Terminated {
        let rest = lots.drain(..).map(|lot| expired(&lot, ExpiryReason::Termination));
        closing.expired.extend(rest);
    }
    // What has started by the end did so for good.
    let lots = lots.into_iter().map(|lot| lot.from(terms.end));
    let lots = in_draw_order(lots, terms, calendar);
    closing.closing_balance = Quantity(lots.iter().map(|lot| lot.quantity.0).sum());
    let owed = projection.borrow_unpaid.0 - closing.unrepaid.0;
    let borrow = Quantity(closing.borrowed.0.checked_add(owed).ok_or(RuleError::TooLarge)?);
    closing.next = Opening { lots, borrow };
    Ok(closing)
}

/// The lots that closing a projected cycle carries, as the cycle knew them: with the day on which
/// they started. For the next one those that have are one lot.
///
/// # Errors
/// Those of [`close`].
pub fn carried(
    projection: &Projection,
    terms: &CycleTerms<'_>,
    next: Next,
    calendar: Calendar<'_>,
) -> Result<Vec<Lot>, RuleError> {
    terms.policy.check()?;
    check_lots(projection)?;
    let lots = kept(projection, terms, next, calendar, &mut Vec::new());
    Ok(if next == Next::Terminated { Vec::new() } else { lots })
}

/// What steps (a) to (c) leave, in draw order; what lapses by them is added to `gone`.
fn kept(
    projection: &Projection,
    terms: &CycleTerms<'_>,
    next: Next,
    calendar: Calendar<'_>,
    gone: &mut Vec<Expired>,
) -> Vec<Lot> {
    let mut lots = expire(&projection.lots, terms, next, gone);
    lots.extend(makeup(projection, terms));
    let mut lots = in_draw_order(lots, terms, calendar);
    trim(&mut lots, terms, gone);
    lots
}

/// A projection may come from storage: what is added up below must not overflow.
fn check_lots(projection: &Projection) -> Result<(), RuleError> {
    let totals = &projection.totals;
    let borrow = [totals.overage, totals.makeup_out, projection.borrow_unpaid];
    let mut volume = 0i128;
    for quantity in projection.lots.iter().map(|lot| lot.quantity).chain(borrow) {
        if quantity.0 < 0 {
            return Err(RuleError::InvalidQuantity);
        }
        volume += i128::from(quantity.0);
    }
    i64::try_from(volume).map(|_| ()).map_err(|_| RuleError::TooLarge)
}

/// Steps (a) and (b): what is over, and what the unused allowance becomes.
fn expire(lots: &[Lot], terms: &CycleTerms<'_>, next: Next, gone: &mut Vec<Expired>) -> Vec<Lot> {
    let mut kept = Vec::with_capacity(lots.len());
    let rule = terms.policy.rollover.unwrap_or_default();
    let unrenewed = rule.only_if_renewed && next == Next::Unknown;
    for lot in lots {
        let rolled = lot.kind == LotKind::Rollover;
        let own = lot.kind == LotKind::Included && lot.origin == terms.seq;
        match carried_until(terms.policy, terms.partial, terms.seq) {
            Some(_) if own && next == Next::Terminated => {
                gone.push(expired(lot, ExpiryReason::Termination));
            }
            Some(_) if own && unrenewed => gone.push(expired(lot, ExpiryReason::NotRenewed)),
            Some(ends) if own => {
                let carried = share(lot.quantity, rule.carry_percent);
                kept.push(Lot { kind: LotKind::Rollover, ends, quantity: carried, ..*lot });
                let rest = Quantity(lot.quantity.0 - carried.0);
                let rest = expired(&Lot { quantity: rest, ..*lot }, ExpiryReason::CarryPercent);
                gone.extend(Some(rest).filter(|rest| rest.quantity.0 > 0));
            }
            None if own => gone.push(expired(lot, ExpiryReason::UseItOrLoseIt)),
            _ if lot.ended(terms.seq, terms.end) => {
                let once = rolled && !rule.compounding && lot.origin + 1 == terms.seq;
                let why = if once { ExpiryReason::CarriedOnce } else { ExpiryReason::Expiry };
                gone.push(expired(lot, why));
            }
            _ if rolled && unrenewed => gone.push(expired(lot, ExpiryReason::NotRenewed)),
            _ => kept.push(*lot),
        }
    }
    kept
}

/// `percent` of a quantity that is not negative, rounded down.
fn share(quantity: Quantity, percent: u32) -> Quantity {
    let carried = i128::from(quantity.0) * i128::from(percent.min(100)) / 100;
    Quantity(i64::try_from(carried).unwrap_or(quantity.0))
}

fn makeup(projection: &Projection, terms: &CycleTerms<'_>) -> Option<Lot> {
    let quantity = projection.totals.makeup_out;
    let seq = terms.seq.saturating_add(terms.policy.makeup_cycles);
    let (kind, ends) = (LotKind::Makeup, Ends::Cycle { seq });
    let lot = Lot { kind, origin: terms.seq, starts: None, ends, quantity };
    (quantity.0 > 0).then_some(lot)
}

/// Step (c): the lots are in draw order, so the ones that end first are trimmed first.
fn trim(lots: &mut Vec<Lot>, terms: &CycleTerms<'_>, gone: &mut Vec<Expired>) {
    let Some(rollover) = &terms.policy.rollover else { return };
    let pool: i64 =
        lots.iter().filter(|lot| lot.kind == LotKind::Rollover).map(|lot| lot.quantity.0).sum();
    let mut excess = i128::from(pool) - rollover.limit(terms.full_grant).min(i128::from(pool));
    for lot in lots.iter_mut().filter(|lot| lot.kind == LotKind::Rollover) {
        let cut = i64::try_from(excess).unwrap_or(i64::MAX).min(lot.quantity.0);
        if cut > 0 {
            gone.push(expired(&Lot { quantity: Quantity(cut), ..*lot }, ExpiryReason::Cap));
            lot.quantity.0 -= cut;
            excess -= i128::from(cut);
        }
    }
    lots.retain(|lot| lot.quantity.0 > 0);
}

fn is_carry(lot: &Lot, seq: u32) -> bool {
    lot.kind == LotKind::Rollover && lot.origin == seq
}

fn expired(lot: &Lot, reason: ExpiryReason) -> Expired {
    let Lot { kind, origin, starts, ends, quantity } = *lot;
    Expired { kind, origin, starts, ends, quantity, reason }
}

/// Who pays for the overage: the next allowance, the client, or nobody. What no allowance is left
/// to repay is overage again. Source: domain 2.12, 4.4.
fn settle_overage(
    projection: &Projection,
    policy: &Overage,
    next: Next,
) -> Result<Closing, RuleError> {
    let overage = projection.totals.overage;
    let borrowed = match (policy.mode, next) {
        (OverageMode::Borrow, Next::Cycle { grant }) => {
            let free = grant.0.max(0) - grant.0.max(0).min(projection.borrow_unpaid.0);
            overage.min(policy.borrow_cap.unwrap_or(overage)).min(Quantity(free))
        }
        _ => Quantity(0),
    };
    let unrepaid = match next {
        Next::Terminated => projection.borrow_unpaid,
        Next::Cycle { .. } | Next::Unknown => Quantity(0),
    };
    let rest = overage.0 - borrowed.0 + unrepaid.0;
    let billed = match (policy.mode, policy.borrow_excess) {
        (OverageMode::Bill, _) | (OverageMode::Borrow | OverageMode::Ask, BorrowExcess::Bill) => {
            rest
        }
        _ => 0,
    };
    let rate = UnitRate { amount: policy.rate_minor, per: policy.rate_per };
    let charge = overage_charge(Quantity(billed), policy.increment, rate)?;
    Ok(Closing {
        borrowed,
        unrepaid,
        overage_billed: charge.billed,
        overage_amount: charge.amount,
        overage_absorbed: Quantity(rest - billed),
        ..Closing::default()
    })
}
