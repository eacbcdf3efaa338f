//! What is said, checked, decided and judged of a piece of work.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, FieldError, Holder, NewWorkComment, NewWorkDecision, NewWorkReview, NewWorkRevision,
    NewWorkVerdict, ReviewOutcome, ReviewStage, Role, WorkColumn, WorkDecided, WorkDecision,
    WorkEventKind, WorkItem, WorkItemId, WorkVerdict,
};
use shared::rules::work::gate::{self, Missing};
use shared::rules::work::level;
use sqlx::types::Json;

use super::fields::name;
use super::people;
use super::save::Happened;
use super::seats::{does, recorder};
use super::service::{keep, ready, trimmed};
use super::store::{self, ItemRow};
use super::view;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Says something about a piece of work. What an input owner says is no approval: that is another
/// record, of another person. Source: requirement S0-19.
pub async fn comment(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkComment,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let row = store::find(tx, scope, id).await?;
    let kind = match new.input {
        true => WorkEventKind::InputGiven,
        false => WorkEventKind::Commented,
    };
    keep(tx, scope, &row, &[Happened::saying(kind, Some(&new.text))], now).await
}

/// # Errors
/// `work_decided`: the decision ended the review loop.
fn unsettled(row: &ItemRow) -> Result<()> {
    match gate::settled(row.decision, &view::readiness(row, true)) {
        false => Ok(()),
        true => Err(ErrorCode::WorkDecided.into()),
    }
}

/// What was delivered is as it was found when it went: it is sent back before that is said anew.
///
/// # Errors
/// `work_delivered`. Source: requirements S0-20, S0-35.
pub(super) fn not_delivered(row: &ItemRow) -> Result<()> {
    match row.stage {
        WorkColumn::Delivered => Err(ErrorCode::WorkDelivered.into()),
        _ => Ok(()),
    }
}

/// Refuses a partner who finds work good: that is for those whom it serves.
///
/// # Errors
/// `work_not_ready` at the field. Source: requirements S0-20, S0-22.
fn by_another(scope: Scope, field: &str) -> Result<()> {
    match scope.role() {
        Role::Partner => own_work(field),
        _ => Ok(()),
    }
}

/// # Errors
/// `work_not_ready`: whoever does it is not the one who may say so.
fn own_work(field: &str) -> Result<()> {
    let fault = FieldError::new(field, "own_work");
    Err(Error::Faulty(ErrorCode::WorkNotReady, vec![fault]))
}

/// Whether the caller acts for the holder of a seat: as that member, or for somebody who cannot
/// sign in, with a word of evidence at the field.
///
/// # Errors
/// `forbidden`; `required` at the field.
pub(super) fn acts_for(
    scope: Scope,
    holder: Holder,
    (word, field): (Option<&str>, &str),
) -> Result<()> {
    match holder {
        Holder::Member { id } if id == scope.member() => Ok(()),
        Holder::Member { .. } => Err(ErrorCode::Forbidden.into()),
        Holder::Contact { .. } if word.is_none() => Err(Error::field(field, "required")),
        Holder::Contact { .. } => Ok(()),
    }
}

/// Writes down a look at a piece of work: anybody's at a draft, at the end the review owner's.
///
/// # Errors
/// `work_decided`; `work_delivered` for changes that are asked for at the end of what was delivered;
/// `work_not_ready` at the end without a review owner; `forbidden` for another
/// than them, and at `/reviews` for a partner, and for who does work whose level wants the check; at
/// `/note` without evidence of one who cannot sign in.
pub async fn review(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkReview,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = store::find(tx, scope, id).await?;
    unsettled(&row)?;
    let note = trimmed(new.note.as_deref());
    if new.stage == ReviewStage::Final {
        let Some(owner) = row.review_owner() else {
            let fault = FieldError::new("/seats/review", "required");
            return Err(Error::Faulty(ErrorCode::WorkNotReady, vec![fault]));
        };
        acts_for(scope, owner, (note.as_deref(), "/note"))?;
        by_another(scope, "/reviews")?;
        if level::needs_review(row.level) && does(scope, row.execution_owner()) {
            own_work("/reviews")?;
        }
        row.review_passed = new.outcome == ReviewOutcome::Passed;
        if !row.review_passed {
            not_delivered(&row)?;
        }
    }
    if row.first_review.is_none() {
        row.first_review = Some(new.stage);
        row.first_review_at = Some(now);
    }
    let told = Happened::saying(WorkEventKind::Reviewed, note.as_deref())
        .between(name(&new.stage), name(&new.outcome));
    keep(tx, scope, &row, &[told], now).await
}

/// Begins another round of revision: what was checked is to be checked again.
///
/// # Errors
/// `work_decided`, `work_delivered`.
pub async fn revise(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkRevision,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = store::find(tx, scope, id).await?;
    unsettled(&row)?;
    not_delivered(&row)?;
    row.revisions += 1;
    row.review_passed = false;
    let told = Happened::saying(WorkEventKind::Revised, Some(&new.reason))
        .between(None, Some(row.revisions.to_string()));
    keep(tx, scope, &row, &[told], now).await
}

/// Approves or stops a piece of work: by its decision owner, or written down by a colleague for one
/// who cannot sign in. What is stopped stays so; what is approved can be stopped until it is
/// delivered.
///
/// # Errors
/// `work_decided`; `work_not_ready` without a decision owner who may decide today, and to approve
/// without the check that the level requires, and at `/evidence` for who does the work and writes
/// down the approval of a contact; `forbidden` for another than them; at the field without evidence,
/// or without a reason to stop.
/// Source: requirements S0-18, S0-19, S0-22.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkDecision,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = store::find(tx, scope, id).await?;
    if !gate::may_decide(row.decision, row.stage, new.decision) {
        return Err(ErrorCode::WorkDecided.into());
    }
    let Some(owner) = row.decision_owner() else {
        return ready(&[Missing::DecisionOwner]).and(Err(ErrorCode::WorkNotReady.into()));
    };
    let (evidence, reason) = (trimmed(new.evidence.as_deref()), trimmed(new.reason.as_deref()));
    // Who serves the retainer writes down no decision of those whose business it is.
    // Nor does whoever is asked for input: input is no approval.
    let gives_input = row.input_member == Some(scope.member());
    if owner.contact().is_some() && (scope.role() == Role::Partner || gives_input) {
        return Err(ErrorCode::Forbidden.into());
    }
    acts_for(scope, owner, (evidence.as_deref(), "/evidence"))?;
    // Of work of one's own another writes down that it was approved.
    let approves = new.decision == WorkDecision::Approve && owner.contact().is_some();
    if approves && does(scope, row.execution_owner()) {
        own_work("/evidence")?;
    }
    if !people::owner_may_decide(tx, scope, &row, now).await? {
        ready(&[gate::no_decider(&view::readiness(&row, false))])?;
    }
    match new.decision {
        WorkDecision::Stop if reason.is_none() => return Err(Error::field("/reason", "required")),
        // What is approved is done with: the check comes before.
        WorkDecision::Approve if gate::unchecked(&view::readiness(&row, true)) => {
            ready(&[Missing::Review])?;
        }
        _ => {}
    }
    let names = people::names(tx, scope, Some(row.account_id)).await?;
    let kind = match new.decision {
        WorkDecision::Approve => WorkEventKind::Approved,
        WorkDecision::Stop => WorkEventKind::Stopped,
    };
    let owner_name = names.held(owner).name;
    row.decision = Some(new.decision);
    row.decided = Some(Json(WorkDecided {
        decision: new.decision,
        owner_name: owner_name.clone(),
        recorded_by: names.member(scope.member()),
        evidence: evidence.clone(),
        reason: reason.clone(),
        at: now,
    }));
    let told =
        Happened::saying(kind, reason.or(evidence).as_deref()).between(None, Some(owner_name));
    keep(tx, scope, &row, &[told], now).await
}

/// Judges delivered work: from then on it counts. Another verdict corrects it.
///
/// # Errors
/// `work_not_ready` before it is delivered, without the check that its level requires, and for a
/// partner and whoever does it; `work_decided` for what was stopped. Source: requirements S0-20,
/// S0-35, S0-36.
pub async fn judge(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    new: &NewWorkVerdict,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let mut row = store::find(tx, scope, id).await?;
    if row.decision == Some(WorkDecision::Stop) {
        return Err(ErrorCode::WorkDecided.into());
    }
    if row.stage != WorkColumn::Delivered {
        let fault = FieldError::new("/column", "not_delivered");
        return Err(Error::Faulty(ErrorCode::WorkNotReady, vec![fault]));
    }
    by_another(scope, "/verdict")?;
    if does(scope, row.execution_owner()) {
        own_work("/verdict")?;
    }
    if gate::unchecked(&view::readiness(&row, true)) {
        ready(&[Missing::Review])?;
    }
    let found = NewWorkVerdict { note: trimmed(new.note.as_deref()), ..new.clone() };
    let member_name = recorder(tx, scope).await?;
    let told = Happened::saying(WorkEventKind::Judged, found.note.as_deref());
    row.verdict = Some(Json(WorkVerdict { found, member_name, at: now }));
    keep(tx, scope, &row, &[told], now).await
}
