//! Asking the asker of a request for what is missing, and taking a request back.
use chrono::{DateTime, Utc};
use shared::api::{
    ErrorCode, NewRequestQuestion, Request, RequestAsked, RequestEventKind, RequestId,
    RequestQuestioned, RequestState, RequestWithdrawal,
};
use sqlx::types::Json;

use super::intake::{keep, trimmed};
use super::links;
use super::store::{self, Happened};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::identity;

/// Asks for inputs, or something in words: the asker sees it at an address of their own.
///
/// # Errors
/// `not_found`; `request_decided`; at the field: an input that is not asked for by the kind,
/// nothing to ask.
pub async fn ask(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    new: &NewRequestQuestion,
    now: DateTime<Utc>,
) -> Result<RequestQuestioned> {
    let mut row = store::find(tx, scope, id).await?;
    if !row.waits() {
        return Err(ErrorCode::RequestDecided.into());
    }
    for (place, key) in new.keys.iter().enumerate() {
        if !row.inputs.0.iter().any(|input| input.key == *key) {
            return Err(Error::field(&format!("/keys/{place}"), "not_found"));
        }
    }
    let keys = if new.keys.is_empty() { row.missing() } else { new.keys.clone() };
    let note = trimmed(new.note.as_deref());
    if keys.is_empty() && note.is_none() {
        return Err(Error::field("/note", "required"));
    }
    let member_name = identity::members::find(tx, scope, scope.member(), now).await?.name;
    row.asked = Some(Json(RequestAsked { keys, note: note.clone(), member_name, at: now }));
    row.state = RequestState::NeedsInput;
    let told = Happened::new(RequestEventKind::Asked, note.as_deref());
    let request = keep(tx, scope, &row, &[told], now).await?;
    let token = links::open_request(tx, scope, (row.retainer_id, id), now).await?;
    Ok(RequestQuestioned { request, token })
}

/// Makes another address for the asker, since whoever asked did not get the first.
///
/// # Errors
/// Those of the database.
pub(crate) async fn told_anew(
    tx: &mut Tx,
    scope: Scope,
    asked: RequestQuestioned,
    now: DateTime<Utc>,
) -> Result<RequestQuestioned> {
    let about = (asked.request.retainer_id, asked.request.id);
    Ok(RequestQuestioned { token: links::open_request(tx, scope, about, now).await?, ..asked })
}

/// Takes a request back that nobody decided about.
///
/// # Errors
/// `not_found`; `request_decided`.
pub async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    id: RequestId,
    new: &RequestWithdrawal,
    now: DateTime<Utc>,
) -> Result<Request> {
    let mut row = store::find(tx, scope, id).await?;
    if !row.waits() {
        return Err(ErrorCode::RequestDecided.into());
    }
    row.state = RequestState::Withdrawn;
    let told = Happened::new(RequestEventKind::Withdrawn, Some(new.reason.trim()));
    keep(tx, scope, &row, &[told], now).await
}
