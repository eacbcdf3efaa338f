//! What becomes of each staged row under a mapping, worked out by the database.
use std::collections::HashMap;

use chrono::NaiveDate;
use shared::api::{ImportOptions, MinuteRounding, PersonChoice, RetainerId, TargetChoice};

use super::mapping::Mapping;
use super::rows::{Of, Refused};
use crate::args;
use crate::auth::Scope;
use crate::db::{Arg, Query, Tx};
use crate::delivery::Poster;
use crate::error::Result;

/// The days that a retainer takes work of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// Its first day.
    pub first_on: NaiveDate,
    /// The day it is there.
    pub today: NaiveDate,
    /// The first day of the oldest open cycle: earlier work is late. None if none is open.
    pub open_from: Option<NaiveDate>,
    /// The first day without service.
    pub ends_on: Option<NaiveDate>,
}

/// A mapping as the statements below need it.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Targets that go to a retainer.
    pub windows: Vec<(i64, Window)>,
    pub skipped_targets: Vec<i64>,
    pub skipped_people: Vec<i64>,
    pub rounding: MinuteRounding,
    pub unbillable_draws: bool,
}

/// Rows with one fate: how many, their minutes, and how many of these draw.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Share {
    pub fate: String,
    pub row_count: i64,
    pub minutes: i64,
    pub drawing: i64,
}

/// A row and its fate.
#[derive(Debug, Clone, sqlx::FromRow)]
pub struct Fated {
    pub row_no: i64,
    pub fate: String,
    /// Whether its reason is kept already.
    pub kept: bool,
    pub target: Option<i64>,
    pub person: Option<i64>,
    pub worked_on: Option<NaiveDate>,
    pub seconds: Option<i64>,
    pub billable: bool,
    pub note: Option<String>,
    pub import_key: Option<Vec<u8>>,
}

impl Window {
    /// The days that a retainer's book takes.
    pub fn of(poster: &Poster) -> Self {
        let book = poster.book();
        let timely = |day: &NaiveDate| poster.place(*day).is_ok_and(|placed| !placed.late);
        Self {
            first_on: poster.first_day(),
            today: poster.today(),
            open_from: book.open.iter().map(|cycle| cycle.starts_on).find(timely),
            ends_on: book.head.ends_on,
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
        let mut plan = Self {
            rounding: options.rounding,
            unbillable_draws: options.unbillable_draws,
            ..Self::default()
        };
        for (choice, at) in mapping.targets.iter().zip(0..) {
            match choice {
                TargetChoice::Undecided => {}
                TargetChoice::Skip => plan.skipped_targets.push(at),
                TargetChoice::Retainer { retainer_id } => {
                    plan.windows.extend(windows.get(retainer_id).map(|window| (at, *window)));
                }
            }
        }
        let skipped = mapping.people.iter().zip(0..);
        let skipped = skipped.filter(|(choice, _)| **choice == PersonChoice::Skip);
        plan.skipped_people = skipped.map(|(_, at)| at).collect();
        plan
    }

    /// Whole minutes of a row's seconds.
    pub fn minutes(&self, seconds: i64) -> i64 {
        (seconds + self.rounds_by()) / 60
    }
    fn rounds_by(&self) -> i64 {
        match self.rounding {
            MinuteRounding::Nearest => 30,
            MinuteRounding::Up => 59,
            MinuteRounding::Down => 0,
        }
    }

    /// A statement that begins with `fated`: the rows after a line, each with its minutes and its
    /// fate, which is `new`, `late`, `known`, `skipped`, `undecided` or why it is refused.
    fn fated(&self, scope: Scope, of: Of, after: i64) -> Query {
        // There is always a first row, and no staged row has its target.
        let nowhere = (-1, Window::default());
        let places = std::iter::once(&nowhere).chain(&self.windows);
        let places = places.map(|(target, window)| {
            args![*target, window.first_on, window.today, window.open_from, window.ends_on]
        });
        let ids = |ids: &[i64]| ids.iter().copied().map(Arg::from).collect();
        let rounds_by = self.rounds_by();
        Query::new("WITH place (target, first_on, today, open_from, ends_on) AS (VALUES")
            .rows(places.collect())
            .push("), fated AS (SELECT r.*, (r.seconds + ?) / 60 AS minutes, CASE", rounds_by)
            .text(" WHEN r.problem_code IS NOT NULL THEN r.problem_code WHEN r.target IN")
            .list(ids(&self.skipped_targets))
            .text(" THEN 'skipped' WHEN r.person IN")
            .list(ids(&self.skipped_people))
            .text(
                " THEN 'skipped' WHEN p.target IS NULL THEN 'undecided'
                WHEN EXISTS (SELECT 1 FROM time_entries e
                    WHERE e.organisation_id = r.organisation_id AND e.import_key = r.import_key)
                    THEN 'known'",
            )
            .push(" WHEN (r.seconds + ?) / 60 = 0 THEN 'zero_duration'", rounds_by)
            .text(
                " WHEN r.worked_on < p.first_on THEN 'before_start'
                WHEN r.worked_on > p.today THEN 'future'
                WHEN p.open_from IS NULL OR r.worked_on >= p.ends_on THEN 'no_open_cycle'
                WHEN r.worked_on < p.open_from THEN 'late' ELSE 'new' END AS fate
                FROM import_rows r LEFT JOIN place p ON p.target = r.target",
            )
            .push(" WHERE r.organisation_id = ?", scope.organisation())
            .push(" AND r.import_id = ?", of.import)
            .push(" AND r.pass = ?", of.pass)
            .push(" AND r.row_no > ?)", after)
    }

    /// All rows, counted by fate.
    pub async fn shares(&self, tx: &mut Tx, scope: Scope, of: Of) -> Result<Vec<Share>> {
        let query = self
            .fated(scope, of, 0)
            .text(
                " SELECT fate, CAST(COUNT(*) AS BIGINT) AS row_count,
                CAST(COALESCE(SUM(minutes), 0) AS BIGINT) AS minutes,",
            )
            .push(" CAST(COALESCE(SUM(CASE WHEN billable OR ?", self.unbillable_draws)
            .text(" THEN minutes ELSE 0 END), 0) AS BIGINT) AS drawing FROM fated GROUP BY fate");
        Ok(tx.all(query).await?)
    }
    /// The first rows that cannot be written.
    pub async fn problems(
        &self,
        tx: &mut Tx,
        scope: Scope,
        of: Of,
        limit: i64,
    ) -> Result<Vec<Refused>> {
        let query = self
            .fated(scope, of, 0)
            .text(
                " SELECT row_no, '' AS raw, fate AS code, problem_column, problem_text, worked_on
                FROM fated WHERE fate NOT IN ('new', 'late', 'known', 'skipped', 'undecided')",
            )
            .push(" ORDER BY row_no LIMIT ?", limit);
        Ok(tx.all(query).await?)
    }
    /// Rows after a line that would not be written, for whatever reason.
    pub async fn refused(
        &self,
        tx: &mut Tx,
        scope: Scope,
        of: Of,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Refused>> {
        let query = self
            .fated(scope, of, after)
            .text(
                " SELECT row_no, raw, fate AS code, problem_column, problem_text, worked_on
                FROM fated WHERE fate NOT IN ('new', 'late')",
            )
            .push(" ORDER BY row_no LIMIT ?", limit);
        Ok(tx.all(query).await?)
    }
    /// Rows after a line, with their fates.
    pub async fn rows(
        &self,
        tx: &mut Tx,
        scope: Scope,
        of: Of,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Fated>> {
        let query = self
            .fated(scope, of, after)
            .text(
                " SELECT row_no, fate, (problem_code IS NOT NULL) AS kept, target, person,
                worked_on, seconds, billable, note, import_key FROM fated",
            )
            .push(" ORDER BY row_no LIMIT ?", limit);
        Ok(tx.all(query).await?)
    }
}
