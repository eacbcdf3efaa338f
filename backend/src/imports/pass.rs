//! One pass over a file: its bytes in, its rows out, its names and sums kept.
//!
//! Pure: the upload runs it on bytes from the network, a second look on those that were kept.
use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use shared::api::{DateOrder, FieldError};

use super::columns::{Columns, Role};
use super::dialect::{dialect, likely_order, named_separator, separator};
use super::encoding::Transcoder;
use super::reader::{Broken, Next, RECORD_MAX, Record, Records};
use super::row::{Fault, Sheet, When, Work};
use super::values::Orders;

/// The most clients and projects, and the most people, that a file may have.
pub const NAMES_MAX: usize = 5_000;

/// How an Excel or LibreOffice file begins: it is a ZIP archive.
const SPREADSHEET: &[u8] = b"PK\x03\x04";

/// The columns with the time worked, the surest first.
const LENGTHS: [Role; 5] = [Role::Duration, Role::Hours, Role::Minutes, Role::Seconds, Role::End];

/// A row of the file.
#[derive(Debug, Clone)]
pub struct Row {
    /// The line it begins on.
    pub line: i64,
    /// As it stands in the file.
    pub raw: String,
    /// What it says.
    pub content: Result<Entry, Fault>,
}

/// A row that is time, its names as places in [`Names`].
#[derive(Debug, Clone)]
pub struct Entry {
    pub target: i64,
    pub person: i64,
    pub worked_on: NaiveDate,
    pub instant: Option<DateTime<Utc>>,
    pub seconds: i64,
    pub billable: bool,
    pub note: Option<String>,
    pub key: Vec<u8>,
}

/// A name of the file in two parts: client and project, or name and mail address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    pub first: String,
    pub second: String,
    pub rows: i64,
    pub seconds: i64,
}

/// The names of a file, in the order they come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Names {
    /// Clients and projects.
    pub targets: Vec<Name>,
    /// People, and their mail addresses.
    pub people: Vec<Name>,
}

/// What a pass learnt about the file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reading {
    pub header: Vec<String>,
    pub separator: u8,
    /// The column with the day, which a refused day is shown under.
    pub day_column: usize,
    /// The column with the time worked, which time that is too short is shown under; files of
    /// earlier versions have none.
    #[serde(default)]
    pub length_column: Option<usize>,
    pub date_order: DateOrder,
    pub date_order_doubtful: bool,
    pub rows: i64,
    pub readable: i64,
    pub seconds: i64,
    pub first_on: Option<NaiveDate>,
    pub last_on: Option<NaiveDate>,
    /// Whether another order would make other days.
    #[serde(default)]
    pub order_matters: bool,
    /// The zone that gave instants their days; none if the file has no instants.
    #[serde(default)]
    pub zone: Option<String>,
    /// The hash of its bytes, as hexadecimal; files of earlier versions have none.
    #[serde(default)]
    pub sha_256: Option<String>,
}

impl Reading {
    /// The columns that refused rows are shown under.
    pub fn at_fault(&self) -> AtFault {
        let name = |at: usize| self.header.get(at).cloned().unwrap_or_default();
        AtFault {
            day: name(self.day_column),
            length: self.length_column.map(name).unwrap_or_default(),
        }
    }
    /// Whether the same bytes were read so that their rows are known by other days.
    #[must_use]
    pub fn differs(&self, other: &Self) -> bool {
        let same = self.sha_256.is_some() && self.sha_256 == other.sha_256;
        let order = self.order_matters && self.date_order != other.date_order;
        same && (order || self.zone != other.zone)
    }
}

/// What the columns are called that a row can be refused for although it was read.
#[derive(Debug, Clone, Default)]
pub struct AtFault {
    day: String,
    length: String,
}

impl AtFault {
    /// The column at fault, and what stands there of the row; empty and nothing for other reasons.
    pub fn of(&self, code: &str) -> (&str, Stands) {
        match code {
            "before_start" | "future" | "no_open_cycle" | "no_time_pool" => {
                (&self.day, Stands::Day)
            }
            "zero_duration" => (&self.length, Stands::Seconds),
            _ => ("", Stands::Nothing),
        }
    }
}

/// What is told of a row beside its reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stands {
    Nothing,
    Day,
    Seconds,
}

/// A list of names that knows each one's place.
#[derive(Default)]
struct Places {
    names: Vec<Name>,
    at: HashMap<(String, String), usize>,
}

impl Places {
    fn find(&mut self, first: String, second: String) -> Option<usize> {
        let key = (first, second);
        if let Some(&at) = self.at.get(&key) {
            return Some(at);
        }
        if self.names.len() == NAMES_MAX {
            return None;
        }
        let (first, second) = key.clone();
        self.names.push(Name { first, second, rows: 0, seconds: 0 });
        self.at.insert(key, self.names.len() - 1);
        Some(self.names.len() - 1)
    }
    fn count(&mut self, at: usize, seconds: i64) -> i64 {
        let name = &mut self.names[at];
        name.rows += 1;
        name.seconds += seconds;
        i64::try_from(at).unwrap_or(i64::MAX)
    }
}

/// One pass over a file.
pub struct Pass {
    transcoder: Transcoder,
    /// Text before the header is known.
    head: Vec<u8>,
    file: Option<(Sheet, Records)>,
    ended: bool,
    tally: Tally,
}

/// What is counted while rows are read.
struct Tally {
    zone: Tz,
    /// The order in use: asked for, or the one this tool most likely has.
    order: Option<DateOrder>,
    asked: bool,
    orders: Orders,
    targets: Places,
    people: Places,
    rows: i64,
    readable: i64,
    seconds: i64,
    first_on: Option<NaiveDate>,
    last_on: Option<NaiveDate>,
    /// Some days are instants.
    instants: bool,
}

impl Pass {
    /// A pass that reads days in this order, or in the one that is likely.
    pub fn new(zone: Tz, order: Option<DateOrder>) -> Self {
        let tally = Tally {
            zone,
            order,
            asked: order.is_some(),
            orders: Orders::default(),
            targets: Places::default(),
            people: Places::default(),
            rows: 0,
            readable: 0,
            seconds: 0,
            first_on: None,
            last_on: None,
            instants: false,
        };
        let transcoder = Transcoder::default();
        Self { transcoder, head: Vec::new(), file: None, ended: false, tally }
    }
    /// What the header says, once it is read.
    pub fn sheet(&self) -> Option<&Sheet> {
        self.file.as_ref().map(|(sheet, _)| sheet)
    }

    /// Takes bytes of the file; the rows that are complete with them.
    ///
    /// # Errors
    /// What is missing for a sheet of time.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<Row>, Vec<FieldError>> {
        let mut text = Vec::new();
        self.transcoder.push(bytes, &mut text);
        self.rows(&text)
    }
    /// Takes the end of the file; the last rows.
    ///
    /// # Errors
    /// What is missing for a sheet of time.
    pub fn end(&mut self) -> Result<Vec<Row>, Vec<FieldError>> {
        let mut text = Vec::new();
        self.transcoder.finish(&mut text);
        self.ended = true;
        self.rows(&text)
    }

    fn rows(&mut self, text: &[u8]) -> Result<Vec<Row>, Vec<FieldError>> {
        if self.file.is_none() {
            self.head.extend_from_slice(text);
            self.file = header(&mut self.head, self.ended)?;
        } else if let Some((_, records)) = &mut self.file {
            records.push(text);
        }
        let Some((sheet, records)) = &mut self.file else { return Ok(Vec::new()) };
        if self.ended {
            records.end();
        }
        let mut rows = Vec::new();
        loop {
            match records.next() {
                Next::Record(record) => rows.push(self.tally.row(sheet, &record)),
                Next::Broken(reason, record) => rows.push(self.tally.broken(reason, &record)),
                Next::More | Next::End => return Ok(rows),
            }
        }
    }

    /// What the pass learnt, and the order to read again in if the guess was wrong.
    pub fn finish(self) -> Option<(Reading, Names, Option<DateOrder>)> {
        let (Some((sheet, _)), tally) = (self.file, self.tally) else { return None };
        let used = tally.order.unwrap_or(likely_order(sheet.dialect));
        let (settled, doubtful) = tally.orders.settle(used);
        let again = (settled != used && tally.orders.matters() && !tally.asked).then_some(settled);
        let reading = Reading {
            day_column: sheet.columns.of(Role::Date).or(sheet.columns.of(Role::Start))?,
            length_column: LENGTHS.into_iter().find_map(|role| sheet.columns.of(role)),
            header: sheet.header,
            separator: sheet.separator,
            date_order: if tally.asked { used } else { settled },
            date_order_doubtful: doubtful && !tally.asked,
            rows: tally.rows,
            readable: tally.readable,
            seconds: tally.seconds,
            first_on: tally.first_on,
            last_on: tally.last_on,
            order_matters: tally.orders.matters(),
            zone: tally.instants.then(|| tally.zone.name().to_owned()),
            sha_256: None,
        };
        let names = Names { targets: tally.targets.names, people: tally.people.names };
        Some((reading, names, again))
    }
}

impl Tally {
    fn row(&mut self, sheet: &Sheet, record: &Record<'_>) -> Row {
        let order = *self.order.get_or_insert(likely_order(sheet.dialect));
        let when = When::read(sheet, record);
        when.note(&mut self.orders);
        let content = match sheet.work(record, &when, order, self.zone) {
            Ok(work) => self.entry(sheet, work),
            Err(fault) => Err(fault),
        };
        self.rows += 1;
        Row { line: record.line, raw: record.raw.to_owned(), content }
    }
    fn entry(&mut self, sheet: &Sheet, work: Work) -> Result<Entry, Fault> {
        let Work { client, project, name, email, .. } = work;
        let Work { worked_on, instant, seconds, billable, note, key, .. } = work;
        let too_many = |role, text: &str| Fault {
            code: "too_many",
            column: sheet.columns.of(role),
            text: text.chars().take(200).collect(),
        };
        let of_project = too_many(Role::Project, &project);
        let target = self.targets.find(client, project).ok_or(of_project)?;
        let of_person = too_many(Role::Person, &name);
        let person = self.people.find(name, email).ok_or(of_person)?;
        let target = self.targets.count(target, seconds);
        let person = self.people.count(person, seconds);
        self.readable += 1;
        self.instants |= instant.is_some();
        self.seconds += seconds;
        self.first_on = Some(self.first_on.map_or(worked_on, |first| first.min(worked_on)));
        self.last_on = Some(self.last_on.map_or(worked_on, |last| last.max(worked_on)));
        Ok(Entry { target, person, worked_on, instant, seconds, billable, note, key })
    }
    fn broken(&mut self, reason: Broken, record: &Record<'_>) -> Row {
        let code = match reason {
            Broken::TooLarge => "too_large",
            Broken::QuoteOpen => "quote_open",
            Broken::Missing => "columns_missing",
            Broken::Extra => "columns_extra",
        };
        self.rows += 1;
        let text = record.raw.chars().take(200).collect();
        let content = Err(Fault { code, column: None, text });
        // Of what has no end only the beginning is worth keeping.
        let endless = matches!(reason, Broken::TooLarge | Broken::QuoteOpen);
        let raw = record.raw.chars().take(if endless { 2_000 } else { RECORD_MAX }).collect();
        Row { line: record.line, raw, content }
    }
}

/// Reads the header once enough text is there. What follows it has gone on to the records.
fn header(text: &mut Vec<u8>, ended: bool) -> Result<Option<(Sheet, Records)>, Vec<FieldError>> {
    if text.starts_with(SPREADSHEET) {
        let (field, code) = ("file".to_owned(), "not_csv".to_owned());
        let message = "This is a spreadsheet file. Save it as CSV first.".to_owned();
        return Err(vec![FieldError { field, code, message }]);
    }
    let is_end = |byte: &u8| matches!(byte, b'\n' | b'\r');
    let from = text.iter().position(|byte| !is_end(byte)).unwrap_or(text.len());
    let length = text[from..].iter().position(is_end);
    if length.is_none() && !ended && text.len() < RECORD_MAX {
        return Ok(None);
    }
    let line = String::from_utf8_lossy(&text[from..from + length.unwrap_or(text.len() - from)]);
    let named = named_separator(&line);
    let separator = named.unwrap_or_else(|| separator(&line));
    let mut records = Records::new(separator);
    records.push(text);
    if ended {
        records.end();
    }
    // The line that names the separator is a record of its own.
    if named.is_some() && !matches!(records.next(), Next::Record(_)) {
        return Err(Columns::default().missing());
    }
    let header: Vec<String> = match records.next() {
        Next::Record(record) => {
            (0..record.len()).map(|at| record.field(at).trim().to_owned()).collect()
        }
        Next::More => return Ok(None),
        Next::Broken(..) | Next::End => return Err(Columns::default().missing()),
    };
    let columns = Columns::find(&header);
    let missing = columns.missing();
    if !missing.is_empty() {
        return Err(missing);
    }
    records.expect(header.len());
    text.clear();
    let dialect = dialect(&header);
    Ok(Some((Sheet { header, separator, dialect, columns }, records)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use shared::api::Dialect;

    /// What a file says: its rows as text, and what the pass learnt.
    fn read(text: &[u8], order: Option<DateOrder>) -> (Vec<String>, Reading, Names, Dialect) {
        let mut pass = Pass::new(chrono_tz::Europe::Berlin, order);
        let mut rows = Vec::new();
        for chunk in text.chunks(17) {
            rows.extend(pass.push(chunk).unwrap());
        }
        rows.extend(pass.end().unwrap());
        let dialect = pass.sheet().unwrap().dialect;
        let (reading, names, again) = pass.finish().unwrap();
        if let Some(order) = again {
            return read(text, Some(order));
        }
        (rows.iter().map(shown).collect(), reading, names, dialect)
    }
    fn shown(row: &Row) -> String {
        match &row.content {
            Ok(entry) => {
                let Entry { target, person, worked_on, seconds, billable, note, .. } = entry;
                let draws = if *billable { "b" } else { "-" };
                let note = note.as_deref().unwrap_or_default();
                format!("{}: {target} {person} {worked_on} {seconds} {draws} {note}", row.line)
            }
            Err(fault) => format!("{}! {} {}", row.line, fault.code, fault.text),
        }
    }
    fn named(names: &[Name]) -> Vec<String> {
        names.iter().map(|name| format!("{}/{} {}", name.first, name.second, name.rows)).collect()
    }

    #[test]
    fn toggl_is_read() {
        let text = "\u{feff}User,Email,Client,Project,Task,Description,Billable,Start date,Start time,\
            End date,End time,Duration,Tags,Amount (EUR)\n\
            Ada Example,Ada@Example.test,,Site without client,,\"\",No,2024-03-04,10:23:52,2024-03-04,\
            10:23:52,00:00:00,\"Design, Web\",\n\
            Ada Example,ada@example.test,Large Ltd,Site of Large,Task 1,Hard work,Yes,2024-03-04,\
            10:23:00,2024-03-04,11:23:01,01:00:01,,111.11\n";
        let (rows, reading, names, dialect) = read(text.as_bytes(), None);
        assert_eq!(
            rows,
            ["2! zero_duration 00:00:00", "3: 0 0 2024-03-04 3601 b Task 1: Hard work"]
        );
        assert_eq!((dialect, reading.date_order), (Dialect::Toggl, DateOrder::YearMonthDay));
        assert_eq!(named(&names.targets), ["Large Ltd/Site of Large 1"]);
        assert_eq!(named(&names.people), ["Ada Example/ada@example.test 1"]);
        assert_eq!((reading.rows, reading.readable, reading.seconds), (2, 1, 3_601));
        assert!(!reading.date_order_doubtful);
    }

    #[test]
    fn clockify_is_read_with_twelve_hours_and_the_exact_duration() {
        let header = "\"Project\",\"Client\",\"Description\",\"Task\",\"User\",\"Group\",\"Email\",\
            \"Tags\",\"Billable\",\"Start Date\",\"Start Time\",\"End Date\",\"End Time\",\
            \"Duration (h)\",\"Duration (decimal)\"\r\n";
        let row = |day: &str, length: &str, decimal: &str| {
            format!(
                "\"P\",\"C\",\"D\",\"\",\"Ada\",\"\",\"ada@example.test\",\"\",\"Yes\",\"{day}\",\
                 \"11:30:00 PM\",\"\",\"12:30 AM\",\"{length}\",\"{decimal}\"\r\n"
            )
        };
        let text = [header, &row("03/04/2024", "01:00:01", "0.00")].concat();
        let (rows, reading, _, dialect) = read(text.as_bytes(), None);
        assert_eq!(rows, ["2: 0 0 2024-03-04 3601 b D"]);
        assert_eq!((dialect, reading.date_order_doubtful), (Dialect::Clockify, true));
        let text = [text.as_str(), &row("13/04/2024", "", "0.01")].concat();
        let (rows, reading, ..) = read(text.as_bytes(), None);
        assert_eq!(rows, ["2: 0 0 2024-04-03 3601 b D", "3: 0 0 2024-04-13 36 b D"]);
        assert_eq!(
            (reading.date_order, reading.date_order_doubtful),
            (DateOrder::DayMonthYear, false)
        );
        let text = [header, &row("03/14/2024", "", "")].concat();
        assert_eq!(read(text.as_bytes(), None).0, ["2: 0 0 2024-03-14 3600 b D"]);
    }

    #[test]
    fn harvest_is_read_with_decimal_commas() {
        let text = "Date,Client,Project,Project Code,Task,Notes,Hours,Billable?,Invoiced?,Approved?,\
            First Name,Last Name,Roles,Employee?,Billable Rate\n\
            2024-03-04,,P,,,\"\",\"20,0\",No,No,No,Ada,Example,,Yes,\"2.000,0\"\n\
            2024-03-04,Large,P,,Task 1,Hard,\"0,01\",Yes,No,No,Ada,,,Yes,\"1,0\"\n\
            2024-03-04,Large,P,,,,\"1.234,50\",Yes,No,No,Ada,,,Yes,\"1,0\"\n";
        let (rows, _, names, dialect) = read(text.as_bytes(), None);
        let want = [
            "2: 0 0 2024-03-04 72000 - ",
            "3: 1 1 2024-03-04 36 b Task 1: Hard",
            "4! too_long 1.234,50",
        ];
        assert_eq!(rows, want);
        assert_eq!(dialect, Dialect::Harvest);
        assert_eq!(named(&names.people), ["Ada Example/ 1", "Ada/ 1"]);
    }

    #[test]
    fn instants_are_days_of_the_organisations_zone() {
        let text = "description,billable,client,project,start,end,user_email\n\
            x,true,C,P,2024-03-04T23:30:00Z,2024-03-05T00:30:01Z,a@b.test\n\
            x,false,C,P,2024-03-04T23:30:00+01:00,2024-03-04T23:00:00+01:00,a@b.test\n\
            x,false,C,P,,,a@b.test\n\
            x,FALSCH,C,P,2024-03-04T09:00:00Z,2024-03-04T10:00:00Z,a@b.test\n\
            x,perhaps,C,P,2024-03-04T09:00:00Z,2024-03-04T10:00:00Z,a@b.test\n";
        let (rows, ..) = read(text.as_bytes(), None);
        let want = [
            "2: 0 0 2024-03-05 3601 b x",
            "3! duration_unreadable 2024-03-04T23:00:00+01:00",
            "4! date_unreadable ",
            "5: 0 0 2024-03-04 3600 - x",
            "6! billable_unreadable perhaps",
        ];
        assert_eq!(rows, want);
    }

    #[test]
    fn hours_minutes_and_seconds_are_parts_or_the_same() {
        let text = "Date;Hours;Minutes;Seconds\n\
            2024-03-04;1;30;\n2024-03-04;;45;\n2024-03-04;1;30;15\n2024-03-04;0;0;29\n\
            2024-03-04;1,5;90;5400\n2024-03-04;2;120;\n2024-03-04;0.33;20;\n2024-03-04;;20;1188\n\
            2024-03-04;1;60;\n2024-03-04;1,5;30;\n2024-03-04;1:30;30;\n2024-03-04;1;30;5400\n\
            2024-03-04;1;x;\n2024-03-04;0;0;0\n";
        let (rows, ..) = read(text.as_bytes(), None);
        let seconds: Vec<&str> =
            rows.iter().map(|row| &row[row.find(' ').unwrap() + 1..]).collect();
        let read = |seconds: &str| format!("0 0 2024-03-04 {seconds} b ");
        let bad = |text: &str| format!("duration_unreadable {text}");
        let want = [
            read("5400"),
            read("2700"),
            read("5415"),
            read("29"),
            read("5400"),
            read("7200"),
            read("1200"),
            read("1188"),
            read("3600"),
            bad("1,5"),
            bad("1:30"),
            bad("1"),
            bad("1"),
            "zero_duration 0".to_owned(),
        ];
        assert_eq!(seconds, want);
    }

    #[test]
    fn a_break_of_clockify_is_no_work() {
        let text = b"Project,Client,Type,Start Date,Start Time,Duration (h)\n\
            Site,Big,Break,2024-03-04,12:00,00:30:00\nSite,Big,Regular,2024-03-04,13:00,01:00:00\n";
        let (rows, ..) = read(text, None);
        assert_eq!(rows, ["2! not_work Break", "3: 0 0 2024-03-04 3600 b "]);
        // Elsewhere a column of this name is anybody's.
        let (rows, ..) = read(b"Date,Client,Type,Hours\n2024-03-04,Big,Break,1\n", None);
        assert_eq!(rows, ["2: 0 0 2024-03-04 3600 b "]);
    }

    #[test]
    fn a_time_that_a_spreadsheet_kept_in_days_is_known_by_its_neighbours() {
        let text = b"Date,Client,Start,End,Duration\n2024-03-04,Big,09:00,10:30,0.0625\n\
            2024-03-04,Big,09:00,09:15,0.25\n2024-03-04,Big,09:00,15:00,0.25\n\
            2024-03-04,Big,09:00,10:30,1:30\n2024-03-04,Big,09:00,17:00,3\n";
        let seconds = |text: &[u8]| {
            let (rows, ..) = read(text, None);
            rows.iter().map(|row| row.split(' ').nth(4).unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(seconds(text), ["5400", "900", "21600", "5400", "10800"]);
        let text =
            b"Date,Client,Duration,Hours\n2024-03-04,Big,0.0625,1.5\n2024-03-04,Big,1.5,1.5\n";
        assert_eq!(seconds(text), ["5400", "5400"]);
    }

    #[test]
    fn any_sheet_with_a_day_and_a_duration_is_read() {
        let text = b"sep=;\r\n\r\nDatum;Mitarbeiter;Kunde;T\xe4tigkeit;Stunden;Bemerkung\r\n\
            03.04.2024;J\xf6rg;Gro\xdf & Co;Planung;1,5;\r\n;;;;;\r\nheute;J;K;;1;x\r\n";
        let (rows, reading, names, dialect) = read(text, None);
        assert_eq!(rows, ["4: 0 0 2024-04-03 5400 b Planung", "6! date_unreadable heute"]);
        assert_eq!((dialect, reading.date_order), (Dialect::Generic, DateOrder::DayMonthYear));
        assert_eq!(named(&names.targets), ["Groß & Co/ 1"]);
        assert_eq!(reading.header[3], "Tätigkeit");
    }

    #[test]
    fn a_file_of_something_else_is_refused_by_what_it_lacks() {
        for text in ["Client Name,Address\nExample,\n", "", "\n\n", "\u{0}\u{1}\u{2}", "sep=;\n"] {
            let mut pass = Pass::new(chrono_tz::UTC, None);
            let refused = pass.push(text.as_bytes()).and_then(|_| pass.end()).unwrap_err();
            let fields: Vec<&str> = refused.iter().map(|fault| fault.field.as_str()).collect();
            assert_eq!(fields, ["date", "duration"], "{text:?}");
        }
        let mut pass = Pass::new(chrono_tz::UTC, None);
        assert!(pass.push(&vec![b'x'; 3 * RECORD_MAX]).is_err());
        let mut pass = Pass::new(chrono_tz::UTC, None);
        assert_eq!(pass.push(b"PK\x03\x04...").unwrap_err()[0].code, "not_csv");
    }

    #[test]
    fn the_order_that_is_asked_for_holds() {
        let text = b"Date,Hours\n13/04/2024,1\n";
        let (rows, reading, ..) = read(text, Some(DateOrder::MonthDayYear));
        assert_eq!(rows, ["2! date_unreadable 13/04/2024"]);
        assert_eq!(
            (reading.date_order, reading.date_order_doubtful),
            (DateOrder::MonthDayYear, false)
        );
    }

    #[test]
    fn equal_rows_have_equal_keys_and_others_have_not() {
        let keys = |text: &str| {
            let mut pass = Pass::new(chrono_tz::UTC, None);
            let mut rows = pass.push(text.as_bytes()).unwrap();
            rows.extend(pass.end().unwrap());
            rows.into_iter().map(|row| row.content.unwrap().key).collect::<Vec<_>>()
        };
        let one = keys(
            "Date,Hours,Client,User,Start\n2024-03-04,1,C,Ada,9:00\n04.03.2024,1:00, C ,ada,09:00\n",
        );
        assert_eq!(one[0], one[1]);
        for other in [
            "2024-03-05,1,C,Ada,9:00",
            "2024-03-04,2,C,Ada,9:00",
            "2024-03-04,1,D,Ada,9:00",
            "2024-03-04,1,C,Bob,9:00",
            "2024-03-04,1,C,Ada,9:01",
        ] {
            let text = format!("Date,Hours,Client,User,Start\n{other}\n");
            assert_ne!(keys(&text)[0], one[0], "{other}");
        }
    }

    #[test]
    fn names_are_capped() {
        let mut text = "Date,Hours,Project\n".to_owned();
        (0..=NAMES_MAX).for_each(|n| text.push_str(&format!("2024-03-04,1,P{n}\n")));
        let (rows, reading, names, _) = read(text.as_bytes(), None);
        assert_eq!(names.targets.len(), NAMES_MAX);
        assert_eq!(rows[NAMES_MAX], format!("{}! too_many P{NAMES_MAX}", NAMES_MAX + 2));
        assert_eq!(reading.readable, 5_000);
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(bytes: Vec<u8>, text in "[\"0-9,:/\n AMhP.-]{0,200}") {
            for file in [bytes, format!("Date,Start,End,Duration,Hours\n{text}").into_bytes()] {
                let mut pass = Pass::new(chrono_tz::America::New_York, None);
                if pass.push(&file).and_then(|_| pass.end()).is_ok() {
                    prop_assert!(pass.finish().is_some());
                }
            }
        }
    }
}
