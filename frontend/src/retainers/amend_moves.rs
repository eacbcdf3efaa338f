//! What an amendment moves in the running cycle: the server's preview, as a worked example.
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    AmendmentPreview, Check, Effective, FirstCycle, Money, NewAmendment, PoolDelta, PoolTerms,
    Retainer, Terms,
};

use super::amend_cycle::CycleFields;
use super::terms_fields::TermsFields;
use super::today;
use crate::api::Fault;
use crate::format::{MINUS, Measure, count, cycle_range, date, money, unit_name};
use crate::i18n::{fault_words, field_words};
use crate::ui::Skeleton;
use crate::{api, t};

/// Typing rests so long before the server is asked.
const REST: Duration = Duration::from_millis(350);

/// What is known of the terms as they are typed.
#[derive(Debug, Clone, Default)]
enum Known {
    /// They cannot be read yet.
    #[default]
    Nothing,
    /// The server was asked.
    Asked,
    /// It has answered.
    There(Box<AmendmentPreview>),
    /// It could not, or would refuse them.
    Failed(Fault),
}

/// The worked example below the choice of the day.
#[component]
pub(super) fn Moves(
    retainer: Retainer,
    fields: TermsFields,
    cycles: CycleFields,
    /// Decimals of the currency.
    digits: u32,
    effective: RwSignal<Effective>,
) -> impl IntoView {
    let known = RwSignal::new(Known::default());
    let id = retainer.id;
    let asked = Memo::new(move |_| {
        let terms = fields.draft().read(digits).ok()?;
        let body = NewAmendment { effective: effective.get(), ..cycles.amendment(terms) };
        body.check().is_ok().then_some(body)
    });
    Effect::new(move |before: Option<Option<TimeoutHandle>>| {
        before.flatten().into_iter().for_each(|timer| timer.clear());
        let Some(body) = asked.get() else {
            known.set(Known::Nothing);
            return None;
        };
        known.set(Known::Asked);
        let ask = move || {
            spawn_local(async move {
                let answer = api::preview_amendment(id, &body).await;
                // Something else was typed meanwhile: another question is under way.
                if asked.try_get_untracked().flatten().as_ref() == Some(&body) {
                    known.try_set(match answer {
                        Ok(preview) => Known::There(Box::new(preview)),
                        Err(fault) => Known::Failed(fault),
                    });
                }
            });
        };
        set_timeout_with_handle(ask, REST).ok()
    });
    let kept = retainer.kept_terms();
    let old = retainer.terms.terms.cycle_fee();
    let body = move || match known.get() {
        Known::Nothing => view! { <p class="text-muted">{t!(changes.moves_wait)}</p> }.into_any(),
        Known::Asked => view! { <Skeleton rows=3 /> }.into_any(),
        Known::Failed(fault) => {
            let words = fault.fields().first().map_or_else(|| fault_words(&fault), field_words);
            view! { <p class="font-medium">{words}</p> }.into_any()
        }
        Known::There(preview) => {
            let Some(terms) = asked.with(|asked| asked.as_ref().map(|body| body.terms.clone()))
            else {
                return ().into_any();
            };
            let (preview, old, kept) = (*preview, old.clone(), kept.clone());
            if let Some(first) = preview.first_cycle {
                return view! { <Changed preview first old terms /> }.into_any();
            }
            match effective.get_untracked() {
                Effective::Now => view! { <Now preview old kept terms /> }.into_any(),
                Effective::NextCycle => view! { <Later preview old terms /> }.into_any(),
            }
        }
    };
    view! {
        <section
            class="flex flex-col gap-2 rounded-md bg-sunken p-3"
            aria-label=t!(changes.effects)
            aria-live="polite"
        >
            <h3 class="text-xs font-medium text-muted">{t!(changes.effects)}</h3>
            {body}
        </section>
    }
}

/// From the next cycle on: nothing is prorated.
#[component]
fn Later(preview: AmendmentPreview, old: Money, terms: Terms) -> impl IntoView {
    let new = terms.cycle_fee();
    // After a pause that nobody has ended no day is known.
    let when = match preview.rules_from {
        Some(day) => t!(changes.moves_later, day = date(day, today())),
        None => t!(changes.moves_resumed).to_owned(),
    };
    let price =
        (old != new).then(|| t!(changes.price_instead, new = money(&new), old = money(&old)));
    let currency = preview.currency;
    let pool = |pool: PoolDelta| {
        let measure = Measure { unit: pool.unit, currency: currency.clone() };
        let (new, old) = (measure.say(pool.new_allowance), measure.say(pool.old_allowance));
        let said = t!(changes.price_instead, new = new, old = old);
        (pool.new_allowance != pool.old_allowance)
            .then(|| format!("{}: {said}", name(&terms, &pool)))
    };
    let replaced = preview.replaces.map(|number| t!(changes.replaces, number = number));
    let pools = preview.pools.into_iter().filter_map(pool);
    let lines: Vec<String> = price.into_iter().chain(pools).chain(replaced).collect();
    let rows = lines.into_iter().map(|line| view! { <li class="num">{line}</li> });
    view! {
        <p>{when}</p>
        <ul class="moves">{rows.collect_view()}</ul>
    }
}

/// Another interval: the running cycle ends with a credit, and a new series begins.
#[component]
fn Changed(
    preview: AmendmentPreview,
    first: FirstCycle,
    old: Money,
    terms: Terms,
) -> impl IntoView {
    let amount = |amount_minor| Money { amount_minor, currency: preview.currency.clone() };
    let by = |full: &Money, part: i64, whole: i64| match part == whole {
        true => String::new(),
        false => {
            let (part, whole) = (count(part), count(whole));
            t!(changes.worked, full = money(full), part = part, whole = whole)
        }
    };
    let credit = (preview.remaining_days > 0).then(|| {
        let how = by(&old, preview.remaining_days, preview.nominal_days);
        let value = signed(&amount(preview.credit_minor));
        row(t!(changes.old_price).to_owned(), how, value, false)
    });
    let how = by(&terms.cycle_fee(), first.days, first.nominal_days);
    let charge = signed(&amount(preview.charge_minor));
    let cut = preview.pools.iter().filter(|pool| pool.delta != 0).map(|pool| {
        let measure = Measure { unit: pool.unit, currency: preview.currency.clone() };
        row(name(&terms, pool), String::new(), measure.signed(pool.delta), false)
    });
    let replaced = preview.replaces.map(|number| t!(changes.replaces, number = number));
    let days = cycle_range(first.starts_on, first.ends_on, today());
    view! {
        <p>{t!(changes.first_cycle, days = days)}</p>
        <table class="moves-table">
            <tbody>
                {credit}
                {row(t!(changes.new_price).to_owned(), how, charge, false)}
                {cut.collect_view()}
            </tbody>
        </table>
        {replaced.map(|words| view! { <p>{words}</p> })}
    }
}

/// From today on: old price back, new price for the days that remain, allowance by its share.
#[component]
fn Now(preview: AmendmentPreview, old: Money, kept: Terms, terms: Terms) -> impl IntoView {
    let new = terms.cycle_fee();
    let (part, whole) = (count(preview.remaining_days), count(preview.nominal_days));
    let amount = |amount_minor| Money { amount_minor, currency: preview.currency.clone() };
    let sum = preview.charge_minor + preview.credit_minor;
    let days = t!(
        changes.moves_days,
        day = date(preview.effective_on, today()),
        part = part.clone(),
        whole = whole.clone(),
    );
    let by =
        |full: String| t!(changes.worked, full = full, part = part.clone(), whole = whole.clone());
    let pools = preview.pools.iter().filter(|pool| pool.new_allowance != pool.old_allowance);
    let pools = pools.map(|pool| {
        let measure = Measure { unit: pool.unit, currency: preview.currency.clone() };
        let (new, old) = (measure.say(pool.new_allowance), measure.say(pool.old_allowance));
        let how = by(format!("({new}\u{a0}{MINUS}\u{a0}{old})"));
        (row(name(&terms, pool), how, measure.signed(pool.delta), false), waived(pool, &measure))
    });
    let loses = preview.pools.iter().any(|pool| pool.delta < 0);
    let later = preview.rules_from.filter(|_| !same_rules(&kept, &terms));
    let later = later.map(|day| t!(changes.rules_later, day = date(day, today())));
    let until = preview.until.map(|day| t!(changes.until_pending, day = date(day, today())));
    let said = match sum {
        0 => t!(changes.sum_same).to_owned(),
        1.. => t!(changes.sum_more, amount = money(&amount(sum))),
        _ => t!(changes.sum_less, amount = money(&amount(-sum))),
    };
    view! {
        <p>{days}</p>
        <table class="moves-table">
            <tbody>
                {row(
                    t!(changes.old_price).to_owned(),
                    by(money(&old)),
                    signed(&amount(preview.credit_minor)),
                    false,
                )}
                {row(
                    t!(changes.new_price).to_owned(),
                    by(money(&new)),
                    signed(&amount(preview.charge_minor)),
                    false,
                )}
                {row(t!(changes.together).to_owned(), String::new(), signed(&amount(sum)), true)}
                {pools.collect_view()}
            </tbody>
        </table>
        <p>{said}</p>
        {loses.then(|| view! { <p>{t!(changes.loses_unused)}</p> })}
        {later.map(|later| view! { <p>{later}</p> })}
        {until.map(|until| view! { <p class="font-medium">{until}</p> })}
    }
}

/// A figure, and how it comes about.
fn row(label: String, how: String, value: String, strong: bool) -> impl IntoView {
    view! {
        <tr class:font-semibold=strong>
            <th scope="row">{label}</th>
            <td class="text-muted">{how}</td>
            <td class="num text-end whitespace-nowrap">{value}</td>
        </tr>
    }
}

/// What of a loss is used already, and what then goes; nothing where all of it is unused.
fn waived(pool: &PoolDelta, measure: &Measure) -> Option<impl IntoView + use<>> {
    let line = |label: &str, units, strong| {
        row(label.to_owned(), String::new(), measure.signed(units), strong)
    };
    (pool.waived > 0).then(|| {
        let waived = line(t!(changes.waived_row), pool.waived, false);
        (waived, line(t!(changes.together), pool.applied, true))
    })
}

/// Whether terms say the same of what a cycle settles as a whole.
fn same_rules(one: &Terms, other: &Terms) -> bool {
    let same = |pool: &PoolTerms| {
        let found = other.pool(pool.key());
        found.is_none_or(|found| {
            let rules = |of: &PoolTerms| (of.overage.clone(), of.rollover.clone());
            rules(pool) == rules(found) && pool.cancellation == found.cancellation
        })
    };
    one.grace_days == other.grace_days && one.pools.iter().all(same)
}

/// The name of a pool in the new terms, or that of its unit.
fn name(terms: &Terms, pool: &PoolDelta) -> String {
    let named = terms.pool(&pool.key).and_then(|pool| pool.name.clone());
    named.unwrap_or_else(|| unit_name(pool.unit).to_owned())
}

/// With a plus sign before what is due.
fn signed(amount: &Money) -> String {
    if amount.amount_minor > 0 { format!("+{}", money(amount)) } else { money(amount) }
}
