//! What is kept of a relationship: notes of what was said, and the next steps that follow.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// What a note is of.
    NoteKind {
        /// Something to remember.
        Note "note",
        /// A call.
        Call "call",
        /// A meeting.
        Meeting "meeting",
        /// A message that came or went.
        Message "message",
    }
    /// How a next step stands.
    TaskState {
        /// To be done.
        Open "open",
        /// Done.
        Done "done",
    }
}

/// The longest text of a note, in characters.
pub const NOTE_TEXT_MAX: usize = 10_000;
/// The most next steps that are written with a note.
pub const NOTE_TASKS_MAX: usize = 20;

/// A next step that is written with a note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteTask {
    /// What is to be done.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Send the plan for January")
    )]
    pub title: String,
    /// Who does it; oneself if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// The day by which it is to be done.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// A note to be, with the next steps that follow from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewNote {
    /// The client or partner it is about.
    #[garde(skip)]
    pub account_id: AccountId,
    /// The retainer it is about.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// What it is of; something to remember if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<NoteKind>,
    /// When it happened; now if left out.
    #[garde(inner(custom(check::instant)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2025-12-01T09:00:00Z"))]
    pub happened_at: Option<DateTime<Utc>>,
    /// What is to be remembered: plain text, whose line breaks are kept.
    #[garde(length(chars, max = NOTE_TEXT_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 10_000, example = "Wants the shop before Christmas.")
    )]
    pub text: String,
    /// Never shown to the client; so it is if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub internal: Option<bool>,
    /// The next steps that follow from it.
    #[garde(dive, length(max = NOTE_TASKS_MAX))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub tasks: Vec<NoteTask>,
    /// The message that follows from it.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<NoteMessage>,
}

/// What to change about a note; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct NoteChange {
    /// What it is of.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<NoteKind>,
    /// When it happened.
    #[garde(inner(custom(check::instant)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "2025-12-01T09:00:00Z"))]
    pub happened_at: Option<DateTime<Utc>>,
    /// What is to be remembered.
    #[garde(inner(length(chars, max = NOTE_TEXT_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 10_000))]
    pub text: Option<String>,
    /// Never shown to the client.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub internal: Option<bool>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Note {
    /// Its id.
    pub id: NoteId,
    /// The client or partner it is about.
    pub account_id: AccountId,
    /// Their name.
    pub account_name: String,
    /// The retainer it is about.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// What it is of.
    pub kind: NoteKind,
    /// When it happened.
    pub happened_at: DateTime<Utc>,
    /// What is to be remembered.
    pub text: String,
    /// Never shown to the client.
    pub internal: bool,
    /// Who wrote it.
    pub author_id: MemberId,
    /// Their name.
    pub author_name: String,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When it was last changed.
    pub edited_at: Option<DateTime<Utc>>,
    /// Since when it does not count any more; it is kept.
    pub withdrawn_at: Option<DateTime<Utc>>,
    /// The next steps that came of it, in the order of their days.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub tasks: Vec<Task>,
    /// Goes up with each change.
    pub version: i64,
}

/// A next step to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewTask {
    /// The client or partner it is about.
    #[garde(skip)]
    pub account_id: AccountId,
    /// The retainer it is about.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// The note it follows from.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note_id: Option<NoteId>,
    /// What is to be done.
    #[garde(length(chars, max = LINE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 300, example = "Send the plan for January")
    )]
    pub title: String,
    /// Who does it; oneself if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// The day by which it is to be done.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// What to change about a next step; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct TaskChange {
    /// What is to be done.
    #[garde(inner(length(chars, max = LINE_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub title: Option<String>,
    /// Who does it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// The day by which it is to be done.
    #[garde(custom(check::day_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
}

/// A next step: what somebody has promised to do for a relationship.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The client or partner it is about.
    pub account_id: AccountId,
    /// Their name.
    pub account_name: String,
    /// The retainer it is about.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// The note it follows from.
    pub note_id: Option<NoteId>,
    /// What is to be done.
    pub title: String,
    /// How it stands.
    pub state: TaskState,
    /// Who does it.
    pub owner_id: MemberId,
    /// Their name.
    pub owner_name: String,
    /// The day by which it is to be done.
    pub due_on: Option<NaiveDate>,
    /// When it was done.
    pub done_at: Option<DateTime<Utc>>,
    /// Who did it.
    pub done_by_name: Option<String>,
    /// When it was written down.
    pub created_at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

checked! {
    NewNote;
    NoteChange;
    NewTask;
    TaskChange;
}
