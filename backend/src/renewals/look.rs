//! What the days bring: renewals begin, are reminded of, and end with their terms.
use chrono::{DateTime, Utc};
use shared::api::{EndRule, JobKind, MemberId, RenewalStage, RetainerId, RetainerState, Role};
use shared::rules::renewal::{Term, reminder_due};
use uuid::Uuid;

use super::rule_store::{self, RuleRow, Waiting};
use super::store::{self, RenewalRow};
use super::{outcome, proposal_mails, reminders, service};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::jobs::{self, Job};

/// The most terms that are over when the clock sees a retainer first.
const TERMS_MAX: usize = 1_000;

/// Looks at what is due, and settles mails with proposals that were lost on their way. Safe to run
/// anywhere, any number of times.
///
/// # Errors
/// Those of the database.
pub(crate) async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let settled = proposal_mails::settle_lost(db, now).await;
    look(db, now).await.and(settled)
}

/// Looks once a day at each retainer that has not ended, for every organisation, one a transaction.
/// One that fails is written down, and keeps no other waiting.
async fn look(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut after = (DateTime::UNIX_EPOCH, RetainerId(Uuid::nil()));
    loop {
        let due = db.read(async |tx| rule_store::due(tx, now, after).await).await?;
        let Some(last) = due.last() else { return Ok(()) };
        after = (last.look_at, last.retainer_id);
        for Waiting { organisation_id, retainer_id, .. } in due {
            let scope = Scope::acting(organisation_id, MemberId(Uuid::nil()), Role::Owner);
            // Terms that cannot be agreed on keep nobody from being reminded.
            let job = |kind| Job { scope, kind, subject: retainer_id.0 };
            // Nearly none waits for any: that is read before something is written.
            let waits = async |tx: &mut Tx| store::waiting_of(tx, scope, retainer_id).await;
            if db.read(waits).await.is_ok_and(|waiting| !waiting.is_empty()) {
                let agree = async |tx: &mut Tx| outcome::agree(tx, scope, retainer_id, now).await;
                jobs::run(db, job(JobKind::NextTerms), agree).await;
            }
            let seen = async |tx: &mut Tx| daily(tx, scope, retainer_id, now).await;
            jobs::run(db, job(JobKind::Renewals), seen).await;
        }
    }
}

/// Looks, and says when to look again: when the next day begins there, or at once where a term
/// followed on another.
async fn daily(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<()> {
    let mut rule = rule_store::find(tx, scope, id).await?;
    let book = Book::load(tx, scope, id, now).await?;
    if book.head.state == RetainerState::Setup {
        return again_tomorrow(tx, scope, &book).await;
    }
    if let (None, Some(term)) = (rule.term_from, rule.term(&book)) {
        first_look(tx, scope, (&rule, &book, term), now).await?;
        rule = rule_store::find(tx, scope, id).await?;
    }
    match (store::open_of(tx, scope, id).await?, rule.term(&book)) {
        (Some(row), term) => {
            if !talked_about(tx, scope, (&row, &book, term), now).await? {
                return Ok(());
            }
        }
        (None, Some(term)) => {
            let last = store::last_of(tx, scope, id).await?;
            let new = service::is_new(&rule, last.as_ref(), term);
            if new && term.opens_on <= book.today {
                service::begin(tx, scope, (&rule, &book, term), now).await?;
                // It may be reminded of, or be over, by now.
                if term.decide_by <= book.today {
                    return rule_store::look_soon(tx, scope, id, now).await;
                }
            }
        }
        (None, None) => {}
    }
    if book.head.state == RetainerState::Ended {
        return rule_store::look_at(tx, scope, id, None).await;
    }
    again_tomorrow(tx, scope, &book).await
}

async fn again_tomorrow(tx: &mut Tx, scope: Scope, book: &Book) -> Result<()> {
    let tomorrow = book.today.succ_opt().unwrap_or(book.today);
    let at = book.zones.first_instant(tomorrow);
    rule_store::look_at(tx, scope, book.head.id, Some(at)).await
}

/// Terms that were over before anybody looked are past: nobody is asked about them.
async fn first_look(
    tx: &mut Tx,
    scope: Scope,
    (rule, book, term): (&RuleRow, &Book, Term),
    now: DateTime<Utc>,
) -> Result<()> {
    let mut from = book.head.starts_on;
    let mut term = term;
    for _ in 0..TERMS_MAX {
        if term.decide_by > book.today {
            break;
        }
        from = term.due_on;
        if term.rule == EndRule::Stop {
            break;
        }
        let next = RuleRow { term_from: Some(from), term_ends_on: None, ..rule.clone() };
        let Some(next) = next.term(book) else { break };
        term = next;
    }
    let keeps_end = rule.term_ends_on.filter(|_| from == book.head.starts_on);
    rule_store::begin_term(tx, scope, book.head.id, (from, now)).await?;
    if let Some(end) = keeps_end {
        rule_store::end_term(tx, scope, book.head.id, end).await?;
    }
    Ok(())
}

/// A renewal that has no outcome yet: it follows its term, is reminded of, and is over with it. False
/// if the clock is to look again at once.
async fn talked_about(
    tx: &mut Tx,
    scope: Scope,
    (row, book, term): (&RenewalRow, &Book, Option<Term>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut row = row.clone();
    // In a pause that nobody has ended, no day decides.
    let Some(term) = term else { return Ok(true) };
    if row.stage == RenewalStage::Lapsed {
        if term.decide_by <= book.today {
            return Ok(true);
        }
        // Within its grace somebody let it go on: there is something to talk about again.
        store::set_stage(tx, scope, (row.id, RenewalStage::Upcoming), now).await?;
    }
    if (term.rule, term.due_on, term.decide_by) != (row.end_rule, row.due_on, row.decide_by) {
        if term.decide_by != row.decide_by {
            reminders::moved(tx, scope, &row, now).await?;
        }
        // A day that is as near as the one that was reminded of is known.
        let near = reminder_due(term.decide_by, book.today).map(i64::from);
        let known = |before: &i64| near.is_some_and(|days| *before <= days);
        let reminded = row.reminded_days.filter(known);
        store::follow(tx, scope, (row.id, term), reminded).await?;
        row = store::find(tx, scope, row.id).await?;
    }
    if row.decide_by <= book.today {
        if row.end_rule == EndRule::Stop {
            outcome::lapse(tx, scope, (&row, book), now).await?;
            return Ok(true);
        }
        outcome::renew_by_contract(tx, scope, (&row, book), now).await?;
        return Ok(false);
    }
    let Some(days) = reminder_due(row.decide_by, book.today) else { return Ok(true) };
    if row.reminded_days.is_none_or(|before| i64::from(days) < before) {
        store::reminded(tx, scope, row.id, days).await?;
        reminders::left(tx, scope, &row, days, now).await?;
    }
    Ok(true)
}
