//! Messages to clients and from them: mails that stand in the record.
use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::mails::line;
use super::problem::checked;
use super::*;

/// The longest text of a message, in characters.
pub const MESSAGE_MAX: usize = 20_000;
/// The longest subject, in characters.
pub const SUBJECT_MAX: usize = 200;
/// The most bytes of a mail that is handed in.
pub const INBOUND_BYTES_MAX: usize = 10_000_000;

names! {
    /// How a message stands.
    MessageState {
        /// It is being written.
        Draft "draft",
        /// It waits for the mail server, and can be taken back.
        Sending "sending",
        /// The mail server took it.
        Sent "sent",
        /// The mail server refused it for good, or nobody took it in time.
        Failed "failed",
        /// It was taken back before it was sent.
        TakenBack "taken_back",
        /// It came from the client.
        Received "received",
    }
}

/// A message to a person at an account, to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMessage {
    /// The person it is for, who has a mail address.
    #[garde(skip)]
    pub contact_id: ContactId,
    /// The retainer it is about; one of their account.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
    /// The message that it answers.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answers: Option<MessageId>,
    /// What it is about.
    #[garde(length(chars, max = SUBJECT_MAX), custom(line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "What we agreed today")
    )]
    pub subject: String,
    /// Plain text, whose line breaks are kept.
    #[garde(length(chars, max = MESSAGE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 20_000, example = "Thank you for your time.")
    )]
    pub body: String,
    /// Send it at once; else it is a draft.
    #[garde(skip)]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub send: bool,
}

/// A message that follows from a note, written with it. Source: requirement S2-15.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoteMessage {
    /// The person it is for: one of the account, who has a mail address.
    #[garde(skip)]
    pub contact_id: ContactId,
    /// What it is about.
    #[garde(length(chars, max = SUBJECT_MAX), custom(line))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "What we agreed today")
    )]
    pub subject: String,
    /// Plain text, whose line breaks are kept.
    #[garde(length(chars, max = MESSAGE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 20_000, example = "Thank you for your time.")
    )]
    pub body: String,
    /// Send it at once; else it is a draft.
    #[garde(skip)]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(example = false))]
    pub send: bool,
}

/// What to change about a draft; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct MessageChange {
    /// The person it is for: one of the same account.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact_id: Option<ContactId>,
    /// What it is about.
    #[garde(inner(length(chars, max = SUBJECT_MAX), custom(line)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub subject: Option<String>,
    /// Plain text.
    #[garde(inner(length(chars, max = MESSAGE_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 20_000))]
    pub body: Option<String>,
}

/// A message to a client, or from one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Message {
    /// Its id.
    pub id: MessageId,
    /// The first message of its thread.
    pub thread_id: MessageId,
    /// The client or partner.
    pub account_id: AccountId,
    /// Their name.
    pub account_name: String,
    /// The retainer it is about.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// The person it is for, or from; none who is not known any more.
    pub contact_id: Option<ContactId>,
    /// Their name, as it was then.
    pub contact_name: String,
    /// Their mail address, as it was then.
    pub address: String,
    /// What it is about.
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub subject: String,
    /// Plain text. Of one that came, what was quoted of earlier ones stays.
    #[cfg_attr(feature = "openapi", schema(max_length = 100_000))]
    pub body: String,
    /// How it stands.
    pub state: MessageState,
    /// What the mail server said last.
    pub answer: Option<String>,
    /// The note that it follows from.
    pub note_id: Option<NoteId>,
    /// Who wrote it; nobody here where it came.
    pub author_name: Option<String>,
    /// When it was sent, or came; of a draft when it was begun.
    pub at: DateTime<Utc>,
    /// Goes up with each change.
    pub version: i64,
}

checked! {
    NewMessage;
    MessageChange;
}
