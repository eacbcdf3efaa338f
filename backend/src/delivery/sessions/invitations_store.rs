//! Who is invited to sessions, and what they were told, in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ClientSessionId, ClientSessionState, ContactId, MailState, MessageId,
};

use super::store::SessionRow;
use crate::auth::Scope;
use crate::calendar::ics;
use crate::db::{Arg, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Somebody who is, or was, invited.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Invitee {
    pub contact_id: ContactId,
    pub name: String,
    pub address: String,
    pub invited: bool,
}

/// What somebody is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Method {
    Request,
    Cancel,
}
impl Method {
    pub fn of_calendar(self) -> ics::Method {
        match self {
            Self::Request => ics::Method::Request,
            Self::Cancel => ics::Method::Cancel,
        }
    }
}

stmt!(
    INVITEES = "
    SELECT contact_id, name, address, invited FROM session_invitees
    WHERE organisation_id = $1 AND session_id = $2"
);
/// Who is, or was, invited to a session.
pub async fn invitees(tx: &mut Tx, scope: Scope, id: ClientSessionId) -> Result<Vec<Invitee>> {
    Ok(tx.all(INVITEES.with(args![scope.organisation(), id])).await?)
}
stmt!(
    INVITE = "
    INSERT INTO session_invitees (organisation_id, session_id, contact_id, name, address, invited)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (organisation_id, session_id, contact_id)
        DO UPDATE SET name = $4, address = $5, invited = $6"
);
pub async fn invite(
    tx: &mut Tx,
    scope: Scope,
    (id, one): (ClientSessionId, &Invitee),
) -> Result<()> {
    let (name, address) = (one.name.as_str(), one.address.as_str());
    let args = args![scope.organisation(), id, one.contact_id, name, address, true];
    tx.execute(INVITE.with(args)).await?;
    Ok(())
}
stmt!(
    UNINVITE = "
    UPDATE session_invitees SET invited = $4
    WHERE organisation_id = $1 AND session_id = $2 AND contact_id = $3"
);
pub async fn uninvite(
    tx: &mut Tx,
    scope: Scope,
    (id, contact): (ClientSessionId, ContactId),
) -> Result<()> {
    tx.execute(UNINVITE.with(args![scope.organisation(), id, contact, false])).await?;
    Ok(())
}

stmt!(
    PERSON = "
    SELECT name, email FROM contacts WHERE organisation_id = $1 AND account_id = $2 AND id = $3"
);
/// The name and mail address of somebody of an account.
pub async fn person(
    tx: &mut Tx,
    scope: Scope,
    (account, id): (AccountId, ContactId),
) -> Result<Option<(String, Option<String>)>> {
    Ok(tx.opt(PERSON.with(args![scope.organisation(), account, id])).await?)
}

/// Something that somebody was told, or is to be.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Invitation {
    pub message_id: MessageId,
    pub contact_id: ContactId,
    address: String,
    pub method: Method,
    pub starts_at: DateTime<Utc>,
    pub minutes: i64,
    pub mail_state: Option<MailState>,
    pub answer: Option<String>,
}
impl Invitation {
    /// Whether it tells somebody at the address where they are invited.
    pub fn is_for(&self, one: &Invitee) -> bool {
        (self.contact_id, &self.address) == (one.contact_id, &one.address)
    }
}
stmt!(
    INVITATIONS = "
    SELECT v.message_id, v.contact_id, v.address, v.method, v.starts_at, v.minutes,
        x.state AS mail_state, x.answer
    FROM session_invitations v
    LEFT JOIN mails x ON x.organisation_id = v.organisation_id AND x.message_id = v.message_id
    WHERE v.organisation_id = $1 AND v.session_id = $2
    ORDER BY v.sequence DESC LIMIT 500"
);
/// What was told of a session, the last first.
pub async fn invitations(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
) -> Result<Vec<Invitation>> {
    Ok(tx.all(INVITATIONS.with(args![scope.organisation(), id])).await?)
}

/// What a message is to tell.
#[derive(Debug)]
pub struct NewInvitation<'a> {
    pub message: MessageId,
    /// For whom.
    pub one: &'a Invitee,
    pub method: Method,
    pub title: String,
}
stmt!(
    INSERT = "
    INSERT INTO session_invitations (organisation_id, message_id, session_id, contact_id, address,
        method, sequence, title, starts_at, minutes, made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
/// Its sequence is the version of the session, which goes up with each change.
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (session, new): (&SessionRow, &NewInvitation<'_>),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        new.message.into(),
        session.id.into(),
        new.one.contact_id.into(),
        new.one.address.as_str().into(),
        Arg::name(new.method),
        session.version.into(),
        new.title.as_str().into(),
        session.starts_at.into(),
        session.minutes.into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
stmt!(
    DELETE = "
    DELETE FROM session_invitations WHERE organisation_id = $1 AND message_id = $2"
);
/// Forgets what nobody was told.
pub async fn delete(tx: &mut Tx, scope: Scope, message: MessageId) -> Result<()> {
    tx.execute(DELETE.with(args![scope.organisation(), message])).await?;
    Ok(())
}

/// What a message is to tell, and how its session stands by now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Due {
    pub session_id: ClientSessionId,
    pub contact_name: String,
    pub address: String,
    pub method: Method,
    pub sequence: i64,
    pub title: String,
    pub starts_at: DateTime<Utc>,
    pub minutes: i64,
    pub made_at: DateTime<Utc>,
    invited: Option<bool>,
    state: ClientSessionState,
    deleted_at: Option<DateTime<Utc>>,
    last: Option<i64>,
}
impl Due {
    /// Whether that is still so, and the last that is to be told.
    pub fn holds(&self) -> bool {
        let booked = self.state == ClientSessionState::Booked && self.deleted_at.is_none();
        let comes = booked && self.invited == Some(true);
        self.last == Some(self.sequence) && (self.method == Method::Cancel || comes)
    }
}
stmt!(
    OF_MESSAGE = "
    SELECT v.session_id, g.contact_name, v.address, v.method, v.sequence, v.title, v.starts_at,
        v.minutes, v.made_at, i.invited, s.state, s.deleted_at,
        (SELECT MAX(o.sequence) FROM session_invitations o
            WHERE o.organisation_id = v.organisation_id AND o.session_id = v.session_id
                AND o.contact_id = v.contact_id AND o.address = v.address) AS last
    FROM session_invitations v
    JOIN messages g ON g.organisation_id = v.organisation_id AND g.id = v.message_id
    JOIN client_sessions s ON s.organisation_id = v.organisation_id AND s.id = v.session_id
    LEFT JOIN session_invitees i ON i.organisation_id = v.organisation_id
        AND i.session_id = v.session_id AND i.contact_id = v.contact_id AND i.address = v.address
    WHERE v.organisation_id = $1 AND v.message_id = $2"
);
/// What a message is to tell; none of one that invites nobody.
pub async fn of_message(tx: &mut Tx, scope: Scope, message: MessageId) -> Result<Option<Due>> {
    Ok(tx.opt(OF_MESSAGE.with(args![scope.organisation(), message])).await?)
}
