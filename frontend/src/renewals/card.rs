//! One renewal on the board or in the list, and moving it to another stage.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{Renewal, RenewalId, RenewalStage, RenewalUpdate};

use super::page::Shown;
use super::words::{self, TALKED};
use crate::accounts::HealthBadge;
use crate::format::money_short;
use crate::i18n::fault_words;
use crate::session::{manages, use_me, use_today};
use crate::ui::{Badge, Menu, MenuItem, Tone, keep_on, toast};
use crate::{api, query, t};

/// Its stage is told where no column does.
#[component]
pub(super) fn Card(
    shown: Shown,
    renewal: Renewal,
    #[prop(optional)] staged: bool,
) -> impl IntoView {
    let today = use_today().get_untracked();
    let id = renewal.id;
    let href = move || shown.href(Some(id));
    let current = move || (shown.id.get() == Some(id)).then_some("true");
    let stage = staged.then(|| view! { <StageBadge stage=renewal.stage /> });
    let health = renewal.health.and_then(|health| health.state);
    let health = health.map(|state| view! { <HealthBadge state /> });
    let mrr = t!(renewals.mrr_of, amount = money_short(&renewal.mrr));
    let lines = lines(&renewal, today).into_iter();
    let lines = lines.map(|line| view! { <p class="text-muted num">{line}</p> });
    let plan = renewal.plan.as_deref().and_then(|plan| plan.lines().next()).map(str::to_owned);
    view! {
        <li class="know-row">
            <p class="know-row-head">
                <a
                    id=link_id(id)
                    class="link font-medium"
                    data-row=""
                    href=href
                    aria-current=current
                >
                    {format!("{} · {}", renewal.account_name, renewal.retainer_name)}
                </a>
                {stage}
                {health}
            </p>
            <p class="num">{mrr}</p>
            {lines.collect_view()}
            {plan.map(|plan| view! { <p class="text-soft">{plan}</p> })}
            <div class="know-row-head">
                <Owner name=renewal.owner_name.clone() />
                <Mover renewal />
            </div>
        </li>
    }
}

/// The focus comes back to it.
fn link_id(id: RenewalId) -> String {
    format!("renewal-{id}")
}

/// Days, rule, chance and use, as far as they still matter.
fn lines(renewal: &Renewal, today: NaiveDate) -> Vec<String> {
    if let Some(outcome) = &renewal.outcome {
        let why = words::reason(outcome.reason).to_owned();
        let parts = [outcome.change.map(|change| words::change(change).to_owned()), Some(why)];
        return vec![parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")];
    }
    let notice = words::notice(renewal, today);
    let rule = words::end_rule(renewal.end_rule);
    let rule = match renewal.stage.is_talked_about() {
        true => t!(renewals.rule_and_chance, rule = rule, share = words::likely(renewal)),
        false => rule.to_owned(),
    };
    let all = [notice, Some(words::ends(renewal, today)), Some(rule), words::used(renewal)];
    all.into_iter().flatten().collect()
}

#[component]
pub(super) fn StageBadge(stage: RenewalStage) -> impl IntoView {
    let (tone, icon) = words::look(stage);
    view! { <Badge tone icon>{words::stage(stage)}</Badge> }
}

/// Who sees to it.
#[component]
pub(super) fn Owner(name: Option<String>) -> impl IntoView {
    match name {
        Some(name) => view! { <span class="text-soft">{name}</span> }.into_any(),
        None => view! {
            <Badge tone=Tone::Warn icon=icondata::LuUserX>{t!(renewals.nobody)}</Badge>
        }
        .into_any(),
    }
}

/// A menu of the stages, for who may move it.
#[component]
fn Mover(renewal: Renewal) -> impl IntoView {
    let may = use_me().with_untracked(|me| manages(me.role));
    let (id, version, stage) = (renewal.id, renewal.version, renewal.stage);
    (may && stage.is_talked_about()).then(|| {
        let items = TALKED.map(|to| {
            let press = Callback::new(move |()| {
                if to != stage {
                    move_to((id, version), to, move |_| keep_on(link_id(id)));
                }
            });
            let chosen = Signal::stored(to == stage);
            view! { <MenuItem chosen on_press=press>{words::stage(to)}</MenuItem> }
        });
        let label = t!(renewals.move_of, name = renewal.account_name);
        view! { <Menu label>{items.collect_view()}</Menu> }
    })
}

/// Moves a renewal that was read at this version to another stage; `ended` is told whether it was.
pub(super) fn move_to(
    (id, version): (RenewalId, i64),
    to: RenewalStage,
    ended: impl FnOnce(bool) + 'static,
) {
    let body = RenewalUpdate { stage: Some(to), ..RenewalUpdate::default() };
    spawn_local(async move {
        let answer = api::change_renewal(id, version, &body).await;
        query::invalidate("/renewals");
        query::invalidate("/retainers");
        ended(answer.is_ok());
        match answer {
            Ok(_) => toast(t!(renewals.moved, stage = words::stage(to))),
            Err(fault) => toast(fault_words(&fault)),
        }
    });
}
