//! Digests by mail, and quiet hours, to a real mail server. Source: requirement S2-16.
use backend::config::Settings;
use backend::tick;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, Engine, TestApp};
use crate::ask::Ask;
use crate::invoices::mailed::Post;
use crate::invoices::support;
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record, ten_hours};

on_both_engines![s2_16_each_says_for_themselves_what_they_are_told];

const PATH: &str = "/auth/me/notifications";

fn put(app: &TestApp, role: Role, version: i64, body: &Value) -> Ask {
    app.as_role(role, "PUT", PATH).version(version).json(body)
}

/// Each working day at eight, without quiet hours but weekends.
fn daily() -> Value {
    json!({ "digest": "daily", "hour": 8, "weekday": 1, "quiet_weekends": true, "language": "en" })
}

fn with(mut body: Value, more: Value) -> Value {
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

async fn s2_16_each_says_for_themselves_what_they_are_told(app: TestApp) {
    app.clock_at("2026-01-15T10:00:00Z").await;
    let usual = get(&app, PATH).await;
    assert_eq!((&usual["settings"]["digest"], &usual["version"]), (&json!("never"), &json!(0)));
    assert_eq!((&usual["to"], &usual["from"]), (&json!("owner@home.example"), &Value::Null));
    let set = put(&app, Role::Viewer, 0, &daily()).expect(200).await;
    assert_eq!(
        (&set["next_at"], &set["to"], &set["version"]),
        (&json!("2026-01-16T08:00:00Z"), &json!("viewer@home.example"), &json!(1))
    );
    assert_eq!(get(&app, PATH).await, usual, "that of another is as it was");
    // Of Friday evening on Monday morning: quiet hours hold it back.
    let quiet = json!({ "hour": 20, "quiet_from": 19, "quiet_to": 7 });
    let held = with(daily(), quiet);
    app.clock_at("2026-01-16T12:00:00Z").await;
    let held = put(&app, Role::Viewer, 1, &held).expect(200).await;
    assert_eq!(held["next_at"], "2026-01-19T07:00:00Z");
    let weekly = with(daily(), json!({ "digest": "weekly", "weekday": 3 }));
    let weekly = put(&app, Role::Viewer, 2, &weekly).expect(200).await;
    assert_eq!(weekly["next_at"], "2026-01-21T08:00:00Z");
    // By another clock.
    let zone = app.as_role(Role::Owner, "PATCH", "/organisation").version(1);
    zone.json(&json!({ "timezone": "Europe/Berlin" })).expect(200).await;
    let moved = app.as_role(Role::Viewer, "GET", PATH).expect(200).await;
    assert_eq!((&moved["next_at"], &moved["version"]), (&json!("2026-01-21T07:00:00Z"), &json!(3)));
    let never = with(daily(), json!({ "digest": "never" }));
    let never = put(&app, Role::Viewer, 3, &never).expect(200).await;
    assert_eq!(never["next_at"], Value::Null);

    put(&app, Role::Viewer, 3, &daily()).refused(ErrorCode::Stale).await;
    put(&app, Role::Owner, 1, &daily()).refused(ErrorCode::Stale).await;
    let bad = |more: Value| put(&app, Role::Owner, 0, &with(daily(), more));
    bad(json!({ "quiet_from": 20 })).faulty("/quiet_to", "required").await;
    bad(json!({ "quiet_to": 7 })).faulty("/quiet_from", "required").await;
    let same = bad(json!({ "quiet_from": 7, "quiet_to": 7 }));
    same.faulty("/quiet_to", "out_of_range").await;
    bad(json!({ "hour": 24 })).faulty("/hour", "out_of_range").await;
    bad(json!({ "weekday": 0 })).faulty("/weekday", "out_of_range").await;
}

#[actix_web::test]
async fn s2_16_a_digest_comes_once_a_day_and_waits_for_quiet_hours() {
    Box::pin(comes(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s2_16_likewise_on_postgres() {
    Box::pin(comes(Engine::Postgres)).await;
}

/// A digest tells what is late and due, each with the way there, and nothing else.
fn tells(digest: &str, link: &str) {
    let digest = digest.replace("=\r\n", "").replace("=\n", "");
    for said in [
        "X-To: member@home.example",
        "Subject: The home studio: what needs you, 16 January 2026",
        "Overdue:",
        "- Send the plan (Big Company), by 14 January 2026",
        "Due today:",
        "- Call back (Big Company), by 16 January 2026",
        link,
        "/settings/notifications",
    ] {
        assert!(digest.contains(said), "{said}\n{digest}");
    }
    assert!(!digest.contains("- Later") && !digest.contains("Of the owner"), "{digest}");
}

async fn comes(engine: Engine) {
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    let app = TestApp::with_mail(engine, mailer.clone()).await;
    let site = Settings { public_url: Some(app.url.clone()), ..Settings::default() }.site();
    let sends = async || {
        let once = || tick::digest((&app.db, &app.clock), (&mailer, &site), || false);
        let (one, other) = join(once(), once()).await;
        one.and(other).unwrap();
    };
    app.clock_at("2026-01-15T10:00:00Z").await;
    let retainer = agree(&app, support).await;
    let set = put(&app, Role::Member, 0, &daily()).expect(200).await;
    assert_eq!(
        (&set["from"], &set["next_at"]),
        (&json!("billing@studio.example"), &json!("2026-01-16T08:00:00Z"))
    );
    let mut made = Vec::new();
    let days =
        [("2026-01-14", "Send the plan"), ("2026-01-16", "Call back"), ("2026-01-30", "Later")];
    for (due_on, title) in days {
        let body =
            json!({ "account_id": retainer["account_id"], "title": title, "due_on": due_on });
        made.push(app.as_role(Role::Member, "POST", "/tasks").json(&body).expect(201).await);
    }
    // That of another is nothing to them.
    let other = json!({ "account_id": retainer["account_id"], "title": "Of the owner",
        "due_on": "2026-01-16" });
    app.as_role(Role::Owner, "POST", "/tasks").json(&other).expect(201).await;

    app.clock_at("2026-01-16T07:59:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 0, "not before its hour");
    app.clock_at("2026-01-16T08:00:00Z").await;
    sends().await;
    sends().await;
    let taken = post.taken();
    assert_eq!(taken.len(), 1, "two servers, and one digest");
    let account = retainer["account_id"].as_str().unwrap();
    tells(&taken[0], &format!("{}/accounts/{account}/timeline", app.url));
    let told = app.as_role(Role::Member, "GET", PATH).expect(200).await;
    assert_eq!(
        (&told["sent_at"], &told["next_at"]),
        (&json!("2026-01-16T08:00:00Z"), &json!("2026-01-19T08:00:00Z"))
    );

    // At another hour of the same day none comes again; on Monday one does.
    let later = with(daily(), json!({ "hour": 12 }));
    put(&app, Role::Member, 1, &later).expect(200).await;
    app.clock_at("2026-01-16T12:00:00Z").await;
    sends().await;
    app.clock_at("2026-01-18T12:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 1);
    app.clock_at("2026-01-19T12:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 2);

    // In quiet hours it waits until they end.
    let quiet = with(daily(), json!({ "quiet_from": 22, "quiet_to": 9 }));
    put(&app, Role::Member, 2, &quiet).expect(200).await;
    app.clock_at("2026-01-20T08:59:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 2);
    app.clock_at("2026-01-20T09:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 3);

    // Nothing needs them: nothing is sent.
    for task in &made[..2] {
        let done = format!("/tasks/{}/done", id(task));
        app.as_role(Role::Member, "POST", &done).expect(200).await;
    }
    app.clock_at("2026-01-21T09:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 3);
    let told = app.as_role(Role::Member, "GET", PATH).expect(200).await;
    assert_eq!(told["next_at"], "2026-01-22T09:00:00Z");
    // The server was off over a night: what is due then waits for the day.
    app.clock_at("2026-01-30T23:30:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 3, "it is the middle of the night");
    app.clock_at("2026-02-02T09:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 4);
}

#[actix_web::test]
async fn a_digest_has_each_section_as_far_as_its_reader_may_see_it() {
    Box::pin(sections(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn a_digest_has_each_section_likewise_on_postgres() {
    Box::pin(sections(Engine::Postgres)).await;
}

/// The manager's client, whose agreement ends on 1 July, half of whose June is used, and who asks
/// something. Gives the draft of an answer.
async fn asked(app: &TestApp) -> Value {
    app.clock_at("2026-05-01T10:00:00Z").await;
    let ending = |account: &Value| {
        let mut body = with(ten_hours(account), json!({ "ends_on": "2026-07-01" }));
        body["activate"] = json!(true);
        body["terms"]["pools"][0]["rollover"] = Value::Null;
        body
    };
    let retainer = agree(app, ending).await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let manager = app.member(Role::Manager).await;
    let owned = app.as_role(Role::Owner, "PATCH", &account).version(1);
    owned.json(&json!({ "owner_id": manager })).expect(200).await;
    let mia = json!({ "name": "Mia Berg", "email": "mia@big.example" });
    let people = format!("{account}/contacts");
    let mia = app.as_role(Role::Owner, "POST", &people).json(&mia).expect(201).await;
    let settings = "/organisation/alert-settings";
    let mut told = get(app, settings).await["defaults"].clone();
    let (partner, finance) = (app.member(Role::Partner).await, app.member(Role::Finance).await);
    told["member_ids"] = json!([manager, partner, finance]);
    app.as_role(Role::Owner, "PUT", settings).version(0).json(&told).expect(200).await;

    app.clock_at("2026-06-19T10:00:00Z").await;
    record(app, &retainer, "2026-06-19", 300).await;
    let mail = "From: Mia Berg <mia@big.example>\r\nSubject: A question\r\n\
        Message-ID: <one@big.example>\r\n\r\nWhen do we start?\r\n";
    let ask = app.as_role(Role::Member, "POST", "/inbound-mails");
    let came = ask.body(mail, "message/rfc822").expect(201).await;
    let answer = json!({ "contact_id": mia["id"], "answers": came["id"], "subject": "An answer",
        "body": "Soon.", "send": false });
    app.as_role(Role::Manager, "POST", "/messages").json(&answer).expect(201).await
}

/// The last digest of somebody at home.
fn last_of(post: &Post, role: Role) -> String {
    let to = format!("X-To: {}@home.example", role.name());
    post.taken().into_iter().rfind(|mail| mail.contains(&to)).unwrap()
}

const ALERT: &str = "- Monthly support (Big Company): 50 % used";

/// It tells of the alert, and of nothing that partners do not read.
fn tells_alerts_alone(digest: &str) {
    assert!(digest.contains(ALERT), "{digest}");
    for said in ["Overdue:", "Due today:", "Renewals to be", "Messages without"] {
        assert!(!digest.contains(said), "{said}\n{digest}");
    }
}

async fn sections(engine: Engine) {
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    let app = TestApp::with_mail(engine, mailer.clone()).await;
    let site = Settings { public_url: Some(app.url.clone()), ..Settings::default() }.site();
    let sends = async || {
        tick::digest((&app.db, &app.clock), (&mailer, &site), || false).await.unwrap();
    };
    let draft = asked(&app).await;
    app.tenant("other").await;
    let other = app.as_person("owner@other.example", "PUT", PATH).version(0);
    other.json(&daily()).expect(200).await;
    for role in [Role::Manager, Role::Partner, Role::Finance] {
        put(&app, role, 0, &daily()).expect(200).await;
    }
    let change = async |role: Role, body: Value| {
        let path = format!("/members/{}", app.member(role).await.as_str().unwrap());
        let ask = app.as_role(Role::Owner, "PATCH", &path).version(1);
        ask.json(&body).expect(200).await;
    };
    change(Role::Finance, json!({ "active": false })).await;
    app.clock_at("2026-06-22T08:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 2, "none to who left, and none elsewhere");
    let manager = last_of(&post, Role::Manager);
    for said in [
        "Overdue:",
        "- Mia Berg: A question (Big Company), by 19 June 2026",
        ALERT,
        "Renewals to be decided:",
        "- Monthly support (Big Company), by ",
        "Messages without an answer:",
        "- Mia Berg (Big Company): A question, 19 June 2026",
    ] {
        assert!(manager.contains(said), "{said}\n{manager}");
    }
    tells_alerts_alone(&last_of(&post, Role::Partner));

    // A draft was no answer; what is on its way is one.
    let send = format!("/messages/{}/send", id(&draft));
    let send = app.as_role(Role::Manager, "POST", &send).version(&draft["version"]);
    send.expect(200).await;
    app.clock_at("2026-06-23T08:00:00Z").await;
    sends().await;
    let answered = last_of(&post, Role::Manager);
    assert!(answered.contains("Renewals to be decided:"), "{answered}");
    assert!(!answered.contains("Messages without"), "{answered}");
    // Who becomes a partner reads no more than that.
    change(Role::Manager, json!({ "role": "partner" })).await;
    app.clock_at("2026-06-24T08:00:00Z").await;
    sends().await;
    assert_eq!(post.taken().len(), 6);
    tells_alerts_alone(&last_of(&post, Role::Manager));
}
