//! Renewals in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, AccountKind, EndRule, MemberId, RenewalChange, RenewalId, RenewalReason,
    RenewalStage, RenewalStepDone, RenewalUpdate, RetainerId, TaskId, Terms,
};
use shared::rules::renewal::Term;
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// A renewal with its retainer and account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RenewalRow {
    pub id: RenewalId,
    pub account_id: AccountId,
    pub account_name: String,
    pub account_kind: AccountKind,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub stage: RenewalStage,
    pub stage_at: DateTime<Utc>,
    pub end_rule: EndRule,
    pub due_on: NaiveDate,
    pub decide_by: NaiveDate,
    pub opened_at: DateTime<Utc>,
    pub owner_id: Option<MemberId>,
    pub owner_name: Option<String>,
    pub plan: Option<String>,
    pub probability: Option<i64>,
    pub steps: Option<Json<Vec<RenewalStepDone>>>,
    pub has_brief: bool,
    pub reminded_days: Option<i64>,
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<MemberId>,
    pub decided_by_name: Option<String>,
    pub reason: Option<RenewalReason>,
    pub note: Option<String>,
    pub change: Option<RenewalChange>,
    pub was_minor: Option<i64>,
    pub mrr_minor: Option<i64>,
    pub currency: Option<String>,
    pub ends_on: Option<NaiveDate>,
    pub terms: Option<Json<Terms>>,
    pub terms_from: Option<NaiveDate>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT w.id, r.account_id, a.name AS account_name, a.kind AS account_kind, w.retainer_id,
        r.name AS retainer_name, w.stage, w.stage_at, w.end_rule, w.due_on, w.decide_by,
        w.opened_at, w.owner_id, m.name AS owner_name, w.plan, w.probability, w.steps,
        w.brief IS NOT NULL AS has_brief, w.reminded_days,
        w.decided_at, w.decided_by, d.name AS decided_by_name, w.reason, w.note, w.change,
        w.was_minor, w.mrr_minor, w.currency, w.ends_on, w.terms, w.terms_from, w.version
    FROM renewals w
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN members m ON m.organisation_id = w.organisation_id AND m.id = w.owner_id
    LEFT JOIN members d ON d.organisation_id = w.organisation_id AND d.id = w.decided_by
    WHERE w.organisation_id =";

/// A filter of the list.
#[derive(Debug, Clone, Copy, Default)]
pub struct Filter {
    /// Whether it has an outcome.
    pub decided: Option<bool>,
    pub stage: Option<RenewalStage>,
    pub account: Option<AccountId>,
    pub retainer: Option<RetainerId>,
    pub owner: Option<MemberId>,
    /// Decided at this instant or later.
    pub since: Option<DateTime<Utc>>,
    pub after: Option<(NaiveDate, RenewalId)>,
    pub limit: i64,
}

impl Filter {
    /// Whether it is of everybody and of every stage.
    pub fn is_of_all(&self) -> bool {
        self.stage.is_none()
            && self.account.is_none()
            && self.retainer.is_none()
            && self.owner.is_none()
            && self.since.is_none()
    }
}

/// Renewals in the order of the days that decide.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<RenewalRow>> {
    let mut query = Query::new(SELECT).push(" ?", scope.organisation());
    if let Some(decided) = filter.decided {
        let is =
            if decided { " AND w.decided_at IS NOT NULL" } else { " AND w.decided_at IS NULL" };
        query = query.text(is);
    }
    query = query
        .push_opt(" AND w.stage = ?", filter.stage.map(Arg::name))
        .push_opt(" AND r.account_id = ?", filter.account)
        .push_opt(" AND w.retainer_id = ?", filter.retainer)
        .push_opt(" AND w.owner_id = ?", filter.owner)
        .push_opt(" AND w.decided_at >= ?", filter.since);
    if let Some((day, id)) = filter.after {
        query = query.push(" AND (w.decide_by, w.id) > (?", day).push(", ?)", id);
    }
    Ok(tx.all(query.push(" ORDER BY w.decide_by, w.id LIMIT ?", filter.limit)).await?)
}
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<RenewalRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND w.id = ?", id);
    Ok(tx.one(query).await?)
}
/// The one of a retainer that has no outcome.
pub async fn open_of(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<RenewalRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND w.retainer_id = ? AND w.decided_at IS NULL", id);
    Ok(tx.opt(query).await?)
}
/// Those of a retainer whose agreed terms wait for their day, in their order.
pub async fn waiting_of(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Vec<RenewalRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND w.retainer_id = ?", id)
        .text(" AND w.terms IS NOT NULL AND w.terms_from IS NULL ORDER BY w.id LIMIT 100");
    Ok(tx.all(query).await?)
}
/// The last one of a retainer.
pub async fn last_of(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<RenewalRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND w.retainer_id = ?", id)
        .text(" ORDER BY w.id DESC LIMIT 1");
    Ok(tx.opt(query).await?)
}

stmt!(
    OPEN = "
    INSERT INTO renewals (id, organisation_id, retainer_id, stage, stage_at, end_rule, due_on,
        decide_by, opened_at, owner_id, reminded_days)
    VALUES ($1, $2, $3, 'upcoming', $8, $4, $5, $6, $8, $7, $9)
    ON CONFLICT (organisation_id, retainer_id) WHERE decided_at IS NULL DO NOTHING"
);
/// Begins one. False if one is begun already.
pub async fn open(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer, term): (RenewalId, RetainerId, Term),
    (owner, reminded): (Option<MemberId>, Option<u32>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = vec![
        Arg::from(id),
        scope.organisation().into(),
        retainer.into(),
        Arg::name(term.rule),
        term.due_on.into(),
        term.decide_by.into(),
        owner.into(),
        now.into(),
        reminded.map(i64::from).into(),
    ];
    Ok(tx.execute(OPEN.with(args)).await? == 1)
}

stmt!(
    FOLLOW = "
    UPDATE renewals SET end_rule = $3, due_on = $4, decide_by = $5, reminded_days = $6,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2"
);
/// The term it is of ends otherwise.
pub async fn follow(
    tx: &mut Tx,
    scope: Scope,
    (id, term): (RenewalId, Term),
    reminded: Option<i64>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        id.into(),
        Arg::name(term.rule),
        term.due_on.into(),
        term.decide_by.into(),
        reminded.into(),
    ];
    tx.execute(FOLLOW.with(args)).await?;
    Ok(())
}

stmt!(
    REMINDED = "
    UPDATE renewals SET reminded_days = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2"
);
pub async fn reminded(tx: &mut Tx, scope: Scope, id: RenewalId, days: u32) -> Result<()> {
    tx.execute(REMINDED.with(args![scope.organisation(), id, i64::from(days)])).await?;
    Ok(())
}

stmt!(
    MOVE = "
    UPDATE renewals SET stage = $3, stage_at = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND decided_at IS NULL"
);
/// Puts it in another stage without an outcome.
pub async fn set_stage(
    tx: &mut Tx,
    scope: Scope,
    (id, stage): (RenewalId, RenewalStage),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![Arg::from(scope.organisation()), id.into(), Arg::name(stage), now.into()];
    tx.execute(MOVE.with(args)).await?;
    Ok(())
}

stmt!(
    CHANGE = "
    UPDATE renewals SET owner_id = $4, plan = $5, probability = $6, steps = $7,
        version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND decided_at IS NULL"
);
/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    row: &RenewalRow,
    (change, steps): (&RenewalUpdate, &[RenewalStepDone]),
) -> Result<bool> {
    let plan = change.plan.as_deref().map(str::trim);
    let plan = plan.or(row.plan.as_deref()).filter(|plan| !plan.is_empty());
    let probability = change.probability.or(row.probability).filter(|share| *share > 0);
    let args = args![
        scope.organisation(),
        row.id,
        row.version,
        change.owner_id.or(row.owner_id),
        plan.map(str::to_owned),
        probability,
        Arg::json(&steps)
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

stmt!(
    REOPEN = "
    UPDATE renewals SET stage = 'negotiating', stage_at = $3, decided_at = NULL, decided_by = NULL,
        reason = NULL, note = NULL, was_minor = NULL, mrr_minor = NULL, currency = NULL,
        ends_on = NULL, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND stage = 'lost'"
);
/// Takes back that it was lost. False if it was not.
pub async fn reopen(tx: &mut Tx, scope: Scope, id: RenewalId, now: DateTime<Utc>) -> Result<bool> {
    Ok(tx.execute(REOPEN.with(args![scope.organisation(), id, now])).await? == 1)
}

/// What a renewal comes to.
#[derive(Debug)]
pub struct Decided<'a> {
    pub stage: RenewalStage,
    pub by: Option<MemberId>,
    pub reason: RenewalReason,
    pub note: Option<&'a str>,
    pub change: Option<RenewalChange>,
    pub was_minor: i64,
    pub mrr_minor: i64,
    pub currency: &'a str,
    pub ends_on: Option<NaiveDate>,
    pub terms: Option<&'a Terms>,
}
stmt!(
    DECIDE = "
    UPDATE renewals SET stage = $3, stage_at = $4, decided_at = $4, decided_by = $5, reason = $6,
        note = $7, change = $8, was_minor = $9, mrr_minor = $10, currency = $11, ends_on = $12,
        terms = $13, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND decided_at IS NULL"
);
/// Keeps what came of it. False if that was kept before.
pub async fn decide(
    tx: &mut Tx,
    scope: Scope,
    (id, what): (RenewalId, Decided<'_>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let note = what.note.map(str::trim).filter(|note| !note.is_empty());
    let args = vec![
        Arg::from(scope.organisation()),
        id.into(),
        Arg::name(what.stage),
        now.into(),
        what.by.into(),
        Arg::name(what.reason),
        note.map(str::to_owned).into(),
        what.change.map_or(Arg::Text(None), Arg::name),
        what.was_minor.into(),
        what.mrr_minor.into(),
        what.currency.into(),
        what.ends_on.into(),
        what.terms.map_or(Arg::Json(None), Arg::json),
    ];
    Ok(tx.execute(DECIDE.with(args)).await? == 1)
}

stmt!(
    HOLDS_FROM = "
    UPDATE renewals SET terms_from = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND terms_from IS NULL"
);
/// Its terms are in the books. False if they were before.
pub async fn holds_from(tx: &mut Tx, scope: Scope, id: RenewalId, from: NaiveDate) -> Result<bool> {
    Ok(tx.execute(HOLDS_FROM.with(args![scope.organisation(), id, from])).await? == 1)
}

stmt!(
    TASK = "
    INSERT INTO renewal_tasks (organisation_id, renewal_id, step, task_id)
    VALUES ($1, $2, $3, $4)"
);
pub async fn insert_task(
    tx: &mut Tx,
    scope: Scope,
    (id, step, task): (RenewalId, &str, TaskId),
) -> Result<()> {
    tx.execute(TASK.with(args![scope.organisation(), id, step, task])).await?;
    Ok(())
}
stmt!(
    STEP = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM renewal_tasks
    WHERE organisation_id = $1 AND renewal_id = $2 AND step = $3"
);
/// Whether a step was made of it already.
pub async fn has_step(tx: &mut Tx, scope: Scope, id: RenewalId, step: &str) -> Result<bool> {
    let (count,): (i64,) = tx.one(STEP.with(args![scope.organisation(), id, step])).await?;
    Ok(count > 0)
}
stmt!(
    OPEN_TASKS = "
    SELECT t.id, t.owner_id, t.version, x.step FROM renewal_tasks x
    JOIN tasks t ON t.organisation_id = x.organisation_id AND t.id = x.task_id
        AND t.state = 'open'
    WHERE x.organisation_id = $1 AND x.renewal_id = $2"
);
/// A next step of a renewal that is to be done.
#[derive(Debug, sqlx::FromRow)]
pub struct OpenTask {
    pub id: TaskId,
    pub owner_id: MemberId,
    pub version: i64,
    pub step: String,
}
/// The next steps of it that are to be done.
pub async fn open_tasks(tx: &mut Tx, scope: Scope, id: RenewalId) -> Result<Vec<OpenTask>> {
    Ok(tx.all(OPEN_TASKS.with(args![scope.organisation(), id])).await?)
}
stmt!(
    OWNERS = "
    SELECT id FROM members
    WHERE organisation_id = $1 AND role = 'owner' AND active = TRUE ORDER BY sort_key, id LIMIT 1"
);
/// Who owns the organisation; of several the first by name.
pub async fn organisation_owner(tx: &mut Tx, scope: Scope) -> Result<Option<MemberId>> {
    let found: Option<(MemberId,)> = tx.opt(OWNERS.with(args![scope.organisation()])).await?;
    Ok(found.map(|(id,)| id))
}
