//! Where a cycle is closed and its statement read: a note while one waits, links for the one shown.
use leptos::prelude::*;
use shared::api::{Cycle, CycleStatus, Retainer, RetainerState};

use super::page::Shown;
use super::today;
use crate::closing::close_href;
use crate::format::cycle_range;
use crate::statements::statement_href;
use crate::t;
use crate::ui::{ButtonLink, icon};

/// The oldest cycle that is over and still open, and the way to the papers of the one shown.
#[component]
pub(super) fn CloseNote(shown: Shown) -> impl IntoView {
    let waiting = Memo::new(move |_| {
        let active = |retainer: &Retainer| retainer.state == RetainerState::Active;
        let active = shown.retainer.with(|retainer| retainer.is_some_and(active));
        let today = today();
        let waits = |cycle: &&Cycle| cycle.status == CycleStatus::Open && cycle.ends_on <= today;
        shown.cycles.with(|all| all.iter().flatten().rev().find(waits).cloned().filter(|_| active))
    });
    let address = move |seq: i64, of: fn(&Retainer, i64) -> String| {
        shown.retainer.with(|retainer| retainer.map(|retainer| of(retainer, seq)))
    };
    let close = |retainer: &Retainer, seq| close_href(retainer.account_id, retainer.id, seq);
    let statement =
        |retainer: &Retainer, seq| statement_href(retainer.account_id, retainer.id, seq);
    let note = move || {
        let cycle = waiting.get()?;
        let days = cycle_range(cycle.starts_on, cycle.ends_on, today());
        let href = address(cycle.seq, close)?;
        Some(view! {
            <div class="note no-print">
                {icon(icondata::LuCalendarCheck)}
                <p class="note-words">{t!(closing.note_over, days = days)}</p>
                <ButtonLink href>{t!(closing.note_open)}</ButtonLink>
            </div>
        })
    };
    let links = move || {
        let cycle = shown.cycle()?;
        let href = address(cycle.seq, statement)?;
        let closed = (cycle.status == CycleStatus::Closed).then(|| address(cycle.seq, close));
        let closed = closed.flatten().map(|href| {
            view! { <ButtonLink href small=true>{t!(closing.closing_link)}</ButtonLink> }
        });
        Some(view! {
            <div class="flex flex-wrap gap-2 no-print">
                <ButtonLink href small=true icon=icondata::LuScrollText>
                    {t!(closing.statement)}
                </ButtonLink>
                {closed}
            </div>
        })
    };
    view! {
        {note}
        {links}
    }
}
