//! Links of those who do not sign in, in the database.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{
    ActionLinkId, FormLink, MemberId, OrganisationId, ProposalId, RequestId, RetainerId,
};

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A link to a form, as it is told.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FormRow {
    pub id: ActionLinkId,
    retainer_id: RetainerId,
    created_by_name: String,
    created_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    revoked_at: Option<DateTime<Utc>>,
    requests: i64,
    last_request_at: Option<DateTime<Utc>>,
    version: i64,
}
impl FormRow {
    /// Somebody ended it.
    pub fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }
    /// As the API shows it.
    pub fn shown(self, now: DateTime<Utc>) -> FormLink {
        FormLink {
            id: self.id,
            retainer_id: self.retainer_id,
            created_by_name: self.created_by_name,
            created_at: self.created_at,
            expires_at: self.expires_at,
            revoked_at: self.revoked_at,
            open: self.revoked_at.is_none() && now < self.expires_at,
            requests: self.requests,
            last_request_at: self.last_request_at,
            version: self.version,
        }
    }
}

const FORMS: &str = "
    SELECT k.id, k.retainer_id, m.name AS created_by_name, k.created_at, k.expires_at,
        k.revoked_at,
        (SELECT CAST(COUNT(*) AS BIGINT) FROM requests q
            WHERE q.organisation_id = k.organisation_id AND q.link_id = k.id) AS requests,
        (SELECT MAX(q.created_at) FROM requests q
            WHERE q.organisation_id = k.organisation_id AND q.link_id = k.id) AS last_request_at,
        k.version
    FROM action_links k
    JOIN members m ON m.organisation_id = k.organisation_id AND m.id = k.created_by
    WHERE k.request_id IS NULL AND k.proposal_id IS NULL AND k.organisation_id =";

/// The links to the form of a retainer, the newest first.
pub async fn forms(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (before, limit): (Option<ActionLinkId>, i64),
) -> Result<Vec<FormRow>> {
    let query = Query::new(FORMS)
        .push(" ?", scope.organisation())
        .push(" AND k.retainer_id = ?", retainer)
        .push_opt(" AND k.id < ?", before)
        .push(" ORDER BY k.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
/// A link to a form.
pub async fn form(tx: &mut Tx, scope: Scope, id: ActionLinkId) -> Result<FormRow> {
    let query = Query::new(FORMS).push(" ?", scope.organisation()).push(" AND k.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO action_links (id, organisation_id, retainer_id, request_id, secret_hash,
        expires_at, created_by, created_at, proposal_id)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9)"
);
stmt!(
    END_FORMS = "
    UPDATE action_links SET revoked_at = $3, revoked_by = $4, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND request_id IS NULL
        AND proposal_id IS NULL AND revoked_at IS NULL"
);
stmt!(
    REVOKE = "
    UPDATE action_links SET revoked_at = $4, revoked_by = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND revoked_at IS NULL"
);
stmt!(
    RENEW = "
    UPDATE action_links SET secret_hash = $3
    WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL"
);
stmt!(
    END_REQUEST = "
    UPDATE action_links SET revoked_at = $3, revoked_by = $4, version = version + 1
    WHERE organisation_id = $1 AND request_id = $2 AND revoked_at IS NULL AND expires_at > $3"
);
stmt!(
    BY_SECRET = "
    SELECT k.id, k.organisation_id, k.retainer_id, k.request_id, k.proposal_id, k.expires_at,
        k.revoked_at, k.created_by, o.name AS organisation_name, r.name AS retainer_name
    FROM action_links k
    JOIN organisations o ON o.id = k.organisation_id
    JOIN retainers r ON r.organisation_id = k.organisation_id AND r.id = k.retainer_id
    WHERE k.secret_hash = $1"
);
stmt!(
    SENT = "
    SELECT CAST(COUNT(*) AS BIGINT) AS requests, MIN(created_at) AS first FROM requests
    WHERE organisation_id = $1 AND link_id = $2 AND created_at > $3"
);

/// A link to write.
#[derive(Debug, Clone)]
pub struct NewLink {
    pub id: ActionLinkId,
    pub retainer: RetainerId,
    pub request: Option<RequestId>,
    pub proposal: Option<ProposalId>,
    pub secret_hash: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}
pub async fn insert(tx: &mut Tx, scope: Scope, new: NewLink, now: DateTime<Utc>) -> Result<()> {
    let NewLink { id, retainer, request, proposal, secret_hash, expires_at } = new;
    let args = args![
        scope.organisation(),
        id,
        retainer,
        request,
        secret_hash,
        expires_at,
        scope.member(),
        now,
        proposal,
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// Ends the links to the form of a retainer that are open.
pub async fn end_forms(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![scope.organisation(), retainer, now, scope.member()];
    tx.execute(END_FORMS.with(args)).await?;
    Ok(())
}
/// False if it was ended, or changed, before.
pub async fn revoke(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ActionLinkId, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, now, scope.member()];
    Ok(tx.execute(REVOKE.with(args)).await? == 1)
}

/// Gives a link another secret; false if it was ended.
pub async fn renew(
    tx: &mut Tx,
    scope: Scope,
    id: ActionLinkId,
    secret_hash: Vec<u8>,
) -> Result<bool> {
    Ok(tx.execute(RENEW.with(args![scope.organisation(), id, secret_hash])).await? == 1)
}
stmt!(
    RENEW_PROPOSAL = "
    UPDATE action_links SET secret_hash = $4
    WHERE organisation_id = $1 AND retainer_id = $2 AND proposal_id = $3 AND revoked_at IS NULL"
);
/// Gives the link of a proposal another secret; false if it was ended.
pub async fn renew_proposal(
    tx: &mut Tx,
    scope: Scope,
    (retainer, proposal): (RetainerId, ProposalId),
    secret_hash: Vec<u8>,
) -> Result<bool> {
    let args = args![scope.organisation(), retainer, proposal, secret_hash];
    Ok(tx.execute(RENEW_PROPOSAL.with(args)).await? == 1)
}
stmt!(
    END_PROPOSAL = "
    UPDATE action_links SET revoked_at = $4, revoked_by = $5, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND proposal_id = $3 AND revoked_at IS NULL"
);
/// Ends the link of a proposal. Nobody did where the clock does.
pub async fn end_proposal(
    tx: &mut Tx,
    scope: Scope,
    (retainer, proposal): (RetainerId, ProposalId),
    now: DateTime<Utc>,
) -> Result<()> {
    let by = Some(scope.member()).filter(|member| !member.0.is_nil());
    let args = args![scope.organisation(), retainer, proposal, now, by];
    tx.execute(END_PROPOSAL.with(args)).await?;
    Ok(())
}
stmt!(
    END_OTHERS = "
    UPDATE action_links SET revoked_at = $5, revoked_by = $6, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND proposal_id = $3 AND id <> $4
        AND revoked_at IS NULL"
);
/// Ends the links of a proposal but one.
pub async fn end_others(
    tx: &mut Tx,
    scope: Scope,
    ((retainer, proposal), kept): ((RetainerId, ProposalId), ActionLinkId),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![scope.organisation(), retainer, proposal, kept, now, scope.member()];
    tx.execute(END_OTHERS.with(args)).await?;
    Ok(())
}
stmt!(
    END = "
    UPDATE action_links SET revoked_at = $3, revoked_by = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND revoked_at IS NULL"
);
/// Ends a link.
pub async fn end(tx: &mut Tx, scope: Scope, id: ActionLinkId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(END.with(args![scope.organisation(), id, now, scope.member()])).await?;
    Ok(())
}
/// Ends the links about a request that are open; how many those were.
pub async fn end_request(
    tx: &mut Tx,
    scope: Scope,
    request: RequestId,
    now: DateTime<Utc>,
) -> Result<u64> {
    let args = args![scope.organisation(), request, now, scope.member()];
    Ok(tx.execute(END_REQUEST.with(args)).await?)
}

const OF_REQUESTS: &str = "
    SELECT k.request_id, COUNT(*) FROM action_links k
    WHERE k.revoked_at IS NULL AND k.organisation_id =";

/// How many links about each of these requests are open.
pub async fn of_requests(
    tx: &mut Tx,
    scope: Scope,
    requests: &[RequestId],
    now: DateTime<Utc>,
) -> Result<HashMap<RequestId, i64>> {
    let query = Query::new(OF_REQUESTS)
        .push(" ?", scope.organisation())
        .push(" AND k.expires_at > ?", now)
        .text(" AND k.request_id IN")
        .list(requests.iter().map(|id| (*id).into()).collect())
        .text(" GROUP BY k.request_id");
    Ok(tx.all::<(RequestId, i64)>(query).await?.into_iter().collect())
}

/// A link that somebody holds.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldRow {
    pub id: ActionLinkId,
    pub organisation_id: OrganisationId,
    pub retainer_id: RetainerId,
    pub request_id: Option<RequestId>,
    pub proposal_id: Option<ProposalId>,
    pub expires_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub created_by: MemberId,
    pub organisation_name: String,
    pub retainer_name: String,
}
/// The link of a secret. Not confined to an organisation: the secret finds it.
pub async fn by_secret(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<HeldRow>> {
    Ok(tx.opt(BY_SECRET.with(args![hash])).await?)
}
/// How many requests came by a link since a time, and when the first of them.
pub async fn sent(
    tx: &mut Tx,
    scope: Scope,
    id: ActionLinkId,
    since: DateTime<Utc>,
) -> Result<(i64, Option<DateTime<Utc>>)> {
    Ok(tx.one(SENT.with(args![scope.organisation(), id, since])).await?)
}
