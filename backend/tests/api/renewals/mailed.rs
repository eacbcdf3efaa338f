//! Proposals by mail. Source: requirements S2-21, S2-22; docs/decisions/0069.
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc;

use backend::mail::Mailer;
use serde_json::{Value, json};
use shared::api::{ErrorCode, Role};

use super::only;
use super::proposals::{begun, made, offer, signed};
use crate::app::{Answer, Engine, TestApp};
use crate::invoices::billing;
use crate::invoices::mailed::Post;
use crate::on_both_engines;
use crate::retainers::{get, id};
use crate::schema::holding;

on_both_engines![a_mail_is_drafted_in_the_clients_language_and_needs_a_server];

#[actix_web::test]
async fn what_is_withdrawn_while_it_is_sent_goes_to_nobody_else() {
    Box::pin(withdrawn(Engine::Sqlite)).await;
    Box::pin(withdrawn(Engine::Postgres)).await;
}
#[actix_web::test]
async fn a_mail_that_was_lost_with_its_server_leaves_one_link() {
    Box::pin(lost(Engine::Sqlite)).await;
    Box::pin(lost(Engine::Postgres)).await;
}

#[actix_web::test]
async fn s2_21_a_proposal_that_was_mailed_is_signed_by_the_link_in_the_mail() {
    // So long a story does not fit on the stack of a thread.
    Box::pin(by_mail(Engine::Sqlite)).await;
}
#[actix_web::test]
async fn s2_21_likewise_on_postgres() {
    Box::pin(by_mail(Engine::Postgres)).await;
}

/// Says where somebody is reached by mail.
async fn reached(app: &TestApp, contact: &Value, email: &str) {
    let path = format!("/contacts/{}", id(contact));
    let account = format!("/accounts/{}/contacts", contact["account_id"].as_str().unwrap());
    let all = get(app, &account).await;
    let known = all["items"].as_array().unwrap().iter().find(|one| one["id"] == contact["id"]);
    let version = known.unwrap()["version"].as_i64().unwrap();
    let change = app.as_role(Role::Owner, "PATCH", &path).version(version);
    change.json(&json!({ "email": email })).expect(200).await;
}

/// The mails of a proposal, once none is on its way.
async fn settled(app: &TestApp, path: &str) -> Vec<Value> {
    let told = async {
        loop {
            let mails = get(app, path).await["mails"].as_array().unwrap().clone();
            if mails.iter().all(|mail| mail["state"] != "sending") {
                return mails;
            }
        }
    };
    let told = tokio::time::timeout(std::time::Duration::from_secs(20), told).await;
    told.expect("a mail is on its way for good")
}

/// The text of a mail: long lines are folded on their way.
fn unfolded(mail: &str) -> String {
    mail.replace("=\r\n", "").replace("=\n", "")
}

fn secret(mail: &str) -> String {
    let mail = unfolded(mail);
    let link = mail.split("/act/").nth(1).expect("a link");
    link.split(char::is_whitespace).next().unwrap().to_owned()
}

async fn events(app: &TestApp, account: &str) -> Vec<(String, String)> {
    let told = get(app, &format!("/accounts/{account}/timeline?kind=agreement")).await;
    let word = |of: &Value, name: &str| of[name].as_str().unwrap_or_default().to_owned();
    let one = |of: &Value| (word(of, "event"), word(of, "title"));
    told["items"].as_array().unwrap().iter().map(one).collect()
}

/// A mail server that answers what it has when it is told to.
struct Slow {
    port: u16,
    /// The mails that it has.
    has: tokio::sync::mpsc::UnboundedReceiver<String>,
    answers: mpsc::Sender<()>,
}

impl Slow {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, has) = tokio::sync::mpsc::unbounded_channel();
        let (answers, told) = mpsc::channel();
        std::thread::spawn(move || {
            let mut open = listener.incoming().map_while(Result::ok);
            open.try_for_each(|stream| serve(stream, &tell, &told))
        });
        Self { port, has, answers }
    }
    fn mailer(&self) -> Mailer {
        let url = format!("smtp://127.0.0.1:{}", self.port);
        Mailer::of(Some(&url), Some("billing@studio.example"), None).unwrap()
    }
}

/// Serves one connection; none once nobody tells it to answer any more.
fn serve(
    mut stream: TcpStream,
    tell: &tokio::sync::mpsc::UnboundedSender<String>,
    told: &mpsc::Receiver<()>,
) -> Option<()> {
    let lines = BufReader::new(stream.try_clone().ok()?).lines().map_while(Result::ok);
    let mut mail: Option<Vec<String>> = None;
    stream.write_all(b"220 slow\r\n").ok()?;
    for line in lines {
        let answer = match (&mut mail, line.as_str()) {
            (Some(all), ".") => {
                tell.send(all.join("\n")).ok()?;
                mail = None;
                told.recv().ok()?;
                "250 Taken\r\n"
            }
            (Some(all), _) => {
                all.push(line);
                continue;
            }
            (None, "DATA") => {
                mail = Some(Vec::new());
                "354 Go on\r\n"
            }
            (None, "QUIT") => "221 Bye\r\n",
            (None, _) => "250 slow\r\n",
        };
        // Who hung up needs no answer.
        let _ = stream.write_all(answer.as_bytes());
    }
    Some(())
}

/// A proposal to somebody with a mail address, by its path and the secret that was told.
async fn proposed(app: &TestApp) -> (Value, String, String) {
    let (retainer, mia, renewal) = begun(app).await;
    reached(app, &mia, "mia@big.example").await;
    let (proposal, told) = made(app, &renewal, &offer(&retainer, &mia)).await;
    (retainer, format!("/proposals/{}", id(&proposal)), told)
}

/// Sends it with copies.
async fn mail(app: &TestApp, path: &str, copies: Value) {
    let draft = get(app, &format!("{path}/mail-draft")).await;
    let body = json!({ "subject": draft["subject"], "body": draft["body"], "copies": copies });
    let send = app.as_role(Role::Manager, "POST", &format!("{path}/mails"));
    send.json(&body).expect(201).await;
}

async fn withdrawn(engine: Engine) {
    let mut slow = Slow::start();
    let app = TestApp::with_mail(engine, slow.mailer()).await;
    let (retainer, path, _) = proposed(&app).await;
    let people = format!("/accounts/{}/contacts", retainer["account_id"].as_str().unwrap());
    let tom = json!({ "name": "Tom Helper", "email": "tom@big.example" });
    let tom = app.as_role(Role::Owner, "POST", &people).json(&tom).expect(201).await;
    mail(&app, &path, json!([tom["id"]])).await;
    slow.has.recv().await.unwrap();
    app.as_role(Role::Manager, "POST", &format!("{path}/withdraw")).expect(200).await;
    slow.answers.send(()).unwrap();
    let mails = settled(&app, &path).await;
    let state = |with_link: bool| {
        mails.iter().find(|mail| mail["with_link"] == with_link).unwrap()["state"].clone()
    };
    assert_eq!((state(true), state(false)), (json!("sent"), json!("failed")));
    assert!(slow.has.try_recv().is_err(), "no copy is handed over");
}

async fn lost(engine: Engine) {
    let mut slow = Slow::start();
    let app = TestApp::with_mail(engine, slow.mailer()).await;
    let (_, path, told) = proposed(&app).await;
    mail(&app, &path, json!([])).await;
    let token = secret(&slow.has.recv().await.unwrap());
    let link = |token: &str| app.request("GET", &format!("/act/{token}"));
    link(&token).expect(200).await;
    link(&told).expect(200).await;
    let state = async || get(&app, &path).await["mails"][0]["state"].clone();
    app.clock_at("2026-05-20T10:15:00Z").await;
    assert_eq!(state().await, "sending", "it may still be taken");
    // The server that handed it over is gone; another one looks.
    app.clock_at("2026-05-20T10:15:20Z").await;
    assert_eq!(state().await, "failed");
    link(&token).refused(ErrorCode::LinkRevoked).await;
    link(&told).expect(200).await;
}

async fn by_mail(engine: Engine) {
    let post = Post::start(&[]);
    let app = TestApp::with_mail(engine, post.mailer("smtp", "")).await;
    let (retainer, mia, renewal) = begun(&app).await;
    let account = retainer["account_id"].as_str().unwrap().to_owned();
    let people = format!("/accounts/{account}/contacts");
    let tom = json!({ "name": "Tom Helper", "email": "tom@big.example" });
    let tom = app.as_role(Role::Owner, "POST", &people).json(&tom).expect(201).await;
    let (proposal, told) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let path = format!("/proposals/{}", id(&proposal));
    let draft = get(&app, &format!("{path}/mail-draft")).await;
    assert_eq!((&draft["address"], &draft["sends_mail"]), (&Value::Null, &json!(true)));
    assert_eq!(draft["paper"], false, "nobody has said how is billed");
    let letter = |more: Value| {
        let mut body = json!({ "subject": draft["subject"], "body": draft["body"] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let send = |role: Role, more: Value| {
        app.as_role(role, "POST", &format!("{path}/mails")).json(&letter(more))
    };
    let faulty = async |more: Value, field: &str, code: &str| {
        send(Role::Manager, more).faulty(field, code).await;
    };
    faulty(json!({}), "/contact_id", "email_missing").await;
    faulty(json!({ "body": "Please answer." }), "/body", "link_missing").await;
    faulty(json!({ "subject": " " }), "/subject", "required").await;
    reached(&app, &mia, "refused@big.example").await;
    faulty(json!({ "copies": [mia["id"]] }), "/copies/0", "exists").await;
    faulty(json!({ "copies": [tom["id"], tom["id"]] }), "/copies/1", "exists").await;
    faulty(json!({ "copies": [renewal["id"]] }), "/copies/0", "not_found").await;
    send(Role::Member, json!({})).refused(ErrorCode::Forbidden).await;
    assert_eq!(get(&app, &path).await["mails"], json!([]), "nothing of it was kept");

    // Not taken: the link that was told holds, and no copy tells of another.
    let copy = json!({ "copies": [tom["id"]] });
    let first = send(Role::Manager, copy.clone()).expect(201).await;
    assert_eq!(first["mails"].as_array().unwrap().len(), 2);
    let mails = settled(&app, &path).await;
    assert!(mails.iter().all(|mail| mail["state"] == "failed"), "{mails:#?}");
    let why = mails.iter().find(|mail| mail["with_link"] == true).unwrap()["answer"].to_string();
    assert!(why.contains("No such mailbox"), "{why}");
    assert!(post.taken().is_empty());
    app.request("GET", &format!("/act/{told}")).expect(200).await;
    assert!(events(&app, &account).await.iter().all(|(event, _)| event != "proposal_sent"));

    // A repeated press sends once; the paper goes with it, now that there is a letterhead.
    reached(&app, &mia, "mia@big.example").await;
    billing(&app).await;
    let once = || send(Role::Manager, copy.clone()).header("Idempotency-Key", "send-once");
    let answered = once().expect(201).await;
    assert_eq!(once().expect(201).await, answered);
    let mails = settled(&app, &path).await;
    assert_eq!(mails.iter().filter(|mail| mail["state"] == "sent").count(), 2, "{mails:#?}");
    assert_eq!(mails[0]["sent_by_name"], "manager");
    let taken = post.taken();
    assert_eq!(taken.len(), 2, "{taken:?}");
    let (to_mia, to_tom) = (&taken[0], unfolded(&taken[1]));
    assert!(to_mia.contains("X-To: mia@big.example"), "{to_mia}");
    assert!(to_mia.contains("Subject: Our proposal for Monthly support"), "{to_mia}");
    assert!(to_mia.contains("application/pdf") && to_mia.contains("JVBERi0xLj"), "{to_mia}");
    assert!(to_tom.contains("X-To: tom@big.example"), "{to_tom}");
    assert!(!to_tom.contains("/act/") && to_tom.contains("Mia Berg has the link"), "{to_tom}");
    let sent = ("proposal_sent".to_owned(), "Mia Berg".to_owned());
    assert!(events(&app, &account).await.contains(&sent));
    app.request("GET", &format!("/act/{told}")).refused(ErrorCode::LinkRevoked).await;

    // Programs that look at links open nothing; a browser that shows the page does.
    let token = secret(to_mia);
    app.request("GET", &format!("/act/{token}")).expect(200).await;
    assert_eq!(get(&app, &path).await["seen_at"], Value::Null);
    let seen = app.request("POST", &format!("/act/{token}/seen")).send().await.unwrap();
    assert_eq!(seen.status(), 204);
    assert_eq!(get(&app, &path).await["seen_at"], "2026-05-20T10:00:20Z");
    let timeline = get(&app, &format!("/accounts/{account}/timeline?limit=200")).await;
    let kept = [get(&app, &path).await, timeline].map(|told| told.to_string());
    assert!(kept[1].contains("{link}"));
    assert_eq!(holding(&app.db, &token).await, [""; 0], "no secret is kept");
    assert!(holding(&app.db, "tom@big.example").await.contains(&"proposal_mails".to_owned()));

    // A reminder brings another link, which signs.
    let draft = get(&app, &format!("{path}/mail-draft?reminds=true")).await;
    assert_eq!(draft["subject"], "Reminder: our proposal for Monthly support");
    send(Role::Manager, json!({ "reminds": true })).expect(201).await;
    settled(&app, &path).await;
    assert_eq!(events(&app, &account).await[0].0, "proposal_reminded");
    app.request("GET", &format!("/act/{token}")).refused(ErrorCode::LinkRevoked).await;
    let token = secret(post.taken().last().unwrap());
    let sign = app.request("POST", &format!("/act/{token}"));
    sign.json(&signed("Mia Berg", 1, true)).expect(201).await;
    assert_eq!(only(&app).await["stage"], "won");
    send(Role::Manager, json!({})).refused(ErrorCode::ProposalAnswered).await;
    app.books_hold().await;
}

async fn a_mail_is_drafted_in_the_clients_language_and_needs_a_server(app: TestApp) {
    let (retainer, mia, renewal) = begun(&app).await;
    let account = retainer["account_id"].as_str().unwrap();
    let client = app.as_role(Role::Manager, "PUT", &format!("/accounts/{account}/billing"));
    client.version(0).json(&json!({ "language": "de" })).expect(200).await;
    reached(&app, &mia, "mia@big.example").await;
    let (proposal, token) = made(&app, &renewal, &offer(&retainer, &mia)).await;
    let path = format!("/proposals/{}", id(&proposal));
    let draft = get(&app, &format!("{path}/mail-draft")).await;
    assert_eq!(
        (&draft["contact_name"], &draft["address"]),
        (&mia["name"], &json!("mia@big.example"))
    );
    assert_eq!(draft["subject"], "Unser Angebot für Monthly support");
    assert!(draft["body"].as_str().unwrap().contains("\n\n{link}\n\n"));
    assert_eq!(draft["sends_mail"], false);
    let body = json!({ "subject": draft["subject"], "body": draft["body"] });
    let send = app.as_role(Role::Manager, "POST", &format!("{path}/mails")).json(&body);
    send.refused(ErrorCode::MailOff).await;
    assert_eq!(get(&app, &path).await["mails"], json!([]));
    app.request("GET", &format!("/act/{token}")).expect(200).await;
}
