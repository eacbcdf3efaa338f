//! What was signed, and terms that were changed since. Source: requirement S1-4.
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};
use uuid::Uuid;

use super::{PDF, bring};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    s1_04_terms_that_drift_from_what_was_signed_are_told,
    what_cannot_be_signed_is_told_at_its_field,
    an_agreement_never_changes,
];

fn agreements(retainer: &Value) -> String {
    format!("/retainers/{}/agreements", id(retainer))
}

fn signing(app: &TestApp, retainer: &Value, body: &Value) -> Ask {
    app.as_role(Role::Manager, "POST", &agreements(retainer)).json(body)
}

fn of(file: &Value) -> Value {
    json!({ "file_id": file["id"], "label": "Version 1", "signers": ["Mia Berg", " Ann Lee "],
        "signed_on": "2025-12-15" })
}

async fn begun(app: &TestApp) -> (Value, Value) {
    let retainer = agree(app, ten_hours).await;
    let file = bring(app, Role::Member, &retainer["account_id"], "Contract.pdf", PDF);
    let file = file.expect(201).await;
    (retainer, file)
}

async fn amend(app: &TestApp, retainer: &Value, price_minor: i64) {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(price_minor);
    let path = format!("/retainers/{}/amendments", id(retainer));
    let body = json!({ "terms": terms, "reason": "More to do" });
    app.as_role(Role::Owner, "POST", &path).json(&body).expect(201).await;
}

/// How many retainers wait for a signature, and the version of the terms of the first.
async fn unsigned(app: &TestApp) -> (i64, Value) {
    let told = get(app, "/loose-ends").await;
    let counts = told["counts"].as_array().unwrap();
    let count = counts.iter().find(|one| one["kind"] == "unsigned_terms").unwrap();
    let items = told["items"].as_array().unwrap();
    let first = items.iter().find(|one| one["kind"] == "unsigned_terms");
    let number = first.map_or(Value::Null, |one| one["number"].clone());
    (count["count"].as_i64().unwrap(), number)
}

async fn s1_04_terms_that_drift_from_what_was_signed_are_told(app: TestApp) {
    let (retainer, file) = begun(&app).await;
    let none = get(&app, &agreements(&retainer)).await;
    assert_eq!((&none["items"], &none["in_force"]), (&json!([]), &Value::Null));
    assert_eq!(none["terms"][0]["signed"], false);
    let first = signing(&app, &retainer, &of(&file)).expect(201).await;
    assert_eq!(
        (&first["terms_number"], &first["terms_from"], &first["starts_on"]),
        (&json!(1), &json!("2026-01-01"), &json!("2026-01-01"))
    );
    assert_eq!(
        (&first["signers"], &first["file_name"], &first["proposal_id"]),
        (&json!(["Mia Berg", "Ann Lee"]), &json!("Contract.pdf"), &Value::Null)
    );
    let all = get(&app, &agreements(&retainer)).await;
    assert_eq!((&all["in_force"], &all["drift"]), (&first["id"], &Value::Null));
    assert_eq!(all["terms"][0]["signed"], true);
    assert_eq!(unsigned(&app).await, (0, Value::Null));
    // It stays with its file.
    let path = format!("/files/{}", id(&file));
    assert_eq!(get(&app, &path).await["is_agreement"], true);
    let delete = app.as_role(Role::Owner, "DELETE", &path).version(1);
    delete.refused(ErrorCode::FileIsAgreement).await;

    app.clock_at("2026-01-03T09:00:00Z").await;
    amend(&app, &retainer, 160_000).await;
    app.clock_at("2026-01-04T09:00:00Z").await;
    amend(&app, &retainer, 170_000).await;
    let drift = json!({ "terms_number": 2, "changed_on": "2026-01-03", "versions": 2,
        "signed_on": "2025-12-15" });
    assert_eq!(get(&app, &agreements(&retainer)).await["drift"], drift);
    assert_eq!(unsigned(&app).await, (1, json!(2)));
    // One that names what is in between leaves the rest to be signed.
    let mut second = of(&file);
    second["terms_number"] = json!(2);
    second["signed_on"] = json!("2026-01-04");
    signing(&app, &retainer, &second).expect(201).await;
    assert_eq!(unsigned(&app).await, (1, json!(3)));
    // Of the newest if none is named.
    second.as_object_mut().unwrap().remove("terms_number");
    let third = signing(&app, &retainer, &second).expect(201).await;
    assert_eq!(third["terms_number"], 3);
    let all = get(&app, &agreements(&retainer)).await;
    // Its terms begin with the next cycle.
    assert_eq!((&all["in_force"], &all["coming"]), (&first["id"], &third["id"]));
    assert_eq!(all["drift"], Value::Null);
    assert_eq!(all["items"].as_array().unwrap().len(), 3);
    assert_eq!(unsigned(&app).await, (0, Value::Null));
    let told = format!(
        "/accounts/{}/timeline?kind=agreement&q=ann",
        retainer["account_id"].as_str().unwrap()
    );
    let told = get(&app, &told).await["items"].clone();
    assert_eq!(told.as_array().unwrap().len(), 3);
    let told = &told[2];
    assert_eq!(
        (&told["title"], &told["text"], &told["number"], &told["on"]),
        (&json!("Version 1"), &json!("Mia Berg, Ann Lee"), &json!(1), &json!("2025-12-15"))
    );
    app.clock_at("2026-02-01T09:00:00Z").await;
    let all = get(&app, &agreements(&retainer)).await;
    assert_eq!((&all["in_force"], &all["coming"]), (&third["id"], &Value::Null));
    app.books_hold().await;
}

async fn what_cannot_be_signed_is_told_at_its_field(app: TestApp) {
    let (retainer, file) = begun(&app).await;
    let (_, elsewhere) = begun(&app).await;
    let with = |field: &str, value: Value| {
        let mut body = of(&file);
        body[field] = value;
        signing(&app, &retainer, &body)
    };
    with("file_id", elsewhere["id"].clone()).faulty("/file_id", "not_found").await;
    with("file_id", json!(Uuid::now_v7())).faulty("/file_id", "not_found").await;
    with("signed_on", json!("2026-01-02")).faulty("/signed_on", "future").await;
    with("terms_number", json!(2)).faulty("/terms_number", "not_found").await;
    with("label", json!(" ")).faulty("/label", "required").await;
    with("signers", json!([])).faulty("/signers", "required").await;
    with("signers", json!([""])).faulty("/signers/0", "required").await;
    for role in [Role::Member, Role::Finance, Role::Viewer, Role::Partner] {
        let ask = app.as_role(role, "POST", &agreements(&retainer)).json(&of(&file));
        ask.refused(ErrorCode::Forbidden).await;
    }
    let partner = app.as_role(Role::Partner, "GET", &agreements(&retainer));
    partner.refused(ErrorCode::Forbidden).await;
    app.tenant("other").await;
    let path = agreements(&retainer);
    let other = |method: &str| app.as_person("owner@other.example", method, &path);
    other("GET").refused(ErrorCode::NotFound).await;
    other("POST").json(&of(&file)).refused(ErrorCode::NotFound).await;
    // What was deleted cannot be signed any more.
    let gone = app.as_role(Role::Owner, "DELETE", &format!("/files/{}", id(&file))).version(1);
    gone.expect(204).await;
    signing(&app, &retainer, &of(&file)).faulty("/file_id", "not_found").await;
}

async fn an_agreement_never_changes(app: TestApp) {
    let (retainer, file) = begun(&app).await;
    let made = signing(&app, &retainer, &of(&file)).expect(201).await;
    let made: Uuid = id(&made).parse().unwrap();
    for sql in [
        "UPDATE agreements SET terms_number = 1 WHERE id = $1",
        "DELETE FROM agreements WHERE id = $1",
    ] {
        let query = || Query::with(sql, vec![Arg::from(made)]);
        let tried = app.db.write(async |tx| Ok(tx.execute(query()).await?)).await;
        assert!(tried.is_err(), "{sql}");
    }
    assert_eq!(get(&app, &agreements(&retainer)).await["items"].as_array().unwrap().len(), 1);
}
