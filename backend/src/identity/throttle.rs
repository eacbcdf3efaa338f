//! Sign-in throttling, kept in the database so that all replicas count together.
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{args, stmt};

/// In which time failures count.
const WINDOW_MINUTES: i64 = 15;
/// Failures allowed for one mail address from one network address.
const PAIR_MAX: i64 = 5;
/// Failures allowed for one mail address from anywhere: higher, or anyone could lock its owner out.
const ADDRESS_MAX: i64 = 50;
/// Failures allowed from one network address.
const NETWORK_MAX: i64 = 50;

stmt!(
    COUNT = "
    SELECT CAST(COUNT(*) AS BIGINT) AS failures, MIN(at) AS first FROM sign_in_failures
    WHERE key = $1 AND at > $2"
);
stmt!(NOTE = "INSERT INTO sign_in_failures (key, at, id) VALUES ($1, $2, $3)");
stmt!(CLEAR = "DELETE FROM sign_in_failures WHERE key = $1");
stmt!(FORGET = "DELETE FROM sign_in_failures WHERE at < $1");

/// Who tries: a mail address, from somewhere.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// Folded.
    pub email: String,
    /// The peer's address.
    pub network: String,
}

impl Attempt {
    fn keys(&self) -> [(String, i64); 3] {
        [
            (format!("pair:{} {}", self.email, self.network), PAIR_MAX),
            (format!("email:{}", self.email), ADDRESS_MAX),
            (format!("network:{}", self.network), NETWORK_MAX),
        ]
    }
}

/// Refuses another try while too many have failed.
pub async fn check(tx: &mut Tx, attempt: &Attempt, now: DateTime<Utc>) -> Result<()> {
    check_keys(tx, &attempt.keys(), now).await
}

/// Likewise of tries that are counted by other keys, each with how many are allowed.
pub(crate) async fn check_keys(
    tx: &mut Tx,
    keys: &[(String, i64)],
    now: DateTime<Utc>,
) -> Result<()> {
    for (key, max) in keys {
        let since = now - Duration::minutes(WINDOW_MINUTES);
        let (failures, first): (i64, Option<DateTime<Utc>>) =
            tx.one(COUNT.with(args![key.as_str(), since])).await?;
        if failures >= *max {
            let again = first.unwrap_or(now) + Duration::minutes(WINDOW_MINUTES);
            return Err(Error::Throttled((again - now).num_seconds().max(1)));
        }
    }
    Ok(())
}

/// Counts a failure.
pub async fn note(tx: &mut Tx, attempt: &Attempt, now: DateTime<Utc>) -> Result<()> {
    note_keys(tx, &attempt.keys(), now).await
}

/// Counts a try by other keys.
pub(crate) async fn note_keys(
    tx: &mut Tx,
    keys: &[(String, i64)],
    now: DateTime<Utc>,
) -> Result<()> {
    for (key, _) in keys {
        tx.execute(NOTE.with(args![key.as_str(), now, Uuid::now_v7()])).await?;
    }
    Ok(())
}

/// A success clears the pair, not what others tried.
pub async fn clear(tx: &mut Tx, attempt: &Attempt) -> Result<()> {
    let [(pair, _), ..] = attempt.keys();
    tx.execute(CLEAR.with(args![pair])).await?;
    Ok(())
}

/// Forgets what no longer counts.
pub(crate) async fn forget_old(tx: &mut Tx, now: DateTime<Utc>) -> Result<()> {
    tx.execute(FORGET.with(args![now - Duration::minutes(WINDOW_MINUTES)])).await?;
    Ok(())
}
