//! A series of cycles: checked once, then generated from its origin as far as anyone asks.
use chrono::{Datelike, NaiveDate};

use super::origin::Origin;
use super::{Anchor, Cycle, Interval, Pause, ResumeAnchor};
use crate::rules::RuleError;

const PAUSES_MAX: usize = 1_000;
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;

/// The cycles of one retainer. Source: domain 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    start: NaiveDate,
    interval: Interval,
    anchor: Anchor,
    end: Option<NaiveDate>,
    pauses: Vec<Pause>,
    runs: Vec<Run>,
}

/// Days of service between two pauses, cut out of one aligned series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    start: NaiveDate,
    end: Option<NaiveDate>,
    origin: Origin,
    first_index: i64,
    first_seq: u32,
}

impl Series {
    /// Checks the terms of a series; `end` is the first day without service.
    ///
    /// Pauses may come in any order. Source: domain 2.1, 2.4, 2.9, 2.10.
    ///
    /// # Errors
    /// [`RuleError::InvalidRange`], [`RuleError::InvalidInterval`],
    /// [`RuleError::InvalidAnchor`] or [`RuleError::InvalidPause`], as each says.
    pub fn new(
        start: NaiveDate,
        interval: Interval,
        anchor: Anchor,
        end: Option<NaiveDate>,
        mut pauses: Vec<Pause>,
    ) -> Result<Self, RuleError> {
        if !in_years(start) || end.is_some_and(|end| end <= start || !in_years(end)) {
            return Err(RuleError::InvalidRange);
        }
        if matches!(anchor, Anchor::Date { date, .. } if !in_years(date)) {
            return Err(RuleError::InvalidAnchor);
        }
        pauses.sort_by_key(|pause| pause.from);
        check_pauses(start, &pauses)?;
        let runs = runs(start, interval, anchor, end, &pauses)?;
        Ok(Self { start, interval, anchor, end, pauses, runs })
    }

    /// The first day of service, before any pause.
    #[must_use]
    pub fn start(&self) -> NaiveDate {
        self.start
    }

    /// How long a full cycle is.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.interval
    }

    /// Where the boundaries come from.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        self.anchor
    }

    /// The first day without service, if there is one.
    #[must_use]
    pub fn end(&self) -> Option<NaiveDate> {
        self.end
    }

    /// The pauses, by their first day.
    #[must_use]
    pub fn pauses(&self) -> &[Pause] {
        &self.pauses
    }

    /// All cycles in order, each made when it is asked for; endless without an `end`.
    pub fn cycles(&self) -> impl Iterator<Item = Cycle> + '_ {
        self.runs.iter().flat_map(|run| (0u32..).map_while(|offset| run.cycle(offset)))
    }

    /// The first `n` cycles, or fewer where the series ends.
    #[must_use]
    pub fn first(&self, n: usize) -> Vec<Cycle> {
        self.cycles().take(n).collect()
    }

    /// The cycle numbered `seq`, found without walking to it.
    #[must_use]
    pub fn cycle(&self, seq: u32) -> Option<Cycle> {
        let run = self.runs.iter().rev().find(|run| run.first_seq <= seq)?;
        run.cycle(seq - run.first_seq)
    }

    /// The first day after the cycle numbered `seq`: what the ledger orders lots by.
    #[must_use]
    pub fn end_of(&self, seq: u32) -> Option<NaiveDate> {
        self.cycle(seq).map(|cycle| cycle.end)
    }

    /// The cycle that serves `date`; none before the start, in a pause and after the end.
    #[must_use]
    pub fn cycle_on(&self, date: NaiveDate) -> Option<Cycle> {
        let run = self.runs.iter().rev().find(|run| run.start <= date)?;
        let offset = run.origin.index(date) - run.first_index;
        run.cycle(u32::try_from(offset).ok()?).filter(|cycle| cycle.contains(date))
    }
}

impl Run {
    fn cycle(&self, offset: u32) -> Option<Cycle> {
        let k = self.first_index + i64::from(offset);
        let nominal_start = self.origin.boundary(k)?;
        let nominal_end = self.origin.boundary(k + 1)?;
        let start = nominal_start.max(self.start);
        let end = self.end.map_or(nominal_end, |end| end.min(nominal_end));
        let seq = self.first_seq.checked_add(offset)?;
        (start < end).then_some(Cycle { seq, start, end, nominal_start, nominal_end })
    }

    /// How many cycles a run with an end has.
    fn count(&self, end: NaiveDate) -> Result<u32, RuleError> {
        let last = end.pred_opt().ok_or(RuleError::InvalidRange)?;
        let count = self.origin.index(last) - self.first_index + 1;
        u32::try_from(count).map_err(|_| RuleError::InvalidRange)
    }
}

fn in_years(date: NaiveDate) -> bool {
    YEARS.contains(&date.year())
}

fn check_pauses(start: NaiveDate, pauses: &[Pause]) -> Result<(), RuleError> {
    let possible = pauses.iter().all(|pause| {
        let ends_later = pause.to.is_none_or(|to| pause.from < to && in_years(to));
        start <= pause.from && in_years(pause.from) && ends_later
    });
    let apart = pauses.windows(2).all(|pair| match pair {
        [one, next] => one.to.is_some_and(|to| to <= next.from),
        _ => true,
    });
    let few = pauses.len() <= PAUSES_MAX;
    if possible && apart && few { Ok(()) } else { Err(RuleError::InvalidPause) }
}

/// Cuts the service into runs; `pauses` are sorted and do not overlap.
fn runs(
    start: NaiveDate,
    interval: Interval,
    anchor: Anchor,
    end: Option<NaiveDate>,
    pauses: &[Pause],
) -> Result<Vec<Run>, RuleError> {
    let mut runs = Vec::with_capacity(pauses.len() + 1);
    let mut origin = Origin::new(start, interval, anchor)?;
    let mut from = Some(start);
    let mut first_seq = 1u32;
    for pause in pauses.iter().map(Some).chain([None]) {
        let Some(start) = from.filter(|start| end.is_none_or(|end| *start < end)) else { break };
        let stop = match (pause.map(|pause| pause.from), end) {
            (Some(pause), Some(end)) => Some(pause.min(end)),
            (pause, end) => pause.or(end),
        };
        if stop.is_none_or(|stop| start < stop) {
            let first_index = origin.index(start);
            let run = Run { start, end: stop, origin, first_index, first_seq };
            let count = stop.map_or(Ok(0), |stop| run.count(stop))?;
            first_seq = first_seq.checked_add(count).ok_or(RuleError::InvalidRange)?;
            runs.push(run);
        }
        let Some(pause) = pause else { break };
        from = pause.to;
        if let (Some(resumed), ResumeAnchor::Reset) = (pause.to, pause.resume_anchor) {
            origin = Origin::new(resumed, interval, Anchor::Anniversary)?;
        }
    }
    Ok(runs)
}
