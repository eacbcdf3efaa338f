//! The ladder of reminders: which steps an unpaid invoice comes to, and on which days.
use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::rules::RuleError;
use crate::rules::money::{Decimal, late_fee};
use crate::rules::units::Minor;

/// The day that a step counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepFrom {
    /// The day the invoice is due.
    Due,
    /// The day it was issued.
    Issue,
}

/// What a step does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum StepAction {
    /// The client is reminded.
    Remind,
    /// The client is warned of what comes next.
    Warn,
    /// A fee of its own is due; the invoice stays as issued.
    LateFee,
    /// New work waits until the invoice is settled; invoicing goes on.
    Suspend,
    /// The rest is given up.
    WriteOff,
}

/// One step of a ladder. Source: domain 5.15.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DunningStep {
    /// Names it, once in a ladder.
    pub id: String,
    /// The day it counts from.
    pub from: StepFrom,
    /// So many days later; earlier if below zero.
    pub offset_days: i32,
    /// What it does.
    pub action: StepAction,
    /// The fixed part of a late fee, in minor units.
    #[serde(default)]
    pub fixed_minor: Minor,
    /// The part of a late fee that is per cent of what is open.
    #[serde(default)]
    pub percent: Decimal,
}

/// A step that comes again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeat {
    /// Which one.
    pub after: String,
    /// Every so many days, 1 or more.
    pub every_days: u32,
    /// At most so many times; without end if left out.
    #[serde(default)]
    pub max: Option<u32>,
}

/// A ladder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dunning {
    /// Its steps.
    pub steps: Vec<DunningStep>,
    /// What of it repeats.
    #[serde(default)]
    pub repeat: Option<Repeat>,
}

/// A step with the day it is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dated<'a> {
    /// The step.
    pub step: &'a DunningStep,
    /// 0 for the step itself, else which repeat of it.
    pub repeat: u32,
    /// The day.
    pub on: NaiveDate,
}

impl Dated<'_> {
    /// The name under which it is taken once: that of the step, with `+n` for a repeat.
    #[must_use]
    pub fn name(&self) -> String {
        match self.repeat {
            0 => self.step.id.clone(),
            repeat => format!("{}+{repeat}", self.step.id),
        }
    }

    /// The fee it makes of an open balance; none unless it is a late fee.
    ///
    /// # Errors
    /// Those of [`late_fee`].
    pub fn fee(&self, balance: Minor) -> Result<Option<Minor>, RuleError> {
        let step = self.step;
        let fee = || late_fee(balance, step.fixed_minor, step.percent);
        (step.action == StepAction::LateFee).then(fee).transpose()
    }
}

impl Dunning {
    /// The steps through a day, that day included, as they stand in the ladder; none on or before
    /// the day the invoice was issued. Whether it is settled meanwhile is not asked here.
    /// Source: domain 5.15.
    #[must_use]
    pub fn through(
        &self,
        (issued_on, due_on): (NaiveDate, NaiveDate),
        through: NaiveDate,
    ) -> Vec<Dated<'_>> {
        let mut dated = Vec::new();
        for step in &self.steps {
            let from = match step.from {
                StepFrom::Due => due_on,
                StepFrom::Issue => issued_on,
            };
            let Some(first) = shifted(from, step.offset_days) else { continue };
            let every = self.repeat.as_ref().filter(|repeat| repeat.after == step.id);
            let times = every.map_or(0, |repeat| repeat.max.unwrap_or(u32::MAX));
            let gap = every.map_or(1, |repeat| repeat.every_days.max(1));
            for repeat in 0..=times {
                let days = u64::from(repeat) * u64::from(gap);
                let on = first.checked_add_days(Days::new(days)).filter(|on| *on <= through);
                let Some(on) = on else { break };
                if on > issued_on {
                    dated.push(Dated { step, repeat, on });
                }
            }
        }
        dated
    }

    /// The step to take on a day: the last that has come and is left. What it overtakes is left
    /// out: who is long late is told where they are, and not everything at once. Source: domain
    /// 5.15, 8.2.
    #[must_use]
    pub fn due(
        &self,
        dates: (NaiveDate, NaiveDate),
        today: NaiveDate,
        taken: &[TakenStep],
    ) -> Option<Dated<'_>> {
        let left = self.left(dates, today, taken).into_iter().filter(|(_, on)| *on <= today);
        left.max_by_key(|(dated, _)| dated.on).map(|(dated, _)| dated)
    }

    /// The first step after a day with the day it comes on, looking two years ahead.
    #[must_use]
    pub fn next(
        &self,
        dates: (NaiveDate, NaiveDate),
        today: NaiveDate,
        taken: &[TakenStep],
    ) -> Option<(Dated<'_>, NaiveDate)> {
        let left = self.left(dates, today, taken).into_iter().filter(|(_, on)| *on > today);
        left.min_by_key(|(dated, _)| dated.on)
    }

    /// The steps that are left, each with the day it comes on. One that was taken late moves those
    /// after it by as much: between two of them lie never fewer days than on the ladder. Before
    /// anything harder comes a reminder, where the ladder has one after the due day.
    fn left(
        &self,
        dates: (NaiveDate, NaiveDate),
        today: NaiveDate,
        taken: &[TakenStep],
    ) -> Vec<(Dated<'_>, NaiveDate)> {
        let ahead = today.max(dates.1).checked_add_days(AHEAD).unwrap_or(today);
        let all = self.through(dates, ahead);
        let gentle =
            |dated: &Dated<'_>| dated.step.action == StepAction::Remind && dated.on > dates.1;
        let reminded = taken.iter().any(|one| one.on > dates.1) || !all.iter().any(gentle);
        let last = taken.iter().max_by_key(|one| one.on);
        let late = last.map_or(0, |one| (one.raised_on - one.on).num_days().max(0));
        let late = Days::new(late.unsigned_abs());
        let over = |dated: &Dated<'_>| {
            taken.iter().any(|one| one.on >= dated.on || one.name == dated.name())
        };
        let left = all
            .into_iter()
            .filter(|dated| !over(dated) && (reminded || dated.step.action == StepAction::Remind));
        left.filter_map(|dated| dated.on.checked_add_days(late).map(|on| (dated, on))).collect()
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenStep {
    /// Its name.
    pub name: String,
    /// The day it is of.
    pub on: NaiveDate,
    /// The day it was taken on: later, if nobody was reminded for a time.
    pub raised_on: NaiveDate,
}

/// How far ahead the next step is looked for.
const AHEAD: Days = Days::new(730);

fn shifted(day: NaiveDate, offset: i32) -> Option<NaiveDate> {
    let days = Days::new(u64::from(offset.unsigned_abs()));
    if offset < 0 { day.checked_sub_days(days) } else { day.checked_add_days(days) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(offset: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap() + chrono::TimeDelta::days(offset)
    }

    fn ladder(offsets: &[i32]) -> Dunning {
        let step = |(n, offset): (usize, &i32)| DunningStep {
            id: format!("r{n}"),
            from: StepFrom::Due,
            offset_days: *offset,
            action: StepAction::Remind,
            fixed_minor: Minor(0),
            percent: Decimal::default(),
        };
        Dunning { steps: offsets.iter().enumerate().map(step).collect(), repeat: None }
    }

    fn taken(name: &str, on: i64, raised_on: i64) -> TakenStep {
        TakenStep { name: name.into(), on: day(on), raised_on: day(raised_on) }
    }

    #[test]
    fn who_is_long_late_gets_the_step_they_are_at() {
        let (mut ladder, dates) = (ladder(&[3, 14, 28]), (day(0), day(14)));
        let due = |ladder: &Dunning, on, taken: &[TakenStep]| {
            ladder.due(dates, day(on), taken).map(|dated| dated.name())
        };
        assert_eq!(due(&ladder, 16, &[]), None);
        assert_eq!(due(&ladder, 30, &[]), Some("r1".into()), "not the first as well");
        assert_eq!(due(&ladder, 30, &[taken("r1", 28, 28)]), None);
        assert_eq!(due(&ladder, 30, &[taken("other", 29, 29)]), None, "a later one was taken");
        assert_eq!(due(&ladder, 42, &[taken("r1", 28, 28)]), Some("r2".into()));
        let next = ladder.next(dates, day(30), &[]).map(|(_, on)| on);
        assert_eq!(next, Some(day(42)));
        // Nothing hard comes first, nor at once.
        ladder.steps[2].action = StepAction::Suspend;
        assert_eq!(due(&ladder, 80, &[]), Some("r1".into()));
        let late = [taken("r1", 28, 80)];
        assert_eq!((due(&ladder, 93, &late), due(&ladder, 94, &late)), (None, Some("r2".into())));
        assert_eq!(ladder.next(dates, day(80), &late).map(|(_, on)| on), Some(day(94)));
        // Unless there is nothing softer.
        ladder.steps.drain(..2);
        assert_eq!(due(&ladder, 80, &[]), Some("r2".into()));
    }

    proptest! {
        /// Whatever days the clock skips, each step is taken at most once, in the order of days, and
        /// never sooner after another than the ladder has it.
        #[test]
        fn each_step_comes_once(
            offsets in proptest::collection::btree_set(-20i32..60, 1..6),
            days in proptest::collection::btree_set(0i64..200, 1..40),
        ) {
            let offsets: Vec<i32> = offsets.into_iter().collect();
            let (ladder, dates) = (ladder(&offsets), (day(0), day(14)));
            let mut taken: Vec<TakenStep> = Vec::new();
            for today in days.iter().map(|offset| day(*offset)) {
                while let Some(due) = ladder.due(dates, today, &taken) {
                    prop_assert!(due.on <= today && due.on > day(0));
                    let new = TakenStep { name: due.name(), on: due.on, raised_on: today };
                    prop_assert!(taken.iter().all(|one| one.name != new.name && one.on < new.on));
                    if let Some(last) = taken.last() {
                        prop_assert!(new.raised_on - last.raised_on >= new.on - last.on);
                    }
                    taken.push(new);
                }
            }
        }
    }
}
