//! What a client is told about a cycle: made from its facts, in plain words.
use std::collections::{HashMap, HashSet};

use shared::api::{ClientSessionState, FactId, LineKind, OverageMode, PoolClosing, RECAP_MAX};

use super::words::Words;
use crate::cycles::store::{CycleRow, FactRow};

/// The most things of a pool that have a line of their own.
const THINGS_MAX: usize = 10;
/// How much of a note is told, in characters.
const NOTE_SHOWN: usize = 120;
/// How many people are named for one thing.
const PEOPLE_SHOWN: usize = 3;

/// A pool's facts and what becomes of it.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// What becomes of it.
    pub closing: &'a PoolClosing,
    /// What was recorded.
    pub facts: &'a [FactRow],
}

/// The recap of a cycle.
pub fn recap(words: Words, retainer: &str, row: &CycleRow, pools: &[Told<'_>]) -> String {
    let mut text = format!("{retainer}, {}\n", words.days(row.starts_on, row.ends_on));
    for told in pools {
        text.push('\n');
        for line in of_pool(words, *told) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    text.trim_end().chars().take(RECAP_MAX).collect()
}

fn of_pool(words: Words, told: Told<'_>) -> Vec<String> {
    let (pool, sums) = (&told.closing.pool, &told.closing.sums);
    let units = |quantity| words.units(quantity, pool);
    let available = sums.opening + sums.granted - sums.repaid + sums.topped_up + sums.adjusted;
    let used = words.used(&units(sums.used), &units(available));
    let mut lines = vec![format!("{}: {used}", words.pool(pool))];
    let things = things(words, told.facts);
    let (shown, rest) = things.split_at(things.len().min(THINGS_MAX));
    for thing in shown {
        let who = match thing.people.is_empty() {
            true => String::new(),
            false => format!(" ({})", people(&thing.people)),
        };
        lines.push(format!("- {}: {}{who}", thing.what, units(thing.quantity)));
    }
    let rest: i64 = rest.iter().map(|thing| thing.quantity).sum();
    if rest > 0 {
        lines.push(format!("- {}: {}", words.everything_else(), units(rest)));
    }
    if let Some(choice) = told.closing.chosen.filter(|_| sums.overage > 0) {
        let amount = sums.overage_amount_minor;
        let amount = (amount > 0).then(|| words.money(amount, &pool.currency));
        // Where nothing follows, nothing can be borrowed.
        let borrows = choice == OverageMode::Borrow && sums.borrowed > 0;
        let choice = if borrows { OverageMode::Borrow } else { OverageMode::Bill };
        let settled = (choice, amount.as_deref(), &*units(sums.borrowed));
        lines.push(words.beyond(&units(sums.overage), settled));
    }
    if sums.closing > 0 {
        lines.push(words.carries(&units(sums.closing)));
    }
    if sums.lapsed > 0 {
        lines.push(words.lapses(&units(sums.lapsed)));
    }
    lines
}

/// One thing that was done, by whom, how much of it.
struct Thing {
    what: String,
    people: Vec<String>,
    quantity: i64,
}

/// What stands of the facts, by what was done; the most first.
fn things(words: Words, facts: &[FactRow]) -> Vec<Thing> {
    let mut things: Vec<Thing> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for fact in standing(facts) {
        let Some(what) = what(words, fact) else { continue };
        let place = *places.entry(what).or_insert_with_key(|what| {
            things.push(Thing { what: what.clone(), people: Vec::new(), quantity: 0 });
            things.len() - 1
        });
        let thing = &mut things[place];
        thing.quantity = thing.quantity.saturating_add(fact.quantity);
        if !thing.people.contains(&fact.member_name) {
            thing.people.push(fact.member_name.clone());
        }
    }
    things.sort_by_key(|thing| std::cmp::Reverse(thing.quantity));
    things
}

/// Facts that were not taken back in the same cycle, in their order.
pub fn standing(facts: &[FactRow]) -> impl Iterator<Item = &FactRow> {
    let undone: HashSet<FactId> = facts
        .iter()
        .filter(|fact| fact.kind == LineKind::Reverse)
        .filter_map(|fact| fact.reverses_id)
        .collect();
    let stands =
        move |fact: &&FactRow| fact.kind != LineKind::Reverse && !undone.contains(&fact.id);
    facts.iter().filter(stands)
}

fn what(words: Words, fact: &FactRow) -> Option<String> {
    let note = fact.note.as_deref().unwrap_or_default();
    let note = note.split_whitespace().collect::<Vec<_>>().join(" ");
    let note: String = match note.chars().count() > NOTE_SHOWN {
        true => note.chars().take(NOTE_SHOWN - 1).chain(['…']).collect(),
        false => note,
    };
    let note = if note.is_empty() { words.without_note().to_owned() } else { note };
    match (fact.kind, fact.session.session_state) {
        (LineKind::Consume, Some(ClientSessionState::Cancelled | ClientSessionState::NoShow)) => {
            Some(words.charged(&note))
        }
        (LineKind::Consume, Some(ClientSessionState::Booked)) if !fact.session.gone => {
            Some(words.unconfirmed(&note))
        }
        (LineKind::Consume, _) => Some(note),
        (LineKind::SetAside, _) => Some(words.made_up(&note)),
        _ => None,
    }
}

fn people(names: &[String]) -> String {
    let shown = names.iter().take(PEOPLE_SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > PEOPLE_SHOWN { format!("{shown}, …") } else { shown }
}
