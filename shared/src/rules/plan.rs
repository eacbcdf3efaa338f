//! The draft of a cycle's priorities, from those of the cycle before.
//!
//! Pure. Source: requirement S0-14.
use std::collections::HashMap;
use std::hash::Hash;

/// The most priorities of a cycle: a list that is longer ranks nothing. Source: requirement S0-3.
pub const PRIORITIES_OF_CYCLE_MAX: usize = 5;

/// In which of the `listed` each priority goes on: itself, or the one that was carried over from it
/// in the fewest steps. `carried` leads from each to the one that it was carried from.
#[must_use]
pub fn going_on<Id: Copy + Eq + Hash>(listed: &[Id], carried: &HashMap<Id, Id>) -> HashMap<Id, Id> {
    let mut nearest: HashMap<Id, (usize, Id)> = HashMap::new();
    for one in listed {
        let chain = std::iter::successors(Some(*one), |at| carried.get(at).copied());
        // More steps than there are would go round.
        for (steps, at) in chain.take(carried.len() + 1).enumerate() {
            match nearest.get(&at) {
                Some((known, _)) if *known <= steps => {}
                _ => {
                    nearest.insert(at, (steps, *one));
                }
            }
        }
    }
    nearest.into_iter().map(|(id, (_, one))| (id, one)).collect()
}

/// A priority of the cycle before, in order of rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Last {
    /// What it is called.
    pub title: String,
    /// It was done.
    pub done: bool,
}

/// Where a line of the draft comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    /// What it is called.
    pub title: String,
    /// Its place among those of the cycle before, if it was one of them.
    pub last: Option<usize>,
    /// It is that same priority, not done yet.
    pub carried: bool,
}

/// The draft: first what the last closing named for this cycle, in its order, then what was not
/// done. Each title once; a draft may be longer than a list can be, its end is left out.
#[must_use]
pub fn draft(last: &[Last], named: &[String]) -> Vec<Drafted> {
    let mut drafted: Vec<Drafted> = Vec::new();
    let known =
        |drafted: &[Drafted], title: &str| drafted.iter().any(|one| same(&one.title, title));
    for title in named {
        if known(&drafted, title) {
            continue;
        }
        let place = last.iter().position(|one| same(&one.title, title));
        let carried = place.is_some_and(|place| !last[place].done);
        drafted.push(Drafted { title: title.trim().to_owned(), last: place, carried });
    }
    for (place, one) in last.iter().enumerate().filter(|(_, one)| !one.done) {
        if !known(&drafted, &one.title) {
            let title = one.title.trim().to_owned();
            drafted.push(Drafted { title, last: Some(place), carried: true });
        }
    }
    drafted
}

fn same(a: &str, b: &str) -> bool {
    a.trim().to_lowercase() == b.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_carried_goes_on_in_any_number_of_steps() {
        let carried = HashMap::from([(4, 3), (3, 2), (2, 1), (9, 8), (8, 9)]);
        assert_eq!(going_on(&[7, 4], &carried).get(&1), Some(&4));
        assert_eq!(going_on(&[3, 1], &carried).get(&1), Some(&1), "itself first");
        assert_eq!(going_on(&[4, 9], &carried).get(&5), None, "and a circle ends");
    }

    fn last(title: &str, done: bool) -> Last {
        Last { title: title.into(), done }
    }
    fn drafted(title: &str, last: Option<usize>, carried: bool) -> Drafted {
        Drafted { title: title.into(), last, carried }
    }

    #[test]
    fn s0_14_what_was_named_comes_first_then_what_was_not_done() {
        let before = [last("Shop", true), last("Newsletter", false), last("Reports", false)];
        let named = ["Press".to_owned(), " newsletter".to_owned(), "PRESS".to_owned()];
        let expected = [
            drafted("Press", None, false),
            drafted("newsletter", Some(1), true),
            drafted("Reports", Some(2), true),
        ];
        assert_eq!(draft(&before, &named), expected);
    }

    #[test]
    fn s0_14_what_was_done_comes_again_only_where_it_was_named() {
        let before = [last("Newsletter", true)];
        assert_eq!(draft(&before, &[]), []);
        let again = draft(&before, &["Newsletter".to_owned()]);
        assert_eq!(again, [drafted("Newsletter", Some(0), false)]);
    }
}
