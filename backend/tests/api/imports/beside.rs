//! Imports of many rows.
use super::*;

/// Time of one account, half an hour a row.
pub fn long_sheet(rows: i64, account: &str) -> String {
    let row = |n| {
        let (day, minute) = (1 + n % 19, n / 19);
        format!("2026-01-{day:02},{account},Site,Ada,,0.5,{minute} of {day}")
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    files::sheet(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}
