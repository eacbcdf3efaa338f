//! How strict an organisation is.
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// How strict an organisation is. Source: requirement S3-26.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Controls {
    /// The gate of activation.
    #[garde(skip)]
    pub gate: Gate,
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
