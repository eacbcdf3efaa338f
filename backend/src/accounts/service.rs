//! What happens to accounts and their people.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Account, AccountChange, AccountId, Contact, ContactChange, ContactId, ErrorCode, HealthShort,
    MemberId, NewAccount, NewContact, Page,
};

use super::contacts::{self, ContactRow};
use super::store::{self, AccountRow, Filter};
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::{account_health, identity, retainers};

/// Makes an account.
///
/// # Errors
/// At `/owner_id` if nobody active here has that id.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewAccount,
    now: DateTime<Utc>,
) -> Result<Account> {
    check_owner(tx, scope, new.owner_id).await?;
    let id = store::insert(tx, scope, new, now).await?;
    account_health::look_soon(tx, scope, id, now).await?;
    Ok(store::find(tx, scope, id).await?.with(Vec::new(), None))
}

/// An account with its retainers and their balances, now or as of a day.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    when: (DateTime<Utc>, Option<NaiveDate>),
) -> Result<Account> {
    let row = store::find(tx, scope, id).await?;
    let filter = retainers::Filter { accounts: Some(vec![id]), ..Default::default() };
    let retainers = retainers::summaries(tx, scope, filter, when).await?;
    let mut healths = healths(tx, scope, &[id], when.1).await?;
    Ok(row.with(retainers, healths.remove(&id)))
}

/// Who looks after an account; nobody if none does.
///
/// # Errors
/// `not_found`.
pub(crate) async fn owner(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Option<String>> {
    Ok(store::find(tx, scope, id).await?.owner_name)
}

/// How accounts stand, where nobody asks as of a day.
async fn healths(
    tx: &mut Tx,
    scope: Scope,
    accounts: &[AccountId],
    as_of: Option<NaiveDate>,
) -> Result<HashMap<AccountId, HealthShort>> {
    match as_of {
        None => account_health::shorts(tx, scope, accounts).await,
        Some(_) => Ok(HashMap::new()),
    }
}

/// A page of accounts by name, each with its retainers and their balances, now or as of a day.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
    when: (DateTime<Utc>, Option<NaiveDate>),
) -> Result<Page<Account>> {
    let filter = Filter { after: paging.after()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let key = |row: &AccountRow| (row.sort_key.clone(), row.id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    let ids: Vec<AccountId> = items.iter().map(|row| row.id).collect();
    let healths = healths(tx, scope, &ids, when.1).await?;
    let filter = retainers::Filter { accounts: Some(ids), ..Default::default() };
    let mut all = retainers::summaries(tx, scope, filter, when).await?;
    let with_its_own = |row: AccountRow| {
        let id = row.id;
        let its_own = all.extract_if(.., |retainer| retainer.account_id == id).collect();
        row.with(its_own, healths.get(&id).copied())
    };
    Ok(Page { items: items.into_iter().map(with_its_own).collect(), next_cursor })
}

/// Changes an account. It leaves the lists only when none of its retainers runs.
///
/// # Errors
/// `stale`; `in_use`; at `/owner_id` if nobody active here has that id.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    (change, version): (&AccountChange, i64),
    now: DateTime<Utc>,
) -> Result<Account> {
    let mut row = store::find(tx, scope, id).await?;
    check_owner(tx, scope, change.owner_id.filter(|new| row.owner_id != Some(*new))).await?;
    let archives = change.archived == Some(true) && !row.archived;
    if archives && retainers::running_of_account(tx, scope, id).await? > 0 {
        return Err(ErrorCode::InUse.into());
    }
    row.name = change.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
    row.kind = change.kind.unwrap_or(row.kind);
    row.owner_id = change.owner_id.or(row.owner_id);
    row.note = change.note.clone().map_or(row.note, |note| present(Some(note)));
    row.archived = change.archived.unwrap_or(row.archived);
    if !store::change(tx, scope, (&row, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id, (now, None)).await
}

async fn check_owner(tx: &mut Tx, scope: Scope, owner: Option<MemberId>) -> Result<()> {
    match owner {
        Some(id) if !identity::is_active(tx, scope, id).await? => {
            Err(Error::field("/owner_id", "not_found"))
        }
        _ => Ok(()),
    }
}

/// A page of an account's people by name.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn people(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    paging: &PageParams,
) -> Result<Page<Contact>> {
    store::find(tx, scope, account).await?;
    let rows = contacts::list(tx, scope, account, paging.after()?, paging.limit + 1).await?;
    let key = |row: &ContactRow| (row.sort_key.clone(), row.id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    Ok(Page { items: items.into_iter().map(Contact::from).collect(), next_cursor })
}

/// The people of an account, those who decide first: at most so many.
///
/// # Errors
/// Those of the database.
pub(crate) async fn deciders_first(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    limit: i64,
) -> Result<Vec<Contact>> {
    let rows = contacts::deciders_first(tx, scope, account, limit).await?;
    Ok(rows.into_iter().map(Contact::from).collect())
}

/// Adds a person to an account.
///
/// # Errors
/// `not_found`.
pub async fn add_contact(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    new: &NewContact,
    now: DateTime<Utc>,
) -> Result<Contact> {
    store::find(tx, scope, account).await?;
    let id = contacts::insert(tx, scope, account, new, now).await?;
    Ok(contacts::find(tx, scope, id).await?.into())
}

/// Changes a person of an account.
///
/// # Errors
/// `not_found`, `stale`.
pub async fn change_contact(
    tx: &mut Tx,
    scope: Scope,
    id: ContactId,
    (change, version): (&ContactChange, i64),
) -> Result<Contact> {
    let mut row = contacts::find(tx, scope, id).await?;
    row.name = change.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
    row.email = change.email.clone().or(row.email);
    row.phone = change.phone.clone().map_or(row.phone, |text| present(Some(text)));
    row.position = change.position.clone().map_or(row.position, |text| present(Some(text)));
    row.decides = change.decides.unwrap_or(row.decides);
    if !contacts::change(tx, scope, &row, version).await? {
        return Err(ErrorCode::Stale.into());
    }
    Ok(contacts::find(tx, scope, id).await?.into())
}

/// Removes a person from an account.
///
/// # Errors
/// `not_found`, `stale`; `in_use` for one who decided, or may.
pub async fn remove_contact(tx: &mut Tx, scope: Scope, id: ContactId, version: i64) -> Result<()> {
    contacts::find(tx, scope, id).await?;
    match contacts::delete(tx, scope, id, version).await {
        Ok(true) => Ok(()),
        Ok(false) => Err(ErrorCode::Stale.into()),
        // They hold a seat, or made a decision: what is written of that stays.
        Err(Error::Db(DbError::ForeignKey)) => Err(ErrorCode::InUse.into()),
        Err(error) => Err(error),
    }
}

/// A text that says something; blank ones are kept as none.
pub(super) fn present(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.trim().is_empty())
}
