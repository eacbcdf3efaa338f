//! Work items in the database, as they are read.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountKind, ContactId, Frequency, Grade, Holder, MemberId, PriorityId,
    ProcessLevel, RequestId, RequestVerdict, RetainerId, ReviewStage, Touch, WorkColumn,
    WorkDecided, WorkDecision, WorkInput, WorkItemId, WorkVerdict,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A work item with the names around it.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ItemRow {
    pub id: WorkItemId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub timezone: String,
    pub account_id: AccountId,
    pub account_name: String,
    pub account_kind: AccountKind,
    pub number: i64,
    pub title: String,
    pub goal: Option<String>,
    pub criteria: Option<String>,
    pub stage: WorkColumn,
    pub place: String,
    pub priority_id: Option<PriorityId>,
    pub priority_title: Option<String>,
    pub cycle_seq: Option<i64>,
    pub channel: Option<String>,
    pub due_on: Option<NaiveDate>,
    pub estimate: Option<i64>,
    pub item: Option<String>,
    pub risk: Grade,
    pub frequency: Frequency,
    pub impact: Grade,
    pub touches: Json<Vec<Touch>>,
    pub level: ProcessLevel,
    pub level_chosen_by: Option<MemberId>,
    pub level_chosen_why: Option<String>,
    pub decision_member: Option<MemberId>,
    pub decision_contact: Option<ContactId>,
    pub execution_member: Option<MemberId>,
    pub execution_contact: Option<ContactId>,
    pub execution_left: bool,
    pub input_member: Option<MemberId>,
    pub input_contact: Option<ContactId>,
    pub review_member: Option<MemberId>,
    pub review_contact: Option<ContactId>,
    pub same_person: bool,
    pub contributors: Json<Vec<MemberId>>,
    pub inputs: Json<Vec<WorkInput>>,
    pub first_review_at: Option<DateTime<Utc>>,
    pub first_review: Option<ReviewStage>,
    pub review_passed: bool,
    pub revisions: i64,
    pub decision: Option<WorkDecision>,
    pub decided: Option<Json<WorkDecided>>,
    pub verdict: Option<Json<WorkVerdict>>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub waiting_since: Option<DateTime<Utc>>,
    pub waits_for: Option<String>,
    pub waited_seconds: i64,
    pub created_at: DateTime<Utc>,
    pub version: i64,
    pub request_id: Option<RequestId>,
    pub request_number: Option<i64>,
    pub request_verdict: Option<RequestVerdict>,
}

impl ItemRow {
    /// Who decides.
    pub fn decision_owner(&self) -> Option<Holder> {
        Holder::of(self.decision_member, self.decision_contact)
    }
    /// Who does it.
    pub fn execution_owner(&self) -> Option<Holder> {
        Holder::of(self.execution_member, self.execution_contact)
    }
    /// Who knows what it needs.
    pub fn input_owner(&self) -> Option<Holder> {
        Holder::of(self.input_member, self.input_contact)
    }
    /// Who checks it.
    pub fn review_owner(&self) -> Option<Holder> {
        Holder::of(self.review_member, self.review_contact)
    }
}

const SELECT: &str = "
    SELECT w.id, w.retainer_id, r.name AS retainer_name, r.timezone, r.account_id,
        a.name AS account_name, a.kind AS account_kind, w.number, w.title, w.goal, w.criteria,
        w.stage, w.place, w.priority_id, p.title AS priority_title, w.cycle_seq, w.channel,
        w.due_on, w.estimate, w.item, w.risk, w.frequency, w.impact, w.touches, w.level,
        w.level_chosen_by, w.level_chosen_why, w.decision_member, w.decision_contact,
        w.execution_member, w.execution_contact,
        EXISTS (SELECT 1 FROM members x WHERE x.organisation_id = w.organisation_id
            AND x.id = w.execution_member AND NOT x.active) AS execution_left,
        w.input_member, w.input_contact, w.review_member, w.review_contact, w.same_person,
        w.contributors, w.inputs, w.first_review_at,
        w.first_review, w.review_passed, w.revisions, w.decision, w.decided, w.verdict,
        w.delivered_at, w.waiting_since, w.waits_for, w.waited_seconds, w.created_at, w.version,
        q.id AS request_id, q.number AS request_number, q.verdict AS request_verdict
    FROM work_items w
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN priorities p ON p.organisation_id = w.organisation_id AND p.id = w.priority_id
    LEFT JOIN requests q ON q.organisation_id = w.organisation_id AND q.work_item_id = w.id
    WHERE w.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub column: Option<WorkColumn>,
    pub priority: Option<PriorityId>,
    /// Who holds one of its seats.
    pub member: Option<MemberId>,
    /// Begun without a request, or with one.
    pub unrequested: Option<bool>,
    pub before: Option<WorkItemId>,
    pub limit: i64,
}

/// Work items, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<ItemRow>> {
    let column = filter.column.map(crate::db::Arg::name);
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND w.retainer_id = ?", filter.retainer)
        .push_opt(" AND w.stage = ?", column)
        .push_opt(" AND w.priority_id = ?", filter.priority);
    if let Some(member) = filter.member {
        query = query
            .push(" AND (w.decision_member = ?", member)
            .push(" OR w.execution_member = ?", member)
            .push(" OR w.input_member = ?", member)
            .push(" OR w.review_member = ?)", member);
    }
    query = match filter.unrequested {
        Some(true) => query.text(" AND q.id IS NULL AND w.stage NOT IN ('intake', 'agreed')"),
        Some(false) => query.text(" AND q.id IS NOT NULL"),
        None => query,
    };
    let query = query.push_opt(" AND w.id < ?", filter.before);
    Ok(tx.all(query.push(" ORDER BY w.id DESC LIMIT ?", filter.limit)).await?)
}

/// A work item.
pub async fn find(tx: &mut Tx, scope: Scope, id: WorkItemId) -> Result<ItemRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND w.id = ?", id);
    Ok(tx.one(query).await?)
}

const DRAWN: &str = "
    SELECT t.work_item_id, CAST(SUM(e.minutes) AS BIGINT) AS minutes
    FROM time_entry_work t
    JOIN time_entries e ON e.organisation_id = t.organisation_id AND e.id = t.time_entry_id
    WHERE e.deleted_at IS NULL AND t.organisation_id =";

/// The minutes recorded on these items.
pub async fn drawn(
    tx: &mut Tx,
    scope: Scope,
    items: &[WorkItemId],
) -> Result<HashMap<WorkItemId, i64>> {
    let query = Query::new(DRAWN)
        .push(" ?", scope.organisation())
        .text(" AND t.work_item_id IN")
        .list(items.iter().map(|id| (*id).into()).collect())
        .text(" GROUP BY t.work_item_id");
    Ok(tx.all::<(WorkItemId, i64)>(query).await?.into_iter().collect())
}

/// A step from one area to another.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HandoffRow {
    pub work_item_id: WorkItemId,
    pub number: i64,
    pub from_area: shared::api::WorkArea,
    pub to_area: shared::api::WorkArea,
    pub giver_member: Option<MemberId>,
    pub giver_contact: Option<ContactId>,
    pub receiver_member: Option<MemberId>,
    pub receiver_contact: Option<ContactId>,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub accepted_by: Option<MemberId>,
    pub accepted_at: Option<DateTime<Utc>>,
}

const HANDOFFS: &str = "
    SELECT work_item_id, number, from_area, to_area, giver_member, giver_contact, receiver_member,
        receiver_contact, note, created_at, accepted_by, accepted_at
    FROM work_handoffs WHERE organisation_id =";

/// The handoffs of these items, by their numbers.
pub async fn handoffs(tx: &mut Tx, scope: Scope, items: &[WorkItemId]) -> Result<Vec<HandoffRow>> {
    Ok(tx.all(of_items(HANDOFFS, scope, items)).await?)
}

/// Something in the way.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct BlockerRow {
    pub work_item_id: WorkItemId,
    pub number: i64,
    pub kind: shared::api::BlockerKind,
    pub owner_member: Option<MemberId>,
    pub owner_contact: Option<ContactId>,
    pub note: Option<String>,
    pub created_at: DateTime<Utc>,
    pub cleared_at: Option<DateTime<Utc>>,
}

const BLOCKERS: &str = "
    SELECT work_item_id, number, kind, owner_member, owner_contact, note, created_at, cleared_at
    FROM work_blockers WHERE organisation_id =";

/// What is or was in the way of these items, by their numbers.
pub async fn blockers(tx: &mut Tx, scope: Scope, items: &[WorkItemId]) -> Result<Vec<BlockerRow>> {
    Ok(tx.all(of_items(BLOCKERS, scope, items)).await?)
}

fn of_items(select: &'static str, scope: Scope, items: &[WorkItemId]) -> Query {
    Query::new(select)
        .push(" ?", scope.organisation())
        .text(" AND work_item_id IN")
        .list(items.iter().map(|id| (*id).into()).collect())
        .text(" ORDER BY work_item_id, number")
}

/// The retainer that work is put on.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Home {
    pub account_id: AccountId,
    pub account_kind: AccountKind,
    pub timezone: String,
    pub ended: bool,
}

stmt!(
    HOME = "
    SELECT r.account_id, a.kind AS account_kind, r.timezone, (r.state = 'ended') AS ended
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.organisation_id = $1 AND r.id = $2"
);
/// A retainer's account and zone, if there is such a retainer.
pub async fn home(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Option<Home>> {
    Ok(tx.opt(HOME.with(args![scope.organisation(), retainer])).await?)
}

stmt!(
    OWN_PRIORITY = "
    SELECT title FROM priorities WHERE organisation_id = $1 AND id = $2 AND retainer_id = $3"
);
/// The title of a priority of this retainer.
pub async fn priority(
    tx: &mut Tx,
    scope: Scope,
    (retainer, id): (RetainerId, PriorityId),
) -> Result<Option<String>> {
    let query = OWN_PRIORITY.with(args![scope.organisation(), id, retainer]);
    Ok(tx.opt::<(String,)>(query).await?.map(|(title,)| title))
}

stmt!(
    LAST_PLACE = "
    SELECT place FROM work_items
    WHERE organisation_id = $1 AND retainer_id = $2 AND stage = $3
    ORDER BY place DESC LIMIT 1"
);
stmt!(
    PLACE_OF = "
    SELECT place FROM work_items
    WHERE organisation_id = $1 AND id = $2 AND retainer_id = $3 AND stage = $4"
);
stmt!(
    PLACE_BEFORE = "
    SELECT place FROM work_items
    WHERE organisation_id = $1 AND retainer_id = $2 AND stage = $3 AND place < $4 AND id <> $5
    ORDER BY place DESC LIMIT 1"
);

/// The place of the last card of a column.
pub async fn last_place(
    tx: &mut Tx,
    scope: Scope,
    (retainer, column): (RetainerId, WorkColumn),
) -> Result<Option<String>> {
    let args = vec![scope.organisation().into(), retainer.into(), crate::db::Arg::name(column)];
    Ok(tx.opt::<(String,)>(LAST_PLACE.with(args)).await?.map(|(place,)| place))
}

/// The place of a card, if it stands in this column.
pub async fn place_of(
    tx: &mut Tx,
    scope: Scope,
    id: WorkItemId,
    (retainer, column): (RetainerId, WorkColumn),
) -> Result<Option<String>> {
    let column = crate::db::Arg::name(column);
    let args = vec![scope.organisation().into(), id.into(), retainer.into(), column];
    Ok(tx.opt::<(String,)>(PLACE_OF.with(args)).await?.map(|(place,)| place))
}

/// The place of the card that stands before a place, but for the one that moves.
pub async fn place_before(
    tx: &mut Tx,
    scope: Scope,
    (retainer, column): (RetainerId, WorkColumn),
    (place, moved): (&str, WorkItemId),
) -> Result<Option<String>> {
    let column = crate::db::Arg::name(column);
    let args =
        vec![scope.organisation().into(), retainer.into(), column, place.into(), moved.into()];
    Ok(tx.opt::<(String,)>(PLACE_BEFORE.with(args)).await?.map(|(place,)| place))
}
