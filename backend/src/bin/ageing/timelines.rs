//! Two accounts in one database, one with a few things in its timeline and one with very many:
//! whether opening the second takes longer than opening the first, and how long words take to be
//! found in it. Source: requirement S1-1.
use std::path::PathBuf;
use std::time::Instant;

use actix_web::rt::task::spawn_blocking;
use backend::args;
use backend::auth::Scope;
use backend::db::{Db, Query};
use shared::api::AccountId;
use uuid::Uuid;

use super::books::{self, Where};
use super::client::Client;
use super::report::{Figure, LIMIT, hundredths, ms, ratio};
use super::written::{fill, sought};
use super::{Outcome, ROUNDS, WARM_UP, served};

/// Items of the two timelines.
pub const ITEMS: [u64; 2] = [100, 100_000];
/// The same when it has to be quick.
pub const FEW_ITEMS: [u64; 2] = [100, 5_000];
/// What the accounts are called; what measures in a browser finds them by that.
const NAMES: [&str; 2] = ["Young", "Old"];
/// The file in which [`keep`] leaves them, without its ending.
const KEPT: &str = "timelines";

/// What one round found of an account, in microseconds.
#[derive(Debug, Clone, Copy)]
struct Found {
    /// The first page of its timeline.
    page: u128,
    /// Everything that its page asks for.
    account: u128,
    /// The ids of the first page, read by their index and by nothing else.
    bare: u128,
}

/// What was found of both accounts, the short timeline first.
pub struct Told {
    items: [u64; 2],
    rounds: [Vec<Found>; 2],
    /// Microseconds of each search.
    searches: [Vec<u128>; 2],
}

/// Makes both accounts in one database, and asks for them in turns.
pub async fn measure(place: &Where, items: [u64; 2]) -> Outcome<Told> {
    let begun = Instant::now();
    let (db, scope) = books::found(place, KEPT).await?;
    let accounts = make(&db, scope, items).await?;
    let [young, old] = items;
    println!("timelines of {young} and {old} items, made in {} s", begun.elapsed().as_secs());
    let address = served(db.clone())?;
    let mut client = spawn_blocking(move || Client::sign_in(address)).await??;
    let mut rounds = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for turn in 0..2 {
            let which = (round + turn) % 2;
            let (back, [page, account]) = opened(client, accounts[which]).await?;
            client = back;
            let bare = bare(&db, scope, accounts[which]).await?;
            if round >= WARM_UP {
                rounds[which].push(Found { page, account, bare });
            }
        }
    }
    let searches = spawn_blocking(move || searched(client, accounts)).await??;
    Ok(Told { items, rounds, searches })
}

/// Makes both in a file that stays, and nothing besides: for what measures in a browser.
pub async fn keep(folder: PathBuf) -> Outcome<()> {
    std::fs::create_dir_all(&folder)?;
    for ending in ["db", "db-wal", "db-shm"] {
        let _ = std::fs::remove_file(folder.join(format!("{KEPT}.{ending}")));
    }
    let (db, scope) = books::found(&Where::Files(folder), KEPT).await?;
    make(&db, scope, ITEMS).await?;
    // One file without a journal, which can be copied.
    db.close().await;
    Ok(())
}

async fn make(db: &Db, scope: Scope, items: [u64; 2]) -> Outcome<[AccountId; 2]> {
    let young = books::make_recent(db, scope, NAMES[0]).await?;
    let old = books::make_recent(db, scope, NAMES[1]).await?;
    for (account, count) in [young, old].into_iter().zip(items) {
        fill(db, scope, account, count).await?;
    }
    books::tidied(db).await?;
    Ok([young, old])
}

fn timeline(account: AccountId, query: &str) -> String {
    format!("/accounts/{account}/timeline?limit=50{query}")
}

/// The first page of a timeline, and what the page of the account asks for: those of
/// frontend/src/accounts/page.rs and frontend/src/timeline/part.rs.
async fn opened(mut client: Client, account: AccountId) -> Outcome<(Client, [u128; 2])> {
    spawn_blocking(move || {
        let page = client.timed(&[timeline(account, "")])?;
        let whole = client.timed(&[
            format!("/accounts/{account}"),
            format!("/accounts/{account}/standing"),
            format!("/accounts/{account}/health"),
            format!("/accounts/{account}/outlook"),
            format!("/accounts/{account}/portal"),
            format!("/accounts/{account}/contacts?limit=200"),
            format!("/accounts/{account}/timeline?limit=8"),
            format!("/accounts/{account}/timeline?kind=decision&limit=1"),
            format!("/tasks?account_id={account}&state=open&limit=200"),
            format!("/messages?account_id={account}&limit=30"),
            format!("/time-entries?account_id={account}&limit=8"),
        ])?;
        Outcome::Ok((client, [page, whole]))
    })
    .await?
}

/// The ids of the first page by their index alone, without a server: microseconds.
async fn bare(db: &Db, scope: Scope, account: AccountId) -> Outcome<u128> {
    let sql = "
        SELECT id FROM timeline_items WHERE organisation_id = $1 AND account_id = $2
        ORDER BY happened_at DESC, id DESC LIMIT 50";
    let asked = || Query::with(sql, args![scope.organisation(), account]);
    let begun = Instant::now();
    let rows = db.read(async |tx| Ok(tx.all::<(Uuid,)>(asked()).await?)).await?;
    let taken = begun.elapsed().as_micros();
    if rows.is_empty() {
        return Err("the timeline is empty".into());
    }
    Ok(taken)
}

/// Looks for each word in both timelines, in turns.
fn searched(mut client: Client, accounts: [AccountId; 2]) -> Outcome<[Vec<u128>; 2]> {
    let words = sought();
    let mut found = [Vec::new(), Vec::new()];
    // The first ones only warm up.
    for (n, word) in words.iter().take(WARM_UP).chain(&words).enumerate() {
        for turn in 0..2 {
            let which = (n + turn) % 2;
            let taken = client.timed(&[timeline(accounts[which], &format!("&q={word}"))])?;
            if n >= WARM_UP {
                found[which].push(taken);
            }
        }
    }
    Ok(found)
}

/// So many hundredths of these are at most this.
fn quantile(all: impl Iterator<Item = u128>, share: usize) -> u128 {
    let mut all: Vec<u128> = all.collect();
    all.sort_unstable();
    let place = (all.len() * share / 100).min(all.len().saturating_sub(1));
    all.get(place).copied().unwrap_or(0)
}

/// A figure of both accounts: its name, its words, and whether the second is to be like the first.
struct Row {
    name: &'static str,
    words: &'static str,
    of: [u128; 2],
    alike: bool,
}

impl Told {
    fn rows(&self) -> Vec<Row> {
        let row = |name, words, of, alike| Row { name, words, of, alike };
        vec![
            row("timeline_page", "page of a timeline", self.median(|found| found.page), true),
            row("timeline_account", "page of an account", self.median(|found| found.account), true),
            row("timeline_bare", "bare read of a page", self.median(|found| found.bare), true),
            row("timeline_search_p50", "search, median", self.search(50), false),
            row("timeline_search_p95", "search, 95 of 100", self.search(95), false),
        ]
    }
    fn median(&self, pick: fn(&Found) -> u128) -> [u128; 2] {
        let [young, old] = &self.rounds;
        [young, old].map(|found| quantile(found.iter().map(pick), 50))
    }
    fn search(&self, share: usize) -> [u128; 2] {
        let [young, old] = &self.searches;
        [young, old].map(|taken| quantile(taken.iter().copied(), share))
    }
    /// How often a bare read goes into the first page of the longer one.
    fn beside_bare(rows: &[Row]) -> u128 {
        let of = |name: &str| rows.iter().find(|row| row.name == name).map_or(0, |row| row.of[1]);
        ratio(of("timeline_page"), of("timeline_bare"))
    }
    /// For people.
    pub fn print(&self, engine: &str) {
        let ([young, old], rounds) = (self.items, self.rounds[0].len());
        let words = self.searches[0].len();
        println!("\nTimelines on {engine}, medians of {rounds} rounds and {words} words, in ms");
        println!("{:<20}{young:>10}{old:>10}{:>14}", "items", format!("{old} / {young}"));
        let rows = self.rows();
        for Row { words, of: [young, old], alike, .. } in &rows {
            let beside = ratio(*old, *young);
            let slow = if *alike && beside > LIMIT { "  slower than 1.30" } else { "" };
            println!(
                "{words:<20}{:>10}{:>10}{:>14}{slow}",
                ms(*young),
                ms(*old),
                hundredths(beside)
            );
        }
        println!("the longer page takes {} of a bare read", hundredths(Self::beside_bare(&rows)));
    }
    /// Name, value and unit of each figure.
    pub fn figures(&self) -> Vec<Figure> {
        let [young, old] = self.items;
        let rows = self.rows();
        let each = |row: &Row| {
            let Row { name, of, .. } = row;
            [
                (format!("{name}_{young}"), ms(of[0]), "ms"),
                (format!("{name}_{old}"), ms(of[1]), "ms"),
                (format!("{name}_{old}_vs_{young}"), hundredths(ratio(of[1], of[0])), "ratio"),
            ]
        };
        let mut all: Vec<Figure> = rows.iter().flat_map(each).collect();
        let beside = hundredths(Self::beside_bare(&rows));
        all.push((format!("timeline_page_{old}_vs_bare"), beside, "ratio"));
        all
    }
}
