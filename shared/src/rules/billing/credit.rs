//! What a credit note takes of a line of an issued invoice, under each of its taxes.
use crate::rules::RuleError;
use crate::rules::money::{CreditedLine, Invoice, Line, Tax, TaxMode, TaxRounding, TaxTotal};
use crate::rules::units::Minor;

/// A line as a credit note finds it, in minor units; below zero for one that took something off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Creditable {
    /// What it came to without tax.
    pub net: Minor,
    /// Each of its taxes.
    pub taxes: Vec<Minor>,
    /// What of the net was credited before.
    pub credited: Minor,
}

/// What is taken of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Without tax.
    pub net: Minor,
    /// Of each of its taxes.
    pub taxes: Vec<Minor>,
}

impl Creditable {
    /// A line of an invoice that came to `amount` (with tax if prices include it) and to `net`
    /// without, of which so much was credited; and what it owes of each tax.
    ///
    /// # Errors
    /// Those of [`Invoice::totals`].
    pub fn of_line(
        (amount, net): (Minor, Minor),
        (taxes, tax_mode): (Vec<Tax>, TaxMode),
        credited: Minor,
    ) -> Result<(Self, Vec<TaxTotal>), RuleError> {
        let line = Line { quantity: 1i64.into(), unit_price: amount.into(), discount: None, taxes };
        let tax_rounding = TaxRounding::Line;
        let invoice = Invoice { lines: vec![line], discount: None, tax_mode, tax_rounding };
        let owed = invoice.totals()?.taxes;
        Ok((Self { net, taxes: owed.iter().map(|one| one.tax).collect(), credited }, owed))
    }

    /// What is left of the line, without tax.
    #[must_use]
    pub fn left(&self) -> Minor {
        Minor(self.net.0.saturating_sub(self.credited.0))
    }

    /// Takes `net` of the line, of the sign that the line has, and counts it. All that is ever
    /// taken adds up to at most the line, and to each of its taxes. Source: domain 5.8.
    ///
    /// # Errors
    /// [`RuleError::ExceedsLine`] if less than that is left; [`RuleError::InvalidAmount`] for the
    /// other sign; then the line is as it was. [`RuleError::TooLarge`].
    pub fn take(&mut self, net: Minor) -> Result<Taken, RuleError> {
        let less = self.net.0 < 0;
        let turned = |amount: Minor| {
            let amount = if less { amount.0.checked_neg() } else { Some(amount.0) };
            amount.map(Minor).ok_or(RuleError::TooLarge)
        };
        let of_tax = |tax: Minor| {
            let (whole, credited) = (turned(self.net)?, turned(self.credited)?);
            let mut line = CreditedLine { net: whole, tax: turned(tax)?, credited };
            turned(line.credit(turned(net)?)?.tax)
        };
        // Also a line without tax has no more than it has.
        of_tax(Minor(0))?;
        let taxes = self.taxes.iter().map(|tax| of_tax(*tax)).collect::<Result<_, _>>()?;
        self.credited.0 += net.0;
        Ok(Taken { net, taxes })
    }
}
