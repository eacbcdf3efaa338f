//! What is agreed, in words: each rule is one phrase.
use shared::api::{
    BorrowExcess, Cancellation, CancellationOutcome, Carries, MinuteRounding, Model, Money,
    OverageMode, PoolTerms, RolloverTerms, Terms, Unit,
};
use shared::rules::cycle::Interval;

use super::words::every;
use crate::format::{count, list, money, percent, percent_hundredths, quantity, unit_name};
use crate::{t, tn};

/// A rule of the terms: what it is about, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The pool it holds for; empty where it holds for all, or where there is only one.
    pub pool: String,
    /// What it is about.
    pub label: &'static str,
    /// What it says.
    pub words: String,
}

impl Rule {
    /// A rule for everything.
    pub fn new(label: &'static str, words: String) -> Self {
        Self { pool: String::new(), label, words }
    }
}

/// What terms amount to, in the words of the trade.
pub fn model(model: Model) -> &'static str {
    match model {
        Model::FixedHours => t!(retainers.fixed_hours),
        Model::RolloverHours => t!(retainers.rollover_hours),
        Model::Deliverables => t!(retainers.model_deliverables),
        Model::Credits => t!(retainers.model_credits),
        Model::Sessions => t!(retainers.model_sessions),
        Model::Drawdown => t!(retainers.model_drawdown),
        Model::Prepaid => t!(retainers.model_prepaid),
        Model::Hybrid => t!(retainers.model_hybrid),
    }
}

/// The terms and `cycles`, how those run, as rows of label and words. Where there are several
/// pools, what holds for all comes first.
pub fn rules(terms: &Terms, interval: Interval, cycles: &[Rule]) -> Vec<Rule> {
    let price = t!(retainers.per, amount = money(&terms.cycle_fee()), every = every(interval));
    let several = terms.pools.len() > 1;
    let mut general = vec![
        Rule::new(t!(retainers.term_model), model(terms.model()).to_owned()),
        Rule::new(t!(retainers.term_price), price),
    ];
    if terms.discount_hundredths != 0 {
        let share = percent_hundredths(terms.discount_hundredths);
        let words = t!(retainers.discount_off, share = share, price = money(&terms.price));
        general.push(Rule::new(t!(retainers.term_discount), words));
    }
    let mut rest = vec![Rule::new(t!(retainers.term_grace), grace(terms.grace_days))];
    rest.extend_from_slice(cycles);
    let told = terms.pools.iter().flat_map(|pool| {
        let name = if several { name(pool) } else { String::new() };
        let told = of_pool(pool, &terms.price.currency, interval);
        told.into_iter().map(move |rule| Rule { pool: name.clone(), ..rule })
    });
    if several {
        general.append(&mut rest);
    }
    general.extend(told);
    general.append(&mut rest);
    general
}

/// The rules of terms that a cycle keeps until its end, as far as `current` says otherwise.
pub fn kept(terms: &Terms, interval: Interval, current: &[Rule]) -> Vec<Rule> {
    let labels = [
        t!(retainers.term_grace),
        t!(retainers.unused_carries),
        t!(retainers.term_carry),
        t!(retainers.term_overage),
        t!(retainers.term_cancellation),
        t!(retainers.term_levels),
    ];
    let mut rules = rules(terms, interval, &[]);
    rules.retain(|rule| labels.contains(&rule.label) && !current.contains(rule));
    rules
}

/// The name of a pool for people.
pub fn name(pool: &PoolTerms) -> String {
    pool.name.clone().unwrap_or_else(|| unit_name(pool.unit).to_owned())
}

/// The rules of a pool.
pub(super) fn of_pool(pool: &PoolTerms, currency: &str, interval: Interval) -> Vec<Rule> {
    let mut rules = vec![
        Rule::new(t!(retainers.term_allowance), allowance(pool, currency, interval)),
        Rule::new(t!(retainers.term_overage), overage(pool, currency)),
    ];
    // What was bought keeps by the end of its own lot: no cycle brings anything that could lapse.
    if pool.allowance > 0 || pool.rollover.is_some() {
        rules.insert(1, Rule::new(t!(retainers.term_carry), carry(pool, currency)));
        rules.insert(1, Rule::new(t!(retainers.unused_carries), carries(pool).to_owned()));
    }
    rules.extend(pool.hourly_rate_minor.map(|rate| {
        let rate = amount(rate, currency);
        let words = match pool.by_rate_card {
            true => t!(retainers.say_by_card, rate = rate),
            false => t!(retainers.say_hourly, rate = rate),
        };
        Rule::new(t!(retainers.term_hourly), words)
    }));
    rules.extend(pool.time_step.as_ref().map(|step| {
        let minutes = step.minutes;
        let words = match step.rounding {
            MinuteRounding::Up => t!(retainers.say_step_up, minutes = minutes),
            MinuteRounding::Nearest => t!(retainers.say_step_nearest, minutes = minutes),
            MinuteRounding::Down => t!(retainers.say_step_down, minutes = minutes),
        };
        Rule::new(t!(retainers.term_step), words)
    }));
    if pool.refund_at_end {
        let words = t!(retainers.refund_at_end).to_owned();
        rules.push(Rule::new(t!(retainers.term_end), words));
    }
    if !pool.items.is_empty() {
        rules.push(Rule::new(t!(retainers.term_items), items(pool)));
    }
    if pool.unit == Unit::Sessions {
        let words = cancellation(&pool.cancellation.unwrap_or_default(), pool.makeup_cycles);
        rules.push(Rule::new(t!(retainers.term_cancellation), words));
    }
    rules.extend(
        pool.alert_levels
            .as_deref()
            .map(|levels| Rule::new(t!(retainers.term_levels), self::levels(levels))),
    );
    rules
}

/// "10 h a month"
pub fn allowance(pool: &PoolTerms, currency: &str, interval: Interval) -> String {
    if pool.allowance == 0 {
        return t!(retainers.allowance_none).to_owned();
    }
    let amount = quantity(pool.unit, currency, pool.allowance);
    t!(retainers.per, amount = amount, every = every(interval))
}

/// Whether a surplus, a deficit, both or neither carry over.
pub fn carries(pool: &PoolTerms) -> &'static str {
    match pool.carries() {
        Carries::Nothing => t!(retainers.carries_nothing),
        Carries::Surplus => t!(retainers.carries_surplus),
        Carries::Deficit => t!(retainers.carries_deficit),
        Carries::Both => t!(retainers.carries_both),
    }
}

/// "All that is unused carries, at most 5 h, and lapses after 1 cycle"
pub fn carry(pool: &PoolTerms, currency: &str) -> String {
    let Some(rule) = &pool.rollover else { return t!(retainers.carry_nothing).to_owned() };
    let lapse = match rule.max_cycles {
        _ if !rule.compounding => t!(retainers.carry_once).to_owned(),
        Some(cycles) => {
            tn!(i64::from(cycles), retainers.carry_lapse_1, retainers.carry_lapse_n)
        }
        None => t!(retainers.carry_lapse_never).to_owned(),
    };
    format!("{}, {lapse}", carry_limits(rule, pool.unit, currency))
}

/// "All that is unused carries, at most 5 h"
pub fn carry_limits(rule: &RolloverTerms, unit: Unit, currency: &str) -> String {
    let share = match rule.carry_percent {
        100 => t!(retainers.carry_everything).to_owned(),
        part => t!(retainers.carry_share, percent = percent(part, 100).unwrap_or_default()),
    };
    let cap = match (rule.cap_units, rule.cap_percent) {
        (Some(units), _) => t!(retainers.carry_cap, cap = quantity(unit, currency, units)),
        (None, Some(part)) => {
            let percent = percent(part, 100).unwrap_or_default();
            t!(retainers.carry_cap_percent, percent = percent)
        }
        (None, None) => String::new(),
    };
    let partial = if rule.partial_cycle_rolls { "" } else { t!(retainers.carry_whole_cycles) };
    let renewed = if rule.only_if_renewed { t!(retainers.carry_if_renewed) } else { "" };
    let parts = [share.as_str(), cap.as_str(), partial, renewed];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// What becomes of use beyond what is available.
pub fn overage(pool: &PoolTerms, currency: &str) -> String {
    match pool.overage.mode {
        OverageMode::Absorb => t!(retainers.say_overage_absorb).to_owned(),
        OverageMode::Block => t!(retainers.say_overage_block).to_owned(),
        OverageMode::Bill => billed(pool, currency),
        OverageMode::Ask => {
            let rest = match pool.overage.borrow_excess.unwrap_or_default() {
                BorrowExcess::Bill => billed(pool, currency),
                BorrowExcess::Absorb => t!(retainers.say_overage_absorb).to_owned(),
            };
            t!(retainers.say_overage_ask, rest = rest)
        }
        OverageMode::Borrow => {
            let cap = match pool.overage.borrow_cap {
                Some(cap) => {
                    t!(retainers.say_borrow_cap, cap = quantity(pool.unit, currency, cap))
                }
                None => t!(retainers.say_borrow).to_owned(),
            };
            let rest = match pool.overage.borrow_excess.unwrap_or_default() {
                BorrowExcess::Bill => billed(pool, currency),
                BorrowExcess::Absorb => t!(retainers.say_overage_absorb).to_owned(),
            };
            t!(retainers.say_borrow_rest, borrowed = cap, rest = rest)
        }
    }
}

fn billed(pool: &PoolTerms, currency: &str) -> String {
    let rate = amount(pool.overage.rate_minor.unwrap_or(0), currency);
    let price = match pool.unit {
        Unit::Money => t!(retainers.say_overage_bill_money).to_owned(),
        Unit::Minutes => t!(retainers.say_overage_bill, rate = rate),
        _ => t!(retainers.say_overage_bill_each, rate = rate),
    };
    match pool.overage.increment.filter(|step| *step > 1) {
        Some(step) => {
            let step = quantity(pool.unit, currency, step);
            t!(retainers.say_increment, price = price, step = step)
        }
        None => price,
    }
}

fn amount(amount_minor: i64, currency: &str) -> String {
    money(&Money { amount_minor, currency: currency.to_owned() })
}

/// "Article 3 credits, newsletter 5 credits"
pub fn items(pool: &PoolTerms) -> String {
    let item = |item: &shared::api::Item| {
        let units = quantity(pool.unit, "", item.units);
        t!(retainers.say_item, name = item.name.as_str(), units = units)
    };
    list(&pool.items.iter().map(item).collect::<Vec<_>>())
}

/// "24 h of notice. In time: stays in the pool. Later: …"
pub fn cancellation(rule: &Cancellation, makeup_cycles: Option<u32>) -> String {
    let outcome = |outcome| match outcome {
        CancellationOutcome::Charge if rule.charge_percent < 100 => {
            let share = percent(i64::from(rule.charge_percent), 100).unwrap_or_default();
            t!(retainers.outcome_charge_share, share = share)
        }
        CancellationOutcome::Charge => t!(retainers.outcome_charge).to_owned(),
        CancellationOutcome::Release => t!(retainers.outcome_release).to_owned(),
        CancellationOutcome::Carry => {
            let cycles = i64::from(makeup_cycles.unwrap_or(1));
            tn!(cycles, retainers.outcome_carry_1, retainers.outcome_carry_n)
        }
    };
    t!(
        retainers.say_cancellation,
        hours = count(i64::from(rule.notice_hours)),
        in_time = outcome(rule.in_time),
        late = outcome(rule.late),
        no_show = outcome(rule.no_show),
    )
}

/// "At 50%, 80% and 100% of what is available"
pub fn levels(levels: &[u32]) -> String {
    if levels.is_empty() {
        return t!(retainers.levels_none).to_owned();
    }
    let level = |level: &u32| percent(i64::from(*level), 100).unwrap_or_default();
    t!(retainers.say_levels, levels = list(&levels.iter().map(level).collect::<Vec<_>>()))
}

/// How long a finished cycle still takes its own entries.
pub fn grace(days: u32) -> String {
    match i64::from(days) {
        0 => t!(retainers.grace_nothing).to_owned(),
        days => tn!(days, retainers.grace_1, retainers.grace_n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;
    use shared::api::{Item, OverageTerms};

    fn plain(text: &str) -> String {
        text.replace(NBSP, " ")
    }

    #[test]
    fn the_rollover_rule_is_one_phrase() {
        let mut pool = PoolTerms::plain(Unit::Minutes, 600);
        assert_eq!(carry(&pool, "EUR"), "What is unused lapses at the end of the cycle");
        pool.rollover = Some(RolloverTerms {
            cap_units: Some(300),
            cap_percent: None,
            max_cycles: Some(2),
            carry_percent: 50,
            ..RolloverTerms::default()
        });
        assert_eq!(
            plain(&carry(&pool, "EUR")),
            "50% of what is unused carries, at most 5 h, and lapses after 2 cycles"
        );
        let rule = pool.rollover.as_mut().expect("rollover");
        (rule.cap_units, rule.partial_cycle_rolls) = (None, false);
        assert_eq!(
            plain(&carry(&pool, "EUR")),
            "50% of what is unused carries, from full cycles only, and lapses after 2 cycles"
        );
        let rule = pool.rollover.as_mut().expect("rollover");
        *rule =
            RolloverTerms { compounding: false, only_if_renewed: true, ..RolloverTerms::default() };
        assert_eq!(
            plain(&carry(&pool, "EUR")),
            "All that is unused carries, only if the retainer goes on, and lapses with the next cycle"
        );
        assert_eq!(carries(&pool), "Surplus only");
        pool.overage.mode = OverageMode::Borrow;
        assert_eq!(carries(&pool), "Surplus and deficit");
        pool.rollover = None;
        assert_eq!(carries(&pool), "Deficit only");
    }

    #[test]
    fn overage_is_told_with_its_price_and_its_step() {
        let said = |unit, overage| {
            let pool = PoolTerms { overage, ..PoolTerms::plain(unit, 10) };
            plain(&overage_of(&pool))
        };
        let bill = |rate| OverageTerms {
            mode: OverageMode::Bill,
            rate_minor: rate,
            increment: Some(15),
            ..OverageTerms::default()
        };
        assert_eq!(
            said(Unit::Minutes, bill(Some(15_000))),
            "Billed at EUR 150.00 an hour, rounded up to 15 min"
        );
        assert_eq!(
            said(Unit::Money, OverageTerms { increment: None, ..bill(None) }),
            "Billed as it is"
        );
        let borrow = OverageTerms {
            mode: OverageMode::Borrow,
            borrow_cap: Some(1),
            borrow_excess: Some(BorrowExcess::Absorb),
            ..OverageTerms::default()
        };
        assert_eq!(
            said(Unit::Sessions, borrow),
            "Taken from the next cycle, at most 1 session. What is more: Delivered, not billed"
        );
    }

    fn overage_of(pool: &PoolTerms) -> String {
        overage(pool, "EUR")
    }

    #[test]
    fn a_price_list_and_cancellations_are_told_in_full() {
        let item = |name: &str, units| Item { name: name.into(), units };
        let mut credits = PoolTerms::plain(Unit::Credits, 20);
        credits.items = vec![item("Article", 3), item("Post", 1)];
        assert_eq!(plain(&items(&credits)), "Article: 3 credits and Post: 1 credit");
        let rule = Cancellation {
            late: CancellationOutcome::Carry,
            charge_percent: 50,
            ..Cancellation::default()
        };
        assert_eq!(
            cancellation(&rule, Some(2)),
            "24 h of notice. Cancelled in time: stays in the pool. Later: to be made up within 2 \
             cycles. Nobody came: 50% of a session is used up."
        );
    }

    #[test]
    fn several_pools_are_told_each_by_its_name() {
        let mut terms = Terms {
            price: Money { amount_minor: 150_000, currency: "EUR".into() },
            pools: vec![PoolTerms::plain(Unit::Minutes, 600)],
            grace_days: 0,
            discount_hundredths: 0,
        };
        let month = Interval { unit: shared::rules::cycle::IntervalUnit::Month, count: 1 };
        assert!(rules(&terms, month, &[]).iter().all(|rule| rule.pool.is_empty()));
        terms.pools.push(PoolTerms::plain(Unit::Sessions, 2));
        let told = rules(&terms, month, &[]);
        let pools: Vec<&str> = told.iter().map(|rule| rule.pool.as_str()).collect();
        assert_eq!(pools[..7], ["", "", "", "Hours", "Hours", "Hours", "Hours"]);
        assert_eq!(pools[7..], ["Sessions"; 5]);
        assert_eq!(told[0].words, "Several pools");
    }
}
