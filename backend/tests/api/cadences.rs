//! Check-ins, sessions to be written up, and drafts before a cycle ends.
//! Source: requirements S2-16, S2-17.
use backend::tick;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use crate::app::{Answer, Engine, TestApp};
use crate::ask::Ask;
use crate::invoices::mailed::Post;
use crate::invoices::{billed, invoices, issue, support};
use crate::on_both_engines;
use crate::retainers::{agree, get, id, record};

on_both_engines![
    s2_16_a_client_nobody_heard_from_is_checked_in_with_once,
    s2_16_an_account_has_a_cadence_of_its_own,
    s2_16_a_session_without_a_note_is_to_be_written_up_once,
    s2_17_before_a_cycle_ends_a_message_is_drafted_and_nothing_sent,
    what_cannot_be_a_cadence_is_told_at_its_field,
    what_is_open_is_handed_over_and_ended_where_nothing_reminds_any_more,
];

async fn set(app: &TestApp, rules: Value) -> Value {
    let version = get(app, "/organisation/follow-ups").await["version"].clone();
    let ask = app.as_role(Role::Admin, "PUT", "/organisation/follow-ups").version(version);
    ask.json(&rules).expect(200).await
}

fn cadence(app: &TestApp, retainer: &Value, version: i64, body: Value) -> Ask {
    app.as_role(Role::Manager, "PUT", &cadence_of(retainer)).version(version).json(&body)
}

fn cadence_of(retainer: &Value) -> String {
    format!("/accounts/{}/cadence", retainer["account_id"].as_str().unwrap())
}

/// Next steps as title, day and state.
type Steps = Vec<(String, String, String)>;

/// The next steps of an account.
async fn steps(app: &TestApp, retainer: &Value) -> Steps {
    let path = format!("/tasks?account_id={}", retainer["account_id"].as_str().unwrap());
    let page = get(app, &path).await;
    let text = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let items = page["items"].as_array().unwrap().iter();
    items.map(|one| (text(one, "title"), text(one, "due_on"), text(one, "state"))).collect()
}

fn step(title: &str, due_on: &str, state: &str) -> (String, String, String) {
    (title.to_owned(), due_on.to_owned(), state.to_owned())
}

const NOBODY: &str = "Check in with Big Company: no exchange for 14 days";

async fn s2_16_a_client_nobody_heard_from_is_checked_in_with_once(app: TestApp) {
    let retainer = agree(&app, support).await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let manager = app.member(Role::Manager).await;
    let owned = app.as_role(Role::Owner, "PATCH", &account).version(1);
    owned.json(&json!({ "owner_id": manager })).expect(200).await;
    app.clock_at("2026-01-02T10:00:00Z").await;
    let kept = set(&app, json!({ "check_in_days": 14 })).await;
    assert_eq!(kept, json!({ "settings": { "check_in_days": 14 }, "version": 1 }));

    app.clock_at("2026-01-14T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await, Steps::new());
    let told = get(&app, &cadence_of(&retainer)).await;
    assert_eq!((&told["every_days"], &told["last_on"]), (&json!(14), &Value::Null));
    assert_eq!((&told["next_on"], &told["task_id"]), (&json!("2026-01-15"), &Value::Null));

    // Two replicas, and one step, for whoever looks after the client.
    app.wait(chrono::Duration::days(1));
    let run = || tick::run(&app.db, app.clock.now());
    let (one, other) = join(run(), run()).await;
    one.and(other).unwrap();
    run().await.unwrap();
    assert_eq!(steps(&app, &retainer).await, [step(NOBODY, "2026-01-15", "open")]);
    let told = get(&app, &cadence_of(&retainer)).await;
    let task = get(&app, &format!("/tasks/{}", told["task_id"].as_str().unwrap())).await;
    assert_eq!((&task["owner_id"], &told["next_on"]), (&manager, &Value::Null));
    app.clock_at("2026-01-20T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await.len(), 1, "not again while it is open");

    // An exchange ends it, and the next is counted from that.
    let call = json!({ "account_id": retainer["account_id"], "kind": "call", "text": "All well" });
    app.as_role(Role::Member, "POST", "/notes").json(&call).expect(201).await;
    app.clock_at("2026-01-20T10:01:00Z").await;
    assert_eq!(steps(&app, &retainer).await, [step(NOBODY, "2026-01-15", "done")]);
    let told = get(&app, &cadence_of(&retainer)).await;
    assert_eq!((&told["last_on"], &told["next_on"]), (&json!("2026-01-20"), &json!("2026-02-03")));
    app.clock_at("2026-02-03T10:00:00Z").await;
    let all = steps(&app, &retainer).await;
    assert_eq!(all, [step(NOBODY, "2026-01-15", "done"), step(NOBODY, "2026-02-03", "open")]);

    // Who only ticks it off was in touch as well.
    let told = get(&app, &cadence_of(&retainer)).await;
    let done = format!("/tasks/{}/done", told["task_id"].as_str().unwrap());
    app.as_role(Role::Manager, "POST", &done).expect(200).await;
    app.clock_at("2026-02-16T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await.len(), 2);
    app.clock_at("2026-02-17T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await.len(), 3);
}

async fn s2_16_an_account_has_a_cadence_of_its_own(app: TestApp) {
    let (often, never) = (agree(&app, support).await, agree(&app, support).await);
    set(&app, json!({ "check_in_days": 30 })).await;
    let told = cadence(&app, &often, 0, json!({ "rule": "days", "days": 7 })).expect(200).await;
    assert_eq!(
        (&told["set"], &told["every_days"], &told["version"]),
        (&json!({ "rule": "days", "days": 7 }), &json!(7), &json!(1))
    );
    cadence(&app, &often, 0, json!({ "rule": "never" })).refused(ErrorCode::Stale).await;
    cadence(&app, &often, 7, json!({ "rule": "never" })).refused(ErrorCode::Stale).await;
    let told = cadence(&app, &never, 0, json!({ "rule": "never" })).expect(200).await;
    assert_eq!((&told["every_days"], &told["next_on"]), (&Value::Null, &Value::Null));
    app.clock_at("2026-01-08T10:00:00Z").await;
    let seven = "Check in with Big Company: no exchange for 7 days";
    assert_eq!(steps(&app, &often).await, [step(seven, "2026-01-08", "open")]);
    app.clock_at("2026-02-20T10:00:00Z").await;
    assert_eq!(steps(&app, &often).await.len(), 1);
    assert_eq!(steps(&app, &never).await, Steps::new());
    // As the organisation says: it is long over that.
    cadence(&app, &never, 1, json!({ "rule": "usual" })).expect(200).await;
    app.clock_at("2026-02-20T10:01:00Z").await;
    assert_eq!(steps(&app, &never).await.len(), 1);
}

/// Four sessions a month.
fn coaching(account: &Value) -> Value {
    json!({
        "account_id": account, "name": "Coaching", "starts_on": "2026-01-01", "timezone": "UTC",
        "terms": {
            "price": { "amount_minor": 80_000, "currency": "EUR" },
            "pools": [{ "unit": "sessions", "allowance": 4 }],
        },
    })
}

/// A session at this time that is marked as held now.
async fn held(app: &TestApp, retainer: &Value, starts_at: &str) {
    let body = json!({ "retainer_id": retainer["id"], "starts_at": starts_at, "minutes": 60,
        "title": "Planning", "member_id": app.member(Role::Member).await });
    let booked = app.as_role(Role::Owner, "POST", "/sessions").json(&body).expect(201).await;
    let settle = format!("/sessions/{}/settle", id(&booked["session"]));
    let how = json!({ "status": "completed" });
    app.as_role(Role::Owner, "POST", &settle).json(&how).expect(200).await;
}

async fn s2_16_a_session_without_a_note_is_to_be_written_up_once(app: TestApp) {
    app.clock_at("2026-01-16T11:00:00Z").await;
    let retainer = agree(&app, coaching).await;
    set(&app, json!({ "follow_up_days": 1 })).await;
    held(&app, &retainer, "2026-01-16T09:00:00Z").await;
    // A Sunday, and the working day after that Friday.
    app.clock_at("2026-01-18T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await, Steps::new());
    app.clock_at("2026-01-19T10:00:00Z").await;
    let first = "Write up the session Planning, 16 January 2026";
    assert_eq!(steps(&app, &retainer).await, [step(first, "2026-01-19", "open")]);
    let all = get(&app, "/tasks").await;
    assert_eq!(all["items"][0]["owner_id"], app.member(Role::Member).await, "who held it");
    app.clock_at("2026-01-20T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await.len(), 1, "once");

    // A note ends it; a session with a note needs no step.
    let note = json!({ "account_id": retainer["account_id"], "text": "What we planned" });
    app.as_role(Role::Member, "POST", "/notes").json(&note).expect(201).await;
    app.clock_at("2026-01-21T11:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await, [step(first, "2026-01-19", "done")]);
    held(&app, &retainer, "2026-01-21T09:00:00Z").await;
    app.as_role(Role::Member, "POST", "/notes").json(&note).expect(201).await;
    held(&app, &retainer, "2026-01-21T08:00:00Z").await;
    app.clock_at("2026-01-26T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await.len(), 1);
}

async fn drafts(app: &TestApp) -> Vec<Value> {
    get(app, "/messages?state=draft").await["items"].as_array().unwrap().clone()
}

/// A billed retainer with something done, and Mia who decides and has a mail address.
async fn january(app: &TestApp) -> Value {
    let retainer = billed(app, support).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    for person in [
        json!({ "name": "Alf Adler", "email": "alf@big.example" }),
        json!({ "name": "Mia Berg", "email": "mia@big.example", "decides": true }),
    ] {
        app.as_role(Role::Owner, "POST", &people).json(&person).expect(201).await;
    }
    record(app, &retainer, "2026-01-15", 270).await;
    let cycles = get(app, &format!("/retainers/{}/cycles", id(&retainer))).await;
    let cycles = cycles["items"].as_array().unwrap();
    let first = cycles.iter().find(|one| one["seq"] == 1).unwrap();
    let come_first = json!({ "priorities": [
        { "title": "Pricing page", "done": true }, { "title": "Launch the shop" }
    ] });
    let list = format!("/cycles/{}/priorities", id(first));
    let list = app.as_role(Role::Manager, "PUT", &list).version(0);
    list.json(&come_first).expect(200).await;
    retainer
}

async fn s2_17_before_a_cycle_ends_a_message_is_drafted_and_nothing_sent(app: TestApp) {
    let retainer = january(&app).await;
    let alone = agree(&app, support).await;
    set(&app, json!({ "outreach_days": 5 })).await;
    app.clock_at("2026-01-26T10:00:00Z").await;
    assert_eq!(drafts(&app).await, Vec::<Value>::new());
    assert_eq!(steps(&app, &retainer).await, Steps::new());
    app.clock_at("2026-01-27T10:00:00Z").await;
    let run = || tick::run(&app.db, app.clock.now());
    let (one, other) = join(run(), run()).await;
    one.and(other).unwrap();
    let all = drafts(&app).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    let draft = &all[0];
    assert_eq!(
        (&draft["contact_name"], &draft["address"], &draft["retainer_id"]),
        (&json!("Mia Berg"), &json!("mia@big.example"), &retainer["id"])
    );
    assert_eq!(draft["subject"], "Support: what was done and what is next");
    let body = draft["body"].as_str().unwrap();
    // What the screens say: balance, priorities, and the draft that waits to be issued.
    for said in [
        "this cycle of Support ends on 31 January 2026.",
        "4 h 30 of 10 h used. 5 h 30 left.",
        "- Pricing page: reached\n- Launch the shop: not reached yet",
        "Next:\n- Launch the shop\n",
        "Next cycle: 1 February 2026 to 28 February 2026.",
        "3,000.00 EUR for 1 January 2026 to 31 January 2026, dated 27 January 2026.",
    ] {
        assert!(body.contains(said), "{said}\n{body}");
    }
    let look = "Look over and send the message about Support before its cycle ends";
    assert_eq!(steps(&app, &retainer).await, [step(look, "2026-01-27", "open")]);
    // Nobody there has a mail address: somebody tells them otherwise.
    let tell = "Tell the client of Support what was done and what is next: no mail address";
    assert_eq!(steps(&app, &alone).await, [step(tell, "2026-01-27", "open")]);
    assert_eq!(get(&app, "/messages?state=sending").await["items"], json!([]));

    // It is a draft like any other: changed, and thrown away; none comes again for this cycle.
    let path = format!("/messages/{}", id(draft));
    let change = app.as_role(Role::Member, "PATCH", &path).version(1);
    change.json(&json!({ "body": "Shorter." })).expect(200).await;
    app.as_role(Role::Member, "DELETE", &path).version(2).expect(204).await;
    app.clock_at("2026-01-30T10:00:00Z").await;
    assert_eq!(drafts(&app).await, Vec::<Value>::new());

    // Of the next cycle, in the client's language.
    let billing = format!("/accounts/{}/billing", retainer["account_id"].as_str().unwrap());
    let german = app.as_role(Role::Manager, "PUT", &billing).version(0);
    german.json(&json!({ "language": "de" })).expect(200).await;
    app.clock_at("2026-02-20T10:00:00Z").await;
    for invoice in invoices(&app, &retainer).await {
        issue(&app, &invoice).await;
    }
    app.clock_at("2026-02-24T10:00:00Z").await;
    let all = drafts(&app).await;
    assert_eq!(all.len(), 1, "{all:#?}");
    let body = all[0]["body"].as_str().unwrap();
    assert!(body.starts_with("Guten Tag Mia Berg,\n\nder laufende Zyklus"), "{body}");
    assert!(body.contains("Nächster Zyklus: 1. März 2026 bis 31. März 2026."), "{body}");
    // Nothing waits any more: the price of the next cycle.
    let next = "2.500,00 EUR zuzüglich Steuern für 1. März 2026 bis 31. März 2026, Datum 1. März";
    assert!(body.contains(next), "{body}");
}

async fn what_is_open_is_handed_over_and_ended_where_nothing_reminds_any_more(app: TestApp) {
    let retainer = agree(&app, support).await;
    let account = format!("/accounts/{}", retainer["account_id"].as_str().unwrap());
    let (owner, manager) = (app.member(Role::Owner).await, app.member(Role::Manager).await);
    let owned = app.as_role(Role::Owner, "PATCH", &account).version(1);
    owned.json(&json!({ "owner_id": manager })).expect(200).await;
    set(&app, json!({ "check_in_days": 14 })).await;
    app.clock_at("2026-01-15T10:00:00Z").await;
    let whose = async || get(&app, "/tasks").await["items"][0]["owner_id"].clone();
    assert_eq!(whose().await, manager);
    let leave = format!("/members/{}", manager.as_str().unwrap());
    let leave = app.as_role(Role::Owner, "PATCH", &leave).version(1);
    leave.json(&json!({ "active": false })).expect(200).await;
    app.clock_at("2026-01-16T10:00:00Z").await;
    assert_eq!(whose().await, owner, "who left sees to nothing");
    // Another zone, where it is another day, is no exchange.
    let zone = app.as_role(Role::Owner, "PATCH", "/organisation").version(1);
    zone.json(&json!({ "timezone": "Pacific/Kiritimati" })).expect(200).await;
    app.clock_at("2026-01-17T10:00:00Z").await;
    assert_eq!(steps(&app, &retainer).await, [step(NOBODY, "2026-01-15", "open")]);
    set(&app, json!({})).await;
    let call = json!({ "account_id": retainer["account_id"], "kind": "call", "text": "All well" });
    app.as_role(Role::Member, "POST", "/notes").json(&call).expect(201).await;
    app.clock_at("2026-01-17T10:01:00Z").await;
    assert_eq!(steps(&app, &retainer).await, [step(NOBODY, "2026-01-15", "done")]);
}

async fn what_cannot_be_a_cadence_is_told_at_its_field(app: TestApp) {
    let retainer = agree(&app, support).await;
    let bad = |body: Value| cadence(&app, &retainer, 0, body);
    bad(json!({ "rule": "days" })).faulty("/days", "required").await;
    bad(json!({ "rule": "never", "days": 3 })).faulty("/days", "not_allowed").await;
    bad(json!({ "rule": "days", "days": 366 })).faulty("/days", "out_of_range").await;
    let body = json!({ "rule": "never" });
    let member = app.as_role(Role::Member, "PUT", &cadence_of(&retainer)).version(0).json(&body);
    member.refused(ErrorCode::Forbidden).await;
    let partner = app.as_role(Role::Partner, "GET", &cadence_of(&retainer));
    partner.refused(ErrorCode::Forbidden).await;
    let rules = |role: Role, version: i64, body: Value| {
        app.as_role(role, "PUT", "/organisation/follow-ups").version(version).json(&body)
    };
    rules(Role::Manager, 0, json!({})).refused(ErrorCode::Forbidden).await;
    rules(Role::Owner, 1, json!({})).refused(ErrorCode::Stale).await;
    let far = json!({ "outreach_days": 61 });
    rules(Role::Owner, 0, far).faulty("/outreach_days", "out_of_range").await;
    rules(Role::Owner, 0, json!({})).expect(200).await;
    rules(Role::Owner, 0, json!({})).refused(ErrorCode::Stale).await;
}

#[actix_web::test]
async fn s2_17_what_was_looked_over_and_sent_needs_no_step() {
    Box::pin(goes_out(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s2_17_likewise_on_postgres() {
    Box::pin(goes_out(Engine::Postgres)).await;
}

async fn goes_out(engine: Engine) {
    let post = Post::start(&[]);
    let mailer = post.mailer("smtp", "");
    let app = TestApp::with_mail(engine, mailer.clone()).await;
    let retainer = january(&app).await;
    set(&app, json!({ "outreach_days": 5 })).await;
    app.clock_at("2026-01-27T10:00:00Z").await;
    let sends = async || tick::send((&app.db, &app.clock), &mailer, || false).await.unwrap();
    app.clock_at("2026-01-27T11:00:00Z").await;
    sends().await;
    assert_eq!(post.taken(), Vec::<String>::new(), "nothing is sent by itself");
    let draft = drafts(&app).await.remove(0);
    let send = format!("/messages/{}/send", id(&draft));
    let send = app.as_role(Role::Owner, "POST", &send).version(&draft["version"]);
    send.expect(200).await;
    app.clock_at("2026-01-27T11:01:00Z").await;
    sends().await;
    let taken = post.taken();
    assert_eq!(taken.len(), 1);
    assert!(taken[0].contains("X-To: mia@big.example"), "{}", taken[0]);
    app.clock_at("2026-01-27T11:02:00Z").await;
    let all = steps(&app, &retainer).await;
    assert_eq!((all.len(), all[0].2.as_str()), (1, "done"), "{all:?}");
}
