//! What to make and to change of work on a board.
use chrono::NaiveDate;
use garde::Validate;
use serde::{Deserialize, Deserializer, Serialize};

use super::problem::checked;
use super::*;

/// The longest estimate, in minutes: a thousand hours.
pub const ESTIMATE_MAX: i64 = 60_000;
/// The most inputs of a piece of work.
pub const WORK_INPUTS_MAX: usize = 40;
/// The most contributors of a piece of work.
pub const CONTRIBUTORS_MAX: usize = 100;
/// The longest channel, in characters.
pub const CHANNEL_MAX: usize = 60;
/// The highest number of a cycle.
const SEQ_MAX: i64 = 100_000;

/// A piece of work to put on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWorkItem {
    /// Of which retainer.
    #[garde(skip)]
    pub retainer_id: RetainerId,
    /// What it is.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 200, example = "Pricing page")
    )]
    pub title: String,
    /// Where it stands; the intake if left out. The gates hold here too.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<WorkColumn>,
    /// What else is known.
    #[garde(dive)]
    #[serde(default)]
    pub details: WorkItemChange,
    /// Who holds which seat.
    #[garde(dive)]
    #[serde(default)]
    pub seats: WorkSeatsChange,
    /// What it needs to begin.
    #[garde(length(max = WORK_INPUTS_MAX), dive)]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<WorkInputChange>,
}

/// Tells a field that is null from one that is left out.
pub(super) fn given<'de, T, D>(from: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(from).map(Some)
}

fn day_given(day: &Option<Option<NaiveDate>>, context: &()) -> garde::Result {
    check::day_opt(&day.flatten(), context)
}

fn minutes_given(minutes: &Option<Option<i64>>, _: &()) -> garde::Result {
    within(minutes.flatten(), ESTIMATE_MAX)
}

fn seq_given(seq: &Option<Option<i64>>, _: &()) -> garde::Result {
    within(seq.flatten(), SEQ_MAX)
}

fn within(number: Option<i64>, max: i64) -> garde::Result {
    let fits = number.is_none_or(|number| (1..=max).contains(&number));
    fits.then_some(()).ok_or_else(|| garde::Error::new("out_of_range"))
}

/// What to change about a piece of work; what is left out stays, null and empty remove.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct WorkItemChange {
    /// What it is.
    #[garde(length(chars, max = NAME_MAX), inner(custom(check::name)))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// What it is for.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 2000, example = "Visitors find the plan that fits them")
    )]
    pub goal: Option<String>,
    /// By what it is found done.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub criteria: Option<String>,
    /// The priority it serves.
    #[garde(skip)]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<PriorityId>))]
    pub priority_id: Option<Option<PriorityId>>,
    /// The number of the cycle it is planned for.
    #[garde(custom(seq_given))]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<i64>, minimum = 1, maximum = 100_000)
    )]
    pub cycle_seq: Option<Option<i64>>,
    /// Where it appears.
    #[garde(length(chars, max = CHANNEL_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 60))]
    pub channel: Option<String>,
    /// The day by which it is wanted.
    #[garde(custom(day_given))]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub due_on: Option<Option<NaiveDate>>,
    /// Minutes it is thought to take.
    #[garde(custom(minutes_given))]
    #[serde(deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(value_type = Option<i64>, minimum = 1, maximum = 60_000, example = 240)
    )]
    pub estimate: Option<Option<i64>>,
    /// What it costs where a pool has a price list: the name of an item there. A name that no list
    /// has gives no figure.
    #[garde(length(chars, max = NAME_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 200, example = "Article"))]
    pub item: Option<String>,
    /// What may go wrong.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<Grade>,
    /// How often work like it comes.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub frequency: Option<Frequency>,
    /// What it means for the business.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub impact: Option<Grade>,
    /// What it touches beyond itself.
    #[garde(length(max = 5))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub touches: Option<Vec<Touch>>,
    /// Why the required check goes; needed where the rest lowers the level of agreed work so far.
    /// Source: requirement S0-28.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "A text change alone"))]
    pub reason: Option<String>,
}

/// Who holds which seat: all of them at once, an empty seat left out. There is one holder a seat,
/// so a second final approver cannot be named. Source: requirements S0-15, S0-18.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "decision": { "kind": "contact", "id": "0193a5b0-0000-7000-8000-000000000000" },
    "execution": { "kind": "member", "id": "0193a5b0-0000-7000-8000-000000000000" },
})))]
#[serde(deny_unknown_fields, default)]
pub struct WorkSeatsChange {
    /// Approves or stops it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<Holder>,
    /// Does it.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub execution: Option<Holder>,
    /// Supplies what it needs to know.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<Holder>,
    /// Checks it before it is handed over.
    #[garde(skip)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub review: Option<Holder>,
    /// Who else works on it.
    #[garde(length(max = CONTRIBUTORS_MAX))]
    #[cfg_attr(feature = "openapi", schema(max_items = 100))]
    pub contributors: Vec<MemberId>,
    /// The same person decides and does it, and that is meant.
    #[garde(skip)]
    pub same_person_confirmed: bool,
}

/// The checklist of inputs: all of it at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkInputsChange {
    /// In their order.
    #[garde(length(max = WORK_INPUTS_MAX), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 40))]
    pub inputs: Vec<WorkInputChange>,
    /// Why something that was required is not any more; needed then. Source: requirement S0-21.
    #[garde(length(chars, max = LINE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(max_length = 300, example = "The client has no photos")
    )]
    pub reason: Option<String>,
}

/// An input of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkInputChange {
    /// What it is.
    #[garde(length(chars, max = NAME_MAX), custom(check::name))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub name: String,
    /// Nothing begins without it.
    #[garde(skip)]
    #[serde(default)]
    pub required: bool,
    /// A text or a link, once it came; empty takes it away.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub supplied: Option<String>,
}

/// Where a piece of work goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WorkMove {
    /// To which column.
    #[garde(skip)]
    pub column: WorkColumn,
    /// Before which piece of work there; the last if left out.
    #[garde(skip)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<WorkItemId>,
    /// The priority whose lane it goes to; it stays in its lane if left out, null is the lane of
    /// unprioritised work.
    #[garde(skip)]
    #[serde(default, deserialize_with = "given", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<PriorityId>))]
    pub priority_id: Option<Option<PriorityId>>,
    /// Why; needed to send work back to the intake.
    #[garde(length(chars, max = NOTE_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000, example = "The brief has changed"))]
    pub reason: Option<String>,
}

/// Two required inputs of one name are one: what came for the one would answer for the other.
fn told_apart(inputs: &[WorkInputChange], faults: &mut Vec<FieldError>) {
    for (place, one) in inputs.iter().enumerate().filter(|(_, one)| one.required) {
        let same = |other: &&WorkInputChange| {
            other.required && other.name.trim().to_lowercase() == one.name.trim().to_lowercase()
        };
        if inputs.iter().take(place).any(|other| same(&other)) {
            faults.push(FieldError::new(&format!("/inputs/{place}/name"), "exists"));
        }
    }
}

checked! {
    NewWorkItem, |new, faults| told_apart(&new.inputs, faults);
    WorkItemChange;
    WorkSeatsChange;
    WorkInputsChange, |change, faults| told_apart(&change.inputs, faults);
    WorkMove;
}
