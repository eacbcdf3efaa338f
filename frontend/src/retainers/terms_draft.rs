//! Terms while they are typed: text as it stands in the fields, read into what the API takes.
use shared::api::{FieldError, Money, PoolTerms, Terms};

use super::pool_draft::PoolDraft;
use crate::format::{amount_of, typed_amount};

/// The fields of the terms, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsDraft {
    /// Price of a full cycle.
    pub price: String,
    /// ISO 4217.
    pub currency: String,
    /// What it buys, one to six pools.
    pub pools: Vec<PoolDraft>,
    /// Days in which a cycle still takes its own late time.
    pub grace_days: String,
    /// What is taken off the price, in per cent; empty if nothing.
    pub discount: String,
}

impl Default for TermsDraft {
    fn default() -> Self {
        Self {
            price: String::new(),
            currency: String::new(),
            pools: vec![PoolDraft::default()],
            grace_days: "0".into(),
            discount: String::new(),
        }
    }
}

/// Collects what is wrong with which field.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<FieldError>);

impl Faults {
    /// Notes a fault, and answers with a stand-in so that the rest is still read.
    pub(super) fn or<T: Default>(
        &mut self,
        field: &str,
        text: &str,
        unreadable: &str,
        read: Option<T>,
    ) -> T {
        read.unwrap_or_else(|| {
            self.note(field, text, unreadable);
            T::default()
        })
    }

    fn note(&mut self, field: &str, text: &str, unreadable: &str) {
        let code = if text.trim().is_empty() { "required" } else { unreadable };
        self.0.push(FieldError::new(field, code));
    }
}

/// Codes of what cannot be read at all; the server never sees such a field.
pub const EFFORT_UNREADABLE: &str = "effort_unreadable";
/// An amount that cannot be read.
pub const AMOUNT_UNREADABLE: &str = "amount_unreadable";
/// A whole number that cannot be read.
pub const NUMBER_UNREADABLE: &str = "number_unreadable";
/// A date that cannot be read.
pub const DATE_UNREADABLE: &str = "date_unreadable";

/// Per cent that cannot be read.
pub const PERCENT_UNREADABLE: &str = "percent_unreadable";

/// Hundredths of a per cent, with or without its sign; nothing typed is none of it.
fn hundredths(text: &str) -> Option<u32> {
    match text.trim().trim_end_matches('%').trim_end() {
        "" => Some(0),
        text => amount_of(text, 2)?.try_into().ok(),
    }
}

/// A discount as it is typed.
fn typed_discount(hundredths: u32) -> String {
    if hundredths == 0 { String::new() } else { typed_amount(hundredths.into(), 2) }
}

/// A whole number, with or without a per cent sign.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().trim_end_matches('%').trim_end().parse().ok()
}

impl TermsDraft {
    /// Terms as fields, to be amended. `digits` are the decimals of their currency.
    pub fn of(terms: &Terms, digits: u32) -> Self {
        Self {
            price: typed_amount(terms.price.amount_minor, digits),
            currency: terms.price.currency.clone(),
            pools: terms.pools.iter().map(|pool| PoolDraft::of(pool, digits)).collect(),
            grace_days: terms.grace_days.to_string(),
            discount: typed_discount(terms.discount_hundredths),
        }
    }

    /// What the API takes, or every field that cannot be read. `digits` are the decimals of the
    /// currency. What is read here may still break a rule: `check()` says.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn read(&self, digits: u32) -> Result<Terms, Vec<FieldError>> {
        let (terms, faults) = self.read_what_can_be(digits);
        if faults.is_empty() { Ok(terms) } else { Err(faults) }
    }

    /// Every field that can be read, stand-ins for the others, and what is wrong with those.
    pub(super) fn read_what_can_be(&self, digits: u32) -> (Terms, Vec<FieldError>) {
        let mut faults = Faults::default();
        let pools = self.pools.iter().enumerate();
        let pools = pools.map(|(place, pool)| pool.read(place, digits, &mut faults));
        let pools = keyed(pools.collect());
        let price = amount_of(&self.price, digits);
        let amount_minor =
            faults.or("/terms/price/amount_minor", &self.price, AMOUNT_UNREADABLE, price);
        let grace = number(&self.grace_days);
        let grace_days = faults.or("/terms/grace_days", &self.grace_days, NUMBER_UNREADABLE, grace);
        let discount = hundredths(&self.discount);
        let at = "/terms/discount_hundredths";
        let discount_hundredths = faults.or(at, &self.discount, PERCENT_UNREADABLE, discount);
        let currency = self.currency.trim().to_uppercase();
        let price = Money { amount_minor, currency };
        (Terms { price, pools, grace_days, discount_hundredths }, faults.0)
    }
}

/// Gives every pool that is added a key of its own, which it keeps for good.
fn keyed(mut pools: Vec<PoolTerms>) -> Vec<PoolTerms> {
    for place in 0..pools.len() {
        if pools[place].key.is_empty() {
            pools[place].key = free_key(&pools, place);
        }
    }
    pools
}

/// "hours", or what the pool is called, or "hours-2".
fn free_key(pools: &[PoolTerms], place: usize) -> String {
    let unit = pools[place].unit.key();
    let named = pools[place].name.as_deref().map(slug).filter(|slug| !slug.is_empty());
    let numbered = (2..).map(|n| format!("{unit}-{n}"));
    let wanted = std::iter::once(unit.to_owned()).chain(named).chain(numbered);
    let taken = |key: &String| pools.iter().any(|pool| pool.key == *key);
    wanted.into_iter().find(|key| !taken(key)).unwrap_or_default()
}

/// Lower case letters and digits, other signs as single dashes, at most 40.
fn slug(name: &str) -> String {
    let plain = name.to_lowercase();
    let words = plain.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let slug = words.collect::<Vec<_>>().join("-");
    slug.chars().take(40).collect::<String>().trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::Unit;

    fn keys(pools: &[(Unit, &str, &str)]) -> Vec<String> {
        let pool = |&(unit, key, name): &(Unit, &str, &str)| PoolDraft {
            key: key.into(),
            name: name.into(),
            allowance: "1".into(),
            ..PoolDraft::of_unit(unit)
        };
        let pools = pools.iter().map(pool).collect();
        let draft = TermsDraft { price: "1".into(), pools, ..TermsDraft::default() };
        draft.read(2).expect("terms").pools.into_iter().map(|pool| pool.key).collect()
    }

    #[test]
    fn every_pool_gets_a_key_of_its_own() {
        assert_eq!(keys(&[(Unit::Minutes, "", "")]), ["hours"]);
        let three = [
            (Unit::Sessions, "", "Coaching"),
            (Unit::Sessions, "", "Half-day workshops"),
            (Unit::Sessions, "", ""),
        ];
        assert_eq!(keys(&three), ["sessions", "half-day-workshops", "sessions-2"]);
        let kept = [(Unit::Minutes, "", "Design"), (Unit::Minutes, "hours", "")];
        assert_eq!(keys(&kept), ["design", "hours"]);
    }
}
