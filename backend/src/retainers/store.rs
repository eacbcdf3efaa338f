//! Retainers and their terms in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, ClientSessionId, NewRetainer, RetainerId, RetainerState, TerminationPolicy, TermsId,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::cycles::SeriesRule;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::{fold, like};
use crate::{args, stmt};

/// A retainer with its account's name.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RetainerRow {
    pub id: RetainerId,
    pub account_id: AccountId,
    pub account_name: String,
    pub name: String,
    pub sort_key: String,
    pub state: RetainerState,
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
    pub policy: Option<TerminationPolicy>,
    pub series: Json<SeriesRule>,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

const SELECT: &str = "
    SELECT r.id, r.account_id, a.name AS account_name, r.name, r.sort_key, r.state, r.starts_on,
        r.ends_on, t.policy, r.series, r.created_at, r.version
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN terminations t ON t.organisation_id = r.organisation_id AND t.retainer_id = r.id
    WHERE r.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    /// Of these accounts only.
    pub accounts: Option<Vec<AccountId>>,
    /// In this state only.
    pub state: Option<RetainerState>,
    /// Part of the retainer's or the account's name.
    pub text: Option<String>,
    /// After this row.
    pub after: Option<(String, RetainerId)>,
    /// At most so many; all of the accounts named if none.
    pub limit: Option<i64>,
}

pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<RetainerRow>> {
    let mut query = Query::new(SELECT).push(" ?", scope.organisation());
    if let Some(accounts) = filter.accounts {
        let accounts = accounts.into_iter().map(Arg::from).collect();
        query = query.text(" AND r.account_id IN").list(accounts);
    }
    if let Some(state) = filter.state {
        query = query.push(" AND r.state = ?", state.name());
    }
    if let Some(text) = filter.text.as_deref().map(like) {
        query = query
            .push(" AND (r.sort_key LIKE ? ESCAPE '\\'", text.as_str())
            .push(" OR a.sort_key LIKE ? ESCAPE '\\')", text.as_str());
    }
    if let Some((key, id)) = filter.after {
        query = query.push(" AND (r.sort_key, r.id) > (?", key).push(", ?)", id);
    }
    query = query.text(" ORDER BY r.sort_key, r.id").push_opt(" LIMIT ?", filter.limit);
    Ok(tx.all(query).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<RetainerRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND r.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO retainers (id, organisation_id, account_id, name, sort_key, state, starts_on,
        ends_on, timezone, series, created_at)
    VALUES ($1, $2, $3, $4, $5, 'setup', $6, $7, $8, $9, $10)"
);
stmt!(
    INSERT_TERMS = "
    INSERT INTO terms (id, organisation_id, retainer_id, number, effective_from, terms, reason,
        created_by, created_at)
    SELECT $1, $2, $3, COALESCE(MAX(number), 0) + 1, $4, $5, $6, $7, $8
    FROM terms WHERE organisation_id = $2 AND retainer_id = $3"
);
stmt!(
    RENAME = "
    UPDATE retainers SET name = $4, sort_key = $5, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);
stmt!(
    ACTIVATE = "
    UPDATE retainers SET state = 'active', activated_at = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'setup'"
);
stmt!(
    KEEP_AGREED = "
    INSERT INTO agreed_before (organisation_id, retainer_id, number, series, ends_on, policy,
        changed_by, changed_at)
    SELECT r.organisation_id, r.id,
        (SELECT COALESCE(MAX(b.number), 0) + 1 FROM agreed_before b
            WHERE b.organisation_id = $1 AND b.retainer_id = $2),
        r.series, r.ends_on, t.policy, $3, $4
    FROM retainers r
    LEFT JOIN terminations t ON t.organisation_id = r.organisation_id AND t.retainer_id = r.id
    WHERE r.organisation_id = $1 AND r.id = $2"
);
stmt!(
    SET_SERIES = "
    UPDATE retainers SET series = $3, version = version + 1 WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    SET_ZONE = "
    UPDATE retainers SET timezone = $3 WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    SET_END = "
    UPDATE retainers SET ends_on = $3, version = version + 1
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    RUN_ON = "
    DELETE FROM terminations WHERE organisation_id = $1 AND retainer_id = $2"
);
stmt!(
    TERMINATE = "
    INSERT INTO terminations (organisation_id, retainer_id, policy, agreed_by, agreed_at)
    VALUES ($1, $2, $3, $4, $5)"
);
stmt!(
    TOUCH = "
    UPDATE retainers SET version = version + 1 WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    ACCOUNT = "
    SELECT archived FROM accounts WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    SESSION_TITLE = "
    SELECT title FROM client_sessions WHERE organisation_id = $1 AND id = $2"
);
stmt!(ORGANISATION_ZONE = "SELECT timezone FROM organisations WHERE id = $1");
stmt!(
    RUNNING = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM retainers
    WHERE organisation_id = $1 AND account_id = $2 AND state <> 'ended'"
);

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    new: &NewRetainer,
    zone: &str,
    now: DateTime<Utc>,
) -> Result<RetainerId> {
    let id = RetainerId(Uuid::now_v7());
    let NewRetainer { interval, anchor, first_partial, .. } = *new;
    let rule = SeriesRule {
        interval,
        anchor,
        first_partial,
        pauses: Vec::new(),
        changes: Vec::new(),
        left_out: Vec::new(),
        zones: Vec::new(),
        ended_in: None,
    };
    let name = new.name.trim();
    let args = vec![
        id.into(),
        scope.organisation().into(),
        new.account_id.into(),
        name.into(),
        fold(name).into(),
        new.starts_on.into(),
        new.ends_on.into(),
        zone.into(),
        Arg::json(&rule),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(id)
}
/// Adds a version of the terms.
pub async fn insert_terms(
    tx: &mut Tx,
    scope: Scope,
    (retainer, from): (RetainerId, NaiveDate),
    (terms, reason): (&shared::api::Terms, Option<&str>),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        TermsId(Uuid::now_v7()).into(),
        scope.organisation().into(),
        retainer.into(),
        from.into(),
        Arg::json(terms),
        reason.map(str::to_owned).into(),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT_TERMS.with(args)).await?;
    Ok(())
}
/// False if someone else changed it first.
pub async fn rename(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (RetainerId, i64),
    name: &str,
) -> Result<bool> {
    let args = args![scope.organisation(), id, version, name, fold(name)];
    Ok(tx.execute(RENAME.with(args)).await? == 1)
}
/// False if it was active already.
pub async fn activate(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<bool> {
    Ok(tx.execute(ACTIVATE.with(args![scope.organisation(), id, now])).await? == 1)
}
/// Keeps what is agreed of pauses and end before it is changed: a balance as of a day asks for it.
async fn keep_agreed(tx: &mut Tx, scope: Scope, id: RetainerId, now: DateTime<Utc>) -> Result<()> {
    let args = args![scope.organisation(), id, scope.member(), now];
    tx.execute(KEEP_AGREED.with(args)).await?;
    Ok(())
}
/// Says anew how cycles are cut.
pub async fn set_series(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    rule: &SeriesRule,
    now: DateTime<Utc>,
) -> Result<()> {
    keep_agreed(tx, scope, id, now).await?;
    let args = vec![scope.organisation().into(), id.into(), Arg::json(rule)];
    tx.execute(SET_SERIES.with(args)).await?;
    Ok(())
}
/// Says in which zone its days begin; the rule of its series keeps the one before.
pub async fn set_zone(tx: &mut Tx, scope: Scope, id: RetainerId, timezone: &str) -> Result<()> {
    tx.execute(SET_ZONE.with(args![scope.organisation(), id, timezone])).await?;
    Ok(())
}
/// Ends a retainer on a day, its last cycle settled by a policy; open-ended without a day.
pub async fn set_end(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (ends_on, policy): (Option<NaiveDate>, TerminationPolicy),
    now: DateTime<Utc>,
) -> Result<()> {
    keep_agreed(tx, scope, id, now).await?;
    tx.execute(SET_END.with(args![scope.organisation(), id, ends_on])).await?;
    tx.execute(RUN_ON.with(args![scope.organisation(), id])).await?;
    if ends_on.is_some() {
        let row = vec![
            scope.organisation().into(),
            id.into(),
            Arg::name(policy),
            scope.member().into(),
            now.into(),
        ];
        tx.execute(TERMINATE.with(row)).await?;
    }
    Ok(())
}
pub async fn touch(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<()> {
    tx.execute(TOUCH.with(args![scope.organisation(), id])).await?;
    Ok(())
}
/// Whether the account is archived; none if there is no such account.
pub async fn account_archived(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<Option<bool>> {
    let found: Option<(bool,)> = tx.opt(ACCOUNT.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(archived,)| archived))
}
/// What a session is called, if it is.
pub async fn session_title(
    tx: &mut Tx,
    scope: Scope,
    id: ClientSessionId,
) -> Result<Option<String>> {
    let found: Option<(Option<String>,)> =
        tx.opt(SESSION_TITLE.with(args![scope.organisation(), id])).await?;
    Ok(found.and_then(|(title,)| title))
}
pub async fn organisation_zone(tx: &mut Tx, scope: Scope) -> Result<String> {
    let (zone,): (String,) = tx.one(ORGANISATION_ZONE.with(args![scope.organisation()])).await?;
    Ok(zone)
}
/// Retainers of an account that have not ended.
pub async fn running_of_account(tx: &mut Tx, scope: Scope, account: AccountId) -> Result<i64> {
    let (count,): (i64,) = tx.one(RUNNING.with(args![scope.organisation(), account])).await?;
    Ok(count)
}
