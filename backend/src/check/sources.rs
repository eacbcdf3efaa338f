//! What people recorded against what the ledger keeps of it: deliverables and sessions.
use chrono::NaiveDate;
use shared::api::{
    CancellationOutcome, ClientSessionId, ClientSessionState, CycleId, LineKind, PoolId,
};

use super::store::{self, DeliverableFact, FactOf, SessionFact};
use crate::auth::Scope;
use crate::cycles::{self, Book};
use crate::db::Tx;
use crate::error::Result;

/// What the standing fact of something recorded must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Expected {
    kind: LineKind,
    quantity: i64,
    pool: PoolId,
    cycle: Option<CycleId>,
    worked_on: NaiveDate,
}

/// Says which deliverables and sessions their facts disagree with.
pub async fn check(
    tx: &mut Tx,
    scope: Scope,
    book: &Book,
    breaches: &mut Vec<String>,
) -> Result<()> {
    let deliverables = store::deliverables(tx, scope, book.head.id).await?;
    let told: Vec<_> =
        deliverables.iter().map(|row| (row.id.0, of_thing(row), &row.fact)).collect();
    disagree("deliverable", &told, breaches);
    let sessions = store::sessions(tx, scope, book.head.id).await?;
    let ids: Vec<ClientSessionId> = sessions.iter().map(|row| row.id).collect();
    let paid = cycles::store::paid(tx, scope, &ids).await?;
    let paid = |row: &SessionFact| paid.get(&row.id).copied().unwrap_or(0);
    let told: Vec<_> = sessions
        .iter()
        .map(|row| (row.id.0, of_session(book, row, paid(row)), &row.fact))
        .collect();
    disagree("session", &told, breaches);
    for row in sessions.iter().filter(|row| row.drawn != drawn(row)) {
        breaches.push(format!("session {} says that it drew {}", row.id, row.drawn));
    }
    Ok(())
}

/// Rows of one thing stand together: a second one is a second standing fact.
fn disagree(
    what: &str,
    rows: &[(uuid::Uuid, Option<Expected>, &FactOf)],
    breaches: &mut Vec<String>,
) {
    for (place, (id, expected, fact)) in rows.iter().enumerate() {
        if fact.found() != *expected {
            breaches.push(format!("{what} {id} and its fact in the ledger disagree"));
        }
        if place > 0 && rows[place - 1].0 == *id {
            breaches.push(format!("{what} {id} is in the ledger twice"));
        }
    }
}

impl FactOf {
    fn found(&self) -> Option<Expected> {
        Some(Expected {
            kind: self.fact_kind?,
            quantity: self.fact_quantity?,
            pool: self.fact_pool?,
            cycle: Some(self.fact_cycle?),
            worked_on: self.fact_worked_on?,
        })
    }
}

fn of_thing(row: &DeliverableFact) -> Option<Expected> {
    let expected = Expected {
        kind: LineKind::Consume,
        quantity: row.units,
        pool: row.pool_id,
        cycle: Some(row.cycle_id),
        worked_on: row.delivered_on,
    };
    (row.units > 0 && !row.deleted).then_some(expected)
}

/// Units that a session used up. Source: domain 3.11.
fn drawn(row: &SessionFact) -> i64 {
    match (row.state, row.outcome) {
        (ClientSessionState::Completed, _) => row.units,
        // What a charge is of is up to the terms of then.
        (_, Some(CancellationOutcome::Charge)) => row.drawn.clamp(0, row.units),
        _ => 0,
    }
}

/// `paid` are units of what was taken back of it that were billed or given for nothing before.
fn of_session(book: &Book, row: &SessionFact, paid: i64) -> Option<Expected> {
    let (kind, quantity) = match row.outcome {
        Some(CancellationOutcome::Carry) => (LineKind::SetAside, row.units),
        // What is booked was drawn by the close of the cycle that it names.
        _ if row.state == ClientSessionState::Booked && row.closed => {
            (LineKind::Consume, row.units - paid)
        }
        _ => (LineKind::Consume, row.drawn - paid),
    };
    let expected = Expected {
        kind,
        quantity,
        pool: row.pool_id,
        cycle: row.cycle_id,
        worked_on: book.zones.local_date(row.starts_at),
    };
    (quantity > 0 && !row.deleted).then_some(expected)
}
