//! The sums of the accounts shown.
use shared::api::{Account, AccountKind, Money, RetainerState};

use crate::today::figures::add;

/// What stands in the row under the head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) accounts: usize,
    pub(super) retainers: usize,
    /// There are clients and partners: the sums are those of the clients.
    pub(super) mixed: bool,
    /// Minutes.
    pub(super) left: i64,
    /// Minutes.
    pub(super) available: i64,
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
                if let Some(balance) = &retainer.balance {
                    totals.left += balance.left;
                    totals.available += balance.available;
                }
            }
        }
        totals.mrr.sort_by_key(|money| -money.amount_minor);
        totals
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::sample::balance,
        today::sample::{account, retainer},
    };

    #[test]
    fn sums_leave_out_what_has_ended() {
        let mut ended = retainer(Some(balance(600, 0)));
        ended.state = RetainerState::Ended;
        let accounts = [account("A", vec![retainer(Some(balance(600, 200))), ended])];
        let totals = Totals::of(&accounts);
        assert_eq!((totals.accounts, totals.retainers), (1, 1));
        assert_eq!((totals.left, totals.available), (400, 600));
        assert_eq!(totals.mrr[0].amount_minor, 150_000);
    }
}
