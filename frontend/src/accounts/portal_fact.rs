//! Whether the people of an account read their portal: one line among its facts.
use leptos::prelude::*;
use shared::api::{AccountId, Portal};

use crate::{
    api,
    format::{date, day_in_zone},
    query::use_query,
    session::{use_me, use_today},
    t,
};

/// Open or closed, and who looked last. Nothing while it is not known: the panel has a link too.
#[component]
pub(super) fn PortalFact(id: AccountId) -> impl IntoView {
    let (me, today) = (use_me(), use_today());
    let portal = use_query(move || api::portal(id));
    let words = move || {
        portal.with(|portal| {
            let zone = me.with(|me| me.organisation.timezone.clone());
            let seen = portal.map(last_seen)?;
            Some(match (portal?.open, seen) {
                (false, _) => t!(portal_access.is_closed).to_owned(),
                (true, None) => t!(portal_access.open_unseen).to_owned(),
                (true, Some((at, name))) => {
                    let day = date(day_in_zone(at, &zone), today.get());
                    t!(portal_access.open_seen, day = day, name = name)
                }
            })
        })
    };
    move || {
        words().map(|words| {
            view! {
                <div class="fact">
                    <dt>{t!(portal_access.title)}</dt>
                    <dd class="num">
                        <a class="link" href=format!("/accounts/{id}/portal")>{words}</a>
                    </dd>
                </div>
            }
        })
    }
}

/// When its people looked last, and who of them.
fn last_seen(portal: &Portal) -> Option<(chrono::DateTime<chrono::Utc>, &str)> {
    let seen = portal.people.iter().filter_map(|one| Some((one.seen_at?, one.name.as_str())));
    seen.max_by_key(|(at, _)| *at)
}
