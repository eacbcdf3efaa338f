//! Messages that others write, each of which brings something beside its words.
use chrono::{DateTime, Utc};
use shared::api::{AccountId, ContactId, ErrorCode, MessageId, MessageState, RetainerId, Role};

use super::service::{queue_anyway, write};
use super::store::{self, PersonRow};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Result;
use crate::mail;

/// A message to write and send.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Enclosing<'a> {
    pub account: AccountId,
    pub retainer: RetainerId,
    /// Who it is for, their name and mail address.
    pub contact: (ContactId, &'a str, &'a str),
    /// Subject and text.
    pub words: (&'a str, &'a str),
}

/// Writes a message and gives it to the outbox: it waits there while there is no mail server. What
/// it brings is found by its id once it is sent.
///
/// # Errors
/// Those of the database.
pub(crate) async fn enclose(
    tx: &mut Tx,
    scope: Scope,
    new: &Enclosing<'_>,
    now: DateTime<Utc>,
) -> Result<MessageId> {
    let (id, name, address) = new.contact;
    let person = PersonRow {
        id,
        account_id: new.account,
        name: name.to_owned(),
        email: Some(address.to_owned()),
        archived: false,
    };
    let about = (Some(new.retainer), None, None);
    let id = write(tx, scope, (&person, about, new.words), now).await?;
    queue_anyway(tx, scope, (id, None), now).await?;
    Ok(id)
}

/// Takes a message back, and throws it away if nobody can have got it; false for one that went, is
/// being handed over, or was tried: the mail server may have taken it, and its answer was lost.
///
/// # Errors
/// Those of the database.
pub(crate) async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    id: MessageId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let row = match store::find(tx, scope, id).await {
        Ok(row) => row,
        // Somebody threw it away.
        Err(error) if error.code() == ErrorCode::NotFound => return Ok(true),
        Err(error) => return Err(error),
    };
    let state = row.state();
    if matches!(state, MessageState::Sent | MessageState::Received) {
        return Ok(false);
    }
    if let Some(mail) = row.mail_id {
        if state == MessageState::Sending {
            // Whoever changes what it is about may do so, whatever they may do with mails.
            let all = Scope::acting(scope.organisation(), scope.member(), Role::Owner);
            match mail::cancel(tx, all, mail, (now, Clock::Real.now())).await {
                Err(error) if error.code() == ErrorCode::MailOver => return Ok(false),
                done => done.map(drop)?,
            }
        }
        let mail = mail::find(tx, scope, mail).await?;
        // What was given up at once was refused, and what came back was not delivered.
        let refused = mail.attempts == 1 || mail.returned_at.is_some();
        if mail.attempts > 0 && !(state == MessageState::Failed && refused) {
            return Ok(false);
        }
    }
    store::drop_mail(tx, scope, id).await?;
    store::delete(tx, scope, (id, row.version)).await
}
