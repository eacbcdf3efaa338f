//! Recurring revenue: months told by their last days, whatever was invoiced.
use serde_json::{Value, json};
use shared::api::Role;

use crate::app::{Answer, TestApp};
use crate::retainers::get;

/// The figures of a span that are not nothing, by their names.
fn told(span: &Value) -> Value {
    let figures = span.as_object().unwrap().iter().filter(|(_, figure)| **figure != 0);
    figures.map(|(name, figure)| (name.clone(), figure.clone())).collect()
}

/// A client brings 2,200.00 from April, pauses over the end of May and of June, brings 2,500.00 from
/// 5 August, today, and ends on 15 September. Source: domain 7.4 to 7.6.
pub async fn moved(app: &TestApp, account: &Value) {
    let report = get(app, "/reports/recurring-revenue?from=2026-03-09&to=2026-09-01").await;
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-03-01"), &json!("2026-09-30")));
    let euros = &report["currencies"][0];
    assert_eq!(report["currencies"].as_array().unwrap().len(), 1);
    let months = euros["months"].as_array().unwrap();
    let month = |month: &Value| (month["ahead"].as_bool().unwrap(), told(&month["span"]));
    let churned = |minor: i64| {
        json!({ "start_minor": minor, "churn_minor": minor, "clients_lost": 1,
            "client_churn": 1_000 })
    };
    let expected = [
        (false, json!({})),
        (
            false,
            json!({ "new_minor": 220_000, "end_minor": 220_000, "clients": 1, "clients_won": 1 }),
        ),
        (false, churned(220_000)),
        (false, json!({})),
        (
            false,
            json!({ "reactivation_minor": 220_000, "end_minor": 220_000, "clients": 1,
                "clients_won": 1 }),
        ),
        (
            true,
            json!({ "start_minor": 220_000, "expansion_minor": 30_000, "end_minor": 250_000,
                "clients": 1, "net_retention": 1_136, "gross_retention": 1_000 }),
        ),
        (true, churned(250_000)),
    ];
    assert_eq!(months.iter().map(month).collect::<Vec<_>>(), expected);
    // What ends may be renewed: nobody knows yet, so no other figure has it.
    let renewable: Vec<_> = months.iter().map(|one| one["renewable_minor"].as_i64()).collect();
    assert_eq!(renewable, [0, 0, 0, 0, 0, 0, 250_000].map(Some));
    assert_eq!((told(&euros["whole"]), &euros["yearly_minor"]), (json!({}), &json!(0)));
    let moves = euros["moves"].as_array().unwrap();
    let kinds: Vec<&Value> = moves.iter().map(|one| &one["movement"]).collect();
    assert_eq!(kinds, ["churn", "expansion", "reactivation", "churn", "new"]);
    // All months together are one movement, and who was there before is not new.
    let later = get(app, "/reports/recurring-revenue?from=2026-07-01&to=2026-08-31").await;
    let euros = &later["currencies"][0];
    let back = json!({ "reactivation_minor": 250_000, "end_minor": 250_000, "clients": 1,
        "clients_won": 1 });
    assert_eq!((told(&euros["whole"]), &euros["yearly_minor"]), (back, &json!(3_000_000)));

    let path = "/reports/recurring-revenue.csv?from=2026-08-01&to=2026-09-01";
    let sheet = app.as_role(Role::Viewer, "GET", path).send().await.unwrap();
    let name = sheet.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(name.contains("MRR 2026-08 2026-09.csv"), "{name}");
    let id = account.as_str().unwrap();
    let expected = [
        format!("2026-07,EUR,Big Company,start,0.00,2200.00,2200.00,{id}"),
        format!("2026-08,EUR,Big Company,expansion,2200.00,2500.00,300.00,{id}"),
        format!("2026-09,EUR,Big Company,churn,2500.00,0.00,-2500.00,{id}"),
    ];
    let text = sheet.text().await.unwrap();
    assert_eq!(text.lines().skip(1).collect::<Vec<_>>(), expected);

    let ask = |query: &str| {
        app.as_role(Role::Finance, "GET", &format!("/reports/recurring-revenue?{query}"))
    };
    ask("from=2026-02-01&to=2026-01-31").faulty("to", "end_before_start").await;
    ask("from=2022-02-01&to=2026-01-31").faulty("from", "out_of_range").await;
    ask("to=2027-09-01").faulty("to", "out_of_range").await;
    began(app).await;

    // Prices with tax in them bring what is left without: 2,500.00 less 227.27.
    let settings = json!({ "legal_name": "Us", "address": "Here", "starts_on": "2027-01-01",
        "tax_mode": "inclusive", "taxes": [{ "code": "VAT", "percent": "10" }] });
    let say = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(0);
    say.json(&settings).expect(200).await;
    let now = get(app, "/reports/recurring-revenue?from=2026-08-01&to=2026-08-31").await;
    let euros = &now["currencies"][0];
    assert_eq!(
        (&euros["whole"]["start_minor"], &euros["whole"]["end_minor"]),
        (&json!(200_000), &json!(227_273))
    );
    assert_eq!(euros["yearly_minor"], 12 * 227_273);
    let listed = get(app, "/retainers").await;
    assert_eq!(listed["items"][0]["mrr"]["amount_minor"], 227_273, "as the report says");
}

/// The same client, who began in April with 2,200.00: by hand, nothing of it is left in May and June,
/// all in July, and 2,500 of 2,200 in August.
async fn began(app: &TestApp) {
    let period = |ends_on: &str, clients: u32, minor: i64, left: i64| {
        json!({ "ends_on": ends_on, "clients": clients, "mrr_minor": minor,
            "clients_left": 1_000 * clients, "mrr_left": left })
    };
    let cohort = |periods: &[Value]| {
        json!([{ "starts_on": "2026-04-01", "clients": 1, "began_minor": 220_000,
            "periods": periods }])
    };
    let report = get(app, "/reports/recurring-revenue/cohorts?from=2026-03-31").await;
    assert_eq!((&report["from"], &report["to"]), (&json!("2026-03-01"), &json!("2026-08-31")));
    let months = [
        period("2026-04-30", 1, 220_000, 1_000),
        period("2026-05-31", 0, 0, 0),
        period("2026-06-30", 0, 0, 0),
        period("2026-07-31", 1, 220_000, 1_000),
        period("2026-08-31", 1, 250_000, 1_136),
    ];
    assert_eq!(report["currencies"][0]["cohorts"], cohort(&months));
    let report = get(app, "/reports/recurring-revenue/cohorts?by=quarter&from=2026-05-20").await;
    let quarters = [period("2026-06-30", 0, 0, 0), period("2026-08-31", 1, 250_000, 1_136)];
    assert_eq!(report["currencies"][0]["cohorts"], cohort(&quarters));
    let later = get(app, "/reports/recurring-revenue/cohorts?from=2026-07-01").await;
    assert_eq!(later["currencies"], json!([]), "it began before");

    let path = "/reports/recurring-revenue/cohorts.csv?from=2026-04-01";
    let text = app.as_role(Role::Viewer, "GET", path).send().await.unwrap().text().await.unwrap();
    let lines: Vec<&str> = text.lines().skip(1).collect();
    assert_eq!(lines[4], "EUR,2026-04,1,2200.00,4,2026-08-31,1,2500.00,100.0,113.6");
    assert_eq!(lines.len(), 5);
    let ask = |query: &str| {
        app.as_role(Role::Finance, "GET", &format!("/reports/recurring-revenue/cohorts?{query}"))
    };
    ask("to=2026-09-01").faulty("to", "out_of_range").await;
    ask("from=2026-08-01&to=2026-07-31").faulty("to", "end_before_start").await;
    ask("by=year").faulty("by", "not_allowed").await;
}
