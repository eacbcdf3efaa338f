//! What happened, in words.
use chrono::NaiveDate;
use shared::api::{NoteKind, Role, TimelineEvent as E, TimelineItem, TimelineKind};

use crate::{
    format::{date, money_exact},
    requests::verdict_words,
    t,
    ui::Icon,
};

/// Whether the role writes notes and next steps: the server's table decides, this only hides.
pub(super) fn keeps(role: Role) -> bool {
    !matches!(role, Role::Viewer | Role::Partner)
}

/// The chip of a kind.
pub(super) fn kind(kind: TimelineKind) -> &'static str {
    match kind {
        TimelineKind::Note => t!(timeline.kind_note),
        TimelineKind::Message => t!(timeline.kind_message),
        TimelineKind::Task => t!(timeline.kind_task),
        TimelineKind::Session => t!(timeline.kind_session),
        TimelineKind::Request => t!(timeline.kind_request),
        TimelineKind::Decision => t!(timeline.kind_decision),
        TimelineKind::Agreement => t!(timeline.kind_agreement),
        TimelineKind::Cycle => t!(timeline.kind_cycle),
        TimelineKind::Invoice => t!(timeline.kind_invoice),
        TimelineKind::Review => t!(timeline.kind_review),
        TimelineKind::File => t!(timeline.kind_file),
    }
}

pub(super) fn look(item: &TimelineItem) -> Icon {
    match item.kind {
        TimelineKind::Note => note_look(item),
        TimelineKind::Message if item.event == E::MessageReceived => icondata::LuMailOpen,
        TimelineKind::Message => icondata::LuSend,
        TimelineKind::Task if item.event == E::TaskDone => icondata::LuCircleCheck,
        TimelineKind::Task => icondata::LuCircle,
        TimelineKind::Session => icondata::LuCalendar,
        TimelineKind::Request => icondata::LuInbox,
        TimelineKind::Decision => icondata::LuGavel,
        TimelineKind::Agreement if item.event == E::AgreementSigned => icondata::LuFilePen,
        TimelineKind::Agreement => icondata::LuHandshake,
        TimelineKind::Cycle => icondata::LuLock,
        TimelineKind::Invoice => icondata::LuReceipt,
        TimelineKind::Review => icondata::LuActivity,
        TimelineKind::File => icondata::LuPaperclip,
    }
}

fn note_look(item: &TimelineItem) -> Icon {
    match note_kind_of(item) {
        NoteKind::Note => icondata::LuStickyNote,
        NoteKind::Call => icondata::LuPhone,
        NoteKind::Meeting => icondata::LuUsers,
        NoteKind::Message => icondata::LuMail,
    }
}

fn note_kind_of(item: &TimelineItem) -> NoteKind {
    item.note_kind.unwrap_or(NoteKind::Note)
}

pub(crate) fn note_kind(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Note => t!(timeline.note),
        NoteKind::Call => t!(timeline.call),
        NoteKind::Meeting => t!(timeline.meeting),
        NoteKind::Message => t!(timeline.message),
    }
}

/// One line of what happened.
pub(super) fn line(item: &TimelineItem, today: NaiveDate) -> String {
    let title = item.title.as_deref().unwrap_or_default();
    let number = item.number.unwrap_or_default();
    let day = item.on.map(|on| date(on, today)).unwrap_or_default();
    let amount = item.amount.as_ref().map(money_exact).unwrap_or_default();
    let session = if title.is_empty() { t!(timeline.a_session) } else { title };
    match item.event {
        E::NoteWritten => note_kind(note_kind_of(item)).to_owned(),
        E::MessageSent => t!(timeline.message_sent, title = title),
        E::MessageReceived => t!(timeline.message_received, title = title),
        E::TaskMade => t!(timeline.task_made, title = title),
        E::TaskDone => t!(timeline.task_done, title = title),
        E::TaskReopened => t!(timeline.task_reopened, title = title),
        E::SessionCompleted => t!(timeline.session_completed, title = session),
        E::SessionCancelled => t!(timeline.session_cancelled, title = session),
        E::SessionNoShow => t!(timeline.session_no_show, title = session),
        E::SessionReopened => t!(timeline.session_reopened, title = session),
        E::RequestReceived => t!(timeline.request_received, title = title),
        E::RequestTriaged => {
            let verdict = item.verdict.map(verdict_words).unwrap_or_default();
            t!(timeline.request_triaged, title = title, verdict = verdict)
        }
        E::RequestWithdrawn => t!(timeline.request_withdrawn, title = title),
        E::DecisionMade => t!(timeline.decision_made, title = title),
        E::DecisionReopened => t!(timeline.decision_reopened, title = title),
        E::TermsAgreed => t!(timeline.terms_agreed, number = number, day = day),
        E::PriceLetterSent => t!(timeline.price_letter_sent, title = title),
        E::PauseAgreed => t!(timeline.pause_agreed, day = day),
        E::PauseEnded => t!(timeline.pause_ended, day = day),
        E::EndAgreed => t!(timeline.end_agreed, day = day),
        E::EndDropped => t!(timeline.end_dropped).to_owned(),
        E::ApprovalAsked => {
            t!(timeline.approval_asked, title = title, number = number, day = day)
        }
        E::ApprovalGiven => t!(timeline.approval_given, title = title, number = number),
        E::ApprovalDeclined => t!(timeline.approval_declined, title = title, number = number),
        E::ApprovalWithdrawn => t!(timeline.approval_withdrawn, title = title, number = number),
        E::RenewalOpened => t!(timeline.renewal_opened, day = day),
        E::RenewalWon => t!(timeline.renewal_won, day = day),
        E::RenewalLost => t!(timeline.renewal_lost, day = day),
        E::RenewalLapsed => t!(timeline.renewal_lapsed, day = day),
        E::ProposalSent => t!(timeline.proposal_sent, number = number, title = title),
        E::ProposalReminded => t!(timeline.proposal_reminded, number = number, title = title),
        E::CycleClosed => t!(timeline.cycle_closed, number = number),
        E::InvoiceIssued => {
            t!(timeline.invoice_issued, title = title, amount = amount, day = day)
        }
        E::InvoiceVoided => t!(timeline.invoice_voided, title = title),
        E::CreditNoteIssued => t!(timeline.credit_note_issued, title = title, amount = amount),
        E::PaymentReceived => t!(timeline.payment_received, amount = amount),
        E::PaymentRefunded => t!(timeline.payment_refunded, amount = amount),
        E::PaymentReversed => t!(timeline.payment_reversed, amount = amount),
        E::ReviewHeld => t!(timeline.review_held, number = number),
        E::FileAdded => t!(timeline.file_added, title = title),
        E::FileDeleted => t!(timeline.file_deleted, title = title),
        E::AgreementSigned => {
            t!(timeline.agreement_signed, title = title, number = number, day = day)
        }
    }
}

/// Where what an item is about can be seen.
pub(super) fn href(item: &TimelineItem) -> Option<String> {
    let (subject, account) = (item.subject_id, item.account_id);
    let retainer = item.retainer_id.map(|id| format!("/accounts/{account}/retainers/{id}"));
    match item.event {
        E::NoteWritten
        | E::MessageSent
        | E::MessageReceived
        | E::TaskMade
        | E::TaskDone
        | E::TaskReopened
        | E::ProposalSent
        | E::ProposalReminded => None,
        E::SessionCompleted | E::SessionCancelled | E::SessionNoShow | E::SessionReopened => {
            let day = item.happened_at.format("%Y-%m-%d");
            Some(format!("/calendar?date={day}"))
        }
        E::RequestReceived | E::RequestTriaged | E::RequestWithdrawn => {
            Some(format!("/requests/{subject}"))
        }
        E::DecisionMade | E::DecisionReopened => Some(format!("/decisions?decision={subject}")),
        E::TermsAgreed
        | E::PauseAgreed
        | E::PauseEnded
        | E::EndAgreed
        | E::EndDropped
        | E::ApprovalAsked
        | E::ApprovalGiven
        | E::ApprovalDeclined
        | E::ApprovalWithdrawn => retainer,
        E::RenewalOpened | E::RenewalWon | E::RenewalLost | E::RenewalLapsed => {
            Some(format!("/renewals?renewal={subject}"))
        }
        E::PriceLetterSent => Some("/reports/uplifts".to_owned()),
        E::CycleClosed => {
            let of = retainer.zip(item.number);
            of.map(|(retainer, seq)| format!("{retainer}/statements/{seq}"))
        }
        E::InvoiceIssued | E::InvoiceVoided => Some(format!("/invoices/{subject}")),
        E::CreditNoteIssued => Some(format!("/credit-notes/{subject}")),
        E::PaymentReceived | E::PaymentRefunded | E::PaymentReversed => {
            Some(format!("/accounts/{account}/billing"))
        }
        E::ReviewHeld => Some(format!("/reviews/{subject}")),
        E::FileAdded | E::FileDeleted | E::AgreementSigned => {
            Some(format!("/accounts/{account}/files"))
        }
    }
}
