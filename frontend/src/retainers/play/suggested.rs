//! A year under the terms that are suggested for a renewal. Source: UX.md, Retainer; domain 7.8.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Retainer, RetainerId};
use shared::rules::cycle::{Anchor, Series};
use shared::rules::proration::FirstPartial;
use shared::rules::scale;

use super::model::Playable;
use super::view::{Play, Playing};
use crate::format::fraction_digits;
use crate::query::use_query;
use crate::retainers::terms_draft::TermsDraft;
use crate::ui::{Lazy, Loaded, Place};
use crate::{api, screens};

/// What is suggested for the next term.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Suggested {
    /// Of which retainer.
    pub(crate) retainer: RetainerId,
    /// The first day of the next term.
    pub(crate) starts_on: NaiveDate,
    /// What its only pool brings a cycle, now and then.
    pub(crate) allowances: (i64, i64),
}

/// The year, whose code is loaded when it is first asked for.
#[component]
pub(crate) fn SuggestedYear(of: Suggested) -> impl IntoView {
    provide_context(of);
    view! { <Lazy load=screens::suggested_year place=Place::Part /> }
}

/// The year itself.
#[component]
pub fn PlaySuggested() -> impl IntoView {
    let of: Suggested = expect_context();
    let kept = use_query(move || api::retainer(of.retainer));
    let playable = Memo::new(move |_| kept.with(|retainer| playable(retainer?, of)));
    provide_context(Playing(playable));
    view! {
        <Loaded of=kept.standing() rows=6>
            <Play />
        </Loaded>
    }
}

/// The terms that would hold then, with the allowance that is suggested and as much more or less of the
/// price.
fn playable(retainer: &Retainer, of: Suggested) -> Option<Playable> {
    let mut terms = retainer.next_terms.as_ref().unwrap_or(&retainer.terms).terms.clone();
    let (before, after) = of.allowances;
    terms.pools.first_mut()?.allowance = after;
    terms.price.amount_minor = scale(terms.price.amount_minor, after, before).ok()?;
    let digits = fraction_digits(&terms.price.currency);
    let last = retainer.rhythms.last();
    let interval = last.map_or(retainer.interval, |last| last.interval);
    let anchor = last.map_or(Anchor::Anniversary, |last| last.anchor);
    let series = Series::new(of.starts_on, interval, anchor, None, Vec::new()).ok()?;
    Some(Playable::of(&TermsDraft::of(&terms, digits), digits, (series, FirstPartial::default())))
}
