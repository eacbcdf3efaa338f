//! One cycle under several versions of a contract: what its days bring and cost, day by day,
//! wherever the cycle ends in the end.
use chrono::NaiveDate;

use super::RuleError;
use super::amendment::{Terminated, TerminationPolicy};
use super::cycle::Cycle;
use super::proration::{Timing, UnitRounding, prorate};
use super::units::{Minor, Quantity};

/// What a full cycle brings from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// The first day; the first of all counts from the start of the cycle.
    pub from: NaiveDate,
    /// Units of a full cycle, not negative.
    pub full: Quantity,
    /// How the sum of the shares becomes whole units.
    pub rounding: UnitRounding,
}

/// The allowance of `cycle` as each of `versions` was agreed, oldest first: the days of each
/// version at its share, added up exactly and rounded once by the last of them. What an amendment
/// changes is the difference to the one before it. Source: domain 1.4, 2.7, 2.11.
///
/// A tie goes away from what the first version alone would bring, so that in a whole cycle one
/// amendment changes exactly `round(delta × rest)`.
///
/// # Errors
/// [`RuleError::InvalidRange`] for a cycle that is no part of its nominal one or versions out of
/// order, [`RuleError::InvalidQuantity`] for a negative allowance, [`RuleError::TooLarge`].
pub fn allowances(cycle: &Cycle, versions: &[Allowance]) -> Result<Vec<Quantity>, RuleError> {
    let (days, nominal) = (cycle.days(), cycle.nominal_days());
    if days < 0 || nominal < days.max(1) || !in_order(versions.iter().map(|one| one.from)) {
        return Err(RuleError::InvalidRange);
    }
    if versions.iter().any(|one| one.full.0 < 0) {
        return Err(RuleError::InvalidQuantity);
    }
    let mut agreed = Vec::with_capacity(versions.len());
    let (mut sum, mut base, mut before) = (0i128, 0i128, 0i128);
    for (place, one) in versions.iter().enumerate() {
        let rest = if place == 0 { days } else { rest_of(cycle, one.from) };
        let full = i128::from(one.full.0);
        sum += (full - before) * i128::from(rest);
        before = full;
        if place == 0 {
            base = sum;
        }
        agreed.push(whole(sum, base, i128::from(nominal), one.rounding)?);
    }
    Ok(agreed)
}

/// `sum / nominal` in whole units; a tie goes away from `base / nominal`.
fn whole(sum: i128, base: i128, nominal: i128, by: UnitRounding) -> Result<Quantity, RuleError> {
    let down = sum.div_euclid(nominal);
    let left = sum.rem_euclid(nominal);
    let up = match by {
        UnitRounding::Down => false,
        UnitRounding::Up => left > 0,
        UnitRounding::HalfUp if left * 2 == nominal => sum >= base,
        UnitRounding::HalfUp => left * 2 > nominal,
    };
    i64::try_from(down + i128::from(up)).map(Quantity).map_err(|_| RuleError::TooLarge)
}

/// What a full cycle costs from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// The first day; the first of all counts from the start of the cycle.
    pub from: NaiveDate,
    /// The price of a full cycle.
    pub full: Minor,
}

/// What the amendments in `cycle` charge beside its price, if it was billed ahead: of each the
/// old price of the rest back, the new one for it, every line rounded alone. Source: domain 2.11.
///
/// # Errors
/// [`RuleError::InvalidRange`] for versions out of order, those of [`prorate`].
pub fn amended(cycle: &Cycle, prices: &[Price]) -> Result<Minor, RuleError> {
    if !in_order(prices.iter().map(|one| one.from)) {
        return Err(RuleError::InvalidRange);
    }
    let share = |full, rest| prorate(full, rest, cycle.nominal_days());
    prices.windows(2).try_fold(Minor(0), |sum, pair| {
        let rest = rest_of(cycle, pair[1].from);
        let credit = share(pair[0].full, rest)?;
        let charge = share(pair[1].full, rest)?;
        let net = charge.0.checked_sub(credit.0).and_then(|net| net.checked_add(sum.0));
        net.map(Minor).ok_or(RuleError::TooLarge)
    })
}

/// One line of what a cycle costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// The first day it is for.
    pub from: NaiveDate,
    /// The first day after.
    pub to: NaiveDate,
    /// What it comes to.
    pub amount: Minor,
}

/// What `cycle` costs under several versions, oldest first, every line rounded alone: in advance
/// the days at the first price and what the amendments charge beside it, in arrears the days of
/// each version. A bill and a settlement take it from here. Source: domain 2.7, 2.11.
///
/// # Errors
/// Those of [`amended`].
pub fn shares(cycle: &Cycle, prices: &[Price], timing: Timing) -> Result<Vec<Share>, RuleError> {
    let moved = amended(cycle, prices)?;
    let nominal = cycle.nominal_days();
    let share = |from: NaiveDate, to: NaiveDate, full| {
        let amount = prorate(full, (to - from).num_days().max(0), nominal)?;
        Ok(Share { from, to, amount })
    };
    let Some(first) = prices.first() else { return Ok(Vec::new()) };
    if timing == Timing::Advance {
        let whole = share(cycle.start, cycle.end, first.full)?;
        let more =
            prices.get(1).map(|next| Share { from: next.from, to: cycle.end, amount: moved });
        return Ok(std::iter::once(whole).chain(more).collect());
    }
    let each = prices.iter().enumerate().map(|(place, price)| {
        let from = if place == 0 { cycle.start } else { price.from };
        let to = prices.get(place + 1).map_or(cycle.end, |next| next.from);
        share(from, to, price.full)
    });
    each.collect()
}

fn sum(shares: &[Share]) -> Result<Minor, RuleError> {
    let add = |sum: i64, share: &Share| sum.checked_add(share.amount.0);
    shares.iter().try_fold(0, add).map(Minor).ok_or(RuleError::TooLarge)
}

/// The end of a retainer inside `cycle` under several versions, and what of it the amendments
/// charged. What is due is what a bill of the days served comes to, to the cent; the rest of what
/// the whole cycle would cost is given back. Source: domain 2.11, 2.12.
///
/// # Errors
/// [`RuleError::TerminationOutsideCycle`], [`RuleError::InvalidRange`] without a version or for
/// versions out of order or after the end, [`RuleError::TooLarge`].
pub fn terminate(
    cycle: &Cycle,
    end_on: NaiveDate,
    prices: &[Price],
    (timing, policy): (Timing, TerminationPolicy),
) -> Result<(Terminated, Minor), RuleError> {
    let (Some(first), Some(last)) = (prices.first(), prices.last()) else {
        return Err(RuleError::InvalidRange);
    };
    if prices.iter().skip(1).any(|one| one.from >= end_on) {
        return Err(RuleError::InvalidRange);
    }
    let ended = super::amendment::terminate(cycle, end_on, last.full, timing, policy)?;
    let all = sum(&shares(cycle, prices, timing)?)?;
    let whole = prorate(first.full, cycle.days(), cycle.nominal_days())?;
    let due = match policy {
        TerminationPolicy::Prorate => {
            sum(&shares(&Cycle { end: end_on, ..*cycle }, prices, timing)?)?
        }
        TerminationPolicy::None => all,
    };
    let less = |one: Minor, other: Minor| one.0.checked_sub(other.0).ok_or(RuleError::TooLarge);
    let credit = Minor(less(due, all)?);
    Ok((Terminated { due, credit, ..ended }, Minor(less(all, whole)?)))
}

/// Days of the cycle from a day on.
fn rest_of(cycle: &Cycle, from: NaiveDate) -> i64 {
    (cycle.end - from.clamp(cycle.start, cycle.end.max(cycle.start))).num_days()
}

fn in_order(days: impl Iterator<Item = NaiveDate> + Clone) -> bool {
    days.clone().zip(days.skip(1)).all(|(one, next)| one <= next)
}
