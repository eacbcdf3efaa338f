//! What marking leads means: by hand, and by a file of the CRM. Source: requirement S0-38.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{
    ErrorCode, Lead, LeadFile, LeadFileRead, LeadFit, LeadId, LeadSet, NewLead, Page, RetainerId,
    WorkColumn, WorkItemId,
};
use uuid::Uuid;

use super::leads_csv::{self, Row};
use super::leads_store::{self as store, Filter, Fresh, LeadRow, Said};
use super::service::present;
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::http::{PageParams, page};
use crate::identity;

/// Leads, the last that came first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (retainer, fit): (Option<RetainerId>, Option<LeadFit>),
    paging: &PageParams,
) -> Result<Page<Lead>> {
    let before = paging.after_time::<NaiveDate, LeadId>()?;
    let filter = Filter { retainer, fit, before, limit: paging.limit + 1 };
    let rows = store::list(tx, scope, filter).await?;
    let Page { items, next_cursor } =
        page(rows, paging.limit, |row: &LeadRow| (row.came_on, row.id));
    Ok(Page { items: items.into_iter().map(Lead::from).collect(), next_cursor })
}

/// A lead.
///
/// # Errors
/// `not_found`.
pub async fn find(tx: &mut Tx, scope: Scope, id: LeadId) -> Result<Lead> {
    Ok(store::find(tx, scope, id).await?.into())
}

/// Marks a lead.
///
/// # Errors
/// `exists` for one that the retainer has already; at the field: a retainer or a piece of work that
/// is not here, work that is not delivered, a day to come.
pub async fn create(tx: &mut Tx, scope: Scope, new: &NewLead, now: DateTime<Utc>) -> Result<Lead> {
    if !store::retainer_is_known(tx, scope, new.retainer_id).await? {
        return Err(Error::field("/retainer_id", "not_found"));
    }
    if new.came_on > identity::today(tx, scope, now).await? {
        return Err(Error::field("/came_on", "future"));
    }
    let said = Said {
        fit: new.fit,
        work: new.work_item_id,
        revenue: new.revenue.clone(),
        note: present(new.note.as_deref()),
    };
    delivered(tx, scope, (new.retainer_id, said.work)).await?;
    let fresh = Fresh {
        retainer: new.retainer_id,
        reference: new.reference.trim(),
        came_on: new.came_on,
        source: new.source.trim(),
        imported: false,
        said: &said,
    };
    let id = LeadId(Uuid::now_v7());
    match store::insert(tx, scope, (id, &fresh), now).await {
        Err(Error::Db(DbError::Unique(_))) => return Err(ErrorCode::Exists.into()),
        written => written?,
    }
    find(tx, scope, id).await
}

/// A lead is tied to work that was delivered.
async fn delivered(
    tx: &mut Tx,
    scope: Scope,
    (retainer, work): (RetainerId, Option<WorkItemId>),
) -> Result<()> {
    let Some(id) = work else { return Ok(()) };
    match store::stage(tx, scope, (retainer, id)).await? {
        Some(WorkColumn::Delivered) => Ok(()),
        Some(_) => Err(Error::field("/work_item_id", "not_delivered")),
        None => Err(Error::field("/work_item_id", "not_found")),
    }
}

/// Marks a lead anew.
///
/// # Errors
/// `not_found`; `stale`; at the field as when it is marked.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    id: LeadId,
    (new, version): (&LeadSet, i64),
) -> Result<Lead> {
    let row = store::find(tx, scope, id).await?;
    if row.work_item_id != new.work_item_id {
        delivered(tx, scope, (row.retainer_id, new.work_item_id)).await?;
    }
    let said = Said {
        fit: new.fit,
        work: new.work_item_id,
        revenue: new.revenue.clone(),
        note: present(new.note.as_deref()),
    };
    if !store::change(tx, scope, (id, version), &said).await? {
        return Err(ErrorCode::Stale.into());
    }
    find(tx, scope, id).await
}

/// Reads a file: what can be read is kept, the rest told at its line. The same file again changes
/// nothing.
///
/// # Errors
/// At the field: a retainer that is not here, a file without the columns that are needed.
pub async fn read_file(
    tx: &mut Tx,
    scope: Scope,
    file: &LeadFile,
    now: DateTime<Utc>,
) -> Result<LeadFileRead> {
    if !store::retainer_is_known(tx, scope, file.retainer_id).await? {
        return Err(Error::field("/retainer_id", "not_found"));
    }
    let today = identity::today(tx, scope, now).await?;
    let (rows, faults) = leads_csv::rows(&file.csv)?;
    let mut read = LeadFileRead { added: 0, changed: 0, unchanged: 0, faults };
    for row in rows {
        let line = row.line;
        match keep(tx, scope, (file, row), (today, now)).await? {
            Ok(Kept::Added) => read.added += 1,
            Ok(Kept::Changed) => read.changed += 1,
            Ok(Kept::Unchanged) => read.unchanged += 1,
            Err(why) => read.faults.push(leads_csv::fault(line, why)),
        }
    }
    read.faults.sort_by_key(|fault| fault.line);
    Ok(read)
}

enum Kept {
    Added,
    Changed,
    Unchanged,
}

async fn keep(
    tx: &mut Tx,
    scope: Scope,
    (file, row): (&LeadFile, Row),
    (today, now): (NaiveDate, DateTime<Utc>),
) -> Result<Result<Kept, (&'static str, &'static str)>> {
    let retainer = file.retainer_id;
    if row.came_on > today {
        return Ok(Err(("came_on", "future")));
    }
    let work = match row.work {
        None => None,
        Some(number) => match store::numbered(tx, scope, (retainer, number)).await? {
            None => return Ok(Err(("work", "not_found"))),
            Some((_, stage)) if stage != WorkColumn::Delivered => {
                return Ok(Err(("work", "not_delivered")));
            }
            Some((id, _)) => Some(id),
        },
    };
    let said = Said { fit: row.fit, work, revenue: row.revenue, note: row.note };
    let Some(known) = store::called(tx, scope, (retainer, &row.reference)).await? else {
        let fresh = Fresh {
            retainer,
            reference: &row.reference,
            came_on: row.came_on,
            source: file.source.trim(),
            imported: true,
            said: &said,
        };
        store::insert(tx, scope, (LeadId(Uuid::now_v7()), &fresh), now).await?;
        return Ok(Ok(Kept::Added));
    };
    let before = Said {
        fit: known.fit,
        work: known.work_item_id,
        revenue: known.revenue(),
        note: known.note.clone(),
    };
    if before == said {
        return Ok(Ok(Kept::Unchanged));
    }
    if !store::change(tx, scope, (known.id, known.version), &said).await? {
        return Err(DbError::Conflict.into());
    }
    Ok(Ok(Kept::Changed))
}
