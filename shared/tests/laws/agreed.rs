//! What is agreed on in a life after its beginning: other terms, pauses, its end.
use chrono::{Days, NaiveDate};
use shared::rules::RuleError;
use shared::rules::amendment::Effective;
use shared::rules::cycle::{Pause, Series};
use shared::rules::units::Quantity;

use super::Life;

impl Life {
    /// The calendar with these pauses and this end.
    fn cut(
        &self,
        pauses: &[Pause],
        (end, ended_in): (Option<NaiveDate>, Option<NaiveDate>),
    ) -> Result<Series, RuleError> {
        let (start, interval, anchor) =
            (self.series.start(), self.series.interval(), self.series.anchor());
        let pauses = match end {
            Some(end) => Pause::held_until(pauses, ended_in, end),
            None => pauses.to_vec(),
        };
        Series::new(start, interval, anchor, end, pauses)
    }

    pub(super) fn amend(
        &mut self,
        pool: usize,
        allowance: i64,
        effective: Effective,
    ) -> Result<(), RuleError> {
        let running = match effective {
            Effective::Now => self.series.cycle_on(self.today),
            Effective::NextCycle => self.series.cycles().find(|cycle| cycle.start > self.today),
        };
        let waits = effective == Effective::NextCycle && self.series.waits() && !self.ended;
        let on = match (effective, running, self.series.pauses().last()) {
            (Effective::Now, Some(_), _) => self.today,
            (Effective::NextCycle, Some(cycle), _) => cycle.start,
            (_, None, Some(pause)) if waits => pause.from.max(self.today),
            _ => return Ok(()),
        };
        let mut agreed = self.versions[self.version_on(on)].1;
        agreed[pool] = Quantity(allowance);
        let number = self.versions.len();
        self.versions.push((on, agreed));
        self.made.push(self.today);
        if effective == Effective::Now {
            self.at_once.push(number);
        } else if on == self.today {
            self.in_pause.push(number);
        }
        self.follow();
        self.amending = effective == Effective::Now;
        let done = self.realign();
        self.amending = false;
        done
    }

    pub(super) fn pause(&mut self, pause: Pause) -> Result<(), RuleError> {
        let mut pauses = self.pauses.clone();
        pauses.push(pause);
        if self.ended || self.series.cycle_on(pause.from).is_none() {
            return Ok(());
        }
        self.set_pauses(pauses)
    }

    pub(super) fn resume(&mut self, on: NaiveDate) -> Result<(), RuleError> {
        let mut pauses = self.pauses.clone();
        let open = Pause::to_end(&pauses, self.today).filter(|_| !self.ended);
        let Some(open) = open else { return Ok(()) };
        if on > open.from {
            let ended = |pause: &mut Pause| pause.to = Some(on);
            pauses.iter_mut().filter(|pause| pause.from == open.from).for_each(ended);
        } else if open.from > self.today {
            pauses.retain(|pause| pause.from != open.from);
        } else {
            return Ok(());
        }
        self.set_pauses(pauses)?;
        self.catch_up()
    }

    fn set_pauses(&mut self, pauses: Vec<Pause>) -> Result<(), RuleError> {
        let end = self.series.end();
        let Ok(paused) = self.cut(&pauses, (end, self.ended_in)) else { return Ok(()) };
        if end.is_some() && !self.closes_later(&paused) {
            return Ok(());
        }
        self.pauses = pauses;
        self.pauses.sort_by_key(|pause| pause.from);
        self.goes_by(paused)
    }

    /// The end, or none. In a pause that runs it is settled when it comes.
    pub(super) fn end(&mut self, after: Option<u64>) -> Result<(), RuleError> {
        let end = after.map(|days| self.today + Days::new(1 + days));
        let mut ended_in = self.ended_in;
        let Ok(mut ending) = self.cut(&self.pauses, (end, ended_in)) else { return Ok(()) };
        if end.is_some() && !ending.waits() && !self.closes_later(&ending) {
            let running = self.pauses.iter().find(|pause| pause.holds(self.today));
            ended_in = running.map(|pause| pause.from);
            ending = self.cut(&self.pauses, (end, ended_in))?;
            if !ending.waits() {
                return Ok(());
            }
        }
        if self.ended {
            return Ok(());
        }
        self.ended_in = ended_in;
        self.goes_by(ending)
    }

    /// Whether a cycle of the calendar is still to be closed.
    fn closes_later(&self, series: &Series) -> bool {
        let begun =
            |series: &Series| series.cycles().take_while(|cycle| cycle.start <= self.today).count();
        self.open.iter().any(|row| row.cycle.start <= self.today)
            || series.cycles().any(|cycle| cycle.end > self.today)
            || begun(series) > begun(&self.series)
    }

    fn goes_by(&mut self, series: Series) -> Result<(), RuleError> {
        self.series = series;
        self.agreed += 1;
        self.follow();
        self.realign()
    }

    /// Terms agreed for the next cycle follow the calendar.
    fn follow(&mut self) {
        let after = |day| self.series.cycle_on(day).map(|cycle| cycle.end);
        let mut latest = NaiveDate::MIN;
        for (number, (from, _)) in self.versions.iter_mut().enumerate() {
            let made = self.made[number];
            if self.in_pause.contains(&number) {
                let next = made.pred_opt().and_then(|eve| self.series.next_start(eve));
                *from = next.or_else(|| after(made)).unwrap_or(made.max(latest));
            } else if number > 0 && !self.at_once.contains(&number) {
                let next = self.series.next_start(made).or_else(|| after(*from));
                *from = next.unwrap_or(*from);
            }
            latest = latest.max(*from);
        }
    }

    /// An end that has come in a pause is settled on the last day before it, once the cycle before
    /// the pause is closed.
    pub(super) fn settle(&mut self) {
        let come = self.series.end().is_some_and(|end| end <= self.today) && self.open.is_empty();
        if let Some((series, seq)) = self.series.settled().unwrap().filter(|_| come) {
            (self.series, self.settles) = (series, Some(seq));
        }
    }

    /// What has begun keeps its version and ends where the calendar says; the rest is made anew.
    fn realign(&mut self) -> Result<(), RuleError> {
        let rows = std::mem::take(&mut self.open);
        for row in rows {
            let Some(cycle) = self.series.cycle(row.cycle.seq) else { break };
            let begun = row.cycle.start <= self.today && cycle.start == row.cycle.start;
            let version = if begun { row.version } else { self.version_on(cycle.start) };
            self.open.push(self.row(cycle, version));
        }
        self.make_cycles();
        self.recut()
    }
}
