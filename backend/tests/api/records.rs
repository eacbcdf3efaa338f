//! Notes and next steps. Source: requirements S1-13, S2-14, S2-15.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    s2_14_what_was_said_stands_in_the_record_of_the_client,
    s2_15_a_note_makes_its_next_steps_at_once,
    s1_13_an_account_without_a_dated_next_step_is_found,
    a_withdrawn_note_is_kept_and_told_no_more,
    a_note_is_changed_by_its_author_or_a_manager,
    a_next_step_is_done_and_opened_again,
    steps_are_listed_in_the_order_of_their_days,
    what_cannot_be_is_told_at_its_field,
];

async fn post(app: &TestApp, path: &str, body: Value) -> Value {
    app.as_role(Role::Member, "POST", path).json(&body).expect(201).await
}

fn ask(app: &TestApp, path: &str, body: &Value) -> Ask {
    app.as_role(Role::Member, "POST", path).json(body)
}

async fn events(app: &TestApp, account: &Value) -> Vec<String> {
    let path = format!("/accounts/{}/timeline", account.as_str().unwrap());
    let page = get(app, &path).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["event"].as_str().unwrap().to_owned()).collect()
}

/// Source: requirement S2-14.
async fn s2_14_what_was_said_stands_in_the_record_of_the_client(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let new = json!({ "account_id": retainer["account_id"], "retainer_id": retainer["id"],
        "kind": "message", "happened_at": "2025-12-30T08:00:00Z",
        "text": "  Mia asks for a shop.\n\nBefore Easter.  " });
    let note = post(&app, "/notes", new).await;
    assert_eq!(note["text"], "Mia asks for a shop.\n\nBefore Easter.");
    assert_eq!((&note["internal"], &note["author_name"]), (&json!(true), &json!("member")));
    assert_eq!(
        (&note["account_name"], &note["retainer_name"]),
        (&json!("Big Company"), &json!("Monthly support"))
    );
    post(
        &app,
        "/notes",
        json!({ "account_id": retainer["account_id"], "text": "Later",
        "internal": false }),
    )
    .await;
    let page =
        get(&app, &format!("/notes?account_id={}", retainer["account_id"].as_str().unwrap())).await;
    let texts: Vec<&Value> =
        page["items"].as_array().unwrap().iter().map(|one| &one["text"]).collect();
    assert_eq!(texts, [&json!("Later"), &note["text"]]);
    let messages = get(&app, "/notes?kind=message").await;
    assert_eq!(messages["items"], json!([note]));
    let path = format!("/accounts/{}/timeline?kind=note", retainer["account_id"].as_str().unwrap());
    let told = get(&app, &path).await["items"].clone();
    assert_eq!((&told[0]["internal"], &told[0]["note_kind"]), (&json!(false), &json!("note")));
    assert_eq!((&told[1]["internal"], &told[1]["note_kind"]), (&json!(true), &json!("message")));
    assert_eq!((&told[1]["text"], &told[1]["subject_id"]), (&note["text"], &note["id"]));
}

/// Source: requirement S2-15.
async fn s2_15_a_note_makes_its_next_steps_at_once(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let manager = app.member(Role::Manager).await;
    let steps = json!([
        { "title": " Send the plan ", "due_on": "2026-01-09", "owner_id": manager },
        { "title": "Ask for photos" },
    ]);
    let new = json!({ "account_id": retainer["account_id"], "retainer_id": retainer["id"],
        "kind": "meeting", "text": "A shop by Easter", "tasks": steps });
    let note = post(&app, "/notes", new.clone()).await;
    let made = note["tasks"].as_array().unwrap();
    assert_eq!(made.len(), 2);
    assert_eq!(
        (&made[0]["title"], &made[0]["due_on"]),
        (&json!("Send the plan"), &json!("2026-01-09"))
    );
    assert_eq!(
        (&made[0]["owner_name"], &made[1]["owner_name"]),
        (&json!("manager"), &json!("member"))
    );
    assert!(made.iter().all(|one| one["note_id"] == note["id"]
        && one["state"] == "open"
        && one["retainer_id"] == retainer["id"]));
    let expected = ["task_made", "task_made", "note_written", "terms_agreed"];
    assert_eq!(events(&app, &retainer["account_id"]).await, expected);
    // All of it or none.
    let mut wrong = new;
    wrong["tasks"][1]["owner_id"] = retainer["id"].clone();
    ask(&app, "/notes", &wrong).faulty("/tasks/1/owner_id", "not_found").await;
    assert_eq!(events(&app, &retainer["account_id"]).await, expected);
    assert_eq!(get(&app, "/tasks").await["items"].as_array().unwrap().len(), 2);
}

/// Source: requirement S1-13.
async fn s1_13_an_account_without_a_dated_next_step_is_found(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    // Nobody serves this one: it lacks nothing.
    app.as_role(Role::Owner, "POST", "/accounts")
        .json(&json!({ "name": "Idle" }))
        .expect(201)
        .await;
    let lacking = async || {
        let page = get(&app, "/accounts?lacks_next_step=true").await;
        let items = page["items"].as_array().unwrap().clone();
        items.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(lacking().await, ["Big Company"]);
    let step = json!({ "account_id": retainer["account_id"], "title": "Call" });
    let step = post(&app, "/tasks", step).await;
    assert_eq!(lacking().await, ["Big Company"], "it has no day");
    let path = format!("/tasks/{}", id(&step));
    let patch = app.as_role(Role::Member, "PATCH", &path).version(1);
    let step = patch.json(&json!({ "due_on": "2026-01-09" })).expect(200).await;
    assert_eq!(lacking().await, Vec::<String>::new());
    app.as_role(Role::Member, "POST", &format!("{path}/done")).expect(200).await;
    assert_eq!(lacking().await, ["Big Company"], "{step}");
    assert_eq!(get(&app, "/accounts").await["items"].as_array().unwrap().len(), 2);
}

async fn a_withdrawn_note_is_kept_and_told_no_more(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let account = retainer["account_id"].as_str().unwrap();
    let new = json!({ "account_id": account, "text": "Sent to the wrong client",
        "tasks": [{ "title": "Apologise" }] });
    let note = post(&app, "/notes", new).await;
    let path = format!("/notes/{}", id(&note));
    let timeline = format!("/accounts/{account}/timeline");
    let words = format!("{timeline}?q=wrong");
    assert_eq!(get(&app, &words).await["items"].as_array().unwrap().len(), 1);
    app.as_role(Role::Member, "DELETE", &path).version(9).refused(ErrorCode::Stale).await;
    let gone = app.as_role(Role::Member, "DELETE", &path).version(1).expect(200).await;
    assert!(gone["withdrawn_at"].is_string());
    assert_eq!(get(&app, &path).await["text"], "Sent to the wrong client", "it is kept");
    assert_eq!(get(&app, "/notes").await["items"], json!([]));
    assert_eq!(get(&app, &words).await["items"], json!([]));
    let told = get(&app, &format!("{timeline}?kind=note")).await["items"][0].clone();
    assert_eq!((&told["withdrawn"], &told["text"]), (&json!(true), &Value::Null));
    assert_eq!(get(&app, "/tasks").await["items"][0]["title"], "Apologise", "its steps stay");
    let again = app.as_role(Role::Member, "DELETE", &path).version(2);
    again.refused(ErrorCode::NoteWithdrawn).await;
}

async fn a_note_is_changed_by_its_author_or_a_manager(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let account = retainer["account_id"].as_str().unwrap();
    let note = post(&app, "/notes", json!({ "account_id": account, "text": "First words" })).await;
    let path = format!("/notes/{}", id(&note));
    let change = json!({ "text": "Second thoughts", "happened_at": "2025-12-01T08:00:00Z",
        "kind": "call", "internal": false });
    let patch =
        |role: Role, version: i64| app.as_role(role, "PATCH", &path).version(version).json(&change);
    patch(Role::Finance, 1).refused(ErrorCode::Forbidden).await;
    patch(Role::Viewer, 1).refused(ErrorCode::Forbidden).await;
    patch(Role::Member, 7).refused(ErrorCode::Stale).await;
    let changed = patch(Role::Manager, 1).expect(200).await;
    assert_eq!((&changed["kind"], &changed["version"]), (&json!("call"), &json!(2)));
    assert!(changed["edited_at"].is_string());
    let found = async |q: &str| {
        get(&app, &format!("/accounts/{account}/timeline?q={q}")).await["items"].clone()
    };
    assert_eq!(found("first").await, json!([]));
    let told = found("second").await[0].clone();
    assert_eq!((&told["edited"], &told["internal"]), (&json!(true), &json!(false)));
    assert_eq!(told["happened_at"], "2025-12-01T08:00:00Z");
    assert_eq!((&told["note_kind"], &told["version"]), (&json!("call"), &json!(2)));
}

async fn a_next_step_is_done_and_opened_again(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let new = json!({ "account_id": retainer["account_id"], "title": "Call",
        "due_on": "2026-01-09" });
    let step = post(&app, "/tasks", new).await;
    let path = format!("/tasks/{}", id(&step));
    let act = |role: Role, what: &str| app.as_role(role, "POST", &format!("{path}/{what}"));
    act(Role::Viewer, "done").refused(ErrorCode::Forbidden).await;
    act(Role::Member, "reopen").refused(ErrorCode::TaskOpen).await;
    let done = act(Role::Finance, "done").expect(200).await;
    assert_eq!((&done["state"], &done["done_by_name"]), (&json!("done"), &json!("finance")));
    act(Role::Member, "done").refused(ErrorCode::TaskDone).await;
    let late = app.as_role(Role::Member, "PATCH", &path).version(2);
    late.json(&json!({ "title": "Mail" })).refused(ErrorCode::TaskDone).await;
    let open = act(Role::Member, "reopen").expect(200).await;
    assert_eq!((&open["state"], &open["done_at"]), (&json!("open"), &Value::Null));
    let told = events(&app, &retainer["account_id"]).await;
    assert_eq!(told[..3], ["task_reopened", "task_done", "task_made"]);
}

async fn steps_are_listed_in_the_order_of_their_days(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let manager = app.member(Role::Manager).await;
    for (title, due_on, owner) in [
        ("None", Value::Null, &Value::Null),
        ("Late", json!("2026-01-20"), &Value::Null),
        ("Soon", json!("2026-01-05"), &manager),
    ] {
        let new = json!({ "account_id": retainer["account_id"], "title": title, "due_on": due_on,
            "owner_id": owner });
        post(&app, "/tasks", new).await;
    }
    let titles = async |query: &str| {
        let page = get(&app, &format!("/tasks?{query}")).await;
        let items = page["items"].as_array().unwrap().clone();
        let titles = items.iter().map(|one| one["title"].as_str().unwrap().to_owned());
        (titles.collect::<Vec<_>>(), page["next_cursor"].as_str().map(str::to_owned))
    };
    assert_eq!(titles("state=open").await.0, ["Soon", "Late", "None"]);
    assert_eq!(titles("due_by=2026-01-05").await.0, ["Soon"]);
    assert_eq!(titles("due_by=2200-12-31").await.0, ["Soon", "Late"]);
    assert_eq!(titles(&format!("owner_id={}", manager.as_str().unwrap())).await.0, ["Soon"]);
    assert_eq!(titles("state=done").await.0, Vec::<String>::new());
    let (first, next) = titles("limit=2").await;
    assert_eq!(first, ["Soon", "Late"]);
    assert_eq!(titles(&format!("limit=2&cursor={}", next.unwrap())).await.0, ["None"]);
}

async fn what_cannot_be_is_told_at_its_field(app: TestApp) {
    let retainer = agree(&app, ten_hours).await;
    let other = agree(&app, ten_hours).await;
    let account = &retainer["account_id"];
    let viewer = app.member(Role::Viewer).await;
    let note = |more: Value| {
        let mut body = json!({ "account_id": account, "text": "x" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask(&app, "/notes", &body)
    };
    note(json!({ "account_id": retainer["id"] })).faulty("/account_id", "not_found").await;
    note(json!({ "retainer_id": other["id"] })).faulty("/retainer_id", "not_found").await;
    note(json!({ "text": " \n " })).faulty("/text", "required").await;
    note(json!({ "text": "x".repeat(10_001) })).faulty("/text", "too_long").await;
    note(json!({ "text": "a\u{7}b" })).faulty("/text", "control_characters").await;
    note(json!({ "happened_at": "2026-01-02T00:00:00Z" })).faulty("/happened_at", "future").await;
    note(json!({ "tasks": [{ "title": " " }] })).faulty("/tasks/0/title", "required").await;
    let step = json!({ "title": "x" });
    note(json!({ "tasks": vec![step; 21] })).faulty("/tasks", "too_long").await;
    let task = |more: Value| {
        let mut body = json!({ "account_id": account, "title": "x" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ask(&app, "/tasks", &body)
    };
    task(json!({ "owner_id": viewer })).faulty("/owner_id", "may_not_change").await;
    task(json!({ "note_id": retainer["id"] })).faulty("/note_id", "not_found").await;
    task(json!({ "due_on": "1800-01-01" })).faulty("/due_on", "out_of_range").await;
    let kept = note(json!({})).expect(201).await;
    let elsewhere = json!({ "account_id": other["account_id"], "note_id": kept["id"] });
    task(elsewhere).faulty("/note_id", "not_found").await;
    let twice = ask(&app, "/notes", &json!({ "account_id": account, "text": "Once" }));
    let once = twice.header("Idempotency-Key", "one").expect(201).await;
    let twice = ask(&app, "/notes", &json!({ "account_id": account, "text": "Once" }));
    assert_eq!(twice.header("Idempotency-Key", "one").expect(201).await, once);
}
