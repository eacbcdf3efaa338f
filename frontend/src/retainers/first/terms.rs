//! The section of the terms: a preset, what people change of it, and what else it sets, in words.
use leptos::prelude::*;
use shared::api::EndRule;
use shared::presets::Preset;

use super::draft::Draft;
use super::fields::MadeLine;
use super::plan::Made;
use crate::format::amount_of;
use crate::retainers::draft::CycleLength;
use crate::retainers::new::lengths;
use crate::retainers::pool_draft::PoolDraft;
use crate::retainers::pool_fields::{PoolFields, at, read_amount, read_units};
use crate::retainers::pool_form::allowance_hint;
use crate::retainers::terms_fields::TermsForm;
use crate::retainers::terms_words::{self, Rule};
use crate::retainers::{presets, retainer_href, today};
use crate::ui::{Button, Form, OneOf, Panel, TextInput, announce, styles};
use crate::{t, tn};

#[component]
pub(super) fn Terms(form: Form, draft: Draft, made: RwSignal<Made>) -> impl IntoView {
    styles::adopt(include_str!("../../../styles/terms.css"));
    let there =
        Memo::new(move |_| made.with(|made| made.retainer.clone().zip(made.account.clone())));
    let full = draft.full;
    let today = today();
    let past = Memo::new(move |_| {
        let first = draft.retainer().series().and_then(|series| series.cycle(1));
        first.is_some_and(|cycle| cycle.end <= today)
    });
    let toggle = Callback::new(move |()| full.update(|full| *full = !*full));
    let body = move || match there.get() {
        Some(((id, name), (account, _))) => {
            view! { <MadeLine name href=retainer_href(account, id) /> }.into_any()
        }
        None => view! {
            <Presets form draft />
            <div class="form-pair">
                <TextInput form at="/name" label=t!(retainers.name) value=draft.name />
                <TextInput
                    form
                    at="/starts_on"
                    label=t!(retainers.starts_on)
                    hint=t!(retainers.starts_on_hint)
                    kind="date"
                    value=draft.starts_on
                />
                <Length form draft />
            </div>
            <Show when=move || past.get()>
                <p class="note" role="status">{t!(first.past)}</p>
            </Show>
            <Show
                when=move || full.get()
                fallback=move || view! { <Short form draft /> }
            >
                <TermsForm form fields=draft.terms />
            </Show>
            <div>
                <Button small=true on_press=toggle>
                    {move || if full.get() { t!(first.fewer) } else { t!(first.every_rule) }}
                </Button>
            </div>
        }
        .into_any(),
    };
    view! {
        <Panel title=t!(common.retainer)>
            <div class="panel-body form">{body}</div>
        </Panel>
    }
}

/// What a retainer is called until somebody calls it otherwise; the client reads it too.
pub(super) fn usual_name(preset: Preset) -> &'static str {
    match preset {
        Preset::Advisory => t!(first.advisory),
        trade if Preset::TRADES.contains(&trade) => presets::words(trade).0,
        _ => t!(common.retainer),
    }
}

/// Trades, and models to begin with from scratch.
#[component]
fn Presets(form: Form, draft: Draft) -> impl IntoView {
    let take = Callback::new(move |preset: Preset| {
        let before = draft.preset.get_untracked();
        let now = untrack(|| draft.terms.draft().pools);
        draft.terms.replace(presets::instead_of(preset, &fresh(before, now)));
        if draft.name.with_untracked(|name| name == usual_name(before)) {
            draft.name.set(usual_name(preset).to_owned());
        }
        draft.preset.set(preset);
        form.clear();
        announce(t!(presets.filled, model = presets::words(preset).0));
    });
    let button = move |preset: Preset| {
        let (name, about) = presets::words(preset);
        view! {
            <button
                type="button"
                class="preset"
                aria-pressed=move || if draft.preset.get() == preset { "true" } else { "false" }
                on:click=move |_| take.run(preset)
            >
                <span class="preset-name">{name}</span>
                <span class="preset-about">{about}</span>
            </button>
        }
    };
    view! {
        <fieldset class="form-part">
            <legend>{t!(first.trades)}</legend>
            <div class="presets">{Preset::TRADES.map(button).into_iter().collect_view()}</div>
        </fieldset>
        <fieldset class="form-part">
            <legend>{t!(first.models)}</legend>
            <div class="presets">{Preset::MODELS.map(button).into_iter().collect_view()}</div>
        </fieldset>
    }
}

/// Pools without the amounts that only the preset before has put there: what was typed goes on.
fn fresh(before: Preset, mut now: Vec<PoolDraft>) -> Vec<PoolDraft> {
    let filled = presets::pools(before);
    for pool in &mut now {
        if filled.iter().any(|one| one.unit == pool.unit && one.allowance == pool.allowance) {
            pool.allowance.clear();
        }
        if filled.iter().any(|one| one.unit == pool.unit && one.name == pool.name) {
            pool.name.clear();
        }
    }
    now
}

#[component]
fn Length(form: Form, draft: Draft) -> impl IntoView {
    let all: [(CycleLength, &'static str); 4] = lengths();
    let chosen = Signal::derive(move || {
        all.iter().position(|(length, _)| *length == draft.length.get()).unwrap_or_default()
    });
    let pick = Callback::new(move |place: usize| {
        if let Some((length, _)) = all.get(place) {
            draft.length.set(*length);
        }
    });
    let labels = all.map(|(_, label)| label).to_vec();
    view! {
        <OneOf form at="/interval" label=t!(retainers.length) labels chosen pick />
    }
}

/// What people change of a preset: how much, for how much. The rest is told.
#[component]
fn Short(form: Form, draft: Draft) -> impl IntoView {
    let typed = draft.terms.typed();
    let pools = move || draft.terms.pools.get().into_iter().enumerate().collect::<Vec<_>>();
    let amount = move |(place, pool): (usize, PoolFields)| {
        let alone = draft.terms.pools.with_untracked(Vec::len) == 1;
        let label =
            if alone { t!(retainers.allowance).to_owned() } else { untrack(|| pool.title()) };
        view! {
            <TextInput
                form
                at=at(place, "allowance")
                label
                hint=read_units(pool.unit, pool.allowance, typed, allowance_hint)
                value=pool.allowance
            />
        }
    };
    view! {
        <div class="form-pair">
            <For each=pools key=|(place, pool)| (*place, pool.id) children=amount />
            <TextInput
                form
                at="/terms/price/amount_minor"
                label=t!(retainers.price)
                hint=read_amount(draft.terms.price, typed)
                inputmode="decimal"
                value=draft.terms.price
            />
        </div>
        <Told draft />
    }
}

/// What the preset has set, in words.
#[component]
fn Told(draft: Draft) -> impl IntoView {
    let rules = Memo::new(move |_| {
        let retainer = draft.retainer();
        let digits = draft.terms.digits();
        let (terms, _) = retainer.terms.read_what_can_be(digits);
        let mut rules = terms_words::rules(&terms, retainer.interval(), &[]);
        // What is typed in no field yet is not told as if it cost nothing.
        let unpriced = amount_of(&retainer.terms.price, digits).is_none();
        let several = terms.pools.len() > 1;
        let typed = retainer.terms.pools.iter().zip(&terms.pools);
        let unrated: Vec<String> = typed
            .filter(|(pool, _)| pool.asks_rate())
            .map(|(_, pool)| if several { terms_words::name(pool) } else { String::new() })
            .collect();
        rules.retain(|rule| {
            let price = [t!(retainers.term_price), t!(retainers.term_discount)];
            let rate = rule.label == t!(retainers.term_overage) && unrated.contains(&rule.pool);
            !(rate || unpriced && price.contains(&rule.label))
        });
        rules.extend(draft.preset.get().renewal().map(|rule| {
            let cycles = i64::from(rule.term_cycles);
            let term = tn!(cycles, first.term_1, first.term_n, days = rule.lead_days);
            let notice = t!(first.notice, days = rule.notice_days);
            let tacit = rule.end_rule == EndRule::Tacit;
            let words = if tacit { format!("{term} {notice}") } else { term };
            Rule::new(t!(first.renewal), words)
        }));
        rules
    });
    let rows = move || {
        let row = |rule: Rule| {
            let label = match rule.pool.as_str() {
                "" => rule.label.to_owned(),
                pool => format!("{pool}: {}", rule.label),
            };
            view! {
                <div class="grid gap-x-2 sm:grid-cols-[11rem_minmax(0,1fr)]">
                    <dt class="text-soft">{label}</dt>
                    <dd class="break-words">{rule.words}</dd>
                </div>
            }
        };
        rules.get().into_iter().map(row).collect_view()
    };
    view! {
        <section class="rounded border border-line p-4" aria-label=t!(first.told)>
            <h3 class="mb-2 font-semibold">{t!(first.told)}</h3>
            <dl class="flex flex-col gap-1">{rows}</dl>
        </section>
    }
}
