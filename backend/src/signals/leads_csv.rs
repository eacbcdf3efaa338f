//! A file of leads as a CRM exports it, row by row: each fault at its line. Source: S0-38.
use std::collections::HashSet;

use chrono::{Datelike, NaiveDate};
use csv::{ReaderBuilder, StringRecord};
use shared::api::{
    FieldError, LEADS_ROWS_MAX, LeadFault, LeadFit, MONEY_MAX, Money, NAME_MAX, NOTE_MAX,
};
use shared::rules::money::minor_digits;

use crate::error::{Error, Result};

/// A row that could be read.
#[derive(Debug, PartialEq, Eq)]
pub struct Row {
    pub line: i64,
    pub reference: String,
    pub fit: LeadFit,
    pub came_on: NaiveDate,
    /// The number of a piece of work.
    pub work: Option<i64>,
    pub revenue: Option<Money>,
    pub note: Option<String>,
}

/// The columns that a file may have; the first three are needed.
const COLUMNS: [&str; 7] = ["reference", "fit", "came_on", "work", "revenue", "currency", "note"];
const NEEDED: usize = 3;

/// Where each column stands.
struct Places([Option<usize>; COLUMNS.len()]);

impl Places {
    fn of(header: &StringRecord) -> Result<Self> {
        let at =
            |column: &str| header.iter().position(|cell| cell.trim().eq_ignore_ascii_case(column));
        let places = COLUMNS.map(at);
        match places.iter().take(NEEDED).position(Option::is_none) {
            Some(_) => Err(Error::field("/csv", "columns_missing")),
            None => Ok(Self(places)),
        }
    }
    fn cell<'a>(&self, record: &'a StringRecord, column: usize) -> &'a str {
        let at = self.0.get(column).copied().flatten();
        at.and_then(|at| record.get(at)).map(str::trim).unwrap_or_default()
    }
}

/// The rows of a file, and those that cannot be read.
///
/// # Errors
/// At `/csv`: no header with the columns that are needed, or too many rows.
pub fn rows(text: &str) -> Result<(Vec<Row>, Vec<LeadFault>)> {
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let separator = if first.contains(';') { b';' } else { b',' };
    let mut reader =
        ReaderBuilder::new().delimiter(separator).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|_| Error::field("/csv", "columns_missing"))?;
    let places = Places::of(header)?;
    let (mut rows, mut faults, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (place, record) in reader.records().enumerate() {
        if place >= LEADS_ROWS_MAX {
            return Err(Error::field("/csv", "too_long"));
        }
        // The text is UTF-8 and rows may be of any length: nothing is left to fail on.
        let Ok(record) = record else { continue };
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let line = record.position().map_or(0, |at| i64::try_from(at.line()).unwrap_or(0));
        match read(&places, &record, line) {
            Ok(row) if !seen.insert(row.reference.clone()) => {
                faults.push(fault(line, ("reference", "repeated")));
            }
            Ok(row) => rows.push(row),
            Err(why) => faults.push(fault(line, why)),
        }
    }
    Ok((rows, faults))
}

/// A fault at its line.
pub fn fault(line: i64, (column, code): (&str, &str)) -> LeadFault {
    let FieldError { code, message, .. } = FieldError::new(column, code);
    LeadFault { line, column: column.to_owned(), code, message }
}

type Why = (&'static str, &'static str);

fn read(places: &Places, record: &StringRecord, line: i64) -> Result<Row, Why> {
    let cell = |column: usize| places.cell(record, column);
    let reference = text(cell(0), NAME_MAX).map_err(|code| ("reference", code))?;
    let reference = reference.ok_or(("reference", "required"))?;
    let fit = match cell(1) {
        "" => return Err(("fit", "required")),
        name => LeadFit::named(&name.to_lowercase()).ok_or(("fit", "not_allowed"))?,
    };
    let came_on = match cell(2) {
        "" => return Err(("came_on", "required")),
        day => day.parse::<NaiveDate>().map_err(|_| ("came_on", "type"))?,
    };
    if !(1970..=2200).contains(&came_on.year()) {
        return Err(("came_on", "out_of_range"));
    }
    let work = match cell(3).trim_start_matches('#') {
        "" => None,
        number => Some(number.parse::<i64>().map_err(|_| ("work", "type"))?),
    };
    let revenue = match (cell(4), cell(5)) {
        ("", _) => None,
        (_, "") => return Err(("currency", "required")),
        (amount, currency) => Some(money(amount, currency)?),
    };
    let note = text(cell(6), NOTE_MAX).map_err(|code| ("note", code))?;
    Ok(Row { line, reference, fit, came_on, work, revenue, note })
}

/// A text that says something, within its length, without control characters.
fn text(cell: &str, most: usize) -> Result<Option<String>, &'static str> {
    if cell.chars().count() > most {
        return Err("too_long");
    }
    if cell.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
        return Err("control_characters");
    }
    Ok((!cell.is_empty()).then(|| cell.to_owned()))
}

/// An amount with a dot before its decimals, which the currency must have.
fn money(amount: &str, currency: &str) -> Result<Money, Why> {
    let currency = currency.to_uppercase();
    if currency.len() != 3 || !currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Err(("currency", "currency_unknown"));
    }
    let places = usize::try_from(minor_digits(&currency)).unwrap_or(0);
    let (units, decimals) = amount.split_once('.').unwrap_or((amount, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if units.is_empty() || !digits(units) || !digits(decimals) || decimals.len() > places {
        return Err(("revenue", "type"));
    }
    let minor = format!("{units}{decimals:0<places$}").parse::<i64>();
    let amount_minor = minor.map_err(|_| ("revenue", "out_of_range"))?;
    if amount_minor > MONEY_MAX {
        return Err(("revenue", "out_of_range"));
    }
    Ok(Money { amount_minor, currency })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(csv: &str) -> Vec<(i64, String, String)> {
        let (_, faults) = rows(csv).unwrap_or_default();
        faults.into_iter().map(|one| (one.line, one.column, one.code)).collect()
    }

    #[test]
    fn s0_38_rows_are_read_whatever_parts_them() {
        let csv = "\u{feff}Fit;Reference;Came_On;Work;Revenue;Currency;Note\n\
            good;HS-1;2026-01-05;#3;1250.5;eur;\"Large;\nsoon\"\n\n;;;;;;\nPOOR;HS-2;2026-01-06\n";
        let (rows, faults) = rows(csv).unwrap_or_default();
        assert_eq!(faults, []);
        assert_eq!(rows.len(), 2);
        let first = &rows[0];
        assert_eq!((first.line, first.fit, first.work), (2, LeadFit::Good, Some(3)));
        let euros = Money { amount_minor: 125_050, currency: "EUR".into() };
        assert_eq!(first.revenue, Some(euros));
        assert_eq!(first.note.as_deref(), Some("Large;\nsoon"));
        assert_eq!((rows[1].reference.as_str(), rows[1].fit), ("HS-2", LeadFit::Poor));
    }

    #[test]
    fn s0_38_each_bad_row_is_told_at_its_line() {
        let csv = "reference,fit,came_on,work,revenue,currency\n\
            ,good,2026-01-05\n\
            A,fine,2026-01-05\n\
            B,good,5.1.2026\n\
            C,good,2026-01-05,x\n\
            D,good,2026-01-05,,12.345,EUR\n\
            E,good,2026-01-05,,12\n\
            F,good,2026-01-05\n\
            F,poor,2026-01-05\n";
        let expected = [
            (2, "reference", "required"),
            (3, "fit", "not_allowed"),
            (4, "came_on", "type"),
            (5, "work", "type"),
            (6, "revenue", "type"),
            (7, "currency", "required"),
            (9, "reference", "repeated"),
        ];
        let expected = expected.map(|(line, column, code)| (line, column.into(), code.into()));
        assert_eq!(faults(csv), expected);
        assert!(rows("name,fit\nA,good\n").is_err(), "columns are missing");
    }
}
