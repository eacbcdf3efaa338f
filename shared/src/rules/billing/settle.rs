//! Which sources an amount is taken from: payments that have something left, or what was paid on
//! an invoice.
use crate::rules::RuleError;
use crate::rules::units::Minor;

/// What is taken of each source, and what none of them could cover.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn<K> {
    /// Source by source, more than zero each.
    pub taken: Vec<(K, Minor)>,
    /// What is left of the amount.
    pub missing: Minor,
}

/// Takes an amount from sources in the order given, of each at most what it has.
///
/// Credit pays an invoice that is issued, the oldest payment first; a credit note on a paid invoice
/// frees what was paid on it last. Source: domain 5.8, 5.11.
///
/// # Errors
/// [`RuleError::InvalidAmount`] if the amount or a source is below zero.
pub fn draw<K: Clone>(amount: Minor, sources: &[(K, Minor)]) -> Result<Drawn<K>, RuleError> {
    if amount.0 < 0 || sources.iter().any(|(_, has)| has.0 < 0) {
        return Err(RuleError::InvalidAmount);
    }
    let mut left = amount.0;
    let mut taken = Vec::new();
    for (source, has) in sources {
        let part = left.min(has.0);
        left -= part;
        if part > 0 {
            taken.push((source.clone(), Minor(part)));
        }
    }
    Ok(Drawn { taken, missing: Minor(left) })
}
