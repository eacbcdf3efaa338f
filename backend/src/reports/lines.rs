//! What invoices hold of each cycle, as the rule of margin reads it.
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CreditKind, InvoiceId, InvoiceState, RetainerId};
use shared::rules::margin::{Earned, Line, Priced};
use shared::rules::units::Minor;

use super::store::{self, CycleOf, LineOf};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::invoices;

/// A cycle by its retainer and number.
type Key = (RetainerId, i64);
/// What credit notes took off a line, because it was wrong and for nothing.
type Credits = HashMap<(InvoiceId, i64), (i64, i64)>;

/// The lines of each of the given cycles. What names no cycle is of the one whose invoice it is on,
/// or of the last that has begun.
///
/// # Errors
/// Those of the database and of the rules.
pub async fn of_cycles(
    tx: &mut Tx,
    scope: Scope,
    (retainers, cycles): (&[RetainerId], &[CycleOf]),
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<HashMap<Key, Vec<Line>>> {
    let mut credits = Credits::new();
    for (invoice, line, kind, net) in store::credited(tx, scope, retainers).await? {
        let of = credits.entry((invoice, line)).or_default();
        match kind {
            CreditKind::Correction => of.0 += net,
            CreditKind::Goodwill => of.1 += net,
        }
    }
    let begun: HashMap<RetainerId, i64> =
        store::last_begun(tx, scope, retainers, today).await?.into_iter().collect();
    let mut rows: HashMap<Key, Vec<LineOf>> = HashMap::new();
    for row in store::lines(tx, scope, retainers).await? {
        let last = begun.get(&row.retainer_id).copied().unwrap_or(row.seq);
        let seq = row.of_seq.unwrap_or_else(|| row.seq.min(last));
        rows.entry((row.retainer_id, seq)).or_default().push(row);
    }
    let due = due(tx, scope, (cycles, &rows), now).await?;
    let mut lines = HashMap::new();
    for cycle in cycles {
        let key = (cycle.retainer_id, cycle.seq);
        let Some(rows) = rows.get(&key) else { continue };
        let told = match due.get(&key) {
            Some(due) => cut(cycle, rows, (&credits, *due))?,
            None => rows.iter().map(|row| line(row, &credits)).collect(),
        };
        lines.insert(key, told);
    }
    Ok(lines)
}

/// What is due of cycles that have other days than were billed: a pause or an end has cut them.
async fn due(
    tx: &mut Tx,
    scope: Scope,
    (cycles, rows): (&[CycleOf], &HashMap<Key, Vec<LineOf>>),
    now: DateTime<Utc>,
) -> Result<HashMap<Key, i64>> {
    let mut moved: HashMap<RetainerId, BTreeSet<i64>> = HashMap::new();
    for cycle in cycles {
        let key = (cycle.retainer_id, cycle.seq);
        let beyond = |row: &LineOf| {
            let days = row.starts_on.zip(row.ends_on).filter(|_| is_fee(row));
            days.is_some_and(|(from, to)| from < cycle.starts_on || cycle.ends_on < to)
        };
        if rows.get(&key).is_some_and(|rows| rows.iter().any(beyond)) {
            moved.entry(cycle.retainer_id).or_default().insert(cycle.seq);
        }
    }
    let ids: Vec<RetainerId> = moved.keys().copied().collect();
    let mut due = HashMap::new();
    if ids.is_empty() {
        return Ok(due);
    }
    for book in Book::load_all(tx, scope, &ids, now, None).await? {
        let Some(seqs) = moved.get(&book.head.id) else { continue };
        let prices = invoices::due_prices(tx, scope, &book, seqs).await?;
        due.extend(prices.into_iter().map(|(seq, due)| ((book.head.id, seq), due)));
    }
    Ok(due)
}

fn is_fee(row: &LineOf) -> bool {
    kind(row) == Earned::Fee
}

fn kind(row: &LineOf) -> Earned {
    match row.kind.as_str() {
        "fee" | "correction" => Earned::Fee,
        "overage" => Earned::Overage,
        _ => Earned::Other,
    }
}

fn line(row: &LineOf, credits: &Credits) -> Line {
    let (wrong, goodwill) = credited(row, credits);
    Line {
        kind: kind(row),
        net: Minor(row.net_minor.saturating_sub(wrong).saturating_sub(goodwill)),
        days: row.starts_on.zip(row.ends_on),
        draft: row.state == InvoiceState::Draft,
    }
}

fn credited(row: &LineOf, credits: &Credits) -> (i64, i64) {
    credits.get(&(row.invoice_id, row.position)).copied().unwrap_or_default()
}

/// The lines of a cycle that was cut: those of its price as one, the others as they are.
fn cut(cycle: &CycleOf, rows: &[LineOf], (credits, due): (&Credits, i64)) -> Result<Vec<Line>> {
    let mut priced = Priced { draft: true, ..Priced::default() };
    for row in rows.iter().filter(|row| is_fee(row)) {
        let (wrong, goodwill) = credited(row, credits);
        priced.net = priced.net.saturating_add(row.net_minor);
        priced.amount = priced.amount.saturating_add(row.amount_minor);
        priced.corrected = priced.corrected.saturating_add(wrong);
        priced.goodwill = priced.goodwill.saturating_add(goodwill);
        priced.draft &= row.state == InvoiceState::Draft;
    }
    let others = rows.iter().filter(|row| !is_fee(row)).map(|row| line(row, credits));
    let mut lines: Vec<Line> = others.collect();
    lines.extend(priced.cut(due, (cycle.starts_on, cycle.ends_on))?);
    Ok(lines)
}
