//! What was signed of each retainer of an account, and whether its terms were changed since.
use leptos::prelude::*;
use shared::api::{
    Account, AccountFile, AccountId, Agreement, AgreementId, Agreements, Page, RetainerId,
};

use super::agreement_form::AgreementForm;
use super::words;
use crate::{
    api,
    format::date,
    query::{Query, use_query},
    session::{manages, use_me, use_today},
    t,
    ui::{Badge, Button, Dialog, Empty, Loaded, Panel, Tone, icon},
};

/// The agreements of each retainer.
#[component]
pub(super) fn AgreementsPanel(
    id: AccountId,
    account: Query<Account>,
    files: Query<Page<AccountFile>>,
) -> impl IntoView {
    let retainers = Memo::new(move |_| {
        account.with(|account| {
            let all = account.map(|account| account.retainers.iter());
            let one = |one: &shared::api::RetainerSummary| (one.id, one.name.clone());
            all.map(|all| all.map(one).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    view! {
        <Panel title=t!(files.agreements)>
            <Loaded of=account.standing() rows=3>
                <Show
                    when=move || retainers.with(|retainers| !retainers.is_empty())
                    fallback=|| view! { <Empty title=t!(files.no_retainers) /> }
                >
                    <ul class="panel-rows">
                        <For each=move || retainers.get() key=|one| one.clone() let((retainer, name))>
                            <OfRetainer account=id retainer name files />
                        </For>
                    </ul>
                </Show>
            </Loaded>
        </Panel>
    }
}

#[component]
fn OfRetainer(
    account: AccountId,
    retainer: RetainerId,
    name: String,
    files: Query<Page<AccountFile>>,
) -> impl IntoView {
    let all = use_query(move || api::agreements(retainer));
    let open = RwSignal::new(false);
    let may = use_me().with_untracked(|me| manages(me.role));
    let none = move || files.with(|page| page.is_none_or(|page| page.items.is_empty()));
    let reason = Signal::derive(move || {
        if !may {
            Some(t!(files.needs_role).to_owned())
        } else if none() {
            Some(t!(files.needs_file).to_owned())
        } else {
            None
        }
    });
    let press = Callback::new(move |()| open.set(true));
    let title = t!(files.agreement_of, name = name.as_str());
    let of = format!(", {name}");
    let href = format!("/accounts/{account}/retainers/{retainer}");
    view! {
        <li class="tl-row">
            <p class="tl-head">
                <a class="link font-medium" href=href>{name}</a>
            </p>
            <Loaded of=all.standing() rows=1>
                {move || all.get().map(|all| view! { <Signed all /> })}
            </Loaded>
            <div class="tl-acts">
                <Button small=true icon=icondata::LuPlus reason on_press=press>
                    {t!(files.add_agreement)}
                    <span class="sr-only">{of}</span>
                </Button>
            </div>
            <Dialog open title>
                <AgreementForm account retainer all files open />
            </Dialog>
        </li>
    }
}

/// The warning if the terms were changed, and what was signed.
#[component]
fn Signed(all: Agreements) -> impl IntoView {
    let Agreements { items, in_force, coming, drift, .. } = all;
    let drift = drift.map(|drift| view! { <DriftNote words=words::drifted(&drift) /> });
    let list = if items.is_empty() {
        view! { <p class="text-muted">{t!(files.none_signed)}</p> }.into_any()
    } else {
        let rows = items.into_iter().map(|one| view! { <One one in_force coming /> });
        view! { <ul class="stack">{rows.collect_view()}</ul> }.into_any()
    };
    view! { {drift} {list} }
}

/// That the terms were changed since somebody signed them.
#[component]
pub(super) fn DriftNote(words: String) -> impl IntoView {
    view! {
        <div class="note note-warn">
            {icon(icondata::LuTriangleAlert)}
            <p class="note-words">{words}</p>
        </div>
    }
}

#[component]
fn One(
    one: Agreement,
    in_force: Option<AgreementId>,
    coming: Option<AgreementId>,
) -> impl IntoView {
    let today = use_today().get_untracked();
    let (holds, comes) = (in_force == Some(one.id), coming == Some(one.id));
    let from = date(one.starts_on, today);
    let terms = t!(files.of_terms, number = one.terms_number, day = from);
    let by = one.proposal_id.is_some().then(|| t!(files.by_link).to_owned());
    let facts: Vec<String> =
        [Some(terms), one.file_name.clone(), by].into_iter().flatten().collect();
    view! {
        <li>
            <p class="tl-head">
                <span class="font-medium">{words::title(&one)}</span>
                {holds.then(|| view! {
                    <Badge tone=Tone::Ok icon=icondata::LuCheck>{t!(files.in_force)}</Badge>
                })}
                {comes.then(|| view! {
                    <Badge icon=icondata::LuClock>{t!(files.coming)}</Badge>
                })}
            </p>
            <p class="break-words">{words::signed(&one)}</p>
            <p class="break-words text-xs text-muted">{facts.join(" · ")}</p>
        </li>
    }
}
