//! Which invoices a payment settles, and what of it is left as the client's credit.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::rules::RuleError;
use crate::rules::units::Minor;

/// An invoice that waits for money, known by `K`: its number, or whatever orders as that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvoice<K> {
    /// What names it.
    pub id: K,
    /// The day it is due.
    pub due_on: NaiveDate,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// What is open on it, in minor units; not negative.
    pub balance: Minor,
}

/// What an invoice gets of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied<K> {
    /// The invoice.
    pub id: K,
    /// What it gets, more than zero, in minor units.
    pub amount: Minor,
    /// What is open on it then.
    pub balance_after: Minor,
}

/// A payment, spread: the amounts and the rest make the payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spread<K> {
    /// Invoice by invoice, in the order in which they are paid.
    pub applied: Vec<Applied<K>>,
    /// What is left over: credit of the client, in minor units.
    pub unapplied: Minor,
}

/// Pays the oldest first: by due date, then issue date, then id. Source: domain 5.11.
///
/// All amounts are of one currency.
///
/// # Errors
/// [`RuleError::InvalidAmount`] if the payment or a balance is negative.
pub fn pay_oldest<K: Ord + Clone>(
    payment: Minor,
    invoices: &[OpenInvoice<K>],
) -> Result<Spread<K>, RuleError> {
    check(payment, invoices)?;
    let mut order: Vec<&OpenInvoice<K>> = invoices.iter().collect();
    order.sort_by_key(|invoice| (invoice.due_on, invoice.issued_on, &invoice.id));
    let mut left = payment.0;
    let mut applied = Vec::new();
    for OpenInvoice { id, balance, .. } in order {
        let amount = left.min(balance.0);
        left -= amount;
        applied.extend(Applied::some(id, amount, balance.0 - amount));
    }
    Ok(Spread { applied, unapplied: Minor(left) })
}

/// Pays what somebody named, in that order. Source: domain 5.11.
///
/// # Errors
/// [`RuleError::OverAllocation`] if more is named than an invoice has open, or an invoice that is
/// not among them; [`RuleError::ExceedsPayment`] if more is named than was paid;
/// [`RuleError::InvalidAmount`] if an amount is negative.
pub fn pay_named<K: Ord + Clone>(
    payment: Minor,
    invoices: &[OpenInvoice<K>],
    named: &[(K, Minor)],
) -> Result<Spread<K>, RuleError> {
    check(payment, invoices)?;
    let mut open: BTreeMap<&K, i64> =
        invoices.iter().map(|invoice| (&invoice.id, invoice.balance.0)).collect();
    let mut left = payment.0;
    let mut applied = Vec::new();
    for (id, amount) in named {
        let balance = open.get_mut(id).ok_or(RuleError::OverAllocation)?;
        match amount.0 {
            amount if amount < 0 => return Err(RuleError::InvalidAmount),
            amount if amount > *balance => return Err(RuleError::OverAllocation),
            amount if amount > left => return Err(RuleError::ExceedsPayment),
            amount => {
                *balance -= amount;
                left -= amount;
                applied.extend(Applied::some(id, amount, *balance));
            }
        }
    }
    Ok(Spread { applied, unapplied: Minor(left) })
}

fn check<K>(payment: Minor, invoices: &[OpenInvoice<K>]) -> Result<(), RuleError> {
    let negative = payment.0 < 0 || invoices.iter().any(|invoice| invoice.balance.0 < 0);
    if negative { Err(RuleError::InvalidAmount) } else { Ok(()) }
}

impl<K: Clone> Applied<K> {
    fn some(id: &K, amount: i64, balance_after: i64) -> Option<Self> {
        let applied =
            Self { id: id.clone(), amount: Minor(amount), balance_after: Minor(balance_after) };
        (amount > 0).then_some(applied)
    }
}
