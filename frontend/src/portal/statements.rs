//! `/portal/retainers/:id/statements`: what each cycle came to.
use leptos::prelude::*;
use shared::api::{PortalCycle, PortalPool, RetainerId};

use super::address::Address;
use super::api;
use super::parts::{Back, Head, Listed, Loaded, ReadOn};
use super::visit::retainer_name;
use crate::browser;
use crate::format::{Measure, cycle_range, pool_name};
use crate::t;
use crate::ui::{Badge, Empty, Tone};

/// The cycles of a retainer, the newest first.
#[component]
pub(super) fn Statements(
    /// Of which.
    retainer: RetainerId,
) -> impl IntoView {
    let cycles = Listed::<PortalCycle>::at(api::cycles_path(retainer));
    let rows = move || {
        let rows = cycles.rows();
        if rows.is_empty() {
            let about = t!(portal.statements_empty_about);
            return view! { <Empty title=t!(portal.statements_empty) about /> }.into_any();
        }
        let rows = rows.into_iter().map(|of| view! { <Cycle of /> }).collect_view();
        view! { <ul class="panel-rows">{rows}</ul> }.into_any()
    };
    view! {
        <Head title=t!(portal.statements)>
            <Back to=Address::Retainer(retainer) words=retainer_name(retainer) />
        </Head>
        <Loaded of=cycles.standing() rows=8>
            <section class="panel" aria-label=t!(portal.statements)>
                {rows}
                <ReadOn on=cycles.on() />
            </section>
        </Loaded>
    }
}

#[component]
fn Cycle(of: PortalCycle) -> impl IntoView {
    let href = Address::Statement(of.id).href();
    let days = cycle_range(of.starts_on, of.ends_on, browser::today());
    let several = of.pools.len() > 1;
    let used = of.pools.iter().map(|pool| {
        let name = several.then(|| format!("{}: ", pool_name(&pool.pool)));
        view! { <p class="text-soft">{name} {used_words(pool)}</p> }
    });
    let used = used.collect_view();
    let provisional =
        of.provisional.then(|| view! { <Badge tone=Tone::Plain>{t!(portal.provisional)}</Badge> });
    view! {
        <li class="visit-item">
            <div class="visit-item-head">
                <h2><a class="link" href=href>{days}</a></h2>
                {provisional}
            </div>
            {used}
        </li>
    }
}

/// "34 h 30 used of 44 h", and what went beyond it.
fn used_words(of: &PortalPool) -> String {
    let (measure, sums) = (Measure::of(&of.pool), of.sums);
    let offered = sums.opening + sums.granted - sums.repaid + sums.topped_up + sums.adjusted;
    let used = measure.say(sums.used);
    match measure.or_nothing(sums.overage) {
        Some(over) => t!(portal.used_over, used = used, over = over),
        None => t!(portal.used_of, used = used, available = measure.say(offered)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::NBSP;
    use crate::meter::sample::pool;
    use shared::api::{CycleSums, Unit};

    #[test]
    fn a_cycle_is_told_by_what_was_used_of_what_there_was() {
        let mut sums = CycleSums { opening: 60, granted: 600, used: 330, ..CycleSums::default() };
        let told =
            |sums| used_words(&PortalPool { pool: pool(Unit::Minutes), sums }).replace(NBSP, " ");
        assert_eq!(told(sums), "5 h 30 used of 11 h");
        (sums.used, sums.overage) = (690, 30);
        assert_eq!(told(sums), "11 h 30 used, 30 min over");
    }
}
