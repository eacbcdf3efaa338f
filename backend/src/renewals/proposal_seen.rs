//! That a proposal was seen: a browser showed it. Source: requirement S2-23; docs/decisions/0069.
use chrono::{DateTime, Utc};
use shared::api::ProposalId;

use super::proposals_store as store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// Whether nobody has seen a proposal yet.
///
/// # Errors
/// `not_found`.
pub(crate) async fn is_unseen(tx: &mut Tx, scope: Scope, id: ProposalId) -> Result<bool> {
    Ok(store::find(tx, scope, id).await?.seen_at.is_none())
}

/// A browser shows a proposal to whoever holds its link.
///
/// # Errors
/// Those of the database.
pub(crate) async fn see(
    tx: &mut Tx,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<()> {
    store::seen(tx, scope, id, now).await
}
