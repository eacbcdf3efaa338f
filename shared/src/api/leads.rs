//! Marks of leads: how well they fit, and which delivered work brought them.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The longest file of leads, in bytes.
pub const LEADS_FILE_MAX: usize = 200_000;
/// The most rows of a file of leads.
pub const LEADS_ROWS_MAX: usize = 2_000;

/// A lead to mark. Source: requirement S0-38.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewLead {
    /// For which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// What it is called in the CRM; each once for a retainer.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200, example = "HS-1042"))]
    pub reference: String,
    /// How well it fits.
    #[garde(skip)]
    pub fit: LeadFit,
    /// When it came.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-01-01"))]
    pub came_on: NaiveDate,
    /// Where that is known from.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "CRM, pipeline of January")
    )]
    pub source: String,
    /// The delivered work that brought it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_item_id: Option<WorkItemId>,
    /// What came of it, once it was won.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue: Option<Money>,
    /// Why it fits or does not.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// A lead as sales sees it now; it takes the place of what was said before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadSet {
    /// How well it fits.
    #[garde(skip)]
    pub fit: LeadFit,
    /// The delivered work that brought it.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub work_item_id: Option<WorkItemId>,
    /// What came of it.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revenue: Option<Money>,
    /// Why it fits or does not.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// A lead that was marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Lead {
    /// Its id.
    pub id: LeadId,
    /// For which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// For which account.
    pub account_name: String,
    /// What it is called in the CRM.
    pub reference: String,
    /// How well it fits.
    pub fit: LeadFit,
    /// When it came.
    pub came_on: NaiveDate,
    /// Where that is known from.
    pub source: String,
    /// The delivered work that brought it.
    pub work_item_id: Option<WorkItemId>,
    /// Its number.
    pub work_number: Option<i64>,
    /// Its title.
    pub work_title: Option<String>,
    /// What came of it.
    pub revenue: Option<Money>,
    /// Why it fits or does not.
    pub note: Option<String>,
    /// It came with a file.
    pub imported: bool,
    /// Goes up with each change.
    pub version: i64,
}

/// A file of leads as a CRM exports it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct LeadFile {
    /// For which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// Where the file comes from.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "CRM, leads of January")
    )]
    pub source: String,
    /// Its text: a header and a row for each lead. Columns `reference`, `fit` (good, partly, poor)
    /// and `came_on` (2026-01-31) are needed; `work` (the number of a delivered piece of work),
    /// `revenue` (1250.00), `currency` and `note` may be there. Commas or semicolons between.
    #[garde(length(max = LEADS_FILE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200_000,
            example = "reference,fit,came_on\nHS-1042,good,2026-01-01\n"
        )
    )]
    pub csv: String,
}

/// What came of a file. Rows that could be read are kept, the others told at their line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadFileRead {
    /// Leads that are new.
    pub added: i64,
    /// Leads that were known, and say something else now.
    pub changed: i64,
    /// Leads that were known and say the same.
    pub unchanged: i64,
    /// Rows that could not be read.
    #[cfg_attr(feature = "openapi", schema(max_items = 2000))]
    pub faults: Vec<LeadFault>,
}

/// Why a row of a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LeadFault {
    /// The line of the file, its first being 1.
    pub line: i64,
    /// The column.
    pub column: String,
    /// What is wrong, to match on.
    pub code: String,
    /// What is wrong, in English.
    pub message: String,
}

checked! {
    NewLead;
    LeadSet;
    LeadFile;
}
