//! Marks of leads, by hand and by a file. Source: requirement S0-38.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{delivered, mark};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};
use crate::work::Desk;

on_both_engines![
    s0_38_a_lead_is_marked_and_tied_to_delivered_work,
    s0_38_a_file_of_the_crm_is_read_row_by_row,
];

async fn s0_38_a_lead_is_marked_and_tied_to_delivered_work(app: TestApp) {
    let desk = Desk::new(app).await;
    let open = desk.item(&desk.ready()).await;
    let done = delivered(&desk, &json!({})).await;
    let tied = |item: &Value| {
        let mut body = mark(&desk, "HS-1", "partly", "2026-01-01");
        body["work_item_id"] = item["id"].clone();
        body
    };
    desk.post("/leads", &tied(&open)).faulty("/work_item_id", "not_delivered").await;
    let future = mark(&desk, "HS-1", "good", "2026-01-02");
    desk.post("/leads", &future).faulty("/came_on", "future").await;
    let lead = desk.post("/leads", &tied(&done)).expect(201).await;
    assert_eq!((&lead["work_number"], &lead["imported"]), (&done["number"], &json!(false)));
    desk.post("/leads", &tied(&done)).refused(ErrorCode::Exists).await;
    let path = format!("/leads/{}", id(&lead));
    let put = |version: i64, body: Value| {
        desk.app.as_role(Role::Member, "PUT", &path).version(version).json(&body)
    };
    let now = json!({ "fit": "good", "note": "Sales took it" });
    let changed = put(1, now.clone()).expect(200).await;
    assert_eq!((&changed["fit"], &changed["work_item_id"]), (&json!("good"), &Value::Null));
    put(1, now).refused(ErrorCode::Stale).await;
    let page = get(&desk.app, "/leads?fit=good").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    assert_eq!(get(&desk.app, "/leads?fit=poor").await["items"], json!([]));
    let viewer = desk.app.as_role(Role::Viewer, "POST", "/leads").json(&tied(&done));
    viewer.refused(ErrorCode::Forbidden).await;
}

async fn s0_38_a_file_of_the_crm_is_read_row_by_row(app: TestApp) {
    let desk = Desk::new(app).await;
    let done = delivered(&desk, &json!({})).await;
    let open = desk.item(&desk.ready()).await;
    let csv = format!(
        "reference;fit;came_on;work;revenue;currency\n\
         A;good;2026-01-01;{};1250.50;EUR\n\
         B;wonderful;2026-01-01\n\
         C;poor;2026-01-02\n\
         D;poor;2026-01-01;{}\n\
         E;poor;2026-01-01;99\n\
         F;partly;2025-12-30\n",
        done["number"], open["number"]
    );
    let file = |csv: &str| {
        let body = json!({ "retainer_id": desk.retainer["id"], "source": "CRM, January",
            "csv": csv });
        desk.post("/leads/file", &body)
    };
    let read = file(&csv).expect(200).await;
    assert_eq!((&read["added"], &read["changed"]), (&json!(2), &json!(0)));
    let faults: Vec<_> = read["faults"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["line"].as_i64().unwrap(),
                one["column"].as_str().unwrap(),
                one["code"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        (3, "fit", "not_allowed"),
        (4, "came_on", "future"),
        (5, "work", "not_delivered"),
        (6, "work", "not_found"),
    ];
    assert_eq!(faults, expected);
    let leads = get(&desk.app, "/leads").await;
    let first = &leads["items"][0];
    assert_eq!((&first["reference"], &first["work_title"]), (&json!("A"), &done["title"]));
    assert_eq!(first["revenue"], json!({ "amount_minor": 125_050, "currency": "EUR" }));
    // The same file again changes nothing; another word of sales does.
    let again = file("reference,fit,came_on\nF,partly,2025-12-30\nA,poor,2026-01-01\n");
    let again = again.expect(200).await;
    assert_eq!(
        (&again["added"], &again["changed"], &again["unchanged"]),
        (&json!(0), &json!(1), &json!(1))
    );
    file("name,fit\nA,good\n").faulty("/csv", "columns_missing").await;
    file("").faulty("/csv", "required").await;
}
