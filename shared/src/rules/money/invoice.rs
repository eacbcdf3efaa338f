//! What an invoice comes to: lines, discounts, tax and the sums below.
use super::Decimal;
use super::allocate::allocate_whole;
use super::tax::{Tax, TaxMode, TaxRounding, TaxTotal, taxes};
use crate::rules::RuleError;
use crate::rules::ratio::Ratio;
use crate::rules::units::Minor;

/// What is taken off before tax. Source: domain 5.6.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discount {
    /// So many per cent, 0 to 100.
    Percent(Decimal),
    /// So many minor units, not negative; never more than there is to take it off.
    Amount(Minor),
}

/// A line as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// How many; negative for what is given back.
    pub quantity: Decimal,
    /// The price of one, in minor units and parts of them.
    pub unit_price: Decimal,
    /// What is taken off this line.
    pub discount: Option<Discount>,
    /// Its taxes, each named once.
    pub taxes: Vec<Tax>,
}

/// An invoice in one currency, before anything is added up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Invoice {
    /// What is charged.
    pub lines: Vec<Line>,
    /// What is taken off the whole, after the discounts of the lines.
    pub discount: Option<Discount>,
    /// Whether prices include tax.
    pub tax_mode: TaxMode,
    /// Where tax is rounded.
    pub tax_rounding: TaxRounding,
}

/// What a line comes to, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineTotals {
    /// Quantity times price.
    pub gross: Minor,
    /// What its own discount takes off.
    pub discount: Minor,
    /// Its part of the discount of the invoice.
    pub invoice_discount: Minor,
    /// What is left after both: with tax if prices include it.
    pub base: Minor,
    /// All its taxes together.
    pub tax: Minor,
}

/// What an invoice comes to, in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct InvoiceTotals {
    /// Line by line.
    pub lines: Vec<LineTotals>,
    /// The lines after their own discounts.
    pub subtotal: Minor,
    /// The discount of the invoice.
    pub discount: Minor,
    /// For each code and rate, in the order in which the lines name them.
    pub taxes: Vec<TaxTotal>,
    /// All taxes together.
    pub tax: Minor,
    /// What is to be paid without tax.
    pub net: Minor,
    /// What is to be paid.
    pub total: Minor,
}

impl Invoice {
    /// Adds everything up. Source: domain 5.4 to 5.6.
    ///
    /// # Errors
    /// [`RuleError::InvalidRate`] for a tax or a share outside its bounds,
    /// [`RuleError::InvalidAmount`] for a negative discount, [`RuleError::TooLarge`] if a sum
    /// does not fit 64 bits.
    pub fn totals(&self) -> Result<InvoiceTotals, RuleError> {
        let mut lines = self.lines.iter().map(Line::totals).collect::<Result<Vec<_>, _>>()?;
        let subtotal = sum(lines.iter().map(|line| i128::from(line.base.0)))?;
        let discount = off(self.discount, subtotal)?;
        for (line, part) in spread(discount, subtotal, &lines)?.into_iter().enumerate() {
            let line = &mut lines[line];
            line.invoice_discount = part;
            line.base.0 = line.base.0.checked_sub(part.0).ok_or(RuleError::TooLarge)?;
        }
        let bases = self.lines.iter().zip(&lines).map(|(line, l)| (&*line.taxes, l.base.0));
        let taxed = taxes(bases, self.tax_mode, self.tax_rounding)?;
        for (line, tax) in lines.iter_mut().zip(&taxed.by_line) {
            line.tax = Minor(sum([*tax])?);
        }
        let tax = sum(taxed.by_line)?;
        let base = i128::from(subtotal) - i128::from(discount);
        let (included, added) = match self.tax_mode {
            TaxMode::Exclusive => (0, i128::from(tax)),
            TaxMode::Inclusive => (i128::from(tax), 0),
        };
        Ok(InvoiceTotals {
            lines,
            subtotal: Minor(subtotal),
            discount: Minor(discount),
            taxes: taxed.totals,
            tax: Minor(tax),
            net: Minor(sum([base - included])?),
            total: Minor(sum([base + added])?),
        })
    }
}

impl Line {
    /// The line with its own discount alone.
    fn totals(&self) -> Result<LineTotals, RuleError> {
        let gross = self.quantity.ratio()?.times(self.unit_price.ratio()?)?.rounded()?;
        let discount = off(self.discount, gross)?;
        // Of the sign of the line and no larger, so the difference fits.
        let base = Minor(gross - discount);
        let (gross, discount) = (Minor(gross), Minor(discount));
        Ok(LineTotals { gross, discount, base, ..LineTotals::default() })
    }
}

/// What a discount takes off an amount; nothing fixed off an amount that is given back.
fn off(discount: Option<Discount>, amount: i64) -> Result<i64, RuleError> {
    match discount {
        None => Ok(0),
        Some(Discount::Percent(share)) => Ratio::from(amount).times(share.percent(100)?)?.rounded(),
        Some(Discount::Amount(Minor(fixed))) if fixed < 0 => Err(RuleError::InvalidAmount),
        Some(Discount::Amount(Minor(fixed))) => Ok(fixed.min(amount.max(0))),
    }
}

/// Spreads the discount of an invoice over its lines; lines against its sign get no part of it.
fn spread(discount: i64, subtotal: i64, lines: &[LineTotals]) -> Result<Vec<Minor>, RuleError> {
    if discount == 0 {
        return Ok(vec![Minor(0); lines.len()]);
    }
    let sign = i128::from(subtotal.signum());
    let weights: Vec<i128> =
        lines.iter().map(|line| (i128::from(line.base.0) * sign).max(0)).collect();
    allocate_whole(Minor(discount), &weights)
}

fn sum(amounts: impl IntoIterator<Item = i128>) -> Result<i64, RuleError> {
    i64::try_from(amounts.into_iter().sum::<i128>()).map_err(|_| RuleError::TooLarge)
}
