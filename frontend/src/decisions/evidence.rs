//! Pieces of evidence: typed, a row each, and shown.
use leptos::prelude::*;
use shared::api::Evidence;

use crate::t;
use crate::ui::{Button, Form, TextInput, pointer};

/// Rows that are typed in. The first always stands, so that its fault has a place.
#[derive(Clone, Copy)]
pub(super) struct EvidenceDraft {
    at: &'static str,
    rows: RwSignal<Vec<(RwSignal<String>, RwSignal<String>)>>,
}

impl EvidenceDraft {
    /// One empty row; `at` is the JSON pointer of the list.
    pub(super) fn new(at: &'static str) -> Self {
        Self { at, rows: RwSignal::new(vec![Default::default()]) }
    }

    fn add(self) {
        self.rows.update(|rows| rows.push(Default::default()));
    }

    /// What was typed, up to the last row that says something.
    pub(super) fn read(self) -> Vec<Evidence> {
        let row = |(text, link): &(RwSignal<String>, RwSignal<String>)| {
            let link = link.get_untracked().trim().to_owned();
            let text = text.get_untracked().trim().to_owned();
            Evidence { text, link: (!link.is_empty()).then_some(link) }
        };
        let mut all: Vec<Evidence> =
            self.rows.with_untracked(|rows| rows.iter().map(row).collect());
        let says = |one: &Evidence| !one.text.is_empty() || one.link.is_some();
        let last = all.iter().rposition(says).unwrap_or(0);
        all.truncate(last + 1);
        all
    }
}

#[component]
pub(super) fn EvidenceFields(form: Form, draft: EvidenceDraft) -> impl IntoView {
    let row = move |n: usize| {
        let (text, link) = draft.rows.with_untracked(|rows| rows[n]);
        let at = |name: &str| pointer(&format!("{}/{n}/{name}", draft.at));
        view! {
            <div class="form-pair">
                <TextInput form at=at("text") label=t!(decisions.evidence_text) value=text />
                <TextInput
                    form
                    at=at("link")
                    label=t!(decisions.evidence_link)
                    value=link
                    kind="url"
                    inputmode="url"
                    optional=true
                />
            </div>
        }
    };
    view! {
        <fieldset class="form-part">
            <legend>{t!(decisions.evidence)}</legend>
            <For each=move || 0..draft.rows.with(Vec::len) key=|n| *n children=row />
            <div>
                <Button
                    small=true
                    icon=icondata::LuPlus
                    on_press=Callback::new(move |()| draft.add())
                >
                    {t!(decisions.evidence_more)}
                </Button>
            </div>
        </fieldset>
    }
}

/// Pieces of evidence as a list.
pub(super) fn shown(evidence: Vec<Evidence>) -> impl IntoView {
    let one = |one: Evidence| {
        let link = one.link.map(|link| {
            view! {
                " "
                <a class="link break-all" href=link.clone() target="_blank" rel="noreferrer">
                    {link.clone()}
                </a>
            }
        });
        view! { <li>{one.text} {link}</li> }
    };
    view! { <ul class="know-list">{evidence.into_iter().map(one).collect_view()}</ul> }
}
