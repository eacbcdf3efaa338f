//! What was acknowledged is there, however the program ends.
use std::cell::RefCell;
use std::path::Path;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{Engine, PASSWORD, http_client};
use crate::database;
use crate::program::{Program, printed};

/// Acknowledged entries after which the program is killed.
const ENTRIES: usize = 40;
/// Writers at once.
const WRITERS: usize = 4;

#[actix_web::test]
async fn a_killed_program_loses_no_acknowledged_entry_on_sqlite() {
    a_killed_program_loses_no_acknowledged_entry(Engine::Sqlite).await;
}
#[actix_web::test]
async fn a_killed_program_loses_no_acknowledged_entry_on_postgres() {
    a_killed_program_loses_no_acknowledged_entry(Engine::Postgres).await;
}

async fn a_killed_program_loses_no_acknowledged_entry(engine: Engine) {
    let folder = TempDir::new().unwrap();
    let database = database::fresh(engine, folder.path()).await;
    add_organisation(folder.path(), &database);
    let program = RefCell::new(Program::serve(folder.path(), &database));
    let url = program.borrow().url.clone();
    let client = Client::sign_in(&url).await;
    let retainer = client.retainer().await;

    let acknowledged = RefCell::new(Vec::new());
    let write = async || loop {
        match client.record(&retainer).await {
            Ok(id) => acknowledged.borrow_mut().push(id),
            Err(_) => return, // the program is gone
        }
        if acknowledged.borrow().len() == ENTRIES {
            program.borrow_mut().kill();
        }
    };
    join_all((0..WRITERS).map(|_| write())).await;
    let acknowledged = acknowledged.into_inner();
    assert!(acknowledged.len() >= ENTRIES);

    let check = ["check", "--database", &database];
    assert_eq!(printed(folder.path(), &check), "Everything holds.\n");
    let program = Program::serve(folder.path(), &database);
    let client = Client::sign_in(&program.url).await;
    let kept = client.entries().await;
    for id in &acknowledged {
        assert!(kept.contains(id), "{id} was acknowledged and is lost");
    }
    // What was on its way may have been written, without its answer.
    assert!(kept.len() <= acknowledged.len() + WRITERS);
}

#[cfg(unix)]
#[actix_web::test]
async fn a_program_that_is_told_to_stop_stops_well() {
    let folder = TempDir::new().unwrap();
    let database = database::fresh(Engine::Sqlite, folder.path()).await;
    let mut program = Program::serve(folder.path(), &database);
    let live = http_client().get(format!("{}/health/live", program.url)).send().await.unwrap();
    assert_eq!(live.status(), 200);
    assert_eq!(program.stop(), Some(0));
}

fn add_organisation(folder: &Path, database: &str) {
    let file = folder.join("password");
    std::fs::write(&file, PASSWORD).unwrap();
    let file = file.to_str().unwrap();
    let words = ["organisation", "add", "Fieldwork", "--owner", "ana@fieldwork.example"];
    printed(folder, &[&words[..], &["--password-file", file, "--database", database]].concat());
}

/// Ana, signed in to a program.
#[derive(Clone)]
pub struct Client {
    pub url: String,
    pub http: reqwest::Client,
    pub token: String,
}

impl Default for Client {
    fn default() -> Self {
        Self { url: String::new(), http: http_client(), token: String::new() }
    }
}

impl Client {
    pub async fn sign_in(url: &str) -> Self {
        let mut client = Self { url: url.to_owned(), ..Self::default() };
        let body = json!({ "email": "ana@fieldwork.example", "password": PASSWORD });
        let signed_in = client.post("/auth/login", body).await.unwrap();
        client.token = signed_in["access_token"].as_str().unwrap().to_owned();
        client
    }
    pub async fn post(&self, path: &str, body: Value) -> Result<Value, reqwest::Error> {
        let request = self.http.post(format!("{}/api/v1{path}", self.url)).json(&body);
        let response = request.bearer_auth(&self.token).send().await?;
        response.error_for_status()?.json().await
    }
    async fn retainer(&self) -> Value {
        let account = self.post("/accounts", json!({ "name": "Big Company" })).await.unwrap();
        let price = json!({ "amount_minor": 150_000, "currency": "EUR" });
        let terms = json!({ "pools": [{ "allowance": 600 }], "price": price });
        let retainer = json!({
            "account_id": account["id"], "name": "Support", "starts_on": "2026-01-01",
            "terms": terms,
        });
        self.post("/retainers", retainer).await.unwrap()["id"].clone()
    }
    async fn record(&self, retainer: &Value) -> Result<String, reqwest::Error> {
        let body = json!({ "retainer_id": retainer, "worked_on": "2026-01-01", "minutes": 5 });
        let recorded = self.post("/time-entries", body).await?;
        Ok(recorded["entry"]["id"].as_str().unwrap().to_owned())
    }
    async fn entries(&self) -> Vec<String> {
        let url = format!("{}/api/v1/time-entries?limit=200", self.url);
        let response = self.http.get(url).bearer_auth(&self.token).send().await.unwrap();
        let page: Value = response.json().await.unwrap();
        let items = page["items"].as_array().unwrap();
        items.iter().map(|entry| entry["id"].as_str().unwrap().to_owned()).collect()
    }
}
