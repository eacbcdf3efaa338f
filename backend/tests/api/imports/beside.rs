//! What others do, and what becomes of the books, while an import is written.
use std::cell::Cell;
use std::time::{Duration, Instant};

use futures_util::future::{join, join_all};
use shared::api::ErrorCode;

use super::commit::force;
use super::*;
use crate::busy::records;
use crate::on_both_engines;
use crate::retainers::record;

/// Rows of the import that others work beside: several transactions.
const ROWS: i64 = 4_000;
/// Entries that others record at once.
const AT_ONCE: usize = 4;
/// How long anybody may wait, on a machine that runs other tests too.
const PATIENCE: Duration = Duration::from_secs(5);

on_both_engines![
    others_record_time_while_an_import_is_written,
    nothing_of_an_import_is_seen_before_it_is_done,
    a_failure_in_the_middle_leaves_nothing,
    a_server_that_stops_in_the_middle_leaves_nothing_that_is_seen,
    a_cycle_that_closes_under_an_import_gets_nothing_of_it,
    one_import_is_written_at_a_time,
    what_an_import_gives_reason_to_is_told_after_it,
];

/// Time of one account, half an hour a row.
pub fn long_sheet(rows: i64, account: &str) -> String {
    let row = |n| {
        let (day, minute) = (1 + n % 19, n / 19);
        format!("2026-01-{day:02},{account},Site,Ada,,0.5,{minute} of {day}")
    };
    let rows: Vec<String> = (0..rows).map(row).collect();
    files::sheet(&rows.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Another company, with a retainer of its own.
async fn other_company(app: &TestApp) -> Value {
    let account = app.as_role(Role::Owner, "POST", "/accounts").json(&json!({ "name": "Small" }));
    let account = account.expect(StatusCode::CREATED).await;
    let retainer = app.as_role(Role::Owner, "POST", "/retainers").json(&ten_hours(&account["id"]));
    retainer.expect(StatusCode::CREATED).await
}

/// Begins to write an import, and waits until some of it is there.
async fn half_written(app: &TestApp, import: &Value) {
    begin(app, import).expect(StatusCode::ACCEPTED).await;
    loop {
        let now = again(app, import).await;
        assert_eq!(now["state"], "committing", "it was too fast to be met in the middle: {now}");
        if now["written"].as_i64() > Some(0) {
            return;
        }
    }
}
async fn all_entries(app: &TestApp) -> i64 {
    count(app, "SELECT CAST(COUNT(*) AS BIGINT) FROM time_entries").await
}
async fn all_facts(app: &TestApp) -> i64 {
    count(app, "SELECT CAST(COUNT(*) AS BIGINT) FROM facts").await
}
/// Minutes used of the retainer's balance, as it shows them today.
async fn used(app: &TestApp, retainer: &Value) -> i64 {
    let path = format!("/retainers/{}", id(retainer));
    let shown = app.as_role(Role::Owner, "GET", &path).expect(StatusCode::OK).await;
    shown["balances"][0]["used"].as_i64().unwrap()
}

async fn others_record_time_while_an_import_is_written(app: TestApp) {
    let (big, small) = (big_company(&app).await, other_company(&app).await);
    let import = read(&app, long_sheet(ROWS, "Big Company")).await;
    begin(&app, &import).expect(StatusCode::ACCEPTED).await;
    let done = Cell::new(false);
    let others = async {
        let (mut recorded, mut longest) = (0, Duration::ZERO);
        while !done.get() {
            let begun = Instant::now();
            let many = (0..AT_ONCE).map(|n| records(&app, if n % 2 == 0 { &big } else { &small }));
            assert_eq!(join_all(many).await, [true; AT_ONCE]);
            longest = longest.max(begun.elapsed());
            recorded += i64::try_from(AT_ONCE).unwrap();
        }
        (recorded, longest)
    };
    let watching = async {
        let settled = settled(&app, &import).await;
        done.set(true);
        settled
    };
    let ((recorded, longest), settled) = join(others, watching).await;
    assert_eq!((&settled["state"], &settled["failure"]), (&json!("done"), &Value::Null));
    assert_eq!(settled["outcome"]["new"], ROWS);
    assert!(recorded > 0 && longest < PATIENCE, "{recorded} recorded, {longest:?} at the longest");
    assert_eq!(all_entries(&app).await, ROWS + recorded);
    assert_eq!(all_facts(&app).await, ROWS + recorded);
    app.books_hold().await;
}

async fn nothing_of_an_import_is_seen_before_it_is_done(app: TestApp) {
    let retainer = big_company(&app).await;
    record(&app, &retainer, "2026-01-02", 7).await;
    let before = used(&app, &retainer).await;
    let import = read(&app, long_sheet(ROWS, "Big Company")).await;
    half_written(&app, &import).await;
    assert!(all_entries(&app).await > 1);
    let (seen, used_now) = (entries(&app).await, used(&app, &retainer).await);
    assert_eq!(again(&app, &import).await["state"], "committing", "it was too fast");
    assert_eq!((seen.as_array().unwrap().len(), used_now), (1, before));
    app.books_hold().await;
    assert_eq!(settled(&app, &import).await["state"], "done");
    assert_eq!(used(&app, &retainer).await, before + ROWS * 30);
    assert_eq!(entries(&app).await.as_array().unwrap().len(), 200);
    app.books_hold().await;
}

async fn a_failure_in_the_middle_leaves_nothing(app: TestApp) {
    let retainer = big_company(&app).await;
    let mut file = long_sheet(ROWS, "Big Company");
    file.push_str("2027-01-02,Big Company,Site,Ada,,1,too soon\n");
    let import = read(&app, &file).await;
    // The header is line 1: this is the last of the rows that could be written.
    force(&app, "UPDATE import_rows SET person = 77 WHERE row_no = 4001").await;
    begin(&app, &import).expect(StatusCode::ACCEPTED).await;
    let failed = settled(&app, &import).await;
    assert_eq!((&failed["state"], &failed["written"]), (&json!("ready"), &Value::Null));
    assert_eq!(failed["failure"], "failed");
    assert_eq!((all_entries(&app).await, all_facts(&app).await), (0, 0));
    app.books_hold().await;
    record(&app, &retainer, "2026-01-02", 7).await;
    force(&app, "UPDATE import_rows SET person = 0 WHERE row_no = 4001").await;
    let done = commit(&app, &failed).await;
    assert_eq!((&done["outcome"]["new"], &done["outcome"]["rejected"]), (&json!(ROWS), &json!(1)));
    assert_eq!((all_entries(&app).await, all_facts(&app).await), (ROWS + 1, ROWS + 1));
}

async fn a_server_that_stops_in_the_middle_leaves_nothing_that_is_seen(app: TestApp) {
    let retainer = big_company(&app).await;
    let import = read(&app, long_sheet(ROWS, "Big Company")).await;
    half_written(&app, &import).await;
    // As if its time were nearly over: who writes it renews it.
    force(&app, "UPDATE imports SET leased_until = '2026-01-20T10:05:00+00:00'").await;
    let renewed = "SELECT CAST(COUNT(*) AS BIGINT) FROM imports
        WHERE state = 'committing' AND leased_until > '2026-01-20T10:05:00+00:00'";
    while count(&app, renewed).await == 0 {
        assert_eq!(again(&app, &import).await["state"], "committing", "nothing was renewed");
    }
    // As if another had taken it over: who wrote it notices, and leaves it alone.
    force(
        &app,
        "UPDATE imports SET version = version + 1, leased_until = '2999-01-20T10:05:00+00:00'",
    )
    .await;
    let mut there = 0;
    while there != all_entries(&app).await {
        there = all_entries(&app).await;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    // Perhaps all of them by now: the last transaction, which shows them, found the lease lost.
    assert!((1..=ROWS).contains(&there), "{there}");
    let seen = again(&app, &import).await;
    assert_eq!(seen["state"], "committing");
    begin(&app, &import).refused(ErrorCode::ImportBusy).await;
    assert_eq!((entries(&app).await, used(&app, &retainer).await), (json!([]), 0));
    app.books_hold().await;
    // The other died too: whoever commits next undoes its work, though the server's clock stands.
    force(&app, "UPDATE imports SET leased_until = '2026-01-20T10:05:00+00:00'").await;
    let small = read(&app, long_sheet(12, "Big Company")).await;
    assert_eq!(commit(&app, &small).await["outcome"]["new"], 12);
    let seen = again(&app, &import).await;
    assert_eq!((&seen["state"], &seen["outcome"]["new"]), (&json!("ready"), &json!(ROWS - 12)));
    assert_eq!(seen["failure"], "stopped");
    assert_eq!((all_entries(&app).await, all_facts(&app).await), (12, 12));
    app.books_hold().await;
    let done = commit(&app, &import).await;
    assert_eq!(
        (&done["outcome"]["new"], &done["outcome"]["known"]),
        (&json!(ROWS - 12), &json!(12))
    );
    assert_eq!(all_entries(&app).await, ROWS);
}

async fn a_cycle_that_closes_under_an_import_gets_nothing_of_it(app: TestApp) {
    let retainer = big_company(&app).await;
    let activate = format!("/retainers/{}/activate", id(&retainer));
    app.as_role(Role::Owner, "POST", &activate).send().await.unwrap();
    // Five minutes before the end of January where the retainer is.
    app.clock_at("2026-01-31T22:55:00Z").await;
    let import = read(&app, long_sheet(ROWS, "Big Company")).await;
    assert_eq!((&import["outcome"]["new"], &import["outcome"]["late"]), (&json!(ROWS), &json!(0)));
    half_written(&app, &import).await;
    app.clock_at("2026-01-31T23:05:00Z").await;
    let done = settled(&app, &import).await;
    assert_eq!((&done["state"], &done["outcome"]["late"]), (&json!("done"), &json!(ROWS)));
    assert_eq!(done["arrivals"][0]["cycle_seq"], 2);
    assert_eq!(used(&app, &retainer).await, ROWS * 30);
    app.books_hold().await;
}

async fn one_import_is_written_at_a_time(app: TestApp) {
    big_company(&app).await;
    let file = long_sheet(ROWS, "Big Company");
    let (one, two) = (read(&app, &file).await, read(&app, &file).await);
    half_written(&app, &one).await;
    begin(&app, &two).refused(ErrorCode::ImportBusy).await;
    assert_eq!(settled(&app, &one).await["outcome"]["new"], ROWS);
    assert_eq!(commit(&app, &two).await["outcome"]["known"], ROWS);
    assert_eq!(all_entries(&app).await, ROWS);
}

/// The transaction that shows an import does not look at all of its books.
async fn what_an_import_gives_reason_to_is_told_after_it(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, long_sheet(12, "Big Company")).await;
    commit(&app, &import).await;
    let begun = Instant::now();
    loop {
        let told = app.as_role(Role::Manager, "GET", "/alerts").expect(StatusCode::OK).await;
        if let Some(alert) = told["items"].get(0) {
            assert_eq!((&alert["kind"], &alert["threshold"]), (&json!("used"), &json!(50)));
            assert_eq!(alert["figures"]["used"], 360);
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "nothing is told");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
