//! `/reviews`: what is due, what comes later, what was held. Source: requirement S3-14.
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_navigate;
use shared::api::{NewReview, RetainerId, Review, ReviewPlan};

use super::figures::Figures;
use super::nav::{Screen, Tabs};
use crate::format::date;
use crate::i18n::fault_words;
use crate::keys::{Group, use_action};
use crate::query::{self, Query, use_all, use_query};
use crate::session::{manages, use_me, use_today};
use crate::shell::Area;
use crate::ui::{
    Badge, Button, ButtonLink, Dialog, Empty, Loaded, PageHeader, Panel, Tone, Variant, toast,
};
use crate::{api, t};
use shared::api::Page;

/// Begins a review and goes to its room.
fn starter() -> Callback<RetainerId> {
    let navigate = use_navigate();
    Callback::new(move |retainer_id: RetainerId| {
        let navigate = navigate.clone();
        spawn_local(async move {
            match api::start_review(&NewReview { retainer_id }).await {
                Ok(room) => {
                    query::invalidate("/reviews");
                    navigate(&format!("/reviews/{}", room.review.id), Default::default());
                }
                Err(fault) => toast(fault_words(&fault)),
            }
        });
    })
}

/// `/reviews`
#[component]
pub fn ReviewsPage() -> impl IntoView {
    super::room::style();
    let due = use_all(|| Some(api::review_plan(true)));
    let later = use_all(|| Some(api::review_plan(false)));
    let start = starter();
    let may = use_me().with_untracked(|me| manages(me.role));
    // A key is pressed before one has read whose review it starts: so it is asked.
    let asked = RwSignal::new(None::<(RetainerId, String)>);
    let asking = RwSignal::new(false);
    use_action(Group::Here, t!(reviews.start), "c", move || {
        let waits = |plan: &ReviewPlan| plan.running_id.is_none();
        let first = due.get_untracked().and_then(|page| page.items.into_iter().find(waits));
        if let Some(first) = first.filter(|_| may) {
            let name = format!("{} · {}", first.account_name, first.retainer_name);
            asked.set(Some((first.retainer_id, name)));
            asking.set(true);
        }
    });
    let about = t!(reviews.about);
    view! {
        <PageHeader title=t!(reviews.title) area=Area::Reviews about>""</PageHeader>
        <Tabs screen=Screen::Reviews />
        <div class="page">
            <div class="know-columns">
                <div class="stack">
                    <Plan title=t!(reviews.due) plan=due start due=true />
                    <Plan title=t!(reviews.later) plan=later start due=false />
                </div>
                <div class="stack">
                    <Held />
                    <Figures />
                </div>
            </div>
        </div>
        <Dialog open=asking title=t!(reviews.start)>
            {move || asked.get_untracked().map(|(id, name)| {
                let press = Callback::new(move |()| {
                    asking.set(false);
                    start.run(id);
                });
                view! {
                    <div class="form">
                        <p>{t!(reviews.start_this, name = name)}</p>
                        <div class="form-actions">
                            <Button on_press=Callback::new(move |()| asking.set(false))>
                                {t!(common.cancel)}
                            </Button>
                            <Button variant=Variant::Primary on_press=press>
                                {t!(reviews.start)}
                            </Button>
                        </div>
                    </div>
                }
            })}
        </Dialog>
    }
}

#[component]
fn Plan(
    title: &'static str,
    plan: Query<Page<ReviewPlan>>,
    start: Callback<RetainerId>,
    due: bool,
) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let rows = move || plan.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let nothing = move || match due {
        true => view! {
            <Empty title=t!(reviews.none_due) about=t!(reviews.none_due_about) />
        }
        .into_any(),
        false => view! { <Empty title=t!(reviews.none_later) /> }.into_any(),
    };
    view! {
        <Panel title>
            <Loaded of=plan.standing() rows=4>
                <Show when=move || !rows().is_empty() fallback=nothing>
                    <ul class="panel-rows">
                        <For
                            each=rows
                            key=|one| (one.retainer_id, one.due_on, one.running_id)
                            let:plan
                        >
                            <PlanRow plan start may />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn PlanRow(plan: ReviewPlan, start: Callback<RetainerId>, may: bool) -> impl IntoView {
    let today = use_today().get_untracked();
    let day = match plan.due_on {
        Some(on) => t!(reviews.due_on, on = date(on, today)),
        None => t!(reviews.no_day).to_owned(),
    };
    let mut line = vec![plan.account_name.clone(), day];
    line.extend(plan.last_on.map(|on| t!(reviews.last_on, on = date(on, today))));
    let (id, name) = (plan.retainer_id, plan.retainer_name.clone());
    let act = match plan.running_id {
        Some(running) => view! {
            <ButtonLink href=format!("/reviews/{running}") small=true>
                {t!(reviews.go_on)}
                <span class="sr-only">{format!(", {name}")}</span>
            </ButtonLink>
        }
        .into_any(),
        None if may => {
            let name = format!(", {}, {name}", plan.account_name);
            let press = Callback::new(move |()| start.run(id));
            view! {
                <Button small=true on_press=press>
                    {t!(reviews.start)}
                    <span class="sr-only">{name}</span>
                </Button>
            }
            .into_any()
        }
        None => ().into_any(),
    };
    let badge = match (plan.running_id.is_some(), plan.due) {
        (true, _) => Some((Tone::Plain, icondata::LuTimer, t!(reviews.running))),
        (false, true) => Some((Tone::Warn, icondata::LuBellRing, t!(model.due))),
        (false, false) => None,
    };
    view! {
        <li class="know-row">
            <div class="know-row-head">
                <span class="font-medium">{plan.retainer_name}</span>
                {badge.map(|(tone, icon, words)| view! { <Badge tone icon>{words}</Badge> })}
                <span class="know-row-actions">{act}</span>
            </div>
            <p class="text-muted">{line.join(" · ")}</p>
        </li>
    }
}

#[component]
fn Held() -> impl IntoView {
    let held = use_query(api::reviews_held);
    let rows = move || held.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    view! {
        <Panel title=t!(reviews.held)>
            <Loaded of=held.standing() rows=3>
                <Show
                    when=move || !rows().is_empty()
                    fallback=|| view! { <Empty title=t!(reviews.none_held) /> }
                >
                    <ul class="panel-rows">
                        <For each=rows key=|one| one.id let:review>
                            <HeldRow review />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn HeldRow(review: Review) -> impl IntoView {
    let today = use_today().get_untracked();
    let name = format!("{} · {}", review.account_name, review.retainer_name);
    view! {
        <li class="know-row">
            <a class="link font-medium" data-row="" href=format!("/reviews/{}", review.id)>
                {name}
            </a>
            <p class="text-muted">
                {t!(reviews.number, n = review.number)} " · " {date(review.held_on, today)}
            </p>
        </li>
    }
}
