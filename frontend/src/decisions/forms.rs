//! Recording a decision, deciding an open question, taking one up again.
use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use shared::api::{
    Decision, DecisionId, NewChoice, NewDecision, NewReopening, RetainerId, SimilarDecision,
};

use super::choice_fields::{ALONE, ChoiceDraft, ChoiceFields, MADE, said};
use super::evidence::{EvidenceDraft, EvidenceFields};
use super::words;
use crate::query::{self, use_query, use_query_when};
use crate::session::{use_me, use_today};
use crate::ui::{
    Checkbox, Choice, Dialog, Form, FormActions, FormFaults, Select, TextInput, toast,
};
use crate::{api, t};

/// A question is looked for when nothing was typed for so long.
const REST: Duration = Duration::from_millis(300);
/// Fewer letters say nothing.
const LETTERS_MIN: usize = 6;
/// The server takes no more letters of a question it looks for.
const LETTERS_MAX: usize = 200;

/// After something about decisions was saved.
fn done(open: RwSignal<bool>, words: &'static str) {
    query::invalidate("/decisions");
    query::invalidate("/workflows/board");
    open.try_set(false);
    toast(words);
}

#[component]
pub(super) fn RecordDialog(open: RwSignal<bool>, go: Callback<DecisionId>) -> impl IntoView {
    view! {
        <Dialog open title=t!(decisions.record) wide=true>
            <RecordForm open go />
        </Dialog>
    }
}

#[derive(Clone, Copy)]
struct Draft {
    question: RwSignal<String>,
    owner: RwSignal<String>,
    due_on: RwSignal<String>,
    retainer: RwSignal<String>,
    tags: RwSignal<String>,
    is_made: RwSignal<bool>,
    made: ChoiceDraft,
}

impl Draft {
    fn read(self) -> NewDecision {
        let tags = self.tags.get_untracked();
        let tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
        NewDecision {
            question: said(self.question),
            owner_id: self.owner.get_untracked().parse().ok(),
            due_on: self.due_on.get_untracked().parse().ok(),
            account_id: None,
            retainer_id: self.retainer.get_untracked().parse::<RetainerId>().ok(),
            tags: tags.map(str::to_owned).collect(),
            made: self.is_made.get_untracked().then(|| self.made.read()),
        }
    }
}

#[component]
fn RecordForm(open: RwSignal<bool>, go: Callback<DecisionId>) -> impl IntoView {
    let form = Form::new("decision");
    let me = use_me().with_untracked(|me| me.member_id.to_string());
    let draft = Draft {
        question: RwSignal::default(),
        owner: RwSignal::new(me),
        due_on: RwSignal::default(),
        retainer: RwSignal::default(),
        tags: RwSignal::default(),
        is_made: RwSignal::new(true),
        made: ChoiceDraft::new(MADE),
    };
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let work = async |body: NewDecision| api::record_decision(&body).await;
        form.send(draft.read(), work, move |made: Decision| {
            done(open, t!(decisions.recorded));
            go.run(made.id);
        });
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <TextInput
                form
                at="/question"
                label=t!(decisions.question)
                value=draft.question
                autofocus=true
            />
            <Similar question=draft.question open go />
            <Around form draft />
            <Checkbox
                form
                at="/made"
                label=t!(decisions.is_made)
                hint=t!(decisions.is_made_hint)
                value=draft.is_made
            />
            <Show when=move || draft.is_made.get()>
                <ChoiceFields form draft=draft.made />
            </Show>
            <FormFaults form />
            <FormActions form open verb=t!(decisions.record) />
        </form>
    }
}

/// Owner, day, retainer, tags.
#[component]
fn Around(form: Form, draft: Draft) -> impl IntoView {
    let members = use_query(api::active_members);
    let people = Signal::derive(move || {
        members.with(|page| {
            let one = |one: &shared::api::Member| Choice::new(one.id.to_string(), one.name.clone());
            page.map(|page| page.items.iter().map(one).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    let retainers = use_query(|| api::retainers(&api::RetainerFilter::default()));
    let retainers = Signal::derive(move || {
        retainers.with(|page| {
            let one = |one: &shared::api::RetainerSummary| {
                Choice::new(one.id.to_string(), format!("{} · {}", one.account_name, one.name))
            };
            page.map(|page| page.items.iter().map(one).collect::<Vec<_>>()).unwrap_or_default()
        })
    });
    view! {
        <div class="form-pair">
            <Select
                form
                at="/owner_id"
                label=t!(decisions.owner)
                value=draft.owner
                choices=people
            />
            <TextInput
                form
                at="/due_on"
                label=t!(decisions.due_on)
                value=draft.due_on
                kind="date"
                optional=true
            />
        </div>
        <div class="form-pair">
            <Select
                form
                at="/retainer_id"
                label=t!(common.retainer)
                value=draft.retainer
                choices=retainers
                nothing=t!(decisions.no_retainer)
                optional=true
            />
            <TextInput
                form
                at="/tags"
                label=t!(decisions.tags)
                hint=t!(decisions.tags_hint)
                value=draft.tags
                optional=true
            />
        </div>
    }
}

/// Earlier decisions about much the same as what is being typed. Source: requirement S0-39.
#[component]
fn Similar(
    question: RwSignal<String>,
    open: RwSignal<bool>,
    go: Callback<DecisionId>,
) -> impl IntoView {
    let asked = RwSignal::new(String::new());
    let timer = StoredValue::new(None::<TimeoutHandle>);
    Effect::new(move |_| {
        let text: String = question.get().trim().chars().take(LETTERS_MAX).collect();
        if let Some(timer) = timer.get_value() {
            timer.clear();
        }
        let ask = move || {
            asked.try_set(text.clone());
        };
        timer.set_value(set_timeout_with_handle(ask, REST).ok());
    });
    let found = use_query_when(move || {
        let text = asked.get();
        (text.chars().count() >= LETTERS_MIN).then(|| api::similar_decisions(&text))
    });
    let items =
        move || found.with(|found| found.map(|found| found.items.clone())).unwrap_or_default();
    let row = move |one: SimilarDecision| {
        let id = one.decision.id;
        let choice = one.decision.choices.first().map(|choice| choice.choice.clone());
        let href = format!("/decisions?decision={id}");
        let leave = move |event: leptos::ev::MouseEvent| {
            event.prevent_default();
            open.set(false);
            go.run(id);
        };
        view! {
            <li>
                <a class="link" href=href on:click=leave>{one.decision.question}</a>
                {choice.map(|choice| view! { <p class="text-soft">{choice}</p> })}
            </li>
        }
    };
    view! {
        <div role="status">
            <Show when=move || !items().is_empty()>
                <div class="note note-warn">
                    <div class="note-words">
                        <p class="font-medium">{t!(decisions.similar)}</p>
                        <ul class="know-list">
                            {move || items().into_iter().map(row).collect_view()}
                        </ul>
                    </div>
                </div>
            </Show>
        </div>
    }
}

#[component]
pub(super) fn DecideForm(id: DecisionId, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("decide");
    let draft = ChoiceDraft::new(ALONE);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let work = async move |body: NewChoice| api::decide(id, &body).await;
        form.send(draft.read(), work, move |_: Decision| done(open, t!(decisions.recorded)));
    };
    view! {
        <form class="form" novalidate=true on:submit=send>
            <ChoiceFields form draft />
            <FormFaults form />
            <FormActions form open verb=t!(decisions.decide) />
        </form>
    }
}

#[component]
pub(super) fn ReopenForm(decision: Decision, open: RwSignal<bool>) -> impl IntoView {
    let form = Form::new("reopen");
    let evidence = EvidenceDraft::new("/evidence");
    let due_on = RwSignal::new(String::new());
    let id = decision.id;
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let due_on = due_on.get_untracked().parse().ok();
        let body = NewReopening { evidence: evidence.read(), due_on };
        let work = async move |body: NewReopening| api::reopen_decision(id, &body).await;
        form.send(body, work, move |_: Decision| done(open, t!(decisions.reopened_done)));
    };
    let today = use_today().get_untracked();
    view! {
        <form class="form" novalidate=true on:submit=send>
            <p class="text-soft">{t!(decisions.reopen_about)}</p>
            <p class="text-muted">{words::day(&decision, today)}</p>
            <EvidenceFields form draft=evidence />
            <TextInput
                form
                at="/due_on"
                label=t!(decisions.due_again)
                value=due_on
                kind="date"
                optional=true
            />
            <FormFaults form />
            <FormActions form open verb=t!(decisions.reopen) />
        </form>
    }
}
