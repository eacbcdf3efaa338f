//! Accounts in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    Account, AccountId, AccountKind, HealthShort, MemberId, NewAccount, RetainerSummary,
};
use uuid::Uuid;

use super::service::present;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::{fold, like};
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AccountRow {
    pub id: AccountId,
    pub name: String,
    pub sort_key: String,
    pub kind: AccountKind,
    pub owner_id: Option<MemberId>,
    pub owner_name: Option<String>,
    pub note: Option<String>,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl AccountRow {
    /// The account with its retainers, and how it stands.
    pub fn with(self, retainers: Vec<RetainerSummary>, health: Option<HealthShort>) -> Account {
        let Self { id, name, kind, owner_id, owner_name, note, archived, .. } = self;
        let Self { created_at, version, .. } = self;
        Account {
            id,
            name,
            kind,
            owner_id,
            owner_name,
            note,
            archived,
            created_at,
            version,
            retainers,
            health,
        }
    }
}

const SELECT: &str = "
    SELECT a.id, a.name, a.sort_key, a.kind, a.owner_id, m.name AS owner_name, a.note, a.archived,
        a.created_at, a.version
    FROM accounts a
    LEFT JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.owner_id
    WHERE a.organisation_id = $1";

stmt!(
    FIND = "
    SELECT a.id, a.name, a.sort_key, a.kind, a.owner_id, m.name AS owner_name, a.note, a.archived,
        a.created_at, a.version
    FROM accounts a
    LEFT JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.owner_id
    WHERE a.organisation_id = $1 AND a.id = $2"
);
stmt!(
    INSERT = "
    INSERT INTO accounts
        (id, organisation_id, name, sort_key, kind, owner_id, note, archived, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8)"
);
stmt!(
    CHANGE = "
    UPDATE accounts SET name = $4, sort_key = $5,
        partner_since = CASE WHEN kind <> $6 AND $6 = 'partner' THEN $10 ELSE partner_since END,
        kind = $6, owner_id = $7, note = $8,
        archived = $9, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);

/// Source: requirement S1-13.
const LACKS_NEXT_STEP: &str = "
    AND EXISTS (SELECT 1 FROM retainers r WHERE r.organisation_id = a.organisation_id
        AND r.account_id = a.id AND r.state = 'active')
    AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.organisation_id = a.organisation_id
        AND t.account_id = a.id AND t.state = 'open' AND t.due_on IS NOT NULL)";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub text: Option<String>,
    pub kind: Option<AccountKind>,
    pub archived: bool,
    /// Only those with a running retainer and no next step that has a day.
    pub lacks_next_step: bool,
    pub after: Option<(String, AccountId)>,
    pub limit: i64,
}

pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<AccountRow>> {
    let (after_key, after_id) = filter.after.unzip();
    let mut query = Query::with(SELECT, args![scope.organisation()])
        .push(" AND a.archived = ?", filter.archived)
        .push_opt(" AND a.kind = ?", filter.kind.map(Arg::name))
        .push_opt(" AND a.sort_key LIKE ? ESCAPE '\\'", filter.text.as_deref().map(like));
    if filter.lacks_next_step {
        query = query.text(LACKS_NEXT_STEP);
    }
    if let (Some(key), Some(id)) = (after_key, after_id) {
        query = query.push(" AND (a.sort_key, a.id) > (?", key).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY a.sort_key, a.id LIMIT ?", filter.limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<AccountRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    new: &NewAccount,
    now: DateTime<Utc>,
) -> Result<AccountId> {
    let id = AccountId(Uuid::now_v7());
    let name = new.name.trim();
    let row = vec![
        Arg::from(id),
        Arg::from(scope.organisation()),
        Arg::from(name),
        Arg::from(fold(name)),
        Arg::name(new.kind),
        Arg::from(new.owner_id),
        Arg::from(present(new.note.clone())),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(row)).await?;
    Ok(id)
}
/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (row, version): (&AccountRow, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(version),
        Arg::from(row.name.as_str()),
        Arg::from(fold(&row.name)),
        Arg::name(row.kind),
        Arg::from(row.owner_id),
        Arg::from(row.note.clone()),
        Arg::from(row.archived),
        Arg::from(now),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
