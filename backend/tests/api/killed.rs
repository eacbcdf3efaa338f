//! However often the program is killed while it bills, and on PostgreSQL although two replicas do
//! all of it at once: each cycle has one invoice, numbers have no gap and no double, and what is
//! billed is what the ledgers say. Source: domain 5.2, 5.7.
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use backend::db::{Db, Query, Row};
use backend::identity;
use chrono::NaiveDate;
use futures_util::future::join_all;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use shared::api::{InvoiceId, NewOrganisation, NewOwner};
use tempfile::TempDir;

use crate::app::{Engine, NOW, PASSWORD, cheap_hash};
use crate::database;
use crate::durability::Client;
use crate::program::printed;

mod kills;
mod plans;

use kills::{Kills, Seat};
use plans::{Billed, Line, PLANS, START, Worked};

/// How often the clock moves on by a week and what is due is billed, unless `KILL_RUNS` says how
/// often: each change tries a year of them, and 200 take minutes on two cores.
const RUNS: u32 = 56;
/// How many runs there are for each kill that has to land within one.
const RUNS_A_KILL: u32 = 8;
/// How long a run may take.
const PATIENCE: Duration = Duration::from_secs(60);

#[actix_web::test]
async fn killed_while_it_bills_it_bills_each_cycle_once_on_sqlite() {
    killed_while_it_bills_it_bills_each_cycle_once(Engine::Sqlite, 1).await;
}
#[actix_web::test]
async fn killed_while_it_bills_it_bills_each_cycle_once_on_postgres() {
    killed_while_it_bills_it_bills_each_cycle_once(Engine::Postgres, 2).await;
}

async fn killed_while_it_bills_it_bills_each_cycle_once(engine: Engine, replicas: usize) {
    let named = std::env::var("KILL_SEED").ok();
    let seed: u64 = named.map_or_else(rand::random, |seed| seed.parse().unwrap());
    println!("KILL_SEED={seed} tries the same kills again");
    let runs = std::env::var("KILL_RUNS").map_or(RUNS, |runs| runs.parse().unwrap());
    let wanted = runs / RUNS_A_KILL;
    let mut rng = StdRng::seed_from_u64(seed);
    let folder = TempDir::new().unwrap();
    let database = database::fresh(engine, folder.path()).await;
    found(&database).await;
    let began = Instant::now();
    let tills = join_all((0..replicas).map(|_| Till::open(folder.path(), &database))).await;
    let start = began.elapsed();
    let retainers = agree(&tills[0]).await;

    let (mut worked, given) = (Worked::default(), RefCell::new(BTreeMap::new()));
    let (mut billing, mut starting, mut span) = (0, 0, start);
    let mut today = START;
    for run in 1..=runs {
        for till in &tills {
            if !till.seat.lives() {
                till.reopen(today).await; // it was killed at the very end of the run before
            }
        }
        let till = &tills[rng.random_range(0..replicas)];
        let (plan, minutes) = worked.next(run, today);
        till.record(&retainers[plan], today, minutes).await;

        today = plans::day(run);
        let seats: Vec<Seat> = tills.iter().map(|till| till.seat.clone()).collect();
        let mut kills = Vec::new();
        if billing * runs < run * wanted {
            kills.push((rng.random_range(Duration::ZERO..span), rng.random_range(0..replicas)));
            // Perhaps once more, while it or the other starts again.
            if rng.random_bool(0.3) {
                let later = rng.random_range(Duration::ZERO..start + span);
                kills.push((later, rng.random_range(0..replicas)));
            }
        }
        let (undisturbed, began) = (kills.is_empty(), Instant::now());
        let kills = Kills::plan(seats, kills);
        let each = tills.iter().enumerate();
        join_all(each.map(|(place, till)| till.bill(today, place % 2 == 1, &given))).await;
        if undisturbed {
            span = (span * 3 + began.elapsed()) / 4;
        }
        let landed = kills.over();
        billing += landed.billing;
        starting += landed.starting;
    }
    println!("{billing} kills while it billed, {starting} while it started");
    assert!(billing >= wanted - wanted / 4, "{billing} kills landed while it billed");
    drop(tills);

    assert_eq!(printed(folder.path(), &["check", "--database", &database]), "Everything holds.\n");
    let db = Db::connect(&database).await.unwrap();
    nothing_failed(&db).await;
    ledgers_hold_what_was_worked(&db, &worked, today).await;
    each_cycle_is_billed_once(&db, &worked, today).await;
    numbers_have_no_gap(&db, &given.into_inner()).await;
    db.close().await;
}

/// An organisation whose owner signs in as fast as can be.
async fn found(database: &str) {
    let db = Db::connect(database).await.unwrap();
    let (name, now) = ("Fieldwork".to_owned(), NOW.parse().unwrap());
    let new = NewOrganisation { name, currency: "EUR".into(), timezone: "UTC".into() };
    let email = "ana@fieldwork.example".to_owned();
    let owner = NewOwner { name: "Ana".into(), email, password: PASSWORD.into() };
    let hash = cheap_hash();
    let found =
        db.write(async |tx| identity::found_organisation(tx, &new, &owner, &hash, now).await);
    found.await.unwrap();
    db.close().await;
}

/// The retainers of the plans, billed from now on.
async fn agree(till: &Till<'_>) -> Vec<Value> {
    let client = till.sign_in().await.unwrap();
    let account = client.post("/accounts", json!({ "name": "Big Company" })).await.unwrap();
    let mut ids = Vec::new();
    for plan in &PLANS {
        let made = client.post("/retainers", plan.retainer(&account["id"])).await.unwrap();
        let path = format!("/retainers/{}/billing", made["id"].as_str().unwrap());
        client.send(Method::PUT, &path, &json!(0), plan.billing()).await.unwrap();
        ids.push(made["id"].clone());
    }
    let settings = json!({
        "legal_name": "Fieldwork", "address": "Hafenstr. 1", "starts_on": START,
        "taxes": [{ "code": "VAT", "percent": "19" }],
    });
    client.send(Method::PUT, "/organisation/billing", &json!(0), settings).await.unwrap();
    ids
}

/// One server, and who bills with it: it is opened again whenever it is gone.
struct Till<'a> {
    folder: &'a Path,
    database: &'a str,
    seat: Seat,
    /// Without a token where it was just opened.
    client: RefCell<Client>,
}

/// Numbers that were told, by invoice.
type Given = RefCell<BTreeMap<String, String>>;

impl<'a> Till<'a> {
    /// Serves a database from the first day on.
    async fn open(folder: &'a Path, database: &'a str) -> Self {
        let till = Self { folder, database, seat: Seat::default(), client: RefCell::default() };
        till.reopen(START).await;
        till
    }
    /// Serves from a day on; again if it is killed before it does.
    async fn reopen(&self, today: NaiveDate) {
        let (folder, database) = (self.folder.to_owned(), self.database.to_owned());
        let (seat, clock) = (self.seat.clone(), format!("{today}T09:00:00Z"));
        let serve = move || (0..10).find_map(|_| seat.serve(&folder, &database, &clock));
        let url = actix_web::rt::task::spawn_blocking(serve).await.unwrap();
        let url = url.expect("the program serves");
        *self.client.borrow_mut() = Client { url, ..Client::default() };
    }
    fn client(&self) -> Client {
        self.client.borrow().clone()
    }
    async fn signed_in(&self) -> Result<Client, reqwest::Error> {
        let client = self.client();
        if client.token.is_empty() { self.sign_in().await } else { Ok(client) }
    }
    /// Signs in where the clock is now: what was told before ends when it moves.
    async fn sign_in(&self) -> Result<Client, reqwest::Error> {
        let mut client = self.client();
        client.renew().await?;
        *self.client.borrow_mut() = client.clone();
        Ok(client)
    }
    async fn record(&self, retainer: &Value, day: NaiveDate, minutes: i64) {
        let entry = json!({ "retainer_id": retainer, "worked_on": day, "minutes": minutes });
        self.signed_in().await.unwrap().post("/time-entries", entry).await.unwrap();
    }
    /// Bills what a day brings, however often it has to begin anew.
    async fn bill(&self, today: NaiveDate, backwards: bool, given: &Given) {
        let until = Instant::now() + PATIENCE;
        while let Err(error) = self.try_to_bill((today, until), backwards, given).await {
            assert!(Instant::now() < until, "{today} does not come to its end: {error}");
            match error.status() {
                None => self.reopen(today).await,
                Some(status) => assert!(is_late(status), "{today}: {error}"),
            }
        }
    }
    async fn try_to_bill(
        &self,
        (today, until): (NaiveDate, Instant),
        backwards: bool,
        given: &Given,
    ) -> Result<(), reqwest::Error> {
        let to = json!({ "to": format!("{today}T09:00:00Z") });
        self.signed_in().await?.post("/clock/advance", to).await?;
        let client = self.sign_in().await?;
        loop {
            let mut drafts = client.drafts().await?;
            if drafts.is_empty() {
                return Ok(());
            }
            assert!(Instant::now() < until, "{today} does not come to its end: {drafts:?}");
            if backwards {
                drafts.reverse();
            }
            for draft in drafts {
                match client.finish(&draft).await {
                    Ok((id, number)) => {
                        let before = given.borrow_mut().insert(id, number.clone());
                        assert!(before.is_none_or(|before| before == number), "{number}");
                    }
                    Err(error) if error.status().is_some_and(is_late) => {}
                    Err(error) => return Err(error),
                }
            }
        }
    }
}

/// Another was first, or it is busy.
fn is_late(status: StatusCode) -> bool {
    [409, 412, 503].contains(&status.as_u16())
}

impl Client {
    async fn renew(&mut self) -> Result<(), reqwest::Error> {
        self.token = String::new();
        let body = json!({ "email": "ana@fieldwork.example", "password": PASSWORD });
        let signed_in = self.post("/auth/login", body).await?;
        signed_in["access_token"].as_str().unwrap().clone_into(&mut self.token);
        Ok(())
    }
    async fn send(
        &self,
        method: Method,
        path: &str,
        version: &Value,
        body: Value,
    ) -> Result<Value, reqwest::Error> {
        let request = self.http.request(method, format!("{}/api/v1{path}", self.url)).json(&body);
        let request = request.header("If-Match", format!("\"{version}\""));
        let response = request.bearer_auth(&self.token).send().await?;
        response.error_for_status()?.json().await
    }
    async fn drafts(&self) -> Result<Vec<Value>, reqwest::Error> {
        let url = format!("{}/api/v1/invoices?limit=200&state=draft", self.url);
        let response = self.http.get(url).bearer_auth(&self.token).send().await?;
        let page: Value = response.error_for_status()?.json().await?;
        Ok(page["items"].as_array().unwrap().clone())
    }
    /// Issues a draft, once it has the discount that some have; its id and number.
    async fn finish(&self, draft: &Value) -> Result<(String, String), reqwest::Error> {
        let path = format!("/invoices/{}", draft["id"].as_str().unwrap());
        let mut version = draft["version"].clone();
        if plans::is_discounted(draft) && version == 1 {
            let lines = json!({ "lines": [plans::discount()] });
            version = self.send(Method::PATCH, &path, &version, lines).await?["version"].clone();
        }
        let issue = format!("{path}/issue");
        let issued = self.send(Method::POST, &issue, &version, json!({})).await?;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Ok((text(&issued["id"]), text(&issued["summary"]["number"])))
    }
}

/// What the clock was to do was done in the end.
async fn nothing_failed(db: &Db) {
    let failed: Vec<(String, String)> = all(db, "SELECT kind, error FROM job_faults").await;
    assert!(failed.is_empty(), "{failed:?}");
}

/// What closed cycles went beyond their allowance.
async fn ledgers_hold_what_was_worked(db: &Db, worked: &Worked, today: NaiveDate) {
    let sql = "SELECT r.name, c.seq, CAST(SUM(e.overage) AS BIGINT) FROM ledger_entries e
        JOIN cycles c ON c.id = e.cycle_id JOIN retainers r ON r.id = c.retainer_id
        GROUP BY r.name, c.seq HAVING SUM(e.overage) > 0 ORDER BY r.name, c.seq";
    let kept: Vec<(String, i64, i64)> = all(db, sql).await;
    assert_eq!(kept, worked.overage(today));
}

async fn each_cycle_is_billed_once(db: &Db, worked: &Worked, today: NaiveDate) {
    let (invoices, lines) = plans::expected(worked, today);
    let sql = "SELECT r.name, i.seq, i.currency, i.net_minor, i.tax_minor, i.total_minor
        FROM invoices i JOIN retainers r ON r.id = i.retainer_id
        WHERE i.state = 'issued' AND i.purpose = 'cycle' ORDER BY r.name, i.seq";
    let kept: Vec<Billed> = all(db, sql).await;
    assert_eq!(kept, invoices);
    let sql = "SELECT r.name, i.seq, l.kind, COALESCE(l.of_seq, 0), l.quantity, l.amount_minor
        FROM invoices i JOIN retainers r ON r.id = i.retainer_id
        JOIN invoice_lines l ON l.invoice_id = i.id ORDER BY r.name, i.seq, l.position";
    let kept: Vec<Line> = all(db, sql).await;
    assert_eq!(kept, lines);
}

async fn numbers_have_no_gap(db: &Db, given: &BTreeMap<String, String>) {
    let sql = "SELECT series, number, id FROM invoices ORDER BY series, number";
    let kept: Vec<(String, i64, InvoiceId)> = all(db, sql).await;
    let mut last = BTreeMap::new();
    for (series, number, id) in kept {
        let before = last.insert(series.clone(), number).unwrap_or(0);
        assert_eq!(number, before + 1, "of {series}");
        let told = given.get(&id.0.to_string());
        let number = format!("{series}{number:04}");
        assert!(told.is_none_or(|told| *told == number), "{number} was told as {told:?}");
    }
    assert!(last.len() > 1, "several series: {last:?}");
}

async fn all<T: Row>(db: &Db, sql: &'static str) -> Vec<T> {
    db.read(async |tx| Ok(tx.all(Query::new(sql)).await?)).await.unwrap()
}
