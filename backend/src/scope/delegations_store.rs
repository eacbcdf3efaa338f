//! Delegations in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, ContactId, DelegationId, MemberId, NewDelegation, RetainerId, Role};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A delegation with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DelegationRow {
    pub id: DelegationId,
    pub retainer_id: RetainerId,
    pub timezone: String,
    pub member_id: Option<MemberId>,
    pub contact_id: Option<ContactId>,
    pub holder_name: String,
    pub granted_by: String,
    pub reason: String,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub revoked_by_name: Option<String>,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT d.id, d.retainer_id, r.timezone, d.member_id, d.contact_id,
        COALESCE(m.name, c.name) AS holder_name, d.granted_by, d.reason, d.starts_on, d.ends_on,
        d.revoked_at, b.name AS revoked_by_name, k.name AS created_by_name, d.created_at, d.version
    FROM delegations d
    JOIN retainers r ON r.organisation_id = d.organisation_id AND r.id = d.retainer_id
    JOIN members k ON k.organisation_id = d.organisation_id AND k.id = d.created_by
    LEFT JOIN members m ON m.organisation_id = d.organisation_id AND m.id = d.member_id
    LEFT JOIN contacts c ON c.organisation_id = d.organisation_id AND c.id = d.contact_id
    LEFT JOIN members b ON b.organisation_id = d.organisation_id AND b.id = d.revoked_by
    WHERE d.organisation_id =";

/// Delegations of a retainer, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (before, limit): (Option<DelegationId>, i64),
) -> Result<Vec<DelegationRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND d.retainer_id = ?", retainer)
        .push_opt(" AND d.id < ?", before)
        .push(" ORDER BY d.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: DelegationId) -> Result<DelegationRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND d.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO delegations (id, organisation_id, retainer_id, member_id, contact_id, granted_by,
        reason, starts_on, ends_on, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
stmt!(
    REVOKE = "
    UPDATE delegations SET revoked_at = $3, revoked_by = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL"
);

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new, granted_by): (RetainerId, &NewDelegation, &str),
    now: DateTime<Utc>,
) -> Result<DelegationId> {
    let id = DelegationId(Uuid::now_v7());
    let args = args![
        scope.organisation(),
        id,
        retainer,
        new.holder.member(),
        new.holder.contact(),
        granted_by,
        new.reason.trim(),
        new.starts_on,
        new.ends_on,
        scope.member(),
        now,
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(id)
}
stmt!(
    SOMEBODY_DECIDES = "
    SELECT id FROM contacts WHERE organisation_id = $1 AND account_id = $2 AND decides LIMIT 1"
);
/// Whether somebody at an account is noted as deciding.
pub async fn somebody_decides(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<bool> {
    let query = SOMEBODY_DECIDES.with(args![scope.organisation(), account]);
    Ok(tx.opt::<(ContactId,)>(query).await?.is_some())
}
stmt!(
    ROLES_OF_OTHERS = "
    SELECT role FROM members
    WHERE organisation_id = $1 AND id <> $2 AND active AND user_id IS NOT NULL"
);
/// The roles of the colleagues who can sign in, one for each.
pub async fn roles_of_others(tx: &mut Tx, scope: Scope) -> Result<Vec<Role>> {
    let query = ROLES_OF_OTHERS.with(args![scope.organisation(), scope.member()]);
    let rows: Vec<(Role,)> = tx.all(query).await?;
    Ok(rows.into_iter().map(|(role,)| role).collect())
}
/// Takes a delegation back; one that was taken back stays so.
pub async fn revoke(tx: &mut Tx, scope: Scope, id: DelegationId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(REVOKE.with(args![scope.organisation(), id, now, scope.member()])).await?;
    Ok(())
}
