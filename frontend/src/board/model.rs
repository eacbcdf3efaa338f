//! The board as the browser holds it: cards by lane and column, and what a move would do. Pure, so
//! that it can be tested and is quick with thousands of cards.
use std::collections::HashMap;

use shared::api::{
    Board, BoardColumn, BoardLane, BoardRetainer, Card, Held, PriorityId, RetainerId, WorkColumn,
    WorkDecision, WorkGauge, WorkItem, WorkItemId, WorkLoad,
};
use shared::rules::work::forecast::{self, Planned};
use shared::rules::work::order;

use super::layout::{LaneRow, Layout, lay};

/// A lane: of a priority, of a retainer on the board of all, or of work without a priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lane {
    /// Work of one priority.
    Priority(PriorityId),
    /// Work without one.
    Loose,
    /// Work of one retainer.
    Retainer(RetainerId),
}

/// A card with the people in its seats.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The card.
    pub card: Card,
    /// Who decides, does it, gives input and checks it.
    pub seats: [Option<Held>; 4],
}

/// Everything that a board shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model {
    /// Its columns, with names and limits.
    pub columns: Vec<BoardColumn>,
    /// The lanes of priorities.
    pub lanes: Vec<BoardLane>,
    /// The retainers on it.
    pub retainers: Vec<BoardRetainer>,
    /// Its cards.
    pub cards: HashMap<WorkItemId, Seen>,
    /// All retainers are on it.
    pub all: bool,
    /// There are more cards than are shown.
    pub more: bool,
    /// The number of the last change that is in it.
    pub changes: i64,
    /// The version of its settings.
    pub version: i64,
}

/// What a read of the board has brought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Something that is drawn.
    pub seen: bool,
    /// Other minutes recorded on a card: the balance has changed too.
    pub drawn: bool,
}

/// Where a card is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spot {
    /// In which lane.
    pub lane: Lane,
    /// In which column.
    pub column: WorkColumn,
    /// At which place among the cards there, without the one that moves.
    pub index: usize,
}

/// The place of a column.
#[must_use]
pub fn nth(column: WorkColumn) -> usize {
    WorkColumn::ALL.iter().position(|one| *one == column).unwrap_or(0)
}

fn seen(card: Card, people: &[Held]) -> Seen {
    let held = |n: usize| {
        let place = usize::try_from((*card.seats.get(n)?)?).ok()?;
        people.get(place).cloned()
    };
    let seats = [held(0), held(1), held(2), held(3)];
    Seen { card, seats }
}

impl Model {
    /// A board as it was read.
    #[must_use]
    pub fn of(board: Board, all: bool) -> Self {
        let mut model = Self { all, ..Self::default() };
        model.take(board);
        model
    }

    /// Takes what changed. What is older than what is known changes nothing.
    pub fn take(&mut self, board: Board) -> Taken {
        let mut taken = Taken::default();
        if board.changes < self.changes {
            return taken;
        }
        for card in board.cards {
            let gone = card.decision == Some(WorkDecision::Stop);
            let known = self.cards.get(&card.id);
            taken.drawn |= known.is_some_and(|known| known.card.drawn != card.drawn);
            if gone {
                taken.seen |= self.cards.remove(&card.id).is_some();
            } else if known.is_none_or(|known| known.card.version <= card.version) {
                let fresh = seen(card, &board.people);
                if known != Some(&fresh) {
                    self.cards.insert(fresh.card.id, fresh);
                    taken.seen = true;
                }
            }
        }
        let settings = |all: &[BoardColumn]| {
            all.iter().map(|one| (one.column, one.name.clone(), one.limit)).collect::<Vec<_>>()
        };
        taken.seen |= settings(&self.columns) != settings(&board.columns)
            || self.lanes != board.lanes
            || self.retainers != board.retainers
            || self.more != board.more;
        self.columns = board.columns;
        self.lanes = board.lanes;
        self.retainers = board.retainers;
        self.more = board.more;
        self.changes = board.changes;
        self.version = board.version;
        taken
    }

    /// Takes a piece of work as the server answered it; whether anything is seen of it.
    pub fn take_item(&mut self, item: &WorkItem) -> bool {
        if item.decision.as_ref().is_some_and(|made| made.decision == WorkDecision::Stop) {
            return self.cards.remove(&item.id).is_some();
        }
        let before = self.cards.get(&item.id).cloned();
        if let Some(seen) = self.cards.get_mut(&item.id) {
            let card = &mut seen.card;
            card.title.clone_from(&item.title);
            card.column = item.column;
            card.priority_id = item.priority_id;
            card.level = item.level.level;
            card.estimate = item.estimate;
            card.item = item.item.clone();
            card.drawn = item.drawn;
            card.due_on = item.due_on;
            card.cycle_seq = item.cycle_seq;
            card.waiting_since = item.waiting.since;
            card.blocked = item.blockers.iter().any(|one| one.cleared_at.is_none());
            card.decision = item.decision.as_ref().map(|made| made.decision);
            card.judged = item.verdict.is_some();
            card.requested = item.request.is_some();
            card.version = item.version;
            let of = &item.seats;
            seen.seats = [&of.decision, &of.execution, &of.input, &of.review].map(Clone::clone);
        }
        self.cards.get(&item.id) != before.as_ref()
    }

    /// The lane of a card.
    #[must_use]
    pub fn lane(&self, card: &Card) -> Lane {
        match (self.all, card.priority_id) {
            (true, _) => Lane::Retainer(card.retainer_id),
            (false, Some(id)) => Lane::Priority(id),
            (false, None) => Lane::Loose,
        }
    }

    /// Where everything is drawn. With `only`, cards of that column alone: a phone shows one;
    /// `unasked` leaves out what came by a request. Source: requirement S3-36.
    #[must_use]
    pub fn layout(&self, only: Option<WorkColumn>, unasked: bool) -> Layout {
        let mut rows: Vec<LaneRow> = self.rows();
        let places: HashMap<Lane, usize> =
            rows.iter().enumerate().map(|(n, row)| (row.lane, n)).collect();
        let mut cards: Vec<&Card> = self.cards.values().map(|seen| &seen.card).collect();
        cards.sort_unstable_by(|a, b| (&a.place, a.number, a.id).cmp(&(&b.place, b.number, b.id)));
        for card in cards {
            if only.is_some_and(|only| only != card.column) || (unasked && card.requested) {
                continue;
            }
            if let Some(place) = places.get(&self.lane(card)) {
                rows[*place].cells[nth(card.column)].push(card.id);
            }
        }
        if self.all {
            rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        }
        lay(rows)
    }

    fn rows(&self) -> Vec<LaneRow> {
        let row = |lane: Lane, title: Option<String>, rank: Option<i64>| LaneRow {
            lane,
            title,
            rank,
            top: 0,
            height: 0,
            cells: Default::default(),
        };
        if self.all {
            let name = |one: &BoardRetainer| format!("{} · {}", one.account_name, one.name);
            let lanes = self.retainers.iter();
            return lanes.map(|one| row(Lane::Retainer(one.id), Some(name(one)), None)).collect();
        }
        let lanes = self.lanes.iter();
        let of = |one: &BoardLane| {
            row(Lane::Priority(one.priority_id), Some(one.title.clone()), one.rank)
        };
        lanes.map(of).chain([row(Lane::Loose, None, None)]).collect()
    }

    /// Puts a card at a spot, before the server agrees; answers what it was, and the card that it
    /// now stands before.
    pub fn put(&mut self, id: WorkItemId, spot: Spot) -> Option<(Card, Option<WorkItemId>)> {
        let before = self.next_at(id, spot);
        let place = self.place_before(id, spot.column, before);
        let card = &mut self.cards.get_mut(&id)?.card;
        let was = card.clone();
        card.column = spot.column;
        card.place = place;
        match spot.lane {
            Lane::Priority(priority) => card.priority_id = Some(priority),
            Lane::Loose => card.priority_id = None,
            Lane::Retainer(_) => {}
        }
        Some((was, before))
    }

    /// The cards of a lane and column in their order, without one.
    fn cell(&self, but: WorkItemId, lane: Lane, column: WorkColumn) -> Vec<&Card> {
        let all = self.cards.values().map(|seen| &seen.card);
        let mut own: Vec<&Card> = all
            .filter(|card| card.id != but && card.column == column && self.lane(card) == lane)
            .collect();
        own.sort_unstable_by(|a, b| (&a.place, a.number).cmp(&(&b.place, b.number)));
        own
    }

    /// The card that stands at a spot: the one moved comes before it. At the end of a cell it is
    /// the next card of the same retainer's column, whatever its lane.
    fn next_at(&self, id: WorkItemId, spot: Spot) -> Option<WorkItemId> {
        let cell = self.cell(id, spot.lane, spot.column);
        if let Some(next) = cell.get(spot.index) {
            return Some(next.id);
        }
        let last = cell.last()?;
        let all = self.cards.values().map(|seen| &seen.card);
        let after = all.filter(|card| {
            card.id != id
                && card.column == spot.column
                && card.retainer_id == last.retainer_id
                && card.place > last.place
        });
        after.min_by(|a, b| a.place.cmp(&b.place)).map(|card| card.id)
    }

    fn place_before(
        &self,
        id: WorkItemId,
        column: WorkColumn,
        before: Option<WorkItemId>,
    ) -> String {
        let retainer = self.cards.get(&id).map(|seen| seen.card.retainer_id);
        let same = |card: &&Card| {
            card.id != id && card.column == column && Some(card.retainer_id) == retainer
        };
        let all = || self.cards.values().map(|seen| &seen.card).filter(same);
        let next = before.and_then(|id| self.cards.get(&id)).map(|seen| seen.card.place.as_str());
        let previous = all()
            .map(|card| card.place.as_str())
            .filter(|place| next.is_none_or(|next| *place < next))
            .max();
        order::between(previous, next)
    }

    /// How the forecast sees a card.
    fn planned(&self, card: &Card, column: WorkColumn) -> Planned {
        let of = self.retainers.iter().find(|one| one.id == card.retainer_id);
        let present = of.and_then(|one| one.cycle_seq);
        let in_cycle = present
            .map_or(card.cycle_seq.is_none(), |seq| forecast::counts_in(card.cycle_seq, seq, true));
        Planned { column, estimate: card.estimate, drawn: card.drawn, in_cycle }
    }

    /// What the work on the board will still draw on a pool in this cycle, as if one card were
    /// moved to another column.
    #[must_use]
    pub fn to_come(&self, gauge: &WorkGauge, moved: Option<(WorkItemId, WorkColumn)>) -> WorkLoad {
        let column = |card: &Card| match moved {
            Some((id, column)) if id == card.id => column,
            _ => card.column,
        };
        let all = self.cards.values().map(|seen| &seen.card);
        all.map(|card| gauge.load(self.planned(card, column(card)), card.item.as_deref())).sum()
    }

    /// The cards that go beyond what is left, each with how far: the last ones of the furthest
    /// column come first to draw, those that are only agreed on come last.
    #[must_use]
    pub fn over(&self, left: i64, gauge: &WorkGauge) -> HashMap<WorkItemId, i64> {
        let mut all: Vec<&Card> = self.cards.values().map(|seen| &seen.card).collect();
        all.sort_unstable_by(|a, b| {
            (b.column, &a.place, a.number).cmp(&(a.column, &b.place, b.number))
        });
        let mut to_come = WorkLoad::default();
        let mut over = HashMap::new();
        for card in all {
            let load = gauge.load(self.planned(card, card.column), card.item.as_deref());
            let own = gauge.total(load);
            if own == 0 {
                continue;
            }
            to_come = to_come + load;
            let beyond = forecast::over(left, gauge.total(to_come));
            if beyond > 0 {
                over.insert(card.id, beyond.min(own));
            }
        }
        over
    }

    /// How much work that is not delivered serves no priority.
    #[must_use]
    pub fn unprioritised(&self) -> usize {
        let open = self.cards.values().map(|seen| &seen.card);
        open.filter(|card| card.priority_id.is_none() && card.column != WorkColumn::Delivered)
            .count()
    }

    /// Cards and minutes of a column; `unasked` leaves out what came by a request.
    #[must_use]
    pub fn sums(&self, column: WorkColumn, unasked: bool) -> (i64, i64, i64) {
        self.sums_of(|card| card.column == column && !(unasked && card.requested))
    }

    /// Cards and minutes of a lane, in the columns that are shown.
    #[must_use]
    pub fn lane_sums(
        &self,
        (lane, shown): (Lane, &[WorkColumn]),
        unasked: bool,
    ) -> (i64, i64, i64) {
        let asked = |card: &Card| unasked && card.requested;
        let here = |card: &Card| self.lane(card) == lane && shown.contains(&card.column);
        self.sums_of(|card| here(card) && !asked(card))
    }

    /// Cards, minutes they were thought to take and minutes recorded on them.
    fn sums_of(&self, counts: impl Fn(&Card) -> bool) -> (i64, i64, i64) {
        let own = self.cards.values().map(|seen| &seen.card).filter(|card| counts(card));
        own.fold((0, 0, 0), |(cards, estimate, drawn), card| {
            (cards + 1, estimate + card.estimate.unwrap_or(0), drawn + card.drawn)
        })
    }
}
