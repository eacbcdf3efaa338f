//! The routes of requests, and of the links by which those without a sign-in use them.
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, act as act_on, decode, delete, encode, http, patch, post};

read! {
    /// A request.
    fn request(id: RequestId) -> Request = format!("/requests/{id}");
    /// What each verdict on a request would do.
    fn request_options(id: RequestId) -> RequestOptions = format!("/requests/{id}/options");
    /// What happened to a request.
    fn request_events(id: RequestId) -> Page<RequestEvent> =
        format!("/requests/{id}/events?limit=200");
    /// The links to the form of a retainer.
    fn form_links(id: RetainerId) -> Page<FormLink> =
        format!("/retainers/{id}/form-links?limit=20");
    /// What the holder of a link sees.
    fn link_seen(token: &str) -> Act = format!("/act/{token}");
}

/// Requests in a state, the newest first; all of them without one.
pub fn requests(state: Option<RequestState>) -> Fetch<Page<Request>> {
    let path = Path::new("/requests").with("state", state.map(RequestState::name));
    Fetch::new(path.with("limit", Some(LONG_PAGE)).done())
}

write! {
    /// Takes in a request.
    fn add_request(body: &NewRequest) -> Request = post("/requests", body).await;
    /// Changes a request that has no verdict.
    fn change_request(id: RequestId, version: i64, body: &RequestChange) -> Request =
        patch(&format!("/requests/{id}"), version, body).await;
    /// Gives a request its verdict.
    fn triage_request(id: RequestId, version: i64, body: &NewRequestTriage) -> Request = {
        let path = format!("/requests/{id}/triage");
        decode(&http::send("POST", &path, encode(body), Some(version)).await?)
    };
    /// Asks the asker of a request.
    fn ask_request(id: RequestId, body: &NewRequestQuestion) -> RequestQuestioned =
        post(&format!("/requests/{id}/questions"), body).await;
    /// Takes a request back.
    fn withdraw_request(id: RequestId, body: &RequestWithdrawal) -> Request =
        post(&format!("/requests/{id}/withdraw"), body).await;
    /// Puts on the board what an accepted change of scope lets in.
    fn put_request_on_board(id: RequestId) -> Request =
        act_on(&format!("/requests/{id}/work-item")).await;
    /// Makes the link to the form of a retainer; the one before ends.
    fn add_form_link(id: RetainerId, body: &NewFormLink) -> FormLinkMade =
        post(&format!("/retainers/{id}/form-links"), body).await;
    /// Ends a link to a form.
    fn revoke_form_link(id: ActionLinkId, version: i64) -> String =
        delete(&format!("/form-links/{id}"), version).await;
    /// Ends the addresses at which the asker of a request follows it.
    fn end_request_links(id: RequestId, version: i64) -> String =
        delete(&format!("/requests/{id}/links"), version).await;
    /// Sends what the holder of a link answers.
    fn send_act(token: &str, body: &ActAnswer) -> ActReceipt =
        post(&format!("/act/{token}"), body).await;
    /// Says that a page shows what a link is for.
    fn see_act(token: &str) -> () =
        http::send("POST", &format!("/act/{token}/seen"), None, None).await.map(drop);
}
