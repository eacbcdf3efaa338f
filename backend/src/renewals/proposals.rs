//! What a client is offered for the next term, and what it answers by a link of its own.
//!
//! An offer is kept as it was told: what changes afterwards changes nothing of it. One is open at a
//! time; it is answered once, and an acceptance wins the renewal in the same transaction.
//! Source: requirement S2-21; docs/decisions/0061.
use std::collections::BTreeSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    ActAnswer, ActProposal, ContactId, ErrorCode, Holder, Language, NewProposal,
    PROPOSAL_LINES_MAX, Proposal, ProposalId, ProposalMade, ProposalOffer, ProposalState,
    Proposals, ProposedPool, RenewalId, RenewalReason, RenewalStage, RenewalWon, RetainerId,
    RetainerState, Role, Terms,
};
use shared::rules::search::words;
use uuid::Uuid;

use super::proposals_store::{self as store, ProposalRow};
use super::store::{self as renewals, RenewalRow};
use super::{brief, outcome, proposal_mails};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{deciders, invoices, requests, retainers};

/// Days after the last one of a proposal on which its link can still be read.
const READ_FOR: Days = Days::new(180);

/// Offers a renewal to somebody at the account, by a link that is told once. The one before is taken
/// back.
///
/// # Errors
/// `not_found`; `renewal_decided`; `retainer_ended`; at `/contact_id` for somebody who is not at the
/// account, or does not decide there; at `/ends_on` for a day that is not after the term; at
/// `/valid_until` for one that is over, or after the day that decides; at `/terms` likewise as in an
/// outcome.
pub(super) async fn make(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (RenewalId, &NewProposal),
    now: DateTime<Utc>,
) -> Result<ProposalMade> {
    let row = renewals::find(tx, scope, id).await?;
    if row.stage.is_decided() {
        return Err(ErrorCode::RenewalDecided.into());
    }
    let book = cycles::close_due(tx, scope, row.retainer_id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    let contact = match decider(tx, scope, (&row, new.contact_id), book.today).await? {
        None => return Err(Error::field("/contact_id", "not_found")),
        Some((_, false)) => return Err(Error::field("/contact_id", "does_not_decide")),
        Some((name, true)) => name,
    };
    if new.ends_on.is_some_and(|end| end <= row.due_on) {
        return Err(Error::field("/ends_on", "out_of_range"));
    }
    if new.valid_until < book.today || new.valid_until >= row.decide_by {
        return Err(Error::field("/valid_until", "out_of_range"));
    }
    let terms = new.terms.clone().map(Terms::keyed);
    if let Some(terms) = &terms {
        retainers::can_have(&book, terms)?;
    }
    take_back(tx, scope, id, now).await?;
    // What is signed holds, also where it is what would hold anyhow.
    let on = |day| book.terms_on(day).map(|terms| &terms.row.terms.0).ok_or(ErrorCode::NotFound);
    let terms = match terms {
        Some(terms) => terms,
        None => on(row.due_on)?.clone(),
    };
    let eve = row.due_on.pred_opt().unwrap_or(row.due_on);
    let offer = offer(tx, scope, (&row, &book), (new, [on(eve)?, &terms], contact)).await?;
    let proposal = ProposalId(Uuid::now_v7());
    store::insert(tx, scope, (proposal, id, new.contact_id), (&offer, &terms), now).await?;
    let link = (row.retainer_id, proposal, read_until(&book, new.valid_until));
    let (_, token) = requests::open_proposal(tx, scope, link, now).await?;
    if row.stage != RenewalStage::Proposed && row.stage.is_talked_about() {
        renewals::set_stage(tx, scope, (id, RenewalStage::Proposed), now).await?;
    }
    let proposal = told(store::find(tx, scope, proposal).await?, book.today);
    Ok(ProposalMade { proposal, token })
}

/// Until when the link of a proposal is read: what was offered and signed can be for a while.
pub(super) fn read_until(book: &Book, valid_until: NaiveDate) -> DateTime<Utc> {
    let ends = valid_until.checked_add_days(READ_FOR).unwrap_or(valid_until);
    book.zones.first_instant(ends)
}

/// Gives the link of a proposal another secret, since whoever made it did not get the first. None is
/// told once a mail has brought one.
///
/// # Errors
/// Those of the database.
pub(super) async fn told_anew(
    tx: &mut Tx,
    scope: Scope,
    made: ProposalMade,
    now: DateTime<Utc>,
) -> Result<ProposalMade> {
    let retainer = store::find(tx, scope, made.proposal.id).await?.retainer_id;
    let proposal = find(tx, scope, made.proposal.id, now).await?;
    let token = match proposal.mails.is_empty() {
        true => requests::renew_proposal(tx, scope, (retainer, proposal.id)).await?,
        false => None,
    };
    Ok(ProposalMade { proposal, token: token.unwrap_or_default() })
}

async fn offer(
    tx: &mut Tx,
    scope: Scope,
    (row, book): (&RenewalRow, &Book),
    (new, [before, after], contact_name): (&NewProposal, [&Terms; 2], String),
) -> Result<ProposalOffer> {
    let (sender, language) = invoices::sender(tx, scope, row.account_id).await?;
    let lines = match &new.lines {
        Some(lines) => lines.iter().map(|line| line.text.trim().to_owned()).collect(),
        None => brief::for_client(tx, scope, row.id, PROPOSAL_LINES_MAX).await?,
    };
    // As if it went on: an end cuts the last cycle.
    let series = book.head.series.series(book.head.starts_on, None)?;
    let terms_from = series.cycles_from(row.due_on).next().map(|cycle| cycle.start);
    let tax_included = invoices::prices_with_tax(tx, scope, row.retainer_id).await?;
    let intro = new.intro.as_deref().map(str::trim).filter(|intro| !intro.is_empty());
    Ok(ProposalOffer {
        number: store::last(tx, scope, row.id).await? + 1,
        sender,
        client: row.account_name.clone(),
        contact_name,
        retainer_name: row.retainer_name.clone(),
        language,
        intro: intro.map(str::to_owned),
        lines,
        interval: book.series.rhythm_on(row.due_on).interval,
        tax_included,
        price_before: before.cycle_fee(),
        price: after.cycle_fee(),
        pools: pools(before, after),
        starts_on: row.due_on,
        terms_from: terms_from.unwrap_or(row.due_on),
        ends_on: new.ends_on,
        valid_until: new.valid_until,
    })
}

/// What each pool brings a cycle until then, and from then on.
fn pools(before: &Terms, after: &Terms) -> Vec<ProposedPool> {
    let mut seen = BTreeSet::new();
    let all = before.pools.iter().chain(&after.pools);
    let one = |pool: &shared::api::PoolTerms| {
        let brings = |terms: &Terms| terms.pool(pool.key()).map(|pool| pool.allowance);
        let newest = after.pool(pool.key()).unwrap_or(pool);
        ProposedPool {
            name: newest.name.clone(),
            unit: pool.unit,
            before: brings(before),
            after: brings(after),
        }
    };
    all.filter(|pool| seen.insert(pool.key().to_owned())).map(one).collect()
}

fn told(row: ProposalRow, today: NaiveDate) -> Proposal {
    Proposal {
        id: row.id,
        renewal_id: row.renewal_id,
        expired: row.state == ProposalState::Open && row.valid_until < today,
        state: row.state,
        offer: row.offer.0,
        created_by_name: row.created_by_name,
        created_at: row.created_at,
        seen_at: row.seen_at,
        answered_at: row.answered_at,
        signed: row.signed,
        note: row.note,
        mails: Vec::new(),
        version: row.version,
    }
}

async fn today(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<NaiveDate> {
    let books = Book::agreed(tx, scope, &[id], now, None).await?;
    Ok(books.first().ok_or(ErrorCode::NotFound)?.today)
}

/// A proposal.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<Proposal> {
    let row = store::find(tx, scope, id).await?;
    let today = today(tx, scope, row.retainer_id, now).await?;
    let mut proposal = told(row, today);
    proposal_mails::attach(tx, scope, std::slice::from_mut(&mut proposal), now).await?;
    Ok(proposal)
}

/// The proposals of a renewal, the newest first.
///
/// # Errors
/// `not_found`.
pub(super) async fn list(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    now: DateTime<Utc>,
) -> Result<Proposals> {
    let row = renewals::find(tx, scope, id).await?;
    let today = today(tx, scope, row.retainer_id, now).await?;
    let rows = store::of_renewal(tx, scope, id).await?;
    let mut items: Vec<Proposal> = rows.into_iter().map(|row| told(row, today)).collect();
    proposal_mails::attach(tx, scope, &mut items, now).await?;
    Ok(Proposals { items })
}

/// Takes a proposal back.
///
/// # Errors
/// `not_found`; `proposal_answered`.
pub(super) async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<Proposal> {
    let row = store::find(tx, scope, id).await?;
    if row.state != ProposalState::Open || !take_back(tx, scope, row.renewal_id, now).await? {
        return Err(ErrorCode::ProposalAnswered.into());
    }
    find(tx, scope, id, now).await
}

/// Takes back the one of a renewal that is open, with its link. False if there is none.
///
/// # Errors
/// Those of the database.
pub(super) async fn take_back(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let Some(open) = store::open_of(tx, scope, id).await? else { return Ok(false) };
    if !store::withdraw(tx, scope, open.id, now).await? {
        return Ok(false);
    }
    requests::end_proposal(tx, scope, (open.retainer_id, open.id), now).await?;
    Ok(true)
}

/// Somebody at the account by name, and whether they decide about the retainer; none if they are not
/// there. Source: requirement S0-22.
async fn decider(
    tx: &mut Tx,
    scope: Scope,
    (row, contact): (&RenewalRow, ContactId),
    day: NaiveDate,
) -> Result<Option<(String, bool)>> {
    let holder = Holder::Contact { id: contact };
    let account = (row.account_id, row.account_kind);
    let Some(found) = deciders::sided(tx, scope, account, holder).await? else { return Ok(None) };
    let who = (holder, found.side);
    let decides = deciders::may_decide(tx, scope, row.retainer_id, who, day).await?;
    Ok(Some((found.held.name, decides)))
}

/// What whoever holds its link sees.
///
/// # Errors
/// `not_found`.
pub(crate) async fn shown(
    tx: &mut Tx,
    scope: Scope,
    id: ProposalId,
    now: DateTime<Utc>,
) -> Result<ActProposal> {
    let row = store::find(tx, scope, id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let renewal = renewals::find(tx, scope, row.renewal_id).await?;
    let over = row.state == ProposalState::Open && over((&row, &renewal), &book);
    let ProposalRow { state, offer, answered_at, signed, .. } = row;
    Ok(ActProposal { offer: offer.0, state, over, answered_at, signed })
}

/// Its last day is over, the renewal is decided, the term it follows on ends on another day, or the
/// retainer has ended.
pub(super) fn over((row, renewal): (&ProposalRow, &RenewalRow), book: &Book) -> bool {
    row.valid_until < book.today
        || renewal.stage.is_decided()
        || row.offer.starts_on != renewal.due_on
        || book.head.state == RetainerState::Ended
}

/// Takes the answer to a proposal, signed by the name of whom it was made to. Accepted, it wins the
/// renewal in the name of who made it.
///
/// # Errors
/// `offer_changed` for another than the one that was read; `proposal_answered`; `may_not_decide` for who
/// does not any more; `offer_held` where it cannot be accepted; at `/asker_name` for another name.
pub(crate) async fn answer(
    tx: &mut Tx,
    scope: Scope,
    (id, accepts, new, with): (ProposalId, bool, &ActAnswer, Option<&str>),
    now: DateTime<Utc>,
) -> Result<ActProposal> {
    let row = store::find(tx, scope, id).await?;
    if new.order_number != Some(row.offer.number) {
        return Err(ErrorCode::OfferChanged.into());
    }
    if row.state != ProposalState::Open {
        return Err(ErrorCode::ProposalAnswered.into());
    }
    let name = new.asker_name.as_deref().unwrap_or_default().trim();
    // Signs alone are no name, whatever stands in the books.
    if words(name).is_empty() || words(name) != words(&row.offer.contact_name) {
        return Err(Error::field("/asker_name", "no_such_name"));
    }
    let renewal = renewals::find(tx, scope, row.renewal_id).await?;
    let today = today(tx, scope, row.retainer_id, now).await?;
    let decides = decider(tx, scope, (&renewal, row.contact_id), today).await?;
    if !decides.is_some_and(|(_, decides)| decides) {
        return Err(ErrorCode::MayNotDecide.into());
    }
    let note = new.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let state = if accepts { ProposalState::Accepted } else { ProposalState::Declined };
    if accepts {
        let book = cycles::close_due(tx, scope, row.retainer_id, now).await?;
        if over((&row, &renewal), &book) {
            return Err(ErrorCode::OfferHeld.into());
        }
    }
    if !store::answer(tx, scope, (id, state), (name, with, note), now).await? {
        return Err(ErrorCode::ProposalAnswered.into());
    }
    // Whoever made it agrees by having offered it.
    let maker = Scope::acting(scope.organisation(), row.created_by, Role::Owner);
    if accepts {
        let won = RenewalWon {
            ends_on: row.offer.ends_on,
            terms: Some(row.terms.0),
            reason: RenewalReason::Accepted,
            note: Some(signed(name, row.offer.number, row.offer.language)),
        };
        outcome::win(tx, maker, (row.renewal_id, &won), now).await.map_err(held)?;
    } else if renewal.stage.is_talked_about() {
        let stage = (row.renewal_id, RenewalStage::Negotiating);
        renewals::set_stage(tx, scope, stage, now).await?;
    }
    shown(tx, scope, id, now).await
}

/// What stands in the way is told to those who work here, not to whoever holds a link.
fn held(error: Error) -> Error {
    match error {
        Error::Db(_) | Error::Internal { .. } => error,
        _ => ErrorCode::OfferHeld.into(),
    }
}

/// Why the renewal was won, in words that the timeline keeps.
fn signed(name: &str, number: i64, language: Language) -> String {
    match language {
        Language::En => format!("Proposal {number}, signed by {name}"),
        Language::De => format!("Angebot {number}, unterschrieben von {name}"),
    }
}
