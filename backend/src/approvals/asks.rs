//! Asking a client for more units beyond the limit of a pool in a cycle, and what they answer by a
//! link of its own.
//!
//! What was asked is kept as it was told. It holds while nothing of it has changed, one of a pool and a
//! cycle at a time, and is answered once: a yes makes the approval in the same transaction.
//! Source: domain 4.7; docs/decisions/0072.
use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    ActAnswer, ActApproval, ApprovalId, ApprovalOffer, ApprovalRequest, ApprovalRequestId,
    ApprovalRequestMade, ApprovalRequestState, ApprovalRequests, ContactId, CycleId, ErrorCode,
    Holder, Language, MONEY_MAX, NewApprovalRequest, PoolId, RetainerId, RetainerState,
    TimelineEvent,
};
use shared::rules::search::words;
use uuid::Uuid;

use super::asks_store::{self as store, Answer, AskRow, Home, NewAsk};
use super::figures::{Figures, figures};
use super::service::{asking, decide, open_on};
use crate::auth::{ReadRecords, Scope, Secret};
use crate::cycles::store::CycleRow;
use crate::cycles::{self, Book, PoolBook};
use crate::db::Tx;
use crate::deciders;
use crate::error::{Error, Result};
use crate::invoices::{self, Taxed};
use crate::timeline::{self, Told};

/// Days after the last one for an answer on which the link can still be read.
const READ_FOR: Days = Days::new(180);

/// Asks somebody at the account, by a link that is told once. What was asked before of the same pool
/// and cycle is taken back.
///
/// # Errors
/// `retainer_ended`; at the field: an unknown retainer or pool, a pool that does not ask, a day without
/// an open cycle, somebody who is not at the account or does not decide, a last day that is over or
/// after the close, more units than can be approved.
pub(super) async fn make(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (RetainerId, &NewApprovalRequest),
    now: DateTime<Utc>,
) -> Result<ApprovalRequestMade> {
    let book = cycles::close_due(tx, scope, id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    let row = open_on(&book, new.on.unwrap_or(book.today))?;
    let pool = asking(&book, &row, new.pool.as_deref())?;
    if new.answer_by < book.today || new.answer_by >= book.zones.local_date(row.closes_at) {
        return Err(Error::field("/answer_by", "out_of_range"));
    }
    if pool.approved(row.seq).map_or(0, |found| found.units) + new.units > MONEY_MAX {
        return Err(Error::field("/units", "out_of_range"));
    }
    let home = store::home(tx, scope, id).await?;
    let contact_name = match decider(tx, scope, (&home, id, new.contact_id), book.today).await? {
        None => return Err(Error::field("/contact_id", "not_found")),
        Some((_, false)) => return Err(Error::field("/contact_id", "does_not_decide")),
        Some((name, true)) => name,
    };
    let which = (row.seq, pool.pool.id);
    if let Some(open) = store::open_of(tx, scope, (id, which.1, which.0)).await? {
        take_back(tx, scope, open.id, now).await?;
    }
    let tax = invoices::taxed(tx, scope, id).await?;
    let figures = figures((&book, tax.as_ref()), which, new.units, now)?;
    let figures = figures.ok_or_else(|| Error::field("/on", "no_open_cycle"))?;
    let offer = offer(tx, scope, (&row, pool), (new, home, contact_name), figures).await?;
    let place = (id, which.1, new.contact_id);
    let (made, token) = keep(tx, scope, (place, &offer), &book, now).await?;
    let row = store::find(tx, scope, made).await?;
    let request = told(scope, row, (&book, tax.as_ref()), now)?;
    Ok(ApprovalRequestMade { request, token })
}

/// What is asked, as the client reads it.
async fn offer(
    tx: &mut Tx,
    scope: Scope,
    (row, pool): (&CycleRow, PoolBook<'_>),
    (new, home, contact_name): (&NewApprovalRequest, Home, String),
    figures: Figures,
) -> Result<ApprovalOffer> {
    let (sender, _) = invoices::sender(tx, scope, home.account_id).await?;
    let agreed = pool.kept(row).and_then(|terms| terms.row.terms.0.pool(&pool.pool.key));
    Ok(ApprovalOffer {
        number: store::last(tx, scope, row.retainer_id).await? + 1,
        sender,
        asked_by: home.member_name,
        client: home.account_name,
        contact_name,
        retainer_name: home.retainer_name,
        pool: pool.pool.key.clone(),
        pool_name: agreed.and_then(|agreed| agreed.name.clone()),
        unit: pool.pool.unit,
        seq: row.seq,
        starts_on: figures.starts_on,
        ends_on: figures.ends_on,
        units: new.units,
        approved_before: figures.approved_before,
        price_minor: figures.price_minor,
        amount_minor: figures.amount_minor,
        total_minor: figures.total_minor,
        currency: figures.currency,
        tax_included: figures.tax_included,
        reason: new.reason.trim().to_owned(),
        answer_by: new.answer_by,
    })
}

/// Writes what is asked, with a link, and tells it.
async fn keep(
    tx: &mut Tx,
    scope: Scope,
    ((retainer, pool, contact), offer): ((RetainerId, PoolId, ContactId), &ApprovalOffer),
    book: &Book,
    now: DateTime<Utc>,
) -> Result<(ApprovalRequestId, String)> {
    let (id, secret) = (ApprovalRequestId(Uuid::now_v7()), Secret::random());
    // What was asked and answered can be read for a while.
    let ends = offer.answer_by.checked_add_days(READ_FOR).unwrap_or(offer.answer_by);
    let expires_at = book.zones.first_instant(ends);
    let secret_hash = secret.hash();
    let new = NewAsk { id, retainer, pool, contact, offer, secret_hash, expires_at };
    store::insert(tx, scope, new, now).await?;
    timeline::tell(tx, scope, Told::new(TimelineEvent::ApprovalAsked, id), now).await?;
    Ok((id, secret.text()))
}

/// Gives the link another secret, since whoever made it did not get the first.
///
/// # Errors
/// Those of the database.
pub(super) async fn told_anew(
    tx: &mut Tx,
    scope: Scope,
    made: ApprovalRequestMade,
    now: DateTime<Utc>,
) -> Result<ApprovalRequestMade> {
    let token = store::renew(tx, scope, made.request.id).await?.unwrap_or_default();
    Ok(ApprovalRequestMade { request: find(tx, scope, made.request.id, now).await?, token })
}

/// Whether the last day of what nobody answered is over, and whether it holds no longer for another
/// reason.
fn standing(row: &AskRow, of: (&Book, Option<&Taxed>), now: DateTime<Utc>) -> Result<(bool, bool)> {
    if row.state != ApprovalRequestState::Open {
        return Ok((false, false));
    }
    let found = figures(of, (row.seq, row.pool_id), row.offer.units, now)?;
    let holds = found.is_some_and(|found| found == Figures::of(&row.offer));
    Ok((row.answer_by < of.0.today, !holds))
}

fn told(
    scope: Scope,
    row: AskRow,
    of: (&Book, Option<&Taxed>),
    now: DateTime<Utc>,
) -> Result<ApprovalRequest> {
    let (expired, overtaken) = standing(&row, of, now)?;
    // What a client says is of the record.
    let reads = scope.may::<ReadRecords>();
    Ok(ApprovalRequest {
        id: row.id,
        retainer_id: row.retainer_id,
        state: row.state,
        expired,
        overtaken,
        offer: row.offer.0,
        created_at: row.created_at,
        seen_at: row.seen_at,
        answered_at: row.answered_at,
        withdrawn_by_name: row.withdrawn_by_name,
        signed: row.signed.filter(|_| reads),
        note: row.note.filter(|_| reads),
        approval_id: row.approval_id,
        version: row.version,
    })
}

/// What a client was asked.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: ApprovalRequestId,
    now: DateTime<Utc>,
) -> Result<ApprovalRequest> {
    let row = store::find(tx, scope, id).await?;
    let book = Book::load(tx, scope, row.retainer_id, now).await?;
    let tax = invoices::taxed(tx, scope, row.retainer_id).await?;
    told(scope, row, (&book, tax.as_ref()), now)
}

/// What the client of a retainer was asked, of a pool and a cycle if they are named, the newest first.
///
/// # Errors
/// `not_found`.
pub(super) async fn list(
    tx: &mut Tx,
    scope: Scope,
    (id, of): (RetainerId, (Option<String>, Option<CycleId>)),
    now: DateTime<Utc>,
) -> Result<ApprovalRequests> {
    let book = Book::load(tx, scope, id, now).await?;
    let rows = store::of_retainer(tx, scope, id, of).await?;
    let tax = invoices::taxed(tx, scope, id).await?;
    let one = |row| told(scope, row, (&book, tax.as_ref()), now);
    Ok(ApprovalRequests { items: rows.into_iter().map(one).collect::<Result<_>>()? })
}

/// Takes back what a client was asked.
///
/// # Errors
/// `not_found`; `approval_request_answered`.
pub(super) async fn withdraw(
    tx: &mut Tx,
    scope: Scope,
    id: ApprovalRequestId,
    now: DateTime<Utc>,
) -> Result<ApprovalRequest> {
    store::find(tx, scope, id).await?;
    if !take_back(tx, scope, id, now).await? {
        return Err(ErrorCode::AskAnswered.into());
    }
    find(tx, scope, id, now).await
}

/// Takes one back, and tells it. False if it was not open.
async fn take_back(
    tx: &mut Tx,
    scope: Scope,
    id: ApprovalRequestId,
    now: DateTime<Utc>,
) -> Result<bool> {
    let taken = store::withdraw(tx, scope, id, now).await?;
    if taken {
        let told = Told::new(TimelineEvent::ApprovalWithdrawn, id);
        timeline::tell(tx, scope, told, now).await?;
    }
    Ok(taken)
}

/// Somebody at the account by name, and whether they decide about the retainer; none if they are not
/// there. Source: requirement S0-22.
async fn decider(
    tx: &mut Tx,
    scope: Scope,
    (home, retainer, contact): (&Home, RetainerId, ContactId),
    day: NaiveDate,
) -> Result<Option<(String, bool)>> {
    let holder = Holder::Contact { id: contact };
    let account = (home.account_id, home.account_kind);
    let Some(found) = deciders::sided(tx, scope, account, holder).await? else { return Ok(None) };
    let who = (holder, found.side);
    let decides = deciders::may_decide(tx, scope, retainer, who, day).await?;
    Ok(Some((found.held.name, decides)))
}

/// What whoever holds the link sees.
///
/// # Errors
/// `not_found`.
pub(super) async fn shown(
    tx: &mut Tx,
    scope: Scope,
    id: ApprovalRequestId,
    now: DateTime<Utc>,
) -> Result<ActApproval> {
    let ApprovalRequest { state, expired, overtaken, offer, answered_at, signed, .. } =
        find(tx, scope, id, now).await?;
    Ok(ActApproval { offer, state, expired, overtaken, answered_at, signed })
}

/// Takes the answer, signed by the name of whom it was asked. A yes makes the approval, in the name of
/// who asked for it.
///
/// # Errors
/// `not_asked` without a yes or no; `offer_changed` for another than the one that was read;
/// `approval_request_answered`; `may_not_decide` for who does not any more; `offer_held` where it holds no
/// longer; at `/asker_name` for another name.
pub(super) async fn answer(
    tx: &mut Tx,
    scope: Scope,
    (id, new, with): (ApprovalRequestId, &ActAnswer, Option<&str>),
    now: DateTime<Utc>,
) -> Result<ActApproval> {
    let accepts = new.accepts.ok_or(ErrorCode::NotAsked)?;
    let row = store::find(tx, scope, id).await?;
    if new.order_number != Some(row.offer.number) {
        return Err(ErrorCode::OfferChanged.into());
    }
    if row.state != ApprovalRequestState::Open {
        return Err(ErrorCode::AskAnswered.into());
    }
    let name = new.asker_name.as_deref().unwrap_or_default().trim();
    // Signs alone are no name, whatever stands in the books.
    if words(name).is_empty() || words(name) != words(&row.offer.contact_name) {
        return Err(Error::field("/asker_name", "no_such_name"));
    }
    let book = cycles::close_due(tx, scope, row.retainer_id, now).await?;
    let home = store::home(tx, scope, row.retainer_id).await?;
    let who = (&home, row.retainer_id, row.contact_id);
    if !decider(tx, scope, who, book.today).await?.is_some_and(|(_, decides)| decides) {
        return Err(ErrorCode::MayNotDecide.into());
    }
    let mut approval = None;
    if accepts {
        let tax = invoices::taxed(tx, scope, row.retainer_id).await?;
        if standing(&row, (&book, tax.as_ref()), now)? != (false, false) {
            return Err(ErrorCode::OfferHeld.into());
        }
        let (_, language) = invoices::sender(tx, scope, home.account_id).await?;
        approval = Some(approve(tx, scope, (&row, &book), (name, language), now).await?);
    }
    let (state, event) = match accepts {
        true => (ApprovalRequestState::Approved, TimelineEvent::ApprovalGiven),
        false => (ApprovalRequestState::Declined, TimelineEvent::ApprovalDeclined),
    };
    let note = new.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    let answer = Answer { state, signed: name, with, note, approval };
    if !store::answer(tx, scope, (id, answer), now).await? {
        return Err(ErrorCode::AskAnswered.into());
    }
    let told = Told::new(event, id).text(note.map(str::to_owned)).by_nobody();
    timeline::tell(tx, scope, told, now).await?;
    shown(tx, scope, id, now).await
}

/// The approval that whoever asked would have recorded.
async fn approve(
    tx: &mut Tx,
    scope: Scope,
    (row, book): (&AskRow, &Book),
    (name, language): (&str, Language),
    now: DateTime<Utc>,
) -> Result<ApprovalId> {
    let pool = book.pool(row.pool_id).ok_or(ErrorCode::OfferHeld)?;
    let offer = &row.offer;
    let reason = match language {
        Language::En => {
            format!("Approved by {name}, request {}: {}", offer.number, offer.reason)
        }
        Language::De => {
            format!("Freigegeben von {name}, Anfrage {}: {}", offer.number, offer.reason)
        }
    };
    let units = offer.approved_before + offer.units;
    decide(tx, scope, pool, (row.seq, units, &reason), now).await
}
