//! Beside the meter: what comes next, the statement of the cycle, the terms.
use leptos::prelude::*;
use shared::api::{CycleId, CycleStatus, Money, PoolCycle, Role, TermsVersion, Unit};
use shared::rules::cycle::Interval;

use super::explain::{Figure, FigureButton};
use super::page::Shown;
use super::pools::titled;
use super::terms_words::{self, Rule};
use super::{retainer_href, today, words};
use crate::format::{Measure, date, money_exact, percent_tenths};
use crate::query::use_query_when;
use crate::session::use_me;
use crate::ui::{Badge, Panel, Tone};
use crate::{api, t};

/// Whether this person reads invoices.
pub(super) fn reads_invoices() -> bool {
    use_me().with_untracked(|me| !matches!(me.role, Role::Member | Role::Partner))
}

/// What carries and lapses at the end of an open cycle, the next lapses, and the next invoice.
#[component]
pub(super) fn OutlookPanel(shown: Shown) -> impl IntoView {
    let reads = reads_invoices();
    let billing = use_query_when(move || {
        let retainer = shown.retainer.with(|retainer| retainer.map(|retainer| retainer.id))?;
        reads.then(|| api::retainer_billing(retainer))
    });
    let invoice = move || {
        let day = billing.with(|billing| billing?.next_on)?;
        let words = t!(invoices.next_on, day = date(day, today()));
        Some(view! { <p class="mt-2">{words}</p> })
    };
    let body = move || {
        let balance = shown.balance.get().filter(|b| b.status == CycleStatus::Open)?;
        let overage = shown.overage(&balance.pool.key).unwrap_or_default();
        let outlook = words::outlook(&balance, overage, today());
        let lapses = dated(t!(retainers.lapse_list), words::lapses(&balance, today()));
        let coming = dated(t!(retainers.coming_list), words::coming(&balance, today()));
        Some(view! {
            <Panel title=titled(shown, t!(retainers.outlook_title))>
                <div class="flex flex-col gap-1 p-4">
                    <p>{outlook}</p>
                    {lapses}
                    {coming}
                    {invoice}
                </div>
            </Panel>
        })
    };
    view! { {body} }
}

/// Units with their days, under a title; nothing if there are none.
fn dated(title: &'static str, rows: Vec<String>) -> impl IntoView {
    (!rows.is_empty()).then(|| {
        let rows = rows.into_iter().map(|row| view! { <li>{row}</li> });
        view! {
            <h3 class="mt-2 text-xs font-medium text-muted">{title}</h3>
            <ul class="num">{rows.collect_view()}</ul>
        }
    })
}

/// The sums of the pool in the cycle shown: what it began with, what was done, what is left over.
#[component]
pub(super) fn StatementPanel(shown: Shown) -> impl IntoView {
    let body = move || {
        let (cycle, pool) = (shown.cycle()?, shown.pool.get()?);
        let sums = cycle.pools.iter().find(|one| one.pool.key == pool.key)?;
        let open = cycle.status == CycleStatus::Open;
        let rows = statement(sums, open);
        let rows = rows.into_iter().map(|row| row_view(row, sums, cycle.id, shown));
        let rows = rows.collect_view();
        let servicing = servicing(sums, open);
        Some(view! {
            <Panel title=titled(shown, t!(retainers.sums_title))>
                <dl class="flex flex-col gap-1.5 p-4">{rows}</dl>
                {servicing}
            </Panel>
        })
    };
    view! { {body} }
}

/// What was given for nothing, flagged where it is much, and the share that lapsed; nothing if
/// there is neither. Source: domain 6.5, 6.6.
fn servicing(of: &PoolCycle, open: bool) -> Option<AnyView> {
    let told = of.servicing?;
    let share = |tenths: Option<i64>| tenths.filter(|tenths| *tenths > 0).map(percent_tenths);
    let given = (told.given > 0).then(|| {
        let worth = told.given_minor.filter(|_| of.pool.unit != Unit::Money);
        let currency = of.pool.currency.clone();
        let worth = worth.map(|amount_minor| money_exact(&Money { amount_minor, currency }));
        let parts = [Some(Measure::of(&of.pool).say(told.given)), share(told.given_share), worth];
        let facts: Vec<String> = parts.into_iter().flatten().collect();
        t!(retainers.given, facts = facts.join(" · "))
    });
    // What an open cycle would lose now stands in its sums.
    let lapsed = share(told.lapsed_share.filter(|_| !open))
        .map(|share| t!(retainers.lapsed_share, share = share));
    let badge = told.over_serviced.then(|| {
        view! {
            <Badge tone=Tone::Warn icon=icondata::LuTriangleAlert>
                {t!(retainers.over_serviced)}
            </Badge>
        }
    });
    let any = badge.is_some() || given.is_some() || lapsed.is_some();
    any.then(|| {
        view! {
            <div class="flex flex-col gap-1.5 border-t border-line p-4">
                {badge}
                {given.map(|words| view! { <p class="num">{words}</p> })}
                {lapsed.map(|words| view! { <p class="num">{words}</p> })}
            </div>
        }
        .into_any()
    })
}

/// A row of the statement.
struct Sum {
    label: &'static str,
    value: i64,
    /// Moves the balance, so that its sign is told.
    moves: bool,
    /// What takes it apart.
    figure: Option<Figure>,
}

fn row_view(sum: Sum, of: &PoolCycle, cycle: CycleId, shown: Shown) -> AnyView {
    let Sum { label, value, moves, figure } = sum;
    let measure = Measure::of(&of.pool);
    let words = if moves { measure.signed(value) } else { measure.say(value) };
    let strong = !moves && figure.is_some();
    let shown = match figure {
        Some(figure) => {
            let (pool, explaining) = (of.pool.clone(), shown.explaining);
            view! { <FigureButton figure value cycle pool explaining class="" /> }.into_any()
        }
        None => words.into_any(),
    };
    view! {
        <div class="flex justify-between gap-4" class:font-semibold=strong>
            <dt class="text-soft">{label}</dt>
            <dd class="num">{shown}</dd>
        </div>
    }
    .into_any()
}

/// Opening + granted − repaid + topped up + adjusted − drawn − lapsed = closing; what most cycles
/// do not have is told only where it is there. Source: domain 3.3.
fn statement(of: &PoolCycle, open: bool) -> Vec<Sum> {
    let sums = of.sums;
    let (lapsed, closing) = if open {
        (t!(retainers.sum_would_lapse), t!(retainers.sum_would_carry))
    } else {
        (t!(retainers.sum_lapsed), t!(retainers.sum_closing))
    };
    let plain = |label, value| Sum { label, value, moves: true, figure: None };
    let mut rows = vec![
        Sum { moves: false, ..plain(t!(retainers.sum_opening), sums.opening) },
        plain(t!(retainers.sum_granted), sums.granted),
    ];
    let rare = [
        plain(t!(retainers.sum_repaid), -sums.repaid),
        plain(t!(retainers.sum_topped_up), sums.topped_up),
        plain(t!(retainers.sum_adjusted), sums.adjusted),
    ];
    rows.extend(rare.into_iter().filter(|row| row.value != 0));
    rows.push(plain(t!(retainers.sum_drawn), sums.overage - sums.used));
    rows.push(Sum { figure: Some(Figure::Lapses), ..plain(lapsed, -sums.lapsed) });
    let figure = Some(Figure::Carries);
    rows.push(Sum { moves: false, figure, ..plain(closing, sums.closing) });
    let aside = Sum { moves: false, ..plain(t!(retainers.part_set_aside), sums.set_aside) };
    rows.extend((sums.set_aside != 0).then_some(aside));
    rows
}

/// The terms in words, and those that replace them.
#[component]
pub(super) fn TermsPanel(shown: Shown) -> impl IntoView {
    let reads = reads_invoices();
    let body = move || {
        let retainer = shown.retainer.get()?;
        let today = today();
        let cycles = words::cycle_rules(&retainer, today);
        let rules = terms_words::rules(&retainer.terms.terms, retainer.interval, &cycles);
        let version = t!(
            retainers.terms_version,
            number = retainer.terms.number,
            day = date(retainer.terms.effective_from, today),
        );
        let kept = retainer.cycle_terms.first().filter(|first| first.id != retainer.terms.id);
        let kept = kept.map(|first| {
            let rules = terms_words::kept(&first.terms, retainer.interval, &rules);
            view! { <CycleKeeps rules /> }
        });
        let billing = format!("{}/billing", retainer_href(retainer.account_id, retainer.id));
        let next = retainer.next_terms.clone().map(|next| {
            let interval = words::interval_on(&retainer, next.effective_from);
            view! { <NextTerms next interval current=rules.clone() /> }
        });
        Some(view! {
            <dl class="flex flex-col gap-2 p-4">{rules_view(rules)}</dl>
            <p class="px-4 pb-4 text-xs text-muted">
                {version}
                {reads.then(|| view! {
                    " · "
                    <a class="link" href=billing>{t!(invoices.billing)}</a>
                })}
            </p>
            {kept}
            {next}
        })
    };
    view! { <Panel title=t!(retainers.terms_title)>{body}</Panel> }
}

/// The rules that the running cycle keeps though other terms hold since; nothing if they are the
/// same.
#[component]
fn CycleKeeps(rules: Vec<Rule>) -> impl IntoView {
    (!rules.is_empty()).then(|| {
        view! {
            <div class="border-t border-line p-4">
                <h3 class="mb-2 font-semibold">{t!(retainers.cycle_keeps)}</h3>
                <dl class="flex flex-col gap-2">{rules_view(rules)}</dl>
            </div>
        }
    })
}

/// Only what changes.
#[component]
fn NextTerms(next: TermsVersion, interval: Interval, current: Vec<Rule>) -> impl IntoView {
    let mut rules = terms_words::rules(&next.terms, interval, &[]);
    rules.retain(|rule| !current.contains(rule));
    rules.extend(next.reason.map(|reason| Rule::new(t!(retainers.term_reason), reason)));
    let day = date(next.effective_from, today());
    view! {
        <div class="border-t border-line p-4">
            <h3 class="mb-2 font-semibold">{t!(retainers.next_terms, day = day)}</h3>
            <dl class="flex flex-col gap-2">{rules_view(rules)}</dl>
        </div>
    }
}

/// Rows of label and words; a pool's name stands above its rules.
fn rules_view(rules: Vec<Rule>) -> impl IntoView {
    let mut before = String::new();
    let row = |rule: Rule| {
        let named = (!rule.pool.is_empty() && rule.pool != before).then(|| rule.pool.clone());
        before = rule.pool;
        view! {
            <div class="grid grid-cols-[7rem_minmax(0,1fr)] gap-2">
                {named.map(|name| view! {
                    <dt class="col-span-2 mt-2 font-semibold">{name}</dt>
                })}
                <dt class="text-soft">{rule.label}</dt>
                <dd class="break-words">{rule.words}</dd>
            </div>
        }
    };
    rules.into_iter().map(row).collect_view()
}
