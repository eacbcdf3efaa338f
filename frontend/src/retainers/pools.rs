//! A retainer with several pools: which one the ledger, the statement and the outlook speak of.
use leptos::prelude::*;
use shared::api::Pool;

use super::page::{Shown, address};
use crate::format::pool_name;
use crate::t;
use crate::ui::{Tab, TabLinks};

/// The pools as tabs; none where there is only one.
#[component]
pub(super) fn PoolTabs(shown: Shown) -> impl IntoView {
    let tabs = Signal::derive(move || {
        let chosen = shown.pool.with(|pool| pool.as_ref().map(|pool| pool.key.clone()));
        let seq = shown.asked.get();
        let tab = |pool: &Pool| {
            let href = shown.retainer.with(|retainer| {
                retainer.map(|retainer| address(retainer, seq, Some(&pool.key), None))
            });
            Tab {
                href: href.unwrap_or_default(),
                label: pool_name(pool),
                count: None,
                current: chosen.as_ref() == Some(&pool.key),
            }
        };
        shown.pools.with(|pools| pools.iter().map(tab).collect())
    });
    view! {
        <Show when=move || several(shown)>
            <div class="panel overflow-hidden">
                <TabLinks label=t!(retainers.pools) tabs />
            </div>
        </Show>
    }
}

/// Whether the cycle shown has more than one pool.
pub(super) fn several(shown: Shown) -> bool {
    shown.pools.with(|pools| pools.len() > 1)
}

/// A panel's title; with the name of the pool it speaks of, where there are several.
pub(super) fn titled(shown: Shown, title: &'static str) -> Signal<String> {
    Signal::derive(move || match shown.pool.get().filter(|_| several(shown)) {
        Some(pool) => t!(retainers.title_of_pool, title = title, pool = pool_name(&pool)),
        None => title.to_owned(),
    })
}
