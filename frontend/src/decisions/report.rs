//! How well decisions are made. Source: requirements S3-37, S3-38.
use leptos::prelude::*;
use shared::api::DecisionReport;

use crate::format::count;
use crate::query::use_query;
use crate::ui::{Loaded, Panel};
use crate::{api, t, tn};

#[component]
pub(super) fn Report() -> impl IntoView {
    let report = use_query(api::decision_report);
    view! {
        <Panel title=t!(decisions.report)>
            <Loaded of=report.standing() rows=2>
                {move || report.get().map(|report| view! { <Figures report /> })}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Figures(report: DecisionReport) -> impl IntoView {
    let of = |n: i64, all: i64| t!(decisions.of, n = count(n), all = count(all));
    let figures = [
        (t!(decisions.figure_on_time), of(report.on_time, report.with_due_day)),
        (t!(decisions.figure_evidence), of(report.with_evidence, report.made)),
        (t!(decisions.figure_held), of(report.not_reopened, report.made)),
        (t!(decisions.figure_sound), of(report.sound, report.made)),
        (t!(decisions.figure_open), count(report.open)),
        (t!(decisions.figure_overdue), count(report.overdue)),
    ];
    let fact = |(label, value): (&'static str, String)| {
        view! {
            <div class="fact">
                <dt>{label}</dt>
                <dd class="num">{value}</dd>
            </div>
        }
    };
    let debated = report.debated.into_iter().map(|one| {
        let href = format!("/decisions?decision={}", one.decision_id);
        let times = tn!(one.times, decisions.again_one, decisions.again_other);
        view! {
            <li>
                <a class="link" href=href>{one.question}</a>
                " "
                <span class="text-muted">{times}</span>
            </li>
        }
    });
    let debated = debated.collect_view();
    view! {
        <dl class="panel-body facts-list">{figures.map(fact).collect_view()}</dl>
        {(report.reopenings > 0).then(|| view! {
            <div class="panel-body">
                <p class="font-medium">{t!(decisions.debated)}</p>
                <ul class="know-list">{debated}</ul>
            </div>
        })}
    }
}
