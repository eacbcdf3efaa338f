//! The screen: capacity on top, then what the retainer is for, holds, puts first and changes.
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use shared::api::{Balance, Retainer, RetainerId, RetainerScope, Role, ScopeGap};

use super::changes::ChangesPanel;
use super::delegations::DelegationsPanel;
use super::frame::FramePanel;
use super::gate::Checklist;
use super::lines::LinesPanels;
use super::priorities::PrioritiesPanel;
use super::signals::SignalsPanel;
use crate::api;
use crate::format::{cycle_range, pool_name};
use crate::meter::{Meter, MeterLegend, MeterSize, StateBadge, sentence};
use crate::query::{Query, use_query_when};
use crate::retainers::{NotThere, retainer_href, today};
use crate::session::{manages, use_me};
use crate::shell::Area;
use crate::t;
use crate::ui::{ButtonLink, Loaded, PageHeader, Panel};

/// What every panel of the screen needs.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    pub(super) id: RetainerId,
    pub(super) retainer: Query<Retainer>,
    pub(super) scope: Query<RetainerScope>,
    /// The reader may change it.
    pub(super) may: bool,
    /// The form of the frame is open.
    pub(super) editing: RwSignal<bool>,
    /// The field that this form is opened for.
    pub(super) wanted: RwSignal<Option<ScopeGap>>,
    /// The form that proposes a change is open.
    pub(super) proposing: RwSignal<bool>,
    /// The form of the priorities is open.
    pub(super) planning: RwSignal<bool>,
    /// 0 while the priorities of the present cycle are shown, 1 for those of the coming one.
    pub(super) coming: RwSignal<usize>,
}

/// `/accounts/:account/retainers/:retainer/scope`
#[component]
pub fn ScopePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("retainer")?.parse::<RetainerId>().ok())
    });
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! { <NotThere words=t!(retainers.not_found) /> }.into_any(),
    }
}

#[component]
fn Screen(id: RetainerId) -> impl IntoView {
    let shown = Shown {
        id,
        retainer: use_query_when(move || Some(api::retainer(id))),
        scope: use_query_when(move || Some(api::scope(id))),
        may: use_me().with_untracked(|me| manages(me.role)),
        editing: RwSignal::new(false),
        wanted: RwSignal::new(None),
        proposing: RwSignal::new(false),
        planning: RwSignal::new(false),
        coming: RwSignal::new(0),
    };
    let retainer = shown.retainer;
    let title = Signal::derive(move || match retainer.with(|one| Some(one?.name.clone())) {
        Some(name) => t!(scope.title_of, name = name),
        None => t!(scope.title).to_owned(),
    });
    let back = move || {
        let href = retainer.with(|one| Some(retainer_href(one?.account_id, one?.id)))?;
        let words = t!(scope.back);
        Some(view! { <ButtonLink href icon=icondata::LuArrowLeft>{words}</ButtonLink> })
    };
    view! {
        <PageHeader title area=Area::Accounts>{back}</PageHeader>
        <div class="page">
            <Loaded of=retainer.standing() rows=3>
                <Capacity retainer />
            </Loaded>
            <Loaded of=shown.scope.standing() rows=8>
                <Body shown />
            </Loaded>
        </div>
    }
}

#[component]
fn Body(shown: Shown) -> impl IntoView {
    // Reviews are no partner's to read.
    let reads = use_me().with_untracked(|me| me.role != Role::Partner);
    view! {
        <Checklist shown />
        <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_22rem]">
            <div class="stack">
                <PrioritiesPanel shown />
                <LinesPanels shown />
                <ChangesPanel shown />
            </div>
            <div class="grid min-w-0 items-start gap-4 sm:max-lg:grid-cols-2">
                {reads.then(|| view! { <SignalsPanel shown /> })}
                <FramePanel shown />
                <DelegationsPanel shown />
            </div>
        </div>
    }
}

/// What the cycle that runs offers, a meter for each pool.
#[component]
fn Capacity(retainer: Query<Retainer>) -> impl IntoView {
    let balances = Memo::new(move |_| {
        retainer.with(|one| one.map_or_else(Vec::new, |one| one.balances.clone()))
    });
    let days = move || {
        let first = balances.with(|all| all.first().map(|one| (one.starts_on, one.ends_on)))?;
        let days = cycle_range(first.0, first.1, today());
        Some(view! { <span class="text-xs text-muted">{days}</span> })
    };
    let several = move || balances.with(|all| all.len() > 1);
    view! {
        <Panel title=t!(scope.capacity) aside=move || view! { {days} }>
            <Show
                when=move || balances.with(|all| !all.is_empty())
                fallback=|| view! { <p class="panel-body text-soft">{t!(scope.no_cycle)}</p> }
            >
                <div class="pool-heroes">
                    {move || {
                        let named = several();
                        let pool = |balance| view! { <Pool balance named /> };
                        balances.get().into_iter().map(pool).collect_view()
                    }}
                </div>
            </Show>
        </Panel>
    }
}

#[component]
fn Pool(balance: Balance, named: bool) -> impl IntoView {
    let name = named.then(|| pool_name(&balance.pool));
    let (state, words) = (balance.state, sentence(&balance));
    view! {
        <div class="flex flex-col gap-3 p-4">
            {name.map(|name| view! { <h3 class="font-semibold">{name}</h3> })}
            {(balance.available > 0).then(|| view! {
                <Meter balance=balance.clone() size=MeterSize::Hero />
                <MeterLegend balance=balance.clone() />
            })}
            <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
                <StateBadge state />
                <span>{words}</span>
            </p>
        </div>
    }
}
