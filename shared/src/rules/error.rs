//! Why a rule gives no answer: few variants, each with a stable code.

/// What a rule refuses to calculate with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    /// A range is empty, backwards, or outside the years 1 to 9999.
    #[error("the range of days is empty or outside the calendar")]
    InvalidRange,
    /// A count of zero, or above what the unit allows.
    #[error("the interval is not possible")]
    InvalidInterval,
    /// The anchor does not fit the interval, or names a day or month that does not exist.
    #[error("the anchor does not fit the interval")]
    InvalidAnchor,
    /// Pauses overlap, end before they start, or start before the service does.
    #[error("the pauses overlap or lie outside the service")]
    InvalidPause,
    /// A bound of the policy is broken: a rate per nothing, a share above the whole.
    #[error("the policy is outside its bounds")]
    InvalidPolicy,
    /// A quantity that must not be negative is.
    #[error("the quantity is negative")]
    InvalidQuantity,
    /// Nothing is due yet on the day asked for.
    #[error("the target lies before the start")]
    TargetBeforeStart,
    /// An amendment outside the cycle it changes.
    #[error("the change lies outside the cycle")]
    ChangeOutsideCycle,
    /// A termination outside the cycle it ends.
    #[error("the termination lies outside the cycle")]
    TerminationOutsideCycle,
    /// A name that the zone tables do not know.
    #[error("the time zone is not known")]
    UnknownZone,
    /// Text that is not a decimal number, or one more precise than 18 places.
    #[error("this is not a decimal number")]
    InvalidDecimal,
    /// An amount of money that must not be negative is.
    #[error("the amount is negative")]
    InvalidAmount,
    /// A rate or a share outside its bounds.
    #[error("the rate is outside its bounds")]
    InvalidRate,
    /// There is nothing to split by: no weight, only zeros, or a negative one.
    #[error("the weights do not split anything")]
    InvalidWeights,
    /// More is assigned to an invoice than is open on it.
    #[error("more is assigned than the invoice has open")]
    OverAllocation,
    /// More is assigned than was paid.
    #[error("more is assigned than was paid")]
    ExceedsPayment,
    /// More is credited than is left of the line.
    #[error("more is credited than is left of the line")]
    ExceedsLine,
    /// The result does not fit 64 bits.
    #[error("the number is too large")]
    TooLarge,
}

impl RuleError {
    /// The stable name of the error, as the API and the test vectors write it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRange => "invalid_range",
            Self::InvalidInterval => "invalid_interval",
            Self::InvalidAnchor => "invalid_anchor",
            Self::InvalidPause => "invalid_pause",
            Self::InvalidPolicy => "invalid_policy",
            Self::InvalidQuantity => "invalid_quantity",
            Self::TargetBeforeStart => "target_before_start",
            Self::ChangeOutsideCycle => "change_outside_cycle",
            Self::TerminationOutsideCycle => "termination_outside_cycle",
            Self::UnknownZone => "unknown_zone",
            Self::InvalidDecimal => "invalid_decimal",
            Self::InvalidAmount => "invalid_amount",
            Self::InvalidRate => "invalid_rate",
            Self::InvalidWeights => "invalid_weights",
            Self::OverAllocation => "over_allocation",
            Self::ExceedsPayment => "exceeds_payment",
            Self::ExceedsLine => "exceeds_line",
            Self::TooLarge => "too_large",
        }
    }
}
