//! Which calendar month earns what of a fee.
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// The most months that one fee is spread over: a hundred years.
const MONTHS_MAX: usize = 1_200;

/// What a month weighs. Source: domain 5.17.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Basis {
    /// Its days of service.
    #[default]
    Day,
    /// The share of it that is served: one for a full month, however long.
    Month,
}

/// What one month earns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthShare {
    /// The first day of the month.
    pub month: NaiveDate,
    /// Its part of the fee, in minor units.
    pub amount: Minor,
}

/// Spreads a fee for the days `[start, end)` over their calendar months.
///
/// Each month earns the rounded share of everything up to its end, less what was earned before,
/// so that the months add up to the fee. Source: domain 5.17.
///
/// # Errors
/// [`RuleError::InvalidRange`] if the range is empty or reaches the end of the calendar,
/// [`RuleError::TooLarge`] above 1,200 months.
pub fn recognise(
    amount: Minor,
    start: NaiveDate,
    end: NaiveDate,
    basis: Basis,
) -> Result<Vec<MonthShare>, RuleError> {
    let months = weights(start, end, basis)?;
    let total = months.last().map_or(Ratio::ZERO, |(_, until)| *until);
    let mut earned = 0i64;
    let mut shares = Vec::with_capacity(months.len());
    for (month, until) in months {
        let share = until.over(total)?;
        let so_far = Ratio::from(amount.0).times(share)?.rounded()?;
        // Both lie between nothing and the fee, so the difference fits as they do.
        shares.push(MonthShare { month, amount: Minor(so_far - earned) });
        earned = so_far;
    }
    Ok(shares)
}

/// The months of `[start, end)`, each with the weight of all days up to its end.
fn weights(
    start: NaiveDate,
    end: NaiveDate,
    basis: Basis,
) -> Result<Vec<(NaiveDate, Ratio)>, RuleError> {
    if start >= end {
        return Err(RuleError::InvalidRange);
    }
    let mut months = Vec::new();
    let mut until = Ratio::ZERO;
    let mut from = start;
    while from < end {
        if months.len() == MONTHS_MAX {
            return Err(RuleError::TooLarge);
        }
        let month = from - Days::new(u64::from(from.day0()));
        let next = month.checked_add_months(Months::new(1)).ok_or(RuleError::InvalidRange)?;
        let days = i128::from((next.min(end) - from).num_days());
        let whole = match basis {
            Basis::Day => 1,
            Basis::Month => i128::from((next - month).num_days()),
        };
        until = until.plus(Ratio::new(days, whole)?)?;
        months.push((month, until));
        from = next;
    }
    Ok(months)
}
