//! A normal cycle is issued and sent on its day with no press; what is not normal waits for people.
//! Source: requirement S2-5, domain 5.2; docs/decisions/0054.
use backend::mail::Mailer;
use backend::tick;
use chrono::Duration;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::mailed::Post;
use super::{billed, invoices, run, support};
use crate::app::{Answer, Engine, TestApp};
use crate::retainers::{get, id};

#[actix_web::test]
async fn s2_05_a_normal_cycle_bills_with_no_press_on_sqlite() {
    Box::pin(s2_05_a_normal_cycle_bills_with_no_press(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s2_05_a_normal_cycle_bills_with_no_press_on_postgres() {
    Box::pin(s2_05_a_normal_cycle_bills_with_no_press(Engine::Postgres)).await;
}

struct Story {
    app: TestApp,
    post: Post,
    mailer: Mailer,
    retainer: Value,
}

impl Story {
    /// What the clock brings at a time, by two replicas.
    async fn at(&self, time: &str) {
        self.app.clock_at(time).await;
        let once = || tick::send((&self.app.db, &self.app.clock), &self.mailer, || false);
        let (one, other) = join(once(), once()).await;
        one.and(other).unwrap();
    }
    async fn states(&self) -> Vec<String> {
        let all = invoices(&self.app, &self.retainer).await;
        all.iter().map(|one| one["state"].as_str().unwrap().to_owned()).collect()
    }
    async fn put(&self, path: &str, change: Value) {
        let now = get(&self.app, path).await;
        let place = if path == "/organisation/billing" { "settings" } else { "billing" };
        let mut body = now[place].clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let put = self.app.as_role(Role::Owner, "PUT", path).version(&now["version"]);
        put.json(&body).expect(200).await;
    }
    async fn by_itself(&self, organisation: bool, own: Option<bool>) {
        self.put("/organisation/billing", json!({ "automatic": organisation })).await;
        let path = format!("/retainers/{}/billing", id(&self.retainer));
        self.put(&path, json!({ "automatic": own })).await;
    }
    async fn sends_to(&self, addresses: Value) {
        let path = format!("/accounts/{}/billing", self.retainer["account_id"].as_str().unwrap());
        self.put(&path, json!({ "send_to": addresses })).await;
    }
}

async fn s2_05_a_normal_cycle_bills_with_no_press(engine: Engine) {
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    let app = TestApp::with_mail(engine, mailer.clone()).await;
    let retainer = billed(&app, support).await;
    run(&app).await;
    let story = Story { app, post, mailer, retainer };
    let states = async || story.states().await;
    story.sends_to(json!(["ann@client.example"])).await;

    // Nobody asked for it; then what lay about before waits.
    story.at("2026-01-15T11:00:00Z").await;
    assert_eq!(states().await, ["draft"]);
    story.at("2026-01-20T11:00:00Z").await;
    story.by_itself(true, None).await;
    story.at("2026-01-20T12:00:00Z").await;
    assert_eq!(states().await, ["draft"], "its day was the fifteenth");

    // Not at night; by two replicas once, with one mail.
    story.at("2026-02-01T02:00:00Z").await;
    assert_eq!(states().await, ["draft", "draft"]);
    story.at("2026-02-01T10:00:00Z").await;
    assert_eq!(states().await, ["draft", "issued"]);
    let february = invoices(&story.app, &story.retainer).await[1].clone();
    assert_eq!(
        (&february["number"], &february["issue_on"]),
        (&json!("INV-2026-0001"), &json!("2026-02-01"))
    );
    story.app.wait(Duration::seconds(30));
    story.at("2026-02-01T10:05:00Z").await;
    assert_eq!(story.post.taken().len(), 1);

    // What somebody changed waits for them.
    story.at("2026-03-01T02:00:00Z").await;
    let march = invoices(&story.app, &story.retainer).await[2].clone();
    let path = format!("/invoices/{}", id(&march));
    let note = json!({ "note": "With thanks" });
    story.app.as_role(Role::Finance, "PATCH", &path).version(1).json(&note).expect(200).await;
    story.at("2026-03-01T10:00:00Z").await;
    assert_eq!(states().await[2], "draft");

    // One retainer otherwise, and back.
    story.by_itself(true, Some(false)).await;
    story.at("2026-04-01T10:00:00Z").await;
    assert_eq!(states().await[3], "draft");
    story.by_itself(false, Some(true)).await;
    story.at("2026-04-03T10:00:00Z").await;
    assert_eq!(states().await[3], "issued");

    // Nowhere to send it: it is no invoice yet, and goes out once there is.
    story.sends_to(json!([])).await;
    story.at("2026-05-01T10:00:00Z").await;
    assert_eq!(states().await[4], "draft");
    story.sends_to(json!(["ann@client.example"])).await;
    // Nor what is not billed here any more.
    let path = format!("/retainers/{}/billing", id(&story.retainer));
    story.put(&path, json!({ "billed": false })).await;
    story.at("2026-05-01T12:00:00Z").await;
    assert_eq!(states().await[4], "draft");
    story.put(&path, json!({ "billed": true })).await;
    // Who may not issue has nothing issued.
    let now = get(&story.app, &path).await;
    let mut body = now["billing"].clone();
    body["automatic"] = json!(false);
    let put = story.app.as_role(Role::Manager, "PUT", &path).version(&now["version"]);
    put.json(&body).refused(ErrorCode::Forbidden).await;
    story.at("2026-05-02T10:00:00Z").await;
    assert_eq!(states().await[4], "issued");

    // A server that was down for long asks first; a day is caught up.
    story.at("2026-06-06T10:00:00Z").await;
    assert_eq!(states().await[5], "draft");
    story.at("2026-07-02T10:00:00Z").await;
    assert_eq!(states().await[6], "issued");
    let faults = get(&story.app, "/job-faults").await;
    assert_eq!(faults["items"], json!([]));
    story.app.books_hold().await;
}
