//! `Idempotency-Key`: the first answer again, and the work done once.
use chrono::Duration;
use futures_util::future::join_all;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;

on_both_engines![
    a_repeated_key_gives_the_first_answer,
    a_key_is_not_taken_for_another_request,
    twelve_at_once_have_one_effect,
    a_refused_request_leaves_its_key_free,
    each_organisation_has_keys_of_its_own,
    an_old_key_is_forgotten,
];

fn post(app: &TestApp, name: &str, key: &str) -> Ask {
    let ask = app.as_role(Role::Owner, "POST", "/accounts").header("Idempotency-Key", key);
    ask.json(&json!({ "name": name }))
}
async fn count(app: &TestApp) -> usize {
    let page = app.as_role(Role::Owner, "GET", "/accounts").expect(200).await;
    page["items"].as_array().unwrap().len()
}

async fn a_repeated_key_gives_the_first_answer(app: TestApp) {
    let first = post(&app, "A", "k1").send().await.unwrap();
    let again = post(&app, "A", "k1").send().await.unwrap();
    assert_eq!((first.status(), again.status()), (again.status(), first.status()));
    assert_eq!(first.headers()["ETag"], again.headers()["ETag"]);
    assert_eq!(first.text().await.unwrap(), again.text().await.unwrap());
    post(&app, "A", "k2").expect(201).await;
    assert_eq!(count(&app).await, 2);
}

async fn a_key_is_not_taken_for_another_request(app: TestApp) {
    post(&app, "A", "k1").expect(201).await;
    post(&app, "B", "k1").refused(ErrorCode::KeyReused).await;
    let admin = app.as_role(Role::Admin, "POST", "/accounts").header("Idempotency-Key", "k1");
    admin.json(&json!({ "name": "A" })).refused(ErrorCode::KeyReused).await;
    let elsewhere = app.as_role(Role::Owner, "POST", "/members").header("Idempotency-Key", "k1");
    elsewhere.json(&json!({ "name": "A", "role": "viewer" })).refused(ErrorCode::KeyReused).await;
    assert_eq!(count(&app).await, 1);
}

async fn twelve_at_once_have_one_effect(app: TestApp) {
    app.set_up().await;
    app.token("owner@home.example").await;
    let answers = join_all((0..12).map(|_| post(&app, "A", "k1").send())).await;
    let mut bodies = Vec::new();
    for answer in answers {
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 201);
        bodies.push(answer.json::<Value>().await.unwrap());
    }
    bodies.dedup();
    assert_eq!((bodies.len(), count(&app).await), (1, 1));
}

async fn a_refused_request_leaves_its_key_free(app: TestApp) {
    let owner = "0193a5b0-0000-7000-8000-000000000000";
    let wrong = app.as_role(Role::Owner, "POST", "/accounts").header("Idempotency-Key", "k1");
    let wrong = wrong.json(&json!({ "name": "A", "owner_id": owner }));
    wrong.faulty("/owner_id", "not_found").await;
    post(&app, "A", "k1").expect(201).await;
}

async fn each_organisation_has_keys_of_its_own(app: TestApp) {
    post(&app, "A", "k1").expect(201).await;
    app.tenant("other").await;
    let other = app.as_person("owner@other.example", "POST", "/accounts");
    let other = other.header("Idempotency-Key", "k1").json(&json!({ "name": "B" }));
    assert_eq!(other.expect(201).await["name"], "B");
}

async fn an_old_key_is_forgotten(app: TestApp) {
    let first = post(&app, "A", "k1").expect(201).await;
    app.wait(Duration::hours(49));
    backend::tick::forget(&app.db, app.clock.now()).await.unwrap();
    assert_ne!(post(&app, "A", "k1").expect(201).await, first);
}
