//! Calls that come again: a rule by which sessions of a retainer are booked ahead.
//! Source: requirement S1-2; docs/decisions/0065.
use chrono::{DateTime, NaiveDate, Utc, Weekday};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::calls::{EVERY_MAX, NTH_LAST, Plan, Rhythm};

/// How many days ahead calls are booked: eight weeks.
pub const CALLS_AHEAD_DAYS: u64 = 56;
/// Rules that a retainer may have at once.
pub const CALL_RULES_MAX: i64 = 20;
/// Days that are told of each rule.
pub const CALLS_TOLD: usize = 3;

names! {
    /// How calls come again.
    CallRhythm {
        /// On weekdays of every so many weeks.
        Weekly "weekly",
        /// On the first, second, third, fourth or last of a weekday of every so many months.
        MonthlyByWeekday "monthly_by_weekday",
        /// On a day of every so many months.
        MonthlyByDay "monthly_by_day",
    }
    /// A day of the week.
    CallWeekday {
        /// Monday.
        Monday "monday",
        /// Tuesday.
        Tuesday "tuesday",
        /// Wednesday.
        Wednesday "wednesday",
        /// Thursday.
        Thursday "thursday",
        /// Friday.
        Friday "friday",
        /// Saturday.
        Saturday "saturday",
        /// Sunday.
        Sunday "sunday",
    }
    /// Why a call could not be booked. It is tried again.
    CallObstacle {
        /// Too little is left that is not booked, and the terms block.
        InsufficientBalance "insufficient_balance",
        /// It goes beyond the limit, and nobody has approved that.
        ApprovalNeeded "approval_needed",
        /// The retainer has ended.
        RetainerEnded "retainer_ended",
        /// The retainer has no service on that day: it pauses, or has not begun.
        NoService "no_service",
        /// Whoever holds the calls does not work here any more.
        HolderLeft "holder_left",
        /// The pool that they draw on is none of the terms of that day.
        NoPool "no_pool",
    }
}

impl CallWeekday {
    /// The same as the calendar has it.
    #[must_use]
    pub fn day(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Mon,
            Self::Tuesday => Weekday::Tue,
            Self::Wednesday => Weekday::Wed,
            Self::Thursday => Weekday::Thu,
            Self::Friday => Weekday::Fri,
            Self::Saturday => Weekday::Sat,
            Self::Sunday => Weekday::Sun,
        }
    }
}

/// By what calls of a retainer are booked. All of it is sent, and replaces what was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CallRuleSet {
    /// How they come again.
    #[garde(skip)]
    pub rhythm: CallRhythm,
    /// Every so many weeks, or months; 1 if left out.
    #[garde(range(min = 1, max = EVERY_MAX))]
    #[serde(default = "one")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 12, example = 1))]
    pub every: u32,
    /// On which days of the week: some of a weekly rhythm, one of `monthly_by_weekday`.
    #[garde(length(max = 7))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 7, example = json!(["monday"])))]
    pub weekdays: Vec<CallWeekday>,
    /// Of `monthly_by_weekday`: which of the month; 5 is the last.
    #[garde(range(min = 1, max = NTH_LAST))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub nth: Option<u32>,
    /// Of `monthly_by_day`: the day; the last of a month that lacks it.
    #[garde(range(min = 1, max = 31))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 31))]
    pub day: Option<u32>,
    /// When they begin by the clock of the retainer's time zone: minutes after midnight. A time that
    /// clocks skip that day is the first after it; of one that comes twice, the first.
    #[garde(range(min = 0, max = 1439))]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1439, example = 570))]
    pub minute_of_day: u32,
    /// How long they are.
    #[garde(range(min = 1, max = SESSION_MINUTES_MAX))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1440, example = 30))]
    pub minutes: i64,
    /// Units that each draws; 0, or left out, for calls that draw on nothing.
    #[garde(range(min = 0, max = SESSION_UNITS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 100, example = 0))]
    pub units: i64,
    /// The key of the pool that they draw on; the first of sessions if left out.
    #[garde(length(max = 40), inner(custom(check::key)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 40, pattern = "^([a-z0-9]+(-[a-z0-9]+)*)?$")
    )]
    pub pool: Option<String>,
    /// As people call them.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "Weekly call"))]
    pub title: Option<String>,
    /// Who holds them; oneself if left out. Others only by those who may.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_id: Option<MemberId>,
    /// None before this day.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-05"))]
    pub first_on: NaiveDate,
    /// None after this day; without an end if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_on: Option<NaiveDate>,
}

fn one() -> u32 {
    1
}

impl CallRuleSet {
    /// The days it means. What it lacks is taken as its first.
    #[must_use]
    pub fn plan(&self) -> Plan {
        let every = self.every;
        let weekdays: Vec<Weekday> = self.weekdays.iter().map(|day| day.day()).collect();
        let rhythm = match self.rhythm {
            CallRhythm::Weekly => Rhythm::Weekly { every, weekdays },
            CallRhythm::MonthlyByWeekday => {
                let weekday = weekdays.first().copied().unwrap_or(Weekday::Mon);
                Rhythm::MonthlyByWeekday { every, nth: self.nth.unwrap_or(1), weekday }
            }
            CallRhythm::MonthlyByDay => Rhythm::MonthlyByDay { every, day: self.day.unwrap_or(1) },
        };
        Plan { rhythm, first_on: self.first_on, last_on: self.last_on }
    }
}

/// One of the next calls of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlannedCall {
    /// Its day by the rule.
    pub on: NaiveDate,
    /// When it begins: as booked, or as it will be.
    pub starts_at: DateTime<Utc>,
    /// The session, once it is booked.
    pub session_id: Option<ClientSessionId>,
}

/// Calls that could not be booked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallsNotBooked {
    /// The day of the first.
    pub on: NaiveDate,
    /// Why that one was not.
    pub reason: CallObstacle,
    /// How many of the days ahead.
    pub count: i64,
}

/// A rule by which calls are booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallRule {
    /// Its id.
    pub id: CallRuleId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Who holds the calls.
    pub member_name: String,
    /// The retainer's time zone.
    pub timezone: String,
    /// What it says.
    pub rule: CallRuleSet,
    /// The next calls: the days that nobody called off.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub next: Vec<PlannedCall>,
    /// What could not be booked when the clock looked last; nothing if all was.
    pub not_booked: Option<CallsNotBooked>,
    /// Goes up with each change.
    pub version: i64,
}

checked! {
    CallRuleSet, |rule, faults| {
        let mut fault = |field: &str, code: &str| faults.push(FieldError::new(field, code));
        let mut days = rule.weekdays.clone();
        days.sort();
        if days.windows(2).any(|two| two[0] == two[1]) {
            fault("/weekdays", "repeated");
        }
        match (rule.rhythm, days.len()) {
            (CallRhythm::Weekly | CallRhythm::MonthlyByWeekday, 0) => fault("/weekdays", "required"),
            (CallRhythm::MonthlyByWeekday, 2..) | (CallRhythm::MonthlyByDay, 1..) => {
                fault("/weekdays", "not_allowed");
            }
            _ => {}
        }
        let parts = [
            ("/nth", rule.nth.is_some(), rule.rhythm == CallRhythm::MonthlyByWeekday),
            ("/day", rule.day.is_some(), rule.rhythm == CallRhythm::MonthlyByDay),
        ];
        for (field, given, wanted) in parts {
            match (given, wanted) {
                (true, false) => fault(field, "not_allowed"),
                (false, true) => fault(field, "required"),
                _ => {}
            }
        }
        if rule.last_on.is_some_and(|last| last < rule.first_on) {
            fault("/last_on", "not_later");
        }
        if rule.units == 0 && rule.pool.is_some() {
            fault("/pool", "not_allowed");
        }
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekly() -> CallRuleSet {
        CallRuleSet {
            rhythm: CallRhythm::Weekly,
            every: 1,
            weekdays: vec![CallWeekday::Tuesday],
            nth: None,
            day: None,
            minute_of_day: 570,
            minutes: 30,
            units: 0,
            pool: None,
            title: None,
            member_id: None,
            first_on: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
            last_on: None,
        }
    }

    fn faults(rule: &CallRuleSet) -> Vec<(String, String)> {
        let faults = rule.check().err().unwrap_or_default();
        faults.into_iter().map(|fault| (fault.field, fault.code)).collect()
    }

    #[test]
    fn each_rhythm_wants_what_it_is_made_of_and_nothing_else() {
        let is = |rule: &CallRuleSet, told: &[(&str, &str)]| {
            let told: Vec<_> =
                told.iter().map(|(at, code)| ((*at).to_owned(), (*code).to_owned())).collect();
            assert_eq!(faults(rule), told);
        };
        is(&weekly(), &[]);
        is(&CallRuleSet { weekdays: Vec::new(), ..weekly() }, &[("/weekdays", "required")]);
        is(&CallRuleSet { day: Some(3), ..weekly() }, &[("/day", "not_allowed")]);
        let nth = CallRuleSet { rhythm: CallRhythm::MonthlyByWeekday, ..weekly() };
        is(&nth, &[("/nth", "required")]);
        is(&CallRuleSet { nth: Some(5), ..nth }, &[]);
        let monthly = CallRuleSet { rhythm: CallRhythm::MonthlyByDay, day: Some(31), ..weekly() };
        is(&monthly, &[("/weekdays", "not_allowed")]);
        is(&CallRuleSet { weekdays: Vec::new(), ..monthly }, &[]);
        let twice = vec![CallWeekday::Friday, CallWeekday::Friday];
        is(&CallRuleSet { weekdays: twice, ..weekly() }, &[("/weekdays", "repeated")]);
    }

    #[test]
    fn an_end_before_the_first_day_and_a_pool_of_nothing_are_faults() {
        let rule = CallRuleSet {
            last_on: NaiveDate::from_ymd_opt(2026, 1, 4),
            pool: Some("sessions".into()),
            ..weekly()
        };
        let told = faults(&rule);
        assert_eq!(told[0], ("/last_on".into(), "not_later".into()));
        assert_eq!(told[1], ("/pool".into(), "not_allowed".into()));
    }
}
