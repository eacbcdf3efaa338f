//! What is played, read from a form that may be half filled in.
use shared::api::{FieldError, Money, PoolTerms, Unit};
use shared::rules::cycle::Series;
use shared::rules::ledger::Ends;
use shared::rules::proration::FirstPartial;
use shared::rules::simulate::{Agreement, Bought, CYCLES, Play, PlayedCycle, Profile};
use shared::rules::units::{Minor, Quantity};

use crate::format::{Measure, money};
use crate::retainers::slide::{Reach, of_unit};
use crate::retainers::terms_draft::TermsDraft;
use crate::retainers::{terms_words, words};
use crate::t;

/// Terms as far as they can be read: what a client uses needs no price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Playable {
    /// The cycles.
    series: Series,
    /// The pools, in the order of the form.
    pub pools: Vec<PlayablePool>,
    /// The price of a full cycle, if it can be read.
    price: Option<Minor>,
    /// What a first cycle in part brings and costs.
    first_partial: FirstPartial,
    /// ISO 4217.
    currency: String,
    /// The decimals of the currency.
    digits: u32,
}

/// What is bought at the start where a cycle brings nothing of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// How much, in steps of a slider of its unit: hours, pieces, hundreds.
    pub steps: i64,
    /// For how many cycles it pays.
    pub cycles: i64,
}

impl Default for Block {
    fn default() -> Self {
        Self { steps: 10, cycles: 6 }
    }
}

/// A pool as far as it can be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlayablePool {
    /// As people call it.
    pub name: String,
    /// What it counts.
    pub measure: Measure,
    /// Its rules; none if one of them cannot be read.
    terms: Option<PoolTerms>,
    /// What is billed has a price.
    priced: bool,
}

/// A year of a pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// Cycle by cycle, and the sums.
    pub play: Play,
    /// What it counts.
    pub measure: Measure,
    /// Fees and what is billed mean something: every price could be read.
    pub priced: bool,
}

/// Fields that move no unit from one cycle to another.
const BESIDE: [&str; 5] =
    ["overage/rate_minor", "hourly_rate_minor", "time_step", "items", "alert_levels"];

impl Playable {
    /// What can be read of `draft`. `digits` are the decimals of its currency.
    pub fn of(
        draft: &TermsDraft,
        digits: u32,
        (series, first_partial): (Series, FirstPartial),
    ) -> Self {
        let (terms, faults) = draft.read_what_can_be(digits);
        let fee = terms.fee();
        let currency = terms.price.currency;
        let price = ["/terms/price/amount_minor", "/terms/discount_hundredths"];
        let priced = !faults.iter().any(|fault| price.contains(&fault.field.as_str()));
        let pool = |(place, pool): (usize, PoolTerms)| {
            let at = format!("/terms/pools/{place}/");
            let told: Vec<&str> = faults.iter().filter_map(|fault| under(fault, &at)).collect();
            let beside = |field: &&str| BESIDE.iter().any(|beside| field.starts_with(beside));
            let readable = told.iter().all(beside);
            PlayablePool {
                name: terms_words::name(&pool),
                measure: Measure { unit: pool.unit, currency: currency.clone() },
                priced: !told.contains(&"overage/rate_minor"),
                terms: readable.then(|| bare(pool)),
            }
        };
        let pools = terms.pools.into_iter().enumerate().map(pool).collect();
        let price = priced.then_some(fee);
        Self { series, pools, price, first_partial, currency: currency.clone(), digits }
    }

    /// Plays the pool at a place, with `block` where it is only bought; none if its rules cannot be
    /// read.
    pub fn year(&self, place: usize, profile: Profile, block: Block) -> Option<Year> {
        let pool = self.pools.get(place)?;
        let terms = pool.terms.as_ref()?;
        // Days of grace move no figure.
        let policy = terms.policy(0);
        let agreement = Agreement {
            series: &self.series,
            policy: &policy,
            allowance: Quantity(terms.allowance),
            rounding: terms.partial_rounding.unwrap_or_default(),
            price: self.price.unwrap_or_default(),
            first_partial: self.first_partial,
            sessions: terms.unit == Unit::Sessions,
            bought: (terms.allowance == 0).then(|| self.bought(terms.unit, block)),
        };
        let usage = agreement.usage(profile.percents(), CYCLES).ok()?;
        let play = agreement.play(&usage).ok().filter(|play| !play.cycles.is_empty())?;
        let priced = pool.priced && self.price.is_some() && self.currency.len() == 3;
        Some(Year { play, measure: pool.measure.clone(), priced })
    }

    /// The rules that a year is played under, in words: the pool, what it costs, and each rule of it
    /// that can be read.
    pub fn told(&self, place: usize, block: Block) -> Vec<String> {
        let pool = self.pools.get(place).and_then(|pool| Some((pool, pool.terms.as_ref()?)));
        let Some((pool, terms)) = pool else { return Vec::new() };
        let first = self.series.cycle(1).map(|cycle| cycle.start);
        let Some(interval) = first.map(|day| self.series.rhythm_on(day).interval) else {
            return Vec::new();
        };
        let said = |label: &str, words: &str| format!("{label}: {words}");
        let mut told = vec![pool.name.clone()];
        told.extend(self.price.filter(|_| self.currency.len() == 3).map(|price| {
            let amount = Money { amount_minor: price.0, currency: self.currency.clone() };
            let words = t!(retainers.per, amount = money(&amount), every = words::every(interval));
            said(t!(retainers.term_price), &words)
        }));
        let rules = terms_words::of_pool(terms, &self.currency, interval).into_iter();
        // What is billed without a price says nothing.
        let rules = rules.filter(|rule| pool.priced || rule.label != t!(retainers.term_overage));
        told.extend(rules.map(|rule| said(rule.label, &rule.words)));
        if terms.allowance == 0 {
            let units = self.said_block(place, block).unwrap_or_default();
            told.push(said(t!(retainers.part_lot_purchased), &units));
            told.push(said(t!(retainers.max_cycles), &block.cycles.to_string()));
        }
        told
    }

    /// Whether the pool at a place brings nothing of itself.
    pub fn only_bought(&self, place: usize) -> bool {
        let terms = self.pools.get(place).and_then(|pool| pool.terms.as_ref());
        terms.is_some_and(|terms| terms.allowance == 0)
    }

    /// How much a block is, in words.
    pub fn said_block(&self, place: usize, block: Block) -> Option<String> {
        let measure = &self.pools.get(place)?.measure;
        Some(measure.say(self.bought(measure.unit, block).quantity.0))
    }

    /// The most steps of a block.
    pub fn most_steps(&self, place: usize) -> Option<i64> {
        let Reach { step, max, .. } = of_unit(self.pools.get(place)?.measure.unit, self.digits);
        Some(max / step)
    }

    fn bought(&self, unit: Unit, block: Block) -> Bought {
        let last = u32::try_from(block.cycles).ok().and_then(|seq| self.series.end_of(seq));
        let quantity = Quantity(block.steps * of_unit(unit, self.digits).step);
        let ends = last.map_or(Ends::Never, |date| Ends::Date { date });
        Bought { quantity, starts: None, ends }
    }
}

fn under<'a>(fault: &'a FieldError, at: &str) -> Option<&'a str> {
    fault.field.strip_prefix(at)
}

/// Without what the ledger does not need: a level out of range stops nobody from playing.
fn bare(pool: PoolTerms) -> PoolTerms {
    PoolTerms { alert_levels: None, items: Vec::new(), ..pool }
}

/// What a bar is made of, from the bottom up. Together: what was available, and the overage.
pub const SERIES: [Part; 5] =
    [Part::Carried, Part::Allowance, Part::Kept, Part::Lapsed, Part::Overage];

/// A part of a bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Used of what was carried in: it ends first, so it is drawn first. Source: domain 3.4.
    Carried,
    /// Used of the allowance, or of what was bought in the cycle.
    Allowance,
    /// Unused, and carried on.
    Kept,
    /// Unused, and gone.
    Lapsed,
    /// Used beyond what was available.
    Overage,
}

impl Part {
    /// How much of it a cycle has, in units of the pool.
    pub fn of(self, cycle: &PlayedCycle) -> i64 {
        let drawn = cycle.used.0 - cycle.overage.0;
        let carried = drawn.min(cycle.opening.0);
        match self {
            Self::Carried => carried,
            Self::Allowance => drawn - carried,
            Self::Kept => cycle.closing_balance.0,
            Self::Lapsed => cycle.lapsed.0,
            Self::Overage => cycle.overage.0,
        }
    }
}

#[cfg(test)]
pub(super) mod sample {
    use super::*;
    use crate::retainers::draft::{RetainerDraft, sample::ten_hours};
    use crate::retainers::pool_draft::PoolDraft;
    use shared::api::AccountId;

    /// A year of a retainer's first pool, changed from ten hours for 1,500 euros.
    pub(crate) fn year(profile: Profile, change: impl FnOnce(&mut PoolDraft)) -> Option<Year> {
        let mut draft = ten_hours();
        change(&mut draft.terms.pools[0]);
        playable(&draft).year(0, profile, Block::default())
    }

    pub(crate) fn playable(draft: &RetainerDraft) -> Playable {
        let account = AccountId("0193a5b0-0000-7000-8000-000000000001".parse().expect("an id"));
        let new = ten_hours().read(account, 2).expect("a retainer");
        let series = crate::retainers::example::series(&new).expect("cycles");
        Playable::of(&draft.terms, 2, (series, FirstPartial::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::sample::{playable, year};
    use super::*;
    use crate::retainers::draft::sample::ten_hours;
    use crate::retainers::pool_draft::CapKind;
    use crate::retainers::pool_draft::PoolDraft;
    use shared::api::{CancellationOutcome, OverageMode};

    #[test]
    fn a_light_client_loses_what_does_not_carry() {
        let year = year(Profile::Light, |pool| pool.rolls = false).expect("a year");
        // 720 of 1,200 per cent of ten hours.
        let totals = year.play.totals;
        assert_eq!((totals.used.0, totals.lapsed.0, totals.overage.0), (72 * 60, 48 * 60, 0));
        assert_eq!(year.play.cycles.len(), 12);
    }

    #[test]
    fn a_heavy_client_pays_for_every_hour_beyond() {
        let year = year(Profile::Heavy, |pool| {
            pool.rolls = false;
            (pool.overage, pool.rate) = (OverageMode::Bill, "150".into());
        });
        let year = year.expect("a year");
        // 240 per cent of ten hours at 150.
        assert_eq!(year.play.totals.billed_amount, Minor(360_000));
        assert!(year.priced);
    }

    #[test]
    fn a_cap_of_two_hours_is_seen_in_every_bar() {
        let light = year(Profile::Light, |pool| {
            (pool.cap, pool.cap_units) = (CapKind::Units, "2".into());
            pool.lapses = false;
        });
        let light = light.expect("a year");
        let part = |n: usize, part: Part| part.of(&light.play.cycles[n]);
        // 7 h used of 10 h: 3 h left, of which 2 h carry.
        assert_eq!(
            (part(0, Part::Allowance), part(0, Part::Lapsed), part(0, Part::Kept)),
            (420, 60, 120)
        );
        // 5 h 30 used of 12 h, the carried 2 h first.
        assert_eq!((part(1, Part::Carried), part(1, Part::Allowance)), (120, 210));
        assert_eq!((part(1, Part::Lapsed), part(1, Part::Kept)), (270, 120));
    }

    #[test]
    fn parts_of_a_bar_add_up_to_what_was_there() {
        for profile in Profile::ALL {
            let year = year(profile, |pool| pool.overage = OverageMode::Borrow);
            let year = year.map(|year| year.play.cycles).unwrap_or_default();
            assert_eq!(year.len(), 12);
            for cycle in year {
                let parts: i64 = SERIES.iter().map(|part| part.of(&cycle)).sum();
                let there = cycle.opening.0 + cycle.grant.0 - cycle.repaid.0 + cycle.overage.0;
                assert_eq!(cycle.bought.0, 0, "nothing is bought where a cycle brings something");
                assert_eq!(parts, there);
            }
        }
    }

    #[test]
    fn the_terms_that_are_played_are_told_in_words() {
        let told = playable(&ten_hours()).told(0, Block::default());
        assert_eq!(told[0], "Hours");
        assert!(told[1].starts_with("Price: ") && told[1].contains("1500"), "{told:?}");
        assert!(told.iter().any(|rule| rule.contains("a month")), "{told:?}");
    }

    #[test]
    fn a_form_without_prices_is_played_without_them() {
        let mut draft = ten_hours();
        draft.terms.price = String::new();
        let pool = &mut draft.terms.pools[0];
        (pool.overage, pool.levels) = (OverageMode::Bill, "x".into());
        let year = playable(&draft).year(0, Profile::Heavy, Block::default()).expect("a year");
        assert!(!year.priced);
        assert!(year.play.totals.overage.0 > 0);
    }

    #[test]
    fn what_cannot_be_read_is_not_played() {
        assert!(year(Profile::Light, |pool| pool.allowance = "many".into()).is_none());
        assert!(year(Profile::Light, |pool| pool.max_cycles = "x".into()).is_none());
        assert!(year(Profile::Light, |pool| pool.carry_percent = "200".into()).is_none());
        assert!(sessions("4", |pool| pool.notice_hours = "x".into()).is_none());
    }

    fn sessions(allowance: &str, change: impl FnOnce(&mut PoolDraft)) -> Option<Year> {
        year(Profile::Normal, |pool| {
            *pool = PoolDraft { allowance: allowance.into(), ..PoolDraft::of_unit(Unit::Sessions) };
            change(pool);
        })
    }

    #[test]
    fn sessions_are_called_off_and_missed_by_the_rules_that_are_typed() {
        let set = |outcome| {
            let year = sessions("4", |pool| {
                pool.rolls = false;
                (pool.in_time, pool.late, pool.no_show) = (outcome, outcome, outcome);
                (pool.charge_percent, pool.makeup_cycles) = ("100".into(), "1".into());
            });
            let play = year.expect("a year").play;
            (play.totals, play.cycles[0].closing_balance.0)
        };
        let (charged, _) = set(CancellationOutcome::Charge);
        let told = charged.sessions;
        assert_eq!([told.booked.0, told.in_time.0, told.late.0, told.missed.0], [45, 5, 4, 4]);
        assert_eq!((charged.used.0, told.set_aside.0), (45, 0));
        let (released, nothing) = set(CancellationOutcome::Release);
        assert_eq!((released.used.0, released.sessions.set_aside.0, nothing), (32, 0, 0));
        let (kept, next) = set(CancellationOutcome::Carry);
        assert_eq!((kept.used.0, kept.sessions.set_aside.0, next), (32, 13, 1));
    }

    #[test]
    fn a_block_is_played_until_it_is_used_or_lapses() {
        let mut draft = ten_hours();
        let pool = PoolDraft { allowance: "0".into(), ..PoolDraft::of_unit(Unit::Credits) };
        draft.terms.pools[0] = pool;
        let bought = playable(&draft);
        assert!(bought.only_bought(0));
        let block = Block { steps: 10, cycles: 6 };
        let year = bought.year(0, Profile::Light, block).expect("a year").play;
        assert_eq!((year.cycles.len(), year.totals.bought.0), (6, 10));
        assert_eq!((year.totals.used.0, year.totals.lapsed.0), (6, 4));
        let parts: i64 = SERIES.iter().map(|part| part.of(&year.cycles[0])).sum();
        assert_eq!(parts, 10);
        let told = bought.told(0, block);
        assert!(told.iter().any(|rule| rule.starts_with("Bought: 10")), "{told:?}");
    }
}
