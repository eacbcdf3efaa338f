//! Measures whether books get slower as they get older: the same questions to books with a hundred,
//! ten thousand and a million entries in closed cycles, in turns, as medians. `make bench` runs it;
//! it is no part of the product.
//!
//! `ageing [sqlite|POSTGRES_URL] [FILE] [quick|billing|timelines]`: where books are made (an
//! address without a database name), where the numbers are written as JSON, and what is measured:
//! all of it, less of it, or one thing alone. After the books, accounts with a hundred and with a hundred
//! thousand things in their timelines are opened in turns. Then many retainers are billed at once,
//! to see whether that takes more and more.
//!
//! `ageing keep FOLDER` leaves those two accounts in a file, for what measures in a browser.
mod billing;
mod books;
mod client;
mod report;
mod timelines;
mod written;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use actix_web::rt::task::spawn_blocking;
use backend::app::{App, DEADLINE, serve};
use backend::auth::Keys;
use backend::charges::Cashier;
use backend::clock::Clock;
use backend::config::Settings;
use backend::db::Db;
use backend::files::Files;
use backend::{check, cycles};
use object_store::memory::InMemory;
use shared::api::ErrorCode;

use books::{Aged, NOW, Where};
use client::Client;
use report::{Measured, Times};
use timelines::{FEW_ITEMS, ITEMS};

/// What every part of this program may end in.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Entries in closed cycles, and what the book is called.
static SIZES: [(&str, u64); 3] = [("1e2", 100), ("1e4", 10_000), ("1e6", 1_000_000)];
/// Retainers that are billed together, and how many when it has to be quick.
const MANY: usize = 5_000;
const FEW: usize = 200;
/// How often everything is asked; the first few times only warm up.
const ROUNDS: usize = 64;
const WARM_UP: usize = 4;

#[actix_web::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("ageing: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What is measured.
struct Plan {
    /// Books, each with its name.
    sizes: &'static [(&'static str, u64)],
    /// Items of two timelines.
    items: Option<[u64; 2]>,
    /// Retainers that are billed together.
    many: Option<usize>,
}

impl Plan {
    fn named(name: Option<&str>) -> Outcome<Self> {
        let (sizes, items, many) = match name {
            None => (&SIZES[..], Some(ITEMS), Some(MANY)),
            Some("quick") => (&SIZES[..2], Some(FEW_ITEMS), Some(FEW)),
            Some("billing") => (&SIZES[..0], None, Some(MANY)),
            Some("timelines") => (&SIZES[..0], Some(ITEMS), None),
            Some(other) => {
                return Err(format!("{other} is neither quick, billing nor timelines").into());
            }
        };
        Ok(Self { sizes, items, many })
    }
}

async fn run() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let place = words.next().unwrap_or_else(|| "sqlite".to_owned());
    if place == "keep" {
        let folder = words.next().ok_or("keep wants a folder")?;
        return timelines::keep(PathBuf::from(folder)).await;
    }
    let place = Where::named(&place)?;
    let file = words.next().map_or_else(|| PathBuf::from("target/bench.json"), PathBuf::from);
    let plan = Plan::named(words.next().as_deref())?;
    let measured = measure_all(&place, plan, &file).await;
    place.remove();
    measured
}

async fn measure_all(place: &Where, plan: Plan, file: &Path) -> Outcome<()> {
    let Plan { sizes, items, many } = plan;
    let times = measure_books(place, sizes).await?;
    report::print(&times, place.name());
    let mut figures = Vec::new();
    if let Some(items) = items {
        let told = timelines::measure(place, items).await?;
        told.print(place.name());
        figures.extend(told.figures());
    }
    if let Some(many) = many {
        let billed = billing::measure(place, many).await?;
        billed.print(place.name());
        figures.extend(billed.figures());
    }
    std::fs::write(file, report::json(&times, figures))?;
    println!("\nWritten to {}.", file.display());
    Ok(())
}

async fn measure_books(
    place: &Where,
    sizes: &'static [(&'static str, u64)],
) -> Outcome<Vec<Times>> {
    let mut asked = Vec::new();
    for (name, entries) in sizes {
        asked.push(prepare(place, name, *entries).await?);
    }
    // Only now: a connection that waits while the next book is made is ended by the server.
    for Asked { address, client, .. } in &mut asked {
        let address = *address;
        *client = Some(spawn_blocking(move || Client::sign_in(address)).await??);
    }
    let mut times: Vec<Times> = sizes.iter().map(|(name, _)| Times::of(name)).collect();
    for round in 0..ROUNDS {
        // In turns, and not always the same one first: whatever else the machine does hits all.
        for turn in 0..asked.len() {
            let index = (round + turn) % asked.len();
            let found = measure(&mut asked[index]).await?;
            if round >= WARM_UP {
                times[index].note(found);
            }
        }
    }
    Ok(times)
}

/// A book and who asks about it.
struct Asked {
    book: Aged,
    address: SocketAddr,
    client: Option<Client>,
}

/// Makes a book, proves it clean and serves it.
async fn prepare(place: &Where, name: &str, entries: u64) -> Outcome<Asked> {
    let begun = Instant::now();
    let book = books::make(place, name, entries).await?;
    let made = begun.elapsed().as_secs();
    let breaches = check::run(&book.db).await?;
    if let Some(breach) = breaches.first() {
        return Err(format!("the book {name} does not hold: {breach}").into());
    }
    let checked = begun.elapsed().as_secs() - made;
    println!(
        "{name}: {entries} entries in {} closed cycles, made in {made} s, checked in {checked} s",
        books::MONTHS
    );
    let address = served(book.db.clone())?;
    Ok(Asked { book, address, client: None })
}

/// Serves a database for as long as the program runs.
fn served(db: Db) -> Outcome<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let app = App {
        db,
        clock: Clock::fixed(NOW.parse()?),
        site: Settings::default().site(),
        keys: Keys::new(b"the secret of nobody, for an hour"),
        mailer: backend::mail::Mailer::default(),
        cashier: Cashier::default(),
        files: Files::over(Arc::new(InMemory::new())),
        workers: 1,
        watched: backend::work::Watched::default(),
        deadline: DEADLINE,
    };
    actix_web::rt::spawn(serve(listener, app)?);
    Ok(address)
}

/// One of each.
async fn measure(asked: &mut Asked) -> Outcome<Measured> {
    let Aged { retainer, cycle, .. } = asked.book;
    let mut client = asked.client.take().ok_or("the client is at work")?;
    let (client, [balance, page, strip]) = spawn_blocking(move || {
        let balance = client.timed(&[format!("/cycles/{cycle}/balance")])?;
        // What the page of a retainer asks for: frontend/src/retainers/page.rs.
        let page = client.timed(&[
            format!("/retainers/{retainer}"),
            format!("/retainers/{retainer}/cycles?limit=200"),
            format!("/retainers/{retainer}/ledger?cycle_id={cycle}&pool=hours&limit=200"),
            "/alerts?unseen=true&open=true&limit=50".to_owned(),
        ])?;
        // The strip that closes a month: preview, settlement, recap.
        let strip = client.timed(&[format!("/cycles/{cycle}/closing")])?;
        Outcome::Ok((client, [balance, page, strip]))
    })
    .await??;
    asked.client = Some(client);
    Ok(Measured { balance, page, strip, closing: closing(&asked.book).await? })
}

/// Closes the open cycle and takes that back, so that the next round finds it open: microseconds
/// until everything is written, without the commit.
async fn closing(book: &Aged) -> Outcome<u128> {
    let later = books::after_the_close();
    let taken = std::cell::Cell::new(0);
    let undone = book
        .db
        .write(async |tx| {
            let begun = Instant::now();
            let after = cycles::close_due(tx, book.scope, book.retainer, later).await?;
            taken.set(begun.elapsed().as_micros());
            assert!(after.open.iter().all(|row| row.id != book.cycle), "it was not closed");
            Err::<(), _>(ErrorCode::Stale.into())
        })
        .await;
    match undone {
        Err(error) if error.code() == ErrorCode::Stale => Ok(taken.get()),
        Err(error) => Err(error.into()),
        Ok(()) => Err("the close was kept".into()),
    }
}
