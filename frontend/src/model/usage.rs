//! What is used and what is not; what nobody uses goes by one press. Source: requirements S0-7,
//! S3-11, S3-13.
use leptos::{prelude::*, task::spawn_local};
use shared::api::{
    NewRetirement, RequestTypeChange, SopId, UsageReport, UsageRow, UsedKind, Workflow,
    WorkflowChange,
};
use shared::rules::know::Verdict;

use super::page::Model;
use super::words;
use crate::api::Fault;
use crate::format::count;
use crate::i18n::fault_words;
use crate::query::{self, use_query};
use crate::ui::{Badge, Button, Loaded, Panel, Tone, toast};
use crate::{api, t};

#[component]
pub(super) fn Usage(model: Model) -> impl IntoView {
    let report = use_query(api::usage_report);
    view! {
        <Panel title=t!(model.usage)>
            <Loaded of=report.standing() rows=4>
                {move || report.get().map(|report| view! { <Rows report may=model.may /> })}
            </Loaded>
        </Panel>
    }
}

#[component]
fn Rows(report: UsageReport, may: bool) -> impl IntoView {
    if report.rows.is_empty() {
        return view! { <p class="panel-body text-muted">{t!(model.usage_none)}</p> }.into_any();
    }
    let about = t!(model.usage_about, cycles = count(report.cycles));
    let rows = report.rows.into_iter().map(|row| view! { <Row row may /> }).collect_view();
    view! {
        <p class="panel-body text-soft">{about}</p>
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr>
                        <th scope="col">{t!(model.usage_what)}</th>
                        <th scope="col">{t!(model.usage_times)}</th>
                        <th scope="col">{t!(model.usage_verdict)}</th>
                        <th scope="col"><span class="sr-only">{t!(model.usage_act)}</span></th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

#[component]
fn Row(row: UsageRow, may: bool) -> impl IntoView {
    let kind = match row.kind {
        UsedKind::Sop => t!(model.sop),
        UsedKind::RequestType => t!(model.used_type),
        UsedKind::Part => t!(model.used_part),
        UsedKind::Input => t!(model.used_input),
    };
    let place = row.place.clone().map(|place| format!(", {place}")).unwrap_or_default();
    let (tone, icon, verdict) = match row.verdict {
        Verdict::Remove => (Tone::Warn, icondata::LuScissors, t!(model.verdict_remove)),
        Verdict::Keep => (Tone::Plain, icondata::LuMinus, t!(model.verdict_keep)),
        Verdict::Strengthen => (Tone::Ok, icondata::LuTrendingUp, t!(model.verdict_strengthen)),
    };
    // A field is changed where its form is.
    let removable = may && row.verdict == Verdict::Remove && row.kind != UsedKind::Input;
    let kept = StoredValue::new(row.clone());
    let busy = RwSignal::new(false);
    let press = Callback::new(move |()| {
        busy.set(true);
        spawn_local(async move {
            match remove(kept.get_value()).await {
                Ok(()) => {
                    for path in ["/workflows", "/sops", "/request-types"] {
                        query::invalidate(path);
                    }
                    toast(t!(model.removed));
                }
                Err(fault) => toast(fault_words(&fault)),
            }
            busy.try_set(false);
        });
    });
    let label = t!(model.remove_this, name = row.name.as_str());
    view! {
        <tr>
            <th scope="row" class="text-start font-normal">
                <div>
                    {row.name}
                    <p class="text-muted">{kind} {place}</p>
                </div>
            </th>
            <td class="num" data-label=t!(model.usage_times)>{count(row.times)}</td>
            <td data-label=t!(model.usage_verdict)>
                <div>
                    <Badge tone icon>{verdict}</Badge>
                    {row.removal.map(|why| view! {
                        <p class="text-muted">{words::removal(why)}</p>
                    })}
                </div>
            </td>
            <td class="end">
                {removable.then(|| view! {
                    <Button small=true busy label on_press=press>{t!(model.remove)}</Button>
                })}
            </td>
        </tr>
    }
}

/// Takes something out of use that nobody uses.
async fn remove(row: UsageRow) -> Result<(), Fault> {
    match row.kind {
        UsedKind::Sop => {
            let Ok(id) = row.id.parse::<SopId>() else { return Ok(()) };
            let body = NewRetirement { reason: t!(model.removal_unused).to_owned(), on: None };
            api::retire_sop(id, &body).await.map(drop)
        }
        UsedKind::RequestType => {
            let Ok(id) = row.id.parse() else { return Ok(()) };
            let now = api::request_type(id).send().await?;
            let body = RequestTypeChange { archived: Some(true), ..Default::default() };
            api::change_request_type(id, now.version, &body).await.map(drop)
        }
        UsedKind::Part => {
            let Ok(id) = row.id.parse() else { return Ok(()) };
            let now: Workflow = api::workflow(id).send().await?;
            let mut terms = now.terms;
            terms.parts.retain(|part| Some(&part.key) != row.key.as_ref());
            let body = WorkflowChange { terms: Some(terms), ..Default::default() };
            api::change_workflow(id, now.version, &body).await.map(drop)
        }
        // No button does that.
        UsedKind::Input => Ok(()),
    }
}
