//! Splitting an amount so that the parts add up: largest remainder.
use std::cmp::Reverse;

use super::Decimal;
use crate::rules::RuleError;
use crate::rules::ratio::gcd;
use crate::rules::units::Minor;

/// Splits `amount` by `weights`: each part is its exact share without the fraction, and what is
/// left goes unit by unit to the largest fractions, the first of equal ones.
///
/// A negative amount splits as the positive one does. Source: domain 5.4.
///
/// # Errors
/// [`RuleError::InvalidWeights`] if there is none, one is negative or all are zero,
/// [`RuleError::TooLarge`] if amount and weights together need more than 128 bits.
pub fn allocate(amount: Minor, weights: &[Decimal]) -> Result<Vec<Minor>, RuleError> {
    let places = weights.iter().map(|weight| weight.places()).max().unwrap_or(0);
    let weights: Result<Vec<i128>, RuleError> =
        weights.iter().map(|weight| weight.digits_at(places)).collect();
    allocate_whole(amount, &weights?)
}

/// The same for whole weights.
///
/// # Errors
/// Those of [`allocate`].
pub(in crate::rules) fn allocate_whole(
    amount: Minor,
    weights: &[i128],
) -> Result<Vec<Minor>, RuleError> {
    if weights.iter().any(|weight| *weight < 0) {
        return Err(RuleError::InvalidWeights);
    }
    let shared = weights.iter().fold(0, |shared, weight| gcd(shared, *weight));
    if shared == 0 {
        return Err(RuleError::InvalidWeights);
    }
    let mut total = 0i128;
    for weight in weights {
        total = total.checked_add(weight / shared).ok_or(RuleError::TooLarge)?;
    }
    let (sign, size) = (i128::from(amount.0.signum()), i128::from(amount.0).abs());
    let mut parts = Vec::with_capacity(weights.len());
    let mut fractions = Vec::with_capacity(weights.len());
    let mut left = size;
    for (index, weight) in weights.iter().enumerate() {
        let share = size.checked_mul(weight / shared).ok_or(RuleError::TooLarge)?;
        parts.push(share / total);
        fractions.push((Reverse(share % total), index));
        left -= share / total;
    }
    fractions.sort_unstable();
    // The fractions add up to what is left, so more of them than that are above zero.
    for ((_, index), _) in fractions.into_iter().zip(0..left) {
        parts[index] += 1;
    }
    let part = |part: i128| i64::try_from(sign * part).map(Minor);
    parts.into_iter().map(|size| part(size).map_err(|_| RuleError::TooLarge)).collect()
}

/// What of `amount` falls on each part of a bill: its exact share without the fraction, and what is
/// left unit by unit to the largest fractions, the first of equal ones. A part may give back; of the
/// whole bill each part has itself.
///
/// # Errors
/// [`RuleError::InvalidWeights`] if the parts come to nothing and the amount does not,
/// [`RuleError::TooLarge`] for a share beyond an amount.
pub fn portions(amount: Minor, parts: &[Minor]) -> Result<Vec<Minor>, RuleError> {
    let whole: i128 = parts.iter().map(|part| i128::from(part.0)).sum();
    if amount.0 == 0 {
        return Ok(vec![Minor(0); parts.len()]);
    }
    if whole == 0 {
        return Err(RuleError::InvalidWeights);
    }
    // A bill that gives back in all is one with every sign turned.
    let turned = whole.signum();
    let mut shares = Vec::with_capacity(parts.len());
    let mut fractions = Vec::with_capacity(parts.len());
    let mut left = i128::from(amount.0);
    for (index, part) in parts.iter().enumerate() {
        let share = i128::from(amount.0) * i128::from(part.0) * turned;
        shares.push(share.div_euclid(whole.abs()));
        fractions.push((Reverse(share.rem_euclid(whole.abs())), index));
        left -= share.div_euclid(whole.abs());
    }
    fractions.sort_unstable();
    for ((_, index), _) in fractions.into_iter().zip(0..left) {
        shares[index] += 1;
    }
    let fits = |share| i64::try_from(share).map(Minor).map_err(|_| RuleError::TooLarge);
    shares.into_iter().map(fits).collect()
}
