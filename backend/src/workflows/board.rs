//! What waits for the owner of workflows: risks, evidence, decisions. Source: requirement S3-6.
use chrono::{DateTime, Utc};
use shared::api::{EvidenceDue, MemberId, OwnersBoard, WorkflowId};

use super::store::{self, Filter};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{decisions, frictions, identity};

/// The most rows of each kind.
const ROWS_MAX: i64 = 200;

/// The board of a person, by what is due first.
///
/// # Errors
/// Those of the database.
pub async fn of(
    tx: &mut Tx,
    scope: Scope,
    owner: MemberId,
    now: DateTime<Utc>,
) -> Result<OwnersBoard> {
    let today = identity::today(tx, scope, now).await?;
    let filter = Filter { owner: Some(owner), limit: ROWS_MAX, ..Filter::default() };
    let mut owned = store::list(tx, scope, filter).await?;
    owned.sort_by_key(|row| row.next_review_on);
    let ids: Vec<WorkflowId> = owned.iter().map(|row| row.id).collect();
    let evidence = owned.into_iter().map(|row| EvidenceDue {
        workflow_id: row.id,
        workflow_name: row.name,
        evidence: row.terms.0.evidence,
        on: row.next_review_on,
        due: row.next_review_on <= today,
    });
    Ok(OwnersBoard {
        risks: frictions::open_of_workflows(tx, scope, &ids).await?,
        evidence: evidence.collect(),
        decisions: decisions::open_of(tx, scope, owner, ROWS_MAX).await?,
    })
}
