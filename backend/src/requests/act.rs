//! What whoever holds a link sees and does: send a request by a form, see what became of it, bring
//! what was asked for, agree to what was offered or asked. They see their own and nothing else.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    Act, ActAnswer, ActReceipt, ActRequest, ActType, ErrorCode, FieldError, OrderHold,
    RequestEventKind, RequestInput, RequestSource, RequestState, Role,
};

use super::intake::{self, answered, blank, running, supply, trimmed};
use super::links;
use super::links_store::{self, HeldRow};
use super::store::{self, Happened, RequestRow};
use super::{sign, view};
use crate::approvals::links as approvals;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::PageParams;
use crate::{renewals, sops};

/// Requests that one form takes within an hour: more is no client.
const REQUESTS_AN_HOUR: i64 = 30;
/// The most kinds that a form offers.
const TYPES_MAX: i64 = 200;

/// The holder of a link acts in the organisation of the link, as somebody who may only look: what
/// they may do besides is what this module does.
pub fn scope_of(held: &HeldRow) -> Scope {
    Scope::acting(held.organisation_id, held.created_by, Role::Viewer)
}

/// What the holder of a link sees.
///
/// # Errors
/// `not_found`, `link_revoked`, `link_expired`.
pub async fn show(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<Act> {
    if let Some(asked) = approvals::held(tx, token, now).await? {
        return approvals::show(tx, asked, now).await;
    }
    let held = links::held(tx, token, now).await?;
    let scope = scope_of(&held);
    let proposal = match held.proposal_id {
        Some(id) => Some(renewals::proposal_shown(tx, scope, id, now).await?),
        None => None,
    };
    let (types, request) = match held.request_id {
        _ if proposal.is_some() => (Vec::new(), None),
        Some(id) => {
            let row = store::find(tx, scope, id).await?;
            (Vec::new(), Some(seen(&row, sign::hold(tx, scope, &row, now).await?)))
        }
        None => {
            running(tx, scope, held.retainer_id).await?;
            let paging = PageParams { limit: TYPES_MAX, cursor: None };
            let found = sops::request_types(tx, scope, (None, false), &paging, now).await?;
            let kind = |one: shared::api::RequestType| ActType {
                id: one.id,
                name: one.name,
                inputs: one.form,
            };
            (found.items.into_iter().map(kind).collect(), None)
        }
    };
    Ok(Act {
        organisation_name: held.organisation_name,
        retainer_name: held.retainer_name,
        expires_at: held.expires_at,
        types,
        request,
        proposal,
        approval: None,
    })
}

/// Whether a link is that of a proposal, or of what is asked beyond a limit, that nobody has seen yet.
///
/// # Errors
/// Those of [`show`].
pub async fn is_unseen(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<bool> {
    if let Some(asked) = approvals::held(tx, token, now).await? {
        return Ok(asked.is_unseen());
    }
    let held = links::held(tx, token, now).await?;
    match held.proposal_id {
        Some(id) => renewals::is_unseen(tx, scope_of(&held), id).await,
        None => Ok(false),
    }
}

/// Notes that a browser shows the proposal of a link, or what is asked beyond a limit.
///
/// # Errors
/// Those of [`show`].
pub async fn see(tx: &mut Tx, token: &str, now: DateTime<Utc>) -> Result<()> {
    if let Some(asked) = approvals::held(tx, token, now).await? {
        return approvals::see(tx, &asked, now).await;
    }
    let held = links::held(tx, token, now).await?;
    match held.proposal_id {
        Some(id) => renewals::see(tx, scope_of(&held), id, now).await,
        None => Ok(()),
    }
}

/// A request, as its asker sees it, with why what is offered cannot be accepted now.
pub(super) fn seen(row: &RequestRow, hold: Option<OrderHold>) -> ActRequest {
    let asks = row.asked.as_ref().filter(|_| row.state == RequestState::NeedsInput);
    let open = open_inputs(row);
    let wanted = |input: &&RequestInput| open.contains(&input.key);
    let triage = view::triage(row);
    let accepted = triage.as_ref().filter(|triage| triage.verdict.accepts());
    let fee = triage.as_ref().and_then(|triage| match triage.verdict.accepts() {
        true => triage.effect.fee_minor,
        false => triage.fee_minor,
    });
    ActRequest {
        number: row.number,
        title: row.title.clone(),
        created_at: row.created_at,
        state: row.state,
        asked: asks.and_then(|asked| asked.note.clone()),
        inputs: row.inputs.0.iter().filter(wanted).cloned().collect(),
        verdict: row.verdict,
        reason: triage.as_ref().and_then(|triage| triage.reason.clone()),
        until: accepted.and_then(|triage| triage.effect.until),
        minutes: triage.as_ref().and_then(|triage| triage.minutes),
        order: row.scope_change_state,
        order_number: row.scope_change_number,
        order_on: row.scope_change_on,
        order_hold: hold,
        work: row.work_stage.filter(|_| row.work_item_id.is_some()),
        fee_minor: fee.filter(|fee| *fee > 0),
        currency: triage.map(|triage| triage.currency),
    }
}

/// The keys of what its asker may bring now: what is asked of them, and while nobody has decided
/// what is still missing.
fn open_inputs(row: &RequestRow) -> Vec<String> {
    if !row.waits() {
        return Vec::new();
    }
    let asks = row.asked.as_ref().filter(|_| row.state == RequestState::NeedsInput);
    let mut keys = asks.map(|asked| asked.keys.clone()).unwrap_or_default();
    keys.extend(row.missing().into_iter().filter(|key| !keys.contains(key)).collect::<Vec<_>>());
    keys
}

/// Takes what the holder of a link sends: a request, or what was asked of theirs.
///
/// # Errors
/// `not_found`, `link_revoked`, `link_expired`; too many requests; `not_asked`; at the field; those
/// of [`sign::sign`].
pub(crate) async fn send(
    tx: &mut Tx,
    token: &str,
    (new, with): (&ActAnswer, Option<&str>),
    now: DateTime<Utc>,
) -> Result<ActReceipt> {
    let held = links::held(tx, token, now).await?;
    let scope = scope_of(&held);
    if let Some(id) = held.proposal_id {
        let accepts = new.accepts.ok_or(ErrorCode::NotAsked)?;
        let answer = (id, accepts, new, with);
        let proposal = Some(renewals::answer_proposal(tx, scope, answer, now).await?);
        let (request, approval, missing) = (None, None, Vec::new());
        return Ok(ActReceipt { request, proposal, approval, missing, token: None });
    }
    match held.request_id {
        Some(id) => {
            let row = store::find(tx, scope, id).await?;
            match new.accepts {
                Some(accepts) => sign::sign(tx, scope, &row, (accepts, new), now).await,
                None => bring(tx, scope, row, new, now).await,
            }
        }
        None if new.accepts.is_some() => Err(ErrorCode::NotAsked.into()),
        None => take(tx, scope, &held, new, now).await,
    }
}

/// Makes another address for who sent a request by a form, since they did not get the first.
///
/// # Errors
/// Those of the database.
pub(crate) async fn told_anew(
    tx: &mut Tx,
    held: &HeldRow,
    receipt: ActReceipt,
    now: DateTime<Utc>,
) -> Result<ActReceipt> {
    let (None, None, Some(request)) = (held.request_id, held.proposal_id, &receipt.request) else {
        return Ok(receipt);
    };
    let scope = scope_of(held);
    let place = (held.retainer_id, request.number);
    let id = store::numbered(tx, scope, place).await?;
    let token = links::open_request(tx, scope, (held.retainer_id, id), now).await?;
    Ok(ActReceipt { token: Some(token), ..receipt })
}

/// Takes in a request by a form.
async fn take(
    tx: &mut Tx,
    scope: Scope,
    held: &HeldRow,
    new: &ActAnswer,
    now: DateTime<Utc>,
) -> Result<ActReceipt> {
    let home = running(tx, scope, held.retainer_id).await?;
    let hour = now - Duration::hours(1);
    let (sent, first) = links_store::sent(tx, scope, held.id, hour).await?;
    if sent >= REQUESTS_AN_HOUR {
        let again = first.unwrap_or(now) + Duration::hours(1);
        return Err(Error::Throttled((again - now).num_seconds().max(1)));
    }
    let (title, name) = (trimmed(new.title.as_deref()), trimmed(new.asker_name.as_deref()));
    let missing = [("/title", title.is_none()), ("/asker_name", name.is_none())];
    let faults = missing.into_iter().filter(|(_, missing)| *missing);
    let faults: Vec<_> = faults.map(|(field, _)| FieldError::new(field, "required")).collect();
    if !faults.is_empty() {
        return Err(faults.into());
    }
    let title = title.unwrap_or_default();
    let mut row = blank((held.retainer_id, &home), RequestSource::Form, &title, now);
    row.asker_name = name;
    row.asker_email = trimmed(new.asker_email.as_deref());
    row.link_id = Some(held.id);
    let change = shared::api::RequestChange {
        text: new.text.clone(),
        request_type_id: new.request_type_id.map(Some),
        inputs: new.inputs.clone(),
        wanted_on: Some(new.wanted_on),
        ..Default::default()
    };
    intake::apply(tx, scope, &mut row, (&change, ""), now).await?;
    let told = Happened::new(RequestEventKind::Received, None).by_asker();
    intake::insert(tx, scope, &mut row, told, now).await?;
    let token = links::open_request(tx, scope, (row.retainer_id, row.id), now).await?;
    let labels = row.inputs.0.iter().filter(|input| input.required && input.value.is_none());
    let missing = labels.map(|input| input.label.clone()).collect();
    Ok(ActReceipt { token: Some(token), ..receipt(seen(&row, None), missing) })
}

/// Notes what the asker brings of what was asked for or is missing, and nothing else.
async fn bring(
    tx: &mut Tx,
    scope: Scope,
    mut row: RequestRow,
    new: &ActAnswer,
    now: DateTime<Utc>,
) -> Result<ActReceipt> {
    let open = open_inputs(&row);
    if open.is_empty() && row.state != RequestState::NeedsInput {
        return Err(ErrorCode::NotAsked.into());
    }
    for (place, one) in new.inputs.iter().enumerate() {
        if !open.contains(&one.key) {
            return Err(Error::field(&format!("/inputs/{place}/key"), "not_found"));
        }
    }
    let text = trimmed(new.text.as_deref());
    if new.inputs.is_empty() && text.is_none() {
        return Err(Error::field("/text", "required"));
    }
    supply(&mut row.inputs.0, &new.inputs, "")?;
    answered(&mut row);
    if text.is_some() {
        // Whoever answers in words waits for somebody to read them, whatever is still missing.
        row.state = RequestState::New;
    }
    let told = Happened::new(RequestEventKind::Supplied, text.as_deref()).by_asker();
    intake::keep(tx, scope, &row, &[told], now).await?;
    let labels = row.inputs.0.iter().filter(|input| input.required && input.value.is_none());
    let missing = labels.map(|input| input.label.clone()).collect();
    Ok(receipt(seen(&row, None), missing))
}

/// What is told of a request that was sent, answered or agreed to.
pub(super) fn receipt(request: ActRequest, missing: Vec<String>) -> ActReceipt {
    let request = Some(request);
    ActReceipt { request, proposal: None, approval: None, missing, token: None }
}
