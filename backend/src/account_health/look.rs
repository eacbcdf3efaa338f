//! The clock looks how accounts stand, and keeps when that becomes another.
use chrono::{DateTime, Utc};
use shared::api::{AccountHealth, AccountId, HealthBand, MemberId, OrganisationId, Role};
use shared::rules::zone;
use uuid::Uuid;

use super::{service, store};
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::Result;
use crate::identity;

/// Accounts of one look of the clock: other work of it, and the start, do not wait longer.
const AT_ONCE: usize = 100;

/// Looks at each client once a day, and after what happened with it, one at a time, for every
/// organisation. Safe to run anywhere, any number of times. One that fails is logged, does not keep
/// the others waiting, and is looked at again on the next day or when something happens.
///
/// # Errors
/// Those of finding them.
pub(crate) async fn tick(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let (mut after, mut seen) = (None, 0);
    while seen < AT_ONCE {
        let due = db.read(async |tx| store::due(tx, now, after).await).await?;
        let Some((_, last)) = due.last() else { return Ok(()) };
        after = Some(*last);
        seen += due.len();
        for (organisation, id) in due {
            if let Err(error) = look(db, system(organisation), id, now).await {
                tracing::error!(%organisation, account = %id, ?error, "health was not looked at");
            }
        }
    }
    Ok(())
}

/// The look is taken first and done then: what happens meanwhile asks for another.
async fn look(db: &Db, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<()> {
    if !db.write(async |tx| claim(tx, scope, id, now).await).await? {
        return Ok(());
    }
    let health = db.read(async |tx| service::whole(tx, scope, id, now).await).await?;
    db.write(async |tx| keep(tx, scope, &health).await).await
}

/// Until the next day begins there.
async fn claim(tx: &mut Tx, scope: Scope, id: AccountId, now: DateTime<Utc>) -> Result<bool> {
    let of = identity::zone(tx, scope).await?;
    let today = zone::local_date(of, now);
    let next = zone::first_instant(of, today.succ_opt().unwrap_or(today));
    store::claim(tx, scope, id, (now, next)).await
}

/// A day is kept when state or band are others than on the last one that was.
async fn keep(tx: &mut Tx, scope: Scope, health: &AccountHealth) -> Result<()> {
    store::keep(tx, scope, health).await?;
    let last = store::days(tx, scope, health.account_id, 1).await?;
    let before = last.first().map(|day| (day.state, day.score.map(HealthBand::of)));
    if before.unwrap_or_default() == (health.state, health.band) {
        return Ok(());
    }
    store::keep_day(tx, scope, health).await
}

/// The clock acts in every organisation, as nobody.
fn system(organisation: OrganisationId) -> Scope {
    Scope::acting(organisation, MemberId(Uuid::nil()), Role::Owner)
}
