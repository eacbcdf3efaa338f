//! An import that is not finished is undone: what it has written was never seen, and goes again.
use std::collections::BTreeMap;

use shared::api::{ImportFailure, ImportId, MemberId, OrganisationId, RetainerId, Role};
use uuid::Uuid;

use super::lease::{self, Writing};
use super::rows::{self, Of};
use super::{service, store};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::{cycles, delivery};

/// Lines whose entries one transaction deletes.
const LINES_AT_ONCE: i64 = 500;

/// Deletes the entries of an import that is being written, with their facts, and forgets why rows
/// were left out. Doing it again changes nothing.
///
/// # Errors
/// `import_busy` if another has taken it over, and those of the database.
pub async fn undo(db: &Db, scope: Scope, of: Of, writing: Writing) -> Result<()> {
    let organisation = scope.organisation();
    let last = db.read(async |tx| rows::last_line(tx, organisation, of.import).await).await?;
    let mut from = 0;
    while last.is_some_and(|last| from <= last) {
        let lines = (from, from + LINES_AT_ONCE);
        db.write_unseen(async |tx| {
            lease::hold(tx, scope, writing).await?;
            page(tx, scope, of, lines).await
        })
        .await?;
        from = lines.1;
    }
    Ok(())
}

async fn page(tx: &mut Tx, scope: Scope, of: Of, lines: (i64, i64)) -> Result<()> {
    let entries = rows::entries(tx, scope, of, lines).await?;
    let mut freed: BTreeMap<RetainerId, i64> = BTreeMap::new();
    for retainer in delivery::delete_unseen(tx, scope, &entries).await? {
        *freed.entry(retainer).or_default() += 1;
    }
    for (retainer, numbers) in freed {
        cycles::store::spare_records(tx, scope, retainer, numbers).await?;
    }
    rows::accept(tx, scope, of, lines).await
}

/// Undoes imports whose server stopped while writing them, of whatever organisation.
///
/// # Errors
/// Those of the database.
pub async fn tick(db: &Db) -> Result<()> {
    undo_stopped(db, |_| true).await
}

/// The same of one organisation, for whoever waits to commit another.
///
/// # Errors
/// Those of the database.
pub async fn tick_of(db: &Db, scope: Scope) -> Result<()> {
    undo_stopped(db, |organisation| organisation == scope.organisation()).await
}

async fn undo_stopped(db: &Db, of: impl Fn(OrganisationId) -> bool) -> Result<()> {
    for (organisation, import) in db.read(async |tx| lease::stopped(tx).await).await? {
        if of(organisation) {
            take_back(db, organisation, import).await?;
        }
    }
    Ok(())
}

async fn take_back(db: &Db, organisation: OrganisationId, import: ImportId) -> Result<()> {
    let scope = Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner);
    // A server that was not dead but slow notices that the import is another's.
    let taken = db
        .write(async |tx| {
            let taken = lease::take_over(tx, scope, import).await?;
            Ok(if taken { Some(store::find(tx, scope, import).await?) } else { None })
        })
        .await?;
    let Some(row) = taken else { return Ok(()) };
    let writing = Writing { import, version: row.version };
    undo(db, scope, service::rows_of(&row), writing).await?;
    tracing::warn!(%import, "an import that was not finished is undone");
    db.write(async |tx| store::fail(tx, scope, writing, ImportFailure::Stopped).await).await
}
