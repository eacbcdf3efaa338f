//! What comes next of the money of an account.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;

/// What comes next of the money of an account, for each of its retainers that run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountOutlook {
    /// By name.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<RetainerOutlook>,
}

/// What comes next of the money of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetainerOutlook {
    /// Which.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The day of its next invoice; none if there will be none, or nothing is billed here.
    pub next_on: Option<NaiveDate>,
    /// The last day of service that is paid, with every day before it; none if nothing was.
    pub paid_until: Option<NaiveDate>,
}
