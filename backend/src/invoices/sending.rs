//! Invoices by mail: what is written, to whom, and the file that goes with it.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{
    ErrorCode, InvoiceId, InvoiceMails, InvoiceState, Mail, MailId, MailState, MailWords,
};
use shared::rules::mail::{filled, one_line};

use super::paper_words::PaperWords;
use super::store::{self, PaperOf};
use super::{clients, paper, service};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::dunning;
use crate::error::{Error, Result};
use crate::mail::{self, About, Attached, Mailer, NewMail};
use crate::messages;

/// How long a mail can be taken back before it is sent.
pub(crate) const TAKEN_BACK_WITHIN: TimeDelta = TimeDelta::seconds(30);

/// Sends an invoice to the addresses of its account; a draft is issued first. Each gets a mail of
/// its own, so that what becomes of it is known of each.
///
/// # Errors
/// `not_found`; `stale`; `mail_off`; `mail_unaddressed`; `mail_waiting`; `invoice_not_issued` of a
/// void one; those of [`service::issue`].
pub async fn send(
    tx: &mut Tx,
    scope: Scope,
    (id, version, mailer): (InvoiceId, i64, &Mailer),
    now: DateTime<Utc>,
) -> Result<InvoiceMails> {
    let mut row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    if row.state == InvoiceState::Void {
        return Err(ErrorCode::InvoiceNotIssued.into());
    }
    if mailer.from().is_none() {
        return Err(ErrorCode::MailOff.into());
    }
    let to = clients::of(tx, scope, row.account_id).await?.billing.send_to;
    if to.is_empty() {
        return Err(ErrorCode::MailUnaddressed.into());
    }
    if mail::waits(tx, scope, id).await? {
        return Err(ErrorCode::MailWaiting.into());
    }
    if row.state == InvoiceState::Draft {
        service::issue(tx, scope, (id, version), now).await?;
        row = store::find(tx, scope, id).await?;
    }
    let number = row.numbered().ok_or(ErrorCode::InvoiceNotIssued)?;
    let parties = row.parties.ok_or(ErrorCode::InvoiceNotIssued)?.0;
    let (settings, _) = mail::settings(tx, scope).await?;
    let words = settings.words.into_iter().find(|words| words.language == parties.language);
    let words = words.unwrap_or_else(|| MailWords::usual(parties.language));
    let told = PaperWords::of(parties.language).0;
    let (amount, due) = (told.money(row.total_minor, &row.currency), told.day(row.due_on));
    let values = [
        ("client", parties.client.as_str()),
        ("number", number.as_str()),
        ("amount", amount.as_str()),
        ("due", due.as_str()),
        ("retainer", row.retainer_name.as_str()),
        ("sender", parties.legal_name.as_str()),
    ];
    let (subject, body) =
        (one_line(&filled(&words.subject, &values)), filled(&words.body, &values));
    for recipient in &to {
        let new = NewMail {
            about: About::Invoice(id, None),
            sender: &parties.legal_name,
            reply_to: settings.reply_to.as_deref(),
            recipient,
            subject: &subject,
            body: &body,
            next_at: now + TAKEN_BACK_WITHIN,
        };
        mail::queue(tx, scope, &new, now).await?;
    }
    mails(tx, scope, id, mailer).await
}

/// Sends a mail again that was given up: to its address, or to one of the account that got none of
/// this yet, where the account does not want it there any more.
///
/// # Errors
/// `not_found`; `forbidden`; `mail_over`; `mail_off`; `mail_unaddressed`; `invoice_not_issued`.
pub async fn again(
    tx: &mut Tx,
    scope: Scope,
    (id, mailer): (MailId, &Mailer),
    now: DateTime<Utc>,
) -> Result<Mail> {
    let row = mail::find(tx, scope, id).await?;
    row.is_for(scope)?;
    if row.state != MailState::Failed {
        return Err(ErrorCode::MailOver.into());
    }
    if mailer.from().is_none() {
        return Err(ErrorCode::MailOff.into());
    }
    let others = match (row.invoice_id, row.letter_id) {
        (Some(invoice), _) => {
            counts(tx, scope, (invoice, row.reminder.as_deref()), now).await?;
            mail::of_invoice(tx, scope, invoice).await?
        }
        // A letter that holds no longer does not leave.
        (None, Some(letter)) => mail::of_letter(tx, scope, letter).await?,
        (None, None) => Vec::new(),
    };
    if let Some(message) = row.message_id {
        messages::again(tx, scope, (message, mailer), now).await?;
        return Ok(mail::find(tx, scope, id).await?.into());
    }
    let to = clients::of(tx, scope, row.account_id).await?.billing.send_to;
    let got = |address: &&String| {
        let of_this = |other: &&Mail| other.reminder == row.reminder && other.to == **address;
        !others.iter().filter(of_this).any(|other| other.state != MailState::Cancelled)
    };
    let kept = to.iter().find(|address| **address == row.recipient);
    let recipient = kept.or_else(|| to.iter().find(got)).ok_or(ErrorCode::MailUnaddressed)?;
    if !mail::anew(tx, scope, (id, recipient), now).await? {
        return Err(ErrorCode::MailOver.into());
    }
    Ok(mail::find(tx, scope, id).await?.into())
}

/// Whether what a mail says of an invoice still counts.
async fn counts(
    tx: &mut Tx,
    scope: Scope,
    (id, reminder): (InvoiceId, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    if let Some(step) = reminder
        && !dunning::still_wanted(tx, scope, (id, step), now).await?
    {
        let why = "Nothing wants this reminder any more".to_owned();
        return Err(Error::Explained(ErrorCode::MailOver, why));
    }
    if store::find(tx, scope, id).await?.state != InvoiceState::Issued {
        return Err(ErrorCode::InvoiceNotIssued.into());
    }
    Ok(())
}

/// The mails with an invoice, and whether another can be sent.
///
/// # Errors
/// `not_found`.
pub async fn mails(
    tx: &mut Tx,
    scope: Scope,
    id: InvoiceId,
    mailer: &Mailer,
) -> Result<InvoiceMails> {
    let row = store::find(tx, scope, id).await?;
    let to = clients::of(tx, scope, row.account_id).await?.billing.send_to;
    Ok(InvoiceMails { items: mail::of_invoice(tx, scope, id).await?, to, from: mailer.from() })
}

/// What goes with a mail: the file that is kept of its invoice, unless that was withdrawn.
///
/// # Errors
/// Those of making the file.
pub(crate) async fn attached(
    db: &Db,
    scope: Scope,
    id: InvoiceId,
    now: DateTime<Utc>,
) -> Result<Attached> {
    let row = db.read(async |tx| store::find(tx, scope, id).await).await?;
    if row.state != InvoiceState::Issued {
        return Ok(Attached::Gone);
    }
    let made = paper::file(db, scope, PaperOf::Invoice(id), now).await?;
    // Withdrawn while it was made.
    if !made.kept {
        return Ok(Attached::Gone);
    }
    Ok(Attached::File(format!("{}.pdf", made.name), made.file.bytes))
}
