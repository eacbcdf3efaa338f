//! Letters by mail: to whom they go, and what became of each. Source: docs/decisions/0055.
//!
//! A client gets one letter an uplift. It is written with its mails in one transaction, and only
//! where none of its mails waits or was taken: repetition and other replicas send no second one.
use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, BillingSettingsSet, ErrorCode, LetterLine, LetterState, LettersSent, Mail,
    MailState, TimelineEvent, ToldLine, Unaddressed, Uplift, UpliftId, UpliftLetter,
    UpliftLetterId, UpliftLetters, UpliftLine,
};

use super::holding::Holding;
use super::letter::{Head, Letter, tax_told};
use super::letters_store::{self as store, Kept};
use super::service;
use super::store::lines as lines_of;
use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::invoices;
use crate::mail::{self, About, Attached, MAILS_MAX, Mailer, NewMail};
use crate::pdf::{self, Sheet};
use crate::timeline::{self, Told};

/// A client of an uplift.
#[derive(Debug, Default)]
struct Client {
    /// A price of it rises, or has risen.
    rises: bool,
    /// What a letter of today would say.
    lines: Vec<LetterLine>,
    /// The letter that was sent.
    kept: Option<Kept>,
    mails: Vec<Mail>,
}

impl Client {
    fn add(&mut self, line: &UpliftLine, holding: &Holding) {
        self.rises |= line.state.rises();
        self.lines.extend(holding.says(line));
    }
    fn state(&self) -> LetterState {
        let mails: Vec<MailState> = self.mails.iter().map(|mail| mail.state).collect();
        match LetterState::of(&mails) {
            LetterState::Unsent if self.lines.is_empty() => LetterState::Past,
            state => state,
        }
    }
    /// Whether it has a place in the list: not whom nothing was told and nothing is told now.
    fn counts(&self) -> bool {
        self.rises || !matches!(self.state(), LetterState::Unsent | LetterState::Past)
    }
}

/// The clients of an uplift by name, with the letters that were sent.
async fn clients(
    tx: &mut Tx,
    scope: Scope,
    (uplift, holding): (&Uplift, &Holding),
) -> Result<BTreeMap<(String, AccountId), Client>> {
    let mut clients: BTreeMap<(String, AccountId), Client> = BTreeMap::new();
    for line in &uplift.lines {
        let key = (line.account_name.clone(), line.account_id);
        clients.entry(key).or_default().add(line, holding);
    }
    let mut mails: HashMap<UpliftLetterId, Vec<Mail>> = HashMap::new();
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
    clients.retain(|_, client| client.counts());
    Ok(clients)
}

/// One of them, and its name.
async fn client(
    tx: &mut Tx,
    scope: Scope,
    (uplift, account): (&Uplift, AccountId),
    now: DateTime<Utc>,
) -> Result<(String, Client)> {
    let lines = lines_of(tx, scope, (uplift.id, Some(account))).await?;
    let name = lines.first().ok_or(ErrorCode::NotFound)?.account_name.clone();
    let holding = Holding::of(tx, scope, (uplift.id, uplift.asked.from, &lines), now).await?;
    let mut client = Client::default();
    lines.iter().for_each(|line| client.add(line, &holding));
    client.kept = store::of_client(tx, scope, (uplift.id, account)).await?;
    if let Some(kept) = &client.kept {
        client.mails = mail::of_letter(tx, scope, kept.id).await?;
    }
    Ok((name, client))
}

/// What all of an uplift still brings.
///
/// # Errors
/// Those of the database.
pub async fn holding(
    tx: &mut Tx,
    scope: Scope,
    of: &Uplift,
    now: DateTime<Utc>,
) -> Result<Holding> {
    Holding::of(tx, scope, (of.id, of.asked.from, &of.lines), now).await
}

/// How the letter to each client stands.
///
/// # Errors
/// Those of the database.
pub async fn states(
    tx: &mut Tx,
    scope: Scope,
    (uplift, holding): (&Uplift, &Holding),
) -> Result<HashMap<AccountId, LetterState>> {
    let clients = clients(tx, scope, (uplift, holding)).await?;
    Ok(clients.into_iter().map(|((_, account), client)| (account, client.state())).collect())
}

/// The letters of an uplift: to whom they went or would go.
///
/// # Errors
/// `not_found`.
pub async fn letters(
    tx: &mut Tx,
    scope: Scope,
    (id, mailer): (UpliftId, &Mailer),
    now: DateTime<Utc>,
) -> Result<UpliftLetters> {
    let uplift = service::find(tx, scope, id).await?;
    let holding = holding(tx, scope, &uplift, now).await?;
    let clients = clients(tx, scope, (&uplift, &holding)).await?;
    let ids: Vec<AccountId> = clients.keys().map(|(_, id)| *id).collect();
    let mut billing = invoices::clients(tx, scope, &ids).await?;
    let say = |line: &LetterLine| ToldLine {
        holds: holding.holds(line, &uplift.lines),
        line: line.clone(),
    };
    let told = |client: &Client| {
        let sent = client.kept.iter().filter(|_| client.state() == LetterState::Sent);
        sent.flat_map(|kept| kept.letter.0.lines.iter().map(say)).collect()
    };
    let untold = |client: &Client| {
        let kept = client.kept.as_ref().filter(|_| client.state().is_out());
        let told: Option<HashSet<_>> =
            kept.map(|kept| kept.letter.0.lines.iter().map(|line| line.retainer_id).collect());
        let untold = |line: &&LetterLine| {
            told.as_ref().is_some_and(|told| !told.contains(&line.retainer_id))
        };
        client.lines.iter().filter(untold).cloned().collect()
    };
    let item = |((account_name, account_id), client): ((String, AccountId), Client)| UpliftLetter {
        account_id,
        account_name,
        retainers: client.lines.len() as u64,
        state: client.state(),
        to: billing.remove(&account_id).map(|of| of.send_to).unwrap_or_default(),
        asked_at: client.kept.as_ref().map(|kept| kept.sent_at),
        told: told(&client),
        untold: untold(&client),
        mails: client.mails,
    };
    let items = clients.into_iter().map(item).collect();
    Ok(UpliftLetters { items, from: mailer.from() })
}

/// What all letters have that are written at once.
#[derive(Debug)]
struct Office {
    settings: BillingSettingsSet,
    reply_to: Option<String>,
    on: NaiveDate,
    now: DateTime<Utc>,
}

async fn office(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Office> {
    Ok(Office {
        settings: invoices::billing(tx, scope).await?.settings.ok_or(ErrorCode::BillingOff)?,
        reply_to: mail::settings(tx, scope).await?.0.reply_to,
        on: invoices::today(tx, scope, now).await?,
        now,
    })
}

/// Writes the letter to a client as it would be today.
async fn write(
    tx: &mut Tx,
    scope: Scope,
    (uplift, account, name): (&Uplift, AccountId, &str),
    (lines, office): (Vec<LetterLine>, &Office),
) -> Result<Letter> {
    let settings = office.settings.clone();
    let ids: Vec<_> = lines.iter().map(|line| line.retainer_id).collect();
    let included = invoices::included(tx, scope, &ids).await?;
    let head = Head {
        tax_mode: tax_told(settings.tax_mode, &lines, &included),
        on: office.on,
        made_at: office.now,
        parties: invoices::parties(tx, scope, (account, name), settings).await?,
    };
    Ok(Letter::write(&uplift.asked, head, lines))
}

/// Sends the letters that are not out to the clients that have an address, each in a transaction of
/// its own: what a failure leaves goes out when they are sent again.
///
/// # Errors
/// `not_found`; `mail_off`; `billing_off`.
pub async fn send(
    db: &Db,
    scope: Scope,
    (id, mailer): (UpliftId, &Mailer),
    clock: &Clock,
) -> Result<LettersSent> {
    let now = clock.now();
    let find = async |tx: &mut Tx| {
        let uplift = service::find(tx, scope, id).await?;
        if mailer.from().is_none() {
            return Err(ErrorCode::MailOff.into());
        }
        let office = office(tx, scope, now).await?;
        Ok((uplift, office, letters(tx, scope, (id, mailer), now).await?))
    };
    let (uplift, office, before) = db.read(find).await?;
    let mut clients = 0;
    for one in before.items.iter().filter(|one| one.goes()) {
        let of = (&uplift, one.account_id);
        // Each can be taken back for as long as the first.
        let now = clock.now();
        let sent = db.write(async |tx| send_one(tx, scope, of, (&office, now)).await).await?;
        clients += u64::from(sent);
    }
    let now = clock.now();
    let letters = db.read(async |tx| letters(tx, scope, (id, mailer), now).await).await?;
    let lacking = letters.items.iter().filter(|one| one.lacks_address());
    let unaddressed = lacking
        .map(|one| Unaddressed {
            account_id: one.account_id,
            account_name: one.account_name.clone(),
        })
        .collect();
    Ok(LettersSent { clients, unaddressed, letters })
}

/// Sends the letter to a client; false if there is none to send any more.
async fn send_one(
    tx: &mut Tx,
    scope: Scope,
    (uplift, account): (&Uplift, AccountId),
    (office, now): (&Office, DateTime<Utc>),
) -> Result<bool> {
    let (name, client) = client(tx, scope, (uplift, account), now).await?;
    let to = invoices::client(tx, scope, account).await?.billing.send_to;
    if client.lines.is_empty() || client.state().is_out() || to.is_empty() {
        return Ok(false);
    }
    let of = (uplift, account, name.as_str());
    let letter = write(tx, scope, of, (client.lines, office)).await?;
    let kept = store::keep(tx, scope, (uplift.id, account, &letter), now).await?;
    mail::give_way(tx, scope, kept).await?;
    let body = letter.text();
    for recipient in &to {
        let new = NewMail {
            about: About::Letter(kept),
            sender: &letter.parties.legal_name,
            reply_to: office.reply_to.as_deref(),
            recipient,
            subject: &letter.subject,
            body: &body,
            next_at: now + invoices::TAKEN_BACK_WITHIN,
        };
        mail::queue(tx, scope, &new, now).await?;
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::PriceLetterSent, kept), now).await?;
    Ok(true)
}

async fn file(db: &Db, scope: Scope, letter: Letter) -> Result<(String, Vec<u8>)> {
    let name = letter.file_name();
    let of = letter.parties.logo_id;
    let logo = db.read(async |tx| invoices::picture(tx, scope, of).await).await?;
    let render = move || pdf::render(&Sheet { logo, ..letter.sheet() }, None);
    let made = actix_web::web::block(render).await;
    Ok((name, made.map_err(|error| Error::internal("making a letter", error))??))
}

/// The letter to a client as a file, and its name: as it went out or is about to, or as it would be.
///
/// # Errors
/// `not_found` for a client to whom nothing is to be told by this; `billing_off`.
pub async fn pdf(
    db: &Db,
    scope: Scope,
    (id, account): (UpliftId, AccountId),
    now: DateTime<Utc>,
) -> Result<(String, Vec<u8>)> {
    let find = async |tx: &mut Tx| {
        let uplift = service::find(tx, scope, id).await?;
        let (name, client) = client(tx, scope, (&uplift, account), now).await?;
        let out = client.state().is_out();
        if let Some(kept) = client.kept.filter(|_| out) {
            return Ok(kept.letter.0);
        }
        if client.lines.is_empty() {
            return Err(ErrorCode::NotFound.into());
        }
        let office = office(tx, scope, now).await?;
        write(tx, scope, (&uplift, account, &name), (client.lines, &office)).await
    };
    file(db, scope, db.read(find).await?).await
}

/// What goes with the mail of a letter, unless something that it says is no longer so: then it is
/// taken back, or given up where somebody has to see to it, because there is still something to say
/// or another address got it.
///
/// # Errors
/// Those of making the file.
pub(crate) async fn attached(
    db: &Db,
    scope: Scope,
    id: UpliftLetterId,
    now: DateTime<Utc>,
) -> Result<Attached> {
    let find = async |tx: &mut Tx| {
        let kept = store::find(tx, scope, id).await?;
        let uplift = service::find(tx, scope, kept.uplift_id).await?;
        let of_client = |line: &UpliftLine| line.account_id == kept.account_id;
        let lines: Vec<_> = uplift.lines.into_iter().filter(of_client).collect();
        let of = (uplift.id, uplift.asked.from, lines.as_slice());
        let holding = Holding::of(tx, scope, of, now).await?;
        if kept.letter.0.lines.iter().all(|line| holding.comes(line, &lines)) {
            return Ok(Ok(kept.letter.0));
        }
        let mails = mail::of_letter(tx, scope, id).await?;
        let sent = mails.iter().any(|mail| mail.state == MailState::Sent);
        let left = sent || lines.iter().any(|line| holding.says(line).is_some());
        Ok(Err(if left { Attached::Stale(STALE) } else { Attached::Gone }))
    };
    let letter = match db.read(find).await? {
        Ok(letter) => letter,
        Err(attached) => return Ok(attached),
    };
    let (name, bytes) = file(db, scope, letter).await?;
    Ok(Attached::File(name, bytes))
}

/// Why a letter is given up that is no longer so.
const STALE: &str = "what the letter says is no longer so";
