//! What the retainer holds and what it leaves out, side by side, with the days of each line.
use leptos::prelude::*;
use shared::api::{ScopeLine, ScopeLineKind};

use super::page::Shown;
use crate::format::date;
use crate::retainers::today;
use crate::t;
use crate::ui::{Empty, Icon, Panel, icon};

/// Both panels.
#[component]
pub(super) fn LinesPanels(shown: Shown) -> impl IntoView {
    view! {
        <div class="grid items-start gap-4 md:grid-cols-2">
            <Lines shown kind=ScopeLineKind::Included />
            <Lines shown kind=ScopeLineKind::Excluded />
        </div>
    }
}

#[component]
fn Lines(shown: Shown, kind: ScopeLineKind) -> impl IntoView {
    let (title, none, mark): (_, _, Icon) = match kind {
        ScopeLineKind::Included => (t!(scope.included), t!(scope.included_none), icondata::LuCheck),
        ScopeLineKind::Excluded => (t!(scope.excluded), t!(scope.excluded_none), icondata::LuX),
    };
    let lines = Memo::new(move |_| {
        shown.scope.with(|scope| {
            let all = scope.into_iter().flat_map(|scope| scope.lines.iter().chain(&scope.coming));
            all.filter(|line| line.kind == kind).cloned().collect::<Vec<_>>()
        })
    });
    let row = move |line: ScopeLine| {
        let days = days(&line);
        view! {
            <li class="flex items-start gap-2 px-4 py-2">
                {icon(mark)}
                <div class="min-w-0 break-words">
                    <p>{line.text}</p>
                    {days.map(|words| view! { <p class="text-xs text-muted">{words}</p> })}
                </div>
            </li>
        }
    };
    view! {
        <Panel title=title>
            <Show
                when=move || lines.with(|lines| !lines.is_empty())
                fallback=move || view! { <Empty title=none /> }
            >
                <ul class="panel-rows">
                    {move || lines.get().into_iter().map(row).collect_view()}
                </ul>
            </Show>
        </Panel>
    }
}

/// When it begins, if that is to come, and when it ends, if that is known.
fn days(line: &ScopeLine) -> Option<String> {
    let today = today();
    let from =
        (line.starts_on > today).then(|| t!(scope.from_day, day = date(line.starts_on, today)));
    let last = line.ends_on.and_then(|end| end.pred_opt());
    let until = last.map(|last| t!(scope.until_day, day = date(last, today)));
    match (from, until) {
        (None, None) => None,
        (from, until) => Some(from.into_iter().chain(until).collect::<Vec<_>>().join(", ")),
    }
}
