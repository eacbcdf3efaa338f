//! Cadences, and what was made of them, in the database.
use chrono::{DateTime, Utc};
use shared::api::{
    AccountId, AccountKind, CadenceRule, CadenceSet, ClientSessionId, FollowUps, MemberId,
    RetainerId, TaskId, TaskState,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, DbError, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Sessions of an account that are asked about at one look: more than are held and not written up.
const SESSIONS_MAX: i64 = 1000;

stmt!(SETTINGS = "SELECT settings, version FROM follow_up_settings WHERE organisation_id = $1");
stmt!(
    FIRST = "
    INSERT INTO follow_up_settings (organisation_id, settings, changed_by, changed_at)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    CHANGE = "
    UPDATE follow_up_settings
    SET settings = $2, changed_by = $3, changed_at = $4, version = version + 1
    WHERE organisation_id = $1 AND version = $5"
);
/// What the clock reminds of, if anybody said so, and the version of that.
pub async fn settings(tx: &mut Tx, scope: Scope) -> Result<Option<(Json<FollowUps>, i64)>> {
    Ok(tx.opt(SETTINGS.with(args![scope.organisation()])).await?)
}
/// False if somebody else was first.
pub async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&FollowUps, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args =
        vec![scope.organisation().into(), Arg::json(new), scope.member().into(), now.into()];
    let query = match version {
        0 => FIRST.with(args),
        version => {
            args.push(version.into());
            CHANGE.with(args)
        }
    };
    written(tx, query).await
}
async fn written(tx: &mut Tx, query: Query) -> Result<bool> {
    match tx.execute(query).await {
        Ok(written) => Ok(written == 1),
        Err(DbError::Unique(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// What was said of an account.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct CadenceRow {
    pub rule: CadenceRule,
    pub days: Option<i64>,
    pub version: i64,
}
stmt!(
    CADENCE = "
    SELECT rule, days, version FROM account_cadences
    WHERE organisation_id = $1 AND account_id = $2"
);
stmt!(
    FIRST_CADENCE = "
    INSERT INTO account_cadences (organisation_id, account_id, rule, days, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
stmt!(
    CHANGE_CADENCE = "
    UPDATE account_cadences
    SET rule = $3, days = $4, changed_by = $5, changed_at = $6, version = version + 1
    WHERE organisation_id = $1 AND account_id = $2 AND version = $7"
);
pub async fn cadence(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Option<CadenceRow>> {
    Ok(tx.opt(CADENCE.with(args![scope.organisation(), id])).await?)
}
/// False if somebody else was first.
pub async fn keep_cadence(
    tx: &mut Tx,
    scope: Scope,
    (id, new, version): (AccountId, &CadenceSet, i64),
    now: DateTime<Utc>,
) -> Result<bool> {
    let mut args = vec![
        scope.organisation().into(),
        id.into(),
        Arg::name(new.rule),
        new.days.into(),
        scope.member().into(),
        now.into(),
    ];
    let query = match version {
        0 => FIRST_CADENCE.with(args),
        version => {
            args.push(version.into());
            CHANGE_CADENCE.with(args)
        }
    };
    written(tx, query).await
}

/// What is asked about an account.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct AccountRow {
    pub name: String,
    pub kind: AccountKind,
    pub owner_id: Option<MemberId>,
    pub archived: bool,
    pub created_at: DateTime<Utc>,
}
stmt!(
    ACCOUNT = "
    SELECT name, kind, owner_id, archived, created_at FROM accounts
    WHERE organisation_id = $1 AND id = $2"
);
/// # Errors
/// `not_found`.
pub async fn account(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<AccountRow> {
    Ok(tx.one(ACCOUNT.with(args![scope.organisation(), id])).await?)
}

stmt!(
    RUNNING = "
    SELECT id FROM retainers
    WHERE organisation_id = $1 AND account_id = $2 AND state = 'active'"
);
/// The retainers of an account that run.
pub async fn running(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Vec<RetainerId>> {
    let rows: Vec<(RetainerId,)> = tx.all(RUNNING.with(args![scope.organisation(), id])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
/// Whether one does.
pub async fn runs(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<bool> {
    Ok(!running(tx, scope, id).await?.is_empty())
}

stmt!(
    OWNER = "
    SELECT id FROM members
    WHERE organisation_id = $1 AND role = 'owner' AND active = TRUE ORDER BY sort_key, id LIMIT 1"
);
/// Who owns the organisation; of several the first by name.
pub async fn organisation_owner(tx: &mut Tx, scope: Scope) -> Result<Option<MemberId>> {
    let found: Option<(MemberId,)> = tx.opt(OWNER.with(args![scope.organisation()])).await?;
    Ok(found.map(|(id,)| id))
}

/// The check-in that was made last of an account.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct CheckInRow {
    pub since_at: DateTime<Utc>,
    pub met_at: Option<DateTime<Utc>>,
    pub task_id: TaskId,
    pub owner_id: MemberId,
    pub state: TaskState,
    pub done_at: Option<DateTime<Utc>>,
}
stmt!(
    LAST_CHECK_IN = "
    SELECT c.since_at, c.met_at, c.task_id, t.owner_id, t.state, t.done_at FROM check_ins c
    JOIN tasks t ON t.organisation_id = c.organisation_id AND t.id = c.task_id
    WHERE c.organisation_id = $1 AND c.account_id = $2 ORDER BY c.since_at DESC LIMIT 1"
);
stmt!(
    INSERT_CHECK_IN = "
    INSERT INTO check_ins (organisation_id, account_id, since_at, task_id)
    VALUES ($1, $2, $3, $4)"
);
stmt!(
    MEET = "
    UPDATE check_ins SET met_at = $4
    WHERE organisation_id = $1 AND account_id = $2 AND since_at = $3"
);
pub async fn last_check_in(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Option<CheckInRow>> {
    Ok(tx.opt(LAST_CHECK_IN.with(args![scope.organisation(), id])).await?)
}
pub async fn insert_check_in(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    (since_at, task): (DateTime<Utc>, TaskId),
) -> Result<()> {
    tx.execute(INSERT_CHECK_IN.with(args![scope.organisation(), id, since_at, task])).await?;
    Ok(())
}
/// It was ended by an exchange.
pub async fn meet(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    (since_at, met_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<()> {
    tx.execute(MEET.with(args![scope.organisation(), id, since_at, met_at])).await?;
    Ok(())
}

/// A session that was held and has no follow-up yet.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct HeldRow {
    pub id: ClientSessionId,
    pub retainer_id: RetainerId,
    pub member_id: MemberId,
    pub title: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub settled_at: DateTime<Utc>,
}
stmt!(
    HELD = "
    SELECT s.id, s.retainer_id, s.member_id, s.title, s.starts_at, s.settled_at FROM retainers r
    JOIN client_sessions s ON s.organisation_id = r.organisation_id AND s.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.account_id = $2 AND s.state = 'completed'
        AND s.deleted_at IS NULL AND s.settled_at >= $3 AND s.starts_at > $4
        AND NOT EXISTS (SELECT 1 FROM session_follow_ups f
            WHERE f.organisation_id = s.organisation_id AND f.session_id = s.id)
    LIMIT $5"
);
/// Those that were marked as held since an instant, and began after what was noted last.
pub async fn held(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    (since, noted): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<HeldRow>> {
    Ok(tx.all(HELD.with(args![scope.organisation(), id, since, noted, SESSIONS_MAX])).await?)
}
stmt!(
    NOTED = "
    SELECT MAX(happened_at) FROM notes
    WHERE organisation_id = $1 AND account_id = $2 AND withdrawn_at IS NULL AND happened_at <= $3"
);
/// When what was noted last of an account happened.
pub async fn noted(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let (at,): (Option<DateTime<Utc>>,) =
        tx.one(NOTED.with(args![scope.organisation(), id, now])).await?;
    Ok(at)
}
stmt!(
    INSERT_FOLLOW_UP = "
    INSERT INTO session_follow_ups (organisation_id, session_id, task_id) VALUES ($1, $2, $3)"
);
pub async fn insert_follow_up(
    tx: &mut Tx,
    scope: Scope,
    (session, task): (ClientSessionId, TaskId),
) -> Result<()> {
    tx.execute(INSERT_FOLLOW_UP.with(args![scope.organisation(), session, task])).await?;
    Ok(())
}

stmt!(
    OPEN = "
    SELECT t.id, t.owner_id, t.version FROM tasks t
    WHERE t.organisation_id = $1 AND t.account_id = $2 AND t.state = 'open'
        AND (EXISTS (SELECT 1 FROM check_ins c
                WHERE c.organisation_id = t.organisation_id AND c.task_id = t.id)
            OR EXISTS (SELECT 1 FROM session_follow_ups f
                WHERE f.organisation_id = t.organisation_id AND f.task_id = t.id)
            OR EXISTS (SELECT 1 FROM outreaches o
                WHERE o.organisation_id = t.organisation_id AND o.task_id = t.id))"
);
/// The steps of the clock that are open, whose they are, and their versions.
pub async fn open(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
) -> Result<Vec<(TaskId, MemberId, i64)>> {
    Ok(tx.all(OPEN.with(args![scope.organisation(), id])).await?)
}

/// A next step that is open.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct OpenRow {
    pub task_id: TaskId,
    pub owner_id: MemberId,
}
stmt!(
    WRITTEN_UP = "
    SELECT t.id AS task_id, t.owner_id FROM tasks t
    JOIN session_follow_ups f ON f.organisation_id = t.organisation_id AND f.task_id = t.id
    JOIN client_sessions s ON s.organisation_id = f.organisation_id AND s.id = f.session_id
    WHERE t.organisation_id = $1 AND t.account_id = $2 AND t.state = 'open'
        AND s.starts_at <= $3"
);
/// The follow-ups that are open, of sessions that began until then.
pub async fn written_up(
    tx: &mut Tx,
    scope: Scope,
    id: AccountId,
    until: DateTime<Utc>,
) -> Result<Vec<OpenRow>> {
    Ok(tx.all(WRITTEN_UP.with(args![scope.organisation(), id, until])).await?)
}
