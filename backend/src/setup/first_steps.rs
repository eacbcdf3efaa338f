//! How far an organisation has come that begins: read where it is kept.
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};
use shared::api::FirstSteps;

/// Which of the first steps were taken, for whoever asks.
///
/// # Errors
/// Those of the database.
pub(super) async fn taken(tx: &mut Tx, scope: Scope) -> Result<FirstSteps> {
    Ok(tx.one(TAKEN.with(args![scope.organisation(), scope.member()])).await?)
}

stmt!(
    TAKEN = "
    SELECT
        EXISTS (SELECT 1 FROM accounts a WHERE a.organisation_id = $1 AND a.kind = 'client')
            AS client,
        EXISTS (SELECT 1 FROM scope_lines l WHERE l.organisation_id = $1) AS scope,
        EXISTS (SELECT 1 FROM retainers r WHERE r.organisation_id = $1) AS capacity,
        EXISTS (SELECT 1 FROM members m WHERE m.organisation_id = $1 AND m.id <> $2 AND m.active)
            AS team,
        EXISTS (SELECT 1 FROM portals p WHERE p.organisation_id = $1 AND p.open) AS portal,
        EXISTS (SELECT 1 FROM cycles c WHERE c.organisation_id = $1 AND c.status = 'closed')
            AS running
    FROM organisations o WHERE o.id = $1"
);
