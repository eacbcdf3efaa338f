//! Six cycles, worst first.
use leptos::prelude::*;
use shared::api::{Account, Balance, Page};

use super::figures::to_watch;
use crate::{
    api::Path,
    format::pool_name,
    meter::{Meter, StateBadge, left_words},
    query::Query,
    t,
    ui::{ButtonLink, Empty},
};

#[component]
pub(super) fn Watch(accounts: Query<Page<Account>>) -> impl IntoView {
    let rows = Memo::new(move |_| {
        accounts.with(|page| {
            let accounts = page.map(|page| page.items.as_slice()).unwrap_or_default();
            let row = |(account, retainer, balance): (&Account, _, &Balance)| {
                let retainer: &shared::api::RetainerSummary = retainer;
                let path = Path::new(format!("/accounts/{}/retainers/{}", account.id, retainer.id));
                let (path, name) = if retainer.balances.len() > 1 {
                    let (name, pool) = (retainer.name.as_str(), pool_name(&balance.pool));
                    let path = path.with("pool", Some(&balance.pool.key));
                    (path, t!(today.pool_of, retainer = name, pool = pool))
                } else {
                    (path, retainer.name.clone())
                };
                (path.done(), account.name.clone(), name, balance.clone())
            };
            to_watch(accounts).into_iter().map(row).collect::<Vec<_>>()
        })
    });
    let empty = || {
        view! {
            <Empty title=t!(today.watch_none) about=t!(today.watch_none_about)>
                <ButtonLink href="/accounts" small=true>{t!(today.to_accounts)}</ButtonLink>
            </Empty>
        }
    };
    view! {
        <Show when=move || rows.with(|rows| !rows.is_empty()) fallback=empty>
            <ul class="panel-rows">
                <For
                    each=move || rows.get()
                    key=|(href, .., balance)| (href.clone(), balance.used, balance.available)
                    let((href, account, retainer, balance))
                >
                    <li class="watch">
                        <div class="watch-line">
                            <a href=href data-row="">
                                <span class="watch-name">{account}</span>
                                " "
                                <span class="watch-retainer">{retainer}</span>
                            </a>
                            <span class="watch-left num">{left_words(&balance)}</span>
                        </div>
                        <div class="watch-line">
                            <div class="watch-meter"><Meter balance=balance.clone() /></div>
                            <StateBadge state=balance.state />
                        </div>
                    </li>
                </For>
            </ul>
        </Show>
    }
}
