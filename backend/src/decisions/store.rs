//! Decisions in the database. Their choices and reopenings are beside this.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, ContactId, Decision, DecisionId, DecisionState, MemberId, RetainerId,
};
use sqlx::types::Json;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::text::{fold, like};
use crate::{args, stmt};

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DecisionRow {
    pub id: DecisionId,
    pub question: String,
    pub state: DecisionState,
    pub owner_id: MemberId,
    pub owner_name: String,
    pub due_on: Option<NaiveDate>,
    pub revisit_on: Option<NaiveDate>,
    pub account_id: Option<AccountId>,
    pub account_name: Option<String>,
    pub retainer_id: Option<RetainerId>,
    pub retainer_name: Option<String>,
    pub tags: Json<Vec<String>>,
    pub reopened: i64,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}
impl From<DecisionRow> for Decision {
    fn from(row: DecisionRow) -> Self {
        Self {
            id: row.id,
            question: row.question,
            state: row.state,
            owner_id: row.owner_id,
            owner_name: row.owner_name,
            due_on: row.due_on,
            revisit_on: row.revisit_on,
            account_id: row.account_id,
            account_name: row.account_name,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            tags: row.tags.0,
            reopened: row.reopened,
            choices: Vec::new(),
            reopenings: Vec::new(),
            created_at: row.created_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT d.id, d.question, d.state, d.owner_id, m.name AS owner_name, d.due_on, d.revisit_on,
        d.account_id, a.name AS account_name, d.retainer_id, r.name AS retainer_name, d.tags,
        d.reopened, d.created_at, d.version
    FROM decisions d
    JOIN members m ON m.organisation_id = d.organisation_id AND m.id = d.owner_id
    LEFT JOIN accounts a ON a.organisation_id = d.organisation_id AND a.id = d.account_id
    LEFT JOIN retainers r ON r.organisation_id = d.organisation_id AND r.id = d.retainer_id
    WHERE d.organisation_id =";

/// A filter of the list.
#[derive(Debug, Default)]
pub struct Filter {
    /// Words that all are somewhere in it.
    pub words: Vec<String>,
    /// Words of which one is.
    pub any_of: Vec<String>,
    pub state: Option<DecisionState>,
    pub owner: Option<MemberId>,
    pub account: Option<AccountId>,
    pub retainer: Option<RetainerId>,
    /// Open, and to be decided by this day.
    pub due_by: Option<NaiveDate>,
    /// Decided, and to be looked at again by this day.
    pub revisit_by: Option<NaiveDate>,
    pub before: Option<DecisionId>,
    pub limit: i64,
}

/// Decisions, the newest first.
pub async fn list(tx: &mut Tx, scope: Scope, filter: Filter) -> Result<Vec<DecisionRow>> {
    let mut query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push_opt(" AND d.state = ?", filter.state.map(Arg::name))
        .push_opt(" AND d.owner_id = ?", filter.owner)
        .push_opt(" AND d.account_id = ?", filter.account)
        .push_opt(" AND d.retainer_id = ?", filter.retainer)
        .push_opt(" AND d.state = 'open' AND d.due_on <= ?", filter.due_by)
        .push_opt(" AND d.state = 'decided' AND d.revisit_on <= ?", filter.revisit_by)
        .push_opt(" AND d.id < ?", filter.before);
    for word in &filter.words {
        query = query.push(" AND d.search LIKE ? ESCAPE '\\'", like(word));
    }
    for (place, word) in filter.any_of.iter().enumerate() {
        let head = if place == 0 { " AND (d.search LIKE ?" } else { " OR d.search LIKE ?" };
        query = query.push(head, like(word)).text(" ESCAPE '\\'");
    }
    if !filter.any_of.is_empty() {
        query = query.text(")");
    }
    Ok(tx.all(query.push(" ORDER BY d.id DESC LIMIT ?", filter.limit)).await?)
}
/// Decisions about an account that are made, what was decided last first: at most so many.
pub async fn last_made(
    tx: &mut Tx,
    scope: Scope,
    account: AccountId,
    limit: i64,
) -> Result<Vec<DecisionRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND d.account_id = ? AND d.state = 'decided'", account)
        .text(
            " ORDER BY (SELECT MAX(c.decided_on) FROM decision_choices c
                WHERE c.organisation_id = d.organisation_id AND c.decision_id = d.id) DESC,
                d.id DESC",
        );
    Ok(tx.all(query.push(" LIMIT ?", limit)).await?)
}
pub async fn find(tx: &mut Tx, scope: Scope, id: DecisionId) -> Result<DecisionRow> {
    let query = Query::new(SELECT).push(" ?", scope.organisation()).push(" AND d.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    INSERT = "
    INSERT INTO decisions (id, organisation_id, question, search, state, owner_id, due_on,
        account_id, retainer_id, tags, reopened, created_by, created_at)
    VALUES ($2, $1, $3, $4, 'open', $5, $6, $7, $8, $9, 0, $10, $11)"
);
stmt!(
    CHANGE = "
    UPDATE decisions SET state = $4, owner_id = $5, due_on = $6, revisit_on = $7, tags = $8,
        reopened = $9, search = $10, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND version = $3"
);

pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    row: &DecisionRow,
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.question.as_str()),
        Arg::from(searched(row, &[])),
        Arg::from(row.owner_id),
        Arg::from(row.due_on),
        Arg::from(row.account_id),
        Arg::from(row.retainer_id),
        Arg::json(&row.tags.0),
        Arg::from(scope.member()),
        Arg::from(now),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
/// False if someone else changed it first. `said` is what else it is found by.
pub async fn change(tx: &mut Tx, scope: Scope, row: &DecisionRow, said: &[String]) -> Result<bool> {
    let args = vec![
        Arg::from(scope.organisation()),
        Arg::from(row.id),
        Arg::from(row.version),
        Arg::name(row.state),
        Arg::from(row.owner_id),
        Arg::from(row.due_on),
        Arg::from(row.revisit_on),
        Arg::json(&row.tags.0),
        Arg::from(row.reopened),
        Arg::from(searched(row, said)),
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

/// What a decision is found by: question, tags, and what was said.
fn searched(row: &DecisionRow, said: &[String]) -> String {
    let tags = row.tags.0.iter();
    let all = std::iter::once(&row.question).chain(tags).chain(said);
    all.map(|text| fold(text)).collect::<Vec<_>>().join(" \u{b7} ")
}

stmt!(ACCOUNT = "SELECT id FROM accounts WHERE organisation_id = $1 AND id = $2");
stmt!(RETAINER = "SELECT account_id FROM retainers WHERE organisation_id = $1 AND id = $2");
stmt!(CONTACT = "SELECT name FROM contacts WHERE organisation_id = $1 AND id = $2");

pub async fn account_is_known(tx: &mut Tx, scope: Scope, id: AccountId) -> Result<bool> {
    let found: Option<(AccountId,)> = tx.opt(ACCOUNT.with(args![scope.organisation(), id])).await?;
    Ok(found.is_some())
}
/// Whose retainer it is; none if there is no such retainer.
pub async fn account_of(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<Option<AccountId>> {
    let found: Option<(AccountId,)> =
        tx.opt(RETAINER.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(account,)| account))
}
pub async fn contact_name(tx: &mut Tx, scope: Scope, id: ContactId) -> Result<Option<String>> {
    let found: Option<(String,)> = tx.opt(CONTACT.with(args![scope.organisation(), id])).await?;
    Ok(found.map(|(name,)| name))
}

stmt!(
    OPEN = "
    SELECT CAST(COUNT(*) AS BIGINT),
        CAST(COALESCE(SUM(CASE WHEN due_on < $2 THEN 1 ELSE 0 END), 0) AS BIGINT)
    FROM decisions WHERE organisation_id = $1 AND state = 'open'"
);
/// How many are open, and how many of them should have been decided before a day.
pub async fn open_and_overdue(tx: &mut Tx, scope: Scope, today: NaiveDate) -> Result<(i64, i64)> {
    Ok(tx.one(OPEN.with(args![scope.organisation(), today])).await?)
}
