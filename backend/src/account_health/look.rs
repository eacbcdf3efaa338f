//! The clock looks how accounts stand, and keeps when that becomes another.
use chrono::{DateTime, TimeDelta, Utc};
use shared::api::{AccountHealth, AccountId, HealthBand, MemberId, OrganisationId, Role};
use shared::rules::zone;
use uuid::Uuid;

use super::{service, store};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::identity;

/// After a look that failed.
const AGAIN: TimeDelta = TimeDelta::minutes(5);

/// Looks at each account once a day, and after what happened with it, one at a time, for every
/// organisation. Safe to run anywhere, any number of times. One that fails is logged, does not keep
/// the others waiting, and is looked at again soon. `then` is told of each that was looked at: what
/// the same things give reason to.
///
/// # Errors
/// Those of finding them.
pub(crate) async fn tick(
    db: &Db,
    now: DateTime<Utc>,
    then: impl AsyncFn(Scope, AccountId) -> Result<()>,
) -> Result<()> {
    for (organisation, id) in db.read(async |tx| store::due(tx, now).await).await? {
        if let Err(error) = look(db, system(organisation), id, (now, &then)).await {
            tracing::error!(%organisation, account = %id, ?error, "an account was not looked at");
            let again =
                async |tx: &mut Tx| store::look_at(tx, system(organisation), id, now + AGAIN).await;
            db.write(again).await?;
        }
    }
    Ok(())
}

/// The look is taken first and done then: what happens meanwhile asks for another.
async fn look(
    db: &Db,
    scope: Scope,
    id: AccountId,
    (now, then): (DateTime<Utc>, impl AsyncFn(Scope, AccountId) -> Result<()>),
) -> Result<()> {
    if !db.write(async |tx| claim(tx, scope, id, now).await).await? {
        return Ok(());
    }
    let health = db.read(async |tx| service::whole(tx, scope, id, now).await).await?;
    db.write(async |tx| keep(tx, scope, &health, now).await).await?;
    then(scope, id).await
}

/// Until the next day begins there.
async fn claim(tx: &mut Tx, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<bool> {
    let of = identity::zone(tx, scope).await?;
    let today = zone::local_date(of, now);
    let next = zone::first_instant(of, today.succ_opt().unwrap_or(today));
    store::claim(tx, scope, id, (now, next)).await
}

/// A day is kept when state or band are others at its end than on the last one that was.
async fn keep(tx: &mut Tx, scope: Scope, health: &AccountHealth, now: DateTime<Utc>) -> Result<()> {
    if !store::keep(tx, scope, health, now).await? {
        return Ok(());
    }
    let last = store::days(tx, scope, health.account_id, 2).await?;
    let before = last.iter().find(|day| day.on < health.on);
    let before = before.map(|day| (day.state, day.score.map(HealthBand::of)));
    if before.unwrap_or_default() == (health.state, health.band) {
        return store::drop_day(tx, scope, health).await;
    }
    store::keep_day(tx, scope, health).await
}

/// The clock acts in every organisation, as nobody.
fn system(organisation: OrganisationId) -> Scope {
    Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner)
}
