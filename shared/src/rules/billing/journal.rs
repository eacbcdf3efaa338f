//! What documents come to on the accounts of a ledger: debit is credit, document by document.
use crate::rules::RuleError;
use crate::rules::money::Decimal;
use crate::rules::units::Minor;

/// A tax of a document, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaxPart {
    /// In per cent.
    pub rate: Decimal,
    /// What it is of; of lines with several taxes, the first has it alone or all have all of it.
    pub base: Minor,
    /// How much it is.
    pub tax: Minor,
}

/// What of a document is under one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// In per cent; none of what has no tax.
    pub rate: Option<Decimal>,
    /// Without tax.
    pub net: Minor,
    /// The tax.
    pub tax: Minor,
}

/// Where something is booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    /// What clients owe.
    Receivables,
    /// Where money comes in.
    Bank,
    /// What a payment provider has collected, until it pays it out less its fees.
    Collected,
    /// What was earned under a rate.
    Revenue(Option<Decimal>),
    /// The tax that is owed at a rate.
    Tax(Decimal),
}

/// A line of a journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// Where.
    pub account: Account,
    /// To the debit; to the credit below zero.
    pub amount: Minor,
}

/// A document by its rates: the parts add up to its net and to its taxes, and what is left of the
/// net has no tax. Where all of several taxes are of the whole net, the first has it.
///
/// # Errors
/// [`RuleError::TooLarge`].
pub fn parts(net: Minor, taxes: &[TaxPart]) -> Result<Vec<Part>, RuleError> {
    let beside = taxes.len() > 1 && taxes.iter().all(|tax| tax.base == net);
    let mut left = net.0;
    let mut parts = Vec::with_capacity(taxes.len() + 1);
    for (place, of) in taxes.iter().enumerate() {
        let base = if beside && place > 0 { Minor(0) } else { of.base };
        left = left.checked_sub(base.0).ok_or(RuleError::TooLarge)?;
        parts.push(Part { rate: Some(of.rate), net: base, tax: of.tax });
    }
    if left != 0 {
        parts.push(Part { rate: None, net: Minor(left), tax: Minor(0) });
    }
    Ok(parts)
}

/// The entries of an invoice of these parts; turned round of a credit note, or of one that was
/// withdrawn.
///
/// # Errors
/// [`RuleError::TooLarge`].
pub fn billed(parts: &[Part], turned: bool) -> Result<Vec<Entry>, RuleError> {
    let mut owed = 0i64;
    let mut entries = Vec::with_capacity(parts.len() * 2 + 1);
    for part in parts {
        let tax = part.rate.map(|rate| (Account::Tax(rate), part.tax));
        for (account, amount) in
            [Some((Account::Revenue(part.rate), part.net)), tax].into_iter().flatten()
        {
            owed = owed.checked_add(amount.0).ok_or(RuleError::TooLarge)?;
            entries.push(entry(account, amount.0, !turned)?);
        }
    }
    entries.insert(0, entry(Account::Receivables, owed, turned)?);
    entries.retain(|entry| entry.amount.0 != 0);
    Ok(entries)
}

/// The entries of a payment to [`Account::Bank`] or [`Account::Collected`], in full: what a provider
/// keeps for itself of it is no less paid. Turned round of a refund, or of one that was taken back.
///
/// # Errors
/// [`RuleError::TooLarge`].
pub fn paid(to: Account, amount: Minor, turned: bool) -> Result<Vec<Entry>, RuleError> {
    let money = entry(to, amount.0, turned)?;
    Ok(vec![money, entry(Account::Receivables, amount.0, !turned)?])
}

fn entry(account: Account, amount: i64, credit: bool) -> Result<Entry, RuleError> {
    let amount = if credit { amount.checked_neg().ok_or(RuleError::TooLarge)? } else { amount };
    Ok(Entry { account, amount: Minor(amount) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tax(rate: i64, base: i64, tax: i64) -> TaxPart {
        TaxPart { rate: rate.into(), base: Minor(base), tax: Minor(tax) }
    }

    #[test]
    fn what_has_no_tax_is_a_part_and_two_taxes_share_a_net() {
        let found = parts(Minor(1_000), &[tax(19, 700, 133)]).unwrap_or_default();
        let rest = Part { rate: None, net: Minor(300), tax: Minor(0) };
        assert_eq!(found[1], rest);
        let found = parts(Minor(1_000), &[tax(5, 1_000, 50), tax(7, 1_000, 70)]);
        let nets: Vec<_> = found.unwrap_or_default().iter().map(|part| part.net.0).collect();
        assert_eq!(nets, [1_000, 0]);
    }

    proptest! {
        #[test]
        fn debit_is_credit_and_what_was_booked_is_the_document(
            net in -1_000_000i64..1_000_000,
            taxes in proptest::collection::vec((0i64..100, -1_000_000i64..1_000_000, -1_000i64..1_000), 0..4),
            turned: bool,
        ) {
            let taxes: Vec<_> = taxes.into_iter().map(|(rate, of, by)| tax(rate, of, by)).collect();
            let parts = parts(Minor(net), &taxes).unwrap();
            let sum = |of: fn(&Part) -> i64| parts.iter().map(of).sum::<i64>();
            let owed: i64 = taxes.iter().map(|tax| tax.tax.0).sum();
            prop_assert_eq!((sum(|part| part.net.0), sum(|part| part.tax.0)), (net, owed));
            let entries = billed(&parts, turned).unwrap();
            prop_assert_eq!(entries.iter().map(|entry| entry.amount.0).sum::<i64>(), 0);
            let open = entries.iter().find(|entry| entry.account == Account::Receivables);
            let total = if turned { -net - owed } else { net + owed };
            prop_assert_eq!(open.map_or(0, |entry| entry.amount.0), total);
            let paid = paid(Account::Collected, Minor(net), turned).unwrap();
            prop_assert_eq!(paid[0].amount.0 + paid[1].amount.0, 0);
        }
    }
}
