//! When somebody is to get in touch with a client, to write down what was said in a session, and to
//! tell what a cycle brought: rules of days alone. Source: requirements S2-16, S2-17.
use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

use super::zone::local_date;

/// What is to become of the check-ins of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckIn {
    /// Nothing today.
    Rest,
    /// Nobody was in touch since then for too long: one next step is made.
    Make(DateTime<Utc>),
    /// There was an exchange then, after what the step that is open was made for.
    Met(DateTime<Utc>),
}

/// The check-in that was made last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Made {
    /// When the exchange was after which it was made.
    pub since: DateTime<Utc>,
    /// When it was seen to; none while it is open.
    pub met: Option<DateTime<Utc>>,
}

/// What is to become of the check-ins of an account whose last exchange was then, and which is to
/// have one every so many days of a zone. A lapse makes one step: another only once that was seen to.
#[must_use]
pub fn check_in(
    (every, last): (Option<u32>, DateTime<Utc>),
    made: Option<Made>,
    (zone, today): (Tz, NaiveDate),
) -> CheckIn {
    if let Some(Made { since, met: None }) = made {
        // Not by their days: those are others once the zone is.
        return if last > since { CheckIn::Met(last) } else { CheckIn::Rest };
    }
    let since = seen(last, made);
    match due(every, local_date(zone, since)) {
        Some(due) if due <= today => CheckIn::Make(since),
        _ => CheckIn::Rest,
    }
}

/// The day on which an account is to be checked in with next; none where nobody wants that, or a
/// step is open.
#[must_use]
pub fn check_in_on(
    (every, last): (Option<u32>, DateTime<Utc>),
    made: Option<Made>,
    zone: Tz,
) -> Option<NaiveDate> {
    if made.is_some_and(|made| made.met.is_none()) {
        return None;
    }
    due(every, local_date(zone, seen(last, made)))
}

/// A check-in that was seen to counts as an exchange, whether somebody wrote one down or not.
fn seen(last: DateTime<Utc>, made: Option<Made>) -> DateTime<Utc> {
    made.and_then(|made| made.met).map_or(last, |met| met.max(last))
}

fn due(every: Option<u32>, since: NaiveDate) -> Option<NaiveDate> {
    since.checked_add_days(Days::new(u64::from(every?.max(1))))
}

/// Whether people work on a day.
#[must_use]
pub fn works(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// A day, or the first after it on which people work.
#[must_use]
pub fn working_day(day: NaiveDate) -> NaiveDate {
    day.iter_days().take(3).find(|day| works(*day)).unwrap_or(day)
}

/// So many working days after a day.
#[must_use]
pub fn working_days_after(day: NaiveDate, days: u32) -> NaiveDate {
    let later = day.iter_days().skip(1).filter(|day| works(*day));
    later.take(days as usize).last().unwrap_or(day)
}

/// The first day on which a client is told what a cycle `[start, end)` brought and what comes next:
/// so many days before its end, but never in its first half; of a single day, on that.
#[must_use]
pub fn outreach_from((start, end): (NaiveDate, NaiveDate), days: u32) -> NaiveDate {
    let half = start + TimeDelta::days(((end - start).num_days() + 1) / 2);
    let before = end.checked_sub_days(Days::new(u64::from(days))).unwrap_or(start);
    before.max(half).min(end.pred_opt().unwrap_or(start))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn a_weekend_is_no_working_day() {
        let friday = day("2026-01-30");
        assert_eq!(working_days_after(friday, 1), day("2026-02-02"));
        assert_eq!(working_days_after(day("2026-01-31"), 1), day("2026-02-02"));
        assert_eq!(working_days_after(friday, 6), day("2026-02-09"));
        assert_eq!(working_day(day("2026-01-31")), day("2026-02-02"));
        assert_eq!(working_day(friday), friday);
    }

    /// Noon of a day.
    fn noon(day: NaiveDate) -> DateTime<Utc> {
        day.and_hms_opt(12, 0, 0).unwrap().and_utc()
    }

    #[test]
    fn a_lapse_makes_one_step_which_an_exchange_ends() {
        let (last, every) = (noon(day("2026-01-01")), Some(14));
        let of = |last, made, today| check_in((every, last), made, (Tz::UTC, day(today)));
        assert_eq!(of(last, None, "2026-01-14"), CheckIn::Rest);
        assert_eq!(of(last, None, "2026-01-15"), CheckIn::Make(last));
        let open = Some(Made { since: last, met: None });
        assert_eq!(of(last, open, "2026-03-01"), CheckIn::Rest);
        assert_eq!(check_in_on((every, last), open, Tz::UTC), None);
        let met = noon(day("2026-01-20"));
        assert_eq!(of(met, open, "2026-03-01"), CheckIn::Met(met));
        let done = Some(Made { since: last, met: Some(met) });
        assert_eq!(of(last, done, "2026-02-02"), CheckIn::Rest);
        assert_eq!(of(last, done, "2026-02-03"), CheckIn::Make(met));
        let never = check_in((None, last), None, (Tz::UTC, day("2027-01-01")));
        assert_eq!(never, CheckIn::Rest);
        // Where it is the next day already, nobody was in touch all the same.
        let elsewhere = check_in((every, last), open, (Tz::Pacific__Kiritimati, day("2026-01-16")));
        assert_eq!(elsewhere, CheckIn::Rest);
    }

    #[test]
    fn a_short_cycle_is_not_told_of_before_its_middle() {
        let of = |start, end, days| outreach_from((day(start), day(end)), days);
        assert_eq!(of("2026-01-01", "2026-02-01", 5), day("2026-01-27"));
        assert_eq!(of("2026-01-05", "2026-01-12", 5), day("2026-01-09"));
        assert_eq!(of("2026-01-01", "2026-01-02", 60), day("2026-01-01"));
    }

    proptest! {
        /// Whatever happens on which day, no two steps are for the same lapse, never two are open,
        /// and one is never made sooner than was asked for.
        #[test]
        fn each_lapse_is_told_once(
            every in 1u32..40,
            happens in prop::collection::vec(0u8..12, 200),
        ) {
            let start = day("2026-01-01");
            let (mut last, mut made, mut lapses) = (noon(start), None::<Made>, Vec::new());
            for (today, what) in start.iter_days().zip(happens) {
                match what {
                    0 => last = noon(today),
                    1 => if let Some(open) = made.as_mut() {
                        open.met = open.met.or(Some(noon(today)));
                    },
                    _ => {}
                }
                match check_in((Some(every), last), made, (Tz::UTC, today)) {
                    CheckIn::Rest => {}
                    CheckIn::Met(on) => {
                        prop_assert_eq!(on, last);
                        made = made.map(|open| Made { met: Some(on), ..open });
                    }
                    CheckIn::Make(since) => {
                        prop_assert!(made.is_none_or(|before| before.met.is_some()));
                        prop_assert!((noon(today) - since).num_days() >= i64::from(every));
                        prop_assert!(lapses.last().is_none_or(|before| *before < since));
                        lapses.push(since);
                        made = Some(Made { since, met: None });
                    }
                }
            }
        }

        #[test]
        fn an_outreach_comes_within_its_cycle(length in 1i64..400, days in 1u32..61) {
            let (start, end) = (day("2026-01-01"), day("2026-01-01") + TimeDelta::days(length));
            let from = outreach_from((start, end), days);
            prop_assert!(from >= start && from < end);
            prop_assert!((from - start).num_days() * 2 >= length - 1);
            prop_assert!((end - from).num_days() <= i64::from(days));
        }
    }
}
