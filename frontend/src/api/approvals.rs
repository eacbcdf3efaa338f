//! The routes of what clients are asked to approve.
use shared::api::*;

use super::routes::{read, write};
use super::{Fault, Fetch, Path, post};

read! {
    /// What the client was asked of a pool in a cycle, the newest first.
    fn approval_requests(id: RetainerId, pool: &str, cycle: CycleId) -> ApprovalRequests =
        Path::new(format!("/retainers/{id}/approval-requests"))
            .with("pool", Some(pool))
            .with("cycle_id", Some(cycle))
            .done();
}

write! {
    /// Asks somebody at the client; what was asked before is taken back.
    fn ask_client(id: RetainerId, body: &NewApprovalRequest) -> ApprovalRequestMade =
        post(&format!("/retainers/{id}/approval-requests"), body).await;
    /// Takes back what the client was asked.
    fn withdraw_approval_request(id: ApprovalRequestId) -> ApprovalRequest =
        post(&format!("/approval-requests/{id}/withdraw"), &()).await;
}
