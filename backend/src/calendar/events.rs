//! What a feed shows, as events.
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use shared::api::{ClientSessionState, FeedKind};
use uuid::Uuid;

use super::ics::{self, Event, When};
use super::store::{self, Asked, DayRow, FeedRow};
use super::words::Told;
use crate::auth::{ReadRenewals, ReadRetainers, ReadReviews, ReadTime, Scope};
use crate::config::Site;
use crate::db::Tx;
use crate::error::Result;

/// How far back a feed goes.
const BACK: Duration = Duration::days(90);
/// How far ahead: as far as sessions are booked.
const AHEAD: Duration = Duration::days(shared::api::BOOKED_AHEAD_DAYS_MAX);

/// Whether who asks may see a kind of things.
pub fn may_see(scope: Scope, kind: FeedKind) -> bool {
    match kind {
        FeedKind::Sessions => scope.may::<ReadTime>(),
        FeedKind::CycleEnds => scope.may::<ReadRetainers>(),
        FeedKind::Renewals => scope.may::<ReadRenewals>(),
        FeedKind::Reviews => scope.may::<ReadReviews>(),
    }
}

/// The events of a feed, as far as its member may see them now.
///
/// # Errors
/// Those of the database.
pub async fn of(
    tx: &mut Tx,
    scope: Scope,
    (feed, site): (&FeedRow, &Site),
    now: DateTime<Utc>,
) -> Result<Vec<Event>> {
    let only = (!feed.everyone).then(|| scope.member());
    // A day on either side of midnight: it is not known where who reads is.
    let past = now - Duration::days(1);
    let asked = Asked { only, from: now - BACK, past, to: now + AHEAD };
    let (told, at) = (Told(feed.language), feed.created_at);
    let mut events = Vec::new();
    for kind in feed.kinds().into_iter().filter(|kind| may_see(scope, *kind)) {
        match kind {
            FeedKind::Sessions => events.extend(sessions(tx, scope, (asked, feed, site)).await?),
            FeedKind::CycleEnds => {
                for row in store::cycles(tx, scope, asked).await? {
                    let last = (row.id, before(row.day));
                    let event = day(&row, last, told.cycle_ends(&row), (site, at));
                    events.push(of_its_day(event, last.1));
                }
            }
            FeedKind::Renewals => {
                for row in store::renewals(tx, scope, asked).await? {
                    let last = (row.id, before(row.day));
                    events.push(day(&row, last, told.term_ends(&row), (site, at)));
                    // Where it is the same day, one says it.
                    let decided = row.second.filter(|by| *by != row.day).map(before);
                    if let Some(on) = decided {
                        let mut event = day(&row, (row.id, on), told.decide(&row), (site, at));
                        event.uid = format!("decide-{}", event.uid);
                        events.push(event);
                    }
                }
            }
            FeedKind::Reviews => {
                for row in store::reviews(tx, scope, asked).await? {
                    let event = day(&row, (row.id, row.day), told.review(&row), (site, at));
                    events.push(of_its_day(event, row.day));
                }
            }
        }
    }
    Ok(events)
}

async fn sessions(
    tx: &mut Tx,
    scope: Scope,
    (asked, feed, site): (Asked, &FeedRow, &Site),
) -> Result<Vec<Event>> {
    let told = Told(feed.language);
    let event = |row: store::SessionRow| {
        let on = row.starts_at.date_naive();
        let link = site.link(&format!("/calendar?date={on}&session={}", row.id));
        Event {
            uid: ics::uid(row.id.0),
            summary: told.session(&row, feed.everyone),
            description: link.clone(),
            link: Some(link),
            when: When::Times(row.starts_at, row.minutes),
            cancelled: row.state == ClientSessionState::Cancelled,
            sequence: row.version,
            modified_at: row.modified_at(),
        }
    };
    Ok(store::sessions(tx, scope, asked).await?.into_iter().map(event).collect())
}

/// The day before.
fn before(day: NaiveDate) -> NaiveDate {
    day.checked_sub_days(Days::new(1)).unwrap_or(day)
}

/// Nobody counts how often it was moved: on another day it is another event.
fn of_its_day(event: Event, on: NaiveDate) -> Event {
    Event { uid: format!("{on}-{}", event.uid), ..event }
}

/// A whole day about a retainer, which leads to its page. Nobody keeps when it was last another: it
/// is as old as the feed.
fn day(
    row: &DayRow,
    (id, on): (Uuid, NaiveDate),
    summary: String,
    (site, modified_at): (&Site, DateTime<Utc>),
) -> Event {
    let (account, retainer) = (row.account_id, row.retainer_id);
    let link = site.link(&format!("/accounts/{account}/retainers/{retainer}"));
    Event {
        uid: ics::uid(id),
        summary,
        description: link.clone(),
        link: Some(link),
        when: When::Day(on),
        cancelled: false,
        sequence: row.version,
        modified_at,
    }
}
