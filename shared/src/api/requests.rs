//! Requests: what somebody asks of a retainer, with what it must bring.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::work_changes::given;
use super::*;
pub use crate::rules::requests::{
    Coming, Footing, MatchReason, NowIn, RequestVerdict, ScopeMatch, VerdictEffect, VerdictRefusal,
};

names! {
    /// Where a request stands.
    RequestState {
        /// Nobody has decided.
        New "new",
        /// It waits for what its asker was asked for.
        NeedsInput "needs_input",
        /// It has a verdict.
        Triaged "triaged",
        /// Its asker does not want it any more.
        Withdrawn "withdrawn",
    }
    /// How a request came.
    RequestSource {
        /// Somebody here wrote it down.
        Staff "staff",
        /// A program sent it.
        Api "api",
        /// Its asker sent the form of the retainer.
        Form "form",
    }
    /// What can happen to a request.
    RequestEventKind {
        /// It came.
        Received "received",
        /// A field changed.
        Changed "changed",
        /// It was matched to a line of the scope.
        Matched "matched",
        /// Its asker was asked for something.
        Asked "asked",
        /// Something came that it must bring.
        Supplied "supplied",
        /// It got a verdict.
        Triaged "triaged",
        /// It went on the board.
        PutOnBoard "put_on_board",
        /// It was withdrawn.
        Withdrawn "withdrawn",
    }
}

/// The most inputs that a request has: those of its kind and of the routine that this follows.
pub const REQUEST_INPUTS_MAX: usize = 40;

/// What came for an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InputValue {
    /// Which input, by its key.
    #[garde(length(min = 1, max = 40), custom(check::key))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 40,
            pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
            example = "target-group"
        )
    )]
    pub key: String,
    /// What came; empty takes it away.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain))]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub value: String,
}

/// A request, as somebody here or a program writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// Of which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// What is asked for.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Landing page for the fair")
    )]
    pub title: String,
    /// The person at the account who asks.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asker_contact_id: Option<ContactId>,
    /// Who asks, where it is nobody that is known.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub asker_name: Option<String>,
    /// What else is known.
    #[garde(dive)]
    #[serde(default)]
    pub details: RequestChange,
}

/// What to change about a request that has no verdict; what is left out stays, null and empty
/// remove.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RequestChange {
    /// What is asked for.
    #[garde(length(chars, max = NAME_MAX), inner(custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The person at the account who asks, as somebody who knows them says; none takes that back.
    /// Only who is known signs at the address of a request. Managers and up; of a new request it
    /// stands beside the title. Source: requirements S0-22, S0-33.
    #[garde(skip)]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<ContactId>))]
    pub asker_contact_id: Option<Option<ContactId>>,
    /// In more words.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub text: Option<String>,
    /// Its kind, which says what it must bring.
    #[garde(skip)]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<RequestTypeId>))]
    pub request_type_id: Option<Option<RequestTypeId>>,
    /// What came of that; inputs that are not named stay.
    #[garde(length(max = REQUEST_INPUTS_MAX), dive)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<InputValue>,
    /// The day by which it is wanted.
    #[garde(custom(wanted))]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub wanted_on: Option<Option<NaiveDate>>,
    /// Minutes it is thought to take.
    #[garde(custom(minutes))]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<i64>, minimum = 1, maximum = 60_000, example = 240)
    )]
    pub estimate: Option<Option<i64>>,
    /// What may go wrong.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Grade>,
    /// How often work like it comes.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Frequency>,
    /// What it means for the business.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Grade>,
    /// What it touches beyond itself.
    #[garde(length(max = 5))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub touches: Option<Vec<Touch>>,
    /// Under which line of the scope it falls, as somebody decided.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope_match: Option<RequestMatchSet>,
    /// Why something that its kind required is not required any more; needed where another kind, or
    /// none, takes that away. Source: requirement S0-21.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "It is another kind of thing")
    )]
    pub reason: Option<String>,
}

/// Under which line of the scope a request falls. Source: requirement S0-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestMatchSet {
    /// A line includes it, leaves it out, or none says.
    #[cfg_attr(feature = "openapi", schema(example = "unclear"))]
    pub kind: ScopeMatch,
    /// Which line; none if no line says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line_id: Option<ScopeLineId>,
}

fn wanted(day: &Option<Option<NaiveDate>>, context: &()) -> garde::Result {
    check::day_opt(&day.flatten(), context)
}

fn minutes(minutes: &Option<Option<i64>>, _: &()) -> garde::Result {
    let fits = minutes.flatten().is_none_or(|number| (1..=ESTIMATE_MAX).contains(&number));
    fits.then_some(()).ok_or_else(|| garde::Error::new("out_of_range"))
}

/// A request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Request {
    /// Its id.
    pub id: RequestId,
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
    /// What is asked for.
    pub title: String,
    /// In more words.
    pub text: Option<String>,
    /// Its kind.
    pub request_type_id: Option<RequestTypeId>,
    /// The name of its kind.
    pub request_type_name: Option<String>,
    /// What its kind costs where a pool has a price list: the name of an item there.
    #[serde(default)]
    pub item: Option<String>,
    /// What it must bring, and what came.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<RequestInput>,
    /// The keys of required inputs that have not come: work made of it does not begin without
    /// them. Source: requirement S0-21.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub missing: Vec<String>,
    /// How it came.
    pub source: RequestSource,
    /// The person at the account who asks.
    pub asker_contact_id: Option<ContactId>,
    /// Who asks.
    pub asker_name: Option<String>,
    /// Where they are reached, as they say.
    pub asker_email: Option<String>,
    /// The day by which it is wanted.
    pub wanted_on: Option<NaiveDate>,
    /// Minutes it is thought to take.
    pub estimate: Option<i64>,
    /// What may go wrong.
    pub risk: Grade,
    /// How often work like it comes.
    pub frequency: Frequency,
    /// What it means for the business.
    pub impact: Grade,
    /// What it touches beyond itself.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub touches: Vec<Touch>,
    /// The process level that is proposed. Source: requirements S0-28 to S0-31.
    pub level: ProcessLevel,
    /// Why it is.
    pub level_reason: LevelReason,
    /// Under which line of the scope it falls, once somebody decided.
    pub scope_match: Option<RequestMatch>,
    /// What its words tell of that.
    pub proposed_match: ProposedMatch,
    /// Where it stands.
    pub state: RequestState,
    /// What its asker was asked for last.
    pub asked: Option<RequestAsked>,
    /// What was decided, and what that did.
    pub triage: Option<RequestTriage>,
    /// The piece of work that came of it.
    pub work_item_id: Option<WorkItemId>,
    /// That one's number.
    pub work_item_number: Option<i64>,
    /// It may be decided anew: nothing that came of it has begun.
    pub open_to_triage: bool,
    /// Who wrote it down; nobody where its asker sent the form.
    pub created_by_name: Option<String>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// Until when it was promised an answer; none once it had one, or where nothing is promised.
    pub answer_by: Option<DateTime<Utc>>,
    /// Addresses at which its asker follows it.
    pub asker_links: i64,
    /// Goes up with each change.
    pub version: i64,
}

/// An input of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestInput {
    /// Its name for programs.
    pub key: String,
    /// Its name for people.
    pub label: String,
    /// What it is.
    pub kind: InputKind,
    /// Work does not begin without it.
    pub required: bool,
    /// What goes wrong without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// What came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// Under which line of the scope a request falls, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestMatch {
    /// A line includes it, leaves it out, or none says.
    pub kind: ScopeMatch,
    /// Which line.
    pub line_id: Option<ScopeLineId>,
    /// What it says.
    pub line_text: Option<String>,
}

/// Under which line of the scope a request falls, as its words tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProposedMatch {
    /// A line includes it, leaves it out, or none says.
    pub kind: ScopeMatch,
    /// Which line.
    pub line_id: Option<ScopeLineId>,
    /// What it says.
    pub line_text: Option<String>,
    /// The words of the line that the request shares.
    #[cfg_attr(feature = "openapi", schema(max_items = 150))]
    pub words: Vec<String>,
    /// Why.
    pub reason: MatchReason,
}

/// What the asker of a request was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestAsked {
    /// The keys of the inputs that are asked for.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub keys: Vec<String>,
    /// In words.
    pub note: Option<String>,
    /// Who asked.
    pub member_name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that happened to a request. The list is only ever added to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestEvent {
    /// Its id.
    pub id: RequestEventId,
    /// What happened.
    pub kind: RequestEventKind,
    /// The words that belong to it: a reason, what was asked for, the name of a field.
    pub text: Option<String>,
    /// The verdict, where it got one.
    pub verdict: Option<RequestVerdict>,
    /// Who wrote it down; nobody where the asker did it.
    pub member_name: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// A line is named where one says something, and only there.
pub(super) fn match_is_whole(set: Option<RequestMatchSet>, at: &str, faults: &mut Vec<FieldError>) {
    let Some(set) = set else { return };
    match (set.kind, set.line_id) {
        (ScopeMatch::Unclear, Some(_)) => {
            faults.push(FieldError::new(&format!("{at}/line_id"), "not_allowed"));
        }
        (ScopeMatch::Included | ScopeMatch::Excluded, None) => {
            faults.push(FieldError::new(&format!("{at}/line_id"), "required"));
        }
        _ => {}
    }
}

fn change_is_whole(change: &RequestChange, at: &str, faults: &mut Vec<FieldError>) {
    match_is_whole(change.scope_match, &format!("{at}/scope_match"), faults);
    for (place, one) in change.inputs.iter().enumerate() {
        if change.inputs[..place].iter().any(|other| other.key == one.key) {
            faults.push(FieldError::new(&format!("{at}/inputs/{place}/key"), "repeated"));
        }
    }
}

checked! {
    NewRequest, |new, faults| {
        if new.details.title.is_some() {
            faults.push(FieldError::new("/details/title", "not_allowed"));
        }
        if new.details.asker_contact_id.is_some() {
            faults.push(FieldError::new("/details/asker_contact_id", "not_allowed"));
        }
        if new.asker_contact_id.is_some() && new.asker_name.is_some() {
            faults.push(FieldError::new("/asker_name", "one_of"));
        }
        change_is_whole(&new.details, "/details", faults);
    };
    RequestChange, |change, faults| change_is_whole(change, "", faults);
}
