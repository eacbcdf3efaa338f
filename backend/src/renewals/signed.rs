//! A proposal that was signed is what was agreed of the terms that it made. Source: requirement S1-4.
use chrono::{DateTime, Utc};
use shared::api::{MemberId, ProposalId, RenewalId, RetainerId};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::files::{self, BySignature};
use crate::{args, stmt};

/// A proposal as it was signed.
#[derive(Debug, sqlx::FromRow)]
struct Accepted {
    id: ProposalId,
    created_by: MemberId,
    answered_at: Option<DateTime<Utc>>,
    signed: Option<String>,
}
stmt!(
    ACCEPTED = "
    SELECT id, created_by, answered_at, signed FROM renewal_proposals
    WHERE organisation_id = $1 AND renewal_id = $2 AND state = 'accepted'
    ORDER BY number DESC LIMIT 1"
);

async fn accepted(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<Option<Accepted>> {
    Ok(tx.opt(ACCEPTED.with(args![scope.organisation(), id])).await?)
}

/// Writes down that the proposal which won a renewal made these terms, the newest if none are named;
/// nothing if no proposal did.
///
/// # Errors
/// Those of the database.
pub(super) async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (retainer, renewal): (RetainerId, RenewalId),
    terms_number: Option<i64>,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(proposal) = accepted(tx, scope, renewal).await? else { return Ok(()) };
    let (Some(signer), Some(signed_at)) = (proposal.signed, proposal.answered_at) else {
        return Ok(());
    };
    let signed = BySignature {
        retainer,
        proposal: proposal.id,
        signer,
        signed_at,
        made_by: proposal.created_by,
        terms_number,
    };
    files::sign(tx, scope, signed, now).await
}
