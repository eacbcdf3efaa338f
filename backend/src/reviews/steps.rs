//! Ratings and diagnoses. Source: requirements S0-12, S0-37, S3-23, S3-24.
use chrono::{DateTime, Utc};
use shared::api::{NewDiagnosis, NewSignalRating, ReviewId, ReviewRoom};
use sqlx::types::Json;

use super::room;
use super::store::{self, DiagnosisRow};
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::signals;

/// Rates a signal, with evidence.
///
/// # Errors
/// `not_found`; `review_done`; at `/signal` for one that is off; at the evidence that names
/// somebody.
pub async fn rate(
    tx: &mut Tx,
    scope: Scope,
    id: ReviewId,
    new: &NewSignalRating,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let review = store::running(tx, scope, id).await?;
    if !new.names_nobody {
        for (place, one) in new.evidence.iter().enumerate() {
            let field = format!("/evidence/{place}/text");
            room::name_nobody(tx, scope, &review, (&one.text, &field)).await?;
        }
    }
    let (all, _) = signals::agreed(tx, scope).await?;
    if !all.iter().any(|one| one.terms.on && one.terms.kind == new.signal) {
        return Err(Error::field("/signal", "not_found"));
    }
    let rating = (new.score, new.evidence.as_slice());
    store::rate(tx, scope, (id, new.signal), rating, now).await?;
    room::find(tx, scope, id, now).await
}

/// Says why something is weak: a cause. A name in the words is refused unless somebody says that it
/// means nobody, since a name may be a word of the language.
///
/// # Errors
/// `not_found`; `review_done`; at `/finding` where it names somebody.
pub async fn diagnose(
    tx: &mut Tx,
    scope: Scope,
    id: ReviewId,
    new: &NewDiagnosis,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let review = store::running(tx, scope, id).await?;
    if !new.names_nobody {
        room::name_nobody(tx, scope, &review, (&new.finding, "/finding")).await?;
    }
    let known = store::diagnoses(tx, scope, id).await?;
    let row = DiagnosisRow {
        number: known.last().map_or(1, |last| last.number + 1),
        signal: new.signal,
        guide: new.guide,
        cause: new.cause,
        finding: new.finding.trim().to_owned(),
        checked: Json(new.checked.clone()),
        names_nobody: new.names_nobody,
    };
    store::diagnose(tx, scope, (id, &row), now).await?;
    room::find(tx, scope, id, now).await
}
