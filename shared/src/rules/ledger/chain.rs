//! Several open cycles at once: each starts with what the one before would leave behind today.
use super::Calendar;
use super::close::{Next, close};
use super::fact::{Fact, FactKind};
use super::lot::Opening;
use super::place::Refusal;
use super::policy::OverageMode;
use super::project::{CycleTerms, Projection, project};
use crate::rules::RuleError;

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

/// Whether recording `fact` in the cycle at `index` of the open cycles must be refused.
///
/// `block` refuses a use that would cause overage in any open cycle, and it refuses it whole.
/// Source: domain 4.1.
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
    let blocks = |cycle: &OpenCycle<'_>| cycle.terms.policy.overage.mode == OverageMode::Block;
    if fact.kind != FactKind::Use || !cycles.iter().any(blocks) {
        return Ok(None);
    }
    let Some(cycle) = cycles.get(index) else { return Ok(Some(Refusal::NoOpenCycle)) };
    let facts: Vec<Fact> = cycle.facts.iter().copied().chain([fact]).collect();
    let mut with = cycles.to_vec();
    with[index].facts = &facts;
    let before = project_all(opening, cycles, calendar)?;
    let after = project_all(opening, &with, calendar)?;
    let overdrawn = cycles.iter().zip(before.iter().zip(&after)).any(|(cycle, (before, after))| {
        blocks(cycle) && after.totals.overage > before.totals.overage
    });
    Ok(overdrawn.then_some(Refusal::InsufficientBalance))
}
