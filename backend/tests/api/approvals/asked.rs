//! A client is asked for more beyond a limit by a link, and answers once. Source: domain 4.7;
//! docs/decisions/0072.
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{approve, asking, entry};
use crate::app::{Answer, TestApp};
use crate::ask::Ask;
use crate::invoices::billing;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, ten_hours};

on_both_engines![
    a_client_approves_more_by_a_link_once,
    one_is_open_at_a_time_and_can_be_declined_or_taken_back,
    what_has_changed_since_holds_no_longer,
    what_nobody_answered_in_time_is_over,
    what_cannot_be_asked_is_told_at_its_field,
    who_does_not_decide_any_more_approves_nothing,
    it_is_told_what_an_invoice_would_ask_for,
    what_a_client_said_is_not_told_to_partners,
];

async fn somebody(app: &TestApp, retainer: &Value, body: Value) -> Value {
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    app.as_role(Role::Owner, "POST", &people).json(&body).expect(201).await
}

/// A pool that asks first, and somebody at the client who decides.
async fn begun(app: &TestApp) -> (Value, Value) {
    let retainer = asking(app).await;
    let mia = somebody(app, &retainer, json!({ "name": "Mia Berg", "decides": true })).await;
    (retainer, mia)
}

fn two_hours(contact: &Value) -> Value {
    json!({ "units": 120, "contact_id": contact["id"], "answer_by": "2026-01-20",
        "reason": " The launch " })
}

fn path(retainer: &Value) -> String {
    format!("/retainers/{}/approval-requests", id(retainer))
}

/// Asks, and answers the request and its link.
async fn asked(app: &TestApp, retainer: &Value, body: &Value) -> (Value, String) {
    let made = app.as_role(Role::Manager, "POST", &path(retainer)).json(body).expect(201).await;
    let token = made["token"].as_str().unwrap();
    (made["request"].clone(), format!("/act/{token}"))
}

fn sign(app: &TestApp, link: &str, name: &str, number: i64, accepts: bool) -> Ask {
    let body = json!({ "asker_name": name, "order_number": number, "accepts": accepts });
    app.request("POST", link).json(&body)
}

async fn standing(app: &TestApp, request: &Value) -> Value {
    get(app, &format!("/approval-requests/{}", id(request))).await
}

async fn a_client_approves_more_by_a_link_once(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let (request, link) = asked(&app, &retainer, &two_hours(&mia)).await;
    assert_eq!((&request["state"], &request["seen_at"]), (&json!("open"), &Value::Null));
    let seen = app.request("GET", &link).expect(200).await;
    let offer = &seen["approval"]["offer"];
    assert_eq!((&seen["request"], &seen["proposal"]), (&Value::Null, &Value::Null));
    assert_eq!((&offer["units"], &offer["approved_before"]), (&json!(120), &json!(0)));
    assert_eq!((&offer["amount_minor"], &offer["price_minor"]), (&json!(24_000), &json!(12_000)));
    assert_eq!((&offer["currency"], &offer["tax_included"]), (&json!("EUR"), &Value::Null));
    assert_eq!((&offer["asked_by"], &offer["reason"]), (&json!("manager"), &json!("The launch")));
    assert_eq!((&offer["seq"], &offer["ends_on"]), (&json!(1), &json!("2026-02-01")));
    assert_eq!(
        standing(&app, &request).await["seen_at"],
        Value::Null,
        "a program may have read it"
    );
    app.request("POST", &format!("{link}/seen")).expect(204).await;
    assert_eq!(standing(&app, &request).await["seen_at"], "2026-01-15T10:00:00Z");

    sign(&app, &link, "Ben Okoro", 1, true).faulty("/asker_name", "no_such_name").await;
    sign(&app, &link, "?!", 1, true).faulty("/asker_name", "no_such_name").await;
    sign(&app, &link, "Mia Berg", 2, true).refused(ErrorCode::OfferChanged).await;
    let words = app.request("POST", &link).json(&json!({ "text": "Hm" }));
    words.refused(ErrorCode::NotAsked).await;
    let yes = || sign(&app, &link, " mia berg ", 1, true).send();
    let (one, other) = join(yes(), yes()).await;
    let mut codes = [one.unwrap().status().as_u16(), other.unwrap().status().as_u16()];
    codes.sort_unstable();
    assert_eq!(codes, [201, 409], "it is answered once");
    sign(&app, &link, "Mia Berg", 1, false).refused(ErrorCode::AskAnswered).await;

    let approvals = get(&app, "/approvals").await["items"].clone();
    assert_eq!(approvals.as_array().unwrap().len(), 1);
    let approval = &approvals[0];
    assert_eq!((&approval["units"], &approval["member_name"]), (&json!(120), &json!("manager")));
    assert_eq!(approval["reason"], "Approved by mia berg, request 1: The launch");
    let request = standing(&app, &request).await;
    assert_eq!((&request["state"], &request["signed"]), (&json!("approved"), &json!("mia berg")));
    assert_eq!(request["approval_id"], approval["id"]);
    let record = app.as_role(Role::Member, "POST", "/time-entries").json(&entry(&retainer, 720));
    let recorded = record.expect(201).await;
    assert_eq!(recorded["balance"]["overage"], 120);

    let account = retainer["account_id"].as_str().unwrap();
    let told = get(&app, &format!("/accounts/{account}/timeline?kind=agreement")).await;
    let (given, asked) = (&told["items"][0], &told["items"][1]);
    assert_eq!(
        (&given["event"], &asked["event"]),
        (&json!("approval_given"), &json!("approval_asked"))
    );
    assert_eq!((&given["title"], &given["member_name"]), (&json!("Mia Berg"), &Value::Null));
    assert_eq!((&asked["text"], &asked["on"]), (&json!("The launch"), &json!("2026-01-20")));

    app.clock_at("2026-02-01T10:00:00Z").await;
    let cycles = get(&app, &format!("/retainers/{}/cycles", id(&retainer))).await;
    let january = cycles["items"].as_array().unwrap().iter().find(|c| c["seq"] == 1).unwrap();
    assert_eq!(january["pools"][0]["sums"]["overage_amount_minor"], 24_000);
    let receipt = app.request("GET", &link).expect(200).await["approval"].clone();
    assert_eq!((&receipt["state"], &receipt["expired"]), (&json!("approved"), &json!(false)));
    app.books_hold().await;
}

async fn one_is_open_at_a_time_and_can_be_declined_or_taken_back(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let (first, old) = asked(&app, &retainer, &two_hours(&mia)).await;
    // A repeated press gets the same one with another link: no secret is kept.
    let at = path(&retainer);
    let twice = || app.as_role(Role::Manager, "POST", &at).header("Idempotency-Key", "second");
    let once = twice().json(&two_hours(&mia)).expect(201).await;
    let again = twice().json(&two_hours(&mia)).expect(201).await;
    assert_eq!(once["request"]["id"], again["request"]["id"]);
    let dead = format!("/act/{}", once["token"].as_str().unwrap());
    app.request("GET", &dead).refused(ErrorCode::NotFound).await;
    assert_eq!(standing(&app, &first).await["state"], "withdrawn");
    app.request("GET", &old).refused(ErrorCode::LinkRevoked).await;
    sign(&app, &old, "Mia Berg", 1, true).refused(ErrorCode::LinkRevoked).await;

    let link = format!("/act/{}", again["token"].as_str().unwrap());
    let no = json!({ "asker_name": "Mia Berg", "order_number": 2, "accepts": false,
        "text": "Not this month" });
    let answered = app.request("POST", &link).json(&no).expect(201).await;
    assert_eq!(answered["approval"]["state"], "declined");
    let second = standing(&app, &again["request"]).await;
    assert_eq!((&second["note"], &second["approval_id"]), (&json!("Not this month"), &Value::Null));
    assert_eq!(get(&app, "/approvals").await["items"], json!([]));
    let account = retainer["account_id"].as_str().unwrap();
    let told = get(&app, &format!("/accounts/{account}/timeline?q=month")).await;
    assert_eq!(told["items"][0]["event"], "approval_declined");
    let withdraw = |of: &Value, role| {
        app.as_role(role, "POST", &format!("/approval-requests/{}/withdraw", id(of)))
    };
    withdraw(&second, Role::Owner).refused(ErrorCode::AskAnswered).await;

    let (third, link) = asked(&app, &retainer, &two_hours(&mia)).await;
    withdraw(&third, Role::Member).refused(ErrorCode::Forbidden).await;
    let taken = withdraw(&third, Role::Manager).expect(200).await;
    assert_eq!(
        (&taken["state"], &taken["withdrawn_by_name"]),
        (&json!("withdrawn"), &json!("manager"))
    );
    let told = get(&app, &format!("/accounts/{account}/timeline?kind=agreement")).await;
    let events = told["items"].as_array().unwrap().iter();
    let gone: Vec<&Value> = events.filter(|one| one["event"] == "approval_withdrawn").collect();
    assert_eq!(gone.len(), 2, "by another one, and by hand: {told:#?}");
    assert_eq!((&gone[0]["title"], &gone[0]["member_name"]), (&mia["name"], &json!("manager")));
    sign(&app, &link, "Mia Berg", 3, true).refused(ErrorCode::LinkRevoked).await;
    let cycle = get(&app, &format!("/retainers/{}", id(&retainer))).await;
    let cycle = cycle["balances"][0]["cycle_id"].as_str().unwrap().to_owned();
    let of = async |of: &str| get(&app, &format!("{at}?{of}")).await["items"].clone();
    let all = of(&format!("pool=hours&cycle_id={cycle}")).await;
    let states: Vec<&Value> = all.as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["withdrawn", "declined", "withdrawn"]);
    assert_eq!(of("pool=other").await, json!([]));
    assert_eq!(
        get(&app, &format!("/retainers/{}/form-links", id(&retainer))).await["items"],
        json!([])
    );
}

async fn what_has_changed_since_holds_no_longer(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let over = async |link: &str, number| {
        let seen = app.request("GET", link).expect(200).await["approval"].clone();
        assert_eq!((&seen["state"], &seen["overtaken"]), (&json!("open"), &json!(true)));
        sign(&app, link, "Mia Berg", number, true).refused(ErrorCode::OfferHeld).await;
    };
    // Somebody approved meanwhile what was said by phone.
    let (request, link) = asked(&app, &retainer, &two_hours(&mia)).await;
    approve(&app, Role::Owner, &retainer, 30).expect(201).await;
    over(&link, 1).await;
    assert_eq!(standing(&app, &request).await["overtaken"], true);
    assert_eq!(get(&app, "/approvals").await["items"].as_array().unwrap().len(), 1);
    let (request, link) = asked(&app, &retainer, &two_hours(&mia)).await;
    assert_eq!(request["offer"]["approved_before"], 30);
    // Nobody had said whether tax comes on top.
    let settings = json!({ "legal_name": "Us", "address": "Here", "starts_on": "2026-01-01" });
    let kept = app.as_role(Role::Owner, "PUT", "/organisation/billing");
    kept.version(0).json(&settings).expect(200).await;
    over(&link, 2).await;
    // A price that was agreed for the cycle after.
    let mut next = two_hours(&mia);
    next["on"] = "2026-02-10".into();
    let (request, link) = asked(&app, &retainer, &next).await;
    assert_eq!(
        (&request["offer"]["seq"], &request["offer"]["tax_included"]),
        (&json!(2), &json!(false))
    );
    let mut dear = retainer["terms"]["terms"].clone();
    dear["pools"][0]["overage"]["rate_minor"] = json!(15_000);
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": dear })).expect(201).await;
    over(&link, 3).await;
    let (request, link) = asked(&app, &retainer, &next).await;
    assert_eq!(request["offer"]["amount_minor"], 30_000);
    // What is declined is told, also where it could not be approved any more.
    let (_, ending) = asked(&app, &retainer, &two_hours(&mia)).await;
    let end = format!("/retainers/{}/end", id(&retainer));
    let end = app.as_role(Role::Owner, "POST", &end);
    end.json(&json!({ "ends_on": "2026-01-25" })).expect(200).await;
    over(&ending, 5).await;
    over(&link, 4).await;
    sign(&app, &ending, "Mia Berg", 5, false).expect(201).await;
    app.clock_at("2026-01-26T10:00:00Z").await;
    let ask = app.as_role(Role::Owner, "POST", &path(&retainer)).json(&two_hours(&mia));
    ask.refused(ErrorCode::RetainerEnded).await;
    app.books_hold().await;
}

async fn what_nobody_answered_in_time_is_over(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let mut body = two_hours(&mia);
    body["answer_by"] = "2026-01-31".into();
    let (request, link) = asked(&app, &retainer, &body).await;
    app.clock_at("2026-02-01T10:00:00Z").await;
    // The cycle has closed too.
    let told = standing(&app, &request).await;
    assert_eq!((&told["expired"], &told["overtaken"]), (&json!(true), &json!(true)));
    sign(&app, &link, "Mia Berg", 1, true).refused(ErrorCode::OfferHeld).await;
    body["answer_by"] = "2026-02-02".into();
    let (request, later) = asked(&app, &retainer, &body).await;
    app.clock_at("2026-02-02T22:59:00Z").await;
    assert_eq!(standing(&app, &request).await["expired"], false, "it is the last day there");
    app.clock_at("2026-02-02T23:00:00Z").await;
    let seen = app.request("GET", &later).expect(200).await["approval"].clone();
    assert_eq!((&seen["expired"], &seen["overtaken"]), (&json!(true), &json!(false)));
    sign(&app, &later, "Mia Berg", 2, true).refused(ErrorCode::OfferHeld).await;
    app.clock_at("2026-08-10T10:00:00Z").await;
    app.request("GET", &later).refused(ErrorCode::LinkExpired).await;
    assert_eq!(get(&app, "/approvals").await["items"], json!([]));
    app.books_hold().await;
}

async fn what_cannot_be_asked_is_told_at_its_field(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let ben = somebody(&app, &retainer, json!({ "name": "Ben Okoro" })).await;
    let at = path(&retainer);
    let faulty = async |change: Value, field: &str, code: &str| {
        let mut body = two_hours(&mia);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        app.as_role(Role::Manager, "POST", &at).json(&body).faulty(field, code).await;
    };
    faulty(json!({ "units": 0 }), "/units", "out_of_range").await;
    faulty(json!({ "reason": " " }), "/reason", "required").await;
    faulty(json!({ "contact_id": ben["id"] }), "/contact_id", "does_not_decide").await;
    faulty(json!({ "contact_id": retainer["id"] }), "/contact_id", "not_found").await;
    faulty(json!({ "answer_by": "2026-01-14" }), "/answer_by", "out_of_range").await;
    faulty(json!({ "answer_by": "2026-02-01" }), "/answer_by", "out_of_range").await;
    faulty(json!({ "on": "2025-12-31" }), "/on", "no_open_cycle").await;
    faulty(json!({ "pool": "sessions" }), "/pool", "not_found").await;
    let ask = app.as_role(Role::Member, "POST", &at).json(&two_hours(&mia));
    ask.refused(ErrorCode::Forbidden).await;
    assert_eq!(get(&app, &at).await["items"], json!([]), "nothing of it was kept");
    let plain = agree(&app, ten_hours).await;
    let never = app.as_role(Role::Owner, "POST", &path(&plain)).json(&two_hours(&mia));
    never.faulty("/pool", "never_asks").await;
    // What the terms do not bill costs nothing.
    let absorbs = agree(&app, |account: &Value| {
        let mut body = ten_hours(account);
        let overage = json!({ "mode": "ask", "borrow_excess": "absorb" });
        body["terms"]["pools"][0]["overage"] = overage;
        body
    });
    let absorbs = absorbs.await;
    let ann = somebody(&app, &absorbs, json!({ "name": "Ann Low" })).await;
    let (request, _) = asked(&app, &absorbs, &two_hours(&ann)).await;
    let offer = &request["offer"];
    assert_eq!((&offer["amount_minor"], &offer["price_minor"]), (&json!(0), &Value::Null));
}

async fn who_does_not_decide_any_more_approves_nothing(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let (request, link) = asked(&app, &retainer, &two_hours(&mia)).await;
    somebody(&app, &retainer, json!({ "name": "Ben Okoro", "decides": true })).await;
    let contact = format!("/contacts/{}", id(&mia));
    let left = app.as_role(Role::Owner, "PATCH", &contact);
    left.version(mia["version"].as_i64().unwrap())
        .json(&json!({ "decides": false }))
        .expect(200)
        .await;
    sign(&app, &link, "Mia Berg", 1, true).refused(ErrorCode::MayNotDecide).await;
    sign(&app, &link, "Ben Okoro", 1, true).faulty("/asker_name", "no_such_name").await;
    assert_eq!(standing(&app, &request).await["state"], "open");
    assert_eq!(get(&app, "/approvals").await["items"], json!([]));
}

/// 1:40 h in steps of half an hour are two hours, at 120.00 each.
async fn it_is_told_what_an_invoice_would_ask_for(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, |account: &Value| {
        let mut body = ten_hours(account);
        body["terms"]["pools"][0]["overage"] =
            json!({ "mode": "ask", "rate_minor": 12_000, "increment": 30 });
        body
    });
    let retainer = retainer.await;
    let mia = somebody(&app, &retainer, json!({ "name": "Mia Berg", "decides": true })).await;
    let mut body = two_hours(&mia);
    body["units"] = 100.into();
    let told = async || {
        let (request, _) = asked(&app, &retainer, &body).await;
        ["amount_minor", "total_minor", "tax_included"].map(|name| request["offer"][name].clone())
    };
    assert_eq!(told().await, [json!(24_000), Value::Null, Value::Null], "nobody has said it");
    billing(&app).await;
    assert_eq!(told().await, [json!(24_000), json!(28_800), json!(false)]);
    let (_, link) = asked(&app, &retainer, &body).await;
    let now = get(&app, "/organisation/billing").await;
    let mut settings = now["settings"].clone();
    settings["taxes"] = json!([{ "code": "VAT", "percent": "10" }]);
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(&now["version"]);
    let now = put.json(&settings).expect(200).await;
    // Another rate is another price.
    let seen = app.request("GET", &link).expect(200).await["approval"].clone();
    assert_eq!(seen["overtaken"], true);
    assert_eq!(told().await, [json!(24_000), json!(26_400), json!(false)]);
    settings["tax_mode"] = "inclusive".into();
    let put = app.as_role(Role::Finance, "PUT", "/organisation/billing").version(&now["version"]);
    put.json(&settings).expect(200).await;
    assert_eq!(told().await, [json!(24_000), json!(24_000), json!(true)]);
    let account = retainer["account_id"].as_str().unwrap();
    let client = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
    let abroad = json!({ "reverse_charge": true, "tax_id": "GB123456789", "country": "GB" });
    client.version(0).json(&abroad).expect(200).await;
    assert_eq!(told().await, [json!(24_000), json!(24_000), Value::Null], "none is owed");
}

async fn what_a_client_said_is_not_told_to_partners(app: TestApp) {
    let (retainer, mia) = begun(&app).await;
    let (request, link) = asked(&app, &retainer, &two_hours(&mia)).await;
    let no = json!({ "asker_name": "Mia Berg", "order_number": 1, "accepts": false,
        "text": "Not from them" });
    app.request("POST", &link).json(&no).expect(201).await;
    let one = format!("/approval-requests/{}", id(&request));
    let read = async |role: Role, path: &str| app.as_role(role, "GET", path).expect(200).await;
    for role in [Role::Viewer, Role::Member] {
        let told = read(role, &one).await;
        assert_eq!((&told["signed"], &told["note"]), (&mia["name"], &json!("Not from them")));
    }
    let told = read(Role::Partner, &one).await;
    let all = read(Role::Partner, &path(&retainer)).await;
    for told in [&told, &all["items"][0]] {
        assert_eq!((&told["signed"], &told["note"]), (&Value::Null, &Value::Null));
        assert_eq!(told["state"], "declined");
    }
}
