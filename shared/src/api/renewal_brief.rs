//! What a term came to, told sentence by sentence, each with where it is seen; and what follows for the
//! next. Source: requirements S2-20, S2-21, S1-10.
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::*;

/// The most sentences of one.
pub const BRIEF_LINES_MAX: usize = 120;

names! {
    /// What a sentence is about, in the order in which they are told.
    BriefSection {
        /// What was used of what was agreed.
        Used "used",
        /// What was delivered.
        Delivered "delivered",
        /// What came of what was agreed to come first.
        Outcomes "outcomes",
        /// What was decided.
        Decided "decided",
        /// What was asked for beside that.
        Asked "asked",
        /// What it cost, and what it brought us.
        Money "money",
    }
    /// Where a sentence is seen.
    BriefSource {
        /// The ledger of a cycle.
        Cycle "cycle",
        /// A piece of work.
        Work "work",
        /// The board of the retainer.
        Board "board",
        /// The priorities of the retainer.
        Priorities "priorities",
        /// A decision.
        Decision "decision",
        /// The requests of the retainer.
        Requests "requests",
        /// What was billed period by period.
        Periods "periods",
        /// The report of margins.
        Margin "margin",
    }
    /// Why the next term is suggested to be another one. Source: domain 7.8.
    RenewalSign {
        /// Nine tenths or more were used in three cycles running.
        FullUse "full_use",
        /// More than there was was used in two of three cycles.
        Overage "overage",
        /// Units were bought twice in 90 days.
        TopUps "top_ups",
        /// Less than half was used, twice running.
        LittleUse "little_use",
    }
}

/// A sentence, and where it is seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BriefLine {
    /// What it is about.
    pub section: BriefSection,
    /// What it says, in the language of the client.
    pub text: String,
    /// Not for the client.
    pub internal: bool,
    /// Where it is seen.
    pub source: BriefSource,
    /// The number of the cycle.
    pub number: Option<i64>,
    /// Which of those: the cycle, the piece of work, the decision.
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<String>, format = Uuid, max_length = 36)
    )]
    pub source_id: Option<Uuid>,
}

/// What is suggested for the next term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalSuggestion {
    /// Whether more or less is agreed.
    pub change: RenewalChange,
    /// Why.
    pub because: RenewalSign,
    /// The pool.
    pub pool: Pool,
    /// What a cycle brings now, in its units.
    pub allowance_before: i64,
    /// What it would bring: what was used in the mean of the last three cycles, rounded up.
    pub allowance: i64,
    /// What a cycle costs now, after its discount.
    pub price_before: Money,
    /// What it would cost: as much more or less.
    pub price: Money,
    /// What the last cycles used of what there was, in tenths of a per cent, the newest first.
    #[cfg_attr(feature = "openapi", schema(max_items = 3))]
    pub shares: Vec<i64>,
}

/// What a term came to, as it was put together then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RenewalBrief {
    /// When it was put together.
    pub made_at: DateTime<Utc>,
    /// The first day that it is about: of the term, or of the cycle a year ago.
    pub from: NaiveDate,
    /// The first day that it is not about any more: that of the running cycle.
    pub to: NaiveDate,
    /// Of the sentences.
    pub language: Language,
    /// The sentences.
    #[cfg_attr(feature = "openapi", schema(max_items = 120))]
    pub lines: Vec<BriefLine>,
    /// What is suggested for the next term; nothing where it may stay as it is.
    pub suggestion: Option<RenewalSuggestion>,
}
