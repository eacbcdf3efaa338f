//! Cycles come and go: made from the terms, closed when their time is up, frozen as they were.
use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{CycleStatus, MemberId, OrganisationId, RetainerId, RetainerState, Role};
use shared::rules::cycle::Cycle;
use shared::rules::ledger::Opening;
use shared::rules::zone;
use sqlx::types::Json;
use uuid::Uuid;

use super::book::{Book, Terms};
use super::lines;
use super::store::{self, CycleRow, EntryRow, Frozen};
use crate::auth::Scope;
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};

/// The most cycles made at once; a retainer that needs more began too long ago.
pub const CYCLES_MAX: usize = 1_000;

/// Makes the cycles of a retainer through the one after today's.
///
/// # Errors
/// At `/starts_on` if that would be more than [`CYCLES_MAX`].
pub async fn generate(tx: &mut Tx, scope: Scope, book: &Book) -> Result<()> {
    let last = store::last_cycle(tx, scope, book.head.id).await?;
    let from = last.as_ref().map_or(1, |row| u32::try_from(row.seq + 1).unwrap_or(u32::MAX));
    let mut rows = Vec::new();
    let mut seq = from;
    while let Some(cycle) = book.series.cycle(seq) {
        let Some(terms) = book.terms_on(cycle.start) else { break };
        rows.push(new_row(book, &cycle, terms)?);
        if rows.len() > CYCLES_MAX {
            return Err(Error::field("/starts_on", "out_of_range"));
        }
        if cycle.start > book.today {
            break;
        }
        seq += 1;
    }
    // The cycle after a closed one begins with what that one left.
    if let (Some(first), Some(frozen)) = (rows.first_mut(), last.and_then(|row| row.sums)) {
        first.opening_lots = Json(frozen.0.closing.next);
    }
    store::insert_cycles(tx, scope, &rows).await
}

fn new_row(book: &Book, cycle: &Cycle, terms: &Terms) -> Result<CycleRow> {
    Ok(CycleRow {
        id: store::new_cycle_id(),
        retainer_id: book.head.id,
        seq: i64::from(cycle.seq),
        starts_on: cycle.start,
        ends_on: cycle.end,
        nominal_start: cycle.nominal_start,
        nominal_end: cycle.nominal_end,
        terms_id: terms.row.id,
        granted: Book::grant(cycle, terms)?.0,
        status: CycleStatus::Open,
        closes_at: closes_at(book, cycle.end, terms),
        closed_at: None,
        opening_lots: Json(Opening::default()),
        sums: None,
    })
}

/// The first instant at which a cycle no longer takes entries. Source: domain 3.7.
pub fn closes_at(book: &Book, end: NaiveDate, terms: &Terms) -> DateTime<Utc> {
    let grace = Days::new(u64::from(terms.policy.grace_days));
    zone::first_instant(book.zone, end.checked_add_days(grace).unwrap_or(end))
}

/// Gives cycles that start on or after `from` the terms that hold for them now.
pub async fn reprice(tx: &mut Tx, scope: Scope, book: &Book, from: NaiveDate) -> Result<()> {
    for row in book.open.iter().filter(|row| row.starts_on >= from) {
        let seq = u32::try_from(row.seq).unwrap_or(u32::MAX);
        let (Some(cycle), Some(terms)) = (book.series.cycle(seq), book.terms_on(row.starts_on))
        else {
            continue;
        };
        let fresh = new_row(book, &cycle, terms)?;
        store::set_terms(tx, scope, &CycleRow { id: row.id, ..fresh }).await?;
    }
    Ok(())
}

/// Closes every cycle of an active retainer whose time is up, oldest first, and makes the coming
/// ones. Closing is one transaction with whatever called it. Source: domain 3.5, 3.7, 8.4.
///
/// # Errors
/// `not_found`; those of the rules.
pub async fn close_due(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<Book> {
    let mut book = Book::load(tx, scope, retainer, now).await?;
    if book.open.iter().all(|row| row.starts_on <= book.today)
        && book.head.state != RetainerState::Ended
    {
        generate(tx, scope, &book).await?;
        book = Book::load(tx, scope, retainer, now).await?;
    }
    let due = |book: &Book| {
        let first = book.open.first();
        book.head.state == RetainerState::Active && first.is_some_and(|row| row.closes_at <= now)
    };
    if !due(&book) {
        return Ok(book);
    }
    while due(&book) {
        freeze(tx, scope, &book, now).await?;
        book = Book::load(tx, scope, retainer, now).await?;
    }
    Ok(book)
}

/// A cycle as its close makes it: sums and ledger rows.
#[derive(Debug)]
pub struct Replayed {
    /// What the cycle keeps.
    pub frozen: Frozen,
    /// Its ledger.
    pub entries: Vec<EntryRow>,
}

/// What closing a cycle makes of its facts; the same facts make the same rows, any time.
///
/// # Errors
/// Those of the rules.
pub async fn replay(tx: &mut Tx, scope: Scope, book: &Book, row: &CycleRow) -> Result<Replayed> {
    let facts = store::facts(tx, scope, row.id).await?;
    let (projection, lines) = lines::of_open(book, row, &row.opening_lots.0, &facts)?;
    let closing = book.closing(row, &projection)?;
    let entries = lines::rows(&lines::closed(book, row, lines, &closing));
    let frozen = Frozen { totals: projection.totals, left: projection.lots, closing };
    Ok(Replayed { frozen, entries })
}

/// Freezes the oldest open cycle: its lines are written, its sums kept, the next one opened.
async fn freeze(tx: &mut Tx, scope: Scope, book: &Book, now: DateTime<Utc>) -> Result<()> {
    let Some(row) = book.open.first() else { return Ok(()) };
    let Replayed { frozen, entries } = replay(tx, scope, book, row).await?;
    if !store::close(tx, scope, row.id, &frozen, now).await? {
        return Err(DbError::Conflict.into()); // closed by another meanwhile: look again
    }
    store::insert_entries(tx, scope, row.id, &entries).await?;
    store::open_with(tx, scope, (book.head.id, row.seq + 1), &frozen.closing.next).await?;
    if book.head.ends_on == Some(row.ends_on) {
        store::end_retainer(tx, scope, book.head.id).await?;
    }
    Ok(())
}

/// What the clock brings about: closes what is due and makes what comes, for every organisation,
/// one retainer a transaction. Safe to run anywhere, any number of times. A retainer that fails is
/// logged and does not keep the others waiting.
///
/// # Errors
/// Those of reading the database.
pub async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut after = None;
    loop {
        let due = db.read(async |tx| store::due(tx, now, after).await).await?;
        let Some(last) = due.last() else { break };
        after = Some(last.retainer_id);
        for waiting in due {
            let scope = system(waiting.organisation_id);
            let id = waiting.retainer_id;
            let done = db.write(async |tx| close_due(tx, scope, id, now).await.map(drop)).await;
            tell(id, done);
        }
    }
    // A day ahead, so that the farthest zone finds its next cycle made.
    let day = (now + chrono::Duration::days(1)).date_naive();
    let mut after = None;
    loop {
        let short = db.read(async |tx| store::running_out(tx, day, after).await).await?;
        let Some(last) = short.last() else { return Ok(()) };
        after = Some(last.retainer_id);
        for waiting in short {
            let scope = system(waiting.organisation_id);
            let id = waiting.retainer_id;
            let done = db
                .write(async |tx| {
                    let mut book = Book::load(tx, scope, id, now).await?;
                    book.today = book.today.max(day);
                    generate(tx, scope, &book).await
                })
                .await;
            tell(id, done);
        }
    }
}

/// The clock acts in every organisation, as nobody.
fn system(organisation: OrganisationId) -> Scope {
    Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner)
}

fn tell(retainer: RetainerId, done: Result<()>) {
    if let Err(error) = done {
        tracing::error!(%retainer, ?error, "the cycles of a retainer were not brought up to date");
    }
}
