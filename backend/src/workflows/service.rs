//! What agreeing on a workflow means, and how one is told.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ErrorCode, Friction, LinkedSop, MemberId, NewWorkflow, Page, PartState, SopId, Workflow,
    WorkflowChange, WorkflowId, WorkflowPart, WorkflowTerms,
};
use shared::rules::know;
use sqlx::types::Json;
use uuid::Uuid;

use super::store::{self, Filter, ReviewRow, WorkflowRow};
use crate::auth::{ManageModel, Permission, Scope};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::text::fold;
use crate::{frictions, identity, sops};

/// Reviews that are shown with a workflow, and in which uses of its parts are counted.
pub const REVIEWS: i64 = 12;

/// Agrees on a workflow.
///
/// # Errors
/// At the field: an owner who is not here or may not change it, people who are not here, routines
/// that cannot be linked.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewWorkflow,
    now: DateTime<Utc>,
) -> Result<Workflow> {
    let today = identity::today(tx, scope, now).await?;
    let owner_id = new.owner_id.unwrap_or(scope.member());
    check_owner(tx, scope, owner_id).await?;
    let id = WorkflowId(Uuid::now_v7());
    let terms = settled(tx, scope, (id, &new.terms, &[]), today).await?;
    let name = new.name.trim().to_owned();
    let next = know::next_on(today, terms.review_days);
    let row = WorkflowRow {
        id,
        sort_key: fold(&name),
        name,
        owner_id,
        owner_name: String::new(),
        owner_role: scope.role(),
        owner_active: true,
        next_review_on: new.next_review_on.unwrap_or(next),
        terms: Json(terms),
        archived: false,
        created_on: today,
        version: 1,
    };
    store::insert(tx, scope, &row, now).await?;
    find(tx, scope, id, now).await
}

/// Who owns a workflow must be able to change it. Source: requirement S3-5.
async fn check_owner(tx: &mut Tx, scope: Scope, owner: MemberId) -> Result<()> {
    match identity::role_of(tx, scope, owner).await? {
        None => Err(Error::field("/owner_id", "not_found")),
        Some(role) if !ManageModel::granted_to(role) => {
            Err(Error::field("/owner_id", "may_not_change"))
        }
        Some(_) => Ok(()),
    }
}

/// Terms whose people and routines are here. A part that links a routine anew means its present
/// text; links of before stay, so that they can be marked. Source: requirement S0-40.
async fn settled(
    tx: &mut Tx,
    scope: Scope,
    (id, given, before): (WorkflowId, &WorkflowTerms, &[WorkflowPart]),
    today: NaiveDate,
) -> Result<WorkflowTerms> {
    let mut terms = given.clone();
    for (at, people) in [("contributors", &terms.contributors), ("reviewers", &terms.reviewers)] {
        for (place, member) in people.iter().enumerate() {
            if !identity::is_active(tx, scope, *member).await? {
                return Err(Error::field(&format!("/terms/{at}/{place}"), "not_found"));
            }
        }
    }
    for (place, part) in terms.parts.iter_mut().enumerate() {
        let Some(sop) = part.sop_id else {
            part.sop_number = None;
            continue;
        };
        let kept = before.iter().find(|old| old.key == part.key && old.sop_id == Some(sop));
        if let Some(kept) = kept.filter(|kept| part.sop_number == kept.sop_number) {
            part.sop_number = kept.sop_number;
            continue;
        }
        let at = format!("/terms/parts/{place}/sop_id");
        let row = sops::linkable(tx, scope, sop, (&at, Some(id)), today).await?;
        part.sop_number = Some(row.number);
    }
    Ok(terms)
}

/// A workflow, with how its parts stand.
///
/// # Errors
/// `not_found`.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: WorkflowId,
    now: DateTime<Utc>,
) -> Result<Workflow> {
    let row = store::find(tx, scope, id).await?;
    let mut all = told(tx, scope, vec![row], now).await?;
    all.pop().ok_or(ErrorCode::NotFound.into())
}

/// A page of workflows by name.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<Workflow>> {
    let filter = Filter { after: paging.after()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let key = |row: &WorkflowRow| (row.sort_key.clone(), row.id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    Ok(Page { items: told(tx, scope, items, now).await?, next_cursor })
}

async fn told(
    tx: &mut Tx,
    scope: Scope,
    rows: Vec<WorkflowRow>,
    now: DateTime<Utc>,
) -> Result<Vec<Workflow>> {
    let today = identity::today(tx, scope, now).await?;
    let ids: Vec<WorkflowId> = rows.iter().map(|row| row.id).collect();
    let mut reviews = store::reviews(tx, scope, &ids, REVIEWS).await?;
    let frictions = frictions::open_of_workflows(tx, scope, &ids).await?;
    let parts = rows.iter().flat_map(|row| &row.terms.0.parts);
    let linked: Vec<SopId> = parts.filter_map(|part| part.sop_id).collect();
    let linked = sops::linked(tx, scope, &linked, today).await?;
    let tell = |row: WorkflowRow| {
        let of_it = |review: &mut ReviewRow| review.workflow_id == row.id;
        let reviews: Vec<ReviewRow> = reviews.extract_if(.., of_it).collect();
        let here: Vec<&Friction> =
            frictions.iter().filter(|one| one.workflow_id == Some(row.id)).collect();
        let state = |part: &WorkflowPart| part_state(part, (&reviews, &here, &linked));
        Workflow {
            id: row.id,
            name: row.name,
            owner_id: row.owner_id,
            owner_name: row.owner_name,
            owner_may_change: row.owner_active && ManageModel::granted_to(row.owner_role),
            archived: row.archived,
            next_review_on: row.next_review_on,
            parts: row.terms.0.parts.iter().map(state).collect(),
            meeting_minutes: row.terms.0.parts.iter().map(WorkflowPart::monthly_minutes).sum(),
            terms: row.terms.0,
            reviews: reviews.into_iter().map(Into::into).collect(),
            version: row.version,
        }
    };
    Ok(rows.into_iter().map(tell).collect())
}

fn part_state(
    part: &WorkflowPart,
    (reviews, frictions, linked): (&[ReviewRow], &[&Friction], &[(LinkedSop, i64)]),
) -> PartState {
    let used = reviews.iter().filter(|review| review.used.0.contains(&part.key));
    let here = frictions.iter().filter(|one| one.step.as_ref() == Some(&part.key));
    let sop = linked.iter().find(|(sop, _)| Some(sop.id) == part.sop_id);
    PartState {
        key: part.key.clone(),
        used: count(used.count()),
        frictions: count(here.count()),
        removal: part.removal(),
        sop: sop.map(|(sop, number)| {
            let superseded = part.sop_number.is_some_and(|meant| meant < *number);
            LinkedSop { superseded, ..sop.clone() }
        }),
    }
}

pub(super) fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

/// Changes a workflow, or takes it out of the lists.
///
/// # Errors
/// `stale`; at the field as when it is made.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: WorkflowId,
    (change, version): (&WorkflowChange, i64),
    now: DateTime<Utc>,
) -> Result<Workflow> {
    let today = identity::today(tx, scope, now).await?;
    let mut row = store::find(tx, scope, id).await?;
    // A role may have changed since; to end a workflow nobody needs to own it.
    if change.owner_id.is_some() || change.archived != Some(true) {
        check_owner(tx, scope, change.owner_id.unwrap_or(row.owner_id)).await?;
    }
    if let Some(terms) = &change.terms {
        let before = row.terms.0.parts.clone();
        row.terms = Json(settled(tx, scope, (id, terms, &before), today).await?);
    }
    row.name = change.name.as_deref().map_or(row.name, |name| name.trim().to_owned());
    row.owner_id = change.owner_id.unwrap_or(row.owner_id);
    row.next_review_on = change.next_review_on.unwrap_or(row.next_review_on);
    row.archived = change.archived.unwrap_or(row.archived);
    row.version = version;
    if !store::change(tx, scope, &row).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id, now).await
}
