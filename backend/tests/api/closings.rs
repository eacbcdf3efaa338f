//! Closing a cycle by hand: preview, decision, lock, and what is left to be billed.
mod closed;
mod months;
mod preview;

use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::retainers::{agree, get, id, record};

/// Ten hours, five days of grace; what goes beyond is borrowed up to an hour, the rest billed at
/// 150.00 an hour, by the quarter.
fn hours(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Monthly support", "starts_on": "2026-01-01",
        "timezone": "Europe/Berlin",
        "terms": {
            "price": { "amount_minor": 150_000, "currency": "EUR" },
            "grace_days": 5,
            "pools": [{
                "unit": "minutes", "allowance": 600,
                "overage": { "mode": "borrow", "rate_minor": 15_000, "increment": 15,
                    "borrow_cap": 60 },
            }],
        },
    })
}

/// January with twelve and a half hours used of ten, on the third day of its grace.
async fn over(app: &TestApp) -> (Value, String) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    let retainer = agree(app, hours).await;
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-01-10", "minutes": 700,
        "note": "Landing page" });
    let entry = app.as_role(Role::Owner, "POST", "/time-entries").json(&body).expect(201).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    record(app, &retainer, "2026-01-31", 50).await;
    (retainer, entry["entry"]["cycle_id"].as_str().unwrap().to_owned())
}

async fn closing(app: &TestApp, cycle: &str) -> Value {
    get(app, &format!("/cycles/{cycle}/closing")).await
}

fn close(app: &TestApp, role: Role, cycle: &str, version: &Value, body: &Value) -> Ask {
    app.as_role(role, "POST", &format!("/cycles/{cycle}/close")).version(version).json(body)
}

/// The cycle of a retainer with a number.
async fn cycle(app: &TestApp, retainer: &Value, seq: i64) -> Value {
    let cycles = get(app, &format!("/retainers/{}/cycles", id(retainer))).await;
    let all = cycles["items"].as_array().unwrap();
    all.iter().find(|cycle| cycle["seq"] == seq).unwrap().clone()
}
