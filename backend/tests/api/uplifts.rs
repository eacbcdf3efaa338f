//! Prices that rise at once: planned, called off, agreed on once by the clock.
use backend::db::Query;
use backend::tick;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, TestApp};
use crate::retainers::{agree, get, id, ten_hours};

mod letters;

async fn named(app: &TestApp, name: &str, price: i64) -> Value {
    let of = |account: &Value| {
        let mut body = ten_hours(account);
        body["name"] = json!(name);
        body["starts_on"] = json!("2026-08-01");
        body["terms"]["price"]["amount_minor"] = json!(price);
        body
    };
    agree(app, of).await
}

/// Other terms from the next cycle on.
async fn amended(app: &TestApp, retainer: &Value, price: i64) {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(price);
    let path = format!("/retainers/{}/amendments", id(retainer));
    app.as_role(Role::Owner, "POST", &path).json(&json!({ "terms": terms })).expect(201).await;
}

/// Each line by its retainer: name, old and new price, first day, state.
fn lines(uplift: &Value) -> Vec<(String, i64, i64, String, String)> {
    let line = |line: &Value| {
        let word = |name: &str| line[name].as_str().unwrap().to_owned();
        let figure = |name: &str| line[name].as_i64().unwrap();
        (
            word("retainer_name"),
            figure("old_minor"),
            figure("new_minor"),
            word("holds_from"),
            word("state"),
        )
    };
    uplift["lines"].as_array().unwrap().iter().map(line).collect()
}

fn line(name: &str, from: &str, state: &str) -> (String, i64, i64, String, String) {
    (name.to_owned(), 150_000, 155_500, from.to_owned(), state.to_owned())
}

/// Beside a retainer that ends on 15 September; it is 5 August, and prices include a tax of 10 %.
pub async fn raised(app: &TestApp) {
    let a = named(app, "A", 150_000).await;
    let b = named(app, "B", 150_000).await;
    named(app, "C", 0).await;
    let d = named(app, "D", 150_000).await;
    let e = named(app, "E", 150_000).await;
    amended(app, &d, 152_000).await;
    let discounted = |account: &Value| {
        let mut body = ten_hours(account);
        body["name"] = json!("F");
        body["starts_on"] = json!("2026-08-01");
        body["terms"]["discount_hundredths"] = json!(1_000);
        body
    };
    agree(app, discounted).await;
    let ask = |path: &str, body: &Value| app.as_role(Role::Manager, "POST", path).json(body);

    // By hand: 1,500.00 by 3.5 % is 1,552.50, to fives 1,555.00; without tax 1,363.64 and 1,413.64.
    let mut rise = json!({ "from": "2026-09-10", "percent_hundredths": 350, "rounding": "five",
        "reason": "Costs rose" });
    let preview = ask("/uplift-previews", &rise).expect(200).await;
    let october = |name: &str| line(name, "2026-10-01", "waiting");
    assert_eq!(lines(&preview), ["A", "B", "E"].map(october));
    assert_eq!(preview["lines"][0]["monthly_minor"], 5_000);
    assert_eq!(preview["lines"][0]["agreed_on"], "2026-09-24");
    assert_eq!(
        preview["sums"],
        json!([{ "currency": "EUR", "retainers": 3, "monthly_minor": 15_000 }])
    );
    let mut left: Vec<_> = preview["left_out"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["retainer_name"].as_str().unwrap(), one["reason"].as_str().unwrap()))
        .collect();
    left.sort_unstable();
    let discounted = ("F", "discounted");
    let expected = [("C", "no_price"), ("D", "agreed"), discounted, ("Monthly support", "ends")];
    assert_eq!(left, expected);

    let faulty = async |change: Value, field: &str, code: &str| {
        let mut body = rise.clone();
        let change = change.as_object().unwrap().clone();
        body.as_object_mut().unwrap().extend(change);
        ask("/uplifts", &body).faulty(field, code).await;
    };
    let index = json!({ "before": 11_740, "after": 11_740 });
    faulty(json!({ "percent_hundredths": null }), "/percent_hundredths", "required").await;
    faulty(json!({ "index": index }), "/index", "not_allowed").await;
    let falls = json!({ "percent_hundredths": null, "index": index });
    faulty(falls, "/index/after", "out_of_range").await;
    faulty(json!({ "currency": "JPY" }), "/retainers", "required").await;
    faulty(json!({ "retainers": [a["id"], d["id"]] }), "/retainers/1", "not_allowed").await;
    let dollars = json!({ "currency": "USD", "retainers": [a["id"]] });
    faulty(dollars, "/retainers/0", "not_allowed").await;
    let nobody = json!({ "retainers": ["0193a5b0-0000-7000-8000-000000000000"] });
    faulty(nobody, "/retainers/0", "not_found").await;
    let words = json!([{ "language": "en", "subject": "About {amount}", "body": "x" }]);
    faulty(json!({ "letter": words }), "/letter/0/subject", "placeholder_unknown").await;

    rise["retainers"] = json!([a["id"], b["id"], e["id"]]);
    let made = ask("/uplifts", &rise).expect(201).await;
    let path = format!("/uplifts/{}", id(&made));
    assert_eq!(lines(&made), ["A", "B", "E"].map(october));
    ask("/uplifts", &rise).faulty("/retainers/0", "not_allowed").await;
    let cancel = format!("{path}/cancel");
    let only = json!({ "retainer_id": e["id"] });
    assert_eq!(ask(&cancel, &only).expect(200).await["version"], 2);
    ask(&cancel, &only).faulty("/retainer_id", "not_allowed").await;
    amended(app, &b, 160_000).await;
    // No letter says what changed meanwhile, though the clock has not looked at it.
    let to_tell = async || {
        let letters = get(app, &format!("{path}/letters")).await;
        let items = letters["items"].as_array().unwrap().iter();
        let told = |one: &Value| (one["retainers"].clone(), one["state"].clone());
        items.map(told).collect::<Vec<_>>()
    };
    let (unsent, past) = ((json!(1), json!("unsent")), (json!(0), json!("past")));
    assert_eq!(to_tell().await, [unsent.clone(), past.clone()]);
    let sheet = async || {
        let letters = format!("{path}/letters.csv");
        let answer = app.as_role(Role::Viewer, "GET", &letters).send().await.unwrap();
        answer.text().await.unwrap()
    };
    let text = sheet().await;
    assert!(text.contains(",New price of A from 1 October 2026,") && !text.contains("of B"));

    // A week before the first cycle, and not a day earlier; by two replicas at once.
    app.clock_at("2026-09-23T10:00:00Z").await;
    let waiting =
        [october("A"), line("B", "2026-10-01", "changed"), line("E", "2026-10-01", "cancelled")];
    assert_eq!(lines(&get(app, &path).await), waiting);
    assert!(app.clock.advance("2026-09-24T10:00:00Z".parse().unwrap()));
    let once = || tick::run(&app.db, app.clock.now());
    let (one, other) = join(once(), once()).await;
    one.and(other).unwrap();
    tick::run(&app.db, app.clock.now()).await.unwrap();
    let uplift = get(app, &path).await;
    assert_eq!(lines(&uplift)[0], line("A", "2026-10-01", "applied"));
    assert_eq!(uplift["sums"][0]["retainers"], 1);
    let count = || {
        Query::new("SELECT CAST(COUNT(*) AS BIGINT) FROM terms WHERE reason =")
            .push(" ?", "Costs rose")
    };
    let (agreed,): (i64,) = app.db.read(async |tx| Ok(tx.one(count()).await?)).await.unwrap();
    assert_eq!(agreed, 1);

    let text = sheet().await;
    assert!(text.contains("A is 1,555.00 EUR a cycle instead of 1,500.00 EUR"), "{text}");
    assert!(text.trim_end().ends_with(",unsent"), "{text}");
    assert_eq!(to_tell().await, [unsent]);
    assert!(text.contains(",New price of A from 1 October 2026,") && !text.contains("of B"));
    let send = app.as_role(Role::Manager, "POST", &format!("{path}/letters"));
    send.refused(ErrorCode::MailOff).await;
    let listed = get(app, "/uplifts").await["items"][0].clone();
    assert_eq!((&listed["retainers"], &listed["applied"]), (&json!(3), &json!(1)));

    let price = async |of: &Value| {
        let now = get(app, &format!("/retainers/{}", id(of))).await;
        now["terms"]["terms"]["price"]["amount_minor"].as_i64().unwrap()
    };
    assert_eq!(price(&a).await, 150_000);
    app.clock_at("2026-10-02T10:00:00Z").await;
    let prices = [price(&a).await, price(&b).await, price(&e).await];
    assert_eq!(prices, [155_500, 160_000, 150_000]);
    // Of a day in the past nobody gets a letter.
    assert_eq!(to_tell().await, [past]);
    let whose = format!("{path}/letter.pdf?account_id={}", a["account_id"].as_str().unwrap());
    app.as_role(Role::Viewer, "GET", &whose).refused(ErrorCode::NotFound).await;
}
