//! What becomes of a request: verdicts with their effects, and asking for what is missing.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::requests::match_is_whole;
use super::*;

/// The most cards and priorities that a swap is offered.
pub const DISPLACEABLE_MAX: usize = 200;

/// What each verdict on a request would do, and what it goes by: the app computes a swap from it.
/// Source: requirement S0-32.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestOptions {
    /// Of which request.
    pub request_id: RequestId,
    /// The version of the request that this was computed for.
    pub version: i64,
    /// The match that this goes by: what somebody decided, else what is proposed.
    pub matched: ScopeMatch,
    /// The pool that the request draws on, whose units are told: the one whose price list names
    /// what its kind costs, else the first that takes time, else the first that counts things.
    pub pool: Option<Pool>,
    /// The currency of the retainer.
    pub currency: String,
    /// The number of the present cycle.
    pub cycle_seq: Option<i64>,
    /// What the effects go by.
    pub footing: Footing,
    /// What each verdict would do, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub effects: Vec<VerdictEffect>,
    /// What it draws on another pool beside: its estimate, where its kind is priced in units that
    /// take no time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<DrawnBeside>,
    /// The work of this cycle that a swap could displace, what comes last first.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<DisplaceableItem>,
    /// The priorities of this cycle that a swap could displace, the last first.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub priorities: Vec<DisplaceablePriority>,
}

/// What a request draws on a pool beside the one that its effects are told in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DrawnBeside {
    /// The pool that takes time.
    pub pool: Pool,
    /// What the estimate draws, in its units.
    pub units: i64,
    /// Units free before it in the present cycle, with all that is planned; below 0 is beyond it.
    pub free: i64,
    /// Likewise in the next cycle, if one follows.
    pub free_next: Option<i64>,
}

/// A piece of work that a swap could displace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisplaceableItem {
    /// Which.
    pub id: WorkItemId,
    /// Its number within the retainer.
    pub number: i64,
    /// What it is.
    pub title: String,
    /// How far it is.
    pub column: WorkColumn,
    /// Units of the pool that it would free.
    pub frees: i64,
}

/// A priority that a swap could displace, with its work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DisplaceablePriority {
    /// Which.
    pub id: PriorityId,
    /// Its place in the list.
    pub rank: i64,
    /// What it is.
    pub title: String,
    /// Units of the pool that its work would free.
    pub frees: i64,
}

/// A verdict on a request, with what it needs. Source: requirement S0-32.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "verdict": "decline",
    "reason": "Hosting is with the IT partner",
    "scope_match": { "kind": "unclear" },
})))]
#[serde(deny_unknown_fields)]
pub struct NewRequestTriage {
    /// What becomes of it.
    #[garde(skip)]
    pub verdict: RequestVerdict,
    /// Why: what the client is told. Needed for overage (who accepted it), a change of scope, and
    /// to decline; also where no line of the scope says, and to decide anew.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
    /// Under which line of the scope it falls, if nobody said so before.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope_match: Option<RequestMatchSet>,
    /// The piece of work that a swap displaces: it goes to the next cycle.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displaces_item_id: Option<WorkItemId>,
    /// The priority that a swap displaces: it goes to the next cycle with its work.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub displaces_priority_id: Option<PriorityId>,
    /// The priority that the work made of it serves.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_id: Option<PriorityId>,
    /// Another process level than the proposed one.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<ProcessLevel>,
    /// Why another level.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub level_reason: Option<String>,
    /// What the scope is to change.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<ChangeOrder>,
}

/// A change of scope that lets a request in, for the business to accept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangeOrder {
    /// The day from which on it holds.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2026-12-01"))]
    pub effective_on: NaiveDate,
    /// The line that begins; the title of the request if left out.
    #[garde(length(chars, max = SCOPE_LINE_MAX), inner(custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 300))]
    pub line: Option<String>,
    /// The line that leaves it out ends.
    #[garde(skip)]
    #[serde(default)]
    pub ends_exclusion: bool,
    /// Minutes that come with it, once.
    #[garde(range(min = 1, max = ESTIMATE_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 60_000, example = 480))]
    pub minutes: Option<i64>,
    /// What the client pays for it, once, in minor units of the retainer's currency.
    #[garde(range(min = 0, max = MONEY_MAX))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(minimum = 0, maximum = 1_000_000_000_000i64, example = 120_000)
    )]
    pub fee_minor: Option<i64>,
}

/// A verdict as it was given, with what it did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestTriage {
    /// What becomes of the request.
    pub verdict: RequestVerdict,
    /// Why: what the client is told.
    pub reason: Option<String>,
    /// What it did, as it was told then.
    pub effect: VerdictEffect,
    /// The pool whose units the effect counts, and its unit.
    pub pool: Option<Pool>,
    /// What a swap displaced, by its title.
    pub displaced: Option<String>,
    /// The piece of work that a swap displaced.
    pub displaced_item_id: Option<WorkItemId>,
    /// The number of the cycle that holds it.
    pub cycle_seq: Option<i64>,
    /// Units beyond the allowance that were approved with it, where the terms ask first.
    pub approved: Option<i64>,
    /// The change of scope that was proposed with it.
    pub scope_change_id: Option<ScopeChangeId>,
    /// That one's number.
    pub scope_change_number: Option<i64>,
    /// Where that one stands.
    pub scope_change_state: Option<ScopeChangeState>,
    /// Who decided on that one.
    #[serde(default)]
    pub scope_change_decided_by: Option<String>,
    /// When that was recorded.
    #[serde(default)]
    pub scope_change_decided_at: Option<DateTime<Utc>>,
    /// Minutes that come with the change.
    pub minutes: Option<i64>,
    /// What the client pays for the change, in minor units.
    pub fee_minor: Option<i64>,
    /// The currency of the retainer.
    pub currency: String,
    /// Who decided.
    pub member_name: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// The request that a change of scope was proposed for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangeRequest {
    /// Its id.
    pub id: RequestId,
    /// Its number within the retainer.
    pub number: i64,
    /// What was asked for.
    pub title: String,
}

/// What the asker of a request is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRequestQuestion {
    /// The keys of the inputs that are asked for; those that are required and missing if left out.
    #[garde(length(max = REQUEST_INPUTS_MAX), inner(length(min = 1, max = 40), custom(check::key)))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub keys: Vec<String>,
    /// In words; needed where no input is asked for.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2000, example = "By when does the fair need it?")
    )]
    pub note: Option<String>,
}

/// A request whose asker was asked, and the address where they see that and answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestQuestioned {
    /// The request.
    pub request: Request,
    /// The last part of the address `/act/…`. It is told once; a repetition does not tell it.
    pub token: String,
}

/// Why a request is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestWithdrawal {
    /// Why.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "Mia asked us to leave it")
    )]
    pub reason: String,
}

checked! {
    NewRequestTriage, |new, faults| {
        match_is_whole(new.scope_match, "/scope_match", faults);
        let swap = new.verdict == RequestVerdict::Swap;
        match (new.displaces_item_id.is_some(), new.displaces_priority_id.is_some()) {
            (true, true) => faults.push(FieldError::new("/displaces_priority_id", "one_of")),
            (false, false) if swap => {
                faults.push(FieldError::new("/displaces_item_id", "required"));
            }
            (true, _) if !swap => faults.push(FieldError::new("/displaces_item_id", "not_allowed")),
            (_, true) if !swap => {
                faults.push(FieldError::new("/displaces_priority_id", "not_allowed"));
            }
            _ => {}
        }
        match (new.verdict == RequestVerdict::ChangeOrder, new.change.is_some()) {
            (true, false) => faults.push(FieldError::new("/change", "required")),
            (false, true) => faults.push(FieldError::new("/change", "not_allowed")),
            _ => {}
        }
        for (field, given) in [
            ("/priority_id", new.priority_id.is_some()),
            ("/level", new.level.is_some()),
        ] {
            if given && new.verdict == RequestVerdict::Decline {
                faults.push(FieldError::new(field, "not_allowed"));
            }
        }
    };
    NewRequestQuestion, |new, faults| {
        for (place, key) in new.keys.iter().enumerate() {
            if new.keys[..place].contains(key) {
                faults.push(FieldError::new(&format!("/keys/{place}"), "repeated"));
            }
        }
    };
    RequestWithdrawal;
}
