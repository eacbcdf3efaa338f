//! What the people of an account have seen in the portal, what was seen last first.
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::api::{AccountId, PortalView};

use super::words;
use crate::format::{count, date, moment};
use crate::query::use_query;
use crate::session::{use_me, use_today};
use crate::ui::{Empty, Loaded, More, Panel, ReadOn};
use crate::{api, t};

/// Who saw which page, when and how often.
#[component]
pub(super) fn Seen(id: AccountId) -> impl IntoView {
    let first = use_query(move || api::portal_views(id));
    let path = Memo::new(move |_| Some(api::portal_views(id).path().to_owned()));
    let more = More::of(path, first);
    let all = move || {
        let mut all = first.with(|page| page.map(|page| page.items.clone())).unwrap_or_default();
        all.extend(more.rows());
        all
    };
    let rows =
        move || all().into_iter().map(|one: PortalView| view! { <Row one /> }).collect_view();
    let none = || {
        view! {
            <Empty
                icon=icondata::LuEye
                title=t!(portal_access.unseen)
                about=t!(portal_access.unseen_about)
            />
        }
    };
    view! {
        <Panel title=t!(portal_access.seen)>
            <Loaded of=first.standing() rows=4>
                <Show when=move || !all().is_empty() fallback=none>
                    <div class="table-wrap">
                        <table class="table table-cards">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(portal_access.who)}</th>
                                    <th scope="col">{t!(portal_access.page)}</th>
                                    <th scope="col">{t!(portal_access.first_at)}</th>
                                    <th scope="col">{t!(portal_access.last_at)}</th>
                                    <th scope="col" class="end">{t!(portal_access.times)}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                    <ReadOn on=more.on />
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn Row(one: PortalView) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let today = use_today().get_untracked();
    let when = |at: DateTime<Utc>| moment(at, &zone, today);
    let who = one.contact_name.clone();
    let who = who.unwrap_or_else(|| t!(portal_access.by_link).to_owned());
    let cycle = one.cycle_starts_on.map(|on| t!(portal_access.cycle_from, day = date(on, today)));
    let about = std::iter::once(words::page(&one)).chain(one.retainer_name.clone()).chain(cycle);
    let about = about.collect::<Vec<_>>().join(" · ");
    view! {
        <tr>
            <th scope="row" class="person">{who}</th>
            <td data-label=t!(portal_access.page)>{about}</td>
            <td data-label=t!(portal_access.first_at) class="num">{when(one.first_at)}</td>
            <td data-label=t!(portal_access.last_at) class="num">{when(one.last_at)}</td>
            <td data-label=t!(portal_access.times) class="end num">{count(one.times)}</td>
        </tr>
    }
}
