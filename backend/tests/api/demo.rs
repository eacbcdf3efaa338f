//! The sample agency: made by the services, the same each time, and its books hold.
use backend::demo;
use serde_json::{Value, json};

use crate::app::{Answer, Engine, TestApp};
use crate::reports::margin_agrees;

async fn get(app: &TestApp, tenant: &str, path: &str) -> Value {
    app.as_person(&format!("owner@{tenant}.example"), "GET", path).expect(200).await
}

// The services it uses are tested on both engines; here a year of them is enough on one.
#[actix_web::test]
async fn the_sample_agency_sells_more_than_hours() {
    let app = TestApp::start(Engine::Sqlite).await;
    app.clock_at("2026-11-22T09:00:00Z").await;
    let scope = app.tenant("one").await;
    for scope in [scope, app.tenant("two").await] {
        demo::fill(&app.db, scope, app.clock.now(), demo::SEED).await.unwrap();
    }
    app.books_hold().await;
    let list = get(&app, "one", "/retainers").await;
    let retainers = list["items"].as_array().unwrap();
    assert_eq!(retainers.len(), 15);
    let find = |name: &str| retainers.iter().find(|one| one["account_name"] == name).unwrap();
    let [coaching, content, advisory] =
        ["Juniper & Wolfe", "Saltmarsh Foods", "Orchard Analytics"].map(find);
    let models = [coaching, content, advisory].map(|one| one["model"].as_str().unwrap());
    assert_eq!(models, ["sessions", "credits", "hybrid"]);
    // Coaching: one is owed, one of this month and one of the next are booked.
    let balance = &coaching["balances"][0];
    assert_eq!((&balance["set_aside"], &balance["committed"]), (&json!(1), &json!(1)));
    let cycle = balance["cycle_id"].as_str().unwrap();
    let summary = get(&app, "one", &format!("/cycles/{cycle}/session-summary")).await;
    assert_eq!(summary["owed"][0]["ends_on"], "2027-01-01");
    assert_eq!(advisory["balances"][1]["pool"]["name"], "Workshops");
    assert!(content["balances"][0]["opening"].as_i64().unwrap() > 0);
    // The same seed and the same day make the same agency.
    let told = async |tenant: &str| {
        let mut told = Vec::new();
        for path in ["/sessions?limit=200", "/deliverables?limit=200", "/time-entries?limit=200"] {
            let page = get(&app, tenant, path).await;
            let items = page["items"].as_array().unwrap().iter();
            told.extend(items.map(|one| {
                ["account_name", "title", "state", "starts_at", "item", "count", "note", "minutes"]
                    .map(|name| one[name].clone())
            }));
        }
        told.sort_by_key(|one| format!("{one:?}"));
        told
    };
    let one = told("one").await;
    assert_eq!(one, told("two").await);
    assert!(one.len() > 300, "{}", one.len());
    signals_read_something(&app).await;
    each_verdict_has_been_given(&app).await;
    a_year_is_billed(&app).await;
    margin_agrees(&app, scope, "one").await;
}

/// A swap has put off a card, and a change of scope waits for its acceptance.
async fn each_verdict_has_been_given(app: &TestApp) {
    let page = get(app, "one", "/requests?state=triaged").await;
    let find = |verdict: &str| {
        let all = page["items"].as_array().unwrap().iter();
        let mut found = all.filter(|one| one["triage"]["verdict"] == verdict);
        found.next().unwrap_or_else(|| panic!("no {verdict}"))["triage"].clone()
    };
    assert!(find("swap")["displaced"].is_string());
    assert_eq!(find("change_order")["scope_change_state"], "proposed");
}

/// What was due before this month is issued, and what is due in it waits.
async fn a_year_is_billed(app: &TestApp) {
    let count = async |state: &str| {
        let page = get(app, "one", &format!("/invoices?limit=200&state={state}")).await;
        let items = page["items"].as_array().unwrap().clone();
        assert!(items.iter().all(|one| one["total_minor"].as_i64() > Some(0)));
        items
    };
    let issued = count("issued").await;
    assert!(issued.len() > 80, "{}", issued.len());
    assert!(issued.iter().all(|one| one["issue_on"].as_str() < Some("2026-11-01")));
    let given = get(app, "one", "/credit-notes").await;
    assert_eq!(given["items"].as_array().unwrap().len(), 1);
    for status in ["paid", "overdue"] {
        let page = get(app, "one", &format!("/invoices?status={status}")).await;
        assert!(!page["items"].as_array().unwrap().is_empty(), "{status}");
    }
    let drafts = count("draft").await;
    assert!(
        !drafts.is_empty()
            && drafts.iter().all(|one| one["issue_on"].as_str() > Some("2026-10-31"))
    );
}

/// Work serves priorities with channels, so that the figures of a review are no zeros.
async fn signals_read_something(app: &TestApp) {
    let percents = async |kind: &str| {
        let page = get(app, "one", &format!("/signals/compare?kind={kind}")).await;
        let told = |one: &Value| {
            let signals = one["signals"].as_array().unwrap().iter();
            let read = signals.map(|signal| (signal["kind"].clone(), signal["percent"].clone()));
            (one["account_name"].as_str().unwrap().to_owned(), read.collect::<Vec<_>>())
        };
        page["items"].as_array().unwrap().iter().map(told).collect::<Vec<_>>()
    };
    let partners = percents("partner").await;
    let names: Vec<&str> = partners.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Kiln Media", "Otter & Sons", "Studio Parallel"]);
    let mut accounts = partners;
    let clients = percents("client").await;
    accounts.extend(clients.into_iter().filter(|(name, _)| name == "Northwind Robotics"));
    assert_eq!(accounts.len(), 4);
    for (name, read) in accounts {
        for kind in ["strategic_fit", "resource_allocation", "channel_focus"] {
            let found = read.iter().find(|(one, _)| one == kind);
            let percent = found.unwrap_or_else(|| panic!("{name} has no {kind}")).1.as_i64();
            assert!(percent.is_some_and(|percent| percent > 0), "{name}, {kind}: {percent:?}");
        }
    }
}
