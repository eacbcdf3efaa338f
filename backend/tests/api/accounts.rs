//! Accounts and their people.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::invoices::{billed, invoices, issue, post, run, support};
use crate::on_both_engines;
use crate::payments::pay;
use crate::retainers::{get, id, record};

on_both_engines![
    s2_24_what_changes_in_one_place_is_read_in_the_others_at_once,
    s2_25_sessions_payments_and_retainers_are_one_history_of_a_client,
    an_account_is_made_changed_and_read,
    the_owner_of_an_account_is_an_active_member,
    accounts_are_listed_by_name_page_by_page,
    accounts_are_found_by_part_of_their_name_and_by_kind,
    an_archived_account_leaves_the_list_and_comes_back,
    an_account_with_a_running_retainer_is_not_archived,
    a_contact_is_made_changed_and_removed,
    contacts_are_listed_by_name_page_by_page,
    a_stale_version_changes_nothing,
];

async fn add(app: &TestApp, body: Value) -> Value {
    app.as_role(Role::Manager, "POST", "/accounts").json(&body).expect(201).await
}
fn at(account: &Value) -> String {
    format!("/accounts/{}", account["id"].as_str().unwrap())
}
fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect()
}

/// What happened with an account, the newest first: the event, and the retainer it is about.
async fn history(app: &TestApp, account: &str) -> Vec<(String, String)> {
    let page = get(app, &format!("{account}/timeline?limit=200")).await;
    let word = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| (word(item, "event"), word(item, "retainer_name"))).collect()
}

/// Source: requirement S2-24.
async fn s2_24_what_changes_in_one_place_is_read_in_the_others_at_once(app: TestApp) {
    let ending = |account: &Value| {
        let mut body = support(account);
        body["ends_on"] = json!("2026-03-01");
        body
    };
    let retainer = billed(&app, ending).await;
    run(&app).await;
    issue(&app, &invoices(&app, &retainer).await[0]).await;
    // From here on no clock moves: nothing has to come by for what follows.
    app.clock_at("2026-01-20T10:00:00Z").await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let summary = async || get(&app, &account).await["retainers"][0].clone();
    let periods = format!("/retainers/{}/periods", id(&retainer));
    let period = async || get(&app, &periods).await["items"][0].clone();
    let newest = async || history(&app, &account).await[0].0.clone();

    // Delivery: the account and its periods.
    record(&app, &retainer, "2026-01-19", 705).await;
    assert_eq!(summary().await["balances"][0]["overage"], 105);
    let pool = period().await["pools"][0].clone();
    assert_eq!((&pool["used"], &pool["overage"]), (&json!(705), &json!(105)));
    // Billing: the periods, the outlook and the timeline.
    pay(&app, &retainer, 300_000, "2026-01-20").await;
    assert_eq!(period().await["paid_minor"], 300_000);
    let outlook = get(&app, &format!("{account}/outlook")).await;
    assert_eq!(outlook["items"][0]["paid_until"], "2026-01-31");
    assert_eq!(newest().await, "payment_received");
    // Communication: the timeline and the health.
    let call = json!({ "account_id": retainer["account_id"], "kind": "call", "text": "Goes on" });
    post(&app, "/notes", call, 201).await;
    assert_eq!(newest().await, "note_written");
    let health = get(&app, &format!("{account}/health")).await;
    assert_eq!(health["parts"]["contact"]["last_on"], "2026-01-20");
    // Renewal: the account and the timeline.
    let begun = get(&app, "/renewals?decided=false").await["items"][0].clone();
    assert_eq!(summary().await["ends_on"], "2026-03-01");
    let won = app.as_role(Role::Manager, "POST", &format!("/renewals/{}/won", id(&begun)));
    won.json(&json!({ "ends_on": "2027-03-01", "reason": "results" })).expect(200).await;
    assert_eq!(summary().await["ends_on"], "2027-03-01");
    assert!(history(&app, &account).await.iter().any(|(event, _)| event == "renewal_won"));
    app.books_hold().await;
}

/// Four talks beside the hours.
fn with_talks(name: &'static str) -> impl Fn(&Value) -> Value {
    move |account| {
        let mut body = support(account);
        body["name"] = json!(name);
        let talks = json!({ "unit": "sessions", "key": "talks", "allowance": 4 });
        body["terms"]["pools"].as_array_mut().unwrap().push(talks);
        body
    }
}

/// Source: requirement S2-25.
async fn s2_25_sessions_payments_and_retainers_are_one_history_of_a_client(app: TestApp) {
    let first = billed(&app, with_talks("Support")).await;
    let account = format!("/accounts/{}", first["account_id"].as_str().unwrap());
    let second = with_talks("Coaching")(&first["account_id"]);
    let second = post(&app, "/retainers", second, 201).await;
    for (retainer, at) in [(&first, "2026-01-13T09:00:00Z"), (&second, "2026-01-14T09:00:00Z")] {
        let new = json!({ "retainer_id": retainer["id"], "starts_at": at, "minutes": 60 });
        let booked = post(&app, "/sessions", new, 201).await;
        let settle = format!("/sessions/{}/settle", id(&booked["session"]));
        post(&app, &settle, json!({ "status": "completed" }), 200).await;
    }
    run(&app).await;
    issue(&app, &invoices(&app, &first).await[0]).await;
    pay(&app, &first, 300_000, "2026-01-15").await;
    let told = history(&app, &account).await;
    for (event, retainer) in [
        ("terms_agreed", "Support"),
        ("terms_agreed", "Coaching"),
        ("session_completed", "Support"),
        ("session_completed", "Coaching"),
    ] {
        assert!(told.contains(&(event.to_owned(), retainer.to_owned())), "{event}: {told:?}");
    }
    for event in ["invoice_issued", "payment_received"] {
        assert!(told.iter().any(|(one, _)| one == event), "{event}: {told:?}");
    }
    let read = get(&app, &account).await;
    let names: Vec<&str> = read["retainers"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert!(names.contains(&"Support") && names.contains(&"Coaching"), "{names:?}");
}

async fn an_account_is_made_changed_and_read(app: TestApp) {
    let manager = app.member(Role::Manager).await;
    let new = json!({ "name": " Big Company ", "owner_id": manager, "note": "Careful." });
    let made = add(&app, new).await;
    assert_eq!(made["name"], "Big Company");
    assert_eq!((&made["kind"], &made["archived"]), (&json!("client"), &json!(false)));
    assert_eq!((&made["owner_id"], &made["owner_name"]), (&manager, &json!("manager")));
    assert_eq!((&made["version"], &made["retainers"]), (&json!(1), &json!([])));

    let read = app.as_role(Role::Viewer, "GET", &at(&made)).send().await.unwrap();
    assert_eq!(read.headers()["ETag"], "\"1\"");
    assert_eq!(read.json::<Value>().await.unwrap(), made);

    let change = json!({ "name": "Bigger Company", "note": "" });
    let patch = app.as_role(Role::Manager, "PATCH", &at(&made)).version(1).json(&change);
    let changed = patch.expect(200).await;
    assert_eq!(changed["name"], "Bigger Company");
    assert_eq!((&changed["note"], &changed["version"]), (&Value::Null, &json!(2)));
    assert_eq!(changed["owner_id"], manager);
}

async fn the_owner_of_an_account_is_an_active_member(app: TestApp) {
    let nobody = json!({ "name": "A", "owner_id": "0193a5b0-0000-7000-8000-000000000000" });
    let post = |body: Value| app.as_role(Role::Owner, "POST", "/accounts").json(&body);
    post(nobody).faulty("/owner_id", "not_found").await;

    let member = app.member(Role::Member).await;
    let path = format!("/members/{}", member.as_str().unwrap());
    let leave = json!({ "active": false });
    app.as_role(Role::Owner, "PATCH", &path).version(1).json(&leave).expect(200).await;
    post(json!({ "name": "A", "owner_id": member })).faulty("/owner_id", "not_found").await;
}

async fn accounts_are_listed_by_name_page_by_page(app: TestApp) {
    for name in ["beta", "Alpha", "Émile", "gamma"] {
        add(&app, json!({ "name": name })).await;
    }
    let get = |path: &str| app.as_role(Role::Viewer, "GET", path);
    let first = get("/accounts?limit=3").expect(200).await;
    assert_eq!(names(&first), ["Alpha", "beta", "gamma"]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let last = get(&format!("/accounts?limit=3&cursor={cursor}")).expect(200).await;
    assert_eq!((names(&last), &last["next_cursor"]), (vec!["Émile"], &Value::Null));
}

async fn accounts_are_found_by_part_of_their_name_and_by_kind(app: TestApp) {
    add(&app, json!({ "name": "Äpfel & Söhne" })).await;
    add(&app, json!({ "name": "50 % Off", "kind": "partner" })).await;
    for (query, found) in [
        ("q=%C3%84PFEL", vec!["Äpfel & Söhne"]),
        ("q=%25", vec!["50 % Off"]),
        ("q=_", vec![]),
        ("kind=partner", vec!["50 % Off"]),
        ("kind=client&q=o", vec![]),
    ] {
        let path = format!("/accounts?{query}");
        let page = app.as_role(Role::Viewer, "GET", &path).expect(200).await;
        assert_eq!(names(&page), found, "{query}");
    }
    app.as_role(Role::Viewer, "GET", "/accounts?kind=friend").faulty("kind", "not_allowed").await;
    app.as_role(Role::Viewer, "GET", "/accounts?colour=red").faulty("colour", "unknown").await;
}

async fn an_archived_account_leaves_the_list_and_comes_back(app: TestApp) {
    let account = add(&app, json!({ "name": "Gone" })).await;
    let set = |archived: bool, version: i64| {
        let body = json!({ "archived": archived });
        app.as_role(Role::Manager, "PATCH", &at(&account)).version(version).json(&body)
    };
    let count = async |query: &str| {
        let page = app.as_role(Role::Viewer, "GET", query).expect(200).await;
        names(&page).len()
    };
    set(true, 1).expect(200).await;
    assert_eq!((count("/accounts").await, count("/accounts?archived=true").await), (0, 1));
    set(false, 2).expect(200).await;
    assert_eq!((count("/accounts").await, count("/accounts?archived=true").await), (1, 0));
}

async fn an_account_with_a_running_retainer_is_not_archived(app: TestApp) {
    let account = add(&app, json!({ "name": "Busy" })).await;
    let price = json!({ "amount_minor": 150_000, "currency": "EUR" });
    let terms = json!({ "pools": [{ "allowance": 600 }], "price": price });
    let retainer = json!({
        "account_id": account["id"], "name": "Support", "starts_on": "2026-01-01", "terms": terms
    });
    app.as_role(Role::Manager, "POST", "/retainers").json(&retainer).expect(201).await;
    let body = json!({ "archived": true });
    let patch = app.as_role(Role::Manager, "PATCH", &at(&account)).version(1).json(&body);
    patch.refused(ErrorCode::InUse).await;

    let read = app.as_role(Role::Viewer, "GET", &at(&account)).expect(200).await;
    let retainers = read["retainers"].as_array().unwrap();
    assert_eq!(retainers.len(), 1);
    assert_eq!(
        (&retainers[0]["name"], &retainers[0]["balances"][0]["left"]),
        (&json!("Support"), &json!(600))
    );
    let page = app.as_role(Role::Viewer, "GET", "/accounts").expect(200).await;
    assert_eq!(page["items"], json!([read]));
}

async fn a_contact_is_made_changed_and_removed(app: TestApp) {
    let account = add(&app, json!({ "name": "Big Company" })).await;
    let people = format!("{}/contacts", at(&account));
    let new = json!({
        "name": "Mia Berg", "email": "mia@big.example", "phone": "+49 1", "decides": true
    });
    let mia = app.as_role(Role::Manager, "POST", &people).json(&new).expect(201).await;
    assert_eq!((&mia["account_id"], &mia["decides"]), (&account["id"], &json!(true)));

    let path = format!("/contacts/{}", mia["id"].as_str().unwrap());
    assert_eq!(app.as_role(Role::Viewer, "GET", &path).expect(200).await, mia);
    let change = json!({ "phone": "", "position": "CEO" });
    let patch = app.as_role(Role::Manager, "PATCH", &path).version(1).json(&change);
    let changed = patch.expect(200).await;
    assert_eq!((&changed["phone"], &changed["position"]), (&Value::Null, &json!("CEO")));
    assert_eq!((&changed["email"], &changed["version"]), (&mia["email"], &json!(2)));

    let delete = |version| app.as_role(Role::Manager, "DELETE", &path).version(version);
    delete(1).refused(ErrorCode::Stale).await;
    delete(2).expect(204).await;
    app.as_role(Role::Viewer, "GET", &path).refused(ErrorCode::NotFound).await;
    delete(2).refused(ErrorCode::NotFound).await;
}

async fn contacts_are_listed_by_name_page_by_page(app: TestApp) {
    let account = add(&app, json!({ "name": "Big Company" })).await;
    let people = format!("{}/contacts", at(&account));
    for name in ["zoe", "Adam", "Mia"] {
        let body = json!({ "name": name });
        app.as_role(Role::Manager, "POST", &people).json(&body).expect(201).await;
    }
    let first = app.as_role(Role::Viewer, "GET", &format!("{people}?limit=2")).expect(200).await;
    assert_eq!(names(&first), ["Adam", "Mia"]);
    let rest = format!("{people}?limit=2&cursor={}", first["next_cursor"].as_str().unwrap());
    let last = app.as_role(Role::Viewer, "GET", &rest).expect(200).await;
    assert_eq!((names(&last), &last["next_cursor"]), (vec!["zoe"], &Value::Null));
}

async fn a_stale_version_changes_nothing(app: TestApp) {
    let account = add(&app, json!({ "name": "First" })).await;
    let body = json!({ "name": "Second" });
    let patch = || app.as_role(Role::Manager, "PATCH", &at(&account)).json(&body);
    patch().refused(ErrorCode::IfMatchMissing).await;
    patch().version(7).refused(ErrorCode::Stale).await;
    patch().header("If-Match", "nonsense").refused(ErrorCode::Stale).await;
    let read = app.as_role(Role::Viewer, "GET", &at(&account)).expect(200).await;
    assert_eq!(read["name"], "First");
}
