//! On which days calls come that come again. Source: requirement S1-2; docs/decisions/0065.
use std::cmp::Reverse;
use std::collections::BTreeSet;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The most that a rule skips: every twelfth week or month.
pub const EVERY_MAX: u32 = 12;
/// Of the weekdays of a month, this is the last.
pub const NTH_LAST: u32 = 5;
/// The furthest that the next days of a rule are looked for.
const LOOK_AHEAD_DAYS: u64 = 5 * 366;

/// How calls come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rhythm {
    /// On some weekdays of every so many weeks, counted from the week of the first day.
    Weekly {
        /// Every so many weeks.
        every: u32,
        /// On these.
        weekdays: Vec<Weekday>,
    },
    /// On the n-th of a weekday, of every so many months from that of the first day.
    MonthlyByWeekday {
        /// Every so many months.
        every: u32,
        /// Which of the month, from 1; [`NTH_LAST`] is the last.
        nth: u32,
        /// The weekday.
        weekday: Weekday,
    },
    /// On a day of the month, or the last of a shorter one, of every so many months from that of the
    /// first day.
    MonthlyByDay {
        /// Every so many months.
        every: u32,
        /// The day, from 1 to 31.
        day: u32,
    },
}

/// When calls come again, and from when until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// How.
    pub rhythm: Rhythm,
    /// Not before this day.
    pub first_on: NaiveDate,
    /// Not after this day; without an end if there is none.
    pub last_on: Option<NaiveDate>,
}

/// A call that was booked by the plan before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookedCall {
    /// Its day by that plan.
    pub day: NaiveDate,
    /// Whether it is to come as it was booked. Else somebody moved it, called it off or removed it, or
    /// it took place.
    pub untouched: bool,
}

impl Plan {
    /// The days that this plan gives to the calls which the plan before booked, in their order; none to
    /// one that is left over. `ahead` are the days whose calls have not begun.
    ///
    /// A day that is still meant keeps its call. What is not untouched stays where it is; of as many
    /// calls a week, or a month, what the plan before meant stands for one of its own that nothing else
    /// holds. The rest of the untouched takes the days that are free, in their order.
    #[must_use]
    pub fn rearranged(
        &self,
        before: &Self,
        booked: &[BookedCall],
        ahead: &[NaiveDate],
    ) -> Vec<Option<NaiveDate>> {
        let stays = |one: &BookedCall| match one.untouched {
            true => ahead.contains(&one.day),
            false => self.days(one.day, one.day).next().is_some(),
        };
        let kept = |one: &BookedCall| stays(one).then_some(one.day);
        let mut days: Vec<Option<NaiveDate>> = booked.iter().map(kept).collect();
        let mut taken: BTreeSet<NaiveDate> = days.iter().flatten().copied().collect();
        let stand = self.rhythm.turns() == before.rhythm.turns();
        for (one, day) in booked.iter().zip(&mut days).filter(|(one, _)| !one.untouched) {
            let (first, last) = self.turn(one.day);
            let stands = stand && before.days(one.day, one.day).next().is_some();
            let free = self.days(first, last).filter(|day| stands && !taken.contains(day));
            // The nearest: of two that are as near, the later.
            let near = free.min_by_key(|day| ((*day - one.day).abs(), Reverse(*day)));
            taken.insert(*day.get_or_insert(near.unwrap_or(one.day)));
        }
        let mut free = ahead.iter().filter(|day| !taken.contains(*day)).copied();
        let rest = days.iter_mut().zip(booked).filter(|(day, _)| day.is_none());
        rest.for_each(|(day, _)| *day = free.next());
        days
    }

    /// The days on which a call comes between two days, both included, in their order.
    pub fn days(&self, from: NaiveDate, to: NaiveDate) -> impl Iterator<Item = NaiveDate> {
        let from = from.max(self.first_on);
        let to = self.last_on.map_or(to, |last| last.min(to));
        from.iter_days().take_while(move |day| *day <= to).filter(|day| self.falls_on(*day))
    }

    /// The next days on which a call comes, from a day on: at most so many.
    #[must_use]
    pub fn next(&self, from: NaiveDate, most: usize) -> Vec<NaiveDate> {
        let from = from.max(self.first_on);
        let to = from.checked_add_days(Days::new(LOOK_AHEAD_DAYS)).unwrap_or(from);
        self.days(from, to).take(most).collect()
    }

    /// The first and the last day of the week that a day is in, or of its month, as the rhythm counts.
    #[must_use]
    pub fn turn(&self, day: NaiveDate) -> (NaiveDate, NaiveDate) {
        let (first, next) = match self.rhythm {
            Rhythm::Weekly { .. } => {
                let first = monday(day);
                (first, first.checked_add_days(Days::new(7)))
            }
            _ => {
                let first = day.with_day(1).unwrap_or(day);
                (first, first.checked_add_months(Months::new(1)))
            }
        };
        (first, next.and_then(|next| next.pred_opt()).unwrap_or(day))
    }

    fn falls_on(&self, day: NaiveDate) -> bool {
        match &self.rhythm {
            Rhythm::Weekly { every, weekdays } => {
                let weeks = (monday(day) - monday(self.first_on)).num_days() / 7;
                is_turn(weeks, *every) && weekdays.contains(&day.weekday())
            }
            Rhythm::MonthlyByWeekday { every, nth, weekday } => {
                let of_month = if *nth == NTH_LAST {
                    month(day) != month(day.checked_add_days(Days::new(7)).unwrap_or(day))
                } else {
                    day.day0() / 7 + 1 == *nth
                };
                self.is_month(day, *every) && day.weekday() == *weekday && of_month
            }
            Rhythm::MonthlyByDay { every, day: wanted } => {
                let last = month(day) != month(day.succ_opt().unwrap_or(day));
                let is = day.day() == *wanted || last && day.day() < *wanted;
                self.is_month(day, *every) && is
            }
        }
    }

    fn is_month(&self, day: NaiveDate, every: u32) -> bool {
        is_turn(month(day) - month(self.first_on), every)
    }
}

impl Rhythm {
    /// Whether it counts weeks, and how many calls each has that counts.
    fn turns(&self) -> (bool, usize) {
        match self {
            Self::Weekly { weekdays, .. } => (true, weekdays.len()),
            _ => (false, 1),
        }
    }
}

/// Whether the place in a row of turns is one that counts.
fn is_turn(place: i64, every: u32) -> bool {
    place.rem_euclid(i64::from(every.max(1))) == 0
}

/// The Monday of a day's week.
fn monday(day: NaiveDate) -> NaiveDate {
    let since = u64::from(day.weekday().num_days_from_monday());
    day.checked_sub_days(Days::new(since)).unwrap_or(day)
}

/// The months before that of a day.
fn month(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn told(rhythm: Rhythm, first: &str, most: usize) -> Vec<String> {
        let plan = Plan { rhythm, first_on: date(first), last_on: None };
        plan.next(date(first), most).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_other_week_counts_from_the_week_of_the_first_day() {
        let rhythm = Rhythm::Weekly { every: 2, weekdays: vec![Weekday::Mon, Weekday::Thu] };
        // A Wednesday: the Monday of its week has passed.
        let days = ["2026-01-08", "2026-01-19", "2026-01-22", "2026-02-02"];
        assert_eq!(told(rhythm, "2026-01-07", 4), days);
    }

    #[test]
    fn the_nth_weekday_and_the_last_one_are_found() {
        let nth = |nth| Rhythm::MonthlyByWeekday { every: 1, nth, weekday: Weekday::Tue };
        assert_eq!(told(nth(1), "2026-01-07", 2), ["2026-02-03", "2026-03-03"]);
        assert_eq!(
            told(nth(NTH_LAST), "2026-01-07", 3),
            ["2026-01-27", "2026-02-24", "2026-03-31"]
        );
    }

    #[test]
    fn a_day_that_a_month_lacks_is_its_last() {
        let rhythm = Rhythm::MonthlyByDay { every: 1, day: 31 };
        let days = ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"];
        assert_eq!(told(rhythm, "2027-12-02", 5), days);
        let quarterly = Rhythm::MonthlyByDay { every: 3, day: 5 };
        assert_eq!(told(quarterly, "2026-11-06", 2), ["2027-02-05", "2027-05-05"]);
    }

    fn weekly(weekdays: &[Weekday], first: &str) -> Plan {
        let rhythm = Rhythm::Weekly { every: 1, weekdays: weekdays.to_vec() };
        Plan { rhythm, first_on: date(first), last_on: None }
    }

    /// The days that calls get; those with a star are somebody's. All days from the first on are ahead.
    fn moved(before: &Plan, after: &Plan, booked: &[&str], weeks: u64) -> Vec<String> {
        let call = |text: &&str| BookedCall {
            day: date(text.trim_end_matches('*')),
            untouched: !text.ends_with('*'),
        };
        let booked: Vec<BookedCall> = booked.iter().map(call).collect();
        let last = after.first_on + Days::new(7 * weeks - 1);
        let ahead: Vec<NaiveDate> = after.days(after.first_on, last).collect();
        let told = |day: Option<NaiveDate>| day.map_or("-".to_owned(), |day| day.to_string());
        after.rearranged(before, &booked, &ahead).into_iter().map(told).collect()
    }

    #[test]
    fn a_call_whose_day_is_still_meant_keeps_it() {
        use Weekday::{Fri, Mon, Thu, Tue, Wed};
        let first = "2026-12-07";
        let both = weekly(&[Mon, Wed], first);
        let booked = ["2026-12-07", "2026-12-09*", "2026-12-14", "2026-12-16"];
        // One of two is left out: what was removed of the other stands for nothing.
        let days = moved(&both, &weekly(&[Mon], first), &booked, 2);
        assert_eq!(days, ["2026-12-07", "2026-12-09", "2026-12-14", "-"]);
        // One of two is another: what was removed stands for it.
        let days = moved(&both, &weekly(&[Mon, Fri], first), &booked, 2);
        assert_eq!(days, ["2026-12-07", "2026-12-11", "2026-12-14", "2026-12-18"]);
        // Both are others: each stays in its order.
        let days = moved(&both, &weekly(&[Tue, Thu], first), &booked, 2);
        assert_eq!(days, ["2026-12-08", "2026-12-10", "2026-12-15", "2026-12-17"]);
    }

    #[test]
    fn what_was_removed_of_a_week_is_not_the_call_of_a_month() {
        let first = "2026-12-01";
        let tuesdays = weekly(&[Weekday::Tue], first);
        let rhythm = Rhythm::MonthlyByWeekday { every: 1, nth: 2, weekday: Weekday::Tue };
        let monthly = Plan { rhythm, ..tuesdays.clone() };
        let booked = ["2026-12-01", "2026-12-08", "2026-12-15*", "2026-12-22"];
        let days = moved(&tuesdays, &monthly, &booked, 4);
        assert_eq!(days, ["-", "2026-12-08", "2026-12-15", "-"]);
        // Of a month, that of another kind is.
        let rhythm = Rhythm::MonthlyByDay { every: 1, day: 20 };
        let by_day = Plan { rhythm, ..tuesdays };
        // What another plan before meant stands for nothing.
        let days = moved(&monthly, &by_day, &["2026-12-08", "2026-12-15*"], 4);
        assert_eq!(days, ["2026-12-20", "2026-12-15"]);
        let days = moved(&monthly, &by_day, &["2026-12-08*", "2027-01-12"], 9);
        assert_eq!(days, ["2026-12-20", "2027-01-20"]);
    }

    #[test]
    fn turns_are_whole_weeks_and_months() {
        let plan = weekly(&[Weekday::Tue], "2026-12-01");
        assert_eq!(plan.turn(date("2026-12-06")), (date("2026-11-30"), date("2026-12-06")));
        let rhythm = Rhythm::MonthlyByDay { every: 1, day: 5 };
        let plan = Plan { rhythm, ..plan };
        assert_eq!(plan.turn(date("2028-02-10")), (date("2028-02-01"), date("2028-02-29")));
    }

    #[test]
    fn nothing_comes_after_the_last_day() {
        let rhythm = Rhythm::Weekly { every: 1, weekdays: vec![Weekday::Fri] };
        let last_on = Some(date("2026-01-16"));
        let plan = Plan { rhythm, first_on: date("2026-01-09"), last_on };
        assert_eq!(plan.next(date("2025-06-01"), 9), [date("2026-01-09"), date("2026-01-16")]);
        assert!(plan.next(date("2026-01-17"), 9).is_empty());
    }

    #[test]
    fn the_ends_of_the_calendar_are_no_panic() {
        let rhythm = Rhythm::MonthlyByWeekday { every: 1, nth: NTH_LAST, weekday: Weekday::Mon };
        for first_on in [NaiveDate::MIN, NaiveDate::MAX] {
            let plan = Plan { rhythm: rhythm.clone(), first_on, last_on: None };
            let _ = plan.next(first_on, 3);
        }
    }

    fn weekday() -> impl Strategy<Value = Weekday> {
        (0u8..7).prop_map(|day| Weekday::try_from(day).unwrap())
    }

    fn rhythm() -> impl Strategy<Value = Rhythm> {
        let weekdays = prop::collection::vec(weekday(), 1..4);
        prop_oneof![
            (1..=EVERY_MAX, weekdays)
                .prop_map(|(every, weekdays)| Rhythm::Weekly { every, weekdays }),
            (1..=EVERY_MAX, 1..=NTH_LAST, weekday()).prop_map(|(every, nth, weekday)| {
                Rhythm::MonthlyByWeekday { every, nth, weekday }
            }),
            (1..=EVERY_MAX, 1u32..=31).prop_map(|(every, day)| Rhythm::MonthlyByDay { every, day }),
        ]
    }

    proptest! {
        #[test]
        fn days_ascend_within_their_bounds_and_are_the_same_from_wherever_one_looks(
            rhythm in rhythm(),
            first in 0u64..800,
            length in 0u64..800,
            ends in any::<bool>(),
            from in 0u64..800,
            span in 0u64..400,
        ) {
            let start = date("2026-01-01");
            let first_on = start + Days::new(first);
            let last_on = ends.then(|| first_on + Days::new(length));
            let plan = Plan { rhythm, first_on, last_on };
            let (from, to) = (start + Days::new(from), start + Days::new(from + span));
            let days: Vec<NaiveDate> = plan.days(from, to).collect();
            prop_assert!(days.windows(2).all(|two| two[0] < two[1]));
            for day in &days {
                prop_assert!(from <= *day && *day <= to && first_on <= *day);
                prop_assert!(last_on.is_none_or(|last| *day <= last));
            }
            let all: Vec<NaiveDate> =
                plan.days(start, to).filter(|day| from <= *day).collect();
            prop_assert_eq!(&days, &all);
            let next = plan.next(from, days.len());
            prop_assert_eq!(next, days);
        }

        #[test]
        fn each_week_or_month_that_counts_has_its_calls(
            every in 1..=EVERY_MAX,
            day in 1u32..=31,
            first in 0u64..800,
        ) {
            let first_on = date("2026-01-01") + Days::new(first);
            let plan =
                Plan { rhythm: Rhythm::MonthlyByDay { every, day }, first_on, last_on: None };
            let next = plan.next(first_on, 4);
            let apart = next.windows(2).map(|two| month(two[1]) - month(two[0]));
            prop_assert!(apart.clone().all(|months| months == i64::from(every)));
        }
    }
}
