//! A pool that blocks, and fifty writers at once: it is never overdrawn, and what was answered
//! is what the books hold. Source: domain 4.1, 8.3.
use futures_util::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::TestApp;
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![
    fifty_entries_at_once_take_what_there_is_and_no_more,
    fifty_bookings_at_once_take_what_there_is_and_no_more,
    fifty_different_writers_at_once_never_overdraw,
];

/// Writers at once.
const WRITERS: usize = 50;
/// Minutes of a cycle.
const MINUTES: i64 = 600;
/// Sessions of a cycle.
const SESSIONS: i64 = 12;
/// How often a client comes back when it is asked to.
const TRIES: usize = 10;

/// A retainer in the middle of January, with hours and sessions that both block.
async fn retainer(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let overage = json!({ "mode": "block" });
    let retainer = agree(app, |account| {
        json!({
            "account_id": account, "name": "Support", "starts_on": "2026-01-01",
            "terms": {
                "price": { "amount_minor": 150_000, "currency": "EUR" },
                "pools": [
                    { "unit": "minutes", "allowance": MINUTES, "overage": overage },
                    { "unit": "sessions", "allowance": SESSIONS, "overage": overage },
                ],
            },
        })
    });
    let retainer = retainer.await;
    app.token("owner@home.example").await;
    retainer
}

fn time(retainer: &Value, minutes: i64) -> (&'static str, Value) {
    let day = "2026-01-10";
    let body = json!({ "retainer_id": retainer["id"], "worked_on": day, "minutes": minutes });
    ("/time-entries", body)
}
fn booking(retainer: &Value, units: i64) -> (&'static str, Value) {
    let at = "2026-01-20T09:00:00Z";
    let retainer = &retainer["id"];
    let body = json!({ "retainer_id": retainer, "starts_at": at, "minutes": 60, "units": units });
    ("/sessions", body)
}
fn adjustment(retainer: &Value, kind: &str, pool: &str, quantity: i64) -> (&'static str, Value) {
    let body = json!({
        "retainer_id": retainer["id"], "kind": kind, "pool": pool, "quantity": quantity,
        "reason": "As agreed",
    });
    ("/adjustments", body)
}

/// Sends it as a well-behaved client does: what is answered `busy` is sent again, under the same
/// key, after the time that the answer names. What was made; none if it was refused for lack of
/// allowance, and nothing else may be answered.
async fn sent(app: &TestApp, key: usize, (path, body): (&str, Value)) -> Option<Value> {
    let key = format!("writer-{key}");
    for _ in 0..TRIES {
        let ask = app.as_role(Role::Owner, "POST", path).header("Idempotency-Key", &key);
        let answer = ask.json(&body).send().await.unwrap();
        let (status, wait) = (answer.status(), answer.headers().get("Retry-After").cloned());
        let told: Value = answer.json().await.unwrap();
        match status {
            StatusCode::CREATED => return Some(told),
            StatusCode::CONFLICT => {
                assert_eq!(told["code"], "insufficient_balance", "{told}");
                return None;
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                assert_eq!(told["code"], "busy", "{told}");
                let seconds = wait.expect("503 says when to come back");
                let seconds = seconds.to_str().unwrap().parse().unwrap();
                tokio::time::sleep(std::time::Duration::from_secs(seconds)).await;
            }
            _ => panic!("{status} for {body}: {told}"),
        }
    }
    panic!("{path} was busy {TRIES} times")
}

/// What was made by writers that all began at once.
async fn at_once(app: &TestApp, writes: Vec<(&'static str, Value)>) -> Vec<Value> {
    assert_eq!(writes.len(), WRITERS);
    let writers = writes.into_iter().enumerate();
    let answers = join_all(writers.map(|(key, write)| sent(app, key, write))).await;
    answers.into_iter().flatten().collect()
}

/// The ids of what was made of a kind, in order.
fn ids(made: &[Value], kind: &str) -> Vec<String> {
    let mut ids: Vec<String> =
        made.iter().filter_map(|one| one[kind]["id"].as_str()).map(str::to_owned).collect();
    ids.sort();
    ids
}

/// The books hold what was answered, each thing once and nothing else.
async fn kept(app: &TestApp, made: &[Value]) {
    for (path, kind) in
        [("/time-entries", "entry"), ("/sessions", "session"), ("/adjustments", "adjustment")]
    {
        let page = get(app, &format!("{path}?limit=200")).await;
        let items = page["items"].as_array().unwrap().iter();
        let mut kept: Vec<String> = items.map(|item| id(item).to_owned()).collect();
        kept.sort();
        assert_eq!(kept, ids(made, kind), "{path}");
    }
    app.books_hold().await;
}

/// Available, used, beyond, booked and left of each pool.
async fn figures(app: &TestApp, retainer: &Value) -> [[i64; 5]; 2] {
    let now = get(app, &format!("/retainers/{}", id(retainer))).await;
    [0, 1].map(|pool| {
        ["available", "used", "overage", "committed", "left"]
            .map(|name| now["balances"][pool][name].as_i64().unwrap())
    })
}

async fn fifty_entries_at_once_take_what_there_is_and_no_more(app: TestApp) {
    let retainer = retainer(&app).await;
    let writes = (0..WRITERS).map(|_| time(&retainer, 17)).collect();
    let made = at_once(&app, writes).await;
    // 35 times 17 are 595: a 36th does not fit, and none that fits is refused.
    assert_eq!(made.len(), 35);
    kept(&app, &made).await;
    let [hours, sessions] = figures(&app, &retainer).await;
    assert_eq!((hours, sessions), ([600, 595, 0, 0, 5], [12, 0, 0, 0, 12]));
}

async fn fifty_bookings_at_once_take_what_there_is_and_no_more(app: TestApp) {
    let retainer = retainer(&app).await;
    let writes = (0..WRITERS).map(|_| booking(&retainer, 1)).collect();
    let made = at_once(&app, writes).await;
    assert_eq!(made.len(), 12);
    kept(&app, &made).await;
    let [hours, sessions] = figures(&app, &retainer).await;
    assert_eq!((hours, sessions), ([600, 0, 0, 0, 600], [12, 0, 0, 12, 12]));
}

async fn fifty_different_writers_at_once_never_overdraw(app: TestApp) {
    let retainer = retainer(&app).await;
    let hours = |kind, quantity| adjustment(&retainer, kind, "hours", quantity);
    let writes = (0..WRITERS).map(|writer| match writer % 10 {
        0..=3 => time(&retainer, 40 + i64::try_from(writer).unwrap()),
        4..=6 => booking(&retainer, 1),
        7 => hours("correction", -30),
        8 => hours("purchase", 45),
        _ => adjustment(&retainer, "goodwill", "sessions", 1),
    });
    let made = at_once(&app, writes.collect()).await;
    assert_eq!(ids(&made, "adjustment").len(), 15, "nothing blocks an adjustment");
    kept(&app, &made).await;
    let recorded: i64 = made.iter().filter_map(|one| one["entry"]["minutes"].as_i64()).sum();
    let booked: i64 = made.iter().filter_map(|one| one["session"]["units"].as_i64()).sum();
    let [hours, sessions] = figures(&app, &retainer).await;
    let [available, used, beyond, _, left] = hours;
    assert_eq!((used, beyond, available - used), (recorded, 0, left));
    // Five times 45 bought; at most five times 30 taken, less where it was used by then.
    assert!((MINUTES + 75..=MINUTES + 225).contains(&available), "{available}");
    // Fifteen bookings on twelve sessions and five more: all that are wanted.
    assert!((SESSIONS..=15).contains(&booked), "{booked}");
    assert_eq!(sessions, [17, 0, 0, booked, 17]);
    let ledger = get(&app, &format!("/retainers/{}/ledger?limit=200", id(&retainer))).await;
    let lines = ledger["items"].as_array().unwrap().iter();
    let number = |line: &Value, name: &str| line[name].as_i64().unwrap();
    // What a correction finds in use is waived: it stands as overage and moves nothing.
    let moved = lines.clone().map(|line| number(line, "quantity") + number(line, "overage"));
    assert_eq!(moved.sum::<i64>(), left);
    let mut uses = lines.filter(|line| line["kind"] == "consume");
    assert!(uses.all(|line| line["overage"] == 0 && number(line, "balance") >= 0), "{ledger}");
}
