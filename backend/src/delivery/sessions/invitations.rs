//! Inviting the people of an account to a session: messages in its record, each with an event for
//! the calendar of whom it is for. Source: requirement S1-2; docs/decisions/0064.
//!
//! Who is invited is told when a session is booked, moved, renamed or called off before it begins.
//! What still waits in the outbox is replaced by what holds now, so that nobody is told twice.
use chrono::{DateTime, Utc};
use shared::api::{
    ClientSessionId, ClientSessionState, ContactId, ErrorCode, MailState, SessionInvitee,
    SessionInvitees,
};

use super::invitation_words::Letter;
use super::invitations_store::{self as store, Invitation, Invitee, Method, NewInvitation};
use super::service::own;
use super::store::{SessionRow, find, touch};
use crate::auth::{KeepRecords, Scope};
use crate::calendar::ics::{self, Event, Person, When};
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::invoices;
use crate::mail::{self, Attached, MailRow, Mailer};
use crate::messages::{self, Enclosing};

/// Who is invited to a session, and how far they were told.
///
/// # Errors
/// `not_found`.
pub async fn read(
    tx: &mut Tx,
    scope: Scope,
    (id, sends_mail): (ClientSessionId, bool),
) -> Result<SessionInvitees> {
    let session = find(tx, scope, id).await?;
    let told = store::invitations(tx, scope, id).await?;
    let shown = |one: Invitee| {
        let last = told.iter().find(|told| told.is_for(&one));
        SessionInvitee {
            contact_id: one.contact_id,
            name: one.name,
            address: one.address,
            state: last.and_then(|last| last.mail_state).map(messages::state_of),
            answer: last.and_then(|last| last.answer.clone()),
        }
    };
    let mut items: Vec<_> = invited(tx, scope, id).await?.into_iter().map(shown).collect();
    items.sort_by(|a, b| (&a.name, a.contact_id).cmp(&(&b.name, b.contact_id)));
    Ok(SessionInvitees { items, sends_mail, version: session.version })
}

async fn invited(tx: &mut Tx, scope: Scope, id: ClientSessionId) -> Result<Vec<Invitee>> {
    let mut all = store::invitees(tx, scope, id).await?;
    all.retain(|one| one.invited);
    Ok(all)
}

/// Says who is invited to a session: who is new is invited, who is left out is told that they are
/// not to come. Unchanged, nothing is told.
///
/// # Errors
/// `not_found`; `forbidden` for who keeps no records, and for the sessions of others; `stale`;
/// `session_settled`; `mail_off`; at the field, for who is not of the account or has no mail
/// address.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (ClientSessionId, i64),
    (contacts, sends_mail): (&[ContactId], bool),
    now: DateTime<Utc>,
) -> Result<SessionInvitees> {
    let session = own(tx, scope, id, version).await?;
    may_invite(scope)?;
    if session.state != ClientSessionState::Booked {
        return Err(ErrorCode::SessionSettled.into());
    }
    let before = invited(tx, scope, id).await?;
    let is_new = |one: &ContactId| before.iter().all(|old| old.contact_id != *one);
    let removed = before.iter().filter(|old| !contacts.contains(&old.contact_id));
    let removed: Vec<Invitee> = removed.cloned().collect();
    let mut added = Vec::new();
    for (place, contact) in contacts.iter().enumerate().filter(|(_, one)| is_new(one)) {
        added.push(person(tx, scope, &session, (place, *contact)).await?);
    }
    if added.is_empty() && removed.is_empty() {
        return read(tx, scope, (id, sends_mail)).await;
    }
    if !added.is_empty() && !sends_mail {
        return Err(ErrorCode::MailOff.into());
    }
    if !touch(tx, scope, (id, version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    let session = find(tx, scope, id).await?;
    for one in &removed {
        store::uninvite(tx, scope, (id, one.contact_id)).await?;
    }
    tell(tx, scope, (&session, &removed), Method::Cancel, now).await?;
    invite(tx, scope, (&session, &added), now).await?;
    read(tx, scope, (id, sends_mail)).await
}

/// Invites people to a session that was booked just now.
///
/// # Errors
/// `forbidden` for who keeps no records; at the field, for who is not of the account or has no mail
/// address.
pub(super) async fn booked(
    tx: &mut Tx,
    scope: Scope,
    (id, contacts): (ClientSessionId, &[ContactId]),
    now: DateTime<Utc>,
) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    may_invite(scope)?;
    let session = find(tx, scope, id).await?;
    let mut people = Vec::new();
    for (place, contact) in contacts.iter().enumerate() {
        people.push(person(tx, scope, &session, (place, *contact)).await?);
    }
    invite(tx, scope, (&session, &people), now).await
}

/// Clients are written to by those who keep records.
fn may_invite(scope: Scope) -> Result<()> {
    scope.may::<KeepRecords>().then_some(()).ok_or(ErrorCode::Forbidden.into())
}

/// Somebody of the account of a session who can be reached.
async fn person(
    tx: &mut Tx,
    scope: Scope,
    session: &SessionRow,
    (place, contact): (usize, ContactId),
) -> Result<Invitee> {
    let fault = |code| Error::field(&format!("/invitees/{place}"), code);
    let found = store::person(tx, scope, (session.account_id, contact)).await?;
    let (name, email) = found.ok_or_else(|| fault("not_found"))?;
    let address = email.ok_or_else(|| fault("email_missing"))?;
    if !mail::is_address(&address) {
        return Err(fault("email_invalid"));
    }
    Ok(Invitee { contact_id: contact, name, address, invited: true })
}

async fn invite(
    tx: &mut Tx,
    scope: Scope,
    (session, people): (&SessionRow, &[Invitee]),
    now: DateTime<Utc>,
) -> Result<()> {
    for one in people {
        store::invite(tx, scope, (session.id, one)).await?;
    }
    tell(tx, scope, (session, people), Method::Request, now).await
}

/// Tells who is invited how a session is now: it was moved, renamed or booked again.
///
/// # Errors
/// Those of the database.
pub(super) async fn moved(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    now: DateTime<Utc>,
) -> Result<()> {
    let people = invited(tx, scope, id).await?;
    if people.is_empty() {
        return Ok(());
    }
    let session = find(tx, scope, id).await?;
    tell(tx, scope, (&session, &people), Method::Request, now).await
}

/// Tells who is invited that a session is off. Its row is as it is since then.
///
/// # Errors
/// Those of the database.
pub(super) async fn called_off(
    tx: &mut Tx,
    scope: Scope,
    session: &SessionRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let people = invited(tx, scope, session.id).await?;
    tell(tx, scope, (session, &people), Method::Cancel, now).await
}

/// Writes to each what holds now. What has begun is told no more: one moved there is off for who
/// was told of a time that is still to come.
async fn tell(
    tx: &mut Tx,
    scope: Scope,
    (session, people): (&SessionRow, &[Invitee]),
    method: Method,
    now: DateTime<Utc>,
) -> Result<()> {
    if people.is_empty() {
        return Ok(());
    }
    let told = store::invitations(tx, scope, session.id).await?;
    let (_, language) = invoices::sender(tx, scope, session.account_id).await?;
    let method = if session.starts_at <= now { Method::Cancel } else { method };
    for one in people {
        let of_one = told.iter().filter(|told| told.is_for(one));
        let last = standing(tx, scope, of_one, now).await?;
        let last = last.filter(|last| last.method == Method::Request);
        let known = last.is_some();
        let session = match (method, last) {
            (Method::Request, _) => session.clone(),
            (Method::Cancel, Some(last)) if last.starts_at > now => {
                // It is off at the time that they know.
                let (starts_at, minutes) = (last.starts_at, last.minutes);
                SessionRow { starts_at, minutes, ..session.clone() }
            }
            (Method::Cancel, _) => continue,
        };
        let letter = Letter { session: &session, name: &one.name, method, known };
        let (subject, body) = letter.told(language)?;
        let enclosing = Enclosing {
            account: session.account_id,
            retainer: session.retainer_id,
            contact: (one.contact_id, &one.name, &one.address),
            words: (&subject, &body),
        };
        let message = messages::enclose(tx, scope, &enclosing, now).await?;
        let title = Letter::title(&session, language);
        let new = NewInvitation { message, one, method, title };
        store::insert(tx, scope, (&session, &new), now).await?;
    }
    Ok(())
}

/// What somebody was told last; what still waits, or nobody took, is withdrawn.
async fn standing<'a>(
    tx: &mut Tx,
    scope: Scope,
    told: impl Iterator<Item = &'a Invitation>,
    now: DateTime<Utc>,
) -> Result<Option<&'a Invitation>> {
    for one in told {
        let sent = one.mail_state == Some(MailState::Sent);
        if sent || !messages::withdraw(tx, scope, one.message_id, now).await? {
            return Ok(Some(one));
        }
        store::delete(tx, scope, one.message_id).await?;
    }
    Ok(None)
}

/// What goes with the mail of a message: an event where it invites, and nothing else. One that says
/// what no longer holds is not wanted any more.
///
/// # Errors
/// Those of the database.
pub async fn attached(
    db: &Db,
    scope: Scope,
    (row, mailer): (&mut MailRow, &Mailer),
) -> Result<Attached> {
    let (Some(message), Some(from)) = (row.message_id, mailer.from()) else {
        return Ok(Attached::Gone);
    };
    let found = db.read(async |tx| store::of_message(tx, scope, message).await).await?;
    let Some(found) = found else { return Ok(Attached::Nothing) };
    if !found.holds() {
        return Ok(Attached::Gone);
    }
    if found.address != row.recipient {
        return Ok(Attached::Stale("they are reached elsewhere now: they can be invited anew"));
    }
    // Answers of people come where those to messages do; those of programs go to the organiser.
    row.reply_to = mailer.inbox().or(row.reply_to.take());
    let method = found.method.of_calendar();
    let event = Event {
        uid: ics::uid(found.session_id.0),
        summary: found.title,
        description: row.body.clone(),
        link: None,
        when: When::Times(found.starts_at, found.minutes),
        cancelled: method == ics::Method::Cancel,
        sequence: found.sequence,
        modified_at: found.made_at,
    };
    let organiser = Person { name: &row.sender, address: &from };
    let attendee = Person { name: &found.contact_name, address: &row.recipient };
    let text = ics::invitation(&event, method, (organiser, attendee));
    Ok(Attached::Event(method.name(), text))
}
