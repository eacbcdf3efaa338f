//! Work on boards: gates, seats, moves, checks and decisions. Source: requirements S0-15 to S0-36.
#[path = "work/board.rs"]
mod board;
#[path = "work/gates.rs"]
mod gates;
#[path = "work/live.rs"]
mod live;
#[path = "work/steps.rs"]
mod steps;
#[path = "work/whose.rs"]
mod whose;

use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::retainers::{agree, get, id, ten_hours};

/// A retainer, somebody at its client, and a colleague.
pub struct Desk {
    pub app: TestApp,
    pub retainer: Value,
    pub client: Value,
    pub member: Value,
}

impl Desk {
    pub async fn new(app: TestApp) -> Self {
        Self::over(app, ten_hours).await
    }
    /// By other terms.
    pub async fn over(app: TestApp, terms: impl Fn(&Value) -> Value) -> Self {
        let retainer = agree(&app, terms).await;
        let path = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
        let mia = json!({ "name": "Mia Berg", "decides": true });
        let contact = app.as_role(Role::Owner, "POST", &path).json(&mia).expect(201).await;
        let client = json!({ "kind": "contact", "id": contact["id"] });
        let member = json!({ "kind": "member", "id": app.member(Role::Member).await });
        Self { app, retainer, client, member }
    }
    pub fn post(&self, path: &str, body: &Value) -> Ask {
        self.app.as_role(Role::Owner, "POST", path).json(body)
    }
    /// A piece of work, with more than its title.
    pub async fn item(&self, more: &Value) -> Value {
        self.post("/work-items", &self.body(more)).expect(201).await
    }
    pub fn body(&self, more: &Value) -> Value {
        let mut body = json!({ "retainer_id": self.retainer["id"], "title": "Pricing page" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    }
    /// What lets work begin: a goal, who decides and who does it.
    pub fn ready(&self) -> Value {
        json!({
            "details": { "goal": "Visitors choose a plan", "estimate": 240 },
            "seats": { "decision": self.client, "execution": self.member },
        })
    }
    /// What lets work be delivered too: it is light.
    pub fn light(&self) -> Value {
        let mut body = self.ready();
        body["details"]["frequency"] = "recurring".into();
        body
    }
    /// Puts something about an item, at the version it has.
    pub fn put(&self, item: &Value, what: &str, body: &Value) -> Ask {
        let path = format!("/work-items/{}/{what}", id(item));
        self.app.as_role(Role::Owner, "PUT", &path).version(&item["version"]).json(body)
    }
    pub fn to(&self, item: &Value, column: &str) -> Ask {
        self.put(item, "place", &json!({ "column": column }))
    }
    pub fn step(&self, item: &Value, what: &str, body: &Value) -> Ask {
        self.post(&format!("/work-items/{}/{what}", id(item)), body)
    }
    pub async fn again(&self, item: &Value) -> Value {
        get(&self.app, &format!("/work-items/{}", id(item))).await
    }
    pub async fn board(&self) -> Value {
        get(&self.app, &format!("/retainers/{}/board", id(&self.retainer))).await
    }
    /// The kinds of what happened to an item, the newest first.
    pub async fn events(&self, item: &Value) -> Vec<String> {
        let events = get(&self.app, &format!("/work-items/{}/events", id(item))).await;
        let kind = |event: &Value| event["kind"].as_str().unwrap().to_owned();
        events["items"].as_array().unwrap().iter().map(kind).collect()
    }
}

/// The fields at fault, and why.
pub fn faults(problem: &Value) -> Vec<(&str, &str)> {
    let errors = problem["errors"].as_array().unwrap().iter();
    errors.map(|one| (one["field"].as_str().unwrap(), one["code"].as_str().unwrap())).collect()
}

/// Refused since something is missing: what.
pub async fn lacks(ask: Ask) -> Vec<(String, String)> {
    let problem = ask.refused(ErrorCode::WorkNotReady).await;
    faults(&problem).into_iter().map(|(at, why)| (at.to_owned(), why.to_owned())).collect()
}

pub fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(at, why)| ((*at).to_owned(), (*why).to_owned())).collect()
}
