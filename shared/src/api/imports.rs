//! Time from other tools: upload, preview, mapping, commit.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The tool a file comes from, recognised by its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Dialect {
    /// Toggl Track, detailed report.
    Toggl,
    /// Clockify, detailed report.
    Clockify,
    /// Harvest, detailed time report.
    Harvest,
    /// Any CSV with a date and a duration, or a start and an end.
    Generic,
}

/// Where an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum ImportState {
    /// Read; waits for its mapping and the commit.
    Ready,
    /// Being written.
    Committing,
    /// Written.
    Done,
}

/// How the dates of a file are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum DateOrder {
    /// 2026-11-03
    YearMonthDay,
    /// 03/11/2026
    DayMonthYear,
    /// 11/03/2026
    MonthDayYear,
}

names! {
    /// Why an import could not be written.
    ImportFailure {
        /// The server stopped while it wrote.
        Stopped "stopped",
        /// The books changed under it again and again, or the database had no time for it.
        Busy "busy",
        /// Something was not as it should be.
        Failed "failed",
    }
}

/// A file of time, read and waiting, or written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// The file's name.
    pub file_name: String,
    /// Bytes of the file.
    pub size: i64,
    /// The tool it comes from.
    pub dialect: Dialect,
    /// How its dates are read.
    pub date_order: DateOrder,
    /// Every date fits more than one order: a person should look.
    pub date_order_doubtful: bool,
    /// Where it stands.
    pub state: ImportState,
    /// Rows of the file, without its header.
    pub rows: i64,
    /// Rows that can be read as time.
    pub readable: i64,
    /// Seconds of the readable rows, as the file has them.
    pub seconds: i64,
    /// The first day worked.
    pub first_on: Option<NaiveDate>,
    /// The last day worked.
    pub last_on: Option<NaiveDate>,
    /// The clients and projects found, each with where it goes.
    pub targets: Vec<ImportTarget>,
    /// The people found, each with who they are here.
    pub people: Vec<ImportPerson>,
    /// The mapping and choices in force.
    pub options: ImportOptions,
    /// What the commit would do with this mapping, or did.
    pub outcome: ImportOutcome,
    /// The first rows that cannot be written, with their reasons (at most 200).
    pub problems: Vec<RowProblem>,
    /// Once it is written: the retainers that got time of it.
    pub arrivals: Vec<ImportArrival>,
    /// While it is being written: rows written so far.
    pub written: Option<i64>,
    /// Why the last try to write it failed, if it did. No time of it is left; members that it added
    /// stay.
    pub failure: Option<ImportFailure>,
    /// When it was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was committed.
    pub committed_at: Option<DateTime<Utc>>,
    /// Goes up with each change.
    pub version: i64,
}

/// A client and project of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportTarget {
    /// As the file has it; may be empty.
    pub client: String,
    /// As the file has it; may be empty.
    pub project: String,
    /// Readable rows.
    pub rows: i64,
    /// Their seconds.
    pub seconds: i64,
    /// Where they go.
    pub goes_to: TargetChoice,
}

/// Where rows go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "to", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TargetChoice {
    /// Not decided yet: the commit waits for it.
    Undecided,
    /// Left out, with a note in the rejected rows.
    Skip,
    /// To this retainer.
    Retainer {
        /// Which.
        retainer_id: RetainerId,
    },
}

impl TargetChoice {
    /// The retainer, if they go to one.
    pub fn retainer(&self) -> Option<RetainerId> {
        match self {
            Self::Retainer { retainer_id } => Some(*retainer_id),
            Self::Undecided | Self::Skip => None,
        }
    }
}

/// A person of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportPerson {
    /// As the file has it; may be empty.
    pub name: String,
    /// As the file has it; may be empty.
    pub email: String,
    /// Readable rows.
    pub rows: i64,
    /// Who they are here.
    pub is: PersonChoice,
}

/// Who a person of the file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case", deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum PersonChoice {
    /// A new member without sign-in, by the name of the file.
    New,
    /// Left out, with a note in the rejected rows.
    Skip,
    /// This member.
    Member {
        /// Which.
        member_id: MemberId,
    },
}

/// Mapping and choices. What is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ImportOptions {
    /// Where clients and projects go.
    #[garde(length(max = 5000), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5000))]
    pub targets: Vec<TargetMapping>,
    /// Who people are.
    #[garde(length(max = 5000), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5000))]
    pub people: Vec<PersonMapping>,
    /// How seconds become minutes.
    #[garde(skip)]
    pub rounding: MinuteRounding,
    /// How dates are read; as recognised if left out.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// What the file calls not billable: recorded without drawing (default), or drawing too.
    #[garde(skip)]
    pub unbillable_draws: bool,
}

/// What to change about mapping and choices; what is left out stays. Every [`ImportOptions`] is one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct ImportChange {
    /// Where clients and projects go; others keep their place.
    #[garde(length(max = 5000), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5000))]
    pub targets: Vec<TargetMapping>,
    /// Who people are; others stay who they are.
    #[garde(length(max = 5000), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5000))]
    pub people: Vec<PersonMapping>,
    /// How seconds become minutes.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rounding: Option<MinuteRounding>,
    /// How dates are read: the file is read again.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DateOrder>,
    /// Whether what the file calls not billable draws too.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unbillable_draws: Option<bool>,
}

/// Where a client and project go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TargetMapping {
    /// As the file has it.
    #[garde(length(chars, max = 500), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub client: String,
    /// As the file has it.
    #[garde(length(chars, max = 500), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub project: String,
    /// Where they go.
    #[garde(skip)]
    pub goes_to: TargetChoice,
}

/// Who a person is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PersonMapping {
    /// As the file has it.
    #[garde(length(chars, max = 500), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub name: String,
    /// As the file has it.
    #[garde(length(chars, max = 500), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub email: String,
    /// Who they are here.
    #[garde(skip)]
    pub is: PersonChoice,
}

/// What a commit does, in rows and minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportOutcome {
    /// Rows that become time entries.
    pub new: i64,
    /// Rows imported before.
    pub known: i64,
    /// Rows left out by the mapping.
    pub skipped: i64,
    /// Rows whose client and project have no place yet.
    pub undecided: i64,
    /// Rows that cannot be written.
    pub rejected: i64,
    /// Minutes of the new rows, after rounding.
    pub minutes: i64,
    /// Of them, minutes of entries that draw on an allowance, in whatever steps.
    pub drawing_minutes: i64,
    /// Rows of closed cycles, posted to an open one.
    pub late: i64,
}

/// A retainer that got time of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportArrival {
    /// Whose it is.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Which.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The number of the newest cycle that got any; not known of imports that were written before
    /// it was kept.
    pub cycle_seq: Option<i64>,
}

/// A row that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RowProblem {
    /// The line in the file, the header being 1.
    pub row: i64,
    /// The column at fault, as the file calls it; empty if the row as a whole.
    pub column: String,
    /// What stands there, cut to 200 characters.
    pub text: String,
    /// What is wrong, to match on.
    pub code: String,
    /// What is wrong, in English.
    pub message: String,
}

checked! {
    ImportOptions;
    ImportChange;
}
