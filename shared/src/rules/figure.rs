//! A figure that can say where it comes from: the parts add up to the value exactly.
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::RuleError;

/// One summand of a figure, in the unit of the figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Part {
    /// What it is: a key, not a word for readers.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub key: Cow<'static, str>,
    /// The number of the cycle it comes from, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle: Option<u32>,
    /// What it adds; negative where it takes away.
    pub value: i64,
}

/// A number, the rule that made it, and its parts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Figure {
    /// The sum of the parts.
    pub value: i64,
    /// The name of the rule: `ledger.left`, with its section in the documentation of the maker.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub rule: Cow<'static, str>,
    /// What it is made of; parts of zero are left out.
    pub parts: Vec<Part>,
}

impl Part {
    /// A part that belongs to no cycle in particular.
    #[must_use]
    pub const fn new(key: &'static str, value: i64) -> Self {
        Self { key: Cow::Borrowed(key), cycle: None, value }
    }

    /// A part that comes from cycle `cycle`.
    #[must_use]
    pub const fn of_cycle(key: &'static str, cycle: u32, value: i64) -> Self {
        Self { key: Cow::Borrowed(key), cycle: Some(cycle), value }
    }
}

impl Figure {
    /// The sum of `parts`, so that a figure can never disagree with its explanation.
    ///
    /// # Errors
    /// [`RuleError::TooLarge`] if the sum does not fit 64 bits.
    pub fn sum(
        rule: &'static str,
        parts: impl IntoIterator<Item = Part>,
    ) -> Result<Self, RuleError> {
        let parts: Vec<Part> = parts.into_iter().filter(|part| part.value != 0).collect();
        let value: i128 = parts.iter().map(|part| i128::from(part.value)).sum();
        let value = i64::try_from(value).map_err(|_| RuleError::TooLarge)?;
        Ok(Self { value, rule: Cow::Borrowed(rule), parts })
    }
}
