//! Sessions: what is booked reserves its units, and how it went says what they become.
mod booking;
mod invited;
mod settled;
mod settling;
mod summary;

use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::retainers::{agree, id};

/// Four sessions a month; one called off in time is made up.
fn coaching(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Coaching", "starts_on": "2026-01-01",
        "timezone": "Europe/Berlin",
        "terms": {
            "price": { "amount_minor": 80_000, "currency": "EUR" },
            "pools": [{
                "unit": "sessions", "allowance": 4,
                "cancellation": { "notice_hours": 24, "in_time": "carry" },
            }],
        },
    })
}

/// The same with other rules for its pool.
fn with_pool(more: Value) -> impl Fn(&Value) -> Value {
    move |account| {
        let mut body = coaching(account);
        let pool = body["terms"]["pools"][0].as_object_mut().unwrap();
        pool.extend(more.as_object().unwrap().clone());
        body
    }
}

/// A retainer of coaching in the middle of January.
async fn retainer(app: &TestApp, more: Value) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    agree(app, with_pool(more)).await
}

fn post(app: &TestApp, retainer: &Value, more: Value) -> Ask {
    let mut body = json!({
        "retainer_id": retainer["id"], "starts_at": "2026-01-20T09:00:00Z", "minutes": 60,
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    app.as_role(Role::Owner, "POST", "/sessions").json(&body)
}

async fn book(app: &TestApp, retainer: &Value, starts_at: &str) -> Value {
    post(app, retainer, json!({ "starts_at": starts_at })).expect(201).await
}

fn of(app: &TestApp, method: &str, booked: &Value) -> Ask {
    app.as_role(Role::Owner, method, &path(booked)).version(&booked["session"]["version"])
}

fn path(booked: &Value) -> String {
    format!("/sessions/{}", id(&booked["session"]))
}

/// Used, booked, set aside and left, of a balance.
fn figures(balance: &Value) -> [i64; 4] {
    ["used", "committed", "set_aside", "left"].map(|name| balance[name].as_i64().unwrap())
}

async fn get(app: &TestApp, path: &str) -> Value {
    app.as_role(Role::Owner, "GET", path).expect(200).await
}

/// The figures of the present cycle.
async fn now(app: &TestApp, retainer: &Value) -> [i64; 4] {
    figures(&get(app, &format!("/retainers/{}", id(retainer))).await["balances"][0])
}

/// Says how a session went.
fn settle(app: &TestApp, booked: &Value, how: Value) -> Ask {
    app.as_role(Role::Owner, "POST", &format!("{}/settle", path(booked))).json(&how)
}

fn called_off(at: &str) -> Value {
    json!({ "status": "cancelled", "at": at })
}

async fn held(app: &TestApp, retainer: &Value, starts_at: &str) -> Value {
    let booked = book(app, retainer, starts_at).await;
    settle(app, &booked, json!({ "status": "completed" })).expect(200).await
}
