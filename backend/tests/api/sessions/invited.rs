//! Inviting people to sessions: what their calendars get, to a real mail server.
use backend::db::Query;
use backend::tick;
use chrono::Duration;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::{called_off, coaching, get, path, settle};
use crate::app::{Answer, Engine, TestApp};
use crate::ask::Ask;
use crate::calendars::understood;
use crate::invoices::mailed::Post;
use crate::on_both_engines;
use crate::retainers::{agree, id};

on_both_engines![without_a_mail_server_nobody_is_invited];

#[actix_web::test]
async fn s1_02_who_is_invited_is_told_what_becomes_of_a_session() {
    Box::pin(told(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s1_02_likewise_on_postgres() {
    Box::pin(told(Engine::Postgres)).await;
}

#[actix_web::test]
async fn who_is_invited_is_told_of_what_is_off_where_they_know_it() {
    Box::pin(known(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn likewise_what_is_off_on_postgres() {
    Box::pin(known(Engine::Postgres)).await;
}

/// Coaching in the middle of January, Mia with a mail address, Ben with another, Tom without.
struct Desk {
    app: TestApp,
    retainer: Value,
    mia: Value,
    ben: Value,
    tom: Value,
}
impl Desk {
    async fn new(app: TestApp) -> Self {
        app.clock_at("2026-01-15T10:00:00Z").await;
        let retainer = agree(&app, coaching).await;
        let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
        let person = async |body: Value| {
            let made = app.as_role(Role::Owner, "POST", &people).json(&body).expect(201).await;
            made["id"].clone()
        };
        let mia = person(json!({ "name": "Mia \"M\" Berg", "email": "mia@big.example" })).await;
        let ben = person(json!({ "name": "Ben Okoro", "email": "ben@big.example" })).await;
        let tom = person(json!({ "name": "Tom Helper" })).await;
        Self { app, retainer, mia, ben, tom }
    }
    fn book(&self, invitees: Value) -> Ask {
        let body = json!({ "retainer_id": self.retainer["id"], "title": "Quarter plan",
            "starts_at": "2026-01-20T09:00:00Z", "minutes": 60, "invitees": invitees });
        self.app.as_role(Role::Owner, "POST", "/sessions").json(&body)
    }
    fn set(&self, booked: &Value, version: i64, invitees: Value) -> Ask {
        let path = format!("{}/invitees", path(booked));
        let ask = self.app.as_role(Role::Owner, "PUT", &path).version(version);
        ask.json(&json!({ "invitees": invitees }))
    }
    fn change(&self, booked: &Value, version: i64, body: Value) -> Ask {
        self.app.as_role(Role::Owner, "PATCH", &path(booked)).version(version).json(&body)
    }
    async fn states(&self, booked: &Value) -> Vec<(String, Value)> {
        let found = get(&self.app, &format!("{}/invitees", path(booked))).await;
        let items = found["items"].as_array().unwrap().clone();
        let state =
            |one: Value| (one["address"].as_str().unwrap().to_owned(), one["state"].clone());
        items.into_iter().map(state).collect()
    }
    /// What the mail server took since so many mails, once what waits is due.
    async fn taken(&self, post: &Post, since: usize) -> Vec<Value> {
        self.app.wait(Duration::seconds(31));
        let mailer = post.mailer("smtp", "");
        tick::send((&self.app.db, &self.app.clock), &mailer, || false).await.unwrap();
        let mails = post.taken();
        let names: Vec<String> = (0..mails.len()).map(|n| format!("{n:02}.eml")).collect();
        let files = names.iter().zip(&mails).skip(since);
        let files: Vec<_> = files.map(|(name, mail)| (name.as_str(), mail.as_str())).collect();
        let read = understood(&files);
        names.iter().skip(since).map(|name| read[name].clone()).collect()
    }
}

/// To whom, what is asked, its number, its start and its state.
fn gist(mail: &Value) -> (String, String, i64, String) {
    let event = &mail["events"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert_eq!(mail["events"].as_array().unwrap().len(), 1);
    assert_eq!(event["organizer"], "mailto:billing@studio.example");
    assert_eq!(event["attendee"], format!("mailto:{}", mail["to"].as_str().unwrap()));
    let off = event["status"] == "CANCELLED";
    assert_eq!(off, mail["method"] == "CANCEL");
    let number = event["sequence"].as_i64().unwrap();
    (text(&mail["to"]), text(&mail["method"]), number, text(&event["start"]))
}

fn is(to: &str, method: &str, number: i64, at: &str) -> (String, String, i64, String) {
    (format!("{to}@big.example"), method.into(), number, format!("2026-01-{at}:00:00+00:00"))
}

async fn told(engine: Engine) {
    let post = Post::start(&[]);
    let desk = Desk::new(TestApp::with_mail(engine, post.mailer("smtp", "")).await).await;
    // At the field, whom nobody can invite; and then nothing is booked.
    desk.book(json!([desk.mia, desk.tom])).faulty("/invitees/1", "email_missing").await;
    desk.book(json!([desk.retainer["id"]])).faulty("/invitees/0", "not_found").await;
    desk.book(json!([desk.mia, desk.mia])).faulty("/invitees/1", "exists").await;
    assert_eq!(get(&desk.app, "/sessions").await["items"], json!([]));

    let booked = desk.book(json!([desk.mia])).expect(201).await;
    assert_eq!(desk.states(&booked).await, [("mia@big.example".to_owned(), json!("sending"))]);
    let first = desk.taken(&post, 0).await;
    assert_eq!(first.iter().map(gist).collect::<Vec<_>>(), [is("mia", "REQUEST", 1, "20T09")]);
    let (mail, event) = (&first[0], &first[0]["events"][0]);
    assert_eq!(event["uid"], format!("{}@perennial", id(&booked["session"])));
    assert_eq!((&event["summary"], &event["rsvp"]), (&json!("Quarter plan"), &json!("TRUE")));
    assert_eq!(event["name"], "Mia 'M' Berg");
    assert_eq!(event["end"], "2026-01-20T10:00:00+00:00");
    assert_eq!(mail["subject"], "Invitation: Quarter plan, 20 January 2026");
    // In the time of the client.
    let when = "When: 20 January 2026, 10:00 to 11:00 (Europe/Berlin)";
    assert!(mail["text"].as_str().unwrap().contains(when), "{mail}");
    assert_eq!(desk.states(&booked).await, [("mia@big.example".to_owned(), json!("sent"))]);
    let account = desk.retainer["account_id"].as_str().unwrap();
    let timeline = format!("/accounts/{account}/timeline?kind=message");
    let record = get(&desk.app, &timeline).await;
    assert_eq!(record["items"][0]["title"], "Invitation: Quarter plan, 20 January 2026");

    // What changes nothing for them tells nothing; moved twice at once, they hear of the last.
    desk.change(&booked, 1, json!({ "note": "Bring the plan", "units": 2 })).expect(200).await;
    desk.change(&booked, 2, json!({})).expect(200).await;
    assert_eq!(desk.taken(&post, 1).await.len(), 0);
    desk.change(&booked, 3, json!({ "starts_at": "2026-01-21T09:00:00Z" })).expect(200).await;
    desk.change(&booked, 4, json!({ "starts_at": "2026-01-22T09:00:00Z" })).expect(200).await;
    let moved = desk.taken(&post, 1).await;
    assert_eq!(moved.iter().map(gist).collect::<Vec<_>>(), [is("mia", "REQUEST", 5, "22T09")]);
    assert_eq!(moved[0]["events"][0]["uid"], event["uid"]);
    assert_eq!(moved[0]["subject"], "Changed: Quarter plan, 22 January 2026");

    // Another is invited: who was is not told again. Left out, they are told.
    desk.set(&booked, 5, json!([desk.mia])).expect(200).await;
    desk.set(&booked, 4, json!([desk.ben])).refused(ErrorCode::Stale).await;
    let both = desk.set(&booked, 5, json!([desk.ben, desk.mia])).expect(200).await;
    assert_eq!((&both["version"], &both["sends_mail"]), (&json!(6), &json!(true)));
    let more = desk.taken(&post, 2).await;
    assert_eq!(more.iter().map(gist).collect::<Vec<_>>(), [is("ben", "REQUEST", 6, "22T09")]);
    desk.set(&booked, 6, json!([desk.ben])).expect(200).await;
    let less = desk.taken(&post, 3).await;
    assert_eq!(less.iter().map(gist).collect::<Vec<_>>(), [is("mia", "CANCEL", 7, "22T09")]);
    assert_eq!(less[0]["subject"], "Cancelled: Quarter plan, 22 January 2026");
    // Invited and left out before the mail went, nobody hears anything.
    desk.set(&booked, 7, json!([desk.ben, desk.mia])).expect(200).await;
    desk.set(&booked, 8, json!([desk.ben])).expect(200).await;
    assert_eq!(desk.taken(&post, 4).await.len(), 0);
    let sent = get(&desk.app, &timeline).await;
    assert_eq!(sent["items"].as_array().unwrap().len(), 4, "what nobody got has not happened");

    // Called off, booked again, removed; and what has begun is told no more.
    let off = called_off("2026-01-15T10:00:00Z");
    settle(&desk.app, &booked, off.clone()).expect(200).await;
    let off_now = desk.taken(&post, 4).await;
    assert_eq!(off_now.iter().map(gist).collect::<Vec<_>>(), [is("ben", "CANCEL", 10, "22T09")]);
    desk.set(&booked, 10, json!([])).refused(ErrorCode::SessionSettled).await;
    let reopen = format!("{}/reopen", path(&booked));
    desk.app.as_role(Role::Owner, "POST", &reopen).expect(200).await;
    let again = desk.taken(&post, 5).await;
    assert_eq!(again.iter().map(gist).collect::<Vec<_>>(), [is("ben", "REQUEST", 11, "22T09")]);
    let second = desk.book(json!([desk.mia])).expect(201).await;
    desk.app.as_role(Role::Owner, "DELETE", &path(&second)).version(1).expect(200).await;
    desk.app.as_role(Role::Owner, "DELETE", &path(&booked)).version(11).expect(200).await;
    let removed = desk.taken(&post, 6).await;
    assert_eq!(removed.iter().map(gist).collect::<Vec<_>>(), [is("ben", "CANCEL", 12, "22T09")]);
    let held = desk.book(json!([desk.ben])).expect(201).await;
    assert_eq!(desk.taken(&post, 7).await.len(), 1);
    desk.app.clock_at("2026-01-20T12:00:00Z").await;
    settle(&desk.app, &held, json!({ "status": "completed" })).expect(200).await;
    assert_eq!(desk.taken(&post, 8).await.len(), 0);
    german(&desk, &post).await;
}

/// In the language of the client; who may not write to clients invites nobody; who is refused is
/// seen to be, and is not told of what they never heard of.
async fn german(desk: &Desk, post: &Post) {
    let account = desk.retainer["account_id"].as_str().unwrap();
    let billing = format!("/accounts/{account}/billing");
    let ask = desk.app.as_role(Role::Owner, "PUT", &billing).version(0);
    ask.json(&json!({ "language": "de" })).expect(200).await;
    let lost = format!("/contacts/{}", desk.ben.as_str().unwrap());
    let ask = desk.app.as_role(Role::Owner, "PATCH", &lost).version(1);
    ask.json(&json!({ "email": "refused@big.example" })).expect(200).await;
    let body = |who: &Value| {
        json!({ "retainer_id": desk.retainer["id"], "minutes": 30,
            "starts_at": "2026-01-26T23:45:00Z", "invitees": [who] })
    };
    let partner = desk.app.as_role(Role::Partner, "POST", "/sessions").json(&body(&desk.mia));
    partner.refused(ErrorCode::Forbidden).await;
    let book = |who: &Value| desk.app.as_role(Role::Owner, "POST", "/sessions").json(&body(who));
    let refused = book(&desk.ben).expect(201).await;
    book(&desk.mia).expect(201).await;
    let taken = desk.taken(post, 8).await;
    assert_eq!(taken.len(), 1);
    assert_eq!(taken[0]["subject"], "Einladung: Termin: Coaching, 27. Januar 2026");
    let when = "Wann: 27. Januar 2026, 00:45 bis 01:15 (Europe/Berlin)";
    assert!(taken[0]["text"].as_str().unwrap().contains(when), "{}", taken[0]);
    let address = "refused@big.example".to_owned();
    assert_eq!(desk.states(&refused).await, [(address, json!("failed"))]);
    let failed = get(&desk.app, &format!("/messages?account_id={account}&state=failed")).await;
    let failed = &failed["items"][0];
    let change = desk.app.as_role(Role::Owner, "PATCH", &format!("/messages/{}", id(failed)));
    let other = change.version(&failed["version"]).json(&json!({ "contact_id": desk.mia }));
    other.faulty("/contact_id", "not_allowed").await;
    desk.app.as_role(Role::Owner, "DELETE", &path(&refused)).version(1).expect(200).await;
    assert_eq!(desk.taken(post, 9).await.len(), 0);
    desk.app.books_hold().await;
}

async fn known(engine: Engine) {
    let post = Post::start(&[]);
    let desk = Desk::new(TestApp::with_mail(engine, post.mailer("smtp", "")).await).await;
    // Moved to where it has begun, it is off at the time that they were told; back again, it is on.
    let booked = desk.book(json!([desk.mia])).expect(201).await;
    assert_eq!(desk.taken(&post, 0).await.len(), 1);
    desk.change(&booked, 1, json!({ "starts_at": "2026-01-14T09:00:00Z" })).expect(200).await;
    let off = desk.taken(&post, 1).await;
    assert_eq!(off.iter().map(gist).collect::<Vec<_>>(), [is("mia", "CANCEL", 2, "20T09")]);
    assert_eq!(off[0]["subject"], "Cancelled: Quarter plan, 20 January 2026");
    desk.change(&booked, 2, json!({ "starts_at": "2026-01-21T09:00:00Z" })).expect(200).await;
    let on = desk.taken(&post, 2).await;
    assert_eq!(on.iter().map(gist).collect::<Vec<_>>(), [is("mia", "REQUEST", 3, "21T09")]);

    // Told at the address where they were invited, and invited where they are reached now.
    desk.set(&booked, 3, json!([])).expect(200).await;
    let mia = format!("/contacts/{}", desk.mia.as_str().unwrap());
    let ask = desk.app.as_role(Role::Owner, "PATCH", &mia).version(1);
    ask.json(&json!({ "email": "new@big.example" })).expect(200).await;
    desk.set(&booked, 4, json!([desk.mia])).expect(200).await;
    let mut told: Vec<_> = desk.taken(&post, 3).await.iter().map(gist).collect();
    told.sort();
    assert_eq!(told, [is("mia", "CANCEL", 4, "21T09"), is("new", "REQUEST", 5, "21T09")]);

    // What was tried may have come, whatever became of the answer: it is called off.
    let booked = desk.book(json!([desk.ben])).expect(201).await;
    let tried = "UPDATE mails SET attempts = 1 WHERE state = 'queued'";
    let changed = desk.app.db.write(async |tx| Ok(tx.execute(Query::new(tried)).await?)).await;
    assert_eq!(changed.unwrap(), 1);
    desk.app.as_role(Role::Owner, "DELETE", &path(&booked)).version(1).expect(200).await;
    let off = desk.taken(&post, 5).await;
    assert_eq!(off.iter().map(gist).collect::<Vec<_>>(), [is("ben", "CANCEL", 2, "20T09")]);
}

async fn without_a_mail_server_nobody_is_invited(app: TestApp) {
    let desk = Desk::new(app).await;
    desk.book(json!([desk.mia])).refused(ErrorCode::MailOff).await;
    assert_eq!(get(&desk.app, "/sessions").await["items"], json!([]));
    let booked = desk.book(json!([])).expect(201).await;
    let nobody = get(&desk.app, &format!("{}/invitees", path(&booked))).await;
    assert_eq!(nobody, json!({ "items": [], "sends_mail": false, "version": 1 }));
    desk.set(&booked, 1, json!([desk.mia])).refused(ErrorCode::MailOff).await;
    assert_eq!(desk.set(&booked, 1, json!([])).expect(200).await, nobody);
}
