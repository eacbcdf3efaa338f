//! Reviews, signals and leads. Source: requirements S0-8 to S0-13, S0-24, S0-37, S0-38, S3-14 to
//! S3-25, S3-32, S3-33, S3-36 to S3-39.
#[path = "reviews/causes.rs"]
mod causes;
#[path = "reviews/guides.rs"]
mod guides;
#[path = "reviews/held.rs"]
mod held;
#[path = "reviews/leads.rs"]
mod leads;
#[path = "reviews/signals.rs"]
mod signals;

use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::retainers::{get, id};
use crate::work::Desk;

/// A desk with a review that is being held.
pub struct Room {
    pub desk: Desk,
    pub review: Value,
}

impl Room {
    /// Begins the review at the desk as it is.
    pub async fn at(desk: Desk) -> Self {
        let room = start(&desk.app, &desk.retainer).await;
        Self { review: room["review"].clone(), desk }
    }
    pub async fn new(app: TestApp) -> Self {
        Self::at(Desk::new(app).await).await
    }
    pub fn step(&self, what: &str, body: &Value) -> Ask {
        let path = format!("/reviews/{}/{what}", id(&self.review));
        self.desk.app.as_role(Role::Owner, "POST", &path).json(body)
    }
    pub async fn seen(&self) -> Value {
        get(&self.desk.app, &format!("/reviews/{}", id(&self.review))).await
    }
    pub async fn signal(&self, kind: &str) -> Value {
        let room = self.seen().await;
        let all = room["observed"]["signals"].as_array().unwrap().clone();
        all.into_iter().find(|one| one["kind"] == kind).unwrap()
    }
    /// Decides to keep something about a signal that is not weak, so that the review can end.
    pub async fn keep(&self) -> Value {
        let mut keep = self.outcome("keep");
        keep["signal"] = "reporting_usefulness".into();
        self.step("outcomes", &keep).expect(201).await
    }
    pub fn outcome(&self, choice: &str) -> Value {
        json!({ "choice": choice, "what": "Drafts come with review criteria",
            "owner_id": self.desk.member["id"], "due_on": "2026-06-01",
            "effect": "One round of revision", "reason": "It is what slows us" })
    }
    pub async fn end(&self) -> Value {
        self.step("finish", &json!({ "left_out": "It is early" })).expect(200).await
    }
}

pub async fn start(app: &TestApp, retainer: &Value) -> Value {
    let body = json!({ "retainer_id": retainer["id"] });
    app.as_role(Role::Owner, "POST", "/reviews").json(&body).expect(201).await
}

/// Records time on a piece of work.
pub async fn spend(desk: &Desk, item: &Value, day: &str, minutes: i64) {
    let body = json!({ "retainer_id": desk.retainer["id"], "worked_on": day, "minutes": minutes,
        "work_item_id": item["id"] });
    desk.post("/time-entries", &body).expect(201).await;
}

/// A piece of work that was delivered.
pub async fn delivered(desk: &Desk, details: &Value) -> Value {
    let mut body = desk.light();
    for (name, value) in details.as_object().unwrap() {
        body["details"][name] = value.clone();
    }
    let item = desk.item(&body).await;
    desk.to(&item, "delivered").expect(200).await;
    desk.again(&item).await
}

/// A piece of work that was delivered and judged, so that it counts.
pub async fn judged(desk: &Desk, details: &Value) -> Value {
    let item = delivered(desk, details).await;
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": true,
        "better_decisions": true });
    desk.step(&item, "verdict", &verdict).expect(201).await
}

/// Marks a lead of the retainer.
pub fn mark(desk: &Desk, reference: &str, fit: &str, day: &str) -> Value {
    json!({ "retainer_id": desk.retainer["id"], "reference": reference, "fit": fit,
        "came_on": day, "source": "CRM" })
}
