//! What is to be when a term of a retainer ends.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    EndRule, ErrorCode, RenewalRule, RenewalRuleSet, RetainerId, RetainerState, Termination,
};
use shared::rules::renewal::{Term, term_end};

use super::reminders;
use super::rule_store::{self as store, RuleRow};
use super::store::open_of;
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::retainers;

impl RuleRow {
    /// What is to be at the end: where one is agreed the service stops.
    pub(super) fn end_rule(&self, book: &Book) -> EndRule {
        match (book.head.ends_on, self.tacit) {
            (Some(_), _) => EndRule::Stop,
            (None, true) => EndRule::Tacit,
            (None, false) => EndRule::Continue,
        }
    }

    /// The present term; none if no cycle comes in which it would end. Of a retainer that has ended it
    /// is the last one.
    pub(super) fn term(&self, book: &Book) -> Option<Term> {
        let rule = self.end_rule(book);
        let days = (days(self.notice_days), days(self.lead_days));
        Some(Term::of(rule, self.due_on(book)?, days))
    }

    /// The day on which a renewal of it begins; none of a term that was decided before.
    pub(super) fn opens_on(&self, term: Term) -> Option<NaiveDate> {
        let coming = self.term_from.is_none_or(|from| from < term.due_on);
        coming.then_some(term.opens_on)
    }

    /// The first day after it.
    fn due_on(&self, book: &Book) -> Option<NaiveDate> {
        let from = self.term_from.unwrap_or(book.head.starts_on);
        book.head
            .ends_on
            .or(self.term_ends_on)
            .or_else(|| term_end(&book.series, from, days(self.term_cycles)))
    }

    fn set(&self, book: &Book) -> RenewalRuleSet {
        RenewalRuleSet {
            end_rule: self.end_rule(book),
            term_cycles: days(self.term_cycles),
            notice_days: if self.tacit { days(self.notice_days) } else { 0 },
            lead_days: days(self.lead_days),
            owner_id: self.owner_id,
        }
    }
}

/// A column that its table keeps within bounds.
fn days(of: i64) -> u32 {
    u32::try_from(of).unwrap_or_default()
}

/// What holds for a retainer, and when it is talked about.
///
/// # Errors
/// `not_found`.
pub(crate) async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<RenewalRule> {
    let row = store::find(tx, scope, id).await?;
    let book = Book::load(tx, scope, id, now).await?;
    let term = row.term(&book).filter(|_| book.head.state != RetainerState::Ended);
    let open = open_of(tx, scope, id).await?;
    Ok(RenewalRule {
        rule: row.set(&book),
        owner_name: row.seen_by_name.clone(),
        due_on: term.map(|term| term.due_on),
        notice_on: term.and_then(|term| term.notice_on()),
        opens_on: term.and_then(|term| row.opens_on(term)),
        renewal_id: open.as_ref().map(|open| open.id),
        stage: open.map(|open| open.stage),
        version: row.version,
    })
}

/// When the renewals of some retainers begin, and the first days after their present terms; one
/// without an end in sight is left out.
///
/// # Errors
/// Those of the database.
pub(crate) async fn terms_of(
    tx: &mut Tx,
    scope: Scope,
    books: &[&Book],
) -> Result<HashMap<RetainerId, (Option<NaiveDate>, NaiveDate)>> {
    let ids = books.iter().map(|book| book.head.id).collect();
    let rules = store::of_some(tx, scope, ids).await?;
    let of = |book: &&Book| {
        let rule = rules.get(&book.head.id)?;
        let term = rule.term(book)?;
        Some((book.head.id, (rule.opens_on(term), term.due_on)))
    };
    Ok(books.iter().filter_map(of).collect())
}

/// Says what is to be. The end of the retainer follows from it.
///
/// # Errors
/// `not_found`; `stale`; `retainer_ended`; at `/owner_id` for somebody who is not active here; at
/// `/end_rule` where the end cannot be moved so; at `/term_cycles` for a term that would be over; at
/// `/notice_days` for a last day of notice that would be, or lie before the term.
pub(super) async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, new, version): (RetainerId, &RenewalRuleSet, i64),
    now: DateTime<Utc>,
) -> Result<RenewalRule> {
    let row = store::find(tx, scope, id).await?;
    if row.version != version {
        return Err(ErrorCode::Stale.into());
    }
    let book = crate::cycles::close_due(tx, scope, id, now).await?;
    if book.head.state == RetainerState::Ended {
        return Err(ErrorCode::RetainerEnded.into());
    }
    if let Some(owner) = new.owner_id.filter(|owner| row.owner_id != Some(*owner)) {
        reminders::check_owner(tx, scope, owner).await?;
    }
    let was = row.end_rule(&book);
    // The term that runs keeps its end when the contract comes to renew itself; another number of
    // cycles is of this term where those tell its end.
    let same_cycles = i64::from(new.term_cycles) == row.term_cycles;
    let kept = book.head.ends_on.or(row.term_ends_on.filter(|_| same_cycles));
    let term_ends_on = kept.filter(|_| new.end_rule != EndRule::Stop);
    store::keep(tx, scope, id, now).await?;
    let tacit = new.end_rule == EndRule::Tacit;
    // One that nobody had kept was told as version 0.
    let version = if row.version == 0 { 1 } else { row.version };
    if !store::change(tx, scope, (id, version), (new, tacit, term_ends_on), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    // It is told by the end that it had or gets.
    let changed = RuleRow { term_ends_on: kept, ..store::find(tx, scope, id).await? };
    let due = changed.due_on(&book);
    let ends_on = match (was, new.end_rule) {
        (EndRule::Stop, EndRule::Stop) => return find(tx, scope, id, now).await,
        (_, EndRule::Stop) => Some(due.ok_or_else(|| Error::field("/end_rule", "not_allowed"))?),
        (EndRule::Stop, _) => None,
        _ => book.head.ends_on,
    };
    if new.end_rule != EndRule::Stop && changed.term_from.is_some() {
        in_time(&changed, (new, due), &book)?;
    }
    if ends_on == book.head.ends_on {
        return find(tx, scope, id, now).await;
    }
    let end = Termination { ends_on, settlement: Default::default() };
    retainers::end(tx, scope, id, &end, now)
        .await
        .map_err(|error| at_field(error, "/ends_on", "/end_rule"))?;
    find(tx, scope, id, now).await
}

/// Refuses what would be decided before anybody looked: a term that is over, or whose last day of
/// notice is, or lies before it begins.
fn in_time(
    changed: &RuleRow,
    (new, due): (&RenewalRuleSet, Option<NaiveDate>),
    book: &Book,
) -> Result<()> {
    let Some(due) = due else { return Ok(()) };
    if due <= book.today {
        return Err(Error::field("/term_cycles", "out_of_range"));
    }
    let term = Term::of(new.end_rule, due, (new.notice_days, new.lead_days));
    let begins = changed.term_from.unwrap_or(book.head.starts_on);
    if term.decide_by <= book.today || term.decide_by <= begins {
        return Err(Error::field("/notice_days", "out_of_range"));
    }
    Ok(())
}

/// The same fault at the field of another body.
pub(super) fn at_field(error: Error, from: &str, to: &str) -> Error {
    match error {
        Error::Invalid(mut faults) => {
            for fault in faults.iter_mut().filter(|fault| fault.field == from) {
                to.clone_into(&mut fault.field);
            }
            Error::Invalid(faults)
        }
        other => other,
    }
}
