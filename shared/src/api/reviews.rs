//! Reviews of a retainer: what is looked at, what was found, and what was decided.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::*;

names! {
    /// How far a review is.
    ReviewState {
        /// It is being held.
        Running "running",
        /// It is over, and what it read is kept.
        Done "done",
    }
}

/// A review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// Of which account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// 1 for the first of the retainer.
    pub number: i64,
    /// How far it is.
    pub state: ReviewState,
    /// The day it was planned for.
    pub due_on: Option<NaiveDate>,
    /// The day it was held.
    pub held_on: NaiveDate,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// Who began it.
    pub started_by: String,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// The day of the review after it.
    pub next_on: Option<NaiveDate>,
    /// Whether problem and constraint held.
    pub frame: Option<FrameAnswer>,
    /// Since when its client may read it.
    pub published_at: Option<DateTime<Utc>>,
}

/// When a retainer is to be reviewed. Source: requirement S3-14.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewPlan {
    /// Which.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// Of which account.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// The day; none was named while nobody reviewed it.
    pub due_on: Option<NaiveDate>,
    /// That day has come.
    pub due: bool,
    /// How often.
    pub cadence: Option<Cadence>,
    /// The review that is being held.
    pub running_id: Option<ReviewId>,
    /// The last one that was held.
    pub last_on: Option<NaiveDate>,
}

/// A piece of work that a review points at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewedWork {
    /// Its id.
    pub id: WorkItemId,
    /// Its number within the retainer.
    pub number: i64,
    /// What it is.
    pub title: String,
    /// Minutes recorded on it.
    pub drawn: i64,
    /// Why it is pointed at, where memory or one person carried it. Source: requirement S3-36.
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub informal: Vec<Informal>,
}

/// What the figures give reason to look at. It opens a diagnosis. Source: requirement S0-12.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewGuide {
    /// Which.
    pub guide: SignalGuide,
    /// How often.
    pub count: i64,
    /// Of how many.
    pub of: i64,
    /// The cause to begin with.
    pub cause: Cause,
    /// What to check.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub checks: Vec<GuideCheck>,
    /// The work it was seen on.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub work: Vec<ReviewedWork>,
}

/// What was in the way again. Source: requirement S0-42.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewBlocker {
    /// What kind of thing.
    pub kind: BlockerKind,
    /// How often in each of the last three periods, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub periods: Vec<i64>,
    /// In each of them.
    pub recurring: bool,
}

/// What the system asks too much of. Source: requirement S3-33.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewLoad {
    /// What is too much.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub faults: Vec<LoadFault>,
    /// Minutes that open work of the cycle will still take.
    pub needed: i64,
    /// Minutes that the cycle has left, or that its money pays for; none where nothing takes time.
    pub left: Option<i64>,
    /// Work that waits for an approval.
    pub waiting: i64,
    /// Open work that nobody may decide on.
    pub undecidable: i64,
    /// Pools of the running cycle of which too much is given for nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 24))]
    pub over_serviced: Vec<PoolCycle>,
}

/// What a review sees. It is kept as it was when the review ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Observed {
    /// The signals that are on.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub signals: Vec<SignalReading>,
    /// They tell of two things at least.
    pub balanced: bool,
    /// Signals of activity that stand alone.
    #[cfg_attr(feature = "openapi", schema(max_items = 10))]
    pub unpaired: Vec<SignalKind>,
    /// What gives reason to look closer.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub guides: Vec<ReviewGuide>,
    /// What was in the way.
    #[cfg_attr(feature = "openapi", schema(max_items = 7))]
    pub blockers: Vec<ReviewBlocker>,
    /// What is too much.
    pub load: ReviewLoad,
    /// Work that memory or one person carried.
    #[cfg_attr(feature = "openapi", schema(max_items = 50))]
    pub informal: Vec<ReviewedWork>,
    /// How often a decision on this retainer was taken up again in the period. Source: S3-37.
    pub reopened: i64,
    /// What was decided twice, by the frictions logged. Source: requirement S3-37.
    pub duplicates: i64,
    /// Work of these days that was begun though earlier work of the same name was, which is open or
    /// was delivered in them. What recurs by itself is none. Source: requirement S3-37.
    #[serde(default)]
    pub duplicate_work: i64,
    /// The scores of the period that a review ended without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_out: Option<ScoresLeftOut>,
}

/// Scores that a review ended without: who left them out, and why. Source: requirement S0-37.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScoresLeftOut {
    /// Which.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub signals: Vec<SignalKind>,
    /// Why.
    pub reason: String,
    /// Who ended the review.
    pub member_name: String,
}

/// Why something was weak.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Diagnosis {
    /// Its number within the review, from 1.
    pub number: i64,
    /// The signal that is weak.
    pub signal: Option<SignalKind>,
    /// The guide that gave reason to look.
    pub guide: Option<SignalGuide>,
    /// The cause.
    pub cause: Cause,
    /// What was found.
    pub finding: String,
    /// What was checked.
    #[cfg_attr(feature = "openapi", schema(max_items = 12))]
    pub checked: Vec<GuideCheck>,
    /// People whose names are in the words, of a finding from before such were refused.
    /// Source: requirement S3-24.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub named: Vec<String>,
}

/// What was decided in a review.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutcomeMade {
    /// Its id.
    pub id: ReviewOutcomeId,
    /// In which review.
    pub review_id: ReviewId,
    /// When.
    pub decided_on: NaiveDate,
    /// Of which kind.
    pub choice: OutcomeChoice,
    /// What exactly.
    pub what: String,
    /// The signal it is about.
    pub signal: Option<SignalKind>,
    /// The number of the diagnosis it follows from.
    pub diagnosis: Option<i64>,
    /// Who sees to it.
    pub owner_id: MemberId,
    /// Their name.
    pub owner_name: String,
    /// By when.
    pub due_on: NaiveDate,
    /// What is expected of it.
    pub effect: String,
    /// The decision that it became.
    pub decision_id: DecisionId,
    /// The routine that went because of it.
    pub sop_id: Option<SopId>,
    /// The change of scope that was proposed.
    pub scope_change_id: Option<ScopeChangeId>,
    /// Whether the effect came, once a later review has looked.
    pub seen: Option<EffectSeen>,
    /// By what that is seen.
    pub seen_by: Option<String>,
}

/// A review with all that it looks at. Source: UX, screen 10.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewRoom {
    /// The review.
    pub review: Review,
    /// What it sees: now, or when it ended.
    pub observed: Observed,
    /// What the month has done of its five steps, as it is now.
    pub month: MonthSteps,
    /// The part of the work that did not run, as the scope says, or said when the review ended.
    /// Source: requirement S0-5.
    pub problem: Option<OperatingProblem>,
    /// The constraint, likewise.
    pub limits: Option<String>,
    /// Why things are weak.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub diagnoses: Vec<Diagnosis>,
    /// What was decided in this review.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub outcomes: Vec<OutcomeMade>,
    /// What earlier reviews decided and none has looked at since, and what this one looked at.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub follow_ups: Vec<OutcomeMade>,
    /// Open decisions about the retainer, the first due first.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub open_decisions: Vec<Decision>,
    /// What was decided before, the last first.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub earlier_decisions: Vec<Decision>,
}

/// Which of the five steps the cycle of a review has taken, as far as it is recorded; none where
/// no cycle holds the day of the review. Source: requirement S0-13.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MonthSteps {
    /// The scope says what it holds and what it leaves out.
    pub scope: bool,
    /// The priorities of the cycle are set.
    pub priorities: bool,
    /// They are set, and no request that came by the end of the cycle waits for a verdict.
    pub capacity: bool,
    /// A review that was held in the cycle has ended.
    pub delivery: bool,
    /// A change of scope was decided in the cycle, or a review of it said that what the scope names
    /// still holds.
    pub adjust: bool,
}

/// How often reviews ended in something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OutcomeCount {
    /// In what.
    pub choice: OutcomeChoice,
    /// How often.
    pub times: i64,
}

/// How reviews lead to decisions. Source: requirement S3-38.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReviewReport {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
    /// Reviews that ended.
    pub reviews: i64,
    /// What they ended in.
    #[cfg_attr(feature = "openapi", schema(max_items = 6))]
    pub outcomes: Vec<OutcomeCount>,
    /// Outcomes about a signal.
    pub about_signals: i64,
    /// The middle one of the days from the first weak reading to the decision.
    pub days_to_decision: Option<i64>,
    /// The most of those days.
    pub days_to_decision_most: Option<i64>,
    /// Effects that came.
    pub effects_seen: i64,
    /// Effects that somebody looked for.
    pub effects_asked: i64,
    /// Minutes of people in status meetings in a month, as workflows run now.
    pub meeting_minutes: i64,
    /// How well decisions were made in these days.
    pub decisions: DecisionReport,
}
