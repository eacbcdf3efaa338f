//! What was seen in the portal, and by whom. Source: requirement S2-23.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use shared::api::{AccountId, Page, PortalPage, PortalView, PortalViewId, RetainerId, VisitorKind};
use uuid::Uuid;

use super::access;
use super::visitor::Visitor;
use crate::auth::{ReadInvoices, Scope};
use crate::db::{Arg, Db, Query, Tx};
use crate::error::Result;
use crate::http::{PageParams, page};
use crate::invoices::numbered;
use crate::stmt;

/// What is read again within so many minutes counts once.
const AGAIN_MINUTES: i64 = 15;

stmt!(
    LAST = "
    SELECT last_at FROM portal_views
    WHERE organisation_id = $1 AND visitor_id = $2 AND page = $3 AND subject_id = $4"
);
stmt!(
    NOTE = "
    INSERT INTO portal_views (id, organisation_id, account_id, visitor_id, contact_name, page,
        subject_id, first_at, last_at)
    VALUES ($2, $1, $3, $4, $5, $6, $7, $8, $8)
    ON CONFLICT (organisation_id, visitor_id, page, subject_id) DO UPDATE
    SET last_at = excluded.last_at, contact_name = excluded.contact_name,
        times = portal_views.times + 1
    WHERE portal_views.last_at < $9"
);

/// Writes down that a page was seen. What was read is told whether that is kept or not; what a
/// colleague looks at is not seen by anybody.
pub async fn note(
    db: &Db,
    visitor: &Visitor,
    (page, subject): (PortalPage, Uuid),
    now: DateTime<Utc>,
) {
    let session = &visitor.session;
    let who = match session.kind {
        VisitorKind::Contact => session.contact_id.map(|id| id.0),
        VisitorKind::Share => Some(session.link_id.0),
        VisitorKind::Preview => None,
    };
    let Some(who) = who else { return };
    let organisation = session.organisation_id;
    let since = now - Duration::minutes(AGAIN_MINUTES);
    let which = || vec![organisation.into(), who.into(), Arg::name(page), subject.into()];
    let last = async |tx: &mut Tx| -> Result<Option<(DateTime<Utc>,)>> {
        Ok(tx.opt(LAST.with(which())).await?)
    };
    let kept = match db.read(last).await {
        Ok(Some((last,))) if last >= since => Ok(()),
        Ok(_) => {
            let write = async |tx: &mut Tx| {
                let args = vec![
                    organisation.into(),
                    PortalViewId(Uuid::now_v7()).into(),
                    session.account_id.into(),
                    who.into(),
                    session.name.clone().into(),
                    Arg::name(page),
                    subject.into(),
                    now.into(),
                    since.into(),
                ];
                Ok(tx.execute(NOTE.with(args)).await.map(drop)?)
            };
            db.write(write).await
        }
        Err(error) => Err(error),
    };
    if let Err(error) = kept {
        tracing::warn!(?error, "that a page of the portal was seen was not written down");
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
struct ViewRow {
    id: PortalViewId,
    contact_name: Option<String>,
    page: PortalPage,
    retainer_id: Option<RetainerId>,
    retainer_name: Option<String>,
    cycle_starts_on: Option<NaiveDate>,
    series: Option<String>,
    number: Option<i64>,
    first_at: DateTime<Utc>,
    last_at: DateTime<Utc>,
    times: i64,
}
impl From<ViewRow> for PortalView {
    fn from(row: ViewRow) -> Self {
        let invoice_number = row.series.zip(row.number);
        PortalView {
            id: row.id,
            contact_name: row.contact_name,
            page: row.page,
            retainer_id: row.retainer_id,
            retainer_name: row.retainer_name,
            cycle_starts_on: row.cycle_starts_on,
            invoice_number: invoice_number.map(|(series, number)| numbered(&series, number)),
            first_at: row.first_at,
            last_at: row.last_at,
            times: row.times,
        }
    }
}
const VIEWS: &str = "
    SELECT v.id, v.contact_name, v.page, r.id AS retainer_id, r.name AS retainer_name,
        c.starts_on AS cycle_starts_on, i.series, i.number, v.first_at, v.last_at, v.times
    FROM portal_views v
    LEFT JOIN cycles c ON c.organisation_id = v.organisation_id AND c.id = v.subject_id
        AND v.page IN ('work_log', 'statement')
    LEFT JOIN invoices i ON i.organisation_id = v.organisation_id AND i.id = v.subject_id
        AND v.page = 'invoice'
    LEFT JOIN retainers r ON r.organisation_id = v.organisation_id
        AND r.id = COALESCE(c.retainer_id, i.retainer_id, v.subject_id)
    WHERE v.organisation_id =";

/// What was seen of an account, the last first.
///
/// # Errors
/// `not_found`; a cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (account, paging): (AccountId, &PageParams),
) -> Result<Page<PortalView>> {
    access::must_be_there(tx, scope, account).await?;
    let mut query =
        Query::new(VIEWS).push(" ?", scope.organisation()).push(" AND v.account_id = ?", account);
    if !scope.may::<ReadInvoices>() {
        query = query.text(" AND v.page NOT IN ('invoice', 'invoices')");
    }
    if let Some((at, id)) = paging.after_time::<DateTime<Utc>, PortalViewId>()? {
        query = query.push(" AND (v.last_at, v.id) < (?", at).push(", ?)", id);
    }
    query = query.push(" ORDER BY v.last_at DESC, v.id DESC LIMIT ?", paging.limit + 1);
    let rows: Vec<ViewRow> = tx.all(query).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.last_at, row.id));
    Ok(Page { items: items.into_iter().map(PortalView::from).collect(), next_cursor })
}
