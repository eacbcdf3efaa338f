//! Files of every tool and shape, as they are understood.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::files::{CLIENTS, CLOCKIFY, GENERIC, HARVEST, TOGGL, sheet};
use super::*;
use crate::on_both_engines;

on_both_engines![
    s2_27_toggl_is_read,
    s2_27_clockify_is_read,
    s2_27_harvest_is_read,
    s2_27_any_other_sheet_is_read,
    bytes_and_separators_do_not_matter,
    doubtful_days_can_be_read_again,
    the_whole_file_decides_the_order_of_days,
    what_is_no_sheet_is_refused_and_leaves_nothing,
    broken_files_are_told_by_their_lines,
];

fn totals(import: &Value) -> Value {
    let days = (&import["first_on"], &import["last_on"]);
    json!([
        import["dialect"],
        import["rows"],
        import["readable"],
        import["seconds"],
        days.0,
        days.1
    ])
}

async fn s2_27_toggl_is_read(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, TOGGL).await;
    assert_eq!(totals(&import), json!(["toggl", 3, 2, 5_401, "2026-01-05", "2026-01-06"]));
    assert_eq!(import["targets"][0]["goes_to"]["to"], "retainer");
    let want = json!({ "new": 2, "rejected": 1, "minutes": 90, "drawing_minutes": 60 });
    assert_eq!(outcome(&import), want);
    assert_eq!(problems(&import), json!([[2, "zero_duration", "Duration", "00:00:00"]]));
    assert_eq!(import["people"][0]["is"], json!({ "is": "new" }));
    commit(&app, &import).await;
    let want = json!([
        ["2026-01-05", 60, true, "Task 1: Hard work"],
        ["2026-01-06", 30, false, "Unbilled"],
    ]);
    assert_eq!(entries(&app).await, want);
}

async fn s2_27_clockify_is_read(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, CLOCKIFY).await;
    assert_eq!(totals(&import), json!(["clockify", 2, 2, 5_401, "2026-01-02", "2026-01-15"]));
    assert_eq!(import["date_order"], "month_day_year");
    assert_eq!(import["date_order_doubtful"], false);
    commit(&app, &import).await;
    let list = entries(&app).await;
    assert_eq!(list[0], json!(["2026-01-02", 60, true, "Over midnight"]));
    assert!(list[1][3].as_str().unwrap().starts_with("A giant task: \\\\ 🔥 Special ''''''`!@#"));
}

async fn s2_27_harvest_is_read(app: TestApp) {
    big_company(&app).await;
    let import = read(&app, HARVEST).await;
    assert_eq!(totals(&import), json!(["harvest", 3, 2, 72_036, "2026-01-07", "2026-01-08"]));
    assert_eq!(problems(&import), json!([[5, "too_long", "Hours", "1.234,50"]]));
    let import = send_to(&app, &import, "Site without client", json!({ "to": "skip" })).await;
    let done = commit(&app, &import).await;
    let want = json!({ "new": 1, "skipped": 1, "rejected": 1, "minutes": 1, "drawing_minutes": 1 });
    assert_eq!(outcome(&done), want);
    let want = json!([["2026-01-08", 1, true, "Task 1: Two\nlines, \"quoted\""]]);
    assert_eq!(entries(&app).await, want);
}

async fn s2_27_any_other_sheet_is_read(app: TestApp) {
    let owner = app.as_role(Role::Owner, "GET", "/organisation").expect(200).await;
    let ask = app.as_role(Role::Owner, "PATCH", "/organisation").version(&owner["version"]);
    ask.json(&json!({ "timezone": "Europe/Berlin" })).expect(200).await;
    big_company(&app).await;
    let import = read(&app, GENERIC).await;
    assert_eq!(totals(&import), json!(["generic", 2, 1, 3_601, "2026-01-05", "2026-01-05"]));
    commit(&app, &import).await;
    let want = json!([["2026-01-05", 60, true, "Task 1: Hard work"]]);
    assert_eq!(entries(&app).await, want);
}

async fn bytes_and_separators_do_not_matter(app: TestApp) {
    let retainer = big_company(&app).await;
    let text = "Datum;Kunde;Projekt;Mitarbeiter;Stunden;Beschreibung\r\n\
        05.01.2026;Büro;Site;Jörg;1,5;über\r\n";
    let utf_16 = |order: fn(u16) -> [u8; 2]| {
        format!("\u{feff}{text}").encode_utf16().flat_map(order).collect::<Vec<u8>>()
    };
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let named = format!("sep=\t\n{}", text.replace(';', "\t").replace("\r\n", "\r"));
    let files = [
        text.as_bytes().to_vec(),
        format!("\u{feff}{text}").into_bytes(),
        utf_16(u16::to_le_bytes),
        utf_16(u16::to_be_bytes),
        latin,
        named.into_bytes(),
    ];
    for (n, file) in files.iter().enumerate() {
        let import = read(&app, file).await;
        let goes_to = json!({ "to": "retainer", "retainer_id": retainer["id"] });
        let import = send_to(&app, &import, "Site", goes_to).await;
        assert_eq!(import["targets"][0]["client"], "Büro", "{n}");
        let done = commit(&app, &import).await;
        // The first is written; to the others it is the same row again.
        let fate = if n == 0 { "new" } else { "known" };
        assert_eq!(done["outcome"][fate], 1, "{n}");
    }
    assert_eq!(entries(&app).await, json!([["2026-01-05", 90, true, "über"]]));
}

async fn doubtful_days_can_be_read_again(app: TestApp) {
    big_company(&app).await;
    let import = read(
        &app,
        sheet(&["02/01/2026,Big Company,Site,Ada,,1,x", "03/01/2026,Big Company,Site,Ada,,1,y"]),
    )
    .await;
    assert_eq!(import["date_order"], "day_month_year");
    assert_eq!(
        (&import["date_order_doubtful"], &import["first_on"]),
        (&json!(true), &json!("2026-01-02"))
    );
    let other = change(&app, &import, json!({ "date_order": "month_day_year" })).await;
    assert_eq!(
        (&other["date_order_doubtful"], &other["first_on"]),
        (&json!(false), &json!("2026-02-01"))
    );
    assert_eq!(outcome(&other), json!({ "rejected": 2 }));
    let want = json!([[2, "future", "Date", "2026-02-01"], [3, "future", "Date", "2026-03-01"]]);
    assert_eq!(problems(&other), want);
    let back = change(&app, &other, json!({ "date_order": "day_month_year" })).await;
    assert_eq!(back["first_on"], "2026-01-02");
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM import_rows").await, 2);
    commit(&app, &back).await;
    assert_eq!(entries(&app).await.as_array().unwrap().len(), 2);
}

async fn the_whole_file_decides_the_order_of_days(app: TestApp) {
    big_company(&app).await;
    // Clockify's likely order is the other one: the file is read a second time.
    let text = CLOCKIFY
        .replace("01/15/2026", "15/01/2026")
        .replace("01/02/", "02/01/")
        .replace("01/03/", "03/01/");
    let import = read(&app, text).await;
    assert_eq!(
        (&import["date_order"], &import["first_on"]),
        (&json!("day_month_year"), &json!("2026-01-02"))
    );
    assert_eq!(outcome(&import), json!({ "new": 2, "minutes": 90, "drawing_minutes": 90 }));
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM import_rows").await, 2);
}

async fn what_is_no_sheet_is_refused_and_leaves_nothing(app: TestApp) {
    for (file, lacks) in [(CLIENTS, 2), ("", 2), ("\u{0}\u{1}", 2), ("Hours,Client\n1,x\n", 1)] {
        let problem = upload(&app, file).refused(ErrorCode::FileUnreadable).await;
        let errors = problem["errors"].as_array().unwrap();
        assert_eq!(errors.len(), lacks);
        assert_eq!(
            (&errors[0]["field"], &errors[0]["code"]),
            (&json!("date"), &json!("column_missing"))
        );
    }
    let post = |path: &str| app.as_role(Role::Manager, "POST", path);
    post("/imports?file_name=a").body("x", "image/png").refused(ErrorCode::UnsupportedMedia).await;
    post("/imports?file_name=").body(TOGGL, "text/plain").faulty("file_name", "required").await;
    post("/imports").body(TOGGL, "text/csv").faulty("file_name", "required").await;
    let binary = "application/octet-stream";
    post("/imports?file_name=a%0Ab")
        .body(TOGGL, binary)
        .faulty("file_name", "control_characters")
        .await;
    let member = app.as_role(Role::Member, "POST", "/imports?file_name=a").body(TOGGL, "text/csv");
    member.refused(ErrorCode::Forbidden).await;
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM imports").await, 0);
    assert_eq!(count(&app, "SELECT CAST(COUNT(*) AS BIGINT) FROM import_chunks").await, 0);
}

async fn broken_files_are_told_by_their_lines(app: TestApp) {
    big_company(&app).await;
    let file = sheet(&[
        "2026-01-02,Big Company,Site,Ada,,1,fine",
        "2026-01-02,Big Company",
        "2026-01-02,Big Company,Site,Ada,,1,a, b",
        "soon,Big Company,Site,Ada,,1,x",
        "2026-01-02,Big Company,Site,Ada,,long,x",
        "",
        "2025-12-31,Big Company,Site,Ada,,1,x",
        "2026-01-21,Big Company,Site,Ada,,1,x",
        "2026-01-02,Big Company,Site,Ada,,0:00:20,x",
        "2026-01-02,Big Company,Site,Ada,,1,\"never closed",
    ]);
    let import = read(&app, file).await;
    let want = json!([
        [3, "columns_missing", "", "2026-01-02,Big Company"],
        [4, "columns_extra", "", "2026-01-02,Big Company,Site,Ada,,1,a, b"],
        [5, "date_unreadable", "Date", "soon"],
        [6, "duration_unreadable", "Hours", "long"],
        [8, "before_start", "Date", "2025-12-31"],
        [9, "future", "Date", "2026-01-21"],
        [10, "zero_duration", "Hours", "20 s"],
        [11, "quote_open", "", "2026-01-02,Big Company,Site,Ada,,1,\"never closed"],
    ]);
    assert_eq!(problems(&import), want);
    assert_eq!(
        outcome(&import),
        json!({ "new": 1, "rejected": 8, "minutes": 60, "drawing_minutes": 60 })
    );
    assert_eq!(problems(&commit(&app, &import).await), want, "written, it is told the same");
    let days = ["2 Jan 2026", "20260102", "46024", "2026-01-02"];
    let row = |day: &&str| format!("{day},Big Company,Site,Ada,,1,fine");
    let rows: Vec<String> = days.iter().map(row).collect();
    let other = read(&app, sheet(&rows.iter().map(String::as_str).collect::<Vec<_>>())).await;
    assert_eq!(outcome(&other)["known"], 1, "the same day, however it is written");
    assert_eq!(
        (&other["first_on"], &other["last_on"]),
        (&json!("2026-01-02"), &json!("2026-01-02"))
    );
    let nonsense: [&[u8]; 4] = [
        b"Date,Hours\n\xff\xfe\x00,1\n",
        b"Date,Hours\n\"\"\"\"\"\n",
        b"\xff\xfeD\x00a\x00t\x00e\x00,\x00H\x00o\x00u\x00r\x00s\x00\n\x00\xd8",
        b"Date;Hours\r\r\r;;;;;\x00\x00\n",
    ];
    for file in nonsense {
        let status = upload(&app, file).send().await.unwrap().status().as_u16();
        assert!([201, 422].contains(&status), "{status}");
    }
}
