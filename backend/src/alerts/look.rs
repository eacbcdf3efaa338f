//! Looks at the pools of a retainer and raises what has to be told. Source: domain 4.6, 6.6.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{
    AlertFigures, AlertId, AlertKind, JobKind, MemberId, OrganisationId, PoolId, RetainerId,
    RetainerState, Role,
};
use shared::rules::alerts::{self, Level, Look, Standing, Told};
use shared::rules::ledger::{self, Projection};
use uuid::Uuid;

use super::service::{self, Rules};
use super::store::{self, NewAlert, ToldRow};
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{Book, PoolBook};
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::jobs::{self, Job};

/// Raises what the books of a retainer give reason to, in the open cycles that have begun. Doing
/// it again changes nothing. A history that is still being set up gives no reason.
///
/// # Errors
/// Those of the rules and the database.
pub async fn look(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    let book = Book::load(tx, scope, retainer, now).await?;
    look_at(tx, scope, &book, now).await
}

/// Has the clock look at a retainer as soon as it can, for who changed too much to look at it all
/// in the same transaction.
///
/// # Errors
/// Those of the database.
pub async fn look_soon(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    store::set_due(tx, scope, retainer, now).await
}

async fn look_at(tx: &mut Tx, scope: Scope, book: &Book, now: DateTime<Utc>) -> Result<()> {
    let begun = |row: &&CycleRow| row.starts_on <= book.today;
    let (Some(first), RetainerState::Active) = (book.open.iter().find(begun), book.head.state)
    else {
        return Ok(());
    };
    let rules = service::rules(tx, scope, book.head.id).await?;
    let mut told: HashMap<(PoolId, i64), Vec<Told>> = HashMap::new();
    for row in store::told(tx, scope, book.head.id, first.seq).await? {
        let ToldRow { pool_id, seq, level, holds } = row;
        told.entry((pool_id, seq)).or_default().push(Told { key: level, holds });
    }
    let mut readers = None;
    for pool in book.each_pool() {
        let projections = pool.project()?;
        for (row, projection) in book.open.iter().zip(&projections) {
            if !begun(&row) || !pool.counts_in(row) {
                continue;
            }
            let (standing, levels) = asked(pool, (row, projection), &rules);
            let before = told.get(&(pool.pool.id, row.seq)).map_or(&[][..], Vec::as_slice);
            let found = alerts::look(standing, &levels, before);
            if found.to_tell().next().is_some() && readers.is_none() {
                readers = Some(service::readers(tx, scope, &rules).await?);
            }
            let readers = readers.as_deref().unwrap_or_default();
            note(tx, scope, (pool, row, standing), (&found, readers), now).await?;
        }
    }
    Ok(())
}

/// How a pool stands in a cycle, and the levels that apply there: pace is of the cycle that holds
/// today, and of what the cycle brings.
fn asked(
    pool: PoolBook<'_>,
    (row, projection): (&CycleRow, &Projection),
    rules: &Rules,
) -> (Standing, Vec<Level>) {
    let today = pool.book.today;
    let days = (row.ends_on - row.starts_on).num_days();
    let totals = &projection.totals;
    let stands = ledger::Standing::on(totals, &projection.lots, pool.day_of(row));
    let standing = Standing {
        start: row.starts_on,
        days,
        elapsed_days: ((today - row.starts_on).num_days() + 1).clamp(0, days),
        available: stands.available.0,
        used: totals.consumed.0,
    };
    let paced = today < row.ends_on && totals.grant.0 > 0;
    let mut levels = rules.of_pool(pool, row).levels();
    levels.retain(|level| level.of_share() || paced);
    (standing, levels)
}

/// Writes what a look found.
async fn note(
    tx: &mut Tx,
    scope: Scope,
    (pool, row, standing): (PoolBook<'_>, &CycleRow, Standing),
    (found, readers): (&Look, &[MemberId]),
    now: DateTime<Utc>,
) -> Result<()> {
    let which = (pool.pool.id, row.seq);
    for (keys, fell_at) in [(&found.fell, Some(now)), (&found.rose, None)] {
        for key in keys {
            store::set_fallen(tx, scope, which, key, fell_at).await?;
        }
    }
    let to_tell: Vec<Level> = found.to_tell().collect();
    for level in &found.raised {
        let (kind, threshold) = AlertKind::of(*level);
        let told = to_tell.contains(level);
        let alert = NewAlert {
            id: AlertId(Uuid::now_v7()),
            retainer_id: pool.book.head.id,
            pool_id: pool.pool.id,
            seq: row.seq,
            level: level.key(),
            kind,
            threshold,
            told,
            raised_on: pool.book.today,
            figures: AlertFigures {
                available: standing.available,
                used: standing.used,
                elapsed_days: standing.elapsed_days,
                days: standing.days,
                runs_out_on: standing.runs_out_on(),
            },
        };
        // Raised by another meanwhile: told by them.
        if store::insert(tx, scope, &alert, now).await? && told {
            store::insert_readers(tx, scope, alert.id, readers).await?;
        }
    }
    Ok(())
}

/// What the clock brings about: looks once a day at each active retainer, for every organisation,
/// one retainer a transaction. Safe to run anywhere, any number of times. A retainer that fails is
/// logged and does not keep the others waiting.
///
/// # Errors
/// Those of reading the database.
pub async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let mut after = None;
    loop {
        let due = db.read(async |tx| store::due(tx, now, after).await).await?;
        let Some(last) = due.last() else { return Ok(()) };
        after = Some(last.retainer_id);
        for waiting in due {
            let (scope, id) = (system(waiting.organisation_id), waiting.retainer_id);
            let job = Job { scope, kind: JobKind::Alerts, subject: id.0 };
            jobs::run(db, job, async |tx| daily(tx, scope, id, now).await).await;
        }
    }
}

/// Looks, and says when to look again: when the next day begins there.
async fn daily(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<()> {
    let book = Book::load(tx, scope, id, now).await?;
    look_at(tx, scope, &book, now).await?;
    let tomorrow = book.today.succ_opt().unwrap_or(book.today);
    store::set_due(tx, scope, id, book.zones.first_instant(tomorrow)).await
}

/// The clock acts in every organisation, as nobody.
fn system(organisation: OrganisationId) -> Scope {
    Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner)
}
