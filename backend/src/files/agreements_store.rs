//! Agreements in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{Agreement, AgreementId, FileId, MemberId, ProposalId, RetainerId};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Agreements of a retainer that are told, at most.
const TOLD: i64 = 100;

/// An agreement with what it names.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AgreementRow {
    pub id: AgreementId,
    pub retainer_id: RetainerId,
    pub terms_number: i64,
    pub terms_from: NaiveDate,
    pub file_id: Option<FileId>,
    pub file_name: Option<String>,
    pub proposal_id: Option<ProposalId>,
    pub proposal_number: Option<i64>,
    pub label: Option<String>,
    pub signers: Json<Vec<String>>,
    pub signed_on: NaiveDate,
    pub starts_on: NaiveDate,
    pub added_by_name: String,
    pub added_at: DateTime<Utc>,
}

impl From<AgreementRow> for Agreement {
    fn from(row: AgreementRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            terms_number: row.terms_number,
            terms_from: row.terms_from,
            file_id: row.file_id,
            file_name: row.file_name,
            proposal_id: row.proposal_id,
            proposal_number: row.proposal_number,
            label: row.label,
            signers: row.signers.0,
            signed_on: row.signed_on,
            starts_on: row.starts_on,
            added_by_name: row.added_by_name,
            added_at: row.added_at,
        }
    }
}

const SELECT: &str = "
    SELECT g.id, g.retainer_id, g.terms_number, t.effective_from AS terms_from, g.file_id,
        f.name AS file_name, g.proposal_id, p.number AS proposal_number, g.label, g.signers,
        g.signed_on, g.starts_on, m.name AS added_by_name, g.added_at
    FROM agreements g
    JOIN terms t ON t.organisation_id = g.organisation_id AND t.retainer_id = g.retainer_id
        AND t.number = g.terms_number
    LEFT JOIN files f ON f.organisation_id = g.organisation_id AND f.id = g.file_id
    LEFT JOIN renewal_proposals p ON p.organisation_id = g.organisation_id
        AND p.id = g.proposal_id
    JOIN members m ON m.organisation_id = g.organisation_id AND m.id = g.added_by
    WHERE g.organisation_id =";

/// Those of the newest terms first, of the same terms what was signed last.
pub async fn list(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<AgreementRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND g.retainer_id = ?", retainer)
        .push(" ORDER BY g.terms_number DESC, g.signed_on DESC, g.id DESC LIMIT ?", TOLD);
    Ok(tx.all(query).await?)
}

/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: AgreementId) -> Result<AgreementRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND g.id = ?", id);
    Ok(tx.one(query).await?)
}

/// A version of the terms.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct TermsRow {
    pub number: i64,
    pub effective_from: NaiveDate,
    pub created_at: DateTime<Utc>,
    pub reason: Option<String>,
}
stmt!(
    TERMS = "
    SELECT number, effective_from, created_at, reason FROM terms
    WHERE organisation_id = $1 AND retainer_id = $2 ORDER BY number DESC LIMIT $3"
);
/// The last versions of the terms, the newest first.
pub async fn terms(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Vec<TermsRow>> {
    Ok(tx.all(TERMS.with(args![scope.organisation(), retainer, TOLD])).await?)
}

stmt!(
    OF_PROPOSAL = "
    SELECT id FROM agreements
    WHERE organisation_id = $1 AND proposal_id = $2 AND proposal_id IS NOT NULL"
);
/// Whether a proposal is written down as one.
pub async fn of_proposal(tx: &mut Tx, scope: Scope, id: ProposalId) -> Result<bool> {
    let found: Option<(AgreementId,)> =
        tx.opt(OF_PROPOSAL.with(args![scope.organisation(), id])).await?;
    Ok(found.is_some())
}

/// An agreement to be.
#[derive(Debug)]
pub struct NewRow {
    pub id: AgreementId,
    pub retainer_id: RetainerId,
    pub terms_number: i64,
    pub file_id: Option<FileId>,
    pub proposal_id: Option<ProposalId>,
    pub label: Option<String>,
    pub signers: Vec<String>,
    pub signed_on: NaiveDate,
    pub starts_on: NaiveDate,
    pub added_by: MemberId,
}

stmt!(
    INSERT = "
    INSERT INTO agreements (id, organisation_id, retainer_id, terms_number, file_id, proposal_id,
        label, signers, signed_on, starts_on, added_by, added_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
);
pub async fn insert(tx: &mut Tx, scope: Scope, new: &NewRow, now: DateTime<Utc>) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(new.id),
        Arg::from(new.retainer_id),
        Arg::from(new.terms_number),
        Arg::from(new.file_id),
        Arg::from(new.proposal_id),
        Arg::from(new.label.clone()),
        Arg::json(&new.signers),
        Arg::from(new.signed_on),
        Arg::from(new.starts_on),
        Arg::from(new.added_by),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
