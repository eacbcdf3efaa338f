//! `/reviews/partners`: partners side by side on the same signals. Source: requirement S0-24.
use leptos::prelude::*;
use shared::api::{ComparedAccount, ComparedSignal, Page};

use super::nav::{Screen, Tabs};
use super::words;
use crate::format::date;
use crate::query::use_query;
use crate::session::use_today;
use crate::shell::Area;
use crate::ui::{Empty, Loaded, PageHeader, Panel};
use crate::{api, t};

/// `/reviews/partners`
#[component]
pub fn ComparePage() -> impl IntoView {
    let compared = use_query(api::partners_compared);
    let any = move || compared.with(|page| page.is_some_and(|page| !page.items.is_empty()));
    view! {
        <PageHeader title=t!(reviews.compare) area=Area::Reviews>""</PageHeader>
        <Tabs screen=Screen::Compare />
        <div class="page">
            <Panel title=t!(reviews.compare)>
                <Loaded of=compared.standing() rows=6>
                    <Show
                        when=any
                        fallback=|| view! {
                            <Empty icon=icondata::LuScale title=t!(reviews.no_partners) />
                        }
                    >
                        {move || compared.get().map(|page| view! { <Side page /> })}
                    </Show>
                </Loaded>
            </Panel>
        </div>
    }
}

/// A row for each signal, a column for each partner.
#[component]
fn Side(page: Page<ComparedAccount>) -> impl IntoView {
    let all = page.items;
    let heads = all.iter().map(|one| {
        let href = format!("/accounts/{}", one.account_id);
        let name = one.account_name.clone();
        view! { <th scope="col" class="end"><a class="link" href=href>{name}</a></th> }
    });
    let heads = heads.collect_view();
    let kinds: Vec<_> = all
        .first()
        .map(|one| one.signals.iter().map(|signal| signal.kind).collect())
        .unwrap_or_default();
    let rows = kinds.into_iter().map(|kind| {
        let cells = all.iter().map(|one| {
            let found = one.signals.iter().find(|signal| signal.kind == kind).cloned();
            let of = one.account_name.clone();
            found.map(|signal| view! { <Cell signal of /> })
        });
        let cells = cells.collect_view();
        view! {
            <tr>
                <th scope="row" class="text-start font-normal">{words::signal(kind)}</th>
                {cells}
            </tr>
        }
    });
    let rows = rows.collect_view();
    view! {
        <div class="table-wrap">
            <table class="table table-cards">
                <thead>
                    <tr><th scope="col">{t!(reviews.signals)}</th> {heads}</tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Cell(signal: ComparedSignal, of: String) -> impl IntoView {
    let weak = signal.weak.then(|| {
        view! { <span class="know-guide">" " {t!(reviews.weak)}</span> }
    });
    // What people rated is as old as the review in which they did.
    let today = use_today().get_untracked();
    let rated = signal.rated_on.map(|on| {
        view! { <p class="text-muted">{t!(reviews.rated_on, on = date(on, today))}</p> }
    });
    view! {
        <td class="num end" data-label=of>
            <div>{words::percent(signal.percent)} {weak} {rated}</div>
        </td>
    }
}
