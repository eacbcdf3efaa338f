//! How an account stands, in a word and with its reason. Source: requirement S1-6.
use leptos::prelude::*;
use shared::api::{AccountHealth, AccountId, ExpansionSign, HealthSign, HealthState, Role};

use crate::{
    api,
    format::{count, percent_tenths},
    query::use_query,
    reports::fell,
    session::use_me,
    t, tn,
    ui::{Badge, Tone},
};

/// A state in a word.
pub(crate) fn word(state: HealthState) -> &'static str {
    match state {
        HealthState::Late => t!(health.late),
        HealthState::OverServiced => t!(health.over_serviced),
        HealthState::UnderUsed => t!(health.under_used),
        HealthState::ReadyForExpansion => t!(health.ready),
        HealthState::AtRisk => t!(health.at_risk),
        HealthState::Watch => t!(health.watch),
        HealthState::Healthy => t!(health.healthy),
    }
}

/// Why an account stands so: what speaks for it, or where it stands worst.
pub(crate) fn reason(sign: &HealthSign) -> String {
    let name = sign.retainer_name.as_deref().unwrap_or_default();
    let share = percent_tenths(sign.share.unwrap_or_default());
    let n = sign.count.unwrap_or_default();
    if let Some(erosion) = &sign.erosion {
        let [shares, cause, amount] = fell(erosion);
        return t!(health.falls, name = name, shares = shares, cause = cause, amount = amount);
    }
    match (sign.state, sign.because) {
        (HealthState::Late, _) => {
            let days = sign.days.unwrap_or_default();
            let days = tn!(days, health.days_1, health.days_n);
            tn!(n, health.late_1, health.late_n, days = days)
        }
        (HealthState::OverServiced, _) => t!(health.given, name = name, share = share),
        (HealthState::UnderUsed, _) => t!(health.little, name = name, share = share),
        (_, Some(ExpansionSign::FullUse)) => t!(health.full, name = name, share = share),
        (_, Some(ExpansionSign::Overage)) => t!(health.overage, name = name),
        (_, Some(ExpansionSign::TopUps)) => t!(health.bought, name = name, count = count(n)),
        (state, None) => word(state).to_owned(),
    }
}

/// The part that stands worst, where some part is not full.
pub(crate) fn weakest(health: &AccountHealth) -> Option<&'static str> {
    let parts = &health.parts;
    let payment = parts.payment.and_then(|part| part.score);
    let margin = parts.margin.as_ref().and_then(|part| part.score);
    let all = [
        (parts.used.score, t!(health.part_use)),
        (payment, t!(health.part_payment)),
        (margin, t!(health.part_margin)),
        (parts.contact.score, t!(health.part_contact)),
        (parts.delivery.score, t!(health.part_delivery)),
    ];
    let known = all.into_iter().filter_map(|(score, name)| Some((score?, name)));
    known.filter(|(score, _)| *score < 1_000).min_by_key(|(score, _)| *score).map(|(_, name)| name)
}

/// A state as a badge: its word, a shape, and a colour beside them.
#[component]
pub(crate) fn HealthBadge(state: HealthState) -> impl IntoView {
    let (tone, icon) = match state {
        HealthState::Late => (Tone::Bad, icondata::LuCircleAlert),
        HealthState::OverServiced => (Tone::Warn, icondata::LuGift),
        HealthState::UnderUsed => (Tone::Warn, icondata::LuTrendingDown),
        HealthState::ReadyForExpansion => (Tone::Ok, icondata::LuTrendingUp),
        HealthState::AtRisk => (Tone::Bad, icondata::LuTriangleAlert),
        HealthState::Watch => (Tone::Warn, icondata::LuEye),
        HealthState::Healthy => (Tone::Ok, icondata::LuHeartPulse),
    };
    view! { <Badge tone icon>{word(state)}</Badge> }
}

/// Whether somebody of this role sees how accounts stand.
pub(crate) fn sees(role: Role) -> bool {
    role != Role::Partner
}

/// Beside the name of an account: its state, with the reason in words. That something is late is
/// told beside it already, as a badge.
#[component]
pub(super) fn HealthStatus(id: AccountId) -> impl IntoView {
    let sees = use_me().with_untracked(|me| sees(me.role));
    sees.then(|| {
        let health = use_query(move || api::account_health(id));
        move || {
            health.with(|health| {
                let health = health?;
                let state = health.state?;
                let why = match health.signs.first() {
                    Some(sign) => Some(reason(sign)),
                    None if state == HealthState::Healthy => None,
                    None => weakest(health).map(|part| t!(health.weakest, part = part)),
                };
                Some(view! {
                    {(state != HealthState::Late).then(|| view! { <HealthBadge state /> })}
                    {why.map(|why| view! { <span class="text-muted">{why}</span> })}
                })
            })
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::api::{ErosionCause, MarginErosion};

    fn sign(state: HealthState, share: i64, because: Option<ExpansionSign>) -> HealthSign {
        HealthSign {
            state,
            retainer_id: None,
            retainer_name: Some("Support".into()),
            count: Some(2),
            days: Some(1),
            share: Some(share),
            because,
            erosion: None,
        }
    }

    #[test]
    fn a_reason_is_told_with_its_figures() {
        let told = |state, share, because| reason(&sign(state, share, because));
        assert_eq!(told(HealthState::Late, 0, None), "2 invoices are late, the oldest by 1 day");
        assert_eq!(
            told(HealthState::OverServiced, 133, None),
            "Support: up to 13.3% of a cycle's allowance was given away"
        );
        let because = Some(ExpansionSign::TopUps);
        assert_eq!(
            told(HealthState::ReadyForExpansion, 0, because),
            "Support: bought 2 times in 90 days"
        );
        let erosion = MarginErosion {
            retainer_id: "01980000-0000-7000-8000-000000000000".parse().unwrap(),
            retainer_name: "Support".into(),
            shares: vec![600, 560, 381],
            cause: ErosionCause::Hours,
            taken_minor: 20_000,
            currency: "EUR".into(),
        };
        let falls = HealthSign { erosion: Some(erosion), ..sign(HealthState::Watch, 381, None) };
        assert_eq!(
            reason(&falls),
            "Support: its margin fell from cycle to cycle, 60% → 56% → 38.1%, most by more hours: EUR 200.00"
        );
    }
}
