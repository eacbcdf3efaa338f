//! The year as a table, behind "View as table".
use leptos::prelude::*;
use shared::rules::simulate::PlayedCycle;
use shared::rules::units::Quantity;

use super::model::Year;
use super::words;
use crate::format::date;
use crate::retainers::today;
use crate::t;

/// Every cycle with its figures, and their sums.
#[component]
pub(super) fn PlayTable(
    /// The year, once it can be played.
    year: Memo<Option<Year>>,
) -> impl IntoView {
    let body = move || {
        year.with(|year| {
            let year = year.as_ref()?;
            let rows = year.play.cycles.iter().map(|cycle| row(year, cycle)).collect_view();
            Some(view! { <tbody>{rows}</tbody> <tfoot>{sums(year)}</tfoot> })
        })
    };
    let bought =
        move || year.with(|year| year.as_ref().is_some_and(|year| year.play.totals.bought.0 > 0));
    let given = move || {
        if bought() { t!(retainers.part_lot_purchased) } else { t!(play.col_grant) }
    };
    let head = [
        t!(play.col_used),
        t!(play.col_over),
        t!(play.col_lapsed),
        t!(play.col_carried),
        t!(play.col_billed),
    ];
    let head = head.map(|words| view! { <th scope="col" class="text-end">{words}</th> });
    view! {
        <details class="form-more">
            <summary>{t!(play.as_table)}</summary>
            // It is wider than its panel on most screens, so it can be scrolled by keyboard too.
            <div class="play-table" tabindex="0" role="group" aria-label=t!(play.table)>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">{t!(play.col_from)}</th>
                            <th scope="col" class="text-end">{t!(play.col_opening)}</th>
                            <th scope="col" class="text-end">{given}</th>
                            {head.into_iter().collect_view()}
                        </tr>
                    </thead>
                    {body}
                </table>
            </div>
        </details>
    }
}

fn row(year: &Year, played: &PlayedCycle) -> AnyView {
    let cycle = played.cycle;
    let from = date(cycle.start, today());
    let figures = [
        played.opening,
        Quantity(played.grant.0 + played.bought.0),
        played.used,
        played.overage,
        played.lapsed,
        played.closing_balance,
    ];
    let billed = year.priced.then(|| words::amount(year, played.billed_amount));
    view! {
        <tr>
            <th scope="row" class="text-start font-normal whitespace-nowrap">{from}</th>
            {cells(year, &figures)}
            {cell(billed.unwrap_or_else(dash))}
        </tr>
    }
    .into_any()
}

/// What adds up over the year; what is carried does not.
fn sums(year: &Year) -> AnyView {
    let totals = &year.play.totals;
    let billed = year.priced.then(|| words::amount(year, totals.billed_amount));
    let given = Quantity(totals.grant.0 + totals.bought.0);
    view! {
        <tr>
            <th scope="row" class="text-start">{t!(play.sum)}</th>
            {cell(String::new())}
            {cells(year, &[given, totals.used, totals.overage, totals.lapsed])}
            {cell(String::new())}
            {cell(billed.unwrap_or_else(dash))}
        </tr>
    }
    .into_any()
}

fn cells(year: &Year, figures: &[Quantity]) -> Vec<AnyView> {
    figures.iter().map(|figure| cell(year.measure.say(figure.0))).collect()
}

fn cell(words: String) -> AnyView {
    view! { <td class="num text-end whitespace-nowrap">{words}</td> }.into_any()
}

fn dash() -> String {
    "–".to_owned()
}
