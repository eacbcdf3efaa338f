//! What becomes of each staged row under a mapping.
use std::borrow::Cow;
use std::collections::HashMap;

use chrono::NaiveDate;
use shared::api::{
    ImportOptions, ImportOutcome, MinuteRounding, PersonChoice, RetainerId, TargetChoice,
};
use shared::rules::zone::Zones;

use super::mapping::Mapping;
use super::staged::Staged;
use crate::delivery::Poster;

/// The days that a retainer takes work of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Window {
    /// Its first day.
    pub first_on: NaiveDate,
    /// The day it is there.
    pub today: NaiveDate,
    /// Its zones, where an instant has its day.
    pub zones: Option<Zones>,
    /// The first day of the oldest open cycle: earlier work is late. None if none is open.
    pub open_from: Option<NaiveDate>,
    /// The first day without service.
    pub ends_on: Option<NaiveDate>,
    /// From which day on a pool takes time, or none does; in order.
    pub takes_time: Vec<(NaiveDate, bool)>,
}

/// Where the rows of a client and project go.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Place {
    Nowhere,
    Skipped,
    Open(Window),
}

/// A mapping as rows are judged by it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    targets: Vec<Place>,
    skips_person: Vec<bool>,
    rounding: MinuteRounding,
    unbillable_draws: bool,
}

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    New,
    /// New, and of a closed cycle.
    Late,
    Known,
    Skipped,
    Undecided,
    /// Why it cannot be written.
    Refused(Cow<'static, str>),
}

impl Window {
    /// The days that a retainer's book takes.
    pub fn of(poster: &Poster) -> Self {
        let book = poster.book();
        let timely = |day: &NaiveDate| poster.place(*day).is_ok_and(|placed| !placed.late);
        Self {
            first_on: poster.first_day(),
            today: poster.today(),
            zones: Some(book.zones.clone()),
            open_from: book.open.iter().map(|cycle| cycle.starts_on).find(timely),
            ends_on: book.head.ends_on,
            takes_time: poster.takes_time(),
        }
    }

    fn fate(&self, worked_on: NaiveDate, draws: bool) -> Fate {
        let refused = |code| Fate::Refused(Cow::Borrowed(code));
        match self.open_from {
            _ if worked_on < self.first_on => refused("before_start"),
            _ if worked_on > self.today => refused("future"),
            None => refused("no_open_cycle"),
            Some(_) if self.ends_on.is_some_and(|end| worked_on >= end) => refused("no_open_cycle"),
            Some(_) if draws && !self.takes_time_on(worked_on) => refused("no_time_pool"),
            Some(open) if worked_on < open => Fate::Late,
            Some(_) => Fate::New,
        }
    }

    fn takes_time_on(&self, day: NaiveDate) -> bool {
        let begun = self.takes_time.iter().rev().find(|(from, _)| *from <= day);
        begun.or(self.takes_time.first()).is_none_or(|(_, takes)| *takes)
    }
}

impl Fate {
    /// Its name, which for a refused row is the reason.
    pub fn name(&self) -> &str {
        match self {
            Fate::New => "new",
            Fate::Late => "late",
            Fate::Known => "known",
            Fate::Skipped => "skipped",
            Fate::Undecided => "undecided",
            Fate::Refused(code) => code,
        }
    }
    /// Whether the row becomes a time entry.
    pub fn writes(&self) -> bool {
        matches!(self, Fate::New | Fate::Late)
    }
    /// Counts a row that does not become one.
    pub fn count(&self, outcome: &mut ImportOutcome) {
        match self {
            Fate::New | Fate::Late => {}
            Fate::Known => outcome.known += 1,
            Fate::Skipped => outcome.skipped += 1,
            Fate::Undecided => outcome.undecided += 1,
            Fate::Refused(_) => outcome.rejected += 1,
        }
    }
}

impl Plan {
    /// The plan of a mapping, given the windows of the retainers it names.
    pub fn new(
        mapping: &Mapping,
        options: &ImportOptions,
        windows: &HashMap<RetainerId, Window>,
    ) -> Self {
        let place = |choice: &TargetChoice| match choice {
            TargetChoice::Undecided => Place::Nowhere,
            TargetChoice::Skip => Place::Skipped,
            TargetChoice::Retainer { retainer_id } => windows
                .get(retainer_id)
                .map_or(Place::Nowhere, |window| Place::Open(window.clone())),
        };
        Self {
            targets: mapping.targets.iter().map(place).collect(),
            skips_person: mapping.people.iter().map(|is| *is == PersonChoice::Skip).collect(),
            rounding: options.rounding,
            unbillable_draws: options.unbillable_draws,
        }
    }

    /// Whole minutes of a row's seconds.
    pub fn minutes(&self, seconds: i64) -> i64 {
        let more = match self.rounding {
            MinuteRounding::Nearest => 30,
            MinuteRounding::Up => 59,
            MinuteRounding::Down => 0,
        };
        (seconds + more) / 60
    }
    /// Whether a row draws on an allowance.
    pub fn draws(&self, row: &Staged) -> bool {
        row.billable || self.unbillable_draws
    }

    /// What becomes of a row.
    pub fn fate(&self, row: &Staged) -> Fate {
        if let Some(code) = &row.problem_code {
            return Fate::Refused(Cow::Owned(code.clone()));
        }
        let place = at(row.target).and_then(|at| self.targets.get(at));
        let skipped = at(row.person).and_then(|at| self.skips_person.get(at).copied());
        match place.unwrap_or(&Place::Nowhere) {
            Place::Skipped => Fate::Skipped,
            _ if skipped == Some(true) => Fate::Skipped,
            Place::Nowhere => Fate::Undecided,
            Place::Open(_) if row.known => Fate::Known,
            Place::Open(_) if self.minutes(row.seconds.unwrap_or_default()) == 0 => {
                Fate::Refused(Cow::Borrowed("zero_duration"))
            }
            Place::Open(window) => window.fate(row.day(window.zones.as_ref()), self.draws(row)),
        }
    }

    /// Counts a row of a preview.
    pub fn count(&self, row: &Staged, fate: &Fate, outcome: &mut ImportOutcome) {
        fate.count(outcome);
        if fate.writes() {
            let minutes = self.minutes(row.seconds.unwrap_or_default());
            outcome.new += 1;
            outcome.late += i64::from(*fate == Fate::Late);
            outcome.minutes += minutes;
            outcome.drawing_minutes += if self.draws(row) { minutes } else { 0 };
        }
    }
}

/// A place in the names of a file.
pub fn at(place: Option<i64>) -> Option<usize> {
    place.and_then(|at| usize::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use shared::api::MemberId;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }
    /// A plan of three targets, an open one, one left out, one undecided, and of two people, the
    /// second left out.
    fn plan(window: Window) -> Plan {
        let retainer_id = RetainerId(uuid::Uuid::from_u128(1));
        let mapping = Mapping {
            targets: vec![
                TargetChoice::Retainer { retainer_id },
                TargetChoice::Skip,
                TargetChoice::Undecided,
            ],
            people: vec![
                PersonChoice::Member { member_id: MemberId(uuid::Uuid::from_u128(2)) },
                PersonChoice::Skip,
            ],
        };
        Plan::new(&mapping, &ImportOptions::default(), &HashMap::from([(retainer_id, window)]))
    }
    fn march() -> Window {
        Window {
            first_on: day("2026-01-01"),
            today: day("2026-03-20"),
            zones: None,
            open_from: Some(day("2026-03-01")),
            ends_on: Some(day("2026-03-15")),
            takes_time: vec![(day("2026-01-01"), true), (day("2026-03-10"), false)],
        }
    }
    fn row() -> Staged {
        let (target, person) = (Some(0), Some(0));
        let (worked_on, seconds) = (Some(day("2026-03-02")), Some(3_600));
        Staged { row_no: 2, target, person, worked_on, seconds, ..Staged::default() }
    }

    #[test]
    fn an_instant_has_its_day_in_the_zone_of_the_retainer() {
        let at = "2026-03-01T01:00:00Z".parse().ok();
        let zones = |zone| Some(Zones::new(Vec::new(), zone));
        let row = Staged { worked_on: Some(day("2026-03-01")), instant: at, ..row() };
        assert_eq!(row.day(zones(chrono_tz::America::New_York).as_ref()), day("2026-02-28"));
        assert_eq!(row.day(zones(chrono_tz::Europe::Berlin).as_ref()), day("2026-03-01"));
        assert_eq!(row.day(None), day("2026-03-01"));
    }

    #[test]
    fn the_first_reason_is_the_fate() {
        let plan = plan(march());
        let on = |text: &str| Some(day(text));
        let cases = [
            (row(), "new"),
            (Staged { worked_on: on("2026-03-01"), ..row() }, "new"),
            (Staged { worked_on: on("2026-02-28"), ..row() }, "late"),
            (Staged { worked_on: on("2026-01-01"), ..row() }, "late"),
            (Staged { worked_on: on("2025-12-31"), ..row() }, "before_start"),
            (Staged { worked_on: on("2026-03-14"), ..row() }, "new"),
            (Staged { worked_on: on("2026-03-14"), billable: true, ..row() }, "no_time_pool"),
            (Staged { worked_on: on("2026-03-09"), billable: true, ..row() }, "new"),
            (Staged { worked_on: on("2026-03-15"), ..row() }, "no_open_cycle"),
            (Staged { worked_on: on("2026-03-21"), ..row() }, "future"),
            (Staged { seconds: Some(29), worked_on: on("2026-03-21"), ..row() }, "zero_duration"),
            (Staged { seconds: Some(30), ..row() }, "new"),
            (Staged { known: true, seconds: Some(0), ..row() }, "known"),
            (Staged { target: Some(2), known: true, ..row() }, "undecided"),
            (Staged { target: Some(3), ..row() }, "undecided"),
            (Staged { target: Some(1), ..row() }, "skipped"),
            (Staged { target: Some(2), person: Some(1), ..row() }, "skipped"),
            (Staged { problem_code: Some("too_long".into()), target: None, ..row() }, "too_long"),
        ];
        for (row, want) in cases {
            assert_eq!(plan.fate(&row).name(), want, "{row:?}");
        }
    }

    #[test]
    fn where_no_cycle_is_open_nothing_goes() {
        let plan = plan(Window { open_from: None, ends_on: None, ..march() });
        assert_eq!(plan.fate(&row()).name(), "no_open_cycle");
        let early = Staged { worked_on: Some(day("2025-12-31")), ..row() };
        assert_eq!(plan.fate(&early).name(), "before_start");
    }

    #[test]
    fn each_row_counts_once_and_only_what_is_written_has_minutes() {
        let plan = plan(march());
        let late = Staged { worked_on: Some(day("2026-02-01")), billable: true, ..row() };
        let known = Staged { known: true, ..row() };
        let (skipped, undecided) =
            (Staged { target: Some(1), ..row() }, Staged { target: Some(2), ..row() });
        let rejected = Staged { seconds: Some(1), ..row() };
        let mut outcome = ImportOutcome::default();
        for row in [row(), late, known, skipped, undecided, rejected] {
            plan.count(&row, &plan.fate(&row), &mut outcome);
        }
        let want = ImportOutcome {
            new: 2,
            late: 1,
            known: 1,
            skipped: 1,
            undecided: 1,
            rejected: 1,
            minutes: 120,
            drawing_minutes: 60,
        };
        assert_eq!(outcome, want);
    }
}
