//! What came of renewals, and what is ahead. Source: domain 7.3, 7.7.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{renewals, until, won};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![
    won_and_lost_are_told_by_month_with_what_is_expected,
    one_that_is_lost_brings_nothing_after_an_end_of_its_own,
    an_agreed_end_is_one_until_somebody_talks_about_it,
];

async fn june(app: &TestApp) -> Value {
    let report = get(app, "/reports/renewals?from=2026-05-01&to=2026-06-30").await;
    let of = &report["currencies"][0];
    assert_eq!((&of["currency"], &of["months"][1]["month"]), (&json!("EUR"), &json!("2026-06-01")));
    assert_eq!(of["whole"], of["months"][1]["counts"], "none ends in May");
    of.clone()
}

/// What is certain, open and expected of a month.
async fn expected(app: &TestApp, month: usize) -> [i64; 3] {
    let told = get(app, "/reports/renewals/forecast").await;
    let months = told["currencies"][0]["months"].as_array().unwrap().clone();
    assert_eq!(months.len(), 12);
    let of = |name: &str| months[month][name].as_i64().unwrap();
    [of("certain_minor"), of("open_minor"), of("likely_minor")]
}

/// Two end after June, and one has no end.
async fn won_and_lost_are_told_by_month_with_what_is_expected(app: TestApp) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    let first = agree(&app, until(Some("2026-07-01"))).await;
    agree(&app, until(Some("2026-07-01"))).await;
    agree(&app, until(None)).await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    app.clock_at("2026-05-20T10:00:40Z").await;
    let begun = renewals(&app, "").await;
    assert_eq!(begun.len(), 2, "{begun:#?}");
    for one in &begun {
        let path = format!("/renewals/{}", id(one));
        let change = app.as_role(Role::Manager, "PATCH", &path).version(&one["version"]);
        change.json(&json!({ "probability": 60 })).expect(200).await;
    }
    let counts = june(&app).await["whole"].clone();
    assert_eq!((&counts["due"], &counts["open"]), (&json!(2), &json!(2)));
    assert_eq!((&counts["open_minor"], &counts["rate"]), (&json!(300_000), &Value::Null));
    // In full until a term ends, then as likely as its renewal.
    assert_eq!(expected(&app, 0).await, [450_000, 0, 450_000]);
    assert_eq!(expected(&app, 1).await, [450_000, 0, 450_000]);
    assert_eq!(expected(&app, 2).await, [150_000, 300_000, 330_000]);

    let mine = begun.iter().find(|one| one["retainer_id"] == first["id"]).unwrap();
    let mut terms = first["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(180_000);
    let body = json!({ "ends_on": "2027-07-01", "terms": terms, "reason": "results" });
    won(&app, mine, body).await;
    let other = begun.iter().find(|one| one["retainer_id"] != first["id"]).unwrap();
    let lost = app.as_role(Role::Manager, "POST", &format!("/renewals/{}/lost", id(other)));
    lost.json(&json!({ "reason": "budget" })).expect(200).await;
    let told = june(&app).await;
    let counts = &told["whole"];
    let of = |name: &str| counts[name].as_i64().unwrap();
    assert_eq!([of("due"), of("same"), of("expanded"), of("lost"), of("open")], [2, 0, 1, 1, 0]);
    assert_eq!(
        [of("won_before_minor"), of("won_minor"), of("lost_minor")],
        [150_000, 180_000, 150_000]
    );
    // What is brought more is not kept.
    assert_eq!([of("rate"), of("kept_rate")], [500, 500]);
    let reasons = told["reasons"].as_array().unwrap();
    let reason = |won: bool| reasons.iter().find(|one| one["won"] == won).unwrap();
    assert_eq!((&reason(true)["reason"], &reason(true)["count"]), (&json!("results"), &json!(1)));
    assert_eq!(
        (&reason(false)["reason"], &reason(false)["before_minor"]),
        (&json!("budget"), &json!(150_000))
    );
    // The one that was won goes on; the one that was lost does not.
    let [certain, open, likely] = expected(&app, 2).await;
    assert_eq!((certain, open, likely), (300_000, 150_000, 300_000));

    let sheet = async |path: &str| {
        let answer = app.as_role(Role::Viewer, "GET", path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.text().await.unwrap()
    };
    let text = sheet("/reports/renewals.csv?from=2026-06-01&to=2026-06-01").await;
    let row = "2026-06,EUR,Big Company,Monthly support,won,expanded,results,1500.00,1800.00,";
    assert!(text.contains(row), "{text}");
    let text = sheet("/reports/renewals/forecast.csv").await;
    assert!(text.contains("2026-07,EUR,Big Company,2026-06-30,0,1500.00,0.00,"), "{text}");
    for path in ["/reports/renewals", "/reports/renewals/forecast"] {
        app.as_role(Role::Member, "GET", path).refused(ErrorCode::Forbidden).await;
    }
}

async fn talk(app: &TestApp, retainer: &Value) -> Value {
    let new = json!({ "retainer_id": retainer["id"] });
    app.as_role(Role::Manager, "POST", "/renewals").json(&new).expect(201).await
}

/// One in euros ends before its term does, and one in dollars later.
async fn one_that_is_lost_brings_nothing_after_an_end_of_its_own(app: TestApp) {
    app.clock_at("2026-06-01T10:00:00Z").await;
    let euros = agree(&app, until(None)).await;
    let dollars = agree(&app, |account: &Value| {
        let mut body = until(None)(account);
        body["terms"]["price"] = json!({ "amount_minor": 90_000, "currency": "USD" });
        body
    });
    let dollars = dollars.await;
    for (retainer, ends_on) in [(&euros, "2026-10-01"), (&dollars, "2027-02-01")] {
        let begun = talk(&app, retainer).await;
        assert_eq!(begun["due_on"], "2027-01-01");
        let lost = app.as_role(Role::Manager, "POST", &format!("/renewals/{}/lost", id(&begun)));
        lost.json(&json!({ "reason": "budget", "ends_on": ends_on })).expect(200).await;
    }
    assert_eq!(expected(&app, 3).await, [150_000, 0, 150_000]);
    assert_eq!(expected(&app, 4).await, [0, 150_000, 0]);
    let told = get(&app, "/reports/renewals/forecast").await;
    assert_eq!(told["currencies"].as_array().unwrap().len(), 2);
    let of = &told["currencies"][1];
    assert_eq!(of["currency"], "USD");
    let month = |place: usize| {
        ["certain_minor", "open_minor", "likely_minor"]
            .map(|name| of["months"][place][name].as_i64().unwrap())
    };
    assert_eq!((month(7), month(8)), ([90_000, 0, 90_000], [0, 90_000, 0]));
    // Both terms end with December, each in its currency.
    let told = get(&app, "/reports/renewals?from=2026-12-01&to=2026-12-31").await;
    let lost = |place: usize| {
        let of = &told["currencies"][place];
        (of["currency"].clone(), of["whole"]["lost_minor"].clone())
    };
    assert_eq!(lost(0), (json!("EUR"), json!(150_000)));
    assert_eq!(lost(1), (json!("USD"), json!(90_000)));
}

async fn an_agreed_end_is_one_until_somebody_talks_about_it(app: TestApp) {
    app.clock_at("2026-06-01T10:00:00Z").await;
    let retainer = agree(&app, until(None)).await;
    let end = app.as_role(Role::Owner, "POST", &format!("/retainers/{}/end", id(&retainer)));
    end.json(&json!({ "ends_on": "2026-09-01" })).expect(200).await;
    assert_eq!(expected(&app, 2).await, [150_000, 0, 150_000]);
    assert_eq!(expected(&app, 3).await, [0, 150_000, 0]);
    let begun = talk(&app, &retainer).await;
    assert_eq!(expected(&app, 3).await, [0, 150_000, 0], "nobody has said a word yet");
    let path = format!("/renewals/{}", id(&begun));
    let said = app.as_role(Role::Manager, "PATCH", &path).version(&begun["version"]);
    said.json(&json!({ "probability": 60 })).expect(200).await;
    assert_eq!(expected(&app, 3).await, [0, 150_000, 90_000]);
    // The end of a term that was won is one to be talked about.
    won(&app, &begun, json!({ "ends_on": "2027-03-01", "reason": "results" })).await;
    assert_eq!(expected(&app, 8).await, [150_000, 0, 150_000]);
    let [certain, open, likely] = expected(&app, 9).await;
    assert_eq!((certain, open), (0, 150_000));
    assert!(likely > 0, "{likely}");
}
