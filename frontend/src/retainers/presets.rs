//! The presets in words and as fields: a start that is then changed.
use shared::presets::Preset;

use super::pool_draft::PoolDraft;
use crate::t;

/// The decimals of a currency in which a preset of money is written down.
const DIGITS: u32 = 2;

/// Its name, and what is meant by it.
pub(crate) fn words(preset: Preset) -> (&'static str, &'static str) {
    match preset {
        Preset::RolloverHours => (t!(presets.rollover), t!(presets.rollover_about)),
        Preset::FixedHours => (t!(presets.fixed), t!(presets.fixed_about)),
        Preset::Support => (t!(presets.support), t!(presets.support_about)),
        Preset::Deliverables => (t!(presets.deliverables), t!(presets.deliverables_about)),
        Preset::Credits => (t!(presets.credits), t!(presets.credits_about)),
        Preset::Sessions => (t!(presets.sessions), t!(presets.sessions_about)),
        Preset::Coaching => (t!(presets.coaching), t!(presets.coaching_about)),
        Preset::Drawdown => (t!(presets.drawdown), t!(presets.drawdown_about)),
        Preset::Advisory => (t!(presets.advisory), t!(presets.advisory_about)),
        Preset::Consulting => (t!(presets.consulting), t!(presets.consulting_about)),
        Preset::Marketing => (t!(presets.marketing), t!(presets.marketing_about)),
        Preset::Prepaid => (t!(presets.prepaid), t!(presets.prepaid_about)),
    }
}

/// Its pools as fields.
pub(crate) fn pools(preset: Preset) -> Vec<PoolDraft> {
    let pools = preset.pools(t!(presets.workshops));
    // Each gets its key when it is agreed.
    let draft = |pool| PoolDraft { key: String::new(), ..PoolDraft::of(pool, DIGITS) };
    pools.iter().map(draft).collect()
}

/// Its pools in place of `now`: a pool of the same unit goes on, with its key, its name and
/// what was typed into it.
pub(crate) fn instead_of(preset: Preset, now: &[PoolDraft]) -> Vec<PoolDraft> {
    let mut before: Vec<&PoolDraft> = now.iter().collect();
    let mut pools = pools(preset);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retainers::terms_draft::TermsDraft;
    use shared::api::{Model, OverageMode, Terms, Unit};

    fn terms(preset: Preset) -> Terms {
        let mut pools = pools(preset);
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
        let then = instead_of(Preset::Support, &now);
        let told = |pool: &PoolDraft| {
            [&pool.key, &pool.name, &pool.allowance, &pool.rate].map(Clone::clone)
        };
        assert_eq!(told(&then[0]), ["hours", "Advice", "25", "150"]);
        assert_eq!((then[0].overage, then[0].rolls), (OverageMode::Bill, false));
        let both = instead_of(Preset::Advisory, &now);
        assert_eq!((both[0].key.as_str(), both[1].key.as_str()), ("hours", ""));
        assert_eq!(instead_of(Preset::Prepaid, &now)[0].allowance, "0");
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
        assert_eq!(levels(Preset::Coaching), Some(vec![75, 100]));
        for preset in [Preset::Advisory, Preset::Marketing] {
            let pools = terms(preset).pools;
            assert!(pools.iter().all(|pool| pool.alert_levels == Some(vec![80, 100])));
        }
        // The levels of the organisation.
        assert_eq!(levels(Preset::FixedHours), None);
    }

    #[test]
    fn a_preset_is_the_same_terms_by_way_of_the_fields() {
        for preset in Preset::ALL {
            let mut agreed = preset.terms(terms(preset).price, t!(presets.workshops));
            agreed.pools.iter_mut().for_each(|pool| pool.overage.rate_minor = None);
            let mut typed = terms(preset);
            typed.pools.iter_mut().for_each(|pool| pool.overage.rate_minor = None);
            assert_eq!(typed, agreed, "{preset:?}");
        }
    }
}
