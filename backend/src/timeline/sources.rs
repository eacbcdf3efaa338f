//! How what happened is read where it is kept. `migrations/*/0046_timeline.sql` reads what had
//! happened before in the same way.
use chrono::{DateTime, NaiveDate, Utc};
use shared::api::{AccountId, RetainerId, TimelineEvent};

use crate::db::Stmt;
use crate::stmt;

/// What a statement below tells of its subject; columns it leaves out are nothing.
#[derive(Debug, sqlx::FromRow)]
pub struct Source {
    pub account_id: Option<AccountId>,
    #[sqlx(default)]
    pub retainer_id: Option<RetainerId>,
    #[sqlx(default)]
    pub happened_at: Option<DateTime<Utc>>,
    /// The day it happened, where that may be before it was written down.
    #[sqlx(default)]
    pub happened_on: Option<NaiveDate>,
    #[sqlx(default)]
    pub number: Option<i64>,
    #[sqlx(default)]
    pub title: Option<String>,
    #[sqlx(default)]
    pub text: Option<String>,
    #[sqlx(default)]
    pub amount_minor: Option<i64>,
    #[sqlx(default)]
    pub currency: Option<String>,
    #[sqlx(default)]
    pub about_on: Option<NaiveDate>,
    #[sqlx(default)]
    pub internal: bool,
}

stmt!(
    NOTE = "
    SELECT account_id, retainer_id, happened_at, internal FROM notes
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    MESSAGE = "
    SELECT account_id, retainer_id, subject AS title, body AS text FROM messages
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    TASK = "
    SELECT account_id, retainer_id, title, due_on AS about_on, TRUE AS internal FROM tasks
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    SESSION = "
    SELECT r.account_id, s.retainer_id, s.title, s.note AS text,
        CASE WHEN s.state IN ('completed', 'no_show') THEN s.starts_at ELSE s.settled_at END
            AS happened_at
    FROM client_sessions s
    JOIN retainers r ON r.organisation_id = s.organisation_id AND r.id = s.retainer_id
    WHERE s.organisation_id = $1 AND s.id = $2"
);
stmt!(
    RECEIVED = "
    SELECT r.account_id, q.retainer_id, q.number, q.title, q.details AS text
    FROM requests q
    JOIN retainers r ON r.organisation_id = q.organisation_id AND r.id = q.retainer_id
    WHERE q.organisation_id = $1 AND q.id = $2"
);
stmt!(
    REQUEST = "
    SELECT r.account_id, q.retainer_id, q.number, q.title
    FROM requests q
    JOIN retainers r ON r.organisation_id = q.organisation_id AND r.id = q.retainer_id
    WHERE q.organisation_id = $1 AND q.id = $2"
);
stmt!(
    DECISION = "
    SELECT account_id, retainer_id, question AS title FROM decisions
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    DECIDED = "
    SELECT d.account_id, d.retainer_id, d.question AS title, c.choice AS text,
        c.decided_on AS happened_on, c.decided_on AS about_on
    FROM decisions d
    JOIN decision_choices c ON c.organisation_id = d.organisation_id AND c.decision_id = d.id
        AND c.number = d.reopened + 1
    WHERE d.organisation_id = $1 AND d.id = $2"
);
stmt!(
    TERMS = "
    SELECT r.account_id, t.retainer_id, t.number, t.reason AS text, t.effective_from AS about_on
    FROM terms t
    JOIN retainers r ON r.organisation_id = t.organisation_id AND r.id = t.retainer_id
    WHERE t.organisation_id = $1 AND t.retainer_id = $2
    ORDER BY t.number DESC LIMIT 1"
);
stmt!(
    LETTER = "
    SELECT account_id, CAST(letter ->> 'subject' AS TEXT) AS title FROM uplift_letters
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    RETAINER = "
    SELECT account_id, id AS retainer_id FROM retainers WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    RENEWAL = "
    SELECT r.account_id, w.retainer_id, w.note AS text, w.due_on AS about_on, TRUE AS internal
    FROM renewals w
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    WHERE w.organisation_id = $1 AND w.id = $2"
);
stmt!(
    ASKED = "
    SELECT r.account_id, q.retainer_id, q.seq AS number,
        CAST(q.offer ->> 'contact_name' AS TEXT) AS title,
        CAST(q.offer ->> 'reason' AS TEXT) AS text, q.answer_by AS about_on
    FROM approval_requests q
    JOIN retainers r ON r.organisation_id = q.organisation_id AND r.id = q.retainer_id
    WHERE q.organisation_id = $1 AND q.id = $2"
);
stmt!(
    PROPOSAL_MAIL = "
    SELECT r.account_id, w.retainer_id, p.number, l.contact_name AS title, l.body AS text
    FROM proposal_mails l
    JOIN renewal_proposals p ON p.organisation_id = l.organisation_id AND p.id = l.proposal_id
    JOIN renewals w ON w.organisation_id = p.organisation_id AND w.id = p.renewal_id
    JOIN retainers r ON r.organisation_id = w.organisation_id AND r.id = w.retainer_id
    WHERE l.organisation_id = $1 AND l.id = $2"
);
stmt!(
    FILE = "
    SELECT account_id, retainer_id, name AS title, note AS text, TRUE AS internal FROM files
    WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    AGREEMENT = "
    SELECT r.account_id, g.retainer_id, g.terms_number AS number, g.label AS title,
        g.signed_on AS happened_on, g.signed_on AS about_on
    FROM agreements g
    JOIN retainers r ON r.organisation_id = g.organisation_id AND r.id = g.retainer_id
    WHERE g.organisation_id = $1 AND g.id = $2"
);
stmt!(
    CYCLE = "
    SELECT r.account_id, c.retainer_id, c.seq AS number, c.starts_on AS about_on,
        CASE WHEN c.closes_at < c.closed_at THEN c.closes_at ELSE c.closed_at END AS happened_at
    FROM cycles c
    JOIN retainers r ON r.organisation_id = c.organisation_id AND r.id = c.retainer_id
    WHERE c.organisation_id = $1 AND c.id = $2"
);
stmt!(
    INVOICE = "
    SELECT account_id, retainer_id, series || CASE WHEN number < 10 THEN '000'
            WHEN number < 100 THEN '00' WHEN number < 1000 THEN '0' ELSE '' END || number AS title,
        void_reason AS text, total_minor AS amount_minor, currency, due_on AS about_on
    FROM invoices WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    CREDIT_NOTE = "
    SELECT account_id, retainer_id, series || CASE WHEN number < 10 THEN '000'
            WHEN number < 100 THEN '00' WHEN number < 1000 THEN '0' ELSE '' END || number AS title,
        reason AS text, total_minor AS amount_minor, currency
    FROM credit_notes WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    PAYMENT = "
    SELECT account_id, reference AS title, note AS text, amount_minor, currency,
        paid_on AS happened_on, paid_on AS about_on
    FROM payments WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    REVERSED = "
    SELECT account_id, reference AS title, reverse_reason AS text, amount_minor, currency,
        reversed_on AS about_on
    FROM payments WHERE organisation_id = $1 AND id = $2"
);
stmt!(
    REVIEW = "
    SELECT r.account_id, v.retainer_id, v.number, v.next_on AS about_on
    FROM reviews v
    JOIN retainers r ON r.organisation_id = v.organisation_id AND r.id = v.retainer_id
    WHERE v.organisation_id = $1 AND v.id = $2"
);

/// Where an event is read.
pub fn of(event: TimelineEvent) -> Stmt {
    use TimelineEvent as E;
    match event {
        E::NoteWritten => NOTE,
        E::MessageSent | E::MessageReceived => MESSAGE,
        E::TaskMade | E::TaskDone | E::TaskReopened => TASK,
        E::SessionCompleted | E::SessionCancelled | E::SessionNoShow | E::SessionReopened => {
            SESSION
        }
        E::RequestReceived => RECEIVED,
        E::RequestTriaged | E::RequestWithdrawn => REQUEST,
        E::DecisionMade => DECIDED,
        E::DecisionReopened => DECISION,
        E::TermsAgreed => TERMS,
        E::PriceLetterSent => LETTER,
        E::PauseAgreed | E::PauseEnded | E::EndAgreed | E::EndDropped => RETAINER,
        E::ApprovalAsked | E::ApprovalGiven | E::ApprovalDeclined | E::ApprovalWithdrawn => ASKED,
        E::RenewalOpened | E::RenewalWon | E::RenewalLost | E::RenewalLapsed => RENEWAL,
        E::ProposalSent | E::ProposalReminded => PROPOSAL_MAIL,
        E::CycleClosed => CYCLE,
        E::InvoiceIssued | E::InvoiceVoided => INVOICE,
        E::CreditNoteIssued => CREDIT_NOTE,
        E::PaymentReceived | E::PaymentRefunded => PAYMENT,
        E::PaymentReversed => REVERSED,
        E::ReviewHeld => REVIEW,
        E::FileAdded | E::FileDeleted => FILE,
        E::AgreementSigned => AGREEMENT,
    }
}
