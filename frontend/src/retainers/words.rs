//! Cycles and outlooks in words.
use chrono::{Datelike, Months, NaiveDate};
use shared::api::{Balance, ComingLot, FieldError, FirstPartial, OverageMode, Retainer};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit, Series};

use super::changes::moves::open_pause;
use super::terms_draft as draft;
use super::terms_words::Rule;
use crate::format::{Measure, cycle_range, date, month_name, month_year};
use crate::t;

/// "a month": what stands behind the amount of a full cycle.
pub fn every(interval: Interval) -> &'static str {
    match (interval.unit, interval.count) {
        (IntervalUnit::Week, 1) => t!(retainers.every_week),
        (IntervalUnit::Month, 1) => t!(retainers.every_month),
        (IntervalUnit::Month, 3) => t!(retainers.every_quarter),
        (IntervalUnit::Year, 1) | (IntervalUnit::Month, 12) => t!(retainers.every_year),
        _ => t!(retainers.every_cycle),
    }
}

/// How the cycles of a retainer run, as rows of label and words.
pub fn cycle_rules(retainer: &Retainer, today: NaiveDate) -> Vec<Rule> {
    let cycle = cycle(retainer.interval, retainer.anchor);
    let runs = match retainer.ends_on {
        Some(end) => cycle_range(retainer.starts_on, end, today),
        None => t!(retainers.runs_from, day = date(retainer.starts_on, today)),
    };
    let runs = format!("{runs}, {}", retainer.timezone);
    let next = retainer.rhythms.last().filter(|rhythm| rhythm.from > today);
    let next = next.map(|next| {
        let from = t!(retainers.runs_from, day = date(next.from, today));
        let cycle = self::cycle(next.interval, next.anchor);
        Rule::new(t!(retainers.term_cycle), format!("{from}: {cycle}"))
    });
    let pause = open_pause(retainer, today).map(|pause| match pause.to {
        Some(to) => cycle_range(pause.from, to, today),
        None => t!(retainers.runs_from, day = date(pause.from, today)),
    });
    let pause = pause.map(|days| Rule::new(t!(changes.term_pause), days));
    let runs = Rule::new(t!(retainers.term_runs), runs);
    let cycle = Rule::new(t!(retainers.term_cycle), cycle);
    let rules = std::iter::once(cycle).chain(next).chain([runs]);
    rules.chain(first_cycle(retainer)).chain(pause).collect()
}

/// How long a full cycle is on a day.
pub fn interval_on(retainer: &Retainer, day: NaiveDate) -> Interval {
    let begun = retainer.rhythms.iter().rev().find(|rhythm| rhythm.from <= day);
    begun.map_or(retainer.interval, |rhythm| rhythm.interval)
}

/// What a first cycle in part brings and costs, where it is not simply its share.
fn first_cycle(retainer: &Retainer) -> Option<Rule> {
    let first = Series::agreed(&retainer.rhythms, None, Vec::new()).ok()?.cycle(1)?;
    let first_partial = retainer.first_partial;
    let told = first.start > first.nominal_start && first_partial != FirstPartial::Prorate;
    let words = self::first_partial(first_partial).1.to_owned();
    told.then(|| Rule::new(t!(retainers.first_partial), words))
}

/// A policy for a first cycle in part, and what it means.
pub fn first_partial(policy: FirstPartial) -> (&'static str, &'static str) {
    match policy {
        FirstPartial::Prorate => (t!(retainers.first_prorate), t!(retainers.first_prorate_hint)),
        FirstPartial::Full => (t!(retainers.first_full), t!(retainers.first_full_hint)),
        FirstPartial::Free => (t!(retainers.first_free), t!(retainers.first_free_hint)),
    }
}

/// "A month, with the calendar"
pub fn cycle(interval: Interval, anchor: Anchor) -> String {
    let length = capitalised(every(interval));
    match anchor {
        Anchor::Calendar { .. } => t!(retainers.say_cycle_calendar, length = length),
        Anchor::Anniversary => t!(retainers.say_cycle_anniversary, length = length),
        Anchor::DayOfMonth { day } => t!(retainers.say_cycle_day, length = length, day = day),
        Anchor::Date { date, day } => {
            t!(retainers.say_cycle_day, length = length, day = day.unwrap_or(date.day()))
        }
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// "At the end of November" for a month of the calendar, "After 14 December" for other cycles.
pub fn at_end(starts_on: NaiveDate, ends_on: NaiveDate, today: NaiveDate) -> String {
    let last = ends_on.pred_opt().unwrap_or(ends_on);
    if is_month(starts_on, ends_on) {
        t!(retainers.at_end_of, month = month(starts_on, today))
    } else {
        t!(retainers.after_day, day = date(last, today))
    }
}

/// "December", or "the cycle from 15 Dec" for other cycles.
pub fn cycle_from(starts_on: NaiveDate, ends_on: NaiveDate, today: NaiveDate) -> String {
    if is_month(starts_on, ends_on) {
        month(starts_on, today)
    } else {
        t!(retainers.cycle_from, day = date(starts_on, today))
    }
}

fn is_month(starts_on: NaiveDate, ends_on: NaiveDate) -> bool {
    starts_on.day() == 1 && starts_on.checked_add_months(Months::new(1)) == Some(ends_on)
}

fn month(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { month_name(day) } else { month_year(day) }
}

/// What becomes of what is left at the end of an open cycle.
pub fn outlook(balance: &Balance, overage: OverageMode, today: NaiveDate) -> String {
    let measure = Measure::of(&balance.pool);
    let end = at_end(balance.starts_on, balance.ends_on, today);
    let (left, over) = (measure.say(balance.left), measure.say(balance.overage));
    // What has ended is no longer left: it will lapse, but is nothing to come. What starts later is
    // told by itself.
    let ahead = |lapses: bool| -> i64 {
        let ends = |lot: &&ComingLot| lot.ends_on.is_some_and(|end| end <= balance.ends_on);
        let lots = balance.coming_lots.iter().filter(|lot| ends(lot) == lapses);
        lots.map(|lot| lot.quantity).sum()
    };
    // Nor is what is set aside: the next cycle gets it, or it lapses with the retainer.
    let carries = balance.carries - ahead(false);
    let kept = balance.set_aside.min(carries);
    let lapses = balance.lapses - balance.ended - ahead(true) - (balance.set_aside - kept);
    match (balance.left, carries - kept, lapses) {
        (0, ..) if balance.overage > 0 => match overage {
            OverageMode::Bill => t!(retainers.outlook_over_bill, over = over),
            OverageMode::Absorb => t!(retainers.outlook_over_absorb, over = over),
            OverageMode::Borrow => t!(retainers.outlook_over_borrow, over = over),
            OverageMode::Ask => {
                let approved = measure.say(balance.approved.unwrap_or(0));
                t!(retainers.outlook_over_ask, over = over, approved = approved)
            }
            OverageMode::Block => t!(retainers.outlook_over_block).to_owned(),
        },
        (0, ..) if overage == OverageMode::Block => t!(retainers.outlook_over_block).to_owned(),
        (0, ..) if overage == OverageMode::Ask => t!(retainers.outlook_ask).to_owned(),
        (0, ..) => t!(retainers.outlook_nothing).to_owned(),
        (_, _, 0) => t!(retainers.outlook_carry, left = left, end = end),
        (_, 0, _) => t!(retainers.outlook_lapse, left = left, end = end),
        (_, carries, lapses) => t!(
            retainers.outlook_both,
            left = left,
            end = end,
            carries = measure.say(carries),
            lapses = measure.say(lapses),
        ),
    }
}

/// What was bought or given ahead: "2 h from 1 Jan".
pub fn coming(balance: &Balance, today: NaiveDate) -> Vec<String> {
    let measure = Measure::of(&balance.pool);
    let told = balance.coming_lots.iter().map(|lot| {
        let (amount, from) = (measure.say(lot.quantity), date(lot.starts_on, today));
        match lot.ends_on.and_then(|end| end.pred_opt()) {
            Some(last) => {
                t!(retainers.coming_until, amount = amount, day = from, last = date(last, today))
            }
            None => t!(retainers.coming_from, amount = amount, day = from),
        }
    });
    told.collect()
}

/// The lapses to come: "1 h 20 on 1 Dec, from cycle 2 and 40 min on …".
pub fn lapses(balance: &Balance, today: NaiveDate) -> Vec<String> {
    let measure = Measure::of(&balance.pool);
    let told = balance.next_lapses.iter().filter(|lapse| lapse.quantity > 0).take(3);
    let told = told.map(|lapse| {
        let amount = measure.say(lapse.quantity);
        let on = t!(retainers.lapse_on, amount = amount, day = date(lapse.on, today));
        if lapse.origin_seq == balance.seq {
            on
        } else {
            format!("{on}, {}", t!(retainers.lapse_of, seq = lapse.origin_seq))
        }
    });
    told.collect()
}

/// Faults of fields that were not read, in words; the rest keep their code.
pub fn with_words(faults: Vec<FieldError>) -> Vec<FieldError> {
    let worded = faults.into_iter().map(|mut fault| {
        let words = match fault.code.as_str() {
            draft::EFFORT_UNREADABLE => t!(retainers.effort_unreadable),
            draft::AMOUNT_UNREADABLE => t!(retainers.amount_unreadable),
            draft::NUMBER_UNREADABLE => t!(retainers.number_unreadable),
            draft::PERCENT_UNREADABLE => t!(retainers.percent_unreadable),
            draft::DATE_UNREADABLE => t!(retainers.date_unreadable),
            _ => return fault,
        };
        fault.message = words.to_owned();
        fault
    });
    worded.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;
    use crate::meter::sample::{balance, of_unit};
    use shared::api::{LotKind, Unit};

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
    }

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn the_outlook_says_what_carries_and_what_lapses() {
        let mut balance = balance(600, 360);
        let words = |balance: &Balance| plain(&outlook(balance, OverageMode::Absorb, today()));
        assert_eq!(words(&balance), "4 h left. At the end of November the rest lapses.");
        (balance.carries, balance.lapses) = (180, 60);
        assert_eq!(
            words(&balance),
            "4 h left. At the end of November the next cycle gets 3 h of it; the rest, 1 h, lapses."
        );
        // Forty minutes have ended before: they are no part of the 4 hours.
        (balance.carries, balance.lapses, balance.ended) = (0, 280, 40);
        assert_eq!(words(&balance), "4 h left. At the end of November the rest lapses.");
        (balance.carries, balance.lapses) = (240, 40);
        assert_eq!(
            words(&balance),
            "4 h left. At the end of November the rest carries into the next cycle."
        );
    }
    #[test]
    fn what_starts_later_is_told_by_itself() {
        let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).expect("a day");
        let lot = |quantity, ends_on| ComingLot {
            kind: LotKind::Purchased,
            quantity,
            starts_on: day(11, 25),
            ends_on,
        };
        let mut balance = balance(600, 360);
        (balance.coming, balance.carries, balance.lapses) = (150, 120, 270);
        balance.coming_lots = vec![lot(120, None), lot(30, Some(day(12, 1)))];
        let words = plain(&outlook(&balance, OverageMode::Absorb, today()));
        assert_eq!(words, "4 h left. At the end of November the rest lapses.");
        let told: Vec<String> =
            coming(&balance, today()).iter().map(|words| plain(words)).collect();
        assert_eq!(told, ["2 h from 25 Nov", "30 min from 25 Nov to 30 Nov"]);
    }
    #[test]
    fn what_is_set_aside_is_no_part_of_what_is_left() {
        let mut sessions = of_unit(Unit::Sessions, 4, 2);
        (sessions.set_aside, sessions.left) = (1, 1);
        let words = |balance: &Balance| plain(&outlook(balance, OverageMode::Absorb, today()));
        (sessions.carries, sessions.lapses) = (1, 1);
        let lapses = "1 session left. At the end of November the rest lapses.";
        assert_eq!(words(&sessions), lapses);
        (sessions.carries, sessions.lapses) = (2, 0);
        let carries =
            "1 session left. At the end of November the rest carries into the next cycle.";
        assert_eq!(words(&sessions), carries);
        // The retainer ends.
        (sessions.carries, sessions.lapses) = (0, 2);
        assert_eq!(words(&sessions), lapses);
    }
    #[test]
    fn the_outlook_of_sessions_and_of_what_is_borrowed() {
        let mut sessions = of_unit(Unit::Sessions, 4, 3);
        sessions.carries = 1;
        sessions.lapses = 0;
        let words = plain(&outlook(&sessions, OverageMode::Absorb, today()));
        assert_eq!(
            words,
            "1 session left. At the end of November the rest carries into the next cycle."
        );
        let over = of_unit(Unit::Sessions, 4, 5);
        assert_eq!(
            plain(&outlook(&over, OverageMode::Borrow, today())),
            "1 session over the allowance: taken from the next cycle."
        );
    }
}
