//! Messages to clients and from them. Source: requirements S2-14, S2-15, S2-18.
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use backend::tick;

use crate::app::{Answer, Engine, TestApp};
use crate::ask::Ask;
use crate::invoices::mailed::Post;
use crate::invoices::support;
use crate::on_both_engines;
use crate::retainers::{agree, get, id};

on_both_engines![
    s2_14_a_message_is_drafted_changed_and_thrown_away,
    s2_18_what_comes_is_put_where_it_belongs,
    who_may_not_write_writes_nothing,
];

/// An account with a retainer, Mia with a mail address, and Tom without.
struct Desk {
    app: TestApp,
    retainer: Value,
    account: String,
    mia: Value,
    tom: Value,
}
impl Desk {
    async fn new(app: TestApp) -> Self {
        app.clock_at("2026-01-15T10:00:00Z").await;
        let retainer = agree(&app, support).await;
        let account = retainer["account_id"].as_str().unwrap().to_owned();
        let people = format!("/accounts/{account}/contacts");
        let person = async |body: Value| {
            app.as_role(Role::Owner, "POST", &people).json(&body).expect(201).await
        };
        let mia = person(json!({ "name": "Mia Berg", "email": "Mia@Big.example" })).await;
        let tom = person(json!({ "name": "Tom Helper" })).await;
        Self { app, retainer, account, mia, tom }
    }
    fn post(&self, path: &str, body: &Value) -> Ask {
        self.app.as_role(Role::Member, "POST", path).json(body)
    }
    fn words(&self, send: bool) -> Value {
        json!({ "contact_id": self.mia["id"], "retainer_id": self.retainer["id"],
            "subject": "What we agreed", "body": "Thank you.\n\nAna", "send": send })
    }
    /// A mail that came.
    fn mail(&self, text: &str) -> Ask {
        let ask = self.app.as_role(Role::Member, "POST", "/inbound-mails");
        ask.body(text.replace('\n', "\r\n"), "message/rfc822")
    }
    async fn timeline(&self) -> Vec<Value> {
        let path = format!("/accounts/{}/timeline?kind=message", self.account);
        get(&self.app, &path).await["items"].as_array().unwrap().clone()
    }
    async fn send(&self, post: &Post) {
        let mailer = post.mailer("smtp", "");
        tick::send((&self.app.db, &self.app.clock), &mailer, || false).await.unwrap();
    }
}

async fn s2_14_a_message_is_drafted_changed_and_thrown_away(app: TestApp) {
    let desk = Desk::new(app).await;
    let draft = desk.post("/messages", &desk.words(false)).expect(201).await;
    assert_eq!((&draft["state"], &draft["address"]), (&json!("draft"), &json!("Mia@Big.example")));
    assert_eq!(draft["author_name"], "member");
    let path = format!("/messages/{}", id(&draft));
    let change = |version: i64, body: Value| {
        desk.app.as_role(Role::Manager, "PATCH", &path).version(version).json(&body)
    };
    change(9, json!({ "subject": "x" })).refused(ErrorCode::Stale).await;
    change(1, json!({ "contact_id": desk.tom["id"] })).faulty("/contact_id", "email_missing").await;
    change(1, json!({ "contact_id": desk.retainer["id"] }))
        .faulty("/contact_id", "not_found")
        .await;
    let changed = change(1, json!({ "body": "Thank you again." })).expect(200).await;
    assert_eq!((&changed["body"], &changed["version"]), (&json!("Thank you again."), &json!(2)));
    let found = get(&desk.app, &format!("/messages?account_id={}&state=draft", desk.account)).await;
    assert_eq!(found["items"], json!([changed]));
    // Without a mail server nothing is sent, and nothing lost.
    let send = desk.app.as_role(Role::Member, "POST", &format!("{path}/send")).version(2);
    send.refused(ErrorCode::MailOff).await;
    assert_eq!(get(&desk.app, &path).await, changed);
    desk.post("/messages", &desk.words(true)).refused(ErrorCode::MailOff).await;
    let take = desk.post(&format!("{path}/take-back"), &json!({}));
    take.refused(ErrorCode::MessageNotWaiting).await;
    let drop = |version: i64| desk.app.as_role(Role::Member, "DELETE", &path).version(version);
    drop(1).refused(ErrorCode::Stale).await;
    drop(2).expect(204).await;
    desk.app.as_role(Role::Owner, "GET", &path).refused(ErrorCode::NotFound).await;
    assert_eq!(desk.timeline().await, Vec::<Value>::new(), "a draft has not happened");
    // At the field that is at fault.
    let bad = |field: &str, value: Value| {
        let mut body = desk.words(false);
        body[field] = value;
        desk.post("/messages", &body)
    };
    bad("contact_id", desk.tom["id"].clone()).faulty("/contact_id", "email_missing").await;
    bad("answers", desk.tom["id"].clone()).faulty("/answers", "not_found").await;
    bad("subject", json!("a\nb")).faulty("/subject", "control_characters").await;
    let other = agree(&desk.app, support).await;
    bad("retainer_id", other["id"].clone()).faulty("/retainer_id", "not_found").await;
}

async fn who_may_not_write_writes_nothing(app: TestApp) {
    let desk = Desk::new(app).await;
    let body = desk.words(false);
    for role in [Role::Viewer, Role::Partner] {
        let ask = desk.app.as_role(role, "POST", "/messages").json(&body);
        ask.refused(ErrorCode::Forbidden).await;
    }
    desk.app.as_role(Role::Partner, "GET", "/messages").refused(ErrorCode::Forbidden).await;
    let note = json!({ "account_id": desk.account, "text": "A call", "message": {
        "contact_id": desk.mia["id"], "subject": "x", "body": "y", "send": true } });
    desk.post("/notes", &note).refused(ErrorCode::MailOff).await;
    assert_eq!(get(&desk.app, "/notes").await["items"], json!([]), "all of it or nothing");
    let mut other = note;
    other["message"]["send"] = json!(false);
    other["message"]["contact_id"] = desk.tom["id"].clone();
    desk.post("/notes", &other).faulty("/message/contact_id", "email_missing").await;
}

async fn s2_18_what_comes_is_put_where_it_belongs(app: TestApp) {
    let desk = Desk::new(app).await;
    let mail = "From: Mia Berg <mia@big.example>\nTo: us@studio.example\nSubject: A question\n\
        Message-ID: <one@big.example>\n\nWhen do we start?\n";
    let came = desk.mail(mail).expect(201).await;
    assert_eq!((&came["state"], &came["contact_name"]), (&json!("received"), &json!("Mia Berg")));
    assert_eq!((&came["body"], &came["author_name"]), (&json!("When do we start?"), &Value::Null));
    assert_eq!(came["account_id"], json!(desk.account));
    assert_eq!(desk.mail(mail).expect(201).await, came, "handed in twice, it is one");
    let told = desk.timeline().await;
    assert_eq!((told.len(), &told[0]["event"]), (1, &json!("message_received")));
    assert_eq!(told[0]["text"], "When do we start?");
    let steps = get(&desk.app, &format!("/tasks?account_id={}", desk.account)).await;
    let step = &steps["items"][0];
    assert_eq!(
        (&step["title"], &step["due_on"]),
        (&json!("Mia Berg: A question"), &json!("2026-01-15"))
    );
    // What answers it goes on in its thread, whoever writes.
    let answer = "From: Somebody <else@big.example>\nSubject: Re: A question\n\
        Message-ID: <two@big.example>\nIn-Reply-To: <one@big.example>\n\nAnd how?\n";
    let second = desk.mail(answer).expect(201).await;
    assert_eq!((&second["thread_id"], &second["contact_id"]), (&came["id"], &Value::Null));
    assert_eq!(second["contact_name"], "Somebody");
    let thread = format!("/messages?thread_id={}", id(&came));
    assert_eq!(get(&desk.app, &thread).await["items"].as_array().unwrap().len(), 2);
    // From nobody, and to nothing of ours.
    let stranger = "From: a@stranger.example\nSubject: Buy\n\nNow\n";
    desk.mail(stranger).faulty("from", "not_found").await;
    desk.mail("Subject: x\n\ny\n").faulty("from", "email_invalid").await;
    let other = desk.app.as_role(Role::Member, "POST", "/inbound-mails").json(&json!({}));
    other.refused(ErrorCode::UnsupportedMedia).await;
    let ask = desk.app.as_role(Role::Viewer, "POST", "/inbound-mails");
    ask.body(mail, "message/rfc822").refused(ErrorCode::Forbidden).await;
}

#[actix_web::test]
async fn s2_15_a_note_and_its_message_go_out_in_one_step() {
    Box::pin(goes_out(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s2_15_likewise_on_postgres() {
    Box::pin(goes_out(Engine::Postgres)).await;
}

async fn goes_out(engine: Engine) {
    let post = Post::start(&[]);
    let desk = Desk::new(TestApp::with_mail(engine, post.mailer("smtp", "")).await).await;
    // A note makes a next step and a follow-up mail, in one go (S2-15).
    let note = json!({ "account_id": desk.account, "kind": "call", "text": "We spoke",
        "tasks": [{ "title": "Send the plan", "due_on": "2026-01-20" }],
        "message": { "contact_id": desk.mia["id"], "subject": "Our call", "body": "Thank you.",
            "send": true } });
    let note = desk.post("/notes", &note).header("Idempotency-Key", "n").expect(201).await;
    assert_eq!(note["tasks"][0]["title"], "Send the plan");
    let waiting = get(&desk.app, "/messages?state=sending").await["items"][0].clone();
    assert_eq!((&waiting["note_id"], &waiting["subject"]), (&note["id"], &json!("Our call")));
    let path = format!("/messages/{}", id(&waiting));
    desk.send(&post).await;
    assert_eq!(post.taken().len(), 0, "it can be taken back for a while");
    let back = desk.post(&format!("{path}/take-back"), &json!({})).expect(200).await;
    assert_eq!(back["state"], "taken_back");
    // A slip is mended before it goes again.
    let mend = desk.app.as_role(Role::Member, "PATCH", &path).version(&back["version"]);
    let back = mend.json(&json!({ "body": "Thank you, Mia." })).expect(200).await;
    let send = |version: &Value| {
        desk.app.as_role(Role::Member, "POST", &format!("{path}/send")).version(version)
    };
    let sent = send(&back["version"]).expect(200).await;
    send(&back["version"]).refused(ErrorCode::Stale).await;
    send(&sent["version"]).refused(ErrorCode::MessageSent).await;
    desk.app.clock_at("2026-01-15T10:01:00Z").await;
    desk.send(&post).await;
    desk.send(&post).await;
    let taken = post.taken();
    assert_eq!(taken.len(), 1);
    // The name is that of who wrote, and of whom they write for: `member (The home studio)`.
    let sender = "From: =?utf-8?b?bWVtYmVyIChUaGUgaG9tZSBzdHVkaW8p?= <billing@studio.example>";
    let said = ["X-To: Mia@Big.example", "Subject: Our call", sender, "Thank you, Mia."];
    assert!(said.iter().all(|part| taken[0].contains(part)), "{}", taken[0]);
    assert!(taken[0].contains("Reply-To: member@home.example"), "{}", taken[0]);
    let sent = get(&desk.app, &path).await;
    assert_eq!((&sent["state"], &sent["at"]), (&json!("sent"), &json!("2026-01-15T10:01:00Z")));
    let told = desk.timeline().await;
    assert_eq!((told.len(), &told[0]["event"]), (1, &json!("message_sent")));
    assert_eq!(
        (&told[0]["title"], &told[0]["member_name"]),
        (&json!("Our call"), &json!("member"))
    );
    let change = desk.app.as_role(Role::Member, "PATCH", &path).version(&sent["version"]);
    change.json(&json!({ "body": "x" })).refused(ErrorCode::MessageSent).await;

    // An answer comes into the thread, with a next step for who wrote, and is answered in turn.
    let message_id = taken[0].split("Message-ID: <").nth(1).unwrap().split('>').next().unwrap();
    let answer = format!(
        "From: Mia <mia@big.example>\nSubject: Re: Our call\nMessage-ID: <r1@big.example>\n\
        In-Reply-To: <{message_id}>\n\nGladly.\n"
    );
    let came = desk.mail(&answer).expect(201).await;
    assert_eq!((&came["thread_id"], &came["contact_id"]), (&sent["thread_id"], &desk.mia["id"]));
    let steps = get(&desk.app, &format!("/tasks?account_id={}", desk.account)).await;
    let step =
        steps["items"].as_array().unwrap().iter().find(|s| s["title"] == "Mia Berg: Re: Our call");
    assert_eq!(step.unwrap()["owner_name"], "member");
    let mut words = desk.words(true);
    words["answers"] = came["id"].clone();
    let reply = desk.post("/messages", &words).expect(201).await;
    assert_eq!(reply["thread_id"], sent["thread_id"]);
    desk.app.clock_at("2026-01-15T10:02:00Z").await;
    desk.send(&post).await;
    let taken = post.taken();
    assert!(taken[1].contains("In-Reply-To: <r1@big.example>"), "{}", taken[1]);
    let health = get(&desk.app, &format!("/accounts/{}/health", desk.account)).await;
    assert_eq!(health["parts"]["contact"]["last_on"], "2026-01-15", "{health}");

    // Who is refused is told so, and it is sent again to another address.
    let refused = json!({ "email": "refused@big.example" });
    let contact = format!("/contacts/{}", id(&desk.mia));
    desk.app.as_role(Role::Owner, "PATCH", &contact).version(1).json(&refused).expect(200).await;
    let gone = desk.post("/messages", &desk.words(true)).expect(201).await;
    desk.app.clock_at("2026-01-15T10:03:00Z").await;
    desk.send(&post).await;
    let failed = get(&desk.app, &format!("/messages/{}", id(&gone))).await;
    assert_eq!(failed["state"], "failed");
    assert!(failed["answer"].as_str().unwrap().contains("No such mailbox"), "{failed}");
    assert_eq!(desk.timeline().await.len(), 3, "what was refused has not happened");
    let mails = get(&desk.app, "/mails").await;
    assert_eq!(mails["items"][0]["message_id"], gone["id"]);
    let right = json!({ "email": "mia@big.example" });
    desk.app.as_role(Role::Owner, "PATCH", &contact).version(2).json(&right).expect(200).await;
    let again = format!("/mails/{}/again", id(&mails["items"][0]));
    desk.app.as_role(Role::Owner, "POST", &again).expect(200).await;
    desk.app.clock_at("2026-01-15T10:04:00Z").await;
    desk.send(&post).await;
    let taken = post.taken();
    assert!(taken[2].contains("X-To: mia@big.example"), "{}", taken[2]);
    comes_back(&desk, &post, &gone).await;
    // Who has gone is written to no more.
    let late = desk.post("/messages", &desk.words(false)).expect(201).await;
    desk.app.as_role(Role::Owner, "DELETE", &contact).version(3).expect(204).await;
    let path = format!("/messages/{}", id(&late));
    let send = desk.app.as_role(Role::Member, "POST", &format!("{path}/send")).version(1);
    send.faulty("/contact_id", "not_found").await;
    desk.app.as_role(Role::Member, "DELETE", &path).version(1).expect(204).await;

    // What answers a message of another organisation is not taken in here, whoever it is from.
    desk.app.tenant("other").await;
    let other = |method: &str, path: &str| desk.app.as_person("owner@other.example", method, path);
    let account = other("POST", "/accounts").json(&json!({ "name": "Else" })).expect(201).await;
    let people = format!("/accounts/{}/contacts", id(&account));
    let known = json!({ "name": "Mia", "email": "mia@big.example" });
    other("POST", &people).json(&known).expect(201).await;
    let theirs = answer.replace("r1@", "r2@");
    for theirs in [theirs, report(&taken[1], "failed", "mia@big.example")] {
        let ask = other("POST", "/inbound-mails");
        let ask = ask.body(theirs.replace('\n', "\r\n"), "message/rfc822");
        ask.faulty("from", "not_found").await;
    }
}

/// What a mail server reports of a mail that it had taken. Source: RFC 3464.
fn report(mail: &str, action: &str, to: &str) -> String {
    let message_id = mail.split("Message-ID: ").nth(1).unwrap().lines().next().unwrap();
    format!(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n\
         --b\nContent-Type: text/plain\n\nSorry.\n\n\
         --b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n\
         Final-Recipient: rfc822; {to}\nAction: {action}\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 Mailbox is gone\n\n\
         --b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {message_id}\n\n--b--\n"
    )
}

/// A mail that a server had taken comes back: it is not delivered, and goes out again.
async fn comes_back(desk: &Desk, post: &Post, message: &Value) {
    let path = format!("/messages/{}", id(message));
    let mail = post.taken().pop().unwrap();
    let stays = async |text: &str| {
        let told = desk.mail(text).expect(200).await;
        assert_eq!((&told["state"], &told["message_id"]), (&json!("sent"), &message["id"]));
        assert_eq!(get(&desk.app, &path).await["state"], "sent");
    };
    stays(&report(&mail, "delayed", "mia@big.example")).await;
    stays(&report(&mail, "failed", "somebody@else.example")).await;
    let gone = report(&mail, "failed", "Mia@Big.example");
    let told = desk.mail(&gone).expect(200).await;
    assert_eq!((&told["state"], &told["to"]), (&json!("failed"), &json!("mia@big.example")));
    assert_eq!(desk.mail(&gone).expect(200).await, told, "handed in twice, it came back once");
    let failed = get(&desk.app, &path).await;
    let said = (&json!("failed"), &json!("550 5.1.1 Mailbox is gone"));
    assert_eq!((&failed["state"], &failed["answer"]), said);
    let mails = get(&desk.app, "/mails").await;
    assert_eq!(mails["items"][0]["returned_at"], "2026-01-15T10:04:00Z");
    // It did go out: it cannot be thrown away as if it had not.
    let drop = desk.app.as_role(Role::Member, "DELETE", &path).version(&failed["version"]);
    drop.refused(ErrorCode::MessageSent).await;
    let send = desk.app.as_role(Role::Member, "POST", &format!("{path}/send"));
    send.version(&failed["version"]).expect(200).await;
    desk.app.clock_at("2026-01-15T10:05:00Z").await;
    desk.send(post).await;
    assert_eq!((post.taken().len(), &get(&desk.app, &path).await["state"]), (4, &json!("sent")));
}
