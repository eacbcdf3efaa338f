//! Models of the trade, each as the pools it has: a start that is then changed.
use shared::api::{CancellationOutcome, OverageMode, Unit};

use super::pool_draft::{CapKind, PoolDraft};
use crate::t;

/// A model of the trade.
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
    /// Coaching.
    Sessions,
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
    pub const ALL: [Self; 11] = [
        Self::RolloverHours,
        Self::FixedHours,
        Self::Support,
        Self::Deliverables,
        Self::Credits,
        Self::Sessions,
        Self::Drawdown,
        Self::Advisory,
        Self::Consulting,
        Self::Marketing,
        Self::Prepaid,
    ];

    /// Its name, and what is meant by it.
    pub fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::RolloverHours => (t!(presets.rollover), t!(presets.rollover_about)),
            Self::FixedHours => (t!(presets.fixed), t!(presets.fixed_about)),
            Self::Support => (t!(presets.support), t!(presets.support_about)),
            Self::Deliverables => (t!(presets.deliverables), t!(presets.deliverables_about)),
            Self::Credits => (t!(presets.credits), t!(presets.credits_about)),
            Self::Sessions => (t!(presets.sessions), t!(presets.sessions_about)),
            Self::Drawdown => (t!(presets.drawdown), t!(presets.drawdown_about)),
            Self::Advisory => (t!(presets.advisory), t!(presets.advisory_about)),
            Self::Consulting => (t!(presets.consulting), t!(presets.consulting_about)),
            Self::Marketing => (t!(presets.marketing), t!(presets.marketing_about)),
            Self::Prepaid => (t!(presets.prepaid), t!(presets.prepaid_about)),
        }
    }

    /// Its pools. Quantities are examples; prices are left to whoever sells.
    pub fn pools(self) -> Vec<PoolDraft> {
        let pool = |unit, allowance: &str| PoolDraft {
            allowance: allowance.to_owned(),
            rolls: false,
            ..PoolDraft::of_unit(unit)
        };
        let hours = || pool(Unit::Minutes, "10");
        let mut pools = match self {
            Self::RolloverHours => vec![PoolDraft { rolls: true, ..hours() }],
            Self::FixedHours => vec![hours()],
            Self::Support => {
                vec![PoolDraft { overage: OverageMode::Bill, increment: "15".into(), ..hours() }]
            }
            Self::Deliverables => {
                vec![PoolDraft { overage: OverageMode::Bill, ..pool(Unit::Deliverables, "4") }]
            }
            Self::Credits => vec![PoolDraft {
                rolls: true,
                cap: CapKind::Percent,
                cap_percent: "50".into(),
                overage: OverageMode::Block,
                ..pool(Unit::Credits, "20")
            }],
            Self::Sessions => vec![PoolDraft {
                overage: OverageMode::Block,
                in_time: CancellationOutcome::Carry,
                ..pool(Unit::Sessions, "4")
            }],
            Self::Drawdown => vec![PoolDraft {
                rolls: true,
                lapses: false,
                overage: OverageMode::Bill,
                ..pool(Unit::Money, "2000")
            }],
            Self::Advisory => {
                let workshops = t!(presets.workshops).to_owned();
                vec![hours(), PoolDraft { name: workshops, ..pool(Unit::Sessions, "1") }]
            }
            Self::Consulting => vec![PoolDraft {
                rolls: true,
                cap: CapKind::Percent,
                cap_percent: "50".into(),
                overage: OverageMode::Ask,
                ..hours()
            }],
            Self::Marketing => {
                let bills = |pool| PoolDraft { overage: OverageMode::Bill, ..pool };
                vec![bills(pool(Unit::Deliverables, "6")), bills(hours())]
            }
            Self::Prepaid => {
                vec![PoolDraft { allowance: "0".into(), overage: OverageMode::Block, ..hours() }]
            }
        };
        if let Some(levels) = self.levels() {
            pools.iter_mut().for_each(|pool| levels.clone_into(&mut pool.levels));
        }
        pools
    }

    /// At which per cent of its pools somebody is told; none where the organisation's levels do.
    /// What ends in a bill, a question or a refusal is told of in time to talk about it.
    fn levels(self) -> Option<&'static str> {
        match self {
            Self::Advisory | Self::Marketing => Some("80, 100"),
            Self::Consulting => Some("50, 75, 90"),
            Self::Sessions => Some("75, 100"),
            Self::Support => Some("75, 90, 100"),
            Self::Prepaid => Some("50, 75, 90"),
            Self::RolloverHours
            | Self::FixedHours
            | Self::Deliverables
            | Self::Credits
            | Self::Drawdown => None,
        }
    }

    /// Its pools in place of `now`: a pool of the same unit goes on, with its key, its name and
    /// what was typed into it.
    pub fn instead_of(self, now: &[PoolDraft]) -> Vec<PoolDraft> {
        let mut before: Vec<&PoolDraft> = now.iter().collect();
        let mut pools = self.pools();
        for pool in &mut pools {
            let same = before.iter().position(|one| one.unit == pool.unit);
            let Some(old) = same.map(|place| before.remove(place)) else { continue };
            pool.key = old.key.clone();
            pool.partial_rounding = old.partial_rounding;
            let typed = [(&mut pool.rate, &old.rate), (&mut pool.hourly_rate, &old.hourly_rate)];
            typed.into_iter().for_each(|(new, old)| new.clone_from(old));
            if pool.name.is_empty() {
                pool.name.clone_from(&old.name);
            }
            if !old.allowance.trim().is_empty() && pool.allowance != "0" && old.allowance != "0" {
                pool.allowance.clone_from(&old.allowance);
            }
            pool.items.clone_from(&old.items);
            pool.by_rate_card = old.by_rate_card;
            pool.step.clone_from(&old.step);
            pool.step_rounding = old.step_rounding;
            pool.refund_at_end = old.refund_at_end;
        }
        pools
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retainers::terms_draft::TermsDraft;
    use shared::api::{Model, Terms};

    fn terms(preset: Preset) -> Terms {
        let mut pools = preset.pools();
        pools.iter_mut().for_each(|pool| pool.rate = "100".into());
        let draft = TermsDraft {
            price: "1500".into(),
            currency: "EUR".into(),
            pools,
            ..TermsDraft::default()
        };
        draft.read(2).expect("terms")
    }

    #[test]
    fn every_model_of_the_trade_has_a_preset() {
        let models = Preset::ALL.map(|preset| terms(preset).model());
        let expected = [
            Model::RolloverHours,
            Model::FixedHours,
            Model::FixedHours,
            Model::Deliverables,
            Model::Credits,
            Model::Sessions,
            Model::Drawdown,
            Model::Hybrid,
            Model::RolloverHours,
            Model::Hybrid,
            Model::Prepaid,
        ];
        assert_eq!(models, expected);
    }

    #[test]
    fn a_preset_keeps_the_rules_of_the_server_once_prices_are_there() {
        use shared::api::{Check, Effective, NewAmendment};
        for preset in Preset::ALL {
            let amendment = NewAmendment {
                terms: terms(preset),
                effective: Effective::NextCycle,
                interval: None,
                anchor: None,
                timezone: None,
                reason: None,
            };
            assert_eq!(amendment.check(), Ok(()), "{preset:?}");
        }
    }

    #[test]
    fn a_pool_goes_on_under_another_model() {
        let now = [PoolDraft {
            key: "hours".into(),
            name: "Advice".into(),
            allowance: "25".into(),
            rate: "150".into(),
            ..PoolDraft::of_unit(Unit::Minutes)
        }];
        let then = Preset::Support.instead_of(&now);
        let told = |pool: &PoolDraft| {
            [&pool.key, &pool.name, &pool.allowance, &pool.rate].map(Clone::clone)
        };
        assert_eq!(told(&then[0]), ["hours", "Advice", "25", "150"]);
        assert_eq!((then[0].overage, then[0].rolls), (OverageMode::Bill, false));
        let both = Preset::Advisory.instead_of(&now);
        assert_eq!((both[0].key.as_str(), both[1].key.as_str()), ("hours", ""));
        assert_eq!(Preset::Prepaid.instead_of(&now)[0].allowance, "0");
    }

    #[test]
    fn consulting_asks_first_and_marketing_counts_what_is_published() {
        let [consulting, marketing] = [Preset::Consulting, Preset::Marketing].map(terms);
        let hours = &consulting.pools[0];
        assert_eq!((hours.allowance, hours.overage.mode), (600, OverageMode::Ask));
        assert_eq!(hours.rollover.as_ref().and_then(|rule| rule.cap_percent), Some(50));
        let units = marketing.pools.iter().map(|pool| (pool.unit, pool.allowance));
        let expected = [(Unit::Deliverables, 6), (Unit::Minutes, 600)];
        assert_eq!(units.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_preset_of_a_trade_brings_levels_that_are_kept_with_the_retainer() {
        let levels = |preset| terms(preset).pools[0].alert_levels.clone();
        assert_eq!(levels(Preset::Support), Some(vec![75, 90, 100]));
        assert_eq!(levels(Preset::Consulting), Some(vec![50, 75, 90]));
        assert_eq!(levels(Preset::Sessions), Some(vec![75, 100]));
        for preset in [Preset::Advisory, Preset::Marketing] {
            let pools = terms(preset).pools;
            assert!(pools.iter().all(|pool| pool.alert_levels == Some(vec![80, 100])));
        }
        // The levels of the organisation.
        assert_eq!(levels(Preset::FixedHours), None);
    }
}
