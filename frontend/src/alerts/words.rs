//! An alert in words: what was true on the day, and what became of it.
use chrono::NaiveDate;
use shared::api::{Alert, AlertKind, MeterState};

use crate::format::{Measure, date, moment, percent, pool_name};
use crate::t;

/// "80% of hours used: 8 h of 10 h".
pub fn fact(alert: &Alert, today: NaiveDate) -> String {
    let (measure, figures) = (Measure::of(&alert.pool), &alert.figures);
    let (used, available) = (measure.say(figures.used), measure.say(figures.available));
    let pool = pool_name(&alert.pool);
    let (day, days) = (figures.elapsed_days, figures.days);
    match alert.kind {
        AlertKind::Used => {
            let share = percent(alert.threshold, 100).unwrap_or_default();
            t!(alerts.fact_used, share = share, pool = pool, used = used, available = available)
        }
        AlertKind::Left => {
            let left = measure.say((figures.available - figures.used).max(0));
            t!(alerts.fact_left, left = left, pool = pool, available = available)
        }
        AlertKind::Pace => {
            let ahead = t!(
                alerts.fact_pace,
                pool = pool,
                used = used,
                available = available,
                day = day,
                days = days
            );
            match figures.runs_out_on {
                Some(on) => t!(alerts.runs_out, fact = ahead, on = date(on, today)),
                None => ahead,
            }
        }
        AlertKind::UnderUse => t!(
            alerts.fact_under,
            pool = pool,
            used = used,
            available = available,
            day = day,
            days = days
        ),
    }
}

/// "On 12 Mar", and since when it is not so any more.
pub fn when(alert: &Alert, zone: &str, today: NaiveDate) -> String {
    let on = date(alert.on, today);
    match alert.fell_at {
        Some(at) => t!(alerts.when_fell, on = on, since = moment(at, zone, today)),
        None => t!(alerts.when, on = on),
    }
}

/// The state of the meter that looks like it.
pub fn state(alert: &Alert) -> MeterState {
    match alert.kind {
        AlertKind::Used if alert.threshold >= 100 => MeterState::Over,
        AlertKind::Used | AlertKind::Left => MeterState::NearLimit,
        AlertKind::Pace => MeterState::AheadOfPace,
        AlertKind::UnderUse => MeterState::UnderUsed,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use shared::api::{AlertFigures, Pool, Unit};

    use super::*;
    use crate::format::NBSP;

    pub(in crate::alerts) fn alert(kind: AlertKind, threshold: i64, used: i64) -> Alert {
        let id = "0193a5b0-0000-7000-8000-000000000001";
        let figures = AlertFigures {
            available: 600,
            used,
            elapsed_days: 10,
            days: 31,
            runs_out_on: NaiveDate::from_ymd_opt(2026, 1, 19),
        };
        Alert {
            id: id.parse().expect("an id"),
            account_id: id.parse().expect("an id"),
            account_name: "Fern Interiors".into(),
            retainer_id: id.parse().expect("an id"),
            retainer_name: "Design hours".into(),
            cycle_id: id.parse().expect("an id"),
            seq: 1,
            pool: Pool {
                id: id.parse().expect("an id"),
                key: "hours".into(),
                name: None,
                unit: Unit::Minutes,
                currency: "EUR".into(),
            },
            kind,
            threshold,
            on: NaiveDate::from_ymd_opt(2026, 1, 10).expect("a day"),
            raised_at: "2026-01-10T09:00:00Z".parse().expect("an instant"),
            figures,
            fell_at: None,
            mine: true,
            seen_at: None,
        }
    }

    fn said(kind: AlertKind, threshold: i64, used: i64) -> String {
        let today = NaiveDate::from_ymd_opt(2026, 1, 12).expect("a day");
        fact(&alert(kind, threshold, used), today).replace(NBSP, " ")
    }

    #[test]
    fn each_kind_says_what_was_true_then() {
        assert_eq!(said(AlertKind::Used, 80, 480), "80% of Hours reached: 8 h of 10 h used.");
        assert_eq!(said(AlertKind::Left, 120, 500), "Hours: 1 h 40 of 10 h left.");
        let pace = said(AlertKind::Pace, 20, 330);
        assert!(
            pace.starts_with("Hours ahead of pace: 5 h 30 of 10 h used on day 10 of 31."),
            "{pace}"
        );
        assert!(pace.contains("used up on 19 Jan"), "{pace}");
        let under = said(AlertKind::UnderUse, 20, 60);
        assert_eq!(under, "Hours behind pace: 1 h of 10 h used on day 10 of 31.");
    }

    #[test]
    fn the_last_level_looks_graver() {
        assert_eq!(state(&alert(AlertKind::Used, 100, 600)), MeterState::Over);
        assert_eq!(state(&alert(AlertKind::Used, 80, 480)), MeterState::NearLimit);
    }
}
