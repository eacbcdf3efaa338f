//! Links by which somebody without a sign-in sends a request, or answers what was asked of one.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// For how many days a form may be open.
pub const FORM_DAYS_MAX: i64 = 730;
/// For how many days it is where nobody says.
pub const FORM_DAYS: i64 = 180;

/// A new link to the form of a retainer. The one before ends with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NewFormLink {
    /// For how many days it holds; 180 if left out.
    #[garde(range(min = 1, max = FORM_DAYS_MAX))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 730, example = 90))]
    pub days: Option<i64>,
}

/// A link to the form of a retainer: whoever has it sends requests, as often as they like, until it
/// ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormLink {
    /// Its id.
    pub id: ActionLinkId,
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
    /// It can be used.
    pub open: bool,
    /// Requests that came by it.
    pub requests: i64,
    /// When the last one came.
    pub last_request_at: Option<DateTime<Utc>>,
    /// Goes up with each change.
    pub version: i64,
}

/// A link as it was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FormLinkMade {
    /// The link.
    pub link: FormLink,
    /// The last part of the address `/act/…`. It is told once: we keep only its hash.
    pub token: String,
}

/// What whoever holds a link sees: the form of a retainer, or a request of theirs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Act {
    /// Who asks, or answers.
    pub organisation_name: String,
    /// About which retainer.
    pub retainer_name: String,
    /// When the link ends.
    pub expires_at: DateTime<Utc>,
    /// The kinds of requests that can be sent, with what each must bring; of a form.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub types: Vec<ActType>,
    /// The request that the link is about; none of a form, a proposal or an approval.
    pub request: Option<ActRequest>,
    /// The proposal that the link is about.
    pub proposal: Option<ActProposal>,
    /// The approval that is asked for by the link.
    pub approval: Option<ActApproval>,
}

/// A kind of request that can be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActType {
    /// Its id.
    pub id: RequestTypeId,
    /// As people call it.
    pub name: String,
    /// What it must bring.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<FormInput>,
}

/// A request, as its asker sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActRequest {
    /// Its number within the retainer.
    pub number: i64,
    /// What was asked for.
    pub title: String,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// Where it stands.
    pub state: RequestState,
    /// What is asked of the asker.
    pub asked: Option<String>,
    /// The inputs that can be brought here, with what came: those that are asked for, and while
    /// nobody has decided those without which work does not begin.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<RequestInput>,
    /// What was decided.
    pub verdict: Option<RequestVerdict>,
    /// Why.
    pub reason: Option<String>,
    /// The last day of the cycle that holds it, if it was accepted.
    pub until: Option<NaiveDate>,
    /// Time that comes with a change of scope, in minutes.
    pub minutes: Option<i64>,
    /// Where the change of scope stands, if it needs one.
    pub order: Option<ScopeChangeState>,
    /// The number of that change within the retainer: whoever answers says which offer they read.
    pub order_number: Option<i64>,
    /// The day from which that change holds.
    pub order_on: Option<NaiveDate>,
    /// Why it cannot be accepted here now, while it is proposed.
    pub order_hold: Option<OrderHold>,
    /// Where the work on it stands, once it is on the board.
    pub work: Option<WorkColumn>,
    /// What it costs beside the fee, in minor units, if something.
    pub fee_minor: Option<i64>,
    /// In which currency.
    pub currency: Option<String>,
}

/// Why a change of scope that was offered cannot be accepted at an address now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OrderHold {
    /// Who asked does not decide for their company, or nobody is noted who does.
    NotDecider,
    /// The retainer has ended.
    Ended,
    /// Its time is bought while service runs, and it does not today.
    NoServiceToday,
    /// What it says cannot be any more, such as a day without service: it takes another offer.
    Overtaken,
}

impl OrderHold {
    /// It can still be declined here.
    #[must_use]
    pub fn may_decline(self) -> bool {
        matches!(self, Self::NoServiceToday | Self::Overtaken)
    }
}

/// What whoever holds a link sends: a request, or what was asked of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ActAnswer {
    /// What is asked for; needed in a form.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, example = "Landing page for the fair")
    )]
    pub title: Option<String>,
    /// In more words.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub text: Option<String>,
    /// Its kind.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_type_id: Option<RequestTypeId>,
    /// Who asks, or who accepts or declines; needed in a form, and with `accepts`.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "Mia Berg"))]
    pub asker_name: Option<String>,
    /// Where they are reached.
    #[garde(length(max = 254), custom(check::email_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 254, format = Email))]
    pub asker_email: Option<String>,
    /// The day by which it is wanted.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wanted_on: Option<NaiveDate>,
    /// What it brings.
    #[garde(length(max = REQUEST_INPUTS_MAX), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<InputValue>,
    /// Accepts or declines the change of scope that was offered for the request, the proposal, or what is
    /// asked beyond a limit. Whoever may decide about the retainer, or got the proposal, signs with their
    /// name, as it is known here.
    /// Source: requirements S0-33, S2-21.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepts: Option<bool>,
    /// The number of the change of scope, of the proposal, or of what is asked beyond a limit, that was
    /// read; needed with `accepts`.
    #[garde(inner(range(min = 1, max = 1_000_000)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1_000_000, example = 3))]
    pub order_number: Option<i64>,
}

/// What was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActReceipt {
    /// The request, as its asker sees it; none of a proposal or an approval.
    pub request: Option<ActRequest>,
    /// The proposal that was answered.
    pub proposal: Option<ActProposal>,
    /// What was answered of what is asked beyond a limit.
    pub approval: Option<ActApproval>,
    /// What it must bring and does not yet: nothing is begun without it.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub missing: Vec<String>,
    /// The last part of the address `/act/…` where its asker sees what becomes of it; none if it
    /// was told before.
    pub token: Option<String>,
}

checked! {
    NewFormLink;
    ActAnswer, |new, faults| {
        let unsigned = new.asker_name.as_deref().is_none_or(|name| name.trim().is_empty());
        if new.accepts.is_some() && unsigned {
            faults.push(FieldError::new("/asker_name", "required"));
        }
        if new.accepts.is_some() && new.order_number.is_none() {
            faults.push(FieldError::new("/order_number", "required"));
        }
        for (place, one) in new.inputs.iter().enumerate() {
            if new.inputs[..place].iter().any(|other| other.key == one.key) {
                faults.push(FieldError::new(&format!("/inputs/{place}/key"), "repeated"));
            }
        }
    };
}
