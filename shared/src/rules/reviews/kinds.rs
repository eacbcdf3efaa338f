//! The words that the rules of reviews are about.
use serde::{Deserialize, Serialize};

/// Names of a list, kept and sent in snake case.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident {
        $($(#[$of:meta])* $variant:ident $wire:literal),* $(,)?
    })*) => {$(
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
            /// Its name on the wire.
            #[must_use]
            pub fn name(self) -> &'static str { match self { $(Self::$variant => $wire),* } }
            /// The one of this name.
            #[must_use]
            pub fn named(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.name() == name)
            }
        }
    )*};
}

words! {
    /// The signals that come ready-made. Source: requirements S3-15 to S3-19, S0-37.
    SignalKind {
        /// Drawn effort that serves a priority of the cycle.
        StrategicFit "strategic_fit",
        /// Drawn effort by priority, against what was planned.
        ResourceAllocation "resource_allocation",
        /// Drawn effort on the channels in focus.
        ChannelFocus "channel_focus",
        /// Verdicts, rounds of revision, handoffs.
        ExecutionQuality "execution_quality",
        /// Leads that delivered work brought.
        PipelineContribution "pipeline_contribution",
        /// Leads that fit.
        LeadRelevance "lead_relevance",
        /// Decisions in time, with evidence, not taken up again.
        DecisionClarity "decision_clarity",
        /// Work delivered by its day.
        WorkflowReliability "workflow_reliability",
        /// Whether reports are of use.
        ReportingUsefulness "reporting_usefulness",
        /// How the client finds it.
        ClientPulse "client_pulse",
    }
    /// What a signal tells of. Source: requirement S3-21.
    SignalFamily {
        /// How long it takes.
        Speed "speed",
        /// How good it is.
        Quality "quality",
        /// What it takes.
        Cost "cost",
        /// What the business has of it.
        Contribution "contribution",
    }
    /// What kind of thing a signal measures. Source: requirement S3-22.
    SignalNature {
        /// What was done. It cannot stand alone.
        Activity "activity",
        /// What came of it, and how good it is.
        Quality "quality",
        /// How it was decided.
        Decision "decision",
    }
    /// How often a kind of signal is looked at. Source: requirement S3-32.
    SignalCadence {
        /// Each week or every other.
        Execution "execution",
        /// More rarely.
        Strategic "strategic",
        /// More rarely: money.
        Financial "financial",
        /// More rarely: people and time.
        Resource "resource",
    }
    /// What a signal lacks before it is complete. Source: requirement S3-20.
    SignalGap {
        /// An earlier reading.
        Trend "trend",
        /// Somebody who answers for it.
        Owner "owner",
        /// Where it comes from.
        Source "source",
        /// The decision that it informs.
        Decision "decision",
    }
    /// Where a signal goes.
    SignalTrend {
        /// There is nothing to compare with.
        Unknown "unknown",
        /// It gets better.
        Up "up",
        /// It stays.
        Steady "steady",
        /// It gets worse.
        Down "down",
    }
    /// Why something is weak: a cause, never a person. Source: requirements S3-23, S3-24.
    Cause {
        /// The aim.
        Strategy "strategy",
        /// The way of working.
        Process "process",
        /// Time.
        Capacity "capacity",
        /// What people know.
        Skills "skills",
        /// What they work with.
        Tooling "tooling",
        /// How work goes from one area to the next.
        HandoffQuality "handoff_quality",
        /// How it is measured.
        Measurement "measurement",
    }
    /// What gives reason to look closer. Source: requirements S0-8 to S0-11.
    SignalGuide {
        /// Brief or approval path unclear.
        RepeatedRevisions "repeated_revisions",
        /// Dependencies hidden.
        SlowLaunches "slow_launches",
        /// Audience or qualification weak.
        PoorFitLeads "poor_fit_leads",
        /// Tracking or definitions inconsistent.
        UntrustedReports "untrusted_reports",
    }
    /// What a guide says to check.
    GuideCheck {
        /// What the work was given to begin with.
        Inputs "inputs",
        /// Who decides.
        Owner "owner",
        /// By what it is reviewed.
        ReviewCriteria "review_criteria",
        /// How the work runs.
        Workflow "workflow",
        /// What is in its way.
        Blockers "blockers",
        /// Who may say yes.
        DecisionRights "decision_rights",
        /// What is said to whom.
        Messaging "messaging",
        /// What the form asks.
        Form "form",
        /// What sales says.
        SalesFeedback "sales_feedback",
        /// What is measured.
        DataFields "data_fields",
        /// How links are tagged.
        UtmRules "utm_rules",
        /// What the figures are shown in.
        Dashboards "dashboards",
    }
    /// What a review ends in. Source: requirement S3-25.
    OutcomeChoice {
        /// Do it better.
        Improve "improve",
        /// Do it no more.
        Stop "stop",
        /// Others do it.
        Delegate "delegate",
        /// Machines do it.
        Automate "automate",
        /// Give it more.
        Fund "fund",
        /// Leave it as it is.
        Keep "keep",
    }
    /// Whether the effect that was expected came.
    EffectSeen {
        /// It came.
        Yes "yes",
        /// In part.
        Partly "partly",
        /// It did not.
        No "no",
    }
    /// Whether the problem that a scope names still holds. Source: requirement S0-5.
    FrameHolds {
        /// As it was.
        Holds "holds",
        /// It is another one now.
        Changed "changed",
        /// There is none any more.
        Solved "solved",
    }
    /// What the system asks too much of. Source: requirement S3-33.
    LoadFault {
        /// More work than time.
        MoreWorkThanTime "more_work_than_time",
        /// Too many approvals wait.
        ApprovalsWait "approvals_wait",
        /// Nobody may decide.
        NoAuthority "no_authority",
        /// Too much is given for nothing.
        OverServiced "over_serviced",
    }
    /// Why a piece of work shows that memory or one person carried it. Source: requirement S3-36.
    Informal {
        /// It began without a request.
        Unasked "unasked",
        /// One person did, checked and decided it.
        Alone "alone",
    }
    /// How well a lead fits. Source: requirement S0-38.
    LeadFit {
        /// Sales takes it.
        Good "good",
        /// In part.
        Partly "partly",
        /// It does not fit.
        Poor "poor",
    }
}
