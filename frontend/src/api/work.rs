//! Likewise for boards and the work on them.
use shared::api::*;

use super::routes::{read, write};
use super::{Fault, Fetch, Path, patch, post, put};

read! {
    /// One piece of work.
    fn work_item(id: WorkItemId) -> WorkItem = format!("/work-items/{id}");
    /// What happened to it, the newest first.
    fn work_events(id: WorkItemId) -> Page<WorkEvent> =
        format!("/work-items/{id}/events?limit=100");
}

/// The board of a retainer, or of all; with `since` only what changed after that change.
pub fn board(retainer: Option<RetainerId>, since: Option<i64>) -> Fetch<Board> {
    let path = match retainer {
        Some(id) => format!("/retainers/{id}/board"),
        None => "/boards".to_owned(),
    };
    Fetch::new(Path::new(path).with("since", since).done())
}

write! {
    /// Puts a piece of work on a board.
    fn add_work(body: &NewWorkItem) -> WorkItem = post("/work-items", body).await;
    /// Changes a piece of work.
    fn change_work(id: WorkItemId, version: i64, body: &WorkItemChange) -> WorkItem =
        patch(&format!("/work-items/{id}"), version, body).await;
    /// Moves a piece of work.
    fn move_work(id: WorkItemId, version: i64, body: &WorkMove) -> WorkItem =
        put(&format!("/work-items/{id}/place"), version, body).await;
    /// Gives its seats.
    fn seat_work(id: WorkItemId, version: i64, body: &WorkSeatsChange) -> WorkItem =
        put(&format!("/work-items/{id}/seats"), version, body).await;
    /// Sets what it needs to begin.
    fn supply_work(id: WorkItemId, version: i64, body: &WorkInputsChange) -> WorkItem =
        put(&format!("/work-items/{id}/inputs"), version, body).await;
    /// Chooses how closely it is looked at.
    fn level_work(id: WorkItemId, version: i64, body: &NewWorkLevel) -> WorkItem =
        put(&format!("/work-items/{id}/level"), version, body).await;
    /// Says something about it.
    fn comment_work(id: WorkItemId, body: &NewWorkComment) -> WorkItem =
        post(&format!("/work-items/{id}/comments"), body).await;
    /// Writes down how somebody found it.
    fn review_work(id: WorkItemId, body: &NewWorkReview) -> WorkItem =
        post(&format!("/work-items/{id}/reviews"), body).await;
    /// Begins another round of revision.
    fn revise_work(id: WorkItemId, body: &NewWorkRevision) -> WorkItem =
        post(&format!("/work-items/{id}/revisions"), body).await;
    /// Approves or stops it.
    fn decide_work(id: WorkItemId, body: &NewWorkDecision) -> WorkItem =
        post(&format!("/work-items/{id}/decision"), body).await;
    /// Judges it.
    fn judge_work(id: WorkItemId, body: &NewWorkVerdict) -> WorkItem =
        post(&format!("/work-items/{id}/verdict"), body).await;
    /// Hands it to another area.
    fn hand_over_work(id: WorkItemId, body: &NewWorkHandoff) -> WorkItem =
        post(&format!("/work-items/{id}/handoffs"), body).await;
    /// Accepts a handoff.
    fn accept_work(id: WorkItemId, body: &WorkSettled) -> WorkItem =
        post(&format!("/work-items/{id}/handoffs/accept"), body).await;
    /// Notes what is in its way.
    fn block_work(id: WorkItemId, body: &NewWorkBlocker) -> WorkItem =
        post(&format!("/work-items/{id}/blockers"), body).await;
    /// Notes that it is out of the way.
    fn clear_work(id: WorkItemId, body: &WorkSettled) -> WorkItem =
        post(&format!("/work-items/{id}/blockers/clear"), body).await;
    /// Starts or stops the clock of waiting for the client.
    fn wait_work(id: WorkItemId, body: &NewWorkWaiting) -> WorkItem =
        post(&format!("/work-items/{id}/waiting"), body).await;
    /// Sets the names and limits of a board's columns.
    fn set_board(id: RetainerId, version: i64, body: &BoardSettings) -> Board =
        put(&format!("/retainers/{id}/board"), version, body).await;
}
