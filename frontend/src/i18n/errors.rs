//! What went wrong, in words that say what was kept and what to do.
use shared::api::{ErrorCode, FieldError, Problem};

use crate::{
    api::{self, Fault},
    t,
};

/// The sentence for a request that failed.
pub fn fault_words(fault: &Fault) -> String {
    match fault {
        Fault::Network => t!(errors.network).to_owned(),
        Fault::Foreign(status) => t!(errors.foreign, status = status),
        Fault::Unreadable(_) => t!(errors.unreadable).to_owned(),
        Fault::Problem(problem) => problem_words(problem),
    }
}

/// The sentence for a read that failed: there was nothing to change.
pub fn read_fault_words(fault: &Fault) -> String {
    match fault {
        Fault::Problem(problem) if problem.code == ErrorCode::Internal => {
            reported(t!(errors.not_read), problem)
        }
        fault => fault_words(fault),
    }
}

/// With the number by which the server's log names it.
fn reported(words: &str, problem: &Problem) -> String {
    match &problem.request_id {
        Some(id) => format!("{words} {}", t!(errors.report, id = id.as_str())),
        None => words.to_owned(),
    }
}

fn problem_words(problem: &Problem) -> String {
    let words = code_words(problem.code);
    match problem.code {
        ErrorCode::Internal => reported(words, problem),
        ErrorCode::TooManyRequests => match api::wait_seconds() {
            Some(wait) => t!(errors.too_many_requests_seconds, wait = wait_words(wait)),
            None => words.to_owned(),
        },
        _ => words.to_owned(),
    }
}

/// `40 s`, or whole minutes rounded up: precise enough to wait.
fn wait_words(seconds: i64) -> String {
    if seconds < 90 {
        format!("{}\u{a0}s", seconds.max(1))
    } else {
        format!("{}\u{a0}min", (seconds + 59) / 60)
    }
}

/// One sentence for each code there is; a new code does not compile without one.
pub fn code_words(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::Malformed => t!(errors.malformed),
        ErrorCode::Unauthenticated => t!(errors.unauthenticated),
        ErrorCode::BadCredentials => t!(errors.bad_credentials),
        ErrorCode::Forbidden => t!(errors.forbidden),
        ErrorCode::OriginRefused => t!(errors.origin_refused),
        ErrorCode::NotFound => t!(errors.not_found),
        ErrorCode::MethodNotAllowed => t!(errors.method_not_allowed),
        ErrorCode::AlreadySetUp => t!(errors.already_set_up),
        ErrorCode::Exists => t!(errors.exists),
        ErrorCode::InUse => t!(errors.in_use),
        ErrorCode::LastOwner => t!(errors.last_owner),
        ErrorCode::RetainerEnded => t!(errors.retainer_ended),
        ErrorCode::RetainerActive => t!(errors.retainer_active),
        ErrorCode::RetainerPaused => t!(errors.retainer_paused),
        ErrorCode::RetainerNotPaused => t!(errors.retainer_not_paused),
        ErrorCode::CycleClosed => t!(errors.cycle_closed),
        ErrorCode::OverageSettled => t!(errors.overage_settled),
        ErrorCode::RetainerInSetup => t!(errors.retainer_in_setup),
        ErrorCode::CycleRuns => t!(errors.cycle_runs),
        ErrorCode::EarlierCycleOpen => t!(errors.earlier_cycle_open),
        ErrorCode::EntryDeleted => t!(errors.entry_deleted),
        ErrorCode::CallsFull => t!(errors.calls_full),
        ErrorCode::SessionSettled => t!(errors.session_settled),
        ErrorCode::ScopeByChange => t!(errors.scope_by_change),
        ErrorCode::ScopeChangeDecided => t!(errors.scope_change_decided),
        ErrorCode::ScopeLineEnded => t!(errors.scope_line_ended),
        ErrorCode::ScopeIncomplete => t!(errors.scope_incomplete),
        ErrorCode::MayNotDecide => t!(errors.may_not_decide),
        ErrorCode::SessionBooked => t!(errors.session_booked),
        ErrorCode::WorkNotReady => t!(errors.work_not_ready),
        ErrorCode::WorkSuspended => t!(errors.work_suspended),
        ErrorCode::WorkDecided => t!(errors.work_decided),
        ErrorCode::WorkDelivered => t!(errors.work_delivered),
        ErrorCode::InsufficientBalance => t!(errors.insufficient_balance),
        ErrorCode::ApprovalNeeded => t!(errors.approval_needed),
        ErrorCode::ImportBusy => t!(errors.import_busy),
        ErrorCode::ImportDone => t!(errors.import_done),
        ErrorCode::ImportReadOtherwise => t!(errors.import_read_otherwise),
        ErrorCode::ImportUnmapped => t!(errors.import_unmapped),
        ErrorCode::DecisionMade => t!(errors.decision_made),
        ErrorCode::DecisionOpen => t!(errors.decision_open),
        ErrorCode::FileRefused => t!(errors.file_refused),
        ErrorCode::FilesFull => t!(errors.files_full),
        ErrorCode::FileIsAgreement => t!(errors.file_is_agreement),
        ErrorCode::NoteWithdrawn => t!(errors.note_withdrawn),
        ErrorCode::TaskDone => t!(errors.task_done),
        ErrorCode::TaskOpen => t!(errors.task_open),
        ErrorCode::RoutineRetired => t!(errors.routine_retired),
        ErrorCode::RoutineOnTrial => t!(errors.routine_on_trial),
        ErrorCode::RoutineAdopted => t!(errors.routine_adopted),
        ErrorCode::RequestDecided => t!(errors.request_decided),
        ErrorCode::RequestBegun => t!(errors.request_begun),
        ErrorCode::ChangeOrderOpen => t!(errors.change_order_open),
        ErrorCode::OfferChanged => t!(errors.offer_changed),
        ErrorCode::OfferHeld => t!(errors.offer_held),
        ErrorCode::NotAsked => t!(errors.not_asked),
        ErrorCode::LinkExpired => t!(errors.link_expired),
        ErrorCode::LinkRevoked => t!(errors.link_revoked),
        ErrorCode::LinkUsed => t!(errors.link_used),
        ErrorCode::PortalClosed => t!(errors.portal_closed),
        ErrorCode::ReviewRuns => t!(errors.review_runs),
        ErrorCode::ReviewDone => t!(errors.review_done),
        ErrorCode::BillingOff => t!(errors.billing_off),
        ErrorCode::InvoiceIssued => t!(errors.invoice_issued),
        ErrorCode::InvoiceNotIssued => t!(errors.invoice_not_issued),
        ErrorCode::RenewalOpen => t!(errors.renewal_open),
        ErrorCode::RenewalRuns => t!(errors.renewal_runs),
        ErrorCode::AskAnswered => t!(errors.approval_request_answered),
        ErrorCode::ProposalAnswered => t!(errors.proposal_answered),
        ErrorCode::RenewalDecided => t!(errors.renewal_decided),
        ErrorCode::InvoiceEmpty => t!(errors.invoice_empty),
        ErrorCode::MailOff => t!(errors.mail_off),
        ErrorCode::MailUnaddressed => t!(errors.mail_unaddressed),
        ErrorCode::MailWaiting => t!(errors.mail_waiting),
        ErrorCode::MailOver => t!(errors.mail_over),
        ErrorCode::MessageSent => t!(errors.message_sent),
        ErrorCode::MessageNotWaiting => t!(errors.message_not_waiting),
        ErrorCode::ChargingOff => t!(errors.charging_off),
        ErrorCode::NoMethod => t!(errors.no_payment_method),
        ErrorCode::ChargeRuns => t!(errors.charge_runs),
        ErrorCode::NothingToCharge => t!(errors.nothing_to_charge),
        ErrorCode::ProviderAway => t!(errors.provider_away),
        ErrorCode::NotStopped => t!(errors.not_stopped),
        ErrorCode::PaymentReversed => t!(errors.payment_reversed),
        ErrorCode::LineRecorded => t!(errors.line_recorded),
        ErrorCode::LineAside => t!(errors.line_aside),
        ErrorCode::LineReversal => t!(errors.line_reversal),
        ErrorCode::InvoiceSettled => t!(errors.invoice_settled),
        ErrorCode::PurchaseBilled => t!(errors.purchase_billed),
        ErrorCode::ExpenseBilled => t!(errors.expense_billed),
        ErrorCode::KeyInWork => t!(errors.key_in_work),
        ErrorCode::Stale => t!(errors.stale),
        ErrorCode::TooLarge => t!(errors.too_large),
        ErrorCode::UnsupportedMedia => t!(errors.unsupported_media),
        ErrorCode::Invalid => t!(errors.invalid),
        ErrorCode::KeyReused => t!(errors.key_reused),
        ErrorCode::PictureUnreadable => t!(errors.picture_unreadable),
        ErrorCode::FileUnreadable => t!(errors.file_unreadable),
        ErrorCode::StatementUnreadable => t!(errors.statement_unreadable),
        ErrorCode::IfMatchMissing => t!(errors.if_match_missing),
        ErrorCode::TooManyRequests => t!(errors.too_many_requests),
        ErrorCode::Internal => t!(errors.internal),
        ErrorCode::Busy => t!(errors.busy),
    }
}

/// The sentence for a field at fault. A code that is not known yet keeps the server's English.
pub fn field_words(fault: &FieldError) -> String {
    let words = match fault.code.as_str() {
        "required" => t!(errors.field_required),
        "too_short" => t!(errors.field_too_short),
        "too_long" => t!(errors.field_too_long),
        "out_of_range" => t!(errors.field_out_of_range),
        "control_characters" => t!(errors.field_control_characters),
        "email_invalid" => t!(errors.field_email_invalid),
        "link_missing" => t!(errors.field_link_missing),
        "too_many_feeds" => t!(errors.field_too_many_feeds),
        "email_missing" => t!(errors.field_email_missing),
        "timezone_unknown" => t!(errors.field_timezone_unknown),
        "currency_unknown" => t!(errors.field_currency_unknown),
        "country_unknown" => t!(errors.field_country_unknown),
        "iban_invalid" => t!(errors.field_iban_invalid),
        "bic_invalid" => t!(errors.field_bic_invalid),
        "not_found" => t!(errors.field_not_found),
        "exists" => t!(errors.field_exists),
        "future" => t!(errors.field_future),
        "before_start" => t!(errors.field_before_start),
        "not_started" => t!(errors.field_not_started),
        "paused" => t!(errors.field_paused),
        "no_service" => t!(errors.field_no_service),
        "not_covered" => t!(errors.field_not_covered),
        "no_open_cycle" => t!(errors.field_no_open_cycle),
        "end_before_start" => t!(errors.field_end_before_start),
        "key_invalid" => t!(errors.field_key_invalid),
        "unit_changed" => t!(errors.field_unit_changed),
        "no_time_pool" => t!(errors.field_no_time_pool),
        "no_session_pool" => t!(errors.field_no_session_pool),
        "not_begun" => t!(errors.field_not_begun),
        "too_far_ahead" => t!(errors.field_too_far_ahead),
        "one_of" => t!(errors.field_one_of),
        "invalid_interval" => t!(errors.field_invalid_interval),
        "invalid_anchor" => t!(errors.field_invalid_anchor),
        "rate_needed" => t!(errors.field_rate_needed),
        "too_weak" => t!(errors.field_too_weak),
        "not_allowed" => t!(errors.field_not_allowed),
        "archived" => t!(errors.field_archived),
        "not_delegated" => t!(errors.field_not_delegated),
        "unconfirmed" => t!(errors.field_unconfirmed),
        "own_work" => t!(errors.field_own_work),
        "by_manager" => t!(errors.field_by_manager),
        "not_lightweight" => t!(errors.field_not_lightweight),
        "not_delivered" => t!(errors.field_not_delivered),
        "settled" => t!(errors.field_settled),
        "not_new" => t!(errors.field_not_new),
        "rate_earlier" => t!(errors.field_rate_earlier),
        "not_later" => t!(errors.field_not_later),
        "link_invalid" => t!(errors.field_link_invalid),
        "vague" => t!(errors.field_vague),
        "may_not_change" => t!(errors.field_may_not_change),
        "placeholder_unknown" => t!(errors.field_placeholder),
        "retired" => t!(errors.field_retired),
        "on_trial" => t!(errors.field_on_trial),
        "replaces_unsaid" => t!(errors.field_replaces_unsaid),
        "repeated" => t!(errors.field_repeated),
        "left_out" => t!(errors.field_left_out),
        "price_needed" => t!(errors.field_price_needed),
        "estimate_needed" => t!(errors.field_estimate_needed),
        "does_not_fit" => t!(errors.field_does_not_fit),
        "nothing_over" => t!(errors.field_nothing_over),
        "terms_block" => t!(errors.field_terms_block),
        "no_next_cycle" => t!(errors.field_no_next_cycle),
        "no_term" => t!(errors.field_no_term),
        "begun" => t!(errors.field_begun),
        "cadence_of_kind" => t!(errors.field_cadence_of_kind),
        "day_before" => t!(errors.field_day_before),
        "too_soon_to_act" => t!(errors.field_too_soon_to_act),
        "undiagnosed" => t!(errors.field_undiagnosed),
        "other_signal" => t!(errors.field_other_signal),
        "left" => t!(errors.field_left),
        "does_not_decide" => t!(errors.field_does_not_decide),
        "no_such_name" => t!(errors.field_no_such_name),
        "names_person" => t!(errors.field_names_person),
        "columns_missing" => t!(errors.field_columns_missing),
        "never_asks" => t!(errors.field_never_asks),
        "session_booked" => return session_booked(&fault.message),
        "no_deliverable_pool" => t!(errors.field_no_deliverable_pool),
        "decides_anyway" => t!(errors.field_decides_anyway),
        "nobody_decides" => t!(errors.field_nobody_decides),
        "own_right" => t!(errors.field_own_right),
        "line_not_begun" => t!(errors.field_line_not_begun),
        "day_order" => t!(errors.field_day_order),
        "quote_open" => t!(errors.field_quote_open),
        "no_statement" | "xml_broken" | "doctype" => t!(errors.field_no_statement),
        "unknown" | "type" | "invalid" => t!(errors.field_other),
        _ => return fault.message.clone(),
    };
    words.to_owned()
}

/// Which session stands in the way: the server names its title in quotes, where it has one.
fn session_booked(message: &str) -> String {
    let title = message.split_once('“').and_then(|(_, rest)| rest.rsplit_once('”'));
    match title {
        Some((title, _)) => t!(errors.field_session_named, title = title),
        None => t!(errors.field_session_booked).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_in_the_way_is_named() {
        let named = "“Review “two”” is booked for 3 July 2027: move it or call it off first.";
        assert_eq!(
            session_booked(named),
            "“Review “two”” is booked then: move it or call it off first."
        );
        let bare = "A session is booked for 3 July 2027: move it or call it off first.";
        assert_eq!(session_booked(bare), "A session is booked then: move it or call it off first.");
    }

    #[test]
    fn a_wait_is_told_in_the_unit_one_waits_in() {
        assert_eq!(wait_words(0), "1\u{a0}s");
        assert_eq!(wait_words(89), "89\u{a0}s");
        assert_eq!(wait_words(90), "2\u{a0}min");
        assert_eq!(wait_words(600), "10\u{a0}min");
    }

    #[test]
    fn every_code_has_words() {
        for &code in ErrorCode::ALL {
            assert!(code_words(code).ends_with('.'), "{code:?}");
        }
    }
}
