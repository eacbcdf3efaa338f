//! Organisations, the people in them, and keys of integrators.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// An organisation to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOrganisation {
    /// As clients know it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Fieldwork Studio")
    )]
    pub name: String,
    /// ISO 4217, the default of new retainers.
    #[garde(custom(check::currency))]
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^[A-Z]{3}$", max_length = 3, example = "EUR")
    )]
    pub currency: String,
    /// IANA name, the default of new retainers.
    #[garde(length(max = 60), custom(check::zone))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 60,
            pattern = "^[A-Za-z0-9/_+-]+$",
            example = "Europe/Berlin"
        )
    )]
    pub timezone: String,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// As clients know it.
    pub name: String,
    /// ISO 4217, the default of new retainers.
    pub currency: String,
    /// IANA name, the default of new retainers.
    pub timezone: String,
    /// Goes up with each change.
    pub version: i64,
}

/// What to change about an organisation; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct OrganisationChange {
    /// As clients know it.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// ISO 4217, the default of new retainers.
    #[garde(inner(custom(check::currency)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$", max_length = 3))]
    pub currency: Option<String>,
    /// IANA name, the default of new retainers.
    #[garde(inner(length(max = 60), custom(check::zone)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 60, pattern = "^[A-Za-z0-9/_+-]+$")
    )]
    pub timezone: Option<String>,
}

/// A person to be: with a role; with an invitation they can also sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// As colleagues know them.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Peter Tester")
    )]
    pub name: String,
    /// Their mail address; needed for an invitation.
    #[garde(length(max = 254), custom(check::email_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", max_length = 254, example = "peter@fieldwork.example")
    )]
    pub email: Option<String>,
    /// What they may do.
    #[garde(skip)]
    pub role: Role,
}

/// What to change about a member; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MemberChange {
    /// As colleagues know them.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// What they may do.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// An inactive member neither signs in nor logs time; what they did stays.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// A person in the organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// Their id.
    pub id: MemberId,
    /// As colleagues know them.
    pub name: String,
    /// Their mail address.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Neither signs in nor logs time when false.
    pub active: bool,
    /// Has a password and can sign in.
    pub can_sign_in: bool,
    /// An invitation waits for its answer until then.
    pub invited_until: Option<DateTime<Utc>>,
    /// Goes up with each change.
    pub version: i64,
}

/// Asks for a link by which a member sets a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewInvitation {
    /// Whom.
    #[garde(skip)]
    pub member_id: MemberId,
}

/// A link by which a member sets a password. Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whom it is for.
    pub member_id: MemberId,
    /// The page to open, with its token.
    pub link: String,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
}

/// A key to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewApiKey {
    /// What uses it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Reporting sheet")
    )]
    pub name: String,
    /// What it may do: never more than its maker.
    #[garde(skip)]
    pub role: Role,
    /// When it ends; never if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A key of an integrator, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What uses it.
    pub name: String,
    /// What it may do.
    pub role: Role,
    /// When it was last used, to the hour.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// A new key with its secret. Shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKeyMade {
    /// The key.
    pub key: ApiKey,
    /// Send it as `Authorization: Bearer pk_…`.
    pub secret: String,
}

checked! {
    OrganisationChange;
    NewMember;
    MemberChange;
    NewInvitation;
    NewApiKey;
}
