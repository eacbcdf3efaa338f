//! Work on a board, as the API shows it.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::*;
pub use crate::rules::work::kinds::*;

/// A piece of work of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkItem {
    /// Its id.
    pub id: WorkItemId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// The retainer's name.
    pub retainer_name: String,
    /// For which account.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Its number within the retainer, from 1.
    pub number: i64,
    /// What it is.
    pub title: String,
    /// What it is for.
    pub goal: Option<String>,
    /// By what it is found done.
    pub criteria: Option<String>,
    /// How far it is.
    pub column: WorkColumn,
    /// The priority it serves; unprioritised work has none. Source: requirement S0-3.
    pub priority_id: Option<PriorityId>,
    /// The priority's title.
    pub priority_title: Option<String>,
    /// The number of the cycle it is planned for.
    pub cycle_seq: Option<i64>,
    /// Where it appears: site, newsletter, ads.
    pub channel: Option<String>,
    /// The day by which it is wanted.
    pub due_on: Option<NaiveDate>,
    /// Minutes it was thought to take.
    pub estimate: Option<i64>,
    /// What it costs where a pool has a price list: the name of an item there.
    pub item: Option<String>,
    /// Minutes recorded on it.
    pub drawn: i64,
    /// What may go wrong.
    pub risk: Grade,
    /// How often work like it comes.
    pub frequency: Frequency,
    /// What it means for the business.
    pub impact: Grade,
    /// What it touches beyond itself.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub touches: Vec<Touch>,
    /// How closely it is looked at, and why.
    pub level: WorkLevel,
    /// Who holds which seat.
    pub seats: WorkSeats,
    /// What it needs to begin.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<WorkInput>,
    /// How it was looked at.
    pub review: WorkReview,
    /// Rounds of revision so far.
    pub revisions: i64,
    /// What so many rounds say.
    pub guide: Option<RevisionGuide>,
    /// What the decision owner decided.
    pub decision: Option<WorkDecided>,
    /// How good it was found, once it was delivered.
    pub verdict: Option<WorkVerdict>,
    /// Delivered, with a verdict: it counts in figures. Source: requirement S0-35.
    pub counts_as_delivered: bool,
    /// Steps from one area to another.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub handoffs: Vec<WorkHandoff>,
    /// What is or was in its way.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub blockers: Vec<WorkBlocker>,
    /// Time spent waiting for the client.
    pub waiting: WorkWaiting,
    /// The request that it came of; work begun without one has none. Source: requirement S3-36.
    pub request: Option<WorkRequest>,
    /// What is missing before it may be in progress, as fields of this.
    #[cfg_attr(feature = "openapi", schema(max_items = 60))]
    pub missing: Vec<FieldError>,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

/// The request that a piece of work came of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkRequest {
    /// Which.
    pub id: RequestId,
    /// Its number within the retainer.
    pub number: i64,
    /// What was decided about it.
    pub verdict: Option<RequestVerdict>,
}

/// How closely a piece of work is looked at. Source: requirement S0-28.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkLevel {
    /// What holds.
    pub level: ProcessLevel,
    /// What the rule proposes.
    pub proposed: ProcessLevel,
    /// Why it does.
    pub reason: LevelReason,
    /// Who chose another one.
    pub chosen_by: Option<String>,
    /// Why they did.
    pub chosen_why: Option<String>,
    /// What it gives reason to ask.
    pub prompt: Option<LevelPrompt>,
}

/// Who holds which seat. Source: requirement S0-15.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkSeats {
    /// Approves or stops it.
    pub decision: Option<Held>,
    /// Does it.
    pub execution: Option<Held>,
    /// Supplies what it needs to know.
    pub input: Option<Held>,
    /// Checks it before it is handed over.
    pub review: Option<Held>,
    /// Who else works on it.
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub contributors: Vec<Held>,
    /// The same person decides and does it, and that is meant. Source: requirement S0-17.
    pub same_person_confirmed: bool,
}

/// Something that work needs before it begins. Source: requirement S0-21.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkInput {
    /// What it is.
    pub name: String,
    /// Nothing begins without it.
    pub required: bool,
    /// A text or a link, once it came.
    pub supplied: Option<String>,
    /// Who wrote it down.
    pub supplied_by: Option<String>,
    /// When.
    pub supplied_at: Option<DateTime<Utc>>,
}

/// How a piece of work was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkReview {
    /// When somebody first looked at it.
    pub first_at: Option<DateTime<Utc>>,
    /// At which stage that was.
    pub first_stage: Option<ReviewStage>,
    /// Nobody looked before the end. Source: requirement S0-34.
    pub late: bool,
    /// The review owner found it good. A round of revision takes that back.
    pub passed: bool,
    /// Its level asks for that before it is handed over. Source: requirement S0-20.
    pub required: bool,
}

/// What the decision owner decided. Source: requirement S0-18.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkDecided {
    /// What.
    pub decision: WorkDecision,
    /// Whose decision it was.
    pub owner_name: String,
    /// Who wrote it down.
    pub recorded_by: String,
    /// By what it is known, where somebody else wrote it down.
    pub evidence: Option<String>,
    /// Why.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// How good delivered work was found, and by whom. Source: requirements S0-35, S0-36.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkVerdict {
    /// What was found.
    pub found: NewWorkVerdict,
    /// Who says so.
    pub member_name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A step from one area to another. Source: requirement S3-10.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkHandoff {
    /// Its number within the piece of work, from 1.
    pub number: i64,
    /// From which area.
    pub from_area: WorkArea,
    /// To which.
    pub to_area: WorkArea,
    /// Who gives.
    pub giver: Held,
    /// Who receives.
    pub receiver: Held,
    /// What to know.
    pub note: Option<String>,
    /// When it was handed over.
    pub at: DateTime<Utc>,
    /// When it was accepted.
    pub accepted_at: Option<DateTime<Utc>>,
    /// Who wrote the acceptance down.
    pub accepted_by: Option<String>,
}

/// Something in the way. Source: requirement S0-42.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkBlocker {
    /// Its number within the piece of work, from 1.
    pub number: i64,
    /// What kind of thing it is.
    pub kind: BlockerKind,
    /// Who is to clear it.
    pub owner: Held,
    /// What it is.
    pub note: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
    /// Until when.
    pub cleared_at: Option<DateTime<Utc>>,
    /// Seconds it was or is there.
    pub age_seconds: i64,
}

/// Time spent waiting for the client.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkWaiting {
    /// Since when it waits now.
    pub since: Option<DateTime<Utc>>,
    /// For whom, or for what.
    pub waits_for: Option<String>,
    /// Seconds of all waits, until now.
    pub seconds: i64,
}

/// Something that happened to a piece of work. The list is only ever added to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorkEvent {
    /// Its id.
    pub id: WorkEventId,
    /// What happened.
    pub kind: WorkEventKind,
    /// The words that belong to it: a comment, a reason, a note.
    pub text: Option<String>,
    /// What was before, by name.
    pub from: Option<String>,
    /// What is now, by name.
    pub to: Option<String>,
    /// Who wrote it down.
    pub member_id: MemberId,
    /// Their name.
    pub member_name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What can happen to a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(
    feature = "sqlx",
    derive(sqlx::Type),
    sqlx(type_name = "text", rename_all = "snake_case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum WorkEventKind {
    /// It was asked for.
    Created,
    /// A field changed.
    Changed,
    /// It went to another column or place.
    Moved,
    /// It was sent back to the intake.
    SentBack,
    /// A seat changed.
    Seated,
    /// An input changed.
    Supplied,
    /// Another level was chosen.
    Levelled,
    /// Somebody said something.
    Commented,
    /// An input owner said what they know. It is no approval. Source: requirement S0-19.
    InputGiven,
    /// Somebody looked at it.
    Reviewed,
    /// A round of revision began.
    Revised,
    /// It was approved.
    Approved,
    /// It was stopped.
    Stopped,
    /// It was handed over.
    HandedOver,
    /// A handoff was accepted.
    Accepted,
    /// Something is in its way.
    Blocked,
    /// It is out of the way.
    Cleared,
    /// It waits for the client.
    Waits,
    /// It waits no more.
    Resumed,
    /// Its quality was judged.
    Judged,
}
