//! Terms while they are typed: text as it stands in the fields, read into what the API takes.
use shared::api::{FieldError, Model, Money, OverageMode, RolloverTerms, Terms};

use crate::format::{BareNumber, amount_of, parse_effort, typed_amount, typed_effort};

/// How much may be carried at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum CapKind {
    /// Everything.
    #[default]
    None,
    /// So many hours.
    Hours,
    /// A share of the allowance.
    Percent,
}

/// The fields of the terms, as typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TermsDraft {
    /// What is promised.
    pub model: Model,
    /// Effort of a full cycle.
    pub allowance: String,
    /// Price of a full cycle.
    pub price: String,
    /// ISO 4217.
    pub currency: String,
    /// Per cent of the unused part that carries.
    pub carry_percent: String,
    /// What kind of cap holds.
    pub cap: CapKind,
    /// The cap in hours.
    pub cap_hours: String,
    /// The cap in per cent.
    pub cap_percent: String,
    /// Whether carried time lapses at all.
    pub lapses: bool,
    /// After how many cycles.
    pub max_cycles: String,
    /// What becomes of work beyond the allowance.
    pub overage: OverageMode,
    /// Its price an hour.
    pub rate: String,
    /// Days in which a cycle still takes its own late time.
    pub grace_days: String,
}

impl Default for TermsDraft {
    fn default() -> Self {
        Self {
            model: Model::RolloverHours,
            allowance: String::new(),
            price: String::new(),
            currency: String::new(),
            carry_percent: "100".into(),
            cap: CapKind::None,
            cap_hours: String::new(),
            cap_percent: "50".into(),
            lapses: true,
            max_cycles: "1".into(),
            overage: OverageMode::Absorb,
            rate: String::new(),
            grace_days: "0".into(),
        }
    }
}

/// Collects what is wrong with which field.
#[derive(Default)]
pub(super) struct Faults(pub(super) Vec<FieldError>);

impl Faults {
    /// Notes a fault, and answers with a stand-in so that the rest is still read.
    pub(super) fn or<T: Default>(
        &mut self,
        field: &str,
        text: &str,
        unreadable: &str,
        read: Option<T>,
    ) -> T {
        let code = if text.trim().is_empty() { "required" } else { unreadable };
        read.unwrap_or_else(|| {
            self.0.push(FieldError::new(field, code));
            T::default()
        })
    }
}

/// Codes of what cannot be read at all; the server never sees such a field.
pub const EFFORT_UNREADABLE: &str = "effort_unreadable";
/// An amount that cannot be read.
pub const AMOUNT_UNREADABLE: &str = "amount_unreadable";
/// A whole number that cannot be read.
pub const NUMBER_UNREADABLE: &str = "number_unreadable";
/// A date that cannot be read.
pub const DATE_UNREADABLE: &str = "date_unreadable";

/// A whole number, with or without a per cent sign.
pub(super) fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.trim().trim_end_matches('%').trim_end().parse().ok()
}

impl TermsDraft {
    /// Terms as fields, to be amended. `digits` are the decimals of their currency.
    pub fn of(terms: &Terms, digits: u32) -> Self {
        let rollover = terms.rollover.clone();
        let fresh = Self::default();
        let cap_minutes = rollover.as_ref().and_then(|rule| rule.cap_minutes);
        let cap_percent = rollover.as_ref().and_then(|rule| rule.cap_percent);
        let max_cycles = rollover.as_ref().map_or(Some(1), |rule| rule.max_cycles);
        let carry = rollover.as_ref().map_or(100, |rule| rule.carry_percent);
        Self {
            model: terms.model,
            allowance: typed_effort(terms.allowance_minutes),
            price: typed_amount(terms.price.amount_minor, digits),
            currency: terms.price.currency.clone(),
            carry_percent: carry.to_string(),
            cap: match (cap_minutes, cap_percent) {
                (Some(_), _) => CapKind::Hours,
                (None, Some(_)) => CapKind::Percent,
                (None, None) => CapKind::None,
            },
            cap_hours: cap_minutes.map(typed_effort).unwrap_or_default(),
            cap_percent: cap_percent.map_or(fresh.cap_percent, |percent| percent.to_string()),
            lapses: max_cycles.is_some(),
            max_cycles: max_cycles.map_or(fresh.max_cycles, |cycles| cycles.to_string()),
            overage: terms.overage,
            rate: terms
                .overage_rate_minor
                .map(|rate| typed_amount(rate, digits))
                .unwrap_or_default(),
            grace_days: terms.grace_days.to_string(),
        }
    }

    /// What the API takes, or every field that cannot be read. `digits` are the decimals of the
    /// currency. What is read here may still break a rule: `check()` says.
    ///
    /// # Errors
    /// Every field that cannot be read.
    pub fn read(&self, digits: u32) -> Result<Terms, Vec<FieldError>> {
        let (terms, faults) = self.read_what_can_be(digits);
        if faults.is_empty() { Ok(terms) } else { Err(faults) }
    }

    /// Every field that can be read, stand-ins for the others, and what is wrong with those.
    pub(super) fn read_what_can_be(&self, digits: u32) -> (Terms, Vec<FieldError>) {
        let mut faults = Faults::default();
        let effort = |text: &str| parse_effort(text, BareNumber::Hours);
        let terms = Terms {
            model: self.model,
            allowance_minutes: faults.or(
                "/terms/allowance_minutes",
                &self.allowance,
                EFFORT_UNREADABLE,
                effort(&self.allowance),
            ),
            price: Money {
                amount_minor: faults.or(
                    "/terms/price/amount_minor",
                    &self.price,
                    AMOUNT_UNREADABLE,
                    amount_of(&self.price, digits),
                ),
                currency: self.currency.trim().to_uppercase(),
            },
            rollover: (self.model == Model::RolloverHours).then(|| self.rollover(&mut faults)),
            overage: self.overage,
            overage_rate_minor: (self.overage == OverageMode::Bill).then(|| {
                let rate = amount_of(&self.rate, digits);
                faults.or("/terms/overage_rate_minor", &self.rate, AMOUNT_UNREADABLE, rate)
            }),
            grace_days: faults.or(
                "/terms/grace_days",
                &self.grace_days,
                NUMBER_UNREADABLE,
                number(&self.grace_days),
            ),
        };
        (terms, faults.0)
    }

    /// The rollover rule alone, if it can be read.
    pub fn carry_rule(&self) -> Option<RolloverTerms> {
        let mut faults = Faults::default();
        let rule = self.rollover(&mut faults);
        faults.0.is_empty().then_some(rule)
    }

    fn rollover(&self, faults: &mut Faults) -> RolloverTerms {
        let at = |field: &str| format!("/terms/rollover/{field}");
        let cap_minutes = (self.cap == CapKind::Hours).then(|| {
            let cap = parse_effort(&self.cap_hours, BareNumber::Hours);
            faults.or(&at("cap_minutes"), &self.cap_hours, EFFORT_UNREADABLE, cap)
        });
        let cap_percent = (self.cap == CapKind::Percent).then(|| {
            let cap = number(&self.cap_percent);
            faults.or(&at("cap_percent"), &self.cap_percent, NUMBER_UNREADABLE, cap)
        });
        let max_cycles = self.lapses.then(|| {
            let cycles = number(&self.max_cycles);
            faults.or(&at("max_cycles"), &self.max_cycles, NUMBER_UNREADABLE, cycles)
        });
        let carry = number(&self.carry_percent);
        let carry_percent =
            faults.or(&at("carry_percent"), &self.carry_percent, NUMBER_UNREADABLE, carry);
        RolloverTerms { cap_minutes, cap_percent, max_cycles, carry_percent }
    }
}
