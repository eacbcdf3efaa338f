//! Who holds a seat or makes a decision: a colleague, or a person at an account.
use serde::{Deserialize, Serialize};

use super::*;

/// A colleague or a person at an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Holder {
    /// A member of the organisation.
    Member {
        /// Which.
        id: MemberId,
    },
    /// A person at an account.
    Contact {
        /// Which.
        id: ContactId,
    },
}

impl Holder {
    /// The member, if it is one.
    #[must_use]
    pub fn member(self) -> Option<MemberId> {
        match self {
            Self::Member { id } => Some(id),
            Self::Contact { .. } => None,
        }
    }
    /// The person at an account, if it is one.
    #[must_use]
    pub fn contact(self) -> Option<ContactId> {
        match self {
            Self::Member { .. } => None,
            Self::Contact { id } => Some(id),
        }
    }
    /// From two columns of which one is filled.
    #[must_use]
    pub fn of(member: Option<MemberId>, contact: Option<ContactId>) -> Option<Self> {
        member.map(|id| Self::Member { id }).or_else(|| contact.map(|id| Self::Contact { id }))
    }
}

/// A holder with their name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Held {
    /// Who.
    pub holder: Holder,
    /// Their name.
    pub name: String,
}
