//! What clients are asked to approve, in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountKind, ApprovalId, ApprovalOffer, ApprovalRequestId, ApprovalRequestState,
    ContactId, CycleId, MemberId, OrganisationId, PoolId, RetainerId,
};
use sqlx::types::Json;

use crate::auth::{Scope, Secret};
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// How many of a retainer are told, at most.
const TOLD: i64 = 100;

/// What a client was asked.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AskRow {
    pub id: ApprovalRequestId,
    pub retainer_id: RetainerId,
    pub pool_id: PoolId,
    pub seq: i64,
    pub contact_id: ContactId,
    pub state: ApprovalRequestState,
    pub offer: Json<ApprovalOffer>,
    pub answer_by: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub withdrawn_by_name: Option<String>,
    pub signed: Option<String>,
    pub note: Option<String>,
    pub approval_id: Option<ApprovalId>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT q.id, q.retainer_id, q.pool_id, q.seq, q.contact_id, q.state, q.offer, q.answer_by,
        q.created_at, q.seen_at, q.answered_at, m.name AS withdrawn_by_name, q.signed, q.note,
        q.approval_id, q.version
    FROM approval_requests q
    JOIN pools p ON p.organisation_id = q.organisation_id AND p.id = q.pool_id
    LEFT JOIN cycles c ON c.organisation_id = q.organisation_id AND c.retainer_id = q.retainer_id
        AND c.seq = q.seq
    LEFT JOIN members m ON m.organisation_id = q.organisation_id AND m.id = q.withdrawn_by
    WHERE q.organisation_id =";

/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: ApprovalRequestId) -> Result<AskRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND q.id = ?", id);
    Ok(tx.one(query).await?)
}

/// Those of a retainer, of a pool and a cycle if they are named, the newest first.
pub async fn of_retainer(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (pool, cycle): (Option<String>, Option<CycleId>),
) -> Result<Vec<AskRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND q.retainer_id = ?", id)
        .push_opt(" AND p.key = ?", pool)
        .push_opt(" AND c.id = ?", cycle)
        .push(" ORDER BY q.number DESC LIMIT ?", TOLD);
    Ok(tx.all(query).await?)
}

/// The one of a pool in a cycle that is open, if there is one.
pub async fn open_of(
    tx: &mut Tx,
    scope: Scope,
    (retainer, pool, seq): (RetainerId, PoolId, i64),
) -> Result<Option<AskRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND q.retainer_id = ?", retainer)
        .push(" AND q.pool_id = ?", pool)
        .push(" AND q.seq = ? AND q.state = 'open'", seq);
    Ok(tx.opt(query).await?)
}

stmt!(
    LAST = "
    SELECT COALESCE(MAX(number), 0) FROM approval_requests
    WHERE organisation_id = $1 AND retainer_id = $2"
);
/// The number of the last one of a retainer; 0 before the first.
pub async fn last(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<i64> {
    let (number,): (i64,) = tx.one(LAST.with(args![scope.organisation(), id])).await?;
    Ok(number)
}

/// Who is asked, and about what.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Home {
    pub account_id: AccountId,
    pub account_kind: AccountKind,
    pub account_name: String,
    pub retainer_name: String,
    /// Who asks.
    pub member_name: String,
}
stmt!(
    HOME = "
    SELECT a.id AS account_id, a.kind AS account_kind, a.name AS account_name,
        r.name AS retainer_name, m.name AS member_name
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = r.organisation_id AND m.id = $3
    WHERE r.organisation_id = $1 AND r.id = $2"
);
pub async fn home(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Home> {
    Ok(tx.one(HOME.with(args![scope.organisation(), id, scope.member()])).await?)
}

/// One to write.
#[derive(Debug, Clone)]
pub struct NewAsk<'a> {
    pub id: ApprovalRequestId,
    pub retainer: RetainerId,
    pub pool: PoolId,
    pub contact: ContactId,
    pub offer: &'a ApprovalOffer,
    pub secret_hash: Vec<u8>,
    pub expires_at: DateTime<Utc>,
}
stmt!(
    INSERT = "
    INSERT INTO approval_requests (id, organisation_id, retainer_id, pool_id, seq, number,
        contact_id, state, offer, answer_by, secret_hash, expires_at, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, 'open', $8, $9, $10, $11, $12, $13)"
);
/// Keeps one that the client can answer.
pub async fn insert(tx: &mut Tx, scope: Scope, new: NewAsk<'_>, now: DateTime<Utc>) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        new.id.into(),
        new.retainer.into(),
        new.pool.into(),
        new.offer.seq.into(),
        new.offer.number.into(),
        new.contact.into(),
        Arg::json(new.offer),
        new.offer.answer_by.into(),
        new.secret_hash.into(),
        new.expires_at.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

stmt!(
    RENEW = "
    UPDATE approval_requests SET secret_hash = $3
    WHERE organisation_id = $1 AND id = $2 AND state <> 'withdrawn'"
);
/// Gives the link of one another secret; none if it was taken back.
pub async fn renew(tx: &mut Tx, scope: Scope, id: ApprovalRequestId) -> Result<Option<String>> {
    let secret = Secret::random();
    let renewed = tx.execute(RENEW.with(args![scope.organisation(), id, secret.hash()])).await?;
    Ok((renewed == 1).then(|| secret.text()))
}

stmt!(
    WITHDRAW = "
    UPDATE approval_requests SET state = 'withdrawn', answered_at = $3, withdrawn_by = $4,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'open'"
);
/// Takes one back. False if it was not open.
pub async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    id: ApprovalRequestId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, now, scope.member()];
    Ok(tx.execute(WITHDRAW.with(args)).await? == 1)
}

stmt!(
    SEEN = "
    UPDATE approval_requests SET seen_at = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND seen_at IS NULL AND state = 'open'"
);
/// Somebody opened its link.
pub async fn seen(
    tx: &mut Tx,
    scope: Scope,
    id: ApprovalRequestId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(SEEN.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}

/// What the client answered.
#[derive(Debug, Clone, Copy)]
pub struct Answer<'a> {
    pub state: ApprovalRequestState,
    pub signed: &'a str,
    /// The name of the program that sent it.
    pub with: Option<&'a str>,
    pub note: Option<&'a str>,
    pub approval: Option<ApprovalId>,
}
stmt!(
    ANSWER = "
    UPDATE approval_requests SET state = $3, answered_at = $4, signed = $5, signed_with = $6,
        note = $7, approval_id = $8, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'open'"
);
/// Keeps what the client answered. False if it was answered.
pub async fn answer(
    tx: &mut Tx,
    scope: Scope,
    (id, of): (ApprovalRequestId, Answer<'_>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        id.into(),
        Arg::name(of.state),
        now.into(),
        of.signed.into(),
        of.with.map(str::to_owned).into(),
        of.note.map(str::to_owned).into(),
        of.approval.into(),
    ];
    Ok(tx.execute(ANSWER.with(args)).await? == 1)
}

/// What a secret opens.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldRow {
    pub id: ApprovalRequestId,
    pub organisation_id: OrganisationId,
    pub created_by: MemberId,
    pub state: ApprovalRequestState,
    pub seen_at: Option<DateTime<Utc>>,
    pub expires_at: DateTime<Utc>,
    pub organisation_name: String,
}
stmt!(
    BY_SECRET = "
    SELECT q.id, q.organisation_id, q.created_by, q.state, q.seen_at, q.expires_at,
        o.name AS organisation_name
    FROM approval_requests q
    JOIN organisations o ON o.id = q.organisation_id
    WHERE q.secret_hash = $1"
);
/// What a secret opens. Not confined to an organisation: the secret finds it.
pub async fn by_secret(tx: &mut Tx, token: &str) -> Result<Option<HeldRow>> {
    Ok(tx.opt(BY_SECRET.with(args![Secret::hash_of(token)])).await?)
}
