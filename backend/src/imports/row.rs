//! A record as time: who worked, for whom, when and how long; or why it is none.
use chrono::{DateTime, NaiveDate, Timelike, Utc};
use chrono_tz::Tz;
use sha2::{Digest, Sha256};
use shared::api::{DateOrder, Dialect, NOTE_MAX};
use shared::rules::zone::local_date;

use super::columns::{Columns, Role};
use super::reader::Record;
use super::values::{
    Moment, Orders, Unit, WrittenDay, billable, by_clock, duration, elapsed, moment,
};

/// The longest name of a client, a project or a person that is kept, in characters.
const NAME_MAX: usize = 500;
/// The longest time a row may have: a day.
const SECONDS_MAX: i64 = 86_400;

/// What is known of a file once its header is read.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The columns as the file calls them.
    pub header: Vec<String>,
    /// What parts them.
    pub separator: u8,
    /// The tool it comes from.
    pub dialect: Dialect,
    /// What they mean.
    pub columns: Columns,
}

/// A row that is time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    pub client: String,
    pub project: String,
    pub name: String,
    pub email: String,
    /// Its day, of an instant the one in the organisation's zone.
    pub worked_on: NaiveDate,
    /// The instant that stands there instead of a day.
    pub instant: Option<DateTime<Utc>>,
    pub seconds: i64,
    pub billable: bool,
    pub note: Option<String>,
    /// Names the row by its content; equal rows of one file have the same.
    pub key: Vec<u8>,
}

/// Why a row is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// To match on.
    pub code: &'static str,
    /// The column at fault; none if it is the row as a whole.
    pub column: Option<usize>,
    /// What stands there.
    pub text: String,
}

/// The moments of a row, as its cells have them; one that is empty or unreadable is none.
#[derive(Debug, Clone, Copy)]
pub struct When {
    date: Option<Moment>,
    start: Option<Moment>,
    end_date: Option<Moment>,
    end: Option<Moment>,
}

impl When {
    /// Reads the cells that name a moment.
    pub fn read(sheet: &Sheet, record: &Record<'_>) -> Self {
        let of = |role| moment(sheet.cell(record, role));
        let [date, start, end_date, end] =
            [Role::Date, Role::Start, Role::EndDate, Role::End].map(of);
        Self { date, start, end_date, end }
    }
    /// Tells the file's orders about its days.
    pub fn note(&self, orders: &mut Orders) {
        for moment in [self.date, self.start, self.end_date, self.end].into_iter().flatten() {
            if let Moment::Local(day, _) = moment {
                orders.note(day);
            }
        }
    }
    fn worked_on(&self, order: DateOrder, zone: Tz) -> Option<NaiveDate> {
        match self.date.or(self.start)? {
            Moment::Instant(at) => Some(local_date(zone, at)),
            Moment::Local(day, _) => day.read(order),
            Moment::Time(_) => None,
        }
    }
    fn instant(&self) -> Option<DateTime<Utc>> {
        match self.date.or(self.start)? {
            Moment::Instant(at) => Some(at),
            Moment::Local(..) | Moment::Time(_) => None,
        }
    }
    /// What tells two equal pieces of work of a day apart: when they began, by the clock of the
    /// zone. One tool writes an instant where another writes the time of day.
    fn began(&self, zone: Tz) -> String {
        match (self.start, self.date) {
            (Some(Moment::Instant(at)), _) | (None, Some(Moment::Instant(at))) => {
                at.with_timezone(&zone).num_seconds_from_midnight().to_string()
            }
            (Some(Moment::Time(time) | Moment::Local(_, Some(time))), _)
            | (None, Some(Moment::Local(_, Some(time)))) => time.to_string(),
            _ => String::new(),
        }
    }
    /// Seconds from the start to the end, also where clocks are put forward or back between them.
    fn length(&self, order: DateOrder, zone: Tz) -> Option<i64> {
        let start = self.start.or(self.date)?;
        if let (Moment::Instant(from), Some(Moment::Instant(to))) = (start, self.end) {
            return instants(from, to);
        }
        let (day, from) = local(start, self.date, order)?;
        let (end_day, to) = local(self.end?, self.end_date, order)?;
        // Without a day of its own the end may lie after midnight.
        let Some(day) = day else { return Some(by_clock(from, to)) };
        let next = || if to < from { day.succ_opt() } else { Some(day) };
        elapsed(zone, (day, from), (end_day.or_else(next)?, to))
    }
}

fn instants(from: DateTime<Utc>, to: DateTime<Utc>) -> Option<i64> {
    let seconds = (to - from).num_seconds();
    (seconds >= 0).then_some(seconds)
}

/// A local day and time; the day may stand in a column of its own, or nowhere.
fn local(
    moment: Moment,
    day: Option<Moment>,
    order: DateOrder,
) -> Option<(Option<NaiveDate>, i64)> {
    let read = |day: WrittenDay| day.read(order);
    match (moment, day) {
        (Moment::Local(day, Some(time)), _) => Some((Some(read(day)?), time)),
        (Moment::Time(time), Some(Moment::Local(day, _))) => Some((Some(read(day)?), time)),
        (Moment::Time(time), _) => Some((None, time)),
        _ => None,
    }
}

impl Sheet {
    /// The cell of a role, trimmed; empty if there is no such column.
    fn cell<'a>(&self, record: &Record<'a>, role: Role) -> &'a str {
        self.columns.of(role).map_or("", |at| record.field(at).trim())
    }
    fn fault(&self, code: &'static str, record: &Record<'_>, roles: &[Role]) -> Fault {
        let column = roles.iter().find_map(|role| self.columns.of(*role));
        let text = column.map_or("", |at| record.field(at)).chars().take(200).collect();
        Fault { code, column, text }
    }

    /// Reads a record as time.
    ///
    /// # Errors
    /// The first fault of the row.
    pub fn work(
        &self,
        record: &Record<'_>,
        when: &When,
        order: DateOrder,
        zone: Tz,
    ) -> Result<Work, Fault> {
        let cell = |role| self.cell(record, role);
        if self.dialect == Dialect::Clockify && is_rest(cell(Role::Kind)) {
            return Err(self.fault("not_work", record, &[Role::Kind]));
        }
        let date_readable = when.date.is_some() || cell(Role::Date).is_empty();
        let worked_on = when.worked_on(order, zone).filter(|_| date_readable);
        let worked_on = worked_on
            .ok_or_else(|| self.fault("date_unreadable", record, &[Role::Date, Role::Start]))?;
        let seconds = self.seconds(record, when, (order, zone))?;
        let (name, email) = self.person(record);
        let [client, project] = [Role::Client, Role::Project].map(|role| one_line(cell(role)));
        let (task, text) = (one_line(cell(Role::Task)), cell(Role::Note));
        // Empty draws, as where there is no such column; a word we do not know is not guessed.
        let billable = match cell(Role::Billable) {
            "" => true,
            said => billable(said)
                .ok_or_else(|| self.fault("billable_unreadable", record, &[Role::Billable]))?,
        };
        let who = if email.is_empty() { name.to_lowercase() } else { email.clone() };
        let (day, began, length) = (worked_on.to_string(), when.began(zone), seconds.to_string());
        let draws = if billable { "b" } else { "n" };
        let parts = [&*who, &client, &project, &task, text, &day, &began, &length, draws];
        let (note, key) = (note(&task, text), key(&parts));
        let instant = when.instant();
        Ok(Work { client, project, name, email, worked_on, instant, seconds, billable, note, key })
    }

    /// The duration if there is one, else what columns of hours, minutes and seconds say together,
    /// else from start to end.
    fn seconds(
        &self,
        record: &Record<'_>,
        when: &When,
        (order, zone): (DateOrder, Tz),
    ) -> Result<i64, Fault> {
        let units = [
            (Role::Duration, Unit::Hours),
            (Role::Hours, Unit::Hours),
            (Role::Minutes, Unit::Minutes),
            (Role::Seconds, Unit::Seconds),
        ];
        let given = units.iter().find(|(role, _)| !self.cell(record, *role).is_empty());
        let (seconds, role) = match given {
            Some((Role::Duration, unit)) => {
                (duration(self.cell(record, Role::Duration), *unit), Role::Duration)
            }
            Some((role, _)) => {
                let parts = [1, 2, 3].map(|at| {
                    let (role, unit) = units[at];
                    Some(self.cell(record, role))
                        .filter(|text| !text.is_empty())
                        .map(|text| duration(text, unit))
                });
                (together(parts), *role)
            }
            None => (when.length(order, zone), Role::End),
        };
        let roles = [role, Role::Duration, Role::Hours];
        let seconds = self.days(record, (role, seconds), (when, order, zone)).or(seconds);
        match seconds {
            None => Err(self.fault("duration_unreadable", record, &roles)),
            Some(0) => Err(self.fault("zero_duration", record, &roles)),
            Some(seconds) if seconds > SECONDS_MAX => Err(self.fault("too_long", record, &roles)),
            Some(seconds) => Ok(seconds),
        }
    }
    /// What a number says that counts days, as spreadsheets keep a time: where start and end, or the
    /// hours beside it, say that and not what was read.
    fn days(
        &self,
        record: &Record<'_>,
        (role, read): (Role, Option<i64>),
        (when, order, zone): (&When, DateOrder, Tz),
    ) -> Option<i64> {
        let hours = || match role {
            Role::Duration => duration(self.cell(record, Role::Hours), Unit::Hours),
            _ => None,
        };
        let known = when.length(order, zone).or_else(hours)?;
        let days = match role {
            Role::Duration | Role::Hours => duration(self.cell(record, role), Unit::Days)?,
            _ => return None,
        };
        let near = |seconds: i64| (seconds - known).abs() < 60;
        (near(days) && !read.is_some_and(near)).then_some(days)
    }
    fn person(&self, record: &Record<'_>) -> (String, String) {
        let cell = |role| one_line(self.cell(record, role));
        let mut name = cell(Role::Person);
        if self.columns.of(Role::FirstName).is_some() || self.columns.of(Role::LastName).is_some() {
            let full = format!("{} {}", cell(Role::FirstName), cell(Role::LastName));
            name = if full.trim().is_empty() { name } else { full.trim().to_owned() };
        }
        let mut email = cell(Role::Email).to_lowercase();
        if email.is_empty() && name.contains('@') {
            email = name.to_lowercase();
        }
        (name, email)
    }
}

/// What Clockify calls time that nobody worked.
fn is_rest(kind: &str) -> bool {
    let kind = kind.to_lowercase().replace([' ', '-'], "_");
    matches!(kind.as_str(), "break" | "holiday" | "time_off" | "pause")
}

/// The seconds that columns of hours, of minutes and of seconds say: their sum, if each but the last
/// is whole and stays below the one before it, or the same in several units, of which the smallest
/// is the most exact. None if they contradict each other, or if one cannot be read.
fn together(parts: [Option<Option<i64>>; 3]) -> Option<i64> {
    let mut given = Vec::with_capacity(parts.len());
    for (part, unit) in parts.into_iter().zip([3_600, 60, 1]) {
        if let Some(seconds) = part {
            given.push((seconds?, unit));
        }
    }
    let fits = |pair: &[(i64, i64)]| pair[0].0 % pair[0].1 == 0 && pair[1].0 < pair[0].1;
    if given.windows(2).all(fits) {
        return Some(given.iter().map(|(seconds, _)| seconds).sum());
    }
    // Hours are often rounded to a tenth, minutes to whole ones.
    let same = |pair: &[(i64, i64)]| (pair[0].0 - pair[1].0).abs() <= (pair[0].1 / 20).max(59);
    let last = given.last()?.0;
    given.windows(2).all(same).then_some(last)
}

/// Text of one line, without control characters, as long as names may be.
fn one_line(text: &str) -> String {
    let clean = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    clean.take(NAME_MAX).collect::<String>().trim().to_owned()
}

/// The note of an entry: its task and what was done, as long as notes may be.
fn note(task: &str, text: &str) -> Option<String> {
    let joined = match (task.is_empty(), text.is_empty()) {
        (true, true) => return None,
        (false, true) => task.to_owned(),
        (true, false) => text.to_owned(),
        (false, false) => format!("{task}: {text}"),
    };
    let line_end = |c: char| matches!(c, '\n' | '\r' | '\t');
    let clean = |c: char| if c.is_control() && !line_end(c) { ' ' } else { c };
    if joined.chars().count() <= NOTE_MAX {
        return Some(joined.chars().map(clean).collect());
    }
    Some(joined.chars().map(clean).take(NOTE_MAX - 1).chain(['…']).collect())
}

/// The hash of a row's parts, each with its length so that none runs into the next.
fn key(parts: &[&str]) -> Vec<u8> {
    let mut hash = Sha256::new_with_prefix(b"perennial row 1");
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().to_vec()
}

/// The key of the n-th of a file's equal rows, counted from 1; the first keeps the key they share.
pub fn import_key(base: &[u8], occurrence: i64) -> Vec<u8> {
    if occurrence <= 1 {
        return base.to_vec();
    }
    Sha256::new().chain_update(base).chain_update(occurrence.to_be_bytes()).finalize().to_vec()
}
