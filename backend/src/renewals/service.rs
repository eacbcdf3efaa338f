//! What beginning a renewal and working on it mean.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    EndRule, ErrorCode, NewRenewal, Renewal, RenewalId, RenewalStage, RenewalStep, RenewalStepDone,
    RenewalUpdate, Renewals, RetainerId, RetainerState, TimelineEvent,
};
use shared::rules::renewal::{Term, reminder_due};
use uuid::Uuid;

use super::rule_store::{self, RuleRow};
use super::store::{self, Filter, RenewalRow};
use super::{proposal_mails_store, reminders, view};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::timeline::{self, Told};

/// Retainers that are asked for the day on which their renewal begins, where none is talked about.
const ASKED_MAX: i64 = 500;

/// A page of renewals in the order of the days that decide.
///
/// # Errors
/// A cursor that no page gave.
pub(super) async fn list(
    tx: &mut Tx,
    scope: Scope,
    filter: Filter,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Renewals> {
    let whole = filter.decided == Some(false) && filter.is_of_all() && paging.cursor.is_none();
    let filter = Filter { after: paging.after_time()?, limit: paging.limit + 1, ..filter };
    let rows = store::list(tx, scope, filter).await?;
    let found = page(rows, paging.limit, |row: &RenewalRow| (row.decide_by, row.id));
    let next_opens_on = match found.items.is_empty() && whole {
        true => next_opening(tx, scope, now).await?,
        false => None,
    };
    let items = view::shown(tx, scope, found.items, now).await?;
    let totals = view::totals(&items)?;
    Ok(Renewals { items, totals, next_opens_on, next_cursor: found.next_cursor })
}

/// The first day on which a renewal begins.
async fn next_opening(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<Option<NaiveDate>> {
    let ids = rule_store::running(tx, scope, ASKED_MAX).await?;
    let mut first: Option<NaiveDate> = None;
    for book in Book::agreed(tx, scope, &ids, now, None).await? {
        let row = rule_store::find(tx, scope, book.head.id).await?;
        let opens = row.term(&book).and_then(|term| row.opens_on(term));
        let opens = opens.filter(|day| *day > book.today);
        first = [first, opens].into_iter().flatten().min();
    }
    Ok(first)
}

/// A renewal.
///
/// # Errors
/// `not_found`.
pub(super) async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: RenewalId,
    now: DateTime<Utc>,
) -> Result<Renewal> {
    let row = store::find(tx, scope, id).await?;
    let shown = view::shown(tx, scope, vec![row], now).await?;
    shown.into_iter().next().ok_or(ErrorCode::NotFound.into())
}

/// The renewal of a retainer that has no outcome yet; nothing where there is none.
///
/// # Errors
/// Those of the rules and the database.
pub(crate) async fn talked_about(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<Option<Renewal>> {
    let rows: Vec<RenewalRow> = store::open_of(tx, scope, retainer).await?.into_iter().collect();
    Ok(view::shown(tx, scope, rows, now).await?.into_iter().next())
}

/// Begins the renewal of a retainer before its day.
///
/// # Errors
/// At `/retainer_id` for a retainer that is not here, or whose term has no end yet;
/// `retainer_in_setup`; `retainer_ended`; `renewal_runs`; `renewal_decided` where the term has an
/// outcome.
pub(super) async fn create(
    tx: &mut Tx,
    scope: Scope,
    new: &NewRenewal,
    now: DateTime<Utc>,
) -> Result<Renewal> {
    let id = new.retainer_id;
    let missing = |error: Error| match error.code() {
        ErrorCode::NotFound => Error::field("/retainer_id", "not_found"),
        _ => error,
    };
    let row = rule_store::find(tx, scope, id).await.map_err(missing)?;
    let book = crate::cycles::close_due(tx, scope, id, now).await?;
    match book.head.state {
        RetainerState::Ended => return Err(ErrorCode::RetainerEnded.into()),
        RetainerState::Setup => return Err(ErrorCode::RetainerInSetup.into()),
        RetainerState::Active => {}
    }
    let term = row.term(&book).filter(|term| term.due_on > book.today);
    let term = term.ok_or_else(|| Error::field("/retainer_id", "no_term"))?;
    let last = store::last_of(tx, scope, id).await?;
    if last.is_some_and(|last| last.stage.is_decided() && !is_new(&row, Some(&last), term)) {
        return Err(ErrorCode::RenewalDecided.into());
    }
    let opened = begin(tx, scope, (&row, &book, term), now).await?;
    find(tx, scope, opened.ok_or(ErrorCode::RenewalRuns)?, now).await
}

/// Whether a term has had no renewal: it ends later than the last one that had, or the end was moved
/// from where it was when that was won.
pub(super) fn is_new(rule: &RuleRow, last: Option<&RenewalRow>, term: Term) -> bool {
    let known = last.map(|last| last.due_on).max(rule.term_from);
    let moved = last.is_some_and(|last| {
        let stops = term.rule == EndRule::Stop && last.ends_on != Some(term.due_on);
        last.stage == RenewalStage::Won && stops
    });
    moved || known.is_none_or(|known| known < term.due_on)
}

/// Begins a renewal, with its first next step. None if one is begun already.
pub(super) async fn begin(
    tx: &mut Tx,
    scope: Scope,
    (rule, book, term): (&RuleRow, &Book, Term),
    now: DateTime<Utc>,
) -> Result<Option<RenewalId>> {
    let (id, retainer) = (RenewalId(Uuid::now_v7()), book.head.id);
    let reminded = reminder_due(term.decide_by, book.today);
    let owner = reminders::able(tx, scope, rule.seen_by).await?;
    if !store::open(tx, scope, (id, retainer, term), (owner, reminded), now).await? {
        return Ok(None);
    }
    let mut told = Told::new(TimelineEvent::RenewalOpened, id);
    if scope.member().0.is_nil() {
        told = told.by_nobody();
    }
    timeline::tell(tx, scope, told, now).await?;
    let row = store::find(tx, scope, id).await?;
    // Where it begins late, that is what reminds.
    match reminded {
        Some(days) => reminders::left(tx, scope, &row, days, now).await?,
        None => reminders::begun(tx, scope, &row, book.today, now).await?,
    }
    Ok(Some(id))
}

/// Changes a renewal that is talked about.
///
/// # Errors
/// `not_found`; `stale`; `renewal_decided`; at `/stage` where it has lapsed; at `/owner_id` for
/// somebody who is not here or sees to no next steps.
pub(super) async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version, change): (RenewalId, i64, &RenewalUpdate),
    now: DateTime<Utc>,
) -> Result<Renewal> {
    let row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    if row.stage.is_decided() {
        return Err(ErrorCode::RenewalDecided.into());
    }
    if change.stage.is_some() && row.stage == RenewalStage::Lapsed {
        return Err(Error::field("/stage", "not_allowed"));
    }
    if let Some(owner) = change.owner_id.filter(|new| row.owner_id != Some(*new)) {
        reminders::check_owner(tx, scope, owner).await?;
    }
    let steps = steps(tx, scope, (&row, change), now).await?;
    if !store::change(tx, scope, &row, (change, &steps)).await? {
        return Err(ErrorCode::Stale.into());
    }
    if let Some(owner) = change.owner_id.filter(|new| row.owner_id != Some(*new)) {
        reminders::hand_over(tx, scope, (&row, owner)).await?;
    }
    if let Some(stage) = change.stage.filter(|stage| *stage != row.stage) {
        store::set_stage(tx, scope, (id, stage), now).await?;
    }
    find(tx, scope, id, now).await
}

/// The steps that are taken then, in their order: one that was before keeps who ticked it.
async fn steps(
    tx: &mut Tx,
    scope: Scope,
    (row, change): (&RenewalRow, &RenewalUpdate),
    now: DateTime<Utc>,
) -> Result<Vec<RenewalStepDone>> {
    let before = row.steps.as_ref().map(|kept| kept.0.clone()).unwrap_or_default();
    let Some(done) = &change.steps_done else { return Ok(before) };
    let (by, _) = proposal_mails_store::writer(tx, scope, scope.member()).await?;
    let taken = |step: &RenewalStep| {
        let known = before.iter().find(|one| one.step == *step).cloned();
        let new = || RenewalStepDone { step: *step, done_at: now, done_by_name: by.clone() };
        done.contains(step).then(|| known.unwrap_or_else(new))
    };
    Ok(RenewalStep::ALL.iter().filter_map(taken).collect())
}
