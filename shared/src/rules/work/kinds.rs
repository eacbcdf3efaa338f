//! The words that the rules of work are about.
use serde::{Deserialize, Serialize};

/// Names of a list, kept and sent in snake case.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident),* $(,)? })*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[cfg_attr(
            feature = "sqlx",
            derive(sqlx::Type),
            sqlx(type_name = "text", rename_all = "snake_case")
        )]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name { $($(#[$of])* $variant),* }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
        }
    )*};
}

words! {
    /// How far a piece of work is.
    WorkColumn {
        /// Asked for, not agreed on.
        Intake,
        /// Agreed on, not begun.
        Agreed,
        /// Being worked on.
        InProgress,
        /// Being looked at.
        InReview,
        /// Handed over.
        Delivered,
    }
    /// How closely a piece of work is looked at. Source: requirements S0-28 to S0-31.
    ProcessLevel {
        /// Low-risk work that comes again.
        Lightweight,
        /// Work that needs review and coordination.
        Standard,
        /// Work that affects budget, lead quality or strategy.
        Detailed,
    }
    /// How much of something there is.
    Grade {
        /// Little.
        Low,
        /// Some.
        Medium,
        /// Much.
        High,
    }
    /// How often work like this comes.
    Frequency {
        /// Once.
        OneOff,
        /// Now and then.
        Occasional,
        /// Again and again.
        Recurring,
    }
    /// What a piece of work touches beyond itself.
    Touch {
        /// What is measured.
        Tracking,
        /// What is spent.
        Budget,
        /// How leads come to sales.
        SalesHandoff,
        /// Which leads come.
        LeadQuality,
        /// Where all of it goes.
        Strategy,
    }
    /// Why a process level is proposed.
    LevelReason {
        /// It touches budget, lead quality or strategy.
        TouchesBusiness,
        /// Its risk is high.
        HighRisk,
        /// Its impact is high.
        HighImpact,
        /// It touches tracking or the handoff to sales.
        TouchesOthers,
        /// Some risk or some impact.
        SomeRiskOrImpact,
        /// It does not come again and again.
        NotRecurring,
        /// Little risk, and it comes again and again.
        LowRiskRecurring,
    }
    /// What the level of a piece of work gives reason to ask. Source: requirements S0-30, S0-31.
    LevelPrompt {
        /// A minor edit: lightweight would do.
        MinorEdit,
        /// A safe update that needs speed: a lower level would do.
        SafeUpdate,
    }
    /// When somebody looked at a piece of work.
    ReviewStage {
        /// While it is still a draft.
        Draft,
        /// Before it is handed over.
        Final,
    }
    /// What came of looking at it.
    ReviewOutcome {
        /// It is as it should be.
        Passed,
        /// Something has to change.
        Changes,
    }
    /// What the decision owner decided.
    WorkDecision {
        /// It goes.
        Approve,
        /// It ends here.
        Stop,
    }
    /// Why many rounds of revision come about.
    RevisionGuide {
        /// The brief, or who approves, is unclear.
        BriefOrApprovalUnclear,
    }
    /// What is in the way of a piece of work.
    BlockerKind {
        /// Something that was asked for has not come.
        MissingInput,
        /// Nobody says yes or no.
        Approval,
        /// A right to enter a system is missing.
        Access,
        /// Nobody has time.
        Capacity,
        /// Something technical.
        Technical,
        /// Another piece of work must come first.
        Dependency,
        /// Something else.
        Other,
    }
    /// Between whom work is handed over. Source: requirement S3-10.
    WorkArea {
        /// Marketing.
        Marketing,
        /// Sales.
        Sales,
        /// Operations.
        Operations,
        /// Finance.
        Finance,
        /// Product.
        Product,
        /// Leadership.
        Leadership,
        /// The partner or the agency.
        Partner,
    }
    /// One of the four seats of a piece of work. Source: requirement S0-15.
    Seat {
        /// Approves or stops it.
        Decision,
        /// Does it.
        Execution,
        /// Supplies what it needs to know.
        Input,
        /// Checks it before it is handed over.
        Review,
    }
}
