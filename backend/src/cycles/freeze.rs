//! Cycles come and go: made from the terms, closed when their time is up, frozen as they were.
use chrono::{DateTime, Days, NaiveDate, Utc};
use shared::api::{
    CycleStatus, FactId, JobKind, LineKind, MemberId, OrganisationId, RetainerId, RetainerState,
    Role, TimelineEvent,
};
use shared::rules::cycle::Cycle;
use shared::rules::ledger::Opening;
use shared::rules::units::Quantity;
use sqlx::types::Json;
use uuid::Uuid;

use super::book::{Book, Terms};
use super::lines::Telling;
use super::pool::{Known, PoolBook};
use super::store::{self, CycleRow, DraftRow, EntryRow, Frozen, NewFact, PoolCycleRow, Source};
use super::{line, lines};
use crate::auth::Scope;
use crate::db::{Db, DbError, Tx};
use crate::error::{Error, Result};
use crate::jobs::{self, Job};
use crate::timeline::{self, Told};

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
    let mut parts = Vec::new();
    let mut seq = from;
    while let Some(cycle) = book.series.cycle(seq) {
        let Some(terms) = book.terms_on(cycle.start) else { break };
        let row = new_row(book, &cycle, terms);
        for pool in book.each_pool() {
            parts.push(new_part(pool, &row, pool.grant(&cycle, terms)?));
        }
        rows.push(row);
        if rows.len() > CYCLES_MAX {
            return Err(Error::field("/starts_on", "out_of_range"));
        }
        if cycle.start > book.today {
            break;
        }
        seq += 1;
    }
    // The cycle after a closed one begins with what that one left.
    if let (Some(first), Some(last)) = (rows.first(), last.filter(|row| row.closed_at.is_some())) {
        for left in store::pool_cycles(tx, scope, &[last.id]).await? {
            let mine = |part: &&mut PoolCycleRow| {
                part.cycle_id == first.id && part.pool_id == left.pool_id
            };
            if let (Some(part), Some(frozen)) = (parts.iter_mut().find(mine), left.sums) {
                part.opening_lots = Json(frozen.0.closing.next);
            }
        }
    }
    store::insert_cycles(tx, scope, &rows).await?;
    store::insert_pool_cycles(tx, scope, &parts).await
}

fn new_part(pool: PoolBook<'_>, row: &CycleRow, granted: Quantity) -> PoolCycleRow {
    PoolCycleRow {
        cycle_id: row.id,
        pool_id: pool.pool.id,
        granted: granted.0,
        opening_lots: Json(Opening::default()),
        sums: None,
    }
}

fn new_row(book: &Book, cycle: &Cycle, terms: &Terms) -> CycleRow {
    // Nothing is late for a cycle in which nothing was served.
    let settles = book.settles == Some(cycle.seq);
    let at_once = settles.then(|| book.zones.first_instant(cycle.end));
    CycleRow {
        id: store::new_cycle_id(),
        retainer_id: book.head.id,
        seq: i64::from(cycle.seq),
        starts_on: cycle.start,
        ends_on: cycle.end,
        nominal_start: cycle.nominal_start,
        nominal_end: cycle.nominal_end,
        terms_id: terms.row.id,
        status: CycleStatus::Open,
        closes_at: at_once.unwrap_or_else(|| closes_at(book, cycle.end, terms)),
        closed_at: None,
    }
}

/// The first instant at which a cycle no longer takes entries. Source: domain 3.7.
pub fn closes_at(book: &Book, end: NaiveDate, terms: &Terms) -> DateTime<Utc> {
    let grace = Days::new(u64::from(terms.grace_days()));
    book.zones.first_instant(end.checked_add_days(grace).unwrap_or(end))
}

/// Gives the open cycles a part for every pool that has none yet: a pool agreed on later.
pub async fn complete(tx: &mut Tx, scope: Scope, book: &Book) -> Result<()> {
    let missing =
        |row: &&CycleRow, pool: &PoolBook<'_>| !book.parts.contains_key(&(row.id, pool.pool.id));
    let mut parts = Vec::new();
    for row in &book.open {
        for pool in book.each_pool().filter(|pool| missing(&row, pool)) {
            parts.push(new_part(pool, row, Quantity(0)));
        }
    }
    store::insert_pool_cycles(tx, scope, &parts).await
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
    let short = |book: &Book| {
        let running = book.head.state != RetainerState::Ended;
        running && book.open.iter().all(|row| row.starts_on <= book.today)
    };
    let due = |book: &Book| {
        let first = book.open.first();
        book.head.state == RetainerState::Active && first.is_some_and(|row| row.closes_at <= now)
    };
    loop {
        let mut book = Book::load(tx, scope, retainer, now).await?;
        if short(&book) {
            generate(tx, scope, &book).await?;
            book = Book::load(tx, scope, retainer, now).await?;
        }
        if !due(&book) {
            return Ok(book);
        }
        freeze(tx, scope, &book, now).await?;
    }
}

/// A pool in a cycle as its close makes it: sums and ledger rows.
#[derive(Debug)]
pub struct Replayed {
    /// What the pool keeps.
    pub frozen: Frozen,
    /// Its ledger.
    pub entries: Vec<EntryRow>,
}

/// What closing a cycle makes of a pool's facts, by the terms or as its overage was settled; the
/// same facts make the same rows, any time.
///
/// # Errors
/// Those of the rules.
pub async fn replay(
    tx: &mut Tx,
    scope: Scope,
    pool: PoolBook<'_>,
    (row, part): (&CycleRow, &PoolCycleRow),
) -> Result<Replayed> {
    let facts = store::facts(tx, scope, (row.id, pool.pool.id)).await?;
    let kept = part.sums.as_ref().map(|sums| sums.0.foresight.clone());
    let known = Known::kept(kept.clone().flatten());
    let pool = pool.knowing(&known);
    let (opening, granted) = (&part.opening_lots.0, Quantity(part.granted));
    let by_day = part.sums.as_ref().is_none_or(|sums| sums.0.by_day);
    let telling = if by_day { Telling::ByDay } else { Telling::AddedFirst };
    let (projection, lines) = lines::of_open(pool, row, (opening, granted), (&facts, telling))?;
    let decisions = store::decisions(tx, scope, row.id).await?;
    let decided = decisions.iter().find(|made| made.pool_id == pool.pool.id);
    let choice = decided.map(store::DecisionRow::mode);
    let closing = pool.closing_by(row, &projection, (granted, choice))?;
    let carried = match telling {
        Telling::ByDay => pool.carried(row, &projection, granted)?,
        Telling::AddedFirst => closing.next.lots.clone(),
    };
    let entries = line::rows(&lines::closed(pool, row, lines, (&closing, &carried)));
    let next = pool.next(row)?;
    // What is closed already is told as it was kept.
    let horizon = pool.rules_in(row).map(|rules| pool.horizon(row, &rules.policy));
    let foresight =
        kept.unwrap_or_else(|| Some(known.foresight(next, horizon.unwrap_or_default())));
    let (totals, left) = (projection.totals, projection.lots);
    let frozen = Frozen { totals, left, closing, foresight, by_day };
    Ok(Replayed { frozen, entries })
}

/// Freezes the oldest open cycle: its lines are written, its sums kept, the next one opened, and
/// what is to be billed for it noted.
///
/// # Errors
/// Those of the rules and the database.
pub async fn freeze(tx: &mut Tx, scope: Scope, book: &Book, now: DateTime<Utc>) -> Result<()> {
    let Some(row) = book.open.first() else { return Ok(()) };
    if !store::close(tx, scope, row.id, now).await? {
        return Err(DbError::Conflict.into()); // closed by another meanwhile: look again
    }
    draw_booked(tx, scope, book, row, now).await?;
    for pool in book.each_pool() {
        let id = pool.pool.id;
        let Some(part) = book.parts.get(&(row.id, id)) else {
            return Err(Error::internal("closing a cycle", "a pool has no part in it"));
        };
        let Replayed { frozen, entries } = replay(tx, scope, pool, (row, part)).await?;
        if !store::freeze_pool(tx, scope, (row.id, id), &frozen).await? {
            return Err(DbError::Conflict.into());
        }
        store::insert_entries(tx, scope, (row.id, id), &entries).await?;
        if let Some(line) = draft(pool, &frozen) {
            store::insert_draft(tx, scope, row.id, &line, now).await?;
        }
        let next = (book.head.id, row.seq + 1);
        store::open_with(tx, scope, next, id, &frozen.closing.next).await?;
    }
    let told = Told::new(TimelineEvent::CycleClosed, row.id).by_nobody();
    timeline::tell(tx, scope, told, now).await?;
    if book.is_last(row) {
        store::end_retainer(tx, scope, book.head.id).await?;
    }
    Ok(())
}

/// Draws what is booked in a cycle that closes, so that it does not lapse while nobody has said how
/// it went. Source: domain 3.12, docs/decisions/0025.
async fn draw_booked(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    row: &CycleRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let mut facts = Vec::new();
    for (hold, fact) in book.drawn_at_close(row)? {
        if !store::draw_hold(tx, scope, hold.session, row.id).await? {
            return Err(DbError::Conflict.into()); // settled by another meanwhile: look again
        }
        facts.push(NewFact {
            id: FactId(Uuid::now_v7()),
            pool_id: hold.pool,
            cycle_id: row.id,
            record_no: 0, // taken below
            kind: LineKind::Consume,
            quantity: fact.quantity.0,
            beyond: 0,
            lot: None,
            worked_on: hold.on,
            effective_on: fact.effective_on,
            late: hold.on < row.starts_on,
            source: Source::Session(hold.session),
            member_id: hold.member,
            reverses_id: None,
            import: None,
        });
    }
    if facts.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(facts.len()).unwrap_or(i64::MAX);
    let first = store::take_records(tx, scope, book.head.id, count).await?;
    for (no, fact) in (first..).zip(&mut facts) {
        fact.record_no = no;
    }
    store::insert_facts(tx, scope, book.head.id, &facts, now).await
}

/// What a closed pool leaves to be billed beside the price; none if it leaves nothing.
pub fn draft(pool: PoolBook<'_>, frozen: &Frozen) -> Option<DraftRow> {
    let closing = &frozen.closing;
    (closing.overage_amount.0 > 0).then(|| DraftRow {
        pool_id: pool.pool.id,
        quantity: closing.overage_billed.0,
        amount_minor: closing.overage_amount.0,
        currency: pool.book.currency().to_owned(),
    })
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
            let job = Job { scope, kind: JobKind::Closing, subject: id.0 };
            let work = async |tx: &mut Tx| close_due(tx, scope, id, now).await.map(drop);
            jobs::run(db, job, work).await;
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
            let job = Job { scope, kind: JobKind::Cycles, subject: id.0 };
            let work = async |tx: &mut Tx| {
                let mut book = Book::load(tx, scope, id, now).await?;
                if book.settles.is_some() {
                    return close_due(tx, scope, id, now).await.map(drop);
                }
                book.today = book.today.max(day);
                generate(tx, scope, &book).await
            };
            jobs::run(db, job, work).await;
        }
    }
}

/// The clock acts in every organisation, as nobody.
fn system(organisation: OrganisationId) -> Scope {
    Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner)
}
