//! The statement of a cycle, for people and as a sheet.
use serde_json::json;
use shared::api::Role;

use crate::adjustments::adjust;
use crate::app::TestApp;
use crate::on_both_engines;
use crate::retainers::{agree, get, record, ten_hours};

on_both_engines![a_statement_sums_up_and_its_sheet_has_every_line];

async fn a_statement_sums_up_and_its_sheet_has_every_line(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, |account| {
        let mut body = ten_hours(account);
        let workshops = json!({ "unit": "sessions", "key": "workshops", "allowance": 2 });
        body["terms"]["pools"].as_array_mut().unwrap().push(workshops);
        body
    })
    .await;
    let cycle = record(&app, &retainer, "2026-01-10", 360).await["entry"]["cycle_id"].clone();
    let reason = json!({ "kind": "purchase", "quantity": 30, "pool": "hours",
        "reason": "=HYPERLINK(\"x\"), said Mia" });
    adjust(&app, &retainer, reason).await;
    let path = format!("/cycles/{}/statement", cycle.as_str().unwrap());
    assert_eq!(get(&app, &path).await["provisional"], true);
    app.clock_at("2026-02-01T10:00:00Z").await;
    let statement = get(&app, &path).await;
    assert_eq!(statement["provisional"], false);
    assert_eq!(statement["account_name"], "Big Company");
    let sums = &statement["cycle"]["pools"][0]["sums"];
    let sum = |name: &str| sums[name].as_i64().unwrap();
    let closing = sum("opening") + sum("granted") + sum("topped_up") + sum("adjusted")
        - sum("repaid")
        - (sum("used") - sum("overage"))
        - sum("lapsed");
    assert_eq!((closing, sum("closing")), (270, 270));
    assert_eq!(statement["cycle"]["pools"][1]["sums"]["lapsed"], 2);

    let sheet = app.as_role(Role::Viewer, "GET", &format!("{path}.csv")).send().await.unwrap();
    assert_eq!(sheet.headers()["Content-Type"], "text/csv; charset=utf-8");
    let named = sheet.headers()["Content-Disposition"].to_str().unwrap().to_owned();
    assert!(named.contains("Big Company Monthly support 2026-01-01.csv"), "{named}");
    let text = sheet.text().await.unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let expected = [
        "Pool,Unit,Line,Day,Kind,Quantity,Overage,Balance,Worked on,Person,Note",
        "hours,minutes,1,2026-01-01,grant,600,0,600,,,",
        "hours,minutes,2,2026-01-10,consume,-360,0,240,,Owner,",
        "hours,minutes,3,2026-01-15,topup,30,0,270,,Owner,\"'=HYPERLINK(\"\"x\"\"), said Mia\"",
        "hours,minutes,4,2026-01-31,carry_out,-240,0,30,,,",
        "hours,minutes,5,2026-01-31,carry_out,-30,0,0,,,",
        "workshops,sessions,1,2026-01-01,grant,2,0,2,,,",
        "workshops,sessions,2,2026-01-31,expire,-2,0,0,,,",
    ];
    assert_eq!(lines, expected);
}
