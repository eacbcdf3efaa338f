//! The latest time of an account.
use leptos::prelude::*;
use shared::api::{AccountId, Page, TimeEntry};

use crate::{
    api,
    format::{date, effort},
    query::{Query, use_query},
    session::use_today,
    t,
    ui::{Badge, ButtonLink, Empty, Loaded, Panel},
};

#[component]
pub(super) fn RecentTime(id: AccountId) -> impl IntoView {
    let entries = use_query(move || {
        let filter = api::TimeFilter { account_id: Some(id), limit: Some(8), ..Default::default() };
        api::time_entries(&filter)
    });
    let all = format!("/time?account={id}");
    let aside = move || view! { <a class="link" href=all.clone()>{t!(accounts.all_time)}</a> };
    view! {
        <Panel title=t!(accounts.recent) aside=aside>
            <Loaded of=entries.standing() rows=4>
                <Rows id entries />
            </Loaded>
        </Panel>
    }
}

fn no_note() -> String {
    t!(accounts.no_note).to_owned()
}

#[component]
fn Rows(id: AccountId, entries: Query<Page<TimeEntry>>) -> impl IntoView {
    let today = use_today();
    let rows = move || entries.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
    let none = move || {
        view! {
            <Empty title=t!(accounts.no_time)>
                <ButtonLink href=format!("/time?log=1&account={id}") small=true>
                    {t!(shell.log_time)}
                </ButtonLink>
            </Empty>
        }
    };
    view! {
        <Show when=move || !rows().is_empty() fallback=none>
            <div class="table-wrap">
                <table class="table table-cards entries">
                    <thead>
                        <tr>
                            <th scope="col">{t!(common.date)}</th>
                            <th scope="col">{t!(common.note)}</th>
                            <th scope="col">{t!(common.retainer)}</th>
                            <th scope="col">{t!(common.member)}</th>
                            <th scope="col" class="end">{t!(accounts.time)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        <For each=rows key=|entry| (entry.id, entry.version) let:entry>
                            <tr>
                                <td data-label=t!(common.date) class="entry-day num nowrap">
                                    {date(entry.worked_on, today.get_untracked())}
                                </td>
                                <td data-label=t!(common.note) class="entry-note wide">
                                    {entry.note.clone().unwrap_or_else(no_note)}
                                    {(!entry.draws).then(|| view! {
                                        " " <Badge>{t!(accounts.not_drawing)}</Badge>
                                    })}
                                </td>
                                <td class="entry-retainer" data-label=t!(common.retainer)>
                                    {entry.retainer_name.clone()}
                                </td>
                                <td class="entry-who" data-label=t!(common.member)>
                                    {entry.member_name.clone()}
                                </td>
                                <td data-label=t!(accounts.time) class="entry-time end num nowrap">
                                    {effort(entry.minutes)}
                                </td>
                            </tr>
                        </For>
                    </tbody>
                </table>
            </div>
        </Show>
    }
}
