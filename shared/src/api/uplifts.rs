//! Prices of many retainers that rise at once.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;
use crate::rules::mail;
use crate::rules::money::minor_digits;
use crate::rules::units::Minor;
use crate::rules::uplift::Rise;

/// The most retainers of an uplift.
pub const UPLIFT_MAX: usize = 500;

names! {
    /// What new prices are rounded to.
    UpliftRounding {
        /// The minor unit of the currency.
        Exact "exact",
        /// Whole units.
        One "one",
        /// Five units.
        Five "five",
        /// Ten units.
        Ten "ten",
    }
    /// Why an uplift leaves a retainer out.
    UpliftReason {
        /// It ends before a cycle begins that would have the new price.
        Ends "ends",
        /// It pauses without an end: nobody knows when the next cycle begins.
        Paused "paused",
        /// Other terms are agreed for cycles to come.
        Agreed "agreed",
        /// It has no price.
        NoPrice "no_price",
        /// Something is taken off its price: whoever agreed on that agrees on the new one.
        Discounted "discounted",
        /// Rounded, the price would not rise.
        Unchanged "unchanged",
        /// The price would be larger than a price may be.
        TooLarge "too_large",
        /// Another uplift waits for it.
        Waiting "waiting",
    }
    /// What became of an uplift of a retainer.
    UpliftState {
        /// It waits until the new terms are agreed on.
        Waiting "waiting",
        /// The new price is in the terms.
        Applied "applied",
        /// Other terms were agreed meanwhile: they stay.
        Changed "changed",
        /// The retainer ended first.
        Ended "ended",
        /// It was called off.
        Cancelled "cancelled",
    }
}

impl UpliftState {
    /// Whether the price rises, or has risen.
    #[must_use]
    pub fn rises(self) -> bool {
        matches!(self, Self::Waiting | Self::Applied)
    }
}

impl UpliftRounding {
    /// The step that a price in a currency is a whole number of.
    #[must_use]
    pub fn step(self, currency: &str) -> Minor {
        let units = match self {
            Self::Exact => return Minor(1),
            Self::One => 1,
            Self::Five => 5,
            Self::Ten => 10,
        };
        Minor(units * 10i64.pow(minor_digits(currency)))
    }
}

/// An index that prices follow, in hundredths of its points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpliftIndex {
    /// Its value when the prices were agreed on.
    #[garde(range(min = 1, max = 100_000_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000_000, example = 11_740))]
    pub before: i64,
    /// Its value now.
    #[garde(range(min = 1, max = 100_000_000))]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 100_000_000, example = 11_990))]
    pub after: i64,
}

/// The letter about new prices in one language. `{client}`, `{retainer}`, `{old}`, `{new}`, `{day}`
/// and `{sender}` stand for what they name. A client of several retainers gets one letter: each
/// paragraph that names something of a retainer is there for each of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpliftWords {
    /// Of which language.
    #[garde(skip)]
    pub language: Language,
    /// The subject.
    #[garde(length(chars, max = 150), custom(super::mails::line), custom(known))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 150, example = "New price of {retainer}")
    )]
    pub subject: String,
    /// The text.
    #[garde(length(chars, max = NOTE_MAX), custom(check::name), custom(known))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 2000, example = "From {day} on it is {new}.")
    )]
    pub body: String,
}

fn known(text: &str, _: &()) -> garde::Result {
    match mail::unknown(text, mail::OF_UPLIFT) {
        None => Ok(()),
        Some(_) => Err(garde::Error::new("placeholder_unknown")),
    }
}

impl UpliftWords {
    /// What the letter says where nobody wrote another.
    #[must_use]
    pub fn usual(language: Language) -> Self {
        let (subject, body) = match language {
            Language::En => (
                "New price of {retainer} from {day}",
                "Dear {client},\n\nour prices change as follows.\n\n{retainer} is {new} a cycle instead \
                 of {old}, from {day} on.\n\nAll else stays as it is agreed.\n\nKind regards\n{sender}",
            ),
            Language::De => (
                "Neuer Preis für {retainer} ab {day}",
                "Guten Tag,\n\nunsere Preise ändern sich wie folgt.\n\nAb {day} beträgt der Preis für \
                 {retainer} {new} je Zyklus statt {old}.\n\nAlles andere bleibt, wie es vereinbart \
                 ist.\n\nMit freundlichen Grüßen\n{sender}",
            ),
        };
        Self { language, subject: subject.to_owned(), body: body.to_owned() }
    }
}

/// Raises the prices of retainers of clients, each from its first cycle that begins on a day or later.
/// They rise by a share or with an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewUplift {
    /// No cycle that begins earlier has the new price.
    #[garde(custom(check::day))]
    #[cfg_attr(feature = "openapi", schema(example = "2027-01-01"))]
    pub from: NaiveDate,
    /// By so many hundredths of a per cent: 350 is 3.5 %.
    #[garde(inner(range(min = 1, max = 10_000)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 10_000, example = 350))]
    pub percent_hundredths: Option<i64>,
    /// As an index rose.
    #[garde(dive)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<UpliftIndex>,
    /// What new prices are rounded to; the minor unit if left out.
    #[garde(skip)]
    #[serde(default = "exact")]
    pub rounding: UpliftRounding,
    /// Those of this account only.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Those in this currency only, ISO 4217.
    #[garde(inner(custom(check::currency)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$", max_length = 3))]
    pub currency: Option<String>,
    /// These only: each must be one whose price can rise.
    #[garde(length(max = UPLIFT_MAX))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub retainers: Vec<RetainerId>,
    /// The letter to clients; the usual words in a language that is left out.
    #[garde(length(max = 2), dive)]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 2))]
    pub letter: Vec<UpliftWords>,
    /// Why: it stands with the new terms.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub reason: Option<String>,
}

fn exact() -> UpliftRounding {
    UpliftRounding::Exact
}

impl NewUplift {
    /// By how much prices rise; none if the body says neither.
    #[must_use]
    pub fn rise(&self) -> Option<Rise> {
        let share = self.percent_hundredths.map(Rise::Percent);
        share.or(self.index.map(|index| Rise::Index(index.before, index.after)))
    }
    /// The letter in a language.
    #[must_use]
    pub fn words(&self, language: Language) -> UpliftWords {
        let own = self.letter.iter().find(|words| words.language == language);
        own.cloned().unwrap_or_else(|| UpliftWords::usual(language))
    }
}

/// A retainer whose price rises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftLine {
    /// Which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// Of which client.
    pub account_id: AccountId,
    /// Its name.
    pub account_name: String,
    /// ISO 4217.
    pub currency: String,
    /// The price of a cycle before, in minor units.
    pub old_minor: i64,
    /// And after.
    pub new_minor: i64,
    /// What it brings more a month, without tax, in minor units.
    pub monthly_minor: i64,
    /// The first day of the first cycle at the new price, by the calendar of when it was planned; of
    /// one that is applied, the day that it is agreed for.
    pub holds_from: NaiveDate,
    /// Until the day before, it can be called off; then the new terms are agreed on.
    pub agreed_on: NaiveDate,
    /// What became of it.
    pub state: UpliftState,
}

/// A retainer whose price does not rise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftLeftOut {
    /// Which retainer.
    pub retainer_id: RetainerId,
    /// Its name.
    pub retainer_name: String,
    /// The client's name.
    pub account_name: String,
    /// Why not.
    pub reason: UpliftReason,
}

/// What an uplift brings in a currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftSum {
    /// ISO 4217.
    pub currency: String,
    /// How many retainers.
    pub retainers: u64,
    /// More a month, without tax, in minor units.
    pub monthly_minor: i64,
}

/// What an uplift would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftPreview {
    /// Whose price would rise, by client.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub lines: Vec<UpliftLine>,
    /// Whose would not; at most five hundred are told.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub left_out: Vec<UpliftLeftOut>,
    /// What it brings, currency by currency.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub sums: Vec<UpliftSum>,
}

/// An uplift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Uplift {
    /// Its id.
    pub id: UpliftId,
    /// What was asked for.
    pub asked: NewUplift,
    /// Who asked.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Each retainer, by client.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub lines: Vec<UpliftLine>,
    /// What it brings, of those that wait or are applied.
    #[cfg_attr(feature = "openapi", schema(max_items = 200))]
    pub sums: Vec<UpliftSum>,
    /// Goes up when something of it is called off.
    pub version: i64,
}

/// An uplift in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpliftSummary {
    /// Its id.
    pub id: UpliftId,
    /// No cycle that begins earlier has the new price.
    pub from: NaiveDate,
    /// Who asked.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How many retainers.
    pub retainers: i64,
    /// How many of them wait.
    pub waiting: i64,
    /// How many have the new price.
    pub applied: i64,
}

/// Calls an uplift off, as far as it waits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct UpliftCancel {
    /// For this retainer alone; for all if left out.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retainer_id: Option<RetainerId>,
}

checked! {
    NewUplift, |new, faults| {
        match (new.percent_hundredths, new.index) {
            (None, None) => faults.push(FieldError::new("/percent_hundredths", "required")),
            (Some(_), Some(_)) => faults.push(FieldError::new("/index", "not_allowed")),
            (None, Some(index)) if index.after <= index.before => {
                faults.push(FieldError::new("/index/after", "out_of_range"));
            }
            _ => {}
        }
        for (place, words) in new.letter.iter().enumerate() {
            if new.letter[..place].iter().any(|other| other.language == words.language) {
                faults.push(FieldError::new(&format!("/letter/{place}/language"), "exists"));
            }
        }
    };
    UpliftCancel;
}
