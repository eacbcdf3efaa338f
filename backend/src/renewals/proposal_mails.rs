//! Proposals sent by mail.
//!
//! Such a mail is no row of the outbox: its text would have the secret, in the database and in what
//! staff read of mails. It is handed over at once, once, and how that went is told with the proposal. The
//! link before holds until the mail server has taken the mail. Source: docs/decisions/0069.
use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use shared::api::{
    ActionLinkId, ContactId, ErrorCode, LINK_PLACE, Language, NewProposalMail, Proposal,
    ProposalId, ProposalMail, ProposalMailDraft, ProposalMailId, ProposalMailState, ProposalState,
    RetainerId, Role, TimelineEvent,
};
use uuid::Uuid;

use super::proposal_mail_words::{Letter as Words, without_link};
use super::proposal_mails_store::{self as store, NewMail};
use super::proposals::{self, over, read_until};
use super::proposals_store::{self, ProposalRow};
use super::store as renewals;
use super::{proposal_paper, store::RenewalRow};
use crate::auth::Scope;
use crate::clock::Clock;
use crate::config::Site;
use crate::cycles::Book;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::mail::{Enclosure, HANDING_OVER, Letter, Mailer, Outcome};
use crate::timeline::{self, Told};
use crate::{invoices, requests};

/// A mail that has been on its way for so long was lost with the server that handed it over, which
/// takes less and begins with none later than leaves time for it.
const LOST_AFTER: Duration = Duration::minutes(15);
/// After so long no further mail of a press is handed over: it could be taken after it was lost.
const BEGUN_WITHIN: Duration = Duration::minutes(2);
const _: () = {
    let longest = BEGUN_WITHIN.num_seconds() + HANDING_OVER.as_secs() as i64;
    assert!(longest < LOST_AFTER.num_seconds());
};
/// Lost mails that are settled at once.
const LOST_AT_ONCE: i64 = 100;
/// The most mails that are told of a proposal.
const TOLD: usize = 50;

/// What is handed over. It has the secret of a link, and is kept nowhere.
#[derive(Debug, Clone)]
pub(super) struct Handed {
    proposal: ProposalId,
    retainer: RetainerId,
    link: ActionLinkId,
    secret: String,
    language: Language,
    /// The name and mail address of who writes.
    writer: (String, Option<String>),
    organisation: String,
    /// The one with the link first.
    mails: Vec<NewMail>,
}

/// A mail with a proposal, as it could be sent.
///
/// # Errors
/// `not_found`.
pub(super) async fn draft(
    tx: &mut Tx,
    scope: Scope,
    (id, reminds, sends_mail): (ProposalId, bool, bool),
) -> Result<ProposalMailDraft> {
    let row = proposals_store::find(tx, scope, id).await?;
    let account = renewals::find(tx, scope, row.renewal_id).await?.account_id;
    let found = store::person(tx, scope, (account, row.contact_id)).await?;
    let (contact_name, address) = found.ok_or(ErrorCode::NotFound)?;
    let (by, _) = store::writer(tx, scope, scope.member()).await?;
    let paper = invoices::billing(tx, scope).await?.settings.is_some();
    let words = Words { offer: &row.offer.0, name: &contact_name, by: &by, paper, reminds };
    let (subject, body) = words.told();
    let contact_id = row.contact_id;
    Ok(ProposalMailDraft { contact_id, contact_name, address, sends_mail, paper, subject, body })
}

/// Makes another link of a proposal, and writes down the mails that bring it.
///
/// # Errors
/// `not_found`; `mail_off`; `proposal_answered`; `offer_held` where it cannot be accepted any more;
/// `mail_waiting` while one is on its way; at `/contact_id` where who answers has no mail address; at
/// `/copies/…` for somebody who is not at the account, or has none.
pub(super) async fn write(
    tx: &mut Tx,
    scope: Scope,
    (id, new, sends_mail): (ProposalId, &NewProposalMail, bool),
    now: DateTime<Utc>,
) -> Result<(Proposal, Handed)> {
    let row = proposals_store::find(tx, scope, id).await?;
    if !sends_mail {
        return Err(ErrorCode::MailOff.into());
    }
    if row.state != ProposalState::Open {
        return Err(ErrorCode::ProposalAnswered.into());
    }
    let renewal = renewals::find(tx, scope, row.renewal_id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    if over((&row, &renewal), &book) {
        return Err(ErrorCode::OfferHeld.into());
    }
    if store::sending(tx, scope, id, now - LOST_AFTER).await? {
        return Err(ErrorCode::MailWaiting.into());
    }
    let people = people(tx, scope, (&renewal, &row), &new.copies).await?;
    let until = read_until(&book, row.valid_until);
    let link = (row.retainer_id, id, until);
    let (link, secret) = requests::open_proposal(tx, scope, link, now).await?;
    let mut mails = Vec::with_capacity(people.len());
    for (place, (name, address)) in people.into_iter().enumerate() {
        let mail = NewMail {
            id: ProposalMailId(Uuid::now_v7()),
            proposal: id,
            link,
            name,
            address,
            with_link: place == 0,
            reminds: new.reminds,
            subject: new.subject.trim().to_owned(),
            body: new.body.trim_end().to_owned(),
        };
        store::insert(tx, scope, &mail, now).await?;
        mails.push(mail);
    }
    let handed = Handed {
        proposal: id,
        retainer: row.retainer_id,
        link,
        secret,
        language: row.offer.language,
        writer: store::writer(tx, scope, scope.member()).await?,
        organisation: row.offer.0.sender,
        mails,
    };
    Ok((proposals::find(tx, scope, id, now).await?, handed))
}

/// Who gets it: who answers, then the copies; names and mail addresses.
async fn people(
    tx: &mut Tx,
    scope: Scope,
    (renewal, row): (&RenewalRow, &ProposalRow),
    copies: &[ContactId],
) -> Result<Vec<(String, String)>> {
    let mut people = Vec::with_capacity(copies.len() + 1);
    for (place, contact) in std::iter::once(&row.contact_id).chain(copies).enumerate() {
        let field = match place.checked_sub(1) {
            None => "/contact_id".to_owned(),
            Some(copy) => format!("/copies/{copy}"),
        };
        if place > 0 && *contact == row.contact_id {
            return Err(Error::field(&field, "exists"));
        }
        let found = store::person(tx, scope, (renewal.account_id, *contact)).await?;
        let (name, address) = found.ok_or_else(|| Error::field(&field, "not_found"))?;
        people.push((name, address.ok_or_else(|| Error::field(&field, "email_missing"))?));
    }
    Ok(people)
}

/// The paper that goes with a mail; none where nobody has said how the organisation bills.
///
/// # Errors
/// `not_found`; those of making it.
pub(super) async fn paper(
    db: &Db,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<Option<(String, Vec<u8>)>> {
    match proposal_paper::pdf(db, scope, id, now).await {
        Ok(paper) => Ok(Some(paper)),
        Err(error) if error.code() == ErrorCode::BillingOff => Ok(None),
        Err(error) => Err(error),
    }
}

/// Hands the mails over one by one, and writes down how that went. Where the first is not taken, which
/// has the link, no copy is sent: it would tell of a link that nobody has.
pub(super) async fn hand_over(
    (db, clock): (&Db, &Clock),
    (mailer, site): (&Mailer, &Site),
    scope: Scope,
    (handed, paper): (Handed, Option<(String, Vec<u8>)>),
) {
    let begun = clock.now();
    for mail in &handed.mails {
        // What was rolled back or withdrawn meanwhile is not sent.
        let wanted = db.read(async |tx| store::is_wanted(tx, scope, mail.id).await).await;
        let in_time = clock.now() - begun < BEGUN_WITHIN;
        let (state, why) = match wanted.unwrap_or_default() && in_time {
            true => {
                let letter = (&handed, mail, site.link(&format!("/act/{}", handed.secret)));
                sent(mailer, letter, paper.as_ref()).await
            }
            false => (ProposalMailState::Failed, None),
        };
        let now = clock.now();
        let write =
            async |tx: &mut Tx| settle(tx, scope, (&handed, mail), (state, why.clone()), now).await;
        if let Err(error) = db.write(write).await {
            tracing::error!(mail = %mail.id, ?error, "how a proposal was sent was not written down");
        }
        if mail.with_link && state == ProposalMailState::Failed {
            return;
        }
    }
}

async fn sent(
    mailer: &Mailer,
    (handed, mail, link): (&Handed, &NewMail, String),
    paper: Option<&(String, Vec<u8>)>,
) -> (ProposalMailState, Option<String>) {
    let answers = handed.mails.first().map(|first| first.name.as_str()).unwrap_or_default();
    let place = if mail.with_link { link } else { without_link(handed.language, answers) };
    let (name, email) = &handed.writer;
    // Answers come where they are taken into the record; else to who wrote.
    let reply_to = mailer.inbox().or_else(|| email.clone());
    let letter = Letter {
        id: mail.id.0,
        sender: &format!("{name} ({})", handed.organisation),
        reply_to: reply_to.as_deref(),
        in_reply_to: None,
        recipient: &mail.address,
        subject: &mail.subject,
        body: &mail.body.replace(LINK_PLACE, &place),
    };
    let file = paper.map(|(name, bytes)| Enclosure::Pdf(name, bytes.clone()));
    match mailer.send(&letter, file).await {
        Outcome::Sent(answer) => (ProposalMailState::Sent, Some(answer)),
        Outcome::Refused(why) | Outcome::Later(why) | Outcome::Unreached(why) => {
            (ProposalMailState::Failed, Some(why))
        }
        Outcome::Gone => (ProposalMailState::Failed, None),
    }
}

/// Writes down how one went. Taken, its link is the only one of the proposal; not taken, it is none.
/// Nothing of one that was settled before.
async fn settle(
    tx: &mut Tx,
    scope: Scope,
    (handed, mail): (&Handed, &NewMail),
    (state, why): (ProposalMailState, Option<String>),
    now: DateTime<Utc>,
) -> Result<()> {
    if !store::mailed(tx, scope, (handed.proposal, mail.id), (state, why)).await? {
        return Ok(());
    }
    if state == ProposalMailState::Failed {
        if !mail.with_link {
            return Ok(());
        }
        for copy in handed.mails.iter().filter(|copy| !copy.with_link) {
            let of = (handed.proposal, copy.id);
            store::mailed(tx, scope, of, (ProposalMailState::Failed, None)).await?;
        }
        return requests::end_link(tx, scope, handed.link, now).await;
    }
    if mail.with_link {
        let of = (handed.retainer, handed.proposal);
        requests::end_other_links(tx, scope, (of, handed.link), now).await?;
    }
    let event = match mail.reminds {
        true => TimelineEvent::ProposalReminded,
        false => TimelineEvent::ProposalSent,
    };
    timeline::tell(tx, scope, Told::new(event, mail.id), now).await
}

/// Settles mails that were lost with the server that handed them over, in the name of who sent them: the
/// link of one that had it ends, so that the one before is the only one again.
///
/// # Errors
/// Those of the database.
pub(super) async fn settle_lost(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let since = now - LOST_AFTER;
    for row in db.read(async |tx| store::lost(tx, since, LOST_AT_ONCE).await).await? {
        let scope = Scope::acting(row.organisation_id, row.sent_by, Role::Manager);
        db.write(async |tx| {
            let failed = (ProposalMailState::Failed, None);
            let settled = store::mailed(tx, scope, (row.proposal_id, row.id), failed).await?;
            if settled && row.with_link {
                requests::end_link(tx, scope, row.link_id, now).await?;
            }
            Ok(())
        })
        .await?;
    }
    Ok(())
}

/// Tells proposals with their mails.
///
/// # Errors
/// Those of the database.
pub(super) async fn attach(
    tx: &mut Tx,
    scope: Scope,
    proposals: &mut [Proposal],
    now: DateTime<Utc>,
) -> Result<()> {
    let ids: Vec<ProposalId> = proposals.iter().map(|one| one.id).collect();
    let mut found: HashMap<ProposalId, Vec<ProposalMail>> = HashMap::new();
    for row in store::of_proposals(tx, scope, &ids).await? {
        let mails = found.entry(row.proposal_id).or_default();
        if mails.len() < TOLD {
            mails.push(row.told(now - LOST_AFTER));
        }
    }
    for one in proposals {
        one.mails = found.remove(&one.id).unwrap_or_default();
    }
    Ok(())
}
