//! Calendar feeds in the database, and what they show.
use chrono::{DateTime, Duration, NaiveDate, Utc};
use shared::api::{
    AccountId, CalendarFeed, CalendarFeedId, ClientSessionId, ClientSessionState, FeedKind,
    Language, MemberId, NewCalendarFeed, OrganisationId, RetainerId, Role,
};
use sqlx::types::Json;
use uuid::Uuid;

use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::error::Result;
use crate::{args, stmt};

/// The most events of one kind in a feed: what is to come, and of what is past the latest.
pub const EVENTS_MAX: i64 = 2_000;

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct FeedRow {
    pub id: CalendarFeedId,
    pub name: String,
    kinds: Json<Vec<String>>,
    pub everyone: bool,
    pub language: Language,
    pub created_at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
    pub version: i64,
}
impl FeedRow {
    /// What it shows, of what this version knows.
    pub fn kinds(&self) -> Vec<FeedKind> {
        self.kinds.0.iter().filter_map(|name| FeedKind::named(name)).collect()
    }
}
impl From<FeedRow> for CalendarFeed {
    fn from(row: FeedRow) -> Self {
        let kinds = row.kinds();
        Self {
            id: row.id,
            name: row.name,
            kinds,
            everyone: row.everyone,
            language: row.language,
            created_at: row.created_at,
            seen_at: row.seen_at,
            version: row.version,
        }
    }
}

const SELECT: &str = "
    SELECT f.id, f.name, f.kinds, f.everyone, f.language, f.created_at, f.seen_at, f.version
    FROM calendar_feeds f WHERE f.organisation_id =";

/// The feeds of who asks, the newest first.
pub async fn list(
    tx: &mut Tx,
    scope: Scope,
    (before, limit): (Option<CalendarFeedId>, i64),
) -> Result<Vec<FeedRow>> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND f.member_id = ?", scope.member())
        .push_opt(" AND f.id < ?", before)
        .push(" ORDER BY f.id DESC LIMIT ?", limit);
    Ok(tx.all(query).await?)
}
/// A feed of who asks.
pub async fn find(tx: &mut Tx, scope: Scope, id: CalendarFeedId) -> Result<FeedRow> {
    let query = Query::new(SELECT)
        .push(" ?", scope.organisation())
        .push(" AND f.member_id = ?", scope.member())
        .push(" AND f.id = ?", id);
    Ok(tx.one(query).await?)
}

stmt!(
    COUNT = "
    SELECT CAST(COUNT(*) AS BIGINT) FROM calendar_feeds
    WHERE organisation_id = $1 AND member_id = $2"
);
pub async fn count(tx: &mut Tx, scope: Scope) -> Result<i64> {
    let (count,): (i64,) = tx.one(COUNT.with(args![scope.organisation(), scope.member()])).await?;
    Ok(count)
}

stmt!(
    INSERT = "
    INSERT INTO calendar_feeds (id, organisation_id, member_id, name, kinds, everyone, language,
        secret_hash, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
);
pub async fn insert(
    tx: &mut Tx,
    scope: Scope,
    (id, new, hash): (CalendarFeedId, &NewCalendarFeed, Vec<u8>),
    now: DateTime<Utc>,
) -> Result<()> {
    let args = vec![
        id.into(),
        scope.organisation().into(),
        scope.member().into(),
        new.name.trim().into(),
        Arg::json(&new.kinds),
        new.everyone.into(),
        Arg::name(new.language),
        hash.into(),
        now.into(),
    ];
    tx.execute(INSERT.with(args)).await?;
    Ok(())
}

stmt!(
    RENEW = "
    UPDATE calendar_feeds SET secret_hash = $5, seen_at = NULL, version = version + 1
    WHERE organisation_id = $1 AND member_id = $2 AND id = $3 AND version = $4"
);
/// False if it has another version.
pub async fn renew(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CalendarFeedId, i64),
    hash: Vec<u8>,
) -> Result<bool> {
    let args = args![scope.organisation(), scope.member(), id, version, hash];
    Ok(tx.execute(RENEW.with(args)).await? == 1)
}
stmt!(
    DELETE = "
    DELETE FROM calendar_feeds
    WHERE organisation_id = $1 AND member_id = $2 AND id = $3 AND version = $4"
);
/// False if it has another version.
pub async fn delete(
    tx: &mut Tx,
    scope: Scope,
    (id, version): (CalendarFeedId, i64),
) -> Result<bool> {
    let args = args![scope.organisation(), scope.member(), id, version];
    Ok(tx.execute(DELETE.with(args)).await? == 1)
}

/// A feed as its address finds it, with whose it is and what they are now.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Found {
    pub organisation_id: OrganisationId,
    pub member_id: MemberId,
    pub role: Role,
    #[sqlx(flatten)]
    pub feed: FeedRow,
}
stmt!(
    BY_SECRET = "
    SELECT f.organisation_id, f.member_id, m.role, f.id, f.name, f.kinds, f.everyone, f.language,
        f.created_at, f.seen_at, f.version
    FROM calendar_feeds f
    JOIN members m ON m.organisation_id = f.organisation_id AND m.id = f.member_id AND m.active
    WHERE f.secret_hash = $1"
);
/// The feed of a secret, while its member is active.
pub async fn by_secret(tx: &mut Tx, hash: Vec<u8>) -> Result<Option<Found>> {
    Ok(tx.opt(BY_SECRET.with(args![hash])).await?)
}
stmt!(
    SEEN = "
    UPDATE calendar_feeds SET seen_at = $3
    WHERE organisation_id = $1 AND id = $2 AND (seen_at IS NULL OR seen_at < $4)"
);
/// Notes that a feed was read, once an hour.
pub async fn seen(tx: &mut Tx, scope: Scope, id: CalendarFeedId, now: DateTime<Utc>) -> Result<()> {
    let args = args![scope.organisation(), id, now, now - Duration::hours(1)];
    tx.execute(SEEN.with(args)).await?;
    Ok(())
}

/// What a feed shows: of one member only, and between which days.
#[derive(Debug, Clone, Copy)]
pub struct Asked {
    pub only: Option<MemberId>,
    pub from: DateTime<Utc>,
    /// What is before this is past: it has the room that is left.
    pub past: DateTime<Utc>,
    pub to: DateTime<Utc>,
}
impl Asked {
    fn days(self) -> (NaiveDate, NaiveDate, NaiveDate) {
        (self.from.date_naive(), self.past.date_naive(), self.to.date_naive())
    }
}

#[derive(Debug, Clone, sqlx::FromRow)]
pub struct SessionRow {
    pub id: ClientSessionId,
    pub account_name: String,
    pub member_name: String,
    pub title: Option<String>,
    pub starts_at: DateTime<Utc>,
    pub minutes: i64,
    pub state: ClientSessionState,
    created_at: DateTime<Utc>,
    changed_at: Option<DateTime<Utc>>,
    settled_at: Option<DateTime<Utc>>,
    pub version: i64,
}
impl SessionRow {
    /// When it was last another.
    pub fn modified_at(&self) -> DateTime<Utc> {
        let later = self.changed_at.max(self.settled_at);
        later.map_or(self.created_at, |later| later.max(self.created_at))
    }
}
const SESSIONS: &str = "
    SELECT s.id, a.name AS account_name, m.name AS member_name, s.title, s.starts_at, s.minutes,
        s.state, s.created_at, s.changed_at, s.settled_at, s.version
    FROM client_sessions s
    JOIN retainers r ON r.organisation_id = s.organisation_id AND r.id = s.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    JOIN members m ON m.organisation_id = s.organisation_id AND m.id = s.member_id
    WHERE s.deleted_at IS NULL AND s.organisation_id =";
/// Sessions by their start.
pub async fn sessions(tx: &mut Tx, scope: Scope, asked: Asked) -> Result<Vec<SessionRow>> {
    let query = Query::new(SESSIONS)
        .push(" ?", scope.organisation())
        .push_opt(" AND s.member_id = ?", asked.only)
        .push(" AND s.starts_at >= ?", asked.from)
        .push(" AND s.starts_at < ?", asked.to)
        .push(" ORDER BY s.starts_at < ?", asked.past)
        .push(", CASE WHEN s.starts_at >= ? THEN s.starts_at END", asked.past)
        .push(", s.starts_at DESC, s.id LIMIT ?", EVENTS_MAX);
    let mut rows: Vec<SessionRow> = tx.all(query).await?;
    rows.sort_by_key(|row| (row.starts_at, row.id));
    Ok(rows)
}

/// A day about a retainer; `second` is another one of the same thing.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct DayRow {
    pub id: Uuid,
    pub account_id: AccountId,
    pub account_name: String,
    pub retainer_id: RetainerId,
    pub retainer_name: String,
    pub day: NaiveDate,
    pub second: Option<NaiveDate>,
    pub version: i64,
}
fn by_day(mut rows: Vec<DayRow>) -> Vec<DayRow> {
    rows.sort_by_key(|row| (row.day, row.id));
    rows
}
const CYCLES: &str = "
    SELECT c.id, r.account_id, a.name AS account_name, r.id AS retainer_id,
        r.name AS retainer_name, c.ends_on AS day, c.ends_on AS second,
        CAST(1 AS BIGINT) AS version
    FROM cycles c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.state <> 'setup' AND c.organisation_id =";
/// Cycles with the first day after each.
pub async fn cycles(tx: &mut Tx, scope: Scope, asked: Asked) -> Result<Vec<DayRow>> {
    let (from, past, to) = asked.days();
    let query = Query::new(CYCLES)
        .push(" ?", scope.organisation())
        .push(" AND c.ends_on > ?", from)
        .push(" AND c.ends_on <= ?", to)
        .push(" ORDER BY c.ends_on < ?", past)
        .push(", CASE WHEN c.ends_on >= ? THEN c.ends_on END", past)
        .push(", c.ends_on DESC, c.id LIMIT ?", EVENTS_MAX);
    Ok(by_day(tx.all(query).await?))
}
const RENEWALS: &str = "
    SELECT w.id, r.account_id, a.name AS account_name, r.id AS retainer_id,
        r.name AS retainer_name, w.due_on AS day, w.decide_by AS second, w.version
    FROM renewals w
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE w.decided_at IS NULL AND w.organisation_id =";
/// Renewals that are not decided, with the first day after the term and the first on which nobody
/// decides any more.
pub async fn renewals(tx: &mut Tx, scope: Scope, asked: Asked) -> Result<Vec<DayRow>> {
    let (from, past, to) = asked.days();
    let query = Query::new(RENEWALS)
        .push(" ?", scope.organisation())
        .push_opt(" AND w.owner_id = ?", asked.only)
        .push(" AND w.due_on > ?", from)
        .push(" AND w.due_on <= ?", to)
        .push(" ORDER BY w.due_on < ?", past)
        .push(", CASE WHEN w.due_on >= ? THEN w.due_on END", past)
        .push(", w.due_on DESC, w.id LIMIT ?", EVENTS_MAX);
    Ok(by_day(tx.all(query).await?))
}
const REVIEWS: &str = "
    SELECT v.id, r.account_id, a.name AS account_name, r.id AS retainer_id,
        r.name AS retainer_name, v.next_on AS day, v.next_on AS second, v.number AS version
    FROM reviews v
    JOIN retainers r ON r.organisation_id = v.organisation_id AND r.id = v.retainer_id
    JOIN accounts a ON a.organisation_id = r.organisation_id AND a.id = r.account_id
    WHERE r.state <> 'ended' AND v.next_on IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM reviews later
        WHERE later.organisation_id = v.organisation_id AND later.retainer_id = v.retainer_id
            AND later.number > v.number)
        AND v.organisation_id =";
/// Reviews that are to be held next.
pub async fn reviews(tx: &mut Tx, scope: Scope, asked: Asked) -> Result<Vec<DayRow>> {
    let (from, past, to) = asked.days();
    let query = Query::new(REVIEWS)
        .push(" ?", scope.organisation())
        .push(" AND v.next_on >= ?", from)
        .push(" AND v.next_on < ?", to)
        .push(" ORDER BY v.next_on < ?", past)
        .push(", CASE WHEN v.next_on >= ? THEN v.next_on END", past)
        .push(", v.next_on DESC, v.id LIMIT ?", EVENTS_MAX);
    Ok(by_day(tx.all(query).await?))
}
