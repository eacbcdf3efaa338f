//! Changes of the business for which routines are to be checked.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// Changes for which routines are to be checked. Source: requirements S0-41, S3-31.
    ChangeKind {
        /// Who is responsible for what.
        Responsibilities "responsibilities",
        /// A partner was added.
        PartnerAdded "partner_added",
        /// What is to be reported.
        ReportingNeeds "reporting_needs",
        /// What the business lives on.
        BusinessModel "business_model",
        /// Which channels are used.
        ChannelMix "channel_mix",
        /// How many there are.
        TeamSize "team_size",
        /// How customers come and stay.
        CustomerJourney "customer_journey",
        /// The same friction comes back.
        RecurringFriction "recurring_friction",
    }
}

/// A change of the business, to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBusinessChange {
    /// What changed.
    #[garde(skip)]
    pub kind: ChangeKind,
    /// In words.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Lena looks after reporting now")
    )]
    pub note: String,
    /// When; today if left out.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<NaiveDate>,
    /// Only these routines are to be checked; all that watch for it if none is named.
    #[garde(length(max = 50))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub sop_ids: Vec<SopId>,
}

/// A change of the business.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BusinessChange {
    /// Its id.
    pub id: BusinessChangeId,
    /// What changed.
    pub kind: ChangeKind,
    /// In words.
    pub note: String,
    /// When.
    pub on: NaiveDate,
    /// The routines that are to be checked; all that watch for it if none is named.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub sop_ids: Vec<SopId>,
    /// Who wrote it down.
    pub recorded_by: String,
}

checked! {
    NewBusinessChange;
}
