//! Errors on the wire: RFC 9457 problems with stable codes.
use serde::{Deserialize, Serialize};

/// One row a code: the variant, its name on the wire, its HTTP status, its title.
macro_rules! error_codes {
    ($($variant:ident $name:literal $status:literal $title:literal),* $(,)?) => {
        /// Why a request was refused. Stable: clients match on it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum ErrorCode { $(
            #[doc = $title]
            #[serde(rename = $name)] $variant
        ),* }
        impl ErrorCode {
            /// Every code there is.
            pub const ALL: &[ErrorCode] = &[$(ErrorCode::$variant),*];
            /// The name on the wire.
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $name),* } }
            /// The HTTP status it is answered with.
            pub fn status(self) -> u16 { match self { $(Self::$variant => $status),* } }
            /// A short sentence in English.
            pub fn title(self) -> &'static str { match self { $(Self::$variant => $title),* } }
        }
    };
}
error_codes! {
    Malformed          "malformed"           400 "The request could not be read",
    Unauthenticated    "unauthenticated"     401 "Sign in first",
    BadCredentials     "bad_credentials"     401 "The mail address or the password is not right",
    Forbidden          "forbidden"           403 "Your role may not do this",
    OriginRefused      "origin_refused"      403 "This request came from another site",
    NotFound           "not_found"           404 "There is no such thing here",
    MethodNotAllowed   "method_not_allowed"  405 "This address does not take that method",
    AlreadySetUp       "already_set_up"      409 "This installation is set up already",
    Exists             "exists"              409 "There is one like this already",
    InUse              "in_use"              409 "Something still depends on it",
    LastOwner          "last_owner"          409 "An organisation keeps at least one owner",
    RetainerEnded      "retainer_ended"      409 "The retainer has ended",
    RetainerActive     "retainer_active"     409 "The retainer is active already",
    RetainerPaused     "retainer_paused"     409 "The retainer is paused",
    RetainerNotPaused  "retainer_not_paused" 409 "The retainer is not paused",
    RetainerInSetup    "retainer_in_setup"   409 "The retainer is not active yet",
    CycleClosed        "cycle_closed"        409 "The cycle is closed",
    OverageSettled     "overage_settled"     409 "A part of it was billed or given for nothing when its cycle closed",
    CycleRuns          "cycle_runs"          409 "The cycle is not over yet",
    EarlierCycleOpen   "earlier_cycle_open"  409 "An earlier cycle is still open",
    EntryDeleted       "entry_deleted"       409 "The time entry was taken back",
    CallsFull          "calls_full"          409 "The retainer has as many rules of calls as there may be: end or change one",
    SessionSettled     "session_settled"     409 "The session was settled already",
    DecisionMade       "decision_made"       409 "The decision is made; take it up again with new evidence",
    DecisionOpen       "decision_open"       409 "The decision is not made yet",
    FilesFull          "files_full"          409 "The files of the organisation take all the room that they may",
    FileIsAgreement    "file_is_agreement"   409 "The file is a signed agreement, which stays",
    NoteWithdrawn      "note_withdrawn"      409 "The note was withdrawn",
    TaskDone           "task_done"           409 "The next step is done; say that it is to be done again first",
    TaskOpen           "task_open"           409 "The next step is not done yet",
    RoutineRetired     "routine_retired"     409 "The routine is retired",
    RoutineAdopted     "routine_adopted"     409 "The routine is not on trial",
    RoutineOnTrial     "routine_on_trial"    409 "The trial of the routine is not over yet",
    ScopeByChange      "scope_by_change"     409 "What a running retainer holds changes by a dated change of scope",
    ScopeChangeDecided "scope_change_decided" 409 "The change of scope was decided already",
    ScopeLineEnded     "scope_line_ended"    409 "A line that the change ends has ended meanwhile",
    ScopeIncomplete    "scope_incomplete"    409 "The scope lacks what the gate of activation wants",
    MayNotDecide       "may_not_decide"      409 "Only the side whose business it is decides, or who holds its delegation",
    SessionBooked      "session_booked"      409 "The session is not settled yet",
    InsufficientBalance "insufficient_balance" 409 "The allowance does not cover it, and the terms block overage",
    ApprovalNeeded     "approval_needed"     409 "It goes beyond the limit, and the terms ask for an approval first",
    AskAnswered        "approval_request_answered" 409 "What the client was asked was answered, or taken back",
    ImportBusy         "import_busy"         409 "An import is being worked on",
    ImportDone         "import_done"         409 "The import was committed already",
    ImportReadOtherwise "import_read_otherwise" 409 "This file was imported before, and its days were read otherwise",
    ImportUnmapped     "import_unmapped"     409 "Something in the file has no place to go yet",
    WorkNotReady       "work_not_ready"      409 "Something is missing before this work may go on",
    WorkSuspended      "work_suspended"      409 "New work waits until an invoice of the account is paid",
    WorkDecided        "work_decided"        409 "This work was approved or stopped already",
    WorkDelivered      "work_delivered"      409 "Delivered work is sent back before it is checked anew or changed",
    RequestDecided     "request_decided"     409 "The request has its verdict, or was withdrawn",
    RequestBegun       "request_begun"       409 "What came of the request has begun, so its verdict stays",
    ChangeOrderOpen    "change_order_open"   409 "The change of scope that was proposed for the request is not accepted, or not declined",
    OfferChanged       "offer_changed"       409 "Another offer has come since this one was read",
    OfferHeld          "offer_held"          409 "The offer cannot be accepted now",
    NotAsked           "not_asked"           409 "Nothing is asked of this request",
    LinkExpired        "link_expired"        409 "This link has ended by itself",
    LinkRevoked        "link_revoked"        409 "This link was taken back",
    MessageSent        "message_sent"        409 "The message was sent, and does not change any more",
    MessageNotWaiting  "message_not_waiting" 409 "The message is on its way, or does not wait to be sent",
    LinkUsed           "link_used"           409 "This link was used before",
    PortalClosed       "portal_closed"       409 "The portal of this account is closed",
    ReviewRuns         "review_runs"         409 "A review of this retainer is being held",
    ReviewDone         "review_done"         409 "The review is over, and what it read is kept",
    BillingOff         "billing_off"         409 "Nobody has said yet how the organisation bills",
    InvoiceIssued      "invoice_issued"      409 "The invoice was issued, and never changes",
    InvoiceNotIssued   "invoice_not_issued"  409 "Only an issued invoice can be withdrawn, credited or disputed",
    RenewalRuns        "renewal_runs"        409 "A renewal of this retainer is being talked about",
    RenewalOpen        "renewal_open"        409 "The renewal was not lost",
    ProposalAnswered   "proposal_answered"   409 "The proposal was answered, or taken back",
    RenewalDecided     "renewal_decided"     409 "The renewal has its outcome",
    NotStopped         "not_stopped"         409 "Nothing of that kind stops its reminders",
    InvoiceEmpty       "invoice_empty"       409 "What comes to nothing is not issued",
    MailOff            "mail_off"            409 "No mail server is set up, so nothing is sent",
    MailUnaddressed    "mail_unaddressed"    409 "Nobody has said where the account wants its invoices",
    MailWaiting        "mail_waiting"        409 "A mail with it still waits to be sent",
    MailOver           "mail_over"           409 "The mail was sent or is being sent, or was given up",
    ChargingOff        "charging_off"        409 "No payment provider is set up, so nothing is charged",
    NoMethod           "no_payment_method"   409 "No card or bank account of the account is on file",
    ChargeRuns         "charge_runs"         409 "A charge of this invoice is on its way",
    NothingToCharge    "nothing_to_charge"   409 "Nothing is open on the invoice that can be charged",
    LineRecorded       "line_recorded"       409 "This line is recorded as a payment already",
    LineAside          "line_aside"          409 "This line was set aside: take it up again first",
    LineReversal       "line_reversal"       409 "Money that went back is no payment",
    PaymentReversed    "payment_reversed"    409 "The payment was taken back",
    InvoiceSettled     "invoice_settled"     409 "Something was credited or paid on the invoice, so it is not withdrawn",
    PurchaseBilled     "purchase_billed"     409 "Its price is on an issued invoice: credit that line as a correction first",
    ExpenseBilled      "expense_billed"      409 "It is on an issued invoice: credit that line as a correction first",
    KeyInWork          "idempotency_key_in_work" 409 "A request with this Idempotency-Key is being worked on",
    Stale              "stale"               412 "Someone else changed it first",
    TooLarge           "too_large"           413 "The request is too large",
    FileRefused        "file_refused"        415 "Files of this kind are not kept",
    UnsupportedMedia   "unsupported_media_type" 415 "Send the body in a format this address takes",
    Invalid            "invalid"             422 "Some fields are not valid",
    KeyReused          "idempotency_key_reused" 422 "This Idempotency-Key was used for another request",
    StatementUnreadable "statement_unreadable" 422 "The file could not be read as a bank statement",
    PictureUnreadable  "picture_unreadable"  422 "The file could not be read as a picture of that kind, or has too many pixels",
    FileUnreadable     "file_unreadable"     422 "The file could not be read as a time sheet",
    IfMatchMissing     "if_match_missing"    428 "Send If-Match with the version you read",
    TooManyRequests    "too_many_requests"   429 "Too many tries; wait a moment",
    Internal           "internal"            500 "Something went wrong on our side",
    ProviderAway       "provider_away"       503 "The payment provider does not answer; try again",
    Busy               "busy"                503 "Too many changes at once; try again",
}

/// An RFC 9457 problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable address of the kind of problem.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 100, format = "uri-reference", example = "/problems/invalid")
    )]
    pub r#type: String,
    /// The kind in a short sentence.
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub title: String,
    /// The HTTP status.
    #[cfg_attr(feature = "openapi", schema(minimum = 400, maximum = 599, example = 422))]
    pub status: u16,
    /// The kind, to match on.
    pub code: ErrorCode,
    /// What happened this time, where there is more to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 500))]
    pub detail: Option<String>,
    /// The fields at fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub errors: Vec<FieldError>,
    /// Names the request in the server's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub request_id: Option<String>,
}

/// A field that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer into the body, or the name of a query field or header.
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 200, example = "/terms/pools/0/allowance")
    )]
    pub field: String,
    /// What is wrong, to match on.
    #[cfg_attr(feature = "openapi", schema(max_length = 60, example = "out_of_range"))]
    pub code: String,
    /// What is wrong, in English.
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub message: String,
}

impl FieldError {
    /// A fault with the words that belong to its code.
    pub fn new(field: &str, code: &str) -> Self {
        Self { field: field.into(), code: code.into(), message: words(code).into() }
    }
}

/// English for a code; the app has its own words in each language.
fn words(code: &str) -> &str {
    match code {
        "required" => "This is needed.",
        "too_short" => "This is too short.",
        "too_long" => "This is too long.",
        "out_of_range" => "This is outside the allowed range.",
        "control_characters" => "Control characters are not allowed.",
        "email_invalid" => "This is not a mail address.",
        "link_missing" => "Say with {link} where the link goes.",
        "too_many_feeds" => "There are 20 calendar feeds: end one first.",
        "email_missing" => "They have no mail address.",
        "timezone_unknown" => "This is not a known time zone, such as Europe/Berlin.",
        "currency_unknown" => "This is not an ISO 4217 currency code.",
        "country_unknown" => "This is not a country of ISO 3166-1, such as DE.",
        "iban_invalid" => "This IBAN does not add up: check its digits.",
        "bic_invalid" => "A BIC has 8 or 11 capital letters and digits.",
        "not_found" => "There is no such thing here.",
        "exists" => "There is one like this already.",
        "session_booked" => "A session is booked then: move it or call it off first.",
        "never_asks" => "This pool does not ask first when something goes beyond its limit.",
        "future" => "This has not come yet.",
        "not_begun" => "The session has not begun yet.",
        "too_far_ahead" => "Its cycle is too far ahead for that; remove the booking instead.",
        "before_start" => "This day lies before the retainer starts.",
        "no_open_cycle" => "No cycle is open on this day.",
        "not_covered" => "Work that is covered now would not be: give the pool more units first.",
        "no_service" => "No day of service is left before it: let service resume first.",
        "not_started" => "The retainer has not started: enter it from its first day on.",
        "paused" => "The retainer is paused: enter it once service resumes.",
        "end_before_start" => "The end must come after the start.",
        "key_invalid" => "A key has lower case letters, digits and single dashes.",
        "unit_changed" => "A pool keeps its unit for good; add another pool instead.",
        "no_time_pool" => "No pool of this retainer takes time.",
        "no_session_pool" => "No pool of this retainer counts sessions.",
        "no_deliverable_pool" => "No pool of this retainer counts things delivered.",
        "one_of" => "Give one of the two, not both.",
        "invalid_interval" => "This cycle length is not possible.",
        "invalid_anchor" => "This anchor does not fit the cycle length.",
        "rate_needed" => "Billing overage needs a rate.",
        "too_weak" => "This password is too easy to guess.",
        "unknown" => "This field is not known here.",
        "type" => "This has the wrong type.",
        "not_allowed" => "This value is not allowed here.",
        "nobody_decides" => "Say first, at the account, which of its people decides.",
        "own_right" => "Nobody writes down a right of their own: a colleague does.",
        "decides_anyway" => "They decide already: it is their business.",
        "line_not_begun" => "A line it ends has not begun before that day.",
        "archived" => "This is archived.",
        "not_delegated" => "Who serves a retainer decides only by a delegation that holds today.",
        "unconfirmed" => "The same person decides and does it: confirm that this is meant.",
        "not_lightweight" => {
            "Work that touches tracking, budget or sales handoff is not lightweight."
        }
        "left" => "They have left.",
        "does_not_decide" => "They are not noted as somebody who decides.",
        "no_such_name" => "Nobody of this name is known here.",
        "own_work" => "Nobody checks, judges or approves work of their own.",
        "by_manager" => "Whoever holds this seat, or a manager, says who decides.",
        "not_delivered" => "This is judged once it is delivered.",
        "settled" => "This was settled already.",
        "not_new" => "The decision names this already: taking it up again needs something new.",
        "rate_earlier" => "Rates before and after this day are recorded: add one after the last.",
        "not_later" => "This day must come after the other one.",
        "link_invalid" => "A link begins with http:// or https://.",
        "vague" => "Say what would be better: quality, conversion, resources, speed or decisions.",
        "may_not_change" => "Their role may not change it, so they cannot own it.",
        "placeholder_unknown" => "Between braces stands a name that is not known here.",
        "retired" => "This routine is retired.",
        "on_trial" => "This routine is on trial in another workflow.",
        "replaces_unsaid" => {
            "Name the routine that this one replaces, or say that it replaces none."
        }
        "repeated" => "Each key may be there once.",
        "left_out" => "A line of the scope leaves this out: it needs a change of scope.",
        "price_needed" => {
            "Its kind names nothing on the price list, so nobody can say what it costs."
        }
        "estimate_needed" => "Without an estimate nobody can say what this does.",
        "does_not_fit" => "This takes more than there is.",
        "nothing_over" => "Nothing of it goes beyond the allowance.",
        "terms_block" => "The terms let nothing go beyond the allowance.",
        "no_next_cycle" => "No cycle follows this one.",
        "begun" => "This has begun or is done.",
        "cadence_of_kind" => "Execution is read every 7 to 14 days, the rest every 28 or more.",
        "day_before" => "It is still the day before this cycle there: try again tomorrow.",
        "too_soon_to_act" => "This is sooner than the team can act.",
        "columns_missing" => "The first line must name the columns reference, fit and came_on.",
        "day_order" => "Its days can be read in two ways: say which.",
        "column_missing" => "The file has no column for this.",
        "xml_broken" => "This is no complete XML.",
        "quote_open" => "A quotation mark is opened and never closed.",
        "no_statement" => "This is no statement: neither camt.053 nor camt.052.",
        "doctype" => "The file defines words of its own, which no bank does.",
        "undiagnosed" => "A weak signal needs a diagnosis before an action.",
        "other_signal" => "This diagnosis is of another signal.",
        "names_person" => "This names a person: say what happened, or that the word is no name.",
        _ => "This is not valid.",
    }
}

/// Turns the report of a check into field errors with JSON pointers.
pub(crate) fn faults(report: &garde::Report) -> Vec<FieldError> {
    report
        .iter()
        .map(|(path, error)| FieldError::new(&pointer(path), code(error.message())))
        .collect()
}

/// `terms.rollover.cap` and `people[0].name` as JSON pointers.
fn pointer(path: &garde::Path) -> String {
    let text = path.to_string().replace('[', ".").replace(']', "");
    format!("/{}", text.replace('.', "/"))
}

/// The code of one of garde's own messages; ours are codes already.
fn code(message: &str) -> &str {
    match message {
        m if m.starts_with("length is lower") => "too_short",
        m if m.starts_with("length is greater") => "too_long",
        m if m.starts_with("lower than") || m.starts_with("greater than") => "out_of_range",
        m => m,
    }
}

/// A body whose fields have rules: the same check in the form and on the server.
pub trait Check {
    /// Checks every field.
    ///
    /// # Errors
    /// Every field at fault.
    fn check(&self) -> Result<(), Vec<FieldError>>;
}

/// Gives a body its `check()`: the field rules by derive, then the rules across fields.
macro_rules! checked {
    ($($body:ty $(, $across:expr)?;)*) => {$(
        impl $crate::api::Check for $body {
            fn check(&self) -> Result<(), Vec<$crate::api::FieldError>> {
                #[allow(unused_mut, clippy::allow_attributes, reason = "few bodies have cross-field rules")]
                let mut faults = garde::Validate::validate(self)
                    .err()
                    .map_or_else(Vec::new, |report| $crate::api::problem::faults(&report));
                $(
                    let across: fn(&$body, &mut Vec<$crate::api::FieldError>) = $across;
                    across(self, &mut faults);
                )?
                if faults.is_empty() { Ok(()) } else { Err(faults) }
            }
        }
    )*};
}
pub(crate) use checked;
