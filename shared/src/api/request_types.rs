//! Kinds of requests, and the fields that a form has.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

names! {
    /// What an input is.
    InputKind {
        /// Words.
        Text "text",
        /// An address of the web.
        Link "link",
        /// A day.
        Date "date",
        /// A number.
        Number "number",
    }
}

impl InputKind {
    /// Whether what came is what the input is: a link, a day, a number, or any words.
    ///
    /// # Errors
    /// The code of the fault.
    pub fn takes(self, value: &str) -> Result<(), &'static str> {
        let value = value.trim();
        let digits = |text: &str| text.bytes().any(|byte| byte.is_ascii_digit());
        let number = |c: char| c.is_ascii_digit() || ".,-+ ".contains(c);
        let (fits, code) = match self {
            Self::Text => (true, ""),
            Self::Link => (check::link(value, &()).is_ok(), "link_invalid"),
            Self::Date => (value.parse::<NaiveDate>().is_ok(), "type"),
            Self::Number => (digits(value) && value.chars().all(number), "type"),
        };
        if fits { Ok(()) } else { Err(code) }
    }
}

/// The most inputs of a routine or of a kind of request.
pub const INPUTS_MAX: usize = 20;

/// Something that must be there before work begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct FormInput {
    /// Its name for programs.
    #[garde(length(min = 1, max = 40), custom(check::key))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 40,
            pattern = "^[a-z0-9]+(-[a-z0-9]+)*$",
            example = "target-group"
        )
    )]
    pub key: String,
    /// Its name for people.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Target group")
    )]
    pub label: String,
    /// What it is.
    #[garde(skip)]
    pub kind: InputKind,
    /// Work does not begin without it.
    #[garde(skip)]
    #[serde(default)]
    pub required: bool,
    /// What goes wrong without it. A field for which nobody can say that is offered for removal.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 300))]
    pub why: Option<String>,
}

/// A kind of request, to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRequestType {
    /// As people call it.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "New landing page")
    )]
    pub name: String,
    /// What a request must bring, besides what its routine asks for.
    #[garde(dive, length(max = INPUTS_MAX))]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub inputs: Vec<FormInput>,
    /// The routine that it follows.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sop_id: Option<SopId>,
    /// What it costs where a pool has a price list: the name of an item there.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200, example = "Article"))]
    pub item: Option<String>,
}

/// What to change about a kind of request; what is left out stays.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RequestTypeChange {
    /// As people call it.
    #[garde(inner(length(chars, max = NAME_MAX), custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: Option<String>,
    /// What a request must bring, besides what its routine asks for.
    #[garde(dive, custom(few))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub inputs: Option<Vec<FormInput>>,
    /// The routine that it follows.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sop_id: Option<SopId>,
    /// It follows none any more.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_sop: Option<bool>,
    /// What it costs, by the name of an item on price lists; empty removes it.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200))]
    pub item: Option<String>,
    /// An archived one can be chosen no more.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archived: Option<bool>,
}

/// A routine where it is linked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkedSop {
    /// Its id.
    pub id: SopId,
    /// Its name.
    pub name: String,
    /// It is out of use: link another.
    pub retired: bool,
    /// It says something else than when it was linked.
    pub superseded: bool,
}

/// A kind of request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestType {
    /// Its id.
    pub id: RequestTypeId,
    /// As people call it.
    pub name: String,
    /// What a request must bring, besides what its routine asks for.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub inputs: Vec<FormInput>,
    /// The routine that it follows.
    pub sop: Option<LinkedSop>,
    /// What it costs where a pool has a price list: the name of an item there.
    pub item: Option<String>,
    /// All that a request must bring: what its routine asks for first.
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub form: Vec<FormInput>,
    /// What a review asks: the quality standard of its routine.
    #[cfg_attr(feature = "openapi", schema(max_items = 20))]
    pub checklist: Vec<String>,
    /// It can be chosen no more.
    pub archived: bool,
    /// Goes up with each change.
    pub version: i64,
}

fn few(inputs: &Option<Vec<FormInput>>, _: &()) -> garde::Result {
    let many = inputs.as_ref().is_some_and(|inputs| inputs.len() > INPUTS_MAX);
    if many { Err(garde::Error::new("too_long")) } else { Ok(()) }
}

/// Keys of inputs are there once; `at` is where the list stands.
pub(super) fn once(inputs: &[FormInput], at: &str, faults: &mut Vec<FieldError>) {
    for (place, one) in inputs.iter().enumerate() {
        if inputs[..place].iter().any(|other| other.key == one.key) {
            faults.push(FieldError::new(&format!("{at}/{place}/key"), "repeated"));
        }
    }
}

checked! {
    NewRequestType, |new, faults| once(&new.inputs, "/inputs", faults);
    RequestTypeChange, |change, faults| {
        once(change.inputs.as_deref().unwrap_or_default(), "/inputs", faults);
        if change.sop_id.is_some() && change.without_sop == Some(true) {
            faults.push(FieldError::new("/sop_id", "one_of"));
        }
    };
}
