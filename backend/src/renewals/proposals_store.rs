//! Proposals in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ContactId, MemberId, ProposalId, ProposalOffer, ProposalState, RenewalId, RetainerId, Terms,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Proposals of a renewal that are told, at most.
const TOLD: i64 = 100;

/// A proposal with the retainer it is about.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ProposalRow {
    pub id: ProposalId,
    pub renewal_id: RenewalId,
    pub retainer_id: RetainerId,
    pub contact_id: ContactId,
    pub state: ProposalState,
    pub offer: Json<ProposalOffer>,
    pub terms: Json<Terms>,
    pub valid_until: NaiveDate,
    pub created_by: MemberId,
    pub created_by_name: String,
    pub created_at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
    pub answered_at: Option<DateTime<Utc>>,
    pub signed: Option<String>,
    pub note: Option<String>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT p.id, p.renewal_id, w.retainer_id, p.contact_id, p.state, p.offer, p.terms, p.valid_until, p.created_by,
        m.name AS created_by_name, p.created_at, p.seen_at, p.answered_at, p.signed, p.note,
        p.version
    FROM renewal_proposals p
    JOIN renewals w ON w.organisation_id = p.organisation_id AND w.id = p.renewal_id
    JOIN members m ON m.organisation_id = p.organisation_id AND m.id = p.created_by
    WHERE p.organisation_id =";

/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: ProposalId) -> Result<ProposalRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND p.id = ?", id);
    Ok(tx.one(query).await?)
}
/// Those of a renewal, the newest first.
pub async fn of_renewal(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<Vec<ProposalRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND p.renewal_id = ?", id)
        .push(" ORDER BY p.number DESC LIMIT ?", TOLD);
    Ok(tx.all(query).await?)
}

stmt!(
    LAST = "
    SELECT COALESCE(MAX(number), 0) FROM renewal_proposals
    WHERE organisation_id = $1 AND renewal_id = $2"
);
/// The number of the last one of a renewal.
pub async fn last(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<i64> {
    let (number,): (i64,) = tx.one(LAST.with(args![scope.organisation(), id])).await?;
    Ok(number)
}

stmt!(
    INSERT = "
    INSERT INTO renewal_proposals (id, organisation_id, renewal_id, number, contact_id, state, offer,
        terms, valid_until, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, 'open', $6, $7, $8, $9, $10)"
);
/// Keeps one that the client can answer.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, renewal, contact): (ProposalId, RenewalId, ContactId),
    (offer, terms): (&ProposalOffer, &Terms),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(id),
        scope.organisation().into(),
        renewal.into(),
        offer.number.into(),
        contact.into(),
        Arg::json(offer),
        Arg::json(terms),
        offer.valid_until.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

/// The one of a renewal that is open, if there is one.
pub async fn open_of(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<Option<ProposalRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND p.renewal_id = ? AND p.state = 'open'", id);
    Ok(tx.opt(query).await?)
}

stmt!(
    WITHDRAW = "
    UPDATE renewal_proposals SET state = 'withdrawn', answered_at = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'open'"
);
/// Takes one back. False if it was not open.
pub async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(WITHDRAW.with(args![scope.organisation(), id, now])).await? == 1)
}

stmt!(
    SEEN = "
    UPDATE renewal_proposals SET seen_at = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND seen_at IS NULL AND state = 'open'"
);
/// Somebody opened its link.
pub async fn seen(tx: &mut Tx, scope: Scope, id: ProposalId, now: DateTime<Utc>) -> Result<()> {
    tx.execute(SEEN.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}

stmt!(
    ANSWER = "
    UPDATE renewal_proposals SET state = $3, answered_at = $4, signed = $5, signed_with = $6,
        note = $7, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'open'"
);
/// Keeps what the client answered: who signed, and with which program. False if it was answered.
pub async fn answer(
    tx: &mut Tx,
    scope: Scope,
    (id, state): (ProposalId, ProposalState),
    (signed, with, note): (&str, Option<&str>, Option<&str>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        id.into(),
        Arg::name(state),
        now.into(),
        signed.into(),
        with.map(str::to_owned).into(),
        note.map(str::to_owned).into(),
    ];
    Ok(tx.execute(ANSWER.with(args)).await? == 1)
}
