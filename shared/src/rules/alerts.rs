//! When somebody should be told how a pool stands in a cycle: levels of use, pace, under-use.
//!
//! Pure: what was told before is given, what should be told now is answered. Each level is told
//! once a cycle, whatever falls back or is corrected meanwhile. Source: domain 4.6, 6.6.
use std::cmp::Reverse;

use chrono::{Days, NaiveDate};

/// A calendar has fewer days than that; the products below must not overflow.
const DAYS_MAX: i64 = 4_000_000;

/// What somebody wants to know of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Use has reached so many per cent of what is available.
    Used {
        /// 1 to 1,000.
        percent: u32,
    },
    /// At most so many units are left.
    Left {
        /// Units of the pool, 0 or more.
        units: i64,
    },
    /// The used share is so many points ahead of the elapsed share, so that what is available
    /// runs out before the cycle ends.
    Pace {
        /// Points of a hundred, 1 or more.
        points: u32,
    },
    /// The used share is so many points behind the elapsed share.
    UnderUse {
        /// Points of a hundred, 1 or more.
        points: u32,
        /// Not before so many per cent of the days have begun.
        after_percent: u32,
    },
}

/// How a pool stands in a cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The first day of the cycle.
    pub start: NaiveDate,
    /// Days of the cycle.
    pub days: i64,
    /// Days that have begun.
    pub elapsed_days: i64,
    /// Units that the cycle offers.
    pub available: i64,
    /// Units used, overage included.
    pub used: i64,
}

impl Level {
    /// The name under which it is told once a cycle. Pace and under-use are told once, however
    /// many points they are set to meanwhile.
    #[must_use]
    pub fn key(self) -> String {
        match self {
            Self::Used { percent } => format!("used:{percent}"),
            Self::Left { units } => format!("left:{units}"),
            Self::Pace { .. } => "pace".to_owned(),
            Self::UnderUse { .. } => "under_use".to_owned(),
        }
    }
    /// Whether it is about how much is used rather than how fast.
    #[must_use]
    pub const fn of_share(self) -> bool {
        matches!(self, Self::Used { .. } | Self::Left { .. })
    }
    /// A hundred times what is left at this level, to say which of two is the graver; of levels
    /// with the same rest, the higher share.
    fn rest(self, available: i64) -> (i128, Reverse<u32>) {
        let available = i128::from(available.max(0));
        match self {
            Self::Used { percent } => (available * (100 - i128::from(percent)), Reverse(percent)),
            Self::Left { units } => (i128::from(units) * 100, Reverse(0)),
            Self::Pace { .. } | Self::UnderUse { .. } => (i128::MAX, Reverse(0)),
        }
    }
}

/// Whether use has reached so many per cent of what is available. Without any use nothing is
/// reached.
#[must_use]
pub fn share_reached(used: i64, available: i64, percent: u32) -> bool {
    used > 0 && i128::from(used) * 100 >= i128::from(percent) * i128::from(available)
}

impl Standing {
    /// Whether it has reached a level.
    #[must_use]
    pub fn reached(self, level: Level) -> bool {
        let (available, used) = (i128::from(self.available), i128::from(self.used));
        match level {
            Level::Used { percent } => share_reached(self.used, self.available, percent),
            Level::Left { units } => used > 0 && available - used <= i128::from(units),
            Level::Pace { points } => {
                used < available && self.lead() >= self.points(points) && self.lead() > 0
            }
            Level::UnderUse { points, after_percent } => {
                let (elapsed, days) = self.time();
                let late = elapsed * 100 >= days * i128::from(after_percent);
                available > 0 && late && -self.lead() >= self.points(points) && self.lead() < 0
            }
        }
    }

    /// The day on which what is available is used up, if use goes on as it did; none if it lasts
    /// for the cycle, or is used up already.
    #[must_use]
    pub fn runs_out_on(self) -> Option<NaiveDate> {
        let (available, used) = (i128::from(self.available), i128::from(self.used));
        if used <= 0 || used >= available {
            return None;
        }
        let (elapsed, days) = self.time();
        let needed = (available * elapsed + used - 1) / used;
        let days_on = u64::try_from(needed - 1).ok().filter(|_| needed <= days)?;
        self.start.checked_add_days(Days::new(days_on))
    }

    /// How far the used share is ahead of the elapsed share, in hundredths of both bases.
    fn lead(self) -> i128 {
        let (elapsed, days) = self.time();
        (i128::from(self.used) * days - elapsed * i128::from(self.available)) * 100
    }
    fn points(self, points: u32) -> i128 {
        i128::from(points) * i128::from(self.available) * self.time().1
    }
    fn time(self) -> (i128, i128) {
        let [elapsed, days] = [self.elapsed_days, self.days].map(|days| days.clamp(0, DAYS_MAX));
        (i128::from(elapsed), i128::from(days.max(1)))
    }
}

/// What was told of a pool in a cycle before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// [`Level::key`].
    pub key: String,
    /// Whether it still held when somebody looked last.
    pub holds: bool,
}

/// What a look at a pool in a cycle brings about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Look {
    /// Levels that are reached for the first time. Of those about the share the gravest comes
    /// first, and it alone is told: they were reached at once.
    pub raised: Vec<Level>,
    /// Keys of levels told before that are not reached any more.
    pub fell: Vec<String>,
    /// Keys of levels that had fallen and are reached again. They are not told anew.
    pub rose: Vec<String>,
}

impl Look {
    /// The levels to tell somebody of: at most one about the share, and those about pace.
    pub fn to_tell(&self) -> impl Iterator<Item = Level> + '_ {
        let gravest = self.raised.iter().position(|level| level.of_share());
        let all = self.raised.iter().enumerate();
        let told = all.filter(move |(at, level)| !level.of_share() || Some(*at) == gravest);
        told.map(|(_, level)| *level)
    }
}

/// Compares how a pool stands with the levels that are asked for and what was told before.
/// Source: domain 4.6.
#[must_use]
pub fn look(standing: Standing, levels: &[Level], told: &[Told]) -> Look {
    let mut look = Look::default();
    let mut seen: Vec<String> = Vec::with_capacity(levels.len());
    for level in levels {
        let key = level.key();
        if seen.contains(&key) {
            continue;
        }
        let reached = standing.reached(*level);
        match told.iter().find(|one| one.key == key) {
            None if reached => look.raised.push(*level),
            Some(one) if one.holds && !reached => look.fell.push(key.clone()),
            Some(one) if !one.holds && reached => look.rose.push(key.clone()),
            _ => {}
        }
        seen.push(key);
    }
    look.raised.sort_by_key(|level| level.rest(standing.available));
    look
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, day).expect("a day")
    }
    fn standing(used: i64, elapsed_days: i64) -> Standing {
        Standing { start: day(1), days: 31, elapsed_days, available: 600, used }
    }

    /// Source: domain 4.6, the examples.
    #[test]
    fn the_examples_of_the_written_rules() {
        let half = Level::Used { percent: 50 };
        assert!(!standing(299, 10).reached(half));
        assert!(standing(300, 10).reached(half));
        let pace = Level::Pace { points: 20 };
        assert!(standing(330, 10).reached(pace), "55 % used after 32 % of the days");
        assert!(!standing(300, 10).reached(pace), "50 % used: 18 points ahead");
    }

    #[test]
    fn pace_tells_the_day_on_which_it_runs_out() {
        // 33 a day: 600 are used up on the 19th day.
        assert_eq!(standing(330, 10).runs_out_on(), Some(day(19)));
        assert_eq!(standing(193, 10).runs_out_on(), None, "it lasts past the 31st");
        assert_eq!(standing(194, 10).runs_out_on(), Some(day(31)));
        assert_eq!(standing(600, 10).runs_out_on(), None, "it has run out");
        assert_eq!(standing(0, 10).runs_out_on(), None);
    }

    #[test]
    fn under_use_is_told_late_in_the_cycle_only() {
        let level = Level::UnderUse { points: 20, after_percent: 60 };
        assert!(!standing(100, 18).reached(level), "58 % of the days");
        assert!(standing(100, 19).reached(level));
        assert!(!standing(250, 19).reached(level));
    }

    #[test]
    fn levels_reached_at_once_are_told_as_one() {
        let levels = [50, 80, 100].map(|percent| Level::Used { percent });
        let all = [&levels[..], &[Level::Left { units: 60 }]].concat();
        let look = look(standing(550, 31), &all, &[]);
        assert_eq!(look.raised, [Level::Left { units: 60 }, levels[1], levels[0]]);
        assert_eq!(look.to_tell().collect::<Vec<_>>(), [Level::Left { units: 60 }]);
    }

    #[test]
    fn what_falls_back_and_comes_again_is_not_raised_twice() {
        let level = Level::Used { percent: 80 };
        let told = |holds| [Told { key: level.key(), holds }];
        let fell = look(standing(400, 20), &[level], &told(true));
        assert_eq!((fell.raised.len(), fell.fell.as_slice()), (0, &["used:80".to_owned()][..]));
        let rose = look(standing(500, 20), &[level], &told(false));
        assert_eq!((rose.raised.len(), rose.rose.as_slice()), (0, &["used:80".to_owned()][..]));
    }
}
