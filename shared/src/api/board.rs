//! A board: the work of a retainer by column and priority, or that of all retainers.
use chrono::{DateTime, NaiveDate, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};

use super::problem::checked;
use super::*;

/// The most cards that a board shows.
pub const CARDS_MAX: i64 = 5_000;
/// Delivered work leaves the board after so many days.
pub const DELIVERED_DAYS: i64 = 45;
/// The longest name of a column, in characters.
pub const COLUMN_NAME_MAX: usize = 40;

/// A board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Board {
    /// Its columns, in order.
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub columns: Vec<BoardColumn>,
    /// The lanes of priorities, by rank; unprioritised work has a lane of its own.
    #[cfg_attr(feature = "openapi", schema(max_items = 500))]
    pub lanes: Vec<BoardLane>,
    /// Its cards by column and place; with `since` only those that changed.
    #[cfg_attr(feature = "openapi", schema(max_items = 5000))]
    pub cards: Vec<Card>,
    /// The people whom cards name by their place in this list.
    #[cfg_attr(feature = "openapi", schema(max_items = 10000))]
    pub people: Vec<Held>,
    /// The retainers that cards belong to.
    #[cfg_attr(feature = "openapi", schema(max_items = 5000))]
    pub retainers: Vec<BoardRetainer>,
    /// How much work that is not delivered serves no priority. Source: requirement S0-3.
    pub unprioritised: i64,
    /// There are more cards than are shown.
    pub more: bool,
    /// Goes up with each change of a card: read on from here with `since`.
    pub changes: i64,
    /// Goes up with each change of the settings; 0 before the first.
    pub version: i64,
}

/// A column of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardColumn {
    /// Which.
    pub column: WorkColumn,
    /// The name it was given.
    pub name: Option<String>,
    /// How many cards it should hold at most.
    pub limit: Option<i64>,
    /// How many it holds.
    pub cards: i64,
    /// Minutes they were thought to take.
    pub estimate: i64,
    /// Minutes recorded on them.
    pub drawn: i64,
}

/// A lane of a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardLane {
    /// Of which priority.
    pub priority_id: PriorityId,
    /// What comes first.
    pub title: String,
    /// Its place in the list of its cycle, if it is still there.
    pub rank: Option<i64>,
    /// The number of that cycle.
    pub cycle_seq: i64,
}

/// A retainer with work on a board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BoardRetainer {
    /// Which.
    pub id: RetainerId,
    /// Its name.
    pub name: String,
    /// For which account.
    pub account_id: AccountId,
    /// The account's name.
    pub account_name: String,
    /// The number of its present cycle.
    pub cycle_seq: Option<i64>,
}

/// A piece of work, as a board shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Card {
    /// Its id.
    pub id: WorkItemId,
    /// Of which retainer.
    pub retainer_id: RetainerId,
    /// Its number within the retainer.
    pub number: i64,
    /// What it is.
    pub title: String,
    /// How far it is.
    pub column: WorkColumn,
    /// Its place in the column: cards are sorted by this text.
    pub place: String,
    /// The priority it serves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority_id: Option<PriorityId>,
    /// How closely it is looked at.
    pub level: ProcessLevel,
    /// Who holds the seats of decision, execution, input and review: a place in `people` each.
    #[cfg_attr(feature = "openapi", schema(max_items = 4))]
    pub seats: Vec<Option<i64>>,
    /// Minutes it was thought to take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub estimate: Option<i64>,
    /// What it costs, by the name of an item on a price list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub item: Option<String>,
    /// Minutes recorded on it.
    pub drawn: i64,
    /// The day by which it is wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The number of the cycle it is planned for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cycle_seq: Option<i64>,
    /// Since when it waits for the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub waiting_since: Option<DateTime<Utc>>,
    /// Something is in its way.
    pub blocked: bool,
    /// What the decision owner decided; stopped work is not on the board any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<WorkDecision>,
    /// It has a verdict, so it counts as delivered.
    pub judged: bool,
    /// It came by a request. Source: requirement S3-36.
    pub requested: bool,
    /// Goes up with each change.
    pub version: i64,
}

/// The settings of a board: the names and limits of its columns. All of them at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BoardSettings {
    /// Those that differ.
    #[garde(length(max = 5), dive)]
    #[cfg_attr(feature = "openapi", schema(max_items = 5))]
    pub columns: Vec<BoardColumnSettings>,
}

/// The settings of a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BoardColumnSettings {
    /// Which.
    #[garde(skip)]
    pub column: WorkColumn,
    /// Another name.
    #[garde(length(chars, max = COLUMN_NAME_MAX), custom(check::plain_opt))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 40))]
    pub name: Option<String>,
    /// How many cards it should hold at most.
    #[garde(range(min = 1, max = 1_000))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 1000))]
    pub limit: Option<i64>,
}

fn each_column_once(settings: &BoardSettings, faults: &mut Vec<FieldError>) {
    for (place, one) in settings.columns.iter().enumerate() {
        if settings.columns[..place].iter().any(|other| other.column == one.column) {
            faults.push(FieldError::new(&format!("/columns/{place}/column"), "exists"));
        }
    }
}

checked! {
    BoardSettings, each_column_once;
}
