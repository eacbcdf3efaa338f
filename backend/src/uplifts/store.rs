//! Uplifts in the database.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    AccountId, MemberId, NewUplift, OrganisationId, RetainerId, UpliftId, UpliftLine, UpliftState,
    UpliftSummary,
};
use sqlx::types::Json;

use super::plan::Planned;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// Lines that the clock looks at in one read.
const LOOKED_AT: i64 = 100;

/// A retainer whose price might rise.
#[derive(Debug, sqlx::FromRow)]
pub struct Candidate {
    pub id: RetainerId,
    pub name: String,
    pub account_id: AccountId,
    pub account_name: String,
    /// Whether another uplift waits for it.
    pub waits: bool,
}

/// A line that the clock looks at.
#[derive(Debug, sqlx::FromRow)]
pub struct Waiting {
    pub organisation_id: OrganisationId,
    pub uplift_id: UpliftId,
    pub retainer_id: RetainerId,
    pub created_by: MemberId,
}

/// What of a line is needed to agree on it.
#[derive(Debug, sqlx::FromRow)]
pub struct Due {
    pub terms_number: i64,
    pub new_minor: i64,
    pub from_on: NaiveDate,
    pub asked: Json<NewUplift>,
}

/// An uplift as it is kept.
#[derive(Debug, sqlx::FromRow)]
pub struct UpliftRow {
    pub asked: Json<NewUplift>,
    pub created_by: String,
    pub created_at: DateTime<Utc>,
    pub version: i64,
}

/// An uplift in a list.
#[derive(Debug, sqlx::FromRow)]
pub struct SummaryRow {
    pub id: UpliftId,
    from_on: NaiveDate,
    created_by: String,
    created_at: DateTime<Utc>,
    retainers: i64,
    waiting: i64,
    applied: i64,
}
impl From<SummaryRow> for UpliftSummary {
    fn from(row: SummaryRow) -> Self {
        Self {
            id: row.id,
            from: row.from_on,
            created_by: row.created_by,
            created_at: row.created_at,
            retainers: row.retainers,
            waiting: row.waiting,
            applied: row.applied,
        }
    }
}

#[derive(Debug, sqlx::FromRow)]
struct LineRow {
    retainer_id: RetainerId,
    retainer_name: String,
    account_id: AccountId,
    account_name: String,
    currency: String,
    old_minor: i64,
    new_minor: i64,
    monthly_minor: i64,
    holds_from: NaiveDate,
    agreed_on: NaiveDate,
    state: UpliftState,
}

const CANDIDATES: &str = "
    SELECT r.id, r.name, r.account_id, a.name AS account_name, EXISTS (
        SELECT 1 FROM uplift_lines l WHERE l.organisation_id = r.organisation_id
            AND l.retainer_id = r.id AND l.state = 'waiting') AS waits
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.state = 'active' AND a.kind = 'client' AND r.organisation_id =";

stmt!(
    INSERT = "
    INSERT INTO uplifts (id, organisation_id, from_on, asked, created_by, created_at)
    VALUES ($2, $1, $3, $4, $5, $6)"
);
stmt!(
    INSERT_LINE = "
    INSERT INTO uplift_lines (organisation_id, uplift_id, retainer_id, terms_number, currency,
        old_minor, new_minor, monthly_minor, holds_from, agreed_on, state, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'waiting', $11)"
);
stmt!(
    FIND = "
    SELECT u.asked, m.name AS created_by, u.created_at, u.version FROM uplifts u
    JOIN members m ON m.organisation_id = u.organisation_id AND m.id = u.created_by
    WHERE u.organisation_id = $1 AND u.id = $2"
);
stmt!(
    LIST = "
    SELECT u.id, u.from_on, m.name AS created_by, u.created_at,
        (SELECT CAST(COUNT(*) AS BIGINT) FROM uplift_lines l
            WHERE l.organisation_id = u.organisation_id AND l.uplift_id = u.id) AS retainers,
        (SELECT CAST(COUNT(*) AS BIGINT) FROM uplift_lines l
            WHERE l.organisation_id = u.organisation_id AND l.uplift_id = u.id
                AND l.state = 'waiting') AS waiting,
        (SELECT CAST(COUNT(*) AS BIGINT) FROM uplift_lines l
            WHERE l.organisation_id = u.organisation_id AND l.uplift_id = u.id
                AND l.state = 'applied') AS applied
    FROM uplifts u
    JOIN members m ON m.organisation_id = u.organisation_id AND m.id = u.created_by
    WHERE u.organisation_id = $1 AND (u.id < $2 OR $2 IS NULL)
    ORDER BY u.organisation_id DESC, u.id DESC LIMIT $3"
);
stmt!(
    LINES = "
    SELECT l.retainer_id, r.name AS retainer_name, r.account_id, a.name AS account_name,
        l.currency, l.old_minor, l.new_minor, l.monthly_minor, l.holds_from, l.agreed_on, l.state
    FROM uplift_lines l
    JOIN retainers r ON r.organisation_id = l.organisation_id AND r.id = l.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE l.organisation_id = $1 AND l.uplift_id = $2 AND (r.account_id = $3 OR $3 IS NULL)"
);
stmt!(
    VERSIONS = "
    SELECT retainer_id, terms_number FROM uplift_lines
    WHERE organisation_id = $1 AND uplift_id = $2"
);
stmt!(
    DUE = "
    SELECT l.organisation_id, l.uplift_id, l.retainer_id, u.created_by FROM uplift_lines l
    JOIN uplifts u ON u.organisation_id = l.organisation_id AND u.id = l.uplift_id
    WHERE l.state = 'waiting' AND l.due_at <= $1 AND (l.retainer_id > $2 OR $2 IS NULL)
    ORDER BY l.retainer_id LIMIT $3"
);
stmt!(
    WAITING = "
    SELECT l.terms_number, l.new_minor, u.from_on, u.asked FROM uplift_lines l
    JOIN uplifts u ON u.organisation_id = l.organisation_id AND u.id = l.uplift_id
    WHERE l.organisation_id = $1 AND l.uplift_id = $2 AND l.retainer_id = $3
        AND l.state = 'waiting'"
);
stmt!(
    END = "
    UPDATE uplift_lines SET state = $4, holds_from = COALESCE($5, holds_from), ended_at = $6
    WHERE organisation_id = $1 AND uplift_id = $2 AND retainer_id = $3 AND state = 'waiting'"
);
stmt!(
    LOOK_AT = "
    UPDATE uplift_lines SET due_at = $4
    WHERE organisation_id = $1 AND uplift_id = $2 AND retainer_id = $3 AND state = 'waiting'"
);
stmt!(
    CANCEL = "
    UPDATE uplift_lines SET state = 'cancelled', ended_at = $4
    WHERE organisation_id = $1 AND uplift_id = $2 AND (retainer_id = $3 OR $3 IS NULL)
        AND state = 'waiting'"
);
stmt!(
    TOUCH = "
    UPDATE uplifts SET version = version + 1 WHERE organisation_id = $1 AND id = $2"
);

/// The next retainers of clients that are served or will be, by id.
pub async fn candidates(
    tx: &mut Tx,
    scope: Scope,
    new: &NewUplift,
    (after, limit): (Option<RetainerId>, i64),
) -> Result<Vec<Candidate>> {
    let mut query = Query::new(CANDIDATES)
        .push(" ?", scope.organisation())
        .push_opt(" AND r.account_id = ?", new.account_id)
        .push_opt(" AND r.id > ?", after);
    if !new.retainers.is_empty() {
        let ids = new.retainers.iter().map(|id| Arg::from(*id)).collect();
        query = query.text(" AND r.id IN").list(ids);
    }
    Ok(tx.all(query.push(" ORDER BY r.organisation_id, r.id LIMIT ?", limit)).await?)
}
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, new): (UpliftId, &NewUplift),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        scope.organisation().into(),
        id.into(),
        new.from.into(),
        Arg::json(new),
        scope.member().into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}
pub async fn insert_line(
    tx: &mut Tx,
    scope: Scope,
    (id, planned): (UpliftId, &Planned),
    now: DateTime<Utc>,
) -> Result<()> {
    let line = &planned.line;
    let args = args![
        scope.organisation(),
        id,
        line.retainer_id,
        planned.terms,
        line.currency.as_str(),
        line.old_minor,
        line.new_minor,
        line.monthly_minor,
        line.holds_from,
        line.agreed_on,
        now,
    ];
    tx.execute(INSERT_LINE.with(args)).await?;
    Ok(())
}
pub async fn find(tx: &mut Tx, scope: Scope, id: UpliftId) -> Result<Option<UpliftRow>> {
    Ok(tx.opt(FIND.with(args![scope.organisation(), id])).await?)
}
/// The last first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (before, limit): (Option<UpliftId>, i64),
) -> Result<Vec<SummaryRow>> {
    Ok(tx.all(LIST.with(args![scope.organisation(), before, limit])).await?)
}
/// The lines of an uplift, by client; of one only, if it is named.
pub async fn lines(
    tx: &mut Tx,
    scope: Scope,
    (id, account): (UpliftId, Option<AccountId>),
) -> Result<Vec<UpliftLine>> {
    let rows: Vec<LineRow> = tx.all(LINES.with(args![scope.organisation(), id, account])).await?;
    let line = |row: LineRow| UpliftLine {
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name,
        account_id: row.account_id,
        account_name: row.account_name,
        currency: row.currency,
        old_minor: row.old_minor,
        new_minor: row.new_minor,
        monthly_minor: row.monthly_minor,
        holds_from: row.holds_from,
        agreed_on: row.agreed_on,
        state: row.state,
    };
    let mut lines: Vec<UpliftLine> = rows.into_iter().map(line).collect();
    lines.sort_by(|one, other| {
        let key = |of: &UpliftLine| (of.account_name.clone(), of.retainer_name.clone());
        key(one).cmp(&key(other)).then(one.retainer_id.cmp(&other.retainer_id))
    });
    Ok(lines)
}
/// The version of the terms of each retainer whose price rises.
pub async fn versions(tx: &mut Tx, scope: Scope, id: UpliftId) -> Result<Vec<(RetainerId, i64)>> {
    Ok(tx.all(VERSIONS.with(args![scope.organisation(), id])).await?)
}
/// The next lines of any organisation that the clock looks at: a retainer has one at most that waits.
pub async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    after: Option<RetainerId>,
) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now, after, LOOKED_AT])).await?)
}
/// A line, if it still waits.
pub async fn waiting(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer): (UpliftId, RetainerId),
) -> Result<Option<Due>> {
    Ok(tx.opt(WAITING.with(args![scope.organisation(), id, retainer])).await?)
}
/// Ends the wait of a line; false if it did not wait any more.
pub async fn end(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer): (UpliftId, RetainerId),
    (state, from): (UpliftState, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![scope.organisation(), id, retainer, state.name(), from, now];
    Ok(tx.execute(END.with(args)).await? == 1)
}
/// Says when the clock looks again.
pub async fn look_at(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer): (UpliftId, RetainerId),
    at: DateTime<Utc>,
) -> Result<()> {
    tx.execute(LOOK_AT.with(args![scope.organisation(), id, retainer, at])).await?;
    Ok(())
}
/// Calls off what waits; how many lines that were.
pub async fn cancel(
    tx: &mut Tx,
    scope: Scope,
    (id, retainer): (UpliftId, Option<RetainerId>),
    now: DateTime<Utc>,
) -> Result<u64> {
    Ok(tx.execute(CANCEL.with(args![scope.organisation(), id, retainer, now])).await?)
}
pub async fn touch(tx: &mut Tx, scope: Scope, id: UpliftId) -> Result<()> {
    tx.execute(TOUCH.with(args![scope.organisation(), id])).await?;
    Ok(())
}
