//! One routine: one screen long, its history beside it, and as a sheet of paper.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{FormInput, Sop, SopId, SopVersion};

use super::sop_actions::Actions;
use super::{sops::marks, words};
use crate::format::date;
use crate::query::{Query, use_query_when};
use crate::session::use_today;
use crate::shell::Area;
use crate::ui::{Badge, Loaded, PageHeader, Panel};
use crate::{api, t, tn};

/// `/model/sops/:sop`
#[component]
pub fn SopPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|map| map.get("sop"))?.parse::<SopId>().ok());
    let sop = use_query_when(move || id.get().map(api::sop));
    let title = Signal::derive(move || {
        let name = sop.with(|sop| sop.map(|sop| sop.name.clone()));
        name.unwrap_or_else(|| t!(model.sop).to_owned())
    });
    let status = move || {
        let today = use_today().get_untracked();
        sop.get().map(|sop| marks(&sop, today))
    };
    view! {
        <PageHeader title area=Area::Model status=status>
            <Actions sop />
        </PageHeader>
        <div class="page">
            <Loaded of=sop.standing() rows=8>
                <div class="know-columns">
                    <div class="stack">
                        {move || sop.get().map(|sop| view! { <Body sop /> })}
                    </div>
                    <div class="stack no-print">
                        <Standing sop />
                        <History id />
                    </div>
                </div>
            </Loaded>
        </div>
    }
}

#[component]
fn Body(sop: Sop) -> impl IntoView {
    let today = use_today().get_untracked();
    let body = sop.body;
    let rhythm = tn!(body.review_days, model.every_day, model.every_days);
    let foot =
        t!(model.sheet_foot, name = sop.name.as_str(), n = sop.number, on = date(today, today));
    view! {
        <Panel title=t!(model.sop_says)>
            <div class="panel-body stack know-sheet">
                <p class="font-medium">{body.purpose}</p>
                <dl class="facts">
                    <dt>{t!(model.owner)}</dt>
                    <dd>{sop.owner_name}</dd>
                    <dt>{t!(model.review_rhythm)}</dt>
                    <dd>{rhythm}</dd>
                </dl>
                <Part title=t!(model.inputs)>{inputs(body.inputs)}</Part>
                <Part title=t!(model.steps)>
                    <ol class="know-list is-numbered">{items(body.steps)}</ol>
                </Part>
                <Part title=t!(model.quality)>
                    <ul class="know-list">{items(body.quality)}</ul>
                </Part>
                <Part title=t!(model.exceptions)>
                    <p>{body.exceptions}</p>
                </Part>
            </div>
        </Panel>
        <p class="print-only">{foot}</p>
    }
}

#[component]
fn Part(title: &'static str, children: Children) -> impl IntoView {
    view! {
        <section>
            <h3 class="know-part">{title}</h3>
            {children()}
        </section>
    }
}

fn items(texts: Vec<String>) -> impl IntoView {
    texts.into_iter().map(|text| view! { <li>{text}</li> }).collect_view()
}

fn inputs(inputs: Vec<FormInput>) -> impl IntoView {
    if inputs.is_empty() {
        return view! { <p class="text-muted">{t!(model.no_inputs)}</p> }.into_any();
    }
    let one = |input: FormInput| {
        let why = input.why.map(|why| t!(model.without_it, why = why));
        view! {
            <li>
                {input.label}
                {input.required.then(|| view! { " " <Badge>{t!(model.input_required)}</Badge> })}
                {why.map(|why| view! { <p class="text-muted">{why}</p> })}
            </li>
        }
    };
    view! { <ul class="know-list">{inputs.into_iter().map(one).collect_view()}</ul> }.into_any()
}

/// How it stands: why it is to be checked, how much it is used.
#[component]
fn Standing(sop: Query<Sop>) -> impl IntoView {
    let today = use_today().get_untracked();
    let body = move || {
        sop.with(|sop| {
            let sop = sop?;
            let due = sop.due.iter().map(|one| {
                view! { <li>{words::reason(one, today)}</li> }
            });
            let warnings = sop.warnings.iter().map(|one| {
                view! { <li>{words::warning(*one)}</li> }
            });
            let on = date(sop.next_check_on, today);
            let next = match sop.next_check_on < today {
                true => t!(model.check_since, on = on),
                false => t!(model.next_check, on = on),
            };
            let because = (!sop.due.is_empty()).then(|| {
                view! { <p class="know-part">{t!(model.check_because)}</p> }
            });
            let why = sop.retire_reason.clone().filter(|_| sop.retire_on.is_some());
            Some(view! {
                <p>{tn!(sop.uses_this_month, model.used_one, model.used_other)}</p>
                <p class="text-muted">{next}</p>
                {sop.replaces_name.clone().map(|name| view! {
                    <p>{t!(model.replaced, name = name)}</p>
                })}
                {why.map(|why| view! { <p>{t!(model.retire_because, why = why)}</p> })}
                {because}
                <ul class="know-list">{due.collect_view()} {warnings.collect_view()}</ul>
            })
        })
    };
    view! {
        <Panel title=t!(model.standing)>
            <div class="panel-body stack">{body}</div>
        </Panel>
    }
}

/// The texts of before. Source: requirement S0-40.
#[component]
fn History(id: Memo<Option<SopId>>) -> impl IntoView {
    let versions = use_query_when(move || id.get().map(api::sop_versions));
    let rows =
        move || versions.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <section id="history" tabindex="-1">
            <Panel title=t!(model.history)>
                <Loaded of=versions.standing() rows=2>
                    <ul class="panel-rows">
                        <For each=rows key=|one| (one.number, one.superseded) let:version>
                            <Version version />
                        </For>
                    </ul>
                </Loaded>
            </Panel>
        </section>
    }
}

#[component]
fn Version(version: SopVersion) -> impl IntoView {
    let today = use_today().get_untracked();
    let on = date(version.written_on, today);
    let head = t!(model.version, n = version.number, on = on, by = version.written_by.as_str());
    let past = version.superseded;
    view! {
        <li class="know-row">
            <p class="know-row-head">
                <span>{head}</span>
                {past.then(|| view! { <Badge>{t!(model.superseded)}</Badge> })}
            </p>
            {version.why.map(|why| view! { <p class="text-soft">{why}</p> })}
            {past.then(|| view! {
                <details>
                    <summary>{t!(model.version_show)}</summary>
                    <p>{version.body.purpose}</p>
                    <ol class="know-list is-numbered">{items(version.body.steps)}</ol>
                    <ul class="know-list">{items(version.body.quality)}</ul>
                </details>
            })}
        </li>
    }
}
