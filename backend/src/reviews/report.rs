//! How reviews lead to decisions: how long it takes, and whether it helps. Source: S3-38.
use chrono::{DateTime, Months, NaiveDate, Utc};
use shared::api::{EffectSeen, OutcomeChoice, OutcomeCount, ReviewReport};

use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{args, decisions, identity, stmt, workflows};

#[derive(Debug, sqlx::FromRow)]
struct OutcomeRow {
    choice: OutcomeChoice,
    weak_since: Option<NaiveDate>,
    decided_on: NaiveDate,
    seen: Option<EffectSeen>,
}

stmt!(
    OUTCOMES = "
    SELECT choice, weak_since, decided_on, seen FROM review_outcomes
    WHERE organisation_id = $1 AND decided_on BETWEEN $2 AND $3"
);
stmt!(
    REVIEWS = "
    SELECT COUNT(*) FROM reviews
    WHERE organisation_id = $1 AND state = 'done' AND held_on BETWEEN $2 AND $3"
);

/// The report of some days; of the last three months where nobody says.
///
/// # Errors
/// Days in the wrong order.
pub async fn report(
    tx: &mut Tx,
    scope: Scope,
    (from, to): (Option<NaiveDate>, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<ReviewReport> {
    let today = identity::today(tx, scope, now).await?;
    let to = to.unwrap_or(today);
    let from = from.unwrap_or_else(|| to.checked_sub_months(Months::new(3)).unwrap_or(to));
    if from > to {
        return Err(Error::field("from", "out_of_range"));
    }
    let days = || args![scope.organisation(), from, to];
    let rows: Vec<OutcomeRow> = tx.all(OUTCOMES.with(days())).await?;
    let (reviews,): (i64,) = tx.one(REVIEWS.with(days())).await?;
    let times = |choice: &OutcomeChoice| OutcomeCount {
        choice: *choice,
        times: count(rows.iter().filter(|row| row.choice == *choice).count()),
    };
    let since = |row: &OutcomeRow| Some((row.decided_on - row.weak_since?).num_days());
    let mut waited: Vec<i64> = rows.iter().filter_map(since).collect();
    waited.sort_unstable();
    let seen = rows.iter().filter_map(|row| row.seen);
    Ok(ReviewReport {
        from,
        to,
        reviews,
        outcomes: OutcomeChoice::ALL.iter().map(times).collect(),
        about_signals: count(waited.len()),
        days_to_decision: waited.get(waited.len().saturating_sub(1) / 2).copied(),
        days_to_decision_most: waited.last().copied(),
        effects_seen: count(seen.clone().filter(|seen| *seen == EffectSeen::Yes).count()),
        effects_asked: count(seen.count()),
        meeting_minutes: workflows::meeting_minutes(tx, scope).await?,
        decisions: decisions::report(tx, scope, (Some(from), Some(to)), now).await?,
    })
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
