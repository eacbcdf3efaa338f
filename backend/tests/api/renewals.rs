//! Renewals: they begin by themselves, remind of themselves, and are there until somebody decided.
//! Source: domain 7.2, 7.3; requirements S2-19, S2-22.
use backend::tick;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

mod asked;
mod brief;
mod mailed;
mod moves;
mod proposals;
mod reports;

on_both_engines![
    s2_19_a_renewal_begins_by_itself_and_s2_22_is_reminded_of_until_somebody_decides,
    what_was_won_holds_from_the_next_term_on,
    without_an_end_the_contract_decides,
    what_is_to_be_moves_the_end,
    one_that_is_lost_ends_with_its_term,
    what_cannot_be_is_told_at_its_field,
    a_clock_that_stood_still_catches_up,
];

fn until(end: Option<&str>) -> impl Fn(&Value) -> Value {
    let end = end.map(str::to_owned);
    move |account| {
        let mut body = ten_hours(account);
        body["ends_on"] = json!(end);
        body["activate"] = json!(true);
        body
    }
}

async fn renewals(app: &TestApp, query: &str) -> Vec<Value> {
    let told = get(app, &format!("/renewals{query}")).await;
    told["items"].as_array().unwrap().clone()
}

async fn only(app: &TestApp) -> Value {
    let all = renewals(app, "").await;
    assert_eq!(all.len(), 1, "{all:#?}");
    all.into_iter().next().unwrap()
}

/// Titles, owners and days of the next steps that are to be done.
async fn steps(app: &TestApp) -> Vec<(String, String, String)> {
    let told = get(app, "/tasks?state=open").await;
    let word = |of: &Value, name: &str| of[name].as_str().unwrap().to_owned();
    let one = |of: &Value| (word(of, "title"), word(of, "owner_name"), word(of, "due_on"));
    told["items"].as_array().unwrap().iter().map(one).collect()
}

/// Which renewals are loose ends of the month, with how many.
async fn waits(app: &TestApp) -> Vec<(String, i64)> {
    let told = get(app, "/loose-ends").await;
    let one = |of: &Value| (of["kind"].as_str().unwrap().to_owned(), of["count"].as_i64().unwrap());
    let all = told["counts"].as_array().unwrap().iter().map(one);
    all.filter(|(kind, count)| kind.ends_with("_renewal") && *count > 0).collect()
}

async fn won(app: &TestApp, renewal: &Value, body: Value) -> Value {
    let path = format!("/renewals/{}/won", id(renewal));
    app.as_role(Role::Manager, "POST", &path).json(&body).expect(200).await
}

async fn rule(app: &TestApp, retainer: &Value) -> Value {
    get(app, &format!("/retainers/{}/renewal-rule", id(retainer))).await
}

async fn set_rule(app: &TestApp, retainer: &Value, body: Value) -> Value {
    let version = rule(app, retainer).await["version"].as_i64().unwrap();
    let path = format!("/retainers/{}/renewal-rule", id(retainer));
    app.as_role(Role::Manager, "PUT", &path).version(version).json(&body).expect(200).await
}

/// It ends on 1 July: 45 days before are 17 May.
async fn s2_19_a_renewal_begins_by_itself_and_s2_22_is_reminded_of_until_somebody_decides(
    app: TestApp,
) {
    app.clock_at("2026-05-01T10:00:00Z").await;
    let retainer = agree(&app, until(Some("2026-07-01"))).await;
    let manager = app.member(Role::Manager).await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let owned = app.as_role(Role::Owner, "PATCH", &account).version(1);
    owned.json(&json!({ "owner_id": manager })).expect(200).await;
    app.clock_at("2026-05-16T21:00:00Z").await;
    assert!(renewals(&app, "").await.is_empty());
    let coming = get(&app, "/renewals?decided=false").await;
    assert_eq!(coming["next_opens_on"], "2026-05-17");
    let told = rule(&app, &retainer).await;
    assert_eq!(told["rule"]["end_rule"], "stop");
    assert_eq!((&told["due_on"], &told["notice_on"]), (&json!("2026-07-01"), &Value::Null));
    assert_eq!((&told["opens_on"], &told["stage"]), (&json!("2026-05-17"), &Value::Null));

    // The day begins at ten in the evening, by this clock; two replicas look at once.
    assert!(app.clock.advance("2026-05-16T22:00:00Z".parse().unwrap()));
    let once = || tick::run(&app.db, app.clock.now());
    let (one, other) = join(once(), once()).await;
    one.and(other).unwrap();
    tick::run(&app.db, app.clock.now()).await.unwrap();
    let begun = only(&app).await;
    assert_eq!((&begun["stage"], &begun["end_rule"]), (&json!("upcoming"), &json!("stop")));
    // Nothing was used: the client is at risk.
    assert_eq!((&begun["owner_id"], &begun["probability"]), (&manager, &json!(50)));
    assert_eq!(begun["mrr"], json!({ "amount_minor": 150_000, "currency": "EUR" }));
    assert_eq!(begun["cycles"].as_array().unwrap().len(), 3);
    assert_eq!(rule(&app, &retainer).await["renewal_id"], begun["id"]);
    let name = get(&app, &format!("/members/{}", manager.as_str().unwrap())).await["name"].clone();
    let (manager, owner) = (name.as_str().unwrap(), "Owner");
    let step = |title: &str, owner: &str, day: &str| {
        (format!("{title}Monthly support"), owner.to_owned(), day.to_owned())
    };
    let first = step("Prepare the renewal of ", manager, "2026-05-24");
    assert_eq!(steps(&app).await, std::slice::from_ref(&first));

    app.clock_at("2026-05-31T21:00:00Z").await;
    assert_eq!(steps(&app).await.len(), 1, "30 days before are 1 June");
    app.clock_at("2026-06-01T10:00:00Z").await;
    app.clock_at("2026-06-01T11:00:00Z").await;
    let left = |days: u32, owner: &str| {
        let (title, owner, day) = step("Decide on the renewal of ", owner, "2026-07-01");
        (format!("{title}: less than {days} days left"), owner, day)
    };
    assert_eq!(steps(&app).await, [first.clone(), left(31, manager)]);
    app.clock_at("2026-06-17T10:00:00Z").await;
    // The last time who owns the organisation is told too.
    assert_eq!(waits(&app).await, [("unplanned_renewal".to_owned(), 1)]);
    let (title, above) = (left(15, manager), left(15, owner));
    let mut found = steps(&app).await;
    found.sort();
    let mut expected = vec![first, left(31, manager), title, above];
    expected.sort();
    assert_eq!(found, expected);

    app.clock_at("2026-06-30T22:00:00Z").await;
    app.clock_at("2026-07-02T10:00:00Z").await;
    let lapsed = only(&app).await;
    assert_eq!((&lapsed["stage"], &lapsed["probability"]), (&json!("lapsed"), &json!(0)));
    assert_eq!(renewals(&app, "?decided=false&stage=lapsed").await.len(), 1);
    assert_eq!(steps(&app).await.len(), 6, "two more: somebody is to settle it");
    assert_eq!(waits(&app).await, [("lapsed_renewal".to_owned(), 1)]);
    let path = format!("/renewals/{}", id(&lapsed));
    let late = json!({ "reason": "results" });
    let late = app.as_role(Role::Manager, "POST", &format!("{path}/won")).json(&late);
    late.refused(ErrorCode::RetainerEnded).await;
    let stage = app.as_role(Role::Manager, "PATCH", &path).version(2_000);
    stage.json(&json!({ "stage": "proposed" })).refused(ErrorCode::Stale).await;
    let lost = app.as_role(Role::Manager, "POST", &format!("{path}/lost"));
    let lost = lost.json(&json!({ "reason": "budget", "note": "No answer" })).expect(200).await;
    assert_eq!((&lost["stage"], &lost["outcome"]["reason"]), (&json!("lost"), &json!("budget")));
    assert!(steps(&app).await.is_empty(), "nothing is left to be done");
    assert!(waits(&app).await.is_empty());
    app.clock_at("2026-07-20T10:00:00Z").await;
    only(&app).await;
    let timeline = get(&app, &format!("{account}/timeline?kind=agreement")).await;
    let events = timeline["items"].as_array().unwrap().iter();
    let events: Vec<_> = events.map(|item| item["event"].as_str().unwrap()).collect();
    assert_eq!(events[..3], ["renewal_lost", "renewal_lapsed", "renewal_opened"]);
    app.books_hold().await;
}

async fn what_was_won_holds_from_the_next_term_on(app: TestApp) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    let retainer = agree(&app, until(Some("2026-07-01"))).await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    let begun = only(&app).await;
    let path = format!("/renewals/{}", id(&begun));
    let change = |version: i64, body: Value| {
        app.as_role(Role::Manager, "PATCH", &path).version(version).json(&body)
    };
    let plan = json!({ "stage": "proposed", "plan": " Two more hours ", "probability": 60 });
    let version = begun["version"].as_i64().unwrap();
    let proposed = change(version, plan).expect(200).await;
    assert_eq!(
        (&proposed["stage"], &proposed["plan"]),
        (&json!("proposed"), &json!("Two more hours"))
    );
    assert_eq!(
        (&proposed["probability"], &proposed["probability_said"]),
        (&json!(60), &json!(true))
    );
    let totals = get(&app, "/renewals?decided=false").await["totals"].clone();
    let likely = json!([{ "stage": "proposed", "count": 1, "likely_minor": 90_000,
        "mrr": { "amount_minor": 150_000, "currency": "EUR" } }]);
    assert_eq!(totals, likely);
    let version = proposed["version"].as_i64().unwrap();
    let bare = change(version, json!({ "plan": "", "probability": 0 })).expect(200).await;
    assert_eq!((&bare["plan"], &bare["probability"]), (&Value::Null, &json!(60)));

    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(180_000);
    terms["pools"][0]["allowance"] = json!(720);
    let body =
        json!({ "ends_on": "2027-01-01", "terms": terms, "reason": "results", "note": "Happy" });
    let told = won(&app, &begun, body).await;
    let outcome = &told["outcome"];
    assert_eq!((&told["stage"], &outcome["change"]), (&json!("won"), &json!("expanded")));
    assert_eq!(
        (&outcome["mrr_minor"], &told["mrr"]["amount_minor"]),
        (&json!(180_000), &json!(150_000))
    );
    assert_eq!(outcome["terms_from"], Value::Null, "June runs under what was agreed before");
    let one = || async { get(&app, &format!("/retainers/{}", id(&retainer))).await };
    assert_eq!(
        (&one().await["ends_on"], &one().await["next_terms"]),
        (&json!("2027-01-01"), &Value::Null)
    );

    app.clock_at("2026-06-01T10:00:00Z").await;
    app.clock_at("2026-06-01T11:00:00Z").await;
    let agreed = one().await;
    assert_eq!(agreed["next_terms"]["effective_from"], "2026-07-01");
    assert_eq!(agreed["next_terms"]["terms"]["price"]["amount_minor"], 180_000);
    assert_eq!(agreed["terms"]["terms"]["price"]["amount_minor"], 150_000);
    assert_eq!(get(&app, &path).await["outcome"]["terms_from"], "2026-07-01");
    app.clock_at("2026-07-05T10:00:00Z").await;
    let july = one().await;
    assert_eq!(july["balances"][0]["available"], 1_020, "720 and what June left: 300");
    let next = rule(&app, &retainer).await;
    assert_eq!((&next["due_on"], &next["opens_on"]), (&json!("2027-01-01"), &json!("2026-11-17")));
    only(&app).await;
    app.clock_at("2026-11-17T10:00:00Z").await;
    let second = renewals(&app, "?decided=false").await;
    assert_eq!(second[0]["due_on"], "2027-01-01");
    let by = format!("?retainer_id={}&limit=1", id(&retainer));
    let page = get(&app, &format!("/renewals{by}")).await;
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(renewals(&app, &format!("{by}&cursor={cursor}")).await, second);
    // In its last cycle, what is agreed holds at once: from its first cycle on.
    app.clock_at("2026-12-15T10:00:00Z").await;
    let mut less = agreed["terms"]["terms"].clone();
    less["price"]["amount_minor"] = json!(120_000);
    let told = won(&app, &second[0], json!({ "terms": less, "reason": "budget" })).await;
    assert_eq!(told["outcome"]["change"], "reduced");
    assert_eq!(told["outcome"]["terms_from"], "2027-01-01");
    assert_eq!(one().await["ends_on"], Value::Null);
    assert_eq!(rule(&app, &retainer).await["rule"]["end_rule"], "continue");
    app.books_hold().await;
}

async fn without_an_end_the_contract_decides(app: TestApp) {
    app.clock_at("2026-06-01T10:00:00Z").await;
    let old = |account: &Value| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2024-03-01");
        body["name"] = json!("Old");
        body["activate"] = json!(true);
        body
    };
    let old = agree(&app, old).await;
    let retainer = agree(&app, until(None)).await;
    app.clock_at("2026-06-01T10:00:20Z").await;
    assert!(renewals(&app, "").await.is_empty(), "terms that are over are past");
    assert_eq!(rule(&app, &old).await["due_on"], "2027-03-01");
    let tacit = json!({ "end_rule": "tacit", "term_cycles": 12, "notice_days": 30 });
    let told = set_rule(&app, &retainer, tacit).await;
    assert_eq!((&told["due_on"], &told["notice_on"]), (&json!("2027-01-01"), &json!("2026-12-01")));
    assert_eq!(told["opens_on"], "2026-10-18");
    app.clock_at("2026-10-18T10:00:00Z").await;
    let begun = only(&app).await;
    assert_eq!((&begun["end_rule"], &begun["notice_on"]), (&json!("tacit"), &json!("2026-12-01")));
    app.clock_at("2026-12-01T21:00:00Z").await;
    assert_eq!(only(&app).await["stage"], "upcoming");
    app.clock_at("2026-12-02T10:00:00Z").await;
    let renewed = only(&app).await;
    let outcome = &renewed["outcome"];
    assert_eq!((&renewed["stage"], &outcome["reason"]), (&json!("won"), &json!("by_contract")));
    assert_eq!((&outcome["decided_by_name"], &outcome["change"]), (&Value::Null, &json!("same")));
    tick::run(&app.db, app.clock.now()).await.unwrap();
    assert_eq!(rule(&app, &retainer).await["due_on"], "2028-01-01");
    // The other just goes on.
    app.clock_at("2027-02-28T22:30:00Z").await;
    let open = renewals(&app, "?decided=false").await;
    assert_eq!(
        (&open[0]["retainer_name"], &open[0]["due_on"]),
        (&json!("Old"), &json!("2027-03-01"))
    );
    app.clock_at("2027-03-01T10:00:00Z").await;
    assert!(renewals(&app, "?decided=false").await.is_empty());
    assert_eq!(renewals(&app, "?decided=true&decided_since=2027-01-01").await.len(), 1);
    let one = get(&app, &format!("/retainers/{}", id(&old))).await;
    assert_eq!((&one["state"], &one["ends_on"]), (&json!("active"), &Value::Null));
}

async fn what_is_to_be_moves_the_end(app: TestApp) {
    app.clock_at("2026-02-01T10:00:00Z").await;
    let retainer = agree(&app, until(Some("2026-10-16"))).await;
    let end =
        || async { get(&app, &format!("/retainers/{}", id(&retainer))).await["ends_on"].clone() };
    let tacit = json!({ "end_rule": "tacit", "notice_days": 60, "lead_days": 30 });
    let told = set_rule(&app, &retainer, tacit.clone()).await;
    assert_eq!(end().await, Value::Null);
    assert_eq!((&told["due_on"], &told["opens_on"]), (&json!("2026-10-16"), &json!("2026-07-18")));
    app.clock_at("2026-02-02T10:00:00Z").await;
    assert_eq!(rule(&app, &retainer).await["due_on"], "2026-10-16", "the clock keeps it");
    let stale = format!("/retainers/{}/renewal-rule", id(&retainer));
    let stale = app.as_role(Role::Manager, "PUT", &stale).version(1);
    stale.json(&tacit).refused(ErrorCode::Stale).await;
    // Another number of cycles tells another end: three from 1 January on are over.
    let short = json!({ "end_rule": "continue", "term_cycles": 3 });
    let told = set_rule(&app, &retainer, short).await;
    assert_eq!(told["due_on"], "2026-04-01");
    let stop = set_rule(&app, &retainer, json!({ "end_rule": "stop", "term_cycles": 3 })).await;
    assert_eq!(
        (&stop["rule"]["end_rule"], &stop["due_on"]),
        (&json!("stop"), &json!("2026-04-01"))
    );
    assert_eq!(end().await, "2026-04-01");
    // A renewal that runs follows its term.
    app.clock_at("2026-02-20T10:00:00Z").await;
    assert_eq!(only(&app).await["due_on"], "2026-04-01");
    let path = format!("/retainers/{}/end", id(&retainer));
    let later = app.as_role(Role::Owner, "POST", &path);
    later.json(&json!({ "ends_on": "2026-05-01" })).expect(200).await;
    app.clock_at("2026-02-20T10:00:20Z").await;
    let moved = only(&app).await;
    assert_eq!((&moved["due_on"], &moved["stage"]), (&json!("2026-05-01"), &json!("upcoming")));
}

async fn one_that_is_lost_ends_with_its_term(app: TestApp) {
    app.clock_at("2026-06-01T10:00:00Z").await;
    let retainer = agree(&app, until(None)).await;
    let early = json!({ "retainer_id": retainer["id"] });
    let begin = || app.as_role(Role::Manager, "POST", "/renewals").json(&early);
    let begun = begin().expect(201).await;
    begin().refused(ErrorCode::RenewalRuns).await;
    assert_eq!(begun["due_on"], "2027-01-01");
    let path = format!("/renewals/{}/lost", id(&begun));
    let lose = |body: Value| app.as_role(Role::Manager, "POST", &path).json(&body);
    lose(json!({ "reason": "price", "ends_on": "2026-06-01" }))
        .faulty("/ends_on", "out_of_range")
        .await;
    lose(json!({ "reason": "by_contract" })).faulty("/reason", "not_allowed").await;
    let lost = lose(json!({ "reason": "competitor" })).expect(200).await;
    assert_eq!(
        (&lost["outcome"]["ends_on"], &lost["mrr"]["amount_minor"]),
        (&json!("2027-01-01"), &json!(150_000))
    );
    lose(json!({ "reason": "competitor" })).refused(ErrorCode::RenewalDecided).await;
    let one = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(one["ends_on"], "2027-01-01");
    // It was decided: nobody is asked again before it ends.
    app.clock_at("2026-12-20T10:00:00Z").await;
    app.clock_at("2027-01-02T10:00:00Z").await;
    assert_eq!(only(&app).await["stage"], "lost");
    assert!(steps(&app).await.is_empty());
    begin().refused(ErrorCode::RetainerEnded).await;
}

async fn what_cannot_be_is_told_at_its_field(app: TestApp) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    let retainer = agree(&app, until(Some("2026-07-01"))).await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    let begun = only(&app).await;
    let path = format!("/renewals/{}", id(&begun));
    let win = |body: Value| app.as_role(Role::Manager, "POST", &format!("{path}/won")).json(&body);
    win(json!({ "reason": "results", "ends_on": "2026-07-01" }))
        .faulty("/ends_on", "out_of_range")
        .await;
    win(json!({ "reason": "by_contract" })).faulty("/reason", "not_allowed").await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["currency"] = json!("USD");
    let dollars = json!({ "reason": "results", "terms": terms });
    win(dollars).faulty("/terms/price/currency", "not_allowed").await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["unit"] = json!("credits");
    let credits = json!({ "reason": "results", "terms": terms });
    win(credits).faulty("/terms/pools/0/unit", "unit_changed").await;
    let version = begun["version"].as_i64().unwrap();
    let change =
        |body: Value| app.as_role(Role::Manager, "PATCH", &path).version(version).json(&body);
    change(json!({ "stage": "won" })).faulty("/stage", "not_allowed").await;
    change(json!({ "probability": 3 })).faulty("/probability", "out_of_range").await;
    let nobody = "0193a5b0-0000-7000-8000-000000000000";
    change(json!({ "owner_id": nobody })).faulty("/owner_id", "not_found").await;
    let viewer = app.member(Role::Viewer).await;
    change(json!({ "owner_id": viewer })).faulty("/owner_id", "may_not_change").await;
    let new = app.as_role(Role::Manager, "POST", "/renewals");
    new.json(&json!({ "retainer_id": nobody })).faulty("/retainer_id", "not_found").await;
    let rule = format!("/retainers/{}/renewal-rule", id(&retainer));
    let set = |body: Value| app.as_role(Role::Manager, "PUT", &rule).version(1).json(&body);
    let notice = json!({ "end_rule": "stop", "notice_days": 30 });
    set(notice).faulty("/notice_days", "not_allowed").await;
    set(json!({ "end_rule": "continue", "owner_id": nobody }))
        .faulty("/owner_id", "not_found")
        .await;
    assert_eq!(only(&app).await, begun, "nothing of it was kept");
}

/// Nobody looked from May to July, or for more than a year.
async fn a_clock_that_stood_still_catches_up(app: TestApp) {
    app.clock_at("2026-05-01T10:00:00Z").await;
    agree(&app, until(Some("2026-07-01"))).await;
    agree(&app, until(None)).await;
    app.clock_at("2026-05-01T10:00:20Z").await;
    app.clock_at("2027-02-02T10:00:00Z").await;
    for _ in 0..4 {
        tick::run(&app.db, app.clock.now()).await.unwrap();
    }
    let found = renewals(&app, "").await;
    let told: Vec<_> = found.iter().map(|one| (&one["due_on"], &one["stage"])).collect();
    let (lapsed, renewed) = (json!("2026-07-01"), json!("2027-01-01"));
    assert_eq!(told, [(&lapsed, &json!("lapsed")), (&renewed, &json!("won"))]);
    app.books_hold().await;
}
