//! What people did, each thing at its time: played one after the other by the services.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{
    ClientSessionId, ErrorCode, Holder, NewClientSession, NewDeliverable, NewTimeEntry,
    NewWorkItem, PriorityListSet, RetainerId, SettleClientSession, WorkItemId,
};

use super::board;
use super::pieces::Also;
use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::{delivery, priorities, work};

/// How many steps are written at once.
const AT_ONCE: usize = 60;

/// What somebody did, and when.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub what: What,
}

/// What somebody did. Sessions and pieces of work are numbered, so that what was begun can go on.
#[derive(Debug, Clone)]
pub enum What {
    /// Records time, on a piece of work that is open then.
    Work(NewTimeEntry, Option<usize>),
    Thing(NewDeliverable),
    Book(usize, NewClientSession),
    Settle(usize, SettleClientSession),
    /// Says what comes first in the cycle with this number.
    Rank(RetainerId, i64, PriorityListSet),
    /// Reaches the priority of this title.
    Reach(RetainerId, i64, &'static str),
    /// Puts work on a board.
    Card(usize, Box<NewWorkItem>),
    /// Lets it serve one of these priorities of the cycle with this number.
    Serve(usize, RetainerId, i64, &'static [&'static str]),
    /// Hands it over: it is delivered.
    Hand(usize),
    /// What happened to it besides; who decides on it.
    Then(usize, Holder, Also),
}

/// What was begun, by its number.
#[derive(Debug, Clone, Default)]
struct Begun {
    sessions: HashMap<usize, ClientSessionId>,
    cards: HashMap<usize, WorkItemId>,
    /// Work that was delivered.
    over: Vec<usize>,
}

/// Plays the steps that lie in the past, in the order of their time.
pub async fn play(db: &Db, scope: Scope, mut steps: Vec<Step>, now: DateTime<Utc>) -> Result<()> {
    steps.retain(|step| step.at <= now);
    steps.sort_by_key(|step| step.at);
    let mut begun = Begun::default();
    for steps in steps.chunks(AT_ONCE) {
        begun = db
            .write(async |tx| {
                let mut begun = begun.clone();
                for step in steps {
                    one(tx, scope, step, &mut begun).await?;
                }
                Ok(begun)
            })
            .await?;
    }
    Ok(())
}

/// One step; a pool that blocks leaves it out.
async fn one(tx: &mut Tx, scope: Scope, Step { at, what }: &Step, begun: &mut Begun) -> Result<()> {
    let done = match what {
        What::Work(new, card) => {
            let open = card.filter(|card| !begun.over.contains(card));
            let work_item_id = open.and_then(|card| begun.cards.get(&card).copied());
            let new = NewTimeEntry { work_item_id, ..new.clone() };
            delivery::record(tx, scope, &new, *at).await.map(drop)
        }
        What::Thing(new) => delivery::deliver(tx, scope, new, *at).await.map(drop),
        What::Book(number, new) => delivery::book(tx, scope, new, *at).await.map(|made| {
            begun.sessions.insert(*number, made.session.id);
        }),
        What::Settle(number, how) => match begun.sessions.get(number) {
            Some(id) => delivery::settle(tx, scope, *id, how, *at).await.map(drop),
            None => Ok(()),
        },
        What::Rank(retainer, seq, list) => {
            priorities::set_numbered(tx, scope, (*retainer, *seq), list, *at).await
        }
        What::Reach(retainer, seq, title) => {
            priorities::reach(tx, scope, (*retainer, *seq), title, *at).await
        }
        What::Card(..) | What::Serve(..) | What::Hand(_) | What::Then(..) => {
            on_board(tx, scope, (what, *at), begun).await
        }
    };
    match done {
        Err(Error::Refused(ErrorCode::InsufficientBalance)) => Ok(()),
        done => done,
    }
}

/// A step on a board.
async fn on_board(
    tx: &mut Tx,
    scope: Scope,
    (what, at): (&What, DateTime<Utc>),
    begun: &mut Begun,
) -> Result<()> {
    if let What::Card(number, new) = what {
        let made = work::create(tx, scope, new, at).await?;
        begun.cards.insert(*number, made.id);
        return Ok(());
    }
    let (What::Serve(number, ..) | What::Hand(number) | What::Then(number, ..)) = what else {
        return Ok(());
    };
    let Some(id) = begun.cards.get(number).copied() else { return Ok(()) };
    match what {
        What::Serve(_, retainer, seq, titles) => {
            board::serve(tx, scope, (id, titles), (*retainer, *seq), at).await
        }
        What::Hand(number) => {
            begun.over.push(*number);
            board::hand(tx, scope, id, at).await
        }
        What::Then(_, decides, also) => board::follow(tx, scope, (id, *decides), *also, at).await,
        _ => Ok(()),
    }
}
