//! A retainer: which cycle is shown, and the panels about it.
use chrono::NaiveDate;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::{use_params_map, use_query_map};
use shared::api::{
    Balance, Cycle, CycleId, OverageMode, Page, Pool, Retainer, RetainerId, RetainerState,
};

use super::actions::{Actions, SetupBanner};
use super::asked_cycle::Asked;
use super::balance_panel::BalancePanel;
use super::close_note::CloseNote;
use super::cycle_picker::CyclePicker;
use super::explain::{ExplainDialog, Explaining};
use super::ledger::LedgerPanel;
use super::periods::Periods;
use super::pools::PoolTabs;
use super::refund::RefundNote;
use super::side::{OutlookPanel, StatementPanel, TermsPanel, reads_invoices};
use super::{NotThere, retainer_href, today};
use crate::accounts::{StandingBadge, paused_view};
use crate::alerts::OfRetainer;
use crate::api::{self, Fetch, Path};
use crate::query::{Query, Standing, use_query_when};
use crate::renewals::RulePanel;
use crate::scope::GateLine;
use crate::shell::Area;
use crate::ui::{Badge, FaultNote, Lazy, Loaded, PageHeader, Place, Tone};
use crate::{screens, t};

/// Pages of 200 cycles that are read at most: daily cycles of ten years.
const PAGES_MAX: usize = 20;

/// What every panel of the page needs.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// The retainer.
    pub(super) retainer: Query<Retainer>,
    /// Its cycles, newest first, once they are known.
    pub(super) cycles: Memo<Option<Vec<Cycle>>>,
    /// How the read of them stands.
    cycles_read: Standing,
    /// What the address asks for.
    pub(super) asks: Memo<Option<Asked>>,
    /// The number of that cycle, once it is known.
    pub(super) asked: Memo<Option<i64>>,
    /// The key of a pool in the address.
    pub(super) asked_pool: Memo<Option<String>>,
    /// The cycle shown, once it is known.
    pub(super) cycle: Memo<Option<CycleId>>,
    /// The cycle that holds today; its balances come with the retainer.
    now: Memo<Option<CycleId>>,
    /// The pools of the cycle shown, in the order of the terms.
    pub(super) pools: Memo<Vec<Pool>>,
    /// The one whose ledger is shown: the one in the address, or the first.
    pub(super) pool: Memo<Option<Pool>>,
    /// Its balance, once it is known.
    pub(super) balance: Memo<Option<Balance>>,
    /// What is being taken apart.
    pub(super) explaining: Explaining,
    /// The day its balances look back to; none for now.
    pub(super) as_of: RwSignal<Option<NaiveDate>>,
}

/// The balance of a pool in the cycle shown.
#[derive(Clone, Copy)]
pub(super) struct PoolBalance {
    /// The balance, once it is known.
    pub(super) balance: Memo<Option<Balance>>,
    /// The read of it, where it is not one of those that came with the retainer.
    pub(super) other: Query<Balance>,
}

impl Shown {
    /// The cycle shown.
    pub(super) fn cycle(self) -> Option<Cycle> {
        let id = self.cycle.get()?;
        self.cycles.with(|all| all.as_ref()?.iter().find(|cycle| cycle.id == id).cloned())
    }

    /// Whether there is no such cycle, or none yet.
    pub(super) fn nowhere(self) -> bool {
        self.cycle.with(Option::is_none) && self.cycles.with(Option::is_some)
    }

    /// The address of the page with one cycle, and only lines of one kind; the pool stays.
    pub(super) fn address(self, seq: Option<i64>, rows: Option<&str>) -> String {
        let pool = self.asked_pool.get();
        self.retainer
            .with(|retainer| retainer.map(|retainer| address(retainer, seq, pool.as_deref(), rows)))
            .unwrap_or_default()
    }

    /// What the terms do with use beyond what is available in a pool: a cycle keeps the rule that
    /// it began under.
    pub(super) fn overage(self, key: &str) -> Option<OverageMode> {
        let mode = |retainer: &Retainer| {
            let mut pools = retainer.pools_now();
            pools.find(|pool| pool.key() == key).map(|pool| pool.overage.mode)
        };
        self.retainer.with(|retainer| mode(retainer?))
    }
}

/// `/accounts/:account/retainers/:retainer?cycle=SEQ&pool=KEY`; a day or a month names a cycle too.
#[component]
pub fn RetainerPage() -> impl IntoView {
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
    let shown = load(id);
    let retainer = shown.retainer;
    let title = Signal::derive(move || {
        retainer
            .with(|retainer| retainer.map(|retainer| retainer.name.clone()))
            .unwrap_or_else(|| t!(common.retainer).to_owned())
    });
    let status = move || {
        let state = retainer.with(|one| one.map(|one| (one.state, one.paused)))?;
        let (words, tone, icon) = match state.0 {
            RetainerState::Setup => (t!(retainers.state_setup), Tone::Warn, icondata::LuHistory),
            RetainerState::Active if state.1 => {
                (t!(changes.state_paused), Tone::Warn, icondata::LuPause)
            }
            RetainerState::Active => (t!(retainers.state_active), Tone::Ok, icondata::LuCheck),
            RetainerState::Ended => (t!(retainers.state_ended), Tone::Plain, icondata::LuFlag),
        };
        Some(view! { <Badge tone icon=icon>{words}</Badge> })
    };
    let account = Memo::new(move |_| retainer.with(|one| one.map(|one| one.account_id)));
    let owes = move || account.get().map(|of| view! { <StandingBadge id=of retainer=id /> });
    view! {
        <PageHeader title area=Area::Accounts status=move || view! { {status} {owes} }>
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

/// The reads of the page: the retainer brings the balances of today's cycle with it.
fn load(id: RetainerId) -> Shown {
    let address = use_query_map();
    let retainer = use_query_when(move || Some(api::retainer(id)));
    let (cycles, cycles_read) = all_cycles(id);
    let asks = Memo::new(move |_| {
        address.with(|query| query.get("cycle").and_then(|text| Asked::parse(&text)))
    });
    let asked = Memo::new(move |_| {
        let asks = asks.get()?;
        cycles.with(|all| asks.seq(all.as_deref().unwrap_or_default()))
    });
    let asked_pool = Memo::new(move |_| address.with(|query| query.get("pool")));
    let now =
        Memo::new(move |_| retainer.with(|retainer| Some(retainer?.balances.first()?.cycle_id)));
    let cycle = Memo::new(move |_| match asks.get() {
        Some(_) => {
            let seq = asked.get()?;
            cycles.with(|all| all.as_ref()?.iter().find(|one| one.seq == seq).map(|one| one.id))
        }
        // A retainer that has ended or has not begun: its last or its first cycle.
        None => now.get().or_else(|| cycles.with(|all| Some(nearest(all.as_ref()?)?.id))),
    });
    let pools = Memo::new(move |_| {
        let id = cycle.get();
        let todays = retainer.with(|retainer| {
            let all = retainer.map_or(&[][..], |retainer| &retainer.balances);
            let todays = all.iter().filter(|balance| Some(balance.cycle_id) == id);
            todays.map(|balance| balance.pool.clone()).collect::<Vec<Pool>>()
        });
        if !todays.is_empty() {
            return todays;
        }
        cycles.with(|all| {
            let mut all = all.iter().flatten();
            let cycle = all.find(|cycle| Some(cycle.id) == id);
            cycle.map_or_else(Vec::new, |cycle| {
                cycle.pools.iter().map(|one| one.pool.clone()).collect()
            })
        })
    });
    let pool = Memo::new(move |_| {
        let key = asked_pool.get();
        pools.with(|pools| {
            let named = pools.iter().find(|pool| Some(&pool.key) == key.as_ref());
            named.or(pools.first()).cloned()
        })
    });
    let explaining = Explaining::default();
    let as_of = RwSignal::new(None);
    Effect::new(move |before: Option<Option<CycleId>>| {
        let now = cycle.get();
        if before.is_some_and(|before| before != now) {
            as_of.set(None);
        }
        now
    });
    let key = Signal::derive(move || pool.with(|pool| pool.as_ref().map(|pool| pool.key.clone())));
    let balance = balance_of(retainer, (now, cycle), key).balance;
    Shown {
        retainer,
        cycles,
        cycles_read,
        asks,
        asked,
        asked_pool,
        cycle,
        now,
        pools,
        pool,
        balance,
        explaining,
        as_of,
    }
}

/// The balance of a pool in the cycle shown, today's from the retainer, others by themselves.
pub(super) fn pool_balance(shown: Shown, key: String) -> PoolBalance {
    let key = Signal::stored(Some(key));
    balance_of(shown.retainer, (shown.now, shown.cycle), key)
}

fn balance_of(
    retainer: Query<Retainer>,
    (now, cycle): (Memo<Option<CycleId>>, Memo<Option<CycleId>>),
    key: Signal<Option<String>>,
) -> PoolBalance {
    let other = use_query_when(move || {
        let (id, key) = (cycle.get()?, key.get()?);
        (now.get() != Some(id)).then(|| api::balance(id, Some(&key)))
    });
    let balance = Memo::new(move |_| {
        let (id, key) = (cycle.get()?, key.get()?);
        let meant = |balance: &&Balance| balance.cycle_id == id && balance.pool.key == key;
        let todays = retainer.with(|retainer| retainer?.balances.iter().find(meant).cloned());
        todays.or_else(|| other.get().filter(|balance| meant(&balance)))
    });
    PoolBalance { balance, other }
}

/// The cycles of a retainer, newest first. Weeks of several years are more than a page: the rest
/// is read behind.
fn all_cycles(id: RetainerId) -> (Memo<Option<Vec<Cycle>>>, Standing) {
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
    let all = Memo::new(move |_| {
        let mut all = first.with(|page| page.map(|page| page.items.clone()))?;
        older.with(|older| all.extend(older.iter().cloned()));
        Some(all)
    });
    (all, first.standing())
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
    let Standing { known, fault, retry } = shown.cycles_read;
    let cycles_fault =
        move || fault.get().map(|fault| view! { <FaultNote fault stale=known.get() retry /> });
    view! {
        <SetupBanner shown />
        {shown.retainer.get_untracked().filter(|it| it.state != RetainerState::Ended).map(|it| {
            view! { <GateLine account=it.account_id retainer=it.id /> }
        })}
        <div class="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
            <div class="stack">
                {cycles_fault}
                <CyclePicker shown />
                <CloseNote shown />
                <RefundNote shown />
                {move || {
                    let last = shown.retainer.with(|it| {
                        it.filter(|it| it.paused).map(|it| it.last_balances.clone())
                    })?;
                    let words = paused_view(&last);
                    (!last.is_empty()).then(|| view! { <section class="panel p-4">{words}</section> })
                }}
                <BalancePanel shown />
                {shown.retainer.get_untracked().map(|it| view! { <OfRetainer retainer=it.id /> })}
                <PoolTabs shown />
                <LedgerPanel shown />
                {shown.retainer.get_untracked().filter(|_| reads_invoices()).map(|it| {
                    view! { <Periods id=it.id /> }
                })}
            </div>
            <div class="grid min-w-0 items-start gap-4 sm:max-lg:grid-cols-2">
                <OutlookPanel shown />
                <StatementPanel shown />
                <TermsPanel shown />
                <Lazy load=screens::agreement_part place=Place::Part />
                {shown.retainer.get_untracked().filter(|it| it.state != RetainerState::Ended).map(|it| {
                    view! { <RulePanel id=it.id /> }
                })}
                {shown.retainer.get_untracked().filter(|it| it.state == RetainerState::Active).map(|_| {
                    view! { <Lazy load=screens::form_links place=Place::Dialog /> }
                })}
                {shown.retainer.get_untracked().filter(|it| it.state != RetainerState::Setup).map(|_| {
                    view! { <Lazy load=screens::share_links place=Place::Part /> }
                })}
            </div>
        </div>
        <ExplainDialog shown />
    }
}

/// The address of the page with one cycle, one pool, and only lines of one kind.
pub(super) fn address(
    retainer: &Retainer,
    seq: Option<i64>,
    pool: Option<&str>,
    rows: Option<&str>,
) -> String {
    let path = Path::new(retainer_href(retainer.account_id, retainer.id));
    path.with("cycle", seq).with("pool", pool).with("rows", rows).done()
}
