//! Tax on the lines of an invoice: rates that do not compound, rounded by line or by group.
use serde::{Deserialize, Serialize};

use super::{Decimal, PERCENT_MAX};
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// Whether prices are without tax or with it. Source: domain 5.5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TaxMode {
    /// Tax is added to the prices.
    #[default]
    Exclusive,
    /// Tax is part of the prices.
    Inclusive,
}

/// Where tax is rounded. Source: domain 5.5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TaxRounding {
    /// For each line and tax.
    #[default]
    Line,
    /// Once for all lines with the same code and rate, as EN 16931 wants it.
    Group,
}

/// A tax of a line.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Tax {
    /// What it is called: `VAT`.
    pub code: String,
    /// In per cent, 0 to 1,000.
    pub rate: Decimal,
}

/// What an invoice owes of one tax.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxTotal {
    /// What it is called.
    pub code: String,
    /// In per cent.
    pub rate: Decimal,
    /// What is taxed, without any tax, in minor units.
    pub base: Minor,
    /// The tax, in minor units.
    pub tax: Minor,
}

/// The taxes of some lines.
pub(super) struct Taxed {
    /// For each code and rate, in the order in which the lines name them.
    pub(super) totals: Vec<TaxTotal>,
    /// For each line, all its taxes together.
    pub(super) by_line: Vec<i128>,
}

/// One code and rate while the lines are gone through.
struct Group<'a> {
    tax: &'a Tax,
    exact: Ratio,
    rounded: i64,
    base: i128,
}

/// Taxes lines that come to so many minor units after discounts.
///
/// By group, a line has the rounded tax of the lines up to it less that of the lines before, so
/// that the lines add up to the group.
///
/// # Errors
/// [`RuleError::InvalidRate`] for a rate below 0 or above 1,000, [`RuleError::TooLarge`].
pub(super) fn taxes<'a>(
    lines: impl Iterator<Item = (&'a [Tax], i64)>,
    mode: TaxMode,
    rounding: TaxRounding,
) -> Result<Taxed, RuleError> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut by_line = Vec::new();
    for (taxes, base) in lines {
        let mut named = Vec::with_capacity(taxes.len());
        let mut all = 0i128;
        for tax in taxes {
            let exact = Ratio::from(base).times(share(tax, taxes, mode)?)?;
            let at = position(&mut groups, tax);
            all += i128::from(groups[at].add(exact, rounding)?);
            named.push(at);
        }
        let net = i128::from(base) - if mode == TaxMode::Inclusive { all } else { 0 };
        named.into_iter().for_each(|at| groups[at].base += net);
        by_line.push(all);
    }
    let totals = groups.into_iter().map(Group::total).collect::<Result<_, RuleError>>()?;
    Ok(Taxed { totals, by_line })
}

/// The share of a line's amount that is this tax. Source: domain 5.5.
fn share(tax: &Tax, all: &[Tax], mode: TaxMode) -> Result<Ratio, RuleError> {
    let percent = tax.rate.percent(PERCENT_MAX)?;
    if mode == TaxMode::Exclusive {
        return Ok(percent);
    }
    let one = Ratio::from(1);
    let with_tax = all.iter().try_fold(one, |sum, tax| sum.plus(tax.rate.percent(PERCENT_MAX)?))?;
    percent.over(with_tax)
}

fn position<'a>(groups: &mut Vec<Group<'a>>, tax: &'a Tax) -> usize {
    groups.iter().position(|group| group.tax == tax).unwrap_or_else(|| {
        groups.push(Group { tax, exact: Ratio::ZERO, rounded: 0, base: 0 });
        groups.len() - 1
    })
}

impl Group<'_> {
    /// Adds the exact tax of a line, and says what of it the line has in whole minor units.
    fn add(&mut self, exact: Ratio, rounding: TaxRounding) -> Result<i64, RuleError> {
        let tax = match rounding {
            TaxRounding::Line => exact.rounded()?,
            TaxRounding::Group => {
                self.exact = self.exact.plus(exact)?;
                self.exact.rounded()?.checked_sub(self.rounded).ok_or(RuleError::TooLarge)?
            }
        };
        self.rounded = self.rounded.checked_add(tax).ok_or(RuleError::TooLarge)?;
        Ok(tax)
    }

    fn total(self) -> Result<TaxTotal, RuleError> {
        let Tax { code, rate } = self.tax.clone();
        let base = i64::try_from(self.base).map(Minor).map_err(|_| RuleError::TooLarge)?;
        Ok(TaxTotal { code, rate, base, tax: Minor(self.rounded) })
    }
}
