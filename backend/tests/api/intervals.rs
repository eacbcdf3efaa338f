//! Another interval and another zone of a running retainer: what is past stays, what was billed
//! ahead is given back, and every cycle is billed once. Source: domain 2.8, 2.13.
use serde_json::{Value, json};
use shared::api::Role;

use crate::amendments::{SIXTEENTH, figures, july, post, to};
use crate::app::{Answer, TestApp};
use crate::invoices::{billing, invoices, run};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, lines, record, ten_hours};

on_both_engines![
    a_quarter_from_the_next_cycle_on_gives_nothing_back,
    a_quarter_from_tomorrow_on_ends_the_running_cycle,
    terms_of_cycles_that_come_no_more_do_not_hold,
    a_length_that_was_agreed_can_be_left_out,
    a_changed_interval_is_billed_once_and_right,
    an_interval_that_cannot_be_is_refused_at_its_field,
    another_zone_moves_only_boundaries_to_come,
    another_zone_is_refused_where_days_would_be_lost,
];

fn quarterly(retainer: &Value, effective: &str) -> Value {
    let mut body = to(retainer, 1_800, 450_000);
    body["interval"] = json!({ "unit": "month", "count": 3 });
    body["effective"] = json!(effective);
    body
}

/// Number, first day, the day after the last, allowance.
async fn cycles(app: &TestApp, retainer: &Value) -> Vec<Value> {
    let page = get(app, &format!("/retainers/{}/cycles", id(retainer))).await;
    let told = |cycle: &Value| {
        let granted = &cycle["pools"][0]["sums"]["granted"];
        json!([cycle["seq"], cycle["starts_on"], cycle["ends_on"], granted])
    };
    page["items"].as_array().unwrap().iter().rev().map(told).collect()
}

async fn read(app: &TestApp, retainer: &Value, asked: &str) -> Value {
    get(app, &format!("/retainers/{}{asked}", id(retainer))).await
}

/// Source: domain 2.13: a change on a boundary: no credit, the next cycle is three months.
async fn a_quarter_from_the_next_cycle_on_gives_nothing_back(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    let change = quarterly(&retainer, "next_cycle");
    let told = post(&app, &retainer, "amendments/preview", change.clone()).await;
    assert_eq!(told["effective_on"], "2027-08-01");
    assert_eq!((&told["credit_minor"], &told["charge_minor"]), (&json!(0), &json!(450_000)));
    let first = json!({
        "starts_on": "2027-08-01", "ends_on": "2027-11-01", "days": 92, "nominal_days": 92
    });
    assert_eq!(told["first_cycle"], first);
    assert_eq!(told["pools"][0]["delta"], 0);
    let amended = post(&app, &retainer, "amendments", change).await;
    assert_eq!((&amended["interval"]["count"], figures(&amended)), (&json!(1), [600, 0, 600]));
    assert_eq!(amended["rhythms"][1]["from"], "2027-08-01");
    assert_eq!(amended["next_terms"]["effective_from"], "2027-08-01");
    app.books_hold().await;
    app.clock_at("2027-08-02T09:00:00Z").await;
    let expected = [
        json!([1, "2027-07-01", "2027-08-01", 600]),
        json!([2, "2027-08-01", "2027-11-01", 1_800]),
    ];
    assert_eq!(cycles(&app, &retainer).await, expected);
    let now = read(&app, &retainer, "").await;
    assert_eq!(now["interval"], json!({ "unit": "month", "count": 3 }));
    let list = get(&app, "/retainers").await;
    assert_eq!(list["items"][0]["mrr"]["amount_minor"], 150_000, "a third of a quarter");
    let then = read(&app, &retainer, "?as_of=2027-07-15").await;
    assert_eq!((&then["interval"]["count"], &then["rhythms"][1]), (&json!(1), &Value::Null));
    app.books_hold().await;
}

/// 16 of 31 days: 310 of 600 minutes; 15 of them of 1,500.00: 725.81 back.
async fn a_quarter_from_tomorrow_on_ends_the_running_cycle(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    record(&app, &retainer, "2027-07-10", 100).await;
    let change = quarterly(&retainer, "now");
    let told = post(&app, &retainer, "amendments/preview", change.clone()).await;
    assert_eq!(
        (&told["effective_on"], &told["remaining_days"]),
        (&json!("2027-07-17"), &json!(15))
    );
    assert_eq!((&told["credit_minor"], &told["charge_minor"]), (&json!(-72_581), &json!(450_000)));
    assert_eq!(told["pools"][0]["delta"], -290);
    let amended = post(&app, &retainer, "amendments", change).await;
    assert_eq!(figures(&amended), [310, 0, 310]);
    assert_eq!(amended["balances"][0]["ends_on"], "2027-07-17");
    let told = [("grant", 310, 310), ("consume", -100, 210)];
    let told = told.map(|(kind, units, left)| (kind.to_owned(), units, left));
    assert_eq!(lines(&app, &retainer, 1).await, told);
    app.books_hold().await;
    app.clock_at("2027-07-18T09:00:00Z").await;
    let expected = [
        json!([1, "2027-07-01", "2027-07-17", 310]),
        json!([2, "2027-07-17", "2027-10-17", 1_800]),
    ];
    assert_eq!(cycles(&app, &retainer).await, expected);
    assert_eq!(read(&app, &retainer, "").await["terms"]["number"], 2);
    // A pause and its end keep the new length.
    post(&app, &retainer, "pause", json!({ "from": "2027-08-01", "to": "2027-09-01" })).await;
    app.clock_at("2027-09-02T09:00:00Z").await;
    assert_eq!(cycles(&app, &retainer).await[2][2], "2027-10-17");
    app.clock_at("2027-10-18T09:00:00Z").await;
    assert_eq!(cycles(&app, &retainer).await[3], json!([4, "2027-10-17", "2028-01-17", 1_800]));
    app.books_hold().await;
}

async fn terms_of_cycles_that_come_no_more_do_not_hold(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    let mut later = to(&retainer, 660, 160_000);
    later["effective"] = json!("next_cycle");
    post(&app, &retainer, "amendments", later).await;
    let change = quarterly(&retainer, "now");
    let told = post(&app, &retainer, "amendments/preview", change.clone()).await;
    assert_eq!((&told["replaces"], &told["until"]), (&json!(2), &Value::Null));
    post(&app, &retainer, "amendments", change).await;
    app.clock_at("2027-10-18T09:00:00Z").await;
    let now = read(&app, &retainer, "").await;
    assert_eq!((&now["terms"]["number"], &now["next_terms"]), (&json!(3), &Value::Null));
    assert_eq!(cycles(&app, &retainer).await[2], json!([3, "2027-10-17", "2028-01-17", 1_800]));
    app.books_hold().await;
}

async fn a_length_that_was_agreed_can_be_left_out(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "amendments", quarterly(&retainer, "next_cycle")).await;
    let mut back = to(&retainer, 600, 150_000);
    back["interval"] = json!({ "unit": "month", "count": 1 });
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let at_once = app.as_role(Role::Owner, "POST", &path).json(&back);
    at_once.faulty("/effective", "not_allowed").await;
    back["effective"] = json!("next_cycle");
    let again = post(&app, &retainer, "amendments", back).await;
    assert_eq!(again["rhythms"].as_array().unwrap().len(), 1);
    // Before the first day nothing is past: the length of all cycles changes.
    let coming = agree(&app, |account| {
        let mut body = ten_hours(account);
        (body["starts_on"], body["timezone"]) = (json!("2027-08-10"), json!("UTC"));
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body
    });
    let coming = coming.await;
    post(&app, &coming, "amendments", quarterly(&coming, "next_cycle")).await;
    app.clock_at("2027-08-11T09:00:00Z").await;
    assert_eq!(cycles(&app, &retainer).await[1], json!([2, "2027-08-01", "2027-09-01", 600]));
    let first = cycles(&app, &coming).await;
    assert_eq!(first[0], json!([1, "2027-08-10", "2027-11-10", 1_800]));
    app.books_hold().await;
}

/// The lines of an invoice as kind, cycle and amount.
async fn billed(app: &TestApp, invoice: &Value) -> Vec<Value> {
    let invoice = get(app, &format!("/invoices/{}", id(invoice))).await;
    let line = |line: &Value| json!([line["kind"], line["seq"], line["amount_minor"]]);
    invoice["lines"].as_array().unwrap().iter().map(line).collect()
}

async fn a_changed_interval_is_billed_once_and_right(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    billing(&app).await;
    let [cut, whole] = [july(&app, 150_000).await, july(&app, 150_000).await];
    run(&app).await;
    post(&app, &cut, "amendments", quarterly(&cut, "now")).await;
    post(&app, &whole, "amendments", quarterly(&whole, "next_cycle")).await;
    for day in ["2027-07-17", "2027-08-01", "2027-09-01", "2027-10-17", "2027-11-01"] {
        app.clock_at(&format!("{day}T09:00:00Z")).await;
        run(&app).await;
    }
    let mut told = Vec::new();
    for retainer in [&cut, &whole] {
        for invoice in invoices(&app, retainer).await {
            told.push(billed(&app, &invoice).await);
        }
    }
    let expected = [
        vec![json!(["fee", 1, 150_000])],
        vec![json!(["fee", 2, 450_000]), json!(["correction", 1, -72_581])],
        vec![json!(["fee", 3, 450_000])],
        vec![json!(["fee", 1, 150_000])],
        vec![json!(["fee", 2, 450_000])],
        vec![json!(["fee", 3, 450_000])],
    ];
    assert_eq!(told, expected);
    app.books_hold().await;
}

async fn an_interval_that_cannot_be_is_refused_at_its_field(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let week = json!({ "unit": "week", "count": 1 });
    let wrong = [
        (json!({ "interval": { "unit": "month", "count": 0 } }), "/interval", "invalid_interval"),
        (
            json!({ "interval": week, "anchor": { "type": "day_of_month", "day": 3 } }),
            "/anchor",
            "invalid_anchor",
        ),
        (json!({ "timezone": "Europe/Atlantis" }), "/timezone", "timezone_unknown"),
    ];
    for (change, field, code) in wrong {
        for action in ["", "/preview"] {
            let mut body = to(&retainer, 600, 150_000);
            body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
            let ask = app.as_role(Role::Owner, "POST", &format!("{path}{action}")).json(&body);
            ask.faulty(field, code).await;
        }
    }
    let unchanged = read(&app, &retainer, "").await;
    assert_eq!(unchanged["terms"]["number"], 1);
}

/// July ends at 04:00Z in New York, at 22:00Z in Berlin.
async fn another_zone_moves_only_boundaries_to_come(app: TestApp) {
    app.clock_at("2027-07-16T02:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2027-06-01");
        body["timezone"] = json!("America/New_York");
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body["activate"] = json!(true);
        body
    });
    let retainer = retainer.await;
    // It is the 15th there: 17 of 31 days at 310 more are 170.
    let amended = post(&app, &retainer, "amendments", to(&retainer, 910, 150_000)).await;
    assert_eq!(figures(&amended), [600, 170, 770]);
    let june = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await["items"][1].clone();
    let before = read(&app, &retainer, "?as_of=2027-07-14").await;
    app.clock_at("2027-07-16T09:00:00Z").await;
    let mut moved = to(&amended, 910, 150_000);
    moved["effective"] = json!("next_cycle");
    moved["timezone"] = json!("Europe/Berlin");
    let moved = post(&app, &retainer, "amendments", moved).await;
    assert_eq!((&moved["timezone"], figures(&moved)), (&json!("Europe/Berlin"), [600, 170, 770]));
    app.books_hold().await;
    app.clock_at("2027-07-31T21:59:59Z").await;
    assert_eq!(cycles(&app, &retainer).await.len(), 2);
    app.clock_at("2027-07-31T22:00:00Z").await;
    let all = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await["items"].clone();
    let status = |place: usize| all[place]["status"].as_str().unwrap().to_owned();
    assert_eq!([status(0), status(1), status(2)], ["open", "closed", "closed"]);
    let closed = |cycle: &Value| json!([cycle["starts_on"], cycle["ends_on"], cycle["closed_at"]]);
    assert_eq!(closed(&all[2]), closed(&june));
    let mut then = read(&app, &retainer, "?as_of=2027-07-14").await;
    assert_eq!(then["timezone"], "America/New_York");
    then["version"] = before["version"].clone();
    assert_eq!(then, before);
    app.books_hold().await;
}

async fn another_zone_is_refused_where_days_would_be_lost(app: TestApp) {
    // The first of July in Berlin, still June in New York.
    app.clock_at("2027-07-01T01:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2027-06-01");
        body["timezone"] = json!("Europe/Berlin");
        body["activate"] = json!(true);
        body["terms"]["pools"] = json!([{ "unit": "sessions", "allowance": 4 }]);
        body
    });
    let retainer = retainer.await;
    let path = format!("/retainers/{}/amendments", id(&retainer));
    let west = |zone: &str| {
        let mut body = to(&retainer, 4, 150_000);
        body["effective"] = json!("next_cycle");
        body["timezone"] = json!(zone);
        body
    };
    let ask = app.as_role(Role::Owner, "POST", &path).json(&west("America/New_York"));
    ask.faulty("/timezone", "day_before").await;
    // The last evening of July in Berlin is August in Tokyo, when the retainer has ended.
    app.clock_at("2027-07-05T09:00:00Z").await;
    post(&app, &retainer, "end", json!({ "ends_on": "2027-09-01" })).await;
    let session = json!({
        "retainer_id": id(&retainer), "starts_at": "2027-08-31T18:00:00Z", "minutes": 60,
        "title": "Review"
    });
    app.as_role(Role::Owner, "POST", "/sessions").json(&session).expect(201).await;
    let ask = app.as_role(Role::Owner, "POST", &path).json(&west("Asia/Tokyo"));
    ask.faulty("/timezone", "session_booked").await;
    assert_eq!(read(&app, &retainer, "").await["timezone"], "Europe/Berlin");
    post(&app, &retainer, "amendments", west("America/New_York")).await;
    app.books_hold().await;
}
