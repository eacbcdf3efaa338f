//! The people of accounts in the database.
use chrono::{DateTime, Utc};
use shared::api::{AccountId, Contact, ContactId, NewContact};
use uuid::Uuid;

use super::service::present;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::fold;
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ContactRow {
    pub id: ContactId,
    pub account_id: AccountId,
    pub name: String,
    pub sort_key: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub position: Option<String>,
    pub decides: bool,
    pub version: i64,
}
impl From<ContactRow> for Contact {
    fn from(row: ContactRow) -> Self {
        let ContactRow { id, account_id, name, email, phone, position, decides, version, .. } = row;
        Self { id, account_id, name, email, phone, position, decides, version }
    }
}

const SELECT: &str = "
    SELECT id, account_id, name, sort_key, email, phone, position, decides, version FROM contacts
    WHERE organisation_id = $1 AND account_id = $2";

stmt!(
    FIND = "
    SELECT id, account_id, name, sort_key, email, phone, position, decides, version FROM contacts
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    INSERT = "
    INSERT INTO contacts
        (id, organisation_id, account_id, name, sort_key, email, phone, position, decides,
        created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
);
stmt!(
    CHANGE = "
    UPDATE contacts SET name = $4, sort_key = $5, email = $6, phone = $7, position = $8,
        decides = $9, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
stmt!(DELETE = "DELETE FROM contacts WHERE organisation_id = $1 AND id = $2 AND version = $3");

pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    after: Option<(String, ContactId)>,
    limit: i64,
) -> Result<Vec<ContactRow>> {
    let mut query = Query::with(SELECT, args![scope.organisation(), account]);
    if let Some((key, id)) = after {
        query = query.push(" AND (sort_key, id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY sort_key, id LIMIT ?", limit)).await?)
}
/// The people of an account, those who decide first: at most so many.
pub async fn deciders_first(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    limit: i64,
) -> Result<Vec<ContactRow>> {
    let query = Query::with(SELECT, args![scope.organisation(), account]);
    Ok(tx.all(query.push(" ORDER BY decides DESC, sort_key, id LIMIT ?", limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: ContactId) -> Result<ContactRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    new: &NewContact,
    now: DateTime<Utc>,
) -> Result<ContactId> {
    let id = ContactId(Uuid::now_v7());
    let name = new.name.trim();
    let row = vec![
        Arg::from(id),
        Arg::from(scope.organisation()),
        Arg::from(account),
        Arg::from(name),
        Arg::from(fold(name)),
        Arg::from(new.email.clone()),
        Arg::from(present(new.phone.clone())),
        Arg::from(present(new.position.clone())),
        Arg::from(new.decides),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(row)).await?;
    Ok(id)
}
/// False if someone else changed them first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &ContactRow, version: i64) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(version),
        Arg::from(row.name.as_str()),
        Arg::from(fold(&row.name)),
        Arg::from(row.email.clone()),
        Arg::from(row.phone.clone()),
        Arg::from(row.position.clone()),
        Arg::from(row.decides),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
/// False if someone else changed them first.
pub async fn delete(tx: &mut Tx, scope: Scope, id: ContactId, version: i64) -> Result<bool> {
    Ok(tx.execute(DELETE.with(args![scope.organisation(), id, version])).await? == 1)
}
