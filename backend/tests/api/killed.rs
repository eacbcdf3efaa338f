//! However often the program is killed while it bills, and on PostgreSQL however many replicas do
//! so at once, each cycle has one invoice, and numbers have no gap and no double. Source: domain
//! 5.2, 5.7.
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::Engine;
use crate::database;
use crate::durability::{Client, add_organisation};
use crate::program::{Program, printed};

/// Retainers that are billed since a year: one invoice for each of twelve cycles and the running
/// one.
const RETAINERS: usize = 8;
const CYCLES: i64 = 13;
/// How often it is killed while it drafts, unless `KILL_ROUNDS` asks for more.
const KILLS: u32 = 12;
/// Numbers given between two kills, at most.
const ISSUED_MAX: usize = 16;
/// Who issues at once.
const WRITERS: usize = 3;

#[actix_web::test]
async fn killed_while_it_bills_it_bills_each_cycle_once_on_sqlite() {
    killed_while_it_bills_it_bills_each_cycle_once(Engine::Sqlite).await;
}
#[actix_web::test]
async fn killed_while_it_bills_it_bills_each_cycle_once_on_postgres() {
    killed_while_it_bills_it_bills_each_cycle_once(Engine::Postgres).await;
}

async fn killed_while_it_bills_it_bills_each_cycle_once(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let database = database::fresh(engine, folder.path()).await;
    add_organisation(folder.path(), &database);
    let begun = Instant::now();
    let program = Program::serve(folder.path(), &database);
    let start = begun.elapsed();
    let retainers = agreed(&Client::sign_in(&program.url).await).await;
    drop(program);

    // The clock bills when a program starts: it is killed before, within and after that.
    let replicas = replicas(engine);
    for _ in 0..rounds() {
        let within = || rand::random_range(start / 2..start * 2 + Duration::from_millis(300));
        let delays: Vec<Duration> = (0..replicas).map(|_| within()).collect();
        Program::killed_after(folder.path(), &database, &delays);
    }
    let given = issued_between_kills(folder.path(), &database, replicas).await;

    assert_eq!(printed(folder.path(), &["check", "--database", &database]), "Everything holds.\n");
    let program = Program::serve(folder.path(), &database);
    let invoices = Client::sign_in(&program.url).await.invoices("").await;
    let mut cycles: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for invoice in &invoices {
        assert_eq!(invoice["state"], "issued");
        let retainer = invoice["retainer_id"].as_str().unwrap();
        cycles.entry(retainer).or_default().push(invoice["seq"].as_i64().unwrap());
        let id = invoice["id"].as_str().unwrap();
        if let Some(number) = given.get(id) {
            assert_eq!(invoice["number"], *number, "a number that was told is kept");
        }
    }
    cycles.values_mut().for_each(|seqs| seqs.sort_unstable());
    let once: Vec<i64> = (1..=CYCLES).collect();
    let expected = retainers.iter().map(|retainer| (retainer.as_str(), once.clone())).collect();
    assert_eq!(cycles, expected);
    let numbers: BTreeSet<&str> =
        invoices.iter().map(|one| one["number"].as_str().unwrap()).collect();
    let expected: Vec<String> =
        (1..=invoices.len()).map(|number| format!("2026-{number:04}")).collect();
    assert_eq!(numbers.into_iter().collect::<Vec<_>>(), expected);
}

/// SQLite has one server; PostgreSQL is raced for by two.
fn replicas(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 1,
        Engine::Postgres => 2,
    }
}

fn rounds() -> u32 {
    std::env::var("KILL_ROUNDS").map_or(KILLS, |rounds| rounds.parse().unwrap())
}

/// Retainers of last year, with overage in their first cycle, that nobody has billed yet.
async fn agreed(client: &Client) -> BTreeSet<String> {
    let account = client.post("/accounts", json!({ "name": "Big Company" })).await.unwrap();
    let overage = json!({ "mode": "bill", "rate_minor": 12_500 });
    let terms = json!({
        "price": { "amount_minor": 150_000, "currency": "EUR" },
        "pools": [{ "unit": "minutes", "allowance": 600, "overage": overage }],
    });
    let mut ids = BTreeSet::new();
    for number in 0..RETAINERS {
        let retainer = json!({
            "account_id": account["id"], "name": format!("Support {number}"),
            "starts_on": "2025-01-01", "timezone": "UTC", "terms": terms, "activate": false,
        });
        let made = client.post("/retainers", retainer).await.unwrap();
        let id = made["id"].as_str().unwrap().to_owned();
        let entry = json!({ "retainer_id": id, "worked_on": "2025-01-10", "minutes": 705 });
        client.post("/time-entries", entry).await.unwrap();
        client.post(&format!("/retainers/{id}/activate"), json!({})).await.unwrap();
        ids.insert(id);
    }
    let settings = json!({
        "legal_name": "Fieldwork", "address": "Hafenstr. 1", "starts_on": "2025-01-01",
        "taxes": [{ "code": "VAT", "percent": "19" }],
    });
    client.put("/organisation/billing", 0, settings).await.unwrap();
    ids
}

/// Issues every draft by several at once at each replica, and kills one of them again and again
/// meanwhile. The numbers that were told, by invoice.
async fn issued_between_kills(
    folder: &Path,
    database: &str,
    replicas: usize,
) -> BTreeMap<String, String> {
    let given = RefCell::new(BTreeMap::new());
    loop {
        let serve = |_| Program::serve(folder, database);
        let programs: Vec<RefCell<Program>> = (0..replicas).map(serve).map(RefCell::new).collect();
        let mut clients = Vec::new();
        for program in &programs {
            let url = program.borrow().url.clone();
            clients.push(Client::sign_in(&url).await);
        }
        let drafts = RefCell::new(clients[0].invoices("&state=draft").await);
        if drafts.borrow().is_empty() {
            return given.into_inner();
        }
        let last = given.borrow().len() + rand::random_range(1..=ISSUED_MAX);
        let doomed = &programs[rand::random_range(0..replicas)];
        let issue = async |client: &Client| loop {
            let Some(draft) = drafts.borrow_mut().pop() else { return };
            let id = draft["id"].as_str().unwrap();
            match client.issue(id, &draft["version"]).await {
                Ok(number) => drop(given.borrow_mut().insert(id.to_owned(), number)),
                Err(error) if error.status().is_some() => {} // busy: it stays a draft
                Err(_) => return,                            // the program is gone
            }
            if given.borrow().len() == last {
                doomed.borrow_mut().kill();
            }
        };
        join_all(clients.iter().flat_map(|client| (0..WRITERS).map(|_| issue(client)))).await;
    }
}

impl Client {
    async fn put(&self, path: &str, version: i64, body: Value) -> Result<Value, reqwest::Error> {
        let request = self.http.put(format!("{}/api/v1{path}", self.url)).json(&body);
        let request = request.header("If-Match", format!("\"{version}\""));
        let response = request.bearer_auth(&self.token).send().await?;
        response.error_for_status()?.json().await
    }
    /// Issues a draft; its number.
    async fn issue(&self, id: &str, version: &Value) -> Result<String, reqwest::Error> {
        let request = self.http.post(format!("{}/api/v1/invoices/{id}/issue", self.url));
        let request = request.header("If-Match", format!("\"{version}\""));
        let response = request.bearer_auth(&self.token).send().await?;
        let issued: Value = response.error_for_status()?.json().await?;
        Ok(issued["summary"]["number"].as_str().unwrap().to_owned())
    }
    /// Every invoice of a filter.
    async fn invoices(&self, filter: &str) -> Vec<Value> {
        let mut all = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("{}/api/v1/invoices?limit=200{filter}{cursor}", self.url);
            let response = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
            let page: Value = response.json().await.unwrap();
            all.extend(page["items"].as_array().unwrap().iter().cloned());
            let Some(next) = page["next_cursor"].as_str() else { return all };
            cursor = format!("&cursor={next}");
        }
    }
}
