//! Imports in words.
use chrono::NaiveDate;
use shared::api::{DateOrder, Dialect, Import, ImportState, ImportTarget, RowProblem};

use crate::format::{date_range, effort};
use crate::{t, tn};

/// The tool a file comes from.
pub(super) fn dialect(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Toggl => t!(imports.dialect_toggl),
        Dialect::Clockify => t!(imports.dialect_clockify),
        Dialect::Harvest => t!(imports.dialect_harvest),
        Dialect::Generic => t!(imports.dialect_generic),
    }
}

/// Where an import stands.
pub(super) fn state(state: ImportState) -> &'static str {
    match state {
        ImportState::Ready => t!(imports.state_ready),
        ImportState::Committing => t!(imports.state_committing),
        ImportState::Done => t!(imports.state_done),
    }
}

/// An order of dates.
pub(super) fn order(order: DateOrder) -> &'static str {
    match order {
        DateOrder::YearMonthDay => t!(imports.order_ymd),
        DateOrder::DayMonthYear => t!(imports.order_dmy),
        DateOrder::MonthDayYear => t!(imports.order_mdy),
    }
}

/// "1,204 rows"
pub(super) fn rows(count: i64) -> String {
    tn!(count, imports.rows_1, imports.rows_n)
}

/// Seconds of the file, to the nearest minute for the eye; the counts below are exact.
pub(super) fn seconds(seconds: i64) -> String {
    effort((seconds + 30).div_euclid(60))
}

/// The first and the last day worked.
pub(super) fn period(import: &Import, today: NaiveDate) -> String {
    match (import.first_on, import.last_on) {
        (Some(first), Some(last)) => date_range(first, last, today),
        _ => t!(imports.sum_no_period).to_owned(),
    }
}

/// "Big Company · Website": what a target is called in labels.
pub(super) fn target_name(target: &ImportTarget) -> String {
    let client = if target.client.is_empty() { t!(imports.target_none) } else { &target.client };
    let project =
        if target.project.is_empty() { t!(imports.target_no_project) } else { &target.project };
    format!("{client} · {project}")
}

/// Why a row cannot be written; a code that is not known yet keeps the server's English.
pub(super) fn reason(problem: &RowProblem) -> String {
    let words = match problem.code.as_str() {
        "date_unreadable" => t!(imports.reason_date_unreadable),
        "duration_unreadable" => t!(imports.reason_duration_unreadable),
        "billable_unreadable" => t!(imports.reason_billable_unreadable),
        "not_work" => t!(imports.reason_not_work),
        "zero_duration" => t!(imports.reason_zero_duration),
        "too_long" => t!(imports.reason_too_long),
        "columns_missing" => t!(imports.reason_columns_missing),
        "columns_extra" => t!(imports.reason_columns_extra),
        "before_start" => t!(imports.reason_before_start),
        "future" => t!(imports.reason_future),
        "no_open_cycle" => t!(imports.reason_no_open_cycle),
        "no_time_pool" => t!(errors.field_no_time_pool),
        _ => return problem.message.clone(),
    };
    words.to_owned()
}
