//! Credit notes on a line of an issued invoice: any split of it adds up to the line and its tax.
use crate::rules::units::Minor;
use crate::rules::{RuleError, scale};

/// A line of an issued invoice, as far as credit notes are concerned; in minor units, none of
/// them negative. A line under several taxes is credited once with each of them as `tax`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditedLine {
    /// What the line came to without tax, after all discounts.
    pub net: Minor,
    /// Its tax.
    pub tax: Minor,
    /// What of the net has been credited already.
    pub credited: Minor,
}

/// What one credit note gives back, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditNote {
    /// Without tax.
    pub net: Minor,
    /// The tax of it.
    pub tax: Minor,
    /// Both together.
    pub total: Minor,
}

impl CreditedLine {
    /// Credits `net` more, and counts it to what has been credited.
    ///
    /// The tax is that of everything credited so far, less that of what was credited before.
    /// Source: domain 5.8.
    ///
    /// # Errors
    /// [`RuleError::ExceedsLine`] if less than that is left, and then the line is as it was;
    /// [`RuleError::InvalidAmount`] if an amount is negative; [`RuleError::TooLarge`] if net and
    /// tax together do not fit 64 bits.
    pub fn credit(&mut self, net: Minor) -> Result<CreditNote, RuleError> {
        self.check()?;
        if net.0 < 0 {
            return Err(RuleError::InvalidAmount);
        }
        let credited = self.credited.0.checked_add(net.0).ok_or(RuleError::ExceedsLine)?;
        if credited > self.net.0 {
            return Err(RuleError::ExceedsLine);
        }
        let tax = Minor(self.tax_until(credited)? - self.tax_until(self.credited.0)?);
        let total = net.0.checked_add(tax.0).map(Minor).ok_or(RuleError::TooLarge)?;
        self.credited = Minor(credited);
        Ok(CreditNote { net, tax, total })
    }

    /// What can still be credited, tax included.
    ///
    /// # Errors
    /// Those of [`CreditedLine::credit`].
    pub fn remaining(&self) -> Result<Minor, RuleError> {
        self.check()?;
        let net = self.net.0 - self.credited.0;
        let tax = self.tax.0 - self.tax_until(self.credited.0)?;
        net.checked_add(tax).map(Minor).ok_or(RuleError::TooLarge)
    }

    fn check(&self) -> Result<(), RuleError> {
        if self.net.0 < 0 || self.tax.0 < 0 || self.credited.0 < 0 {
            return Err(RuleError::InvalidAmount);
        }
        if self.credited > self.net { Err(RuleError::ExceedsLine) } else { Ok(()) }
    }

    /// The tax of the first `credited` minor units of the line, which are not more than it has.
    fn tax_until(&self, credited: i64) -> Result<i64, RuleError> {
        // Without net there is no part of it that could give tax back.
        if self.net.0 == 0 { Ok(self.tax.0) } else { scale(self.tax.0, credited, self.net.0) }
    }
}
