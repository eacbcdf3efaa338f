//! What waits for owners, and what is used.
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::*;
use crate::rules::know::Verdict;

names! {
    /// What the report of usage tells of.
    UsedKind {
        /// A routine.
        Sop "sop",
        /// A kind of request.
        RequestType "request_type",
        /// A part of a workflow.
        Part "part",
        /// A field of a form.
        Input "input",
    }
}

/// Evidence that an owner looks at next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EvidenceDue {
    /// Of which workflow.
    pub workflow_id: WorkflowId,
    /// Its name.
    pub workflow_name: String,
    /// What is looked at.
    pub evidence: String,
    /// When.
    pub on: NaiveDate,
    /// That day has come.
    pub due: bool,
}

/// What waits for the owner of workflows: no tasks to perform. Source: requirement S3-6.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OwnersBoard {
    /// What was noticed in their workflows and not resolved.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub risks: Vec<Friction>,
    /// What they look at next.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub evidence: Vec<EvidenceDue>,
    /// What they are to decide.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub decisions: Vec<Decision>,
}

/// Something that people may use, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageRow {
    /// What it is.
    pub kind: UsedKind,
    /// The id of the routine, the kind of request or the workflow.
    #[cfg_attr(feature = "openapi", schema(max_length = 36, format = "uuid"))]
    pub id: String,
    /// The key of the part or the field.
    pub key: Option<String>,
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: Option<String>,
    /// How often it was used in the cycles looked at.
    pub times: i64,
    /// What becomes of it.
    pub verdict: Verdict,
    /// Why it is offered for removal.
    pub removal: Option<RemovalReason>,
}

/// What is used and what is not. Source: requirement S3-13.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UsageReport {
    /// Cycles looked at: reviews of a workflow, months for routines and kinds of requests.
    pub cycles: i64,
    /// What is offered for removal first, then what is used most.
    #[cfg_attr(feature = "openapi", schema(max_items = 1000))]
    pub rows: Vec<UsageRow>,
}
