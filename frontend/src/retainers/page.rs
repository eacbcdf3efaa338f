//! A retainer: which cycle is shown, and the panels about it.
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::{Balance, Cycle, CycleId, Page, Retainer, RetainerId, RetainerState};

use super::actions::{Actions, SetupBanner};
use super::balance_panel::BalancePanel;
use super::cycle_picker::CyclePicker;
use super::ledger::LedgerPanel;
use super::side::{OutlookPanel, StatementPanel, TermsPanel};
use super::{retainer_href, today};
use crate::api::{self, Fetch, Path};
use crate::query::{Query, use_query_when};
use crate::shell::Area;
use crate::t;
use crate::ui::{Badge, Empty, Loaded, PageHeader, Tone};

/// Pages of 200 cycles that are read at most: daily cycles of ten years.
const PAGES_MAX: usize = 20;

/// What every panel of the page needs.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The retainer.
    pub(super) retainer: Query<Retainer>,
    /// Its cycles, newest first, once they are known.
    pub(super) cycles: Memo<Option<Vec<Cycle>>>,
    /// The number in the address.
    pub(super) asked: Memo<Option<i64>>,
    /// The cycle shown, once it is known.
    pub(super) cycle: Memo<Option<CycleId>>,
    /// Its balance, once it is known.
    pub(super) balance: Memo<Option<Balance>>,
    /// The read of it, where it is not the one that came with the retainer.
    pub(super) other: Query<Balance>,
}

impl Shown {
    /// The cycle shown.
    pub(super) fn cycle(self) -> Option<Cycle> {
        let id = self.cycle.get()?;
        self.cycles.with(|all| all.as_ref()?.iter().find(|cycle| cycle.id == id).cloned())
    }
}

/// `/accounts/:account/retainers/:retainer?cycle=SEQ`
#[component]
pub fn RetainerPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| {
        params.with(|params| params.get("retainer")?.parse::<RetainerId>().ok())
    });
    move || match id.get() {
        Some(id) => view! { <Screen id /> }.into_any(),
        None => view! {
            <div class="page"><Empty title=t!(retainers.not_found) /></div>
        }
        .into_any(),
    }
}

#[component]
fn Screen(id: RetainerId) -> impl IntoView {
    let shown = load(id);
    let retainer = shown.retainer;
    let title = Signal::derive(move || {
        retainer
            .with(|retainer| retainer.map(|retainer| retainer.name.clone()))
            .unwrap_or_else(|| t!(common.retainer).to_owned())
    });
    let status = move || {
        let state = retainer.with(|retainer| retainer.map(|retainer| retainer.state))?;
        let (words, tone, icon) = match state {
            RetainerState::Setup => (t!(retainers.state_setup), Tone::Warn, icondata::LuHistory),
            RetainerState::Active => (t!(retainers.state_active), Tone::Ok, icondata::LuCheck),
            RetainerState::Ended => (t!(retainers.state_ended), Tone::Plain, icondata::LuFlag),
        };
        Some(view! { <Badge tone icon=icon>{words}</Badge> })
    };
    view! {
        <PageHeader title area=Area::Accounts status=move || view! { {status} }>
            <Actions shown />
        </PageHeader>
        <div class="page">
            <AccountLink shown />
            <Loaded of=retainer.standing() rows=8>
                <Body shown />
            </Loaded>
        </div>
    }
}

/// The reads of the page: the retainer brings the balance of today's cycle with it.
fn load(id: RetainerId) -> Shown {
    let address = use_query_map();
    let retainer = use_query_when(move || Some(api::retainer(id)));
    let cycles = all_cycles(id);
    let asked = Memo::new(move |_| {
        address.with(|query| query.get("cycle").and_then(|seq| seq.parse::<i64>().ok()))
    });
    let now =
        Memo::new(move |_| retainer.with(|retainer| Some(retainer?.balance.as_ref()?.cycle_id)));
    let cycle = Memo::new(move |_| match asked.get() {
        Some(seq) => cycles
            .with(|all| all.as_ref()?.iter().find(|cycle| cycle.seq == seq).map(|cycle| cycle.id)),
        // A retainer that has ended or has not begun: its last or its first cycle.
        None => now.get().or_else(|| cycles.with(|all| Some(nearest(all.as_ref()?)?.id))),
    });
    let other = use_query_when(move || {
        let id = cycle.get()?;
        (now.get() != Some(id)).then(|| api::balance(id))
    });
    let balance = Memo::new(move |_| {
        let id = cycle.get()?;
        let todays = retainer
            .with(|retainer| retainer?.balance.clone().filter(|balance| balance.cycle_id == id));
        todays.or_else(|| other.get().filter(|balance| balance.cycle_id == id))
    });
    Shown { retainer, cycles, asked, cycle, balance, other }
}

/// The cycles of a retainer, newest first. Weeks of several years are more than a page: the rest
/// is read behind.
fn all_cycles(id: RetainerId) -> Memo<Option<Vec<Cycle>>> {
    let first = use_query_when(move || Some(api::cycles(id)));
    let older = RwSignal::new(Vec::new());
    Effect::new(move |_| {
        let next = first.with(|page| page.and_then(|page| page.next_cursor.clone()));
        let Some(mut cursor) = next else { return older.set(Vec::new()) };
        spawn_local(async move {
            let mut read = Vec::new();
            for _ in 0..PAGES_MAX {
                let path = Path::new(api::cycles(id).path()).with("cursor", Some(cursor)).done();
                let Ok(page) = Fetch::<Page<Cycle>>::new(path).send().await else { break };
                read.extend(page.items);
                match page.next_cursor {
                    Some(next) => cursor = next,
                    None => break,
                }
            }
            older.try_set(read);
        });
    });
    Memo::new(move |_| {
        let mut all = first.with(|page| page.map(|page| page.items.clone()))?;
        older.with(|older| all.extend(older.iter().cloned()));
        Some(all)
    })
}

/// The last cycle that has begun, or the first of all. `cycles` are newest first.
fn nearest(cycles: &[Cycle]) -> Option<&Cycle> {
    let today = today();
    cycles.iter().find(|cycle| cycle.starts_on <= today).or_else(|| cycles.last())
}

#[component]
fn AccountLink(shown: Shown) -> impl IntoView {
    move || {
        let account = shown.retainer.with(|retainer| {
            retainer.map(|retainer| (retainer.account_id, retainer.account_name.clone()))
        });
        account.map(|(id, name)| {
            view! {
                <p>
                    <a class="link" href=format!("/accounts/{id}")>{name}</a>
                </p>
            }
        })
    }
}

#[component]
fn Body(shown: Shown) -> impl IntoView {
    view! {
        <SetupBanner shown />
        <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
            <div class="stack">
                <CyclePicker shown />
                <BalancePanel shown />
                <LedgerPanel shown />
            </div>
            <div class="grid min-w-0 items-start gap-4 sm:max-lg:grid-cols-2">
                <OutlookPanel shown />
                <StatementPanel shown />
                <TermsPanel shown />
            </div>
        </div>
    }
}

/// The address of the page with one cycle, and only lines of one kind.
pub(super) fn address(retainer: &Retainer, seq: Option<i64>, rows: Option<&str>) -> String {
    let path = Path::new(retainer_href(retainer.account_id, retainer.id));
    path.with("cycle", seq).with("rows", rows).done()
}
