//! Telling each change of a board to whoever watches it, in every replica.
//!
//! A board's row counts its changes. Each process asks for that number a few times a second, once
//! for each board that somebody watches here, and wakes those who do. Source: decision 0016.
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use actix_web::web::{self, Bytes};
use futures_util::{Stream, stream};
use shared::api::{OrganisationId, RetainerId};
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};

use super::board;
use crate::auth::{Listener, ReadWork, Scope};
use crate::db::Db;
use crate::error::Error;

/// How often a watched board is asked for its number.
const EVERY: Duration = Duration::from_millis(300);
/// How often a listener hears that the line is alive, and is asked whether they still may listen.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// A board of an organisation, or all of its boards.
type Key = (OrganisationId, Option<RetainerId>);

/// The numbers of the boards that are watched; none any more once the server stops.
type Numbers = Option<HashMap<Key, watch::Sender<i64>>>;

/// The boards that somebody watches in this process.
#[derive(Debug, Clone)]
pub struct Watched(Arc<Mutex<Numbers>>);

impl Default for Watched {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(HashMap::new()))))
    }
}

impl Watched {
    /// Follows the number of a board, which is `known` now.
    fn follow(&self, db: &Db, key: Key, known: i64) -> watch::Receiver<i64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (sender, receiver) = watch::channel(known);
        // A server that stops tells nothing more: the sender goes, and the line ends.
        let Some(numbers) = all.as_mut() else { return receiver };
        if let Some(sender) = numbers.get(&key) {
            return sender.subscribe();
        }
        numbers.insert(key, sender);
        actix_web::rt::spawn(poll(Arc::clone(&self.0), db.clone(), key));
        receiver
    }
    /// Ends every line, so that a server that stops need not wait for those who listen.
    pub fn close(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

/// Asks for a number as long as somebody listens.
async fn poll(all: Arc<Mutex<Numbers>>, db: Db, key: Key) {
    loop {
        actix_web::rt::time::sleep(EVERY).await;
        let asked = db.read(async |tx| board::changes(tx, key.0, key.1).await).await;
        let mut all = all.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(numbers) = all.as_mut() else { return };
        let Some(sender) = numbers.get(&key) else { return };
        if sender.receiver_count() == 0 {
            numbers.remove(&key);
            return;
        }
        match asked {
            Ok(now) => {
                sender.send_if_modified(|known| std::mem::replace(known, now) != now);
            }
            // The next look mends it.
            Err(error) => tracing::warn!(?error, "a board could not be asked for its changes"),
        }
    }
}

/// Someone who listens.
struct Ear {
    receiver: watch::Receiver<i64>,
    listener: Listener,
    /// The number to tell at once.
    first: Option<i64>,
    ends: Instant,
}

/// The number of a board, now and after each change: `event: changes`, `data:` the number. Between
/// them a comment says that the line is alive. It ends with the session, and after a while, so
/// that whoever listens asks anew.
pub fn tell(
    watched: &Watched,
    (db, scope): (&web::Data<Db>, Scope),
    (retainer, known): (Option<RetainerId>, i64),
    (listener, lasts): (Listener, Duration),
) -> impl Stream<Item = Result<Bytes, Error>> + use<> {
    let receiver = watched.follow(db, (scope.organisation(), retainer), known);
    let ends = Instant::now() + lasts;
    let ear = Ear { receiver, listener, first: Some(known), ends };
    stream::unfold(ear, |mut ear| async move {
        let words = hear(&mut ear).await?;
        Some((Ok(Bytes::from(words)), ear))
    })
}

/// What is told next; nothing at the end.
async fn hear(ear: &mut Ear) -> Option<String> {
    if let Some(known) = ear.first.take() {
        // Somebody else who listens may have been told of a change since it was read.
        let told = *ear.receiver.borrow_and_update();
        return Some(event(known.max(told)));
    }
    let beat = (Instant::now() + HEARTBEAT).min(ear.ends);
    match timeout_at(beat, ear.receiver.changed()).await {
        Ok(Ok(())) => Some(event(*ear.receiver.borrow_and_update())),
        Ok(Err(_)) => None,
        Err(_) if Instant::now() >= ear.ends => None,
        Err(_) => match ear.listener.still_may::<ReadWork>().await {
            true => Some(": still here\n\n".into()),
            false => None,
        },
    }
}

fn event(changes: i64) -> String {
    format!("event: changes\ndata: {changes}\n\n")
}
