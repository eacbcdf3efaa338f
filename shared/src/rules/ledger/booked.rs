//! What is booked in a cycle and settled by nobody when it closes. Source: domain 3.12.
use super::Calendar;
use super::chain::OpenCycle;
use super::close::{Next, close};
use super::fact::Fact;
use super::lot::Opening;
use super::project::project;
use crate::rules::RuleError;
use crate::rules::units::Quantity;

/// What a close does beside the use that lots pay and what lapses.
#[derive(Debug, PartialEq, Eq)]
struct Kept {
    overage: Quantity,
    taken_back: Quantity,
    set_aside: Quantity,
    next: Opening,
}

/// Which of the booked uses of a cycle its close draws: each that, with those drawn before it, takes
/// nothing but what would lapse, so that nothing is billed, and nothing kept or promised is lost, of
/// which nobody said that it took place. Source: domain 3.12, docs/decisions/0025.
///
/// More use never gives back what less use took: so those that are drawn together are drawn one by
/// one too, and all of them are tried first.
///
/// # Errors
/// Those of [`project`] and [`close`].
pub fn drawn_at_close(
    opening: &Opening,
    cycle: OpenCycle<'_>,
    next: Next,
    uses: &[Fact],
    calendar: Calendar<'_>,
) -> Result<Vec<bool>, RuleError> {
    let kept = |facts: &[Fact]| {
        let projection = project(opening, &cycle.terms, facts, calendar)?;
        let totals = projection.totals;
        Ok(Kept {
            overage: totals.overage,
            taken_back: totals.adjust_down,
            set_aside: totals.makeup_out,
            next: close(&projection, &cycle.terms, next, calendar)?.next,
        })
    };
    let mut drawn = vec![false; uses.len()];
    if uses.is_empty() {
        return Ok(drawn);
    }
    let mut facts = cycle.facts.to_vec();
    let before = kept(&facts)?;
    // Runs that are not weighed yet, the next one last.
    let mut runs: Vec<_> = std::iter::once(0..uses.len()).collect();
    while let Some(run) = runs.pop() {
        let known = facts.len();
        facts.extend(&uses[run.clone()]);
        if kept(&facts)? == before {
            drawn[run].fill(true);
            continue;
        }
        facts.truncate(known);
        if run.len() > 1 {
            let middle = run.start + run.len() / 2;
            runs.extend([middle..run.end, run.start..middle]);
        }
    }
    Ok(drawn)
}
