//! A closing as the API shows it: of an open cycle as it would be, of a closed one as it is.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{
    ClientSessionState, CycleClosing, CycleId, CycleStatus, DraftLine, ErrorCode, FactId,
    LapsedLot, LateRecord, LineKind, Lot, Money, OverageMode, OverageSettlement, PoolClosing,
    PoolId, RetainerState, UnsettledSession,
};
use shared::rules::ledger::{Closing, Fact, Totals};

use super::recap::{self, Told, standing};
use super::words::Words;
use crate::auth::Scope;
use crate::cycles::store::{
    CycleRow, DecisionRow, FactLot, FactRow, Frozen, PoolCycleRow, SessionEnd,
};
use crate::cycles::{self, Book, Hold, Known, PoolBook};
use crate::db::Tx;
use crate::error::{Error, Result};

/// The most rows of what is late or unsettled.
const ROWS_MAX: usize = 100;

/// How the overage of pools is to be settled, by their keys; by the terms where it says nothing.
pub type Choices = HashMap<String, OverageMode>;

/// Why a cycle cannot be closed by hand now; none for one that can be, or is closed.
pub fn refused(book: &Book, row: &CycleRow) -> Option<ErrorCode> {
    if row.status == CycleStatus::Closed {
        return None;
    }
    match book.head.state {
        RetainerState::Setup => return Some(ErrorCode::RetainerInSetup),
        RetainerState::Ended => return Some(ErrorCode::RetainerEnded),
        RetainerState::Active => {}
    }
    if book.today < row.ends_on {
        return Some(ErrorCode::CycleRuns);
    }
    let first = book.open.first().is_some_and(|first| first.id == row.id);
    (!first).then_some(ErrorCode::EarlierCycleOpen)
}

/// The closing of a cycle, with overage settled as chosen.
///
/// # Errors
/// At `overage` for a pool that is not there, or a way that the terms do not leave open.
pub async fn closing(
    tx: &mut Tx,
    scope: Scope,
    (book, row): (&Book, &CycleRow),
    (choices, words): (&Choices, Words),
    now: DateTime<Utc>,
) -> Result<CycleClosing> {
    let names = cycles::store::names(tx, scope, row.retainer_id).await?;
    let read = Reading::of(tx, scope, row).await?;
    let mut cycle = cycles::cycle(tx, scope, row.id, now).await?;
    let (mut pools, mut facts) = (Vec::new(), Vec::new());
    let drawn = book.drawn_at_close(row)?;
    let closed = book.with_drawn(row, &drawn);
    let mut booked = unconfirmed(tx, scope, row, &drawn, now).await?;
    for pool in closed.each_pool() {
        let Some(mut closing) = read.pool(pool, row, choices)? else { continue };
        if row.status == CycleStatus::Closed && closing.sums.overage > 0 {
            let which = (row.id, pool.pool.id);
            let back = cycles::store::taken_back(tx, scope, which, None).await?;
            closing.taken_back = back.iter().map(|back| back.beyond).sum();
        }
        let mut recorded = cycles::store::facts(tx, scope, (row.id, pool.pool.id)).await?;
        recorded.extend(booked.remove(&pool.pool.id).unwrap_or_default());
        recorded.sort_by_key(|fact| fact.effective_on);
        facts.push(recorded);
        pools.push(closing);
    }
    if let Some(key) = choices.keys().find(|key| pools.iter().all(|one| one.pool.key != **key)) {
        return Err(Error::field("overage", if key.is_empty() { "required" } else { "not_found" }));
    }
    cycle.pools = pools
        .iter()
        .map(|one| {
            let (pool, sums) = (one.pool.clone(), one.sums);
            shared::api::PoolCycle { pool, sums, servicing: None }
        })
        .collect();
    let late = late(book, row, &pools, &facts);
    let told: Vec<Told<'_>> =
        pools.iter().zip(&facts).map(|(closing, facts)| Told { closing, facts }).collect();
    let recap = recap::recap(words, &names.retainer, row, &told);
    let made = cycles::store::closing_record(tx, scope, row.id).await?;
    Ok(CycleClosing {
        id: row.id,
        ended: book.today >= row.ends_on,
        closes_at: row.closes_at,
        refused: refused(book, row),
        late_total: i64::try_from(late.len()).unwrap_or(i64::MAX),
        late: late.into_iter().take(ROWS_MAX).collect(),
        unsettled: unsettled(tx, scope, (book, row)).await?,
        lines: lines(words, &names.retainer, row, &pools),
        recap: made.as_ref().map_or(recap, |made| made.recap.clone()),
        pools,
        made,
        version: cycle.version,
        cycle,
    })
}

/// What the database keeps of the cycle's pools.
struct Reading {
    parts: HashMap<PoolId, PoolCycleRow>,
    decisions: Vec<DecisionRow>,
}

impl Reading {
    async fn of(tx: &mut Tx, scope: Scope, row: &CycleRow) -> Result<Self> {
        let ids: [CycleId; 1] = [row.id];
        let parts = cycles::store::pool_cycles(tx, scope, &ids).await?;
        Ok(Self {
            parts: parts.into_iter().map(|part| (part.pool_id, part)).collect(),
            decisions: cycles::store::decisions(tx, scope, row.id).await?,
        })
    }

    /// What becomes of a pool; none if it does not count in the cycle.
    fn pool(
        &self,
        pool: PoolBook<'_>,
        row: &CycleRow,
        choices: &Choices,
    ) -> Result<Option<PoolClosing>> {
        let kept = self.parts.get(&pool.pool.id).and_then(|part| part.sums.as_ref());
        if let Some(frozen) = kept {
            return Ok(Some(self.closed(pool, row, &frozen.0)));
        }
        let Some(projection) = pool.projection_of(row)?.filter(|_| pool.counts_in(row)) else {
            return Ok(None);
        };
        let granted = pool.granted(row);
        let mut ways = Vec::new();
        for choice in pool.choices(row).iter().copied().filter(|_| projection.totals.overage.0 > 0)
        {
            let closing = pool.closing_by(row, &projection, (granted, Some(choice)))?;
            ways.push((settlement(choice, &closing), closing));
        }
        let wanted = choices.get(&pool.pool.key);
        let taken = match wanted {
            Some(wanted) => ways.iter().find(|(way, _)| way.choice == *wanted),
            None => ways.first(),
        };
        let (chosen, closing) = match taken {
            Some((way, closing)) => (Some(way.choice), closing.clone()),
            None if wanted.is_some() => return Err(Error::field("overage", "not_allowed")),
            None => (None, pool.closing(row, &projection)?),
        };
        let choices = ways.iter().map(|(way, _)| *way).collect();
        let shown = shown(pool, row, (&projection.totals, &closing));
        Ok(Some(PoolClosing { choices, chosen, ..shown }))
    }

    fn closed(&self, pool: PoolBook<'_>, row: &CycleRow, frozen: &Frozen) -> PoolClosing {
        let known = Known::of(frozen);
        let told = pool.knowing(known.as_ref());
        let shown = shown(told, row, (&frozen.totals, &frozen.closing));
        let over = frozen.totals.overage.0 > 0;
        let made = self.decisions.iter().find(|made| made.pool_id == pool.pool.id);
        let by_terms = pool.choices(row).first().copied();
        let chosen = made.map(DecisionRow::mode).or(by_terms).filter(|_| over);
        let choices = chosen.iter().map(|choice| settlement(*choice, &frozen.closing)).collect();
        let decision = made.map(|made| made.shown(&pool.pool.key));
        PoolClosing { choices, chosen, decision, ..shown }
    }
}

fn settlement(choice: OverageMode, closing: &Closing) -> OverageSettlement {
    OverageSettlement {
        choice,
        billed: closing.overage_billed.0,
        amount_minor: closing.overage_amount.0,
        absorbed: closing.overage_absorbed.0,
        borrowed: closing.borrowed.0,
    }
}

fn shown(
    pool: PoolBook<'_>,
    row: &CycleRow,
    (totals, closing): (&Totals, &Closing),
) -> PoolClosing {
    let carries = closing.next.lots.iter().map(|lot| Lot {
        kind: lot.kind,
        origin_seq: i64::from(lot.origin),
        quantity: lot.quantity.0,
        ends_on: cycles::ends_on(pool, row, (lot.kind, lot.ends)),
    });
    let lapses = closing.expired.iter().map(|gone| LapsedLot {
        kind: gone.kind,
        origin_seq: i64::from(gone.origin),
        quantity: gone.quantity.0,
        reason: gone.reason,
    });
    PoolClosing {
        pool: pool.shown(row),
        sums: cycles::sums(totals, closing),
        carries: carries.collect(),
        lapses: lapses.collect(),
        choices: Vec::new(),
        chosen: None,
        decision: None,
        taken_back: 0,
    }
}

/// What was recorded after the end, and what belongs to earlier cycles; the newest first.
fn late(
    book: &Book,
    row: &CycleRow,
    pools: &[PoolClosing],
    facts: &[Vec<FactRow>],
) -> Vec<LateRecord> {
    let end = book.zones.first_instant(row.ends_on);
    let mut late: Vec<LateRecord> = Vec::new();
    for (closing, facts) in pools.iter().zip(facts) {
        // What the close itself drew of what is booked did not come late.
        let booked =
            |fact: &FactRow| fact.session.session_state == Some(ClientSessionState::Booked);
        let rows =
            standing(facts).filter(|fact| fact.late || fact.recorded_at >= end && !booked(fact));
        late.extend(rows.map(|fact| LateRecord {
            pool: closing.pool.key.clone(),
            worked_on: fact.worked_on,
            quantity: signed(fact),
            member_name: fact.member_name.clone(),
            note: fact.note.clone(),
            recorded_at: fact.recorded_at,
            correction: fact.late,
        }));
    }
    late.sort_by_key(|record| std::cmp::Reverse(record.recorded_at));
    late
}

fn signed(fact: &FactRow) -> i64 {
    match fact.kind {
        // What gives nothing back moves nothing.
        LineKind::Topup | LineKind::AdjustUp | LineKind::Restore => fact.quantity - fact.beyond,
        _ => -fact.quantity,
    }
}

/// Sessions of the cycle's days of which nobody said how they went.
async fn unsettled(
    tx: &mut Tx,
    scope: Scope,
    (book, row): (&Book, &CycleRow),
) -> Result<Vec<UnsettledSession>> {
    let over = row.ends_on.min(book.today.succ_opt().unwrap_or(book.today));
    let span = (book.zones.first_instant(row.starts_on), book.zones.first_instant(over));
    let limit = i64::try_from(ROWS_MAX).unwrap_or(i64::MAX);
    let rows = cycles::store::unsettled(tx, scope, (row.retainer_id, span), limit).await?;
    let waiting = rows.into_iter().filter_map(|session| {
        let pool = book.pool(session.pool_id)?.pool.key.clone();
        let on = book.zones.local_date(session.starts_at);
        Some(UnsettledSession { session_id: session.id, pool, on, units: session.units })
    });
    Ok(waiting.collect())
}

/// What the close of an open cycle will draw of what is booked in it, as the facts that it writes, by
/// pool.
async fn unconfirmed(
    tx: &mut Tx,
    scope: Scope,
    row: &CycleRow,
    drawn: &[(Hold, Fact)],
    now: DateTime<Utc>,
) -> Result<HashMap<PoolId, Vec<FactRow>>> {
    let mut facts: HashMap<PoolId, Vec<FactRow>> = HashMap::new();
    if drawn.is_empty() {
        return Ok(facts);
    }
    let ids = drawn.iter().map(|(hold, _)| hold.session).collect();
    let names = cycles::store::session_names(tx, scope, ids).await?;
    for (hold, fact) in drawn {
        let Some(name) = names.iter().find(|name| name.id == hold.session) else { continue };
        let session_state = Some(ClientSessionState::Booked);
        facts.entry(hold.pool).or_default().push(FactRow {
            id: FactId(hold.session.0),
            kind: LineKind::Consume,
            quantity: fact.quantity.0,
            beyond: 0,
            lot: FactLot::default(),
            worked_on: hold.on,
            effective_on: fact.effective_on,
            late: hold.on < row.starts_on,
            time_entry_id: None,
            adjustment_id: None,
            deliverable_id: None,
            session_id: Some(hold.session),
            session: SessionEnd { session_state, ..SessionEnd::default() },
            reverses_id: None,
            recorded_at: now,
            member_name: name.member_name.clone(),
            note: name.title.clone(),
        });
    }
    Ok(facts)
}

/// What is to be billed, as the sums have it: a closed cycle keeps the same as its draft lines.
fn lines(words: Words, retainer: &str, row: &CycleRow, pools: &[PoolClosing]) -> Vec<DraftLine> {
    let days = words.days(row.starts_on, row.ends_on);
    let billed = pools.iter().filter(|one| one.sums.overage_amount_minor > 0);
    let line = |one: &PoolClosing| DraftLine {
        pool: one.pool.key.clone(),
        quantity: one.sums.overage_billed,
        amount: Money {
            amount_minor: one.sums.overage_amount_minor,
            currency: one.pool.currency.clone(),
        },
        text: words.line(
            (retainer, &words.pool(&one.pool)),
            &words.units(one.sums.overage_billed, &one.pool),
            &days,
        ),
    };
    billed.map(line).collect()
}
