//! Disputes and holds: reminders of an invoice stop, and go on.
use chrono::{DateTime, Utc};
use shared::api::{ErrorCode, InvoiceId, InvoiceState, NewStop, StopKind};

use super::store;
use crate::auth::Scope;
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};
use crate::invoices;

/// Stops reminders of an issued invoice.
///
/// # Errors
/// `not_found`; `invoice_not_issued`; `exists` if it is stopped so already.
pub async fn open(
    tx: &mut Tx,
    scope: Scope,
    (id, kind, new): (InvoiceId, StopKind, &NewStop),
    now: DateTime<Utc>,
) -> Result<()> {
    let row = invoices::store::find(tx, scope, id).await?;
    if row.state != InvoiceState::Issued {
        return Err(ErrorCode::InvoiceNotIssued.into());
    }
    match store::stop(tx, scope, (id, kind, new.reason.trim()), now).await {
        Err(Error::Db(DbError::Unique(_))) => Err(ErrorCode::Exists.into()),
        done => done,
    }
}

/// Lets them go on, from today.
///
/// # Errors
/// `not_found`; `not_stopped`.
pub async fn close(
    tx: &mut Tx,
    scope: Scope,
    (id, kind): (InvoiceId, StopKind),
    now: DateTime<Utc>,
) -> Result<()> {
    invoices::store::find(tx, scope, id).await?;
    if !store::go_on(tx, scope, (id, kind), now).await? {
        return Err(ErrorCode::NotStopped.into());
    }
    store::set_due(tx, scope, now).await
}
