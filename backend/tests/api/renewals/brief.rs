//! What a term came to. Source: requirements S2-20, S2-21.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{only, until, won};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![s2_21_what_the_term_came_to_is_put_together_each_sentence_with_its_source,];

/// Ten hours of ten in each cycle, one decision, and a request that nobody answered.
async fn s2_21_what_the_term_came_to_is_put_together_each_sentence_with_its_source(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, until(Some("2026-07-01"))).await;
    for month in 1..=4 {
        let at = format!("2026-0{month}-15");
        if month > 1 {
            app.clock_at(&format!("{at}T10:00:00Z")).await;
        }
        record(&app, &retainer, &at, 600).await;
    }
    let evidence = json!([{ "text": "Costs by channel" }]);
    let made = json!({ "choice": "Search", "reason": "It pays", "evidence": evidence });
    let asked =
        json!({ "question": "Which channel?", "retainer_id": retainer["id"], "made": made });
    let decision = app.as_role(Role::Owner, "POST", "/decisions").json(&asked).expect(201).await;
    let request = json!({ "retainer_id": retainer["id"], "title": "A fair" });
    app.as_role(Role::Owner, "POST", "/requests").json(&request).expect(201).await;
    app.clock_at("2026-05-20T10:00:00Z").await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    let begun = only(&app).await;
    assert_eq!(begun["cycles"][0], json!({ "seq": 4, "share": 1_000 }));
    let path = format!("/renewals/{}/brief", id(&begun));
    app.as_role(Role::Manager, "GET", &path).refused(ErrorCode::NotFound).await;
    app.as_role(Role::Member, "POST", &path).refused(ErrorCode::Forbidden).await;
    let brief = app.as_role(Role::Manager, "POST", &path).expect(200).await;
    let days = (&brief["from"], &brief["to"]);
    assert_eq!(days, (&json!("2026-01-01"), &json!("2026-05-01")));
    let line = |of: &Value| {
        let word = |name: &str| of[name].as_str().unwrap().to_owned();
        (word("section"), word("text"), of["source_id"].clone())
    };
    let told: Vec<_> = brief["lines"].as_array().unwrap().iter().map(line).collect();
    let cycles = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await;
    let april = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == 4).unwrap();
    let of =
        |section: &str, text: &str, id: &Value| (section.to_owned(), text.to_owned(), id.clone());
    let expected = [
        of("used", "Hours: 40 h of 40 h used in 4 cycles.", &april["id"]),
        of("decided", "Which channel? Search (15 April 2026)", &decision["id"]),
        of("asked", "One request came beside that; 0 taken in.", &Value::Null),
    ];
    assert_eq!(told, expected);
    let suggested = &brief["suggestion"];
    assert_eq!(
        (&suggested["because"], &suggested["change"]),
        (&json!("full_use"), &json!("expanded"))
    );
    let (before, after) = (&suggested["allowance_before"], &suggested["allowance"]);
    assert_eq!((before, after), (&json!(600), &json!(660)));
    assert_eq!(suggested["price"]["amount_minor"], 165_000);
    assert_eq!(suggested["shares"], json!([1_000, 1_000, 1_000]));
    let prepared = only(&app).await;
    assert_eq!((&prepared["stage"], &prepared["has_brief"]), (&json!("prepared"), &json!(true)));
    assert_eq!(get(&app, &path).await, brief);
    won(&app, &begun, json!({ "reason": "results" })).await;
    app.as_role(Role::Manager, "POST", &path).refused(ErrorCode::RenewalDecided).await;
    assert_eq!(get(&app, &path).await, brief, "it is kept");
}
