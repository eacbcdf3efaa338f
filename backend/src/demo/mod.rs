//! The sample agency: a year of work, made by the services that real use goes through.
//!
//! The same seed and the same day make the same agency (its ids apart).
mod agency;
mod billing;
mod board;
mod bulk;
mod clients;
mod model;
mod pieces;
mod practice;
mod questions;
mod rates;
mod records;
mod requests;
mod reviews;
mod routines;
mod scopes;
mod steps;
mod work;

use chrono::{DateTime, Utc};
use clap::ValueEnum;

use crate::auth::Scope;
use crate::db::Db;
use crate::error::Result;

/// The seed of the sample that set-up offers.
pub const SEED: u64 = 1;
/// The sample agency's name.
pub const ORGANISATION: &str = "Fieldwork Studio";
/// Its currency.
pub const CURRENCY: &str = "EUR";
/// Its time zone.
pub const TIMEZONE: &str = "Europe/Berlin";
/// Its owner.
pub const OWNER_NAME: &str = "Ana Ruiz";
/// The owner's sign-in.
pub const OWNER_EMAIL: &str = "ana@fieldwork.example";
/// The owner's password.
pub const PASSWORD: &str = "perennial-demo";

/// How much there is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Tier {
    /// The sample agency alone: fifteen accounts.
    #[value(skip)]
    Sample,
    /// 50 accounts, 10,000 time entries.
    S,
    /// 500 accounts, 1,000,000 time entries.
    M,
    /// 5,000 accounts, 10,000,000 time entries.
    L,
}

/// Fills an organisation with the sample agency's clients and a year of its work.
///
/// # Errors
/// Those of the services it uses.
pub async fn fill(db: &Db, scope: Scope, now: DateTime<Utc>, seed: u64) -> Result<()> {
    agency::fill(db, scope, now, seed).await
}

/// Fills an organisation with the sample agency and as many more as a tier wants.
///
/// # Errors
/// Those of the services it uses.
pub async fn fill_tier(
    db: &Db,
    scope: Scope,
    now: DateTime<Utc>,
    (tier, seed): (Tier, u64),
) -> Result<()> {
    fill(db, scope, now, seed).await?;
    match tier {
        Tier::Sample => Ok(()),
        Tier::S => bulk::fill(db, scope, now, (seed, 50, 10_000)).await,
        Tier::M => bulk::fill(db, scope, now, (seed, 500, 1_000_000)).await,
        Tier::L => bulk::fill(db, scope, now, (seed, 5_000, 10_000_000)).await,
    }
}
