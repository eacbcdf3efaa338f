//! What wanting to be told, and having seen it, mean.
use chrono::{DateTime, Utc};
use shared::api::{
    Alert, AlertDefaults, AlertDefaultsKept, AlertId, AlertReader, AlertSettings,
    AlertSettingsKept, ErrorCode, MemberId, PoolAlerts, PoolAlertsHeld, RetainerId,
};

use super::{look, store};
use crate::auth::Scope;
use crate::cycles::store::CycleRow;
use crate::cycles::{Book, PoolBook};
use crate::db::{DbError, Tx};
use crate::error::{Error, Result};

/// What holds for a retainer: its own settings, over those of its organisation.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    pub defaults: AlertDefaults,
    pub settings: AlertSettings,
}

impl Rules {
    /// At what somebody is told of a pool: by the retainer's settings, else by the levels that the
    /// terms of the cycle name, else by the defaults.
    pub fn of_pool(&self, pool: PoolBook<'_>, row: &CycleRow) -> PoolAlerts {
        let key = &pool.pool.key;
        let own = self.settings.pools.iter().find(|own| own.pool == *key);
        own.cloned().unwrap_or_else(|| {
            let terms = pool.kept(row).map(|terms| &terms.row.terms.0);
            let agreed = terms.and_then(|terms| terms.pool(key)?.alert_levels.as_deref());
            self.defaults.of_pool(key, agreed)
        })
    }
}

/// What holds for a retainer.
pub async fn rules(tx: &mut Tx, scope: Scope, retainer: RetainerId) -> Result<Rules> {
    let defaults = store::defaults(tx, scope).await?;
    let settings = store::settings(tx, scope, retainer).await?;
    Ok(Rules {
        defaults: defaults.map(|row| row.defaults.0).unwrap_or_default(),
        settings: settings.map(|row| row.settings.0).unwrap_or_default(),
    })
}

/// Who is told: those chosen who still work here, else the owners.
pub async fn readers(tx: &mut Tx, scope: Scope, rules: &Rules) -> Result<Vec<MemberId>> {
    let readers = named_readers(tx, scope, rules).await?;
    Ok(readers.into_iter().map(|reader| reader.member_id).collect())
}

async fn named_readers(tx: &mut Tx, scope: Scope, rules: &Rules) -> Result<Vec<AlertReader>> {
    let chosen = rules.settings.member_ids.as_ref().unwrap_or(&rules.defaults.member_ids);
    let found = store::active_members(tx, scope, chosen).await?;
    if found.is_empty() { store::owners(tx, scope).await } else { Ok(found) }
}

/// The defaults of the organisation; version 0 until somebody changes them.
pub async fn defaults(tx: &mut Tx, scope: Scope) -> Result<AlertDefaultsKept> {
    let row = store::defaults(tx, scope).await?;
    let (defaults, version) = row.map(|row| (row.defaults.0, row.version)).unwrap_or_default();
    Ok(AlertDefaultsKept { defaults, version })
}

/// Sets the defaults; the clock looks at every retainer anew.
///
/// # Errors
/// `stale`; at `/member_ids` for somebody who does not work here.
pub async fn set_defaults(
    tx: &mut Tx,
    scope: Scope,
    (new, version): (&AlertDefaults, i64),
    now: DateTime<Utc>,
) -> Result<AlertDefaultsKept> {
    all_work_here(tx, scope, &new.member_ids).await?;
    if !kept(store::set_defaults(tx, scope, (new, version), now).await)? {
        return Err(ErrorCode::Stale.into());
    }
    store::look_again(tx, scope).await?;
    defaults(tx, scope).await
}

/// What holds for a retainer, and what of it differs from the defaults.
///
/// # Errors
/// `not_found`.
pub async fn settings(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    now: DateTime<Utc>,
) -> Result<AlertSettingsKept> {
    let book = Book::load(tx, scope, retainer, now).await?;
    let version = store::settings(tx, scope, retainer).await?.map_or(0, |row| row.version);
    let rules = rules(tx, scope, retainer).await?;
    let row = book.present().and_then(|place| book.open.get(place)).or(book.open.last());
    let held = row.into_iter().flat_map(|row| {
        let counts = book.each_pool().filter(|pool| pool.counts_in(row));
        counts.map(|pool| PoolAlertsHeld { pool: pool.shown(row), rules: rules.of_pool(pool, row) })
    });
    let pools = held.collect();
    let told = named_readers(tx, scope, &rules).await?;
    Ok(AlertSettingsKept { settings: rules.settings, pools, told, version })
}

/// Sets what differs for a retainer, and looks at once.
///
/// # Errors
/// `not_found`; `stale`; at the field for a pool it has not, or somebody who does not work here.
pub async fn set_settings(
    tx: &mut Tx,
    scope: Scope,
    retainer: RetainerId,
    (new, version): (&AlertSettings, i64),
    now: DateTime<Utc>,
) -> Result<AlertSettingsKept> {
    let book = Book::load(tx, scope, retainer, now).await?;
    for (place, pool) in new.pools.iter().enumerate() {
        if book.pool_named(Some(&pool.pool)).is_none() {
            return Err(Error::field(&format!("/pools/{place}/pool"), "not_found"));
        }
    }
    all_work_here(tx, scope, new.member_ids.as_deref().unwrap_or_default()).await?;
    if !kept(store::set_settings(tx, scope, retainer, (new, version), now).await)? {
        return Err(ErrorCode::Stale.into());
    }
    look(tx, scope, retainer, now).await?;
    settings(tx, scope, retainer, now).await
}

/// Two who change what nobody changed before: the second is late.
fn kept(written: Result<bool>) -> Result<bool> {
    match written {
        Err(Error::Db(DbError::Unique(_))) => Ok(false),
        written => written,
    }
}

async fn all_work_here(tx: &mut Tx, scope: Scope, chosen: &[MemberId]) -> Result<()> {
    let found = store::active_members(tx, scope, chosen).await?;
    let missing = |id: &MemberId| !found.iter().any(|reader| reader.member_id == *id);
    match chosen.iter().position(missing) {
        Some(place) => Err(Error::field(&format!("/member_ids/{place}"), "not_found")),
        None => Ok(()),
    }
}

/// Notes that the caller has seen an alert. Seen again, the first time stays.
///
/// # Errors
/// `not_found`, also where the caller is not among those who are told.
pub async fn see(tx: &mut Tx, scope: Scope, id: AlertId, now: DateTime<Utc>) -> Result<Alert> {
    if !store::see(tx, scope, id, now).await? {
        return Err(ErrorCode::NotFound.into());
    }
    Ok(Alert::from(store::find(tx, scope, id).await?))
}
