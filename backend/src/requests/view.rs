//! Requests as the API shows them: with what is missing, the proposed match and level.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use shared::api::{
    ProposedMatch, Request, RequestId, RequestMatch, RequestState, RequestTriage, RetainerId,
    ScopeChangeState, ScopeLineKind, WorkColumn,
};
use shared::rules::requests::matching::{self, Line};
use shared::rules::work::level::{self, Traits};
use shared::rules::zone;

use super::links_store;
use super::store::{self, Filter, LineRow, RequestRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::scope as scopes;

/// One request.
pub async fn request(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    now: DateTime<Utc>,
) -> Result<Request> {
    let row = store::find(tx, scope, id).await?;
    let mut made = requests(tx, scope, vec![row], now).await?;
    made.pop().ok_or(crate::db::DbError::NotFound.into())
}

/// Requests, with what the scopes of their retainers say.
pub async fn requests(
    tx: &mut Tx,
    scope: Scope,
    rows: Vec<RequestRow>,
    now: DateTime<Utc>,
) -> Result<Vec<Request>> {
    let mut retainers: Vec<RetainerId> = rows.iter().map(|row| row.retainer_id).collect();
    retainers.sort_unstable();
    retainers.dedup();
    let lines = store::lines(tx, scope, &retainers).await?;
    let hours = scopes::controls(tx, scope).await?.controls.answer_hours;
    let ids: Vec<RequestId> = rows.iter().map(|row| row.id).collect();
    let links = links_store::of_requests(tx, scope, &ids, now).await?;
    let told = |row: RequestRow| {
        let asker_links = links.get(&row.id).copied().unwrap_or(0);
        let request = shown(row, &lines, now)?;
        let answer_by = promised(&request, hours);
        Ok(Request { asker_links, answer_by, ..request })
    };
    rows.into_iter().map(told).collect()
}

/// The requests of a retainer that have no verdict, the oldest first: at most so many, the newest.
///
/// # Errors
/// Those of the database.
pub(crate) async fn waiting(
    tx: &mut Tx,
    scope: Scope,
    (retainer, limit): (RetainerId, i64),
    now: DateTime<Utc>,
) -> Result<Vec<Request>> {
    let mut rows = Vec::new();
    for state in [RequestState::New, RequestState::NeedsInput] {
        let (state, retainer) = (Some(state), Some(retainer));
        let filter = Filter { state, retainer, before: None, limit };
        rows.extend(store::list(tx, scope, filter).await?);
    }
    rows.sort_by_key(|row| row.id);
    let most = usize::try_from(limit).unwrap_or_default();
    let rows = rows.split_off(rows.len().saturating_sub(most));
    requests(tx, scope, rows, now).await
}

/// Until when an answer was promised. Whoever was asked something, or told a verdict, has had one.
fn promised(request: &Request, hours: Option<i64>) -> Option<DateTime<Utc>> {
    let waits = request.state == RequestState::New && request.asked.is_none();
    hours.filter(|_| waits).map(|hours| request.created_at + Duration::hours(hours))
}

/// The day it is at a request's retainer.
pub fn today(row: &RequestRow, now: DateTime<Utc>) -> Result<NaiveDate> {
    Ok(zone::local_date(zone::zone(&row.timezone)?, now))
}

/// What the words of a request tell of its place in the scope.
pub fn proposed(row: &RequestRow, lines: &[LineRow], today: NaiveDate) -> ProposedMatch {
    let own = |line: &&LineRow| line.retainer_id == row.retainer_id && line.holds(today);
    let own: Vec<&LineRow> = lines.iter().filter(own).collect();
    let excluded = |line: &LineRow| line.kind == ScopeLineKind::Excluded;
    let read = own.iter().map(|line| Line { excluded: excluded(line), text: &line.text });
    let read: Vec<Line<'_>> = read.collect();
    let details = row.details.as_deref().unwrap_or_default();
    let found = matching::propose(&format!("{} {details}", row.title), &read);
    let line = found.line.and_then(|place| own.get(place));
    ProposedMatch {
        kind: found.kind,
        line_id: line.map(|line| line.id),
        line_text: line.map(|line| line.text.clone()),
        words: found.words,
        reason: found.reason,
    }
}

/// Whether somebody may decide about it, or decide anew: nothing that came of it has begun.
pub fn open_to_triage(row: &RequestRow) -> bool {
    let waits = row.work_stage.is_none_or(|stage| stage <= WorkColumn::Agreed);
    let free = row.scope_change_state.is_none_or(|state| state == ScopeChangeState::Declined);
    row.state != RequestState::Withdrawn && waits && free
}

/// The verdict that holds, with where the change of scope stands.
pub fn triage(row: &RequestRow) -> Option<RequestTriage> {
    let kept = row.triage.as_ref()?.0.told.clone();
    Some(RequestTriage {
        scope_change_id: row.scope_change_id,
        scope_change_number: row.scope_change_number,
        scope_change_state: row.scope_change_state,
        scope_change_decided_by: row.scope_change_decided_by.clone(),
        scope_change_decided_at: row.scope_change_decided_at,
        ..kept
    })
}

fn shown(row: RequestRow, lines: &[LineRow], now: DateTime<Utc>) -> Result<Request> {
    let proposed_match = proposed(&row, lines, today(&row, now)?);
    let traits = Traits {
        risk: row.risk,
        frequency: row.frequency,
        impact: row.impact,
        touches: &row.touches.0,
    };
    let (level, level_reason) = level::propose(traits);
    let scope_match = row.match_kind.map(|kind| RequestMatch {
        kind,
        line_id: row.match_line_id,
        line_text: row.match_line_text.clone(),
    });
    Ok(Request {
        missing: row.missing(),
        triage: triage(&row),
        open_to_triage: open_to_triage(&row),
        level,
        level_reason,
        scope_match,
        proposed_match,
        id: row.id,
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name,
        account_id: row.account_id,
        account_name: row.account_name,
        number: row.number,
        title: row.title,
        text: row.details,
        request_type_id: row.request_type_id,
        request_type_name: row.request_type_name,
        item: row.item,
        inputs: row.inputs.0,
        source: row.source,
        asker_contact_id: row.asker_contact_id,
        asker_name: row.asker_name,
        asker_email: row.asker_email,
        wanted_on: row.wanted_on,
        estimate: row.estimate,
        risk: row.risk,
        frequency: row.frequency,
        impact: row.impact,
        touches: row.touches.0,
        state: row.state,
        asked: row.asked.map(|asked| asked.0),
        work_item_id: row.work_item_id,
        work_item_number: row.work_item_number,
        created_by_name: row.created_by_name,
        created_at: row.created_at,
        answer_by: None,
        asker_links: 0,
        version: row.version,
    })
}
