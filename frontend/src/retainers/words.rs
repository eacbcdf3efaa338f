//! Terms and outlooks in words.
use chrono::{Datelike, Months, NaiveDate};
use shared::api::{Balance, FieldError, Model, OverageMode, Retainer, RolloverTerms, Terms};
use shared::rules::cycle::{Anchor, Interval, IntervalUnit};

use super::example::Example;
use super::terms_draft as draft;
use crate::format::{cycle_range, date, effort, money, month_name, month_year, percent};
use crate::{t, tn};
use shared::api::Money;

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

/// "10 h a month"
pub fn allowance(minutes: i64, interval: Interval) -> String {
    t!(retainers.per, amount = effort(minutes), every = every(interval))
}

/// "All unused time carries, at most 5 h, it lapses after 1 cycle"
pub fn carry(rule: Option<&RolloverTerms>) -> String {
    let Some(rule) = rule else { return t!(retainers.carry_nothing).to_owned() };
    let lapse = match rule.max_cycles {
        Some(cycles) => {
            tn!(i64::from(cycles), retainers.carry_lapse_1, retainers.carry_lapse_n)
        }
        None => t!(retainers.carry_lapse_never).to_owned(),
    };
    format!("{}, {lapse}", carry_limits(rule))
}

/// "All unused time carries, at most 5 h"
pub fn carry_limits(rule: &RolloverTerms) -> String {
    let share = match rule.carry_percent {
        100 => t!(retainers.carry_everything).to_owned(),
        part => t!(retainers.carry_share, percent = percent(part, 100).unwrap_or_default()),
    };
    let cap = match (rule.cap_minutes, rule.cap_percent) {
        (Some(minutes), _) => t!(retainers.carry_cap, cap = effort(minutes)),
        (None, Some(part)) => {
            let percent = percent(part, 100).unwrap_or_default();
            t!(retainers.carry_cap_percent, percent = percent)
        }
        (None, None) => return share,
    };
    format!("{share}, {cap}")
}

/// What becomes of work beyond the allowance.
pub fn overage(terms: &Terms) -> String {
    match terms.overage {
        OverageMode::Absorb => t!(retainers.say_overage_absorb).to_owned(),
        OverageMode::Block => t!(retainers.say_overage_block).to_owned(),
        OverageMode::Bill => {
            let currency = terms.price.currency.clone();
            let amount_minor = terms.overage_rate_minor.unwrap_or(0);
            t!(retainers.say_overage_bill, rate = money(&Money { amount_minor, currency }))
        }
    }
}

/// How long a finished cycle still takes its own time.
pub fn grace(days: u32) -> String {
    match i64::from(days) {
        0 => t!(retainers.grace_nothing).to_owned(),
        days => tn!(days, retainers.grace_1, retainers.grace_n),
    }
}

/// The terms as rows of label and words.
pub fn terms_rows(terms: &Terms, interval: Interval) -> Vec<(&'static str, String)> {
    let model = match terms.model {
        Model::FixedHours => t!(retainers.fixed_hours),
        Model::RolloverHours => t!(retainers.rollover_hours),
    };
    let price = t!(retainers.per, amount = money(&terms.price), every = every(interval));
    vec![
        (t!(retainers.term_model), model.to_owned()),
        (t!(retainers.term_allowance), allowance(terms.allowance_minutes, interval)),
        (t!(retainers.term_price), price),
        (t!(retainers.term_carry), carry(terms.rollover.as_ref())),
        (t!(retainers.term_overage), overage(terms)),
        (t!(retainers.term_grace), grace(terms.grace_days)),
    ]
}

/// How the cycles of a retainer run, as rows of label and words.
pub fn cycle_rows(retainer: &Retainer, today: NaiveDate) -> Vec<(&'static str, String)> {
    let cycle = cycle(retainer.interval, retainer.anchor);
    let runs = match retainer.ends_on {
        Some(end) => cycle_range(retainer.starts_on, end, today),
        None => t!(retainers.runs_from, day = date(retainer.starts_on, today)),
    };
    let runs = format!("{runs}, {}", retainer.timezone);
    vec![(t!(retainers.term_cycle), cycle), (t!(retainers.term_runs), runs)]
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

fn is_month(starts_on: NaiveDate, ends_on: NaiveDate) -> bool {
    starts_on.day() == 1 && starts_on.checked_add_months(Months::new(1)) == Some(ends_on)
}

fn month(day: NaiveDate, today: NaiveDate) -> String {
    if day.year() == today.year() { month_name(day) } else { month_year(day) }
}

/// What becomes of what is left at the end of an open cycle.
pub fn outlook(balance: &Balance, overage: OverageMode, today: NaiveDate) -> String {
    let end = at_end(balance.starts_on, balance.ends_on, today);
    let (left, over) = (effort(balance.left), effort(balance.overage));
    match (balance.left, balance.carries, balance.lapses) {
        (0, ..) if balance.overage > 0 => match overage {
            OverageMode::Bill => t!(retainers.outlook_over_bill, over = over),
            OverageMode::Absorb => t!(retainers.outlook_over_absorb, over = over),
            OverageMode::Block => t!(retainers.outlook_over_block).to_owned(),
        },
        (0, ..) if overage == OverageMode::Block => t!(retainers.outlook_over_block).to_owned(),
        (0, ..) => t!(retainers.outlook_nothing).to_owned(),
        (_, _, 0) => t!(retainers.outlook_carry, left = left, end = end),
        (_, 0, _) => t!(retainers.outlook_lapse, left = left, end = end),
        (_, carries, lapses) => t!(
            retainers.outlook_both,
            left = left,
            end = end,
            carries = effort(carries),
            lapses = effort(lapses),
        ),
    }
}

/// The worked example, sentence by sentence.
pub fn example(told: &Example, terms: &Terms, today: NaiveDate) -> Vec<String> {
    let allowance = effort(told.allowance);
    let end = at_end(told.cycle.start, told.cycle.end, today);
    let mut said = vec![t!(
        retainers.example_left,
        used = effort(told.used),
        allowance = allowance.clone(),
        left = effort(told.left),
    )];
    let carried = effort(told.carried);
    said.extend(match told.follower {
        None => Some(t!(retainers.example_no_follower, end = end.clone())),
        Some(_) if told.carried == 0 => Some(t!(retainers.example_all_lapse, end = end.clone())),
        Some(next) => {
            let next = if is_month(next.start, next.end) {
                month(next.start, today)
            } else {
                t!(retainers.cycle_from, day = date(next.start, today))
            };
            Some(match told.carried_until {
                Some(day) => t!(
                    retainers.example_carry_until,
                    end = end.clone(),
                    carried = carried,
                    next = next,
                    day = date(day, today),
                ),
                None => {
                    t!(retainers.example_carry, end = end.clone(), carried = carried, next = next)
                }
            })
        }
    });
    if told.carried > 0 && told.lapsed > 0 {
        said.push(t!(retainers.example_lapse, end = end, lapsed = effort(told.lapsed)));
    }
    let (busy, over) = (effort(told.busy), effort(told.over));
    said.push(match terms.overage {
        OverageMode::Block => t!(retainers.example_block, allowance = allowance),
        OverageMode::Absorb => {
            t!(retainers.example_absorb, busy = busy, allowance = allowance, over = over)
        }
        OverageMode::Bill => {
            let currency = terms.price.currency.clone();
            let cost = money(&Money { amount_minor: told.over_cost, currency });
            t!(retainers.example_bill, busy = busy, allowance = allowance, over = over, cost = cost)
        }
    });
    said
}

/// The lapses to come: "1 h 20 on 1 Dec, from cycle 2 and 40 min on …".
pub fn lapses(balance: &Balance, today: NaiveDate) -> Vec<String> {
    let told = balance.next_lapses.iter().filter(|lapse| lapse.minutes > 0).take(3);
    let told = told.map(|lapse| {
        let minutes = effort(lapse.minutes);
        let on = t!(retainers.lapse_on, minutes = minutes, day = date(lapse.on, today));
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
    use crate::meter::sample::balance;
    use crate::retainers::draft::RetainerDraft;
    use crate::retainers::example as rules;
    use crate::retainers::terms_draft::TermsDraft;
    use shared::api::AccountId;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 22).expect("a day")
    }

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    fn said(change: impl FnOnce(&mut RetainerDraft)) -> String {
        let terms = TermsDraft {
            allowance: "10".into(),
            price: "1500".into(),
            currency: "EUR".into(),
            ..TermsDraft::default()
        };
        let mut draft = RetainerDraft {
            name: "Support".into(),
            starts_on: "2026-11-01".into(),
            terms,
            ..RetainerDraft::default()
        };
        change(&mut draft);
        let account = AccountId("0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"));
        let new = draft.read(account, 2).expect("a retainer");
        let told = rules::example(&rules::series(&new).expect("cycles"), &new.terms);
        plain(&example(&told.expect("an example"), &new.terms, today()).join(" "))
    }

    #[test]
    fn rollover_terms_are_told_with_the_day_of_the_lapse() {
        assert_eq!(
            said(|_| {}),
            "6 h used of 10 h: 4 h remain. At the end of November 4 h carry into December and \
             lapse on 1 Jan 2027 if they are not used. 12 h used of 10 h: 2 h over, delivered and \
             not billed."
        );
    }

    #[test]
    fn fixed_terms_that_bill_are_told_with_the_price() {
        let words = said(|draft| {
            draft.terms.model = Model::FixedHours;
            draft.terms.overage = OverageMode::Bill;
            draft.terms.rate = "150".into();
        });
        assert_eq!(
            words,
            "6 h used of 10 h: 4 h remain. At the end of November they lapse. 12 h used of 10 h: \
             2 h over, billed at EUR 300.00."
        );
    }

    #[test]
    fn an_anniversary_cycle_is_told_by_its_last_day() {
        let words = said(|draft| {
            draft.starts_on = "2026-11-15".into();
            draft.anchor = crate::retainers::draft::AnchorKind::Anniversary;
            draft.terms.overage = OverageMode::Block;
        });
        assert_eq!(
            words,
            "6 h used of 10 h: 4 h remain. After 14 Dec 4 h carry into the cycle from 15 Dec and \
             lapse on 15 Jan 2027 if they are not used. An entry that goes past 10 h is refused."
        );
    }

    #[test]
    fn the_rollover_rule_is_one_phrase() {
        let rule = RolloverTerms {
            cap_minutes: Some(300),
            cap_percent: None,
            max_cycles: Some(2),
            carry_percent: 50,
        };
        assert_eq!(
            plain(&carry(Some(&rule))),
            "50% of the unused time carries, at most 5 h, it lapses after 2 cycles"
        );
        assert_eq!(carry(None), "Unused time lapses at the end of the cycle");
    }

    #[test]
    fn the_outlook_says_what_carries_and_what_lapses() {
        let mut balance = balance(600, 360);
        let words = |balance: &Balance| plain(&outlook(balance, OverageMode::Absorb, today()));
        assert_eq!(words(&balance), "4 h remain. At the end of November they lapse.");
        (balance.carries, balance.lapses) = (180, 60);
        assert_eq!(
            words(&balance),
            "4 h remain. At the end of November 3 h carry into the next cycle and 1 h lapse."
        );
    }
}
