//! The renewals by stage, and as one list in the order of the days that decide.
use std::cmp::Reverse;

use leptos::prelude::*;
use shared::api::{Renewal, RenewalStage};

use super::card::Card;
use super::page::Shown;
use super::words::{self, TALKED};
use crate::t;
use crate::ui::{Loaded, Panel, icon};

/// A column for each stage. What was decided is read for itself.
#[component]
pub(super) fn Board(shown: Shown) -> impl IntoView {
    let lapsed = Memo::new(move |_| !shown.rows(RenewalStage::Lapsed).is_empty());
    let any = Memo::new(move |_| !shown.waiting().is_empty());
    view! {
        <Show when=move || any.get()>
            <div class="know-board">
                {TALKED.map(|stage| view! { <Column shown stage /> }).collect_view()}
                <Show when=move || lapsed.get()>
                    <Column shown stage=RenewalStage::Lapsed />
                </Show>
            </div>
        </Show>
        <Loaded of=shown.decided.standing() rows=3>
            <div class="know-board">
                <Column shown stage=RenewalStage::Won />
                <Column shown stage=RenewalStage::Lost />
            </div>
        </Loaded>
    }
}

/// Those of a stage; what has an outcome, the last decided first.
fn column(shown: Shown, stage: RenewalStage) -> Vec<Renewal> {
    let mut rows = shown.rows(stage);
    if stage.is_decided() {
        rows.sort_by_key(|one| Reverse(one.outcome.as_ref().map(|outcome| outcome.decided_at)));
    }
    rows
}

#[component]
fn Column(shown: Shown, stage: RenewalStage) -> impl IntoView {
    let rows = Memo::new(move |_| column(shown, stage));
    let aside = move || view! { <span class="num">{rows.with(|rows| rows.len())}</span> };
    let sums = move || {
        let sum = |words: String| view! { <p class="num">{words}</p> };
        let sums = shown.sums(stage);
        (!sums.is_empty()).then(|| {
            let sums = sums.into_iter().map(sum).collect_view();
            view! { <div class="know-row text-soft">{sums}</div> }
        })
    };
    let shouts = (stage == RenewalStage::Lapsed).then(|| {
        view! {
            <p class="note note-bad">
                {icon(icondata::LuOctagonAlert)}
                <span class="note-words">{t!(renewals.lapsed_about)}</span>
            </p>
        }
    });
    view! {
        <Panel title=words::stage(stage) aside=aside>
            {shouts}
            {sums}
            <Show
                when=move || rows.with(|rows: &Vec<Renewal>| !rows.is_empty())
                fallback=move || view! {
                    <p class="panel-body text-muted">{empty_words(stage)}</p>
                }
            >
                <ul class="panel-rows border-t border-line">
                    <For
                        each=move || rows.get()
                        key=|renewal| (renewal.id, renewal.version)
                        let:renewal
                    >
                        <Card shown renewal />
                    </For>
                </ul>
            </Show>
        </Panel>
    }
}

fn empty_words(stage: RenewalStage) -> &'static str {
    if stage.is_decided() { t!(renewals.none_lately) } else { t!(renewals.none_here) }
}

/// One list of all, those with an outcome below.
#[component]
pub(super) fn List(shown: Shown) -> impl IntoView {
    let waiting = Memo::new(move |_| shown.waiting());
    let decided = Memo::new(move |_| {
        let won = shown.rows(RenewalStage::Won).into_iter();
        let mut rows: Vec<Renewal> = won.chain(shown.rows(RenewalStage::Lost)).collect();
        rows.sort_by_key(|one| Reverse(one.outcome.as_ref().map(|outcome| outcome.decided_at)));
        rows
    });
    view! {
        <Show when=move || waiting.with(|rows: &Vec<Renewal>| !rows.is_empty())>
            <Panel title=t!(renewals.to_decide)>
                <Rows shown rows=waiting />
            </Panel>
        </Show>
        <Loaded of=shown.decided.standing() rows=3>
            <Show when=move || decided.with(|rows: &Vec<Renewal>| !rows.is_empty())>
                <Panel title=t!(renewals.decided)>
                    <Rows shown rows=decided />
                </Panel>
            </Show>
        </Loaded>
    }
}

#[component]
fn Rows(shown: Shown, rows: Memo<Vec<Renewal>>) -> impl IntoView {
    view! {
        <ul class="panel-rows">
            <For each=move || rows.get() key=|renewal| (renewal.id, renewal.version) let:renewal>
                <Card shown renewal staged=true />
            </For>
        </ul>
    }
}
