//! What work draws on a pool: time by its estimate, things by the price list. Never guessed.
use super::*;
use crate::rules::work::forecast::{self, Planned};

/// A pool of terms, as the work of its retainer is measured by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkGauge {
    terms: Terms,
    place: usize,
}

/// What work will still draw: minutes of pools that take time, units of others, and of how many
/// pieces nobody can say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WorkLoad {
    /// Minutes of work.
    pub minutes: i64,
    /// Units of a pool that counts things.
    pub units: i64,
    /// Pieces of work without a figure in the unit of the pool.
    pub unknown: i64,
}

impl std::ops::Add for WorkLoad {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self {
            minutes: self.minutes.saturating_add(other.minutes),
            units: self.units.saturating_add(other.units),
            unknown: self.unknown + other.unknown,
        }
    }
}

impl std::iter::Sum for WorkLoad {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| sum + one)
    }
}

impl PoolTerms {
    /// Whether its price list names an item.
    #[must_use]
    pub fn lists(&self, item: &str) -> bool {
        self.takes_deliverables() && self.items.iter().any(|one| one.name.trim() == item.trim())
    }
}

impl Terms {
    /// The place of the pool that a piece of work draws on: the one whose price list names its
    /// item, else the first that takes time, else the first that counts things delivered. None
    /// where work draws on nothing, as with sessions: they are booked by themselves.
    #[must_use]
    pub fn pool_of_work(&self, item: Option<&str>) -> Option<usize> {
        let first = |fits: &dyn Fn(&PoolTerms) -> bool| self.pools.iter().position(fits);
        item.and_then(|item| first(&|pool| pool.lists(item)))
            .or_else(|| first(&PoolTerms::takes_time))
            .or_else(|| first(&PoolTerms::takes_deliverables))
    }

    /// How work is measured by one of the pools.
    #[must_use]
    pub fn gauge(self, key: &str) -> Option<WorkGauge> {
        let place = self.pools.iter().position(|pool| pool.key() == key)?;
        Some(WorkGauge { terms: self, place })
    }
}

impl WorkGauge {
    /// The pool.
    #[must_use]
    pub fn pool(&self) -> &PoolTerms {
        &self.terms.pools[self.place]
    }

    /// What a piece of work will still draw on the pool. All time draws on the first pool that
    /// takes it. A thing draws its price; one each where the pool has no list and work has no other
    /// pool. Source: domain 1.4, 1.6.
    #[must_use]
    pub fn load(&self, work: Planned, item: Option<&str>) -> WorkLoad {
        let (nothing, unknown) =
            (WorkLoad::default(), WorkLoad { unknown: 1, ..WorkLoad::default() });
        // Sessions are booked: no card draws one.
        if !forecast::counts(work) || self.pool().unit == Unit::Sessions {
            return nothing;
        }
        let home = self.terms.pool_of_work(item);
        let pool = self.pool();
        if pool.takes_time() {
            let first = self.terms.pools.iter().position(PoolTerms::takes_time);
            return match work.estimate {
                _ if first != Some(self.place) => nothing,
                Some(_) => WorkLoad { minutes: forecast::to_come(work), ..nothing },
                None if home == Some(self.place) => unknown,
                None => nothing,
            };
        }
        match home {
            Some(place) if place != self.place => nothing,
            // A budget without a rate.
            None => unknown,
            Some(_) => {
                let item = item.filter(|_| !pool.items.is_empty());
                let units = pool.units_of(item, 1);
                units.map_or(unknown, |units| WorkLoad { units, ..nothing })
            }
        }
    }

    /// All of it in units of the pool: what nobody can say is not in it.
    #[must_use]
    pub fn total(&self, load: WorkLoad) -> i64 {
        let pool = self.pool();
        match pool.hourly_rate_minor.filter(|_| pool.unit == Unit::Money) {
            Some(rate) => crate::rules::scale(rate, load.minutes, 60).unwrap_or(i64::MAX),
            None => load.minutes.saturating_add(load.units),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn terms(pools: Vec<PoolTerms>) -> Terms {
        Terms {
            price: Money { amount_minor: 0, currency: "EUR".into() },
            pools,
            grace_days: 0,
            discount_hundredths: 0,
        }
    }

    fn credits() -> PoolTerms {
        let item = |name: &str, units| Item { name: name.into(), units };
        let items = vec![item("Article", 3), item("Film", 8)];
        PoolTerms { items, ..PoolTerms::plain(Unit::Credits, 20) }
    }

    fn money() -> PoolTerms {
        PoolTerms { hourly_rate_minor: Some(9_050), ..PoolTerms::plain(Unit::Money, 500_000) }
    }

    fn work(estimate: Option<i64>) -> Planned {
        Planned { column: WorkColumn::Agreed, estimate, drawn: 0, in_cycle: true }
    }

    fn load(terms: &Terms, key: &str, minutes: Option<i64>, item: Option<&str>) -> (i64, i64) {
        let gauge = terms.clone().gauge(key).expect("a pool");
        let load = gauge.load(work(minutes), item);
        (gauge.total(load), load.unknown)
    }

    #[test]
    fn s0_32_work_is_measured_in_the_unit_of_the_pool() {
        let one = |pool| terms(vec![pool]);
        let hours = one(PoolTerms::plain(Unit::Minutes, 600));
        assert_eq!(load(&hours, "hours", Some(90), None), (90, 0));
        assert_eq!(load(&hours, "hours", None, None), (0, 1));
        assert_eq!(load(&one(money()), "budget", Some(90), None), (13_575, 0));
        let things = one(PoolTerms::plain(Unit::Deliverables, 4));
        assert_eq!(load(&things, "deliverables", None, Some("Article")), (1, 0));
        assert_eq!(load(&one(credits()), "credits", None, Some(" Article")), (3, 0));
    }

    #[test]
    fn s0_32_what_has_no_figure_is_told_and_not_guessed() {
        let one = |pool| terms(vec![pool]);
        for item in [None, Some("Podcast")] {
            assert_eq!(load(&one(credits()), "credits", Some(90), item), (0, 1));
        }
        let plain = one(PoolTerms::plain(Unit::Money, 500_000));
        assert_eq!(load(&plain, "budget", Some(90), None), (0, 1));
        let sessions = one(PoolTerms::plain(Unit::Sessions, 4));
        assert_eq!(load(&sessions, "sessions", Some(90), None), (0, 0), "they are booked");
        let gauge = sessions.gauge("sessions").expect("a pool");
        let later = Planned { in_cycle: false, ..work(None) };
        assert_eq!(gauge.load(later, None), WorkLoad::default());
    }

    #[test]
    fn s0_32_of_several_pools_each_takes_what_is_its_own() {
        let both = terms(vec![
            PoolTerms::plain(Unit::Minutes, 600),
            credits(),
            PoolTerms::plain(Unit::Deliverables, 4),
        ]);
        assert_eq!(load(&both, "credits", Some(90), Some("Film")), (8, 0));
        assert_eq!(load(&both, "credits", Some(90), None), (0, 0));
        assert_eq!(load(&both, "hours", None, Some("Film")), (0, 0));
        assert_eq!(load(&both, "hours", Some(90), Some("Film")), (90, 0), "time draws as time");
        assert_eq!(load(&both, "deliverables", None, None), (0, 0), "nobody said that it counts");
        assert_eq!(both.pool_of_work(Some("Film")), Some(1));
        assert_eq!(both.pool_of_work(Some("Podcast")), Some(0));
    }

    proptest! {
        /// More work never draws less, and a sum is no more than a minor unit a piece away.
        #[test]
        fn s0_32_more_work_never_draws_less(all in prop::collection::vec(1i64..60_000, 1..20)) {
            let gauge = terms(vec![money()]).gauge("budget").expect("a pool");
            let loads = || all.iter().map(|minutes| gauge.load(work(Some(*minutes)), None));
            let sum: WorkLoad = loads().sum();
            let apart: i64 = loads().map(|one| gauge.total(one)).sum();
            let pieces = i64::try_from(all.len()).expect("few");
            prop_assert!((gauge.total(sum) - apart).abs() <= pieces);
            for one in loads() {
                prop_assert!(gauge.total(sum) >= gauge.total(one));
            }
        }
    }
}
