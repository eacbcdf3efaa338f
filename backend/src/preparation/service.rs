//! What somebody reads before a call, as far as their role may: each part as its own page tells it.
use chrono::{DateTime, Utc};
use shared::api::{
    ClientSession, ClientSessionId, PREPARED_LAST, PREPARED_MAX, Preparation, PreparedMoney,
};
use shared::rules::zone;

use crate::auth::{ReadInvoices, ReadModel, ReadRecords, ReadRenewals, ReadWork, Scope};
use crate::db::Tx;
use crate::error::Result;
use crate::{
    account_health, accounts, decisions, delivery, invoices, messages, records, renewals, requests,
    retainers,
};

/// Puts together what to know before a session.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    now: DateTime<Utc>,
) -> Result<Preparation> {
    let session = delivery::session(tx, scope, id).await?;
    let (account, retainer) = (session.account_id, session.retainer_id);
    let today = zone::local_date(zone::zone(&session.timezone)?, now);
    let of = retainers::find(tx, scope, retainer, now, None).await?;
    let balances = if of.balances.is_empty() { of.last_balances } else { of.balances };
    let mut told = Preparation {
        today,
        owner_name: accounts::owner(tx, scope, account).await?,
        people: accounts::deciders_first(tx, scope, account, PREPARED_MAX).await?,
        balances,
        notes: None,
        messages: None,
        tasks: None,
        money: None,
        decisions: None,
        requests: None,
        health: None,
        renewal: None,
        session,
    };
    if scope.may::<ReadRecords>() {
        told.notes = Some(records::last_notes(tx, scope, account, PREPARED_LAST).await?);
        told.messages = Some(messages::last(tx, scope, account, PREPARED_LAST).await?);
        told.tasks = Some(records::open_tasks(tx, scope, account, PREPARED_MAX).await?);
        told.health = Some(account_health::find(tx, scope, account, now).await?);
    }
    if scope.may::<ReadInvoices>() {
        told.money = Some(money(tx, scope, &told.session, now).await?);
    }
    if scope.may::<ReadModel>() {
        told.decisions = Some(decisions::last(tx, scope, account, PREPARED_LAST).await?);
    }
    if scope.may::<ReadWork>() {
        let waiting = requests::waiting(tx, scope, (retainer, PREPARED_MAX), now).await?;
        told.requests = Some(waiting);
    }
    if scope.may::<ReadRenewals>() {
        told.renewal = renewals::talked_about(tx, scope, retainer, now).await?;
    }
    Ok(told)
}

async fn money(
    tx: &mut Tx,
    scope: Scope,
    session: &ClientSession,
    now: DateTime<Utc>,
) -> Result<PreparedMoney> {
    let waited_for = invoices::waited_for(tx, scope, session.account_id, now).await?;
    let next_on = invoices::billing_of(tx, scope, session.retainer_id, now).await?.next_on;
    Ok(PreparedMoney { next_on, ..waited_for })
}
