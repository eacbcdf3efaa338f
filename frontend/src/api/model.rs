//! The routes of decisions and the operating model.
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, act, patch, post};

read! {
    /// A decision with all that was ever chosen.
    fn decision(id: DecisionId) -> Decision = format!("/decisions/{id}");
    /// Earlier decisions about much the same as a question.
    fn similar_decisions(question: &str) -> SimilarDecisions =
        Path::new("/decisions/similar").with("q", Some(question)).done();
    /// How well decisions of the last three months were made.
    fn decision_report() -> DecisionReport = "/decisions/report";
    /// Routines: those in use, or another state's.
    fn sops(state: Option<SopState>) -> Page<Sop> =
        Path::new("/sops").with("state", state.map(SopState::name)).with("limit", Some(LONG_PAGE))
            .done();
    /// A routine.
    fn sop(id: SopId) -> Sop = format!("/sops/{id}");
    /// The texts of a routine, the last first.
    fn sop_versions(id: SopId) -> Page<SopVersion> = format!("/sops/{id}/versions?limit=200");
    /// Changes of the business, the newest first.
    fn business_changes() -> Page<BusinessChange> = "/business-changes?limit=5";
    /// Kinds of requests that can be chosen.
    fn request_types() -> Page<RequestType> = "/request-types?limit=200";
    /// A kind of request.
    fn request_type(id: RequestTypeId) -> RequestType = format!("/request-types/{id}");
    /// Workflows that run.
    fn workflows() -> Page<Workflow> = "/workflows?limit=200";
    /// A workflow.
    fn workflow(id: WorkflowId) -> Workflow = format!("/workflows/{id}");
    /// What waits for the reader as an owner.
    fn owners_board() -> OwnersBoard = "/workflows/board";
    /// What is used and what is not.
    fn usage_report() -> UsageReport = "/workflows/usage";
    /// Frictions that nobody has resolved.
    fn open_frictions() -> Page<Friction> = "/frictions?open=true&limit=50";
    /// Which friction comes back where.
    fn constraint_map() -> ConstraintMap = "/frictions/map";
}

/// Which decisions to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DecisionFilter {
    /// Words that all are in it.
    pub q: String,
    /// Only open ones.
    pub open: bool,
    /// Only open ones whose day has come.
    pub due: bool,
    /// Only decided ones to be looked at again.
    pub revisit: bool,
}

/// Decisions, the newest first.
pub fn decisions(filter: &DecisionFilter) -> Fetch<Page<Decision>> {
    let path = Path::new("/decisions")
        .with("q", Some(filter.q.as_str()))
        .with("state", filter.open.then_some("open"))
        .with("due", filter.due.then_some(true))
        .with("revisit", filter.revisit.then_some(true));
    Fetch::new(path.with("limit", Some(LONG_PAGE)).done())
}

write! {
    /// Writes a decision down.
    fn record_decision(body: &NewDecision) -> Decision = post("/decisions", body).await;
    /// Decides an open question.
    fn decide(id: DecisionId, body: &NewChoice) -> Decision =
        post(&format!("/decisions/{id}/decide"), body).await;
    /// Takes a decision up again.
    fn reopen_decision(id: DecisionId, body: &NewReopening) -> Decision =
        post(&format!("/decisions/{id}/reopen"), body).await;
    /// Writes a routine down.
    fn add_sop(body: &NewSop) -> Sop = post("/sops", body).await;
    /// Writes a routine anew that was read at this version.
    fn rewrite_sop(id: SopId, version: i64, body: &NewSopVersion) -> Sop = {
        let path = format!("/sops/{id}/versions");
        let text = super::http::send("POST", &path, super::encode(body), Some(version)).await?;
        super::decode(&text)
    };
    /// Notes that a routine was checked.
    fn check_sop(id: SopId) -> Sop = act(&format!("/sops/{id}/check")).await;
    /// Notes that a routine was followed today.
    fn use_sop(id: SopId) -> Sop = act(&format!("/sops/{id}/use")).await;
    /// Ends the trial of a routine.
    fn adopt_sop(id: SopId) -> Sop = act(&format!("/sops/{id}/adopt")).await;
    /// Takes a routine out of use.
    fn retire_sop(id: SopId, body: &NewRetirement) -> Sop =
        post(&format!("/sops/{id}/retire"), body).await;
    /// Notes a change of the business.
    fn record_change(body: &NewBusinessChange) -> BusinessChange =
        post("/business-changes", body).await;
    /// Adds a kind of request.
    fn add_request_type(body: &NewRequestType) -> RequestType = post("/request-types", body).await;
    /// Changes a kind of request.
    fn change_request_type(id: RequestTypeId, version: i64, body: &RequestTypeChange)
        -> RequestType = patch(&format!("/request-types/{id}"), version, body).await;
    /// Agrees on a workflow.
    fn add_workflow(body: &NewWorkflow) -> Workflow = post("/workflows", body).await;
    /// Changes a workflow.
    fn change_workflow(id: WorkflowId, version: i64, body: &WorkflowChange) -> Workflow =
        patch(&format!("/workflows/{id}"), version, body).await;
    /// Notes a review of a workflow.
    fn review_workflow(id: WorkflowId, body: &NewWorkflowReview) -> Workflow =
        post(&format!("/workflows/{id}/reviews"), body).await;
    /// Logs a friction.
    fn log_friction(body: &NewFriction) -> Friction = post("/frictions", body).await;
    /// Corrects or resolves a friction.
    fn change_friction(id: FrictionId, version: i64, body: &FrictionChange) -> Friction =
        patch(&format!("/frictions/{id}"), version, body).await;
}
