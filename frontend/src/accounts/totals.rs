//! The sums of the accounts shown.
use shared::api::{Account, Money, RetainerState};

use crate::today::figures::add;

/// What stands in the row under the head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Totals {
    pub(super) accounts: usize,
    pub(super) retainers: usize,
    /// Minutes.
    pub(super) left: i64,
    /// Minutes.
    pub(super) available: i64,
    /// By currency.
    pub(super) mrr: Vec<Money>,
}

impl Totals {
    pub(super) fn of<'a>(accounts: impl IntoIterator<Item = &'a Account>) -> Self {
        let mut totals = Totals::default();
        for account in accounts {
            totals.accounts += 1;
            for retainer in account.retainers.iter().filter(|r| r.state != RetainerState::Ended) {
                totals.retainers += 1;
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
