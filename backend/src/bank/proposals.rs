//! What the lines of a file would pay, as the books stand now.
use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use shared::api::{AccountId, BankTwin, InvoiceId};
use shared::rules::bank::{Bill, Books, Came, Certainty, Proposal};
use shared::rules::units::Minor;

use super::store::{self, LineRow, OtherRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::invoices;

/// How many days apart two payments of the same client and amount may be one.
const TWIN_DAYS: u64 = 7;
/// The most numbers that settled invoices are looked for by.
const NUMBERS_MAX: usize = 5_000;

/// A line with what it would pay, if it waits.
pub struct Seen {
    pub row: LineRow,
    pub proposal: Option<Proposal<AccountId, InvoiceId>>,
    pub twin: Option<BankTwin>,
}

/// The names that proposals are told with.
#[derive(Default)]
pub struct Names {
    pub accounts: BTreeMap<AccountId, String>,
    pub invoices: BTreeMap<InvoiceId, String>,
}

/// What lines of one file would pay.
///
/// # Errors
/// Those of the database.
pub async fn of(tx: &mut Tx, scope: Scope, rows: Vec<LineRow>) -> Result<(Vec<Seen>, Names)> {
    let waiting: Vec<&LineRow> = rows.iter().filter(|row| row.waits()).collect();
    if waiting.is_empty() {
        let seen = |row| Seen { row, proposal: None, twin: None };
        return Ok((rows.into_iter().map(seen).collect(), Names::default()));
    }
    let numbers = numbers_in(&waiting);
    let known = known(tx, scope, &waiting).await?;
    let others = others(tx, scope, &waiting).await?;
    let (names, legal) = store::clients(tx, scope).await?;
    let mut bills = Vec::new();
    for row in invoices::to_match(tx, scope, &numbers).await? {
        bills.push(Bill {
            id: row.id,
            account: row.account_id,
            currency: row.currency,
            number: invoices::numbered(&row.series, row.number),
            issued_on: row.issue_on,
            due_on: row.due_on,
            balance: Minor((row.total_minor - row.settled_minor).max(0)),
        });
    }
    // Whatever the engine reads first: the same proposals each time.
    bills.sort_by(|one, other| one.number.cmp(&other.number));
    let told = Names {
        invoices: bills.iter().map(|bill| (bill.id, bill.number.clone())).collect(),
        accounts: names.iter().cloned().collect(),
    };
    let called = names.iter().chain(&legal).map(|(id, name)| (*id, name.as_str()));
    let books = Books::new(bills, called);
    let mut seen = Vec::with_capacity(rows.len());
    for row in rows {
        if !row.waits() {
            seen.push(Seen { row, proposal: None, twin: None });
            continue;
        }
        let mut proposal = books.propose(&Came {
            amount: Minor(row.amount_minor),
            currency: &row.currency,
            text: row.text.as_deref().unwrap_or_default(),
            payer: row.payer.as_deref().unwrap_or_default(),
            known: row.payer_hash.as_ref().and_then(|hash| known.get(hash)).copied().flatten(),
        })?;
        let twin = proposal.account.and_then(|account| twin_of(&others, account, &row));
        if twin.is_some() && proposal.certainty == Certainty::Exact {
            proposal.certainty = Certainty::Likely;
        }
        seen.push(Seen { row, proposal: Some(proposal), twin });
    }
    Ok((seen, told))
}

/// The payment of that client that is nearest by day, and as much.
fn twin_of(others: &[OtherRow], account: AccountId, row: &LineRow) -> Option<BankTwin> {
    let days = |other: &OtherRow| (other.paid_on - row.booked_on).num_days().unsigned_abs();
    let like = others.iter().filter(|other| {
        (other.account_id, &other.currency, other.amount_minor)
            == (account, &row.currency, row.amount_minor)
            && days(other) <= TWIN_DAYS
    });
    let nearest = like.min_by_key(|other| (days(other), other.id))?;
    Some(BankTwin {
        payment_id: nearest.id,
        paid_on: nearest.paid_on,
        from_bank: nearest.from_bank > 0,
    })
}

async fn others(tx: &mut Tx, scope: Scope, waiting: &[&LineRow]) -> Result<Vec<OtherRow>> {
    let days = || waiting.iter().map(|row| row.booked_on);
    let (Some(first), Some(last), Some(row)) = (days().min(), days().max(), waiting.first()) else {
        return Ok(Vec::new());
    };
    let from = first.checked_sub_days(Days::new(TWIN_DAYS)).unwrap_or(first);
    let to = last.checked_add_days(Days::new(TWIN_DAYS)).unwrap_or(last);
    store::others(tx, scope, row.file_id, (from, to)).await
}

/// Whose the accounts are that lines came from; nobody's where they paid for two clients.
async fn known(
    tx: &mut Tx,
    scope: Scope,
    waiting: &[&LineRow],
) -> Result<BTreeMap<Vec<u8>, Option<AccountId>>> {
    let hashes: BTreeSet<&Vec<u8>> =
        waiting.iter().filter_map(|row| row.payer_hash.as_ref()).collect();
    let mut known: BTreeMap<Vec<u8>, Option<AccountId>> = BTreeMap::new();
    if hashes.is_empty() {
        return Ok(known);
    }
    for (hash, account) in store::payers(tx, scope, hashes.into_iter().cloned().collect()).await? {
        let of = known.entry(hash).or_insert(Some(account));
        *of = of.filter(|before| *before == account);
    }
    Ok(known)
}

/// Figures in texts that may be the last part of a number.
fn numbers_in(waiting: &[&LineRow]) -> Vec<i64> {
    let mut numbers = BTreeSet::new();
    for row in waiting {
        let text = row.text.as_deref().unwrap_or_default();
        for run in text.split(|c: char| !c.is_ascii_digit()) {
            // Behind its year, where nothing parts them.
            for part in [Some(run), run.get(4..)].into_iter().flatten() {
                let number = part.trim_start_matches('0').parse::<i64>();
                numbers.extend(number.ok().filter(|number| (1..10_000_000).contains(number)));
            }
        }
        if numbers.len() >= NUMBERS_MAX {
            break;
        }
    }
    numbers.into_iter().take(NUMBERS_MAX).collect()
}
