//! Measures whether books get slower as they get older: the same questions to books with a hundred,
//! ten thousand and a million entries in closed cycles, in turns, as medians. `make bench` runs it;
//! it is no part of the product.
//!
//! `ageing [sqlite|POSTGRES_URL] [FILE] [quick|billing]`: where books are made (an address without a
//! database name), where the numbers are written as JSON, and whether to do without the million or
//! without any book. Then it bills many retainers at once, and looks whether that takes more and
//! more.
mod billing;
mod books;
mod client;
mod report;

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use actix_web::rt::task::spawn_blocking;
use backend::app::{App, DEADLINE, serve};
use backend::auth::Keys;
use backend::charges::Cashier;
use backend::clock::Clock;
use backend::config::Settings;
use backend::db::Db;
use backend::{check, cycles};
use shared::api::ErrorCode;

use books::{Aged, NOW, Where};
use client::Client;
use report::{Measured, Times};

/// What every part of this program may end in.
type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Entries in closed cycles, and what the book is called.
const SIZES: [(&str, u64); 3] = [("1e2", 100), ("1e4", 10_000), ("1e6", 1_000_000)];
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

async fn run() -> Outcome<()> {
    let mut words = std::env::args().skip(1);
    let place = Where::named(words.next().as_deref().unwrap_or("sqlite"))?;
    let file = words.next().map_or_else(|| PathBuf::from("target/bench.json"), PathBuf::from);
    let (sizes, many) = match words.next().as_deref() {
        Some("quick") => (&SIZES[..2], FEW),
        Some("billing") => (&SIZES[..0], MANY),
        None => (&SIZES[..], MANY),
        Some(other) => return Err(format!("{other} is neither quick nor billing").into()),
    };
    let measured = measure_all(&place, (sizes, many), &file).await;
    place.remove();
    measured
}

async fn measure_all(
    place: &Where,
    (sizes, many): (&[(&'static str, u64)], usize),
    file: &Path,
) -> Outcome<()> {
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
    report::print(&times, place.name());
    drop(asked);
    let billed = billing::measure(place, many).await?;
    billed.print(place.name());
    std::fs::write(file, report::json(&times, &billed))?;
    println!("\nWritten to {}.", file.display());
    Ok(())
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
