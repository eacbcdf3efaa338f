//! What is agreed on while a retainer is paused: other terms, its end.
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::lifecycle::{cycle, cycles, post, refused, retainer};
use crate::retainers::{get, id, record};

/// Source: decision 0048. Agreed while it runs, they replace what was agreed for the return before;
/// a return on the same day is one.
pub async fn terms_agreed_in_a_pause_hold_from_the_return_on(
    app: &TestApp,
    retainer: &Value,
    agreed: impl Fn(i64) -> Value,
) {
    let path = format!("/retainers/{}", id(retainer));
    app.clock_at("2026-03-02T10:00:00Z").await;
    // Cycles are cut anew from a day that is known.
    let mut other = agreed(600);
    other["interval"] = json!({ "unit": "month", "count": 3 });
    assert_eq!(refused(app, retainer, "amendments", other).await["code"], "retainer_paused");
    let preview = post(app, retainer, "amendments/preview", agreed(600)).await;
    let told = (&preview["effective_on"], &preview["rules_from"]);
    assert_eq!(told, (&json!("2026-03-02"), &Value::Null));
    let amended = post(app, retainer, "amendments", agreed(600)).await;
    assert_eq!(amended["terms"]["number"], 6);
    let resumed = post(app, retainer, "resume", json!({ "on": "2026-03-02" })).await;
    let told = (&resumed["terms"]["number"], &resumed["terms"]["effective_from"]);
    assert_eq!((told, &resumed["next_terms"]), ((&json!(6), &json!("2026-03-02")), &Value::Null));
    // 23 of the 28 days from 25 February to 25 March.
    assert_eq!(cycles(app, retainer).await[4], cycle(5, "2026-03-02", "2026-03-25", 493));
    let numbers = resumed["cycle_terms"].as_array().unwrap().iter();
    assert_eq!(numbers.map(|one| one["number"].clone()).collect::<Vec<_>>(), [json!(6)]);
    let then = get(app, &format!("{path}?as_of=2026-03-01")).await;
    assert_eq!((&then["paused"], &then["terms"]["number"]), (&json!(true), &json!(5)));
    app.books_hold().await;
}

/// Source: domain 2.12, decision 0048: away from 10 March to 1 May, left on 15 April. 9 of 31 days of
/// 600 minutes, 100 of the 174 used; the rest waits, and lapses with the retainer.
pub async fn an_end_comes_in_a_pause_that_has_one(app: &TestApp) {
    let retainer = retainer(app, "2026-03-05T10:00:00Z", "2026-03-01").await;
    let path = format!("/retainers/{}", id(&retainer));
    record(app, &retainer, "2026-03-05", 100).await;
    post(app, &retainer, "pause", json!({ "from": "2026-03-10", "to": "2026-05-01" })).await;
    post(app, &retainer, "pause", json!({ "from": "2026-06-01", "to": "2026-06-10" })).await;
    // On its first day it cannot end with the next: no day would be there to settle it on.
    app.clock_at("2026-03-10T10:00:00Z").await;
    let problem = refused(app, &retainer, "end", json!({ "ends_on": "2026-03-11" })).await;
    let fault = &problem["errors"][0];
    assert_eq!((&fault["field"], &fault["code"]), (&json!("/ends_on"), &json!("no_service")));
    app.clock_at("2026-03-20T10:00:00Z").await;
    let end = async |day: &str| post(app, &retainer, "end", json!({ "ends_on": day })).await;
    let ending = end("2026-04-15").await;
    let told = (&ending["state"], &ending["paused"], &ending["settlement"]["used_days"]);
    assert_eq!(told, (&json!("active"), &json!(true), &json!(9)));
    assert_eq!(ending["pauses"].as_array().unwrap().len(), 2, "as they were agreed");
    assert_eq!(ending["pauses"][0]["to"], "2026-05-01");
    app.books_hold().await;
    // Moved behind the pause, or taken back, service goes on after it; and back again.
    let last = |of: &Value| ["starts_on", "used_days"].map(|key| of["settlement"][key].clone());
    assert_eq!(last(&end("2026-05-11").await), [json!("2026-05-01"), json!(10)]);
    let on = post(app, &retainer, "end", json!({})).await;
    assert_eq!((&on["settlement"], &on["pauses"]), (&Value::Null, &ending["pauses"]));
    assert_eq!(last(&end("2026-05-01").await), [json!("2026-03-01"), json!(9)]);
    // A return before it is one all the same.
    let back = post(app, &retainer, "resume", json!({ "on": "2026-04-20" })).await;
    assert_eq!(last(&back), [json!("2026-04-20"), json!(11)]);
    end("2026-04-15").await;
    app.clock_at("2026-04-14T10:00:00Z").await;
    assert_eq!(get(app, &path).await["state"], "active");
    app.books_hold().await;
    app.clock_at("2026-04-16T10:00:00Z").await;
    let ended = get(app, &path).await;
    assert_eq!(ended["state"], "ended");
    let items = get(app, &format!("{path}/cycles")).await["items"].clone();
    let told = |key: &str| items[0]["pools"][0]["sums"][key].as_i64().expect("a sum");
    assert_eq!(["opening", "lapsed", "closing"].map(told), [74, 74, 0]);
    let then = get(app, &format!("{path}?as_of=2026-04-10")).await;
    assert_eq!((&then["state"], &then["paused"]), (&json!("active"), &json!(true)));
}
