//! What the retainer is for, in the order in which it is asked: ownership, inputs, decisions,
//! review.
use leptos::prelude::*;
use shared::api::{MetricFamily, RetainerScope};

use super::frame_form::FrameForm;
use super::page::Shown;
use super::words;
use crate::format::date;
use crate::retainers::today;
use crate::reviews::signal_name;
use crate::t;
use crate::ui::{Button, Dialog, Panel};

/// The frame, and its form in a dialog.
#[component]
pub(super) fn FramePanel(shown: Shown) -> impl IntoView {
    let aside = move || {
        shown.may.then(|| {
            let press = Callback::new(move |()| shown.editing.set(true));
            view! {
                <Button small=true icon=icondata::LuPencil on_press=press>{t!(common.edit)}</Button>
            }
        })
    };
    let rows = move || {
        let rows = shown.scope.with(|scope| scope.map(facts)).unwrap_or_default();
        let row = |(label, value): (&'static str, Option<String>)| {
            let unknown = value.is_none();
            view! {
                <div>
                    <dt class="text-xs text-muted">{label}</dt>
                    <dd class="break-words" class:text-muted=unknown>
                        {value.unwrap_or_else(|| t!(scope.not_said).to_owned())}
                    </dd>
                </div>
            }
        };
        rows.into_iter().map(row).collect_view()
    };
    view! {
        <Panel title=t!(scope.frame) aside=aside>
            <dl class="flex flex-col gap-2.5 p-4">{rows}</dl>
        </Panel>
        <Dialog open=shown.editing title=t!(scope.frame_title) wide=true>
            <FrameForm shown />
        </Dialog>
    }
}

fn facts(scope: &RetainerScope) -> Vec<(&'static str, Option<String>)> {
    let plain = |words: &'static str| words.to_owned();
    let signal = scope.success_signal.map(words::signal).map(plain);
    vec![
        (t!(scope.process_owner), scope.process_owner_name.clone()),
        (t!(scope.problem), scope.problem.map(words::problem).map(plain)),
        (t!(scope.limits), scope.limits.clone()),
        (t!(scope.bottleneck), scope.bottleneck.map(words::bottleneck).map(plain)),
        (t!(scope.outcome), scope.outcome.clone()),
        (t!(scope.success_signal), signal),
        (t!(scope.metric_family), scope.metric_family.map(watched)),
        (t!(scope.cadence), scope.cadence.map(words::cadence).map(plain)),
        (t!(scope.next_review_on), scope.next_review_on.map(|day| date(day, today()))),
    ]
}

/// A family of metrics with the signals of reviews that it consists of.
pub(super) fn watched(family: MetricFamily) -> String {
    let signals: Vec<String> =
        family.signals().iter().map(|kind| signal_name(*kind).to_owned()).collect();
    format!("{} ({})", words::family(family), signals.join(", "))
}
