//! What waits for the reader as an owner of workflows. Source: requirement S3-6.
use leptos::prelude::*;
use shared::api::OwnersBoard;

use super::words;
use crate::format::date;
use crate::query::use_query;
use crate::session::use_today;
use crate::ui::{Badge, Loaded, Panel, Tone};
use crate::{api, t};

#[component]
pub(super) fn Board() -> impl IntoView {
    let board = use_query(api::owners_board);
    view! {
        <Panel title=t!(model.board)>
            <Loaded of=board.standing() rows=3>
                {move || board.get().map(|board| view! { <Rows board /> })}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Rows(board: OwnersBoard) -> impl IntoView {
    let today = use_today().get_untracked();
    let OwnersBoard { risks, evidence, decisions } = board;
    if risks.is_empty() && evidence.is_empty() && decisions.is_empty() {
        return view! { <p class="panel-body text-muted">{t!(model.board_none)}</p> }.into_any();
    }
    let risks = risks.into_iter().map(|one| {
        let place = one.workflow_name.unwrap_or_default();
        view! {
            <li class="know-row">
                <p>{words::friction(one.kind)} ": " {one.note}</p>
                <p class="text-muted">{place} " · " {date(one.noticed_on, today)}</p>
            </li>
        }
    });
    let evidence = evidence.into_iter().map(|one| {
        view! {
            <li class="know-row">
                <p class="know-row-head">
                    <span>{one.evidence}</span>
                    {one.due.then(|| view! {
                        <Badge tone=Tone::Warn icon=icondata::LuBellRing>{t!(model.due)}</Badge>
                    })}
                </p>
                <p class="text-muted">{one.workflow_name} " · " {date(one.on, today)}</p>
            </li>
        }
    });
    let decisions = decisions.into_iter().map(|one| {
        let href = format!("/decisions?decision={}", one.id);
        let due = one.due_on.map(|on| t!(decisions.due_by, on = date(on, today)));
        view! {
            <li class="know-row">
                <a class="link" href=href>{one.question}</a>
                <p class="text-muted">{due}</p>
            </li>
        }
    });
    let (risks, evidence) = (risks.collect_view(), evidence.collect_view());
    let decisions = decisions.collect_view();
    let part = |title: &'static str, rows: AnyView, any: bool| {
        any.then(|| {
            view! {
                <section class="know-section">
                    <h3 class="know-part">{title}</h3>
                    <ul class="panel-rows">{rows}</ul>
                </section>
            }
        })
    };
    let any = (!risks.is_empty(), !evidence.is_empty(), !decisions.is_empty());
    view! {
        {part(t!(model.board_decisions), decisions.into_any(), any.2)}
        {part(t!(model.board_evidence), evidence.into_any(), any.1)}
        {part(t!(model.board_risks), risks.into_any(), any.0)}
    }
    .into_any()
}
