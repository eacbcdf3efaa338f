//! How an organisation reminds.
use chrono::{DateTime, Utc};
use shared::api::{DunningSet, DunningSettings, ErrorCode};

use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::mail::Mailer;

/// What holds, with the words of every language.
pub async fn read(tx: &mut Tx, scope: Scope, mailer: &Mailer) -> Result<DunningSettings> {
    let kept = store::kept(tx, scope).await?;
    let version = kept.as_ref().map_or(0, |kept| kept.version);
    let settings = kept.map(|kept| kept.settings.0).unwrap_or_default();
    Ok(DunningSettings { settings: settings.filled(), from: mailer.from(), version })
}

/// Says how the organisation reminds, from today on.
///
/// # Errors
/// `stale`.
pub async fn change(
    tx: &mut Tx,
    scope: Scope,
    (new, version, mailer): (&DunningSet, i64, &Mailer),
    now: DateTime<Utc>,
) -> Result<DunningSettings> {
    if !store::keep(tx, scope, (&new.own(), version), now).await? {
        return Err(ErrorCode::Stale.into());
    }
    read(tx, scope, mailer).await
}
