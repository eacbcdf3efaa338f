//! Mails in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ErrorCode, InvoiceId, Mail, MailId, MailState, MessageId, OrganisationId, UpliftId,
    UpliftLetterId,
};
use uuid::Uuid;

use super::post::Letter;
use crate::auth::{IssueInvoices, KeepRecords, Scope};
use crate::db::Tx;
use crate::error::Result;
use crate::invoices::numbered;
use crate::{args, stmt};

/// The most mails of a letter that are told.
pub(crate) const MAILS_MAX: usize = 100;

/// A mail as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MailRow {
    pub id: MailId,
    pub organisation_id: OrganisationId,
    pub invoice_id: Option<InvoiceId>,
    pub reminder: Option<String>,
    pub letter_id: Option<UpliftLetterId>,
    pub message_id: Option<MessageId>,
    pub in_reply_to: Option<String>,
    pub uplift_id: Option<UpliftId>,
    pub sender: String,
    pub reply_to: Option<String>,
    pub recipient: String,
    pub subject: String,
    pub body: String,
    pub state: MailState,
    pub attempts: i64,
    pub answer: Option<String>,
    pub queued_at: DateTime<Utc>,
    pub next_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    pub returned_at: Option<DateTime<Utc>>,
    pub series: Option<String>,
    pub number: Option<i64>,
    pub account_id: AccountId,
    pub account_name: String,
}
impl MailRow {
    /// As it is handed over.
    pub(super) fn letter(&self) -> Letter<'_> {
        Letter {
            id: self.id.0,
            sender: &self.sender,
            reply_to: self.reply_to.as_deref(),
            in_reply_to: self.in_reply_to.as_deref(),
            recipient: &self.recipient,
            subject: &self.subject,
            body: &self.body,
        }
    }
    /// Refuses who may not take it back or have it sent again: one with an invoice is for who issues
    /// those, a message for who keeps records.
    pub(crate) fn is_for(&self, scope: Scope) -> Result<()> {
        let may = match self.message_id {
            Some(_) => scope.may::<KeepRecords>(),
            None => self.letter_id.is_some() || scope.may::<IssueInvoices>(),
        };
        may.then_some(()).ok_or(ErrorCode::Forbidden.into())
    }
}
impl From<MailRow> for Mail {
    fn from(row: MailRow) -> Self {
        let invoice_number = row.series.zip(row.number).map(|(series, n)| numbered(&series, n));
        Self {
            id: row.id,
            invoice_id: row.invoice_id,
            invoice_number,
            account_id: row.account_id,
            account_name: row.account_name,
            reminder: row.reminder,
            uplift_id: row.uplift_id,
            message_id: row.message_id,
            to: row.recipient,
            subject: row.subject,
            state: row.state,
            attempts: row.attempts,
            answer: row.answer,
            queued_at: row.queued_at,
            next_at: (row.state == MailState::Queued).then_some(row.next_at),
            ended_at: row.ended_at,
            returned_at: row.returned_at,
        }
    }
}

/// What a mail brings.
#[derive(Debug, Clone, Copy)]
pub(crate) enum About<'a> {
    /// An invoice, and the step it reminds of.
    Invoice(InvoiceId, Option<&'a str>),
    /// A letter about new prices.
    Letter(UpliftLetterId),
    /// A message, and the Message-ID that it answers.
    Message(MessageId, Option<&'a str>),
}

/// A mail to be.
#[derive(Debug, Clone)]
pub(crate) struct NewMail<'a> {
    pub about: About<'a>,
    pub sender: &'a str,
    pub reply_to: Option<&'a str>,
    pub recipient: &'a str,
    pub subject: &'a str,
    pub body: &'a str,
    /// Not before.
    pub next_at: DateTime<Utc>,
}

stmt!(
    INSERT = "
    INSERT INTO mails (id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body,
        state, queued_by, queued_at, next_at, reminder, letter_id, message_id, in_reply_to)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11, $12, $13, $14, $15)"
);
stmt!(
    OF_INVOICE = "
    SELECT m.id, m.organisation_id, m.invoice_id, m.reminder, m.letter_id, m.message_id, m.in_reply_to, l.uplift_id, m.sender,
        m.reply_to, m.recipient, m.subject, m.body, m.state, m.attempts, m.answer, m.queued_at,
        m.next_at, m.ended_at, m.returned_at, i.series, i.number, a.id AS account_id,
        a.name AS account_name
    FROM mails m
    LEFT JOIN invoices i ON i.organisation_id = m.organisation_id AND i.id = m.invoice_id
    LEFT JOIN uplift_letters l ON l.organisation_id = m.organisation_id AND l.id = m.letter_id
    LEFT JOIN messages g ON g.organisation_id = m.organisation_id AND g.id = m.message_id
    JOIN accounts a ON a.organisation_id = m.organisation_id
        AND a.id = COALESCE(i.account_id, l.account_id, g.account_id)
    WHERE m.organisation_id = $1 AND m.invoice_id = $2 ORDER BY m.id DESC LIMIT 100"
);
stmt!(
    OF_UPLIFT = "
    SELECT m.id, m.organisation_id, m.invoice_id, m.reminder, m.letter_id, m.message_id, m.in_reply_to, l.uplift_id, m.sender,
        m.reply_to, m.recipient, m.subject, '' AS body, m.state, m.attempts, m.answer, m.queued_at,
        m.next_at, m.ended_at, m.returned_at, i.series, i.number, a.id AS account_id,
        a.name AS account_name
    FROM uplift_letters l
    JOIN mails m ON m.organisation_id = l.organisation_id AND m.letter_id = l.id
    LEFT JOIN invoices i ON i.organisation_id = m.organisation_id AND i.id = m.invoice_id
    JOIN accounts a ON a.organisation_id = l.organisation_id AND a.id = l.account_id
    WHERE l.organisation_id = $1 AND l.uplift_id = $2"
);
stmt!(
    OF_LETTER = "
    SELECT m.id, m.organisation_id, m.invoice_id, m.reminder, m.letter_id, m.message_id, m.in_reply_to, l.uplift_id, m.sender,
        m.reply_to, m.recipient, m.subject, '' AS body, m.state, m.attempts, m.answer, m.queued_at,
        m.next_at, m.ended_at, m.returned_at, i.series, i.number, a.id AS account_id,
        a.name AS account_name
    FROM mails m
    JOIN uplift_letters l ON l.organisation_id = m.organisation_id AND l.id = m.letter_id
    LEFT JOIN invoices i ON i.organisation_id = m.organisation_id AND i.id = m.invoice_id
    JOIN accounts a ON a.organisation_id = l.organisation_id AND a.id = l.account_id
    WHERE m.organisation_id = $1 AND m.letter_id = $2 ORDER BY m.id DESC LIMIT $3"
);
stmt!(
    GIVE_WAY = "
    UPDATE mails SET state = 'cancelled' WHERE organisation_id = $1 AND letter_id = $2
        AND state = 'failed'"
);
stmt!(
    WAITS = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM mails
    WHERE organisation_id = $1 AND invoice_id = $2 AND state = 'queued'"
);
stmt!(
    FIND = "
    SELECT m.id, m.organisation_id, m.invoice_id, m.reminder, m.letter_id, m.message_id, m.in_reply_to, l.uplift_id, m.sender,
        m.reply_to, m.recipient, m.subject, m.body, m.state, m.attempts, m.answer, m.queued_at,
        m.next_at, m.ended_at, m.returned_at, i.series, i.number, a.id AS account_id,
        a.name AS account_name
    FROM mails m
    LEFT JOIN invoices i ON i.organisation_id = m.organisation_id AND i.id = m.invoice_id
    LEFT JOIN uplift_letters l ON l.organisation_id = m.organisation_id AND l.id = m.letter_id
    LEFT JOIN messages g ON g.organisation_id = m.organisation_id AND g.id = m.message_id
    JOIN accounts a ON a.organisation_id = m.organisation_id
        AND a.id = COALESCE(i.account_id, l.account_id, g.account_id)
    WHERE m.organisation_id = $1 AND m.id = $2"
);
stmt!(
    BY_STATE = "
    SELECT m.id, m.organisation_id, m.invoice_id, m.reminder, m.letter_id, m.message_id, m.in_reply_to, l.uplift_id, m.sender,
        m.reply_to, m.recipient, m.subject, m.body, m.state, m.attempts, m.answer, m.queued_at,
        m.next_at, m.ended_at, m.returned_at, i.series, i.number, a.id AS account_id,
        a.name AS account_name
    FROM mails m
    LEFT JOIN invoices i ON i.organisation_id = m.organisation_id AND i.id = m.invoice_id
    LEFT JOIN uplift_letters l ON l.organisation_id = m.organisation_id AND l.id = m.letter_id
    LEFT JOIN messages g ON g.organisation_id = m.organisation_id AND g.id = m.message_id
    JOIN accounts a ON a.organisation_id = m.organisation_id
        AND a.id = COALESCE(i.account_id, l.account_id, g.account_id)
    WHERE m.organisation_id = $1 AND m.state = $2 AND (m.id < $3 OR $3 IS NULL)
    ORDER BY m.id DESC LIMIT $4"
);
stmt!(
    REWORD = "
    UPDATE mails SET subject = $3, body = $4
    WHERE organisation_id = $1 AND id = $2 AND state = 'queued'"
);
stmt!(
    ANEW = "
    UPDATE mails SET state = 'queued', recipient = $3, attempts = 0, next_at = $4, ended_at = NULL,
        returned_at = NULL
    WHERE organisation_id = $1 AND id = $2 AND state = 'failed'"
);
stmt!(
    CANCEL = "
    UPDATE mails SET state = 'cancelled', ended_at = $3, leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND id = $2 AND state = 'queued'
        AND (leased_until IS NULL OR leased_until < $4)"
);
stmt!(
    DUE = "
    SELECT organisation_id, id FROM mails
    WHERE state = 'queued' AND next_at <= $1 AND (leased_until IS NULL OR leased_until < $2)
    ORDER BY next_at LIMIT 1"
);
stmt!(
    TAKE = "
    UPDATE mails SET leased_until = $3, leased_by = $4, attempts = attempts + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'queued' AND next_at <= $5
        AND (leased_until IS NULL OR leased_until < $6)"
);
stmt!(
    END = "
    UPDATE mails SET state = $4, answer = $5, ended_at = $6, leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND id = $2 AND leased_by = $3 AND state = 'queued'"
);
stmt!(
    PUT_OFF = "
    UPDATE mails SET attempts = attempts - 1, next_at = $4, leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND id = $2 AND leased_by = $3 AND state = 'queued'"
);
stmt!(
    AGAIN = "
    UPDATE mails SET answer = $4, next_at = $5, leased_until = NULL, leased_by = NULL
    WHERE organisation_id = $1 AND id = $2 AND leased_by = $3 AND state = 'queued'"
);

/// Writes a mail, in the transaction of what causes it.
///
/// # Errors
/// Those of the database.
pub(crate) async fn queue(
    tx: &mut Tx,
    scope: Scope,
    new: &NewMail<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let (invoice, reminder) = match new.about {
        About::Invoice(id, reminder) => (Some(id), reminder),
        _ => (None, None),
    };
    let letter = match new.about {
        About::Letter(id) => Some(id),
        _ => None,
    };
    let (message, in_reply_to) = match new.about {
        About::Message(id, in_reply_to) => (Some(id), in_reply_to),
        _ => (None, None),
    };
    let args = args![
        scope.organisation(),
        MailId(Uuid::now_v7()),
        invoice,
        new.sender,
        new.reply_to.map(str::to_owned),
        new.recipient,
        new.subject,
        new.body,
        scope.member(),
        now,
        new.next_at,
        reminder.map(str::to_owned),
        letter,
        message,
        in_reply_to.map(str::to_owned)
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// The mails with an invoice, the newest first.
pub(crate) async fn of_invoice(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<Vec<Mail>> {
    let rows: Vec<MailRow> = tx.all(OF_INVOICE.with(args![scope.organisation(), invoice])).await?;
    Ok(rows.into_iter().map(Mail::from).collect())
}
/// The mails with the letters of an uplift, the newest first, without what they say.
pub(crate) async fn of_uplift(tx: &mut Tx, scope: Scope, uplift: UpliftId) -> Result<Vec<MailRow>> {
    let mut rows: Vec<MailRow> =
        tx.all(OF_UPLIFT.with(args![scope.organisation(), uplift])).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.id.0));
    Ok(rows)
}
/// The mails with one of its letters, the newest first.
pub(crate) async fn of_letter(
    tx: &mut Tx,
    scope: Scope,
    letter: UpliftLetterId,
) -> Result<Vec<Mail>> {
    let args = args![scope.organisation(), letter, MAILS_MAX as i64];
    let rows: Vec<MailRow> = tx.all(OF_LETTER.with(args)).await?;
    Ok(rows.into_iter().map(Mail::from).collect())
}
/// Mails with a letter that failed count as taken back: it is sent anew, and nobody sends it twice.
pub(crate) async fn give_way(tx: &mut Tx, scope: Scope, letter: UpliftLetterId) -> Result<()> {
    tx.execute(GIVE_WAY.with(args![scope.organisation(), letter])).await?;
    Ok(())
}
stmt!(
    QUEUE_AGAIN = "
    UPDATE mails SET state = 'queued', recipient = $3, subject = $4, body = $5, attempts = 0,
        answer = NULL, queued_at = $6, next_at = $7, ended_at = NULL, returned_at = NULL
    WHERE organisation_id = $1 AND message_id = $2 AND state IN ('failed', 'cancelled')"
);
/// Has a message sent again that was given up or taken back, as it reads now.
///
/// # Errors
/// Those of the database.
pub(crate) async fn queue_again(
    tx: &mut Tx,
    scope: Scope,
    (message, recipient, (subject, body)): (MessageId, &str, (&str, &str)),
    (now, next_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    let args = args![scope.organisation(), message, recipient, subject, body, now, next_at];
    tx.execute(QUEUE_AGAIN.with(args)).await?;
    Ok(())
}
stmt!(
    RETURNED = "
    UPDATE mails SET state = 'failed', answer = $4, returned_at = $5
    WHERE organisation_id = $1 AND id = $2 AND state = 'sent' AND LOWER(recipient) = $3"
);
/// A mail that was sent came back from its recipient, in lower case: it counts as given up. False if
/// it was not sent there, or is known to have come back.
///
/// # Errors
/// Those of the database.
pub(crate) async fn returned(
    tx: &mut Tx,
    scope: Scope,
    (id, recipient, answer): (MailId, &str, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, recipient, answer, now];
    Ok(tx.execute(RETURNED.with(args)).await? == 1)
}
/// Whether a mail with an invoice is not sent yet.
pub(crate) async fn waits(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<bool> {
    let (count,): (i64,) = tx.one(WAITS.with(args![scope.organisation(), invoice])).await?;
    Ok(count > 0)
}
/// A mail.
pub async fn find(tx: &mut Tx, scope: Scope, id: MailId) -> Result<MailRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}
/// Mails in one state, the newest first.
pub async fn by_state(
    tx: &mut Tx,
    scope: Scope,
    (state, before, limit): (MailState, Option<MailId>, i64),
) -> Result<Vec<Mail>> {
    let args = args![scope.organisation(), state.name(), before, limit];
    let rows: Vec<MailRow> = tx.all(BY_STATE.with(args)).await?;
    Ok(rows.into_iter().map(Mail::from).collect())
}
/// Brings the words of a mail up to date that is being sent.
pub(crate) async fn reword(
    tx: &mut Tx,
    scope: Scope,
    id: MailId,
    (subject, body): (&str, &str),
) -> Result<()> {
    tx.execute(REWORD.with(args![scope.organisation(), id, subject, body])).await?;
    Ok(())
}
/// Has a mail that was given up sent again, to this address; false if it was not given up.
pub async fn anew(
    tx: &mut Tx,
    scope: Scope,
    (id, recipient): (MailId, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(ANEW.with(args![scope.organisation(), id, recipient, now])).await? == 1)
}
/// Takes a mail back that nobody is sending. `machine` is the time by which leases end.
///
/// # Errors
/// `not_found`; `forbidden`; `mail_over`.
pub(crate) async fn cancel(
    tx: &mut Tx,
    scope: Scope,
    id: MailId,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Mail> {
    find(tx, scope, id).await?.is_for(scope)?;
    if tx.execute(CANCEL.with(args![scope.organisation(), id, now, machine])).await? == 0 {
        return Err(ErrorCode::MailOver.into());
    }
    Ok(find(tx, scope, id).await?.into())
}

/// A mail that is due and that nobody sends, of whatever organisation.
pub async fn due(
    tx: &mut Tx,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<(OrganisationId, MailId)>> {
    Ok(tx.opt(DUE.with(args![now, machine])).await?)
}
/// A lease on a mail.
#[derive(Debug, Clone, Copy)]
pub struct Lease {
    pub mail: MailId,
    pub by: Uuid,
}
/// Takes the lease; none if another was first.
pub async fn take(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (now, machine, until): (DateTime<Utc>, DateTime<Utc>, DateTime<Utc>),
) -> Result<Option<MailRow>> {
    let args = args![scope.organisation(), lease.mail, until, lease.by, now, machine];
    if tx.execute(TAKE.with(args)).await? == 0 {
        return Ok(None);
    }
    Ok(Some(find(tx, scope, lease.mail).await?))
}
/// It is over; false if the lease went to another, and nothing was written.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (state, answer): (MailState, &str),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), lease.mail, lease.by, state.name(), answer, now];
    Ok(tx.execute(END.with(args)).await? == 1)
}
/// It is tried again then; nothing if the lease went to another.
pub async fn again(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (answer, next_at): (&str, DateTime<Utc>),
) -> Result<()> {
    let args = args![scope.organisation(), lease.mail, lease.by, answer, next_at];
    tx.execute(AGAIN.with(args)).await?;
    Ok(())
}

/// Waits until then, and was not tried; nothing if the lease went to another.
///
/// # Errors
/// Those of the database.
pub async fn put_off(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    next_at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(PUT_OFF.with(args![scope.organisation(), lease.mail, lease.by, next_at])).await?;
    Ok(())
}
