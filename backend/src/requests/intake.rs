//! What taking in a request means, and changing it before somebody has decided.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ContactId, ErrorCode, Frequency, Grade, InputValue, NewRequest, Request,
    RequestChange, RequestEventKind, RequestId, RequestInput, RequestSource, RequestState,
    RequestTypeId, RetainerId, RetainerState, ScopeLineKind, ScopeMatch,
};
use shared::rules::zone;
use sqlx::types::Json;
use uuid::Uuid;

use super::store::{self, Happened, Home, RequestRow};
use super::view;
use crate::auth::{Scope, TriageRequests};
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::sops;

/// A request at the version that was read.
///
/// # Errors
/// `stale`, `not_found`.
pub async fn at_version(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    version: i64,
) -> Result<RequestRow> {
    let row = store::find(tx, scope, id).await?;
    match row.version == version {
        true => Ok(row),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// Writes a request anew with what happened to it, and shows it.
///
/// # Errors
/// `stale` if somebody else wrote it meanwhile.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    row: &RequestRow,
    events: &[Happened],
    now: DateTime<Utc>,
) -> Result<Request> {
    if !store::update(tx, scope, row).await? {
        return Err(ErrorCode::Stale.into());
    }
    store::tell(tx, scope, (row.id, events), now).await?;
    view::request(tx, scope, row.id, now).await
}

pub fn trimmed(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// A retainer that takes requests.
///
/// # Errors
/// At `/retainer_id` without one; `retainer_ended`; `retainer_in_setup`, whose scope is not agreed.
pub async fn running(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Home> {
    let home = store::home(tx, scope, id).await?;
    let home = home.ok_or_else(|| Error::field("/retainer_id", "not_found"))?;
    match home.state {
        RetainerState::Ended => Err(ErrorCode::RetainerEnded.into()),
        RetainerState::Setup => Err(ErrorCode::RetainerInSetup.into()),
        RetainerState::Active => Ok(home),
    }
}

/// A request of nobody yet.
pub fn blank(
    (retainer, home): (RetainerId, &Home),
    source: RequestSource,
    title: &str,
    now: DateTime<Utc>,
) -> RequestRow {
    RequestRow {
        id: RequestId(Uuid::now_v7()),
        retainer_id: retainer,
        retainer_name: String::new(),
        timezone: home.timezone.clone(),
        account_id: home.account_id,
        account_name: String::new(),
        number: 0,
        title: title.trim().to_owned(),
        details: None,
        request_type_id: None,
        request_type_name: None,
        item: None,
        inputs: Json(Vec::new()),
        source,
        link_id: None,
        asker_contact_id: None,
        asker_name: None,
        asker_email: None,
        wanted_on: None,
        estimate: None,
        risk: Grade::Low,
        frequency: Frequency::OneOff,
        impact: Grade::Low,
        touches: Json(Vec::new()),
        match_kind: None,
        match_line_id: None,
        match_line_text: None,
        state: RequestState::New,
        asked: None,
        verdict: None,
        triage: None,
        work_item_id: None,
        work_item_number: None,
        work_stage: None,
        scope_change_id: None,
        scope_change_number: None,
        scope_change_state: None,
        scope_change_minutes: None,
        scope_change_on: None,
        scope_change_decided_by: None,
        scope_change_decided_at: None,
        created_by_name: None,
        created_at: now,
        version: 1,
    }
}

/// Takes in a request that somebody here, or a program, writes down.
///
/// # Errors
/// Those of [`running`]; at the field: a person who is not at the account, and those of a change.
pub async fn create(
    tx: &mut Tx,
    scope: Scope,
    (new, source): (&NewRequest, RequestSource),
    now: DateTime<Utc>,
) -> Result<Request> {
    let home = running(tx, scope, new.retainer_id).await?;
    let mut row = blank((new.retainer_id, &home), source, &new.title, now);
    row.asker_contact_id = new.asker_contact_id;
    row.asker_name = trimmed(new.asker_name.as_deref());
    if let Some(contact) = new.asker_contact_id
        && !store::at_account(tx, scope, (contact, home.account_id)).await?
    {
        return Err(Error::field("/asker_contact_id", "not_found"));
    }
    apply(tx, scope, &mut row, (&new.details, "/details"), now).await?;
    insert(tx, scope, &mut row, Happened::new(RequestEventKind::Received, None), now).await?;
    view::request(tx, scope, row.id, now).await
}

/// Writes a new request, and notes that its kind was used.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    row: &mut RequestRow,
    told: Happened,
    now: DateTime<Utc>,
) -> Result<()> {
    row.number = store::next_number(tx, scope, row.retainer_id).await?;
    store::insert(tx, scope, row).await?;
    store::tell(tx, scope, (row.id, &[told]), now).await?;
    if let Some(kind) = row.request_type_id {
        let used = sops::Used::RequestType(kind);
        sops::note_use(tx, scope, used, view::today(row, now)?).await?;
    }
    Ok(())
}

/// Changes a request that has no verdict.
///
/// # Errors
/// `stale`; `request_decided`; at the field: an unknown kind, line, input or asker, a value that
/// does not fit, no reason where what was required goes, an asker named by who gives no verdicts.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    (change, version): (&RequestChange, i64),
    now: DateTime<Utc>,
) -> Result<Request> {
    let mut row = at_version(tx, scope, id, version).await?;
    if !row.waits() {
        return Err(ErrorCode::RequestDecided.into());
    }
    let before = row.clone();
    apply(tx, scope, &mut row, (change, ""), now).await?;
    if let Some(asker) = change.asker_contact_id.filter(|asker| *asker != row.asker_contact_id) {
        known_asker(tx, scope, (asker, row.account_id)).await?;
        row.asker_contact_id = asker;
    }
    let mut events = Vec::new();
    let supplied = row.inputs.0 != before.inputs.0 && !change.inputs.is_empty();
    if supplied {
        events.push(Happened::new(RequestEventKind::Supplied, None));
    }
    if change.scope_match.is_some() && matched(&row) != matched(&before) {
        let line = row.match_line_text.as_deref();
        events.push(Happened::new(RequestEventKind::Matched, line));
    }
    if let Some(why) = waived(&before, &row, change.reason.as_deref())? {
        events.push(Happened::new(RequestEventKind::Changed, Some(&why)));
    }
    if events.is_empty() {
        events.push(Happened::new(RequestEventKind::Changed, None));
    }
    answered(&mut row);
    keep(tx, scope, &row, &events, now).await
}

/// Refuses an asker who is not at the account, and one that is named by somebody who gives no
/// verdicts: an asker who is known signs at the address of a request.
async fn known_asker(
    tx: &mut Tx,
    scope: Scope,
    (asker, account): (Option<ContactId>, AccountId),
) -> Result<()> {
    let fault = |code| Err(Error::field("/asker_contact_id", code));
    match asker {
        _ if !scope.may::<TriageRequests>() => fault("by_manager"),
        Some(id) if !store::at_account(tx, scope, (id, account)).await? => fault("not_found"),
        _ => Ok(()),
    }
}

/// Which required inputs went with the kind, and why; nothing if none did.
///
/// # Errors
/// At `/reason` without one. Source: requirement S0-21.
fn waived(before: &RequestRow, after: &RequestRow, why: Option<&str>) -> Result<Option<String>> {
    let still =
        |old: &&RequestInput| after.inputs.0.iter().any(|new| new.required && new.key == old.key);
    let gone = before.inputs.0.iter().filter(|old| old.required && !still(old));
    let gone: Vec<&str> = gone.map(|old| old.label.as_str()).collect();
    if gone.is_empty() {
        return Ok(None);
    }
    let why = trimmed(why).ok_or_else(|| Error::field("/reason", "required"))?;
    Ok(Some(format!("{}: {why}", gone.join(", "))))
}

fn matched(row: &RequestRow) -> (Option<ScopeMatch>, Option<shared::api::ScopeLineId>) {
    (row.match_kind, row.match_line_id)
}

/// A request whose asker brought all that was asked for waits for a verdict again.
pub fn answered(row: &mut RequestRow) {
    let Some(asked) = &row.asked else { return };
    let came =
        |key: &String| row.inputs.0.iter().any(|input| input.key == *key && input.value.is_some());
    let all = !asked.keys.is_empty() && asked.keys.iter().all(came);
    if row.state == RequestState::NeedsInput && all {
        row.state = RequestState::New;
    }
}

/// Applies a change whose fields lie at a prefix.
pub async fn apply(
    tx: &mut Tx,
    scope: Scope,
    row: &mut RequestRow,
    (change, at): (&RequestChange, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(title) = &change.title {
        row.title = title.trim().to_owned();
    }
    if let Some(text) = &change.text {
        row.details = trimmed(Some(text));
    }
    if let Some(kind) = change.request_type_id {
        set_type(tx, scope, row, (kind, &format!("{at}/request_type_id")), now).await?;
    }
    supply(&mut row.inputs.0, &change.inputs, at)?;
    row.wanted_on = change.wanted_on.unwrap_or(row.wanted_on);
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
    if let Some(set) = change.scope_match {
        set_match(tx, scope, row, (set, &format!("{at}/scope_match")), now).await?;
    }
    Ok(())
}

/// Decides under which line of the scope a request falls: one that holds today.
///
/// # Errors
/// At `line_id` for another one.
pub async fn set_match(
    tx: &mut Tx,
    scope: Scope,
    row: &mut RequestRow,
    (set, at): (shared::api::RequestMatchSet, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let today = zone::local_date(zone::zone(&row.timezone)?, now);
    let side = match set.kind {
        ScopeMatch::Included => Some(ScopeLineKind::Included),
        ScopeMatch::Excluded => Some(ScopeLineKind::Excluded),
        ScopeMatch::Unclear => None,
    };
    let lines = store::lines(tx, scope, &[row.retainer_id]).await?;
    let line = lines
        .into_iter()
        .find(|line| Some(line.id) == set.line_id && Some(line.kind) == side && line.holds(today));
    if side.is_some() && line.is_none() {
        return Err(Error::field(&format!("{at}/line_id"), "not_found"));
    }
    row.match_kind = Some(set.kind);
    row.match_line_id = line.as_ref().map(|line| line.id);
    row.match_line_text = line.map(|line| line.text);
    Ok(())
}

/// Gives a request its kind, with what that asks for. What came already stays.
async fn set_type(
    tx: &mut Tx,
    scope: Scope,
    row: &mut RequestRow,
    (kind, field): (Option<RequestTypeId>, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(id) = kind else {
        row.request_type_id = None;
        row.item = None;
        row.inputs = Json(Vec::new());
        return Ok(());
    };
    let found = match sops::request_type(tx, scope, id, now).await {
        Err(Error::Refused(ErrorCode::NotFound) | Error::Db(DbError::NotFound)) => {
            return Err(Error::field(field, "not_found"));
        }
        found => found?,
    };
    if found.archived && row.request_type_id != Some(id) {
        return Err(Error::field(field, "archived"));
    }
    let came = |key: &str| {
        let input = row.inputs.0.iter().find(|input| input.key == key);
        input.and_then(|input| input.value.clone())
    };
    let inputs = found.form.into_iter().map(|input| RequestInput {
        value: came(&input.key),
        key: input.key,
        label: input.label,
        kind: input.kind,
        required: input.required,
        why: input.why,
    });
    let inputs: Vec<RequestInput> = inputs.collect();
    row.inputs = Json(inputs);
    row.request_type_id = Some(id);
    row.request_type_name = Some(found.name);
    row.item = found.item;
    Ok(())
}

/// Notes what came, each at its input.
///
/// # Errors
/// At the key for an input that is not asked for, at the value for one that does not fit.
pub fn supply(inputs: &mut [RequestInput], values: &[InputValue], at: &str) -> Result<()> {
    for (place, given) in values.iter().enumerate() {
        let field = |name: &str| format!("{at}/inputs/{place}/{name}");
        let input = inputs.iter_mut().find(|input| input.key == given.key);
        let input = input.ok_or_else(|| Error::field(&field("key"), "not_found"))?;
        let value = trimmed(Some(&given.value));
        if let Some(value) = &value {
            let fits = input.kind.takes(value);
            fits.map_err(|code| Error::field(&field("value"), code))?;
        }
        input.value = value;
    }
    Ok(())
}
