//! The gate of activation: without a scope a retainer is a vague package of activities.
//!
//! Source: requirements S0-1, S3-26; decision 0015.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CycleId, ErrorCode, FieldError, Gate, RetainerId, ScopeLineKind};
use shared::rules::scope::{Known, missing};

use super::service;
use super::store::{self, FrameRow, Head, LineRow};
use crate::auth::Scope;
use crate::cycles::store as cycles;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::priorities;

/// What the gate finds on a day, and in which cycle it looks for priorities: the one that holds
/// the day, or else the last one made.
pub(super) async fn known(
    tx: &mut Tx,
    scope: Scope,
    (head, frame, lines): (&Head, &FrameRow, &[LineRow]),
    day: NaiveDate,
) -> Result<(Option<CycleId>, Known)> {
    let cycle = match cycles::cycle_on(tx, scope, head.id, day).await? {
        Some(cycle) => Some(cycle),
        None => cycles::last_cycle(tx, scope, head.id).await?,
    };
    let ranked = match &cycle {
        Some(cycle) => priorities::of_cycle(tx, scope, head.id, cycle.seq).await?.len(),
        None => 0,
    };
    // What is agreed for later is agreed.
    let stays = |line: &&LineRow| line.holds(day) || line.starts_on > day;
    let count = |kind| lines.iter().filter(stays).filter(|line| line.kind == kind).count();
    let known = Known {
        included: count(ScopeLineKind::Included),
        excluded: count(ScopeLineKind::Excluded),
        outcome: frame.outcome.is_some(),
        priorities: ranked,
        next_review_on: frame.next_review_on.is_some(),
    };
    Ok((cycle.map(|cycle| cycle.id), known))
}

/// Whether the organisation wants the gate held.
///
/// # Errors
/// Those of the database.
pub(crate) async fn required(tx: &mut Tx, scope: Scope) -> Result<bool> {
    Ok(service::controls(tx, scope).await?.controls.gate == Gate::Required)
}

/// Lets a retainer through to activation, or says what it lacks.
///
/// # Errors
/// `scope_incomplete` with one fault for each thing that is missing.
pub(crate) async fn hold(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    if !required(tx, scope).await? {
        return Ok(());
    }
    let head = store::head(tx, scope, id).await?;
    let frame = store::frame(tx, scope, id).await?;
    let lines = store::lines(tx, scope, id).await?;
    let day = service::today(&head, now)?;
    let (_, known) = known(tx, scope, (&head, &frame, &lines), day).await?;
    let gaps = missing(known);
    if gaps.is_empty() {
        return Ok(());
    }
    let faults = gaps.into_iter().map(|gap| FieldError::new(gap.field(), "required")).collect();
    Err(Error::Faulty(ErrorCode::ScopeIncomplete, faults))
}
