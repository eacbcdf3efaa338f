//! The first steps of a new workspace; gone once they are taken.
use leptos::prelude::*;
use shared::api::{Account, Import, Page};

use crate::{
    api,
    query::{Query, use_query},
    session::use_me,
    t,
    ui::{ButtonLink, Icon, Panel, icon},
};

/// Which steps are taken: client, retainer, time, team.
type Taken = [bool; 4];

#[component]
pub(super) fn Checklist(
    accounts: Query<Page<Account>>,
    imports: Query<Page<Import>>,
) -> impl IntoView {
    let members = use_query(api::members);
    let me = use_me();
    let taken = Memo::new(move |_| -> Option<Taken> {
        let (client, retainer, time) = accounts.with(|page| {
            let items = &page?.items;
            let retainers = || items.iter().flat_map(|account| &account.retainers);
            let used = |b: &shared::api::Balance| b.used > 0;
            Some((
                !items.is_empty(),
                retainers().next().is_some(),
                retainers().flat_map(|r| &r.balances).any(used),
            ))
        })?;
        let imported = imports.with(|page| page.is_some_and(|page| !page.items.is_empty()));
        let team = members.with(|page| page.is_some_and(|page| page.items.len() > 1));
        Some([client, retainer, time || imported, team])
    });
    // Only for those who begin: with a retainer and time the rest explains itself.
    let shown = Memo::new(move |_| {
        let manages = crate::session::manages(me.get().role);
        manages && taken.get().is_some_and(|[_, retainer, time, _]| !(retainer && time))
    });
    let first_account =
        move || accounts.with(|page| page.and_then(|page| Some(page.items.first()?.id)));
    let retainer_href = Signal::derive(move || match first_account() {
        Some(id) => format!("/accounts/{id}/retainers/new"),
        None => "/accounts?new=1".to_owned(),
    });
    let at = move |n: usize| Signal::derive(move || taken.get().is_some_and(|taken| taken[n]));
    view! {
        <Show when=move || shown.get()>
            <Panel title=t!(today.begin)>
                <ol class="panel-rows">
                    <Step
                        taken=at(0)
                        title=t!(today.step_client)
                        about=t!(today.step_client_about)
                        verb=t!(today.step_client_verb)
                        href="/accounts?new=1"
                    />
                    <Step
                        taken=at(1)
                        title=t!(today.step_retainer)
                        about=t!(today.step_retainer_about)
                        verb=t!(today.step_retainer_verb)
                        href=retainer_href
                    />
                    <Step
                        taken=at(2)
                        title=t!(today.step_time)
                        about=t!(today.step_time_about)
                        verb=t!(today.step_time_verb)
                        href="/imports"
                    />
                    <Step
                        taken=at(3)
                        title=t!(today.step_team)
                        about=t!(today.step_team_about)
                        verb=t!(today.step_team_verb)
                        href="/members?new=1"
                    />
                </ol>
            </Panel>
        </Show>
    }
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
