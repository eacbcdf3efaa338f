//! Which invoices a line of a statement pays, as far as it says so.
use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Numbers, same_name};
use crate::rules::RuleError;
use crate::rules::money::{OpenInvoice, pay_oldest};
use crate::rules::units::Minor;

/// How sure a proposal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Certainty {
    /// The numbers it names are open with just this amount.
    Exact,
    /// It says enough for a proposal, and a person looks at it.
    Likely,
    /// It does not say what it pays; what is proposed, if anything, is a suggestion.
    Open,
}

/// Why that is proposed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum BankReason {
    /// It names the numbers of what it pays, and is just what is open on them.
    Number,
    /// Likewise, but it is less than is open.
    NumberLess,
    /// Likewise, but it is more than is open: the rest becomes credit.
    NumberMore,
    /// A number in it may be one of ours, or another.
    NumberDoubtful,
    /// It names numbers of one client, and comes from another.
    OtherPayer,
    /// It names numbers of more than one client.
    SeveralClients,
    /// It names numbers that are billed in another currency.
    OtherCurrency,
    /// Nothing is open on what it names.
    Settled,
    /// Its payer is known, and has an invoice of just this amount.
    AmountAndPayer,
    /// Its payer is known, and it is all that is open there.
    AllOpen,
    /// Its payer is known: the oldest first.
    Payer,
    /// One invoice has just this amount open.
    Amount,
    /// More than one has.
    SeveralAmounts,
    /// Nothing in it is known.
    Nothing,
}

/// An issued invoice, known by `K`, of the client `A`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill<A, K> {
    /// What names it.
    pub id: K,
    /// Whose it is.
    pub account: A,
    /// ISO 4217.
    pub currency: String,
    /// Its number as the client reads it.
    pub number: String,
    /// The day it was issued.
    pub issued_on: NaiveDate,
    /// The day it is due.
    pub due_on: NaiveDate,
    /// What is open on it, in minor units; nought if it is settled.
    pub balance: Minor,
}

/// Money that came in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Came<'a, A> {
    /// How much, in minor units, more than zero.
    pub amount: Minor,
    /// ISO 4217.
    pub currency: &'a str,
    /// What stands beside it.
    pub text: &'a str,
    /// Who paid, as the bank has it.
    pub payer: &'a str,
    /// Whose payments came from the same bank account before.
    pub known: Option<A>,
}

/// What an invoice would get.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<K> {
    /// The invoice.
    pub id: K,
    /// How much, in minor units, more than zero.
    pub amount: Minor,
}

/// What a line would pay. What its parts leave of it would be credit of the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal<A, K> {
    /// Whose payment it would be, if anything says so.
    pub account: Option<A>,
    /// Which invoices it would pay, in that order; their sum is never more than came.
    pub parts: Vec<Part<K>>,
    /// How sure that is.
    pub certainty: Certainty,
    /// Why.
    pub reason: BankReason,
}

impl<A, K> Proposal<A, K> {
    fn none(reason: BankReason) -> Self {
        Self { account: None, parts: Vec::new(), certainty: Certainty::Open, reason }
    }
}

/// The invoices and clients that lines are held against.
#[derive(Debug, Clone)]
pub struct Books<A, K> {
    bills: Vec<Bill<A, K>>,
    numbers: Numbers,
    /// What waits for money, by client.
    waiting: BTreeMap<A, Vec<usize>>,
    /// Likewise by what is open.
    amounts: BTreeMap<i64, Vec<usize>>,
    /// Clients by name; none where two are called alike.
    names: BTreeMap<String, Option<A>>,
}

impl<A: Copy + Ord, K: Clone + Ord> Books<A, K> {
    /// Issued invoices, settled ones among them as far as lines may name them, and the names that
    /// clients have.
    pub fn new<'a>(bills: Vec<Bill<A, K>>, clients: impl Iterator<Item = (A, &'a str)>) -> Self {
        let numbers = Numbers::new(bills.iter().map(|bill| bill.number.as_str()));
        let (mut waiting, mut amounts) =
            (BTreeMap::<_, Vec<_>>::new(), BTreeMap::<_, Vec<_>>::new());
        for (place, bill) in bills.iter().enumerate().filter(|(_, bill)| bill.balance.0 > 0) {
            waiting.entry(bill.account).or_default().push(place);
            amounts.entry(bill.balance.0).or_default().push(place);
        }
        let mut names: BTreeMap<String, Option<A>> = BTreeMap::new();
        for (account, name) in clients {
            let name = same_name(name);
            if !name.is_empty() {
                let of = names.entry(name).or_insert(Some(account));
                *of = of.filter(|known| *known == account);
            }
        }
        Self { bills, numbers, waiting, amounts, names }
    }

    /// What a line would pay: by the numbers it names, else by its amount and payer. Currencies are
    /// equal, never converted.
    ///
    /// # Errors
    /// [`RuleError::InvalidAmount`] if the amount is negative.
    pub fn propose(&self, came: &Came<'_, A>) -> Result<Proposal<A, K>, RuleError> {
        let by_name = || self.names.get(&same_name(came.payer)).copied().flatten();
        let payer = came.known.or_else(by_name);
        let said = self.numbers.find(came.text);
        if said.bills.is_empty() {
            return match payer {
                Some(payer) => self.of_payer(came, payer),
                None => Ok(self.of_nobody(came)),
            };
        }
        Ok(self.of_numbers(came, (&said.bills, said.sure), payer))
    }

    fn of_numbers(
        &self,
        came: &Came<'_, A>,
        (named, sure): (&[usize], bool),
        payer: Option<A>,
    ) -> Proposal<A, K> {
        let named: Vec<&Bill<A, K>> = named.iter().filter_map(|at| self.bills.get(*at)).collect();
        let ours: Vec<_> = named.iter().filter(|bill| bill.currency == came.currency).collect();
        let of = if ours.is_empty() { named.first() } else { ours.first().copied() };
        let Some(account) = of.map(|bill| bill.account) else {
            return Proposal::none(BankReason::Nothing);
        };
        if named.iter().any(|bill| bill.account != account) {
            return Proposal::none(BankReason::SeveralClients);
        }
        let open = Certainty::Open;
        let nothing = |reason| Proposal {
            account: Some(account),
            parts: Vec::new(),
            certainty: open,
            reason,
        };
        if ours.is_empty() {
            return nothing(BankReason::OtherCurrency);
        }
        let waiting: Vec<_> = ours.iter().filter(|bill| bill.balance.0 > 0).collect();
        if waiting.is_empty() {
            return nothing(BankReason::Settled);
        }
        let mut left = came.amount.0;
        let mut parts = Vec::new();
        for bill in &waiting {
            let amount = left.min(bill.balance.0);
            left -= amount;
            if amount > 0 {
                parts.push(Part { id: bill.id.clone(), amount: Minor(amount) });
            }
        }
        let sum: i128 = waiting.iter().map(|bill| i128::from(bill.balance.0)).sum();
        let reason = match i128::from(came.amount.0).cmp(&sum) {
            _ if !sure => BankReason::NumberDoubtful,
            _ if payer.is_some_and(|payer| payer != account) => BankReason::OtherPayer,
            std::cmp::Ordering::Less => BankReason::NumberLess,
            std::cmp::Ordering::Greater => BankReason::NumberMore,
            std::cmp::Ordering::Equal => BankReason::Number,
        };
        let whole = waiting.len() == named.len();
        let exact = reason == BankReason::Number && whole;
        let certainty = if exact { Certainty::Exact } else { Certainty::Likely };
        Proposal { account: Some(account), parts, certainty, reason }
    }

    fn of_payer(&self, came: &Came<'_, A>, payer: A) -> Result<Proposal<A, K>, RuleError> {
        let places = self.waiting.get(&payer).map(Vec::as_slice).unwrap_or_default();
        let bills = places.iter().filter_map(|at| self.bills.get(*at));
        let open: Vec<OpenInvoice<K>> = bills
            .filter(|bill| bill.currency == came.currency)
            .map(|bill| OpenInvoice {
                id: bill.id.clone(),
                due_on: bill.due_on,
                issued_on: bill.issued_on,
                balance: bill.balance,
            })
            .collect();
        let just: Vec<_> =
            open.iter().filter(|bill| bill.balance == came.amount).cloned().collect();
        let sum: i128 = open.iter().map(|bill| i128::from(bill.balance.0)).sum();
        let (paid, certainty, reason) = if !just.is_empty() {
            (just, Certainty::Likely, BankReason::AmountAndPayer)
        } else if sum == i128::from(came.amount.0) {
            (open, Certainty::Likely, BankReason::AllOpen)
        } else {
            (open, Certainty::Open, BankReason::Payer)
        };
        let spread = pay_oldest(came.amount, &paid)?;
        let part = |one: crate::rules::money::Applied<K>| Part { id: one.id, amount: one.amount };
        let parts = spread.applied.into_iter().map(part).collect();
        Ok(Proposal { account: Some(payer), parts, certainty, reason })
    }

    fn of_nobody(&self, came: &Came<'_, A>) -> Proposal<A, K> {
        let places = self.amounts.get(&came.amount.0).map(Vec::as_slice).unwrap_or_default();
        let bills = places.iter().filter_map(|at| self.bills.get(*at));
        let just: Vec<_> = bills.filter(|bill| bill.currency == came.currency).collect();
        match just.as_slice() {
            [] => Proposal::none(BankReason::Nothing),
            [one] => Proposal {
                account: Some(one.account),
                parts: vec![Part { id: one.id.clone(), amount: came.amount }],
                certainty: Certainty::Open,
                reason: BankReason::Amount,
            },
            _ => Proposal::none(BankReason::SeveralAmounts),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bill(account: u8, number: u32, balance: i64) -> Bill<u8, u32> {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or_default();
        Bill {
            id: number,
            account,
            currency: "EUR".to_owned(),
            number: format!("INV-2026-{number:04}"),
            issued_on: day,
            due_on: day + chrono::Days::new(number.into()),
            balance: Minor(balance),
        }
    }

    fn books() -> Books<u8, u32> {
        let dollars = Bill { currency: "USD".to_owned(), ..bill(2, 6, 700) };
        let bills = vec![
            bill(1, 1, 30_000),
            bill(1, 2, 12_000),
            bill(1, 3, 0),
            bill(2, 4, 30_000),
            bill(2, 5, 5_000),
            dollars,
        ];
        Books::new(bills, [(1, "Meyer GmbH"), (2, "Acme"), (3, "Twin"), (4, "Twin AG")].into_iter())
    }

    fn proposed(amount: i64, text: &str, payer: &str) -> Proposal<u8, u32> {
        let came = Came { amount: Minor(amount), currency: "EUR", text, payer, known: None };
        books().propose(&came).unwrap_or_else(|_| Proposal::none(BankReason::Nothing))
    }

    #[track_caller]
    fn is(
        proposal: Proposal<u8, u32>,
        (certainty, reason): (Certainty, BankReason),
        account: impl Into<Option<u8>>,
        parts: &[(u32, i64)],
    ) {
        let found: Vec<_> = proposal.parts.iter().map(|part| (part.id, part.amount.0)).collect();
        assert_eq!((proposal.certainty, proposal.reason), (certainty, reason));
        assert_eq!((proposal.account, found.as_slice()), (account.into(), parts));
    }

    #[test]
    fn numbers_say_what_is_paid_in_their_order() {
        use Certainty::{Exact, Likely, Open};
        is(proposed(30_000, "INV-2026-0001", "?"), (Exact, BankReason::Number), 1, &[(1, 30_000)]);
        let both = "INV-2026-0002 and INV-2026-0001";
        let parts = [(2, 12_000), (1, 30_000)];
        is(proposed(42_000, both, "Meyer"), (Exact, BankReason::Number), 1, &parts);
        let parts = [(2, 12_000), (1, 8_000)];
        is(proposed(20_000, both, ""), (Likely, BankReason::NumberLess), 1, &parts);
        is(
            proposed(13_000, "INV-2026-0002", ""),
            (Likely, BankReason::NumberMore),
            1,
            &[(2, 12_000)],
        );
        is(
            proposed(12_000, "2026-0002", ""),
            (Likely, BankReason::NumberDoubtful),
            1,
            &[(2, 12_000)],
        );
        is(
            proposed(12_000, "INV-2026-0002", "ACME"),
            (Likely, BankReason::OtherPayer),
            1,
            &[(2, 12_000)],
        );
        is(
            proposed(12_000, "INV-2026-0002 INV-2026-0003", ""),
            (Likely, BankReason::Number),
            1,
            &[(2, 12_000)],
        );
        is(proposed(500, "INV-2026-0003", ""), (Open, BankReason::Settled), 1, &[]);
        is(
            proposed(60_000, "INV-2026-0001 INV-2026-0004", ""),
            (Open, BankReason::SeveralClients),
            None,
            &[],
        );
        is(proposed(700, "INV-2026-0006", ""), (Open, BankReason::OtherCurrency), 2, &[]);
    }

    #[test]
    fn without_a_number_the_payer_and_the_amount_speak() {
        use Certainty::{Likely, Open};
        is(
            proposed(12_000, "thanks", "MEYER"),
            (Likely, BankReason::AmountAndPayer),
            1,
            &[(2, 12_000)],
        );
        let all = [(4, 30_000), (5, 5_000)];
        is(proposed(35_000, "", "Acme, Inc."), (Likely, BankReason::AllOpen), 2, &all);
        is(proposed(31_000, "", "Acme"), (Open, BankReason::Payer), 2, &[(4, 30_000), (5, 1_000)]);
        is(proposed(5_000, "", "Somebody"), (Open, BankReason::Amount), 2, &[(5, 5_000)]);
        is(proposed(30_000, "", "Somebody"), (Open, BankReason::SeveralAmounts), None, &[]);
        is(proposed(700, "", "Somebody"), (Open, BankReason::Nothing), None, &[]);
        // Two clients are called alike: the name says nothing.
        is(proposed(5_000, "", "Twin"), (Open, BankReason::Amount), 2, &[(5, 5_000)]);
        let came =
            Came { amount: Minor(1), currency: "EUR", text: "", payer: "Acme", known: Some(1) };
        let known = books().propose(&came).map(|one| one.account);
        assert_eq!(known, Ok(Some(1)), "the bank account is surer than a name");
    }

    proptest! {
        #[test]
        fn a_proposal_never_pays_more_than_came_or_than_is_open(
            balances in proptest::collection::vec(0i64..50_000, 1..12),
            amount in 1i64..200_000, named in proptest::collection::vec(1u32..14, 0..4),
            known in proptest::option::of(0u8..3),
        ) {
            let bills: Vec<_> = (1u32..).zip(&balances)
                .map(|(n, balance)| bill(u8::try_from(n % 3).unwrap_or(0), n, *balance)).collect();
            let text: Vec<String> = named.iter().map(|n| format!("INV-2026-{n:04}")).collect();
            let books = Books::new(bills.clone(), std::iter::empty());
            let text = text.join(" ");
            let came = Came { amount: Minor(amount), currency: "EUR", text: &text, payer: "", known };
            let proposal = books.propose(&came)?;
            let sum: i64 = proposal.parts.iter().map(|part| part.amount.0).sum();
            prop_assert!(sum <= amount);
            for part in &proposal.parts {
                let of = bills.iter().find(|bill| bill.id == part.id);
                prop_assert!(of.is_some_and(|bill| bill.balance >= part.amount && Some(bill.account) == proposal.account));
            }
            if proposal.certainty == Certainty::Exact {
                prop_assert_eq!(sum, amount);
                let full = |part: &Part<u32>| bills.iter().any(|bill| bill.id == part.id && bill.balance == part.amount);
                prop_assert!(proposal.parts.iter().all(full));
            }
        }
    }
}
