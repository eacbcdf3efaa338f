//! The hero of the page: the figures, each of which explains itself, the meter, and its words.
use leptos::prelude::*;
use shared::api::{Balance, CycleStatus, OverageMode};

use super::explain::{Asked, ExplainDialog, Figure, FigureButton};
use super::page::Shown;
use super::today;
use crate::format::{cycle_range, effort, moment};
use crate::meter::{Meter, MeterLegend, MeterSize, StateBadge, sentence};
use crate::session::use_me;
use crate::t;
use crate::ui::{FaultNote, Panel, Skeleton, icon};

/// Where the cycle shown stands.
#[component]
pub(super) fn BalancePanel(shown: Shown) -> impl IntoView {
    let asked = RwSignal::<Asked>::new(None);
    let open = RwSignal::new(false);
    // The list of cycles knows both before the balance is there.
    let title = Signal::derive(move || match shown.cycle() {
        Some(cycle) => t!(retainers.cycle_number, seq = cycle.seq),
        None => t!(retainers.cycle).to_owned(),
    });
    let days = move || {
        shown.cycle().map(|cycle| {
            let days = cycle_range(cycle.starts_on, cycle.ends_on, today());
            view! { <span class="text-xs text-muted">{days}</span> }
        })
    };
    let body = move || match shown.balance.get() {
        Some(balance) => view! { <Hero balance shown asked open /> }.into_any(),
        None => view! { <Waiting shown /> }.into_any(),
    };
    view! {
        <Panel title aside=move || view! { {days} }>
            <div class="flex flex-col gap-3 p-4">{body}</div>
        </Panel>
        <ExplainDialog shown asked open />
    }
}

/// No balance yet, none to be had, or no cycle to have one.
#[component]
fn Waiting(shown: Shown) -> impl IntoView {
    move || {
        let known = shown.cycles.with(Option::is_some);
        let fault = shown.other.fault();
        match (known, shown.cycle.get(), shown.asked.get(), fault) {
            (true, None, Some(_), _) => view! { <p>{t!(retainers.no_such_cycle)}</p> }.into_any(),
            (.., Some(fault)) => {
                let retry = Callback::new(move |()| shown.other.refetch());
                view! { <FaultNote fault retry /> }.into_any()
            }
            _ => view! { <Skeleton rows=3 /> }.into_any(),
        }
    }
}

#[component]
fn Hero(
    balance: Balance,
    shown: Shown,
    asked: RwSignal<Asked>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let overage = shown.retainer.with(|retainer| retainer.map(|r| r.terms.terms.overage));
    let id = balance.cycle_id;
    let (figure, minutes) = if balance.overage > 0 {
        (Figure::Overage, balance.overage)
    } else {
        (Figure::Left, balance.left)
    };
    let words = if balance.overage > 0 { t!(retainers.hero_over) } else { t!(retainers.hero_left) };
    let figures = (balance.available > 0 || balance.used > 0).then(|| {
        view! {
            <p class="flex flex-wrap items-baseline gap-x-2 gap-y-1">
                <FigureButton figure minutes cycle=id asked open class="text-hero font-semibold" />
                <span class="text-soft">{words}</span>
                <FigureButton
                    figure=Figure::Available
                    minutes=balance.available
                    cycle=id
                    asked
                    open
                    class="text-section font-semibold"
                />
                <span class="ms-auto flex items-baseline gap-2 text-soft">
                    {t!(retainers.hero_used)}
                    <FigureButton
                        figure=Figure::Used
                        minutes=balance.used
                        cycle=id
                        asked
                        open
                        class="text-section font-semibold"
                    />
                </span>
            </p>
        }
    });
    let state = balance.state;
    let said = sentence(&balance);
    let frozen = (balance.status == CycleStatus::Closed).then(|| view! { <Frozen shown /> });
    let blocked = blocked_words(&balance, overage);
    let bar = balance.clone();
    view! {
        {figures}
        {(bar.available > 0).then(|| view! {
            <Meter balance=bar.clone() size=MeterSize::Hero />
            <MeterLegend balance=bar.clone() />
        })}
        <p class="flex flex-wrap items-center gap-x-3 gap-y-1">
            <StateBadge state overage=overage />
            <span>{said}</span>
        </p>
        {blocked.map(|words| view! { <p class="font-medium">{words}</p> })}
        {frozen}
    }
}

/// A pool that blocks says what still fits, before anything is typed.
fn blocked_words(balance: &Balance, overage: Option<OverageMode>) -> Option<String> {
    let blocks = overage == Some(OverageMode::Block) && balance.status == CycleStatus::Open;
    (blocks && balance.left > 0).then(|| t!(time.can_record, left = effort(balance.left)))
}

/// A closed cycle: since when it is frozen, and what became of the rest.
#[component]
fn Frozen(shown: Shown) -> impl IntoView {
    let zone = use_me().with_untracked(|me| me.organisation.timezone.clone());
    let words = move || {
        let cycle = shown.cycle()?;
        let day = moment(cycle.closed_at?, &zone, today());
        let (carried, lapsed) = (effort(cycle.sums.closing), effort(cycle.sums.lapsed));
        Some(t!(retainers.closed_on, day = day, carried = carried, lapsed = lapsed))
    };
    view! {
        <p class="flex items-center gap-2 text-soft">
            {icon(icondata::LuLock)}
            {move || words().unwrap_or_else(|| t!(retainers.closed).to_owned())}
        </p>
    }
}
