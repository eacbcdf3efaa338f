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
    // As of a day it is what was known then, and so is the account.
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    for (day, expected) in [("14", [0, 0]), ("15", [360, 30])] {
        let then = get(&app, &format!("{path}?as_of=2026-01-{day}")).await;
        assert_eq!(
            (&then["provisional"], &then["cycle"]["status"]),
            (&json!(true), &json!("open"))
        );
        let sums = &then["cycle"]["pools"][0]["sums"];
        let told =
            |of: &serde_json::Value| [&of["used"], &of["topped_up"]].map(|n| n.as_i64().unwrap());
        assert_eq!(told(sums), expected, "{day}");
        let one = get(&app, &format!("{account}?as_of=2026-01-{day}")).await;
        let list = get(&app, &format!("/accounts?as_of=2026-01-{day}")).await;
        for of in [&one, &list["items"][0]] {
            assert_eq!(told(&of["retainers"][0]["balances"][0]), expected, "{day}");
        }
    }
    let before = get(&app, &format!("{account}?as_of=2025-12-31")).await;
    assert_eq!(before["retainers"], json!([]));
    let early = app.as_role(Role::Viewer, "GET", &format!("{path}?as_of=2025-12-31"));
    early.faulty("as_of", "out_of_range").await;
    for (day, lines) in [("14", 1), ("15", 3)] {
        let then = format!("{path}.csv?as_of=2026-01-{day}");
        let then = app.as_role(Role::Viewer, "GET", &then).send().await.unwrap();
        let named = then.headers()["Content-Disposition"].to_str().unwrap().to_owned();
        assert!(named.contains(&format!("2026-01-01 (2026-01-{day}).csv")), "{named}");
        let text = then.text().await.unwrap();
        let moves = |line: &&str| line.starts_with("hours") && !line.contains("total_");
        assert_eq!(text.lines().filter(moves).count(), lines, "{text}");
        let used = if day == "14" { 0 } else { 360 };
        assert!(text.contains(&format!("hours,minutes,,,total_used,{used},")), "{text}");
    }

    let sheet = app.as_role(Role::Viewer, "GET", &format!("{path}.csv")).send().await.unwrap();
    assert_eq!(sheet.headers()["Content-Type"], "text/csv; charset=utf-8");
    let named = sheet.headers()["Content-Disposition"].to_str().unwrap().to_owned();
    assert!(named.contains("Big Company Monthly support 2026-01-01.csv"), "{named}");
    let text = sheet.text().await.unwrap();
    let lines: Vec<&str> = text.trim_start_matches('\u{feff}').lines().collect();
    let expected = [
        "Pool,Unit,Line,Day,Kind,Quantity,Overage,Balance,Worked on,Person,Note,Session",
        "hours,minutes,1,2026-01-01,grant,600,0,600,,,,",
        "hours,minutes,2,2026-01-10,consume,-360,0,240,,Owner,,",
        "hours,minutes,3,2026-01-15,topup,30,0,270,,Owner,\"'=HYPERLINK(\"\"x\"\"), said Mia\",",
        "hours,minutes,4,2026-01-31,carry_out,-240,0,30,,,,",
        "hours,minutes,5,2026-01-31,carry_out,-30,0,0,,,,",
        "hours,minutes,,,total_opening,0,,,,,,",
        "hours,minutes,,,total_granted,600,,,,,,",
        "hours,minutes,,,total_repaid,0,,,,,,",
        "hours,minutes,,,total_topped_up,30,,,,,,",
        "hours,minutes,,,total_adjusted,0,,,,,,",
        "hours,minutes,,,total_drawn,-360,,,,,,",
        "hours,minutes,,,total_lapsed,0,,,,,,",
        "hours,minutes,,,total_closing,270,,,,,,",
        "hours,minutes,,,total_used,360,,,,,,",
        "hours,minutes,,,total_overage,0,,,,,,",
        "workshops,sessions,1,2026-01-01,grant,2,0,2,,,,",
        "workshops,sessions,2,2026-01-31,expire,-2,0,0,,,,",
        "workshops,sessions,,,total_opening,0,,,,,,",
        "workshops,sessions,,,total_granted,2,,,,,,",
        "workshops,sessions,,,total_repaid,0,,,,,,",
        "workshops,sessions,,,total_topped_up,0,,,,,,",
        "workshops,sessions,,,total_adjusted,0,,,,,,",
        "workshops,sessions,,,total_drawn,0,,,,,,",
        "workshops,sessions,,,total_lapsed,-2,,,,,,",
        "workshops,sessions,,,total_closing,0,,,,,,",
        "workshops,sessions,,,total_used,0,,,,,,",
        "workshops,sessions,,,total_overage,0,,,,,,",
    ];
    assert_eq!(lines, expected);
}
