//! Sessions with clients: booked, then held, called off or missed.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::ledger::SessionStatus;

/// The longest session: a day.
pub const SESSION_MINUTES_MAX: i64 = 24 * 60;
/// The most units that one session draws.
pub const SESSION_UNITS_MAX: i64 = 100;
/// How many days ahead a session can be booked: two years.
pub const BOOKED_AHEAD_DAYS_MAX: i64 = 731;

/// A session to book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewClientSession {
    /// Which retainer it serves.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// The key of the pool it draws on; the first of sessions if left out. A session without units
    /// stands beside any pool.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$")
    )]
    pub pool: Option<String>,
    /// When it begins; its day in the retainer's time zone picks the cycle. At most two years
    /// ahead.
    #[garde(custom(check::instant))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-11-24T09:00:00Z"))]
    pub starts_at: DateTime<Utc>,
    /// How long it is.
    #[garde(range(min = 1, max = SESSION_MINUTES_MAX))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440, example = 60))]
    pub minutes: i64,
    /// Units of the pool that it draws; 1 if left out, 0 for a call that draws on nothing.
    #[garde(range(min = 0, max = SESSION_UNITS_MAX))]
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100, example = 1))]
    pub units: i64,
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "Quarter plan"))]
    pub title: Option<String>,
    /// What to remember.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
    /// Who holds it; oneself if left out. Others only by those who may.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
    /// People of the account who are invited by mail, each with a mail address.
    #[garde(length(max = INVITEES_MAX))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub invitees: Vec<ContactId>,
}

fn one() -> i64 {
    1
}

/// What to change about a session; what is left out stays. One that was settled keeps its time
/// and its units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ClientSessionChange {
    /// When it begins.
    #[garde(inner(custom(check::instant)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// How long it is.
    #[garde(range(min = 1, max = SESSION_MINUTES_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440))]
    pub minutes: Option<i64>,
    /// Units of the pool that it draws; 0 for a call that draws on nothing.
    #[garde(range(min = 0, max = SESSION_UNITS_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100))]
    pub units: Option<i64>,
    /// As people call it; empty removes it.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "Half-year plan"))]
    pub title: Option<String>,
    /// What to remember; empty removes it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ClientSessionState {
    /// It reserves its units.
    Booked,
    /// It took place.
    Completed,
    /// It was called off.
    Cancelled,
    /// Nobody came.
    NoShow,
}

impl ClientSessionState {
    /// How it went; none while it is booked.
    #[must_use]
    pub fn status(self) -> Option<SessionStatus> {
        match self {
            Self::Booked => None,
            Self::Completed => Some(SessionStatus::Completed),
            Self::Cancelled => Some(SessionStatus::Cancelled),
            Self::NoShow => Some(SessionStatus::NoShow),
        }
    }
}

impl From<SessionStatus> for ClientSessionState {
    fn from(status: SessionStatus) -> Self {
        match status {
            SessionStatus::Completed => Self::Completed,
            SessionStatus::Cancelled => Self::Cancelled,
            SessionStatus::NoShow => Self::NoShow,
        }
    }
}

/// A session with a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientSession {
    /// Its id.
    pub id: ClientSessionId,
    /// Which retainer it serves.
    pub retainer_id: RetainerId,
    /// The retainer's name.
    pub retainer_name: String,
    /// For whom.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The key of the pool it draws on, or stands beside.
    pub pool: String,
    /// Who holds it.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// As people call it.
    pub title: Option<String>,
    /// What to remember.
    pub note: Option<String>,
    /// When it begins.
    pub starts_at: DateTime<Utc>,
    /// How long it is.
    pub minutes: i64,
    /// The retainer's time zone.
    pub timezone: String,
    /// Its day there, which picks the cycle.
    pub on: NaiveDate,
    /// Units of the pool that it draws if it takes place; 0 of a call that draws on nothing.
    pub units: i64,
    /// Where it stands.
    pub state: ClientSessionState,
    /// When somebody said how it went.
    pub settled_at: Option<DateTime<Utc>>,
    /// How long before its start it was called off, in minutes; below 0 if after it.
    pub notice_minutes: Option<i64>,
    /// Hours of notice that the terms asked for then.
    pub notice_asked_hours: Option<i64>,
    /// What being called off or missed did to its units.
    pub outcome: Option<CancellationOutcome>,
    /// Why its units are where they are, once it is settled.
    pub reason_code: Option<SettlementCode>,
    /// Units that were drawn.
    pub charged: i64,
    /// The cycle it was posted to, once it is settled; before that, the one whose close drew its
    /// units.
    pub cycle_id: Option<CycleId>,
    /// Of a closed cycle, posted to an open one.
    pub late: bool,
    /// When it was booked.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// A session and where it leaves the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientSessionBooked {
    /// The session.
    pub session: ClientSession,
    /// Where the pool stands in the session's cycle; in the last one made if it lies further
    /// ahead, in the oldest open one if its own is closed.
    pub balance: Balance,
}

/// How a session went. The terms decide what that does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SettleClientSession {
    /// It took place, was called off, or nobody came.
    #[garde(skip)]
    pub status: SessionStatus,
    /// When it was called off; now if left out.
    #[garde(inner(custom(check::instant)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<Utc>>,
}

/// Why the units of a settled session are where they are. Source: domain 3.11.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum SettlementCode {
    /// It took place: used up.
    Delivered,
    /// Called off in time: they stay in the pool.
    CancelledInTimeReleased,
    /// Called off in time: set aside to be made up.
    CancelledInTimeCarried,
    /// Called off in time: used up all the same.
    CancelledInTimeCharged,
    /// Called off too late: they stay in the pool all the same.
    CancelledLateReleased,
    /// Called off too late: set aside to be made up all the same.
    CancelledLateCarried,
    /// Called off too late: used up.
    CancelledLateCharged,
    /// Nobody came: they stay in the pool all the same.
    NoShowReleased,
    /// Nobody came: set aside to be made up all the same.
    NoShowCarried,
    /// Nobody came: used up.
    NoShowCharged,
}

impl SettlementCode {
    /// The code of a status, of notice as minutes given and hours asked for, and of what the
    /// terms made of it.
    #[must_use]
    pub fn of(
        status: SessionStatus,
        notice: Option<(i64, i64)>,
        outcome: Option<CancellationOutcome>,
    ) -> SettlementCode {
        let in_time = notice.is_some_and(|(given, asked)| given >= asked * 60);
        use CancellationOutcome::*;
        match (status, in_time, outcome) {
            (SessionStatus::Completed, _, _) | (_, _, None) => Self::Delivered,
            (SessionStatus::Cancelled, true, Some(Release)) => Self::CancelledInTimeReleased,
            (SessionStatus::Cancelled, true, Some(Carry)) => Self::CancelledInTimeCarried,
            (SessionStatus::Cancelled, true, Some(Charge)) => Self::CancelledInTimeCharged,
            (SessionStatus::Cancelled, false, Some(Release)) => Self::CancelledLateReleased,
            (SessionStatus::Cancelled, false, Some(Carry)) => Self::CancelledLateCarried,
            (SessionStatus::Cancelled, false, Some(Charge)) => Self::CancelledLateCharged,
            (SessionStatus::NoShow, _, Some(Release)) => Self::NoShowReleased,
            (SessionStatus::NoShow, _, Some(Carry)) => Self::NoShowCarried,
            (SessionStatus::NoShow, _, Some(Charge)) => Self::NoShowCharged,
        }
    }
}

/// Units that are to be made up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwedUnits {
    /// How many.
    pub quantity: i64,
    /// The number of the cycle they come from.
    pub origin_seq: i64,
    /// The first day on which they are gone; never if absent.
    pub ends_on: Option<NaiveDate>,
}

/// What settling a session does, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SettlementReason {
    /// To match on.
    pub code: SettlementCode,
    /// The same in English, with its numbers.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "cancelled 30 h before, notice is 24 h")
    )]
    pub text: String,
    /// Units that are used up.
    pub charged: i64,
    /// Of them, beyond what was available.
    pub overage: i64,
    /// What is set aside to be made up; absent if nothing is.
    pub owed: Option<OwedUnits>,
}

/// A session that is settled, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClientSessionSettled {
    /// The session.
    pub session: ClientSession,
    /// Where the pool stands in the cycle it was posted to, after it.
    pub balance: Balance,
    /// What became of its units, and why.
    pub reason: SettlementReason,
}

/// How the sessions of a cycle went, by their day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionSummary {
    /// The cycle this is about.
    pub cycle_id: CycleId,
    /// Its number: what is owed from it was set aside in it.
    pub seq: i64,
    /// The pool this is about.
    pub pool: Pool,
    /// Sessions that are booked, and nobody said yet how they went.
    pub booked: i64,
    /// Sessions that took place.
    pub delivered: i64,
    /// Sessions called off with the notice that the terms ask for.
    pub cancelled_in_time: i64,
    /// Sessions called off later.
    pub cancelled_late: i64,
    /// Sessions that nobody came to.
    pub no_show: i64,
    /// Units to be made up: of earlier cycles and not used yet, and those set aside in this one.
    /// Of a closed cycle, what it handed on.
    pub owed: Vec<OwedUnits>,
}

impl PoolTerms {
    /// Whether sessions can draw on it.
    #[must_use]
    pub fn takes_sessions(&self) -> bool {
        self.unit == Unit::Sessions
    }
}

checked! {
    NewClientSession, |new, faults| {
        calendar::named_once(&new.invitees, "/invitees", faults);
    };
    ClientSessionChange;
    SettleClientSession, |settle, faults| {
        if settle.status != SessionStatus::Cancelled && settle.at.is_some() {
            faults.push(FieldError::new("/at", "not_allowed"));
        }
    };
}
