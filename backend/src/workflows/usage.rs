//! What is used and what is not: what nobody used in some cycles is offered for removal, what is
//! used most for more care. Source: requirements S0-7, S3-11, S3-13.
use std::collections::HashMap;

use chrono::{Months, NaiveDate};
use shared::api::{
    FormInput, RemovalReason, UsageReport, UsageRow, UsedKind, WorkflowId, WorkflowPart,
};
use shared::rules::know::{self, Use, Verdict};

use super::service::count;
use super::store::{self, Filter, ReviewRow, WorkflowRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::sops::{Used, report};

/// The most workflows that one report reads.
const WORKFLOWS_MAX: i64 = 200;
/// The most rows of a report.
const ROWS_MAX: usize = 1_000;

/// The report of the last cycles.
///
/// # Errors
/// Those of the database.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    (today, cycles): (NaiveDate, i64),
) -> Result<UsageReport> {
    let mut rows = of_parts(tx, scope, cycles).await?;
    rows.extend(of_routines(tx, scope, (today, cycles)).await?);
    // What goes first, then what is worth more care, then the rest; the most used first.
    let place = |row: &UsageRow| match row.verdict {
        Verdict::Remove => 0,
        Verdict::Strengthen => 1,
        Verdict::Keep => 2,
    };
    rows.sort_by_key(|row| (place(row), std::cmp::Reverse(row.times)));
    rows.truncate(ROWS_MAX);
    Ok(UsageReport { cycles, rows })
}

/// The effort of all meetings of workflows in a month, in minutes of people. Source: S3-38.
///
/// # Errors
/// Those of the database.
pub async fn meeting_minutes(tx: &mut Tx, scope: Scope) -> Result<i64> {
    let filter = Filter { limit: WORKFLOWS_MAX, ..Filter::default() };
    let rows = store::list(tx, scope, filter).await?;
    let parts = rows.iter().flat_map(|row| &row.terms.0.parts);
    Ok(parts.map(WorkflowPart::monthly_minutes).sum())
}

/// Parts of workflows: a cycle is a review.
async fn of_parts(tx: &mut Tx, scope: Scope, cycles: i64) -> Result<Vec<UsageRow>> {
    let filter = Filter { limit: WORKFLOWS_MAX, ..Filter::default() };
    let workflows = store::list(tx, scope, filter).await?;
    let ids: Vec<WorkflowId> = workflows.iter().map(|row| row.id).collect();
    let reviews = store::reviews(tx, scope, &ids, cycles).await?;
    let mut by_workflow: HashMap<WorkflowId, Vec<&ReviewRow>> = HashMap::new();
    for review in &reviews {
        by_workflow.entry(review.workflow_id).or_default().push(review);
    }
    let rows = workflows.iter().flat_map(|workflow| {
        let reviews = by_workflow.get(&workflow.id).map(Vec::as_slice).unwrap_or_default();
        parts_of(workflow, reviews, cycles)
    });
    Ok(rows.collect())
}

fn parts_of(workflow: &WorkflowRow, reviews: &[&ReviewRow], cycles: i64) -> Vec<UsageRow> {
    let parts = &workflow.terms.0.parts;
    let times = |part: &WorkflowPart| {
        count(reviews.iter().filter(|review| review.used.0.contains(&part.key)).count())
    };
    let most = parts.iter().map(times).max().unwrap_or_default();
    let row = |part: &WorkflowPart| {
        let times = times(part);
        let used = Use { times, cycles: count(reviews.len()), of: cycles, most };
        let (verdict, removal) = judged(know::verdict(used), part.removal());
        UsageRow {
            kind: UsedKind::Part,
            id: workflow.id.to_string(),
            key: Some(part.key.clone()),
            name: part.name.clone(),
            place: Some(workflow.name.clone()),
            times,
            verdict,
            removal,
        }
    };
    parts.iter().map(row).collect()
}

/// What serves nothing is offered for removal, however much it is used.
fn judged(verdict: Verdict, removal: Option<RemovalReason>) -> (Verdict, Option<RemovalReason>) {
    match (removal, verdict) {
        (Some(reason), _) => (Verdict::Remove, Some(reason)),
        (None, Verdict::Remove) => (Verdict::Remove, Some(RemovalReason::Unused)),
        (None, verdict) => (verdict, None),
    }
}

/// Routines, kinds of requests and the fields of their forms: a cycle is a month.
async fn of_routines(
    tx: &mut Tx,
    scope: Scope,
    (today, cycles): (NaiveDate, i64),
) -> Result<Vec<UsageRow>> {
    let back = Months::new(u32::try_from(cycles).unwrap_or(1));
    let since = today.checked_sub_months(back).unwrap_or(today);
    let uses = report::uses_since(tx, scope, since).await?;
    let sops = report::routines(tx, scope, today).await?;
    let types = report::types(tx, scope).await?;
    let age = |created_on: NaiveDate| if created_on <= since { cycles } else { 0 };
    let of_sop = |id| uses.of(Used::Sop(id)).times;
    let of_type = |id| uses.of(Used::RequestType(id)).times;
    let most_sop = sops.iter().map(|sop| of_sop(sop.id)).max().unwrap_or_default();
    let most_type = types.iter().map(|one| of_type(one.id)).max().unwrap_or_default();
    let row = |kind, id: String, name: &str, used: Use| {
        let (verdict, removal) = judged(know::verdict(used), None);
        let (times, name) = (used.times, name.to_owned());
        UsageRow { kind, id, key: None, name, place: None, times, verdict, removal }
    };
    let mut rows = Vec::new();
    for sop in &sops {
        let (times, cycles_there) = (of_sop(sop.id), age(sop.created_on));
        let used = Use { times, cycles: cycles_there, of: cycles, most: most_sop };
        let id = sop.id.to_string();
        rows.extend(inputs((&id, &sop.name), &sop.body.0.inputs));
        rows.push(row(UsedKind::Sop, id, &sop.name, used));
    }
    for one in &types {
        let (times, cycles_there) = (of_type(one.id), age(one.created_on));
        let used = Use { times, cycles: cycles_there, of: cycles, most: most_type };
        let id = one.id.to_string();
        rows.extend(inputs((&id, &one.name), &one.inputs.0));
        rows.push(row(UsedKind::RequestType, id, &one.name, used));
    }
    Ok(rows)
}

/// Fields for which nobody said what goes wrong without them. Source: requirement S0-7.
fn inputs<'a>(
    (id, place): (&'a str, &'a str),
    inputs: &'a [FormInput],
) -> impl Iterator<Item = UsageRow> + 'a {
    let unsaid = |input: &&FormInput| input.why.as_deref().is_none_or(|why| why.trim().is_empty());
    inputs.iter().filter(unsaid).map(move |input| UsageRow {
        kind: UsedKind::Input,
        id: id.to_owned(),
        key: Some(input.key.clone()),
        name: input.label.clone(),
        place: Some(place.to_owned()),
        times: 0,
        verdict: Verdict::Remove,
        removal: Some(RemovalReason::NoConstraint),
    })
}
