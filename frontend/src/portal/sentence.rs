//! A balance as a client asks for it: what is left, and what of it ends when.
use chrono::NaiveDate;
use shared::api::Balance;

use super::words::long_day;
use crate::format::Measure;
use crate::t;

/// "9 h 30 left, 1 h 20 of it ends 30 November."
pub(super) fn sentence(balance: &Balance, today: NaiveDate) -> String {
    let measure = Measure::of(&balance.pool);
    let Some(left) = measure.or_nothing(balance.left) else {
        return match measure.or_nothing(balance.overage) {
            Some(over) => t!(portal.say_over, over = over),
            None if balance.available <= 0 => t!(portal.say_no_allowance).to_owned(),
            None => t!(portal.say_nothing).to_owned(),
        };
    };
    match soonest(balance) {
        Some((ends, day)) if ends < balance.left => {
            let (ends, day) = (measure.say(ends), long_day(day, today));
            t!(portal.say_left_part, left = left, ends = ends, day = day)
        }
        Some((_, day)) => t!(portal.say_left_all, left = left, day = long_day(day, today)),
        None => t!(portal.say_left, left = left),
    }
}

/// What of the rest ends first, and the last day on which it can be drawn.
fn soonest(balance: &Balance) -> Option<(i64, NaiveDate)> {
    let ending = || balance.next_lapses.iter().filter(|lapse| lapse.quantity > 0);
    let on = ending().map(|lapse| lapse.on).min()?;
    let ends = ending().filter(|lapse| lapse.on == on).map(|lapse| lapse.quantity).sum();
    Some((ends, on.pred_opt()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;
    use crate::meter::sample::{balance, of_unit};
    use shared::api::{Lapse, LotKind, Unit};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn lapse(quantity: i64, on: &str) -> Lapse {
        Lapse { kind: LotKind::Included, origin_seq: 3, quantity, on: day(on) }
    }

    fn said(balance: &Balance) -> String {
        sentence(balance, day("2026-11-15")).replace(NBSP, " ")
    }

    #[test]
    fn what_ends_first_is_told_with_its_last_day() {
        let mut balance = balance(44 * 60, 34 * 60 + 30);
        assert_eq!(said(&balance), "9 h 30 left.");
        balance.next_lapses = vec![lapse(50, "2026-12-01"), lapse(30, "2026-12-01")];
        balance.next_lapses.push(lapse(60, "2027-01-01"));
        assert_eq!(said(&balance), "9 h 30 left, 1 h 20 of it ends 30 November.");
        balance.next_lapses = vec![lapse(570, "2027-01-01")];
        assert_eq!(said(&balance), "9 h 30 left, all of it ends 31 December.");
    }

    #[test]
    fn a_day_of_another_year_has_its_year() {
        let mut balance = balance(600, 540);
        balance.next_lapses = vec![lapse(60, "2027-02-01")];
        assert_eq!(said(&balance), "1 h left, all of it ends 31 January 2027.");
    }

    #[test]
    fn nothing_left_is_never_told_as_zero() {
        assert_eq!(said(&balance(600, 600)), "Nothing left.");
        assert_eq!(said(&balance(600, 990)), "6 h 30 over.");
        assert_eq!(said(&balance(0, 0)), "Nothing is promised in this cycle.");
        assert_eq!(said(&of_unit(Unit::Sessions, 4, 1)), "3 sessions left.");
    }
}
