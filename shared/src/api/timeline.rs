//! The timeline of an account: what happened with a client, the newest first.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::*;

names! {
    /// What the items of a timeline are told apart by.
    TimelineKind {
        /// What people wrote down of calls, meetings and messages.
        Note "note",
        /// Messages to clients and from them.
        Message "message",
        /// Next steps.
        Task "task",
        /// Sessions.
        Session "session",
        /// Requests and their verdicts.
        Request "request",
        /// Decisions.
        Decision "decision",
        /// What was agreed: terms, pauses, the end.
        Agreement "agreement",
        /// Cycles that closed.
        Cycle "cycle",
        /// Invoices, credit notes and payments.
        Invoice "invoice",
        /// Reviews that were held.
        Review "review",
        /// Files.
        File "file",
    }
    /// What happened.
    TimelineEvent {
        /// Somebody wrote a note.
        NoteWritten "note_written",
        /// A message was sent to the client.
        MessageSent "message_sent",
        /// A message came from the client.
        MessageReceived "message_received",
        /// A next step was written down.
        TaskMade "task_made",
        /// It was done.
        TaskDone "task_done",
        /// It is to be done again.
        TaskReopened "task_reopened",
        /// A session took place.
        SessionCompleted "session_completed",
        /// It was cancelled.
        SessionCancelled "session_cancelled",
        /// The client did not come.
        SessionNoShow "session_no_show",
        /// How it went was taken back.
        SessionReopened "session_reopened",
        /// The client asked for something.
        RequestReceived "request_received",
        /// It got a verdict.
        RequestTriaged "request_triaged",
        /// It was withdrawn.
        RequestWithdrawn "request_withdrawn",
        /// Something was decided.
        DecisionMade "decision_made",
        /// It was taken up again.
        DecisionReopened "decision_reopened",
        /// Terms were agreed.
        TermsAgreed "terms_agreed",
        /// A letter about new prices was sent.
        PriceLetterSent "price_letter_sent",
        /// A pause was agreed.
        PauseAgreed "pause_agreed",
        /// The end of a pause was agreed, or that there is none.
        PauseEnded "pause_ended",
        /// The end was agreed.
        EndAgreed "end_agreed",
        /// There is no end any more.
        EndDropped "end_dropped",
        /// The client was asked for work beyond a limit.
        ApprovalAsked "approval_asked",
        /// They approved it.
        ApprovalGiven "approval_given",
        /// They declined it.
        ApprovalDeclined "approval_declined",
        /// It was taken back before they answered.
        ApprovalWithdrawn "approval_withdrawn",
        /// The renewal began.
        RenewalOpened "renewal_opened",
        /// A proposal for the next term went to the client by mail.
        ProposalSent "proposal_sent",
        /// The client was reminded of it by mail.
        ProposalReminded "proposal_reminded",
        /// It was agreed that it goes on, or the contract says so.
        RenewalWon "renewal_won",
        /// It does not go on.
        RenewalLost "renewal_lost",
        /// Its term ended, and nobody had decided.
        RenewalLapsed "renewal_lapsed",
        /// A cycle closed.
        CycleClosed "cycle_closed",
        /// An invoice was issued.
        InvoiceIssued "invoice_issued",
        /// An invoice was withdrawn.
        InvoiceVoided "invoice_voided",
        /// A credit note was issued.
        CreditNoteIssued "credit_note_issued",
        /// Money came.
        PaymentReceived "payment_received",
        /// Money went back.
        PaymentRefunded "payment_refunded",
        /// A payment or refund was taken back.
        PaymentReversed "payment_reversed",
        /// A review was held.
        ReviewHeld "review_held",
        /// A file was brought.
        FileAdded "file_added",
        /// It was deleted.
        FileDeleted "file_deleted",
        /// A signed agreement was written down.
        AgreementSigned "agreement_signed",
    }
}

impl TimelineEvent {
    /// What it is told apart by.
    pub fn kind(self) -> TimelineKind {
        match self {
            Self::NoteWritten => TimelineKind::Note,
            Self::MessageSent | Self::MessageReceived => TimelineKind::Message,
            Self::TaskMade | Self::TaskDone | Self::TaskReopened => TimelineKind::Task,
            Self::SessionCompleted
            | Self::SessionCancelled
            | Self::SessionNoShow
            | Self::SessionReopened => TimelineKind::Session,
            Self::RequestReceived | Self::RequestTriaged | Self::RequestWithdrawn => {
                TimelineKind::Request
            }
            Self::DecisionMade | Self::DecisionReopened => TimelineKind::Decision,
            Self::TermsAgreed
            | Self::PriceLetterSent
            | Self::PauseAgreed
            | Self::PauseEnded
            | Self::EndAgreed
            | Self::EndDropped
            | Self::ApprovalAsked
            | Self::ApprovalGiven
            | Self::ApprovalDeclined
            | Self::ApprovalWithdrawn
            | Self::RenewalOpened
            | Self::ProposalSent
            | Self::ProposalReminded
            | Self::RenewalWon
            | Self::RenewalLost
            | Self::RenewalLapsed
            | Self::AgreementSigned => TimelineKind::Agreement,
            Self::CycleClosed => TimelineKind::Cycle,
            Self::InvoiceIssued
            | Self::InvoiceVoided
            | Self::CreditNoteIssued
            | Self::PaymentReceived
            | Self::PaymentRefunded
            | Self::PaymentReversed => TimelineKind::Invoice,
            Self::ReviewHeld => TimelineKind::Review,
            Self::FileAdded | Self::FileDeleted => TimelineKind::File,
        }
    }
}

/// Something that happened with a client. Its words are made by who shows it; `title` and `text`
/// are people's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TimelineItem {
    /// Its id.
    pub id: TimelineItemId,
    /// What it is told apart by.
    pub kind: TimelineKind,
    /// What happened.
    pub event: TimelineEvent,
    /// When it happened.
    pub happened_at: DateTime<Utc>,
    /// The client or partner.
    pub account_id: AccountId,
    /// The retainer it is about.
    pub retainer_id: Option<RetainerId>,
    /// Its name.
    pub retainer_name: Option<String>,
    /// What it is about: the note, the session, the invoice, by its id.
    #[cfg_attr(
        feature = "openapi",
        schema(
            value_type = String,
            format = Uuid,
            max_length = 36,
            example = "0193a5b0-0000-7000-8000-000000000000"
        )
    )]
    pub subject_id: Uuid,
    /// The number of the terms, the cycle, the request or the review.
    pub number: Option<i64>,
    /// What the thing is called: a title, a question, the number of an invoice.
    pub title: Option<String>,
    /// What people said: the text of a note, a choice, a reason.
    pub text: Option<String>,
    /// The verdict that a request got.
    pub verdict: Option<RequestVerdict>,
    /// What a note is of.
    pub note_kind: Option<NoteKind>,
    /// Money it is about.
    pub amount: Option<Money>,
    /// A day it is about: the day from which terms hold, by which a step is due.
    pub on: Option<NaiveDate>,
    /// Who did it; nobody where the client or the clock did.
    pub member_name: Option<String>,
    /// Never shown to the client.
    pub internal: bool,
    /// The note was changed after it was written.
    pub edited: bool,
    /// The note was withdrawn: its text is not told here any more.
    pub withdrawn: bool,
    /// The version of the note, to change it by.
    pub version: Option<i64>,
}
