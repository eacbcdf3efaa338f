//! What a member is told by mail, and when not. Source: requirement S2-16.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// How often somebody gets a digest.
    DigestRhythm {
        /// Never.
        Never "never",
        /// On working days.
        Daily "daily",
        /// Once a week.
        Weekly "weekly",
    }
}

/// When somebody gets a digest of what needs them, and when nothing is sent to them. Hours and days
/// are those of the organisation's time zone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NotificationsSet {
    /// How often.
    #[garde(skip)]
    pub digest: DigestRhythm,
    /// At which full hour.
    #[garde(range(min = 0, max = 23))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 23, example = 8))]
    pub hour: i64,
    /// On which day of a week, where it is weekly: 1 is Monday, 7 is Sunday.
    #[garde(range(min = 1, max = 7))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 7, example = 1))]
    pub weekday: i64,
    /// The full hour from which nothing is sent; none without quiet hours.
    #[garde(inner(range(min = 0, max = 23)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 23, example = 20))]
    pub quiet_from: Option<i64>,
    /// The full hour at which quiet hours end, over midnight where it is the smaller.
    #[garde(inner(range(min = 0, max = 23)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 23, example = 7))]
    pub quiet_to: Option<i64>,
    /// Nothing is sent on Saturdays and Sundays.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub quiet_weekends: bool,
    /// The language of what is sent.
    #[garde(skip)]
    pub language: Language,
}

impl Default for NotificationsSet {
    fn default() -> Self {
        Self {
            digest: DigestRhythm::Never,
            hour: 8,
            weekday: 1,
            quiet_from: None,
            quiet_to: None,
            quiet_weekends: true,
            language: Language::default(),
        }
    }
}

/// What the caller is told by mail, and when not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notifications {
    /// What they said.
    pub settings: NotificationsSet,
    /// Where mails go; none for who has no mail address.
    pub to: Option<String>,
    /// The address that mails are from; none if the operator has set up no mail server.
    pub from: Option<String>,
    /// When the next digest is due.
    pub next_at: Option<DateTime<Utc>>,
    /// When the last one was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

checked! {
    NotificationsSet, |set, faults| {
        match (set.quiet_from, set.quiet_to) {
            (Some(_), None) => faults.push(FieldError::new("/quiet_to", "required")),
            (None, Some(_)) => faults.push(FieldError::new("/quiet_from", "required")),
            (Some(from), Some(to)) if from == to => {
                faults.push(FieldError::new("/quiet_to", "out_of_range"));
            }
            _ => {}
        }
    };
}
