//! What an organisation knows of its own work: decisions, routines, frictions, and what is used.
//!
//! Source: requirements S0-7, S0-39..43, S3-1..14, S3-27..31, S3-37, S3-38.
mod decisions;
mod outcome;
mod routines;
mod usage;
mod words;

pub use decisions::{Made, Quality, is_new, likeness, quality};
pub use outcome::vague;
pub use routines::{
    Guide, LengthWarning, STALE_DAYS, Stale, Trial, length, minutes_a_month, next_on, retired,
    stale, trial_ends,
};
pub use usage::{Use, Verdict, recurring, verdict};
pub use words::words;
