//! The routes of calendars: feeds for other programs, who is invited to sessions, and when people
//! are free.
use chrono::{DateTime, SecondsFormat, Utc};
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, decode, delete, http, post, put};

read! {
    /// One's own calendar feeds.
    fn calendar_feeds() -> Page<CalendarFeed> = format!("/calendar-feeds?limit={LONG_PAGE}");
    /// Who is invited to a session.
    fn session_invitees(id: ClientSessionId) -> SessionInvitees =
        format!("/sessions/{id}/invitees");
    /// When a member works.
    fn working_hours(id: MemberId) -> WorkingHours = format!("/members/{id}/working-hours");
}

/// When a member is free between two instants, for so many minutes.
pub fn free_times(
    id: MemberId,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
    minutes: i64,
) -> Fetch<FreeTimes> {
    let instant = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let path = Path::new(format!("/members/{id}/free-times"))
        .with("from", Some(instant(from)))
        .with("to", Some(instant(to)))
        .with("minutes", Some(minutes));
    Fetch::new(path.done())
}

write! {
    /// Makes a calendar feed.
    fn add_calendar_feed(body: &NewCalendarFeed) -> CalendarFeedMade =
        post("/calendar-feeds", body).await;
    /// Gives a calendar feed another address.
    fn renew_calendar_feed(id: CalendarFeedId, version: i64) -> CalendarFeedMade = {
        let path = format!("/calendar-feeds/{id}/renew");
        decode(&http::send("POST", &path, None, Some(version)).await?)
    };
    /// Ends a calendar feed.
    fn end_calendar_feed(id: CalendarFeedId, version: i64) -> () =
        delete(&format!("/calendar-feeds/{id}"), version).await.map(drop);
    /// Says when a member works.
    fn set_working_hours(id: MemberId, version: i64, body: &WorkingHoursSet) -> WorkingHours =
        put(&format!("/members/{id}/working-hours"), version, body).await;
    /// Says who is invited to a session.
    fn set_session_invitees(id: ClientSessionId, version: i64, body: &SessionInviteesSet)
        -> SessionInvitees = put(&format!("/sessions/{id}/invitees"), version, body).await;
}
