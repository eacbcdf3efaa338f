//! Changes of the business in the database, those written down and those that show by themselves.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{BusinessChange, BusinessChangeId, ChangeKind, NewBusinessChange, SopId};
use sqlx::types::Json;
use uuid::Uuid;

use super::store;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::{Error, Result};
use crate::{args, identity, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ChangeRow {
    pub id: BusinessChangeId,
    pub kind: ChangeKind,
    pub note: String,
    pub sop_ids: Json<Vec<SopId>>,
    pub changed_on: NaiveDate,
    pub recorded_by: String,
    pub created_at: DateTime<Utc>,
}
impl From<ChangeRow> for BusinessChange {
    fn from(row: ChangeRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            note: row.note,
            on: row.changed_on,
            sop_ids: row.sop_ids.0,
            recorded_by: row.recorded_by,
        }
    }
}

const SELECT: &str = "
    SELECT c.id, c.kind, c.note, c.sop_ids, c.changed_on, m.name AS recorded_by, c.created_at
    FROM business_changes c
    JOIN members m ON m.organisation_id = c.organisation_id AND m.id = c.recorded_by
    WHERE c.organisation_id =";

/// The changes written down, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    before: Option<BusinessChangeId>,
    limit: i64,
) -> Result<Vec<ChangeRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND c.id < ?", before)
        .push(" ORDER BY c.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
/// Those written down after an instant.
pub async fn since(tx: &mut Tx, scope: Scope, at: DateTime<Utc>) -> Result<Vec<ChangeRow>> {
    let query = Query::new(SELECT).push(" ?", scope.organisation());
    Ok(tx.all(query.push(" AND c.created_at > ?", at)).await?)
}

stmt!(
    INSERT = "
    INSERT INTO business_changes (id, organisation_id, kind, note, sop_ids, changed_on,
        recorded_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8)"
);
/// Writes a change down.
///
/// # Errors
/// At the field: a day to come, a routine that is not here.
pub async fn record(
    tx: &mut Tx,
    scope: Scope,
    new: &NewBusinessChange,
    now: DateTime<Utc>,
) -> Result<BusinessChange> {
    let today = identity::today(tx, scope, now).await?;
    let on = new.on.unwrap_or(today);
    if on > today {
        return Err(Error::field("/on", "future"));
    }
    let known = store::some(tx, scope, &new.sop_ids).await?;
    let missing = new.sop_ids.iter().position(|id| known.iter().all(|row| row.id != *id));
    if let Some(place) = missing {
        return Err(Error::field(&format!("/sop_ids/{place}"), "not_found"));
    }
    let id = BusinessChangeId(Uuid::now_v7());
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(id),
        Arg::name(new.kind),
        Arg::from(new.note.trim()),
        Arg::json(&new.sop_ids),
        Arg::from(on),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND c.id = ?", id);
    Ok(tx.one::<ChangeRow>(query).await?.into())
}

/// Somebody or something that came, or changed.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Arrival {
    pub name: String,
    pub created_at: DateTime<Utc>,
}
stmt!(
    PARTNERS = "
    SELECT name, COALESCE(partner_since, created_at) AS created_at FROM accounts
    WHERE organisation_id = $1 AND kind = 'partner' AND COALESCE(partner_since, created_at) > $2"
);
stmt!(
    PEOPLE = "
    SELECT name, created_at FROM members
    WHERE organisation_id = $1 AND created_at > $2
    UNION ALL
    SELECT name, active_changed_at FROM members
    WHERE organisation_id = $1 AND active_changed_at > $2"
);
stmt!(
    ROLES = "
    SELECT name, role_changed_at AS created_at FROM members
    WHERE organisation_id = $1 AND role_changed_at > $2"
);
/// Partners that were added after an instant, or became partners.
pub async fn partners(tx: &mut Tx, scope: Scope, at: DateTime<Utc>) -> Result<Vec<Arrival>> {
    Ok(tx.all(PARTNERS.with(args![scope.organisation(), at])).await?)
}
/// People who joined after an instant, left, or came back.
pub async fn people(tx: &mut Tx, scope: Scope, at: DateTime<Utc>) -> Result<Vec<Arrival>> {
    Ok(tx.all(PEOPLE.with(args![scope.organisation(), at])).await?)
}
/// People whose role changed after an instant.
pub async fn roles(tx: &mut Tx, scope: Scope, at: DateTime<Utc>) -> Result<Vec<Arrival>> {
    Ok(tx.all(ROLES.with(args![scope.organisation(), at])).await?)
}
