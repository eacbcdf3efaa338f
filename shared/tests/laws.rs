//! What holds for every retainer, whatever its terms: tried on random ones.
#![expect(clippy::unwrap_used, reason = "a test may fail where it stands")]
#[path = "laws/alerts.rs"]
mod alerts;
#[path = "laws/billing.rs"]
mod billing;
#[path = "laws/booked.rs"]
mod booked;
#[path = "laws/changes.rs"]
mod changes;
#[path = "laws/cycles.rs"]
mod cycles;
#[path = "laws/extremes.rs"]
mod extremes;
#[path = "laws/ledger.rs"]
mod ledger;
#[path = "laws/life.rs"]
mod life;
#[path = "laws/money.rs"]
mod money;
#[path = "laws/placement.rs"]
mod placement;
#[path = "laws/proration.rs"]
mod proration;
#[path = "laws/replay.rs"]
mod replay;
#[path = "laws/simulate.rs"]
mod simulate;
#[path = "laws/standing.rs"]
mod standing;
#[path = "laws/versions.rs"]
mod versions;
#[path = "laws/world.rs"]
mod world;
