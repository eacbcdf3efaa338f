//! Set-up and sign-in.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// What a person may do; one table on the server decides role × action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Everything.
    Owner,
    /// Everything but ownership and deletion of the organisation.
    Admin,
    /// Accounts, terms, closing.
    Manager,
    /// Delivery.
    Member,
    /// Billing, payments, reports.
    Finance,
    /// Reads.
    Viewer,
    /// A member of an outside partner.
    Partner,
}

impl Role {
    /// Every role, strongest first.
    pub const ALL: [Role; 7] = [
        Role::Owner,
        Role::Admin,
        Role::Manager,
        Role::Member,
        Role::Finance,
        Role::Viewer,
        Role::Partner,
    ];
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Role::Owner => "owner",
            Role::Admin => "admin",
            Role::Manager => "manager",
            Role::Member => "member",
            Role::Finance => "finance",
            Role::Viewer => "viewer",
            Role::Partner => "partner",
        }
    }
}

/// Whether the installation waits for its first organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupState {
    /// No organisation exists yet.
    pub needed: bool,
}

/// The first organisation and its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Setup {
    /// The organisation.
    #[garde(dive)]
    pub organisation: NewOrganisation,
    /// Its first owner.
    #[garde(dive)]
    pub owner: NewOwner,
    /// Also fill in the sample agency's clients and a year of its work.
    #[garde(skip)]
    #[serde(default)]
    pub sample: bool,
}

/// A first owner to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOwner {
    /// As colleagues know them.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Ana Ruiz")
    )]
    pub name: String,
    /// The mail address they sign in with.
    #[garde(length(max = 254), custom(check::email))]
    #[cfg_attr(
        feature = "openapi",
        schema(format = "email", max_length = 254, example = "ana@fieldwork.example")
    )]
    pub email: String,
    /// At least ten characters.
    #[garde(length(chars, min = PASSWORD_MIN, max = PASSWORD_MAX))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 10, max_length = 200, example = "correct horse battery"))]
    pub password: String,
}

/// The shortest password, in characters.
pub const PASSWORD_MIN: usize = 10;
/// The longest password, in characters.
pub const PASSWORD_MAX: usize = 200;

/// A mail address and a password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The mail address.
    #[garde(length(chars, min = 1, max = 254))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            format = "email",
            min_length = 1,
            max_length = 254,
            example = "ana@fieldwork.example"
        )
    )]
    pub email: String,
    /// The password.
    #[garde(length(chars, min = 1, max = PASSWORD_MAX))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 1, max_length = 200, example = "correct horse battery"))]
    pub password: String,
    /// Which of several organisations; the first one joined if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<OrganisationId>,
}

/// A short-lived access token. The refresh token travels in a cookie beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedIn {
    /// Send it as `Authorization: Bearer`.
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub access_token: String,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// Who signed in, where.
    pub me: Me,
}

/// Who is asking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The person in this organisation.
    pub member_id: MemberId,
    /// Their name.
    pub name: String,
    /// Their mail address, if they have one.
    pub email: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Where they are.
    pub organisation: Organisation,
    /// Every organisation they can switch to, this one included.
    pub organisations: Vec<Place>,
    /// The server's time now; it is fixed in demonstrations.
    pub now: DateTime<Utc>,
}

/// An organisation one can switch to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Place {
    /// Its id.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub name: String,
}

/// Goes to another of one's organisations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Switch {
    /// Where to.
    #[garde(skip)]
    pub organisation_id: OrganisationId,
}

/// The answer to an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The token of the link.
    #[garde(length(min = 1, max = 200), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200, example = "t0k3n"))]
    pub token: String,
    /// The password to sign in with from now on, or the one of an existing sign-in.
    #[garde(length(chars, min = PASSWORD_MIN, max = PASSWORD_MAX))]
    #[cfg_attr(feature = "openapi", schema(format = Password, min_length = 10, max_length = 200, example = "correct horse battery"))]
    pub password: String,
}

/// Moves the fixed clock of a demonstration or a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClockAdvance {
    /// The new time; not before the present one.
    #[garde(skip)]
    pub to: DateTime<Utc>,
}

/// What the clock says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClockState {
    /// The server's time now.
    pub now: DateTime<Utc>,
    /// It was fixed at start and moves only when told.
    pub fixed: bool,
}

/// A crash of the app, as its page tells it: where and what, not who.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ClientError {
    /// Shown to the person, who may name it.
    #[garde(length(chars, min = 1, max = 40), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 40, example = "K3Q9ZD"))]
    pub id: String,
    /// What the app said.
    #[garde(length(chars, max = 2000))]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "already borrowed"))]
    pub message: String,
    /// Where in the code.
    #[garde(length(chars, max = 8000))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 8000))]
    pub stack: Option<String>,
    /// Which page.
    #[garde(length(chars, max = 500))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500, example = "/accounts"))]
    pub route: String,
    /// Which build of the app.
    #[garde(length(chars, max = 500))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub build: Option<String>,
    /// The language of the browser.
    #[garde(length(chars, max = 60))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_length = 60, example = "en-GB"))]
    pub locale: Option<String>,
}

checked! {
    ClientError;
    Setup, |setup, faults| weak(&setup.owner.password, &setup.owner.email, "/owner/password", faults);
    Login;
    Switch;
    AcceptInvitation, |accept, faults| weak(&accept.password, "", "/password", faults);
    ClockAdvance;
}

/// Refuses the passwords tried first: one character repeated, or the mail address itself.
fn weak(password: &str, email: &str, field: &str, faults: &mut Vec<FieldError>) {
    let first = password.chars().next();
    let repeated = first.is_some_and(|first| password.chars().all(|c| c == first));
    if repeated || password.eq_ignore_ascii_case(email) {
        faults.push(FieldError::new(field, "too_weak"));
    }
}
