//! Work items in the database, as they are written: the item, its number on the board, its events.
use chrono::{DateTime, Utc};
use shared::api::{BoardSettings, RetainerId, WorkEventId, WorkEventKind, WorkItemId};
use uuid::Uuid;

use super::store::ItemRow;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

stmt!(
    MAKE_BOARD = "
    INSERT INTO boards (organisation_id, retainer_id, settings) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, retainer_id) DO NOTHING"
);
/// Makes the board of a retainer, if it has none.
pub async fn make_board(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<()> {
    let none = Arg::json(&BoardSettings { columns: Vec::new() });
    tx.execute(MAKE_BOARD.with(args![scope.organisation(), retainer, none])).await?;
    Ok(())
}

stmt!(
    TAKE_NUMBER = "
    UPDATE boards SET last_number = last_number + 1
    WHERE organisation_id = $1 AND retainer_id = $2 RETURNING last_number"
);
/// The next number of an item of a retainer.
pub async fn take_number(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<i64> {
    let query = TAKE_NUMBER.with(args![scope.organisation(), retainer]);
    Ok(tx.one::<(i64,)>(query).await?.0)
}

stmt!(
    CHANGE_NO = "
    UPDATE boards SET changes = changes + 1
    WHERE organisation_id = $1 AND retainer_id = $2 RETURNING changes"
);
/// The next number of a change on a board: whoever writes on it waits for the other.
pub async fn change_no(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<i64> {
    let query = CHANGE_NO.with(args![scope.organisation(), retainer]);
    Ok(tx.one::<(i64,)>(query).await?.0)
}

stmt!(
    TOUCH = "
    UPDATE work_items SET change_no = $3 WHERE organisation_id = $1 AND id = $2"
);
/// Lets whoever watches see an item anew whose row has not changed.
pub async fn touch(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer): (WorkItemId, RetainerId),
) -> Result<()> {
    let number = change_no(tx, scope, retainer).await?;
    tx.execute(TOUCH.with(args![scope.organisation(), id, number])).await?;
    Ok(())
}

stmt!(
    SET_SETTINGS = "
    UPDATE boards SET settings = $3, version = version + 1, changes = changes + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND version = $4"
);
/// Sets what a board is like, at the version that was read.
pub async fn set_settings(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (settings, version): (&BoardSettings, i64),
) -> Result<bool> {
    let args = args![scope.organisation(), retainer, Arg::json(settings), version];
    Ok(tx.execute(SET_SETTINGS.with(args)).await? == 1)
}

/// What a row keeps that may change, in the order of the statements.
fn values(row: &ItemRow, change_no: i64) -> Vec<Arg> {
    args![
        row.title.as_str(),
        row.goal.clone(),
        row.criteria.clone(),
        Arg::name(row.stage),
        row.place.as_str(),
        row.priority_id,
        row.cycle_seq,
        row.channel.clone(),
        row.due_on,
        row.estimate,
        Arg::name(row.risk),
        Arg::name(row.frequency),
        Arg::name(row.impact),
        Arg::json(&row.touches.0),
        Arg::name(row.level),
        row.level_chosen_by,
        row.level_chosen_why.clone(),
        row.decision_member,
        row.decision_contact,
        row.execution_member,
        row.execution_contact,
        row.input_member,
        row.input_contact,
        row.review_member,
        row.review_contact,
        row.same_person,
        Arg::json(&row.contributors.0),
        Arg::json(&row.inputs.0),
        row.first_review_at,
        named(row.first_review),
        row.review_passed,
        row.revisions,
        named(row.decision),
        Arg::Json(row.decided.as_ref().map(|decided| json(&decided.0))),
        Arg::Json(row.verdict.as_ref().map(|verdict| json(&verdict.0))),
        row.delivered_at,
        row.waiting_since,
        row.waits_for.clone(),
        row.waited_seconds,
        row.item.clone(),
        change_no,
    ]
}

fn named(value: Option<impl serde::Serialize>) -> Arg {
    value.map_or(Arg::Text(None), Arg::name)
}

fn json(value: &impl serde::Serialize) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

stmt!(
    INSERT = "
    INSERT INTO work_items (title, goal, criteria, stage, place, priority_id, cycle_seq, channel,
        due_on, estimate, risk, frequency, impact, touches, level, level_chosen_by,
        level_chosen_why, decision_member, decision_contact, execution_member, execution_contact,
        input_member, input_contact, review_member, review_contact, same_person, contributors,
        inputs, first_review_at, first_review, review_passed, revisions, decision, decided,
        verdict, delivered_at, waiting_since, waits_for, waited_seconds, item, change_no,
        organisation_id, id, retainer_id, number, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
        $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37,
        $38, $39, $40, $41, $42, $43, $44, $45, $46, $47)"
);
/// Writes a new item.
pub async fn insert(tx: &mut Tx, scope: Scope, row: &ItemRow) -> Result<()> {
    let number = change_no(tx, scope, row.retainer_id).await?;
    let mut args = values(row, number);
    args.extend(args![
        scope.organisation(),
        row.id,
        row.retainer_id,
        row.number,
        scope.member(),
        row.created_at,
    ]);
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

stmt!(
    UPDATE = "
    UPDATE work_items SET title = $1, goal = $2, criteria = $3, stage = $4, place = $5,
        priority_id = $6, cycle_seq = $7, channel = $8, due_on = $9, estimate = $10, risk = $11,
        frequency = $12, impact = $13, touches = $14, level = $15, level_chosen_by = $16,
        level_chosen_why = $17, decision_member = $18, decision_contact = $19,
        execution_member = $20, execution_contact = $21, input_member = $22, input_contact = $23,
        review_member = $24, review_contact = $25, same_person = $26, contributors = $27,
        inputs = $28, first_review_at = $29, first_review = $30, review_passed = $31,
        revisions = $32, decision = $33, decided = $34, verdict = $35, delivered_at = $36,
        waiting_since = $37, waits_for = $38, waited_seconds = $39, item = $40, change_no = $41,
        version = version + 1
    WHERE organisation_id = $42 AND id = $43 AND version = $44"
);
/// Writes an item anew, at the version that was read; false if that is over.
pub async fn update(tx: &mut Tx, scope: Scope, row: &ItemRow) -> Result<bool> {
    let number = change_no(tx, scope, row.retainer_id).await?;
    let mut args = values(row, number);
    args.extend(args![scope.organisation(), row.id, row.version]);
    Ok(tx.execute(UPDATE.with(args)).await? == 1)
}

/// Something that happened, to write down.
#[derive(Debug, Clone)]
pub struct Happened {
    pub kind: WorkEventKind,
    pub note: Option<String>,
    pub was: Option<String>,
    pub becomes: Option<String>,
}

impl Happened {
    /// What happened, without more to say.
    pub fn plain(kind: WorkEventKind) -> Self {
        Self { kind, note: None, was: None, becomes: None }
    }
    /// With words.
    pub fn saying(kind: WorkEventKind, note: Option<&str>) -> Self {
        let note = note.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
        Self { note, ..Self::plain(kind) }
    }
    /// From what to what.
    pub fn between(self, was: Option<String>, becomes: Option<String>) -> Self {
        Self { was, becomes, ..self }
    }
}

const INSERT_EVENTS: &str = "
    INSERT INTO work_events (id, organisation_id, work_item_id, kind, note, was, becomes,
        created_by, created_at) VALUES";

/// Writes down what happened to an item.
pub async fn tell(
    tx: &mut Tx,
    scope: Scope,
    item: WorkItemId,
    events: &[Happened],
    now: DateTime<Utc>,
) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let row = |event: &Happened| {
        args![
            WorkEventId(Uuid::now_v7()),
            scope.organisation(),
            item,
            Arg::name(event.kind),
            event.note.clone(),
            event.was.clone(),
            event.becomes.clone(),
            scope.member(),
            now,
        ]
    };
    tx.execute(Query::new(INSERT_EVENTS).rows(events.iter().map(row).collect())).await?;
    Ok(())
}
