//! Who works on an import, and until when: the lease in the database.
//!
//! A commit is known by the version that it gave the import; who takes the import over gives it
//! another. The lease is short, renewed with all that is written, and measured by the machine: a
//! writer that died stays dead where the clock of a demonstration stands still.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{ErrorCode, ImportId, OrganisationId};

use crate::auth::Scope;
use crate::clock::Clock;
use crate::db::Tx;
use crate::error::Result;
use crate::{args, stmt};

/// How long a commit that writes nothing is left alone by others; likewise a file that is read again,
/// since whoever maps it waits for that.
const WRITES_WITHIN: TimeDelta = TimeDelta::seconds(60);
/// How long a file that comes in is left alone: its client may be slow, and nobody waits for it.
const READS_WITHIN: TimeDelta = TimeDelta::minutes(15);

/// The machine's time.
pub fn now() -> DateTime<Utc> {
    Clock::Real.now()
}
/// Until when a commit, or another reading, may write nothing before others may think that its server
/// died.
pub fn of_writing() -> DateTime<Utc> {
    now() + WRITES_WITHIN
}
/// The same of a file that comes in.
pub fn of_reading() -> DateTime<Utc> {
    now() + READS_WITHIN
}

/// A commit of an import.
#[derive(Debug, Clone, Copy)]
pub struct Writing {
    pub import: ImportId,
    /// The version that the commit gave it.
    pub version: i64,
}

stmt!(
    HOLD = "
    UPDATE imports SET leased_until = $4
    WHERE organisation_id = $1 AND id = $2 AND version = $3 AND state = 'committing'"
);
stmt!(
    COMMITTING = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM imports
    WHERE organisation_id = $1 AND state = 'committing'"
);
stmt!(
    STOPPED = "
    SELECT organisation_id, id FROM imports
    WHERE leased_until < $1 AND state = 'committing' ORDER BY leased_until LIMIT 100"
);
stmt!(
    TAKE_OVER = "
    UPDATE imports SET leased_until = $4, version = version + 1
    WHERE organisation_id = $1 AND id = $2 AND state = 'committing' AND leased_until < $3"
);

/// Goes on writing an import. Until the end of the transaction nobody can take it over.
///
/// # Errors
/// `import_busy` if another has taken it over, and those of the database.
pub async fn hold(tx: &mut Tx, scope: Scope, writing: Writing) -> Result<()> {
    let args = args![scope.organisation(), writing.import, writing.version, of_writing()];
    let held = tx.execute(HOLD.with(args)).await? == 1;
    if held { Ok(()) } else { Err(ErrorCode::ImportBusy.into()) }
}
/// Whether the organisation has an import that is being written, or is to be undone.
pub async fn is_committing(tx: &mut Tx, scope: Scope) -> Result<bool> {
    let (count,): (i64,) = tx.one(COMMITTING.with(args![scope.organisation()])).await?;
    Ok(count > 0)
}
/// Imports whose server stopped while writing them, of whatever organisation.
pub async fn stopped(tx: &mut Tx) -> Result<Vec<(OrganisationId, ImportId)>> {
    Ok(tx.all(STOPPED.with(args![now()])).await?)
}
/// Takes an import from a server that stopped; false if another did.
pub async fn take_over(tx: &mut Tx, scope: Scope, id: ImportId) -> Result<bool> {
    let args = args![scope.organisation(), id, now(), of_writing()];
    Ok(tx.execute(TAKE_OVER.with(args)).await? == 1)
}
