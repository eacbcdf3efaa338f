//! Messages in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ClientSessionId, ContactId, MailId, MailState, MemberId, Message, MessageId,
    MessageState, NoteId, OrganisationId, RetainerId,
};

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A message with the names around it, and the mail that it is, if it is to be sent.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MessageRow {
    pub id: MessageId,
    pub thread_id: MessageId,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: Option<RetainerId>,
    pub retainer_name: Option<String>,
    pub contact_id: Option<ContactId>,
    pub contact_name: String,
    pub address: String,
    pub incoming: bool,
    pub subject: String,
    pub body: String,
    pub note_id: Option<NoteId>,
    pub author_id: Option<MemberId>,
    pub author_name: Option<String>,
    pub created_at: DateTime<Utc>,
    pub mail_id: Option<MailId>,
    pub mail_state: Option<MailState>,
    pub mail_answer: Option<String>,
    pub mail_at: Option<DateTime<Utc>>,
    pub mail_returned_at: Option<DateTime<Utc>>,
    pub version: i64,
}
impl MessageRow {
    /// How it stands.
    pub fn state(&self) -> MessageState {
        match self.mail_state {
            None if self.incoming => MessageState::Received,
            None => MessageState::Draft,
            Some(state) => state_of(state),
        }
    }
}
/// How a message stands by its mail.
pub fn state_of(mail: MailState) -> MessageState {
    match mail {
        MailState::Queued => MessageState::Sending,
        MailState::Sent => MessageState::Sent,
        MailState::Failed => MessageState::Failed,
        MailState::Cancelled => MessageState::TakenBack,
    }
}
impl From<MessageRow> for Message {
    fn from(row: MessageRow) -> Self {
        let state = row.state();
        Self {
            id: row.id,
            thread_id: row.thread_id,
            account_id: row.account_id,
            account_name: row.account_name,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            contact_id: row.contact_id,
            contact_name: row.contact_name,
            address: row.address,
            subject: row.subject,
            body: row.body,
            state,
            answer: row.mail_answer,
            note_id: row.note_id,
            author_name: row.author_name,
            at: row.mail_at.unwrap_or(row.created_at),
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT g.id, g.thread_id, g.account_id, a.name AS account_name, g.retainer_id,
        r.name AS retainer_name, c.id AS contact_id, g.contact_name, g.address, g.incoming,
        g.subject, g.body, g.note_id, g.author_id, m.name AS author_name, g.created_at,
        x.id AS mail_id, x.state AS mail_state, x.answer AS mail_answer,
        COALESCE(x.returned_at, x.ended_at, x.queued_at) AS mail_at,
        x.returned_at AS mail_returned_at, g.version
    FROM messages g
    JOIN accounts a ON a.organisation_id = g.organisation_id AND a.id = g.account_id
    LEFT JOIN retainers r ON r.organisation_id = g.organisation_id AND r.id = g.retainer_id
    LEFT JOIN contacts c ON c.organisation_id = g.organisation_id AND c.id = g.contact_id
    LEFT JOIN members m ON m.organisation_id = g.organisation_id AND m.id = g.author_id
    LEFT JOIN mails x ON x.organisation_id = g.organisation_id AND x.message_id = g.id
    WHERE g.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub account: Option<AccountId>,
    pub thread: Option<MessageId>,
    pub state: Option<MessageState>,
    pub before: Option<MessageId>,
    pub limit: i64,
}

/// Messages, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<MessageRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND g.account_id = ?", filter.account)
        .push_opt(" AND g.thread_id = ?", filter.thread)
        .push_opt(" AND g.id < ?", filter.before);
    let mail = |state: MailState| Arg::name(state);
    let query = match filter.state {
        None => query,
        Some(MessageState::Draft) => query.text(" AND x.id IS NULL AND NOT g.incoming"),
        Some(MessageState::Received) => query.text(" AND g.incoming"),
        Some(MessageState::Sending) => query.push(" AND x.state = ?", mail(MailState::Queued)),
        Some(MessageState::Sent) => query.push(" AND x.state = ?", mail(MailState::Sent)),
        Some(MessageState::Failed) => query.push(" AND x.state = ?", mail(MailState::Failed)),
        Some(MessageState::TakenBack) => query.push(" AND x.state = ?", mail(MailState::Cancelled)),
    };
    Ok(tx.all(query.push(" ORDER BY g.id DESC LIMIT ?", filter.limit)).await?)
}
/// A message.
pub async fn find(tx: &mut Tx, scope: Scope, id: MessageId) -> Result<MessageRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND g.id = ?", id);
    Ok(tx.one(query).await?)
}

/// Somebody a message can be for.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct PersonRow {
    pub id: ContactId,
    pub account_id: AccountId,
    pub name: String,
    pub email: Option<String>,
    /// Their account was put away.
    pub archived: bool,
}
stmt!(
    PERSON = "
    SELECT c.id, c.account_id, c.name, c.email, a.archived FROM contacts c
    JOIN accounts a ON a.organisation_id = c.organisation_id AND a.id = c.account_id
    WHERE c.organisation_id = $1 AND c.id = $2"
);
/// A person at an account.
pub async fn person(tx: &mut Tx, scope: Scope, id: ContactId) -> Result<Option<PersonRow>> {
    Ok(tx.opt(PERSON.with(args![scope.organisation(), id])).await?)
}
stmt!(
    BY_ADDRESS = "
    SELECT c.id, c.account_id, c.name, c.email, a.archived FROM contacts c
    JOIN accounts a ON a.organisation_id = c.organisation_id AND a.id = c.account_id
    WHERE LOWER(c.email) = $2 AND c.organisation_id = $1"
);
/// The people of a mail address, in lower case: those of accounts that were put away last, else who
/// was known first first.
pub async fn by_address(tx: &mut Tx, scope: Scope, email: &str) -> Result<Vec<PersonRow>> {
    let args = args![scope.organisation(), email];
    let mut found: Vec<PersonRow> = tx.all(BY_ADDRESS.with(args)).await?;
    found.sort_by_key(|person| (person.archived, person.id));
    Ok(found)
}
stmt!(OF_RETAINER = "SELECT account_id FROM retainers WHERE organisation_id = $1 AND id = $2");
/// The account of a retainer.
pub async fn account_of(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<AccountId>> {
    let found: Option<(AccountId,)> =
        tx.opt(OF_RETAINER.with(args![scope.organisation(), retainer])).await?;
    Ok(found.map(|(id,)| id))
}

/// A message to write.
#[derive(Debug)]
pub struct NewRow<'a> {
    pub id: MessageId,
    pub thread: MessageId,
    pub account: AccountId,
    pub retainer: Option<RetainerId>,
    pub contact: Option<ContactId>,
    pub contact_name: &'a str,
    pub address: &'a str,
    pub incoming: bool,
    pub subject: &'a str,
    pub body: &'a str,
    pub note: Option<NoteId>,
    pub author: Option<MemberId>,
    pub internet_id: Option<&'a str>,
    pub at: DateTime<Utc>,
}
stmt!(
    INSERT = "
    INSERT INTO messages (id, organisation_id, thread_id, account_id, retainer_id, contact_id,
        contact_name, address, incoming, subject, body, note_id, author_id, internet_id, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)"
);
pub async fn insert(tx: &mut Tx, scope: Scope, new: &NewRow<'_>) -> Result<()> {
    let args = args![
        scope.organisation(),
        new.id,
        new.thread,
        new.account,
        new.retainer,
        new.contact,
        new.contact_name,
        new.address,
        new.incoming,
        new.subject,
        new.body,
        new.note,
        new.author,
        new.internet_id.map(str::to_owned),
        new.at
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
stmt!(
    CHANGE = "
    UPDATE messages SET contact_id = $4, contact_name = $5, address = $6, subject = $7, body = $8,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
/// False if someone else changed it first.
pub async fn change(tx: &mut Tx, scope: Scope, row: &MessageRow) -> Result<bool> {
    let args = args![
        scope.organisation(),
        row.id,
        row.version,
        row.contact_id,
        row.contact_name.as_str(),
        row.address.as_str(),
        row.subject.as_str(),
        row.body.as_str()
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}
stmt!(DELETE = "DELETE FROM messages WHERE organisation_id = $1 AND id = $2 AND version = $3");
/// False if someone else changed it first.
pub async fn delete(tx: &mut Tx, scope: Scope, (id, version): (MessageId, i64)) -> Result<bool> {
    Ok(tx.execute(DELETE.with(args![scope.organisation(), id, version])).await? == 1)
}
stmt!(
    TOUCH = "
    UPDATE messages SET version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
/// Counts a change that is kept elsewhere. False if someone else changed it first.
pub async fn touch(tx: &mut Tx, scope: Scope, (id, version): (MessageId, i64)) -> Result<bool> {
    Ok(tx.execute(TOUCH.with(args![scope.organisation(), id, version])).await? == 1)
}

stmt!(
    LAST_RECEIVED = "
    SELECT internet_id FROM messages
    WHERE organisation_id = $1 AND thread_id = $2 AND internet_id IS NOT NULL
    ORDER BY id DESC LIMIT 1"
);
/// The Message-ID of what came last in a thread.
pub async fn last_received(tx: &mut Tx, scope: Scope, thread: MessageId) -> Result<Option<String>> {
    let found: Option<(String,)> =
        tx.opt(LAST_RECEIVED.with(args![scope.organisation(), thread])).await?;
    Ok(found.map(|(id,)| id))
}
stmt!(
    BY_INTERNET_ID = "
    SELECT id FROM messages WHERE organisation_id = $1 AND internet_id = $2"
);
/// The message of a Message-ID that came.
pub async fn by_internet_id(
    tx: &mut Tx,
    scope: Scope,
    internet_id: &str,
) -> Result<Option<MessageId>> {
    let found: Option<(MessageId,)> =
        tx.opt(BY_INTERNET_ID.with(args![scope.organisation(), internet_id])).await?;
    Ok(found.map(|(id,)| id))
}
stmt!(
    OF_MAIL = "
    SELECT organisation_id, message_id FROM mails WHERE id = $1 AND message_id IS NOT NULL"
);
/// The message that a mail of ours was, and whose: what answers one of another organisation is not
/// taken in here.
pub async fn of_mail(tx: &mut Tx, mail: MailId) -> Result<Option<(OrganisationId, MessageId)>> {
    Ok(tx.opt(OF_MAIL.with(args![mail])).await?)
}
stmt!(
    DROP_MAIL = "
    DELETE FROM mails
    WHERE organisation_id = $1 AND message_id = $2 AND state IN ('failed', 'cancelled')"
);
/// Forgets the mail of a message that was not sent.
pub async fn drop_mail(tx: &mut Tx, scope: Scope, id: MessageId) -> Result<()> {
    tx.execute(DROP_MAIL.with(args![scope.organisation(), id])).await?;
    Ok(())
}
stmt!(
    INVITES = "
    SELECT session_id FROM session_invitations WHERE organisation_id = $1 AND message_id = $2"
);
/// Whether a message brings an event for the calendar of whom it is for.
pub async fn invites(tx: &mut Tx, scope: Scope, id: MessageId) -> Result<bool> {
    let found: Option<(ClientSessionId,)> =
        tx.opt(INVITES.with(args![scope.organisation(), id])).await?;
    Ok(found.is_some())
}
stmt!(
    KEEPER = "
    SELECT m.id, m.role FROM accounts a
    JOIN members m ON m.organisation_id = a.organisation_id AND m.id = a.owner_id AND m.active
    WHERE a.organisation_id = $1 AND a.id = $2"
);
/// Who looks after an account.
pub async fn keeper(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
) -> Result<Option<(MemberId, shared::api::Role)>> {
    Ok(tx.opt(KEEPER.with(args![scope.organisation(), account])).await?)
}
stmt!(
    NAMES = "
    SELECT m.name, m.email, o.name AS organisation FROM members m
    JOIN organisations o ON o.id = m.organisation_id
    WHERE m.organisation_id = $1 AND m.id = $2"
);
/// The name and mail address of who writes, and of the organisation.
pub async fn names(
    tx: &mut Tx,
    scope: Scope,
    member: MemberId,
) -> Result<(String, Option<String>, String)> {
    Ok(tx.one(NAMES.with(args![scope.organisation(), member])).await?)
}
