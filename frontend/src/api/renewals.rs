//! The routes of renewals.
use chrono::NaiveDate;
use shared::api::*;

use super::routes::{LONG_PAGE, read, write};
use super::{Fault, Fetch, Path, patch, post, put};

read! {
    /// Renewals without an outcome, in the order of the days that decide.
    fn open_renewals(owner: Option<MemberId>) -> Renewals =
        Path::new("/renewals")
            .with("decided", Some(false))
            .with("owner_id", owner)
            .with("limit", Some(LONG_PAGE))
            .done();
    /// Renewals that were decided on a day or later.
    fn decided_renewals(owner: Option<MemberId>, since: NaiveDate) -> Renewals =
        Path::new("/renewals")
            .with("decided", Some(true))
            .with("decided_since", Some(since))
            .with("owner_id", owner)
            .with("limit", Some(LONG_PAGE))
            .done();
    /// One renewal.
    fn renewal(id: RenewalId) -> Renewal = format!("/renewals/{id}");
    /// What was put together of its term.
    fn renewal_brief(id: RenewalId) -> RenewalBrief = format!("/renewals/{id}/brief");
    /// What was offered for its next term, the newest first.
    fn proposals(id: RenewalId) -> Proposals = format!("/renewals/{id}/proposals");
    /// The mail by which one is sent, or reminded of.
    fn proposal_mail_draft(id: ProposalId, reminds: bool) -> ProposalMailDraft =
        Path::new(format!("/proposals/{id}/mail-draft").as_str())
            .with("reminds", reminds.then_some(true))
            .done();
    /// What is to be when the term of a retainer ends.
    fn renewal_rule(id: RetainerId) -> RenewalRule = format!("/retainers/{id}/renewal-rule");
}

write! {
    /// Begins the renewal of a retainer before its day.
    fn begin_renewal(body: &NewRenewal) -> Renewal = post("/renewals", body).await;
    /// Changes stage, owner, plan or probability of a renewal.
    fn change_renewal(id: RenewalId, version: i64, body: &RenewalUpdate) -> Renewal =
        patch(&format!("/renewals/{id}"), version, body).await;
    /// Puts together what its term came to.
    fn prepare_renewal(id: RenewalId) -> RenewalBrief =
        post(&format!("/renewals/{id}/brief"), &()).await;
    /// Says that the retainer goes on.
    fn win_renewal(id: RenewalId, body: &RenewalWon) -> Renewal =
        post(&format!("/renewals/{id}/won"), body).await;
    /// Says that it does not.
    fn lose_renewal(id: RenewalId, body: &RenewalLost) -> Renewal =
        post(&format!("/renewals/{id}/lost"), body).await;
    /// Takes back that it was lost.
    fn reopen_renewal(id: RenewalId) -> Renewal =
        post(&format!("/renewals/{id}/reopen"), &()).await;
    /// Offers its next term to somebody; the offer before is taken back.
    fn propose(id: RenewalId, body: &NewProposal) -> ProposalMade =
        post(&format!("/renewals/{id}/proposals"), body).await;
    /// Takes a proposal back.
    fn withdraw_proposal(id: ProposalId) -> Proposal =
        post(&format!("/proposals/{id}/withdraw"), &()).await;
    /// Sends one by mail, with a new link.
    fn send_proposal(id: ProposalId, body: &NewProposalMail) -> Proposal =
        post(&format!("/proposals/{id}/mails"), body).await;
    /// Says what is to be when the term of a retainer ends.
    fn set_renewal_rule(id: RetainerId, version: i64, body: &RenewalRuleSet) -> RenewalRule =
        put(&format!("/retainers/{id}/renewal-rule"), version, body).await;
}
