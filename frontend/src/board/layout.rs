//! Where each card of a board is drawn, and what stands beside and between. Pure.
use std::collections::HashMap;

use shared::api::{Card, ProcessLevel, WorkColumn, WorkItemId};

use super::model::{Lane, Spot, nth};

/// Heights in px: they do not depend on the text, so that what is not seen need not be drawn.
pub const CARD: i32 = 108;
/// Between cards.
pub const GAP: i32 = 8;
/// The line above a lane.
pub const LANE: i32 = 36;
/// Below the cards of a lane.
pub const FOOT: i32 = 12;
/// Cards are drawn so far beyond what is seen.
pub const AHEAD: i32 = 240;

/// A lane as it is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaneRow {
    /// Which.
    pub lane: Lane,
    /// What it is called; nothing for work without a priority.
    pub title: Option<String>,
    /// Its rank among the priorities.
    pub rank: Option<i64>,
    /// From the top of the board, in px.
    pub top: i32,
    /// In px.
    pub height: i32,
    /// Its cards by column.
    pub cells: [Vec<WorkItemId>; 5],
}

/// Where a card is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Drawn {
    /// The place of its column.
    pub column: usize,
    /// From the top of the board, in px.
    pub top: i32,
    /// Its place among the cards of lane and column, from 1.
    pub nth: usize,
    /// How many they are.
    pub of: usize,
}

/// The board as it is drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Layout {
    /// From the top.
    pub lanes: Vec<LaneRow>,
    /// Of the whole, in px.
    pub height: i32,
    /// Each card.
    pub places: HashMap<WorkItemId, Drawn>,
}

/// Lanes and cards at their heights.
pub(super) fn lay(mut rows: Vec<LaneRow>) -> Layout {
    let mut top = 0;
    let mut places = HashMap::new();
    for row in &mut rows {
        let most = row.cells.iter().map(Vec::len).max().unwrap_or(0).max(1);
        let most = i32::try_from(most).unwrap_or(i32::MAX / 1_000);
        row.top = top;
        row.height = LANE + most * (CARD + GAP) + FOOT;
        for (column, cell) in row.cells.iter().enumerate() {
            for (n, id) in cell.iter().enumerate() {
                let down = i32::try_from(n).unwrap_or(0) * (CARD + GAP);
                let drawn = Drawn { column, top: top + LANE + down, nth: n + 1, of: cell.len() };
                places.insert(*id, drawn);
            }
        }
        top += row.height;
    }
    Layout { lanes: rows, height: top, places }
}

impl Layout {
    /// The cards that are drawn: those that stand between two heights, and the one in the hand
    /// wherever it stands, since what is not drawn has no focus. In the order of the board.
    #[must_use]
    pub fn drawn(&self, top: i32, bottom: i32, hand: Option<WorkItemId>) -> Vec<WorkItemId> {
        let mut found = Vec::new();
        for row in &self.lanes {
            let seen = row.top < bottom && row.top + row.height > top;
            let first = (top - row.top - LANE).max(0) / (CARD + GAP);
            let last = (bottom - row.top - LANE).max(0) / (CARD + GAP) + 1;
            let (first, last) =
                (usize::try_from(first).unwrap_or(0), usize::try_from(last).unwrap_or(0));
            for cell in &row.cells {
                let last = if seen { last.min(cell.len()) } else { 0 };
                let first = first.min(last);
                let own = hand.and_then(|id| cell.iter().position(|one| *one == id));
                found.extend(own.filter(|own| *own < first).map(|own| cell[own]));
                found.extend(cell.get(first..last).unwrap_or_default());
                found.extend(own.filter(|own| *own >= last).map(|own| cell[own]));
            }
        }
        found
    }

    /// The spot at a height of a column, for a card that moves.
    #[must_use]
    pub fn spot(&self, moved: WorkItemId, column: WorkColumn, y: i32) -> Option<Spot> {
        let row = self.lanes.iter().find(|row| y < row.top + row.height).or(self.lanes.last())?;
        let at = (y - row.top - LANE + (CARD + GAP) / 2).max(0) / (CARD + GAP);
        let cell = &row.cells[nth(column)];
        let mut index = usize::try_from(at).unwrap_or(0).min(cell.len());
        // The place of the card itself does not count.
        if cell.iter().position(|id| *id == moved).is_some_and(|own| own < index) {
            index -= 1;
        }
        Some(Spot { lane: row.lane, column, index })
    }

    /// Where a card stands now.
    #[must_use]
    pub fn spot_of(&self, id: WorkItemId) -> Option<Spot> {
        let drawn = self.places.get(&id)?;
        let row = self
            .lanes
            .iter()
            .find(|row| row.cells[drawn.column].get(drawn.nth - 1) == Some(&id))?;
        Some(Spot { lane: row.lane, column: WorkColumn::ALL[drawn.column], index: drawn.nth - 1 })
    }

    /// How many other cards stand where a spot is.
    #[must_use]
    pub fn others(&self, moved: WorkItemId, lane: Lane, column: WorkColumn) -> usize {
        let row = self.lanes.iter().find(|row| row.lane == lane);
        row.map_or(0, |row| row.cells[nth(column)].iter().filter(|id| **id != moved).count())
    }

    /// The height of the line at which a card would come to stand.
    #[must_use]
    pub fn line(&self, moved: WorkItemId, spot: Spot) -> Option<i32> {
        let row = self.lanes.iter().find(|row| row.lane == spot.lane)?;
        let cell = &row.cells[nth(spot.column)];
        let own = cell.iter().position(|id| *id == moved);
        let index = spot.index + usize::from(own.is_some_and(|own| own < spot.index + 1));
        let index = index.min(cell.len());
        let down = i32::try_from(index).unwrap_or(0) * (CARD + GAP);
        Some(row.top + LANE + down - GAP / 2 - 1)
    }

    /// The card beside another: so many columns and places away.
    #[must_use]
    pub fn beside(&self, id: WorkItemId, columns: i32, places: i32) -> Option<WorkItemId> {
        let drawn = self.places.get(&id)?;
        let here = self
            .lanes
            .iter()
            .position(|row| row.cells[drawn.column].get(drawn.nth - 1) == Some(&id))?;
        if columns != 0 {
            let mut column = i32::try_from(drawn.column).unwrap_or(0) + columns;
            while (0..5).contains(&column) {
                let cell = &self.lanes[here].cells[usize::try_from(column).unwrap_or(0)];
                if let Some(found) = cell.get((drawn.nth - 1).min(cell.len().saturating_sub(1))) {
                    return Some(*found);
                }
                column += columns;
            }
            return None;
        }
        let of_column = self.lanes.iter().flat_map(|row| &row.cells[drawn.column]);
        let all: Vec<&WorkItemId> = of_column.collect();
        let now = all.iter().position(|one| **one == id)?;
        let next = i32::try_from(now).unwrap_or(0) + places;
        usize::try_from(next).ok().and_then(|next| all.get(next)).map(|id| **id)
    }
}

/// What a card asks for, at most one thing at a time: what hinders most comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Something is in its way.
    Blocked,
    /// It waits for the client.
    Waiting,
    /// It goes beyond what is left, by so many units of the pool.
    Over(i64),
    /// It stands to be approved.
    NeedsApproval,
    /// It was delivered and not judged.
    NeedsVerdict,
}

/// The mark of a card that goes so far beyond what is left.
#[must_use]
pub fn mark(card: &Card, over: Option<i64>) -> Option<Mark> {
    let approval = card.column == WorkColumn::InReview && card.decision.is_none();
    let verdict = card.column == WorkColumn::Delivered && !card.judged;
    let rules = [
        (card.blocked, Mark::Blocked),
        (card.waiting_since.is_some(), Mark::Waiting),
        (over.is_some(), Mark::Over(over.unwrap_or(0))),
        (approval && card.level > ProcessLevel::Lightweight, Mark::NeedsApproval),
        (verdict, Mark::NeedsVerdict),
    ];
    rules.into_iter().find(|(holds, _)| *holds).map(|(_, mark)| mark)
}
