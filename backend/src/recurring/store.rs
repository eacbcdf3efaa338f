//! Which retainers bring something, in the database.
use shared::api::{AccountId, RetainerId};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// A retainer with its client.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ClientRow {
    pub id: RetainerId,
    pub account_id: AccountId,
    pub account_name: String,
}

stmt!(
    CLIENTS = "
    SELECT r.id, r.account_id, a.name AS account_name FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.organisation_id = $1 AND r.state IN ('active', 'ended') AND a.kind = 'client'
        AND (r.id > $2 OR $2 IS NULL)
    ORDER BY r.organisation_id, r.id LIMIT $3"
);

/// The next retainers of clients that were activated, by id.
pub async fn clients(
    tx: &mut Tx,
    scope: Scope,
    after: Option<RetainerId>,
    limit: i64,
) -> Result<Vec<ClientRow>> {
    Ok(tx.all(CLIENTS.with(args![scope.organisation(), after, limit])).await?)
}
