//! When somebody should be told: use against what is available.
use super::project::Totals;
use crate::rules::alerts::share_reached;

/// The thresholds, in per cent of what is available, that use has reached and that have not
/// fired in this cycle: smallest first, each once.
///
/// To be asked after each accepted entry; a reversal does not re-arm. Source: domain 4.6.
#[must_use]
pub fn alerts(totals: &Totals, thresholds: &[u32], fired: &[u32]) -> Vec<u32> {
    let (used, available) = (totals.consumed.0, totals.available().0);
    let reached = |threshold: &&u32| share_reached(used, available, **threshold);
    let due = thresholds.iter().filter(|threshold| !fired.contains(threshold));
    let mut due: Vec<u32> = due.filter(reached).copied().collect();
    due.sort_unstable();
    due.dedup();
    due
}
