//! What signals read, and what is agreed on them.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{Room, delivered, judged, mark, spend};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{get, id, record, ten_hours};
use crate::work::Desk;

on_both_engines![
    s3_15_s3_16_s3_17_effort_is_read_by_priority_and_channel,
    s3_16_money_is_compared_by_its_rate,
    s3_16_units_that_take_no_time_are_compared_with_nothing,
    s3_18_execution_is_read_from_verdicts_revisions_and_handoffs,
    s3_19_leads_are_tied_to_delivered_work_with_their_source,
    s0_37_decisions_and_launches_are_read_and_the_rest_is_rated_with_evidence,
    s3_20_a_signal_is_complete_with_trend_owner_source_and_decision,
    s3_21_s3_22_a_set_tells_whether_it_is_balanced_and_paired,
    s3_32_a_cadence_fits_its_kind_and_a_signal_waits_for_its_day,
    s0_24_partners_are_compared_on_the_same_signals,
    bad_signals_are_told_at_their_fields,
];

async fn s3_15_s3_16_s3_17_effort_is_read_by_priority_and_channel(app: TestApp) {
    let desk = Desk::new(app).await;
    let cycles = get(&desk.app, &format!("/retainers/{}/cycles", id(&desk.retainer))).await;
    let january = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == 1).unwrap();
    let path = format!("/cycles/{}/priorities", id(january));
    let first = json!([
        { "title": "Campaign", "channel": "Search", "planned": 310 },
        { "title": "Newsletter", "planned": 155 },
    ]);
    let put = desk.app.as_role(Role::Owner, "PUT", &path).version(0);
    let list = put.json(&json!({ "priorities": first })).expect(200).await;
    let mut body = desk.light();
    body["details"]["priority_id"] = list["priorities"][0]["id"].clone();
    let served = desk.item(&body).await;
    desk.app.clock_at("2026-01-31T10:00:00Z").await;
    spend(&desk, &served, "2026-01-10", 210).await;
    spend(&desk, &desk.item(&desk.light()).await, "2026-01-11", 30).await;
    record(&desk.app, &desk.retainer, "2026-01-12", 60).await;
    record(&desk.app, &desk.retainer, "2026-01-02", 500).await;
    let room = Room::at(desk).await;
    // 28 days until today: the time of 2 January is not among them.
    let fit = room.signal("strategic_fit").await;
    assert_eq!(
        (&fit["percent"], &fit["part"], &fit["whole"]),
        (&json!(70), &json!(210), &json!(300))
    );
    assert_eq!(fit["parts"][0], json!({ "name": "Campaign", "count": 210, "of": 300 }));
    assert_eq!(fit["parts"][2], json!({ "name": null, "count": 90, "of": 300 }));
    // 28 of the 31 days: 280 and 140 were agreed, 210 of it was kept.
    let spent = room.signal("resource_allocation").await;
    assert_eq!(spent["parts"][0], json!({ "name": "Campaign", "count": 210, "of": 280 }));
    assert_eq!(spent["parts"][1], json!({ "name": "Newsletter", "count": 0, "of": 140 }));
    assert_eq!(
        (&spent["part"], &spent["whole"], &spent["percent"]),
        (&json!(210), &json!(420), &json!(50))
    );
    assert_eq!((&spent["weak"], &spent["nature"]), (&json!(true), &json!("activity")));
    let focus = room.signal("channel_focus").await;
    assert_eq!((&focus["percent"], &focus["part"]), (&json!(70), &json!(210)));
    assert!(focus["parts"].as_array().unwrap().iter().any(|part| part["name"] == "search"));
}

/// A first pool of this kind, and ten hours beside it.
fn mixed(first: Value) -> impl Fn(&Value) -> Value {
    move |account| {
        let hours = json!({ "key": "hours", "unit": "minutes", "allowance": 600 });
        json!({ "account_id": account, "name": "Mixed", "starts_on": "2026-01-01",
            "terms": { "price": { "amount_minor": 100_000, "currency": "EUR" },
                "pools": [first.clone(), hours] } })
    }
}

async fn s3_16_money_is_compared_by_its_rate(app: TestApp) {
    let money = json!({ "unit": "money", "allowance": 100_000, "hourly_rate_minor": 12_000 });
    // 600.00 at 120.00 an hour are 300 minutes, 271 of them in the 28 of 31 days looked at.
    let room = planned(Desk::over(app, mixed(money)).await, 60_000).await;
    let spent = room.signal("resource_allocation").await;
    assert_eq!(spent["parts"][0], json!({ "name": "Campaign", "count": 100, "of": 271 }));
    assert_eq!((&spent["part"], &spent["whole"]), (&json!(100), &json!(271)));
    // An hour of the other pool is no money of this one.
    let app = &room.desk.app;
    let entry = json!({ "retainer_id": room.desk.retainer["id"], "worked_on": "2026-01-12",
        "minutes": 60, "pool": "hours" });
    app.as_role(Role::Owner, "POST", "/time-entries").json(&entry).expect(201).await;
    let cycles = get(app, &format!("/retainers/{}/cycles", id(&room.desk.retainer))).await;
    let january = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == 1).unwrap();
    let list = get(app, &format!("/cycles/{}/priorities", id(january))).await;
    let drawn = |place: usize| {
        ["minutes", "drawn", "elsewhere"].map(|key| list["by_priority"][place][key].clone())
    };
    assert_eq!(drawn(0), [json!(100), json!(20_000), json!(0)]);
    assert_eq!(drawn(1), [json!(60), json!(0), json!(60)]);
}

async fn s3_16_units_that_take_no_time_are_compared_with_nothing(app: TestApp) {
    let sessions = json!({ "unit": "sessions", "allowance": 10 });
    let room = planned(Desk::over(app, mixed(sessions)).await, 5).await;
    let spent = room.signal("resource_allocation").await;
    assert_eq!(spent["parts"][0], json!({ "name": "Campaign", "count": 100, "of": null }));
    assert_eq!((&spent["percent"], &spent["whole"]), (&Value::Null, &json!(0)));
}

/// A review at the end of January, in which 100 minutes went to a priority with so many units.
async fn planned(desk: Desk, units: i64) -> Room {
    let cycles = get(&desk.app, &format!("/retainers/{}/cycles", id(&desk.retainer))).await;
    let january = cycles["items"].as_array().unwrap().iter().find(|one| one["seq"] == 1).unwrap();
    let path = format!("/cycles/{}/priorities", id(january));
    let list = json!({ "priorities": [{ "title": "Campaign", "planned": units }] });
    let put = desk.app.as_role(Role::Owner, "PUT", &path).version(0).json(&list);
    let list = put.expect(200).await;
    let mut body = desk.light();
    body["details"]["priority_id"] = list["priorities"][0]["id"].clone();
    let served = desk.item(&body).await;
    desk.app.clock_at("2026-01-31T10:00:00Z").await;
    spend(&desk, &served, "2026-01-10", 100).await;
    Room::at(desk).await
}

async fn s3_18_execution_is_read_from_verdicts_revisions_and_handoffs(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = delivered(&desk, &json!({})).await;
    let verdict = json!({ "business_fit": true, "clarity": true, "execution_reliability": false,
        "better_decisions": true });
    desk.step(&item, "verdict", &verdict).expect(201).await;
    let seat = desk.member.clone();
    let given = json!({ "from_area": "marketing", "to_area": "sales", "giver": seat,
        "receiver": seat });
    desk.step(&item, "handoffs", &given).expect(201).await;
    desk.app.clock_at("2026-01-05T10:00:00Z").await;
    let room = Room::at(desk).await;
    let quality = room.signal("execution_quality").await;
    // Three of four answers, one item of one, and a handoff that nobody accepted in two days.
    assert_eq!((&quality["part"], &quality["whole"]), (&json!(4), &json!(6)));
    let parts: Vec<_> =
        quality["parts"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(parts, [&json!("verdicts"), &json!("revisions"), &json!("handoffs")]);
}

async fn s3_19_leads_are_tied_to_delivered_work_with_their_source(app: TestApp) {
    let desk = Desk::new(app).await;
    let item = judged(&desk, &json!({})).await;
    // What is not judged does not count, nor does what was stopped: the leads of neither do.
    let unjudged = delivered(&desk, &json!({})).await;
    let stopped = judged(&desk, &json!({})).await;
    let mut won = mark(&desk, "A", "good", "2026-01-01");
    won["work_item_id"] = item["id"].clone();
    won["revenue"] = json!({ "amount_minor": 500_000, "currency": "EUR" });
    desk.post("/leads", &won).expect(201).await;
    for (reference, tied) in [("B", &unjudged), ("C", &stopped)] {
        let mut other = mark(&desk, reference, "good", "2026-01-01");
        other["work_item_id"] = tied["id"].clone();
        other["revenue"] = json!({ "amount_minor": 70_000, "currency": "EUR" });
        desk.post("/leads", &other).expect(201).await;
    }
    let stop = json!({ "decision": "stop", "evidence": "By phone", "reason": "Never used" });
    desk.step(&stopped, "decision", &stop).expect(201).await;
    let mut poor = mark(&desk, "D", "poor", "2026-01-01");
    poor["work_item_id"] = item["id"].clone();
    poor["source"] = "Fair".into();
    desk.post("/leads", &poor).expect(201).await;
    let room = Room::at(desk).await;
    let pipeline = room.signal("pipeline_contribution").await;
    assert_eq!((&pipeline["part"], &pipeline["whole"]), (&json!(1), &json!(4)));
    assert_eq!(pipeline["parts"], json!([{ "name": "EUR", "count": 500_000, "of": null }]));
    assert_eq!(pipeline["source"], "CRM, Fair");
    let relevance = room.signal("lead_relevance").await;
    assert_eq!(relevance["percent"], 75);
}

async fn s0_37_decisions_and_launches_are_read_and_the_rest_is_rated_with_evidence(app: TestApp) {
    let desk = Desk::new(app).await;
    let choice =
        json!({ "choice": "Search", "reason": "It pays", "evidence": [{ "text": "Costs" }] });
    let asked = json!({ "question": "Which?", "retainer_id": desk.retainer["id"], "made": choice });
    desk.post("/decisions", &asked).expect(201).await;
    let late = json!({ "question": "When?", "retainer_id": desk.retainer["id"],
        "due_on": "2026-01-03" });
    desk.post("/decisions", &late).expect(201).await;
    judged(&desk, &json!({ "due_on": "2026-01-03" })).await;
    let mut waits = desk.ready();
    waits["details"]["due_on"] = "2026-01-04".into();
    // An idea that nobody agreed to is no launch; what was agreed on and did not come is late.
    desk.item(&waits).await;
    waits["column"] = "agreed".into();
    desk.item(&waits).await;
    desk.app.clock_at("2026-01-05T10:00:00Z").await;
    let room = Room::at(desk).await;
    assert_eq!(room.signal("decision_clarity").await["percent"], 50);
    assert_eq!(room.signal("workflow_reliability").await["percent"], 50);
    let useful = room.signal("reporting_usefulness").await;
    assert_eq!((&useful["percent"], &useful["measured"]), (&Value::Null, &json!(false)));
    let rate = |score: i64, evidence: Value| {
        let body =
            json!({ "signal": "reporting_usefulness", "score": score, "evidence": evidence });
        room.step("ratings", &body)
    };
    rate(2, json!([])).faulty("/evidence", "required").await;
    rate(6, json!([{ "text": "x" }])).faulty("/score", "out_of_range").await;
    rate(4, json!([{ "text": "Read in every meeting" }])).expect(201).await;
    rate(2, json!([{ "text": "Two figures were wrong" }])).expect(201).await;
    let useful = room.signal("reporting_usefulness").await;
    assert_eq!((&useful["percent"], &useful["weak"]), (&json!(25), &json!(true)));
    assert_eq!(useful["rating"]["evidence"][0]["text"], "Two figures were wrong");
}

async fn s3_20_a_signal_is_complete_with_trend_owner_source_and_decision(app: TestApp) {
    let room = Room::new(app).await;
    let pulse = room.signal("client_pulse").await;
    assert_eq!(pulse["gaps"], json!(["trend", "owner", "source", "decision"]));
    let terms = json!({ "kind": "client_pulse", "measured": false, "review_days": 28,
        "act_days": 7, "weak_below": 50, "owner_id": room.desk.member["id"],
        "source": "Monthly call", "informs": "Whether we renew" });
    let set = json!({ "signals": [terms] });
    let path = "/signals";
    let app = &room.desk.app;
    let kept = app.as_role(Role::Owner, "PUT", path).version(0).json(&set).expect(200).await;
    let said =
        kept["signals"].as_array().unwrap().iter().find(|s| s["terms"]["kind"] == "client_pulse");
    assert_eq!(
        (&said.unwrap()["gaps"], &said.unwrap()["owner_name"]),
        (&json!([]), &json!("member"))
    );
    app.as_role(Role::Owner, "PUT", path).version(0).json(&set).refused(ErrorCode::Stale).await;
    assert_eq!(room.signal("client_pulse").await["gaps"], json!(["trend"]));
    let rating = json!({ "signal": "client_pulse", "score": 4, "evidence": [{ "text": "Call" }] });
    room.step("ratings", &rating).expect(201).await;
    room.keep().await;
    room.end().await;
    app.clock_at("2026-01-29T10:00:00Z").await;
    let next =
        Room { review: super::start(app, &room.desk.retainer).await["review"].clone(), ..room };
    let pulse = next.signal("client_pulse").await;
    assert_eq!((&pulse["gaps"], &pulse["due"]), (&json!([]), &json!(true)));
    assert_eq!(pulse["earlier"], json!([{ "on": "2026-01-01", "percent": 75 }]));
}

async fn s3_21_s3_22_a_set_tells_whether_it_is_balanced_and_paired(app: TestApp) {
    let set = get(&app, "/signals").await;
    assert_eq!(
        (&set["balanced"], &set["unpaired"], &set["version"]),
        (&json!(true), &json!([]), &json!(0))
    );
    let all = set["signals"].as_array().unwrap().iter().map(|one| one["terms"].clone());
    let only = all.map(|mut terms| {
        let kind = terms["kind"].as_str().unwrap().to_owned();
        terms["on"] = json!(["resource_allocation", "channel_focus"].contains(&kind.as_str()));
        terms
    });
    let body = json!({ "signals": only.collect::<Vec<_>>() });
    let kept = app.as_role(Role::Manager, "PUT", "/signals").version(0).json(&body);
    let kept = kept.expect(200).await;
    assert_eq!((&kept["balanced"], &kept["families"]), (&json!(false), &json!(["cost"])));
    assert_eq!(kept["unpaired"], json!(["resource_allocation", "channel_focus"]));
    let member = app.as_role(Role::Member, "PUT", "/signals").version(1).json(&body);
    member.refused(ErrorCode::Forbidden).await;
}

async fn s3_32_a_cadence_fits_its_kind_and_a_signal_waits_for_its_day(app: TestApp) {
    let room = Room::new(app).await;
    room.keep().await;
    room.end().await;
    room.desk.app.clock_at("2026-01-15T10:00:00Z").await;
    let review = super::start(&room.desk.app, &room.desk.retainer).await["review"].clone();
    let room = Room { review, ..room };
    let (execution, fit) =
        (room.signal("execution_quality").await, room.signal("strategic_fit").await);
    assert_eq!(execution["due"], true, "two weeks are over");
    assert_eq!((&fit["due"], &fit["due_on"]), (&json!(false), &json!("2026-01-29")));
    let terms = |days: i64, act: i64| {
        json!({ "signals": [{ "kind": "execution_quality", "measured": true,
            "review_days": days, "act_days": act, "weak_below": 60 }] })
    };
    let put =
        |body: Value| room.desk.app.as_role(Role::Owner, "PUT", "/signals").version(0).json(&body);
    put(terms(28, 7)).faulty("/signals/0/review_days", "cadence_of_kind").await;
    put(terms(7, 10)).faulty("/signals/0/review_days", "too_soon_to_act").await;
    put(terms(7, 5)).expect(200).await;
}

async fn s0_24_partners_are_compared_on_the_same_signals(app: TestApp) {
    let partner = async |name: &str| {
        let body = json!({ "name": name, "kind": "partner" });
        let account = app.as_role(Role::Owner, "POST", "/accounts").json(&body).expect(201).await;
        let body = ten_hours(&account["id"]);
        app.as_role(Role::Owner, "POST", "/retainers").json(&body).expect(201).await
    };
    let (first, second) = (partner("Studio A").await, partner("Studio B").await);
    let lead = async |retainer: &Value, reference: &str, fit: &str| {
        let body = json!({ "retainer_id": retainer["id"], "reference": reference, "fit": fit,
            "came_on": "2026-01-01", "source": "CRM" });
        app.as_role(Role::Member, "POST", "/leads").json(&body).expect(201).await;
    };
    lead(&first, "A", "good").await;
    lead(&second, "A", "poor").await;
    let page = get(&app, "/signals/compare").await;
    let rows = page["items"].as_array().unwrap();
    let kinds = |row: &Value| {
        let all = row["signals"].as_array().unwrap().clone();
        all.iter().map(|one| one["kind"].clone()).collect::<Vec<_>>()
    };
    let percent = |row: &Value, kind: &str| {
        let all = row["signals"].as_array().unwrap();
        all.iter().find(|one| one["kind"] == kind).unwrap()["percent"].clone()
    };
    assert_eq!(rows.len(), 2);
    assert_eq!(kinds(&rows[0]), kinds(&rows[1]), "the same signals in the same order");
    assert_eq!(
        (&rows[0]["account_name"], percent(&rows[0], "lead_relevance")),
        (&json!("Studio A"), json!(100))
    );
    assert_eq!(percent(&rows[1], "lead_relevance"), 0);
    assert_eq!(get(&app, "/signals/compare?kind=client").await["items"], json!([]));
    // One partner does not see how another does.
    let other = app.as_role(Role::Partner, "GET", "/signals/compare");
    other.refused(ErrorCode::Forbidden).await;
}

async fn bad_signals_are_told_at_their_fields(app: TestApp) {
    let good = json!({ "kind": "client_pulse", "measured": false, "review_days": 28,
        "act_days": 7, "weak_below": 50 });
    let put = |change: Value| {
        let mut one = good.clone();
        for (name, value) in change.as_object().unwrap() {
            one[name] = value.clone();
        }
        app.as_role(Role::Owner, "PUT", "/signals").version(0).json(&json!({ "signals": [one] }))
    };
    put(json!({ "measured": true })).faulty("/signals/0/measured", "not_allowed").await;
    put(json!({ "pair": "client_pulse" })).faulty("/signals/0/pair", "not_allowed").await;
    put(json!({ "weak_below": 0 })).faulty("/signals/0/weak_below", "out_of_range").await;
    let nobody = json!({ "owner_id": "0193a5b0-0000-7000-8000-000000000000" });
    put(nobody).faulty("/signals/0/owner_id", "not_found").await;
    let twice = json!({ "signals": [good, good] });
    let twice = app.as_role(Role::Owner, "PUT", "/signals").version(0).json(&twice);
    twice.faulty("/signals/1/kind", "repeated").await;
}
