//! Proposals sent by mail. Source: requirement S2-21; docs/decisions/0069.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::mails::line;
use super::problem::checked;
use super::*;

/// What stands in the text of a mail for the link of the proposal.
pub const LINK_PLACE: &str = "{link}";
/// The most people who get a copy.
pub const PROPOSAL_COPIES_MAX: usize = 5;

names! {
    /// How far a mail with a proposal came.
    ProposalMailState {
        /// It is being handed over.
        Sending "sending",
        /// The mail server took it.
        Sent "sent",
        /// The mail server did not take it, or was not there.
        Failed "failed",
    }
}

/// A proposal to be sent by mail. Who answers it gets the mail with its link, others a copy without. The
/// link is a new one: the one before ends as soon as the mail server has taken the mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProposalMail {
    /// Who gets a copy: others at the account, with mail addresses.
    #[garde(length(max = PROPOSAL_COPIES_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub copies: Vec<ContactId>,
    /// It reminds of what was sent before.
    #[garde(skip)]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub reminds: bool,
    /// What it is about.
    #[garde(length(chars, max = SUBJECT_MAX), custom(line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Our proposal")
    )]
    pub subject: String,
    /// Plain text, in which `{link}` stands for the link.
    #[garde(length(chars, max = MESSAGE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 20_000, example = "Please read it at {link}")
    )]
    pub body: String,
}

/// A mail with a proposal, as it could be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalMailDraft {
    /// Who answers the proposal, and gets its link.
    pub contact_id: ContactId,
    /// Their name.
    pub contact_name: String,
    /// Their mail address; none if nobody has noted it.
    pub address: Option<String>,
    /// Whether there is a mail server. Without one the link is handed over by whoever made it.
    pub sends_mail: bool,
    /// The paper goes with it; not where nobody has said how the organisation bills.
    pub paper: bool,
    /// The subject, in the language of the client.
    pub subject: String,
    /// The text, with `{link}` where the link goes.
    pub body: String,
}

/// A mail with a proposal. Its link is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalMail {
    /// Its id.
    pub id: ProposalMailId,
    /// Who it is for.
    pub contact_name: String,
    /// The address it was sent to.
    pub address: String,
    /// It brought the link; a copy does not.
    pub with_link: bool,
    /// It reminded of what was sent before.
    pub reminds: bool,
    /// How far it came.
    pub state: ProposalMailState,
    /// What the mail server said, where it did not take it.
    pub answer: Option<String>,
    /// Who sent it.
    pub sent_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
}

checked! {
    NewProposalMail, |new, faults| {
        if !new.body.contains(LINK_PLACE) && !new.body.trim().is_empty() {
            faults.push(FieldError::new("/body", "link_missing"));
        }
        for (place, copy) in new.copies.iter().enumerate() {
            if new.copies[..place].contains(copy) {
                faults.push(FieldError::new(&format!("/copies/{place}"), "exists"));
            }
        }
    };
}
