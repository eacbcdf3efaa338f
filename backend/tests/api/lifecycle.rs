//! Amendments in the running cycle, pauses and ends.
use serde_json::{Value, json};
use shared::api::Role;

use crate::adjustments::adjust;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::paused;
use crate::recurring;
use crate::retainers::{agree, get, id, lines, record, ten_hours};
use crate::uplifts;

on_both_engines![
    an_amendment_now_moves_the_rest_of_the_cycle,
    less_now_takes_only_what_is_unused,
    a_new_pool_comes_with_an_amendment,
    a_pause_cuts_the_cycle_and_moves_the_next,
    what_is_carried_does_not_age_in_a_pause,
    a_pause_to_come_can_be_left_out,
    an_end_cuts_the_last_cycle_and_can_be_taken_back,
    a_resumption_ends_the_pause_that_runs,
    an_end_leaves_a_cycle_to_be_closed,
    borrowed_time_is_repaid_by_the_next_allowance,
    what_was_borrowed_is_billed_when_no_cycle_repays_it,
    an_early_end_is_settled_by_what_was_agreed,
    faults_of_a_pause_are_told_at_their_fields,
    what_counts_in_a_cycle_to_come_holds_it,
    a_later_pause_does_not_unsettle_what_is_closed,
];

pub async fn post(app: &TestApp, retainer: &Value, action: &str, body: Value) -> Value {
    let path = format!("/retainers/{}/{action}", id(retainer));
    let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{action}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

pub async fn refused(app: &TestApp, retainer: &Value, action: &str, body: Value) -> Value {
    let path = format!("/retainers/{}/{action}", id(retainer));
    let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_client_error(), "{action}: {}", answer.status());
    answer.json().await.unwrap()
}

/// The cycles so far, oldest first, as (seq, from, to, granted).
pub async fn cycles(app: &TestApp, retainer: &Value) -> Vec<(i64, String, String, i64)> {
    let path = format!("/retainers/{}/cycles", id(retainer));
    let items = get(app, &path).await["items"].clone();
    let cycle = |cycle: &Value| {
        let day = |name: &str| cycle[name].as_str().unwrap().to_owned();
        let granted = cycle["pools"][0]["sums"]["granted"].as_i64().unwrap();
        (cycle["seq"].as_i64().unwrap(), day("starts_on"), day("ends_on"), granted)
    };
    items.as_array().unwrap().iter().rev().map(cycle).collect()
}

pub fn cycle(seq: i64, from: &str, to: &str, granted: i64) -> (i64, String, String, i64) {
    (seq, from.to_owned(), to.to_owned(), granted)
}

pub async fn retainer(app: &TestApp, now: &str, start: &str) -> Value {
    app.clock_at(now).await;
    agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!(start);
        body
    })
    .await
}

fn more(retainer: &Value, allowance: i64, price: i64) -> Value {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["allowance"] = json!(allowance);
    terms["price"]["amount_minor"] = json!(price);
    json!({ "terms": terms, "effective": "now", "reason": "More work agreed" })
}

/// Source: domain 2.11: 30-day April, changed on the 16th.
async fn an_amendment_now_moves_the_rest_of_the_cycle(app: TestApp) {
    let retainer = retainer(&app, "2026-04-16T10:00:00Z", "2026-04-01").await;
    let change = more(&retainer, 900, 220_000);
    let preview = post(&app, &retainer, "amendments/preview", change.clone()).await;
    assert_eq!(
        (&preview["credit_minor"], &preview["charge_minor"]),
        (&json!(-75_000), &json!(110_000))
    );
    assert_eq!(
        (&preview["remaining_days"], &preview["pools"][0]["delta"]),
        (&json!(15), &json!(150))
    );
    let amended = post(&app, &retainer, "amendments", change).await;
    let balance = &amended["balances"][0];
    assert_eq!((&balance["granted"], &balance["adjusted"]), (&json!(600), &json!(150)));
    let told = lines(&app, &retainer, 1).await;
    assert_eq!(told[1], ("adjust_up".to_owned(), 150, 750));
    app.clock_at("2026-05-02T10:00:00Z").await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(now["balances"][0]["granted"], 900);
    let pause = json!({ "from": "2026-05-10", "to": "2026-07-20" });
    post(&app, &retainer, "pause", pause).await;
    app.clock_at("2026-08-05T10:00:00Z").await;
    post(&app, &retainer, "amendments", more(&retainer, 900, 250_000)).await;
    post(&app, &retainer, "end", json!({ "ends_on": "2026-09-15" })).await;
    recurring::moved(&app, &retainer["account_id"]).await;
    Box::pin(uplifts::raised(&app)).await;
    app.books_hold().await;
}

async fn less_now_takes_only_what_is_unused(app: TestApp) {
    let retainer = retainer(&app, "2026-04-16T10:00:00Z", "2026-04-01").await;
    record(&app, &retainer, "2026-04-10", 550).await;
    let amended = post(&app, &retainer, "amendments", more(&retainer, 300, 75_000)).await;
    // 300 less for half the cycle is 150; 50 of it are unused, 100 are waived.
    let balance = &amended["balances"][0];
    assert_eq!((&balance["adjusted"], &balance["left"]), (&json!(-50), &json!(0)));
    // Given away: 100 of the 450 that April holds now. Source: domain 6.5.
    let path = format!("/cycles/{}", balance["cycle_id"].as_str().unwrap());
    let given = &get(&app, &path).await["pools"][0]["servicing"];
    assert_eq!((&given["given"], &given["given_share"]), (&json!(100), &json!(222)));
    app.books_hold().await;
}

async fn a_new_pool_comes_with_an_amendment(app: TestApp) {
    let retainer = retainer(&app, "2026-04-16T10:00:00Z", "2026-04-01").await;
    let mut change = more(&retainer, 600, 150_000);
    let workshops = json!({ "unit": "sessions", "key": "workshops", "allowance": 2 });
    change["terms"]["pools"].as_array_mut().unwrap().push(workshops);
    change["effective"] = json!("next_cycle");
    let amended = post(&app, &retainer, "amendments", change.clone()).await;
    assert_eq!(amended["balances"].as_array().unwrap().len(), 1, "not before May");
    app.clock_at("2026-05-02T10:00:00Z").await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    let second = &now["balances"][1];
    assert_eq!((&second["pool"]["key"], &second["left"]), (&json!("workshops"), &json!(2)));
    change["terms"]["pools"][1]["unit"] = json!("credits");
    let problem = refused(&app, &retainer, "amendments", change).await;
    assert_eq!(problem["errors"][0]["field"], "/terms/pools/1/unit");
    let mut ledger = format!("/retainers/{}/ledger?pool=workshops", id(&retainer));
    assert_eq!(get(&app, &ledger).await["items"][0]["quantity"], 2);
    ledger.push('x');
    let unknown = app.as_role(Role::Owner, "GET", &ledger).expect(422).await;
    assert_eq!(unknown["errors"][0]["field"], "pool");
    app.clock_at("2026-06-02T10:00:00Z").await;
    app.books_hold().await;
}

/// Source: domain 2.10: paused 10 March to 5 April.
async fn a_pause_cuts_the_cycle_and_moves_the_next(app: TestApp) {
    let retainer = retainer(&app, "2026-03-05T10:00:00Z", "2026-03-01").await;
    let pause = json!({ "from": "2026-03-10", "to": "2026-04-05" });
    let paused = post(&app, &retainer, "pause", pause).await;
    assert_eq!(paused["balances"][0]["ends_on"], "2026-03-10");
    assert_eq!(paused["balances"][0]["granted"], 174); // 600 × 9 / 31
    assert_eq!(paused["paused"], false);
    // Of 70 that were bought until 25 March nothing is left from then on, in the pause as elsewhere.
    let bought = json!({ "kind": "purchase", "quantity": 70, "ends_on": "2026-03-25" });
    adjust(&app, &retainer, bought).await;
    app.clock_at("2026-03-20T10:00:00Z").await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!((&now["paused"], &now["balances"]), (&json!(true), &json!([])));
    let stood = |now: &Value| {
        let balance = &now["last_balances"][0];
        let next = &balance["next_lapses"][0];
        (balance["left"].clone(), next["quantity"].clone(), next["on"].clone())
    };
    assert_eq!(stood(&now), (json!(244), json!(70), json!("2026-03-25")));
    app.clock_at("2026-03-26T10:00:00Z").await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(stood(&now), (json!(174), json!(174), json!("2026-05-01")));
    let body = json!({ "retainer_id": retainer["id"], "worked_on": "2026-03-26", "minutes": 1 });
    let refused = app.as_role(Role::Owner, "POST", "/time-entries").json(&body).expect(422).await;
    assert_eq!(refused["errors"][0]["code"], "no_open_cycle");
    app.clock_at("2026-04-10T10:00:00Z").await;
    let expected =
        [cycle(1, "2026-03-01", "2026-03-10", 174), cycle(2, "2026-04-05", "2026-05-01", 520)];
    assert_eq!(cycles(&app, &retainer).await, expected);
    app.books_hold().await;
}

/// Ageing counts cycles; with `only_if_renewed` nothing waits for a day that nobody knows. The close
/// of a cycle that nothing was known to follow stays as it was, whatever is agreed later. Source:
/// domain 1.2, decision 0030.
async fn what_is_carried_does_not_age_in_a_pause(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let mut made = Vec::new();
    for (only_if_renewed, minutes) in [(true, 400), (false, 400), (false, 690)] {
        let pool = json!({ "allowance": 600, "overage": { "mode": "borrow", "rate_minor": 6_000 },
            "rollover": { "compounding": false, "only_if_renewed": only_if_renewed } });
        let agreed = agree(&app, |account| {
            let mut body = ten_hours(account);
            body["starts_on"] = json!("2026-01-01");
            body["terms"]["pools"] = json!([pool]);
            body
        });
        let retainer = agreed.await;
        record(&app, &retainer, "2026-01-10", minutes).await;
        let paused = post(&app, &retainer, "pause", json!({})).await;
        made.push((retainer, paused["balances"][0].clone()));
    }
    let figures = |balance: &Value| ["carries", "lapses"].map(|key| balance[key].clone());
    assert_eq!(figures(&made[0].1), [json!(0), json!(200)]);
    assert_eq!(figures(&made[1].1), [json!(200), json!(0)]);
    app.clock_at("2026-02-10T10:00:00Z").await;
    for (retainer, balance) in &made {
        let at = format!("/explain/lapses/{}", balance["cycle_id"].as_str().unwrap());
        let told = get(&app, &at).await;
        let lapsed = balance["lapses"].as_i64().unwrap();
        assert_eq!(told["value"], lapsed);
        let key = &told["parts"][0]["key"];
        assert_eq!(*key, if lapsed > 0 { json!("lapse_not_renewed") } else { Value::Null });
        let resumed = post(&app, retainer, "resume", json!({ "on": "2026-03-01" })).await;
        assert_eq!(resumed["pauses"][0]["to"], "2026-03-01");
    }
    app.books_hold().await;
    app.clock_at("2026-04-02T10:00:00Z").await;
    let mut told = Vec::new();
    for (retainer, _) in &made {
        let items = get(&app, &format!("/retainers/{}/cycles", id(retainer))).await;
        let mut cycles = items["items"].as_array().unwrap().iter();
        let march = cycles.find(|cycle| cycle["seq"] == 2).unwrap();
        let at = format!("/explain/lapses/{}", march["id"].as_str().unwrap());
        let why = get(&app, &at).await["parts"][0]["key"].clone();
        told.push((march["pools"][0]["sums"]["opening"].clone(), why));
    }
    // Nothing was known to follow that it could be borrowed from: it is billed.
    let once = json!("lapse_carried_once");
    let expected = [(json!(0), Value::Null), (json!(200), once), (json!(0), Value::Null)];
    assert_eq!(told, expected);
    app.books_hold().await;
}

async fn a_pause_to_come_can_be_left_out(app: TestApp) {
    let retainer = retainer(&app, "2026-01-15T10:00:00Z", "2026-01-01").await;
    post(&app, &retainer, "pause", json!({ "from": "2026-01-20" })).await;
    let problem = refused(&app, &retainer, "pause", json!({})).await;
    assert_eq!(problem["code"], "retainer_paused");
    let resumed = post(&app, &retainer, "resume", json!({})).await;
    assert_eq!((&resumed["pauses"], &resumed["balances"][0]["granted"]), (&json!([]), &json!(600)));
    assert_eq!(refused(&app, &retainer, "resume", json!({})).await["code"], "retainer_not_paused");
    terms_to_come_follow_the_calendar(&app, &retainer).await;
    app.books_hold().await;
}

/// Terms agreed for the next cycle hold from the day on which it begins, wherever that day moves:
/// the page, the allowance and the price say the same. Source: domain 2.11, decision 0046.
async fn terms_to_come_follow_the_calendar(app: &TestApp, retainer: &Value) {
    let path = format!("/retainers/{}", id(retainer));
    let next = |retainer: &Value| retainer["next_terms"]["effective_from"].clone();
    let agreed = |allowance: i64| {
        let mut body = more(retainer, allowance, 200_000 + allowance);
        body["effective"] = json!("next_cycle");
        body
    };
    // A pause that is left out: the terms come with February.
    let pause = json!({ "from": "2026-01-20", "to": "2026-02-10" });
    post(app, retainer, "pause", pause).await;
    let amended = post(app, retainer, "amendments", agreed(900)).await;
    assert_eq!(next(&amended), "2026-02-10");
    let resumed = post(app, retainer, "resume", json!({ "on": "2026-01-20" })).await;
    assert_eq!((&resumed["pauses"], next(&resumed)), (&json!([]), json!("2026-02-01")));
    let then = get(app, &format!("{path}?as_of=2026-01-15")).await;
    assert_eq!(next(&then), "2026-02-01");
    app.clock_at("2026-02-12T10:00:00Z").await;
    let now = get(app, &path).await;
    let told = (&now["terms"]["number"], &now["cycle_terms"][0]["number"]);
    assert_eq!(told, (&json!(2), &json!(2)));
    assert_eq!(cycles(app, retainer).await[1], cycle(2, "2026-02-01", "2026-03-01", 900));
    // A pause that ends earlier, told when it has ended.
    post(app, retainer, "amendments", agreed(1_200)).await;
    let pause = json!({ "from": "2026-02-16", "to": "2026-03-10" });
    assert_eq!(next(&post(app, retainer, "pause", pause).await), "2026-03-10");
    app.clock_at("2026-02-20T10:00:00Z").await;
    let then = format!("{path}?as_of=2026-02-19");
    let resumed = post(app, retainer, "resume", json!({ "on": "2026-02-18" })).await;
    assert_eq!(resumed["terms"]["number"], 3);
    assert_eq!(next(&get(app, &then).await), "2026-03-10");
    assert_eq!(cycles(app, retainer).await[2], cycle(3, "2026-02-18", "2026-03-01", 471));
    // A pause after which cycles begin anew.
    post(app, retainer, "amendments", agreed(1_500)).await;
    let pause = json!({ "from": "2026-02-23", "to": "2026-02-25", "resume_anchor": "reset" });
    assert_eq!(next(&post(app, retainer, "pause", pause).await), "2026-02-25");
    // None comes while a pause has no end: they hold from the return on, on whatever day that is.
    app.clock_at("2026-02-26T10:00:00Z").await;
    assert_eq!(cycles(app, retainer).await[3], cycle(4, "2026-02-25", "2026-03-25", 1_500));
    post(app, retainer, "pause", json!({ "from": "2026-02-27" })).await;
    let preview = post(app, retainer, "amendments/preview", agreed(300)).await;
    let told = (&preview["effective_on"], &preview["rules_from"], &preview["replaces"]);
    assert_eq!(told, (&json!("2026-02-27"), &Value::Null, &Value::Null));
    let amended = post(app, retainer, "amendments", agreed(300)).await;
    assert_eq!((next(&amended), &amended["terms"]["number"]), (json!("2026-02-27"), &json!(4)));
    paused::terms_agreed_in_a_pause_hold_from_the_return_on(app, retainer, agreed).await;
}

async fn an_end_cuts_the_last_cycle_and_can_be_taken_back(app: TestApp) {
    let retainer = retainer(&app, "2026-01-15T10:00:00Z", "2026-01-01").await;
    let ending = post(&app, &retainer, "end", json!({ "ends_on": "2026-01-21" })).await;
    let balance = &ending["balances"][0];
    assert_eq!((&balance["granted"], &balance["lapses"]), (&json!(387), &json!(387)));
    let on = post(&app, &retainer, "end", json!({})).await;
    assert_eq!((&on["ends_on"], &on["balances"][0]["granted"]), (&Value::Null, &json!(600)));
    // What is bought until 20 February is drawn before what carries over all of it, and after what
    // lapses with the retainer. Source: decision 0033.
    let bought = json!({ "kind": "purchase", "quantity": 120, "ends_on": "2026-02-20" });
    adjust(&app, &retainer, bought).await;
    record(&app, &retainer, "2026-01-10", 100).await;
    let lots = async || {
        let balance = get(&app, &format!("/retainers/{}", id(&retainer))).await["balances"].clone();
        let lot = |lot: &Value| ["kind", "quantity", "ends_on"].map(|key| lot[key].clone());
        let lots = balance[0]["lots"].as_array().unwrap().iter().map(lot);
        lots.collect::<Vec<_>>()
    };
    let bought = |left: i64, ends: &str| [json!("purchased"), json!(left), json!(ends)];
    let own = |left: i64, ends: &str| [json!("included"), json!(left), json!(ends)];
    assert_eq!(lots().await, [bought(20, "2026-02-20"), own(600, "2026-03-01")]);
    // A pause to come that has no end does not outlive the end.
    post(&app, &retainer, "pause", json!({ "from": "2026-02-10" })).await;
    post(&app, &retainer, "end", json!({ "ends_on": "2026-01-21" })).await;
    assert_eq!(lots().await, [own(287, "2026-01-21"), bought(120, "2026-01-21")]);
    app.clock_at("2026-01-22T10:00:00Z").await;
    let ended = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(ended["state"], "ended");
    let problem = refused(&app, &retainer, "end", json!({})).await;
    assert_eq!(problem["code"], "retainer_ended");
    app.books_hold().await;
    what_an_end_covers_stays_covered(&app).await;
}

/// With an end 560 of 600 are drawn first and 120 that were bought stay, so of 100 taken away only 40
/// are found and 100 more fit. Without it the 120 go first: all 100 are found, and 40 do not fit.
async fn what_an_end_covers_stays_covered(app: &TestApp) {
    app.clock_at("2026-03-15T10:00:00Z").await;
    let retainer = agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2026-03-01");
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body
    })
    .await;
    let adjusted = async |kind: &str, quantity: i64, ends_on: Value| {
        let lot = json!({ "kind": kind, "quantity": quantity, "on": "2026-03-12",
            "ends_on": ends_on });
        adjust(app, &retainer, lot).await
    };
    adjusted("purchase", 120, json!("2026-04-20")).await;
    post(app, &retainer, "end", json!({ "ends_on": "2026-04-01" })).await;
    record(app, &retainer, "2026-03-10", 560).await;
    adjusted("correction", -100, Value::Null).await;
    record(app, &retainer, "2026-03-15", 100).await;
    for body in [json!({}), json!({ "ends_on": "2026-06-01" })] {
        let problem = refused(app, &retainer, "end", body).await;
        let fault = &problem["errors"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!("/ends_on"), &json!("not_covered")));
        let told = "cycle 1 of the pool \"hours\" would go 40 min beyond what it holds";
        assert!(fault["message"].as_str().unwrap().starts_with(told), "{fault}");
    }
    adjusted("goodwill", 40, Value::Null).await;
    let on = post(app, &retainer, "end", json!({})).await;
    assert_eq!((&on["ends_on"], &on["balances"][0]["left"]), (&Value::Null, &json!(0)));
    app.books_hold().await;
    a_close_stays_what_it_was(app).await;
}

/// A cycle that a close did not know stays unknown to it: what was bought until July was drawn,
/// before allowance whose end nobody knew. Source: docs/decisions/0037.
async fn a_close_stays_what_it_was(app: &TestApp) {
    app.clock_at("2026-04-15T10:00:00Z").await;
    let retainer = agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2026-04-01");
        body
    })
    .await;
    let bought = json!({ "kind": "purchase", "quantity": 120, "ends_on": "2026-07-20" });
    adjust(app, &retainer, bought).await;
    post(app, &retainer, "pause", json!({ "from": "2026-05-01" })).await;
    record(app, &retainer, "2026-04-15", 100).await;
    app.clock_at("2026-05-20T10:00:00Z").await;
    let first = async || {
        let path = format!("/retainers/{}/cycles", id(&retainer));
        get(app, &path).await["items"].as_array().unwrap().last().unwrap().clone()
    };
    let closed = first().await;
    assert_eq!(closed["status"], "closed");
    post(app, &retainer, "resume", json!({ "on": "2026-06-01" })).await;
    assert_eq!(first().await["pools"], closed["pools"]);
    app.books_hold().await;
}

/// Source: domain 2.10.
async fn a_resumption_ends_the_pause_that_runs(app: TestApp) {
    let retainer = retainer(&app, "2026-01-15T10:00:00Z", "2026-01-01").await;
    for (from, to) in [("2026-01-20", "2026-01-28"), ("2026-02-10", "2026-02-12")] {
        post(&app, &retainer, "pause", json!({ "from": from, "to": to })).await;
    }
    app.clock_at("2026-01-22T10:00:00Z").await;
    let resumed = post(&app, &retainer, "resume", json!({ "on": "2026-01-24" })).await;
    let ends = |place: usize| resumed["pauses"][place]["to"].clone();
    assert_eq!((ends(0), ends(1)), (json!("2026-01-24"), json!("2026-02-12")));
    // Now the next one is meant: it has not begun, and is left out.
    app.clock_at("2026-01-25T10:00:00Z").await;
    let without = post(&app, &retainer, "resume", json!({})).await;
    assert_eq!(without["pauses"].as_array().map(Vec::len), Some(1));
    app.books_hold().await;
}

/// What remains lapses with the last cycle, so one must be left to be closed. Source: domain 2.12.
async fn an_end_leaves_a_cycle_to_be_closed(app: TestApp) {
    let retainer = retainer(&app, "2026-01-15T10:00:00Z", "2026-01-01").await;
    post(&app, &retainer, "pause", json!({ "from": "2026-01-20", "to": "2026-02-10" })).await;
    app.clock_at("2026-01-25T10:00:00Z").await;
    post(&app, &retainer, "end", json!({ "ends_on": "2026-02-11" })).await;
    // Later than that service cannot begin again, or nothing would ever end it.
    let problem = refused(&app, &retainer, "resume", json!({ "on": "2026-02-11" })).await;
    assert_eq!(problem["errors"][0]["code"], "no_service");
    post(&app, &retainer, "resume", json!({ "on": "2026-01-26" })).await;
    app.clock_at("2026-02-12T10:00:00Z").await;
    let ended = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(ended["state"], "ended");
    let items = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await["items"].clone();
    assert_eq!(items[0]["pools"][0]["sums"]["closing"], 0);
    an_end_comes_in_a_pause_that_nobody_ends(&app).await;
    paused::an_end_comes_in_a_pause_that_has_one(&app).await;
    app.books_hold().await;
}

/// Source: domain 2.12, decision 0046: 22 of 28 days of 600 minutes, 100 of them used, carried into
/// a pause without an end. The client leaves while it runs.
async fn an_end_comes_in_a_pause_that_nobody_ends(app: &TestApp) {
    let retainer = retainer(app, "2026-02-12T10:00:00Z", "2026-02-01").await;
    let path = format!("/retainers/{}", id(&retainer));
    record(app, &retainer, "2026-02-12", 100).await;
    post(app, &retainer, "pause", json!({ "from": "2026-02-23" })).await;
    app.clock_at("2026-02-24T10:00:00Z").await;
    let ending = post(app, &retainer, "end", json!({ "ends_on": "2026-02-27" })).await;
    let told = (&ending["state"], &ending["paused"], &ending["settlement"]["used_days"]);
    assert_eq!(told, (&json!("active"), &json!(true), &json!(22)));
    app.clock_at("2026-02-28T10:00:00Z").await;
    let ended = get(app, &path).await;
    assert_eq!((&ended["state"], &ended["pauses"][0]["to"]), (&json!("ended"), &Value::Null));
    assert_eq!(cycles(app, &retainer).await[1], cycle(2, "2026-02-26", "2026-02-27", 0));
    let items = get(app, &format!("{path}/cycles")).await["items"].clone();
    let told = |key: &str| items[0]["pools"][0]["sums"][key].as_i64().expect("a sum");
    assert_eq!(["opening", "lapsed", "closing"].map(told), [300, 300, 0]);
    let then = get(app, &format!("{path}?as_of=2026-02-25")).await;
    assert_eq!((&then["state"], &then["paused"]), (&json!("active"), &json!(true)));
}

/// Source: domain 4.4: 780 of 600, at most 120 borrowed.
async fn borrowed_time_is_repaid_by_the_next_allowance(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let borrowing = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body["terms"]["pools"][0]["overage"] = json!({
            "mode": "borrow", "borrow_cap": 120, "borrow_excess": "bill", "rate_minor": 15_000,
            "increment": 15,
        });
        body
    };
    let retainer = agree(&app, borrowing).await;
    record(&app, &retainer, "2026-01-10", 780).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    let balance = &now["balances"][0];
    assert_eq!((&balance["repaid"], &balance["left"]), (&json!(120), &json!(480)));
    let items = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await["items"].clone();
    let sums = &items[1]["pools"][0]["sums"];
    assert_eq!((&sums["borrowed"], &sums["overage_billed"]), (&json!(120), &json!(60)));
    assert_eq!(sums["overage_amount_minor"], 15_000);
    let told = lines(&app, &retainer, 2).await;
    assert_eq!(told, [("grant".to_owned(), 600, 600), ("repay".to_owned(), -120, 480)]);
    // What became of the overage is told where it was worked.
    let told = lines(&app, &retainer, 1).await;
    let over = [("borrow".to_owned(), 120, 0), ("overage_billed".to_owned(), 60, 0)];
    assert_eq!(told[2..], over, "{told:?}");
    app.clock_at("2026-03-02T10:00:00Z").await;
    app.books_hold().await;
}

/// Source: domain 2.12: borrowed units become billable overage.
async fn what_was_borrowed_is_billed_when_no_cycle_repays_it(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let borrowing = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body["terms"]["pools"][0]["overage"] = json!({
            "mode": "borrow", "borrow_cap": 120, "borrow_excess": "bill", "rate_minor": 15_000,
            "increment": 15,
        });
        body
    };
    let retainer = agree(&app, borrowing).await;
    record(&app, &retainer, "2026-01-10", 720).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    post(&app, &retainer, "end", json!({ "ends_on": "2026-02-03" })).await;
    app.clock_at("2026-02-04T10:00:00Z").await;
    let items = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await["items"].clone();
    let told = |key: &str| items[0]["pools"][0]["sums"][key].as_i64().expect("a sum");
    // Two days of 28: 43 of 600 minutes, all of it repaid; the other 77 are overage of this cycle.
    assert_eq!(["granted", "repaid", "unrepaid"].map(told), [43, 43, 77]);
    assert_eq!(["overage", "overage_billed", "overage_amount_minor"].map(told), [0, 90, 22_500]);
    let cycle = items[0]["id"].as_str().expect("an id");
    let billed = get(&app, &format!("/explain/billed/{cycle}")).await;
    let part = |part: &Value| (part["key"].clone(), part["value"].clone());
    let parts: Vec<_> = billed["parts"].as_array().expect("parts").iter().map(part).collect();
    assert_eq!(parts, [(json!("unrepaid"), json!(77)), (json!("rounded_up"), json!(13))]);
    // Nor does the day on which an end in a pause without an end is settled: 527 of 720 are billed.
    let later = |account: &Value| {
        let mut body = borrowing(account);
        body["starts_on"] = json!("2026-02-01");
        body
    };
    let retainer = agree(&app, later).await;
    record(&app, &retainer, "2026-02-03", 720).await;
    post(&app, &retainer, "pause", json!({ "from": "2026-02-10" })).await;
    post(&app, &retainer, "end", json!({ "ends_on": "2026-02-20" })).await;
    app.clock_at("2026-02-21T10:00:00Z").await;
    let items = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await["items"].clone();
    let told = |place: usize, key: &str| items[place]["pools"][0]["sums"][key].clone();
    let last = (told(0, "granted"), told(1, "borrowed"), told(1, "overage_amount_minor"));
    assert_eq!(last, (json!(0), json!(0), json!(135_000)));
    app.books_hold().await;
}

/// A session of February, called off in January too late, counts in February's cycle.
async fn what_counts_in_a_cycle_to_come_holds_it(app: TestApp) {
    app.clock_at("2026-01-31T10:00:00Z").await;
    let coaching = |account: &Value| {
        let mut body = ten_hours(account);
        let cancellation = json!({ "notice_hours": 48 });
        body["terms"]["pools"] =
            json!([{ "unit": "sessions", "allowance": 4, "cancellation": cancellation }]);
        body
    };
    let retainer = agree(&app, coaching).await;
    let booking = json!({
        "retainer_id": retainer["id"], "starts_at": "2026-02-01T10:00:00Z", "minutes": 60,
    });
    let booked = app.as_role(Role::Owner, "POST", "/sessions").json(&booking).expect(201).await;
    let path = format!("/sessions/{}/settle", id(&booked["session"]));
    let settle = json!({ "status": "cancelled" });
    app.as_role(Role::Owner, "POST", &path).json(&settle).expect(200).await;
    for (action, body) in [("end", json!({ "ends_on": "2026-02-01" })), ("pause", json!({}))] {
        assert_eq!(refused(&app, &retainer, action, body).await["code"], "in_use", "{action}");
    }
    post(&app, &retainer, "end", json!({ "ends_on": "2026-03-01" })).await;
    app.books_hold().await;
}

async fn faults_of_a_pause_are_told_at_their_fields(app: TestApp) {
    let retainer = retainer(&app, "2026-01-15T10:00:00Z", "2026-01-01").await;
    let cases = [
        ("pause", "/from", json!({ "from": "2026-01-15" })),
        ("pause", "/to", json!({ "from": "2026-01-20", "to": "2026-01-20" })),
        ("end", "/ends_on", json!({ "ends_on": "2026-01-15" })),
        ("end", "/ends_on", json!({ "ends_on": "2201-01-15" })),
    ];
    for (action, field, body) in cases {
        let problem = refused(&app, &retainer, action, body).await;
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    }
    app.as_role(Role::Member, "POST", &format!("/retainers/{}/pause", id(&retainer)))
        .json(&json!({}))
        .expect(403)
        .await;
}

/// What a close went by is kept with it: the ends by which lots were drawn, and what the next
/// cycle had to borrow from. A pause moves both.
async fn a_later_pause_does_not_unsettle_what_is_closed(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let agreed = async |overage: Value| {
        agree(&app, |account| {
            let mut body = ten_hours(account);
            body["terms"]["pools"][0]["overage"] = overage.clone();
            body
        })
        .await
    };
    // January's allowance carries until March, so what ends on 20 February is drawn first.
    let dated = agreed(json!({ "mode": "absorb" })).await;
    let bought = json!({ "kind": "purchase", "quantity": 60, "ends_on": "2026-02-20" });
    adjust(&app, &dated, bought).await;
    record(&app, &dated, "2026-01-15", 30).await;
    let borrowing = agreed(json!({ "mode": "borrow", "rate_minor": 15_000 })).await;
    record(&app, &borrowing, "2026-01-15", 780).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    app.books_hold().await;
    let cycles = get(&app, &format!("/retainers/{}/cycles", id(&dated))).await;
    let path = format!("/cycles/{}", cycles["items"][1]["id"].as_str().unwrap());
    let ends = async || {
        let balance = get(&app, &format!("{path}/balance")).await["lots"].clone();
        let closing = get(&app, &format!("{path}/closing")).await["pools"][0]["carries"].clone();
        [balance, closing].map(|lots| {
            let ends = lots.as_array().unwrap().iter().map(|lot| lot["ends_on"].clone());
            ends.collect::<Vec<_>>()
        })
    };
    let by_the_close = [json!("2026-02-20"), json!("2026-03-01")];
    assert_eq!(ends().await, [by_the_close.clone(), by_the_close.clone()]);
    for retainer in [&dated, &borrowing] {
        let days = json!({ "from": "2026-02-04", "to": "2026-02-25" });
        post(&app, retainer, "pause", days).await;
    }
    post(&app, &dated, "end", json!({ "ends_on": "2026-02-26" })).await;
    assert_eq!(ends().await, [by_the_close.clone(), by_the_close]);
    app.books_hold().await;
    app.clock_at("2026-03-02T10:00:00Z").await;
    app.books_hold().await;
}

/// Source: domain 2.12: 3,100.00, ends 11 January: credit 2,100.00.
async fn an_early_end_is_settled_by_what_was_agreed(app: TestApp) {
    app.clock_at("2026-01-05T10:00:00Z").await;
    let dear = |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["price"]["amount_minor"] = json!(310_000);
        body
    };
    let retainer = agree(&app, dear).await;
    assert_eq!(retainer["settlement"], Value::Null);
    let cases = [
        (json!({ "ends_on": "2026-01-11" }), "prorate", -210_000, 100_000),
        (json!({ "ends_on": "2026-01-11", "settlement": "none" }), "none", 0, 310_000),
        (json!({ "ends_on": "2026-02-01" }), "prorate", 0, 310_000),
    ];
    for (body, policy, credit, due) in cases {
        post(&app, &retainer, "end", body.clone()).await;
        let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        let told = &now["settlement"];
        let found = (&told["policy"], &told["credit_minor"], &told["due_minor"]);
        assert_eq!(found, (&json!(policy), &json!(credit), &json!(due)), "{body}");
        assert_eq!((&told["nominal_days"], &told["currency"]), (&json!(31), &json!("EUR")));
    }
    // To the cent what a bill of the days comes to: 14 of 28 days of 1,000.03.
    let odd = |account: &Value| {
        let mut body = dear(account);
        body["starts_on"] = json!("2026-02-01");
        body["ends_on"] = json!("2026-02-15");
        body["terms"]["price"]["amount_minor"] = json!(100_003);
        body
    };
    let told = agree(&app, odd).await["settlement"].clone();
    assert_eq!((&told["credit_minor"], &told["due_minor"]), (&json!(-50_001), &json!(50_002)));
    post(&app, &retainer, "end", json!({})).await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!((&now["settlement"], &now["ends_on"]), (&Value::Null, &Value::Null));
}
