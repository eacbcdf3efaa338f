//! What is decided in a review, and whether it had its effect. Source: requirements S3-23, S3-25.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    DecisionId, EffectSeen, Evidence, MemberId, NewChoice, NewDecision, NewFollowUp, NewRetirement,
    NewReviewOutcome, OutcomeChoice, OutcomeMade, ReviewId, ReviewOutcomeId, ReviewRoom,
    ScopeChangeId, SignalKind, SopId,
};
use shared::rules::reviews::guides;
use uuid::Uuid;

use super::readings::Reader;
use super::room;
use super::store::{self, DiagnosisRow, ReviewRow, name};
use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::{Error, Result};
use crate::{args, decisions, identity, scope as scopes, signals, sops, stmt};

/// Outcomes that are shown at once.
const SHOWN_MAX: i64 = 200;

#[derive(Debug, sqlx::FromRow)]
struct OutcomeRow {
    id: ReviewOutcomeId,
    review_id: ReviewId,
    decided_on: NaiveDate,
    choice: OutcomeChoice,
    what: String,
    signal: Option<SignalKind>,
    diagnosis: Option<i64>,
    owner_id: MemberId,
    owner_name: String,
    due_on: NaiveDate,
    effect: String,
    decision_id: DecisionId,
    sop_id: Option<SopId>,
    scope_change_id: Option<ScopeChangeId>,
    seen: Option<EffectSeen>,
    seen_evidence: Option<String>,
}
impl From<OutcomeRow> for OutcomeMade {
    fn from(row: OutcomeRow) -> Self {
        Self {
            id: row.id,
            review_id: row.review_id,
            decided_on: row.decided_on,
            choice: row.choice,
            what: row.what,
            signal: row.signal,
            diagnosis: row.diagnosis,
            owner_id: row.owner_id,
            owner_name: row.owner_name,
            due_on: row.due_on,
            effect: row.effect,
            decision_id: row.decision_id,
            sop_id: row.sop_id,
            scope_change_id: row.scope_change_id,
            seen: row.seen,
            seen_by: row.seen_evidence,
        }
    }
}

const SELECT: &str = "
    SELECT o.id, o.review_id, o.decided_on, o.choice, o.what, o.signal, o.diagnosis, o.owner_id,
        m.name AS owner_name, o.due_on, o.effect, o.decision_id, o.sop_id, o.scope_change_id,
        o.seen, o.seen_evidence
    FROM review_outcomes o
    JOIN members m ON m.organisation_id = o.organisation_id AND m.id = o.owner_id
    WHERE o.organisation_id =";

/// What was decided in a review.
///
/// # Errors
/// Those of the database.
pub async fn of_review(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<Vec<OutcomeMade>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND o.review_id = ?", id)
        .push(" ORDER BY o.id LIMIT ?", SHOWN_MAX);
    Ok(tx.all::<OutcomeRow>(query).await?.into_iter().map(Into::into).collect())
}

/// What earlier reviews decided and nobody has looked at, and what this one looked at. A review that
/// ended tells what nobody has answered since, too.
///
/// # Errors
/// Those of the database.
pub async fn to_follow(tx: &mut Tx, scope: Scope, row: &ReviewRow) -> Result<Vec<OutcomeMade>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND o.retainer_id = ?", row.retainer_id)
        .push(" AND o.review_id < ?", row.id)
        .push(" AND (o.seen IS NULL OR o.seen_review_id = ?)", row.id);
    let query = query.push(" ORDER BY o.id LIMIT ?", SHOWN_MAX);
    Ok(tx.all::<OutcomeRow>(query).await?.into_iter().map(Into::into).collect())
}

stmt!(
    INSERT = "
    INSERT INTO review_outcomes (id, organisation_id, review_id, retainer_id, choice, what, signal,
        diagnosis, owner_id, due_on, effect, decision_id, sop_id, scope_change_id, weak_since,
        decided_on, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"
);

/// Decides something in a review: it becomes a decision, and may retire a routine or propose a
/// change of scope.
///
/// # Errors
/// `not_found`; `review_done`; at the field: a weak signal without a diagnosis, a diagnosis that is
/// not there or of another signal, words that name somebody, an owner who is not here, a routine or
/// a change of scope that its own slice refuses.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    id: ReviewId,
    new: &NewReviewOutcome,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let row = store::running(tx, scope, id).await?;
    let today = identity::today(tx, scope, now).await?;
    if !identity::is_active(tx, scope, new.owner_id).await? {
        return Err(Error::field("/owner_id", "not_found"));
    }
    if new.due_on < today {
        return Err(Error::field("/due_on", "out_of_range"));
    }
    names_nobody(tx, scope, &row, new).await?;
    let diagnoses = store::diagnoses(tx, scope, id).await?;
    let because = match new.diagnosis {
        Some(number) => {
            let found = diagnoses.iter().find(|one| one.number == number);
            Some(found.ok_or_else(|| Error::field("/diagnosis", "not_found"))?)
        }
        None => None,
    };
    let signal = new.signal.or_else(|| because.and_then(|one| one.signal));
    let weak_since = match signal {
        Some(kind) => weak_since(tx, scope, (&row, kind), because, now).await?,
        None => {
            if because.and_then(DiagnosisRow::about).is_none() {
                all_diagnosed(tx, scope, (&row, &diagnoses), now).await?;
            }
            None
        }
    };
    let sop = retire(tx, scope, new, now).await?;
    let change = match &new.scope_change {
        Some(change) => {
            let proposed = scopes::propose(tx, scope, (row.retainer_id, change), now).await;
            Some(proposed.map_err(|error| under("/scope_change", error))?.id)
        }
        None => None,
    };
    let decided = decision(&row, (new, cause(tx, scope, &row, because).await?));
    let decision = decisions::create(tx, scope, &decided, now).await?;
    let outcome = ReviewOutcomeId(Uuid::now_v7());
    let args = vec![
        scope.organisation().into(),
        outcome.into(),
        id.into(),
        row.retainer_id.into(),
        Arg::name(new.choice),
        new.what.trim().into(),
        name(signal),
        new.diagnosis.into(),
        new.owner_id.into(),
        new.due_on.into(),
        new.effect.trim().into(),
        decision.id.into(),
        sop.into(),
        change.into(),
        weak_since.into(),
        today.into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    room::find(tx, scope, id, now).await
}

/// Refuses an outcome whose words name somebody. Who delegates says to whom.
/// Source: requirement S3-24.
async fn names_nobody(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    new: &NewReviewOutcome,
) -> Result<()> {
    let delegates = new.choice == OutcomeChoice::Delegate;
    let words = [
        ("/what", Some(&new.what).filter(|_| !delegates)),
        ("/effect", Some(&new.effect).filter(|_| !delegates)),
        ("/reason", new.reason.as_ref()),
    ];
    let named = words.into_iter().filter(|_| !new.names_nobody);
    for (field, words) in named.filter_map(|(field, words)| Some((field, words?))) {
        room::name_nobody(tx, scope, row, (words, field)).await?;
    }
    Ok(())
}

impl DiagnosisRow {
    /// The signal it is of, by itself or by its guide.
    fn about(&self) -> Option<SignalKind> {
        self.signal.or_else(|| self.guide.map(guides::signal))
    }
}

/// Since when the signal of an outcome is weak. A weak one needs a diagnosis of its own first, and
/// none is decided by the diagnosis of another.
/// Source: requirement S3-23.
async fn weak_since(
    tx: &mut Tx,
    scope: Scope,
    (row, kind): (&ReviewRow, SignalKind),
    because: Option<&DiagnosisRow>,
    now: DateTime<Utc>,
) -> Result<Option<NaiveDate>> {
    let (all, _) = signals::agreed(tx, scope).await?;
    let agreed = all.iter().find(|one| one.terms.on && one.terms.kind == kind);
    let agreed = agreed.ok_or_else(|| Error::field("/signal", "not_found"))?;
    let reader = Reader::of(tx, scope, row, now).await?;
    let own = because.is_some_and(|one| one.about() == Some(kind));
    let weak = reader.read(tx, scope, agreed, now).await?.weak;
    match (weak, because) {
        (true, _) if !own => Err(Error::field("/diagnosis", "undiagnosed")),
        (false, Some(_)) if !own => Err(Error::field("/diagnosis", "other_signal")),
        _ => Ok(weak.then(|| reader.weak_since(kind))),
    }
}

/// Refuses an action that is about no signal, for a reason of its own or by such a diagnosis, while
/// a weak signal has no diagnosis: which signal it is about is said, or each weak one is diagnosed
/// first. Source: requirement S3-23.
async fn all_diagnosed(
    tx: &mut Tx,
    scope: Scope,
    (row, diagnoses): (&ReviewRow, &[DiagnosisRow]),
    now: DateTime<Utc>,
) -> Result<()> {
    let (all, _) = signals::agreed(tx, scope).await?;
    let reader = Reader::of(tx, scope, row, now).await?;
    for agreed in all.iter().filter(|one| one.terms.on) {
        let diagnosed = diagnoses.iter().any(|one| one.about() == Some(agreed.terms.kind));
        if !diagnosed && reader.read(tx, scope, agreed, now).await?.weak {
            return Err(Error::field("/diagnosis", "undiagnosed"));
        }
    }
    Ok(())
}

async fn retire(
    tx: &mut Tx,
    scope: Scope,
    new: &NewReviewOutcome,
    now: DateTime<Utc>,
) -> Result<Option<SopId>> {
    let Some(retired) = &new.retires else { return Ok(None) };
    let how = NewRetirement { reason: new.what.trim().to_owned(), on: retired.on };
    match sops::retire(tx, scope, retired.id, &how, now).await {
        Err(Error::Db(DbError::NotFound)) => Err(Error::field("/retires/id", "not_found")),
        Err(error) => Err(under("/retires", error)),
        Ok(sop) => Ok(Some(sop.id)),
    }
}

/// The faults of a part of the body, at their fields.
fn under(at: &str, error: Error) -> Error {
    match error {
        Error::Invalid(mut faults) => {
            for fault in &mut faults {
                fault.field.insert_str(0, at);
            }
            Error::Invalid(faults)
        }
        other => other,
    }
}

/// What a decision may say of its diagnosis: nothing that names somebody. Source: requirement S3-24.
async fn cause<'a>(
    tx: &mut Tx,
    scope: Scope,
    row: &ReviewRow,
    because: Option<&'a DiagnosisRow>,
) -> Result<Option<&'a str>> {
    let Some(one) = because else { return Ok(None) };
    let blames = !one.names_nobody && room::names(tx, scope, row, &one.finding).await?;
    Ok((!blames).then_some(one.finding.as_str()))
}

/// The decision that an outcome becomes: made, with what was found as its evidence.
fn decision(row: &ReviewRow, (new, finding): (&NewReviewOutcome, Option<&str>)) -> NewDecision {
    let given = new.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let reason = given.or(finding).unwrap_or(&new.what);
    let evidence = finding.unwrap_or(reason);
    NewDecision {
        question: new.what.clone(),
        owner_id: None,
        due_on: None,
        account_id: None,
        retainer_id: Some(row.retainer_id),
        tags: vec![new.choice.name().to_owned()],
        made: Some(NewChoice {
            choice: new.what.clone(),
            reason: reason.to_owned(),
            evidence: vec![Evidence { text: evidence.to_owned(), link: None }],
            changes: Some(new.effect.clone()),
            decided_on: None,
            decider: None,
            contact_id: None,
            revisit_on: None,
        }),
    }
}

stmt!(
    FOLLOW = "
    UPDATE review_outcomes SET seen = $4, seen_evidence = $5, seen_review_id = $3, seen_by = $6
    WHERE organisation_id = $1 AND id = $2 AND review_id <> $3
        AND (seen IS NULL OR seen_review_id = $3) AND retainer_id = $7"
);

/// Says whether the effect of an earlier outcome came. In the same review it may be corrected.
///
/// # Errors
/// `not_found`; `review_done`; at `/outcome_id` for one that is none of the retainer's earlier
/// ones, or that another review has looked at.
pub async fn follow_up(
    tx: &mut Tx,
    scope: Scope,
    id: ReviewId,
    new: &NewFollowUp,
    now: DateTime<Utc>,
) -> Result<ReviewRoom> {
    let row = store::running(tx, scope, id).await?;
    let args = args![
        scope.organisation(),
        new.outcome_id,
        id,
        new.seen.name(),
        new.evidence.trim(),
        scope.member(),
        row.retainer_id
    ];
    if tx.execute(FOLLOW.with(args)).await? != 1 {
        return Err(Error::field("/outcome_id", "not_found"));
    }
    room::find(tx, scope, id, now).await
}
