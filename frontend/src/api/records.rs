//! The routes of timelines, notes and next steps.
use chrono::NaiveDate;
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, act as act_on, patch, post, put};

read! {
    /// What happened last with an account.
    fn timeline_latest(id: AccountId) -> Page<TimelineItem> =
        format!("/accounts/{id}/timeline?limit=8");
    /// What was decided last with an account, or taken up again since.
    fn last_decision(id: AccountId) -> Page<TimelineItem> =
        format!("/accounts/{id}/timeline?kind=decision&limit=1");
    /// The open next steps of an account, those without a day last.
    fn open_tasks(id: AccountId) -> Page<Task> =
        format!("/tasks?account_id={id}&state=open&limit=200");
    /// A person's open next steps to be done by a day.
    fn due_tasks(owner: MemberId, by: NaiveDate) -> Page<Task> =
        format!("/tasks?owner_id={owner}&state=open&due_by={by}&limit=200");
    /// What the clock reminds the organisation of.
    fn follow_ups() -> FollowUpsKept = "/organisation/follow-ups";
    /// How often an account is checked in with, and when next.
    fn account_cadence(id: AccountId) -> AccountCadence = format!("/accounts/{id}/cadence");
    /// What the reader is told by mail, and when not.
    fn notifications() -> Notifications = "/auth/me/notifications";
    /// Clients that are served and have no next step with a day.
    fn without_next_step() -> Page<Account> =
        Path::new("/accounts")
            .with("kind", Some("client"))
            .with("lacks_next_step", Some(true))
            .with("limit", Some(LONG_PAGE))
            .done();
}

/// What happened with an account, the newest first: of a kind, with these words.
pub fn timeline(id: AccountId, kind: Option<TimelineKind>, q: &str) -> Fetch<Page<TimelineItem>> {
    let path = Path::new(format!("/accounts/{id}/timeline"))
        .with("kind", kind.map(TimelineKind::name))
        .with("q", Some(q));
    Fetch::new(path.with("limit", Some(50)).done())
}

write! {
    /// Writes a note, with the next steps that follow from it.
    fn add_note(body: &NewNote) -> Note = post("/notes", body).await;
    /// Writes a next step down.
    fn add_task(body: &NewTask) -> Task = post("/tasks", body).await;
    /// Changes an open next step.
    fn change_task(id: TaskId, version: i64, body: &TaskChange) -> Task =
        patch(&format!("/tasks/{id}"), version, body).await;
    /// Says that a next step is done.
    fn finish_task(id: TaskId) -> Task = act_on(&format!("/tasks/{id}/done")).await;
    /// Says that a next step is to be done again.
    fn reopen_task(id: TaskId) -> Task = act_on(&format!("/tasks/{id}/reopen")).await;
    /// Says what the clock reminds the organisation of.
    fn set_follow_ups(version: i64, body: &FollowUps) -> FollowUpsKept =
        put("/organisation/follow-ups", version, body).await;
    /// Says how often an account is checked in with.
    fn set_account_cadence(id: AccountId, version: i64, body: &CadenceSet) -> AccountCadence =
        put(&format!("/accounts/{id}/cadence"), version, body).await;
    /// Says what the reader is told by mail, and when not.
    fn set_notifications(version: i64, body: &NotificationsSet) -> Notifications =
        put("/auth/me/notifications", version, body).await;
}
