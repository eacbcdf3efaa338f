//! The routes of calls that come again, and of what to know before one.
use shared::api::*;

use super::routes::{read, write};
use super::{Fault, Fetch, act, post, put};

read! {
    /// The rules by which calls of a retainer are booked.
    fn call_rules(id: RetainerId) -> Page<CallRule> =
        format!("/retainers/{id}/call-rules?limit=200");
    /// What to know before a session.
    fn preparation(id: ClientSessionId) -> Preparation = format!("/sessions/{id}/preparation");
}

write! {
    /// Has calls of a retainer booked by a rule.
    fn add_call_rule(id: RetainerId, body: &CallRuleSet) -> CallRule =
        post(&format!("/retainers/{id}/call-rules"), body).await;
    /// Replaces what a rule says.
    fn change_call_rule(id: CallRuleId, version: i64, body: &CallRuleSet) -> CallRule =
        put(&format!("/call-rules/{id}"), version, body).await;
    /// Takes back the end of a rule.
    fn reopen_call_rule(id: CallRuleId) -> CallRule =
        act(&format!("/call-rules/{id}/reopen")).await;
    /// Ends a rule.
    fn end_call_rule(id: CallRuleId, version: i64) -> () =
        super::delete(&format!("/call-rules/{id}"), version).await.map(drop);
}
