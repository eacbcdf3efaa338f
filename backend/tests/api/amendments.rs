//! New terms from today on, in a cycle that is then paused, resumed or ended: every figure is that
//! of its days, worked out by hand. Source: domain 2.7, 2.10, 2.11, 2.12.
use backend::check;
use backend::db::{Arg, Query};
use serde_json::{Value, json};
use shared::api::Role;
use uuid::Uuid;

use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, lines, record, ten_hours};

on_both_engines![
    what_was_amended_is_cut_with_its_cycle,
    what_was_amended_grows_with_its_cycle_again,
    an_end_is_settled_by_the_days_of_each_price,
    several_amendments_are_recut_day_by_day,
    what_is_used_when_a_cycle_is_cut_goes_beyond,
    a_preview_tells_what_is_applied_and_what_is_waived,
    a_running_cycle_keeps_its_overage_rule_and_says_so,
    what_new_terms_changed_is_not_undone_by_hand,
    a_cycle_that_was_not_recut_is_found,
    a_cycle_keeps_how_its_parts_are_rounded,
];

pub async fn post(app: &TestApp, retainer: &Value, action: &str, body: Value) -> Value {
    let path = format!("/retainers/{}/{action}", id(retainer));
    let answer = app.as_role(Role::Owner, "POST", &path).json(&body).send().await.unwrap();
    assert!(answer.status().is_success(), "{action}: {}", answer.text().await.unwrap());
    answer.json().await.unwrap()
}

/// The day of most amendments here.
pub const SIXTEENTH: &str = "2027-07-16T09:00:00Z";

/// 600 minutes for this price, from 1 July 2027.
pub async fn july(app: &TestApp, price: i64) -> Value {
    agree(app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2027-07-01");
        body["timezone"] = json!("UTC");
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body["terms"]["price"]["amount_minor"] = json!(price);
        body
    })
    .await
}

pub fn to(retainer: &Value, allowance: i64, price: i64) -> Value {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["pools"][0]["allowance"] = json!(allowance);
    terms["price"]["amount_minor"] = json!(price);
    json!({ "terms": terms, "effective": "now", "reason": "Agreed by phone" })
}

/// Granted, adjusted, available.
pub fn figures(retainer: &Value) -> [i64; 3] {
    ["granted", "adjusted", "available"].map(|key| retainer["balances"][0][key].as_i64().unwrap())
}

/// 15 days at 600 / 31 are 290; one more at 900 / 31 makes 319.
async fn what_was_amended_is_cut_with_its_cycle(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let cut =
        [("pause", json!({ "from": "2027-07-17" })), ("end", json!({ "ends_on": "2027-07-17" }))];
    for (action, body) in cut {
        for (allowance, before, after) in
            [(0, [600, -310, 290], [310, -20, 290]), (900, [600, 155, 755], [310, 9, 319])]
        {
            let retainer = july(&app, 150_000).await;
            let amended =
                post(&app, &retainer, "amendments", to(&retainer, allowance, 150_000)).await;
            assert_eq!(figures(&amended), before, "{action}");
            let cut = post(&app, &retainer, action, body.clone()).await;
            assert_eq!(figures(&cut), after, "{action}");
            app.books_hold().await;
        }
    }
    // What was written stays, taken back, and what stands says why.
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "amendments", to(&retainer, 900, 150_000)).await;
    post(&app, &retainer, "pause", json!({ "from": "2027-07-17" })).await;
    let told = lines(&app, &retainer, 1).await;
    let expected = [
        ("grant", 310, 310),
        ("adjust_up", 155, 465),
        ("reverse", -155, 310),
        ("adjust_up", 9, 319),
    ];
    assert_eq!(told, expected.map(|(kind, units, left)| (kind.to_owned(), units, left)));
    let made = get(&app, &format!("/adjustments?retainer_id={}", id(&retainer))).await;
    assert_eq!(
        made["items"][0]["reason"],
        "Terms 2 of 16 July 2027 count for 1 of 31 days, as this cycle now ends with 16 July 2027: \
         Agreed by phone"
    );
    assert_eq!(made["items"][1]["reason"], "Agreed by phone");
    assert!(made["items"][1]["undone_at"].is_string());
    app.clock_at("2027-08-02T09:00:00Z").await;
    app.books_hold().await;
}

/// Four days at 310 / 31 more are 40; once the pause is left out, sixteen: 160.
async fn what_was_amended_grows_with_its_cycle_again(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "pause", json!({ "from": "2027-07-20" })).await;
    let change = to(&retainer, 910, 150_000);
    let preview = post(&app, &retainer, "amendments/preview", change.clone()).await;
    assert_eq!(
        (&preview["remaining_days"], &preview["pools"][0]["delta"]),
        (&json!(4), &json!(40))
    );
    let amended = post(&app, &retainer, "amendments", change).await;
    assert_eq!(figures(&amended), [368, 40, 408]);
    let resumed = post(&app, &retainer, "resume", json!({ "on": "2027-07-20" })).await;
    assert_eq!(figures(&resumed), [600, 160, 760]);
    // The other way round, and the end that was agreed taken back.
    post(&app, &retainer, "end", json!({ "ends_on": "2027-07-20" })).await;
    let open = post(&app, &retainer, "end", json!({})).await;
    assert_eq!(figures(&open), [600, 160, 760]);
    app.books_hold().await;
    app.clock_at("2027-08-02T09:00:00Z").await;
    app.books_hold().await;
    let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    assert_eq!(figures(&now), [910, 0, 910]);
}

/// 15 days at 50.00 and one at 100.00; 18 at 100.00 and one at 200.00.
async fn an_end_is_settled_by_the_days_of_each_price(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let cases = [
        ("16", 155_000, "2027-07-17", [-150_000, 80_000, 85_000]),
        ("19", 310_000, "2027-07-20", [-240_000, 130_000, 200_000]),
    ];
    for (day, price, ends_on, expected) in cases {
        let retainer = july(&app, price).await;
        app.clock_at(&format!("2027-07-{day}T10:00:00Z")).await;
        let change = to(&retainer, 600, 2 * price);
        let preview = post(&app, &retainer, "amendments/preview", change.clone()).await;
        let net = ["credit_minor", "charge_minor"].map(|key| preview[key].as_i64().unwrap());
        assert_eq!(net[0] + net[1], expected[1]);
        post(&app, &retainer, "amendments", change).await;
        let told = async |policy: &str| {
            let body = json!({ "ends_on": ends_on, "settlement": policy });
            let settled = post(&app, &retainer, "end", body).await["settlement"].clone();
            ["credit_minor", "amended_minor", "due_minor"].map(|key| settled[key].as_i64().unwrap())
        };
        // In full: what was billed for the cycle, its amendment included.
        assert_eq!(told("none").await, [0, expected[1], price + expected[1]]);
        assert_eq!(told("prorate").await, expected);
        app.books_hold().await;
        if day == "19" {
            app.clock_at("2027-07-21T09:00:00Z").await;
            let now = get(&app, &format!("/retainers/{}", id(&retainer))).await;
            assert_eq!(
                (&now["state"], &now["settlement"]["due_minor"]),
                (&json!("ended"), &json!(200_000))
            );
        }
    }
}

/// 15 days at 600, two at 900, three at 310, of 31: 290.3 + 58.1 + 30 = 378.4.
async fn several_amendments_are_recut_day_by_day(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "amendments", to(&retainer, 7, 150_000)).await;
    // A version that is replaced on its day lasts no day.
    let amended = post(&app, &retainer, "amendments", to(&retainer, 900, 150_000)).await;
    assert_eq!(figures(&amended), [600, 155, 755]);
    app.clock_at("2027-07-18T09:00:00Z").await;
    let amended = post(&app, &retainer, "amendments", to(&retainer, 310, 150_000)).await;
    assert_eq!(figures(&amended)[2], 488); // 290.3 + 58.1 + 140
    let paused = post(&app, &retainer, "pause", json!({ "from": "2027-07-21" })).await;
    assert_eq!(figures(&paused), [387, -9, 378]);
    app.books_hold().await;
    let back = post(&app, &retainer, "resume", json!({})).await;
    assert_eq!(figures(&back)[2], 488);
    app.books_hold().await;
    app.clock_at("2027-08-02T09:00:00Z").await;
    app.books_hold().await;
}

/// 16 of 31 days of 600 are 310; what was used beyond is overage, and nothing is left to take.
async fn what_is_used_when_a_cycle_is_cut_goes_beyond(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    record(&app, &retainer, "2027-07-10", 590).await;
    let amended = post(&app, &retainer, "amendments", to(&retainer, 0, 150_000)).await;
    assert_eq!(figures(&amended), [600, -10, 590]);
    let paused = post(&app, &retainer, "pause", json!({ "from": "2027-07-17" })).await;
    assert_eq!(figures(&paused), [310, 0, 310]);
    assert_eq!(paused["balances"][0]["overage"], 280);
    app.clock_at("2027-07-18T09:00:00Z").await;
    app.books_hold().await;
}

/// 590 of 600 used, 16 of 31 days left: 310 would go, 10 are unused.
async fn a_preview_tells_what_is_applied_and_what_is_waived(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    record(&app, &retainer, "2027-07-10", 400).await;
    record(&app, &retainer, "2027-07-16", 190).await;
    let told = async |change: &Value| {
        let preview = post(&app, &retainer, "amendments/preview", change.clone()).await;
        ["delta", "applied", "waived"].map(|key| preview["pools"][0][key].as_i64().unwrap())
    };
    let change = to(&retainer, 0, 150_000);
    assert_eq!(told(&change).await, [-310, -10, 300]);
    let amended = post(&app, &retainer, "amendments", change).await;
    assert_eq!(figures(&amended), [600, -10, 590]);
    assert_eq!(told(&to(&retainer, 600, 150_000)).await, [310, 310, 0]);
    let mut later = to(&retainer, 0, 150_000);
    later["effective"] = json!("next_cycle");
    assert_eq!(told(&later).await, [0, 0, 0]);
    app.books_hold().await;
}

/// Source: domain 4.2: the rule valid at the start of the cycle; docs/decisions/0019.
async fn a_running_cycle_keeps_its_overage_rule_and_says_so(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let blocking = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2027-07-01");
        body["timezone"] = json!("UTC");
        body["terms"]["pools"][0]["overage"] = json!({ "mode": "block" });
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body
    })
    .await;
    record(&app, &blocking, "2027-07-10", 600).await;
    let mut change = to(&blocking, 600, 150_000);
    change["terms"]["pools"][0]["overage"] = json!({ "mode": "bill", "rate_minor": 6_000 });
    let preview = post(&app, &blocking, "amendments/preview", change.clone()).await;
    let days = (&preview["effective_on"], &preview["rules_from"]);
    assert_eq!(days, (&json!("2027-07-16"), &json!("2027-08-01")));
    let amended = post(&app, &blocking, "amendments", change).await;
    let mode = |terms: &Value| terms["terms"]["pools"][0]["overage"]["mode"].clone();
    let modes: Vec<Value> = amended["cycle_terms"].as_array().unwrap().iter().map(mode).collect();
    assert_eq!(
        (modes, mode(&amended["terms"])),
        (vec![json!("block"), json!("bill")], json!("bill"))
    );
    let entry =
        |day: &str| json!({ "retainer_id": blocking["id"], "worked_on": day, "minutes": 1 });
    let refused = app.as_role(Role::Owner, "POST", "/time-entries").json(&entry("2027-07-16"));
    let refused = refused.expect(409).await;
    assert_eq!(refused["code"], "insufficient_balance");
    assert_eq!(
        refused["detail"],
        "cycle 1 keeps the rule it began under; the one of the terms of 2027-07-16 holds from \
         2027-08-01 on"
    );
    app.clock_at("2027-08-01T09:00:00Z").await;
    record(&app, &blocking, "2027-08-01", 601).await;
    let now = get(&app, &format!("/retainers/{}", id(&blocking))).await;
    assert_eq!(now["cycle_terms"].as_array().unwrap().len(), 1);
    app.books_hold().await;
}

async fn what_new_terms_changed_is_not_undone_by_hand(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "amendments", to(&retainer, 900, 150_000)).await;
    let made = get(&app, &format!("/adjustments?retainer_id={}", id(&retainer))).await;
    let path = format!("/adjustments/{}", id(&made["items"][0]));
    let refused = app.as_role(Role::Owner, "DELETE", &path).version(1).expect(409).await;
    assert_eq!(refused["code"], "in_use");
    app.books_hold().await;
}

async fn a_cycle_that_was_not_recut_is_found(app: TestApp) {
    app.clock_at(SIXTEENTH).await;
    let retainer = july(&app, 150_000).await;
    post(&app, &retainer, "amendments", to(&retainer, 900, 150_000)).await;
    post(&app, &retainer, "pause", json!({ "from": "2027-07-17" })).await;
    app.books_hold().await;
    let run = async |sql: &'static str| {
        let id: Uuid = id(&retainer).parse().unwrap();
        let query = async |tx: &mut _| {
            let tx: &mut backend::db::Tx = tx;
            Ok(tx.execute(Query::with(sql, vec![Arg::from(id)])).await?)
        };
        assert_eq!(app.db.write(query).await.unwrap(), 1, "{sql}");
    };
    let tampering = [
        (
            "UPDATE facts SET quantity = 155 WHERE retainer_id = $1 AND quantity = 9",
            "UPDATE facts SET quantity = 9 WHERE retainer_id = $1 AND quantity = 155
                AND record_no = (SELECT MAX(f.record_no) FROM facts f WHERE f.retainer_id = $1)",
        ),
        (
            "UPDATE terms SET effective_from = '2027-07-17' WHERE retainer_id = $1 AND number = 2",
            "UPDATE terms SET effective_from = '2027-07-16' WHERE retainer_id = $1 AND number = 2",
        ),
    ];
    for (tamper, mend) in tampering {
        run(tamper).await;
        let told = check::run(&app.db).await.unwrap();
        let said = "cycle 1, pool hours: what amendments changed is not what its days make";
        assert!(told.iter().any(|breach| breach.ends_with(said)), "{tamper}: {told:?}");
        run(mend).await;
        app.books_hold().await;
    }
}

/// Ten of 31 days of four are 1.29, by these terms 2. New terms that round another way change no
/// unit of the cycle that runs, and dropping the pool on the 27th leaves 5 of 31 days: 0.65, 1.
async fn a_cycle_keeps_how_its_parts_are_rounded(app: TestApp) {
    app.clock_at("2027-07-27T09:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2027-07-22");
        body["timezone"] = json!("UTC");
        body["terms"]["pools"] = json!([
            { "unit": "deliverables", "name": "Posts", "allowance": 4, "partial_rounding": "up" },
        ]);
        body
    })
    .await;
    assert_eq!(figures(&retainer), [2, 0, 2]);
    let mut same = to(&retainer, 4, 200_000);
    same["terms"]["pools"][0]["partial_rounding"] = json!("down");
    let amended = post(&app, &retainer, "amendments", same).await;
    assert_eq!(figures(&amended), [2, 0, 2]);
    app.books_hold().await;
    let none = post(&app, &amended, "amendments", to(&amended, 0, 200_000)).await;
    assert_eq!(figures(&none), [2, -1, 1]);
    app.books_hold().await;
}
