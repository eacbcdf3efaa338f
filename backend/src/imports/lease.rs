//! Who works on an import, and until when: the lease in the database.
use chrono::{DateTime, Utc};
use shared::api::{ImportId, OrganisationId};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

stmt!(
    HOLD = "
    UPDATE imports SET leased_until = $3
    WHERE organisation_id = $1 AND id = $2 AND state = 'committing' AND leased_until = $3"
);
stmt!(
    COMMITTING = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM imports
    WHERE organisation_id = $1 AND state = 'committing'"
);
stmt!(
    STOPPED = "
    SELECT organisation_id, id FROM imports
    WHERE leased_until < $1 AND state = 'committing' ORDER BY leased_until LIMIT 100"
);
stmt!(
    TAKE_OVER = "
    UPDATE imports SET leased_until = $4
    WHERE organisation_id = $1 AND id = $2 AND state = 'committing' AND leased_until < $3"
);

/// Whether the import is being written under this lease. Until the end of the transaction nobody can
/// take it over.
pub async fn hold(
    tx: &mut Tx,
    scope: Scope,
    (id, lease): (ImportId, DateTime<Utc>),
) -> Result<bool> {
    let args = args![scope.organisation(), id, lease];
    Ok(tx.execute(HOLD.with(args)).await? == 1)
}
/// Whether the organisation has an import that is being written, or is to be undone.
pub async fn is_committing(tx: &mut Tx, scope: Scope) -> Result<bool> {
    let (count,): (i64,) = tx.one(COMMITTING.with(args![scope.organisation()])).await?;
    Ok(count > 0)
}
/// Imports whose server stopped while writing them, of whatever organisation.
pub async fn stopped(tx: &mut Tx, now: DateTime<Utc>) -> Result<Vec<(OrganisationId, ImportId)>> {
    Ok(tx.all(STOPPED.with(args![now])).await?)
}
/// Takes an import from a server that stopped; false if another did.
pub async fn take_over(
    tx: &mut Tx,
    scope: Scope,
    id: ImportId,
    (now, lease): (DateTime<Utc>, DateTime<Utc>),
) -> Result<bool> {
    let args = args![scope.organisation(), id, now, lease];
    Ok(tx.execute(TAKE_OVER.with(args)).await? == 1)
}
