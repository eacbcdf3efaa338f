//! Beside the meter: what comes next, the statement of the cycle, the terms.
use leptos::prelude::*;
use shared::api::{Cycle, CycleStatus, TermsVersion};
use shared::rules::cycle::Interval;

use super::page::Shown;
use super::{today, words};
use crate::format::{date, effort, signed_effort};
use crate::t;
use crate::ui::Panel;

/// What carries and lapses at the end of an open cycle, and the next lapses.
#[component]
pub(super) fn OutlookPanel(shown: Shown) -> impl IntoView {
    let body = move || {
        let balance = shown.balance.get().filter(|b| b.status == CycleStatus::Open)?;
        let overage = shown.retainer.with(|retainer| Some(retainer?.terms.terms.overage))?;
        let outlook = words::outlook(&balance, overage, today());
        let lapses = words::lapses(&balance, today());
        let lapses = (!lapses.is_empty()).then(|| {
            let rows = lapses.into_iter().map(|lapse| view! { <li>{lapse}</li> });
            view! {
                <h3 class="mt-2 text-xs font-medium text-muted">{t!(retainers.lapse_list)}</h3>
                <ul class="num">{rows.collect_view()}</ul>
            }
        });
        Some(view! {
            <Panel title=t!(retainers.outlook_title)>
                <div class="flex flex-col gap-1 p-4">
                    <p>{outlook}</p>
                    {lapses}
                </div>
            </Panel>
        })
    };
    view! { {body} }
}

/// The sums of the cycle shown: what it began with, what was done, what is left over.
#[component]
pub(super) fn StatementPanel(shown: Shown) -> impl IntoView {
    let body = move || {
        let rows = statement(&shown.cycle()?);
        let row = |(label, minutes, strong): (&'static str, String, bool)| {
            view! {
                <div class="flex justify-between gap-4" class:font-semibold=strong>
                    <dt class="text-soft">{label}</dt>
                    <dd class="num">{minutes}</dd>
                </div>
            }
        };
        let rows = rows.into_iter().map(row).collect_view();
        Some(view! {
            <Panel title=t!(retainers.sums_title)>
                <dl class="flex flex-col gap-1.5 p-4">{rows}</dl>
            </Panel>
        })
    };
    view! { {body} }
}

/// Opening + granted + adjusted − drawn − lapsed = closing. Source: domain 3.3.
fn statement(cycle: &Cycle) -> Vec<(&'static str, String, bool)> {
    let sums = cycle.sums;
    let open = cycle.status == CycleStatus::Open;
    let (lapsed, closing) = if open {
        (t!(retainers.sum_would_lapse), t!(retainers.sum_would_carry))
    } else {
        (t!(retainers.sum_lapsed), t!(retainers.sum_closing))
    };
    let mut rows = vec![
        (t!(retainers.sum_opening), effort(sums.opening), false),
        (t!(retainers.sum_granted), signed_effort(sums.granted), false),
    ];
    if sums.adjusted != 0 {
        rows.push((t!(retainers.sum_adjusted), signed_effort(sums.adjusted), false));
    }
    rows.push((t!(retainers.sum_drawn), signed_effort(sums.overage - sums.used), false));
    rows.push((lapsed, signed_effort(-sums.lapsed), false));
    rows.push((closing, effort(sums.closing), true));
    rows
}

/// The terms in words, and those that replace them.
#[component]
pub(super) fn TermsPanel(shown: Shown) -> impl IntoView {
    let body = move || {
        let retainer = shown.retainer.get()?;
        let today = today();
        let mut rows = words::terms_rows(&retainer.terms.terms, retainer.interval);
        rows.extend(words::cycle_rows(&retainer, today));
        let version = t!(
            retainers.terms_version,
            number = retainer.terms.number,
            day = date(retainer.terms.effective_from, today),
        );
        let next = retainer.next_terms.map(|next| {
            view! { <NextTerms next interval=retainer.interval current=rows.clone() /> }
        });
        Some(view! {
            <dl class="flex flex-col gap-2 p-4">{rows_view(rows)}</dl>
            <p class="px-4 pb-4 text-xs text-muted">{version}</p>
            {next}
        })
    };
    view! { <Panel title=t!(retainers.terms_title)>{body}</Panel> }
}

/// Only what changes.
#[component]
fn NextTerms(
    next: TermsVersion,
    interval: Interval,
    current: Vec<(&'static str, String)>,
) -> impl IntoView {
    let mut rows = words::terms_rows(&next.terms, interval);
    rows.retain(|row| !current.contains(row));
    rows.extend(next.reason.map(|reason| (t!(retainers.term_reason), reason)));
    let day = date(next.effective_from, today());
    view! {
        <div class="border-t border-line p-4">
            <h3 class="mb-2 font-semibold">{t!(retainers.next_terms, day = day)}</h3>
            <dl class="flex flex-col gap-2">{rows_view(rows)}</dl>
        </div>
    }
}

fn rows_view(rows: Vec<(&'static str, String)>) -> impl IntoView {
    let row = |(label, words): (&'static str, String)| {
        view! {
            <div class="grid grid-cols-[7rem_minmax(0,1fr)] gap-2">
                <dt class="text-soft">{label}</dt>
                <dd class="break-words">{words}</dd>
            </div>
        }
    };
    rows.into_iter().map(row).collect_view()
}
