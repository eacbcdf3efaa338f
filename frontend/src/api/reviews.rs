//! The routes of reviews, signals and leads.
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, act, post, put};

read! {
    /// When retainers are reviewed: those that are due, or the others.
    fn review_plan(due: bool) -> Page<ReviewPlan> =
        Path::new("/reviews/plan").with("due", Some(due)).with("limit", Some(LONG_PAGE)).done();
    /// Reviews that were held, the newest first.
    fn reviews_held() -> Page<Review> = "/reviews?state=done&limit=20";
    /// The last review of a retainer that was held.
    fn last_review(id: RetainerId) -> Page<Review> =
        format!("/reviews?retainer_id={id}&state=done&limit=1");
    /// A review with all that it looks at.
    fn review(id: ReviewId) -> ReviewRoom = format!("/reviews/{id}");
    /// How reviews of the last three months led to decisions.
    fn review_report() -> ReviewReport = "/reviews/report";
    /// What is agreed on signals.
    fn signals() -> SignalSet = "/signals";
    /// Partners on the same signals.
    fn partners_compared() -> Page<ComparedAccount> = "/signals/compare?limit=50";
    /// Leads, the last that came first.
    fn leads() -> Page<Lead> = Path::new("/leads").with("limit", Some(LONG_PAGE)).done();
}

write! {
    /// Begins a review.
    fn start_review(body: &NewReview) -> ReviewRoom = post("/reviews", body).await;
    /// Rates a signal.
    fn rate_signal(id: ReviewId, body: &NewSignalRating) -> ReviewRoom =
        post(&format!("/reviews/{id}/ratings"), body).await;
    /// Says why something is weak.
    fn diagnose(id: ReviewId, body: &NewDiagnosis) -> ReviewRoom =
        post(&format!("/reviews/{id}/diagnoses"), body).await;
    /// Decides something in a review.
    fn decide_in_review(id: ReviewId, body: &NewReviewOutcome) -> ReviewRoom =
        post(&format!("/reviews/{id}/outcomes"), body).await;
    /// Says whether an earlier outcome had its effect.
    fn follow_up(id: ReviewId, body: &NewFollowUp) -> ReviewRoom =
        post(&format!("/reviews/{id}/follow-ups"), body).await;
    /// Ends a review.
    fn end_review(id: ReviewId, body: &ReviewEnd) -> ReviewRoom =
        post(&format!("/reviews/{id}/finish"), body).await;
    /// Drops a review that was begun by mistake.
    fn drop_review(id: ReviewId) -> Review = act(&format!("/reviews/{id}/drop")).await;
    /// Lets the client read a review, or no longer.
    fn publish_review(id: ReviewId, body: &ReviewPublication) -> ReviewRoom =
        post(&format!("/reviews/{id}/publish"), body).await;
    /// Redefines signals.
    fn set_signals(version: i64, body: &SignalsSet) -> SignalSet =
        put("/signals", version, body).await;
    /// Marks a lead.
    fn mark_lead(body: &NewLead) -> Lead = post("/leads", body).await;
    /// Marks a lead anew.
    fn set_lead(id: LeadId, version: i64, body: &LeadSet) -> Lead =
        put(&format!("/leads/{id}"), version, body).await;
    /// Reads a file of leads.
    fn read_leads(body: &LeadFile) -> LeadFileRead = post("/leads/file", body).await;
}
