//! The first steps of a new workspace; gone once they are taken.
use leptos::prelude::*;
use shared::api::{Account, AccountKind, FirstSteps, Page};

use crate::{
    api,
    query::{Query, use_query_when},
    session::{manages, use_me},
    t,
    ui::{ButtonLink, Icon, Panel, Variant, icon},
};

/// Where a retainer is made with all that belongs to it.
const START: &str = "/start";

#[component]
pub(super) fn Checklist(accounts: Query<Page<Account>>) -> impl IntoView {
    let me = use_me();
    let may = Memo::new(move |_| me.with(|me| manages(me.role)));
    let steps = use_query_when(move || may.get().then(api::first_steps));
    let shown = Memo::new(move |_| steps.with(|steps| steps.is_some_and(FirstSteps::wait)));
    view! {
        <Show when=move || shown.get()>
            <Steps steps accounts />
        </Show>
    }
}

#[component]
fn Steps(steps: Query<FirstSteps>, accounts: Query<Page<Account>>) -> impl IntoView {
    let is = move |pick: fn(&FirstSteps) -> bool| {
        Signal::derive(move || steps.with(|steps| steps.is_some_and(pick)))
    };
    let first = move || accounts.with(|page| clients(page?).next().map(|account| account.id));
    let sold = move || {
        accounts.with(|page| {
            let retainers = clients(page?).flat_map(|account| &account.retainers);
            retainers.map(|one| (one.account_id, one.id)).next()
        })
    };
    // A client that is there is gone on with.
    let capacity = Signal::derive(move || match first() {
        Some(id) => format!("{START}?account={id}"),
        None => START.to_owned(),
    });
    let scope = Signal::derive(move || match sold() {
        Some((account, id)) => format!("/accounts/{account}/retainers/{id}/scope"),
        None => capacity.get(),
    });
    let portal = Signal::derive(move || match sold().map(|(account, _)| account).or_else(first) {
        Some(id) => format!("/accounts/{id}/portal"),
        None => START.to_owned(),
    });
    let begun = is(|steps| steps.client || steps.capacity);
    view! {
        <Panel title=t!(today.begin)>
            <Show when=move || !begun.get()>
                <div class="panel-body flex flex-wrap items-center gap-3">
                    <p class="grow text-soft">{t!(today.begin_about)}</p>
                    <ButtonLink href=START variant=Variant::Primary>
                        {t!(today.begin_verb)}
                    </ButtonLink>
                </div>
            </Show>
            <ol class="panel-rows">
                <Step
                    taken=is(|steps| steps.client)
                    title=t!(today.step_client)
                    about=t!(today.step_client_about)
                    verb=t!(today.step_client_verb)
                    href=START
                />
                <Step
                    taken=is(|steps| steps.scope)
                    title=t!(today.step_scope)
                    about=t!(today.step_scope_about)
                    verb=t!(today.step_scope_verb)
                    href=scope
                />
                <Step
                    taken=is(|steps| steps.capacity)
                    title=t!(today.step_capacity)
                    about=t!(today.step_capacity_about)
                    verb=t!(today.step_capacity_verb)
                    href=capacity
                />
                <Step
                    taken=is(|steps| steps.team)
                    title=t!(today.step_team)
                    about=t!(today.step_team_about)
                    verb=t!(today.step_team_verb)
                    href="/members?new=1"
                />
                <Step
                    taken=is(|steps| steps.portal)
                    title=t!(today.step_portal)
                    about=t!(today.step_portal_about)
                    verb=t!(today.step_portal_verb)
                    href=portal
                />
            </ol>
        </Panel>
    }
}

/// Whom something is sold to; a partner sells to us.
fn clients(page: &Page<Account>) -> impl Iterator<Item = &Account> {
    page.items.iter().filter(|account| account.kind == AccountKind::Client)
}

#[component]
fn Step(
    taken: Signal<bool>,
    title: &'static str,
    about: &'static str,
    verb: &'static str,
    #[prop(into)] href: Signal<String>,
) -> impl IntoView {
    let look =
        move || -> Icon { if taken.get() { icondata::LuCircleCheck } else { icondata::LuCircle } };
    view! {
        <li class="loose-end">
            <span class="loose-end-icon" class:is-done=move || taken.get()>
                {move || icon(look())}
            </span>
            <div class="loose-end-words">
                <p class="loose-end-fact">
                    {title}
                    {move || taken.get().then(|| view! {
                        <span class="sr-only">{format!(", {}", t!(today.step_done))}</span>
                    })}
                </p>
                <p class="loose-end-consequence">{about}</p>
            </div>
            <Show when=move || !taken.get()>
                <ButtonLink href small=true>{verb}</ButtonLink>
            </Show>
        </li>
    }
}
