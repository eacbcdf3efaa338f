//! What a change, an end or a pause in the middle of a cycle moves, in money and in units.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::RuleError;
use super::cycle::{Cycle, Pause, Rhythm, Series};
use super::proration::{Timing, UnitRounding, prorate, prorate_units_by};
use super::units::{Minor, Quantity};

/// When an amendment takes effect. Source: domain 2.11.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Effective {
    /// On the change date, inside the running cycle.
    Now,
    /// At the end of the running cycle.
    #[default]
    NextCycle,
}

/// The price and the allowance of a full cycle under one version of a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Version {
    /// The price of a full cycle.
    pub price: Minor,
    /// The allowance of a full cycle.
    pub units: Quantity,
}

/// How a change of the allowance becomes whole units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitStep {
    /// The change is a multiple of it, 1 or more.
    pub increment: Quantity,
    /// The rounding of the signed change.
    pub rounding: UnitRounding,
}

impl Default for UnitStep {
    fn default() -> Self {
        Self { increment: Quantity(1), rounding: UnitRounding::HalfUp }
    }
}

/// What an amendment moves in the cycle it happens in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amended {
    /// The first day of the new version.
    pub effective_on: NaiveDate,
    /// Days of the cycle from then on.
    pub remaining_days: i64,
    /// Days of the full cycle.
    pub nominal_days: i64,
    /// The price of the days before, at the old version: billed in arrears.
    pub old_segment: Minor,
    /// What is given back of the old version for the rest, negative: billed in advance.
    pub credit: Minor,
    /// The price of the rest, at the new version.
    pub charge: Minor,
    /// How the allowance of the running cycle changes.
    pub unit_delta: Quantity,
}

/// A change of price and allowance inside `cycle`; each side is rounded alone.
///
/// `change_on` may be the end of the cycle, where nothing remains. Source: domain 2.11.
///
/// # Errors
/// [`RuleError::ChangeOutsideCycle`], [`RuleError::InvalidQuantity`] if the increment is below 1,
/// [`RuleError::TooLarge`].
pub fn amend(
    cycle: &Cycle,
    change_on: NaiveDate,
    effective: Effective,
    [old, new]: [Version; 2],
    step: UnitStep,
) -> Result<Amended, RuleError> {
    if change_on < cycle.start || change_on > cycle.end {
        return Err(RuleError::ChangeOutsideCycle);
    }
    let effective_on = match effective {
        Effective::Now => change_on,
        Effective::NextCycle => cycle.end,
    };
    let remaining_days = (cycle.end - effective_on).num_days();
    let nominal_days = cycle.nominal_days();
    let delta = new.units.0.checked_sub(old.units.0).ok_or(RuleError::TooLarge)?;
    let UnitStep { increment, rounding } = step;
    let days_before = cycle.days() - remaining_days;
    Ok(Amended {
        effective_on,
        remaining_days,
        nominal_days,
        old_segment: prorate(old.price, days_before, nominal_days)?,
        credit: negated(prorate(old.price, remaining_days, nominal_days)?)?,
        charge: prorate(new.price, remaining_days, nominal_days)?,
        unit_delta: prorate_units_by(
            Quantity(delta),
            remaining_days,
            nominal_days,
            increment,
            rounding,
        )?,
    })
}

/// What an early end costs. Source: domain 2.12.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TerminationPolicy {
    /// Only the days served are due.
    #[default]
    Prorate,
    /// The cycle is due in full.
    None,
}

/// What an early end moves in the cycle it happens in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terminated {
    /// Days served.
    pub used_days: i64,
    /// Days of the cycle after the end.
    pub unused_days: i64,
    /// Days of the full cycle.
    pub nominal_days: i64,
    /// What is given back, zero or negative: billed in advance.
    pub credit: Minor,
    /// What is charged then: the cycle's price less the credit in advance, the days served in
    /// arrears.
    pub due: Minor,
}

/// The end of a retainer inside `cycle`, with `end_on` the first day without service.
///
/// # Errors
/// [`RuleError::TerminationOutsideCycle`], [`RuleError::TooLarge`].
pub fn terminate(
    cycle: &Cycle,
    end_on: NaiveDate,
    price: Minor,
    timing: Timing,
    policy: TerminationPolicy,
) -> Result<Terminated, RuleError> {
    if end_on < cycle.start || end_on > cycle.end {
        return Err(RuleError::TerminationOutsideCycle);
    }
    let unused_days = (cycle.end - end_on).num_days();
    let used_days = cycle.days() - unused_days;
    let nominal_days = cycle.nominal_days();
    let whole = prorate(price, cycle.days(), nominal_days)?;
    let (credit, due) = match (policy, timing) {
        (TerminationPolicy::None, _) => (Minor(0), whole),
        (TerminationPolicy::Prorate, Timing::Advance) => {
            let credit = negated(prorate(price, unused_days, nominal_days)?)?;
            let due = whole.0.checked_add(credit.0).ok_or(RuleError::TooLarge)?;
            (credit, Minor(due))
        }
        (TerminationPolicy::Prorate, Timing::Arrears) => {
            (Minor(0), prorate(price, used_days, nominal_days)?)
        }
    };
    Ok(Terminated { used_days, unused_days, nominal_days, credit, due })
}

/// What a pause moves at a price billed in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paused {
    /// The cycle that the pause cuts, whole.
    pub cycle: Cycle,
    /// Its days from the pause on.
    pub unused_days: i64,
    /// What is given back for them, negative.
    pub credit: Minor,
    /// The first cycle after the pause and its price, where the end of the pause is known.
    pub resumed: Option<(Cycle, Minor)>,
}

/// Adds `pause` to `series`: the series that results, and what moves at `price` for a full
/// cycle. Source: domain 2.10.
///
/// # Errors
/// [`RuleError::InvalidPause`] if no cycle serves its first day or it meets another pause,
/// [`RuleError::TooLarge`].
pub fn pause(series: &Series, pause: Pause, price: Minor) -> Result<(Series, Paused), RuleError> {
    let cycle = series.cycle_on(pause.from).ok_or(RuleError::InvalidPause)?;
    let unused_days = (cycle.end - pause.from).num_days();
    let credit = negated(prorate(price, unused_days, cycle.nominal_days())?)?;
    let pauses = series.pauses().iter().copied().chain([pause]).collect();
    let paused = series.paused(pauses)?;
    let resumed = pause.to.and_then(|to| paused.cycle_on(to));
    let resumed = resumed.map(|cycle| {
        let charge = prorate(price, cycle.days(), cycle.nominal_days())?;
        Ok((cycle, charge))
    });
    Ok((paused, Paused { cycle, unused_days, credit, resumed: resumed.transpose()? }))
}

/// What another interval moves at a price billed in advance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// The cycle that the change cuts, whole; none where it falls on a boundary.
    pub cycle: Option<Cycle>,
    /// Its days from the change on.
    pub unused_days: i64,
    /// What is given back for them, zero or negative.
    pub credit: Minor,
    /// The first cycle of the new interval and its price; none where no service follows.
    pub next: Option<(Cycle, Minor)>,
}

/// Changes the interval of `series`: the series that results, and what moves at the old and the
/// new price of a full cycle. The old series ends with a credit and a new one starts; what comes
/// before the change stays as it is. Source: domain 2.13.
///
/// # Errors
/// Those of [`Series::agreed`], [`RuleError::TooLarge`].
pub fn change_interval(
    series: &Series,
    rhythm: Rhythm,
    [old, new]: [Minor; 2],
) -> Result<(Series, Changed), RuleError> {
    let changed = series.changed(rhythm)?;
    let cycle = series.cycle_on(rhythm.from).filter(|cycle| cycle.start < rhythm.from);
    let unused_days = cycle.map_or(0, |cycle| (cycle.end - rhythm.from).num_days());
    let credit = match cycle {
        Some(cycle) => negated(prorate(old, unused_days, cycle.nominal_days())?)?,
        None => Minor(0),
    };
    let next = changed.cycles_from(rhythm.from).next();
    let priced = |cycle: Cycle| {
        let price = prorate(new, cycle.days(), cycle.nominal_days())?;
        Ok((cycle, price))
    };
    let next = next.map(priced).transpose()?;
    Ok((changed, Changed { cycle, unused_days, credit, next }))
}

fn negated(amount: Minor) -> Result<Minor, RuleError> {
    amount.0.checked_neg().map(Minor).ok_or(RuleError::TooLarge)
}
