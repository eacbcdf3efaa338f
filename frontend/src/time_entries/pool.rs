//! Which pool of a retainer time draws on, and how much of it.
use leptos::prelude::*;
use shared::api::{PoolTerms, Retainer};

use super::fields::Fields;
use crate::query::use_query_when;
use crate::retainers::terms_words;
use crate::ui::{Choice, Form, Select};
use crate::{api, t};

/// The pool that time draws on: the one named, or the first that takes time.
pub(super) fn time_pool(
    pools: impl IntoIterator<Item = PoolTerms>,
    key: &str,
) -> Option<PoolTerms> {
    let mut pools = pools.into_iter().filter(PoolTerms::takes_time);
    pools.find(|pool| key.is_empty() || pool.key() == key)
}

/// What an entry of so many minutes draws; unknown where it goes by the rates of people, which not
/// everybody who records time may see.
pub(super) fn drawn(pool: &PoolTerms, minutes: i64) -> Option<i64> {
    if pool.by_rate_card {
        return None;
    }
    pool.drawn_by_entry(minutes, None).ok()
}

/// The pools that take time, where a retainer has several; and what is wrong with the choice.
#[component]
pub(super) fn PoolSelect(form: Form, fields: Fields) -> impl IntoView {
    let retainer = use_query_when(move || fields.retainer().map(api::retainer));
    let choices = Memo::new(move |_| retainer.with(|retainer| retainer.map(choices)));
    // What was chosen of one retainer says nothing of another.
    Effect::new(move |_| {
        let key = fields.pool.get();
        let known = choices
            .with(|all| all.as_ref().is_none_or(|all| all.iter().any(|one| one.value == key)));
        if !key.is_empty() && !known {
            fields.pool.set(String::new());
        }
    });
    let several = Memo::new(move |_| choices.with(|all| all.as_ref().is_some_and(|a| a.len() > 1)));
    let fault =
        move || form.fault("/pool").map(|words| view! { <p class="field-fault">{words}</p> });
    view! {
        <Show
            when=move || several.get() && fields.draws.get()
            fallback=move || view! { {fault} }
        >
            <Select
                form
                at="/pool"
                label=t!(time.pool)
                value=fields.pool
                choices=Signal::derive(move || choices.get().unwrap_or_default())
                nothing=Signal::derive(move || first(choices))
                optional=true
            />
        </Show>
    }
}

/// The first takes what names no pool.
fn first(choices: Memo<Option<Vec<Choice>>>) -> Option<String> {
    choices.with(|all| all.as_ref()?.first().map(|one| one.label.clone()))
}

fn choices(retainer: &Retainer) -> Vec<Choice> {
    let pools = retainer.terms.terms.pools.iter().filter(|pool| pool.takes_time());
    pools.map(|pool| Choice::new(pool.key(), terms_words::name(pool))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{MinuteRounding, Money, Terms, TimeStep, Unit};

    fn money(hourly: Option<i64>) -> PoolTerms {
        PoolTerms { hourly_rate_minor: hourly, ..PoolTerms::plain(Unit::Money, 200_000) }
    }

    #[test]
    fn an_hour_draws_its_rate_from_money() {
        assert_eq!(drawn(&money(Some(12_000)), 90), Some(18_000));
        assert_eq!(drawn(&PoolTerms::plain(Unit::Minutes, 600), 90), Some(90));
        assert_eq!(drawn(&money(Some(10_000)), 1), Some(167), "to the nearest cent, once");
        let by_card = PoolTerms { by_rate_card: true, ..money(Some(10_000)) };
        assert_eq!(drawn(&by_card, 60), None);
        let step = TimeStep { minutes: 15, rounding: MinuteRounding::Up };
        let stepped = PoolTerms { time_step: Some(step), ..PoolTerms::plain(Unit::Minutes, 600) };
        assert_eq!(drawn(&stepped, 37), Some(45));
    }

    #[test]
    fn the_first_pool_that_takes_time_is_drawn_on() {
        let pools = vec![
            PoolTerms::plain(Unit::Sessions, 4),
            money(None),
            PoolTerms::plain(Unit::Minutes, 600),
            PoolTerms { key: "budget-2".into(), ..money(Some(1)) },
        ];
        let price = Money { amount_minor: 0, currency: "EUR".into() };
        let terms = Terms { price, pools, grace_days: 0, discount_hundredths: 0 };
        let key =
            |wanted: &str| time_pool(terms.pools.clone(), wanted).map(|pool| pool.key().to_owned());
        assert_eq!(key("").as_deref(), Some("hours"));
        assert_eq!(key("budget-2").as_deref(), Some("budget-2"));
        assert_eq!(key("sessions"), None);
    }
}
