//! What changing a scope means: old lines end and new ones begin on a day that the business
//! agreed to. Source: requirement S0-33.
use chrono::{DateTime, Utc};
use shared::api::{
    ChangeRequest, EndingLine, ErrorCode, Held, Holder, NewScopeChange, NewScopeDecision,
    NewScopeLine, OrderHold, Page, RetainerId, RetainerState, ScopeChange, ScopeChangeId,
    ScopeChangeState, ScopeDecision, ScopeLineKind,
};

use super::changes_store::{self, ChangeRow};
use super::deciders::decider;
use super::service::present;
use super::store::{self, Head, LineRow, NewLine};
use crate::adjustments::{self, NoTime};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};

/// Changes of a retainer's scope, the newest first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    paging: &PageParams,
) -> Result<Page<ScopeChange>> {
    store::head(tx, scope, retainer).await?;
    let place = (paging.after()?, paging.limit + 1);
    let rows = changes_store::list(tx, scope, retainer, place).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.number);
    Ok(Page { items: items.into_iter().map(shown).collect(), next_cursor })
}

fn shown(row: ChangeRow) -> ScopeChange {
    let by = Holder::of(row.decided_member, row.decided_contact);
    let named = by.zip(row.decider_name).map(|(holder, name)| Held { holder, name });
    let recorded = row.recorded_by_name.zip(row.decided_at);
    let decision = named.zip(recorded).map(|(by, (recorded_by_name, decided_at))| ScopeDecision {
        by,
        evidence: row.evidence,
        recorded_by_name,
        decided_at,
    });
    let asked = row.request_id.zip(row.request_number).zip(row.request_title);
    let request = asked.map(|((id, number), title)| ChangeRequest { id, number, title });
    ScopeChange {
        request,
        id: row.id,
        retainer_id: row.retainer_id,
        number: row.number,
        effective_on: row.effective_on,
        reason: row.reason,
        ends: row.ends.0,
        begins: row.begins.0,
        minutes: row.minutes,
        fee_minor: row.fee_minor,
        state: row.state,
        decision,
        created_by_name: row.created_by_name,
        created_at: row.created_at,
        version: row.version,
    }
}

/// Proposes a change of what a running retainer holds.
///
/// # Errors
/// `not_found`; `retainer_in_setup`, where lines are written as they are; `retainer_ended`; at the
/// field: a day before the retainer starts, time for a day without service or where no pool takes
/// time, a line that is not there or has an end, a line that begins no earlier than the change, one
/// that is there already.
pub(crate) async fn propose(
    tx: &mut Tx,
    scope: Scope,
    (retainer, new): (RetainerId, &NewScopeChange),
    now: DateTime<Utc>,
) -> Result<ScopeChange> {
    let head = store::head(tx, scope, retainer).await?;
    running(&head)?;
    if new.effective_on < head.starts_on {
        return Err(Error::field("/effective_on", "before_start"));
    }
    // The time that comes with it is bought for that day: none is offered that could not be.
    if new.minutes.is_some() {
        match adjustments::time_held(tx, scope, (retainer, new.effective_on), now).await? {
            Some(NoTime::Day) => return Err(Error::field("/effective_on", "no_open_cycle")),
            Some(NoTime::Pool) => return Err(Error::field("/minutes", "no_time_pool")),
            Some(NoTime::Today) | None => {}
        }
    }
    let lines = store::lines(tx, scope, retainer).await?;
    let mut ends = Vec::with_capacity(new.ends.len());
    for (place, id) in new.ends.iter().enumerate() {
        let line = lines.iter().find(|line| line.id == *id && line.ends_on.is_none());
        let line = line.ok_or_else(|| Error::field(&format!("/ends/{place}"), "not_found"))?;
        if line.starts_on >= new.effective_on {
            return Err(Error::field("/effective_on", "line_not_begun"));
        }
        ends.push(EndingLine { id: line.id, kind: line.kind, text: line.text.clone() });
    }
    for (place, begun) in new.begins.iter().enumerate() {
        let earlier = new.begins.iter().take(place).any(|other| same(begun, other));
        if earlier || lines.iter().any(|line| stays(line, new) && says(line, begun)) {
            return Err(Error::field(&format!("/begins/{place}/text"), "exists"));
        }
    }
    let id = changes_store::insert(tx, scope, (retainer, new, &ends), now).await?;
    Ok(shown(changes_store::find(tx, scope, id).await?))
}

fn running(head: &Head) -> Result<()> {
    match head.state {
        RetainerState::Setup => Err(ErrorCode::RetainerInSetup.into()),
        RetainerState::Ended => Err(ErrorCode::RetainerEnded.into()),
        RetainerState::Active => Ok(()),
    }
}

/// Whether a line goes on after a change.
fn stays(line: &LineRow, new: &NewScopeChange) -> bool {
    !new.ends.contains(&line.id) && line.ends_on.is_none_or(|end| end > new.effective_on)
}
fn says(line: &LineRow, begun: &NewScopeLine) -> bool {
    line.kind == begun.kind && line.text.to_lowercase() == begun.text.trim().to_lowercase()
}
fn same(one: &NewScopeLine, other: &NewScopeLine) -> bool {
    one.kind == other.kind && one.text.trim().to_lowercase() == other.text.trim().to_lowercase()
}

/// Why a change that is proposed cannot be accepted now, whoever decides; none if it can.
///
/// # Errors
/// `not_found`.
pub(crate) async fn held(
    tx: &mut Tx,
    scope: Scope,
    id: ScopeChangeId,
    now: DateTime<Utc>,
) -> Result<Option<OrderHold>> {
    let row = changes_store::find(tx, scope, id).await?;
    let head = store::head(tx, scope, row.retainer_id).await?;
    if head.state == RetainerState::Ended {
        return Ok(Some(OrderHold::Ended));
    }
    let lines = store::lines(tx, scope, row.retainer_id).await?;
    let goes_on =
        |end: &EndingLine| lines.iter().any(|line| line.id == end.id && line.ends_on.is_none());
    if !row.ends.0.iter().all(goes_on) {
        return Ok(Some(OrderHold::Overtaken));
    }
    match row.minutes {
        Some(_) => {
            let place = (row.retainer_id, row.effective_on);
            let held = adjustments::time_held(tx, scope, place, now).await?;
            Ok(held.map(|why| match why {
                NoTime::Pool | NoTime::Day => OrderHold::Overtaken,
                NoTime::Today => OrderHold::NoServiceToday,
            }))
        }
        None => Ok(None),
    }
}

/// Records that a change was accepted: its lines end and begin on its day, and the time that comes
/// with it can be used from that day on.
///
/// # Errors
/// Those of [`decide`]; `scope_line_ended` if a line that it ends has ended meanwhile; those of
/// buying time.
pub(crate) async fn accept(
    tx: &mut Tx,
    scope: Scope,
    (id, how): (ScopeChangeId, &NewScopeDecision),
    now: DateTime<Utc>,
) -> Result<ScopeChange> {
    let row = decide(tx, scope, (id, ScopeChangeState::Accepted), how, now).await?;
    for line in &row.ends.0 {
        if !store::end_line(tx, scope, line.id, (row.effective_on, id)).await? {
            return Err(ErrorCode::ScopeLineEnded.into());
        }
    }
    let lines = store::lines(tx, scope, row.retainer_id).await?;
    let last = |kind: ScopeLineKind| {
        let of_kind = lines.iter().filter(move |line| line.kind == kind);
        of_kind.map(|line| line.position).max().unwrap_or(0)
    };
    let mut places = [last(ScopeLineKind::Included), last(ScopeLineKind::Excluded)];
    for begun in &row.begins.0 {
        let place = &mut places[usize::from(begun.kind == ScopeLineKind::Excluded)];
        *place += 1;
        let line = NewLine {
            kind: begun.kind,
            position: *place,
            text: begun.text.trim(),
            starts_on: row.effective_on,
            begun_by: Some(id),
        };
        store::insert_line(tx, scope, row.retainer_id, line).await?;
    }
    if let Some(minutes) = row.minutes {
        let why = row.reason.as_str();
        let bought = (minutes, row.effective_on, why);
        adjustments::buy_time(tx, scope, row.retainer_id, bought, now).await?;
    }
    Ok(shown(row))
}

/// Records that a change was turned down. Nothing changes.
///
/// # Errors
/// Those of [`decide`].
pub(crate) async fn decline(
    tx: &mut Tx,
    scope: Scope,
    (id, how): (ScopeChangeId, &NewScopeDecision),
    now: DateTime<Utc>,
) -> Result<ScopeChange> {
    let row = decide(tx, scope, (id, ScopeChangeState::Declined), how, now).await?;
    Ok(shown(row))
}

/// Keeps who decided, and where that is written down: what somebody else decided is recorded with
/// a word of evidence.
///
/// # Errors
/// `not_found`; `scope_change_decided`; `retainer_ended`; `may_not_decide` for somebody of the side
/// that serves without a delegation; at the field: somebody who is not there, no evidence.
async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (id, state): (ScopeChangeId, ScopeChangeState),
    how: &NewScopeDecision,
    now: DateTime<Utc>,
) -> Result<ChangeRow> {
    let row = changes_store::find(tx, scope, id).await?;
    running(&store::head(tx, scope, row.retainer_id).await?)?;
    if row.state != ScopeChangeState::Proposed {
        return Err(ErrorCode::ScopeChangeDecided.into());
    }
    let by = how.decided_by;
    let evidence = present(how.evidence.as_deref());
    if by.member() != Some(scope.member()) && evidence.is_none() {
        return Err(Error::field("/evidence", "required"));
    }
    let allowed = decider(tx, scope, (row.retainer_id, by), now).await?;
    allowed.map_err(|refused| refused.at("/decided_by"))?;
    if !changes_store::decide(tx, scope, (id, state), (by, evidence), now).await? {
        return Err(ErrorCode::ScopeChangeDecided.into());
    }
    changes_store::find(tx, scope, id).await
}
