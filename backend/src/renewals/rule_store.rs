//! What is to be when terms end, in the database.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{MemberId, OrganisationId, RenewalRuleSet, RetainerId};

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// The rule of a retainer; one that nobody has kept yet is what they are at first.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct RuleRow {
    pub tacit: bool,
    pub term_cycles: i64,
    pub notice_days: i64,
    pub lead_days: i64,
    /// Who was chosen for this retainer.
    pub owner_id: Option<MemberId>,
    /// Who sees to it: who was chosen, or else owns the account.
    pub seen_by: Option<MemberId>,
    pub seen_by_name: Option<String>,
    /// The first day of the present term; none before the clock has looked.
    pub term_from: Option<NaiveDate>,
    /// Its end, where that is not so many cycles later.
    pub term_ends_on: Option<NaiveDate>,
    pub version: i64,
}

stmt!(
    FIND = "
    SELECT COALESCE(u.tacit, FALSE) AS tacit,
        COALESCE(u.term_cycles, 12) AS term_cycles, COALESCE(u.notice_days, 0) AS notice_days,
        COALESCE(u.lead_days, 45) AS lead_days, u.owner_id,
        m.id AS seen_by, m.name AS seen_by_name, u.term_from, u.term_ends_on,
        COALESCE(u.version, 0) AS version
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN renewal_rules u ON u.organisation_id = r.organisation_id AND u.retainer_id = r.id
    LEFT JOIN members m ON m.organisation_id = r.organisation_id
        AND m.id = COALESCE(u.owner_id, a.owner_id)
    WHERE r.organisation_id = $1 AND r.id = $2"
);
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: RetainerId) -> Result<RuleRow> {
    Ok(tx.one(FIND.with(args![scope.organisation(), id])).await?)
}

const SOME: &str = "
    SELECT r.id AS retainer_id, COALESCE(u.tacit, FALSE) AS tacit,
        COALESCE(u.term_cycles, 12) AS term_cycles, COALESCE(u.notice_days, 0) AS notice_days,
        COALESCE(u.lead_days, 45) AS lead_days, u.owner_id,
        m.id AS seen_by, m.name AS seen_by_name, u.term_from, u.term_ends_on,
        COALESCE(u.version, 0) AS version
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN renewal_rules u ON u.organisation_id = r.organisation_id AND u.retainer_id = r.id
    LEFT JOIN members m ON m.organisation_id = r.organisation_id
        AND m.id = COALESCE(u.owner_id, a.owner_id)
    WHERE r.organisation_id =";

/// A rule, and of which retainer.
#[derive(Debug, sqlx::FromRow)]
struct Whose {
    retainer_id: RetainerId,
    #[sqlx(flatten)]
    rule: RuleRow,
}

/// The rules of some retainers.
pub async fn of_some(
    tx: &mut Tx,
    scope: Scope,
    ids: Vec<RetainerId>,
) -> Result<HashMap<RetainerId, RuleRow>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let query = Query::new(SOME)
        .push(" ?", scope.organisation())
        .text(" AND r.id IN")
        .list(ids.into_iter().map(Into::into).collect());
    let rows = tx.all::<Whose>(query).await?.into_iter();
    Ok(rows.map(|row| (row.retainer_id, row.rule)).collect())
}

stmt!(
    KEEP = "
    INSERT INTO renewal_rules (organisation_id, retainer_id, look_at) VALUES ($1, $2, $3)
    ON CONFLICT (organisation_id, retainer_id) DO NOTHING"
);
/// Has the clock know a retainer, if it does not yet.
///
/// # Errors
/// Those of the database.
pub(crate) async fn keep(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    tx.execute(KEEP.with(args![scope.organisation(), id, now])).await?;
    Ok(())
}

stmt!(
    CHANGE = "
    UPDATE renewal_rules
    SET tacit = $4, term_cycles = $5, notice_days = $6, lead_days = $7, owner_id = $8,
        term_ends_on = $9, look_at = $10, version = version + 1
    WHERE organisation_id = $1 AND retainer_id = $2 AND version = $3"
);
/// False if someone else changed it first.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (RetainerId, i64),
    (new, tacit, term_ends_on): (&RenewalRuleSet, bool, Option<NaiveDate>),
    now: DateTime<Utc>,
) -> Result<bool> {
    let args = args![
        scope.organisation(),
        id,
        version,
        tacit,
        i64::from(new.term_cycles),
        i64::from(new.notice_days),
        i64::from(new.lead_days),
        new.owner_id,
        term_ends_on,
        now
    ];
    Ok(tx.execute(CHANGE.with(args)).await? == 1)
}

stmt!(
    BEGIN_TERM = "
    UPDATE renewal_rules SET term_from = $3, term_ends_on = NULL, look_at = $4
    WHERE organisation_id = $1 AND retainer_id = $2"
);
/// A term begins on a day; the clock looks again soon.
pub async fn begin_term(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    (from, now): (NaiveDate, DateTime<Utc>),
) -> Result<()> {
    tx.execute(BEGIN_TERM.with(args![scope.organisation(), id, from, now])).await?;
    Ok(())
}

stmt!(
    END_TERM = "
    UPDATE renewal_rules SET term_ends_on = $3 WHERE organisation_id = $1 AND retainer_id = $2"
);
/// The present term ends on a day.
pub async fn end_term(tx: &mut Tx, scope: Scope, id: RetainerId, end: NaiveDate) -> Result<()> {
    tx.execute(END_TERM.with(args![scope.organisation(), id, end])).await?;
    Ok(())
}

stmt!(
    LOOK_AT = "
    UPDATE renewal_rules SET look_at = $3 WHERE organisation_id = $1 AND retainer_id = $2"
);
/// Says when the clock looks again; never without an instant.
pub async fn look_at(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    at: Option<DateTime<Utc>>,
) -> Result<()> {
    tx.execute(LOOK_AT.with(args![scope.organisation(), id, at])).await?;
    Ok(())
}
/// Has the clock look as soon as it can: what is agreed of the end is another.
///
/// # Errors
/// Those of the database.
pub(crate) async fn look_soon(
    tx: &mut Tx,
    scope: Scope,
    id: RetainerId,
    now: DateTime<Utc>,
) -> Result<()> {
    look_at(tx, scope, id, Some(now)).await
}

/// A retainer that waits for a look.
#[derive(Debug, Clone, Copy, sqlx::FromRow)]
pub struct Waiting {
    pub organisation_id: OrganisationId,
    pub retainer_id: RetainerId,
    pub look_at: DateTime<Utc>,
}
stmt!(
    DUE = "
    SELECT organisation_id, retainer_id, look_at FROM renewal_rules
    WHERE look_at <= $1 AND (look_at, retainer_id) > ($2, $3)
    ORDER BY look_at, retainer_id LIMIT 100"
);
/// Retainers that are to be looked at, after one of them.
pub async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    after: (DateTime<Utc>, RetainerId),
) -> Result<Vec<Waiting>> {
    Ok(tx.all(DUE.with(args![now, after.0, after.1])).await?)
}
stmt!(
    NEXT_LOOKS = "
    SELECT u.retainer_id FROM renewal_rules u
    JOIN retainers r ON r.organisation_id = u.organisation_id AND r.id = u.retainer_id
        AND r.state = 'active'
    WHERE u.organisation_id = $1 LIMIT $2"
);
/// Retainers that run, at most so many.
pub async fn running(tx: &mut Tx, scope: Scope, most: i64) -> Result<Vec<RetainerId>> {
    let rows: Vec<(RetainerId,)> =
        tx.all(NEXT_LOOKS.with(args![scope.organisation(), most])).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
