//! Letters by mail: to whom they go, and what became of each. Source: docs/decisions/0055.
//!
//! A client gets one letter an uplift. It is written with its mails in one transaction, and only
//! where none of its mails waits or was taken: repetition and other replicas send no second one.
use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, ErrorCode, LetterLine, LetterState, LettersSent, Mail, MailState, TimelineEvent,
    ToldLine, Unaddressed, Uplift, UpliftId, UpliftLetter, UpliftLetterId, UpliftLetters,
    UpliftLine,
};

use super::letter::{Head, Letter};
use super::letters_store::{self as store, Kept};
use super::service;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::mail::{self, About, Attached, Mailer, NewMail};
use crate::timeline::{self, Told};
use crate::{invoices, pdf};

/// The most mails of a letter that are told.
const MAILS_MAX: usize = 100;

/// A client of an uplift.
#[derive(Debug, Default)]
struct Client {
    /// What a letter to it would say.
    lines: Vec<LetterLine>,
    /// The letter that was sent.
    kept: Option<Kept>,
    mails: Vec<Mail>,
}

impl Client {
    fn state(&self) -> LetterState {
        LetterState::of(&self.mails.iter().map(|mail| mail.state).collect::<Vec<MailState>>())
    }
    /// The letter that is out, or that failed.
    fn sent(&self) -> Option<&Kept> {
        self.kept.as_ref().filter(|_| self.state() != LetterState::Unsent)
    }
}

/// What a letter says of a line.
fn told(line: &UpliftLine) -> LetterLine {
    LetterLine {
        retainer_id: line.retainer_id,
        retainer_name: line.retainer_name.clone(),
        currency: line.currency.clone(),
        old_minor: line.old_minor,
        new_minor: line.new_minor,
        from: line.holds_from,
    }
}

/// Whether what a letter says of a retainer is still so.
fn holds(line: &LetterLine, uplift: &Uplift) -> bool {
    let now = uplift.lines.iter().find(|now| now.retainer_id == line.retainer_id);
    now.is_some_and(|now| line.holds(now))
}

/// The clients of an uplift by name, with the letters that were sent.
async fn clients(
    tx: &mut Tx,
    scope: Scope,
    uplift: &Uplift,
) -> Result<BTreeMap<(String, AccountId), Client>> {
    let mut clients: BTreeMap<(String, AccountId), Client> = BTreeMap::new();
    for line in uplift.lines.iter().filter(|line| line.state.rises()) {
        let key = (line.account_name.clone(), line.account_id);
        clients.entry(key).or_default().lines.push(told(line));
    }
    let mut mails: BTreeMap<UpliftLetterId, Vec<Mail>> = BTreeMap::new();
    for row in mail::of_uplift(tx, scope, uplift.id).await? {
        let Some(letter) = row.letter_id else { continue };
        let of_letter = mails.entry(letter).or_default();
        if of_letter.len() < MAILS_MAX {
            of_letter.push(row.into());
        }
    }
    for kept in store::of_uplift(tx, scope, uplift.id).await? {
        let client = clients.entry((kept.account_name.clone(), kept.account_id)).or_default();
        client.mails = mails.remove(&kept.id).unwrap_or_default();
        client.kept = Some(kept);
    }
    // Nothing was told whom nothing is told now.
    clients.retain(|_, client| !client.lines.is_empty() || client.sent().is_some());
    Ok(clients)
}

/// The letters of an uplift: to whom they went or would go.
///
/// # Errors
/// `not_found`.
pub async fn letters(
    tx: &mut Tx,
    scope: Scope,
    id: UpliftId,
    mailer: &Mailer,
) -> Result<UpliftLetters> {
    let uplift = service::find(tx, scope, id).await?;
    let mut items = Vec::new();
    for ((account_name, account_id), client) in clients(tx, scope, &uplift).await? {
        let say = |line: &LetterLine| ToldLine { holds: holds(line, &uplift), line: line.clone() };
        let sent = client.sent();
        items.push(UpliftLetter {
            account_id,
            account_name,
            retainers: client.lines.len() as u64,
            state: client.state(),
            to: invoices::client(tx, scope, account_id).await?.billing.send_to,
            asked_at: client.kept.as_ref().map(|kept| kept.sent_at),
            told: sent.iter().flat_map(|kept| kept.letter.0.lines.iter().map(say)).collect(),
            mails: client.mails,
        });
    }
    Ok(UpliftLetters { items, from: mailer.from() })
}

/// Writes the letter to a client as it would be today.
async fn write(
    tx: &mut Tx,
    scope: Scope,
    (uplift, account, name): (&Uplift, AccountId, &str),
    (lines, now): (Vec<LetterLine>, DateTime<Utc>),
) -> Result<Letter> {
    let settings = invoices::billing(tx, scope).await?.settings.ok_or(ErrorCode::BillingOff)?;
    let head = Head {
        tax_mode: settings.tax_mode,
        on: invoices::today(tx, scope, now).await?,
        made_at: now,
        parties: invoices::parties(tx, scope, (account, name), settings).await?,
    };
    Ok(Letter::write(&uplift.asked, head, lines))
}

/// Sends the letters that are not out to the clients that have an address.
///
/// # Errors
/// `not_found`; `mail_off`; `billing_off`.
pub async fn send(
    tx: &mut Tx,
    scope: Scope,
    (id, mailer): (UpliftId, &Mailer),
    now: DateTime<Utc>,
) -> Result<LettersSent> {
    let uplift = service::find(tx, scope, id).await?;
    if mailer.from().is_none() {
        return Err(ErrorCode::MailOff.into());
    }
    let reply_to = mail::settings(tx, scope).await?.0.reply_to;
    let (mut sent, mut unaddressed) = (0, Vec::new());
    for ((account_name, account_id), client) in clients(tx, scope, &uplift).await? {
        if client.lines.is_empty() || client.state().is_out() {
            continue;
        }
        let to = invoices::client(tx, scope, account_id).await?.billing.send_to;
        if to.is_empty() {
            unaddressed.push(Unaddressed { account_id, account_name });
            continue;
        }
        let of = (&uplift, account_id, account_name.as_str());
        let letter = write(tx, scope, of, (client.lines, now)).await?;
        let kept = store::keep(tx, scope, (id, account_id, &letter), now).await?;
        mail::give_way(tx, scope, kept).await?;
        let body = letter.text();
        for recipient in &to {
            let new = NewMail {
                about: About::Letter(kept),
                sender: &letter.parties.legal_name,
                reply_to: reply_to.as_deref(),
                recipient,
                subject: &letter.subject,
                body: &body,
                next_at: now + invoices::TAKEN_BACK_WITHIN,
            };
            mail::queue(tx, scope, &new, now).await?;
        }
        let event = Told::new(TimelineEvent::PriceLetterSent, kept);
        timeline::tell(tx, scope, event, now).await?;
        sent += 1;
    }
    let letters = letters(tx, scope, id, mailer).await?;
    Ok(LettersSent { clients: sent, unaddressed, letters })
}

async fn file(letter: Letter) -> Result<(String, Vec<u8>)> {
    let name = letter.file_name();
    let render = move || pdf::render(&letter.sheet(), None);
    let made = actix_web::web::block(render).await;
    Ok((name, made.map_err(|error| Error::internal("making a letter", error))??))
}

/// The letter to a client as a file, and its name: as it was sent, or as it would be.
///
/// # Errors
/// `not_found` for a client whose prices do not rise by this; `billing_off`.
pub async fn pdf(
    db: &Db,
    scope: Scope,
    (id, account): (UpliftId, AccountId),
    now: DateTime<Utc>,
) -> Result<(String, Vec<u8>)> {
    let find = async |tx: &mut Tx| {
        let uplift = service::find(tx, scope, id).await?;
        let mut clients = clients(tx, scope, &uplift).await?.into_iter();
        let found = clients.find(|((_, known), _)| *known == account);
        let ((name, _), client) = found.ok_or(ErrorCode::NotFound)?;
        if let Some(kept) = client.sent() {
            return Ok(kept.letter.0.clone());
        }
        write(tx, scope, (&uplift, account, &name), (client.lines, now)).await
    };
    file(db.read(find).await?).await
}

/// What goes with the mail of a letter, unless something that it says is no longer so.
///
/// # Errors
/// Those of making the file.
pub(crate) async fn attached(db: &Db, scope: Scope, id: UpliftLetterId) -> Result<Attached> {
    let find = async |tx: &mut Tx| {
        let kept = store::find(tx, scope, id).await?;
        let uplift = service::find(tx, scope, kept.uplift_id).await?;
        let so = kept.letter.0.lines.iter().all(|line| holds(line, &uplift));
        Ok(so.then_some(kept.letter.0))
    };
    let Some(letter) = db.read(find).await? else { return Ok(Attached::Gone) };
    let (name, bytes) = file(letter).await?;
    Ok(Attached::File(name, bytes))
}
