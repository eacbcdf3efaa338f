//! What a pool did in a cycle, from what it began with to what it ended with.
use leptos::prelude::*;
use shared::api::{CycleSums, Money, PortalPool};

use crate::format::{Measure, money, pool_name};
use crate::t;
use crate::ui::Panel;

/// The figures of one pool.
#[component]
pub(super) fn Sums(
    /// The pool and its sums.
    of: PortalPool,
    /// They can still change.
    provisional: bool,
    /// What was taken back of its overage since.
    taken_back: i64,
    /// Where its rows are, if they are shown.
    rows: Option<String>,
) -> impl IntoView {
    let measure = Measure::of(&of.pool);
    let all = sums(of.sums, provisional);
    let last = all.len() - 1;
    let row = |(place, (label, value)): (usize, (&'static str, i64))| {
        let ends = place == 0 || place == last;
        let words = match ends {
            true => measure.or_nothing(value).unwrap_or_else(|| t!(common.nothing).to_owned()),
            false => measure.signed(value),
        };
        view! {
            <tr class:font-semibold=ends>
                <th scope="row" class="text-start">{label}</th>
                <td class="num text-end whitespace-nowrap">{words}</td>
            </tr>
        }
    };
    let table = all.into_iter().enumerate().map(row).collect_view();
    let said = said(&of, &measure, taken_back);
    let said = said.into_iter().map(|line| view! { <p>{line}</p> }).collect_view();
    let rows = rows.map(|href| {
        view! { <p class="no-print"><a class="link" href=href>{t!(portal.rows)}</a></p> }
    });
    view! {
        <Panel title=pool_name(&of.pool)>
            <table class="table">
                <caption class="sr-only">{t!(portal.sums)}</caption>
                <tbody>{table}</tbody>
            </table>
            <div class="panel-body border-t border-line">{said} {rows}</div>
        </Panel>
    }
}

/// Opening + granted − repaid + topped up + adjusted − drawn − lapsed = closing; what most cycles
/// do not have is told only where it is there. Source: domain 3.3.
fn sums(sums: CycleSums, provisional: bool) -> Vec<(&'static str, i64)> {
    let (lapsed, closing) = match provisional {
        true => (t!(portal.sum_would_lapse), t!(portal.sum_would_carry)),
        false => (t!(portal.sum_lapsed), t!(portal.sum_closing)),
    };
    let mut rows =
        vec![(t!(portal.sum_opening), sums.opening), (t!(portal.sum_granted), sums.granted)];
    let rare = [
        (t!(portal.part_repaid), -sums.repaid),
        (t!(portal.part_topped_up), sums.topped_up),
        (t!(portal.sum_adjusted), sums.adjusted),
    ];
    rows.extend(rare.into_iter().filter(|(_, value)| *value != 0));
    rows.push((t!(portal.sum_drawn), sums.overage - sums.used));
    rows.push((lapsed, -sums.lapsed));
    rows.push((closing, sums.closing));
    rows
}

/// What was used in all, and what went beyond and came to what.
fn said(of: &PortalPool, measure: &Measure, taken_back: i64) -> Vec<String> {
    let sums = of.sums;
    let amount =
        Money { amount_minor: sums.overage_amount_minor, currency: of.pool.currency.clone() };
    let units = |units: i64| measure.say(units);
    let rare = [
        (sums.overage, t!(portal.beyond, units = units(sums.overage))),
        (
            sums.overage_billed,
            t!(portal.billed, units = units(sums.overage_billed), amount = money(&amount)),
        ),
        (sums.overage_absorbed, t!(portal.absorbed, units = units(sums.overage_absorbed))),
        (sums.borrowed, t!(portal.borrowed, units = units(sums.borrowed))),
        (sums.unrepaid, t!(portal.unrepaid, units = units(sums.unrepaid))),
        (sums.set_aside, t!(portal.set_aside, units = units(sums.set_aside))),
        (taken_back, t!(portal.taken_back, units = units(taken_back))),
    ];
    let used = t!(portal.used_in_all, units = units(sums.used));
    let rare = rare.into_iter().filter(|(units, _)| *units > 0).map(|(_, words)| words);
    std::iter::once(used).chain(rare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::sample::pool;
    use shared::api::Unit;

    #[test]
    fn rows_between_the_first_and_the_last_lead_from_one_to_the_other() {
        let some = CycleSums {
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
        for provisional in [true, false] {
            let rows = sums(some, provisional);
            let (last, rest) = rows.split_last().expect("rows");
            assert_eq!(rest.iter().map(|(_, value)| value).sum::<i64>(), last.1);
            assert_eq!(rows.len(), 8);
        }
        assert_eq!(sums(CycleSums::default(), false).len(), 5);
    }

    #[test]
    fn what_went_beyond_is_told_with_what_was_taken_back_of_it() {
        let pool = pool(Unit::Minutes);
        let measure = Measure::of(&pool);
        let some =
            CycleSums { used: 690, overage: 90, overage_absorbed: 90, ..CycleSums::default() };
        let of = PortalPool { pool, sums: some };
        assert_eq!(said(&of, &measure, 0).len(), 3);
        assert_eq!(said(&of, &measure, 60).len(), 4);
    }
}
