//! Things delivered: counted by a price list, placed like time, taken back like time.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::on_both_engines;
use crate::retainers::{agree, id};

on_both_engines![
    a_price_list_says_what_a_thing_draws,
    the_pool_is_the_first_that_counts_things,
    a_change_is_a_reversal_and_a_new_fact,
    what_costs_nothing_moves_nothing,
    a_deletion_gives_the_units_back,
    a_thing_of_a_closed_cycle_counts_in_the_open_one,
    a_pool_that_blocks_refuses_the_whole,
    people_record_what_they_delivered_themselves,
    faults_are_told_at_their_fields,
    things_are_listed_by_filters_and_pages,
    a_price_is_that_of_the_day,
];

/// Twenty credits a month, and what things cost in them.
fn content(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Content", "starts_on": "2026-01-01",
        "timezone": "Europe/Berlin",
        "terms": {
            "price": { "amount_minor": 200_000, "currency": "EUR" },
            "pools": [{
                "unit": "credits", "allowance": 20,
                "items": [
                    { "name": "Blog article", "units": 3 },
                    { "name": "Case study", "units": 8 },
                    { "name": "Correction", "units": 0 },
                ],
            }],
        },
    })
}

async fn retainer(app: &TestApp) -> Value {
    app.clock_at("2026-01-15T10:00:00Z").await;
    agree(app, content).await
}

fn post(app: &TestApp, retainer: &Value, more: Value) -> Ask {
    let mut body = json!({
        "retainer_id": retainer["id"], "item": "Blog article", "delivered_on": "2026-01-10",
    });
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    app.as_role(Role::Owner, "POST", "/deliverables").json(&body)
}

async fn deliver(app: &TestApp, retainer: &Value, more: Value) -> Value {
    post(app, retainer, more).expect(201).await
}

fn of(app: &TestApp, method: &str, recorded: &Value) -> Ask {
    app.as_role(Role::Owner, method, &path(recorded)).version(1)
}

fn path(recorded: &Value) -> String {
    format!("/deliverables/{}", id(&recorded["deliverable"]))
}

/// The ledger of the present cycle: kind, quantity, balance and note of each line.
async fn ledger(app: &TestApp, retainer: &Value) -> Vec<(String, i64, i64, Value)> {
    let path = format!("/retainers/{}/ledger", id(retainer));
    let ledger = app.as_role(Role::Owner, "GET", &path).expect(200).await;
    let line = |line: &Value| {
        let number = |name: &str| line[name].as_i64().unwrap();
        let kind = line["kind"].as_str().unwrap().to_owned();
        (kind, number("quantity"), number("balance"), line["note"].clone())
    };
    ledger["items"].as_array().unwrap().iter().map(line).collect()
}

async fn a_price_list_says_what_a_thing_draws(app: TestApp) {
    let retainer = retainer(&app).await;
    let told = deliver(&app, &retainer, json!({ "count": 2, "title": "Heat pumps" })).await;
    let (thing, balance) = (&told["deliverable"], &told["balance"]);
    assert_eq!((&thing["units"], &thing["pool"]), (&json!(6), &json!("credits")));
    assert_eq!((&thing["unit"], &thing["late"]), (&json!("credits"), &json!(false)));
    assert_eq!((&balance["used"], &balance["left"]), (&json!(6), &json!(14)));
    deliver(&app, &retainer, json!({ "item": " Case study " })).await;
    let lines = ledger(&app, &retainer).await;
    let expected = [
        ("grant".to_owned(), 20, 20, Value::Null),
        ("consume".to_owned(), -6, 14, json!("Heat pumps")),
        ("consume".to_owned(), -8, 6, json!("Case study")),
    ];
    assert_eq!(lines, expected);
    let used = format!("/explain/used/{}", thing["cycle_id"].as_str().unwrap());
    let used = app.as_role(Role::Owner, "GET", &used).expect(200).await;
    let source = used["parts"][0]["source"].as_str().unwrap();
    let rows = app.as_role(Role::Owner, "GET", source).expect(200).await;
    assert_eq!((&used["value"], units(&rows)), (&json!(14), vec![8, 6]));
    app.books_hold().await;
}

async fn the_pool_is_the_first_that_counts_things(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let hybrid = |account: &Value| {
        let mut body = content(account);
        body["terms"]["pools"] = json!([
            { "allowance": 600 },
            { "unit": "deliverables", "allowance": 4 },
            { "unit": "credits", "allowance": 20 },
        ]);
        body
    };
    let retainer = agree(&app, hybrid).await;
    let bare = |more: Value| {
        let mut body = json!({ "retainer_id": retainer["id"], "delivered_on": "2026-01-10" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        app.as_role(Role::Owner, "POST", "/deliverables").json(&body)
    };
    let first = bare(json!({ "count": 3 })).expect(201).await;
    assert_eq!(first["deliverable"]["pool"], "deliverables");
    assert_eq!((&first["deliverable"]["units"], &first["balance"]["left"]), (&json!(3), &json!(1)));
    let named = bare(json!({ "pool": "credits" })).expect(201).await;
    assert_eq!(
        (&named["balance"]["pool"]["unit"], &named["balance"]["left"]),
        (&json!("credits"), &json!(19))
    );
    bare(json!({ "pool": "hours" })).faulty("/pool", "not_found").await;
    bare(json!({ "item": "Film" })).faulty("/item", "not_found").await;
    let hours = agree(&app, crate::retainers::ten_hours).await;
    let none = json!({ "retainer_id": hours["id"], "delivered_on": "2026-01-10" });
    let none = app.as_role(Role::Owner, "POST", "/deliverables").json(&none);
    none.faulty("/pool", "no_deliverable_pool").await;
    app.books_hold().await;
}

async fn a_change_is_a_reversal_and_a_new_fact(app: TestApp) {
    let retainer = retainer(&app).await;
    let wrong = deliver(&app, &retainer, json!({ "count": 3 })).await;
    let title = of(&app, "PATCH", &wrong).json(&json!({ "title": "Boilers" })).expect(200).await;
    assert_eq!(
        (&title["deliverable"]["version"], &title["balance"]["left"]),
        (&json!(2), &json!(11))
    );
    assert_eq!(ledger(&app, &retainer).await.len(), 2, "a title moves nothing");
    let stale = of(&app, "PATCH", &wrong).json(&json!({ "count": 1 }));
    stale.refused(ErrorCode::Stale).await;
    let change = app.as_role(Role::Owner, "PATCH", &path(&wrong)).version(2);
    let right = change.json(&json!({ "item": "Case study", "count": 1, "title": "" }));
    let right = right.expect(200).await;
    assert_eq!(
        (&right["deliverable"]["units"], &right["balance"]["left"]),
        (&json!(8), &json!(12))
    );
    assert_eq!(right["deliverable"]["title"], Value::Null);
    let told: Vec<(i64, i64)> =
        ledger(&app, &retainer).await.iter().map(|line| (line.1, line.2)).collect();
    assert_eq!(told, [(20, 20), (-9, 11), (9, 20), (-8, 12)]);
    let change = app.as_role(Role::Owner, "PATCH", &path(&wrong)).version(3);
    change.json(&json!({ "item": "" })).faulty("/item", "required").await;
    app.books_hold().await;
}

async fn what_costs_nothing_moves_nothing(app: TestApp) {
    let retainer = retainer(&app).await;
    let free = deliver(&app, &retainer, json!({ "item": "Correction", "count": 5 })).await;
    assert_eq!((&free["deliverable"]["units"], &free["balance"]["left"]), (&json!(0), &json!(20)));
    assert_eq!(ledger(&app, &retainer).await.len(), 1);
    app.books_hold().await;
    let paid = of(&app, "PATCH", &free).json(&json!({ "item": "Blog article" })).expect(200).await;
    assert_eq!(paid["balance"]["left"], 5);
    let free = app.as_role(Role::Owner, "PATCH", &path(&paid)).version(2);
    let free = free.json(&json!({ "item": "Correction" })).expect(200).await;
    assert_eq!(free["balance"]["left"], 20);
    app.books_hold().await;
}

async fn a_deletion_gives_the_units_back(app: TestApp) {
    let retainer = retainer(&app).await;
    let wrong = deliver(&app, &retainer, json!({})).await;
    let late = deliver(&app, &retainer, json!({ "item": "Case study" })).await;
    app.as_role(Role::Owner, "DELETE", &path(&wrong)).refused(ErrorCode::IfMatchMissing).await;
    assert_eq!(of(&app, "DELETE", &wrong).expect(200).await["left"], 12);
    of(&app, "DELETE", &wrong).refused(ErrorCode::NotFound).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let february = of(&app, "DELETE", &late).expect(200).await;
    assert_eq!(
        (&february["seq"], &february["adjusted"], &february["left"]),
        (&json!(2), &json!(8), &json!(28))
    );
    let list = app.as_role(Role::Owner, "GET", "/deliverables").expect(200).await;
    assert_eq!(list["items"], json!([]));
    app.books_hold().await;
}

async fn a_thing_of_a_closed_cycle_counts_in_the_open_one(app: TestApp) {
    let retainer = retainer(&app).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let late = deliver(&app, &retainer, json!({ "delivered_on": "2026-01-30" })).await;
    assert_eq!((&late["deliverable"]["late"], &late["balance"]["seq"]), (&json!(true), &json!(2)));
    assert_eq!(late["deliverable"]["delivered_on"], "2026-01-30");
    app.books_hold().await;
}

async fn a_pool_that_blocks_refuses_the_whole(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let blocking = |account: &Value| {
        let mut body = content(account);
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body
    };
    let retainer = agree(&app, blocking).await;
    post(&app, &retainer, json!({ "count": 7 })).refused(ErrorCode::InsufficientBalance).await;
    let six = deliver(&app, &retainer, json!({ "count": 6 })).await;
    assert_eq!(six["balance"]["left"], 2);
    let more = of(&app, "PATCH", &six).json(&json!({ "count": 7 }));
    more.refused(ErrorCode::InsufficientBalance).await;
    // What it drew itself counts for what it draws instead.
    let other = of(&app, "PATCH", &six).json(&json!({ "item": "Case study", "count": 2 }));
    assert_eq!(other.expect(200).await["balance"]["left"], 4);
    app.books_hold().await;
}

async fn people_record_what_they_delivered_themselves(app: TestApp) {
    let retainer = retainer(&app).await;
    let owner = app.member(Role::Owner).await;
    let body = |member: Value| {
        json!({
            "retainer_id": retainer["id"], "item": "Case study", "delivered_on": "2026-01-10",
            "member_id": member,
        })
    };
    let as_member =
        |member: Value| app.as_role(Role::Member, "POST", "/deliverables").json(&body(member));
    as_member(owner).refused(ErrorCode::Forbidden).await;
    let own = as_member(Value::Null).expect(201).await;
    let others = deliver(&app, &retainer, json!({})).await;
    let delete = |of: &Value| app.as_role(Role::Member, "DELETE", &path(of)).version(1);
    delete(&others).refused(ErrorCode::Forbidden).await;
    delete(&own).expect(200).await;
    let member = app.member(Role::Member).await;
    let for_them = deliver(&app, &retainer, json!({ "member_id": member })).await;
    assert_eq!(for_them["deliverable"]["member_name"], "member");
}

async fn faults_are_told_at_their_fields(app: TestApp) {
    let retainer = retainer(&app).await;
    let nobody = json!("0193a5b0-0000-7000-8000-000000000000");
    for (field, code, more) in [
        ("/retainer_id", "not_found", json!({ "retainer_id": nobody })),
        ("/member_id", "not_found", json!({ "member_id": nobody })),
        ("/item", "not_found", json!({ "item": "Film" })),
        ("/item", "required", json!({ "item": null })),
        ("/item", "required", json!({ "item": "  " })),
        ("/count", "out_of_range", json!({ "count": 0 })),
        ("/delivered_on", "before_start", json!({ "delivered_on": "2025-12-31" })),
        ("/delivered_on", "future", json!({ "delivered_on": "2026-01-16" })),
    ] {
        post(&app, &retainer, more).faulty(field, code).await;
    }
    assert_eq!(ledger(&app, &retainer).await.len(), 1);
}

fn units(page: &Value) -> Vec<i64> {
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| one["units"].as_i64().unwrap()).collect()
}

async fn things_are_listed_by_filters_and_pages(app: TestApp) {
    let retainer = retainer(&app).await;
    for (day, count) in [("2026-01-05", 1), ("2026-01-06", 2), ("2026-01-07", 3)] {
        deliver(&app, &retainer, json!({ "delivered_on": day, "count": count })).await;
    }
    let other = agree(&app, content).await;
    deliver(&app, &other, json!({ "item": "Case study", "title": "100 % solar" })).await;
    let get = |query: String| {
        app.as_role(Role::Viewer, "GET", &format!("/deliverables?{query}")).expect(200)
    };
    let mine = format!("retainer_id={}", id(&retainer));
    let first = get(format!("{mine}&limit=2")).await;
    assert_eq!(units(&first), [9, 6]);
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = get(format!("{mine}&limit=2&cursor={cursor}")).await;
    assert_eq!((units(&rest), &rest["next_cursor"]), (vec![3], &Value::Null));
    assert_eq!(units(&get("from=2026-01-06&to=2026-01-06".into()).await), [6]);
    assert_eq!(units(&get("q=100%20%25".into()).await), [8]);
    assert_eq!(units(&get("q=case".into()).await), [8]);
    assert_eq!(units(&get("pool=credits".into()).await), [8, 9, 6, 3]);
    assert_eq!(units(&get("pool=hours".into()).await), Vec::<i64>::new());
    let account = other["account_id"].as_str().unwrap();
    assert_eq!(units(&get(format!("account_id={account}")).await), [8]);
    let nobody = app.member(Role::Member).await;
    let nobody = format!("member_id={}", nobody.as_str().unwrap());
    assert_eq!(units(&get(nobody).await), Vec::<i64>::new());
}

async fn a_price_is_that_of_the_day(app: TestApp) {
    let retainer = retainer(&app).await;
    let old = deliver(&app, &retainer, json!({})).await;
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["items"] = json!([{ "name": "Blog article", "units": 5 }]);
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": terms })).expect(201).await;
    app.clock_at("2026-02-03T10:00:00Z").await;
    let new = deliver(&app, &retainer, json!({ "delivered_on": "2026-02-02" })).await;
    assert_eq!(new["deliverable"]["units"], 5);
    // Of a day under the old terms: late, but at the old price.
    let late = deliver(&app, &retainer, json!({})).await;
    assert_eq!(
        (&late["deliverable"]["units"], &late["deliverable"]["late"]),
        (&json!(3), &json!(true))
    );
    let moved = of(&app, "PATCH", &old).json(&json!({ "delivered_on": "2026-02-01" }));
    let moved = moved.expect(200).await;
    assert_eq!(
        (&moved["deliverable"]["units"], &moved["deliverable"]["late"]),
        (&json!(5), &json!(false))
    );
    app.books_hold().await;
}
