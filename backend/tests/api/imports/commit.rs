//! Imports written: once, in one piece, with nothing lost.
use backend::delivery::{BulkEntry, Poster, Written};
use serde_json::{Value, json};
use shared::api::{ErrorCode, ImportId, RetainerId, Role};
use uuid::Uuid;

use super::files::{HARVEST, TOGGL, sheet};
use super::*;
use crate::on_both_engines;

on_both_engines![
    the_same_file_twice_adds_nothing,
    the_same_file_read_otherwise_is_refused,
    an_instant_counts_on_the_day_of_the_retainers_zone,
    equal_rows_of_a_file_are_several,
    what_another_import_wrote_first_is_left_out,
    late_work_goes_to_the_open_cycle,
    a_written_import_says_which_cycles_its_time_went_to,
    rows_that_were_not_written_can_be_had,
    a_key_sent_again_gets_the_first_answer,
    a_server_that_stops_leaves_an_import_to_commit_again,
    a_failure_is_told_and_writes_nothing,
    imports_are_listed_newest_first,
    an_upload_that_broke_off_is_cleared_away,
];

async fn the_same_file_twice_adds_nothing(app: TestApp) {
    big_company(&app).await;
    let (first, second) = (read(&app, TOGGL).await, read(&app, TOGGL).await);
    assert_eq!(outcome(&second)["new"], 2);
    commit(&app, &first).await;
    // What the second would do has changed with the first.
    let second = again(&app, &second).await;
    assert_eq!(outcome(&second), json!({ "known": 2, "rejected": 1 }));
    let done = commit(&app, &second).await;
    assert_eq!(outcome(&done), json!({ "known": 2, "rejected": 1 }));
    assert_eq!(entries(&app).await.as_array().unwrap().len(), 2);
    // An export that overlaps adds what is new, whatever the columns' order and marks.
    let day = |day: &str| format!("{day},Big Company,Site,Ada,ada@home.example,1,x");
    let earlier = sheet(&[&day("2026-01-02"), &day("2026-01-03")]);
    commit(&app, &read(&app, earlier).await).await;
    let later = sheet(&[&day("03.01.2026"), &day("04.01.2026")]).replace(',', ";");
    assert_eq!(commit(&app, &read(&app, later).await).await["outcome"]["new"], 1);
    assert_eq!(entries(&app).await.as_array().unwrap().len(), 5);
}

async fn the_same_file_read_otherwise_is_refused(app: TestApp) {
    big_company(&app).await;
    let rows = ["05/01/2026,Big Company,Site,Ada,,1,x", "06/01/2026,Big Company,Site,Ada,,1,y"];
    let file = sheet(&rows);
    commit(&app, &read(&app, &file).await).await;
    app.clock_at("2026-06-20T10:00:00Z").await;
    let second = read(&app, &file).await;
    let other = change(&app, &second, json!({ "date_order": "month_day_year" })).await;
    assert_eq!(outcome(&other)["new"], 2);
    let refused: Value = begin(&app, &other).expect(StatusCode::CONFLICT).await;
    assert_eq!(refused["code"], "import_read_otherwise");
    // Read as then it adds nothing; and once what came of it is gone, it may be read otherwise.
    let back = change(&app, &other, json!({ "date_order": "day_month_year" })).await;
    assert_eq!(outcome(&commit(&app, &back).await), json!({ "known": 2 }));
    let all = app.as_role(Role::Owner, "GET", "/time-entries").expect(StatusCode::OK).await;
    for entry in all["items"].as_array().unwrap() {
        let path = format!("/time-entries/{}", id(entry));
        let ask = app.as_role(Role::Owner, "DELETE", &path).version(&entry["version"]);
        ask.expect(StatusCode::OK).await;
    }
    let third = read(&app, &file).await;
    let other = change(&app, &third, json!({ "date_order": "month_day_year" })).await;
    assert_eq!(commit(&app, &other).await["outcome"]["new"], 2);
}

/// Source: domain 2.8. In New York it is still January.
async fn an_instant_counts_on_the_day_of_the_retainers_zone(app: TestApp) {
    app.clock_at("2026-02-20T10:00:00Z").await;
    agree(&app, |account| {
        let mut body = ten_hours(account);
        body["timezone"] = json!("America/New_York");
        body
    })
    .await;
    let file = "start,end,client,project,description,user_name\n\
        2026-02-02T01:00:00Z,2026-02-02T02:00:00Z,Big Company,Site,Call,Ada\n";
    commit(&app, &read(&app, file).await).await;
    assert_eq!(entries(&app).await[0][0], "2026-02-01");
    // It is known again all the same.
    assert_eq!(outcome(&read(&app, file).await), json!({ "known": 1 }));
}

async fn equal_rows_of_a_file_are_several(app: TestApp) {
    big_company(&app).await;
    let row = "2026-01-02,Big Company,Site,Ada,,1,x";
    let (two, three) = (sheet(&[row, row]), sheet(&[row, row, row]));
    assert_eq!(commit(&app, &read(&app, &two).await).await["outcome"]["new"], 2);
    let third = read(&app, &three).await;
    assert_eq!(
        outcome(&third),
        json!({ "new": 1, "known": 2, "minutes": 60, "drawing_minutes": 60 })
    );
    commit(&app, &third).await;
    assert_eq!(read(&app, &three).await["outcome"]["known"], 3);
    assert_eq!(entries(&app).await.as_array().unwrap().len(), 3);
}

/// Two imports of the same rows at once: neither saw those of the other when it looked.
async fn what_another_import_wrote_first_is_left_out(app: TestApp) {
    let retainer = big_company(&app).await;
    let (scope, now, import) = (app.set_up().await, app.clock.now(), ImportId(Uuid::now_v7()));
    let retainer: RetainerId = serde_json::from_value(retainer["id"].clone()).unwrap();
    let entry = |key: u8, draws| BulkEntry {
        member: scope.member(),
        worked_on: "2026-01-02".parse().unwrap(),
        minutes: i64::from(key),
        raw_seconds: None,
        draws,
        note: None,
        import_key: vec![key],
    };
    let write = async |entries: &[BulkEntry]| {
        let work = async |tx: &mut backend::db::Tx| {
            let poster = Poster::load(tx, scope, retainer, now).await?;
            poster.record_many(tx, scope, (import, None), entries.to_vec(), now).await
        };
        app.db.write(work).await.unwrap()
    };
    let written = |entries, minutes, drawing_minutes| {
        let newest_cycle = (entries > 0).then_some(1);
        Written { entries, minutes, drawing_minutes, late: 0, newest_cycle }
    };
    assert_eq!(write(&[entry(1, true), entry(2, false)]).await, written(2, 3, 1));
    let overlapping = [entry(1, true), entry(4, true), entry(2, false), entry(8, false)];
    assert_eq!(write(&overlapping).await, written(2, 12, 4));
    assert_eq!(write(&overlapping).await, written(0, 0, 0));
    let numbers = "SELECT CAST(SUM(record_no) AS BIGINT) FROM facts WHERE quantity IN (1, 4)";
    assert_eq!(count(&app, numbers).await, 1 + 2);
    assert_eq!(entries(&app).await.as_array().unwrap().len(), 4);
    app.books_hold().await;
}

async fn late_work_goes_to_the_open_cycle(app: TestApp) {
    let retainer = big_company(&app).await;
    app.clock_at("2026-02-10T10:00:00Z").await;
    let activate = format!("/retainers/{}/activate", id(&retainer));
    app.as_role(Role::Owner, "POST", &activate).send().await.unwrap();
    app.clock_at("2026-03-10T10:00:00Z").await;
    let file = sheet(&[
        "2026-01-02,Big Company,Site,Ada,,1,late",
        "2026-03-02,Big Company,Site,Ada,,2,in time",
        "2026-03-11,Big Company,Site,Ada,,2,too soon",
    ]);
    let import = read(&app, file).await;
    let want =
        json!({ "new": 2, "late": 1, "rejected": 1, "minutes": 180, "drawing_minutes": 180 });
    assert_eq!(outcome(&import), want);
    assert_eq!(outcome(&commit(&app, &import).await), want);
    let list = app.as_role(Role::Owner, "GET", "/time-entries").expect(200).await;
    let late: Value = list["items"].as_array().unwrap().iter().map(|e| e["late"].clone()).collect();
    assert_eq!(late, json!([false, true]));
    assert_eq!(list["items"][0]["source"], "imported");
}

async fn a_written_import_says_which_cycles_its_time_went_to(app: TestApp) {
    app.clock_at("2026-01-20T10:00:00Z").await;
    let since_november = |account: &Value| {
        let mut body = ten_hours(account);
        body["starts_on"] = json!("2025-11-01");
        body
    };
    let retainer = agree(&app, since_november).await;
    // The history is still open, and the time is of its first two cycles.
    let file = sheet(&[
        "2025-12-03,Big Company,Site,Ada,,1,x",
        "2025-11-05,Big Company,Site,Ada,,1,x",
        "2026-01-05,Nobody,Other,Ada,,1,x",
    ]);
    let import = read(&app, file).await;
    let import = send_to(&app, &import, "Other", json!({ "to": "skip" })).await;
    assert_eq!(import["arrivals"], json!([]));
    let done = commit(&app, &import).await;
    let want = json!([{
        "account_id": retainer["account_id"],
        "account_name": retainer["account_name"],
        "retainer_id": retainer["id"],
        "retainer_name": retainer["name"],
        "cycle_seq": 2,
    }]);
    assert_eq!(done["arrivals"], want);
    // Written again it adds nothing, and nothing arrives.
    let known = read(&app, sheet(&["2025-12-03,Big Company,Site,Ada,,1,x"])).await;
    assert_eq!(commit(&app, &known).await["arrivals"], json!([]));
    // Of an import that was written before this was kept the mapping tells.
    let bare = "UPDATE imports SET outcome = '{\"new\": 2, \"known\": 0, \"skipped\": 0,
        \"undecided\": 0, \"rejected\": 0, \"minutes\": 120, \"drawing_minutes\": 120, \"late\": 0}'";
    force(&app, bare).await;
    let old = again(&app, &done).await;
    assert_eq!(
        (&old["arrivals"][0]["retainer_id"], &old["arrivals"][0]["cycle_seq"]),
        (&retainer["id"], &Value::Null)
    );
}

async fn rows_that_were_not_written_can_be_had(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, HARVEST).await;
    let import = send_to(&app, &import, "Site without client", json!({ "to": "skip" })).await;
    let before = rejected(&app, &import).await;
    commit(&app, &import).await;
    let download = format!("{}/rejected", at(&import));
    let answer = app.as_role(Role::Admin, "GET", &download).send().await.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "text/csv; charset=utf-8");
    assert!(
        header("content-disposition").starts_with("attachment; filename=\"time not imported.csv\"")
    );
    let text = String::from_utf8(answer.bytes().await.unwrap().to_vec()).unwrap();
    assert_eq!(text, before);
    let mut lines = text.lines();
    assert!(lines.next().unwrap().starts_with("\u{feff}Line,Code,Reason,Date,Client,Project,"));
    let skipped =
        "2,skipped,Left out by the mapping.,2026-01-07,,Site without client,,,,\"20,0\",No,";
    assert!(lines.next().unwrap().starts_with(skipped));
    assert!(lines.next().unwrap().starts_with("5,too_long,This is longer than a day.,2026-01-09,"));
    assert_eq!(lines.next(), None);
    // A spreadsheet takes no cell for a formula, and the mended file can be brought again.
    let formula = sheet(&["2026-01-02,Big Company,Site,Ada,,0,=1+1"]);
    let import = read(&app, &formula).await;
    let text = rejected(&app, &import).await;
    assert!(text.ends_with(",Ada,,0,'=1+1\r\n"), "{text}");
    let mended = read(&app, text.replace(",0,'", ",1,")).await;
    assert_eq!(mended["outcome"]["new"], 1);
}

async fn a_key_sent_again_gets_the_first_answer(app: TestApp) {
    big_company(&app).await;
    let send = |file: &str| upload(&app, file).header("Idempotency-Key", "one");
    let first = send(TOGGL).expect(201).await;
    assert_eq!(send(TOGGL).expect(201).await, first);
    send(HARVEST).refused(ErrorCode::KeyReused).await;
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM imports").await, 1);
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM import_chunks").await, 1);
    let commit = || begin(&app, &first).header("Idempotency-Key", "two");
    let taken = commit().expect(202).await;
    assert_eq!(commit().expect(202).await, taken);
    assert_eq!(settled(&app, &first).await["outcome"]["new"], 2);
    assert_eq!(commit().expect(202).await, taken);
    begin(&app, &first).refused(ErrorCode::ImportDone).await;
}

/// Does something to the database that no request does.
pub async fn force(app: &TestApp, sql: &'static str) {
    // On PostgreSQL not serializable: it waits for a row that a commit holds, and does not lose.
    if let backend::db::Db::Postgres { writer, .. } = &app.db {
        sqlx::raw_sql(sql).execute(writer).await.unwrap();
        return;
    }
    let query = || backend::db::Query::new(sql);
    app.db.write(async |tx| Ok(tx.execute(query()).await?)).await.unwrap();
}

async fn a_server_that_stops_leaves_an_import_to_commit_again(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, TOGGL).await;
    force(
        &app,
        "UPDATE imports SET state = 'committing', leased_until = '2999-01-20T10:05:00+00:00'",
    )
    .await;
    let seen = again(&app, &import).await;
    assert_eq!((&seen["state"], &seen["written"]), (&json!("committing"), &json!(0)));
    begin(&app, &import).refused(ErrorCode::ImportBusy).await;
    let delete = || app.as_role(Role::Manager, "DELETE", &at(&import)).version(1);
    delete().refused(ErrorCode::ImportBusy).await;
    force(&app, "UPDATE imports SET leased_until = '2026-01-20T10:05:00+00:00'").await;
    app.clock_at("2026-01-20T10:06:00Z").await;
    let seen = again(&app, &import).await;
    assert_eq!((&seen["state"], &seen["written"]), (&json!("ready"), &Value::Null));
    assert_eq!(seen["failure"], "stopped");
    let done = commit(&app, &import).await;
    assert_eq!(done["outcome"]["new"], 2);
    let left = "SELECT CAST((SELECT COUNT(*) FROM import_rows) * 100
        + (SELECT COUNT(*) FROM import_chunks) AS BIGINT)";
    // The one row that could not be written is kept for its download, the bytes are gone.
    while count(&app, left).await != 100 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
}

async fn a_failure_is_told_and_writes_nothing(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, TOGGL).await;
    force(&app, "UPDATE import_rows SET person = 77 WHERE row_no = 4").await;
    begin(&app, &import).expect(202).await;
    let failed = settled(&app, &import).await;
    assert_eq!(failed["state"], "ready");
    assert_eq!(failed["failure"], "failed");
    assert_eq!(entries(&app).await, json!([]));
    force(&app, "UPDATE import_rows SET person = 0 WHERE row_no = 4").await;
    assert_eq!(commit(&app, &failed).await["outcome"]["new"], 2);
}

async fn imports_are_listed_newest_first(app: TestApp) {
    big_company(&app).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        app.wait(chrono::Duration::seconds(1));
        made.push(read(&app, TOGGL).await["id"].clone());
    }
    made.reverse();
    let list = |path: &str| app.as_role(Role::Manager, "GET", path);
    let page = list("/imports?limit=2").expect(200).await;
    let ids = |page: &Value| -> Vec<Value> {
        page["items"].as_array().unwrap().iter().map(|import| import["id"].clone()).collect()
    };
    assert_eq!(ids(&page), made[..2]);
    assert_eq!(
        (&page["items"][0]["targets"], &page["items"][0]["outcome"]["new"]),
        (&json!([]), &json!(2))
    );
    let next = format!("/imports?limit=2&cursor={}", page["next_cursor"].as_str().unwrap());
    let rest = list(&next).expect(200).await;
    assert_eq!((ids(&rest), &rest["next_cursor"]), (made[2..].to_vec(), &Value::Null));
    app.as_role(Role::Member, "GET", "/imports").refused(ErrorCode::Forbidden).await;
}

async fn an_upload_that_broke_off_is_cleared_away(app: TestApp) {
    big_company(&app).await;
    read(&app, TOGGL).await;
    force(&app, "UPDATE imports SET state = 'reading', leased_until = '2999-01-20T10:05:00+00:00'")
        .await;
    read(&app, TOGGL).await;
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM imports").await, 2);
    let over = "UPDATE imports SET leased_until = '2026-01-20T10:05:00+00:00'
        WHERE state = 'reading'";
    force(&app, over).await;
    read(&app, TOGGL).await;
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM imports").await, 2);
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM import_rows").await, 6);
}
