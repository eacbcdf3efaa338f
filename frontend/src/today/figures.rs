//! The sums of all accounts. Currencies are listed, never added.
use chrono::NaiveDate;
use shared::api::{Account, Balance, Money, RetainerState, RetainerSummary, Unit};

use super::loose_ends::{clients, days};
use crate::{format::Measure, meter::severity};

/// Retainers that end within so many days are worth a figure.
pub(crate) const ENDING_DAYS: i64 = 30;

/// What Today shows above everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Monthly recurring revenue by currency, the largest first.
    pub mrr: Vec<Money>,
    /// Minutes left in the present cycles.
    pub left: i64,
    /// Minutes that were available in them.
    pub available: i64,
    /// What was delivered beyond, by unit, hours first; units are never added to each other.
    pub over: Vec<(Measure, i64)>,
    /// Accounts with something beyond.
    pub accounts_over: usize,
    /// Retainers that end soon.
    pub ending: usize,
    /// Their monthly revenue by currency.
    pub at_stake: Vec<Money>,
}

impl Figures {
    /// The sums of the clients among these accounts.
    pub fn of(accounts: &[Account], today: NaiveDate) -> Self {
        let mut figures = Figures::default();
        for account in clients(accounts) {
            let mut over = false;
            for retainer in account.retainers.iter().filter(|r| r.state != RetainerState::Ended) {
                add(&mut figures.mrr, &retainer.mrr);
                if ends_soon(retainer, today) {
                    figures.ending += 1;
                    add(&mut figures.at_stake, &retainer.mrr);
                }
                for balance in &retainer.balances {
                    over |= balance.overage > 0;
                    figures.add(balance);
                }
            }
            figures.accounts_over += usize::from(over);
        }
        figures.over.sort_by_key(|(measure, _)| measure.unit as u8);
        figures.mrr.sort_by_key(|money| -money.amount_minor);
        figures.at_stake.sort_by_key(|money| -money.amount_minor);
        figures
    }

    fn add(&mut self, balance: &Balance) {
        if balance.pool.unit == Unit::Minutes {
            self.left += balance.left;
            self.available += balance.available;
        }
        if balance.overage > 0 {
            let measure = Measure::of(&balance.pool).plain();
            match self.over.iter_mut().find(|(known, _)| *known == measure) {
                Some((_, over)) => *over += balance.overage,
                None => self.over.push((measure, balance.overage)),
            }
        }
    }
}

/// Adds an amount to the one of its currency.
pub(crate) fn add(sums: &mut Vec<Money>, money: &Money) {
    match sums.iter_mut().find(|sum| sum.currency == money.currency) {
        Some(sum) => sum.amount_minor += money.amount_minor,
        None => sums.push(money.clone()),
    }
}

fn ends_soon(retainer: &RetainerSummary, today: NaiveDate) -> bool {
    retainer.ends_on.is_some_and(|on| (0..=ENDING_DAYS).contains(&days(today, on)))
}

/// Pools worth watching in their cycle: the worst first, at most six.
pub fn to_watch(accounts: &[Account]) -> Vec<(&Account, &RetainerSummary, &Balance)> {
    let mut all: Vec<_> = clients(accounts)
        .flat_map(|account| account.retainers.iter().map(move |retainer| (account, retainer)))
        .flat_map(|(account, retainer)| {
            retainer.balances.iter().map(move |balance| (account, retainer, balance))
        })
        .filter(|(.., balance)| balance.available > 0 || balance.used > 0)
        .collect();
    all.sort_by_key(|(.., balance)| (severity(balance.state), -share(balance)));
    all.truncate(6);
    all
}

/// Used of available, in thousandths.
fn share(balance: &Balance) -> i64 {
    balance.used.saturating_mul(1000) / balance.available.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        meter::sample::{balance, of_unit},
        today::sample::{account, day, retainer},
    };

    #[test]
    fn currencies_are_listed_and_never_added() {
        let mut dollars = retainer(Some(balance(600, 700)));
        dollars.mrr = Money { amount_minor: 900_000, currency: "USD".into() };
        dollars.ends_on = Some(day(30));
        let accounts = [
            account("A", vec![retainer(Some(balance(600, 100))), retainer(None)]),
            account("B", vec![dollars]),
        ];
        let figures = Figures::of(&accounts, day(15));
        let text: Vec<String> =
            figures.mrr.iter().map(|m| format!("{} {}", m.amount_minor, m.currency)).collect();
        assert_eq!(text, ["900000 USD", "300000 EUR"]);
        assert_eq!((figures.left, figures.available), (500, 1200));
        assert_eq!((figures.over[0].1, figures.accounts_over), (100, 1));
        assert_eq!((figures.ending, figures.at_stake.len()), (1, 1));
    }

    #[test]
    fn hours_and_sessions_are_never_added() {
        let mut both = retainer(Some(balance(600, 700)));
        both.balances.push(of_unit(Unit::Sessions, 2, 5));
        both.balances.push(of_unit(Unit::Credits, 20, 5));
        let figures = Figures::of(&[account("A", vec![both])], day(15));
        assert_eq!((figures.left, figures.available, figures.accounts_over), (0, 600, 1));
        let over: Vec<_> = figures.over.iter().map(|(one, n)| (one.unit, *n)).collect();
        assert_eq!(over, [(Unit::Minutes, 100), (Unit::Sessions, 3)]);
    }

    #[test]
    fn an_ended_retainer_earns_nothing() {
        let mut ended = retainer(Some(balance(600, 0)));
        ended.state = RetainerState::Ended;
        assert_eq!(Figures::of(&[account("A", vec![ended])], day(15)), Figures::default());
    }

    #[test]
    fn the_worst_cycles_are_watched_first() {
        let accounts: Vec<Account> = [300, 650, 900, 500, 0, 320, 310]
            .into_iter()
            .map(|used| account(&used.to_string(), vec![retainer(Some(balance(600, used)))]))
            .collect();
        let names: Vec<&str> = to_watch(&accounts).iter().map(|(a, ..)| a.name.as_str()).collect();
        assert_eq!(names, ["900", "650", "500", "320", "310", "300"]);
    }
}
