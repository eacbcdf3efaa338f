//! Who of an account reads the portal, what it is shown there, and what was seen.
use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// For how many days a link to a balance may hold.
pub const SHARE_DAYS_MAX: i64 = 730;
/// For how many days it does where nobody says.
pub const SHARE_DAYS: i64 = 90;
/// The shortest password of a link, in characters.
pub const SHARE_PASSWORD_MIN: usize = 6;

names! {
    /// A page of the portal that leaves a trace as seen.
    PortalPage {
        /// Where a retainer stands.
        Balance "balance",
        /// The rows behind it.
        WorkLog "work_log",
        /// The statement of a cycle.
        Statement "statement",
        /// What a retainer holds.
        Scope "scope",
        /// What was asked for.
        Requests "requests",
        /// What was decided.
        Decisions "decisions",
        /// The list of invoices.
        Invoices "invoices",
        /// The file of an invoice.
        Invoice "invoice",
    }
    /// How far the mail with somebody's sign-in link came.
    LinkMail {
        /// It is being handed over.
        Sending "sending",
        /// The mail server took it.
        Sent "sent",
        /// The mail server did not take it, or was not there.
        Failed "failed",
        /// None was sent: there is no mail server.
        None "none",
    }
}

impl PortalPart {
    /// What an account is shown where nobody has said anything: all but what staff wrote for
    /// themselves.
    pub const USUAL: &'static [Self] = &[
        Self::WorkLog,
        Self::Priorities,
        Self::Scope,
        Self::Requests,
        Self::Sessions,
        Self::Statements,
        Self::Invoices,
        Self::Renewal,
    ];
}

/// Whether the people of an account read the portal, and what they are shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PortalSet {
    /// They can sign in; closed, whoever is signed in is out at once.
    #[garde(skip)]
    #[cfg_attr(feature = "openapi", schema(example = true))]
    pub open: bool,
    /// What they are shown beside balances.
    #[garde(length(max = PortalPart::ALL.len()))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            max_items = 10,
            example = json!(["work_log", "people", "priorities", "scope", "requests", "sessions",
                "statements", "invoices", "renewal", "decisions"])
        )
    )]
    pub parts: Vec<PortalPart>,
}

/// The portal of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Portal {
    /// Of which account.
    pub account_id: AccountId,
    /// Its people can sign in.
    pub open: bool,
    /// What they are shown beside balances.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub parts: Vec<PortalPart>,
    /// Links go by mail; where they do not, who invites hands them over.
    pub sends_mail: bool,
    /// The people of the account, by name.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub people: Vec<PortalPerson>,
    /// 0 while nobody has said anything; goes up with each change.
    pub version: i64,
}

/// A person at an account, and the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalPerson {
    /// Who.
    pub contact_id: ContactId,
    /// Their name.
    pub name: String,
    /// Their mail address; without one nobody signs in.
    pub email: Option<String>,
    /// When they last got a link, by invitation or because they asked.
    pub linked_at: Option<DateTime<Utc>>,
    /// How far its mail came.
    pub mail: Option<LinkMail>,
    /// What the mail server said, where it did not take it.
    pub mail_answer: Option<String>,
    /// When they last looked.
    pub seen_at: Option<DateTime<Utc>>,
}

/// Invites a person to the portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewPortalInvitation {
    /// Whom: a person at the account, with a mail address.
    #[garde(skip)]
    pub contact_id: ContactId,
}

/// A link to the portal as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalLinkMade {
    /// The last part of the address `/portal/enter/…`, for who made it to hand over; told once. None
    /// where it went by mail.
    pub token: Option<String>,
    /// When the link ends. It is used once.
    pub expires_at: DateTime<Utc>,
}

/// A link to the balance of a retainer, to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewShareLink {
    /// For how many days it holds; 90 if left out.
    #[garde(range(min = 1, max = SHARE_DAYS_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 730, example = 90))]
    pub days: Option<i64>,
    /// Who has the link must know it too.
    #[garde(length(chars, min = SHARE_PASSWORD_MIN, max = PASSWORD_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 6, max_length = 200))]
    pub password: Option<String>,
}

/// A link to the balance of a retainer and the work behind it: whoever has it reads that, without a
/// sign-in, until it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLink {
    /// Its id.
    pub id: PortalLinkId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Who made it.
    pub created_by_name: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When it was ended.
    pub revoked_at: Option<DateTime<Utc>>,
    /// It takes a password.
    pub has_password: bool,
    /// It can be used.
    pub open: bool,
    /// When it was last looked at.
    pub seen_at: Option<DateTime<Utc>>,
    /// Goes up with each change.
    pub version: i64,
}

/// A link to a balance as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShareLinkMade {
    /// The link.
    pub link: ShareLink,
    /// The last part of the address `/portal/share/…`. It is told once: we keep only its hash.
    pub token: String,
}

/// What somebody of the client has seen. Source: requirement S2-23.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortalView {
    /// Its id.
    pub id: PortalViewId,
    /// Who; none of who holds a link to a balance.
    pub contact_name: Option<String>,
    /// Which page.
    pub page: PortalPage,
    /// Of which retainer; none of pages about the whole account.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// The first day of the cycle, of a statement or of rows.
    pub cycle_starts_on: Option<NaiveDate>,
    /// The number of the invoice.
    pub invoice_number: Option<String>,
    /// When it was first seen.
    pub first_at: DateTime<Utc>,
    /// When it was last seen.
    pub last_at: DateTime<Utc>,
    /// How often; what is read again within a quarter of an hour counts once.
    pub times: i64,
}

checked! {
    NewPortalInvitation;
    NewShareLink;
    PortalSet, |set, faults| {
        let mut seen = HashSet::new();
        for (place, part) in set.parts.iter().enumerate() {
            if !seen.insert(*part) {
                faults.push(FieldError::new(&format!("/parts/{place}"), "exists"));
            }
        }
    };
}
