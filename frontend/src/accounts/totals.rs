//! The sums of the accounts shown.
use shared::api::{Account, AccountKind, Balance, Money, RetainerState};

use crate::format::Measure;
use crate::today::figures::add;

/// Balances of one unit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) measure: Measure,
    pub(super) left: i64,
    pub(super) available: i64,
}

/// What stands in the row under the head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) accounts: usize,
    pub(super) retainers: usize,
    /// There are clients and partners: the sums are those of the clients.
    pub(super) mixed: bool,
    /// By unit, hours first; units are never added to each other.
    pub(super) sums: Vec<Sum>,
    /// By currency.
    pub(super) mrr: Vec<Money>,
}

impl Totals {
    /// What partners do and cost is never added to what clients buy.
    pub(super) fn of(accounts: &[Account]) -> Self {
        let is_client = |account: &&Account| account.kind == AccountKind::Client;
        let clients = accounts.iter().filter(is_client).count();
        let mixed = 0 < clients && clients < accounts.len();
        let mut totals = Totals { accounts: accounts.len(), mixed, ..Totals::default() };
        for account in accounts {
            let summed = !mixed || is_client(&account);
            let live = account.retainers.iter().filter(|r| r.state != RetainerState::Ended);
            totals.retainers += live.clone().count();
            for retainer in live.filter(|_| summed) {
                add(&mut totals.mrr, &retainer.mrr);
                retainer.balances.iter().for_each(|balance| totals.add(balance));
            }
        }
        totals.mrr.sort_by_key(|money| -money.amount_minor);
        totals.sums.sort_by_key(|sum| sum.measure.unit as u8);
        totals
    }

    fn add(&mut self, balance: &Balance) {
        // Only money has a currency: sessions of two currencies are sessions.
        let measure = Measure::of(&balance.pool).plain();
        let known = self.sums.iter_mut().find(|sum| sum.measure == measure);
        let (left, available) = (balance.left, balance.available);
        match known {
            Some(sum) => {
                sum.left += left;
                sum.available += available;
            }
            None => self.sums.push(Sum { measure, left, available }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::sample::{balance, of_unit},
        today::sample::{account, retainer},
    };
    use shared::api::Unit;

    #[test]
    fn sums_leave_out_what_has_ended() {
        let mut ended = retainer(Some(balance(600, 0)));
        ended.state = RetainerState::Ended;
        let accounts = [account("A", vec![retainer(Some(balance(600, 200))), ended])];
        let totals = Totals::of(&accounts);
        assert_eq!((totals.accounts, totals.retainers), (1, 1));
        let sums: Vec<(i64, i64)> = totals.sums.iter().map(|s| (s.left, s.available)).collect();
        assert_eq!(sums, [(400, 600)]);
        assert_eq!(totals.mrr[0].amount_minor, 150_000);
    }

    #[test]
    fn units_and_currencies_are_never_added_to_each_other() {
        let mut dollars = of_unit(Unit::Money, 50_000, 0);
        dollars.pool.currency = "USD".into();
        let mut both = retainer(Some(of_unit(Unit::Sessions, 4, 1)));
        both.balances.push(balance(600, 0));
        let mut abroad = of_unit(Unit::Sessions, 2, 0);
        abroad.pool.currency = "USD".into();
        let euros = of_unit(Unit::Money, 10_000, 0);
        let balances = [dollars, euros, balance(60, 0), abroad];
        let mut retainers: Vec<_> = balances.into_iter().map(|one| retainer(Some(one))).collect();
        retainers.push(both);
        let totals = Totals::of(&[account("A", retainers)]);
        let sum = |sum: &Sum| (sum.measure.unit, sum.measure.currency.clone(), sum.left);
        let sums: Vec<_> = totals.sums.iter().map(sum).collect();
        let expected = [
            (Unit::Minutes, String::new(), 660),
            (Unit::Sessions, String::new(), 5),
            (Unit::Money, "USD".into(), 50_000),
            (Unit::Money, "EUR".into(), 10_000),
        ];
        assert_eq!(sums, expected);
    }
}
