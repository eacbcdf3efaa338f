//! A cycle that somebody closed: what was decided and said, and what is left to do.
use leptos::prelude::*;
use shared::api::ClosingRecord;

use super::state::Draft;
use super::steps::{Lines, loose};
use super::words;
use crate::browser;
use crate::format::pool_name;
use crate::statements::statement_href;
use crate::t;
use crate::ui::{Badge, Button, ButtonLink, Panel, Tone, announce};

/// What there is to read, and where to go on.
#[component]
pub(super) fn Made(draft: Draft) -> impl IntoView {
    let record = Memo::new(move |_| {
        draft.closing.with(|closing| closing.as_ref().and_then(|closing| closing.made.clone()))
    });
    move || {
        record.get().map(|made| {
            view! {
                <div class="stack">
                    <Head draft made=made.clone() />
                    <Panel title=t!(closing.invoice_title)><Lines draft /></Panel>
                    <Recap made=made.clone() />
                    <Priorities made />
                </div>
            }
        })
    }
}

#[component]
fn Head(draft: Draft, made: ClosingRecord) -> impl IntoView {
    // What the calendar closed nobody did: somebody told the client afterwards.
    let frozen = draft.closing.with_untracked(|closing| {
        let closed = closing.as_ref().and_then(|closing| closing.cycle.closed_at);
        closed.is_some_and(|at| at < made.made_at)
    });
    let (name, moment) = (made.member_name, words::when(made.made_at));
    let by = match frozen {
        true => t!(closing.told_by, name = name, moment = moment),
        false => t!(closing.made_by, name = name, moment = moment),
    };
    let decisions = move || {
        draft.closing.with(|closing| {
            let pools = closing.iter().flat_map(|closing| &closing.pools);
            let told = pools.filter_map(|one| {
                let words = words::decision(one.decision.as_ref()?);
                Some(view! { <li>{format!("{}: {words}", pool_name(&one.pool))}</li> })
            });
            told.collect_view()
        })
    };
    let ends = move || {
        let count = draft
            .closing
            .with(|closing| closing.as_ref().map_or(0, |closing| closing.unsettled.len() as i64));
        let (tone, icon) = match count {
            0 => (Tone::Ok, icondata::LuCheck),
            _ => (Tone::Warn, icondata::LuClock),
        };
        view! { <Badge tone icon=icon>{loose(count)}</Badge> }
    };
    let statement = move || {
        let seq = draft.closing.with(|closing| closing.as_ref().map(|one| one.cycle.seq))?;
        let href = draft
            .retainer
            .with(|retainer| retainer.map(|one| statement_href(one.account_id, one.id, seq)))?;
        let words = t!(closing.statement);
        Some(view! { <ButtonLink href icon=icondata::LuScrollText>{words}</ButtonLink> })
    };
    view! {
        <section class="panel flex flex-col gap-3 p-4">
            <p class="flex flex-wrap items-center gap-3">{by} {ends}</p>
            <ul>{decisions}</ul>
            <div>{statement}</div>
        </section>
    }
}

#[component]
fn Recap(made: ClosingRecord) -> impl IntoView {
    let text = made.recap.clone();
    let copy = Callback::new(move |()| {
        let text = text.clone();
        leptos::task::spawn_local(async move {
            let copied = browser::copy(&text).await;
            announce(if copied { t!(common.copied) } else { t!(common.copy_failed) });
        });
    });
    view! {
        <Panel title=t!(closing.recap_title)>
            <p class="p-4 break-words whitespace-pre-line">{made.recap}</p>
            <div class="px-4 pb-4 no-print">
                <Button icon=icondata::LuCopy on_press=copy>{t!(closing.recap_copy)}</Button>
            </div>
        </Panel>
    }
}

#[component]
fn Priorities(made: ClosingRecord) -> impl IntoView {
    let rows = made.priorities.iter().map(|one| view! { <li>{one.clone()}</li> }).collect_view();
    let none = made.priorities.is_empty().then(|| t!(closing.no_priorities));
    view! {
        <Panel title=t!(closing.priorities)>
            <div class="p-4">
                {none}
                <ol class="list-decimal ps-6">{rows}</ol>
            </div>
        </Panel>
    }
}
