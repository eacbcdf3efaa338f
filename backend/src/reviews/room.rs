//! The review room: what is seen, found and decided, and what was decided before.
use chrono::{DateTime, Utc};
use shared::api::{Diagnosis, ErrorCode, Review, ReviewId, ReviewRoom};
use shared::rules::reviews::wording;

use super::store::{self, DiagnosisRow, Framed, ReviewRow};
use super::{month, observe, outcomes};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::{decisions, scope as scopes};

/// Decisions of a kind that are shown.
const DECISIONS: i64 = 20;
/// The most names that are told of a diagnosis.
const NAMED_MAX: usize = 20;

/// A review with all that it looks at.
///
/// # Errors
/// `not_found`.
pub async fn find(
    tx: &mut Tx,
    scope: Scope,
    id: ReviewId,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let row = store::find(tx, scope, id).await.map_err(|error| match error {
        Error::Db(crate::db::DbError::NotFound) => ErrorCode::NotFound.into(),
        other => other,
    })?;
    let observed = match store::observed(tx, scope, id).await? {
        Some(kept) => kept,
        None => observe::observe(tx, scope, &row, now).await?,
    };
    let framed = match row.reviewed.clone() {
        Some(kept) => kept.0,
        None => Framed::of(&scopes::frame(tx, scope, row.retainer_id).await?),
    };
    let people = store::people(tx, scope, row.account_id).await?;
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    let diagnoses = store::diagnoses(tx, scope, id).await?;
    let (open, earlier) = decisions::about(tx, scope, row.retainer_id, DECISIONS).await?;
    let outcomes = outcomes::of_review(tx, scope, id).await?;
    let made_here = |decision| outcomes.iter().any(|one| one.decision_id == decision);
    Ok(ReviewRoom {
        observed,
        month: month::steps(tx, scope, &row).await?,
        problem: framed.problem,
        limits: framed.limits,
        diagnoses: diagnoses.into_iter().map(|one| diagnosis(one, &people)).collect(),
        follow_ups: outcomes::to_follow(tx, scope, &row).await?,
        open_decisions: open,
        earlier_decisions: earlier.into_iter().filter(|one| !made_here(one.id)).collect(),
        review: Review::from(row),
        outcomes,
    })
}

/// Whether some words name anybody here or at the account of a review.
///
/// # Errors
/// Those of the database.
pub async fn names(tx: &mut Tx, scope: Scope, row: &ReviewRow, words: &str) -> Result<bool> {
    let people = store::people(tx, scope, row.account_id).await?;
    let people: Vec<&str> = people.iter().map(String::as_str).collect();
    Ok(!wording::named(words, &people).is_empty())
}

/// Refuses words that name somebody: a review is about causes. Source: requirement S3-24.
///
/// # Errors
/// `names_person` at the field.
pub async fn name_nobody(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    (words, field): (&str, &str),
) -> Result<()> {
    match names(tx, scope, row, words).await? {
        false => Ok(()),
        true => Err(Error::field(field, "names_person")),
    }
}

fn diagnosis(row: DiagnosisRow, people: &[&str]) -> Diagnosis {
    let people = if row.names_nobody { &[] } else { people };
    let named = wording::named(&row.finding, people).into_iter().take(NAMED_MAX);
    Diagnosis {
        named: named.map(str::to_owned).collect(),
        number: row.number,
        signal: row.signal,
        guide: row.guide,
        cause: row.cause,
        finding: row.finding,
        checked: row.checked.0,
    }
}
