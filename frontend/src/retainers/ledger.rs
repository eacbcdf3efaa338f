//! The ledger of the cycle shown: every line with the balance after it, and the lots it moved.
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_query_map;
use shared::api::{CycleId, Ledger, LedgerLine, LineKind, Pool};

use super::balance_panel::Waiting;
use super::ledger_row::{LedgerRow, beyond};
use super::page::Shown;
use super::pools::titled;
use crate::query::use_query_when;
use crate::ui::{Button, ButtonLink, Empty, FaultNote, Loaded, Panel};
use crate::{api, t, tn};

/// Which lines are shown; it stands in the address as `rows`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Only {
    /// One kind of line.
    Kind(Rows),
    /// The work of one person.
    Person(String),
}

/// A kind of line, as a part of a figure names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rows {
    /// Lots carried in.
    CarriedIn,
    /// The allowance.
    Grant,
    /// Work and what was taken back of it.
    Work,
    /// What was bought or given.
    TopUp,
    /// What was given back, added or taken away.
    Adjust,
    /// What went to overage of the cycle before.
    Repaid,
    /// What is kept for sessions to be made up.
    SetAside,
    /// Lines with overage.
    Over,
    /// What lapsed or was carried out.
    Closing,
}

impl Only {
    fn parse(text: &str) -> Option<Self> {
        if let Some(name) = text.strip_prefix("by:") {
            return Some(Self::Person(name.to_owned()));
        }
        let rows = match text {
            "carry_in" => Rows::CarriedIn,
            "grant" => Rows::Grant,
            "work" => Rows::Work,
            "topup" => Rows::TopUp,
            "adjust" => Rows::Adjust,
            "repay" => Rows::Repaid,
            "set_aside" => Rows::SetAside,
            "over" => Rows::Over,
            "closing" => Rows::Closing,
            _ => return None,
        };
        Some(Self::Kind(rows))
    }

    fn holds(&self, line: &LedgerLine) -> bool {
        let work = matches!(line.kind, LineKind::Consume | LineKind::Reverse);
        match self {
            Self::Person(name) => work && line.member_name.as_ref() == Some(name),
            Self::Kind(Rows::CarriedIn) => line.kind == LineKind::CarryIn,
            Self::Kind(Rows::Grant) => line.kind == LineKind::Grant,
            Self::Kind(Rows::Work) => work,
            Self::Kind(Rows::TopUp) => line.kind == LineKind::Topup,
            Self::Kind(Rows::Adjust) => {
                matches!(line.kind, LineKind::Restore | LineKind::AdjustUp | LineKind::AdjustDown)
            }
            Self::Kind(Rows::Repaid) => line.kind == LineKind::Repay,
            Self::Kind(Rows::SetAside) => {
                matches!(line.kind, LineKind::SetAside | LineKind::Makeup)
            }
            Self::Kind(Rows::Over) => {
                use LineKind::{Borrow, OverageAbsorbed, OverageBilled};
                beyond(line) != 0 || matches!(line.kind, Borrow | OverageBilled | OverageAbsorbed)
            }
            Self::Kind(Rows::Closing) => {
                matches!(line.kind, LineKind::Expire | LineKind::CarryOut)
            }
        }
    }

    fn words(&self) -> String {
        let words = match self {
            Self::Person(name) => return name.clone(),
            Self::Kind(Rows::CarriedIn) => t!(retainers.kind_carry_in),
            Self::Kind(Rows::Grant) => t!(retainers.kind_grant),
            Self::Kind(Rows::Work) => t!(retainers.kind_work),
            Self::Kind(Rows::TopUp) => t!(retainers.kind_topup),
            Self::Kind(Rows::Adjust) => t!(retainers.kind_adjust),
            Self::Kind(Rows::Repaid) => t!(retainers.kind_repaid),
            Self::Kind(Rows::SetAside) => t!(retainers.kind_set_aside),
            Self::Kind(Rows::Over) => t!(retainers.kind_over),
            Self::Kind(Rows::Closing) => t!(retainers.kind_lapse),
        };
        words.to_owned()
    }
}

/// Lines read after the first page, for the cycle they belong to.
#[derive(Clone, Default)]
struct More {
    lines: Vec<LedgerLine>,
    next: Option<String>,
}

/// The lines of the cycle shown.
#[component]
pub(super) fn LedgerPanel(shown: Shown) -> impl IntoView {
    let query = use_query_map();
    let only = Memo::new(move |_| {
        query.with(|query| query.get("rows").and_then(|rows| Only::parse(&rows)))
    });
    let ledger = use_query_when(move || {
        let retainer = shown.retainer.with(|retainer| retainer.map(|retainer| retainer.id))?;
        let cycle = shown.cycle.get()?;
        shown.pool.with(|pool| Some(api::ledger(retainer, cycle, &pool.as_ref()?.key, None)))
    });
    let more = RwSignal::new(More::default());
    Effect::new(move |_| {
        let next = ledger.with(|ledger| ledger.and_then(|ledger| ledger.next_cursor.clone()));
        more.set(More { lines: Vec::new(), next });
    });
    let lines = Memo::new(move |_| {
        let mut lines = ledger.with(|page| page.map_or_else(Vec::new, |page| page.items.clone()));
        more.with(|more| lines.extend(more.lines.iter().cloned()));
        if let Some(only) = only.get() {
            lines.retain(|line| only.holds(line));
        }
        lines
    });
    let count = move || {
        let total = ledger.with(|ledger| ledger.map(|ledger| ledger.total))?;
        let words = tn!(total, retainers.ledger_count_1, retainers.ledger_count_n);
        Some(view! { <span class="text-xs text-muted num">{words}</span> })
    };
    view! {
        <div id="ledger" class="scroll-mt-4" tabindex="-1">
            <Panel title=titled(shown, t!(retainers.ledger_title)) aside=move || view! { {count} }>
                <Filtered shown only />
                <Show
                    when=move || !shown.nowhere()
                    fallback=move || view! { <div class="p-4"><Waiting shown /></div> }
                >
                    <Loaded of=ledger.standing() rows=5>
                        <Lines lines shown only />
                    </Loaded>
                    <ReadOn shown more only />
                </Show>
            </Panel>
        </div>
    }
}

/// That only some lines are shown, and the way to all.
#[component]
fn Filtered(shown: Shown, only: Memo<Option<Only>>) -> impl IntoView {
    let all = Signal::derive(move || shown.address(shown.asked.get(), None));
    move || {
        only.get().map(|only| {
            view! {
                <p class="flex flex-wrap items-center gap-3 border-b border-line px-4 py-2">
                    <span>{t!(retainers.ledger_filtered, kind = only.words())}</span>
                    <ButtonLink href=all small=true>{t!(retainers.ledger_all)}</ButtonLink>
                </p>
            }
        })
    }
}

#[component]
fn Lines(lines: Memo<Vec<LedgerLine>>, shown: Shown, only: Memo<Option<Only>>) -> impl IntoView {
    let body = move || match lines.with(Vec::is_empty) {
        true if only.get().is_some() => {
            view! { <p class="p-4 text-soft">{t!(retainers.ledger_none_of_kind)}</p> }.into_any()
        }
        true => view! {
            <Empty
                icon=icondata::LuScrollText
                title=t!(retainers.ledger_empty)
                about=t!(retainers.ledger_empty_about)
            />
        }
        .into_any(),
        false => view! { <Table lines shown /> }.into_any(),
    };
    view! { {body} }
}

#[component]
fn Table(lines: Memo<Vec<LedgerLine>>, shown: Shown) -> impl IntoView {
    view! {
        <table class="table ledger">
            <thead>
                <tr>
                    <th scope="col">{t!(retainers.ledger_date)}</th>
                    <th scope="col">{t!(retainers.ledger_entry)}</th>
                    <th scope="col">{t!(retainers.ledger_person)}</th>
                    <th scope="col" class="text-end">{t!(retainers.ledger_quantity)}</th>
                    <th scope="col" class="text-end">{t!(retainers.ledger_balance)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || lines.get() key=line_key let:line>
                    <LedgerRow line shown />
                </For>
            </tbody>
        </table>
    }
}

/// What tells a line, as it stands, from every other.
fn line_key(line: &LedgerLine) -> (i64, i64, i64, Option<shared::api::FactId>, String) {
    let note = line.note.clone().unwrap_or_default();
    (line.position, line.quantity, line.balance, line.fact_id, note)
}

fn still(shown: Shown, cycle: CycleId, pool: &Pool) -> bool {
    let same = shown.pool.try_with_untracked(|now| now.as_ref() == Some(pool));
    same == Some(true) && shown.cycle.try_get_untracked() == Some(Some(cycle))
}

/// "Load more", while there is more; of one kind of line by itself.
#[component]
fn ReadOn(shown: Shown, more: RwSignal<More>, only: Memo<Option<Only>>) -> impl IntoView {
    let busy = RwSignal::new(false);
    let fault = RwSignal::new(None);
    let load = Callback::new(move |()| {
        let retainer = shown.retainer.get_untracked().map(|retainer| retainer.id);
        let cursor = more.with_untracked(|more| more.next.clone());
        let (Some(retainer), Some(cycle), Some(pool), Some(cursor)) =
            (retainer, shown.cycle.get_untracked(), shown.pool.get_untracked(), cursor)
        else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let page = api::ledger(retainer, cycle, &pool.key, Some(&cursor)).send().await;
            busy.try_set(false);
            match page {
                // The reader may have gone on to another cycle or pool meanwhile.
                Ok(page) if still(shown, cycle, &pool) => {
                    let Ledger { items, next_cursor, .. } = page;
                    more.try_update(|more| {
                        more.lines.extend(items);
                        more.next = next_cursor;
                    });
                    fault.try_set(None);
                }
                Ok(_) => {}
                Err(error) => {
                    fault.try_set(Some(error));
                }
            }
        });
    });
    // Lines of one kind may stand anywhere: all are read.
    Effect::new(move |_| {
        let goes_on = more.with(|more| more.next.is_some()) && only.with(Option::is_some);
        if goes_on && !busy.get() && fault.with(Option::is_none) {
            load.run(());
        }
    });
    let button = move || {
        more.with(|more| more.next.is_some()).then(|| {
            view! {
                <div class="p-3">
                    <Button busy=busy on_press=load>{t!(common.more)}</Button>
                </div>
            }
        })
    };
    view! {
        {move || fault.get().map(|fault| view! { <FaultNote fault retry=load /> })}
        {button}
    }
}
