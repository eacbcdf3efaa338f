//! The tool a file comes from, by its columns, and the mark that parts them.
use shared::api::{DateOrder, Dialect};

use super::columns::normal;

/// The tool whose export has these columns, whatever else it has.
pub fn dialect(header: &[String]) -> Dialect {
    let names: Vec<String> = header.iter().map(|name| normal(name)).collect();
    let has = |name: &str| names.iter().any(|known| known == name);
    let all = |needed: &[&str]| needed.iter().all(|name| has(name));
    if all(&["project", "start date", "start time"])
        && (has("duration (h)") || has("duration (decimal)"))
    {
        Dialect::Clockify
    } else if all(&["start date", "start time", "duration", "project"])
        && (has("user") || has("email"))
    {
        Dialect::Toggl
    } else if all(&["date", "client", "project", "task", "notes", "hours"]) {
        Dialect::Harvest
    } else {
        Dialect::Generic
    }
}

/// How a tool most likely writes days that could be read two ways.
pub fn likely_order(dialect: Dialect) -> DateOrder {
    match dialect {
        Dialect::Clockify => DateOrder::MonthDayYear,
        Dialect::Toggl | Dialect::Harvest | Dialect::Generic => DateOrder::DayMonthYear,
    }
}

/// The separator of a header: the one it has most of outside quotes.
pub fn separator(line: &str) -> u8 {
    let mut counts = [(b',', 0u32), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        counts.iter_mut().filter(|(mark, _)| *mark == byte && !quoted).for_each(|(_, n)| *n += 1);
    }
    let mut best = counts[0];
    for count in &counts[1..] {
        if count.1 > best.1 {
            best = *count;
        }
    }
    best.0
}

/// The separator that a first line `sep=;` names, as spreadsheets write it.
pub fn named_separator(line: &str) -> Option<u8> {
    match line.trim().to_ascii_lowercase().strip_prefix("sep=")?.as_bytes() {
        [mark @ (b',' | b';')] => Some(*mark),
        [] | [b'\t'] => Some(b'\t'), // trimmed away
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(header: &str) -> Dialect {
        dialect(&header.split(',').map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn each_tool_is_known_by_its_columns() {
        let toggl = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags,Amount (EUR)";
        let clockify = "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,Duration (h),Duration (decimal),Billable Rate (USD)";
        let harvest = "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,First Name,Last Name,Employee?,Currency";
        assert_eq!(of(toggl), Dialect::Toggl);
        assert_eq!(of(clockify), Dialect::Clockify);
        assert_eq!(of(harvest), Dialect::Harvest);
        assert_eq!(of("description,billable,client,project,start,end,user_name"), Dialect::Generic);
        // In any order and case, with columns of tomorrow.
        let turned =
            format!("New,{}", toggl.to_uppercase().split(',').rev().collect::<Vec<_>>().join(","));
        assert_eq!(of(&turned), Dialect::Toggl);
    }

    #[test]
    fn the_separator_is_the_one_outside_quotes() {
        assert_eq!(separator("a,b,c"), b',');
        assert_eq!(separator("a;\"b,c,d,e\";f"), b';');
        assert_eq!(separator("a\tb;c\td"), b'\t');
        assert_eq!(separator("a"), b',');
        assert_eq!(named_separator("sep=;\r"), Some(b';'));
        assert_eq!(named_separator("SEP=\t"), Some(b'\t'));
        assert_eq!(named_separator("date,hours"), None);
    }
}
