//! The fields of a piece of work: changed, and what changed told by name.
use chrono::NaiveDate;
use shared::api::{WorkEventKind, WorkItemChange};
use shared::rules::work::{gate, level};
use sqlx::types::Json;

use super::save::Happened;
use super::service::trimmed;
use super::store::{self, ItemRow};
use super::view;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};

/// Applies a change whose fields lie at a prefix; what changed, by name. That the required check
/// goes is told with its reason.
///
/// # Errors
/// At the field: an unknown priority, what the chosen level forbids, no reason where one is needed.
pub async fn change_fields(
    tx: &mut Tx,
    scope: Scope,
    row: &mut ItemRow,
    (change, at): (&WorkItemChange, &str),
) -> Result<Vec<Happened>> {
    let before = row.clone();
    if let Some(title) = &change.title {
        row.title = title.trim().to_owned();
    }
    for (to, text) in [
        (&mut row.goal, &change.goal),
        (&mut row.criteria, &change.criteria),
        (&mut row.channel, &change.channel),
        (&mut row.item, &change.item),
    ] {
        if let Some(text) = text {
            *to = trimmed(Some(text));
        }
    }
    if let Some(priority) = change.priority_id {
        row.priority_title = match priority {
            None => None,
            Some(id) => {
                let title = store::priority(tx, scope, (row.retainer_id, id)).await?;
                let fault = || Error::field(&format!("{at}/priority_id"), "not_found");
                Some(title.ok_or_else(fault)?)
            }
        };
        row.priority_id = priority;
    }
    row.cycle_seq = change.cycle_seq.unwrap_or(row.cycle_seq);
    row.due_on = change.due_on.unwrap_or(row.due_on);
    row.estimate = change.estimate.unwrap_or(row.estimate);
    row.risk = change.risk.unwrap_or(row.risk);
    row.frequency = change.frequency.unwrap_or(row.frequency);
    row.impact = change.impact.unwrap_or(row.impact);
    if let Some(touches) = &change.touches {
        let mut touches = touches.clone();
        touches.sort_unstable();
        touches.dedup();
        row.touches = Json(touches);
    }
    match row.level_chosen_by {
        None => row.level = level::propose(view::traits(row)).0,
        Some(_) if !level::forbids(row.level, &row.touches.0).is_empty() => {
            return Err(Error::field(&format!("{at}/touches"), "not_lightweight"));
        }
        Some(_) => {}
    }
    let mut events = differences(&before, row);
    if gate::drops_check(before.stage, before.level, row.level) {
        let why = trimmed(change.reason.as_deref());
        let why = why.ok_or_else(|| Error::field(&format!("{at}/reason"), "required"))?;
        let was = (name(&before.level), name(&row.level));
        events.push(Happened::saying(WorkEventKind::Levelled, Some(&why)).between(was.0, was.1));
    }
    Ok(events)
}

/// What changed, by the name of its field.
fn differences(before: &ItemRow, after: &ItemRow) -> Vec<Happened> {
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
    let number = |number: Option<i64>| number.map(|number| number.to_string());
    let fields = [
        ("title", Some(before.title.clone()), Some(after.title.clone())),
        ("goal", before.goal.clone(), after.goal.clone()),
        ("criteria", before.criteria.clone(), after.criteria.clone()),
        ("channel", before.channel.clone(), after.channel.clone()),
        ("priority", before.priority_title.clone(), after.priority_title.clone()),
        ("cycle", number(before.cycle_seq), number(after.cycle_seq)),
        ("due", day(before.due_on), day(after.due_on)),
        ("estimate", number(before.estimate), number(after.estimate)),
        ("item", before.item.clone(), after.item.clone()),
        ("risk", name(&before.risk), name(&after.risk)),
        ("frequency", name(&before.frequency), name(&after.frequency)),
        ("impact", name(&before.impact), name(&after.impact)),
        ("touches", name(&before.touches.0), name(&after.touches.0)),
        ("level", name(&before.level), name(&after.level)),
    ];
    let changed = fields.into_iter().filter(|(_, was, becomes)| was != becomes);
    let told = |(field, was, becomes): (&str, Option<String>, Option<String>)| {
        Happened::saying(WorkEventKind::Changed, Some(field)).between(was, becomes)
    };
    changed.map(told).collect()
}

/// The name on the wire of what is kept by name; a list's names, none of an empty one.
pub fn name(value: &impl serde::Serialize) -> Option<String> {
    match serde_json::to_value(value).ok()? {
        serde_json::Value::String(name) => Some(name),
        serde_json::Value::Array(all) if !all.is_empty() => {
            let names = all.iter().filter_map(|one| one.as_str());
            Some(names.collect::<Vec<_>>().join(", "))
        }
        _ => None,
    }
}
