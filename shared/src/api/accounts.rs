//! Clients we serve, partners that serve us, and their people.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// On which side of the table an account sits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AccountKind {
    /// A client we serve.
    #[default]
    Client,
    /// A partner that serves us.
    Partner,
}

/// An account to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Big Company")
    )]
    pub name: String,
    /// A client we serve (default) or a partner that serves us.
    #[garde(skip)]
    #[serde(default)]
    pub kind: AccountKind,
    /// The colleague who looks after it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// Internal; never shown to the client.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// What to change about an account; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct AccountChange {
    /// As people call it.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// Client or partner.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<AccountKind>,
    /// The colleague who looks after it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// Internal note; empty removes it.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
    /// An archived account leaves the lists; nothing of it is lost.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// A client or partner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// As people call it.
    pub name: String,
    /// Client or partner.
    pub kind: AccountKind,
    /// The colleague who looks after it.
    pub owner_id: Option<MemberId>,
    /// Their name.
    pub owner_name: Option<String>,
    /// Internal note.
    pub note: Option<String>,
    /// Left the lists.
    pub archived: bool,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
    /// Its retainers with the balance of their present cycle.
    pub retainers: Vec<RetainerSummary>,
    /// How it stood when the clock looked last; none before, as of a day, and for who does not see
    /// timelines.
    #[serde(default)]
    pub health: Option<HealthShort>,
}

/// A person at an account, to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewContact {
    /// Their name.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Mia Berg")
    )]
    pub name: String,
    /// Their mail address.
    #[garde(length(max = 254), custom(check::email_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", max_length = 254, example = "mia@bigcompany.example")
    )]
    pub email: Option<String>,
    /// Their telephone number, as they write it.
    #[garde(length(chars, max = 60), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub phone: Option<String>,
    /// What they do there.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub position: Option<String>,
    /// Decides for the client.
    #[garde(skip)]
    #[serde(default)]
    pub decides: bool,
}

/// What to change about a contact; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ContactChange {
    /// Their name.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// Their mail address.
    #[garde(length(max = 254), custom(check::email_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(format = "email", max_length = 254))]
    pub email: Option<String>,
    /// Their telephone number.
    #[garde(length(chars, max = 60), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub phone: Option<String>,
    /// What they do there.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub position: Option<String>,
    /// Decides for the client.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decides: Option<bool>,
}

/// A person at an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Contact {
    /// Their id.
    pub id: ContactId,
    /// Where they belong.
    pub account_id: AccountId,
    /// Their name.
    pub name: String,
    /// Their mail address.
    pub email: Option<String>,
    /// Their telephone number.
    pub phone: Option<String>,
    /// What they do there.
    pub position: Option<String>,
    /// Decides for the client.
    pub decides: bool,
    /// Goes up with each change.
    pub version: i64,
}

checked! {
    NewAccount;
    AccountChange;
    NewContact;
    ContactChange;
}
