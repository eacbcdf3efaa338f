//! What is agreed to be taken off the price of each cycle. Source: domain 5.6, 7.4;
//! docs/decisions/0058.
use backend::check;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::agreed::{changes_one, of_cycle};
use super::composed::{line, lines};
use super::{billed, invoices, issue, post, run, support, void};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![
    a_discount_stands_on_the_line_of_the_price,
    a_cycle_in_part_has_its_part_of_a_discount,
    what_is_given_away_is_not_billed_and_too_much_is_refused,
    in_arrears_the_days_of_each_agreement_have_their_own,
    an_amendment_in_advance_and_an_early_end_count_what_is_paid,
    with_tax_in_it_and_in_the_place_of_a_void_one,
];

fn with(hundredths: i64) -> impl Fn(&Value) -> Value {
    move |account| {
        let mut body = support(account);
        body["terms"]["discount_hundredths"] = json!(hundredths);
        body
    }
}

/// Price, discount and amount of the first line.
async fn first(app: &TestApp, invoice: &Value) -> (i64, i64, i64) {
    let invoice = get(app, &format!("/invoices/{}", id(invoice))).await;
    let of = |name: &str| invoice["lines"][0][name].as_i64().unwrap();
    (of("price_minor"), of("discount_minor"), of("amount_minor"))
}

async fn a_discount_stands_on_the_line_of_the_price(app: TestApp) {
    let retainer = billed(&app, with(1_000)).await;
    run(&app).await;
    let january = of_cycle(&app, &retainer, 1).await;
    assert_eq!(first(&app, &january).await, (250_000, 25_000, 225_000));
    // 10 % off 2,500.00, with 20 % of VAT.
    assert_eq!(
        (&january["net_minor"], &january["total_minor"]),
        (&json!(225_000), &json!(270_000))
    );
    issue(&app, &january).await;
    let kept = get(&app, "/retainers").await["items"][0].clone();
    assert_eq!(kept["mrr"]["amount_minor"], 225_000);
    assert_eq!(kept["price"]["amount_minor"], 225_000);
    app.books_hold().await;

    // From February on it is paid in full: what was billed stays.
    let mut terms = retainer["terms"]["terms"].clone();
    terms["discount_hundredths"] = json!(0);
    let path = format!("/retainers/{}/amendments", id(&retainer));
    post(&app, &path, json!({ "terms": terms }), 201).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    let february = of_cycle(&app, &retainer, 2).await;
    assert_eq!(first(&app, &february).await, (250_000, 0, 250_000));
    assert_eq!(lines(&app, &february).await, [line("fee", 2, 250_000)]);
    app.books_hold().await;

    let tamper = "UPDATE invoice_lines SET discount_minor = 5 WHERE invoice_id = $1";
    changes_one(&app, tamper, &february).await;
    let found = check::run(&app.db).await.unwrap();
    assert!(found.iter().any(|breach| breach.contains("less its discount")), "{found:?}");
}

async fn a_cycle_in_part_has_its_part_of_a_discount(app: TestApp) {
    let from_the_tenth = |account: &Value| {
        let mut body = with(1_250)(account);
        body["starts_on"] = json!("2026-01-10");
        body
    };
    let retainer = billed(&app, from_the_tenth).await;
    run(&app).await;
    // 22 of 31 days: of 2,500.00 and of 2,187.50, each rounded once.
    let january = of_cycle(&app, &retainer, 1).await;
    assert_eq!(first(&app, &january).await, (177_419, 22_177, 155_242));
    app.books_hold().await;
}

async fn what_is_given_away_is_not_billed_and_too_much_is_refused(app: TestApp) {
    let retainer = billed(&app, with(10_000)).await;
    assert_eq!(run(&app).await["made"], json!([]));
    let mut body = with(10_001)(&retainer["account_id"]);
    body["name"] = json!("Other");
    let asked = app.as_role(Role::Owner, "POST", "/retainers").json(&body);
    let problem = asked.refused(ErrorCode::Invalid).await;
    assert_eq!(problem["errors"][0]["field"], "/terms/discount_hundredths");
    assert_eq!(problem["errors"][0]["code"], "out_of_range");
    app.books_hold().await;
    let other = agree(&app, with(0)).await;
    assert_eq!(other["terms"]["terms"].get("discount_hundredths"), None, "as it was before");
}

/// Drops the discount from today on.
async fn in_full_from_now(app: &TestApp, retainer: &Value) {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["discount_hundredths"] = json!(0);
    let change = json!({ "terms": terms, "effective": "now", "reason": "Agreed by phone" });
    post(app, &format!("/retainers/{}/amendments", id(retainer)), change, 201).await;
}

/// 15 of 31 days with 10 % off, 16 without.
async fn in_arrears_the_days_of_each_agreement_have_their_own(app: TestApp) {
    let retainer = billed(&app, with(1_000)).await;
    let path = format!("/retainers/{}/billing", id(&retainer));
    let arrears = json!({ "timing": "arrears" });
    app.as_role(Role::Owner, "PUT", &path).version(0).json(&arrears).expect(200).await;
    app.clock_at("2026-01-16T10:00:00Z").await;
    in_full_from_now(&app, &retainer).await;
    app.clock_at("2026-02-02T10:00:00Z").await;
    let january = of_cycle(&app, &retainer, 1).await;
    assert_eq!(first(&app, &january).await, (120_968, 12_097, 108_871));
    let expected = [line("fee", 1, 108_871), line("fee", 1, 129_032)];
    assert_eq!(lines(&app, &january).await, expected);
    app.books_hold().await;
}

/// What an amendment moves is a part of 225.00 less, not of the list price; so is what an end gives back.
async fn an_amendment_in_advance_and_an_early_end_count_what_is_paid(app: TestApp) {
    let amended = billed(&app, with(1_000)).await;
    let mut other = with(1_000)(&amended["account_id"]);
    other["name"] = json!("Ends early");
    let ended = agree(&app, |_| other.clone()).await;
    record(&app, &ended, "2026-01-10", 1_200).await;
    run(&app).await;
    app.clock_at("2026-01-16T10:00:00Z").await;
    in_full_from_now(&app, &amended).await;
    let end = json!({ "ends_on": "2026-01-21" });
    post(&app, &format!("/retainers/{}/end", id(&ended)), end, 200).await;
    app.clock_at("2026-01-21T10:00:00Z").await;
    app.clock_at("2026-02-05T10:00:00Z").await;
    let february = of_cycle(&app, &amended, 2).await;
    // 16 of 31 days of 250.00 more.
    let expected = [line("fee", 2, 250_000), line("correction", 1, 12_903)];
    assert_eq!(lines(&app, &february).await, expected);
    let all = invoices(&app, &ended).await;
    assert_eq!(first(&app, &all[0]).await, (250_000, 25_000, 225_000));
    let expected = [line("correction", 1, 145_161 - 225_000), line("overage", 1, 169_375)];
    assert_eq!(lines(&app, &all[1]).await, expected);
    app.books_hold().await;
}

async fn with_tax_in_it_and_in_the_place_of_a_void_one(app: TestApp) {
    let retainer = billed(&app, with(1_000)).await;
    let now = get(&app, "/organisation/billing").await;
    let mut settings = now["settings"].clone();
    settings["tax_mode"] = json!("inclusive");
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(&now["version"]);
    put.json(&settings).expect(200).await;
    run(&app).await;
    let january = issue(&app, &of_cycle(&app, &retainer, 1).await).await["summary"].clone();
    void(&app, &january, true).await;
    let again = of_cycle(&app, &retainer, 1).await;
    assert_ne!(id(&again), id(&january));
    for invoice in [&january, &again] {
        assert_eq!(first(&app, invoice).await, (250_000, 25_000, 225_000));
        let sums = ["net_minor", "tax_minor", "total_minor"].map(|name| invoice[name].clone());
        assert_eq!(sums, [json!(187_500), json!(37_500), json!(225_000)]);
    }
    app.books_hold().await;
}
