//! What a scope still lacks: a checklist on its screen, one line on the retainer's page.
use leptos::prelude::*;
use shared::api::{
    AccountId, ErrorCode, Problem, RetainerId, RetainerScope, RetainerState, ScopeGap, ScopeWarning,
};

use super::page::Shown;
use super::{scope_href, words};
use crate::api::{self, Fault};
use crate::query::{Query, use_query_when};
use crate::t;
use crate::ui::{ButtonLink, icon};

/// What the gate wants and what else to look at; each leads to its field.
#[component]
pub(super) fn Checklist(shown: Shown) -> impl IntoView {
    let lines_open = move || shown.scope.get_untracked().is_some_and(|scope| scope.lines_open);
    let open = move |gap: ScopeGap| match gap {
        ScopeGap::Priorities => {
            // What is missing is of the present cycle.
            shown.coming.set(0);
            shown.planning.set(true);
        }
        // Lines of a retainer that runs with some change by date.
        ScopeGap::Included | ScopeGap::Excluded if !lines_open() => shown.proposing.set(true),
        gap => {
            shown.wanted.set(Some(gap));
            shown.editing.set(true);
        }
    };
    let row = move |gap: ScopeGap| {
        let words = words::gap(gap);
        let body = match shown.may {
            true => view! {
                <button type="button" class="link min-h-6" on:click=move |_| open(gap)>
                    {words}
                </button>
            }
            .into_any(),
            false => words.into_any(),
        };
        view! { <li class="flex items-center gap-2">{icon(icondata::LuCircle)} {body}</li> }
    };
    let gaps = move || {
        let missing = shown.scope.with(|scope| scope.map(|scope| scope.missing.clone()))?;
        let running = shown.retainer.with(|one| one?.state.into());
        let title = match running {
            Some(RetainerState::Setup) => t!(scope.missing_setup),
            _ => t!(scope.missing_running),
        };
        (!missing.is_empty()).then(|| {
            view! {
                <section class="note note-warn" aria-label=t!(scope.missing)>
                    <div class="note-words">
                        <p class="font-medium">{title}</p>
                        <ul>{missing.into_iter().map(row).collect_view()}</ul>
                    </div>
                </section>
            }
        })
    };
    let warnings = move || {
        let warnings = shown.scope.with(|scope| scope.map(|scope| scope.warnings.clone()))?;
        let row = |warning: ScopeWarning| {
            let words = match warning {
                ScopeWarning::NoProcessOwner => t!(scope.warn_no_owner),
                ScopeWarning::VagueOutcome => t!(scope.warn_vague),
            };
            view! { <p>{words}</p> }
        };
        (!warnings.is_empty()).then(|| {
            view! {
                <div class="note">
                    {icon(icondata::LuTriangleAlert)}
                    <div class="note-words">{warnings.into_iter().map(row).collect_view()}</div>
                </div>
            }
        })
    };
    view! {
        {gaps}
        {warnings}
    }
}

/// One line on the retainer's page: what its scope lacks, and the way there.
#[component]
pub(crate) fn GateLine(account: AccountId, retainer: RetainerId) -> impl IntoView {
    let scope: Query<RetainerScope> = use_query_when(move || Some(api::scope(retainer)));
    let line = move || {
        let words = scope.with(|scope| told(scope?))?;
        Some(view! {
            <div class="note no-print">
                {icon(icondata::LuListChecks)}
                <p class="note-words">{words}</p>
                <ButtonLink href=scope_href(account, retainer)>{t!(scope.open)}</ButtonLink>
            </div>
        })
    };
    view! { {line} }
}

/// A refusal of the gate as one fault: its fields are those of the scope, not of the form that
/// asked to activate.
pub(crate) fn as_one_fault(fault: Fault) -> Fault {
    match fault {
        Fault::Problem(problem) if problem.code == ErrorCode::ScopeIncomplete => {
            Fault::Problem(Box::new(Problem { errors: Vec::new(), ..*problem }))
        }
        fault => fault,
    }
}

fn told(scope: &RetainerScope) -> Option<String> {
    let gaps: Vec<String> = scope.missing.iter().map(|gap| words::gap(*gap).to_owned()).collect();
    let owner = scope.warnings.contains(&ScopeWarning::NoProcessOwner);
    match (gaps.is_empty(), owner) {
        (false, _) => Some(t!(scope.line_missing, gaps = crate::format::list(&gaps))),
        (true, true) => Some(t!(scope.warn_no_owner).to_owned()),
        (true, false) => None,
    }
}
