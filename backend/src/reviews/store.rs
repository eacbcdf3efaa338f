//! Reviews in the database, with what was read, rated and found in them.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use shared::api::{
    AccountId, AccountKind, Cause, ErrorCode, Evidence, FrameAnswer, GuideCheck, Observed,
    OperatingProblem, RetainerId, RetainerState, Review, ReviewId, ReviewState, SignalGuide,
    SignalKind, SignalReading,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A review as it is kept.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReviewRow {
    pub id: ReviewId,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub account_id: AccountId,
    pub account_name: String,
    pub account_kind: AccountKind,
    pub number: i64,
    pub state: ReviewState,
    pub due_on: Option<NaiveDate>,
    pub held_on: NaiveDate,
    pub started_at: DateTime<Utc>,
    pub started_by: String,
    pub finished_at: Option<DateTime<Utc>>,
    pub next_on: Option<NaiveDate>,
    pub frame: Option<Json<FrameAnswer>>,
    pub reviewed: Option<Json<Framed>>,
    pub published_at: Option<DateTime<Utc>>,
}

/// What of a retainer's frame a review looks at.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Framed {
    pub problem: Option<OperatingProblem>,
    pub limits: Option<String>,
}
impl Framed {
    /// As it is now.
    pub fn of(frame: &crate::scope::FrameRow) -> Self {
        Self { problem: frame.problem, limits: frame.limits.clone() }
    }
}
impl From<ReviewRow> for Review {
    fn from(row: ReviewRow) -> Self {
        Self {
            id: row.id,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            account_id: row.account_id,
            account_name: row.account_name,
            number: row.number,
            state: row.state,
            due_on: row.due_on,
            held_on: row.held_on,
            started_at: row.started_at,
            started_by: row.started_by,
            finished_at: row.finished_at,
            next_on: row.next_on,
            frame: row.frame.map(|frame| frame.0),
            published_at: row.published_at,
        }
    }
}

const SELECT: &str = "
    SELECT v.id, v.retainer_id, r.name AS retainer_name, r.account_id, a.name AS account_name,
        a.kind AS account_kind, v.number, v.state, v.due_on, v.held_on, v.started_at, m.name AS started_by,
        v.finished_at, v.next_on, v.frame, v.reviewed, v.published_at
    FROM reviews v
    JOIN retainers r ON r.organisation_id = v.organisation_id AND r.id = v.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = v.organisation_id AND m.id = v.started_by
    WHERE v.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    pub retainer: Option<RetainerId>,
    pub state: Option<ReviewState>,
    pub before: Option<ReviewId>,
    pub limit: i64,
}

/// Reviews, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<ReviewRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND v.retainer_id = ?", filter.retainer)
        .push_opt(" AND v.state = ?", filter.state.map(Arg::name))
        .push_opt(" AND v.id < ?", filter.before);
    Ok(tx.all(query.push(" ORDER BY v.id DESC LIMIT ?", filter.limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<ReviewRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND v.id = ?", id);
    Ok(tx.one(query).await?)
}
/// A review that is being held.
///
/// # Errors
/// `not_found`; `review_done`.
pub async fn running(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<ReviewRow> {
    let row = find(tx, scope, id).await?;
    match row.state {
        ReviewState::Running => Ok(row),
        ReviewState::Done => Err(ErrorCode::ReviewDone.into()),
    }
}

stmt!(RETAINER = "SELECT state FROM retainers WHERE organisation_id = $1 AND id = $2");
stmt!(
    LAST = "
    SELECT number, state, held_on FROM reviews
    WHERE organisation_id = $1 AND retainer_id = $2 ORDER BY number DESC LIMIT 1"
);
stmt!(
    INSERT = "
    INSERT INTO reviews (id, organisation_id, retainer_id, number, state, due_on, held_on,
        started_by, started_at)
    VALUES ($2, $1, $3, $4, 'running', $5, $6, $7, $8)"
);
stmt!(
    FINISH = "
    UPDATE reviews SET state = 'done', finished_by = $3, finished_at = $4, next_on = $5,
        frame = $6, observed = $7, reviewed = $8
    WHERE organisation_id = $1 AND id = $2 AND state = 'running'"
);
stmt!(OBSERVED = "SELECT observed FROM reviews WHERE organisation_id = $1 AND id = $2");
stmt!(
    BEFORE = "
    SELECT MAX(held_on) FROM reviews
    WHERE organisation_id = $1 AND retainer_id = $2 AND number < $3"
);

/// How far a retainer is; none if there is none.
pub async fn retainer_state(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
) -> Result<Option<RetainerState>> {
    let found: Option<(RetainerState,)> =
        tx.opt(RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(state,)| state))
}
/// The last review of a retainer: its number, how far it is, and its day.
pub async fn last(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
) -> Result<Option<(i64, ReviewState, NaiveDate)>> {
    Ok(tx.opt(LAST.with(args![scope.organisation(), retainer])).await?)
}
/// The day of the review before one.
pub async fn day_before(tx: &mut Tx, scope: Scope, row: &ReviewRow) -> Result<Option<NaiveDate>> {
    let args = args![scope.organisation(), row.retainer_id, row.number];
    let (day,): (Option<NaiveDate>,) = tx.one(BEFORE.with(args)).await?;
    Ok(day)
}
/// A review to begin.
#[derive(Debug)]
pub struct Begun {
    pub id: ReviewId,
    pub retainer: RetainerId,
    pub number: i64,
    pub due_on: Option<NaiveDate>,
    pub held_on: NaiveDate,
}
pub async fn insert(tx: &mut Tx, scope: Scope, new: &Begun, now: DateTime<Utc>) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        new.id.into(),
        new.retainer.into(),
        new.number.into(),
        new.due_on.into(),
        new.held_on.into(),
        scope.member().into(),
        now.into(),
    ];
    once(tx.execute(INSERT.with(args)).await)
}

/// Another wrote the same number meanwhile: look again.
pub(super) fn once(written: Result<u64, DbError>) -> Result<()> {
    match written {
        Err(DbError::Unique(_)) => Err(DbError::Conflict.into()),
        written => Ok(written.map(drop)?),
    }
}

/// How a review ends.
#[derive(Debug)]
pub struct Ended<'a> {
    pub frame: Option<&'a FrameAnswer>,
    pub next_on: NaiveDate,
    pub observed: &'a Observed,
    pub reviewed: &'a Framed,
}
/// Ends a review, and keeps what its signals read.
pub async fn finish(
    tx: &mut Tx,
    scope: Scope,
    (row, read_on): (&ReviewRow, NaiveDate),
    end: Ended<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        row.id.into(),
        scope.member().into(),
        now.into(),
        end.next_on.into(),
        Arg::Json(end.frame.and_then(|frame| serde_json::to_value(frame).ok())),
        Arg::json(end.observed),
        Arg::json(end.reviewed),
    ];
    if tx.execute(FINISH.with(args)).await? != 1 {
        return Err(ErrorCode::ReviewDone.into());
    }
    for reading in end.observed.signals.iter().filter(|one| one.due) {
        insert_reading(tx, scope, (row, read_on), reading).await?;
    }
    Ok(())
}

stmt!(
    INSERT_READING = "
    INSERT INTO review_readings (organisation_id, review_id, signal, retainer_id, read_on, percent,
        weak)
    VALUES ($1, $2, $3, $4, $5, $6, $7)"
);
async fn insert_reading(
    tx: &mut Tx,
    scope: Scope,
    (row, read_on): (&ReviewRow, NaiveDate),
    reading: &SignalReading,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        row.id.into(),
        Arg::name(reading.kind),
        row.retainer_id.into(),
        read_on.into(),
        reading.percent.into(),
        reading.weak.into(),
    ];
    tx.execute(INSERT_READING.with(args)).await?;
    Ok(())
}

/// What a review saw when it ended.
pub async fn observed(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<Option<Observed>> {
    let (found,): (Option<Json<Observed>>,) =
        tx.one(OBSERVED.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|observed| observed.0))
}

/// What a signal read once.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct ReadRow {
    pub signal: SignalKind,
    pub read_on: NaiveDate,
    pub percent: Option<i64>,
    pub weak: bool,
}
stmt!(
    READ = "
    SELECT signal, read_on, percent, weak FROM review_readings
    WHERE organisation_id = $1 AND retainer_id = $2
    ORDER BY read_on DESC, review_id DESC LIMIT $3"
);
/// What the signals of a retainer read in reviews that ended, the last first.
pub async fn read_before(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    limit: i64,
) -> Result<Vec<ReadRow>> {
    Ok(tx.all(READ.with(args![scope.organisation(), retainer, limit])).await?)
}

/// How somebody rated a signal.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RatingRow {
    pub signal: SignalKind,
    pub score: i64,
    pub evidence: Json<Vec<Evidence>>,
    pub rated_by: String,
}
stmt!(
    RATINGS = "
    SELECT t.signal, t.score, t.evidence, m.name AS rated_by FROM review_ratings t
    JOIN members m ON m.organisation_id = t.organisation_id AND m.id = t.rated_by
    WHERE t.organisation_id = $1 AND t.review_id = $2"
);
stmt!(
    RATE = "
    INSERT INTO review_ratings (organisation_id, review_id, signal, score, evidence, rated_by,
        rated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT (organisation_id, review_id, signal) DO UPDATE SET score = $4, evidence = $5,
        rated_by = $6, rated_at = $7"
);
pub async fn ratings(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<Vec<RatingRow>> {
    Ok(tx.all(RATINGS.with(args![scope.organisation(), id])).await?)
}
/// Rates a signal; what was said before in the same review goes.
pub async fn rate(
    tx: &mut Tx,
    scope: Scope,
    (id, signal): (ReviewId, SignalKind),
    (score, evidence): (i64, &[Evidence]),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        id.into(),
        Arg::name(signal),
        score.into(),
        Arg::json(&evidence),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(RATE.with(args)).await?;
    Ok(())
}

/// Why something was weak.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DiagnosisRow {
    pub number: i64,
    pub signal: Option<SignalKind>,
    pub guide: Option<SignalGuide>,
    pub cause: Cause,
    pub finding: String,
    pub checked: Json<Vec<GuideCheck>>,
    pub names_nobody: bool,
}
stmt!(
    DIAGNOSES = "
    SELECT number, signal, guide, cause, finding, checked, names_nobody FROM review_diagnoses
    WHERE organisation_id = $1 AND review_id = $2 ORDER BY number"
);
stmt!(
    DIAGNOSE = "
    INSERT INTO review_diagnoses (organisation_id, review_id, number, signal, guide, cause,
        finding, checked, written_by, written_at, names_nobody)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
);
pub async fn diagnoses(tx: &mut Tx, scope: Scope, id: ReviewId) -> Result<Vec<DiagnosisRow>> {
    Ok(tx.all(DIAGNOSES.with(args![scope.organisation(), id])).await?)
}
pub async fn diagnose(
    tx: &mut Tx,
    scope: Scope,
    (id, row): (ReviewId, &DiagnosisRow),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        id.into(),
        row.number.into(),
        name(row.signal),
        name(row.guide),
        Arg::name(row.cause),
        row.finding.as_str().into(),
        Arg::json(&row.checked.0),
        scope.member().into(),
        now.into(),
        row.names_nobody.into(),
    ];
    once(tx.execute(DIAGNOSE.with(args)).await)
}

/// The name of a variant, or none.
pub(super) fn name(of: Option<impl serde::Serialize>) -> Arg {
    of.map_or(Arg::Text(None), Arg::name)
}

stmt!(
    PEOPLE = "
    SELECT m.name FROM members m WHERE m.organisation_id = $1
    UNION SELECT c.name FROM contacts c WHERE c.organisation_id = $1 AND c.account_id = $2"
);
/// Names of everybody here and at an account, to be seen in the words of a diagnosis.
pub async fn people(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<Vec<String>> {
    let names: Vec<(String,)> = tx.all(PEOPLE.with(args![scope.organisation(), account])).await?;
    Ok(names.into_iter().map(|(name,)| name).collect())
}
