//! Making calendar feeds, ending them, and what is read at their address.
use chrono::{DateTime, Utc};
use shared::api::{
    CalendarFeed, CalendarFeedId, CalendarFeedMade, ErrorCode, FEEDS_MAX, NewCalendarFeed, Page,
};
use uuid::Uuid;

use super::ics::Event;
use super::{events, ics, store};
use crate::auth::{Scope, Secret};
use crate::config::Site;
use crate::db::Tx;
use crate::error::{Error, Result};
use crate::http::{PageParams, page};

/// A feed does what its member may do: a key, which may be allowed less, has none.
fn signed_in(scope: Scope) -> Result<()> {
    scope.session().map(drop).ok_or(ErrorCode::Forbidden.into())
}

/// Makes a feed of who asks.
///
/// # Errors
/// `forbidden` for a key; at `/kinds` for what they may not see; at `/name` where they have too
/// many.
pub async fn make(
    tx: &mut Tx,
    scope: Scope,
    new: &NewCalendarFeed,
    now: DateTime<Utc>,
) -> Result<CalendarFeedMade> {
    signed_in(scope)?;
    if let Some(place) = new.kinds.iter().position(|kind| !events::may_see(scope, *kind)) {
        return Err(Error::field(&format!("/kinds/{place}"), "not_allowed"));
    }
    if store::count(tx, scope).await? >= FEEDS_MAX as i64 {
        return Err(Error::field("/name", "too_many_feeds"));
    }
    let (secret, id) = (Secret::random(), CalendarFeedId(Uuid::now_v7()));
    store::insert(tx, scope, (id, new, secret.hash()), now).await?;
    Ok(CalendarFeedMade { feed: store::find(tx, scope, id).await?.into(), token: secret.text() })
}

/// The feeds of who asks, the newest first.
///
/// # Errors
/// A cursor that no page gave.
pub async fn list(tx: &mut Tx, scope: Scope, paging: &PageParams) -> Result<Page<CalendarFeed>> {
    let rows = store::list(tx, scope, (paging.after()?, paging.limit + 1)).await?;
    let Page { items, next_cursor } = page(rows, paging.limit, |row| row.id);
    Ok(Page { items: items.into_iter().map(CalendarFeed::from).collect(), next_cursor })
}

/// Gives a feed another address: who reads at the old one is out at once.
///
/// # Errors
/// `forbidden` for a key; `not_found`; `stale`.
pub async fn renew(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CalendarFeedId, i64),
) -> Result<CalendarFeedMade> {
    signed_in(scope)?;
    store::find(tx, scope, id).await?;
    let secret = Secret::random();
    if !store::renew(tx, scope, (id, version), secret.hash()).await? {
        return Err(ErrorCode::Stale.into());
    }
    Ok(CalendarFeedMade { feed: store::find(tx, scope, id).await?.into(), token: secret.text() })
}

/// Ends a feed.
///
/// # Errors
/// `not_found`; `stale`.
pub async fn end(tx: &mut Tx, scope: Scope, which: (CalendarFeedId, i64)) -> Result<()> {
    store::find(tx, scope, which.0).await?;
    match store::delete(tx, scope, which).await? {
        true => Ok(()),
        false => Err(ErrorCode::Stale.into()),
    }
}

/// What was read at an address, and of which feed.
pub struct Read {
    pub scope: Scope,
    pub id: CalendarFeedId,
    name: String,
    events: Vec<Event>,
    /// That it was read is to be written down.
    pub unseen: bool,
}
impl Read {
    /// As calendar programs have it.
    pub fn text(&self) -> String {
        ics::feed(&self.name, &self.events)
    }
}

/// The feed at an address.
///
/// # Errors
/// `not_found` for a secret that is none, or whose member is no longer active.
pub async fn at(tx: &mut Tx, token: &str) -> Result<store::Found> {
    let found = store::by_secret(tx, Secret::hash_of(token)).await?;
    found.ok_or(ErrorCode::NotFound.into())
}

/// What a calendar program reads at the address of a feed: what its member may see now.
///
/// # Errors
/// Those of [`at`].
pub async fn read(tx: &mut Tx, (token, site): (&str, &Site), now: DateTime<Utc>) -> Result<Read> {
    let found = at(tx, token).await?;
    let scope = Scope::acting(found.organisation_id, found.member_id, found.role);
    let feed = found.feed;
    let events = events::of(tx, scope, (&feed, site), now).await?;
    let unseen = feed.seen_at.is_none_or(|at| at < now - chrono::Duration::hours(1));
    Ok(Read { scope, id: feed.id, name: feed.name, events, unseen })
}
