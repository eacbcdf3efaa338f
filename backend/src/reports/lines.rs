//! What invoices hold of each cycle, as the rule of margin reads it.
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{CreditKind, InvoiceId, InvoiceState, RetainerId};
use shared::rules::margin::{Dated, Earned, Held, Line, Priced};
use shared::rules::units::Minor;

use super::store::{self, CycleOf, LineOf};
use crate::auth::Scope;
use crate::cycles::Book;
use crate::db::Tx;
use crate::error::Result;
use crate::invoices;

/// A cycle by its retainer and number.
type Key = (RetainerId, i64);
/// What credit notes took off a line, with their days and kinds.
type Credits = HashMap<(InvoiceId, i64), Vec<(NaiveDate, CreditKind, i64)>>;
/// Lines by the cycle that they count for.
type Rows = HashMap<Key, Vec<LineOf>>;

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
    let (rows, credits) = read(tx, scope, retainers, today).await?;
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

/// What each cycle of retainers earns and what was billed of it, with the currency. One that is not
/// among the given, which have begun, earns nothing of its price: it is to come, or was taken away.
///
/// # Errors
/// Those of the database and of the rules.
pub async fn held(
    tx: &mut Tx,
    scope: Scope,
    (retainers, cycles): (&[RetainerId], &[CycleOf]),
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Vec<(String, Held)>> {
    let (rows, credits) = read(tx, scope, retainers, today).await?;
    let due = due(tx, scope, (cycles, &rows), now).await?;
    let cycles: HashMap<Key, &CycleOf> =
        cycles.iter().map(|cycle| ((cycle.retainer_id, cycle.seq), cycle)).collect();
    let mut all = Vec::with_capacity(rows.len());
    for (key, rows) in &rows {
        let Some(currency) = rows.first().map(|row| row.currency.clone()) else { continue };
        let mut held = Held::default();
        for row in rows {
            let credits = credits.get(&(row.invoice_id, row.position));
            let credits = credits.map_or(&[][..], Vec::as_slice);
            if row.state != InvoiceState::Draft {
                held.billed.push((row.issue_on, row.net_minor));
            }
            held.billed.extend(credits.iter().map(|(on, _, net)| (*on, net.saturating_neg())));
            if !is_fee(row) || cycles.contains_key(key) && !due.contains_key(key) {
                held.lines.extend(dated(row, credits));
            }
        }
        if let Some((cycle, due)) = cycles.get(key).zip(due.get(key)) {
            held.lines.push(cut_dated(cycle, rows, (&credits, *due))?);
        }
        all.push((currency, held));
    }
    Ok(all)
}

/// The lines of invoices of retainers, by the cycle that they count for, and what was credited.
async fn read(
    tx: &mut Tx,
    scope: Scope,
    retainers: &[RetainerId],
    today: NaiveDate,
) -> Result<(Rows, Credits)> {
    let mut credits = Credits::new();
    for (invoice, line, day, kind, net) in store::credited(tx, scope, retainers).await? {
        credits.entry((invoice, line)).or_default().push((day, kind, net));
    }
    let begun: HashMap<RetainerId, i64> =
        store::last_begun(tx, scope, retainers, today).await?.into_iter().collect();
    let mut rows = Rows::new();
    for row in store::lines(tx, scope, retainers).await? {
        let last = begun.get(&row.retainer_id).copied().unwrap_or(row.seq);
        let seq = row.of_seq.unwrap_or_else(|| row.seq.min(last));
        rows.entry((row.retainer_id, seq)).or_default().push(row);
    }
    Ok((rows, credits))
}

/// What is due of cycles that have other days than were billed: a pause or an end has cut them.
async fn due(
    tx: &mut Tx,
    scope: Scope,
    (cycles, rows): (&[CycleOf], &Rows),
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

/// A line with its days: of the price by its days of service, of overage from the end of the cycle
/// on, else from the day of its invoice on; none of what is on a draft and beside. What was credited
/// because it was wrong was never earned in those days: what bills it again counts in them too.
fn dated(row: &LineOf, credits: &[(NaiveDate, CreditKind, i64)]) -> Option<Dated> {
    let kind = kind(row);
    let days = row.starts_on.zip(row.ends_on);
    let billed = (row.state != InvoiceState::Draft).then_some(row.issue_on);
    let since = match kind {
        Earned::Fee | Earned::Owed => None,
        Earned::Overage => Some(days.and_then(|(_, end)| end.pred_opt()).or(billed)?),
        Earned::Other => Some(billed?),
    };
    let never = |of: &CreditKind| kind != Earned::Other && *of == CreditKind::Correction;
    let mut dated = Dated {
        line: Line { kind, net: Minor(row.net_minor), days, draft: billed.is_none() },
        since,
        credits: Vec::new(),
    };
    for (on, of, net) in credits {
        if never(of) {
            dated.line.net.0 = dated.line.net.0.saturating_sub(*net);
        } else {
            dated.credits.push((*on, *net));
        }
    }
    Some(dated)
}

/// What credit notes took off a line, because it was wrong and for nothing.
fn credited(row: &LineOf, credits: &Credits) -> (i64, i64) {
    let of = credits.get(&(row.invoice_id, row.position)).map_or(&[][..], Vec::as_slice);
    let sum = |kind: CreditKind| {
        let some = of.iter().filter(|(_, of, _)| *of == kind);
        some.fold(0i64, |sum, (.., net)| sum.saturating_add(*net))
    };
    (sum(CreditKind::Correction), sum(CreditKind::Goodwill))
}

/// The lines of a cycle that was cut: those of its price as one, the others as they are.
fn cut(cycle: &CycleOf, rows: &[LineOf], (credits, due): (&Credits, i64)) -> Result<Vec<Line>> {
    let mut priced = priced(rows);
    for row in rows.iter().filter(|row| is_fee(row)) {
        let (wrong, goodwill) = credited(row, credits);
        priced.corrected = priced.corrected.saturating_add(wrong);
        priced.goodwill = priced.goodwill.saturating_add(goodwill);
    }
    let others = rows.iter().filter(|row| !is_fee(row)).map(|row| line(row, credits));
    let mut lines: Vec<Line> = others.collect();
    lines.extend(priced.cut(due, (cycle.starts_on, cycle.ends_on))?);
    Ok(lines)
}

/// The price of a cycle that was cut, with the days on which some of it was given for nothing.
fn cut_dated(cycle: &CycleOf, rows: &[LineOf], (credits, due): (&Credits, i64)) -> Result<Dated> {
    let [line, _] = priced(rows).cut(due, (cycle.starts_on, cycle.ends_on))?;
    let fees = rows.iter().filter(|row| is_fee(row));
    let of = fees.filter_map(|row| credits.get(&(row.invoice_id, row.position))).flatten();
    let given = of.filter(|(_, kind, _)| *kind == CreditKind::Goodwill);
    Ok(Dated { line, since: None, credits: given.map(|(on, _, net)| (*on, *net)).collect() })
}

/// What was billed of the price of a cycle.
fn priced(rows: &[LineOf]) -> Priced {
    let mut priced = Priced { draft: true, ..Priced::default() };
    for row in rows.iter().filter(|row| is_fee(row)) {
        priced.net = priced.net.saturating_add(row.net_minor);
        if row.amount_minor > 0 {
            let (net, amount) = priced.asked;
            let net = net.saturating_add(row.net_minor);
            priced.asked = (net, amount.saturating_add(row.amount_minor));
        }
        priced.draft &= row.state == InvoiceState::Draft;
    }
    priced
}
