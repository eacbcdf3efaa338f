//! Proposals for the next term of a retainer: what a client is offered, and what it answered by a link
//! of its own. Source: requirements S2-20, S2-21; docs/decisions/0061.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::cycle::Interval;

/// The most sentences of a proposal.
pub const PROPOSAL_LINES_MAX: usize = 60;

names! {
    /// How a proposal stands.
    ProposalState {
        /// The client can answer it, while it holds.
        Open "open",
        /// The client accepted it.
        Accepted "accepted",
        /// The client declined it.
        Declined "declined",
        /// It was taken back, or another one took its place.
        Withdrawn "withdrawn",
    }
}

/// A sentence of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ProposalLine {
    /// What it says.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Hours: 40 h of 40 h used.")
    )]
    pub text: String,
}

/// A proposal to be. The one before it is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewProposal {
    /// Who answers it: somebody at the account, who decides there if anybody is noted as deciding.
    #[garde(skip)]
    pub contact_id: ContactId,
    /// What is said before anything else.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub intro: Option<String>,
    /// What the term came to, sentence by sentence; what was put together for the client if left out.
    #[garde(length(max = PROPOSAL_LINES_MAX), dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub lines: Option<Vec<ProposalLine>>,
    /// What is offered from the first cycle of the next term on; as it is if left out.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// The first day without service of the next term; without an end if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// The last day on which it can be accepted, before the one that decides.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-15"))]
    pub valid_until: NaiveDate,
}

/// What a pool brings a cycle, before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedPool {
    /// What people call it, where the unit does not say enough.
    pub name: Option<String>,
    /// What it counts.
    pub unit: Unit,
    /// Units of a full cycle until then; none if it is new.
    pub before: Option<i64>,
    /// Units from then on; none if it ends.
    pub after: Option<i64>,
}

/// What is offered, as the client reads it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalOffer {
    /// Its number within the renewal.
    pub number: i64,
    /// Who offers it.
    pub sender: String,
    /// To which client.
    pub client: String,
    /// Who answers it.
    pub contact_name: String,
    /// About which retainer.
    pub retainer_name: String,
    /// Its language.
    pub language: Language,
    /// What is said before anything else.
    pub intro: Option<String>,
    /// What the term came to.
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub lines: Vec<String>,
    /// How long a cycle is.
    pub interval: Interval,
    /// Whether prices include tax; nobody has said it if none.
    pub tax_included: Option<bool>,
    /// What a cycle costs until then, after its discount.
    pub price_before: Money,
    /// What it costs from then on.
    pub price: Money,
    /// What each pool brings.
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub pools: Vec<ProposedPool>,
    /// The first day of the next term.
    pub starts_on: NaiveDate,
    /// The first day of its terms: that of the first cycle that begins in it.
    pub terms_from: NaiveDate,
    /// The first day without service; without an end if none.
    pub ends_on: Option<NaiveDate>,
    /// The last day on which it can be accepted.
    pub valid_until: NaiveDate,
}

/// A proposal, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Of which renewal.
    pub renewal_id: RenewalId,
    /// How it stands.
    pub state: ProposalState,
    /// Its last day is over, and nobody answered it.
    pub expired: bool,
    /// What it says.
    pub offer: ProposalOffer,
    /// Who made it.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When a browser first showed it to whoever holds its link; what only looks at links counts for
    /// nothing.
    pub seen_at: Option<DateTime<Utc>>,
    /// When it was answered, or taken back.
    pub answered_at: Option<DateTime<Utc>>,
    /// Who signed the answer, as they typed it.
    pub signed: Option<String>,
    /// What was said with the answer.
    pub note: Option<String>,
    /// The mails by which it went to the client, the newest first.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub mails: Vec<ProposalMail>,
    /// Goes up with each change.
    pub version: i64,
}

/// A proposal as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposalMade {
    /// The proposal.
    pub proposal: Proposal,
    /// The last part of the address `/act/…`. It is told once: we keep only its hash.
    pub token: String,
}

/// The proposals of a renewal, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Proposals {
    /// All of them.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub items: Vec<Proposal>,
}

/// A proposal as whoever holds its link sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActProposal {
    /// What it says.
    pub offer: ProposalOffer,
    /// How it stands.
    pub state: ProposalState,
    /// It cannot be accepted any more: its last day is over, its term ends on another, or the retainer has
    /// ended.
    pub over: bool,
    /// When it was answered.
    pub answered_at: Option<DateTime<Utc>>,
    /// Who signed the answer, as they typed it.
    pub signed: Option<String>,
}

checked! {
    NewProposal, |new, faults| {
        if let Some(terms) = &new.terms {
            terms.across("/terms", faults);
        }
    };
}
