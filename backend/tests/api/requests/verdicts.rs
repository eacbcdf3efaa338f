//! The verdicts: what each would do, and does.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::Desk;
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, id, record};

on_both_engines![
    s0_32_each_verdict_is_seen_with_its_effect,
    s0_32_in_scope_puts_work_on_the_board,
    s0_32_overage_is_accepted_and_approved_where_the_terms_ask,
    s0_32_what_was_approved_for_a_closed_cycle_stays_approved,
    s0_32_a_change_order_is_a_dated_change_of_scope,
    s0_32_nothing_is_accepted_in_silence,
    s0_32_a_verdict_may_change_while_nothing_has_begun,
    s0_28_s0_29_the_level_of_a_request_goes_to_its_work,
    s3_36_work_begun_without_a_request_is_told,
];

async fn s0_32_each_verdict_is_seen_with_its_effect(app: TestApp) {
    let desk = Desk::new(app).await;
    record(&desk.app, &desk.retainer, "2026-01-01", 420).await;
    let request = desk.page(240).await;
    let expected = [
        ("in_scope", json!("does_not_fit"), json!(-60), json!(15_000)),
        ("swap", Value::Null, json!(-60), json!(15_000)),
        ("next_period", Value::Null, json!(360), json!(0)),
        ("overage", Value::Null, json!(-60), json!(15_000)),
        ("change_order", Value::Null, json!(180), json!(60_000)),
        ("decline", Value::Null, json!(180), json!(0)),
    ];
    let expected = expected.map(|(verdict, why, after, fee)| (verdict.to_owned(), why, after, fee));
    assert_eq!(desk.effects(&request).await, expected);
    let options = desk.read(&format!("/requests/{}/options", id(&request))).await;
    assert_eq!(options["currency"], "EUR");
    let margins = options["effects"].as_array().unwrap().iter().map(|one| &one["margin_minor"]);
    assert!(margins.into_iter().all(Value::is_null), "no rates of cost are known");
    assert_eq!(options["effects"][2]["from"], "2026-02-01");
    // What the next cycle's priorities are planned to take is told beside what is free in it.
    let scope = desk.read(&format!("/retainers/{}/scope", id(&desk.retainer))).await;
    let path = format!("/cycles/{}/priorities", scope["next_cycle_id"].as_str().unwrap());
    let plan = json!({ "priorities": [{ "title": "Sales has proof", "planned": 500 }] });
    let set = desk.app.as_role(Role::Manager, "PUT", &path).version(0).json(&plan);
    set.expect(200).await;
    let options = desk.read(&format!("/requests/{}/options", id(&request))).await;
    let told = |place: usize| options["effects"][place]["ranked"].clone();
    assert_eq!((told(0), told(2)), (Value::Null, json!(500)));
    let plan = desk.read(&format!("{path}/plan")).await;
    assert_eq!(options["footing"]["next"]["available"], plan["available"], "one truth");
    // Without an estimate nobody can say.
    let open = desk.request("Landing page", &json!({})).await;
    assert_eq!(desk.effects(&open).await[0].1, "estimate_needed");
    in_credits(desk).await;
}

/// What a kind of request costs stands on the price list: its effects are told in credits, and the
/// card carries it.
async fn in_credits(mut desk: Desk) {
    desk.retainer = agree(&desk.app, |account| {
        json!({
            "account_id": account, "name": "Content", "starts_on": "2026-01-01",
            "terms": {
                "price": { "amount_minor": 200_000, "currency": "EUR" },
                "pools": [{ "unit": "credits", "allowance": 10,
                    "overage": { "mode": "bill", "rate_minor": 10_000 },
                    "items": [{ "name": "Article", "units": 3 }, { "name": "Film", "units": 8 }] }],
            },
        })
    })
    .await;
    let mut kinds = Vec::new();
    for item in ["Article ", "Film"] {
        let kind = json!({ "name": format!("A new {item}"), "item": item });
        kinds.push(desk.post("/request-types", &kind).expect(201).await);
    }
    assert_eq!(kinds[0]["item"], "Article");
    let matched = json!({ "kind": "unclear" });
    let details = |kind: &Value| json!({ "request_type_id": kind["id"], "scope_match": matched });
    let article = desk.request("Heat pumps", &details(&kinds[0])).await;
    assert_eq!(article["item"], "Article");
    let options = desk.read(&format!("/requests/{}/options", id(&article))).await;
    let footing = &options["footing"];
    assert_eq!((&options["pool"]["unit"], &footing["estimate"]), (&json!("credits"), &json!(3)));
    assert_eq!(options["effects"][0]["after"], 7);
    let yes = json!({ "verdict": "in_scope", "reason": "Agreed by phone" });
    let done = desk.triage(&article, &yes).expect(200).await;
    let item = desk.item(&done).await;
    assert_eq!(item["item"], "Article", "the card carries it");
    let board = desk.read(&format!("/retainers/{}/board", id(&desk.retainer))).await;
    assert_eq!(board["cards"][0]["item"], "Article");
    // What is agreed counts, and what goes beyond is billed by the credit.
    let film = desk.request("A day in the shop", &details(&kinds[1])).await;
    let effects = desk.effects(&film).await;
    assert_eq!((&effects[0].1, &effects[0].2), (&json!("does_not_fit"), &json!(-1)));
    assert_eq!((&effects[3].1, &effects[3].3), (&Value::Null, &json!(10_000)));
    assert_eq!((&effects[4].0, &effects[4].2), (&"change_order".to_owned(), &Value::Null));
    let options = desk.read(&format!("/requests/{}/options", id(&film))).await;
    assert_eq!(options["items"][0]["frees"], 3, "a swap frees its price");
    // Of no kind: nobody can say, and it is not guessed.
    let open = desk.request("Something", &json!({ "estimate": 60, "scope_match": matched })).await;
    let effects = desk.effects(&open).await;
    assert_eq!((&effects[0].1, &effects[0].2), (&Value::Null, &Value::Null));
    assert_eq!((&effects[1].1, &effects[3].1), (&json!("price_needed"), &json!("price_needed")));
    // A card is given its price by hand; a kind loses it.
    let path = format!("/work-items/{}", id(&item));
    let change = desk.app.as_role(Role::Member, "PATCH", &path).version(&item["version"]);
    let item = change.json(&json!({ "item": "" })).expect(200).await;
    assert_eq!(item["item"], Value::Null);
    let path = format!("/request-types/{}", id(&kinds[0]));
    let change = desk.app.as_role(Role::Manager, "PATCH", &path).version(&kinds[0]["version"]);
    assert_eq!(change.json(&json!({ "item": "" })).expect(200).await["item"], Value::Null);
    // Its time draws as time, beside what it costs in credits.
    desk.retainer = agree(&desk.app, |account| {
        let film = json!({ "unit": "credits", "allowance": 10, "items": [{ "name": "Film", "units": 8 }] });
        let hours = json!({ "key": "hours", "unit": "minutes", "allowance": 120 });
        json!({ "account_id": account, "name": "Both", "starts_on": "2026-01-01",
            "terms": { "price": { "amount_minor": 200_000, "currency": "EUR" },
                "pools": [film, hours] } })
    })
    .await;
    let mut timed = details(&kinds[1]);
    timed["estimate"] = 90.into();
    let both = desk.request("A day in the yard", &timed).await;
    let options = desk.read(&format!("/requests/{}/options", id(&both))).await;
    let told = ["units", "free", "free_next"].map(|key| options["beside"][key].clone());
    assert_eq!(told, [json!(90), json!(120), json!(120)]);
    assert_eq!(options["beside"]["pool"]["key"], "hours");
    assert_eq!(options["effects"][0]["after"], 2, "the effects are those on credits");
}

async fn s0_32_in_scope_puts_work_on_the_board(app: TestApp) {
    let desk = Desk::new(app).await;
    let request = desk.page(240).await;
    let done = desk.triage(&request, &json!({ "verdict": "in_scope" })).expect(200).await;
    assert_eq!(
        (&done["state"], &done["triage"]["verdict"]),
        (&json!("triaged"), &json!("in_scope"))
    );
    assert_eq!(done["triage"]["effect"]["after"], 360);
    let item = desk.item(&done).await;
    assert_eq!((&item["column"], &item["estimate"]), (&json!("agreed"), &json!(240)));
    assert_eq!(item["request"]["id"], request["id"], "the card leads back");
    assert_eq!(item["cycle_seq"], 1);
    // What is agreed counts: the next one is told with it.
    let second = desk.page(400).await;
    assert_eq!(desk.effects(&second).await[0].1, "does_not_fit");
    let later = desk.triage(&second, &json!({ "verdict": "next_period" })).expect(200).await;
    assert_eq!(desk.item(&later).await["cycle_seq"], 2);
    let stale = desk.triage(&request, &json!({ "verdict": "decline", "reason": "x" }));
    stale.refused(ErrorCode::Stale).await;
}

async fn s0_32_overage_is_accepted_and_approved_where_the_terms_ask(app: TestApp) {
    let desk = Desk::with(app, "ask").await;
    record(&desk.app, &desk.retainer, "2026-01-01", 540).await;
    let request = desk.page(120).await;
    let why = "Mia accepted 60 min over, mail of 2 Jan";
    desk.triage(&request, &json!({ "verdict": "overage" })).faulty("/reason", "required").await;
    let body = json!({ "verdict": "overage", "reason": why });
    let done = desk.triage(&request, &body).expect(200).await;
    assert_eq!(done["triage"]["approved"], 60);
    assert_eq!(done["triage"]["effect"]["fee_minor"], 15_000);
    let approvals = desk.read("/approvals").await;
    let last = &approvals["items"][0];
    assert_eq!((&last["units"], &last["reason"]), (&json!(60), &json!(why)));
    // Decided anew, it is approved no more.
    let body = json!({ "verdict": "decline", "reason": "Withdrawn by phone" });
    let done = desk.triage(&done, &body).expect(200).await;
    assert_eq!(done["work_item_id"], Value::Null);
    assert_eq!(desk.read("/approvals").await["items"][0]["units"], 0);
    // What fits goes beyond nothing.
    let small = desk.page(30).await;
    let body = json!({ "verdict": "overage", "reason": why });
    desk.triage(&small, &body).faulty("/verdict", "nothing_over").await;
}

async fn s0_32_what_was_approved_for_a_closed_cycle_stays_approved(app: TestApp) {
    let desk = Desk::with(app, "ask").await;
    record(&desk.app, &desk.retainer, "2026-01-01", 540).await;
    let request = desk.page(120).await;
    let body = json!({ "verdict": "overage", "reason": "Mia accepted it, mail of 2 Jan" });
    let done = desk.triage(&request, &body).expect(200).await;
    record(&desk.app, &desk.retainer, "2026-01-01", 120).await;
    desk.app.clock_at("2026-02-03T10:00:00Z").await;
    let body = json!({ "verdict": "decline", "reason": "Withdrawn by phone" });
    desk.triage(&done, &body).expect(200).await;
    let approvals = desk.read("/approvals").await;
    let all = approvals["items"].as_array().unwrap();
    assert_eq!((all.len(), &all[0]["units"]), (1, &json!(60)));
    desk.app.books_hold().await;
}

async fn s0_32_a_change_order_is_a_dated_change_of_scope(app: TestApp) {
    let desk = Desk::new(app).await;
    let line = desk.line("Hosting of the site").await;
    let details = json!({ "scope_match": { "kind": "excluded", "line_id": line } });
    let request = desk.request("Move our hosting", &details).await;
    let ask = format!("/requests/{}/questions", id(&request));
    let asked = desk.post(&ask, &json!({ "note": "Which pages?" })).expect(201).await;
    let own = format!("/act/{}", asked["token"].as_str().unwrap());
    let request = desk.again(&request).await;
    let order = |change: Value| json!({ "verdict": "change_order", "reason": "Mia wants it from us", "change": change });
    let body = json!({ "verdict": "change_order", "reason": "x" });
    desk.triage(&request, &body).faulty("/change", "required").await;
    let early = order(json!({ "effective_on": "2025-12-01" }));
    desk.triage(&request, &early).faulty("/change/effective_on", "before_start").await;
    let body = order(json!({ "effective_on": "2026-01-10", "ends_exclusion": true,
        "minutes": 480, "fee_minor": 120_000 }));
    let done = desk.triage(&request, &body).expect(200).await;
    let triage = &done["triage"];
    assert_eq!(
        (&triage["scope_change_state"], &triage["fee_minor"]),
        (&json!("proposed"), &json!(120_000))
    );
    assert_eq!(done["work_item_id"], Value::Null, "nothing is worked on before it is accepted");
    assert_eq!(done["open_to_triage"], false);
    // Its asker is told what was offered, and where that stands.
    let told = async |order: &str, work: Value| {
        let seen = desk.app.request("GET", &own).expect(200).await;
        let one = &seen["request"];
        assert_eq!((&one["order"], &one["work"]), (&json!(order), &work), "{one}");
        assert_eq!((&one["minutes"], &one["fee_minor"]), (&json!(480), &json!(120_000)));
    };
    told("proposed", Value::Null).await;
    let put = format!("/requests/{}/work-item", id(&request));
    desk.post(&put, &json!({})).refused(ErrorCode::ChangeOrderOpen).await;
    let other = json!({ "verdict": "decline", "reason": "x" });
    desk.triage(&done, &other).refused(ErrorCode::ChangeOrderOpen).await;
    let path = format!("/scope-changes/{}/accept", triage["scope_change_id"].as_str().unwrap());
    let by = json!({ "decided_by": { "kind": "contact", "id": desk.mia["id"] },
        "evidence": "Mail of 2 January" });
    let change = desk.post(&path, &by).expect(200).await;
    assert_eq!((&change["minutes"], &change["fee_minor"]), (&json!(480), &json!(120_000)));
    assert_eq!(change["request"]["id"], request["id"], "it leads to what was asked");
    told("accepted", Value::Null).await;
    let triage = &desk.again(&request).await["triage"];
    assert_eq!(triage["scope_change_decided_by"], "Mia Berg");
    assert_eq!(triage["scope_change_decided_at"], change["decision"]["decided_at"]);
    assert_eq!(change["ends"][0]["text"], "Hosting of the site");
    assert_eq!(change["begins"][0]["text"], "Move our hosting");
    // The hours came with it.
    let retainer = desk.read(&format!("/retainers/{}", id(&desk.retainer))).await;
    assert_eq!(retainer["balances"][0]["topped_up"], 480);
    desk.app.books_hold().await;
    let done = desk.post(&put, &json!({})).expect(201).await;
    let item = desk.item(&done).await;
    assert_eq!((&item["title"], &item["estimate"]), (&json!("Move our hosting"), &json!(480)));
    assert_eq!(item["cycle_seq"], 1);
    told("accepted", json!("agreed")).await;
    desk.post(&put, &json!({})).refused(ErrorCode::Exists).await;
    // One that holds from March is worked on then, with time that can be used then.
    let details = json!({ "scope_match": { "kind": "unclear" } });
    let later = desk.request("A flyer", &details).await;
    let body = order(json!({ "effective_on": "2026-03-10", "minutes": 60 }));
    let done = desk.triage(&later, &body).expect(200).await;
    let change = done["triage"]["scope_change_id"].as_str().unwrap().to_owned();
    desk.post(&format!("/scope-changes/{change}/accept"), &by).expect(200).await;
    let put = format!("/requests/{}/work-item", id(&later));
    let item = desk.item(&desk.post(&put, &json!({})).expect(201).await).await;
    assert_eq!(item["cycle_seq"], 3);
    let adjusted = desk.read(&format!("/adjustments?retainer_id={}", id(&desk.retainer))).await;
    assert_eq!(
        (&adjusted["items"][0]["quantity"], &adjusted["items"][0]["on"]),
        (&json!(60), &json!("2026-03-10"))
    );
    desk.app.books_hold().await;
}

async fn s0_32_nothing_is_accepted_in_silence(app: TestApp) {
    let desk = Desk::new(app).await;
    let request = desk.request("A film about the founders", &json!({ "estimate": 60 })).await;
    assert_eq!(request["proposed_match"]["reason"], "no_words");
    let unclear = |reason: Option<&str>| {
        let set = json!({ "kind": "unclear" });
        json!({ "verdict": "in_scope", "scope_match": set, "reason": reason })
    };
    desk.triage(&request, &unclear(None)).faulty("/reason", "required").await;
    for verdict in ["decline", "change_order"] {
        let mut body = json!({ "verdict": verdict, "scope_match": { "kind": "unclear" } });
        if verdict == "change_order" {
            body["change"] = json!({ "effective_on": "2026-02-01" });
        }
        desk.triage(&request, &body).faulty("/reason", "required").await;
    }
    let done = desk.triage(&request, &unclear(Some("Near to what we do"))).expect(200).await;
    let events = desk.read(&format!("/requests/{}/events", id(&request))).await;
    let last = &events["items"][0];
    assert_eq!(
        (&last["verdict"], &last["text"]),
        (&json!("in_scope"), &json!("Near to what we do"))
    );
    assert_eq!(last["member_name"], "manager");
    assert_eq!(done["triage"]["member_name"], "manager");
    // Who only works here gives no verdict.
    let path = format!("/requests/{}/triage", id(&request));
    let body = unclear(Some("x"));
    let ask = desk.app.as_role(Role::Member, "POST", &path).version(&done["version"]);
    ask.json(&body).refused(ErrorCode::Forbidden).await;
    let unknown = desk.app.as_role(Role::Manager, "POST", &path).json(&body);
    unknown.refused(ErrorCode::IfMatchMissing).await;
}

async fn s0_32_a_verdict_may_change_while_nothing_has_begun(app: TestApp) {
    let desk = Desk::new(app).await;
    let request = desk.page(240).await;
    let done = desk.triage(&request, &json!({ "verdict": "in_scope" })).expect(200).await;
    let first = desk.item(&done).await;
    desk.triage(&done, &json!({ "verdict": "next_period" })).faulty("/reason", "required").await;
    let body = json!({ "verdict": "next_period", "reason": "The fair is in March" });
    let done = desk.triage(&done, &body).expect(200).await;
    let (second, first) =
        (desk.item(&done).await, desk.read(&format!("/work-items/{}", id(&first))).await);
    assert_eq!((&second["cycle_seq"], &first["decision"]["decision"]), (&json!(2), &json!("stop")));
    let body = json!({ "verdict": "decline", "reason": "The fair is called off" });
    let done = desk.triage(&done, &body).expect(200).await;
    assert_eq!(
        (&done["work_item_id"], &done["triage"]["verdict"]),
        (&Value::Null, &json!("decline"))
    );
    let events = desk.read(&format!("/requests/{}/events", id(&request))).await;
    let told: Vec<_> =
        events["items"].as_array().unwrap().iter().map(|one| &one["verdict"]).collect();
    assert_eq!(told, [&json!("decline"), &json!("next_period"), &json!("in_scope"), &Value::Null]);
    // Somebody has the decision about the work: they stop it, nobody else.
    let again = json!({ "verdict": "in_scope", "reason": "It takes place" });
    let done = desk.triage(&done, &again).expect(200).await;
    let item = desk.item(&done).await;
    let seats = json!({ "decision": { "kind": "contact", "id": desk.mia["id"] } });
    let path = format!("/work-items/{}/seats", id(&item));
    let set = desk.app.as_role(Role::Owner, "PUT", &path).version(&item["version"]).json(&seats);
    set.expect(200).await;
    desk.triage(&done, &body).refused(ErrorCode::RequestBegun).await;
}

async fn s0_28_s0_29_the_level_of_a_request_goes_to_its_work(app: TestApp) {
    let desk = Desk::new(app).await;
    let line = desk.line("Landing pages").await;
    let details = json!({ "estimate": 60, "touches": ["tracking"], "frequency": "recurring",
        "scope_match": { "kind": "included", "line_id": line } });
    let request = desk.request("Landing page with tracking", &details).await;
    assert_eq!(
        (&request["level"], &request["level_reason"]),
        (&json!("standard"), &json!("touches_others"))
    );
    let with = |level: &str, why: Option<&str>| json!({ "verdict": "in_scope", "level": level, "level_reason": why });
    let light = desk.triage(&request, &with("lightweight", Some("Small")));
    light.faulty("/level", "not_lightweight").await;
    desk.triage(&request, &with("detailed", None)).faulty("/level_reason", "required").await;
    let done =
        desk.triage(&request, &with("detailed", Some("First of its kind"))).expect(200).await;
    let level = &desk.item(&done).await["level"];
    assert_eq!((&level["level"], &level["proposed"]), (&json!("detailed"), &json!("standard")));
    assert_eq!(level["chosen_why"], "First of its kind");
    // A minor edit prompts a lighter level, as on the board.
    let plain = json!({ "estimate": 30, "frequency": "recurring",
        "scope_match": { "kind": "included", "line_id": line } });
    let edit = desk.request("Landing page: new phone number", &plain).await;
    assert_eq!(edit["level"], "lightweight");
    let done =
        desk.triage(&edit, &with("standard", Some("Legal wants to see it"))).expect(200).await;
    assert_eq!(desk.item(&done).await["level"]["prompt"], "minor_edit");
}

async fn s3_36_work_begun_without_a_request_is_told(app: TestApp) {
    let desk = Desk::new(app).await;
    let request = desk.page(60).await;
    let done = desk.triage(&request, &json!({ "verdict": "in_scope" })).expect(200).await;
    let member = json!({ "kind": "member", "id": desk.app.member(Role::Member).await });
    let body = json!({
        "retainer_id": desk.retainer["id"], "title": "Done on the side", "column": "in_progress",
        "details": { "goal": "A favour" },
        "seats": { "decision": { "kind": "contact", "id": desk.mia["id"] }, "execution": member },
    });
    desk.post("/work-items", &body).expect(201).await;
    let waits = json!({ "retainer_id": desk.retainer["id"], "title": "Only an idea" });
    desk.post("/work-items", &waits).expect(201).await;
    let titles = async |which: &str| -> Vec<String> {
        let page = desk.read(&format!("/work-items?unrequested={which}")).await;
        let items = page["items"].as_array().unwrap().iter();
        items.map(|one| one["title"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(titles("true").await, ["Done on the side"]);
    let board = desk.read(&format!("/retainers/{}/board", id(&desk.retainer))).await;
    let cards = board["cards"].as_array().unwrap().iter();
    let by_request: Vec<_> = cards.map(|card| (&card["title"], &card["requested"])).collect();
    assert_eq!(by_request.iter().filter(|(_, by)| **by == true).count(), 1);
    assert!(by_request.contains(&(&done["title"], &json!(true))), "{by_request:?}");
    assert_eq!(titles("false").await, [done["title"].as_str().unwrap()]);
}
