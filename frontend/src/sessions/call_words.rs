//! A rule of calls in words.
use chrono::{Days, NaiveDate};
use shared::api::{CallObstacle, CallRhythm, CallRuleSet, CallWeekday, CallsNotBooked};

use crate::format::{count, date, list, weekday_whole};
use crate::{t, tn};

/// A Monday.
const MONDAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2026, 1, 5);

/// "Tuesday"
pub(super) fn weekday(day: CallWeekday) -> String {
    let since = u64::from(day.day().num_days_from_monday());
    let day = MONDAY.and_then(|monday| monday.checked_add_days(Days::new(since)));
    day.map(weekday_whole).unwrap_or_default()
}

/// "first" to "last" of a month.
pub(super) fn nth(place: u32) -> &'static str {
    match place {
        1 => t!(calls.nth_1),
        2 => t!(calls.nth_2),
        3 => t!(calls.nth_3),
        4 => t!(calls.nth_4),
        _ => t!(calls.nth_last),
    }
}

/// "Every 2 weeks on Monday and Thursday"
pub(super) fn rhythm(rule: &CallRuleSet) -> String {
    let n = i64::from(rule.every);
    let days: Vec<String> = rule.weekdays.iter().map(|day| weekday(*day)).collect();
    let days = list(&days);
    match rule.rhythm {
        CallRhythm::Weekly => tn!(n, calls.weekly_1, calls.weekly_n, days = days.as_str()),
        CallRhythm::MonthlyByWeekday => {
            let which = nth(rule.nth.unwrap_or(1));
            tn!(n, calls.by_weekday_1, calls.by_weekday_n, which = which, day = days.as_str())
        }
        CallRhythm::MonthlyByDay => {
            let day = count(i64::from(rule.day.unwrap_or(1)));
            tn!(n, calls.by_day_1, calls.by_day_n, day = day.as_str())
        }
    }
}

/// "09:30"
pub(super) fn clock(minute: u32) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// "3 calls are not booked, the first on 3 Mar: too little is left. It is tried again every hour."; not
/// the latter where a change of the retainer alone can help.
pub(super) fn not_booked(of: &CallsNotBooked, today: NaiveDate) -> String {
    let why = match of.reason {
        CallObstacle::InsufficientBalance => t!(calls.no_balance),
        CallObstacle::ApprovalNeeded => t!(calls.no_approval),
        CallObstacle::RetainerEnded => t!(calls.has_ended),
        CallObstacle::NoService => t!(calls.no_service),
        CallObstacle::HolderLeft => t!(calls.holder_left),
        CallObstacle::NoPool => t!(calls.no_pool),
    };
    let day = date(of.on, today);
    let said = tn!(of.count, calls.missed_1, calls.missed_n, day = day.as_str(), why = why);
    match of.reason {
        CallObstacle::NoService | CallObstacle::RetainerEnded => said,
        _ => format!("{said} {}", t!(calls.again)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(more: serde_json::Value) -> CallRuleSet {
        let mut all = serde_json::json!({
            "rhythm": "weekly", "weekdays": ["monday"], "minute_of_day": 570, "minutes": 30,
            "first_on": "2026-01-05"
        });
        for (name, value) in more.as_object().expect("fields") {
            all[name] = value.clone();
        }
        serde_json::from_value(all).expect("a rule")
    }

    #[test]
    fn a_rhythm_is_told_in_a_sentence() {
        let said = |more| rhythm(&rule(more)).replace(crate::format::NBSP, " ");
        assert_eq!(said(serde_json::json!({})), "Every week on Monday");
        let two = serde_json::json!({ "every": 2, "weekdays": ["monday", "thursday"] });
        assert_eq!(said(two), "Every 2 weeks on Monday and Thursday");
        let last = serde_json::json!({ "rhythm": "monthly_by_weekday", "nth": 5 });
        assert_eq!(said(last), "Every month on the last Monday");
        let day = serde_json::json!({
            "rhythm": "monthly_by_day", "every": 3, "weekdays": [], "day": 31
        });
        assert_eq!(said(day), "Every 3 months on day 31");
    }

    #[test]
    fn what_is_not_booked_says_why_and_when_it_is_tried_again() {
        let on = NaiveDate::from_ymd_opt(2026, 3, 3).expect("a day");
        let of = CallsNotBooked { on, reason: CallObstacle::InsufficientBalance, count: 2 };
        let said = not_booked(&of, on).replace(crate::format::NBSP, " ");
        assert_eq!(
            said,
            "2 calls are not booked, the first on 3 Mar: too little is left, and the terms block. It \
             is tried again every hour."
        );
        let of = CallsNotBooked { reason: CallObstacle::NoService, count: 1, ..of };
        assert!(!not_booked(&of, on).contains("again"));
        assert_eq!(clock(570), "09:30");
    }
}
