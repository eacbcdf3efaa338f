//! What writing a note, changing it and withdrawing it mean.
use chrono::{DateTime, Duration, Utc};
use shared::api::{
    AccountId, ErrorCode, NewNote, NewTask, Note, NoteChange, NoteId, NoteKind, NoteTask, Page,
    RetainerId, TimelineEvent,
};
use uuid::Uuid;

use super::notes_store::{self as store, Filter, NoteRow};
use super::{tasks, tasks_store};
use crate::auth::{ManageAccounts, Scope};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::mail::Mailer;
use crate::messages;
use crate::timeline::{self, Told};

/// How far the clock of who writes may be ahead of ours.
const AHEAD: Duration = Duration::minutes(5);

/// Writes a note with the next steps and the message that follow from it, all at once. Source:
/// requirement S2-15.
///
/// # Errors
/// At the field: an account or retainer that is not here, a time to come, an owner of a step who is
/// not here or sees to none, a person who is not of the account or has no mail address; `mail_off`.
pub(crate) async fn create(
    tx: &mut Tx,
    scope: Scope,
    (new, mailer): (&NewNote, &Mailer),
    now: DateTime<Utc>,
) -> Result<Note> {
    of_account(tx, scope, (new.account_id, new.retainer_id)).await?;
    let happened_at = new.happened_at.unwrap_or(now);
    not_to_come(happened_at, now)?;
    let id = NoteId(Uuid::now_v7());
    let text = new.text.trim();
    let said = (new.kind.unwrap_or(NoteKind::Note), text, new.internal.unwrap_or(true));
    store::insert(tx, scope, (id, new), (happened_at, said), now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::NoteWritten, id), now).await?;
    timeline::reindex(tx, scope, id, text).await?;
    for (place, step) in new.tasks.iter().enumerate() {
        let at = format!("/tasks/{place}");
        tasks::create_at(tx, scope, (&step_of(new, id, step), &at), now).await?;
    }
    if let Some(message) = &new.message {
        let about = (id, (new.account_id, new.retainer_id));
        let message = (message, "/message", mailer);
        messages::create_with(tx, scope, about, message, now).await?;
    }
    find(tx, scope, id).await
}

fn step_of(note: &NewNote, id: NoteId, step: &NoteTask) -> NewTask {
    NewTask {
        account_id: note.account_id,
        retainer_id: note.retainer_id,
        note_id: Some(id),
        title: step.title.clone(),
        owner_id: step.owner_id,
        due_on: step.due_on,
    }
}

/// An account of here, and a retainer of it.
///
/// # Errors
/// At the field.
pub(super) async fn of_account(
    tx: &mut Tx,
    scope: Scope,
    (account, retainer): (AccountId, Option<RetainerId>),
) -> Result<()> {
    if !store::account_is_known(tx, scope, account).await? {
        return Err(Error::field("/account_id", "not_found"));
    }
    match retainer {
        Some(id) if store::account_of(tx, scope, id).await? != Some(account) => {
            Err(Error::field("/retainer_id", "not_found"))
        }
        _ => Ok(()),
    }
}

fn not_to_come(at: DateTime<Utc>, now: DateTime<Utc>) -> Result<()> {
    if at > now + AHEAD { Err(Error::field("/happened_at", "future")) } else { Ok(()) }
}

/// A note with the next steps that came of it.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: NoteId) -> Result<Note> {
    let row = store::find(tx, scope, id).await?;
    let steps = tasks_store::of_notes(tx, scope, &[id]).await?;
    Ok(row.with(steps))
}

/// A page of notes, what happened last first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
) -> Result<Page<Note>> {
    let filter = Filter { before: paging.after_time()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.happened_at, row.id));
    let ids: Vec<NoteId> = items.iter().map(|row| row.id).collect();
    let mut steps = tasks_store::of_notes(tx, scope, &ids).await?;
    let with_its_own = |row: NoteRow| {
        let id = row.id;
        row.with(steps.extract_if(.., |step| step.note_id == Some(id)).collect())
    };
    Ok(Page { items: items.into_iter().map(with_its_own).collect(), next_cursor })
}

/// The last notes about an account, what happened last first: at most so many.
///
/// # Errors
/// Those of the database.
pub(crate) async fn last(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    most: i64,
) -> Result<Vec<Note>> {
    let filter = Filter { account: Some(account), ..Filter::default() };
    Ok(list(tx, scope, filter, &PageParams::new(Some(most), None)?).await?.items)
}

/// Changes a note: one's own, or any as who manages accounts.
///
/// # Errors
/// `not_found`; `stale`; `forbidden`; `note_withdrawn`; at `/happened_at` for a time to come.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (NoteId, i64),
    change: &NoteChange,
    now: DateTime<Utc>,
) -> Result<Note> {
    let mut row = own(tx, scope, (id, version)).await?;
    row.kind = change.kind.unwrap_or(row.kind);
    if let Some(at) = change.happened_at {
        not_to_come(at, now)?;
        row.happened_at = at;
    }
    row.internal = change.internal.unwrap_or(row.internal);
    if let Some(text) = change.text.as_deref().map(str::trim) {
        text.clone_into(&mut row.text);
    }
    if !store::change(tx, scope, &row, now).await? {
        return Err(ErrorCode::Stale.into());
    }
    timeline::move_to(tx, scope, id, (row.happened_at, row.internal)).await?;
    timeline::reindex(tx, scope, id, &row.text).await?;
    find(tx, scope, id).await
}

/// Withdraws a note: it is kept, and told and found no more. Its next steps stay.
///
/// # Errors
/// `not_found`; `stale`; `forbidden`; `note_withdrawn`.
pub async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (NoteId, i64),
    now: DateTime<Utc>,
) -> Result<Note> {
    own(tx, scope, (id, version)).await?;
    if !store::withdraw(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    timeline::unindex(tx, scope, id).await?;
    find(tx, scope, id).await
}

/// A note that the caller may change, at the version they saw.
async fn own(tx: &mut Tx, scope: Scope, (id, version): (NoteId, i64)) -> Result<NoteRow> {
    let row = store::find(tx, scope, id).await?;
    if row.author_id != scope.member() && !scope.may::<ManageAccounts>() {
        return Err(ErrorCode::Forbidden.into());
    }
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    if row.withdrawn_at.is_some() { Err(ErrorCode::NoteWithdrawn.into()) } else { Ok(row) }
}
