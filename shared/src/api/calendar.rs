//! Calendars of other programs: feeds that members subscribe to, and invitations to sessions.
use std::collections::HashSet;

use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most feeds that a member has at once.
pub const FEEDS_MAX: usize = 20;
/// The most people who are invited to a session.
pub const INVITEES_MAX: usize = 20;

names! {
    /// What a calendar feed shows.
    FeedKind {
        /// Sessions with clients.
        Sessions "sessions",
        /// The last day of each cycle.
        CycleEnds "cycle_ends",
        /// When terms end, and until when somebody decides about that.
        Renewals "renewals",
        /// When reviews are due.
        Reviews "reviews",
    }
}

/// A calendar feed to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewCalendarFeed {
    /// What the member calls it, such as where it is read; calendar programs show it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "My phone"))]
    pub name: String,
    /// What it shows; each of it only as long as the member may see it.
    #[garde(length(min = 1, max = FeedKind::ALL.len()))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_items = 1, max_items = 4, example = json!(["sessions"]))
    )]
    pub kinds: Vec<FeedKind>,
    /// Sessions and renewals of everybody, not only one's own.
    #[garde(skip)]
    #[serde(default)]
    pub everyone: bool,
    /// The language of its words.
    #[garde(skip)]
    #[serde(default)]
    pub language: Language,
}

/// An address at which a calendar program reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarFeed {
    /// Its id.
    pub id: CalendarFeedId,
    /// What the member calls it.
    pub name: String,
    /// What it shows.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub kinds: Vec<FeedKind>,
    /// Sessions and renewals of everybody.
    pub everyone: bool,
    /// The language of its words.
    pub language: Language,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When a program last read it, to the hour.
    pub seen_at: Option<DateTime<Utc>>,
    /// Goes up with each new address.
    pub version: i64,
}

/// A calendar feed and its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CalendarFeedMade {
    /// The feed.
    pub feed: CalendarFeed,
    /// The part of the address `/api/v1/calendar/TOKEN.ics` that is a secret. It is told once: we
    /// keep only its hash.
    pub token: String,
}

/// Who is to be invited to a session: all of them, those who are already as well.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SessionInviteesSet {
    /// People of the account, each with a mail address.
    #[garde(length(max = INVITEES_MAX))]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub invitees: Vec<ContactId>,
}

/// Who is invited to a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInvitees {
    /// By name.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub items: Vec<SessionInvitee>,
    /// There is a mail server; without one nobody is invited.
    pub sends_mail: bool,
    /// The version of the session.
    pub version: i64,
}

/// Somebody who is invited to a session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInvitee {
    /// Who.
    pub contact_id: ContactId,
    /// Their name then.
    pub name: String,
    /// Their mail address then, to which everything about this session goes.
    pub address: String,
    /// How far the last mail about it came; none where nothing was to be told.
    pub state: Option<MessageState>,
    /// What the mail server said of it last.
    pub answer: Option<String>,
}

/// Faults of people who are named twice.
pub(super) fn named_once(all: &[ContactId], at: &str, faults: &mut Vec<FieldError>) {
    let mut seen = HashSet::new();
    for (place, one) in all.iter().enumerate() {
        if !seen.insert(*one) {
            faults.push(FieldError::new(&format!("{at}/{place}"), "exists"));
        }
    }
}

checked! {
    NewCalendarFeed, |new, faults| {
        let mut seen = HashSet::new();
        for (place, kind) in new.kinds.iter().enumerate() {
            if !seen.insert(*kind) {
                faults.push(FieldError::new(&format!("/kinds/{place}"), "exists"));
            }
        }
    };
    SessionInviteesSet, |set, faults| {
        named_once(&set.invitees, "/invitees", faults);
    };
}
