//! What every part of a board needs: its cards, what is being moved, and the moves themselves.
use std::cell::Cell;
use std::collections::HashMap;
use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::api::{
    Balance, ErrorCode, RetainerId, WorkColumn, WorkInput, WorkItem, WorkItemId, WorkMove,
};

use super::layout::Layout;
use super::model::{Lane, Model, Spot, Taken};
use super::pools::Pools;
use super::words;
use crate::api::{self, Fault};
use crate::format::Measure;
use crate::i18n::fault_words;
use crate::query;
use crate::t;
use crate::ui::{announce_now, toast, toast_meanwhile, toast_over, toast_retry};

/// After how long a move is sent again that had no answer.
const AGAIN_AFTER: [Duration; 3] =
    [Duration::from_secs(1), Duration::from_secs(3), Duration::from_secs(9)];

/// A card that was taken up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifted {
    /// Which.
    pub(super) id: WorkItemId,
    /// Where it would be put.
    pub(super) spot: Spot,
    /// By pointer; else by keyboard.
    pub(super) by_pointer: bool,
}

/// A move that somebody is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Asked {
    /// Of which card.
    pub(super) id: WorkItemId,
    /// To where it was dropped, if it was.
    pub(super) spot: Option<Spot>,
}

/// A board on screen.
#[derive(Clone, Copy)]
pub(super) struct State {
    /// Of which retainer; of all without.
    pub(super) retainer: Option<RetainerId>,
    pub(super) model: RwSignal<Option<Model>>,
    pub(super) fault: RwSignal<Option<Fault>>,
    /// The one column that a phone shows.
    pub(super) only: RwSignal<WorkColumn>,
    /// Only work that came by no request.
    pub(super) unasked: Memo<bool>,
    /// The window is that narrow.
    pub(super) narrow: Signal<bool>,
    pub(super) layout: Memo<Layout>,
    pub(super) lifted: RwSignal<Option<Lifted>>,
    pub(super) asked: RwSignal<Option<Asked>>,
    pub(super) pools: Pools,
    pub(super) over: Memo<HashMap<WorkItemId, i64>>,
    /// The card in the address.
    pub(super) open: Memo<Option<WorkItemId>>,
    pub(super) go: Callback<Option<WorkItemId>>,
    /// May put and move work.
    pub(super) may: bool,
    reading: StoredValue<Reading>,
    /// What tells of a refused move, until the card is moved again.
    told: StoredValue<HashMap<WorkItemId, u32>>,
}

/// What the address says, and the way to another.
#[derive(Clone, Copy)]
pub(super) struct Address {
    /// The card that is open.
    pub(super) open: Memo<Option<WorkItemId>>,
    /// Only work that came by no request.
    pub(super) unasked: Memo<bool>,
    /// Opens a card, or closes it.
    pub(super) go: Callback<Option<WorkItemId>>,
}

/// Whether the board is being read, and whether to read it again.
#[derive(Debug, Clone, Default)]
struct Reading {
    now: bool,
    again: bool,
}

impl State {
    pub(super) fn new(
        retainer: Option<RetainerId>,
        narrow: Signal<bool>,
        pools: Pools,
        address: Address,
        may: bool,
    ) -> Self {
        let Address { open, unasked, go } = address;
        let model = RwSignal::new(None::<Model>);
        let only = RwSignal::new(WorkColumn::InProgress);
        let layout = Memo::new(move |_| {
            let (only, unasked) = (narrow.get().then(|| only.get()), unasked.get());
            let laid = |model: &Model| model.layout(only, unasked);
            model.with(|model| model.as_ref().map(laid).unwrap_or_default())
        });
        let over = Memo::new(move |_| {
            let left = pools.balance().map(|balance| free(&balance));
            let over =
                |model: &Model| pools.gauge.with(|gauge| Some(model.over(left?, gauge.as_ref()?)));
            model.with(|model| model.as_ref().and_then(over).unwrap_or_default())
        });
        Self {
            retainer,
            model,
            fault: RwSignal::new(None),
            only,
            unasked,
            narrow,
            layout,
            lifted: RwSignal::new(None),
            asked: RwSignal::new(None),
            pools,
            over,
            open,
            go,
            may,
            reading: StoredValue::default(),
            told: StoredValue::default(),
        }
    }

    /// Reads the board, or what changed of it since.
    pub(super) fn refresh(self) {
        let Some(busy) = self.reading.try_update_value(|reading| {
            reading.again = reading.now;
            std::mem::replace(&mut reading.now, true)
        }) else {
            return;
        };
        if busy {
            return;
        }
        let since = self
            .model
            .with_untracked(|model| self.retainer.and(model.as_ref().map(|model| model.changes)));
        spawn_local(async move {
            let outcome = api::board(self.retainer, since).send().await;
            let Some(again) = self.reading.try_update_value(|reading| {
                reading.now = false;
                std::mem::take(&mut reading.again)
            }) else {
                return;
            };
            match outcome {
                Ok(board) => {
                    self.fault.try_set(None);
                    let taken = self.model.try_maybe_update(|model| match model {
                        Some(model) if since.is_some() => {
                            let taken = model.take(board);
                            (taken.seen, taken)
                        }
                        _ => {
                            *model = Some(Model::of(board, self.retainer.is_none()));
                            (true, Taken::default())
                        }
                    });
                    if taken.is_some_and(|taken| taken.drawn) {
                        query::invalidate("/retainers");
                    }
                }
                Err(fault) => {
                    self.fault.try_set(Some(fault));
                }
            }
            if again {
                self.refresh();
            }
        });
    }

    /// Takes a piece of work as the server answered it.
    pub(super) fn take_item(self, item: &WorkItem) {
        self.model.try_maybe_update(|model| {
            (model.as_mut().is_some_and(|model| model.take_item(item)), ())
        });
    }

    /// Hears of a change; one that is known already asks for nothing.
    pub(super) fn heard(self, changes: i64) {
        let known = self.model.try_with_untracked(|model| model.as_ref().map(|one| one.changes));
        if known.is_some_and(|known| known != Some(changes)) {
            self.refresh();
            query::invalidate("/work-items");
        }
    }

    /// The title of a card.
    pub(super) fn title(self, id: WorkItemId) -> String {
        self.model.with_untracked(|model| {
            let seen = model.as_ref().and_then(|model| model.cards.get(&id));
            seen.map(|seen| seen.card.title.clone()).unwrap_or_default()
        })
    }

    /// The title of a lane.
    pub(super) fn lane_title(self, lane: Lane) -> String {
        let title = self.layout.with_untracked(|layout| {
            let row = layout.lanes.iter().find(|row| row.lane == lane);
            row.and_then(|row| row.title.clone())
        });
        title.unwrap_or_else(|| t!(board.unprioritised).to_owned())
    }

    /// Drops a card at a spot. What goes back to the intake needs a reason first.
    pub(super) fn drop_at(self, id: WorkItemId, spot: Spot) {
        let now = self.layout.with_untracked(|layout| layout.spot_of(id));
        if now == Some(spot) {
            return;
        }
        let back = spot.column == WorkColumn::Intake
            && now.is_some_and(|now| now.column != WorkColumn::Intake);
        if back {
            self.asked.set(Some(Asked { id, spot: Some(spot) }));
            return;
        }
        self.commit(id, spot, None);
        // Another lane is another priority: that is said, since it may not have been meant.
        if now.is_some_and(|now| now.lane != spot.lane) {
            let lane = self.lane_title(spot.lane);
            toast(t!(board.serves, title = self.title(id), lane = lane));
        }
    }

    /// Moves a card at once, and takes it back if the server refuses.
    pub(super) fn commit(self, id: WorkItemId, spot: Spot, reason: Option<String>) {
        let moved = self.model.try_update(|model| {
            let model = model.as_mut()?;
            let moved = model.put(id, spot)?;
            // The server counts one on: so the next move of the same card has its version.
            model.cards.get_mut(&id)?.card.version += 1;
            Some(moved)
        });
        let Some((was, before)) = moved.flatten() else { return };
        self.told
            .try_update_value(|told| told.remove(&id))
            .flatten()
            .into_iter()
            .for_each(toast_over);
        self.tell(id, spot);
        let priority_id = match spot.lane {
            Lane::Priority(priority) => Some(Some(priority)),
            Lane::Loose => Some(None),
            Lane::Retainer(_) => None,
        };
        let to = WorkMove { column: spot.column, before, priority_id, reason: reason.clone() };
        spawn_local(async move {
            match self.send(id, was.version, &to).await {
                Ok(item) => {
                    // What else it changed is told on the line.
                    self.take_item(&item);
                    query::put(&api::work_item(id), item);
                }
                Err(fault) => {
                    self.model.try_update(|model| {
                        let seen = model.as_mut().and_then(|model| model.cards.get_mut(&id));
                        seen.into_iter().for_each(|seen| seen.card = was.clone());
                    });
                    // What an input is called is known to the card alone.
                    let inputs = match fault.is(ErrorCode::WorkNotReady) {
                        true => api::work_item(id).send().await.map(|item| item.inputs),
                        false => Ok(Vec::new()),
                    };
                    self.refused((id, spot, reason), &fault, &inputs.unwrap_or_default());
                }
            }
        });
    }

    /// Sends a move; while no answer comes it says so, and sends it again.
    async fn send(self, id: WorkItemId, version: i64, to: &WorkMove) -> Result<WorkItem, Fault> {
        let mut outcome = api::move_work(id, version, to).await;
        let mut told = None;
        for wait in AGAIN_AFTER {
            if !outcome.as_ref().is_err_and(Fault::passing) {
                break;
            }
            // One at a time, and none once there is an answer.
            told.into_iter().for_each(toast_over);
            told = Some(toast_meanwhile(t!(board.retrying, title = self.title(id))));
            crate::waiting::rest(wait).await;
            outcome = api::move_work(id, version, to).await;
            // The answer may have been lost, and not the move.
            if outcome.as_ref().is_err_and(|fault| fault.is(ErrorCode::Stale))
                && let Ok(item) = api::work_item(id).send().await
                && (item.version, item.column) == (version + 1, to.column)
            {
                outcome = Ok(item);
            }
        }
        told.into_iter().for_each(toast_over);
        outcome
    }

    /// A refused move: the card is back; the words say why, and name what is missing, which opens.
    fn refused(
        self,
        (id, spot, reason): (WorkItemId, Spot, Option<String>),
        fault: &Fault,
        inputs: &[WorkInput],
    ) {
        let title = self.title(id);
        let missing = fault.is(ErrorCode::WorkNotReady);
        let why = match (missing, fault.is(ErrorCode::Stale)) {
            (true, _) => words::missing(fault.fields(), inputs),
            (false, true) => t!(board.moved_meanwhile).to_owned(),
            _ => fault_words(fault),
        };
        let again = move || self.commit(id, spot, reason.clone());
        let told = t!(board.not_moved, title = title, why = why);
        // What was said at once of the move is not true any more.
        announce_now(told.clone());
        let toast = toast_retry(told, again);
        self.told.try_update_value(|told| told.insert(id, toast));
        self.refresh();
        // The card names each thing that is missing, with a way to give it.
        if missing && self.open.try_get_untracked().is_some() {
            self.go.run(Some(id));
        }
    }

    /// Says where a card is: "Pricing page moved to In review, 2 of 4".
    fn tell(self, id: WorkItemId, spot: Spot) {
        let column = self.column_name(spot.column);
        let of = self.layout.with_untracked(|layout| layout.others(id, spot.lane, spot.column));
        let (nth, of) = (count(spot.index + 1), count(of + 1));
        announce_now(t!(board.moved, title = self.title(id), column = column, nth = nth, of = of));
    }

    /// How quantities of the pool that is shown are told.
    pub(super) fn measure(self) -> Measure {
        self.pools.balance().map(|balance| Measure::of(&balance.pool)).unwrap_or_default()
    }

    /// What a card costs in the pool that is shown, if that has a price for it.
    pub(super) fn price(self, item: Option<&str>) -> Option<String> {
        let units = self.pools.gauge.with(|gauge| {
            let pool = gauge.as_ref()?.pool();
            pool.lists(item?).then(|| pool.units_of(item, 1).ok())?
        })?;
        Some(self.measure().say(units))
    }

    /// The name of a column: the one it was given, or its own.
    pub(super) fn column_name(self, column: WorkColumn) -> String {
        let given = self.model.try_with(|model| {
            let columns = model.as_ref().map(|model| model.columns.clone())?;
            columns.into_iter().find(|one| one.column == column)?.name
        });
        let given = given.flatten().filter(|name| !name.trim().is_empty());
        given.unwrap_or_else(|| words::column(column).to_owned())
    }
}

/// What of a pool is neither used nor booked: what the work on the board can still draw.
pub(super) fn free(balance: &Balance) -> i64 {
    balance.available - balance.used - (balance.committed - balance.planned)
}

/// A number as people read it.
pub(super) fn count(n: usize) -> String {
    crate::format::count(i64::try_from(n).unwrap_or(i64::MAX))
}

thread_local! {
    /// A card was dragged just now: the click that follows opens nothing.
    static DRAGGED: Cell<bool> = const { Cell::new(false) };
}

/// Notes whether a card was dragged.
pub(super) fn set_dragged(dragged: bool) {
    DRAGGED.set(dragged);
}

/// Whether it was.
pub(super) fn dragged() -> bool {
    DRAGGED.get()
}
