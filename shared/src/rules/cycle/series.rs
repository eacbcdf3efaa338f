//! A series of cycles: checked once, then generated from its origin as far as anyone asks.
use chrono::{Datelike, NaiveDate};

use super::origin::Origin;
use super::{Anchor, Cycle, Interval, Pause, ResumeAnchor, Rhythm};
use crate::rules::RuleError;

const PAUSES_MAX: usize = 1_000;
const RHYTHMS_MAX: usize = 1_000;
const YEARS: std::ops::RangeInclusive<i32> = 1..=9_999;

/// The cycles of one retainer. Source: domain 2.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Series {
    first: Rhythm,
    later: Vec<Rhythm>,
    end: Option<NaiveDate>,
    pauses: Vec<Pause>,
    runs: Vec<Run>,
}

/// Days of service between two pauses or changes of interval, cut out of one aligned series.
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
        pauses: Vec<Pause>,
    ) -> Result<Self, RuleError> {
        Self::agreed(&[Rhythm { from: start, interval, anchor }], end, pauses)
    }

    /// The same of cycles that change their interval: each rhythm ends the one before it and
    /// begins a series of its own; the first one begins with the service. Source: domain 2.13.
    ///
    /// # Errors
    /// Those of [`Series::new`], and [`RuleError::InvalidRange`] without a rhythm or where their
    /// days do not go up.
    pub fn agreed(
        rhythms: &[Rhythm],
        end: Option<NaiveDate>,
        mut pauses: Vec<Pause>,
    ) -> Result<Self, RuleError> {
        let (first, later) = rhythms.split_first().ok_or(RuleError::InvalidRange)?;
        let start = first.from;
        let days = rhythms.iter().map(|rhythm| rhythm.from);
        let ordered = days.clone().zip(days.skip(1)).all(|(one, next)| one < next);
        let possible = rhythms.iter().all(|rhythm| in_years(rhythm.from));
        let ends = end.is_none_or(|end| start < end && in_years(end));
        if !ordered || !possible || !ends || rhythms.len() > RHYTHMS_MAX {
            return Err(RuleError::InvalidRange);
        }
        let outside =
            |rhythm: &Rhythm| matches!(rhythm.anchor, Anchor::Date { date, .. } if !in_years(date));
        if rhythms.iter().any(outside) {
            return Err(RuleError::InvalidAnchor);
        }
        pauses.sort_by_key(|pause| pause.from);
        check_pauses(start, &pauses)?;
        let runs = runs(first, later, &spans(start, end, &pauses))?;
        Ok(Self { first: *first, later: later.to_vec(), end, pauses, runs })
    }

    /// The same with other pauses.
    ///
    /// # Errors
    /// Those of [`Series::agreed`].
    pub fn paused(&self, pauses: Vec<Pause>) -> Result<Self, RuleError> {
        Self::agreed(&self.rhythms(), self.end, pauses)
    }

    /// The same with another interval from a day on, and no more changes after it.
    ///
    /// # Errors
    /// Those of [`Series::agreed`].
    pub fn changed(&self, rhythm: Rhythm) -> Result<Self, RuleError> {
        let mut rhythms = self.rhythms();
        rhythms.retain(|one| one.from < rhythm.from);
        rhythms.push(rhythm);
        Self::agreed(&rhythms, self.end, self.pauses.clone())
    }

    /// The first day of service, before any pause.
    #[must_use]
    pub fn start(&self) -> NaiveDate {
        self.first.from
    }

    /// How long a full cycle is at the start.
    #[must_use]
    pub fn interval(&self) -> Interval {
        self.first.interval
    }

    /// Where the boundaries come from at the start.
    #[must_use]
    pub fn anchor(&self) -> Anchor {
        self.first.anchor
    }

    /// How cycles are cut, from which day; the first from the start.
    #[must_use]
    pub fn rhythms(&self) -> Vec<Rhythm> {
        std::iter::once(self.first).chain(self.later.iter().copied()).collect()
    }

    /// How cycles are cut on a day; before the start as from then on.
    #[must_use]
    pub fn rhythm_on(&self, day: NaiveDate) -> Rhythm {
        let begun = self.later.iter().rev().find(|rhythm| rhythm.from <= day);
        *begun.unwrap_or(&self.first)
    }

    /// The first day without service, if there is one.
    #[must_use]
    pub fn end(&self) -> Option<NaiveDate> {
        self.end
    }

    /// Whether its last pause has no end yet: service may go on after it. One that would begin on
    /// the end, the day before or later holds nothing up.
    #[must_use]
    pub fn waits(&self) -> bool {
        let before_end = |pause: &Pause| self.last_day().is_none_or(|last| pause.from < last);
        self.pauses.last().is_some_and(|pause| pause.to.is_none() && before_end(pause))
    }

    fn last_day(&self) -> Option<NaiveDate> {
        self.end.and_then(|end| end.pred_opt())
    }

    /// The same once the end has come in a pause that waits: the last day before the end is a cycle
    /// of its own, in which what was left is settled; and the number of that cycle. None where
    /// nothing waits for the end. Source: domain 2.12, docs/decisions/0046.
    ///
    /// # Errors
    /// Those of [`Series::agreed`].
    pub fn settled(&self) -> Result<Option<(Self, u32)>, RuleError> {
        let Some(day) = self.last_day().filter(|_| self.waits()) else { return Ok(None) };
        let mut pauses = self.pauses.clone();
        if let Some(pause) = pauses.last_mut() {
            pause.to = Some(day);
        }
        let series = self.paused(pauses)?;
        let seq = series.cycle_on(day).map(|cycle| cycle.seq);
        Ok(seq.map(|seq| (series, seq)))
    }

    /// The first day for which no service is agreed from then on: of the end, or of a pause that
    /// has no end or lasts until the end; none if it goes on. Source: domain 2.9, 2.10.
    #[must_use]
    pub fn stop(&self) -> Option<NaiveDate> {
        let waits = self.pauses.last().filter(|pause| pause.to.is_none()).map(|pause| pause.from);
        let mut stop = self.end.into_iter().chain(waits).min()?;
        for pause in self.pauses.iter().rev() {
            if pause.from < stop && pause.to.is_some_and(|to| stop <= to) {
                stop = pause.from;
            }
        }
        Some(stop)
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

    /// The cycles that begin on a day or later, found without walking to it.
    pub fn cycles_from(&self, day: NaiveDate) -> impl Iterator<Item = Cycle> + '_ {
        let begins = move |cycle: &Cycle| cycle.start >= day;
        let runs = self.runs.iter().filter(move |run| run.end.is_none_or(|end| day < end));
        let near = move |run: &Run| {
            let near = run.origin.index(day.max(run.start)) - run.first_index;
            u32::try_from(near).unwrap_or(0)
        };
        runs.flat_map(move |run| (near(run)..).map_while(|offset| run.cycle(offset))).filter(begins)
    }

    /// The first day of the cycle that begins next after a day: from then on holds what is agreed
    /// on the day for the next cycle. None where no service comes. Source: domain 2.11.
    #[must_use]
    pub fn next_start(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.cycles_from(day.succ_opt()?).next().map(|cycle| cycle.start)
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

/// Days of service between two pauses, and whether boundaries begin anew with them.
struct Span {
    start: NaiveDate,
    stop: Option<NaiveDate>,
    anew: bool,
}

/// The days of service; `pauses` are sorted and do not overlap. A span between two pauses that
/// touch is empty.
fn spans(start: NaiveDate, end: Option<NaiveDate>, pauses: &[Pause]) -> Vec<Span> {
    let mut spans = Vec::with_capacity(pauses.len() + 1);
    let mut from = Some((start, false));
    for pause in pauses.iter().map(Some).chain([None]) {
        let served = from.filter(|(start, _)| end.is_none_or(|end| *start < end));
        let Some((start, anew)) = served else { break };
        let stop = match (pause.map(|pause| pause.from), end) {
            (Some(pause), Some(end)) => Some(pause.min(end)),
            (pause, end) => pause.or(end),
        };
        spans.push(Span { start, stop, anew });
        let Some(pause) = pause else { break };
        from = pause.to.map(|to| (to, pause.resume_anchor == ResumeAnchor::Reset));
    }
    spans
}

/// Cuts the service into runs, each of one aligned series. A rhythm that begins in a pause holds
/// from the end of the pause on.
fn runs(first: &Rhythm, later: &[Rhythm], spans: &[Span]) -> Result<Vec<Run>, RuleError> {
    let mut runs = Vec::with_capacity(spans.len() + later.len());
    let of = |rhythm: &Rhythm| Origin::new(rhythm.from, rhythm.interval, rhythm.anchor);
    let (mut rhythm, mut origin) = (first, of(first)?);
    let mut later = later.iter().peekable();
    let mut first_seq = 1u32;
    for span in spans {
        while let Some(begun) = later.next_if(|next| next.from <= span.start) {
            (rhythm, origin) = (begun, of(begun)?);
        }
        if span.anew && rhythm.from != span.start {
            origin = Origin::new(span.start, rhythm.interval, Anchor::Anniversary)?;
        }
        let mut start = span.start;
        loop {
            let next = later.next_if(|next| span.stop.is_none_or(|stop| next.from < stop));
            let stop = next.map(|next| next.from).or(span.stop);
            if stop.is_none_or(|stop| start < stop) {
                let first_index = origin.index(start);
                let run = Run { start, end: stop, origin, first_index, first_seq };
                let count = stop.map_or(Ok(0), |stop| run.count(stop))?;
                first_seq = first_seq.checked_add(count).ok_or(RuleError::InvalidRange)?;
                runs.push(run);
            }
            let Some(next) = next else { break };
            (rhythm, origin, start) = (next, of(next)?, next.from);
        }
    }
    Ok(runs)
}
