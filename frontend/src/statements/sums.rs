//! The sums of a pool: opening, granted, drawn, lapsed, closing, and what became of overage.
use leptos::prelude::*;
use shared::api::{CycleSums, OverageDecision, PoolCycle};

use crate::closing::decision_words;
use crate::format::{Measure, money, pool_name};
use crate::t;
use crate::ui::Panel;

/// The figures of one pool.
#[component]
pub(super) fn Sums(
    /// The pool and its sums.
    of: PoolCycle,
    /// They can still change.
    open: bool,
    /// Who settled its overage.
    decision: Option<OverageDecision>,
    /// What was taken back of its overage since.
    taken_back: i64,
) -> impl IntoView {
    let measure = Measure::of(&of.pool);
    let title = pool_name(&of.pool);
    let all = rows(of.sums, open);
    let last = all.len() - 1;
    let row = |(place, (label, value)): (usize, (&'static str, i64))| {
        let ends = place == 0 || place == last;
        let words = if ends { measure.say(value) } else { measure.signed(value) };
        view! {
            <tr class:font-semibold=ends>
                <th scope="row" class="text-start" class:font-normal=!ends>{label}</th>
                <td class="num text-end whitespace-nowrap">{words}</td>
            </tr>
        }
    };
    let rows = all.into_iter().enumerate().map(row).collect_view();
    let over = over(&of, &measure, taken_back);
    let decision = decision.map(|made| view! { <p>{decision_words(&made)}</p> });
    view! {
        <Panel title>
            <table class="table">
                <caption class="sr-only">{t!(statement.sums)}</caption>
                <tbody>{rows}</tbody>
            </table>
            {(!over.is_empty()).then(|| view! {
                <div class="flex flex-col gap-1 border-t border-line p-4">
                    {over.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                    {decision}
                </div>
            })}
        </Panel>
    }
}

/// Opening + granted − repaid + topped up + adjusted − drawn − lapsed = closing; what most cycles
/// do not have is told only where it is there. Source: domain 3.3.
fn rows(sums: CycleSums, open: bool) -> Vec<(&'static str, i64)> {
    let (lapsed, closing) = match open {
        true => (t!(retainers.sum_would_lapse), t!(retainers.sum_would_carry)),
        false => (t!(retainers.sum_lapsed), t!(retainers.sum_closing)),
    };
    let mut rows =
        vec![(t!(retainers.sum_opening), sums.opening), (t!(retainers.sum_granted), sums.granted)];
    let rare = [
        (t!(retainers.sum_repaid), -sums.repaid),
        (t!(retainers.sum_topped_up), sums.topped_up),
        (t!(retainers.sum_adjusted), sums.adjusted),
    ];
    rows.extend(rare.into_iter().filter(|(_, value)| *value != 0));
    rows.push((t!(retainers.sum_drawn), sums.overage - sums.used));
    rows.push((lapsed, -sums.lapsed));
    rows.push((closing, sums.closing));
    rows
}

/// What went beyond, and what it came to.
fn over(of: &PoolCycle, measure: &Measure, taken_back: i64) -> Vec<String> {
    let sums = of.sums;
    let told = |label: &str, units: i64| format!("{label}: {}", measure.say(units));
    let mut lines = Vec::new();
    if sums.overage > 0 {
        lines.push(told(t!(statement.beyond), sums.overage));
    }
    if sums.set_aside > 0 {
        lines.push(told(t!(retainers.part_set_aside), sums.set_aside));
    }
    if sums.unrepaid > 0 {
        lines.push(told(t!(statement.unrepaid), sums.unrepaid));
    }
    if sums.borrowed > 0 {
        lines.push(told(t!(statement.borrowed), sums.borrowed));
    }
    if sums.overage_absorbed > 0 {
        lines.push(told(t!(statement.absorbed), sums.overage_absorbed));
    }
    if sums.overage_billed > 0 {
        let amount = money(&shared::api::Money {
            amount_minor: sums.overage_amount_minor,
            currency: of.pool.currency.clone(),
        });
        let billed = t!(statement.billed, units = measure.say(sums.overage_billed));
        lines.push(format!("{billed}, {amount}"));
    }
    if taken_back > 0 {
        lines.push(told(t!(closing.sum_taken_back), taken_back));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_between_the_first_and_the_last_lead_from_one_to_the_other() {
        let sums = CycleSums {
            opening: 60,
            granted: 600,
            repaid: 30,
            topped_up: 45,
            adjusted: -15,
            used: 700,
            overage: 100,
            lapsed: 20,
            closing: 40,
            ..CycleSums::default()
        };
        for open in [true, false] {
            let rows = rows(sums, open);
            let (last, rest) = rows.split_last().expect("rows");
            assert_eq!(rest.iter().map(|(_, value)| value).sum::<i64>(), last.1);
            assert_eq!(rows.len(), 8);
        }
        assert_eq!(
            super::rows(CycleSums::default(), false).len(),
            5,
            "what is not there is not told"
        );
    }

    #[test]
    fn what_went_beyond_is_told_with_what_was_taken_back_of_it() {
        let sums = CycleSums { overage: 90, overage_absorbed: 90, ..CycleSums::default() };
        let pool = shared::api::Pool {
            id: shared::api::PoolId(uuid::Uuid::nil()),
            key: "hours".into(),
            name: None,
            unit: shared::api::Unit::Minutes,
            currency: "EUR".into(),
        };
        let measure = Measure::of(&pool);
        let of = PoolCycle { pool, sums, servicing: None };
        assert_eq!(over(&of, &measure, 0).len(), 2);
        let told = over(&of, &measure, 60);
        assert_eq!(told.len(), 3);
        assert!(told[2].ends_with(&measure.say(60)), "{told:?}");
    }
}
