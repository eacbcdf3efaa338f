//! One line of the ledger in words, with the lots it moved on demand.
use leptos::prelude::*;
use shared::api::{Cycle, LedgerLine, LineKind, LotKind, LotMove, Recut, SettlementCode};

use super::page::Shown;
use super::today;
use crate::format::{Measure, date};
use crate::t;
use crate::ui::{Badge, Tone, icon};

/// A line; on a phone it reads as a card.
#[component]
pub(super) fn LedgerRow(line: LedgerLine, shown: Shown) -> impl IntoView {
    let open = RwSignal::new(false);
    let lots = line.lots.clone();
    let detail = format!("lots-{}", line.position);
    let toggle = (!lots.is_empty()).then(|| {
        view! { <Toggle position=line.position open controls=detail.clone() /> }
    });
    let seq = untrack(|| shown.cycle()).map(|cycle| cycle.seq);
    let measure =
        shown.pool.with_untracked(|pool| pool.as_ref().map(Measure::of)).unwrap_or_default();
    let words = words(&line, seq);
    let flags = flags(&line, &measure, shown);
    let (moved, balance) = (measure.signed(moved(&line)), measure.say(line.balance));
    view! {
        <tr>
            <td class="whitespace-nowrap">{date(line.on, today())}</td>
            <td class="ledger-entry">
                <div class="flex items-start gap-1">
                    {toggle}
                    <div class="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-1">
                        <span class="min-w-0 break-words">{words}</span>
                        {flags}
                    </div>
                </div>
            </td>
            <td class="ledger-person">{line.member_name.clone()}</td>
            <td class="num text-end whitespace-nowrap">{moved}</td>
            <td class="ledger-balance num text-end whitespace-nowrap">{balance}</td>
        </tr>
        {move || open.get().then(|| {
            view! { <Lots lots=lots.clone() measure=measure.clone() id=detail.clone() /> }
        })}
    }
}

#[component]
fn Toggle(position: i64, open: RwSignal<bool>, controls: String) -> impl IntoView {
    view! {
        <button
            type="button"
            class="btn btn-ghost btn-sm btn-icon no-print -my-1 -ms-1"
            aria-label=t!(retainers.draws_show, position = position)
            aria-expanded=move || if open.get() { "true" } else { "false" }
            aria-controls=controls
            data-row=""
            on:click=move |_| open.update(|open| *open = !*open)
        >
            {move || icon(if open.get() { icondata::LuChevronDown } else { icondata::LuChevronRight })}
        </button>
    }
}

/// The lots that a line drew on, gave back to, made or ended.
#[component]
fn Lots(lots: Vec<LotMove>, measure: Measure, id: String) -> impl IntoView {
    let row = |lot: LotMove| {
        let from = lot
            .starts_on
            .map(|day| format!(", {}", t!(retainers.runs_from, day = date(day, today()))));
        let until = match lot.ends_on.and_then(|end| end.pred_opt()) {
            Some(day) => t!(retainers.lot_until, day = date(day, today())),
            None => t!(retainers.lot_forever).to_owned(),
        };
        view! {
            <li class="flex justify-between gap-4">
                <span>{lot_words(&lot)} {from} ", " {until}</span>
                <span class="num">{measure.signed(lot.quantity)}</span>
            </li>
        }
    };
    view! {
        <tr id=id class="ledger-lots">
            <td></td>
            <td colspan="4">
                <ul class="flex flex-col gap-1 text-soft" aria-label=t!(retainers.draws_column)>
                    {lots.into_iter().map(row).collect_view()}
                </ul>
            </td>
        </tr>
    }
}

fn lot_words(lot: &LotMove) -> String {
    match lot.kind {
        LotKind::Included => t!(retainers.lot_allowance, seq = lot.origin_seq),
        LotKind::Rollover => t!(retainers.lot_carried, seq = lot.origin_seq),
        LotKind::Purchased => t!(retainers.lot_bought, seq = lot.origin_seq),
        LotKind::Goodwill => t!(retainers.lot_given, seq = lot.origin_seq),
        LotKind::Makeup => t!(retainers.lot_makeup, seq = lot.origin_seq),
    }
}

/// What a line is about: the note of the work, or what the rule did.
pub(crate) fn words(line: &LedgerLine, cycle: Option<i64>) -> String {
    let origin = line.lots.first().map(|lot| lot.origin_seq);
    let note = line.note.clone().filter(|note| !note.trim().is_empty()).map(reason);
    match line.kind {
        LineKind::CarryIn => t!(retainers.line_carry_in, seq = origin.unwrap_or(0)),
        LineKind::Grant => t!(retainers.line_grant).to_owned(),
        LineKind::Topup => noted(topped_up(line), note),
        LineKind::AdjustUp => noted(t!(retainers.line_adjust_up), note),
        LineKind::AdjustDown => noted(t!(retainers.line_adjust_down), note),
        LineKind::SetAside => {
            let why = line.session_reason.map(|reason| noted(session(reason), note.clone()));
            noted(t!(retainers.line_set_aside), why.or(note))
        }
        LineKind::Repay => t!(retainers.line_repay).to_owned(),
        LineKind::Makeup => t!(retainers.line_makeup).to_owned(),
        LineKind::Consume => match (line.session_reason, note) {
            (Some(SettlementCode::Delivered), note) => {
                noted(session(SettlementCode::Delivered), note)
            }
            (Some(reason), note) => {
                noted(&t!(retainers.session_forfeited, what = session(reason)), note)
            }
            (None, Some(note)) => note,
            (None, None) => t!(retainers.line_consume).to_owned(),
        },
        LineKind::Reverse => match note {
            Some(note) => t!(retainers.line_reverse, note = note),
            None => t!(retainers.line_reverse_bare).to_owned(),
        },
        LineKind::Restore => t!(retainers.line_restore).to_owned(),
        LineKind::Expire => match origin.filter(|seq| Some(*seq) != cycle) {
            Some(seq) => t!(retainers.line_expire_from, seq = seq),
            None => t!(retainers.line_expire).to_owned(),
        },
        LineKind::CarryOut => t!(retainers.line_carry_out).to_owned(),
        LineKind::Borrow => t!(retainers.line_borrow).to_owned(),
        LineKind::OverageBilled => t!(retainers.line_billed).to_owned(),
        LineKind::OverageAbsorbed => t!(retainers.line_absorbed).to_owned(),
    }
}

/// Why a session moved its units.
fn session(reason: SettlementCode) -> &'static str {
    use SettlementCode::*;
    match reason {
        Delivered => t!(retainers.session_held),
        CancelledInTimeReleased | CancelledInTimeCarried | CancelledInTimeCharged => {
            t!(retainers.session_off)
        }
        CancelledLateReleased | CancelledLateCarried | CancelledLateCharged => {
            t!(retainers.session_late)
        }
        NoShowReleased | NoShowCarried | NoShowCharged => t!(retainers.session_missed),
    }
}

/// A reason as it was typed, or in the reader's language where new terms were cut anew.
pub(crate) fn reason(text: String) -> String {
    let Some(recut) = Recut::read(&text) else { return text };
    let words = t!(
        retainers.recut,
        number = recut.terms,
        day = date(recut.from, today()),
        days = recut.days,
        whole = recut.whole,
        last = date(recut.last, today())
    );
    noted(&words, recut.why.map(str::to_owned))
}

/// What a rule or a person did, with the reason that was given.
fn noted(words: &str, note: Option<String>) -> String {
    match note {
        Some(note) => t!(retainers.line_noted, what = words, note = note),
        None => words.to_owned(),
    }
}

/// Units that cost something, and units that did not.
fn topped_up(line: &LedgerLine) -> &'static str {
    let given = line.lots.first().is_some_and(|lot| lot.kind == LotKind::Goodwill);
    if given { t!(retainers.line_given) } else { t!(retainers.line_bought) }
}

/// Units that a line moved. Only what was there is set aside or taken away: what was asked for
/// beyond it is no overage, and moved nothing.
pub(crate) fn moved(line: &LedgerLine) -> i64 {
    match line.kind {
        LineKind::SetAside | LineKind::AdjustDown => line.lots.iter().map(|lot| lot.quantity).sum(),
        _ => line.quantity,
    }
}

/// Units that went beyond what there was.
pub(crate) fn beyond(line: &LedgerLine) -> i64 {
    match line.kind {
        LineKind::SetAside | LineKind::AdjustDown => 0,
        _ => line.overage,
    }
}

/// That work is late, and how much of it went beyond the allowance.
fn flags(line: &LedgerLine, measure: &Measure, shown: Shown) -> impl IntoView + use<> {
    let late = line.worked_on.filter(|_| line.late).map(|day| {
        let words = move || {
            let seq = shown.cycles.with(|all| {
                let holds = |cycle: &&Cycle| cycle.starts_on <= day && day < cycle.ends_on;
                all.as_ref()?.iter().find(holds).map(|cycle| cycle.seq)
            });
            let day = date(day, today());
            match seq {
                Some(seq) => t!(retainers.line_late_in, day = day, seq = seq),
                None => t!(retainers.line_late, day = day),
            }
        };
        view! { <Badge tone=Tone::Warn icon=icondata::LuClock>{words}</Badge> }
    });
    let over = (beyond(line) > 0).then(|| {
        let words = t!(retainers.line_over, amount = measure.say(beyond(line)));
        view! { <Badge tone=Tone::Bad icon=icondata::LuOctagonAlert>{words}</Badge> }
    });
    view! { {late} {over} }
}
