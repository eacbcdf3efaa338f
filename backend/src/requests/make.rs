//! What a verdict makes: work on the board with the inputs of the request, a change of scope.
use chrono::{DateTime, Utc};
use shared::api::{
    ChangeOrder, NewRequestTriage, NewScopeChange, NewScopeLine, NewWorkItem, NewWorkLevel,
    PriorityId, ProcessLevel, RequestInput, SCOPE_LINE_MAX, ScopeChangeId, ScopeLineKind,
    ScopeMatch, WorkColumn, WorkInputChange, WorkItemChange, WorkItemId, WorkSeatsChange,
};

use super::intake::trimmed;
use super::store::RequestRow;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{scope as scopes, sops, work};

/// How the work that is made stands.
#[derive(Debug, Clone, Default)]
pub struct Making {
    pub cycle_seq: Option<i64>,
    pub priority: Option<PriorityId>,
    pub level: Option<ProcessLevel>,
    pub level_reason: Option<String>,
}

impl Making {
    /// As somebody decided.
    pub fn of(new: &NewRequestTriage, cycle_seq: Option<i64>) -> Self {
        Self {
            cycle_seq,
            priority: new.priority_id,
            level: new.level,
            level_reason: trimmed(new.level_reason.as_deref()),
        }
    }
}

/// Puts the work of a request on the board, agreed on: with what it must bring, what has come of
/// that, and what it will be checked by. Source: requirements S0-21, S0-28, S3-29.
///
/// # Errors
/// At the field: an unknown priority, a level that the work forbids, or without a reason.
pub async fn work(
    tx: &mut Tx,
    scope: Scope,
    row: &RequestRow,
    made: Making,
    now: DateTime<Utc>,
) -> Result<WorkItemId> {
    let checklist = match row.request_type_id {
        Some(id) => sops::request_type(tx, scope, id, now).await?.checklist,
        None => Vec::new(),
    };
    let details = WorkItemChange {
        criteria: (!checklist.is_empty()).then(|| cut(&checklist.join("\n"))),
        priority_id: Some(made.priority),
        cycle_seq: Some(made.cycle_seq),
        due_on: Some(row.wanted_on),
        estimate: Some(row.estimate),
        item: row.item.clone(),
        risk: Some(row.risk),
        frequency: Some(row.frequency),
        impact: Some(row.impact),
        touches: Some(row.touches.0.clone()),
        ..WorkItemChange::default()
    };
    let new = NewWorkItem {
        retainer_id: row.retainer_id,
        title: row.title.clone(),
        column: Some(WorkColumn::Agreed),
        details,
        seats: WorkSeatsChange::default(),
        inputs: row.inputs.0.iter().map(carried).collect(),
    };
    let item = work::create(tx, scope, &new, now).await;
    let item = item.map_err(|error| moved(error, &[("/details/priority_id", "/priority_id")]))?;
    if let Some(level) = made.level.filter(|level| *level != item.level.level) {
        let level = NewWorkLevel { level, reason: made.level_reason };
        let set = work::set_level(tx, scope, item.id, (&level, item.version), now).await;
        set.map_err(|error| moved(error, &[("/reason", "/level_reason")]))?;
    }
    Ok(item.id)
}

fn carried(input: &RequestInput) -> WorkInputChange {
    WorkInputChange {
        name: input.label.clone(),
        required: input.required,
        supplied: input.value.clone(),
    }
}

/// At most as long as the criteria of a piece of work may be.
fn cut(text: &str) -> String {
    text.chars().take(shared::api::NOTE_MAX).collect()
}

/// Proposes the change of scope that lets a request in.
///
/// # Errors
/// Those of proposing a change, at their fields; at `/change/ends_exclusion` where no line leaves
/// the request out.
pub async fn change_order(
    tx: &mut Tx,
    scope: Scope,
    row: &RequestRow,
    (order, reason): (&ChangeOrder, &str),
    now: DateTime<Utc>,
) -> Result<ScopeChangeId> {
    let excluded = row.match_line_id.filter(|_| row.match_kind == Some(ScopeMatch::Excluded));
    let ends = match (order.ends_exclusion, excluded) {
        (false, _) => Vec::new(),
        (true, Some(line)) => vec![line],
        (true, None) => return Err(Error::field("/change/ends_exclusion", "not_allowed")),
    };
    let own: String = row.title.chars().take(SCOPE_LINE_MAX).collect();
    let line = NewScopeLine {
        kind: ScopeLineKind::Included,
        text: trimmed(order.line.as_deref()).unwrap_or(own),
    };
    let new = NewScopeChange {
        effective_on: order.effective_on,
        reason: reason.to_owned(),
        ends,
        begins: vec![line],
        minutes: order.minutes,
        fee_minor: order.fee_minor,
    };
    let fields = [
        ("/effective_on", "/change/effective_on"),
        ("/minutes", "/change/minutes"),
        ("/ends/0", "/change/ends_exclusion"),
        ("/begins/0/text", "/change/line"),
    ];
    let made = scopes::propose(tx, scope, (row.retainer_id, &new), now).await;
    Ok(made.map_err(|error| moved(error, &fields))?.id)
}

/// The faults of another body at the fields of ours.
fn moved(error: Error, fields: &[(&str, &str)]) -> Error {
    let Error::Invalid(mut faults) = error else { return error };
    for fault in &mut faults {
        if let Some((_, ours)) = fields.iter().find(|(theirs, _)| *theirs == fault.field) {
            (*ours).clone_into(&mut fault.field);
        }
    }
    Error::Invalid(faults)
}
