//! Where a request stands in the scope, and how closely its work is looked at.
use leptos::prelude::*;
use shared::api::{ProcessLevel, Request, RetainerScope, ScopeLine, ScopeLineKind, ScopeMatch};

use super::state::Shown;
use super::triage::{Draft, match_value};
use super::words;
use crate::board::{level_reason_words, level_words};
use crate::query::use_query;
use crate::ui::{Choice, Select, TextInput};
use crate::{api, t};

#[component]
pub(super) fn MatchFields(shown: Shown, draft: Draft, request: Request) -> impl IntoView {
    let form = draft.form;
    let retainer = request.retainer_id;
    let scope = use_query(move || api::scope(retainer));
    let proposed = request.proposed_match.clone();
    // What is chosen can be read before the lines have come.
    let known = StoredValue::new(Choice::new(
        match_value(proposed.kind, proposed.line_id),
        label(proposed.kind, proposed.line_text.as_deref()),
    ));
    let choices = Signal::derive(move || {
        let lines = scope.with(|scope: Option<&RetainerScope>| scope.map(|one| one.lines.clone()));
        let Some(lines) = lines else { return vec![known.get_value()] };
        let mut all: Vec<Choice> = lines.iter().map(choice).collect();
        all.push(Choice::new("unclear", words::side(ScopeMatch::Unclear)));
        all
    });
    let about = format!(
        "{} {}",
        t!(requests.proposed, what = label(proposed.kind, proposed.line_text.as_deref())),
        words::match_reason(&proposed),
    );
    let levels = Signal::stored(
        ProcessLevel::ALL
            .iter()
            .enumerate()
            .map(|(n, level)| Choice::new(n.to_string(), level_words(*level)))
            .collect::<Vec<_>>(),
    );
    let level = t!(
        board.level_proposed,
        level = level_words(request.level),
        why = level_reason_words(request.level_reason),
    );
    let other = move || draft.level.with(|level| !level.is_empty());
    let _ = shown;
    view! {
        <Select
            form
            at="/scope_match"
            label=t!(requests.scope_match)
            hint=about
            value=draft.matched
            choices
        />
        <Select
            form
            at="/level"
            label=t!(board.level)
            hint=level
            value=draft.level
            choices=levels
            nothing=t!(requests.as_proposed)
            optional=true
        />
        <Show when=other>
            <TextInput
                form
                at="/level_reason"
                label=t!(board.why_another)
                value=draft.level_reason
            />
        </Show>
    }
}

fn choice(line: &ScopeLine) -> Choice {
    let kind = match line.kind {
        ScopeLineKind::Included => ScopeMatch::Included,
        ScopeLineKind::Excluded => ScopeMatch::Excluded,
    };
    Choice::new(match_value(kind, Some(line.id)), label(kind, Some(&line.text)))
}

fn label(kind: ScopeMatch, line: Option<&str>) -> String {
    match line {
        Some(line) => format!("{}: {line}", words::side(kind)),
        None => words::side(kind).to_owned(),
    }
}
