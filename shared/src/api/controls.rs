//! How strict an organisation is.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most hours within which an answer is promised.
pub const ANSWER_HOURS_MAX: i64 = 720;

/// How strict an organisation is. Source: requirement S3-26.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Controls {
    /// The gate of activation.
    #[garde(skip)]
    pub gate: Gate,
    /// Within so many hours a request is promised an answer; none if nothing is promised.
    #[garde(inner(range(min = 1, max = ANSWER_HOURS_MAX)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 720, example = 8))]
    pub answer_hours: Option<i64>,
}

/// How strict an organisation is, and the version of that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ControlsKept {
    /// What holds.
    pub controls: Controls,
    /// Goes up with each change; send it back in `If-Match`. 0 before the first.
    pub version: i64,
}

checked! {
    Controls;
}
