//! Mails in the database.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, InvoiceId, Mail, MailId, MailState, OrganisationId};
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// A mail as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct MailRow {
    pub id: MailId,
    pub organisation_id: OrganisationId,
    pub invoice_id: InvoiceId,
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
}
impl From<MailRow> for Mail {
    fn from(row: MailRow) -> Self {
        Self {
            id: row.id,
            invoice_id: row.invoice_id,
            to: row.recipient,
            subject: row.subject,
            state: row.state,
            attempts: row.attempts,
            answer: row.answer,
            queued_at: row.queued_at,
            next_at: (row.state == MailState::Queued).then_some(row.next_at),
            ended_at: row.ended_at,
        }
    }
}

/// A mail to be.
#[derive(Debug, Clone)]
pub(crate) struct NewMail<'a> {
    pub invoice: InvoiceId,
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
        state, queued_by, queued_at, next_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, 'queued', $9, $10, $11)"
);
stmt!(
    OF_INVOICE = "
    SELECT id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body, state,
        attempts, answer, queued_at, next_at, ended_at
    FROM mails WHERE organisation_id = $1 AND invoice_id = $2 ORDER BY id DESC LIMIT 100"
);
stmt!(
    WAITS = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM mails
    WHERE organisation_id = $1 AND invoice_id = $2 AND state = 'queued'"
);
stmt!(
    FIND = "
    SELECT id, organisation_id, invoice_id, sender, reply_to, recipient, subject, body, state,
        attempts, answer, queued_at, next_at, ended_at
    FROM mails WHERE organisation_id = $1 AND id = $2"
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
    let args = args![
        scope.organisation(),
        MailId(Uuid::now_v7()),
        new.invoice,
        new.sender,
        new.reply_to.map(str::to_owned),
        new.recipient,
        new.subject,
        new.body,
        scope.member(),
        now,
        new.next_at
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// The mails with an invoice, the newest first.
pub(crate) async fn of_invoice(tx: &mut Tx, scope: Scope, invoice: InvoiceId) -> Result<Vec<Mail>> {
    let rows: Vec<MailRow> = tx.all(OF_INVOICE.with(args![scope.organisation(), invoice])).await?;
    Ok(rows.into_iter().map(Mail::from).collect())
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
/// Takes a mail back that nobody is sending. `machine` is the time by which leases end.
///
/// # Errors
/// `not_found`; `mail_over`.
pub(crate) async fn cancel(
    tx: &mut Tx,
    scope: Scope,
    id: MailId,
    (now, machine): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Mail> {
    find(tx, scope, id).await?;
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
/// It is over; nothing if the lease went to another.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    lease: Lease,
    (state, answer): (MailState, &str),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = args![scope.organisation(), lease.mail, lease.by, state.name(), answer, now];
    tx.execute(END.with(args)).await?;
    Ok(())
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
