//! How reviews lead to decisions. Source: requirement S3-38.
use leptos::prelude::*;
use shared::api::ReviewReport;

use super::words;
use crate::format::{count, effort};
use crate::query::use_query;
use crate::ui::{Loaded, Panel};
use crate::{api, t};

#[component]
pub(super) fn Figures() -> impl IntoView {
    let report = use_query(api::review_report);
    view! {
        <Panel title=t!(reviews.figures)>
            <Loaded of=report.standing() rows=3>
                {move || report.get().map(|report| view! { <Facts report /> })}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Facts(report: ReviewReport) -> impl IntoView {
    let of = |n: i64, all: i64| t!(decisions.of, n = count(n), all = count(all));
    let days = report.days_to_decision.map_or_else(|| "–".to_owned(), count);
    let decisions = &report.decisions;
    let mut facts = vec![
        (t!(reviews.to_decision), days),
        (t!(reviews.effects), of(report.effects_seen, report.effects_asked)),
        (t!(decisions.figure_on_time), of(decisions.on_time, decisions.with_due_day)),
        (t!(decisions.figure_evidence), of(decisions.with_evidence, decisions.made)),
        (t!(decisions.figure_held), of(decisions.not_reopened, decisions.made)),
        (t!(reviews.meetings), effort(report.meeting_minutes)),
    ];
    let ends = report.outcomes.iter().filter(|one| one.times > 0);
    facts.extend(ends.map(|one| (words::outcome(one.choice), count(one.times))));
    let fact = |(label, value): (&'static str, String)| {
        view! {
            <div class="fact">
                <dt>{label}</dt>
                <dd class="num">{value}</dd>
            </div>
        }
    };
    view! {
        <dl class="panel-body facts-list">
            {facts.into_iter().map(fact).collect_view()}
        </dl>
    }
}
