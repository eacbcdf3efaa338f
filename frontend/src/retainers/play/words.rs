//! What a year comes to, in sentences that agree with no number: "1 session" and "4 h" alike.
use shared::api::{Money, Unit};
use shared::rules::simulate::{PlayedCycle, Profile};
use shared::rules::units::{Minor, Quantity};

use super::model::{Part, Year};
use crate::format::{list, money};
use crate::t;

/// The name of a client.
pub fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Light => t!(play.light),
        Profile::Normal => t!(play.normal),
        Profile::Heavy => t!(play.heavy),
    }
}

/// The name of a part of a bar.
pub fn part(part: Part) -> &'static str {
    match part {
        Part::Carried => t!(play.part_carried),
        Part::Allowance => t!(play.part_allowance),
        Part::Kept => t!(play.part_kept),
        Part::Lapsed => t!(play.part_lapsed),
        Part::Overage => t!(play.part_overage),
    }
}

/// "A heavy client pays €1,240.00 more and loses nothing."
pub fn finding(year: &Year, profile: Profile) -> String {
    let does = list(&deeds(year));
    match profile {
        Profile::Light => t!(play.finding_light, does = does),
        Profile::Normal => t!(play.finding_normal, does = does),
        Profile::Heavy => t!(play.finding_heavy, does = does),
    }
}

/// A quantity, and its words where it is not nothing.
type Told = (Quantity, fn(String) -> String);

/// What a client does in a year; what is nothing is told of payment and loss alone.
fn deeds(year: &Year) -> Vec<String> {
    let (totals, measure) = (&year.play.totals, &year.measure);
    let mut deeds = Vec::new();
    if year.priced {
        deeds.push(match totals.billed_amount.0 {
            0 => t!(play.pays_price).to_owned(),
            more => t!(play.pays_more, amount = amount(year, Minor(more))),
        });
    }
    let rare: [Told; 3] = [
        (totals.refused, |n| t!(play.is_refused, amount = n)),
        (totals.absorbed, |n| t!(play.gets_free, amount = n)),
        (totals.borrowed, |n| t!(play.borrows, amount = n)),
    ];
    let told = rare.into_iter().filter(|(n, _)| n.0 > 0);
    deeds.extend(told.map(|(n, words)| words(measure.say(n.0))));
    deeds.push(match measure.or_nothing(totals.lapsed.0) {
        Some(lapsed) => t!(play.loses, amount = lapsed),
        None => t!(play.loses_nothing).to_owned(),
    });
    deeds
}

/// "144 h used, €131.25 an hour." What one costs with everything paid, where that is known.
pub fn price(year: &Year) -> String {
    let totals = &year.play.totals;
    let used = year.measure.say(totals.used.0);
    let per = match year.measure.unit {
        // Money per money says nothing.
        Unit::Money => 0,
        // What a block costs is agreed when it is bought.
        _ if totals.bought.0 > 0 => 0,
        Unit::Minutes => 60,
        Unit::Sessions | Unit::Deliverables | Unit::Credits => 1,
    };
    let each = (year.priced && per > 0).then(|| totals.effective_price(Quantity(per)).ok());
    match (each.flatten().flatten(), per) {
        (Some(each), 60) => t!(play.used_hour, used = used, price = amount(year, each)),
        (Some(each), _) => t!(play.used_each, used = used, price = amount(year, each)),
        (None, _) => t!(play.used_year, used = used),
    }
}

/// What is assumed of sessions and what becomes of them; none where it is not sessions.
pub fn sessions(year: &Year) -> Option<String> {
    let sessions = &year.play.totals.sessions;
    let told = [
        (t!(retainers.cancel_in_time), sessions.in_time),
        (t!(retainers.cancel_late), sessions.late),
        (t!(retainers.cancel_no_show), sessions.missed),
        (t!(retainers.line_makeup), sessions.set_aside),
    ];
    let told = told.into_iter().filter(|(_, n)| n.0 > 0);
    let told = told.map(|(label, n)| format!("{label}: {}", n.0)).collect::<Vec<_>>();
    let booked = year.measure.say(sessions.booked.0);
    (sessions.booked.0 > 0).then(|| t!(play.sessions, booked = booked, told = told.join(", ")))
}

/// A cycle read aloud: "6 h carried in, 10 h allowance, 14 h used, 2 h over, nothing lapses."
pub fn cycle(cycle: &PlayedCycle, year: &Year, days: &str) -> String {
    let say = |n: Quantity| year.measure.say(n.0);
    let mut told = vec![
        t!(play.cycle_opening, amount = say(cycle.opening)),
        t!(play.cycle_grant, amount = say(cycle.grant)),
        t!(play.cycle_used, amount = say(cycle.used)),
    ];
    let rare: [Told; 5] = [
        (cycle.bought, |n| t!(play.cycle_bought, amount = n)),
        (cycle.repaid, |n| t!(play.cycle_repaid, amount = n)),
        (cycle.refused, |n| t!(play.cycle_refused, amount = n)),
        (cycle.overage, |n| t!(play.cycle_over, amount = n)),
        (cycle.lapsed, |n| t!(play.cycle_lapsed, amount = n)),
    ];
    let rare = rare.into_iter().filter(|(n, _)| n.0 > 0);
    told.extend(rare.map(|(n, words)| words(say(n))));
    if year.priced && cycle.billed_amount.0 > 0 {
        told.push(t!(play.cycle_billed, amount = amount(year, cycle.billed_amount)));
    }
    t!(play.cycle, seq = cycle.cycle.seq, days = days, told = told.join(", "))
}

/// An amount in the currency of the terms.
pub fn amount(year: &Year, minor: Minor) -> String {
    money(&Money { amount_minor: minor.0, currency: year.measure.currency.clone() })
}

#[cfg(test)]
mod tests {
    use super::super::model::sample::year;
    use super::*;
    use crate::format::NBSP;
    use crate::retainers::pool_draft::PoolDraft;
    use shared::api::OverageMode;

    fn said(who: Profile, change: impl FnOnce(&mut PoolDraft)) -> (String, String) {
        let year = year(who, change).expect("a year");
        let plain = |text: String| text.replace(NBSP, " ");
        (plain(finding(&year, who)), plain(price(&year)))
    }

    #[test]
    fn the_finding_says_what_is_paid_and_what_is_lost() {
        let billed = |pool: &mut PoolDraft| {
            pool.rolls = false;
            (pool.overage, pool.rate) = (OverageMode::Bill, "150".into());
        };
        let (finding, price) = said(Profile::Heavy, billed);
        assert_eq!(finding, "A heavy client pays EUR 3600.00 more and loses nothing.");
        // 18,000 and 3,600 for 144 hours.
        assert_eq!(price, "144 h used in the year, EUR 150.00 an hour all told.");
        let (finding, price) = said(Profile::Light, billed);
        assert_eq!(finding, "A light client pays the price and no more and loses 48 h.");
        assert_eq!(price, "72 h used in the year, EUR 250.00 an hour all told.");
    }

    #[test]
    fn what_is_refused_given_or_borrowed_is_told() {
        let of = |mode: OverageMode| {
            said(Profile::Heavy, |pool| {
                pool.rolls = false;
                (pool.overage, pool.rate) = (mode, "150".into());
            })
            .0
        };
        assert_eq!(
            of(OverageMode::Block),
            "A heavy client pays the price and no more, is refused 24 h and loses nothing."
        );
        assert_eq!(
            of(OverageMode::Absorb),
            "A heavy client pays the price and no more, gets 24 h for nothing and loses nothing."
        );
        assert!(of(OverageMode::Borrow).contains(" borrows "), "{}", of(OverageMode::Borrow));
    }

    #[test]
    fn without_a_price_no_money_is_told() {
        let mut unpriced = year(Profile::Heavy, |pool| pool.rolls = false).expect("a year");
        unpriced.priced = false;
        let finding = finding(&unpriced, Profile::Heavy).replace(NBSP, " ");
        assert_eq!(finding, "A heavy client gets 24 h for nothing and loses nothing.");
        assert_eq!(price(&unpriced).replace(NBSP, " "), "144 h used in the year.");
    }

    #[test]
    fn a_cycle_is_read_aloud_with_what_happens_in_it() {
        let year = year(Profile::Heavy, |pool| {
            (pool.overage, pool.rate) = (OverageMode::Bill, "150".into());
        });
        let year = year.expect("a year");
        let words = cycle(&year.play.cycles[0], &year, "1 to 30 November").replace(NBSP, " ");
        assert_eq!(
            words,
            "Cycle 1, 1 to 30 November: 0 h carried in, 10 h allowance, 11 h used, 1 h over, EUR \
             150.00 billed"
        );
    }
}
