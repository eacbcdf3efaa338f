//! Renewals: what is to be when a term ends, how far the talk about the next one has come, and what
//! came of it. Source: domain 7.2, 7.3; requirements S2-19 to S2-22.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
pub use crate::rules::renewal::{EndRule, RenewalChange, RenewalStage};
use crate::rules::renewal::{LEAD_DAYS, TERM_CYCLES};

/// The most days before a term ends on which its renewal begins.
pub const RENEWAL_LEAD_MAX: u32 = 365;
/// The most days of notice.
pub const NOTICE_DAYS_MAX: u32 = 365;
/// The most cycles of a term.
pub const TERM_CYCLES_MAX: u32 = 120;

names! {
    /// Why a renewal was won or lost.
    RenewalReason {
        /// What came of the work.
        Results "results",
        /// How people work together.
        Relationship "relationship",
        /// The price.
        Price "price",
        /// What the client has to spend.
        Budget "budget",
        /// What is in the scope, or is not.
        Scope "scope",
        /// The client does it itself, or no longer.
        InHouse "in_house",
        /// Somebody else does it, or did.
        Competitor "competitor",
        /// Those who decided, or what they want, changed.
        Change "change",
        /// It is done.
        Finished "finished",
        /// Nobody talked about it: the contract said so.
        ByContract "by_contract",
        /// The client accepted the proposal.
        Accepted "accepted",
        /// Something else.
        Other "other",
    }
}

names! {
    /// What is done before a client decides. Source: requirement S2-20.
    RenewalStep {
        /// What was delivered is gone through.
        Delivered "delivered",
        /// What came of it is summed up.
        Outcomes "outcomes",
        /// The next term is presented.
        Present "present",
    }
}

/// A step that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalStepDone {
    /// Which.
    pub step: RenewalStep,
    /// When it was ticked.
    pub done_at: DateTime<Utc>,
    /// Who ticked it.
    pub done_by_name: String,
}

fn term_cycles() -> u32 {
    TERM_CYCLES
}

fn lead_days() -> u32 {
    LEAD_DAYS
}

/// What is to be when a term of a retainer ends, and when that is talked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewalRuleSet {
    /// What happens if nobody decides. With `stop` a retainer without an end gets one: the end of its
    /// term. With the others one that has an end loses it, and its term ends on that day.
    #[garde(skip)]
    pub end_rule: EndRule,
    /// Cycles of a term; 12 if left out.
    #[garde(range(min = 1, max = TERM_CYCLES_MAX))]
    #[serde(default = "term_cycles")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 120, example = 12))]
    pub term_cycles: u32,
    /// Days before the end of a term by which notice is given, where the contract renews itself.
    #[garde(range(min = 0, max = NOTICE_DAYS_MAX))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 365, example = 0))]
    pub notice_days: u32,
    /// Days before the end of a term, or before the last day of notice where there is one, on which its
    /// renewal begins; 45 if left out.
    #[garde(range(min = 1, max = RENEWAL_LEAD_MAX))]
    #[serde(default = "lead_days")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365, example = 45))]
    pub lead_days: u32,
    /// Who sees to the renewal; who owns the account if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
}

/// What is to be when the present term of a retainer ends, and when that is talked about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalRule {
    /// What holds.
    pub rule: RenewalRuleSet,
    /// Who sees to it by that, or by owning the account; none if nobody does.
    pub owner_name: Option<String>,
    /// The first day after the present term; none if the retainer has ended, or pauses without an end.
    pub due_on: Option<NaiveDate>,
    /// The last day of notice, where the contract renews itself.
    pub notice_on: Option<NaiveDate>,
    /// The day on which the renewal begins, or began.
    pub opens_on: Option<NaiveDate>,
    /// The renewal that is being talked about.
    pub renewal_id: Option<RenewalId>,
    /// Its stage.
    pub stage: Option<RenewalStage>,
    /// Goes up with each change; send it back in `If-Match`.
    pub version: i64,
}

/// A renewal to be begun before its day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRenewal {
    /// Of which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
}

/// What to change about a renewal that is talked about; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RenewalUpdate {
    /// How far it has come: one of the stages in which it is still talked about.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<RenewalStage>,
    /// Who sees to it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner_id: Option<MemberId>,
    /// How likely it is in per cent, by whoever sees to it; 0 for what stage and health say.
    #[garde(inner(range(min = 0, max = 95)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 95, example = 60))]
    pub probability: Option<i64>,
    /// What is planned for it; empty for nothing.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub plan: Option<String>,
    /// The steps that are taken; the others are not.
    #[garde(inner(length(max = 3)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub steps_done: Option<Vec<RenewalStep>>,
}

/// That the retainer goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewalWon {
    /// The first day without service of the next term; without an end if left out. Only where the
    /// retainer ends by its contract.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// What is agreed from the first cycle of the next term on; as it is if left out.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub terms: Option<Terms>,
    /// Why it was won.
    #[garde(skip)]
    pub reason: RenewalReason,
    /// In more words.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// That it does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewalLost {
    /// The first day without service of a retainer that has no end yet; the end of its term if left
    /// out. Not for one that has an end.
    #[garde(custom(check::day_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<NaiveDate>,
    /// Why it was lost.
    #[garde(skip)]
    pub reason: RenewalReason,
    /// In more words.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub note: Option<String>,
}

/// What came of a renewal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalOutcome {
    /// When it was decided.
    pub decided_at: DateTime<Utc>,
    /// Who recorded it; nobody where the contract renewed itself.
    pub decided_by_name: Option<String>,
    /// Why.
    pub reason: RenewalReason,
    /// In more words.
    pub note: Option<String>,
    /// What became of the recurring revenue, if it was won.
    pub change: Option<RenewalChange>,
    /// The monthly revenue that was agreed on, in minor units; nothing if it was lost.
    pub mrr_minor: i64,
    /// The first day without service, as it was agreed.
    pub ends_on: Option<NaiveDate>,
    /// The terms that were agreed on, where they are others.
    pub terms: Option<Terms>,
    /// The first day of those, once they are in the books; before, they wait for their day.
    pub terms_from: Option<NaiveDate>,
}

/// How a renewal stands with a cycle that closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalCycle {
    /// Its number.
    pub seq: i64,
    /// Used of what there was in its tightest pool, in tenths of a per cent.
    pub share: Option<i64>,
}

/// A renewal of a retainer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Renewal {
    /// Its id.
    pub id: RenewalId,
    /// For whom, or by whom.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// Whether it is a client, or a partner who serves us.
    pub account_kind: AccountKind,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// How far it has come.
    pub stage: RenewalStage,
    /// Since when.
    pub stage_at: DateTime<Utc>,
    /// What happens if nobody decides.
    pub end_rule: EndRule,
    /// The first day after the term.
    pub due_on: NaiveDate,
    /// The last day of notice, where the contract renews itself.
    pub notice_on: Option<NaiveDate>,
    /// When it began.
    pub opened_at: DateTime<Utc>,
    /// Who sees to it.
    pub owner_id: Option<MemberId>,
    /// Their name.
    pub owner_name: Option<String>,
    /// What is planned for it.
    pub plan: Option<String>,
    /// How likely it is, in per cent.
    pub probability: i64,
    /// Whoever sees to it said so; else stage and health do.
    pub probability_said: bool,
    /// Monthly recurring revenue of the present terms.
    pub mrr: Money,
    /// How the client stands, as far as the reader may see that.
    pub health: Option<HealthShort>,
    /// The last cycles that closed, the newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub cycles: Vec<RenewalCycle>,
    /// The retainer has ended: it is not brought back.
    pub ended: bool,
    /// The steps that were taken, in their order.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub steps: Vec<RenewalStepDone>,
    /// What the term came to was put together: `GET /renewals/{id}/brief`.
    pub has_brief: bool,
    /// Days before the end of which somebody was reminded last; none yet.
    pub reminded_days: Option<i64>,
    /// What came of it.
    pub outcome: Option<RenewalOutcome>,
    /// Goes up with each change.
    pub version: i64,
}

/// What the renewals of a stage with clients are about, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalTotal {
    /// Which stage.
    pub stage: RenewalStage,
    /// How many.
    pub count: i64,
    /// Their monthly recurring revenue; of what was won what was agreed on, of what was lost what was
    /// there.
    pub mrr: Money,
    /// What of it is to be expected, each by how likely it is.
    pub likely_minor: i64,
}

/// Renewals in the order of the days by which they are decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Renewals {
    /// Those of this page.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub items: Vec<Renewal>,
    /// What the items of this page come to, by stage and currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub totals: Vec<RenewalTotal>,
    /// Where nothing is talked about: the day on which the next renewal begins.
    pub next_opens_on: Option<NaiveDate>,
    /// Send it back as `cursor` to read on; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// People have reasons of their own.
fn by_people(reason: RenewalReason, faults: &mut Vec<FieldError>) {
    if matches!(reason, RenewalReason::ByContract | RenewalReason::Accepted) {
        faults.push(FieldError::new("/reason", "not_allowed"));
    }
}

checked! {
    RenewalRuleSet, |new, faults| {
        if new.end_rule != EndRule::Tacit && new.notice_days > 0 {
            faults.push(FieldError::new("/notice_days", "not_allowed"));
        }
    };
    NewRenewal;
    RenewalUpdate, |new, faults| {
        if new.stage.is_some_and(|stage| !stage.is_talked_about()) {
            faults.push(FieldError::new("/stage", "not_allowed"));
        }
        if new.probability.is_some_and(|share| (1..5).contains(&share)) {
            faults.push(FieldError::new("/probability", "out_of_range"));
        }
    };
    RenewalWon, |new, faults| {
        if let Some(terms) = &new.terms {
            terms.across("/terms", faults);
        }
        by_people(new.reason, faults);
    };
    RenewalLost, |new, faults| {
        by_people(new.reason, faults);
    };
}
