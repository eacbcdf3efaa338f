//! What the day brings: new prices are agreed on before their first cycle.
//!
//! A line leaves the state of waiting once, in the transaction that adds its terms: crash,
//! repetition and other replicas add no second ones. Source: domain 8.2.
use chrono::{DateTime, Utc};
use shared::api::{Effective, JobKind, NewAmendment, RetainerState, Role, UpliftState};
use shared::rules::uplift;

use super::plan::first_cycle;
use super::store::{self, Waiting};
use crate::auth::Scope;
use crate::cycles;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::jobs::{self, Job};
use crate::{invoices, retainers};

/// Agrees on what is due everywhere, one retainer a transaction. Safe to run anywhere, any number of
/// times. One that fails is written down, and keeps no other waiting.
///
/// # Errors
/// Those of reading the database.
pub(crate) async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut after = None;
    loop {
        let due = db.read(async |tx| store::due(tx, now, after).await).await?;
        let Some(last) = due.last() else { return Ok(()) };
        after = Some(last.retainer_id);
        for one in due {
            // Who asked for it has it agreed on.
            let scope = Scope::acting(one.organisation_id, one.created_by, Role::Owner);
            let job = Job { scope, kind: JobKind::Cycles, subject: one.retainer_id.0 };
            jobs::run(db, job, async |tx| look(tx, scope, &one, now).await).await;
        }
    }
}

/// Agrees on the new price of a retainer if it is time, or says when to look again.
async fn look(tx: &mut Tx, scope: Scope, one: &Waiting, now: DateTime<Utc>) -> Result<()> {
    let of = (one.uplift_id, one.retainer_id);
    let Some(line) = store::waiting(tx, scope, of).await? else { return Ok(()) };
    let book = cycles::close_due(tx, scope, one.retainer_id, now).await?;
    let latest = book.terms.iter().map(|terms| terms.row.number).max().unwrap_or(0);
    if latest != line.terms_number {
        return store::end(tx, scope, of, (UpliftState::Changed, None), now).await.map(drop);
    }
    let over = book.head.state == RetainerState::Ended;
    let next = if over { None } else { first_cycle(&book, cycles::tomorrow(&book)) };
    let Some(next) = next else {
        if !over && book.series.waits() {
            return again(tx, scope, one, &book).await;
        }
        return store::end(tx, scope, of, (UpliftState::Ended, None), now).await.map(drop);
    };
    let (billing, _) = invoices::settings_of(tx, scope, one.retainer_id).await?;
    if next < line.from_on || book.today < uplift::agreed_on(next, billing.lead_days) {
        return again(tx, scope, one, &book).await;
    }
    let Some(terms) = book.terms_on(next) else { return again(tx, scope, one, &book).await };
    let mut terms = terms.row.terms.0.clone();
    terms.price.amount_minor = line.new_minor;
    if !store::end(tx, scope, of, (UpliftState::Applied, Some(next)), now).await? {
        return Ok(());
    }
    let amendment = NewAmendment {
        terms,
        effective: Effective::NextCycle,
        interval: None,
        anchor: None,
        timezone: None,
        reason: line.asked.0.reason,
    };
    retainers::amend(tx, scope, one.retainer_id, &amendment, now).await.map(drop)
}

/// The calendar may be another tomorrow.
async fn again(tx: &mut Tx, scope: Scope, one: &Waiting, book: &cycles::Book) -> Result<()> {
    let at = book.zones.first_instant(cycles::tomorrow(book));
    store::look_at(tx, scope, (one.uplift_id, one.retainer_id), at).await
}
