//! What a client owes in one currency: invoices with what is open on them, and credit.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::status::{InvoiceStatus, Open, status};
use crate::rules::RuleError;
use crate::rules::money::{OpenInvoice, Spread, pay_named, pay_oldest};
use crate::rules::units::Minor;

/// How a client stands. Source: domain 5.15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Standing {
    /// Nothing is late.
    Clear,
    /// Something is late.
    Late,
    /// Work waits until the invoice is settled that came to that step.
    Suspended,
}

/// An issued invoice, known by `K`, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receivable<K> {
    /// What names it; orders as its number does.
    pub id: K,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// What its status follows from.
    pub open: Open,
    /// Dunning came to the step that suspends.
    pub suspends: bool,
}

/// What happens to what a client owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed<K> {
    /// Money came in, for one invoice or for the oldest.
    Payment {
        /// In minor units, not negative.
        amount: Minor,
        /// Which invoice it is meant for.
        invoice: Option<K>,
    },
    /// A part of an invoice is taken back.
    CreditNote {
        /// In minor units, tax included, not negative.
        amount: Minor,
        /// Which invoice.
        invoice: K,
    },
    /// An invoice is withdrawn of which nothing was paid.
    Void(K),
    /// What is open on an invoice is given up.
    WriteOff(K),
    /// An invoice came to the step of dunning that suspends.
    Suspend(K),
}

/// What a client owes in one currency. Source: domain 5.8, 5.10, 5.11.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account<K> {
    /// By issue.
    pub invoices: Vec<Receivable<K>>,
    /// What the client has paid beyond that, in minor units.
    pub credit: Minor,
}

impl<K> Default for Account<K> {
    fn default() -> Self {
        Self { invoices: Vec::new(), credit: Minor(0) }
    }
}

impl<K: Ord + Clone> Account<K> {
    /// An invoice is issued; credit pays for it first. Source: domain 5.11.
    ///
    /// # Errors
    /// [`RuleError::InvalidAmount`] if it comes to less than zero.
    pub fn issue(
        &mut self,
        id: K,
        (issued_on, due_on): (NaiveDate, NaiveDate),
        total: Minor,
    ) -> Result<(), RuleError> {
        if total < Minor(0) {
            return Err(RuleError::InvalidAmount);
        }
        let open = Open { total, balance: total, due_on, void: false, written_off: false };
        self.invoices.push(Receivable { id: id.clone(), issued_on, open, suspends: false });
        let credit = std::mem::take(&mut self.credit);
        self.pay(credit, Some(&id))
    }

    /// Something happens. What is paid or credited beyond what is open becomes credit.
    ///
    /// # Errors
    /// [`RuleError::OverAllocation`] for an invoice that is not there, or to withdraw one that
    /// was paid in part; [`RuleError::InvalidAmount`] for less than nothing.
    pub fn apply(&mut self, deed: Deed<K>) -> Result<(), RuleError> {
        match deed {
            Deed::Payment { amount, invoice } => self.pay(amount, invoice.as_ref()),
            Deed::CreditNote { amount, invoice } => self.pay(amount, Some(&invoice)),
            Deed::Void(id) => {
                let open = &mut self.find(&id)?.open;
                if open.balance != open.total {
                    return Err(RuleError::OverAllocation);
                }
                (open.void, open.balance) = (true, Minor(0));
                Ok(())
            }
            Deed::WriteOff(id) => self.find(&id).map(|invoice| invoice.open.written_off = true),
            Deed::Suspend(id) => self.find(&id).map(|invoice| invoice.suspends = true),
        }
    }

    fn find(&mut self, id: &K) -> Result<&mut Receivable<K>, RuleError> {
        self.invoices.iter_mut().find(|one| one.id == *id).ok_or(RuleError::OverAllocation)
    }

    fn pay(&mut self, amount: Minor, invoice: Option<&K>) -> Result<(), RuleError> {
        let waiting: Vec<OpenInvoice<K>> = self.waiting().collect();
        let Spread { applied, unapplied } = match invoice {
            None => pay_oldest(amount, &waiting)?,
            Some(id) => {
                self.find(id)?;
                let open = waiting.iter().find(|one| one.id == *id);
                let named = open.map(|one| (id.clone(), one.balance.min(amount)));
                pay_named(amount, &waiting, named.as_slice())?
            }
        };
        for paid in applied {
            self.find(&paid.id)?.open.balance = paid.balance_after;
        }
        let credit = self.credit.0.checked_add(unapplied.0).ok_or(RuleError::TooLarge)?;
        self.credit = Minor(credit);
        Ok(())
    }

    /// The invoices that wait for money.
    pub fn waiting(&self) -> impl Iterator<Item = OpenInvoice<K>> + '_ {
        let waits = |one: &&Receivable<K>| {
            !one.open.void && !one.open.written_off && one.open.balance > Minor(0)
        };
        self.invoices.iter().filter(waits).map(|one| OpenInvoice {
            id: one.id.clone(),
            due_on: one.open.due_on,
            issued_on: one.issued_on,
            balance: one.open.balance,
        })
    }

    /// How the client stands on a day. Source: domain 5.15.
    #[must_use]
    pub fn standing(&self, today: NaiveDate) -> Standing {
        let known = |one: &Receivable<K>| (status(&one.open, today).0, one.suspends);
        let suspends = |(status, suspends): (InvoiceStatus, bool)| suspends && !status.settled();
        if self.invoices.iter().map(known).any(suspends) {
            return Standing::Suspended;
        }
        let late = |(status, _): (InvoiceStatus, bool)| status == InvoiceStatus::Overdue;
        if self.invoices.iter().map(known).any(late) { Standing::Late } else { Standing::Clear }
    }
}
