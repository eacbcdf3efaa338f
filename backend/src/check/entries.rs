//! Whether each entry of time has the fact that its terms make of it.
use chrono::NaiveDate;
use shared::api::{MemberId, PoolId, PoolTerms, RetainerId, TimeEntryId};
use shared::rules::rates::RateBook;
use shared::rules::units::Minor;
use uuid::Uuid;

use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::rates;
use crate::{args, stmt};

/// Entries of one look.
const LOOK: usize = 1_000;

/// An entry without the fact of its minutes, or with one that it should not have.
#[derive(Debug, sqlx::FromRow)]
struct Unlike {
    id: TimeEntryId,
    pool_id: Option<PoolId>,
    member_id: MemberId,
    worked_on: NaiveDate,
    minutes: i64,
    /// It stands, and says that it draws.
    draws: bool,
    /// A fact of it stands.
    drawn: bool,
    /// What that draws, if it is of the entry's pool, day and cycle.
    quantity: Option<i64>,
}

stmt!(
    UNLIKE = "
    SELECT e.id, e.pool_id, e.member_id, e.worked_on, e.minutes, e.pool_id IS NOT NULL AND e.deleted_at IS NULL AS draws,
        f.id IS NOT NULL AS drawn, CASE WHEN f.pool_id = e.pool_id AND f.worked_on = e.worked_on
            AND f.cycle_id = e.cycle_id THEN f.quantity END AS quantity
    FROM time_entries e
    LEFT JOIN facts f ON f.organisation_id = e.organisation_id AND f.time_entry_id = e.id
        AND f.kind = 'consume' AND NOT EXISTS (SELECT 1 FROM facts back
            WHERE back.organisation_id = f.organisation_id AND back.reverses_id = f.id)
    LEFT JOIN pools p ON p.organisation_id = f.organisation_id AND p.id = f.pool_id
    WHERE e.organisation_id = $1 AND e.retainer_id = $2 AND e.id > $3
        AND ((e.pool_id IS NOT NULL AND e.deleted_at IS NULL) <> (f.id IS NOT NULL)
            OR f.pool_id <> e.pool_id OR f.worked_on <> e.worked_on OR f.cycle_id <> e.cycle_id
            OR p.unit = 'money' OR (p.unit = 'minutes' AND (f.quantity <> e.minutes OR $4)))
    ORDER BY e.id LIMIT 1000"
);

/// Says which entries and facts disagree.
pub(super) async fn check(
    tx: &mut Tx,
    scope: Scope,
    (book, id): (&Book, RetainerId),
    breaches: &mut Vec<String>,
) -> Result<()> {
    let pools = || book.terms.iter().flat_map(|terms| &terms.row.terms.0.pools);
    let stepped = pools().any(|pool| pool.time_step.is_some());
    let card = match pools().any(|pool| pool.by_rate_card) {
        true => Some(rates::billed(tx, scope, book.currency()).await?),
        false => None,
    };
    let mut after = TimeEntryId(Uuid::nil());
    loop {
        let args = args![scope.organisation(), id, after, stepped];
        let rows: Vec<Unlike> = tx.all(UNLIKE.with(args)).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.id;
        let full = rows.len() == LOOK;
        for row in rows.into_iter().filter(|row| !explained(book, card.as_ref(), row)) {
            breaches.push(format!("time entry {} and its fact in the ledger disagree", row.id));
        }
        if !full {
            return Ok(());
        }
    }
}

/// Whether some version of the terms makes of an entry what its fact draws, or nothing where it has
/// none: which of them held when it was recorded is not kept.
fn explained(book: &Book, card: Option<&RateBook<MemberId>>, row: &Unlike) -> bool {
    let pool = book.pools.iter().find(|pool| Some(pool.id) == row.pool_id);
    let Some(pool) = pool.filter(|_| row.draws && row.drawn == row.quantity.is_some()) else {
        return false;
    };
    let quantity = row.quantity.unwrap_or(0);
    let versions = book.terms.iter().filter_map(|terms| terms.row.terms.0.pool(&pool.key));
    let free = card.and_then(|card| card.on(row.member_id, row.worked_on)) == Some(Minor(0));
    versions.into_iter().any(|terms| makes(terms, row.minutes, quantity, free))
}

/// Which rate held when it was recorded is not kept: a pool that goes by the rates of people may draw
/// anything, and nothing only of those whose work is `free`.
fn makes(terms: &PoolTerms, minutes: i64, quantity: i64, free: bool) -> bool {
    match terms.drawn_by_entry(minutes, None) {
        Ok(drawn) => drawn == quantity || (terms.by_rate_card && (quantity > 0 || free)),
        // A budget took no time under these terms: nothing is drawn.
        Err(_) => quantity == 0,
    }
}
