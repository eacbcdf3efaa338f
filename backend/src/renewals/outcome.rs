//! What comes of a renewal, and what that changes of the retainer. Source: domain 7.3.
//!
//! Terms that were agreed on wait until the cycle before the next term runs, as new prices do: until
//! then other terms can be agreed for the cycles in between (docs/decisions/0047, 0060).
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    Effective, EndRule, ErrorCode, NewAmendment, Renewal, RenewalId, RenewalLost, RenewalReason,
    RenewalStage, RenewalWon, RetainerId, RetainerState, Role, Termination, TimelineEvent,
};
use shared::rules::renewal::RenewalChange;
use shared::rules::units::Minor;

use super::service::find;
use super::store::{self, Decided, RenewalRow};
use super::{proposals, reminders, rule, rule_store, signed};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::timeline::{self, Told};
use crate::{invoices, retainers};

/// A renewal that has no outcome, with the books of its retainer.
async fn open(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    now: DateTime<Utc>,
) -> Result<(RenewalRow, Book)> {
    let row = store::find(tx, scope, id).await?;
    if row.stage.is_decided() {
        return Err(ErrorCode::RenewalDecided.into());
    }
    let book = cycles::close_due(tx, scope, row.retainer_id, now).await?;
    Ok((row, book))
}

/// What the retainer brings a month: by the terms that hold, and by a fee of the next term.
async fn brings(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    (fee, due_on): (Option<Minor>, NaiveDate),
) -> Result<(Minor, Minor)> {
    let taxes = invoices::included(tx, scope, &[book.head.id]).await?;
    let taxes = taxes.get(&book.head.id);
    let was = invoices::agreed_monthly(book, taxes)?;
    let is = match fee {
        Some(fee) => invoices::monthly_fee(book, taxes, (fee, due_on))?,
        None => was,
    };
    Ok((was, is))
}

/// It goes on: its end moves, and what was agreed for the next term holds from its first cycle on.
///
/// # Errors
/// `not_found`; `renewal_decided`; `retainer_ended`; at `/ends_on` for a day that is not after the
/// term; at the field for terms that this retainer cannot have.
pub(super) async fn win(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (RenewalId, &RenewalWon),
    now: DateTime<Utc>,
) -> Result<Renewal> {
    let (row, book) = open(tx, scope, id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    if new.ends_on.is_some_and(|end| end <= row.due_on) {
        return Err(Error::field("/ends_on", "out_of_range"));
    }
    let terms = new.terms.clone().map(shared::api::Terms::keyed);
    if let Some(terms) = &terms {
        retainers::can_have(&book, terms)?;
    }
    let fee = terms.as_ref().map(|terms| terms.fee());
    let (was, is) = brings(tx, scope, &book, (fee, row.due_on)).await?;
    if new.ends_on != book.head.ends_on {
        let end = Termination { ends_on: new.ends_on, settlement: Default::default() };
        retainers::end(tx, scope, row.retainer_id, &end, now).await?;
    }
    let decided = Decided {
        stage: RenewalStage::Won,
        by: Some(scope.member()),
        reason: new.reason,
        note: new.note.as_deref(),
        change: Some(RenewalChange::of(was, is)),
        was_minor: was.0,
        mrr_minor: is.0,
        currency: book.currency(),
        ends_on: new.ends_on,
        terms: terms.as_ref(),
    };
    decide(tx, scope, (&row, decided, TimelineEvent::RenewalWon), now).await?;
    rule_store::begin_term(tx, scope, row.retainer_id, (row.due_on, now)).await?;
    agree(tx, scope, row.retainer_id, now).await?;
    find(tx, scope, id, now).await
}

/// It does not go on: one without an end gets one.
///
/// # Errors
/// `not_found`; `renewal_decided`; at `/ends_on` for a retainer that has an end, or for a day that
/// cannot be one.
pub(super) async fn lose(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (RenewalId, &RenewalLost),
    now: DateTime<Utc>,
) -> Result<Renewal> {
    let (row, book) = open(tx, scope, id, now).await?;
    let ends_on = match (book.head.ends_on, new.ends_on) {
        (Some(end), None) => end,
        (Some(_), Some(_)) => return Err(Error::field("/ends_on", "not_allowed")),
        (None, wanted) => {
            let ends_on = wanted.unwrap_or(row.due_on);
            let end = Termination { ends_on: Some(ends_on), settlement: Default::default() };
            retainers::end(tx, scope, row.retainer_id, &end, now).await?;
            ends_on
        }
    };
    let (was, _) = brings(tx, scope, &book, (None, row.due_on)).await?;
    let decided = Decided {
        stage: RenewalStage::Lost,
        by: Some(scope.member()),
        reason: new.reason,
        note: new.note.as_deref(),
        change: None,
        was_minor: was.0,
        mrr_minor: 0,
        currency: book.currency(),
        ends_on: Some(ends_on),
        terms: None,
    };
    decide(tx, scope, (&row, decided, TimelineEvent::RenewalLost), now).await?;
    // Until it ends nobody is asked again.
    rule_store::begin_term(tx, scope, row.retainer_id, (ends_on.max(row.due_on), now)).await?;
    find(tx, scope, id, now).await
}

/// Takes back that it was lost: they talk again. An end that was agreed then stays until somebody moves
/// it.
///
/// # Errors
/// `not_found`; `renewal_open` for one that was not lost; `renewal_runs` where another has begun;
/// `retainer_ended`.
pub(super) async fn reopen(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    now: DateTime<Utc>,
) -> Result<Renewal> {
    let row = store::find(tx, scope, id).await?;
    if row.stage != RenewalStage::Lost {
        return Err(ErrorCode::RenewalOpen.into());
    }
    let book = cycles::close_due(tx, scope, row.retainer_id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    if store::open_of(tx, scope, row.retainer_id).await?.is_some() {
        return Err(ErrorCode::RenewalRuns.into());
    }
    if !store::reopen(tx, scope, id, now).await? {
        return Err(ErrorCode::RenewalOpen.into());
    }
    rule_store::look_soon(tx, scope, row.retainer_id, now).await?;
    find(tx, scope, id, now).await
}

/// Nobody decided in time, and the contract says that it goes on.
///
/// # Errors
/// Those of the rules and the database.
pub(super) async fn renew_by_contract(
    tx: &mut Tx,
    scope: Scope,
    (row, book): (&RenewalRow, &Book),
    now: DateTime<Utc>,
) -> Result<()> {
    let (was, _) = brings(tx, scope, book, (None, row.due_on)).await?;
    let decided = Decided {
        stage: RenewalStage::Won,
        by: None,
        reason: RenewalReason::ByContract,
        note: None,
        change: Some(RenewalChange::Same),
        was_minor: was.0,
        mrr_minor: was.0,
        currency: book.currency(),
        ends_on: None,
        terms: None,
    };
    decide(tx, scope, (row, decided, TimelineEvent::RenewalWon), now).await?;
    rule_store::begin_term(tx, scope, row.retainer_id, (row.due_on, now)).await
}

/// The service ended, and nobody had decided.
///
/// # Errors
/// Those of the database.
pub(super) async fn lapse(
    tx: &mut Tx,
    scope: Scope,
    (row, book): (&RenewalRow, &Book),
    now: DateTime<Utc>,
) -> Result<()> {
    debug_assert_eq!(row.end_rule, EndRule::Stop, "others go on");
    store::set_stage(tx, scope, (row.id, RenewalStage::Lapsed), now).await?;
    let told = Told::new(TimelineEvent::RenewalLapsed, row.id).by_nobody();
    timeline::tell(tx, scope, told, now).await?;
    reminders::lapsed(tx, scope, row, book.today, now).await
}

async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (row, decided, event): (&RenewalRow, Decided<'_>, TimelineEvent),
    now: DateTime<Utc>,
) -> Result<()> {
    let by_people = decided.by.is_some();
    if !store::decide(tx, scope, (row.id, decided), now).await? {
        return Err(ErrorCode::RenewalDecided.into());
    }
    let told = Told::new(event, row.id);
    let told = if by_people { told } else { told.by_nobody() };
    timeline::tell(tx, scope, told, now).await?;
    // What is offered besides is answered by that.
    proposals::take_back(tx, scope, row.id, now).await?;
    reminders::end(tx, scope, row, now).await
}

/// Agrees on the terms of the next term, once the cycle before its first one runs.
///
/// # Errors
/// Those of agreeing on them.
pub(super) async fn agree(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    // Of several, those of the later term replace those of the one before.
    for row in store::waiting_of(tx, scope, id).await? {
        agree_on(tx, scope, row, now).await?;
    }
    Ok(())
}

async fn agree_on(tx: &mut Tx, scope: Scope, row: RenewalRow, now: DateTime<Utc>) -> Result<()> {
    let (Some(terms), Some(by)) = (row.terms, row.decided_by) else { return Ok(()) };
    let id = row.retainer_id;
    let book = cycles::close_due(tx, scope, id, now).await?;
    let next = book.series.cycles_from(cycles::tomorrow(&book)).next();
    let Some(next) = next.filter(|next| next.start >= row.due_on) else { return Ok(()) };
    if book.head.state != RetainerState::Active
        || !store::holds_from(tx, scope, row.id, next.start).await?
    {
        return Ok(());
    }
    let agreed = book.terms_on(next.start).filter(|agreed| agreed.row.terms.0 == terms.0);
    if let Some(number) = agreed.map(|agreed| agreed.row.number) {
        return signed::keep(tx, scope, (id, row.id), Some(number), now).await;
    }
    let amendment = NewAmendment {
        terms: terms.0,
        effective: Effective::NextCycle,
        interval: None,
        anchor: None,
        timezone: None,
        reason: row.note,
    };
    // Whoever won it agrees on it.
    let acting = Scope::acting(scope.organisation(), by, Role::Owner);
    retainers::amend(tx, acting, id, &amendment, now)
        .await
        .map_err(|error| rule::at_field(error, "/effective", "/terms"))?;
    signed::keep(tx, scope, (id, row.id), None, now).await
}
