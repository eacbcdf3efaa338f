//! What a change of the calendar moves, in words and figures.
use leptos::prelude::*;
use shared::api::{Money, Retainer};
use shared::rules::RuleError;

use super::super::today;
use super::moves::{Moves, Share, terms_on};
use crate::format::{Measure, cycle_range, date, list, money};
use crate::t;

/// The lines of a preview; none for a day that cannot be, which the field tells when it is sent.
#[component]
pub(super) fn Told(
    retainer: Retainer,
    moves: Result<Moves, RuleError>,
    /// What is told below: what waits, what lapses.
    more: Vec<String>,
) -> impl IntoView {
    let Ok(moves) = moves else {
        return view! { <p class="font-medium">{t!(changes.day_impossible)}</p> }.into_any();
    };
    let currency = &retainer.terms.terms.price.currency;
    let mut lines = Vec::new();
    lines.extend(moves.cut.as_ref().map(|cut| {
        let share = share_words(&retainer, cut);
        t!(changes.cut, share = share)
    }));
    if moves.credit_minor != 0 {
        let given = Money { amount_minor: -moves.credit_minor, currency: currency.clone() };
        lines.push(t!(changes.given_back, amount = money(&given)));
    }
    lines.extend(moves.then.as_ref().map(|then| {
        let share = share_words(&retainer, then);
        t!(changes.goes_on, day = date(then.start, today()), share = share)
    }));
    lines.extend(more);
    let line = |line: String| view! { <li>{line}</li> };
    view! { <ul class="moves">{lines.into_iter().map(line).collect_view()}</ul> }.into_any()
}

/// "1 to 9 November, 9 of 30 days: 3 h and €450.00"
fn share_words(retainer: &Retainer, share: &Share) -> String {
    let terms = terms_on(retainer, share.start);
    let currency = &terms.price.currency;
    let mut gets: Vec<String> = Vec::new();
    for (pool, grant) in terms.pools.iter().zip(&share.grants) {
        let measure = Measure { unit: pool.unit, currency: currency.clone() };
        // Units that are only bought are not granted.
        gets.extend((pool.allowance != 0).then(|| measure.say(*grant)));
    }
    let price = Money { amount_minor: share.price_minor, currency: currency.clone() };
    gets.push(money(&price));
    let days = cycle_range(share.start, share.end, today());
    if share.days == share.nominal_days {
        return t!(changes.share_whole, days = days, gets = list(&gets));
    }
    let (part, whole) =
        (crate::format::count(share.days), crate::format::count(share.nominal_days));
    t!(changes.share_part, days = days, part = part, whole = whole, gets = list(&gets))
}
