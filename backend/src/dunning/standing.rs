//! How an account and its retainers stand with what they owe. Source: domain 5.15.
use chrono::NaiveDate;
use shared::api::{
    AccountId, AccountStanding, LateAmount, RETAINERS_SHOWN, RetainerStanding, Standing,
};
use shared::rules::billing::{Account, Receivable};
use shared::rules::units::Minor;

use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::invoices::{self, store::WaitingRow};

/// How an account stands on a day, and which of its retainers are late or suspended.
///
/// # Errors
/// `not_found`.
pub async fn of_account(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    today: NaiveDate,
) -> Result<AccountStanding> {
    invoices::client(tx, scope, id).await?;
    let rows = invoices::store::waiting_of(tx, scope, id).await?;
    let mut open = Vec::with_capacity(rows.len());
    for row in rows {
        let suspends = store::suspends(tx, scope, row.id).await?;
        open.push((row, suspends));
    }
    let standing = stands(&open, today);
    let (mut late, mut retainers) = (Vec::<LateAmount>::new(), Vec::<RetainerStanding>::new());
    let mut late_days = 0;
    for (row, _) in open.iter().filter(|(row, _)| row.due_on < today) {
        late_days = late_days.max((today - row.due_on).num_days());
        let balance_minor = row.total_minor - row.settled_minor;
        match late.iter_mut().find(|one| one.currency == row.currency) {
            Some(one) => {
                one.count += 1;
                one.balance_minor += balance_minor;
            }
            None => {
                let currency = row.currency.clone();
                late.push(LateAmount { currency, count: 1, balance_minor });
            }
        }
    }
    for (row, _) in &open {
        let retainer_id = row.retainer_id;
        if retainers.iter().all(|known| known.retainer_id != retainer_id) {
            let own: Vec<_> =
                open.iter().filter(|(one, _)| one.retainer_id == retainer_id).cloned().collect();
            retainers.push(RetainerStanding { retainer_id, standing: stands(&own, today) });
        }
    }
    // The client is suspended, whichever retainer the invoice is of.
    if standing == Standing::Suspended {
        retainers.iter_mut().for_each(|one| one.standing = Standing::Suspended);
    }
    retainers.retain(|one| one.standing != Standing::Clear);
    retainers.truncate(RETAINERS_SHOWN);
    Ok(AccountStanding { standing, late_days, late, retainers })
}

fn stands(open: &[(WaitingRow, bool)], today: NaiveDate) -> Standing {
    let invoice = |(row, suspends): &(WaitingRow, bool)| Receivable {
        id: row.id,
        issued_on: row.issue_on,
        open: shared::rules::billing::Open {
            total: Minor(row.total_minor),
            balance: Minor(row.total_minor - row.settled_minor),
            due_on: row.due_on,
            void: false,
            written_off: false,
        },
        suspends: *suspends,
    };
    let invoices = open.iter().map(invoice).collect();
    Account { invoices, credit: Minor(0) }.standing(today)
}
