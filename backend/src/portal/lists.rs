//! What the portal lists, page by page.
use chrono::{DateTime, Utc};
use shared::api::{
    InvoiceState, Money, Page, PortalDecision, PortalInvoice, PortalInvoiceState, PortalPart,
    PortalRequest,
};

use super::lists_store as store;
use super::visitor::Visitor;
use crate::db::Tx;
use crate::error::Result;
use crate::http::{PageParams, page};
use crate::invoices;
use crate::invoices::store::{Filter, InvoiceRow, list as issued};

/// What was asked for.
///
/// # Errors
/// `not_found` where it is not shown; a cursor that no page gave.
pub async fn requests(
    tx: &mut Tx,
    visitor: &Visitor,
    paging: &PageParams,
) -> Result<Page<PortalRequest>> {
    visitor.must_see(PortalPart::Requests)?;
    let place = (paging.after()?, paging.limit + 1);
    let rows = store::requests(tx, visitor.scope(), visitor.account(), place).await?;
    Ok(page(rows, paging.limit, |row| row.id))
}

/// What was decided.
///
/// # Errors
/// `not_found` where it is not shown; a cursor that no page gave.
pub async fn decisions(
    tx: &mut Tx,
    visitor: &Visitor,
    paging: &PageParams,
) -> Result<Page<PortalDecision>> {
    visitor.must_see(PortalPart::Decisions)?;
    let place = (paging.after()?, paging.limit + 1);
    let rows = store::decisions(tx, visitor.scope(), visitor.account(), place).await?;
    Ok(page(rows, paging.limit, |row| row.id))
}

/// The invoices that were issued, the newest first.
///
/// # Errors
/// `not_found` where they are not shown; a cursor that no page gave.
pub async fn invoices(
    tx: &mut Tx,
    visitor: &Visitor,
    paging: &PageParams,
    now: DateTime<Utc>,
) -> Result<Page<PortalInvoice>> {
    visitor.must_see(PortalPart::Invoices)?;
    let scope = visitor.scope();
    let today = invoices::today(tx, scope, now).await?;
    let filter = Filter {
        state: Some(InvoiceState::Issued),
        account: Some(visitor.account()),
        before: paging.after_time()?,
        limit: paging.limit + 1,
        today,
        ..Filter::default()
    };
    let rows = issued(tx, scope, filter).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| (row.issue_on, row.id));
    let told = |row: InvoiceRow| {
        let open_minor = invoices::open(&row).balance.0;
        let state = match open_minor {
            ..=0 => PortalInvoiceState::Paid,
            _ if row.due_on < today => PortalInvoiceState::Overdue,
            _ => PortalInvoiceState::Due,
        };
        let money = |amount_minor| Money { amount_minor, currency: row.currency.clone() };
        PortalInvoice {
            id: row.id,
            number: row.numbered().unwrap_or_default(),
            issued_on: row.issue_on,
            due_on: row.due_on,
            total: money(row.total_minor),
            open: money(open_minor.max(0)),
            state,
            retainer_name: row.retainer_name,
        }
    };
    Ok(Page { items: items.into_iter().map(told).collect(), next_cursor })
}
