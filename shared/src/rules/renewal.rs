//! When a renewal is talked about, how likely it is, and what reminds of it. Source: domain 7.2, 7.3;
//! requirements S2-19, S2-22.
use chrono::{Days, NaiveDate};

use super::cycle::Series;
use super::health::HealthBand;
use super::recurring::share;
use super::units::Minor;
use super::{RuleError, scale};
use crate::api::names;

/// Days before a term ends on which its renewal begins where nobody says another.
pub const LEAD_DAYS: u32 = 45;
/// Cycles of a term where nobody says another, and no end is agreed.
pub const TERM_CYCLES: u32 = 12;
/// Days before a term ends on which it is reminded of again.
pub const REMINDERS: [u32; 2] = [30, 14];

/// More likely, in per cent, where the client is healthy.
const HEALTHY: i64 = 10;
/// Less likely where the client is at risk.
const AT_RISK: i64 = 20;

names! {
    /// What is to be where nobody decides before a term ends. It follows from the end that is agreed,
    /// and from the words of the contract.
    EndRule {
        /// The service ends.
        Stop "stop",
        /// The service goes on, and either side ends it when it likes.
        Continue "continue",
        /// The contract renews itself for a term, unless somebody gives notice in time.
        Tacit "tacit",
    }
    /// How far a renewal has come, in the order in which one goes before another.
    RenewalStage {
        /// It has begun.
        Upcoming "upcoming",
        /// What was used and what came of it is put together.
        Prepared "prepared",
        /// The client has the proposal.
        Proposed "proposed",
        /// They talk about it.
        Negotiating "negotiating",
        /// The term ended, and nobody had decided.
        Lapsed "lapsed",
        /// It goes on.
        Won "won",
        /// It does not.
        Lost "lost",
    }
    /// What became of the recurring revenue when a renewal was won.
    RenewalChange {
        /// It stays.
        Same "same",
        /// It grows.
        Expanded "expanded",
        /// It shrinks.
        Reduced "reduced",
    }
}

impl RenewalStage {
    /// Whether people still talk about it, and it can be moved to another such stage.
    #[must_use]
    pub const fn is_talked_about(self) -> bool {
        matches!(self, Self::Upcoming | Self::Prepared | Self::Proposed | Self::Negotiating)
    }

    /// Whether it has an outcome. What has lapsed has none yet.
    #[must_use]
    pub const fn is_decided(self) -> bool {
        matches!(self, Self::Won | Self::Lost)
    }

    /// How likely it is in per cent, by how the client stands; none where that is not known.
    /// Source: domain 7.3.
    #[must_use]
    pub fn probability(self, band: Option<HealthBand>) -> i64 {
        let base = match self {
            Self::Upcoming => 70,
            Self::Prepared => 75,
            Self::Proposed => 80,
            Self::Negotiating => 85,
            Self::Won => return 100,
            Self::Lost | Self::Lapsed => return 0,
        };
        let by = match band {
            Some(HealthBand::Healthy) => HEALTHY,
            Some(HealthBand::AtRisk) => -AT_RISK,
            Some(HealthBand::Watch) | None => 0,
        };
        (base + by).clamp(5, 95)
    }
}

impl RenewalChange {
    /// From what to what the monthly revenue goes.
    #[must_use]
    pub fn of(was: Minor, is: Minor) -> Self {
        match is.cmp(&was) {
            std::cmp::Ordering::Equal => Self::Same,
            std::cmp::Ordering::Greater => Self::Expanded,
            std::cmp::Ordering::Less => Self::Reduced,
        }
    }
}

/// The first day after a term of `cycles` cycles that begins on a day; none if fewer cycles come.
/// Source: domain 7.2.
#[must_use]
pub fn term_end(series: &Series, from: NaiveDate, cycles: u32) -> Option<NaiveDate> {
    let last = usize::try_from(cycles.max(1) - 1).ok()?;
    series.cycles_from(from).nth(last).map(|cycle| cycle.end)
}

/// What a cycle should bring by what the last ones used: their mean, rounded up to a step. None of no
/// cycle. Source: domain 7.8.
#[must_use]
pub fn tier(used: &[i64], step: i64) -> Option<i64> {
    let n = i128::try_from(used.len()).ok().filter(|n| *n > 0)?;
    let sum: i128 = used.iter().map(|units| i128::from((*units).max(0))).sum();
    let step = i128::from(step.max(1));
    // Up to whole steps of all cycles together.
    let all = n * step;
    let steps = ((sum + all - 1) / all).max(1);
    i64::try_from(steps * step).ok()
}

/// What a contract brings by a month whose term may be over, of what it would bring if it went on: all of
/// it before the end of its term, as much as its renewal is likely after. Source: domain 7.7.
///
/// # Errors
/// [`RuleError::TooLarge`].
pub fn expected(brings: Minor, over: bool, probability: i64) -> Result<Minor, RuleError> {
    match over {
        true => Ok(Minor(scale(brings.0, probability, 100)?)),
        false => Ok(brings),
    }
}

/// A part of a whole in thousandths, rounded once; none of nothing.
///
/// # Errors
/// [`RuleError::TooLarge`].
pub fn rate(part: i64, whole: i64) -> Result<Option<i64>, RuleError> {
    share(i128::from(part), i128::from(whole))
}

/// When a term ends and what comes before. Source: domain 7.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// What is to be at its end.
    pub rule: EndRule,
    /// The first day after it.
    pub due_on: NaiveDate,
    /// The first day on which nobody decides any more: the contract has.
    pub decide_by: NaiveDate,
    /// The day on which its renewal begins.
    pub opens_on: NaiveDate,
}

impl Term {
    /// Of a term that ends then. `notice_days` count only where the contract renews itself: with
    /// 30 of them and an end on 1 January, notice is given on 1 December at the latest.
    #[must_use]
    pub fn of(rule: EndRule, due_on: NaiveDate, (notice_days, lead_days): (u32, u32)) -> Self {
        let notice = if rule == EndRule::Tacit { notice_days } else { 0 };
        let decide_by = before(due_on, notice);
        Self { rule, due_on, decide_by, opens_on: before(decide_by, lead_days) }
    }

    /// The last day of notice, where the contract renews itself.
    #[must_use]
    pub fn notice_on(&self) -> Option<NaiveDate> {
        notice_on(self.rule, self.decide_by)
    }
}

/// The last day of notice before a day on which it is too late, where the contract renews itself.
#[must_use]
pub fn notice_on(rule: EndRule, decide_by: NaiveDate) -> Option<NaiveDate> {
    decide_by.pred_opt().filter(|_| rule == EndRule::Tacit)
}

fn before(day: NaiveDate, days: u32) -> NaiveDate {
    day.checked_sub_days(Days::new(days.into())).unwrap_or(NaiveDate::MIN)
}

/// The reminder whose day has come last, by the days before the one that decides; none yet. Those
/// before it that nobody got, as nobody looked, are past. Source: domain 7.2.
#[must_use]
pub fn reminder_due(decide_by: NaiveDate, today: NaiveDate) -> Option<u32> {
    let left = (decide_by - today).num_days();
    REMINDERS.into_iter().filter(|days| left <= i64::from(*days)).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::cycle::{Anchor, Interval, IntervalUnit, Pause, ResumeAnchor, WeekStart};
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn monthly(start: &str, pauses: Vec<Pause>) -> Series {
        let anchor = Anchor::Calendar { fiscal_start_month: 1, week_start: WeekStart::Mon };
        let month = Interval { unit: IntervalUnit::Month, count: 1 };
        Series::new(day(start), month, anchor, None, pauses).unwrap()
    }

    /// Domain 7.2 and 7.3: ends on 30 June, opens on 16 May; proposed and at risk is 60 %.
    #[test]
    fn the_examples_of_the_domain_hold() {
        let term = Term::of(EndRule::Stop, day("2026-06-30"), (30, LEAD_DAYS));
        assert_eq!(term.opens_on, day("2026-05-16"));
        assert_eq!((term.decide_by, term.notice_on()), (day("2026-06-30"), None));
        let tacit = Term::of(EndRule::Tacit, day("2027-01-01"), (30, LEAD_DAYS));
        assert_eq!(tacit.notice_on(), Some(day("2026-12-01")));
        assert_eq!(tacit.opens_on, day("2026-10-18"));
        assert_eq!(RenewalStage::Proposed.probability(Some(HealthBand::AtRisk)), 60);
        assert_eq!(RenewalStage::Negotiating.probability(Some(HealthBand::Healthy)), 95);
        assert_eq!(RenewalStage::Won.probability(Some(HealthBand::AtRisk)), 100);
        assert_eq!(RenewalStage::Lapsed.probability(None), 0);
    }

    /// Domain 7.7: 10,000 certain and 4,000 at 60 % are 12,400.
    #[test]
    fn what_is_over_is_as_likely_as_its_renewal() {
        let certain = expected(Minor(1_000_000), false, 60).unwrap();
        let open = expected(Minor(400_000), true, 60).unwrap();
        assert_eq!(certain.0 + open.0, 1_240_000);
        assert_eq!(expected(Minor(400_000), true, 0), Ok(Minor(0)));
        assert_eq!(rate(2, 3), Ok(Some(667)));
        assert_eq!(rate(0, 0), Ok(None));
    }

    #[test]
    fn a_term_is_twelve_cycles_whatever_lies_between() {
        let end = |series: &Series, from| term_end(series, day(from), TERM_CYCLES);
        let plain = monthly("2026-01-01", Vec::new());
        assert_eq!(end(&plain, "2026-01-01"), Some(day("2027-01-01")));
        assert_eq!(end(&plain, "2027-01-01"), Some(day("2028-01-01")));
        // A first cycle in part is a cycle, and so is one that a pause cuts: two months without
        // service and the rest of a month that was cut.
        assert_eq!(end(&monthly("2026-01-15", Vec::new()), "2026-01-15"), Some(day("2027-01-01")));
        let pause = Pause {
            from: day("2026-03-10"),
            to: Some(day("2026-05-05")),
            resume_anchor: ResumeAnchor::Unchanged,
        };
        let paused = monthly("2026-01-01", vec![pause]);
        assert_eq!(end(&paused, "2026-01-01"), Some(day("2027-02-01")));
        // In a pause that nobody has ended, no such day is known.
        let open = monthly("2026-01-01", vec![Pause { to: None, ..pause }]);
        assert_eq!(end(&open, "2026-01-01"), None);
    }

    /// Domain 7.8: what was used in the mean, and never less than what was used.
    #[test]
    fn the_next_tier_is_the_mean_rounded_up() {
        assert_eq!(tier(&[552, 570, 606], 60), Some(600));
        assert_eq!(tier(&[660, 690, 720], 60), Some(720));
        assert_eq!(tier(&[601], 60), Some(660));
        assert_eq!(tier(&[0, 0], 60), Some(60));
        assert_eq!(tier(&[3, 4], 1), Some(4));
        assert_eq!(tier(&[], 60), None);
        assert_eq!(tier(&[i64::MAX, i64::MAX], 60), None);
    }

    #[test]
    fn what_reminds_is_what_came_last() {
        let due = |today| reminder_due(day("2026-06-30"), day(today));
        assert_eq!(due("2026-05-16"), None);
        assert_eq!(due("2026-05-30"), None);
        assert_eq!(due("2026-05-31"), Some(30));
        assert_eq!(due("2026-06-15"), Some(30));
        assert_eq!(due("2026-06-16"), Some(14));
        assert_eq!(due("2026-06-30"), Some(14));
    }

    proptest! {
        #[test]
        fn open_stages_are_likely_within_bounds_and_grow_along_the_way(band in 0usize..4) {
            let bands = [None, Some(HealthBand::Healthy), Some(HealthBand::Watch), Some(HealthBand::AtRisk)];
            let open: Vec<i64> = RenewalStage::ALL.iter()
                .filter(|stage| stage.is_talked_about())
                .map(|stage| stage.probability(bands[band]))
                .collect();
            prop_assert!(open.iter().all(|one| (5..=95).contains(one)));
            prop_assert!(open.windows(2).all(|pair| pair[0] <= pair[1]));
        }

        #[test]
        fn terms_follow_one_another_without_a_gap(cycles in 1u32..24, terms in 1usize..6) {
            let series = monthly("2026-01-15", Vec::new());
            let mut from = day("2026-01-15");
            for _ in 0..terms {
                from = term_end(&series, from, cycles).unwrap();
            }
            let all = cycles * u32::try_from(terms).unwrap();
            prop_assert_eq!(Some(from), term_end(&series, day("2026-01-15"), all));
        }
    }
}
