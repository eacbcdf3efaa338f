//! Requests: taken in, matched to the scope, decided, asked about. Source: requirements S0-2,
//! S0-21, S0-29 to S0-32, S3-29, S3-36.
#[path = "requests/forms.rs"]
mod forms;
#[path = "requests/intake.rs"]
mod intake;
#[path = "requests/swaps.rs"]
mod swaps;
#[path = "requests/verdicts.rs"]
mod verdicts;

use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::retainers::{agree, get, id};

/// A retainer with ten hours a cycle and a scope, somebody at its client.
pub struct Desk {
    pub app: TestApp,
    pub retainer: Value,
    pub mia: Value,
}

/// Ten hours, overage by this mode at 150.00 an hour.
fn hours(mode: &'static str) -> impl Fn(&Value) -> Value {
    move |account| {
        json!({
            "account_id": account, "name": "Monthly support", "starts_on": "2026-01-01",
            "terms": {
                "price": { "amount_minor": 150_000, "currency": "EUR" },
                "pools": [{ "unit": "minutes", "allowance": 600,
                    "overage": { "mode": mode, "rate_minor": 15_000, "increment": 15 } }],
            },
        })
    }
}

impl Desk {
    pub async fn new(app: TestApp) -> Self {
        Self::with(app, "bill").await
    }
    pub async fn with(app: TestApp, mode: &'static str) -> Self {
        let retainer = agree(&app, hours(mode)).await;
        let path = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
        let mia = json!({ "name": "Mia Berg", "decides": true });
        let mia = app.as_role(Role::Owner, "POST", &path).json(&mia).expect(201).await;
        let lines = json!({
            "included": ["Landing pages", "Two newsletters a month"],
            "excluded": ["Hosting of the site"],
        });
        let path = format!("/retainers/{}/scope", id(&retainer));
        let set = app.as_role(Role::Owner, "PUT", &path).version(0).json(&lines);
        set.expect(200).await;
        Self { app, retainer, mia }
    }
    pub fn post(&self, path: &str, body: &Value) -> Ask {
        self.app.as_role(Role::Manager, "POST", path).json(body)
    }
    pub async fn read(&self, path: &str) -> Value {
        get(&self.app, path).await
    }
    /// A request of four hours, matched to the line on landing pages.
    pub async fn page(&self, estimate: i64) -> Value {
        let line = self.line("Landing pages").await;
        let details = json!({
            "estimate": estimate, "scope_match": { "kind": "included", "line_id": line },
        });
        self.request("Landing page for the fair", &details).await
    }
    pub async fn request(&self, title: &str, details: &Value) -> Value {
        let body =
            json!({ "retainer_id": self.retainer["id"], "title": title, "details": details });
        self.post("/requests", &body).expect(201).await
    }
    pub async fn line(&self, text: &str) -> Value {
        let scope = self.read(&format!("/retainers/{}/scope", id(&self.retainer))).await;
        let lines = scope["lines"].as_array().unwrap().iter();
        let found = lines.into_iter().find(|line| line["text"] == text);
        found.unwrap_or_else(|| panic!("no line {text}"))["id"].clone()
    }
    pub fn triage(&self, request: &Value, body: &Value) -> Ask {
        let path = format!("/requests/{}/triage", id(request));
        self.post(&path, body).version(&request["version"])
    }
    pub async fn again(&self, request: &Value) -> Value {
        self.read(&format!("/requests/{}", id(request))).await
    }
    /// What the verdicts would do: verdict, why it is not open, free after it, fee.
    pub async fn effects(&self, request: &Value) -> Vec<(String, Value, Value, Value)> {
        let options = self.read(&format!("/requests/{}/options", id(request))).await;
        let told = |one: &Value| {
            let verdict = one["verdict"].as_str().unwrap().to_owned();
            (verdict, one["refused"].clone(), one["after"].clone(), one["fee_minor"].clone())
        };
        options["effects"].as_array().unwrap().iter().map(told).collect()
    }
    pub async fn item(&self, request: &Value) -> Value {
        let id = request["work_item_id"].as_str().expect("a piece of work came of it");
        self.read(&format!("/work-items/{id}")).await
    }
    /// The number of the cycle of January, and those of what is planned for it and the next.
    pub async fn cycle_of(&self, item: &Value) -> Value {
        self.read(&format!("/work-items/{}", id(item))).await["cycle_seq"].clone()
    }
}
