//! What to know before a call: as the pages of its parts tell it. Source: requirement S1-3.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::invoices::{billed, invoices, issue, post, run, support};
use crate::on_both_engines;
use crate::retainers::{get, id, record};

on_both_engines![
    s1_03_one_page_tells_what_to_know_before_a_call,
    s1_03_a_part_that_the_role_may_not_read_is_absent,
    s1_03_who_decides_is_there_among_many,
];

/// January, with an invoice that is late, something said, promised, decided and asked; a call in
/// February.
async fn before_a_call(app: &TestApp) -> (Value, Value) {
    let retainer = billed(app, support).await;
    let account = retainer["account_id"].clone();
    run(app).await;
    issue(app, &invoices(app, &retainer).await[0]).await;
    record(app, &retainer, "2026-01-10", 270).await;
    let people = format!("/accounts/{}/contacts", account.as_str().unwrap());
    post(app, &people, json!({ "name": "Ann Adler" }), 201).await;
    post(app, &people, json!({ "name": "Ben Okoro", "decides": true }), 201).await;
    for (n, day) in ["05", "07", "09", "12"].into_iter().enumerate() {
        let happened_at = format!("2026-01-{day}T09:00:00Z");
        let note = json!({ "account_id": account, "kind": "call", "text": format!("Call {n}"),
            "happened_at": happened_at });
        post(app, "/notes", note, 201).await;
    }
    for (title, due_on) in
        [("Later", json!("2026-03-01")), ("Some day", Value::Null), ("Late", json!("2026-01-20"))]
    {
        let step = json!({ "account_id": account, "title": title, "due_on": due_on });
        post(app, "/tasks", step, 201).await;
    }
    let made = json!({ "choice": "Yes", "reason": "It pays", "evidence": [{ "text": "Figures" }] });
    let decided = json!({ "question": "More pages?", "account_id": account, "made": made });
    post(app, "/decisions", decided, 201).await;
    let open = json!({ "question": "Another shop?", "account_id": account });
    post(app, "/decisions", open, 201).await;
    let asked = json!({ "retainer_id": retainer["id"], "title": "A second page" });
    post(app, "/requests", asked, 201).await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    let call = json!({ "retainer_id": retainer["id"], "starts_at": "2026-02-06T09:00:00Z",
        "minutes": 30, "units": 0, "title": "Monthly call" });
    let booked = post(app, "/sessions", call, 201).await;
    (retainer, booked["session"].clone())
}

async fn prepared(app: &TestApp, role: Role, session: &Value) -> Value {
    let path = format!("/sessions/{}/preparation", id(session));
    app.as_role(role, "GET", &path).expect(200).await
}

/// One field of each of a list.
fn each<'v>(of: &'v Value, field: &str) -> Vec<&'v str> {
    of.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap()).collect()
}

async fn s1_03_one_page_tells_what_to_know_before_a_call(app: TestApp) {
    let (retainer, session) = before_a_call(&app).await;
    let account = retainer["account_id"].as_str().unwrap();
    let told = prepared(&app, Role::Owner, &session).await;
    assert_eq!((&told["session"], &told["today"]), (&session, &json!("2026-02-05")));
    assert_eq!(each(&told["people"], "name"), ["Ben Okoro", "Ann Adler"]);
    assert_eq!(each(&told["notes"], "text"), ["Call 3", "Call 2", "Call 1"]);
    assert_eq!(each(&told["tasks"], "title"), ["Late", "Later", "Some day"]);
    assert_eq!(told["messages"], json!([]));
    assert_eq!(each(&told["decisions"], "question"), ["More pages?"]);
    assert_eq!(each(&told["requests"], "title"), ["A second page"]);
    // The figures are those of their own pages.
    let page = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(told["balances"], page["balances"]);
    assert_eq!(told["health"], get(&app, &format!("/accounts/{account}/health")).await);
    let all = get(&app, &format!("/invoices?account_id={account}")).await;
    let open = |one: &&Value| one["balance_minor"].as_i64().unwrap() > 0;
    let open: Vec<Value> = all["items"].as_array().unwrap().iter().filter(open).cloned().collect();
    assert_eq!(told["money"]["invoices"], json!(open));
    let sum: i64 = open.iter().map(|one| one["balance_minor"].as_i64().unwrap()).sum();
    let sum = json!([{ "amount_minor": sum, "currency": "EUR" }]);
    assert_eq!((&told["money"]["open"], &told["money"]["overdue"]), (&sum, &sum));
    let outlook = get(&app, &format!("/accounts/{account}/outlook")).await;
    assert_eq!(told["money"]["next_on"], outlook["items"][0]["next_on"]);
    // A renewal that is talked about is there.
    assert_eq!(told.get("renewal"), None);
    let begun = post(&app, "/renewals", json!({ "retainer_id": retainer["id"] }), 201).await;
    let told = prepared(&app, Role::Owner, &session).await;
    assert_eq!(told["renewal"]["id"], begun["id"]);
}

async fn s1_03_a_part_that_the_role_may_not_read_is_absent(app: TestApp) {
    let (_, session) = before_a_call(&app).await;
    let parts = |told: &Value| {
        let all = ["notes", "messages", "tasks", "money", "decisions", "requests", "health"];
        let there = all.into_iter().filter(|part| told.get(part).is_some());
        there.collect::<Vec<_>>()
    };
    for (role, expected) in [
        (
            Role::Viewer,
            vec!["notes", "messages", "tasks", "money", "decisions", "requests", "health"],
        ),
        (Role::Member, vec!["notes", "messages", "tasks", "decisions", "requests", "health"]),
        (Role::Partner, vec!["decisions", "requests"]),
    ] {
        let told = prepared(&app, role, &session).await;
        assert_eq!(parts(&told), expected, "{role:?}");
    }
    // A health without money says nothing of late invoices.
    let of_member = prepared(&app, Role::Member, &session).await;
    assert_eq!(of_member["health"]["parts"]["payment"], Value::Null);
    let nothing = "/sessions/0193a5b0-0000-7000-8000-000000000000/preparation";
    app.as_role(Role::Owner, "GET", nothing).refused(ErrorCode::NotFound).await;
}

/// The limit takes the last ones off, not who decides, nor the sum of what is open.
async fn s1_03_who_decides_is_there_among_many(app: TestApp) {
    let (retainer, session) = before_a_call(&app).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    for n in 0..50 {
        post(&app, &people, json!({ "name": format!("Person {n:02}") }), 201).await;
    }
    post(&app, &people, json!({ "name": "Zoe Zander", "decides": true }), 201).await;
    let told = prepared(&app, Role::Owner, &session).await;
    let names = each(&told["people"], "name");
    assert_eq!((&names[..3], names.len()), (&["Ben Okoro", "Zoe Zander", "Ann Adler"][..], 50));
}
