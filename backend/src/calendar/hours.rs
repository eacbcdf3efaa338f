//! When members work, and when they are free.
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, Utc};
use chrono_tz::Tz;
use shared::api::{
    ErrorCode, FREE_DAYS_MAX, FREE_STEP_MINUTES, FREE_TIMES_MAX, FreeTimes, MemberId,
    SESSION_MINUTES_MAX, TimeSpan, WorkingHours, WorkingHoursSet, WorkingRange,
};
use shared::rules::free::free_starts;
use shared::rules::zone;
use sqlx::types::Json;

use crate::auth::{RecordTimeOfOthers, Scope};
use crate::db::{Arg, DbError, Tx};
use crate::error::{Error, Result};
use crate::{args, stmt};

#[derive(Debug, sqlx::FromRow)]
struct Row {
    organisation_zone: String,
    own_zone: Option<String>,
    ranges: Option<Json<Vec<WorkingRange>>>,
    version: Option<i64>,
}
stmt!(
    HOURS = "
    SELECT o.timezone AS organisation_zone, h.timezone AS own_zone, h.ranges, h.version
    FROM members m
    JOIN organisations o ON o.id = m.organisation_id
    LEFT JOIN member_hours h ON h.organisation_id = m.organisation_id AND h.member_id = m.id
    WHERE m.organisation_id = $1 AND m.id = $2"
);
/// When a member works: as they said, else Monday to Friday from nine to five where the
/// organisation is.
///
/// # Errors
/// `not_found`.
pub async fn read(tx: &mut Tx, scope: Scope, member: MemberId) -> Result<WorkingHours> {
    let row: Row = tx.one(HOURS.with(args![scope.organisation(), member])).await?;
    Ok(WorkingHours {
        member_id: member,
        timezone: row.own_zone.unwrap_or(row.organisation_zone),
        ranges: row.ranges.map_or_else(WorkingRange::usual, |ranges| ranges.0),
        version: row.version.unwrap_or(0),
    })
}

stmt!(
    FIRST = "
    INSERT INTO member_hours (organisation_id, member_id, timezone, ranges, changed_by, changed_at)
    VALUES ($1, $2, $3, $4, $5, $6)"
);
stmt!(
    CHANGE = "
    UPDATE member_hours
    SET timezone = $3, ranges = $4, changed_by = $5, changed_at = $6, version = version + 1
    WHERE organisation_id = $1 AND member_id = $2 AND version = $7"
);
/// Says when a member works.
///
/// # Errors
/// `not_found`; `forbidden` for the hours of others; `stale`; at `/timezone` for one that is none.
pub async fn set(
    tx: &mut Tx,
    scope: Scope,
    (member, new, version): (MemberId, &WorkingHoursSet, i64),
    now: DateTime<Utc>,
) -> Result<WorkingHours> {
    read(tx, scope, member).await?;
    if member != scope.member() && !scope.may::<RecordTimeOfOthers>() {
        return Err(ErrorCode::Forbidden.into());
    }
    if let Some(name) = &new.timezone {
        zone::zone(name).map_err(|_| Error::field("/timezone", "timezone_unknown"))?;
    }
    let mut ranges = new.ranges.clone();
    ranges.sort_by_key(|one| (one.weekday, one.from_minute));
    let mut args = args![scope.organisation(), member, new.timezone.clone()];
    args.extend([Arg::json(&ranges), scope.member().into(), now.into()]);
    let query = match version {
        0 => FIRST.with(args),
        version => {
            args.push(version.into());
            CHANGE.with(args)
        }
    };
    match tx.execute(query).await {
        Ok(1) => read(tx, scope, member).await,
        Ok(_) | Err(DbError::Unique(_)) => Err(ErrorCode::Stale.into()),
        Err(error) => Err(error.into()),
    }
}

stmt!(
    BOOKED = "
    SELECT starts_at, minutes FROM client_sessions
    WHERE organisation_id = $1 AND starts_at > $3 AND starts_at < $4 AND member_id = $2
        AND state = 'booked' AND deleted_at IS NULL
    ORDER BY starts_at, id LIMIT 500"
);
/// When a member is free for a session of so many minutes: within their hours, and beside what is
/// booked with them. What has gone by is not told.
///
/// # Errors
/// `not_found`; at `to`, for a time that ends before it begins, or lasts too long.
pub async fn free(
    tx: &mut Tx,
    scope: Scope,
    (member, minutes): (MemberId, i64),
    span: TimeSpan,
    now: DateTime<Utc>,
) -> Result<FreeTimes> {
    let length = span.to.signed_duration_since(span.from);
    if length <= Duration::zero() || length > Duration::days(FREE_DAYS_MAX) {
        return Err(Error::field("to", "out_of_range"));
    }
    let known = read(tx, scope, member).await?;
    let before = span.from - Duration::minutes(SESSION_MINUTES_MAX);
    let found = BOOKED.with(args![scope.organisation(), member, before, span.to]);
    let rows: Vec<(DateTime<Utc>, i64)> = tx.all(found).await?;
    let booked = rows.into_iter().map(|(at, minutes)| TimeSpan::lasting(at, minutes));
    let booked: Vec<TimeSpan> = booked.filter(|one| one.meets(span)).collect();
    let hours = spans(zone::zone(&known.timezone)?, &known.ranges, span);
    let all = free_starts(&hours, &booked, (minutes, FREE_STEP_MINUTES), FREE_TIMES_MAX);
    let starts = all.into_iter().filter(|at| *at >= now && span.from <= *at && *at < span.to);
    Ok(FreeTimes { member_id: member, starts: starts.collect(), hours, booked })
}

/// The hours that meet a span of time, in their order.
fn spans(zone: Tz, ranges: &[WorkingRange], span: TimeSpan) -> Vec<TimeSpan> {
    let first = zone::local_date(zone, span.from);
    let last = zone::local_date(zone, span.to);
    let days = first.iter_days().take_while(|day| *day <= last);
    let of_day = |day: NaiveDate| {
        let weekday = i64::from(day.weekday().number_from_monday());
        let of = ranges.iter().filter(move |one| one.weekday == weekday);
        of.map(move |one| TimeSpan {
            from: minute_of(zone, day, one.from_minute),
            to: minute_of(zone, day, one.to_minute),
        })
    };
    let mut spans: Vec<TimeSpan> = days.flat_map(of_day).filter(|one| one.meets(span)).collect();
    spans.sort_by_key(|one| one.from);
    spans
}

/// The instant at which a clock shows a minute of a day; the last is that of the next midnight.
fn minute_of(zone: Tz, day: NaiveDate, minute: i64) -> DateTime<Utc> {
    let next = day.checked_add_days(Days::new(1)).unwrap_or(day);
    match u32::try_from(minute / 60) {
        Ok(hour) if hour < 24 => zone::hour_of(zone, day, hour) + Duration::minutes(minute % 60),
        _ => zone::first_instant(zone, next),
    }
}
