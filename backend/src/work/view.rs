//! Work items as the API shows them, and what the gates know of them.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountKind, FieldError, Holder, WorkBlocker, WorkColumn, WorkDecision, WorkHandoff, WorkItem,
    WorkItemId, WorkLevel, WorkRequest, WorkReview, WorkSeats, WorkWaiting,
};
use shared::rules::work::gate::{self, Missing, Readiness};
use shared::rules::work::level::{self, Traits};
use shared::rules::work::review;

use super::people::{self, Names};
use super::store::{self, BlockerRow, HandoffRow, ItemRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;

/// What the level of an item goes by.
pub fn traits(row: &ItemRow) -> Traits<'_> {
    let ItemRow { risk, frequency, impact, .. } = *row;
    Traits { risk, frequency, impact, touches: &row.touches.0 }
}

/// What the gates know of an item.
pub fn readiness(row: &ItemRow, may_decide: bool) -> Readiness {
    let (decision, execution) = (row.decision_owner(), row.execution_owner());
    let inputs = row.inputs.0.iter().enumerate();
    let waits = inputs.filter(|(_, input)| input.required && input.supplied.is_none());
    Readiness {
        goal: row.goal.is_some(),
        decision: decision.is_some(),
        may_decide,
        of_business: decision.is_some_and(|owner| owner.contact().is_some())
            && row.account_kind == AccountKind::Client,
        execution: execution.is_some(),
        execution_left: row.execution_left,
        same_person: decision.is_some() && decision == execution,
        same_person_confirmed: row.same_person,
        inputs_missing: waits.map(|(place, _)| place).collect(),
        review_passed: row.review_passed,
        level: Some(row.level),
    }
}

/// What is missing, as faults at their fields.
pub fn faults(missing: &[Missing]) -> Vec<FieldError> {
    missing.iter().map(|one| FieldError::new(&one.field(), one.code())).collect()
}

/// One item.
pub async fn item(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    now: DateTime<Utc>,
) -> Result<WorkItem> {
    let row = store::find(tx, scope, id).await?;
    let names = people::names(tx, scope, Some(row.account_id)).await?;
    let mut made = items(tx, scope, (vec![row], &names), now).await?;
    made.pop().ok_or(crate::db::DbError::NotFound.into())
}

/// Items, with all that belongs to them.
pub async fn items(
    tx: &mut Tx,
    scope: Scope,
    (rows, names): (Vec<ItemRow>, &Names),
    now: DateTime<Utc>,
) -> Result<Vec<WorkItem>> {
    let ids: Vec<WorkItemId> = rows.iter().map(|row| row.id).collect();
    let drawn = store::drawn(tx, scope, &ids).await?;
    let handoffs = store::handoffs(tx, scope, &ids).await?;
    let blockers = store::blockers(tx, scope, &ids).await?;
    let mut made = Vec::with_capacity(rows.len());
    for row in rows {
        let may_decide = people::owner_may_decide(tx, scope, &row, now).await?;
        let own = |of: &WorkItemId| *of == row.id;
        let parts = Parts {
            drawn: drawn.get(&row.id).copied().unwrap_or(0),
            handoffs: handoffs.iter().filter(|one| own(&one.work_item_id)).collect(),
            blockers: blockers.iter().filter(|one| own(&one.work_item_id)).collect(),
            may_decide,
        };
        made.push(shown(row.clone(), parts, names, now));
    }
    Ok(made)
}

/// What belongs to an item and is not in its row.
struct Parts<'a> {
    drawn: i64,
    handoffs: Vec<&'a HandoffRow>,
    blockers: Vec<&'a BlockerRow>,
    may_decide: bool,
}

fn shown(row: ItemRow, parts: Parts<'_>, names: &Names, now: DateTime<Utc>) -> WorkItem {
    let missing = gate::missing(WorkColumn::InProgress, &readiness(&row, parts.may_decide));
    let judged = row.verdict.is_some();
    let stopped = row.decision == Some(WorkDecision::Stop);
    WorkItem {
        level: level_of(&row, names),
        seats: seats_of(&row, names),
        review: review_of(&row),
        waiting: waiting_of(&row, now),
        handoffs: parts.handoffs.into_iter().map(|one| handoff(one, names)).collect(),
        blockers: parts.blockers.into_iter().map(|one| blocker(one, names, now)).collect(),
        missing: faults(&missing),
        request: request_of(&row),
        drawn: parts.drawn,
        guide: review::guide(row.revisions),
        counts_as_delivered: row.stage == WorkColumn::Delivered && judged && !stopped,
        id: row.id,
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name,
        account_id: row.account_id,
        account_name: row.account_name,
        number: row.number,
        title: row.title,
        goal: row.goal,
        criteria: row.criteria,
        column: row.stage,
        priority_id: row.priority_id,
        priority_title: row.priority_title,
        cycle_seq: row.cycle_seq,
        channel: row.channel,
        due_on: row.due_on,
        estimate: row.estimate,
        item: row.item,
        risk: row.risk,
        frequency: row.frequency,
        impact: row.impact,
        touches: row.touches.0,
        inputs: row.inputs.0,
        revisions: row.revisions,
        decision: row.decided.map(|decided| decided.0),
        verdict: row.verdict.map(|verdict| verdict.0),
        created_at: row.created_at,
        version: row.version,
    }
}

fn request_of(row: &ItemRow) -> Option<WorkRequest> {
    let (id, number) = row.request_id.zip(row.request_number)?;
    Some(WorkRequest { id, number, verdict: row.request_verdict })
}

fn level_of(row: &ItemRow, names: &Names) -> WorkLevel {
    let (proposed, reason) = level::propose(traits(row));
    WorkLevel {
        level: row.level,
        proposed,
        reason,
        chosen_by: row.level_chosen_by.map(|id| names.member(id)),
        chosen_why: row.level_chosen_why.clone(),
        prompt: level::prompt(row.level, traits(row)),
    }
}

fn seats_of(row: &ItemRow, names: &Names) -> WorkSeats {
    let held = |holder: Option<Holder>| holder.map(|holder| names.held(holder));
    let also = row.contributors.0.iter().map(|id| names.held(Holder::Member { id: *id }));
    WorkSeats {
        decision: held(row.decision_owner()),
        execution: held(row.execution_owner()),
        input: held(row.input_owner()),
        review: held(row.review_owner()),
        contributors: also.collect(),
        same_person_confirmed: row.same_person,
    }
}

fn review_of(row: &ItemRow) -> WorkReview {
    WorkReview {
        first_at: row.first_review_at,
        first_stage: row.first_review,
        late: review::late(row.first_review),
        passed: row.review_passed,
        required: level::needs_review(row.level),
    }
}

fn waiting_of(row: &ItemRow, now: DateTime<Utc>) -> WorkWaiting {
    let running = row.waiting_since.map_or(0, |since| (now - since).num_seconds().max(0));
    WorkWaiting {
        since: row.waiting_since,
        waits_for: row.waits_for.clone(),
        seconds: row.waited_seconds + running,
    }
}

/// One of two columns is filled: the schema says so.
fn one_of(
    member: Option<shared::api::MemberId>,
    contact: Option<shared::api::ContactId>,
    names: &Names,
) -> shared::api::Held {
    let nobody = Holder::Member { id: shared::api::MemberId(uuid::Uuid::nil()) };
    names.held(Holder::of(member, contact).unwrap_or(nobody))
}

fn handoff(row: &HandoffRow, names: &Names) -> WorkHandoff {
    WorkHandoff {
        number: row.number,
        from_area: row.from_area,
        to_area: row.to_area,
        giver: one_of(row.giver_member, row.giver_contact, names),
        receiver: one_of(row.receiver_member, row.receiver_contact, names),
        note: row.note.clone(),
        at: row.created_at,
        accepted_at: row.accepted_at,
        accepted_by: row.accepted_by.map(|id| names.member(id)),
    }
}

fn blocker(row: &BlockerRow, names: &Names, now: DateTime<Utc>) -> WorkBlocker {
    WorkBlocker {
        number: row.number,
        kind: row.kind,
        owner: one_of(row.owner_member, row.owner_contact, names),
        note: row.note.clone(),
        since: row.created_at,
        cleared_at: row.cleared_at,
        age_seconds: (row.cleared_at.unwrap_or(now) - row.created_at).num_seconds().max(0),
    }
}
