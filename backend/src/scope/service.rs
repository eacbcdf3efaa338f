//! What setting a scope means. Source: requirements S0-1, S0-5, S0-6, S0-23, S0-25, S0-33.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Controls, ControlsKept, ErrorCode, Gate, OperatingProblem, RetainerId, RetainerScope,
    RetainerState, ScopeLine, ScopeLineKind, ScopeSet,
};
use shared::rules::{scope as rules, zone};

use super::gate;
use super::store::{self, FrameRow, Head, LineRow, NewLine};
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::identity;

/// The scope of a retainer as it is today, or was or will be on a day.
///
/// # Errors
/// `not_found`; at `on` for a day before the retainer starts.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    on: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<RetainerScope> {
    let head = store::head(tx, scope, id).await?;
    if on.is_some_and(|day| day < head.starts_on) {
        return Err(Error::field("on", "before_start"));
    }
    let today = today(&head, now)?;
    let on = on.unwrap_or(today);
    let frame = store::frame(tx, scope, id).await?;
    let all = store::lines(tx, scope, id).await?;
    let (cycle_id, known) = gate::known(tx, scope, (&head, &frame, &all), today).await?;
    let next_cycle_id = match cycle_id {
        Some(cycle) => store::cycle_after(tx, scope, cycle).await?,
        None => None,
    };
    let shown = |kind: ScopeLineKind, fits: fn(&LineRow, NaiveDate) -> bool| {
        let of = all.iter().filter(move |line| line.kind == kind && fits(line, on));
        of.cloned().map(ScopeLine::from).collect::<Vec<_>>()
    };
    let both = |fits: fn(&LineRow, NaiveDate) -> bool| {
        let mut lines = shown(ScopeLineKind::Included, fits);
        lines.extend(shown(ScopeLineKind::Excluded, fits));
        lines
    };
    let (lines, coming) = (both(LineRow::holds), both(|line, day| line.starts_on > day));
    let owned = frame.process_owner_active == Some(true);
    let warnings = rules::warnings(owned, frame.outcome.as_deref());
    let lines_open = lines_open(&head, &all);
    let FrameRow { outcome, success_signal, problem, limits, bottleneck, cadence, .. } = frame;
    let FrameRow { next_review_on, process_owner_id, process_owner_name, version, .. } = frame;
    Ok(RetainerScope {
        retainer_id: id,
        on,
        outcome,
        success_signal,
        metric_family: success_signal.map(rules::family),
        metric_signals: success_signal
            .map_or_else(Vec::new, |signal| rules::family(signal).signals().to_vec()),
        problem,
        limits,
        bottleneck,
        cadence,
        next_review_on,
        process_owner_id,
        process_owner_name,
        lines,
        coming,
        lines_open,
        cycle_id,
        next_cycle_id,
        missing: rules::missing(known),
        warnings,
        version,
    })
}

/// The day it is where the retainer is, or its first one if that is to come.
pub(super) fn today(head: &Head, now: DateTime<Utc>) -> Result<NaiveDate> {
    Ok(zone::local_date(zone::zone(&head.timezone)?, now).max(head.starts_on))
}

/// Whether lines may be written as they are: once a retainer runs with lines, they change by date.
fn lines_open(head: &Head, lines: &[LineRow]) -> bool {
    head.state == RetainerState::Setup || lines.is_empty() && head.state == RetainerState::Active
}

/// A text that says something.
pub(super) fn present(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Sets the frame of a scope, and its lines while they may be written as they are.
///
/// # Errors
/// `not_found`; `stale`; `retainer_ended`; `scope_by_change` for other lines than there are;
/// `in_use` for a line that something points at; at the field for a process owner who does not
/// work here.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (new, version): (&ScopeSet, i64),
    now: DateTime<Utc>,
) -> Result<RetainerScope> {
    let head = store::head(tx, scope, id).await?;
    let before = store::frame(tx, scope, id).await?;
    if head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    let owner = new.process_owner_id.filter(|owner| before.process_owner_id != Some(*owner));
    if let Some(owner) = owner
        && !identity::is_active(tx, scope, owner).await?
    {
        return Err(Error::field("/process_owner_id", "not_found"));
    }
    if !store::set_frame(tx, scope, id, (new, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    let lines = store::lines(tx, scope, id).await?;
    let day = today(&head, now)?;
    let open = lines_open(&head, &lines);
    let starts_on = if head.state == RetainerState::Setup { head.starts_on } else { day };
    for (kind, texts) in
        [(ScopeLineKind::Included, &new.included), (ScopeLineKind::Excluded, &new.excluded)]
    {
        let Some(texts) = texts else { continue };
        let mine: Vec<&LineRow> = lines.iter().filter(|line| line.kind == kind).collect();
        if open {
            write(tx, scope, (id, kind, starts_on), (&mine, texts)).await?;
        } else if !says_the_same(&mine, texts, day) {
            return Err(ErrorCode::ScopeByChange.into());
        }
    }
    find(tx, scope, id, None, now).await
}

fn says_the_same(lines: &[&LineRow], texts: &[String], day: NaiveDate) -> bool {
    let held = lines.iter().filter(|line| line.holds(day)).map(|line| line.text.as_str());
    held.eq(texts.iter().map(|text| text.trim()))
}

/// Writes the lines of a kind: a line that says the same stays the same line.
async fn write(
    tx: &mut Tx,
    scope: Scope,
    (id, kind, starts_on): (RetainerId, ScopeLineKind, NaiveDate),
    (before, texts): (&[&LineRow], &[String]),
) -> Result<()> {
    for line in before {
        if !texts.iter().any(|text| text.trim() == line.text) {
            match store::drop_line(tx, scope, line.id).await {
                Err(Error::Db(DbError::ForeignKey)) => return Err(ErrorCode::InUse.into()),
                dropped => dropped?,
            }
        }
    }
    for (position, text) in (1..).zip(texts) {
        let text = text.trim();
        match before.iter().find(|line| line.text == text) {
            Some(line) => store::move_line(tx, scope, line.id, position).await?,
            None => {
                let line = NewLine { kind, position, text, starts_on, begun_by: None };
                store::insert_line(tx, scope, id, line).await?;
            }
        }
    }
    Ok(())
}

/// Sets the day of the next review and what does not run well, as a review does that ends.
/// Source: requirements S0-5, S3-14.
///
/// # Errors
/// Those of the database.
pub(crate) async fn reviewed(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (day, problem): (NaiveDate, Option<OperatingProblem>),
    now: DateTime<Utc>,
) -> Result<()> {
    let frame = store::frame(tx, scope, id).await?;
    let new = ScopeSet {
        outcome: frame.outcome,
        success_signal: frame.success_signal,
        problem,
        limits: frame.limits,
        bottleneck: frame.bottleneck,
        cadence: frame.cadence,
        next_review_on: Some(day),
        process_owner_id: frame.process_owner_id,
        included: None,
        excluded: None,
    };
    match store::set_frame(tx, scope, id, (&new, frame.version), now).await? {
        true => Ok(()),
        false => Err(DbError::Conflict.into()),
    }
}

/// How strict the organisation is; light, at version 0, until somebody says otherwise.
pub async fn controls(tx: &mut Tx, scope: Scope) -> Result<ControlsKept> {
    let kept = store::controls(tx, scope).await?;
    let (controls, version) =
        kept.unwrap_or((Controls { gate: Gate::Light, answer_hours: None }, 0));
    Ok(ControlsKept { controls, version })
}

/// Sets how strict the organisation is.
///
/// # Errors
/// `stale`.
pub async fn set_controls(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (Controls, i64),
    now: DateTime<Utc>,
) -> Result<ControlsKept> {
    if !store::set_controls(tx, scope, (new, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    controls(tx, scope).await
}
