//! What an agreement begins with: models of the trade, and trades that work by one of them. Each
//! fills in units, rules and reminders, which are then changed as people agree.
//! Source: requirements S2-2, S2-3.
use crate::api::{
    BorrowExcess, Cancellation, CancellationOutcome, EndRule, Money, OverageMode, OverageTerms,
    PoolTerms, RenewalRuleSet, RolloverTerms, Terms, Unit,
};
use crate::rules::scale;

/// Days of notice where a contract of a trade renews itself.
const NOTICE_DAYS: u32 = 30;

/// A model of the trade, or a trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Hours that carry for a cycle.
    RolloverHours,
    /// Hours; unused ones lapse.
    FixedHours,
    /// Hours; more of them are billed in quarters of an hour.
    Support,
    /// Things delivered.
    Deliverables,
    /// Credits by a price list.
    Credits,
    /// Sessions; more of them are billed.
    Sessions,
    /// Sessions: those called off in time are made up, no more than agreed are held.
    Coaching,
    /// A budget that work draws down.
    Drawdown,
    /// Advice by the hour, and workshops.
    Advisory,
    /// Hours that carry up to half of them; more only once somebody approves it.
    Consulting,
    /// Things published, and hours for what comes up.
    Marketing,
    /// Hours that are bought as they are needed.
    Prepaid,
}

impl Preset {
    /// All, in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::RolloverHours,
        Self::FixedHours,
        Self::Support,
        Self::Deliverables,
        Self::Credits,
        Self::Sessions,
        Self::Coaching,
        Self::Drawdown,
        Self::Advisory,
        Self::Consulting,
        Self::Marketing,
        Self::Prepaid,
    ];

    /// Its name in an address.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::RolloverHours => "rollover",
            Self::FixedHours => "fixed",
            Self::Support => "support",
            Self::Deliverables => "deliverables",
            Self::Credits => "credits",
            Self::Sessions => "sessions",
            Self::Coaching => "coaching",
            Self::Drawdown => "drawdown",
            Self::Advisory => "advisory",
            Self::Consulting => "consulting",
            Self::Marketing => "marketing",
            Self::Prepaid => "prepaid",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }

    /// The trades that a first retainer begins with. Source: requirement S2-3.
    pub const TRADES: [Self; 4] = [Self::Advisory, Self::Consulting, Self::Coaching, Self::Support];

    /// The models that a first retainer begins with, from scratch. Source: requirement S2-2.
    pub const MODELS: [Self; 5] =
        [Self::FixedHours, Self::RolloverHours, Self::Deliverables, Self::Sessions, Self::Credits];

    /// Its pools, with the reminders of their use. Quantities are examples; prices are left to
    /// whoever sells. `workshops` is what workshops are called.
    #[must_use]
    pub fn pools(self, workshops: &str) -> Vec<PoolTerms> {
        let hours = || PoolTerms::plain(Unit::Minutes, 600);
        let mut pools = match self {
            Self::RolloverHours => {
                let rule = RolloverTerms { max_cycles: Some(1), ..RolloverTerms::default() };
                vec![PoolTerms { rollover: Some(rule), ..hours() }]
            }
            Self::FixedHours => vec![hours()],
            Self::Support => {
                let quarters = OverageTerms { increment: Some(15), ..beyond(OverageMode::Bill) };
                vec![PoolTerms { overage: quarters, ..hours() }]
            }
            Self::Deliverables => vec![billed(PoolTerms::plain(Unit::Deliverables, 4))],
            Self::Credits => vec![PoolTerms {
                rollover: Some(half()),
                overage: beyond(OverageMode::Block),
                ..PoolTerms::plain(Unit::Credits, 20)
            }],
            Self::Sessions => vec![PoolTerms {
                cancellation: Some(Cancellation::default()),
                ..billed(PoolTerms::plain(Unit::Sessions, 4))
            }],
            Self::Coaching => {
                let in_time = CancellationOutcome::Carry;
                vec![PoolTerms {
                    overage: beyond(OverageMode::Block),
                    cancellation: Some(Cancellation { in_time, ..Cancellation::default() }),
                    makeup_cycles: Some(1),
                    ..PoolTerms::plain(Unit::Sessions, 4)
                }]
            }
            Self::Drawdown => vec![PoolTerms {
                rollover: Some(RolloverTerms::default()),
                ..billed(PoolTerms::plain(Unit::Money, 200_000))
            }],
            Self::Advisory => vec![
                hours(),
                PoolTerms {
                    name: Some(workshops.to_owned()),
                    cancellation: Some(Cancellation::default()),
                    ..PoolTerms::plain(Unit::Sessions, 1)
                },
            ],
            Self::Consulting => {
                let excess = Some(BorrowExcess::Bill);
                let overage = OverageTerms { borrow_excess: excess, ..beyond(OverageMode::Ask) };
                vec![PoolTerms { rollover: Some(half()), overage, ..hours() }]
            }
            Self::Marketing => {
                vec![billed(PoolTerms::plain(Unit::Deliverables, 6)), billed(hours())]
            }
            Self::Prepaid => vec![PoolTerms {
                overage: beyond(OverageMode::Block),
                ..PoolTerms::plain(Unit::Minutes, 0)
            }],
        };
        for pool in &mut pools {
            pool.alert_levels = self.levels().map(<[u32]>::to_vec);
        }
        pools
    }

    /// Its terms at a price of a full cycle. What goes beyond is billed at what a unit costs by it.
    #[must_use]
    pub fn terms(self, price: Money, workshops: &str) -> Terms {
        let mut pools = self.pools(workshops);
        for pool in &mut pools {
            if asks_rate(pool) {
                pool.overage.rate_minor = Some(rate_by_price(price.amount_minor, pool));
            }
        }
        Terms { price, pools, grace_days: 0, discount_hundredths: 0 }
    }

    /// At which per cent of its pools somebody is told; none where the organisation's levels do.
    /// What ends in a bill, a question or a refusal is told of in time to talk about it.
    fn levels(self) -> Option<&'static [u32]> {
        match self {
            Self::Advisory | Self::Marketing => Some(&[80, 100]),
            Self::Consulting | Self::Prepaid => Some(&[50, 75, 90]),
            Self::Coaching => Some(&[75, 100]),
            Self::Support => Some(&[75, 90, 100]),
            Self::RolloverHours
            | Self::FixedHours
            | Self::Deliverables
            | Self::Credits
            | Self::Sessions
            | Self::Drawdown => None,
        }
    }

    /// How long a term of a trade is, and when its renewal is reminded of; none where what usually
    /// holds does.
    #[must_use]
    pub fn renewal(self) -> Option<RenewalRuleSet> {
        let rule = |end_rule, term_cycles, notice_days, lead_days| RenewalRuleSet {
            end_rule,
            term_cycles,
            notice_days,
            lead_days,
            owner_id: None,
        };
        match self {
            Self::Advisory => Some(rule(EndRule::Continue, 12, 0, 45)),
            Self::Consulting | Self::Coaching => Some(rule(EndRule::Continue, 6, 0, 30)),
            Self::Support => Some(rule(EndRule::Tacit, 12, NOTICE_DAYS, 45)),
            _ => None,
        }
    }
}

/// Half of the allowance carries, for a cycle.
fn half() -> RolloverTerms {
    RolloverTerms { cap_percent: Some(50), max_cycles: Some(1), ..RolloverTerms::default() }
}

fn beyond(mode: OverageMode) -> OverageTerms {
    OverageTerms { mode, ..OverageTerms::default() }
}

fn billed(pool: PoolTerms) -> PoolTerms {
    PoolTerms { overage: beyond(OverageMode::Bill), ..pool }
}

/// Whether use beyond a pool may be billed at a rate, and none is named yet.
fn asks_rate(pool: &PoolTerms) -> bool {
    let bills = match pool.overage.mode {
        OverageMode::Bill => true,
        OverageMode::Borrow | OverageMode::Ask => {
            pool.overage.borrow_excess != Some(BorrowExcess::Absorb)
        }
        OverageMode::Block | OverageMode::Absorb => false,
    };
    bills && pool.unit != Unit::Money && pool.overage.rate_minor.is_none()
}

/// What an hour, or one of anything else, costs by the price of a cycle that has this pool alone,
/// in minor units; nothing of a pool without an allowance.
#[must_use]
pub fn rate_by_price(price_minor: i64, pool: &PoolTerms) -> i64 {
    let unit = if pool.unit == Unit::Minutes { 60 } else { 1 };
    match pool.allowance {
        0 => 0,
        allowance => scale(price_minor, unit, allowance).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::{Check, Effective, Model, NewAmendment};

    fn terms(preset: Preset) -> Terms {
        preset.terms(Money { amount_minor: 150_000, currency: "EUR".into() }, "Workshops")
    }

    #[test]
    fn s2_02_a_first_retainer_begins_with_each_of_the_five_models() {
        let expected = [
            Model::FixedHours,
            Model::RolloverHours,
            Model::Deliverables,
            Model::Sessions,
            Model::Credits,
        ];
        assert_eq!(Preset::MODELS.map(|preset| terms(preset).model()), expected);
    }

    #[test]
    fn s2_03_each_preset_is_terms_that_hold() {
        for preset in Preset::ALL {
            assert_eq!(Preset::named(preset.name()), Some(preset));
            let amendment = NewAmendment {
                terms: terms(preset),
                effective: Effective::NextCycle,
                interval: None,
                anchor: None,
                timezone: None,
                reason: None,
            };
            assert_eq!(amendment.check(), Ok(()), "{preset:?}");
            let renewal = preset.renewal();
            assert_eq!(renewal.map_or(Ok(()), |rule| rule.check()), Ok(()), "{preset:?}");
        }
    }

    #[test]
    fn s2_03_a_trade_reminds_of_use_and_of_its_renewal() {
        for preset in Preset::TRADES {
            let pools = preset.pools("Workshops");
            assert!(pools.iter().all(|pool| pool.alert_levels.is_some()), "{preset:?}");
            assert!(preset.renewal().is_some_and(|rule| rule.lead_days >= 30), "{preset:?}");
        }
    }

    #[test]
    fn more_costs_what_a_unit_costs() {
        let rate = |preset: Preset| terms(preset).pools[0].overage.rate_minor;
        assert_eq!(rate(Preset::Support), Some(15_000), "ten hours are 1,500.00");
        assert_eq!(rate(Preset::Sessions), Some(37_500));
        assert_eq!(rate(Preset::FixedHours), None, "it is not billed");
        assert_eq!(rate_by_price(150_000, &PoolTerms::plain(Unit::Minutes, 0)), 0);
    }
}
