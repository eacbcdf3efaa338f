//! Large files, on a server of its own process.
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::files::TOGGL;
use crate::app::{Engine, PASSWORD, http_client};
use crate::database;
use crate::program::{command, printed};
use crate::retainers::ten_hours;

/// How long somebody who records time beside an import may wait, on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(5);

/// A server with a retainer for the import since 2024, another for who works beside it, and its
/// owner signed in.
struct Server {
    child: Child,
    url: String,
    token: String,
    retainer: Value,
    http: Client,
    _folder: TempDir,
}

impl Server {
    async fn start(engine: Engine, more: &[&str]) -> Self {
        let folder = TempDir::new().unwrap();
        let database = database::fresh(engine, folder.path()).await;
        let owner = "owner@large.example";
        std::fs::write(folder.path().join("password"), PASSWORD).unwrap();
        let add = ["organisation", "add", "Large", "--owner", owner, "--password-file", "password"];
        printed(folder.path(), &[&add[..], &["--database", &database]].concat());
        let serve = ["serve", "--listen", "127.0.0.1:0", "--database", &database];
        let (child, url) = serve_in(folder.path(), &[&serve[..], more].concat());
        let (token, retainer, http) = (String::new(), Value::Null, http_client());
        let mut server = Self { child, url, token, retainer, http, _folder: folder };
        let login = json!({ "email": owner, "password": PASSWORD });
        let signed_in = server.ask("POST", "/auth/login").json(&login);
        let signed_in = told(signed_in, 200).await;
        server.token = signed_in["access_token"].as_str().unwrap().to_owned();
        let account = server.ask("POST", "/accounts").json(&json!({ "name": "Big Company" }));
        let account = told(account, 201).await;
        let mut body = ten_hours(&account["id"]);
        body["starts_on"] = json!("2024-01-01");
        told(server.ask("POST", "/retainers").json(&body), 201).await;
        let account = server.ask("POST", "/accounts").json(&json!({ "name": "Small Company" }));
        body["account_id"] = told(account, 201).await["id"].clone();
        let retainer = told(server.ask("POST", "/retainers").json(&body), 201).await;
        server.retainer = retainer["id"].clone();
        server
    }
    fn ask(&self, method: &str, path: &str) -> RequestBuilder {
        let url = format!("{}/api/v1{path}", self.url);
        self.http.request(method.parse::<Method>().unwrap(), url).bearer_auth(&self.token)
    }
    fn upload(&self, file: impl Into<reqwest::Body>) -> RequestBuilder {
        let ask = self.ask("POST", "/imports?file_name=large.csv");
        ask.header("Content-Type", "text/csv").body(file)
    }
    /// Begins to look for [`Server::peak`] anew: signing in takes more memory than any import.
    fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").unwrap();
    }
    /// The most memory it ever used, in bytes.
    fn peak(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve_in(folder: &Path, words: &[&str]) -> (Child, String) {
    use std::io::{BufRead, BufReader};
    let mut serve = command(folder, words);
    let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let url =
        lines.find_map(|line| Some(line.unwrap().strip_prefix("Perennial serves ")?.to_owned()));
    (child, url.expect("the program serves").trim_end_matches('/').to_owned())
}

async fn told(ask: RequestBuilder, status: u16) -> Value {
    let response = ask.send().await.unwrap();
    let (got, text) = (response.status().as_u16(), response.text().await.unwrap());
    assert_eq!(got, status, "{text}");
    serde_json::from_str(&text).unwrap_or(Value::Null)
}

/// A file of so many rows, three years long.
fn rows(count: u64) -> String {
    let mut file = "Date,Client,Project,User,Start,Duration,Description\n".to_owned();
    let first = "2024-01-01".parse::<chrono::NaiveDate>().unwrap();
    for n in 0..count {
        let day = first + chrono::Days::new(n % 700);
        let (hour, minute, second) = (n / 3_600 % 24, n / 60 % 60, n % 60);
        file.push_str(&format!(
            "{day},Big Company,Site {},Person {},{hour:02}:{minute:02}:{second:02},0:{:02}:00,Item {n}\n",
            n % 7, n % 25, 10 + n % 50,
        ));
    }
    file
}

/// What an import took: the server's peak of memory in bytes, and how long whoever recorded time
/// meanwhile waited at the longest.
#[derive(Debug)]
struct Taken {
    peak: u64,
    longest: Duration,
}

/// Imports so many rows, while somebody records time.
async fn import_of(engine: Engine, count: u64) -> Taken {
    let server = Server::start(engine, &[]).await;
    server.forget_peak();
    let begun = Instant::now();
    let import = told(server.upload(rows(count)), 201).await;
    assert_eq!(import["outcome"]["new"], count);
    let read = begun.elapsed();
    let path = format!("/imports/{}", import["id"].as_str().unwrap());
    let begun = Instant::now();
    told(server.ask("POST", &format!("{path}/commit")), 202).await;
    let (mut others, mut longest) = (0, Duration::ZERO);
    loop {
        let now = told(server.ask("GET", &path), 200).await;
        if now["state"] != "committing" {
            assert_eq!((&now["state"], &now["outcome"]["new"]), (&json!("done"), &json!(count)));
            let written = begun.elapsed();
            println!(
                "{engine:?}, {count} rows: read and looked at in {read:?}, written in {written:?}, \
                 {others} entries beside it, the slowest in {longest:?}"
            );
            return Taken { peak: server.peak(), longest };
        }
        let asked = Instant::now();
        let entry = json!({
            "retainer_id": server.retainer, "worked_on": "2024-01-02", "minutes": 5,
        });
        told(server.ask("POST", "/time-entries").json(&entry), 201).await;
        (others, longest) = (others + 1, longest.max(asked.elapsed()));
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[cfg(target_os = "linux")]
#[actix_web::test]
async fn a_hundred_thousand_rows_take_little_more_memory_than_ten_thousand_on_sqlite() {
    a_hundred_thousand_rows_take_little_more_memory_than_ten_thousand(Engine::Sqlite).await;
}
#[cfg(target_os = "linux")]
#[actix_web::test]
async fn a_hundred_thousand_rows_take_little_more_memory_than_ten_thousand_on_postgres() {
    a_hundred_thousand_rows_take_little_more_memory_than_ten_thousand(Engine::Postgres).await;
}
/// Memory does not grow with the file: what ninety thousand rows more may add is less than they
/// would take, were they all at hand.
#[cfg(target_os = "linux")]
async fn a_hundred_thousand_rows_take_little_more_memory_than_ten_thousand(engine: Engine) {
    let (small, large) = (import_of(engine, 10_000).await, import_of(engine, 100_000).await);
    assert!(large.peak <= small.peak + (16 << 20), "{small:?} for 10,000, {large:?} for 100,000");
    assert!(large.longest < PATIENCE, "{large:?}");
}

#[actix_web::test]
async fn a_file_that_is_too_large_leaves_nothing() {
    let server = Server::start(Engine::Sqlite, &["--import-max-mib", "1"]).await;
    // More than one chunk has been kept by the time it shows.
    let refused = told(server.upload(rows(25_000)), 413).await;
    assert_eq!(refused["code"], "too_large");
    assert_eq!(told(server.ask("GET", "/imports"), 200).await["items"], json!([]));
    told(server.upload(TOGGL), 201).await;
}
