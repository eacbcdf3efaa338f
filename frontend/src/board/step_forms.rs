//! The forms of level, review, revision, decision and verdict.
use leptos::prelude::*;
use shared::api::{
    NewWorkDecision, NewWorkLevel, NewWorkReview, NewWorkRevision, NewWorkVerdict, ProcessLevel,
    ReviewOutcome, ReviewStage, WorkDecision, WorkItem,
};
use shared::rules::work::gate;

use super::forms::{Filling, Sheet, at_place, choices, place_of, text};
use super::words;
use crate::ui::{Checkbox, Select, TextArea};
use crate::{api, t};

fn typed(value: RwSignal<String>) -> Option<String> {
    let text = value.get_untracked().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

#[component]
pub(super) fn LevelForm(of: Filling, item: WorkItem) -> impl IntoView {
    let form = of.form;
    let (id, version) = (item.id, item.version);
    let level = RwSignal::new(place_of(ProcessLevel::ALL, &item.level.level));
    let reason = text(item.level.chosen_why.as_deref());
    let send = Callback::new(move |()| {
        let chosen = level.with_untracked(|place| at_place(ProcessLevel::ALL, place));
        let Some(level) = chosen else { return };
        let work = async move |new: NewWorkLevel| api::level_work(id, version, &new).await;
        form.send(NewWorkLevel { level, reason: typed(reason) }, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(common.save) send>
            <Select
                form
                at="/level"
                label=t!(board.level)
                value=level
                choices=choices(ProcessLevel::ALL, words::level)
            />
            <TextArea form at="/reason" label=t!(board.why_another) rows=2 value=reason />
        </Sheet>
    }
}

#[component]
pub(super) fn ReviewForm(of: Filling) -> impl IntoView {
    let form = of.form;
    let id = of.shown.id;
    let (stage, outcome, note) =
        (RwSignal::new("0".to_owned()), RwSignal::new("0".to_owned()), text(None));
    let send = Callback::new(move |()| {
        let stage = stage.with_untracked(|place| at_place(ReviewStage::ALL, place));
        let outcome = outcome.with_untracked(|place| at_place(ReviewOutcome::ALL, place));
        let (Some(stage), Some(outcome)) = (stage, outcome) else { return };
        let new = NewWorkReview { stage, outcome, note: typed(note) };
        let work = async move |new: NewWorkReview| api::review_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    let stages = choices(ReviewStage::ALL, |stage| match stage {
        ReviewStage::Draft => t!(board.stage_draft),
        ReviewStage::Final => t!(board.stage_final),
    });
    let outcomes = choices(ReviewOutcome::ALL, |outcome| match outcome {
        ReviewOutcome::Passed => t!(board.outcome_passed),
        ReviewOutcome::Changes => t!(board.outcome_changes),
    });
    view! {
        <Sheet of verb=t!(common.save) send>
            <Select form at="/stage" label=t!(board.stage) value=stage choices=stages />
            <Select form at="/outcome" label=t!(board.outcome) value=outcome choices=outcomes />
            <TextArea
                form
                at="/note"
                label=t!(common.note)
                hint=t!(board.evidence_hint)
                optional=true
                rows=2
                value=note
            />
        </Sheet>
    }
}

#[component]
pub(super) fn RevisionForm(of: Filling) -> impl IntoView {
    let form = of.form;
    let id = of.shown.id;
    let reason = text(None);
    let send = Callback::new(move |()| {
        let new = NewWorkRevision { reason: reason.get_untracked() };
        let work = async move |new: NewWorkRevision| api::revise_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(common.save) send>
            <TextArea form at="/reason" label=t!(board.why_round) rows=2 value=reason />
        </Sheet>
    }
}

/// What can still be decided about a piece of work.
pub(super) fn decisions(item: &WorkItem) -> &'static [WorkDecision] {
    let was = item.decision.as_ref().map(|made| made.decision);
    let open = |becomes| gate::may_decide(was, item.column, becomes);
    match (open(WorkDecision::Approve), open(WorkDecision::Stop)) {
        (true, _) => WorkDecision::ALL,
        (false, true) => &[WorkDecision::Stop],
        (false, false) => &[],
    }
}

#[component]
pub(super) fn DecisionForm(of: Filling, item: WorkItem) -> impl IntoView {
    let form = of.form;
    let id = of.shown.id;
    let open = decisions(&item);
    let (decision, evidence, reason) = (RwSignal::new("0".to_owned()), text(None), text(None));
    let send = Callback::new(move |()| {
        let chosen = decision.with_untracked(|place| at_place(open, place));
        let Some(decision) = chosen else { return };
        let new = NewWorkDecision { decision, evidence: typed(evidence), reason: typed(reason) };
        let work = async move |new: NewWorkDecision| api::decide_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    let decisions = choices(open, |decision| match decision {
        WorkDecision::Approve => t!(board.approve),
        WorkDecision::Stop => t!(board.stop),
    });
    let owner = item.seats.decision.map(|held| t!(board.decides, name = held.name));
    view! {
        <Sheet of verb=t!(common.save) send>
            <p class="note">{owner.unwrap_or_else(|| t!(board.nobody_decides).to_owned())}</p>
            <Select form at="/decision" label=t!(board.decision) value=decision choices=decisions />
            <TextArea
                form
                at="/evidence"
                label=t!(board.evidence)
                hint=t!(board.evidence_hint)
                optional=true
                rows=2
                value=evidence
            />
            <TextArea form at="/reason" label=t!(board.reason) optional=true rows=2 value=reason />
        </Sheet>
    }
}

#[component]
pub(super) fn VerdictForm(of: Filling) -> impl IntoView {
    let form = of.form;
    let id = of.shown.id;
    let [fit, clear, reliable, decides] = [(); 4].map(|()| RwSignal::new(true));
    let (applies, leads, note) = (RwSignal::new(false), RwSignal::new(false), text(None));
    let send = Callback::new(move |()| {
        let new = NewWorkVerdict {
            business_fit: fit.get_untracked(),
            clarity: clear.get_untracked(),
            execution_reliability: reliable.get_untracked(),
            lead_quality: applies.get_untracked().then(|| leads.get_untracked()),
            better_decisions: decides.get_untracked(),
            note: typed(note),
        };
        let work = async move |new: NewWorkVerdict| api::judge_work(id, &new).await;
        form.send(new, work, move |item| of.done(item));
    });
    view! {
        <Sheet of verb=t!(common.save) send>
            <Checkbox form at="/business_fit" label=t!(board.fits_business) value=fit />
            <Checkbox form at="/clarity" label=t!(board.is_clear) value=clear />
            <Checkbox form at="/execution_reliability" label=t!(board.is_reliable) value=reliable />
            <Checkbox form at="/better_decisions" label=t!(board.helps_decide) value=decides />
            <Checkbox form at="/applies" label=t!(board.leads_apply) value=applies />
            <Show when=move || applies.get()>
                <Checkbox form at="/lead_quality" label=t!(board.brings_leads) value=leads />
            </Show>
            <TextArea form at="/note" label=t!(common.note) optional=true rows=2 value=note />
        </Sheet>
    }
}
