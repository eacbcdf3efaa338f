//! What people did, each thing at its time: played one after the other by the services.
use std::collections::HashMap;

use chrono::{DateTime, Utc};
use shared::api::{
    ClientSessionId, ErrorCode, NewClientSession, NewDeliverable, NewTimeEntry, PriorityListSet,
    RetainerId, SettleClientSession,
};

use crate::auth::Scope;
use crate::db::{Db, Tx};
use crate::error::{Error, Result};
use crate::{delivery, priorities};

/// How many steps are written at once.
const AT_ONCE: usize = 60;

/// What somebody did, and when.
#[derive(Debug, Clone)]
pub struct Step {
    pub at: DateTime<Utc>,
    pub what: What,
}

/// What somebody did. Sessions are numbered, so that one that was booked can be settled.
#[derive(Debug, Clone)]
pub enum What {
    Work(NewTimeEntry),
    Thing(NewDeliverable),
    Book(usize, NewClientSession),
    Settle(usize, SettleClientSession),
    /// Says what comes first in the cycle with this number.
    Rank(RetainerId, i64, PriorityListSet),
    /// Reaches the priority of this title.
    Reach(RetainerId, i64, &'static str),
}

/// Plays the steps that lie in the past, in the order of their time.
pub async fn play(db: &Db, scope: Scope, mut steps: Vec<Step>, now: DateTime<Utc>) -> Result<()> {
    steps.retain(|step| step.at <= now);
    steps.sort_by_key(|step| step.at);
    let mut booked: HashMap<usize, ClientSessionId> = HashMap::new();
    for steps in steps.chunks(AT_ONCE) {
        booked = db
            .write(async |tx| {
                let mut booked = booked.clone();
                for step in steps {
                    one(tx, scope, step, &mut booked).await?;
                }
                Ok(booked)
            })
            .await?;
    }
    Ok(())
}

/// One step; a pool that blocks leaves it out.
async fn one(
    tx: &mut Tx,
    scope: Scope,
    Step { at, what }: &Step,
    booked: &mut HashMap<usize, ClientSessionId>,
) -> Result<()> {
    let done = match what {
        What::Work(new) => delivery::record(tx, scope, new, *at).await.map(drop),
        What::Thing(new) => delivery::deliver(tx, scope, new, *at).await.map(drop),
        What::Book(number, new) => delivery::book(tx, scope, new, *at).await.map(|made| {
            booked.insert(*number, made.session.id);
        }),
        What::Settle(number, how) => match booked.get(number) {
            Some(id) => delivery::settle(tx, scope, *id, how, *at).await.map(drop),
            None => Ok(()),
        },
        What::Rank(retainer, seq, list) => {
            priorities::set_numbered(tx, scope, (*retainer, *seq), list, *at).await
        }
        What::Reach(retainer, seq, title) => {
            priorities::reach(tx, scope, (*retainer, *seq), title, *at).await
        }
    };
    match done {
        Err(Error::Refused(ErrorCode::InsufficientBalance)) => Ok(()),
        done => done,
    }
}
