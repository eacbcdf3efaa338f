//! Unpaid invoices are reminded of: each step once, in words that name what is open, until nothing
//! is. Source: domain 5.15, 8.2.
use backend::mail::Mailer;
use backend::tick;
use chrono::Duration;
use futures_util::future::join;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::mailed::Post;
use super::{invoices, issue};
use crate::app::{Answer, TestApp};
use crate::payments::pay;
use crate::retainers::{get, id};

/// The mails that a server took, as they read.
fn read(post: &Post) -> Vec<String> {
    let plain = |mail: String| mail.replace("=\r\n", "").replace("=\n", "");
    post.taken().into_iter().map(plain).collect()
}

fn ladder(on: bool) -> Value {
    json!({ "on": on, "steps": [
        { "key": "first", "days": 3, "action": "remind" },
        { "key": "second", "days": 14, "action": "remind" },
        { "key": "stop", "days": 28, "action": "suspend" },
    ] })
}

/// Says how the organisation reminds.
async fn say(app: &TestApp, version: i64, body: &Value) -> Value {
    let put = app.as_role(Role::Finance, "PUT", "/organisation/dunning").version(version);
    put.json(body).expect(200).await
}

/// Walks invoices of a retainer of 3,000.00 a month, whose client is written to in German at
/// `ann@client.example`, from 1 February 2026 on. The first of them is void.
pub async fn walk(app: &TestApp, post: &Post, mailer: &Mailer, retainer: &Value) {
    // Two replicas, always: each step is sent once.
    let sends = async || {
        let once = || tick::send((&app.db, &app.clock), mailer, || false);
        let (one, other) = join(once(), once()).await;
        one.and(other).unwrap();
    };
    let account = retainer["account_id"].as_str().unwrap();
    let standing = async || get(app, &format!("/accounts/{account}/standing")).await;
    let before = read(post).len();

    // What is wrong is told where it stands; nobody is reminded before somebody says so.
    let dunning = get(app, "/organisation/dunning").await;
    assert_eq!((&dunning["version"], &dunning["settings"]["on"]), (&json!(0), &json!(false)));
    assert_eq!(dunning["settings"]["steps"][0]["words"].as_array().unwrap().len(), 2);
    let put = |body: Value| {
        app.as_role(Role::Finance, "PUT", "/organisation/dunning").version(0).json(&body)
    };
    let with = |place: &str, value: Value| {
        let mut body = ladder(true);
        *body.pointer_mut(place).unwrap() = value;
        body
    };
    put(with("/steps/1/days", json!(3))).faulty("/steps/1/days", "exists").await;
    put(with("/steps/1/key", json!("first"))).faulty("/steps/1/key", "exists").await;
    put(with("/steps/0/days", json!(-31))).faulty("/steps/0/days", "out_of_range").await;
    put(with("/steps/2/days", json!(0))).faulty("/steps/2/days", "out_of_range").await;
    put(json!({ "on": true, "steps": [] })).faulty("/steps", "required").await;
    let mut worded = ladder(true);
    worded["steps"][0]["words"] = json!([{ "language": "de", "subject": "{x}", "body": "x" }]);
    put(worded).faulty("/steps/0/words/0/subject", "placeholder_unknown").await;
    let february = issue(app, &invoices(app, retainer).await[1]).await;
    let path = format!("/invoices/{}", id(&february));
    let reminders = async || get(app, &format!("{path}/reminders")).await;
    assert_eq!(reminders().await["none"], "off");
    assert_eq!(say(app, 0, &ladder(true)).await["version"], 1);

    // Due on 15 February: the first step comes on the 18th, not at night, and once.
    let next = reminders().await["next"].clone();
    assert_eq!(next, json!({ "step": "first", "action": "remind", "on": "2026-02-18" }));
    for (time, sent) in [("17T10", 0), ("18T07", 0), ("18T08", 1), ("18T23", 1), ("19T08", 1)] {
        app.clock_at(&format!("2026-02-{time}:00:00Z")).await;
        sends().await;
        assert_eq!(read(post).len() - before, sent, "{time}");
    }
    let first = read(post).pop().unwrap();
    assert!(first.contains("Subject: Zahlungserinnerung: Rechnung INV-2026-0002"), "{first}");
    assert!(first.contains("3.000,00 EUR sind noch offen"), "{first}");
    assert!(first.contains("filename=\"INV-2026-0002.pdf\""), "{first}");
    assert_eq!(standing().await["standing"], "late");
    assert_eq!(standing().await["late"][0]["balance_minor"], 300_000);

    // What was paid in part is taken off what the next step names.
    pay(app, retainer, 100_000, "2026-02-19").await;
    app.clock_at("2026-03-01T08:00:00Z").await;
    sends().await;
    let second = read(post).pop().unwrap();
    assert!(second.contains("Subject: Zweite Erinnerung"), "{second}");
    assert!(second.contains("2.000,00 EUR") && second.contains("seit 14 Tagen"), "{second}");

    // Nobody is reminded of what they dispute, nor of what somebody here holds back.
    let stop = |what: &str| app.as_role(Role::Finance, "POST", &format!("{path}/{what}"));
    let why = json!({ "reason": "Two hours were not theirs" });
    stop("dispute").json(&json!({ "reason": " " })).faulty("/reason", "required").await;
    assert_eq!(stop("dispute").json(&why).expect(200).await["none"], "dispute");
    stop("dispute").json(&why).refused(ErrorCode::Exists).await;
    assert_eq!(stop("hold").json(&why).expect(200).await["none"], "dispute");
    app.clock_at("2026-03-15T08:00:00Z").await;
    sends().await;
    assert_eq!(stop("dispute/close").expect(200).await["none"], "hold");
    stop("dispute/close").refused(ErrorCode::NotStopped).await;
    sends().await;
    assert_eq!(read(post).len() - before, 2);
    let told = stop("hold/release").expect(200).await;
    assert_eq!(told["next"]["on"], "2026-03-15", "it is of today");
    sends().await;
    assert!(read(post).pop().unwrap().contains("Subject: Neue Arbeiten warten"));
    let stands = standing().await;
    assert_eq!(stands["standing"], "suspended");
    assert_eq!(stands["retainers"][0]["retainer_id"], retainer["id"]);

    let new = json!({ "retainer_id": retainer["id"], "title": "Landing page" });
    let work = || app.as_role(Role::Manager, "POST", "/work-items").json(&new);
    work().refused(ErrorCode::WorkSuspended).await;
    stop("hold").json(&why).expect(200).await;
    assert_eq!(standing().await["standing"], "late", "what is held back keeps no work waiting");
    stop("hold/release").expect(200).await;
    work().refused(ErrorCode::WorkSuspended).await;

    // Once it is paid, nothing more, and work goes on.
    pay(app, retainer, 200_000, "2026-03-15").await;
    assert_eq!(standing().await["standing"], "clear");
    work().expect(201).await;
    let done = reminders().await;
    let steps: Vec<_> =
        done["items"].as_array().unwrap().iter().map(|one| one["step"].clone()).collect();
    assert_eq!(
        (json!(steps), &done["none"]),
        (json!(["stop", "second", "first"]), &json!("settled"))
    );
    assert_eq!(done["items"][1]["open_minor"], 200_000);

    // What waits for a mail server says what is open when it leaves; what was paid meanwhile, what
    // a later step overtook, and what was stopped does not leave at all.
    let made = invoices(app, retainer).await;
    let march = issue(app, &made[2]).await;
    assert_eq!(march["summary"]["due_on"], "2026-03-29");
    let away = async || {
        let mailer = post.mailer("smtp", "?tls=required");
        tick::send((&app.db, &app.clock), &mailer, || false).await.unwrap();
    };
    app.clock_at("2026-04-01T08:00:00Z").await;
    away().await;
    pay(app, retainer, 50_000, "2026-04-01").await;
    app.wait(Duration::minutes(1));
    sends().await;
    let late = read(post).pop().unwrap();
    assert!(late.contains("2.500,00 EUR sind noch offen"), "{late}");
    app.clock_at("2026-04-12T08:00:00Z").await;
    away().await;
    pay(app, retainer, 250_000, "2026-04-12").await;
    app.wait(Duration::minutes(1));
    sends().await;
    assert_eq!(read(post).len() - before, 4);
    let mails = get(app, &format!("/invoices/{}/mails", id(&march))).await;
    let told = |n: usize| (&mails["items"][n]["state"], &mails["items"][n]["reminder"]);
    assert_eq!(told(0), (&json!("cancelled"), &json!("second")));
    assert_eq!(told(1), (&json!("sent"), &json!("first")));

    // Who is long late when reminders are switched on gets the reminder they are at, and no other;
    // what is harder comes as many days later as the ladder has it.
    say(app, 1, &ladder(false)).await;
    let april = issue(app, &invoices(app, retainer).await[3]).await;
    app.clock_at("2026-06-20T08:00:00Z").await;
    sends().await;
    assert_eq!(read(post).len() - before, 4);
    say(app, 2, &ladder(true)).await;
    sends().await;
    let told = async || get(app, &format!("/invoices/{}/reminders", id(&april))).await;
    let first = told().await;
    assert_eq!((&first["items"][0]["step"], &first["items"][1]), (&json!("second"), &Value::Null));
    assert_eq!(first["next"], json!({ "step": "stop", "action": "suspend", "on": "2026-07-04" }));
    for (day, sent) in [("06-21", 5), ("07-03", 5), ("07-04", 6), ("08-20", 6)] {
        app.clock_at(&format!("2026-{day}T08:00:00Z")).await;
        sends().await;
        assert_eq!(read(post).len() - before, sent, "{day}");
    }
    assert_eq!(told().await["none"], "over");
}
