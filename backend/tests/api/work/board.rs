//! Boards: cards in their order, lanes, sums, settings, and what changed since.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::Desk;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id};

on_both_engines![
    a_card_is_put_before_another_by_one_row,
    a_stale_move_is_refused_and_nothing_is_lost,
    s0_3_work_without_a_priority_is_counted,
    columns_are_named_and_limited,
    the_board_of_all_has_every_retainer,
    agreed_work_is_committed_with_what_is_left_of_its_estimate,
];

fn titles(board: &Value, column: &str) -> Vec<String> {
    let cards = board["cards"].as_array().unwrap().iter();
    let mut own: Vec<&Value> = cards.filter(|card| card["column"] == column).collect();
    own.sort_by_key(|card| card["place"].as_str().unwrap());
    own.iter().map(|card| card["title"].as_str().unwrap().to_owned()).collect()
}

async fn a_card_is_put_before_another_by_one_row(app: TestApp) {
    let desk = Desk::new(app).await;
    let mut items = Vec::new();
    for title in ["a", "b", "c", "d"] {
        items.push(desk.item(&json!({ "title": title })).await);
    }
    let board = desk.board().await;
    assert_eq!(titles(&board, "intake"), ["a", "b", "c", "d"]);
    let since = board["changes"].as_i64().unwrap();
    let before = |item: &Value, other: &Value| {
        desk.put(item, "place", &json!({ "column": "intake", "before": other["id"] }))
    };
    let d = before(&items[3], &items[0]).expect(200).await;
    before(&items[1], &items[3]).expect(200).await;
    before(&items[0], &items[1]).expect(200).await;
    let c = desk.put(&items[2], "place", &json!({ "column": "agreed" })).expect(200).await;
    let board = desk.board().await;
    assert_eq!(titles(&board, "intake"), ["a", "b", "d"]);
    assert_eq!(board["changes"], since + 4);
    let path = format!("/retainers/{}/board?since={}", id(&desk.retainer), since + 3);
    let delta = get(&desk.app, &path).await;
    assert_eq!(titles(&delta, "agreed"), ["c"], "one row was written");
    assert_eq!(delta["cards"].as_array().unwrap().len(), 1);
    before(&d, &c).faulty("/before", "not_found").await;
    before(&d, &d).faulty("/before", "not_allowed").await;
}

/// One truth for every meter: what the board counts is in the balance too.
async fn agreed_work_is_committed_with_what_is_left_of_its_estimate(app: TestApp) {
    let desk = Desk::new(app).await;
    let figures = async || {
        let retainer = get(&desk.app, &format!("/retainers/{}", id(&desk.retainer))).await;
        let balance = &retainer["balances"][0];
        ["committed", "planned", "used"].map(|name| balance[name].as_i64().unwrap())
    };
    let item = desk.item(&desk.ready()).await;
    assert_eq!(figures().await, [0, 0, 0], "nothing is agreed yet");
    let item = desk.to(&item, "agreed").expect(200).await;
    assert_eq!(figures().await, [240, 240, 0]);
    let spent = |minutes: i64| {
        json!({ "retainer_id": desk.retainer["id"], "worked_on": "2026-01-01",
            "minutes": minutes, "work_item_id": item["id"] })
    };
    let recorded = desk.post("/time-entries", &spent(90)).expect(201).await;
    assert_eq!(recorded["balance"]["committed"], 150);
    assert_eq!(figures().await, [150, 150, 90]);
    desk.post("/time-entries", &spent(200)).expect(201).await;
    assert_eq!(figures().await, [0, 0, 290], "it took more than was thought");
    let next = desk.item(&desk.ready()).await;
    let next = desk.to(&next, "agreed").expect(200).await;
    let list = get(&desk.app, "/retainers").await;
    assert_eq!(list["items"][0]["balances"][0]["committed"], 240);
    let back = json!({ "column": "intake", "reason": "Not this month" });
    desk.put(&next, "place", &back).expect(200).await;
    assert_eq!(figures().await, [0, 0, 290]);
}

async fn a_stale_move_is_refused_and_nothing_is_lost(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = desk.item(&json!({})).await;
    desk.to(&item, "agreed").expect(200).await;
    desk.to(&item, "intake").refused(ErrorCode::Stale).await;
    assert_eq!(desk.again(&item).await["column"], "agreed");
    let path = format!("/work-items/{}/place", id(&item));
    let bare = desk.app.as_role(Role::Owner, "PUT", &path).json(&json!({ "column": "agreed" }));
    bare.refused(ErrorCode::IfMatchMissing).await;
    // Two people at once: one of them moves it, the other is told.
    let mut last = desk.again(&item).await;
    let mut moved = 0;
    for column in ["intake", "agreed"].repeat(3) {
        let to = json!({ "column": column, "reason": "x" });
        let (one, two) = tokio::join!(
            desk.put(&last, "place", &to).send(),
            desk.put(&last, "place", &to).send()
        );
        let codes = [one.unwrap().status().as_u16(), two.unwrap().status().as_u16()];
        assert!(codes.contains(&200) && codes.contains(&412), "{codes:?}");
        moved += 1;
        last = desk.again(&item).await;
        assert_eq!(last["column"], column);
    }
    let events = desk.events(&item).await;
    assert_eq!(events.len(), moved + 2);
}

async fn s0_3_work_without_a_priority_is_counted(app: TestApp) {
    let desk = Desk::new(app).await;
    let priority = prioritise(&desk, "Launch").await;
    desk.item(&json!({ "details": { "priority_id": priority } })).await;
    let loose = desk.item(&json!({})).await;
    let mut light = desk.light();
    light["column"] = "delivered".into();
    desk.item(&light).await;
    let board = desk.board().await;
    assert_eq!(board["unprioritised"], 1, "what is delivered is not counted");
    assert_eq!(
        board["lanes"],
        json!([{ "priority_id": priority, "title": "Launch", "rank": 1,
        "cycle_seq": 1 }])
    );
    let to = json!({ "column": "intake", "priority_id": priority });
    let item = desk.put(&loose, "place", &to).expect(200).await;
    assert_eq!(item["priority_title"], "Launch");
    assert_eq!(desk.board().await["unprioritised"], 0);
    let list =
        get(&desk.app, &format!("/work-items?priority_id={}", priority.as_str().unwrap())).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    let to = json!({ "column": "intake", "priority_id": null });
    desk.put(&item, "place", &to).expect(200).await;
    assert_eq!(desk.board().await["unprioritised"], 1);
}

/// A priority as another part of the program writes it.
async fn prioritise(desk: &Desk, title: &str) -> Value {
    use backend::db::{Arg, Query};
    let scope = desk.app.set_up().await;
    let retainer: shared::api::RetainerId = id(&desk.retainer).parse().unwrap();
    let (made, now) = (uuid::Uuid::now_v7(), desk.app.clock.now());
    let write = async |tx: &mut backend::db::Tx| {
        let row: Vec<Arg> = vec![
            made.into(),
            scope.organisation().into(),
            retainer.into(),
            1i64.into(),
            1i64.into(),
            title.into(),
            scope.member().into(),
            now.into(),
        ];
        let insert = Query::new(
            "INSERT INTO priorities (id, organisation_id, retainer_id, seq, rank, title,
                created_by, created_at) VALUES",
        );
        tx.execute(insert.rows(vec![row])).await?;
        Ok(())
    };
    desk.app.db.write(write).await.unwrap();
    json!(made)
}

async fn columns_are_named_and_limited(app: TestApp) {
    let desk = Desk::new(app).await;
    let path = format!("/retainers/{}/board", id(&desk.retainer));
    let set = |role, version: i64, body: Value| {
        desk.app.as_role(role, "PUT", &path).version(version).json(&body)
    };
    let doing = json!({ "columns": [{ "column": "in_progress", "name": "Doing", "limit": 2 }] });
    set(Role::Member, 0, doing.clone()).refused(ErrorCode::Forbidden).await;
    let board = set(Role::Manager, 0, doing.clone()).expect(200).await;
    let column = &board["columns"][2];
    assert_eq!(
        (&column["name"], &column["limit"], &board["version"]),
        (&json!("Doing"), &json!(2), &json!(1))
    );
    set(Role::Manager, 0, doing).refused(ErrorCode::Stale).await;
    let twice = json!({ "columns": [{ "column": "agreed" }, { "column": "agreed" }] });
    set(Role::Manager, 1, twice).faulty("/columns/1/column", "exists").await;
    let none = json!({ "columns": [{ "column": "agreed", "limit": 0 }] });
    set(Role::Manager, 1, none).faulty("/columns/0/limit", "out_of_range").await;
}

async fn the_board_of_all_has_every_retainer(app: TestApp) {
    let desk = Desk::new(app).await;
    desk.item(&json!({ "title": "one" })).await;
    let other = crate::retainers::agree(&desk.app, crate::retainers::ten_hours).await;
    let body = json!({ "retainer_id": other["id"], "title": "two" });
    desk.post("/work-items", &body).expect(201).await;
    let all = get(&desk.app, "/boards").await;
    assert_eq!(all["cards"].as_array().unwrap().len(), 2);
    assert_eq!(all["retainers"].as_array().unwrap().len(), 2);
    assert_eq!(all["retainers"][0]["cycle_seq"], 1);
}
