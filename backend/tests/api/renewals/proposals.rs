//! Proposals: made, read by a link, signed once. Source: requirement S2-21; docs/decisions/0061.
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{only, renewals, until};
use crate::app::{Answer, TestApp};
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![
    s2_21_a_proposal_that_is_signed_wins_the_renewal_with_its_terms,
    one_is_open_at_a_time_and_answered_once,
    what_cannot_be_offered_is_told_at_its_field,
    what_is_offered_as_it_is_holds_as_it_was_signed,
    who_does_not_decide_any_more_signs_nothing,
    a_proposal_is_a_paper,
    s1_04_a_proposal_that_was_signed_is_the_agreement_of_its_terms,
];

/// A renewal of a retainer that ends on 1 July, and somebody there who decides.
pub(super) async fn begun(app: &TestApp) -> (Value, Value, Value) {
    app.clock_at("2026-05-20T10:00:00Z").await;
    let retainer = agree(app, until(Some("2026-07-01"))).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let decides = json!({ "name": "Mia Berg", "decides": true });
    let mia = app.as_role(Role::Owner, "POST", &people).json(&decides).expect(201).await;
    app.clock_at("2026-05-20T10:00:20Z").await;
    (retainer, mia, only(app).await)
}

pub(super) fn offer(retainer: &Value, contact: &Value) -> Value {
    let mut terms = retainer["terms"]["terms"].clone();
    terms["price"]["amount_minor"] = json!(180_000);
    terms["pools"][0]["allowance"] = json!(720);
    json!({ "contact_id": contact["id"], "intro": "Thank you.", "terms": terms,
        "lines": [{ "text": "Hours: 40 h of 40 h used." }], "ends_on": "2027-07-01",
        "valid_until": "2026-06-10" })
}

pub(super) async fn made(app: &TestApp, renewal: &Value, body: &Value) -> (Value, String) {
    let path = format!("/renewals/{}/proposals", id(renewal));
    let made = app.as_role(Role::Manager, "POST", &path).json(body).expect(201).await;
    let token = made["token"].as_str().unwrap().to_owned();
    (made["proposal"].clone(), token)
}

pub(super) fn signed(name: &str, number: i64, accepts: bool) -> Value {
    json!({ "asker_name": name, "order_number": number, "accepts": accepts })
}

async fn s2_21_a_proposal_that_is_signed_wins_the_renewal_with_its_terms(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let (proposal, token) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    assert_eq!(only(&app).await["stage"], "proposed");
    assert_eq!((&proposal["state"], &proposal["seen_at"]), (&json!("open"), &Value::Null));
    let link = format!("/act/{token}");
    let seen = app.request("GET", &link).expect(200).await;
    let shown = &seen["proposal"]["offer"];
    assert_eq!((&seen["request"], &shown["contact_name"]), (&Value::Null, &json!("Mia Berg")));
    assert_eq!(
        (&shown["price_before"]["amount_minor"], &shown["price"]["amount_minor"]),
        (&json!(150_000), &json!(180_000))
    );
    let hours = json!({ "name": null, "unit": "minutes", "before": 600, "after": 720 });
    assert_eq!(shown["pools"], json!([hours]));
    assert_eq!(
        (&shown["starts_on"], &shown["ends_on"]),
        (&json!("2026-07-01"), &json!("2027-07-01"))
    );
    // What only looks at the link opens nothing: the page says that a browser shows it.
    let path = format!("/proposals/{}", id(&proposal));
    assert_eq!(get(&app, &path).await["seen_at"], Value::Null);
    for _ in 0..2 {
        let shown = app.request("POST", &format!("{link}/seen")).send().await.unwrap();
        assert_eq!(shown.status(), 204);
    }
    assert_eq!(get(&app, &path).await["seen_at"], "2026-05-20T10:00:20Z");
    // What changes meanwhile changes nothing of it.
    let mut later = retainer["terms"]["terms"].clone();
    later["price"]["amount_minor"] = json!(199_000);
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    let later = app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": later }));
    later.expect(201).await;
    assert_eq!(app.request("GET", &link).expect(200).await["proposal"]["offer"], *shown);

    let answer = |body: Value| app.request("POST", &link).json(&body);
    answer(signed("Ben Okoro", 1, true)).faulty("/asker_name", "no_such_name").await;
    answer(signed("?!", 1, true)).faulty("/asker_name", "no_such_name").await;
    answer(signed("Mia Berg", 2, true)).refused(ErrorCode::OfferChanged).await;
    answer(json!({ "text": "Hm" })).refused(ErrorCode::NotAsked).await;
    let accepted = signed(" mia berg ", 1, true);
    let (one, other) = join(answer(accepted.clone()).send(), answer(accepted).send()).await;
    let mut codes = [one.unwrap().status().as_u16(), other.unwrap().status().as_u16()];
    codes.sort_unstable();
    assert_eq!(codes, [201, 409], "it is answered once");
    let told = get(&app, &path).await;
    assert_eq!((&told["state"], &told["signed"]), (&json!("accepted"), &json!("mia berg")));
    let won = only(&app).await;
    assert_eq!((&won["stage"], &won["outcome"]["change"]), (&json!("won"), &json!("expanded")));
    assert_eq!(won["outcome"]["reason"], "accepted");
    let one = || async { get(&app, &format!("/retainers/{}", id(&retainer))).await };
    assert_eq!(one().await["ends_on"], "2027-07-01");
    app.clock_at("2026-06-02T10:00:00Z").await;
    assert_eq!(one().await["next_terms"]["terms"]["pools"][0]["allowance"], 720);
    app.clock_at("2026-07-02T10:00:00Z").await;
    assert_eq!(one().await["terms"]["terms"]["price"]["amount_minor"], 180_000);
    let path =
        format!("/accounts/{}/timeline?q=proposal", one().await["account_id"].as_str().unwrap());
    let items = get(&app, &path).await["items"].clone();
    assert_eq!(items[0]["text"], "Proposal 1, signed by mia berg");
    app.books_hold().await;
}

async fn one_is_open_at_a_time_and_answered_once(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let body = offer(&retainer, &mia);
    let (first, old) = made(&app, &renewal, &body).await;
    // A repeated press gets the same proposal with another link: no secret is kept.
    let path = format!("/renewals/{}/proposals", id(&renewal));
    let twice = || app.as_role(Role::Manager, "POST", &path).header("Idempotency-Key", "second");
    let once = twice().json(&body).expect(201).await;
    let again = twice().json(&body).expect(201).await;
    assert_eq!(once["proposal"]["id"], again["proposal"]["id"]);
    let (second, token) = (&again["proposal"], again["token"].as_str().unwrap());
    let dead = format!("/act/{}", once["token"].as_str().unwrap());
    app.request("GET", &dead).refused(ErrorCode::NotFound).await;
    assert_eq!(second["offer"]["number"], 2);
    assert_eq!(get(&app, &format!("/proposals/{}", id(&first))).await["state"], "withdrawn");
    app.request("GET", &format!("/act/{old}")).refused(ErrorCode::LinkRevoked).await;
    let late = app.request("POST", &format!("/act/{old}")).json(&signed("Mia Berg", 1, true));
    late.refused(ErrorCode::LinkRevoked).await;
    let mut no = signed("Mia Berg", 2, false);
    no["text"] = json!("Too dear");
    let link = format!("/act/{token}");
    let answered = app.request("POST", &link).json(&no).expect(201).await;
    assert_eq!(answered["proposal"]["state"], "declined");
    assert_eq!(only(&app).await["stage"], "negotiating");
    let all = get(&app, &format!("/renewals/{}/proposals", id(&renewal))).await;
    assert_eq!(all["items"][0]["note"], "Too dear");
    let path = format!("/proposals/{}/withdraw", id(second));
    let withdraw = app.as_role(Role::Manager, "POST", &path);
    withdraw.refused(ErrorCode::ProposalAnswered).await;
    // A third can be taken back; and one whose last day is over is not accepted.
    let (third, token) = made(&app, &renewal, &body).await;
    let path = format!("/proposals/{}/withdraw", id(&third));
    let taken = app.as_role(Role::Manager, "POST", &path).expect(200).await;
    assert_eq!(taken["state"], "withdrawn");
    let yes = app.request("POST", &format!("/act/{token}")).json(&signed("Mia Berg", 3, true));
    yes.refused(ErrorCode::LinkRevoked).await;
    let (_, token) = made(&app, &renewal, &body).await;
    app.clock_at("2026-06-10T22:00:00Z").await;
    let all = get(&app, &format!("/renewals/{}/proposals", id(&renewal))).await;
    assert_eq!(
        (&all["items"][0]["expired"], all["items"].as_array().unwrap().len()),
        (&json!(true), 4)
    );
    let yes = app.request("POST", &format!("/act/{token}")).json(&signed("Mia Berg", 4, true));
    yes.refused(ErrorCode::OfferHeld).await;
    let over = app.request("GET", &format!("/act/{token}")).expect(200).await;
    assert_eq!(over["proposal"]["over"], true);
    // A form's links know nothing of it.
    let forms = get(&app, &format!("/retainers/{}/form-links", id(&retainer))).await;
    assert_eq!(forms["items"], json!([]));
    assert_eq!(renewals(&app, "?decided=false").await.len(), 1);
}

async fn what_cannot_be_offered_is_told_at_its_field(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let ben = json!({ "name": "Ben Okoro" });
    let ben = app.as_role(Role::Owner, "POST", &people).json(&ben).expect(201).await;
    let path = format!("/renewals/{}/proposals", id(&renewal));
    let faulty = async |change: Value, field: &str, code: &str| {
        let mut body = offer(&retainer, &mia);
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        app.as_role(Role::Manager, "POST", &path).json(&body).faulty(field, code).await;
    };
    faulty(json!({ "contact_id": ben["id"] }), "/contact_id", "does_not_decide").await;
    faulty(json!({ "contact_id": renewal["id"] }), "/contact_id", "not_found").await;
    faulty(json!({ "ends_on": "2026-07-01" }), "/ends_on", "out_of_range").await;
    faulty(json!({ "valid_until": "2026-05-19" }), "/valid_until", "out_of_range").await;
    faulty(json!({ "valid_until": "2026-07-01" }), "/valid_until", "out_of_range").await;
    faulty(json!({ "lines": [{ "text": " " }] }), "/lines/0/text", "required").await;
    let body = offer(&retainer, &mia);
    app.as_role(Role::Member, "POST", &path).json(&body).refused(ErrorCode::Forbidden).await;
    assert_eq!(get(&app, &path).await["items"], json!([]), "nothing of it was kept");
    assert_eq!(only(&app).await["stage"], "upcoming");
    let (open, _) = made(&app, &renewal, &body).await;
    let lost = format!("/renewals/{}/lost", id(&renewal));
    let lost = app.as_role(Role::Manager, "POST", &lost);
    lost.json(&json!({ "reason": "price" })).expect(200).await;
    app.as_role(Role::Manager, "POST", &path).json(&body).refused(ErrorCode::RenewalDecided).await;
    let open = get(&app, &format!("/proposals/{}", id(&open))).await;
    assert_eq!(open["state"], "withdrawn", "it was decided without it");
}

async fn a_proposal_is_a_paper(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let (proposal, _) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let path = format!("/proposals/{}/pdf", id(&proposal));
    app.as_role(Role::Viewer, "GET", &path).refused(ErrorCode::BillingOff).await;
    let settings = json!({ "legal_name": "Us", "address": "Here", "starts_on": "2026-01-01" });
    let kept = app.as_role(Role::Owner, "PUT", "/organisation/billing");
    kept.version(0).json(&settings).expect(200).await;
    let paper = app.as_role(Role::Viewer, "GET", &path).send().await.unwrap();
    assert_eq!(paper.headers()["content-type"], "application/pdf");
    let named = paper.headers()["content-disposition"].to_str().unwrap().to_owned();
    assert!(named.contains("Proposal Big Company 2026-07-01.pdf"), "{named}");
    assert!(paper.bytes().await.unwrap().starts_with(b"%PDF-1.7"));
}

/// Nothing was said of terms: what was signed is what would have held then, whatever comes between.
async fn what_is_offered_as_it_is_holds_as_it_was_signed(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let body = json!({ "contact_id": mia["id"], "valid_until": "2026-06-10" });
    let (_, token) = made(&app, &renewal, &body).await;
    let mut dear = retainer["terms"]["terms"].clone();
    dear["price"]["amount_minor"] = json!(190_000);
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": dear })).expect(201).await;
    let link = format!("/act/{token}");
    app.request("POST", &link).json(&signed("Mia Berg", 1, true)).expect(201).await;
    let price = async |day: &str| {
        app.clock_at(&format!("{day}T10:00:00Z")).await;
        let one = get(&app, &format!("/retainers/{}", id(&retainer))).await;
        one["terms"]["terms"]["price"]["amount_minor"].clone()
    };
    assert_eq!(price("2026-06-05").await, 190_000);
    assert_eq!(price("2026-07-05").await, 150_000, "as it was offered");
    app.books_hold().await;
}

/// Source: requirement S1-4.
async fn s1_04_a_proposal_that_was_signed_is_the_agreement_of_its_terms(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let (proposal, token) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let link = format!("/act/{token}");
    app.request("POST", &link).json(&signed("Mia Berg", 1, true)).expect(201).await;
    let path = format!("/retainers/{}/agreements", id(&retainer));
    // Its terms are agreed once the cycle before them runs.
    assert_eq!(get(&app, &path).await["items"], json!([]));
    app.clock_at("2026-06-02T10:00:00Z").await;
    let all = get(&app, &path).await;
    let one = &all["items"][0];
    assert_eq!(
        (&one["proposal_id"], &one["proposal_number"], &one["terms_number"]),
        (&proposal["id"], &json!(1), &json!(2))
    );
    assert_eq!(
        (&one["signers"], &one["signed_on"], &one["file_id"]),
        (&json!(["Mia Berg"]), &json!("2026-05-20"), &Value::Null)
    );
    assert_eq!((&all["coming"], &all["drift"]), (&one["id"], &Value::Null));
    assert_eq!(all["in_force"], Value::Null, "its terms begin in July");
    let mut dear = retainer["terms"]["terms"].clone();
    dear["price"]["amount_minor"] = json!(190_000);
    let amend = format!("/retainers/{}/amendments", id(&retainer));
    app.as_role(Role::Owner, "POST", &amend).json(&json!({ "terms": dear })).expect(201).await;
    let drift = json!({ "terms_number": 3, "changed_on": "2026-06-02", "versions": 1,
        "signed_on": "2026-05-20" });
    assert_eq!(get(&app, &path).await["drift"], drift);
    app.clock_at("2026-07-02T10:00:00Z").await;
    let then = get(&app, &path).await;
    assert_eq!((&then["in_force"], &then["coming"]), (&one["id"], &Value::Null));
}

async fn who_does_not_decide_any_more_signs_nothing(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let (_, token) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let link = format!("/act/{token}");
    let sign = || app.request("POST", &link).json(&signed("Mia Berg", 1, true));
    // Its term ends on another day: what was read holds no more.
    let end = format!("/retainers/{}/end", id(&retainer));
    let end = |day: &str| app.as_role(Role::Owner, "POST", &end).json(&json!({ "ends_on": day }));
    end("2026-08-01").expect(200).await;
    app.clock_at("2026-05-20T10:00:40Z").await;
    assert_eq!(app.request("GET", &link).expect(200).await["proposal"]["over"], true);
    sign().refused(ErrorCode::OfferHeld).await;
    end("2026-07-01").expect(200).await;
    app.clock_at("2026-05-20T10:01:00Z").await;
    let contact = format!("/contacts/{}", id(&mia));
    let ben = json!({ "name": "Ben Okoro", "decides": true });
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    app.as_role(Role::Owner, "POST", &people).json(&ben).expect(201).await;
    let version = mia["version"].as_i64().unwrap();
    let left = app.as_role(Role::Owner, "PATCH", &contact).version(version);
    left.json(&json!({ "decides": false })).expect(200).await;
    sign().refused(ErrorCode::MayNotDecide).await;
    assert_eq!(only(&app).await["stage"], "proposed", "nothing of it was kept");
    // Where the contract decides before the term ends, a proposal holds until then.
    let rule = json!({ "end_rule": "tacit", "notice_days": 20 });
    super::set_rule(&app, &retainer, rule).await;
    app.clock_at("2026-05-20T10:01:20Z").await;
    let path = format!("/renewals/{}/proposals", id(&renewal));
    let mut body = offer(&retainer, &mia);
    body["contact_id"] = get(&app, &people).await["items"][0]["id"].clone();
    body["valid_until"] = json!("2026-06-11");
    let late = app.as_role(Role::Manager, "POST", &path).json(&body);
    late.faulty("/valid_until", "out_of_range").await;
    body["valid_until"] = json!("2026-06-10");
    app.as_role(Role::Manager, "POST", &path).json(&body).expect(201).await;
}
