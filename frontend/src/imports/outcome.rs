//! What the import does with this mapping, the button that does it, and what came of it.
use leptos::prelude::*;
use shared::api::{ErrorCode, Import, ImportArrival, ImportFailure, ImportOutcome, ImportState};

use super::editor::Editor;
use super::words;
use crate::format::{count, effort};
use crate::retainers::retainer_href;
use crate::ui::{Button, Form, FormFaults, Panel, Variant};
use crate::{api, query, t, tn};

/// Counts, commit, progress, result.
#[component]
pub(super) fn OutcomePanel(editor: Editor, may: bool) -> impl IntoView {
    let state = Memo::new(move |_| editor.import.with(|import| import.map(|import| import.state)));
    let title = Signal::derive(move || {
        if state.get() == Some(ImportState::Done) {
            t!(imports.outcome_done_title).to_owned()
        } else {
            t!(imports.outcome_title).to_owned()
        }
    });
    let action = move || match state.get() {
        Some(ImportState::Ready) if may => view! { <Commit editor /> }.into_any(),
        Some(ImportState::Committing) => view! { <Progress editor /> }.into_any(),
        Some(ImportState::Done) => view! { <Done editor /> }.into_any(),
        _ => ().into_any(),
    };
    view! {
        <Panel title>
            <div class="panel-body flex flex-col gap-3">
                <Counts editor />
                {action}
            </div>
        </Panel>
    }
}

#[component]
fn Counts(editor: Editor) -> impl IntoView {
    let rows = move || {
        let outcome = editor.import.with(|import| import.map(|import| import.outcome))?;
        let row = |(label, figure, strong): (&'static str, String, bool)| {
            view! {
                <div class="flex justify-between gap-4" class:font-semibold=strong>
                    <dt>{label}</dt>
                    <dd class="num">{figure}</dd>
                </div>
            }
        };
        Some(counts(outcome).into_iter().map(row).collect_view())
    };
    let known =
        move || editor.import.with(|import| import.is_some_and(|import| import.outcome.known > 0));
    view! {
        <dl class="flex flex-col gap-1.5" aria-busy=move || editor.busy.get().then_some("true")>
            {rows}
        </dl>
        <Show when=known>
            <p class="text-xs text-muted">{t!(imports.known_hint)}</p>
        </Show>
    }
}

/// Only the counts that there are, but the first always.
fn counts(outcome: ImportOutcome) -> Vec<(&'static str, String, bool)> {
    let mut rows = vec![(t!(imports.out_new), count(outcome.new), true)];
    let others = [
        (t!(imports.out_late), outcome.late),
        (t!(imports.out_known), outcome.known),
        (t!(imports.out_undecided), outcome.undecided),
        (t!(imports.out_skipped), outcome.skipped),
        (t!(imports.out_rejected), outcome.rejected),
    ];
    let others = others.into_iter().filter(|(_, rows)| *rows > 0);
    rows.extend(others.map(|(label, rows)| (label, count(rows), false)));
    rows.push((t!(imports.out_minutes), effort(outcome.minutes), true));
    if outcome.drawing_minutes != outcome.minutes {
        rows.push((t!(imports.out_drawing), effort(outcome.drawing_minutes), false));
    }
    rows
}

/// Why it cannot be written now.
fn reason(import: &Import, busy: bool) -> String {
    let outcome = import.outcome;
    match (busy, outcome.undecided, outcome.new) {
        (true, ..) => t!(imports.reason_wait).to_owned(),
        (_, 1.., _) => {
            tn!(outcome.undecided, imports.reason_undecided_1, imports.reason_undecided_n)
        }
        (_, _, 0) => t!(imports.reason_nothing).to_owned(),
        _ => String::new(),
    }
}

#[component]
fn Commit(editor: Editor) -> impl IntoView {
    let form = Form::new("commit");
    let why = Signal::derive(move || {
        let busy = editor.busy.get();
        editor.import.with(|import| import.map(|import| reason(import, busy)).unwrap_or_default())
    });
    let words = move || {
        let rows = editor.import.with(|import| import.map_or(0, |import| import.outcome.new));
        match rows {
            0 => t!(imports.commit_plain).to_owned(),
            rows => t!(imports.commit, rows = words::rows(rows)),
        }
    };
    let failure = move || {
        let why = match editor.import.with(|import| import.and_then(|import| import.failure))? {
            ImportFailure::Stopped => t!(imports.failed_stopped),
            ImportFailure::Busy => t!(imports.failed_busy),
            ImportFailure::Failed => t!(imports.failed),
        };
        Some(view! { <p class="note note-bad">{why} " " {t!(imports.failed_left)}</p> })
    };
    // Written, or being written, from elsewhere: the page shows what has become of it.
    Effect::new(move |_| {
        let gone = [ErrorCode::ImportDone, ErrorCode::ImportBusy, ErrorCode::Stale];
        if form.failure().is_some_and(|fault| gone.iter().any(|code| fault.is(*code))) {
            editor.import.refetch();
        }
    });
    let send = Callback::new(move |()| {
        form.run(api::commit_import(editor.id), move |import: Import| {
            let done = import.state == ImportState::Done;
            editor.begun.set_value(true);
            editor.import.set(import);
            // The list may have been read a moment ago, when the file was only ready.
            query::invalidate("/imports?");
            if done {
                super::detail::renew();
            }
        });
    });
    view! {
        {failure}
        <FormFaults form />
        <Button variant=Variant::Primary busy=form.busy() reason=why on_press=send>
            {words}
        </Button>
        // The button says it to screen readers; this is for the eye.
        <p class="text-soft" aria-hidden="true">{move || why.get()}</p>
    }
}

#[component]
fn Progress(editor: Editor) -> impl IntoView {
    let written = move || {
        editor.import.with(|import| {
            import.map_or((0, 1), |import| (import.written.unwrap_or(0), import.outcome.new))
        })
    };
    let words = move || {
        let (written, rows) = written();
        t!(imports.committing, written = count(written), rows = words::rows(rows))
    };
    view! {
        <progress
            class="w-full"
            aria-label=t!(imports.state_committing)
            max=move || written().1.max(1).to_string()
            value=move || written().0.to_string()
        ></progress>
        <p class="num" role="status">{words}</p>
    }
}

#[component]
fn Done(editor: Editor) -> impl IntoView {
    let words = move || {
        editor.import.with(|import| {
            import.map(|import| match import.outcome.new {
                0 => t!(imports.done_nothing).to_owned(),
                rows => t!(
                    imports.done,
                    rows = words::rows(rows),
                    effort = effort(import.outcome.minutes),
                ),
            })
        })
    };
    let links = move || {
        editor.import.with(|import| {
            let arrivals = import.map_or(&[][..], |import| &import.arrivals);
            let row = |arrival: &ImportArrival| {
                let name = format!("{} · {}", arrival.account_name, arrival.retainer_name);
                view! { <li><a class="link" href=arrival_href(arrival)>{name}</a></li> }
            };
            arrivals.iter().map(row).collect_view()
        })
    };
    view! {
        <p class="font-medium" role="status">{words}</p>
        <div>
            <p class="text-xs text-muted">{t!(imports.done_links)}</p>
            <ul>{links}</ul>
        </div>
        <p class="text-soft">{t!(imports.to_history)}</p>
    }
}

/// The cycle that the time went to; of an old history this is not today's.
fn arrival_href(arrival: &ImportArrival) -> String {
    let retainer = retainer_href(arrival.account_id, arrival.retainer_id);
    match arrival.cycle_seq {
        Some(seq) => format!("{retainer}?cycle={seq}"),
        None => retainer,
    }
}

#[cfg(test)]
mod tests {
    use shared::api::{AccountId, RetainerId};

    use super::*;

    #[test]
    fn the_link_opens_the_cycle_that_the_time_went_to() {
        let mut arrival = ImportArrival {
            account_id: AccountId(uuid::Uuid::from_u128(1)),
            account_name: "Big Company".into(),
            retainer_id: RetainerId(uuid::Uuid::from_u128(2)),
            retainer_name: "Care".into(),
            cycle_seq: Some(7),
        };
        let retainer = retainer_href(arrival.account_id, arrival.retainer_id);
        assert_eq!(arrival_href(&arrival), format!("{retainer}?cycle=7"));
        arrival.cycle_seq = None;
        assert_eq!(arrival_href(&arrival), retainer);
    }
}
