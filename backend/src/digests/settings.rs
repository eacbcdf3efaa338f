//! What a member is told by mail, and when the next digest is due.
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;
use shared::api::{DigestRhythm, ErrorCode, Notifications, NotificationsSet};
use shared::rules::digest::{self, Days, Quiet};

use super::store;
use crate::auth::Scope;
use crate::db::Tx;
use crate::error::Result;
use crate::identity;
use crate::mail::Mailer;

/// What the caller said, or what holds for who said nothing.
///
/// # Errors
/// Those of the database.
pub(super) async fn read(tx: &mut Tx, scope: Scope, mailer: &Mailer) -> Result<Notifications> {
    let kept = store::kept(tx, scope).await?;
    Ok(Notifications {
        to: store::address(tx, scope).await?,
        from: mailer.from(),
        next_at: kept.as_ref().and_then(|kept| kept.due_at),
        sent_at: kept.as_ref().and_then(|kept| kept.sent_at),
        version: kept.as_ref().map_or(0, |kept| kept.version),
        settings: kept.map(|kept| kept.settings.0).unwrap_or_default(),
    })
}

/// Says what the caller is told, from now on.
///
/// # Errors
/// `stale`.
pub(super) async fn change(
    tx: &mut Tx,
    scope: Scope,
    (new, version, mailer): (&NotificationsSet, i64, &Mailer),
    now: DateTime<Utc>,
) -> Result<Notifications> {
    let zone = identity::zone(tx, scope).await?;
    let last_on = store::kept(tx, scope).await?.and_then(|kept| kept.last_on);
    let due_at = next(new, zone, (now, last_on));
    if !store::keep(tx, scope, (new, version), due_at).await? {
        return Err(ErrorCode::Stale.into());
    }
    read(tx, scope, mailer).await
}

/// The organisation has another zone: says anew when the next digest of each is due.
///
/// # Errors
/// Those of the database.
pub(crate) async fn reckon_anew(tx: &mut Tx, scope: Scope, now: DateTime<Utc>) -> Result<()> {
    let zone = identity::zone(tx, scope).await?;
    for row in store::wait(tx, scope).await? {
        let due_at = next(&row.settings, zone, (now, row.last_on));
        store::set_due(tx, scope, (row.member_id, due_at)).await?;
    }
    Ok(())
}

/// When the next digest is due; never for who wants none.
pub(super) fn next(
    set: &NotificationsSet,
    zone: Tz,
    (now, last_on): (DateTime<Utc>, Option<NaiveDate>),
) -> Option<DateTime<Utc>> {
    let days = match set.digest {
        DigestRhythm::Never => return None,
        DigestRhythm::Daily => Days::Working,
        DigestRhythm::Weekly => Days::Weekly(weekday(set.weekday)),
    };
    digest::next((days, hour(set.hour)), quiet(set), zone, (now, last_on))
}

/// When nothing is sent.
pub(super) fn quiet(set: &NotificationsSet) -> Quiet {
    let hours = set.quiet_from.zip(set.quiet_to);
    Quiet {
        hours: hours.map(|(from, to)| (hour(from), hour(to))).filter(|(from, to)| from != to),
        weekends: set.quiet_weekends,
    }
}

fn hour(hour: i64) -> u32 {
    u32::try_from(hour.clamp(0, 23)).unwrap_or_default()
}

/// Of a number from 1, Monday, to 7.
fn weekday(number: i64) -> Weekday {
    u8::try_from(number - 1).ok().and_then(|n| Weekday::try_from(n).ok()).unwrap_or(Weekday::Mon)
}
