//! Kills at planned moments, beside whatever the test waits for.
use std::path::Path;
use std::process::Child;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use crate::program::{address, begin};

/// Where a server runs; after a kill another one.
#[derive(Clone, Default)]
pub struct Seat(Arc<Mutex<Seated>>);

#[derive(Default)]
struct Seated {
    child: Option<Child>,
    /// It has told its address.
    serves: bool,
}

impl Seat {
    fn seated(&self) -> MutexGuard<'_, Seated> {
        self.0.lock().unwrap()
    }
    /// Serves from a time on, in the place of another; its address, unless it was killed before.
    pub fn serve(&self, folder: &Path, database: &str, clock: &str) -> Option<String> {
        self.seated().end();
        let mut child = begin(folder, database, clock);
        let told = child.stdout.take().unwrap();
        self.seated().child = Some(child);
        let url = address(told);
        self.seated().serves = url.is_some();
        url
    }
    pub fn lives(&self) -> bool {
        self.seated().lives()
    }
    /// `kill -9`: whether it served by then; none if it was gone already.
    fn kill(&self) -> Option<bool> {
        let mut seated = self.seated();
        let served = seated.lives().then_some(seated.serves);
        seated.end();
        served
    }
}

impl Seated {
    fn lives(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| child.try_wait().unwrap().is_none())
    }
    fn end(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        self.serves = false;
    }
}

impl Drop for Seated {
    fn drop(&mut self) {
        self.end();
    }
}

/// Kills that are still to come, each so long after the one before.
pub struct Kills {
    stop: Sender<()>,
    landed: JoinHandle<Landed>,
}

/// How many hit a server that ran.
#[derive(Default)]
pub struct Landed {
    pub billing: u32,
    pub starting: u32,
}

impl Kills {
    pub fn plan(seats: Vec<Seat>, kills: Vec<(Duration, usize)>) -> Self {
        let (stop, stopped) = channel();
        let landed = spawn(move || {
            let mut landed = Landed::default();
            for (after, seat) in kills {
                if stopped.recv_timeout(after) != Err(RecvTimeoutError::Timeout) {
                    break;
                }
                match seats[seat].kill() {
                    Some(true) => landed.billing += 1,
                    Some(false) => landed.starting += 1,
                    None => {}
                }
            }
            landed
        });
        Self { stop, landed }
    }
    /// What they were to hit is over: no other comes.
    pub fn over(self) -> Landed {
        drop(self.stop);
        self.landed.join().unwrap()
    }
}
