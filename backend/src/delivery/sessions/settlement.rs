//! What saying how a session went means, and taking that back.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ApprovalId, Balance, Cancellation, ClientSession, ClientSessionBooked, ClientSessionId,
    ClientSessionSettled, ClientSessionState, CycleId, ErrorCode, LineKind, OwedUnits,
    SessionStatus, SettleClientSession, SettlementReason, TimelineEvent,
};
use shared::rules::ledger::{Effect, Fact, FactKind};
use shared::rules::units::Quantity;

use super::invitations;
use super::service::{booked, covered, day_of};
use super::store::{self, SessionRow};
use super::verdict::Verdict;
use crate::auth::Scope;
use crate::cycles::store::{NewFact, Source};
use crate::cycles::{self, Book, PoolBook};
use crate::db::{DbError, Tx};
use crate::delivery::poster::{Placed, Poster, takes_entries};
use crate::delivery::posting::{self, Posting};
use crate::delivery::service::may_act_for;
use crate::error::{Error, Result};
use crate::timeline::{self, Told};

/// How a session went, as somebody says in a body or in a query: `at` comes before the names of
/// fields at fault.
#[derive(Clone, Copy)]
struct Asked<'a> {
    how: &'a SettleClientSession,
    at: &'static str,
}

impl Asked<'_> {
    fn fault(&self, field: &str, code: &str) -> Error {
        Error::field(&format!("{}{field}", self.at), code)
    }
}

/// What settling a session does, before it is done.
struct Weighed {
    verdict: Verdict,
    day: NaiveDate,
    placed: Option<Placed>,
    /// Units that are to be posted.
    posted: i64,
    /// The closed cycle that drew it already, where that is what it draws.
    held_in: Option<CycleId>,
    /// What else that cycle drew of it comes back by this.
    back: Option<NewFact>,
    /// By which it goes beyond the limit, if it does.
    approval: Option<ApprovalId>,
    reason: SettlementReason,
    /// The balance after it; none where no cycle is open.
    balance: Option<Balance>,
}

/// Says how a session went: the terms of its cycle decide whether its units are used up, set
/// aside or stay. What the close of its cycle drew meanwhile is what it draws; where it draws
/// something else, that comes back first. Source: domain 3.11, 3.12, docs/decisions/0025.
///
/// # Errors
/// `session_settled`; `forbidden` for the sessions of others; at `/status` for one that has not
/// begun, or is too far ahead; at `/at` for a time that has not come; `insufficient_balance` where
/// the pool blocks.
pub async fn settle(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    how: &SettleClientSession,
    now: DateTime<Utc>,
) -> Result<ClientSessionSettled> {
    let row = store::find(tx, scope, id).await?;
    may_act_for(scope, row.member_id)?;
    still_booked(&row)?;
    let poster = Poster::load(tx, scope, row.retainer_id, now).await?;
    // Its cycle may have closed with that.
    let row = store::find(tx, scope, id).await?;
    let asked = Asked { how, at: "/" };
    let mut weighed = weigh(tx, scope, (&poster, &row), asked, now).await?;
    let back = weighed.back.take();
    let given_back = back.is_some();
    if let Some(back) = back {
        posting::write_back(tx, scope, &poster, back, now).await?;
    }
    if let Some(posting) = weighed.posting(&row) {
        let fact = (posting.fact(), weighed.approval);
        posting::write_use(tx, scope, row.retainer_id, fact, now).await?;
    } else if given_back {
        poster.look(tx, scope, now).await?;
    }
    let row = weighed.settled(row, now);
    if !store::settle(tx, scope, &row).await? {
        return Err(DbError::Conflict.into()); // settled by another meanwhile: look again
    }
    timeline::tell(tx, scope, Told::new(told(how.status), id), now).await?;
    if how.status == SessionStatus::Cancelled {
        let row = store::find(tx, scope, id).await?;
        invitations::called_off(tx, scope, &row, now).await?;
    }
    let which = (row.retainer_id, row.pool_id);
    let balance = match row.cycle_id {
        Some(cycle) => {
            let which = (cycle, Some(row.pool_id));
            cycles::balance_of_cycle(tx, scope, which, now).await?
        }
        None => cycles::balance_on(tx, scope, which, weighed.day, now).await?,
    };
    let session = ClientSession::from(store::find(tx, scope, id).await?);
    Ok(ClientSessionSettled { session, balance, reason: weighed.reason })
}

/// What settling would answer, without doing it.
///
/// # Errors
/// Those of [`settle`].
pub async fn preview(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    how: &SettleClientSession,
    now: DateTime<Utc>,
) -> Result<ClientSessionSettled> {
    let row = store::find(tx, scope, id).await?;
    still_booked(&row)?;
    let asked = Asked { how, at: "" };
    let poster = Poster::preview(tx, scope, row.retainer_id, now).await?;
    let weighed = weigh(tx, scope, (&poster, &row), asked, now).await?;
    let balance = match weighed.balance.clone() {
        Some(balance) => balance,
        None => {
            let which = (row.retainer_id, row.pool_id);
            cycles::balance_on(tx, scope, which, weighed.day, now).await?
        }
    };
    let session = ClientSession::from(weighed.settled(row, now));
    Ok(ClientSessionSettled { session, balance, reason: weighed.reason })
}

fn told(status: SessionStatus) -> TimelineEvent {
    match status {
        SessionStatus::Completed => TimelineEvent::SessionCompleted,
        SessionStatus::Cancelled => TimelineEvent::SessionCancelled,
        SessionStatus::NoShow => TimelineEvent::SessionNoShow,
    }
}

fn still_booked(row: &SessionRow) -> Result<()> {
    match row.state {
        ClientSessionState::Booked => Ok(()),
        _ => Err(ErrorCode::SessionSettled.into()),
    }
}

/// What the terms make of it, where that goes, and what it leaves.
async fn weigh(
    tx: &mut Tx,
    scope: Scope,
    (poster, row): (&Poster, &SessionRow),
    asked: Asked<'_>,
    now: DateTime<Utc>,
) -> Result<Weighed> {
    let day = day_of(poster.book(), row.starts_at);
    let pool = poster.book().pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    let notice_minutes = notice(row.starts_at, asked, now)?;
    let terms = cancellation(tx, scope, pool, day).await?;
    let verdict = Verdict::of(&terms, asked.how.status, notice_minutes, row.units)?;
    let paid = cycles::store::paid(tx, scope, &[row.id]).await?.remove(&row.id).unwrap_or(0);
    let source = Source::Session(row.id);
    let drawn = match row.cycle_id {
        Some(_) => posting::standing(tx, scope, source).await?,
        None => None,
    };
    if let Some(drawn) = drawn.as_ref().filter(|drawn| verdict.charged() - paid == drawn.quantity) {
        return as_held(tx, scope, (verdict, day), drawn, now).await;
    }
    let back = match &drawn {
        Some(drawn) => Some(posting::reversal(tx, scope, poster, (source, drawn)).await?),
        None => None,
    };
    let given_back = back.as_ref().map(|back| {
        let quantity = Quantity(back.quantity - back.beyond);
        let fact = Fact { effective_on: back.effective_on, quantity, kind: FactKind::AdjustUp };
        poster.supposing((back.cycle_id, row.pool_id), fact)
    });
    let poster = given_back.as_ref().unwrap_or(poster);
    let paid = paid + back.as_ref().map_or(0, |back| back.beyond);
    let book = poster.book();
    let pool = book.pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    // What was billed or given for nothing by a close is not drawn once more.
    let posted = match verdict.posts() {
        Some((LineKind::Consume, _, quantity)) => (quantity - paid).max(0),
        Some((_, _, quantity)) => quantity,
        None => 0,
    };
    let placed = match posted {
        0 => poster.place_session(day).unwrap_or(None),
        _ => {
            takes_entries(book)?;
            let placed = poster.place_session(day).map_err(|code| asked.fault("status", code))?;
            Some(placed.ok_or_else(|| asked.fault("status", "too_far_ahead"))?)
        }
    };
    let approval = match placed.filter(|_| verdict.charged() > 0 && posted > 0) {
        Some(placed) => poster.covered(pool, placed, posted)?,
        None => None,
    };
    let after = supposed(book, row, (verdict, posted), placed);
    let pool = after.pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    let counted_in = match placed {
        Some(placed) => after.open.iter().find(|open| open.id == placed.cycle),
        None => after.row_for(day).or(after.open.last()),
    };
    let reason = reason((verdict, posted), pool, counted_in)?;
    let balance = counted_in.map(|row| cycles::balance_in(pool, row)).transpose()?;
    let held_in = None;
    Ok(Weighed { verdict, day, placed, posted, held_in, back, approval, reason, balance })
}

/// What the close of its cycle drew is what the session draws: nothing moves any more.
async fn as_held(
    tx: &mut Tx,
    scope: Scope,
    (verdict, day): (Verdict, NaiveDate),
    drawn: &posting::Standing,
    now: DateTime<Utc>,
) -> Result<Weighed> {
    let which = (drawn.cycle_id, Some(drawn.pool_id));
    let balance = cycles::balance_of_cycle(tx, scope, which, now).await?;
    let (code, charged) = (verdict.code(), verdict.charged());
    let text = verdict.text(0, 0, None);
    Ok(Weighed {
        verdict,
        day,
        placed: None,
        posted: 0,
        held_in: Some(drawn.cycle_id),
        back: None,
        approval: None,
        reason: SettlementReason { code, text, charged, overage: 0, owed: None },
        balance: Some(balance),
    })
}

/// Minutes of notice of a cancellation; none of another ending, which must have begun.
fn notice(starts_at: DateTime<Utc>, asked: Asked<'_>, now: DateTime<Utc>) -> Result<Option<i64>> {
    if asked.how.status != SessionStatus::Cancelled {
        return match now >= starts_at {
            true => Ok(None),
            false => Err(asked.fault("status", "not_begun")),
        };
    }
    let at = asked.how.at.unwrap_or(now);
    if at > now {
        return Err(asked.fault("at", "future"));
    }
    Ok(Some((starts_at - at).num_seconds().div_euclid(60)))
}

/// What the terms of the cycle that holds a day say of sessions that do not take place.
async fn cancellation(
    tx: &mut Tx,
    scope: Scope,
    pool: PoolBook<'_>,
    day: NaiveDate,
) -> Result<Cancellation> {
    let book = pool.book;
    let terms = match cycles::store::cycle_on(tx, scope, book.head.id, day).await? {
        Some(row) => pool.kept(&row),
        None => book.terms_on(book.series.cycle_on(day).map_or(day, |cycle| cycle.start)),
    };
    let rules = terms.and_then(|terms| pool.rules(terms));
    Ok(rules.map_or_else(Cancellation::default, |rules| rules.policy.cancellation))
}

/// The book after it: the session is no longer booked, and its fact is recorded.
fn supposed(
    book: &Book,
    row: &SessionRow,
    (verdict, posted): (Verdict, i64),
    placed: Option<Placed>,
) -> Book {
    let after = book.clone().without_hold(row.id);
    match verdict.posts().zip(placed).filter(|_| posted > 0) {
        None => after,
        Some(((_, kind, _), placed)) => {
            let (effective_on, quantity) = (placed.effective_on, Quantity(posted));
            let fact = Fact { effective_on, quantity, kind };
            after.supposing((placed.cycle, row.pool_id), fact)
        }
    }
}

/// Why, with what the fact of it does to the lots.
fn reason(
    (verdict, posted): (Verdict, i64),
    pool: PoolBook<'_>,
    counted_in: Option<&cycles::store::CycleRow>,
) -> Result<SettlementReason> {
    let settled = match (verdict.posts(), counted_in) {
        (Some(_), Some(row)) if posted > 0 => pool.last_settled(row)?.map(|settled| (row, settled)),
        _ => None,
    };
    let (mut overage, mut owed) = (0, None);
    if let Some((row, settled)) = settled {
        match settled.effect {
            Effect::SetAside => {
                let quantity = settled.draws.iter().map(|draw| draw.quantity.0).sum();
                let (origin_seq, ends_on) = (row.seq, pool.makeups_end(row));
                owed = Some(OwedUnits { quantity, origin_seq, ends_on });
            }
            _ => overage = settled.short.0,
        }
    }
    let owed = owed.filter(|owed| owed.quantity > 0);
    let set_aside = owed.as_ref().map_or(0, |owed| owed.quantity);
    let ends_on = owed.as_ref().and_then(|owed| owed.ends_on);
    let text = verdict.text(overage, set_aside, ends_on);
    Ok(SettlementReason { code: verdict.code(), text, charged: verdict.charged(), overage, owed })
}

impl Weighed {
    fn posting(&self, row: &SessionRow) -> Option<Posting> {
        let posts = self.verdict.posts().filter(|_| self.posted > 0);
        let ((kind, ..), placed) = posts.zip(self.placed)?;
        Some(Posting {
            pool: row.pool_id,
            placed,
            kind,
            quantity: self.posted,
            lot: None,
            worked_on: self.day,
            source: Source::Session(row.id),
            member: row.member_id,
        })
    }
    /// The session as it is then.
    fn settled(&self, row: SessionRow, now: DateTime<Utc>) -> SessionRow {
        SessionRow {
            state: self.verdict.status.into(),
            settled_at: Some(now),
            notice_minutes: self.verdict.notice_minutes,
            asked_hours: self.verdict.asked_hours,
            outcome: self.verdict.outcome,
            drawn: self.verdict.charged(),
            cycle_id: self.held_in.or(self.placed.map(|placed| placed.cycle)),
            late: self.placed.is_some_and(|placed| placed.late),
            ..row
        }
    }
}

/// Takes back how a session went: it is booked again. What it drew of a cycle that is closed comes
/// back in an open one, where it counts anew; what it set aside there was handed on.
/// Source: domain 3.9, docs/decisions/0025.
///
/// # Errors
/// `session_booked`; `retainer_ended` or `retainer_paused` where no cycle is open; `forbidden` for
/// the sessions of others; `insufficient_balance` where its units were booked for something else.
pub async fn reopen(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
    now: DateTime<Utc>,
) -> Result<ClientSessionBooked> {
    let row = store::find(tx, scope, id).await?;
    may_act_for(scope, row.member_id)?;
    if row.state == ClientSessionState::Booked {
        return Err(ErrorCode::SessionBooked.into());
    }
    let poster = Poster::load(tx, scope, row.retainer_id, now).await?;
    takes_entries(poster.book())?;
    posting::take_back(tx, scope, &poster, Source::Session(id), now).await?;
    if !store::reopen(tx, scope, id, now).await? {
        return Err(DbError::Conflict.into()); // reopened by another meanwhile: look again
    }
    timeline::tell(tx, scope, Told::new(TimelineEvent::SessionReopened, id), now).await?;
    if row.state == ClientSessionState::Cancelled {
        invitations::moved(tx, scope, id, now).await?;
    }
    let poster = Poster::load(tx, scope, row.retainer_id, now).await?;
    let others = poster.book().clone().without_hold(id);
    let pool = others.pool(row.pool_id).ok_or(ErrorCode::NotFound)?;
    // What was billed or given for nothing by a close is not drawn once more, and so not asked for.
    let paid = cycles::store::paid(tx, scope, &[id]).await?.remove(&id).unwrap_or(0);
    if row.units > paid {
        covered(pool, day_of(&others, row.starts_at), row.units - paid)?;
    }
    poster.look(tx, scope, now).await?;
    booked(tx, scope, id, now).await
}
