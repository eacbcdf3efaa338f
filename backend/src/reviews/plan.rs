//! When retainers are reviewed: the day is that of the scope. Source: requirement S3-14.
use chrono::NaiveDate;
use shared::api::{AccountId, Cadence, Page, RetainerId, ReviewId, ReviewPlan};

use crate::auth::Scope;
use crate::db::{Query, Tx};
use crate::error::Result;
use crate::http::{PageParams, page};

#[derive(Debug, sqlx::FromRow)]
struct PlanRow {
    retainer_id: RetainerId,
    retainer_name: String,
    sort_key: String,
    account_id: AccountId,
    account_name: String,
    due_on: Option<NaiveDate>,
    cadence: Option<Cadence>,
    running_id: Option<ReviewId>,
    last_on: Option<NaiveDate>,
}

const PLAN: &str = "
    SELECT r.id AS retainer_id, r.name AS retainer_name, r.sort_key, a.id AS account_id,
        a.name AS account_name, s.next_review_on AS due_on, s.cadence,
        (SELECT v.id FROM reviews v WHERE v.organisation_id = r.organisation_id
            AND v.retainer_id = r.id AND v.state = 'running') AS running_id,
        (SELECT MAX(v.held_on) FROM reviews v WHERE v.organisation_id = r.organisation_id
            AND v.retainer_id = r.id AND v.state = 'done') AS last_on
    FROM retainers r
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    LEFT JOIN scopes s ON s.organisation_id = r.organisation_id AND s.retainer_id = r.id
    WHERE r.state = 'active' AND r.organisation_id =";

/// Retainers that run, by name, each with the day of its next review.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (retainer, due, today): (Option<RetainerId>, Option<bool>, NaiveDate),
    paging: &PageParams,
) -> Result<Page<ReviewPlan>> {
    let mut query = Query::new(PLAN)
        .push(" ?", scope.organisation())
        .push_opt(" AND r.id = ?", retainer)
        .push_opt(" AND s.next_review_on <= ?", due.filter(|due| *due).map(|_| today));
    if due == Some(false) {
        query = query.push(" AND (s.next_review_on IS NULL OR s.next_review_on > ?)", today);
    }
    if let Some((key, id)) = paging.after::<(String, RetainerId)>()? {
        query = query.push(" AND (r.sort_key, r.id) > (?", key).push(", ?)", id);
    }
    let query = query.push(" ORDER BY r.sort_key, r.id LIMIT ?", paging.limit + 1);
    let rows: Vec<PlanRow> = tx.all(query).await?;
    let key = |row: &PlanRow| (row.sort_key.clone(), row.retainer_id);
    let Page { items, next_cursor } = page(rows, paging.limit, key);
    let told = |row: PlanRow| ReviewPlan {
        due: row.due_on.is_some_and(|day| day <= today),
        retainer_id: row.retainer_id,
        retainer_name: row.retainer_name,
        account_id: row.account_id,
        account_name: row.account_name,
        due_on: row.due_on,
        cadence: row.cadence,
        running_id: row.running_id,
        last_on: row.last_on,
    };
    Ok(Page { items: items.into_iter().map(told).collect(), next_cursor })
}
