//! What writing a message, sending it and taking it back mean.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ContactId, ErrorCode, MailState, Message, MessageChange, MessageId, MessageState,
    NewMessage, NoteId, NoteMessage, Page, RetainerId, Role, TimelineEvent,
};
use uuid::Uuid;

use super::store::{self, Filter, MessageRow, NewRow, PersonRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::invoices::TAKEN_BACK_WITHIN;
use crate::mail::{self, About, MailRow, Mailer, NewMail};
use crate::timeline::{self, Told};

/// Writes a message, and sends it if that is asked for.
///
/// # Errors
/// At the field: a person who is not here or has no mail address, a retainer of another account, a
/// message that it cannot answer; `mail_off`.
pub(crate) async fn create(
    tx: &mut Tx,
    scope: Scope,
    (new, mailer): (&NewMessage, &Mailer),
    now: DateTime<Utc>,
) -> Result<Message> {
    let person = person(tx, scope, (new.contact_id, None), "").await?;
    if let Some(retainer) = new.retainer_id
        && store::account_of(tx, scope, retainer).await? != Some(person.account_id)
    {
        return Err(Error::field("/retainer_id", "not_found"));
    }
    let thread = match new.answers {
        Some(other) => Some(thread_of(tx, scope, (other, person.account_id)).await?),
        None => None,
    };
    let words = (new.subject.as_str(), new.body.as_str());
    let about = (new.retainer_id, None, thread);
    let id = write(tx, scope, (&person, about, words), now).await?;
    if new.send {
        queue(tx, scope, (id, mailer), now).await?;
    }
    find(tx, scope, id).await
}

async fn thread_of(
    tx: &mut Tx,
    scope: Scope,
    (other, account): (MessageId, AccountId),
) -> Result<MessageId> {
    match store::find(tx, scope, other).await {
        Ok(row) if row.account_id == account => Ok(row.thread_id),
        Err(error) if error.code() != ErrorCode::NotFound => Err(error),
        _ => Err(Error::field("/answers", "not_found")),
    }
}

/// Writes the message that follows from a note, with it; `at` is where it stands in the body.
/// Source: requirement S2-15.
///
/// # Errors
/// As [`create`], below `at`.
pub(crate) async fn create_with(
    tx: &mut Tx,
    scope: Scope,
    (note, about): (NoteId, (AccountId, Option<RetainerId>)),
    (new, at, mailer): (&NoteMessage, &str, &Mailer),
    now: DateTime<Utc>,
) -> Result<()> {
    let (account, retainer) = about;
    let person = person(tx, scope, (new.contact_id, Some(account)), at).await?;
    let words = (new.subject.as_str(), new.body.as_str());
    let id = write(tx, scope, (&person, (retainer, Some(note), None), words), now).await?;
    if new.send {
        queue(tx, scope, (id, mailer), now).await?;
    }
    Ok(())
}

/// Somebody of the account, where one is meant, who has a mail address.
async fn person(
    tx: &mut Tx,
    scope: Scope,
    (id, account): (ContactId, Option<AccountId>),
    at: &str,
) -> Result<PersonRow> {
    let field = format!("{at}/contact_id");
    let found = store::person(tx, scope, id).await?;
    let found = found.filter(|found| account.is_none_or(|account| account == found.account_id));
    let found = found.ok_or_else(|| Error::field(&field, "not_found"))?;
    match &found.email {
        Some(email) if mail::is_address(email) => Ok(found),
        Some(_) => Err(Error::field(&field, "email_invalid")),
        None => Err(Error::field(&field, "email_missing")),
    }
}

/// Which retainer and note a message is about, and the thread that it goes on with.
pub(super) type Around = (Option<RetainerId>, Option<NoteId>, Option<MessageId>);

pub(super) async fn write(
    tx: &mut Tx,
    scope: Scope,
    (person, (retainer, note, thread), (subject, body)): (&PersonRow, Around, (&str, &str)),
    now: DateTime<Utc>,
) -> Result<MessageId> {
    let id = MessageId(Uuid::now_v7());
    let new = NewRow {
        id,
        thread: thread.unwrap_or(id),
        account: person.account_id,
        retainer,
        contact: Some(person.id),
        contact_name: &person.name,
        address: person.email.as_deref().unwrap_or_default(),
        incoming: false,
        subject: subject.trim(),
        body: body.trim_end(),
        note,
        author: Some(scope.member()),
        internet_id: None,
        at: now,
    };
    store::insert(tx, scope, &new).await?;
    Ok(id)
}

/// Gives a message to the outbox: it can be taken back for a while.
async fn queue(
    tx: &mut Tx,
    scope: Scope,
    (id, mailer): (MessageId, &Mailer),
    now: DateTime<Utc>,
) -> Result<()> {
    if mailer.from().is_none() {
        return Err(ErrorCode::MailOff.into());
    }
    queue_anyway(tx, scope, (id, mailer.inbox()), now).await
}

/// The same, with answers there, else to who wrote; whether or not there is a mail server now.
pub(super) async fn queue_anyway(
    tx: &mut Tx,
    scope: Scope,
    (id, inbox): (MessageId, Option<String>),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = store::find(tx, scope, id).await?;
    let next_at = now + TAKEN_BACK_WITHIN;
    if row.mail_id.is_some() {
        let words = (row.subject.as_str(), row.body.as_str());
        return mail::queue_again(tx, scope, (id, &row.address, words), (now, next_at)).await;
    }
    let author = row.author_id.unwrap_or(scope.member());
    let (name, email, organisation) = store::names(tx, scope, author).await?;
    // Answers come where they are taken into the record; else to who wrote.
    let reply_to = inbox.or(email);
    let in_reply_to = store::last_received(tx, scope, row.thread_id).await?;
    let new = NewMail {
        about: About::Message(id, in_reply_to.as_deref()),
        sender: &format!("{name} ({organisation})"),
        reply_to: reply_to.as_deref(),
        recipient: &row.address,
        subject: &row.subject,
        body: &row.body,
        next_at,
    };
    mail::queue(tx, scope, &new, now).await
}

/// A message.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: MessageId) -> Result<Message> {
    Ok(store::find(tx, scope, id).await?.into())
}

/// A page of messages, the newest first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
) -> Result<Page<Message>> {
    let filter = Filter { before: paging.after()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(Message::from).collect(), next_cursor })
}

/// The last messages to the people of an account and from them, the newest first: at most so many.
///
/// # Errors
/// Those of the database.
pub(crate) async fn last(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    most: i64,
) -> Result<Vec<Message>> {
    let filter = Filter { account: Some(account), ..Filter::default() };
    Ok(list(tx, scope, filter, &PageParams::new(Some(most), None)?).await?.items)
}

/// A draft, or what nobody got, at the version that the caller saw.
async fn draft(tx: &mut Tx, scope: Scope, (id, version): (MessageId, i64)) -> Result<MessageRow> {
    let row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    match row.state() {
        MessageState::Draft | MessageState::Failed | MessageState::TakenBack => Ok(row),
        _ => Err(ErrorCode::MessageSent.into()),
    }
}

/// Changes a draft, or what nobody got.
///
/// # Errors
/// `not_found`; `stale`; `message_sent`; at `/contact_id` for somebody who is not of this account, or
/// has no mail address, and for another person than an invitation is for.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (of, change): ((MessageId, i64), &MessageChange),
) -> Result<Message> {
    let mut row = draft(tx, scope, of).await?;
    if let Some(contact) = change.contact_id {
        if row.contact_id != Some(contact) && store::invites(tx, scope, row.id).await? {
            return Err(Error::field("/contact_id", "not_allowed"));
        }
        let person = person(tx, scope, (contact, Some(row.account_id)), "").await?;
        row.contact_id = Some(person.id);
        row.contact_name = person.name;
        row.address = person.email.unwrap_or_default();
    }
    if let Some(subject) = &change.subject {
        subject.trim().clone_into(&mut row.subject);
    }
    if let Some(body) = &change.body {
        body.trim_end().clone_into(&mut row.body);
    }
    match store::change(tx, scope, &row).await? {
        true => find(tx, scope, row.id).await,
        false => Err(ErrorCode::Stale.into()),
    }
}

/// Throws a draft away, or what never went out: the timeline tells of what came back.
///
/// # Errors
/// `not_found`; `stale`; `message_sent`.
pub async fn discard(tx: &mut Tx, scope: Scope, of: (MessageId, i64)) -> Result<()> {
    if draft(tx, scope, of).await?.mail_returned_at.is_some() {
        return Err(ErrorCode::MessageSent.into());
    }
    store::drop_mail(tx, scope, of.0).await?;
    match store::delete(tx, scope, of).await? {
        true => Ok(()),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// Sends a draft, or again what failed or was taken back.
///
/// # Errors
/// `not_found`; `stale`; `message_sent`; `mail_off`; at `/contact_id` for a person who is gone, or has
/// no mail address.
pub async fn send(
    tx: &mut Tx,
    scope: Scope,
    ((id, version), mailer): ((MessageId, i64), &Mailer),
    now: DateTime<Utc>,
) -> Result<Message> {
    let row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    hand_over(tx, scope, (row, mailer), now).await?;
    find(tx, scope, id).await
}

/// Sends again what failed or was taken back, whatever version somebody saw.
///
/// # Errors
/// As [`send`].
pub(crate) async fn again(
    tx: &mut Tx,
    scope: Scope,
    (id, mailer): (MessageId, &Mailer),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = store::find(tx, scope, id).await?;
    hand_over(tx, scope, (row, mailer), now).await
}

/// Gives a message to the outbox, to where its person is reached today.
async fn hand_over(
    tx: &mut Tx,
    scope: Scope,
    (mut row, mailer): (MessageRow, &Mailer),
    now: DateTime<Utc>,
) -> Result<()> {
    match row.state() {
        MessageState::Draft | MessageState::Failed | MessageState::TakenBack => {}
        MessageState::Sending | MessageState::Sent | MessageState::Received => {
            return Err(ErrorCode::MessageSent.into());
        }
    }
    let contact = row.contact_id.ok_or_else(|| Error::field("/contact_id", "not_found"))?;
    let person = person(tx, scope, (contact, Some(row.account_id)), "").await?;
    row.contact_name = person.name;
    row.address = person.email.unwrap_or_default();
    if !store::change(tx, scope, &row).await? {
        return Err(ErrorCode::Stale.into());
    }
    queue(tx, scope, (row.id, mailer), now).await
}

/// Takes a message back that waits to be sent.
///
/// # Errors
/// `not_found`; `message_not_waiting`.
pub async fn take_back(
    tx: &mut Tx,
    scope: Scope,
    id: MessageId,
    times: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Message> {
    let row = store::find(tx, scope, id).await?;
    let waits = row.mail_id.filter(|_| row.mail_state == Some(MailState::Queued));
    let mail = waits.ok_or(ErrorCode::MessageNotWaiting)?;
    match mail::cancel(tx, scope, mail, times).await {
        Err(error) if error.code() == ErrorCode::MailOver => {
            Err(ErrorCode::MessageNotWaiting.into())
        }
        Err(error) => Err(error),
        Ok(_) => {
            store::touch(tx, scope, (id, row.version)).await?;
            find(tx, scope, id).await
        }
    }
}

/// Tells the timeline that the mail server took a message, in the transaction that writes that down.
///
/// # Errors
/// Those of the database.
pub(crate) async fn told(
    tx: &mut Tx,
    scope: Scope,
    mail: &MailRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let Some(id) = mail.message_id else { return Ok(()) };
    let author = store::find(tx, scope, id).await?.author_id;
    let by = author.map(|author| Scope::acting(scope.organisation(), author, Role::Owner));
    let told = Told::new(TimelineEvent::MessageSent, id);
    timeline::tell(tx, by.unwrap_or(scope), told, now).await
}
