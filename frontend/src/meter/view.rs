//! The meter on the page. Places are set as properties: the content policy refuses attributes.
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::api::{Balance, Lot, LotKind, MeterState, OverageMode};

use super::geometry::{self, Mark};
use super::words;
use crate::format::{Measure, date};
use crate::t;
use crate::ui::{Badge, Icon, Tone};

/// How tall the bar is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MeterSize {
    /// 22 px: one a page.
    Hero,
    /// 10 px: in tables and lists.
    #[default]
    Row,
    /// 6 px: in a line of text.
    Inline,
}

impl MeterSize {
    fn class(self) -> &'static str {
        match self {
            Self::Hero => "meter meter-hero",
            Self::Row => "meter",
            Self::Inline => "meter meter-inline",
        }
    }
}

/// The bar of a balance, with a name that says all of it. The figure stands beside it as text:
/// `left_words` for a row, the page's own figures for a hero. Nothing available: words, no bar.
#[component]
pub fn Meter(
    /// What it shows; give a signal where it can change.
    #[prop(into)]
    balance: Signal<Balance>,
    /// How tall it is.
    #[prop(optional)]
    size: MeterSize,
) -> impl IntoView {
    let empty = Memo::new(move |_| balance.with(|balance| balance.available <= 0));
    let counted = Memo::new(move |_| balance.with(|balance| geometry::blocks(balance).is_some()));
    view! {
        {move || if empty.get() {
            let name = move || balance.with(words::name);
            view! { <p class="meter-none">{name}</p> }.into_any()
        } else if counted.get() {
            view! { <Blocks balance size /> }.into_any()
        } else {
            view! { <Bar balance size /> }.into_any()
        }}
    }
}

#[component]
fn Bar(balance: Signal<Balance>, size: MeterSize) -> impl IntoView {
    let changed = RwSignal::new(false);
    Effect::new(move |before: Option<i64>| {
        let used = balance.with(|balance| balance.used);
        if before.is_some_and(|before| before != used) {
            changed.set(true);
        }
        used
    });
    let marks = move || {
        let spans = balance.with(geometry::spans);
        let mark = |span: geometry::Span| {
            view! {
                <i
                    class=span.mark.class()
                    style=("--from", geometry::css(span.from))
                    style=("--to", geometry::css(span.to))
                ></i>
            }
        };
        spans.into_iter().map(mark).collect_view()
    };
    view! {
        <div
            class=size.class()
            role="img"
            aria-label=move || balance.with(words::name)
            data-changed=move || changed.get().then_some("")
            on:animationend=move |_| { changed.try_set(false); }
        >
            {marks}
        </div>
    }
}

/// Sessions and deliverables: one block each.
#[component]
fn Blocks(balance: Signal<Balance>, size: MeterSize) -> impl IntoView {
    let marks = move || {
        let blocks = balance.with(geometry::blocks).unwrap_or_default();
        blocks.into_iter().map(|mark| view! { <i class=mark.class()></i> }).collect_view()
    };
    let class = match size {
        MeterSize::Hero => "meter-blocks meter-blocks-hero",
        MeterSize::Row => "meter-blocks",
        MeterSize::Inline => "meter-blocks meter-blocks-inline",
    };
    view! {
        <div class=class role="img" aria-label=move || balance.with(words::name)>
            {marks}
        </div>
    }
}

/// What the marks of a hero meter mean, each with its figure.
#[component]
pub fn MeterLegend(
    /// What the meter shows.
    #[prop(into)]
    balance: Signal<Balance>,
) -> impl IntoView {
    let rows = move || {
        let row = |(mark, words): (Mark, String)| {
            view! {
                <li>
                    <i class=format!("meter-key {}", mark.class()) aria-hidden="true"></i>
                    {words}
                </li>
            }
        };
        balance.with(legend).into_iter().map(row).collect_view()
    };
    view! { <ul class="meter-legend">{rows}</ul> }
}

/// The marks that are there, in words.
fn legend(balance: &Balance) -> Vec<(Mark, String)> {
    let measure = Measure::of(&balance.pool);
    let spans = geometry::spans(balance);
    let has = |mark: Mark| spans.iter().any(|span| span.mark == mark);
    let used = t!(meter.legend_used, amount = measure.say(balance.used));
    let mut rows = vec![(Mark::Used, used)];
    let lots = balance.lots.iter().filter(|lot| lot.quantity > 0);
    rows.extend(lots.filter_map(|lot| lot_row(lot, &measure, balance.starts_on)));
    let mut tell = |mark: Mark, words: String| rows.push((mark, words));
    if has(Mark::SetAside) {
        let amount = measure.say(balance.set_aside);
        tell(Mark::SetAside, t!(meter.legend_set_aside, amount = amount));
    }
    if balance.committed > 0 {
        let amount = measure.say(balance.committed);
        tell(Mark::Committed, t!(meter.legend_committed, amount = amount));
    }
    if has(Mark::Over) {
        let amount = measure.say(balance.overage);
        tell(Mark::Over, t!(meter.legend_over, amount = amount));
    }
    if has(Mark::WillGoOver) {
        let beyond = balance.committed.min(balance.used + balance.committed - balance.available);
        let amount = measure.say(beyond);
        tell(Mark::WillGoOver, t!(meter.legend_will_over, amount = amount));
    }
    // Blocks are counted, not measured: no line would have a place among them.
    if has(Mark::Pace) && geometry::blocks(balance).is_none() {
        tell(Mark::Pace, t!(meter.legend_pace).to_owned());
    }
    rows
}

/// A lot in words; the allowance is the empty track and says nothing.
fn lot_row(lot: &Lot, measure: &Measure, near: NaiveDate) -> Option<(Mark, String)> {
    let amount = measure.say(lot.quantity);
    match (lot.kind, words::last_day(lot)) {
        (LotKind::Included, _) => None,
        (LotKind::Purchased | LotKind::Goodwill, _) => {
            Some((Mark::Bought, t!(meter.legend_bought, amount = amount)))
        }
        (_, Some(day)) => {
            let day = date(day, near);
            Some((Mark::Carried, t!(meter.legend_carried_until, amount = amount, day = day)))
        }
        (_, None) => Some((Mark::Carried, t!(meter.legend_carried, amount = amount))),
    }
}

/// How a balance stands, in an icon and words.
#[component]
pub fn StateBadge(
    /// How it stands.
    state: MeterState,
    /// What the terms do with work beyond the allowance, to say it when it is over.
    #[prop(optional_no_strip, into)]
    overage: Option<OverageMode>,
) -> impl IntoView {
    let (tone, icon) = look(state);
    view! { <Badge tone icon=icon>{words::state_words(state, overage)}</Badge> }
}

fn look(state: MeterState) -> (Tone, Icon) {
    match state {
        MeterState::NoAllowance => (Tone::Plain, icondata::LuMinus),
        MeterState::Over => (Tone::Bad, icondata::LuOctagonAlert),
        MeterState::WillGoOver => (Tone::Bad, icondata::LuTrendingUp),
        MeterState::NearLimit => (Tone::Warn, icondata::LuTriangleAlert),
        MeterState::AheadOfPace => (Tone::Warn, icondata::LuFastForward),
        MeterState::UnderUsed => (Tone::Warn, icondata::LuTrendingDown),
        MeterState::OnTrack => (Tone::Ok, icondata::LuCheck),
    }
}
