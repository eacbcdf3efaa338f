//! A row behind a balance, in words.
use leptos::prelude::*;
use shared::api::{LineKind, PortalLine, SettlementCode};

use crate::browser;
use crate::format::{Measure, date};
use crate::t;
use crate::ui::{Badge, Tone};

/// A row; on a phone it reads as a card.
#[component]
pub(super) fn Row(
    /// What it tells.
    line: PortalLine,
    /// In which unit.
    measure: Measure,
    /// Who did the work is shown.
    people: bool,
) -> impl IntoView {
    let today = browser::today();
    let late = line.worked_on.map(|day| {
        let words = t!(portal.line_worked_on, day = date(day, today));
        view! { <span class="text-muted">{words}</span> }
    });
    let over = (beyond(&line) > 0).then(|| {
        let words = t!(portal.line_over, amount = measure.say(beyond(&line)));
        view! { <Badge tone=Tone::Bad icon=icondata::LuOctagonAlert>{words}</Badge> }
    });
    let (moved, balance) = (measure.signed(moved(&line)), measure.say(line.balance));
    view! {
        <tr>
            <td class="whitespace-nowrap">{date(line.on, today)}</td>
            <td class="ledger-entry">
                <span class="break-words">{words(&line)}</span> " " {late} " " {over}
            </td>
            {people.then(|| view! {
                <td class="ledger-person">{line.member_name.clone()}</td>
            })}
            <td class="num text-end whitespace-nowrap">{moved}</td>
            <td class="ledger-balance num text-end whitespace-nowrap">{balance}</td>
        </tr>
    }
}

/// What a row is about: the note of the work, or what the rule did.
fn words(line: &PortalLine) -> String {
    let note = line.note.as_deref().filter(|note| !note.trim().is_empty());
    let noted = |words: &str| match note {
        Some(note) => t!(portal.line_noted, what = words, note = note),
        None => words.to_owned(),
    };
    let ruled = match line.kind {
        LineKind::Consume => {
            return match (line.session_reason, note) {
                (Some(reason), _) => noted(session(reason, true)),
                (None, Some(note)) => note.to_owned(),
                (None, None) => t!(portal.line_consume).to_owned(),
            };
        }
        LineKind::Reverse => return noted(t!(portal.line_reverse)),
        LineKind::SetAside => {
            return match line.session_reason {
                Some(reason) => {
                    let what = t!(portal.line_set_aside);
                    t!(portal.line_noted, what = what, note = session(reason, false))
                }
                None => noted(t!(portal.line_set_aside)),
            };
        }
        LineKind::CarryIn => t!(portal.line_carry_in),
        LineKind::Grant => t!(portal.part_granted),
        LineKind::Topup => t!(portal.part_topped_up),
        LineKind::AdjustUp => t!(portal.line_adjust_up),
        LineKind::AdjustDown => t!(portal.line_adjust_down),
        LineKind::Repay => t!(portal.part_repaid),
        LineKind::Makeup => t!(portal.line_makeup),
        LineKind::Restore => t!(portal.line_restore),
        LineKind::Expire => t!(portal.line_expire),
        LineKind::CarryOut => t!(portal.line_carry_out),
        LineKind::Borrow => t!(portal.line_borrow),
        LineKind::OverageBilled => t!(portal.line_billed),
        LineKind::OverageAbsorbed => t!(portal.line_absorbed),
    };
    ruled.to_owned()
}

/// How a session went; `charged` if its units are used up.
fn session(reason: SettlementCode, charged: bool) -> &'static str {
    use SettlementCode::*;
    match (reason, charged) {
        (Delivered, _) => t!(portal.session_held),
        (CancelledInTimeReleased | CancelledInTimeCarried | CancelledInTimeCharged, true) => {
            t!(portal.session_off_charged)
        }
        (CancelledInTimeReleased | CancelledInTimeCarried | CancelledInTimeCharged, false) => {
            t!(portal.session_off)
        }
        (CancelledLateReleased | CancelledLateCarried | CancelledLateCharged, true) => {
            t!(portal.session_late_charged)
        }
        (CancelledLateReleased | CancelledLateCarried | CancelledLateCharged, false) => {
            t!(portal.session_late)
        }
        (NoShowReleased | NoShowCarried | NoShowCharged, true) => {
            t!(portal.session_missed_charged)
        }
        (NoShowReleased | NoShowCarried | NoShowCharged, false) => t!(portal.session_missed),
    }
}

/// Only what was there is set aside or taken away: what was asked for beyond it moved nothing.
fn taken(line: &PortalLine) -> bool {
    matches!(line.kind, LineKind::SetAside | LineKind::AdjustDown)
}

/// Units that a row moved.
fn moved(line: &PortalLine) -> i64 {
    if taken(line) { line.quantity + line.overage } else { line.quantity }
}

/// Units that went beyond what there was.
fn beyond(line: &PortalLine) -> i64 {
    if taken(line) { 0 } else { line.overage }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(kind: LineKind, note: Option<&str>, session: Option<SettlementCode>) -> PortalLine {
        PortalLine {
            position: 1,
            on: chrono::NaiveDate::MIN,
            worked_on: None,
            kind,
            quantity: -90,
            overage: 30,
            balance: 0,
            member_name: None,
            note: note.map(str::to_owned),
            session_reason: session,
        }
    }

    #[test]
    fn work_is_told_by_its_note_and_all_else_by_the_rule() {
        let told = |kind, note, session| words(&line(kind, note, session));
        assert_eq!(told(LineKind::Consume, Some("Homepage"), None), "Homepage");
        assert_eq!(told(LineKind::Consume, Some(" "), None), "Work");
        assert_eq!(told(LineKind::Reverse, Some("Homepage"), None), "Work taken back: Homepage");
        assert_eq!(told(LineKind::Grant, Some("x"), None), "Allowance of the cycle");
        let missed = Some(SettlementCode::NoShowCharged);
        assert_eq!(told(LineKind::Consume, None, missed), "Session missed, used up all the same");
    }

    #[test]
    fn what_was_not_there_could_not_be_taken_away() {
        let work = line(LineKind::Consume, None, None);
        assert_eq!((moved(&work), beyond(&work)), (-90, 30));
        let down = line(LineKind::AdjustDown, None, None);
        assert_eq!((moved(&down), beyond(&down)), (-60, 0));
    }
}
