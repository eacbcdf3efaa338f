//! Several open cycles at once: each starts with what the one before would leave behind today.
use super::Calendar;
use super::close::{Next, close};
use super::fact::{Fact, FactKind};
use super::lot::Opening;
use super::place::Refusal;
use super::policy::OverageMode;
use super::project::{CycleTerms, Projection, project};
use crate::rules::RuleError;
use crate::rules::units::Quantity;

/// A cycle that is not closed, with its facts in the order they were recorded.
#[derive(Debug, Clone, Copy)]
pub struct OpenCycle<'a> {
    /// Its days, its allowance and its policy.
    pub terms: CycleTerms<'a>,
    /// What was recorded in it, without what was reversed.
    pub facts: &'a [Fact],
}

/// Projects open cycles in a row, from what the last closed cycle left behind.
///
/// Between two cycles stands a provisional close. Source: domain 3.5, 3.7.
///
/// # Errors
/// Those of [`project`] and [`close`].
pub fn project_all(
    opening: &Opening,
    cycles: &[OpenCycle<'_>],
    calendar: Calendar<'_>,
) -> Result<Vec<Projection>, RuleError> {
    let mut projections = Vec::with_capacity(cycles.len());
    let mut opening = opening.clone();
    for (index, cycle) in cycles.iter().enumerate() {
        let projection = project(&opening, &cycle.terms, cycle.facts, calendar)?;
        if let Some(follower) = cycles.get(index + 1) {
            let next = Next::Cycle { grant: follower.terms.grant };
            opening = close(&projection, &cycle.terms, next, calendar)?.next;
        }
        projections.push(projection);
    }
    Ok(projections)
}

/// A use that goes beyond what a cycle holds whose rule stands in its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Beyond {
    /// Why it is not recorded; none if so much is approved.
    pub refusal: Option<Refusal>,
    /// The number of the cycle it goes beyond; 0 where no cycle is open.
    pub seq: u32,
    /// Units beyond what that cycle holds, with this use.
    pub over: Quantity,
}

/// Whether recording `fact` in the cycle at `index` of the open cycles must be refused, if nothing
/// is approved. Source: domain 4.1, 4.7.
///
/// # Errors
/// Those of [`project_all`].
pub fn refuses(
    opening: &Opening,
    cycles: &[OpenCycle<'_>],
    index: usize,
    fact: Fact,
    calendar: Calendar<'_>,
) -> Result<Option<Refusal>, RuleError> {
    Ok(beyond(opening, (cycles, &[]), index, fact, calendar)?.and_then(|found| found.refusal))
}

/// Whether `fact`, recorded in the cycle at `index` of the open cycles, goes beyond one of them
/// that blocks or asks first.
///
/// `block` refuses a use that would cause overage in any open cycle, and it refuses it whole.
/// `ask` refuses it likewise where the overage would be more than is approved for that cycle;
/// `approved` has a place for each cycle, and nothing is approved for those it lacks.
/// Source: domain 4.1, 4.7.
///
/// # Errors
/// Those of [`project_all`].
pub fn beyond(
    opening: &Opening,
    (cycles, approved): (&[OpenCycle<'_>], &[Quantity]),
    index: usize,
    fact: Fact,
    calendar: Calendar<'_>,
) -> Result<Option<Beyond>, RuleError> {
    let stands = |cycle| matches!(mode(cycle), OverageMode::Block | OverageMode::Ask);
    if fact.kind != FactKind::Use || !cycles.iter().any(stands) {
        return Ok(None);
    }
    let Some(cycle) = cycles.get(index) else {
        let refusal = Some(Refusal::NoOpenCycle);
        return Ok(Some(Beyond { refusal, seq: 0, over: fact.quantity }));
    };
    let facts: Vec<Fact> = cycle.facts.iter().copied().chain([fact]).collect();
    let mut with = cycles.to_vec();
    with[index].facts = &facts;
    let before = project_all(opening, cycles, calendar)?;
    let after = project_all(opening, &with, calendar)?;
    Ok(grown((cycles, approved), &before, &after))
}

fn mode(cycle: &OpenCycle<'_>) -> OverageMode {
    cycle.terms.policy.overage.mode
}

/// Whether more goes beyond one of the open cycles that blocks or asks first than did before: by a
/// use that came, or by units that went. Source: domain 4.1, 4.7.
#[must_use]
pub fn grown(
    (cycles, approved): (&[OpenCycle<'_>], &[Quantity]),
    before: &[Projection],
    after: &[Projection],
) -> Option<Beyond> {
    let mut found = Vec::new();
    for (place, cycle) in cycles.iter().enumerate() {
        let over = |all: &[Projection]| all.get(place).map_or(0, |one| one.totals.overage.0);
        if over(after) <= over(before) {
            continue;
        }
        let over = Quantity(over(after));
        let refusal = match mode(cycle) {
            OverageMode::Block => Some(Refusal::InsufficientBalance),
            OverageMode::Ask if over > approved.get(place).copied().unwrap_or(Quantity(0)) => {
                Some(Refusal::ApprovalNeeded)
            }
            OverageMode::Ask => None,
            OverageMode::Bill | OverageMode::Absorb | OverageMode::Borrow => continue,
        };
        found.push(Beyond { refusal, seq: cycle.terms.seq, over });
    }
    // What cannot be helped comes before what can.
    let blocks = |one: &&Beyond| one.refusal == Some(Refusal::InsufficientBalance);
    let refused = |one: &&Beyond| one.refusal.is_some();
    let first = found.iter().find(blocks).or_else(|| found.iter().find(refused));
    first.or(found.first()).copied()
}
