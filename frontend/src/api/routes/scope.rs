//! Scope, priorities, who decides, and the gates.
use shared::api::*;

use super::{Fault, Fetch, act, post, put};

read! {
    /// What a retainer is for, what it holds and what it leaves out.
    fn scope(id: RetainerId) -> RetainerScope = format!("/retainers/{id}/scope");
    /// Changes of a retainer's scope, the newest first.
    fn scope_changes(id: RetainerId) -> Page<ScopeChange> =
        format!("/retainers/{id}/scope/changes?limit=200");
    /// Who of the side that serves may decide, the newest first.
    fn delegations(id: RetainerId) -> Page<Delegation> =
        format!("/retainers/{id}/delegations?limit=200");
    /// What comes first in a cycle.
    fn priorities(id: CycleId) -> PriorityList = format!("/cycles/{id}/priorities");
    /// A draft of that, from the cycle before.
    fn priority_plan(id: CycleId) -> PriorityPlan = format!("/cycles/{id}/priorities/plan");
    /// How strict the organisation's gates are.
    fn controls() -> ControlsKept = "/organisation/controls";
}

write! {
    /// Sets what a retainer is for.
    fn set_scope(id: RetainerId, version: i64, body: &ScopeSet) -> RetainerScope =
        put(&format!("/retainers/{id}/scope"), version, body).await;
    /// Proposes a dated change of scope.
    fn propose_scope_change(id: RetainerId, body: &NewScopeChange) -> ScopeChange =
        post(&format!("/retainers/{id}/scope/changes"), body).await;
    /// Records who accepted a change of scope, or turned it down.
    fn decide_scope_change(id: ScopeChangeId, accepts: bool, body: &NewScopeDecision)
        -> ScopeChange = {
        let way = if accepts { "accept" } else { "decline" };
        post(&format!("/scope-changes/{id}/{way}"), body).await
    };
    /// Records that the business let somebody decide.
    fn delegate(id: RetainerId, body: &NewDelegation) -> Delegation =
        post(&format!("/retainers/{id}/delegations"), body).await;
    /// Takes a right to decide back.
    fn revoke_delegation(id: DelegationId) -> Delegation =
        act(&format!("/delegations/{id}/revoke")).await;
    /// Sets what comes first in a cycle.
    fn set_priorities(id: CycleId, version: i64, body: &PriorityListSet) -> PriorityList =
        put(&format!("/cycles/{id}/priorities"), version, body).await;
    /// Sets how strict gates are.
    fn set_controls(version: i64, body: &Controls) -> ControlsKept =
        put("/organisation/controls", version, body).await;
    /// Keeps a check whether a retainer makes sense.
    fn add_fit_check(body: &NewFitCheck) -> FitCheck = post("/fit-checks", body).await;
}
